// What the stories share: one server with a type for each policy, two languages, four ways to come, letters, and a look at
// each page as it stands: axe, ids, targets, overflow, title. SHOTS=folder keeps a picture of each, in both sizes and schemes.
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { BIG_TEXT, axe, ids, overflow, targets } from './measure.mjs';
import { ENGLISH, INDONESIAN, confirmCode, signIn } from './roads.mjs';
import { messages } from './words.mjs';
import { PHONE, Phone, WIDE, at, button, check, must, norm, press, secret, sees, until, PASSWORD, field } from './world.mjs';

// Every language, size and way of scripts meets every other in one of the four.
export const WAYS = [
  { name: 'id, phone, no scripts', lang: 'id', size: PHONE, scripts: false }, { name: 'en, wide, no scripts', lang: 'en', size: WIDE, scripts: false },
  { name: 'id, wide, scripts', lang: 'id', size: WIDE, scripts: true }, { name: 'en, phone, scripts', lang: 'en', size: PHONE, scripts: true },
];
const CAPTIONS = { id: INDONESIAN, en: ENGLISH };

const type = (id, keys) => `type "${id}" { label_id = "Jenis ${id}" label_en = "Type ${id}" issuer = "SPSE" captcha = "never" terms = "footer" factors = {"code"} ${keys} }\n`;
const TYPES = type('oldest', 'mfa = "mandatory" devices_max = 2 devices_when_full = "evict-oldest"')
  + type('asked', 'mfa = "mandatory" devices_max = 2 devices_when_full = "ask"') + type('refused', 'mfa = "mandatory" devices_max = 2 devices_when_full = "refuse"')
  + type('doors', 'mfa = "mandatory" devices_max = 3').replace('{"code"}', '{"code", "passkey"}') + type('strict', 'mfa = "mandatory" strict = true')
  + type('slip', 'mfa = "mandatory" first_enrol = "slip"') + type('quiet', 'mfa = "mandatory" first_enrol = "quiet-period" quiet_hours = 24')
  + type('slipfree', 'mfa = "optional" first_enrol = "slip"') + type('quietfree', 'mfa = "optional" first_enrol = "quiet-period" quiet_hours = 2')
  + type('later', 'mfa = "mandatory-from" mfa_from = "2026-12-01"') + type('again', 'mfa = "mandatory" disable_allowed = true devices_max = 1 devices_when_full = "ask"')
  + type('free', 'mfa = "optional" disable_allowed = true');

export const serve = (w) => `organisation = "LPSE Contoh"
base_url = "${w.base}"
listen = {"127.0.0.1:${w.port}"}
training_session = "Sesi Contoh"
mail_dir = "mail"
helpdesk {
  email = "helpdesk@contoh.example"
  phone = "021 555 0100"
}
${TYPES}`;

