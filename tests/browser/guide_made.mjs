// The guide that the program makes: each type's file opens offline, prints, and its steps, read from the file, lead to where it says.
import fs from 'node:fs';
import path from 'node:path';
import { axe, ids, overflow } from './measure.mjs';
import { CAPTCHA, PASSWORD, PHONE, Phone, World, check, finish, guide, must, norm, press, sees, same } from './world.mjs';

const TYPES = ['pelanggan', 'penyedia', 'non-penyedia', 'penyedia-pu', 'signer', 'staff'];
const LANGS = { id: 'id-ID', en: 'en-US' };
const w = await World.start();
const files = new Map();

// A reader with no network: a file from a memory stick.
const reader = await w.browser.newContext({ offline: true, viewport: { width: 1280, height: 800 } });
const open = async (file, more = {}) => {
  const page = await reader.newPage();
  page.said = [];
  page.on('console', (m) => page.said.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => page.said.push(`script: ${e.message}`));
  page.on('request', (r) => { if (!/^(file|data):/.test(r.url())) page.said.push(`asked for ${r.url()}`); });
  if (more.size) await page.setViewportSize({ width: more.size[0], height: more.size[1] });
  await page.emulateMedia({ colorScheme: more.dark ? 'dark' : 'light' });
  await page.goto(`file://${file}`);
  return page;
};

for (const type of TYPES) for (const lang of Object.keys(LANGS)) {
  const file = path.join(w.dir, `${type}-${lang}.html`);
  await check(`made guide, ${type} ${lang}: it opens offline, nothing is asked for and nothing complains`, async () => {
    w.cli('guide', '--type', type, '--lang', lang, '-o', file);
    const page = await open(file);
    same(page.said.join(' | '), '', 'the page said');
    const steps = await page.$$eval('section[data-chapter]', (all) => Object.fromEntries(all.map((s) => [s.dataset.chapter, [...s.querySelectorAll('[data-step]')].map((e) => ({
      step: e.dataset.step, button: e.dataset.button, field: e.dataset.field, href: e.dataset.href, text: e.dataset.text, words: e.textContent,
      at: e.closest('[data-at]')?.dataset.at, group: [...s.querySelectorAll('[data-at]')].indexOf(e.closest('[data-at]')),
    }))])));
    const blank = await page.$$eval('.step', (all) => all.filter((e) => e.querySelector('figure') && e.querySelector('[data-button],[data-field]') && !e.querySelector('.shot [data-hit]')).map((e) => e.innerText.slice(0, 60)));
    same(blank.join(' | '), '', 'pictures that do not show what the step tells');
    must(steps.first?.length > 5, `${steps.first?.length} steps at the first sign-in`);
    files.set(`${type} ${lang}`, steps);
    await page.close();
  });
  await check(`made guide, ${type} ${lang}: axe finds nothing, light and dark, wide and on a phone; the pictures take no focus`, async () => {
    const found = [];
    for (const [size, dark] of [[[1280, 800], false], [PHONE, true]]) {
      const page = await open(file, { size, dark });
      found.push(...await axe(page, { contrast: dark }), ...await ids(page), ...(await overflow(page)).filter((x) => !/cuts its text/.test(x)));
      found.push(...await page.$$eval('.shot a[href], .shot [id], .shot [name], .shot script, .shot iframe', (all) => all.map((e) => `alive: ${e.outerHTML.slice(0, 80)}`)));
      const stops = await page.$$eval('.shot *', (all) => all.filter((e) => e.tabIndex >= 0 && !e.closest('[inert]')).length);
      if (stops) found.push(`${stops} stops in pictures`);
      await page.close();
    }
    must(!found.length, `${found.length}: ${found.slice(0, 5).join(' | ')}`);
  });
}

await check('made guide: it prints on several sheets of A4, with the pictures', async () => {
  const page = await open(path.join(w.dir, 'penyedia-id.html'));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0, box = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf);
  console.log(`# ${sheets} sheets of ${box?.[1]} x ${box?.[2]} points, ${pdf.length} bytes`);
  must(sheets > 3 && sheets < 30, `${sheets} sheets`);
  must(Math.abs(Number(box[1]) - 595) < 2 && Math.abs(Number(box[2]) - 842) < 2, `a sheet of ${box[1]} x ${box[2]}`);
  await page.emulateMedia({ media: 'print' });
  must(await page.locator('.shot button', { hasText: 'Login' }).first().isVisible(), 'the buttons of the pictures are not printed');
  await page.close();
});

