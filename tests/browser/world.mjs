// The world of a browser test: a demo server with a hand-set clock, a browser, and a phone.
//
// The server is the sanitizer build with -Dtest_clock: it reads its time from a file, so nothing here sleeps for a
// period to pass. The phone knows nothing of Gerbang: it reads the QR code off the page's picture with zbarimg
// and makes codes with oathtool.
//
//   const w = await World.start();
//   const user = w.user('penyedia');                 a fresh account; the demo's own ones are for the guides
//   const page = await w.person({ size: PHONE });    a browser of its own, with what went wrong in it kept
//   await check('the name of what is tried', async () => { ... must(...) ... });
//   await w.stop(); finish();
//
// Environment: BUILD_CHECK (the build's folder), TMP; ONLY=text runs the checks whose name has it, VERBOSE=1 shows stacks.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const PASSWORD = 'empat kata contoh gerbang';
export const CAPTCHA = '12345'; // what a test build draws when it is told so
export const WIDE = [1280, 800], PHONE = [360, 640];
// Every guide is followed at these: a wide screen and a phone, with scripts and without.
export const COMBOS = [
  { name: 'wide', size: WIDE, scripts: true }, { name: 'wide, no scripts', size: WIDE, scripts: false },
  { name: 'phone', size: PHONE, scripts: true }, { name: 'phone, no scripts', size: PHONE, scripts: false },
];
const BEGIN_S = 1795230000; // 21 November 2026, a round minute
const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'];

const freePort = () => new Promise((resolve) => {
  const s = net.createServer();
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

export const chromiumOpen = () => chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: CHROMIUM_ARGS });

// Nothing outlives the test, however it ends.
const running = new Set();
process.on('exit', () => { for (const s of running) s.kill('SIGKILL'); });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('unhandledRejection', (e) => { console.log(`not ok the file itself: ${String(e?.message).split('\n')[0]}`); console.error(e); process.exit(1); });
process.on('uncaughtException', (e) => { console.log(`not ok the file itself: ${String(e?.message).split('\n')[0]}`); console.error(e); process.exit(1); });

export class World {
  // `serve`: a configuration to serve instead of the demo (the text after `gerbang init`'s own is the caller's).
  static async start({ serve } = {}) {
    const w = new World();
    // Started by root, `serve` works as an account of its own, which must be able to walk to its data.
    w.dir = fs.mkdtempSync(path.join(process.env.TMP || '/tmp', 'world-'));
    if (serve) fs.chmodSync(w.dir, 0o755);
    w.data = path.join(w.dir, 'demo');
    w.clockFile = path.join(w.dir, 'clock');
    w.setClock(BEGIN_S);
    w.port = await freePort();
    w.base = `http://localhost:${w.port}`;
    w.program = path.join(process.env.BUILD_CHECK, 'gerbang');
    w.env = { ...process.env, GERBANG_TEST_CLOCK: w.clockFile, GERBANG_DEMO_PASSWORD: PASSWORD, GERBANG_TEST_CAPTCHA: CAPTCHA };
    w.made = 0;
    w.problems = [];
    w.people = [];
    if (serve) {
      execFileSync(w.program, ['init', w.data], { env: w.env, stdio: 'pipe' });
      const file = path.join(w.data, 'gerbang.conf');
      fs.writeFileSync(file, serve(w, fs.readFileSync(file, 'utf8')));
    }
    w.log = fs.openSync(path.join(w.dir, 'log'), 'w');
    w.server = spawn(w.program, serve ? ['serve', '-c', path.join(w.data, 'gerbang.conf')] : ['demo', '--port', String(w.port), '--data', w.data],
      { env: w.env, stdio: ['ignore', w.log, w.log] });
    running.add(w.server);
    w.server.on('exit', () => running.delete(w.server));
    w.server.on('exit', (code) => { w.exited = code ?? -1; });
    await w.waitReady();
    w.browser = await chromiumOpen();
    return w;
  }

  logText() { return fs.readFileSync(path.join(this.dir, 'log'), 'utf8'); }