// The sentences as they are said: t('code.clock', { device, time }).
const said = { id: messages('id'), en: messages('en') };
export function tongue(lang) {
  const t = (id, facts = {}) => {
    must(said[lang].has(id), `no words ${id}`);
    return said[lang].get(id).replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
  };
  // What cannot be foretold (a moment, say) stands for itself.
  t.like = (id, facts = {}) => new RegExp(norm(t(id, facts)).split(/\{\w+\}/).map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.{1,60}?'));
  return t;
}

// ---- people --------------------------------------------------------------------------------------------------

export async function comes(w, way, more = {}) {
  const page = await w.person({ scripts: way.scripts, size: way.size, lang: way.lang === 'id' ? 'id-ID' : 'en-US', more: way.scripts ? { bypassCSP: true, ...more } : more });
  page.way = way;
  page.t = tongue(way.lang);
  page.words = CAPTIONS[way.lang];
  return page;
}

export const enters = (page, kind, user) => signIn(page, kind, user, { words: page.words });
export const code = async (page, text) => { await field(page, page.words.code).fill(text); await button(page, page.words.login).click(); };
export const leaves = async (page) => { await button(page, page.words.logout).click(); at(page, '/signed-out'); };

// Signs in where an activation is due, and has it done: a phone with one entry, signed in.
export async function owner(w, page, kind, { user = w.user(kind), device = 'HP Satu', offset = 0 } = {}) {
  await enters(page, kind, user);
  at(page, '/signin/enrol');
  const phone = new Phone(w);
  await phone.scan(page);
  await confirmCode(page, phone.code(), device, page.words);
  at(page, '/signin/done');
  phone.user = user;
  phone.name = device;
  phone.offsetS = offset;
  return phone;
}

// One more from the list of devices, as long as there is a place.
export async function adds(w, page, device) {
  await page.goto('/account/devices');
  await press(page, page.t('devices.add'));
  at(page, '/account/mfa/enrol');
  const phone = new Phone(w);
  await phone.scan(page);
  await confirmCode(page, phone.code(), device, page.words);
  at(page, '/signin/done');
  phone.name = device;
  return phone;
}

// Proves themselves again with the password and a phone's code.
export async function proves(w, page, phone) {
  at(page, '/account/confirm');
  w.nextStep();
  await secret(page, page.words.password).fill(PASSWORD);
  await field(page, page.words.code).fill(phone.code());
  await button(page, page.t('common.continue')).click();
}

// ---- codes that chance would spoil ---------------------------------------------------------------------------------

function around(w, entry) {
  const reach = 27 * 3600, from = new Date((w.now - reach) * 1000).toISOString().replace('T', ' ').slice(0, 19);
  return new Set(execFileSync('oathtool', ['--totp', '-b', entry.secret, '-N', `${from} UTC`, '-w', String(2 * reach / 30)], { encoding: 'utf8' }).split('\n'));
}

// Six digits that no entry of these phones shows within a day and a quarter.
export function strangeCode(w, ...phones) {
  const near = phones.flatMap((p) => p.entries.map((e) => around(w, e)));
  for (let n = 482916; ; n++) if (!near.some((s) => s.has(String(n)))) return String(n);
}

// A phone's code at a moment when none of the others has the same digits anywhere near.
export function ownCode(w, phone, ...others) {
  for (;; w.nextStep()) {
    const now = phone.code();
    if (!others.some((p) => around(w, p.entries.at(-1)).has(now))) return now;
  }
}

// ---- letters ------------------------------------------------------------------------------------------------------

const unquoted = (s) => Buffer.from(s.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString('utf8');
const header = (s) => s.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?(q|b)\?(.*?)\?=/gi, (_, kind, x) => (kind.toLowerCase() === 'b' ? Buffer.from(x, 'base64').toString('utf8') : unquoted(x.replace(/_/g, ' '))));

export function letters(w, user) {
  const folder = path.join(w.data, 'mail'), all = fs.existsSync(folder) ? fs.readdirSync(folder).filter((f) => f.endsWith('.eml')) : [];
  return all.map((f) => fs.readFileSync(path.join(folder, f), 'latin1')).filter((s) => new RegExp(`^To:.*${user}@`, 'mi').test(s))
    .map((s) => ({ subject: header(/^Subject: ((?:.*\r?\n[ \t])*.*)/mi.exec(s)[1].replace(/\r?\n[ \t]/g, ' ')), text: norm(unquoted(s.split(/\r?\n\r?\n/).slice(2).join('\n'))) }));
}

// A letter about this change, in the language of whoever caused it, with these words in it.
export async function written(w, way, user, change, ...words) {
  const wanted = norm(tongue(way.lang)(`mail.change.${change}`));
  const mine = () => letters(w, user).filter((m) => norm(m.subject).includes(wanted) && words.every((x) => m.text.includes(norm(x))));
  try { await until(() => mine().length > 0, 'it', 15000); } catch { // the courier is another process
    throw new Error(`no letter "${wanted}" to ${user} with ${words}; there are: ${letters(w, user).map((m) => `${m.subject}: ${m.text.slice(0, 300)}`).join(' | ')}`);
  }
}

// ---- a look at a page ------------------------------------------------------------------------------------------------

const looked = new Set(), found = [];

async function photographed(page, name, size) {
  if (!process.env.SHOTS) return;
  fs.mkdirSync(process.env.SHOTS, { recursive: true });
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.${page.way.lang}.${size}${dark ? '.dark' : ''}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

// Once for each name and language, where scripts run (axe needs them; it reads each page once). What is found fails at the end,
// by `looks`.
export async function look(page, name) {
  const lang = page.way.lang;
  if (!page.way.scripts || looked.has(`${lang} ${name}`)) return;
  const fresh = ![...looked].some((x) => x.endsWith(` ${name}`));
  looked.add(`${lang} ${name}`);
  const note = (list) => { for (const x of list) found.push(`${name} (${lang}): ${x}`); };
  const title = await page.title(), error = await page.locator('#sum').count() > 0;
  if (error !== title.startsWith(lang === 'en' ? 'Error:' : 'Kesalahan:')) note([`the title is ${title}`]);
  if (await page.locator('h1').count() !== 1) note(['not one h1']);
  note(await ids(page));
  if (fresh) {
    note(await axe(page));
    await page.emulateMedia({ colorScheme: 'dark' });
    note(await axe(page, { contrast: true }));
    await page.emulateMedia({ colorScheme: 'light' });
  }
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 640 });
    note(await targets(page));
    note((await overflow(page)).map((x) => `${x} at ${width}`));
    if (width !== 320) await photographed(page, name, width);
  }
  const big = await page.addStyleTag({ content: BIG_TEXT });
  note((await overflow(page)).map((x) => `${x} at 320 with big text`));
  await big.evaluate((e) => e.remove());
  await page.setViewportSize({ width: page.way.size[0], height: page.way.size[1] });
}

export const looks = () => check(`axe, ids, targets, overflow at 320 with big text, titles: nothing found (${looked.size} pages as they stood, in two languages)`, async () => {
  must(looked.size > 0, 'no page was looked at');
  must(!found.length, `${found.length}: ${found.slice(0, 6).join(' | ')}`);
}, true);
