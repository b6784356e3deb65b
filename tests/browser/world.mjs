// The world of a browser test: a demo server with a hand-set clock, a browser, and a phone.
//
// The server is the sanitizer build with -Dtest_clock: it reads its time from a file, so nothing here sleeps for a
// period to pass. The phone knows nothing of Gerbang: it reads the QR code off the page's picture with zbarimg
// and makes codes with oathtool.
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const PASSWORD = 'empat kata contoh gerbang';
const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const freePort = () => new Promise((resolve) => {
  const s = net.createServer();
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

export class World {
  static async start({ more = () => '' } = {}) {
    const w = new World();
    w.dir = fs.mkdtempSync(path.join(process.env.TMP || '/tmp', 'world-'));
    w.clockFile = path.join(w.dir, 'clock');
    w.setClock(1795230000); // 21 November 2026, a round minute
    w.port = await freePort();
    w.base = `http://localhost:${w.port}`;
    w.program = path.join(process.env.BUILD_CHECK, 'gerbang');
    w.env = { ...process.env, GERBANG_TEST_CLOCK: w.clockFile, GERBANG_DEMO_PASSWORD: PASSWORD };
    w.log = fs.openSync(path.join(w.dir, 'log'), 'w');
    w.server = spawn(w.program, ['demo', '--port', String(w.port), '--data', path.join(w.dir, 'demo')],
      { env: w.env, stdio: ['ignore', w.log, w.log] });
    w.server.on('exit', (code) => { w.exited = code; });
    await w.waitReady();
    w.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_ARGS });
    return w;
  }

  async waitReady() {
    for (let i = 0; i < 600; i++) {
      if (this.exited !== undefined) break;
      try { const r = await fetch(`http://127.0.0.1:${this.port}/readyz`); if (r.status === 200) return; } catch { /* not yet */ }
      await new Promise((r) => setTimeout(r, 50));
    }
    throw new Error(`the demo did not start:\n${fs.readFileSync(path.join(this.dir, 'log'), 'utf8').slice(-3000)}`);
  }

  setClock(s) { this.now = s; fs.writeFileSync(`${this.clockFile}.new`, `${s}\n`); fs.renameSync(`${this.clockFile}.new`, this.clockFile); }
  pass(s) { this.setClock(this.now + s); }
  nextStep() { this.setClock((Math.floor(this.now / 30) + 1) * 30); }

  cli(...args) {
    return execFileSync(this.program, [...args, '--data', path.join(this.dir, 'demo')], { env: this.env, encoding: 'utf8' });
  }

  // A browser of its own. `size` is [width, height]; scripts can be off.
  async person({ scripts = true, size = [1280, 800], lang = 'id-ID', dark = false, touch = size[0] < 600 } = {}) {
    const context = await this.browser.newContext({
      javaScriptEnabled: scripts, viewport: { width: size[0], height: size[1] }, locale: lang,
      colorScheme: dark ? 'dark' : 'light', hasTouch: touch, isMobile: touch, baseURL: this.base,
      permissions: [],
    });
    context.setDefaultTimeout(8000);
    return context.newPage();
  }

  async stop() {
    await this.browser?.close();
    if (this.exited === undefined) {
      const gone = new Promise((r) => this.server.on('exit', r));
      this.server.kill('SIGTERM');
      await Promise.race([gone, new Promise((r) => setTimeout(r, 12000))]);
      if (this.exited === undefined) this.server.kill('SIGKILL');
    }
    const log = fs.readFileSync(path.join(this.dir, 'log'), 'utf8');
    if (/AddressSanitizer|runtime error:|ThreadSanitizer|panic/.test(log)) throw new Error(`the server's log has:\n${log.slice(-3000)}`);
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}

// An authenticator app on a phone with a clock of its own.
export class Phone {
  constructor(world, offsetS = 0) { this.world = world; this.offsetS = offsetS; this.entries = []; }

  // Films the QR code: a screenshot of the picture on the page, read by zbarimg.
  async scan(page) {
    const file = path.join(this.world.dir, `qr-${this.entries.length}.png`);
    const src = await page.locator('img.qr').getAttribute('src');
    const png = Buffer.from(src.replace('data:image/png;base64,', ''), 'base64');
    fs.writeFileSync(file, png);
    let text;
    try {
      text = execFileSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' }).trim();
    } catch { // a module is one pixel in the data: picture; a camera sees it larger
      await page.locator('img.qr').screenshot({ path: file });
      text = execFileSync('zbarimg', ['-q', '--raw', file], { encoding: 'utf8' }).trim();
    }
    return this.add(text);
  }

  add(text) {
    const uri = new URL(text);
    const q = uri.searchParams;
    const entry = { text, label: decodeURIComponent(uri.pathname.replace(/^\/+(totp\/)?/, '')), secret: q.get('secret'), issuer: q.get('issuer'),
      algorithm: q.get('algorithm'), digits: q.get('digits'), period: q.get('period') };
    this.entries.push(entry);
    return entry;
  }

  code(entry = this.entries.at(-1)) {
    const at = new Date((this.world.now + this.offsetS) * 1000).toISOString().replace('T', ' ').slice(0, 19);
    return execFileSync('oathtool', ['--totp', '-b', entry.secret, '-N', `${at} UTC`], { encoding: 'utf8' }).trim();
  }

  wrongCode(entry) {
    // Not a code of any step that a diagnosis would look at; six digits all the same.
    const right = this.code(entry);
    return right === '000000' ? '111111' : '000000';
  }
}

// ---- counting ----------------------------------------------------------------------------------------------

let passed = 0, failed = 0;
export const filter = process.env.ONLY;

export async function check(name, fn) {
  if (filter && !name.includes(filter)) return;
  try {
    await fn();
    passed++;
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${String(e.message).split('\n').slice(0, 6).join(' | ').slice(0, 600)}`);
    if (process.env.VERBOSE) console.error(e);
  }
}

export function finish() {
  process.exitCode = failed || !passed ? 1 : 0;
}

export function must(condition, words) {
  if (!condition) throw new Error(words);
}

// Texts are compared without regard to case (capitals are the style sheet's) and to runs of white space.
export const norm = (s) => s.toLowerCase().replace(/\s+/g, ' ').trim();

export async function sees(page, ...texts) {
  const body = norm(await page.locator('body').innerText());
  for (const t of texts) {
    const hit = t instanceof RegExp ? t.test(body) : body.includes(norm(t));
    if (!hit) throw new Error(`does not see ${t}; sees: ${body.slice(0, 700)}`);
  }
}

export async function seesNot(page, ...texts) {
  const body = norm(await page.locator('body').innerText());
  for (const t of texts) if (t instanceof RegExp ? t.test(body) : body.includes(norm(t))) throw new Error(`sees ${t}`);
}

export const button = (page, name) => page.getByRole('button', { name, exact: false }).first();
export const link = (page, name) => page.getByRole('link', { name, exact: false }).first();
export const field = (page, name) => page.getByLabel(name, { exact: false }).first();
// A guide says "click LOGIN": it may be a button or a link.
export async function press(page, name) {
  const b = page.getByRole('button', { name, exact: false }), l = page.getByRole('link', { name, exact: false });
  const target = (await b.count()) ? b.first() : l.first();
  await target.click();
}
