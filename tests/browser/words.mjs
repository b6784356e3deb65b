// How readable the pages are: words a sentence, long words, school grade of the English, words that are never said.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = process.env.SRC || fileURLToPath(new URL('../..', import.meta.url));

// Wording that comes from the guides themselves; people look for it word by word, so it is not measured.
export const GUIDES = ['landing.title', 'landing.login', 'landing.register', 'landing.helpdesk', 'landing.apps', 'type.title', 'type.wrong_hint',
  'signin.title', 'signin.user', 'signin.password', 'signin.submit', 'signin.forgot', 'signin.reset', 'signin.back', 'signin.agree',
  'err.missing', 'err.signin', 'err.terms', 'err.form_expired', 'err.paused', 'err.reference', 'err.busy', 'mfa.enable', 'mfa.disable',
  'enrol.title', 'enrol.step1', 'enrol.step2', 'enrol.step3', 'enrol.copy', 'enrol.same_phone', 'enrol.countdown', 'enrol.more', 'enrol.closed',
  'enrol.already', 'enrol.unfinished', 'enrol.device', 'enrol.device_hint', 'enrol.device_taken', 'otp.label', 'otp.hint', 'enrol.bad_code',
  'enrol.done', 'common.send', 'code.title', 'code.which', 'code.bad', 'home.menu', 'proof.title', 'reset.title', 'reset.note', 'link.gone',
  'signout.done', 'captcha.label', 'captcha.hint', 'captcha.renew', 'captcha.audio', 'err.captcha', 'training.mark', 'footer.clock', 'enrol.clock_slow', 'enrol.clock_fast', 'enrol.clock_zone'];

// Said elsewhere, never here (care: words to avoid). The guides' English says "please" in places; nothing else is excepted.
const NEVER = {
  id: ['invalid', 'tidak valid', 'gagal', 'ditolak sistem', 'sesi habis', 'terkunci', 'diblokir', 'mohon', 'bersabar', 'tunggu beberapa saat', 'jangan refresh',
    'jangan muat ulang', 'token', 'autentikasi', 'kredensial', 'verifikasi dua', 'klik di sini', 'apakah anda yakin', 'maaf', 'handphone', 'smartphone', 'silahkan', 'kadaluarsa',
    'di reset', 'diijinkan'],
  en: ['invalid', 'forbidden', 'failed', 'oops', 'sorry', 'please', 'session expired', 'timeout', 'time-out', 'locked out', 'credential', 'token', 'authentication',
    'two-factor', 'are you sure', 'click here', 'bad request'],
};

// Names and words that everybody here must use as they are.
const GLOSSARY = new Set(['authenticator', 'microsoft', 'google', 'password', 'helpdesk', 'aplikasi', 'indonesia', 'persyaratan', 'ketentuan', 'time-based',
  'one-time', 'kesalahan', 'beranda', 'perangkat', 'pelanggan', 'penyedia', 'non-penyedia', 'aktivasi', 'telkomcare', 'administrator', 'pengaturan', 'november', 'setup']);

// po files are simple here: msgid and msgstr on one line each.
export function messages(lang) {
  const out = new Map();
  let id = null;
  for (const line of fs.readFileSync(path.join(SRC, 'po', `${lang}.po`), 'utf8').split('\n')) {
    const m = /^(msgid|msgstr)? ?"(.*)"$/.exec(line);
    if (!m) continue;
    const text = JSON.parse(`"${m[2]}"`);
    if (m[1] === 'msgid') id = text;
    else if (id) out.set(id, (out.get(id) ?? '') + text);
  }
  return out;
}

const flat = (s) => s.replace(/\s+/g, ' ').trim();

// Takes the guides' wording out of a text; what stood for {parameters} goes with it.
export function withoutGuides(lang) {
  const all = messages(lang);
  const res = GUIDES.filter((k) => all.has(k)).map((k) => all.get(k)).filter((t) => t.split(' ').length > 1 || t.length > 12)
    .sort((a, b) => b.length - a.length)
    .map((t) => new RegExp(flat(t).replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.{1,80}?'), 'gi'));
  return (text) => res.reduce((s, re) => s.replace(re, ' ¶ '), flat(text));
}

const ABBREVIATION = /\b(Yth|Bpk|No|hlm)\.$/;
export function sentences(text) {
  const out = [];
  for (const part of text.split('¶').flatMap((s) => s.split(/(?<=[.!?])\s+(?=["“(A-Z0-9])|(?<=[:;])\s+/))) {
    if (out.length && ABBREVIATION.test(out.at(-1))) out[out.length - 1] += ` ${part}`;
    else out.push(part);
  }
  return out.map(flat).filter((s) => /\p{L}/u.test(s));
}
export const wordsOf = (s) => s.split(/[\s/]+/).map((x) => x.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')).filter((x) => /\p{L}/u.test(x));

const syllablesId = (w) => (w.toLowerCase().replace(/(ai|au|oi)(?=[^aiueo]*$)/g, 'a').match(/[aiueo]/g) || []).length || 1;
const syllablesEn = (w) => Math.max(1, (w.toLowerCase().replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, '').match(/[aeiouy]+/g) || []).length);

export function statistics(texts, lang) {
  const strip = withoutGuides(lang);
  const seen = new Set(), all = [];
  for (const t of texts) for (const s of sentences(strip(t))) { if (!seen.has(s)) { seen.add(s); all.push(s); } }
  const long = all.map((s) => wordsOf(s)).filter((x) => x.length);
  const counts = long.map((x) => x.length).sort((a, b) => a - b);
  const words = long.flat();
  const mean = words.length / counts.length;
  const many = words.filter((x) => /^[\p{L}-]+$/u.test(x) && !GLOSSARY.has(x.toLowerCase()) && syllablesId(x) >= 4);
  const grade = 0.39 * mean + 11.8 * (words.reduce((n, x) => n + syllablesEn(x), 0) / words.length) - 15.59;
  return { sentences: counts.length, mean, p95: counts[Math.floor(counts.length * 0.95)], max: counts.at(-1), longest: long.find((x) => x.length === counts.at(-1)).join(' '),
    longShare: many.length / words.length, longWords: [...new Set(many.map((x) => x.toLowerCase()))], grade };
}

export function never(text, lang) {
  const whole = flat(text).toLowerCase(), own = withoutGuides(lang)(text).toLowerCase();
  return NEVER[lang].filter((x) => new RegExp(`(?<![\\p{L}-])${x}(?![\\p{L}-])`, 'u').test(x === 'please' ? own : whole)).concat(/!/.test(whole) ? ['!'] : []);
}