await check('made guide: the pictures are no real QR code and no real key', async () => {
  const page = await open(path.join(w.dir, 'penyedia-id.html'));
  const phone = new Phone(w);
  const text = await page.locator('.shot img.qr').first().getAttribute('src');
  must(text.startsWith('data:image/png;base64,'), 'no picture of a QR code');
  await page.evaluate(() => document.querySelectorAll('.stamp').forEach((e) => e.remove()));
  must(/^CONTOH/.test(await phone.film(page)), 'the example QR code does not say CONTOH');
  must(!/otpauth:/.test(fs.readFileSync(path.join(w.dir, 'penyedia-id.html'), 'utf8')), 'an otpauth address is in the file');
  await page.close();
});

// ---- following it ----------------------------------------------------------------------------------------------

async function fill(page, name, value) {
  const box = page.locator(`input[name="${name}"]:visible`).first();
  must(await box.count(), `no field ${name} at ${page.url()}`);
  await box.fill(value);
}

// One word of the guide, done.
async function act(who, s) {
  const { page } = who;
  switch (s.step) {
    case 'open': return page.goto(s.href);
    case 'press': return press(page, s.button);
    case 'tick': return page.locator(`input[name="${s.field}"]`).check();
    case 'see': return sees(page, s.text);
    case 'scan': return who.phone.scan(page);
    case 'code': w.nextStep(); return fill(page, s.field, who.phone.code());
    case 'fill':
      if (s.field !== 'captcha') {
        const label = norm(await page.locator(`label[for="${s.field}"]`).first().innerText());
        must(label.startsWith(norm(s.words)), `the field is called ${label}, the guide says ${s.words}`);
      }
      return fill(page, s.field, { user: who.user, password: PASSWORD, device: `HP ${(who.named = (who.named ?? 0) + 1)}`, captcha: CAPTCHA }[s.field]);
    default: throw new Error(`an unknown step ${s.step}`);
  }
}

async function follow(who, steps) {
  let group = -1, here = true;
  for (const s of steps) {
    if (s.group !== group) { group = s.group; here = !s.at || new URL(who.page.url()).pathname === s.at; }
    if (here || group < 0) {
      try { await act(who, s); } catch (e) { throw new Error(`${s.step} ${s.words}: ${e.message}`); }
    }
  }
}

for (const [i, type] of TYPES.entries()) {
  const lang = i % 2 ? 'en' : 'id';
  const steps = files.get(`${type} ${lang}`) ?? {};
  const who = { page: await w.person({ lang: LANGS[lang], size: i % 3 === 1 ? PHONE : undefined, scripts: i % 3 !== 2 }), phone: new Phone(w), user: w.user(type) };
  await guide(`made guide followed, ${type} ${lang}`, [
    ['the first sign-in, with the activation', () => follow(who, steps.first)],
    ['a second device, where the type allows more than one', async () => {
      if (steps.devices?.length) await follow(who, steps.devices);
    }],
    ['recovery codes, after the time of a fresh proof', async () => {
      w.pass(360);
      await follow(who, steps.recovery);
    }],
    ['signing out', () => follow(who, steps.out)],
    ['a later sign-in, with a code', () => follow(who, steps.later)],
    ['turning TOTP off, where it is allowed', async () => {
      if (!steps.off) return;
      if (i === 1 || i === 3) w.pass(360); // then a fresh proof is asked
      await follow(who, steps.off);
    }],
  ]);
  await w.nobody();
}

await check('the server hands out the same guide, as a file, from its help page', async () => {
  const page = await w.person();
  await page.goto('/help');
  const download = page.waitForEvent('download');
  await page.locator('a[href="/help/guide?type=penyedia"]').click();
  const got = await download;
  same(got.suggestedFilename(), 'penyedia-id.html', 'the name of the file');
  const text = fs.readFileSync(await got.path(), 'utf8');
  must(text.includes('data-type="penyedia"') && text.includes('data-chapter="first"'), 'it is no guide');
});

await reader.close();
await w.stop();
finish();