  async waitReady() {
    for (let i = 0; i < 1200 && this.exited === undefined; i++) {
      try { const r = await fetch(`http://127.0.0.1:${this.port}/readyz`); if (r.status === 200) return; } catch { /* not yet */ }
      await new Promise((r) => setTimeout(r, 50));
    }
    this.server.kill('SIGKILL');
    throw new Error(`the server did not start:\n${this.logText().slice(-3000)}`);
  }

  // ---- time --------------------------------------------------------------------------------------------------

  setClock(s) { this.now = s; fs.writeFileSync(`${this.clockFile}.new`, `${s}\n`); fs.renameSync(`${this.clockFile}.new`, this.clockFile); }
  pass(s) { this.setClock(this.now + s); }
  nextStep() { this.setClock((Math.floor(this.now / 30) + 1) * 30); } // the next code's first second

  // ---- the command line ------------------------------------------------------------------------------------

  cli(...args) { return this.cliWith('', ...args); }
  cliWith(input, ...args) {
    return execFileSync(this.program, ['--data', this.data, ...args], { env: this.env, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  // A fresh account of a type. Guides whose account is already used up in this world go on with one of these.
  user(type, id = `${type.replace(/\W/g, '')}-x${++this.made}`) {
    this.cliWith(`${PASSWORD}\n`, 'user', 'add', id, '--type', type, '--email', `${id.toLowerCase()}@contoh.example`, '--name', 'Pengguna Contoh', '--password-stdin');
    return id;
  }

  // The first one gets the guide's own account, the next ones an account like it.
  guideUser(type, id) {
    this.taken ??= new Set();
    if (this.taken.has(id)) return this.user(type);
    this.taken.add(id);
    return id;
  }

  // ---- people ------------------------------------------------------------------------------------------------

  // A browser of its own. `size` is [width, height]; scripts can be off. What a page says went wrong is kept.
  async person({ scripts = true, size = WIDE, lang = 'id-ID', dark = false, touch = size[0] < 600, scale = 1, more = {} } = {}) {
    const context = await this.browser.newContext({
      javaScriptEnabled: scripts, viewport: { width: size[0], height: size[1] }, locale: lang, deviceScaleFactor: scale,
      colorScheme: dark ? 'dark' : 'light', hasTouch: touch, isMobile: touch, baseURL: this.base, ...more,
    });
    context.setDefaultTimeout(15000);
    this.people.push(context);
    const page = await context.newPage();
    // Just when a page is taken out of the browser's memory of pages, a reload is refused for a moment.
    const reload = page.reload.bind(page);
    page.reload = async (o) => {
      for (let left = 40; ; left--) {
        try { return await reload(o); } catch (e) {
          if (!left || !/Not attached to an active page/.test(e.message)) throw e;
          await new Promise((on) => setTimeout(on, 50)); // the browser is putting another page in its place
        }
      }
    };
    page.on('pageerror', (e) => this.problems.push(`script on ${page.url()}: ${e.message}`));
    page.on('console', (m) => {
      if (m.type() === 'error' && !/status of (401|403|404|405|409|410|413|422|503)/.test(m.text())) this.problems.push(`console on ${page.url()}: ${m.text()}`);
    });
    page.on('requestfailed', (r) => {
      if (!/ERR_ABORTED/.test(r.failure()?.errorText || '')) this.problems.push(`request ${r.url()}: ${r.failure()?.errorText}`);
    });
    page.on('response', (r) => {
      if (r.status() >= 500 || (r.status() === 404 && !page.expects404)) this.problems.push(`${r.status()} from ${r.request().method()} ${r.url()}`);
      if (new URL(r.url()).origin !== this.base && /^http/.test(r.url())) this.problems.push(`a third party was asked: ${r.url()}`);
    });
    return page;
  }

  // Between two runs of a guide: contexts closed, and a new step, so that no code is one that was used.
  async nobody() {
    await Promise.all(this.people.splice(0).map((c) => c.close().catch(() => {})));
    this.nextStep();
  }

  async stop() {
    await check('no page had a script error, a refused resource, a dead link or a third party', async () => {
      must(this.problems.length === 0, [...new Set(this.problems)].slice(0, 8).join(' | '));
    }, true);
    await this.browser?.close();
    if (this.exited === undefined) {
      const gone = new Promise((r) => this.server.on('exit', r));
      this.server.kill('SIGTERM');
      await Promise.race([gone, new Promise((r) => { setTimeout(r, 15000).unref(); })]);
    }
    await check('the server ended by itself with 0, and its log has no report of a sanitizer', async () => {
      if (this.exited === undefined) { this.server.kill('SIGKILL'); must(false, 'it did not end within 15 s of SIGTERM'); }
      const log = this.logText();
      must(!/Sanitizer|runtime error:|panic/.test(log), log.slice(log.search(/Sanitizer|runtime error:|panic/)).slice(0, 2500));
      must(this.exited === 0, `exit ${this.exited}; ${log.slice(-800)}`);
    }, true);
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}

// An authenticator app on a phone with a clock of its own.
export class Phone {
  constructor(world, offsetS = 0) { this.world = world; this.offsetS = offsetS; this.entries = []; }

  // Films the QR code: the picture on the page, as it is shown, read by zbarimg.
  async film(page) {
    const fold = page.locator('.fold-on');
    if (await fold.isVisible() && !(await fold.isChecked())) await fold.check(); // on a phone the picture is folded away
    const file = path.join(this.world.dir, `qr-${Math.random()}.png`);
    await page.locator('img.qr').screenshot({ path: file });
    const done = spawnSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' });
    if (!done.stdout?.trim()) throw new Error('the QR code on the page cannot be read');
    return done.stdout.trim();
  }

  async scan(page) { return this.add(await this.film(page)); }

  add(text) {
    const uri = new URL(text);
    const q = uri.searchParams;
    const entry = { text, label: decodeURIComponent(uri.pathname.replace(/^\/+(totp\/)?/, '')), secret: q.get('secret'), issuer: q.get('issuer'),
      algorithm: q.get('algorithm') ?? 'SHA1', digits: q.get('digits') ?? '6', period: q.get('period') ?? '30' };
    this.entries.push(entry);
    return entry;
  }

  // As the page's "Enter a setup key" says: the key with or without its spaces.
  addKey(secret) { const entry = { secret: secret.replace(/\s/g, '') }; this.entries.push(entry); return entry; }

  codeAt(s, entry = this.entries.at(-1)) {
    const at = new Date(s * 1000).toISOString().replace('T', ' ').slice(0, 19);
    return execFileSync('oathtool', ['--totp', '-b', entry.secret, '-N', `${at} UTC`], { encoding: 'utf8' }).trim();
  }
  code(entry) { return this.codeAt(this.world.now + this.offsetS, entry); }

  // The code of a phone whose clock is off, at a moment when no nearer time has the same six digits (one in some 200 has).
  async offCode(entry = this.entries.at(-1)) {
    for (;;) {
      const off = Math.abs(this.offsetS) - 30, from = new Date((this.world.now - off) * 1000).toISOString().replace('T', ' ').slice(0, 19);
      const nearer = execFileSync('oathtool', ['--totp', '-b', entry.secret, '-N', `${from} UTC`, '-w', String(Math.floor(2 * off / 30))], { encoding: 'utf8' }).split('\n');
      const code = this.code(entry);
      if (!nearer.includes(code)) return code;
      this.world.nextStep();
    }
  }

  // Six digits that are no code within a day and a quarter around now: a clock doctor has nothing to say about them.
  wrongCode(entry = this.entries.at(-1)) {
    const day = 30 * 3600, from = new Date((this.world.now - day) * 1000).toISOString().replace('T', ' ').slice(0, 19);
    const near = new Set(execFileSync('oathtool', ['--totp', '-b', entry.secret, '-N', `${from} UTC`, '-w', String(2 * day / 30)], { encoding: 'utf8' }).split('\n'));
    for (let n = 482916; ; n++) if (!near.has(String(n))) return String(n);
  }
}

// ---- counting ----------------------------------------------------------------------------------------------

let passed = 0, failed = 0;
const only = process.env.ONLY;

export async function check(name, fn, always = false) {
  if (only && !always && !inSection && !name.includes(only)) return;
  try {
    await fn();
    passed++;
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).replace(/\x1b\[\d+m/g, '').split('\n').slice(0, 8).join(' | ').slice(0, 900)}`);
    if (process.env.VERBOSE) console.error(e);
  }
}

// A part of a file with a set-up of its own. ONLY may name it; what breaks in its set-up is one failure.
let inSection = false;
export async function section(name, fn) {
  if (only && !name.includes(only)) return;
  inSection = true;
  try { await fn(); } catch (e) { await check(`${name}: its set-up`, async () => { throw e; }, true); }
  inSection = false;
}

// A guide goes line by line; when a line fails, what hangs on it would only fail again.
export async function guide(name, lines) {
  for (const [line, fn] of lines) {
    const before = failed;
    await check(`${name}: ${line}`, fn);
    if (failed !== before) { console.log(`# ${name}: the lines after it were not tried`); return false; }
  }
  return true;
}

export function finish() { process.exitCode = failed || !passed ? 1 : 0; }

export function must(condition, words) { if (!condition) throw new Error(words); }
export function same(got, wanted, what) { must(got === wanted, `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`); }

// Asked again until it holds: for what a script does after a press. Not a page's own timers: they may stand still.
export async function until(fn, words, most_ms = 6000) {
  for (const end = Date.now() + most_ms; ; await new Promise((r) => setTimeout(r, 40))) {
    let held = false;
    try { held = await fn(); } catch { /* the page is just changing */ }
    if (held) return;
    must(Date.now() < end, `waited in vain for ${words}`);
  }
}

// ---- what a person sees -----------------------------------------------------------------------------------------

// Texts are compared without regard to case (capitals are the style sheet's) and to runs of white space.
export const norm = (s) => s.toLowerCase().replace(/\s+/g, ' ').trim();
export const textOf = async (page) => norm(await page.locator('body').innerText());

export async function sees(page, ...texts) {
  const body = await textOf(page);
  for (const t of texts) {
    const hit = t instanceof RegExp ? t.test(body) : body.includes(norm(t));
    if (!hit) throw new Error(`does not see ${t}; at ${new URL(page.url()).pathname} sees: ${body.slice(0, 700)}`);
  }
}

export async function seesNot(page, ...texts) {
  const body = await textOf(page);
  for (const t of texts) if (t instanceof RegExp ? t.test(body) : body.includes(norm(t))) throw new Error(`sees ${t}`);
}

export const at = (page, wanted) => same(new URL(page.url()).pathname, wanted, 'is at');

const exactly = (name) => (name instanceof RegExp ? name : new RegExp(`^\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`, 'i'));
export const button = (page, name) => page.getByRole('button', { name: exactly(name) }).first();
export const link = (page, name) => page.getByRole('link', { name: exactly(name) }).first();
export const field = (page, name) => page.getByRole('textbox', { name: exactly(name) }).first();
export const secret = (page, name) => page.getByLabel(exactly(name)).first(); // password fields have no role

// A guide says "click LOGIN": it may be a button or a link.
export async function press(page, name) {
  const b = page.getByRole('button', { name: exactly(name) }), l = page.getByRole('link', { name: exactly(name) });
  await ((await b.count()) ? b.first() : l.first()).click();
}

// An error stands in the summary (role=alert, focused) and beside its field, and the title begins with its word.
export async function refused(page, text, { id, lang = 'id' } = {}) {
  const sum = page.locator('#sum');
  const words = norm(await sum.locator('[role=alert]').innerText());
  must(words.includes(norm(text)), `the summary says: ${words}`);
  must(await sum.evaluate((e) => document.activeElement === e), 'the summary does not have the focus');
  must((await page.title()).startsWith(lang === 'en' ? 'Error:' : 'Kesalahan:'), `the title is ${await page.title()}`);
  if (!id) return;
  const input = page.locator(`#${id}`);
  same(await input.getAttribute('aria-invalid'), 'true', `aria-invalid of ${id}`);
  const describes = ((await input.getAttribute('aria-describedby')) || '').split(' ');
  must(describes.includes(`${id}-e`), `${id} is described by ${describes}`);
  must(norm(await page.locator(`#${id}-e`).innerText()).includes(norm(text)), `beside ${id} stands ${await page.locator(`#${id}-e`).innerText()}`);
  const anchor = sum.locator(`a[href="#${id}"]`);
  must(await anchor.count(), `the summary has no link to ${id}`);
  await anchor.first().click();
  must(await input.evaluate((e) => document.activeElement === e), `the link of the summary does not lead to ${id}`);
}
