// Figures of every page in every state, as the preview draws them: touch targets, thumb reach, contrast, reading, axe, zoom.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BIG_TEXT, axe, blocks, ids, overflow, targets } from './measure.mjs';
import { never, statistics, withoutGuides, wordsOf } from './words.mjs';
import { PHONE, check, chromiumOpen, finish, must } from './world.mjs';

const SRC = process.env.SRC || fileURLToPath(new URL('../..', import.meta.url));
const dir = fs.mkdtempSync(path.join(process.env.TMP || os.tmpdir(), 'preview-'));
execFileSync(path.join(process.env.BUILD_CHECK, 'tests', 'unit', 'preview'), [dir], { stdio: ['ignore', 'ignore', 'pipe'] });
const files = fs.readdirSync(dir).filter((f) => /\.(id|en)\.html$/.test(f) && (!process.env.PAGE || f.startsWith(process.env.PAGE))).sort();

// The drawn pages with the real script behind them.
const server = http.createServer((req, res) => {
  const script = req.url.startsWith('/static/');
  res.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
  const file = script ? path.join(SRC, 'pages', 'static', `${path.basename(req.url).split('.')[0]}.js`) : path.join(dir, path.basename(req.url));
  res.end(fs.existsSync(file) ? fs.readFileSync(file) : '');
});
await new Promise((r) => server.listen(0, '127.0.0.1', r));
const base = `http://localhost:${server.address().port}`;

// The stylesheet is what may break a page; what axe finds is kept by page.
const browser = await chromiumOpen();
const found = new Map(), texts = { id: [], en: [] }, buttons = { id: [], en: [] }, bytes = [];
const note = (figure, file, list) => { for (const x of list) found.set(figure, [...(found.get(figure) ?? []), `${file}: ${x}`]); };

async function one(page, file) {
  const lang = file.endsWith('.en.html') ? 'en' : 'id';
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${base}/${file}`);
  const html = fs.readFileSync(path.join(dir, file), 'utf8');
  bytes.push([file, Buffer.byteLength(html)]);
  note('ids', file, await ids(page));
  const title = await page.title(), h1 = await page.locator('h1').count();
  if (h1 !== 1) note('headings', file, [`${h1} h1`]);
  if (await page.locator('#sum').count()) {
    if (!title.startsWith(lang === 'en' ? 'Error:' : 'Kesalahan:')) note('headings', file, [`the title is ${title}`]);
    if (!await page.evaluate(() => document.activeElement?.id === 'sum')) note('focus', file, ['the summary has not the focus']);
  } else if (/^(Error|Kesalahan):/.test(title)) note('headings', file, [`the title is ${title}`]);
  for (const e of await page.locator('details').all()) await e.evaluate((d) => { d.open = true; });
  note('axe', file, await axe(page));
  note('targets', file, await targets(page));
  for (const b of await blocks(page)) texts[lang].push({ file, ...b });
  buttons[lang].push(...(await page.locator('button:visible, a.button:visible').allInnerTexts()).map((t) => [file, t.trim()]));
  await page.emulateMedia({ colorScheme: 'dark' });
  note('contrast in the dark', file, await axe(page, { contrast: true }));
  await page.setViewportSize({ width: 360, height: 640 });
  note('targets', file, await targets(page));
  note('overflow', file, await overflow(page));
  await page.setViewportSize({ width: 320, height: 640 });
  note('targets', file, await targets(page));
  note('overflow', file, await overflow(page));
  await page.addStyleTag({ content: BIG_TEXT });
  note('overflow', file, (await overflow(page)).map((x) => `${x} (big text)`));
}

const queue = [...files];
await check('the preview draws every page in both languages', async () => {
  must(files.length >= 100 || process.env.PAGE, `${files.length} pages`);
  for (const f of files) must(fs.existsSync(path.join(dir, f.replace('.id.', '.en.'))), `${f} has no English twin`);
});
await Promise.all([1, 2].map(async () => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  while (queue.length) await one(page, queue.shift());
}));

// What only a phone shows: the same-phone link first, the QR code folded away.
{
  const page = await (await browser.newContext({ viewport: { width: PHONE[0], height: PHONE[1] }, isMobile: true, hasTouch: true })).newPage();
  for (const file of files.filter((f) => /^enrol(-wrong|-leftover|-renewed)?\.(id|en)\./.test(f))) {
    await page.goto(`${base}/${file}`);
    const qr = page.locator('img.qr'), show = page.locator('.fold-on');
    if (!await show.isVisible() || await qr.isVisible() || !await page.locator('.phone a[href^="otpauth:"]').isVisible()) note('phone', file, ['the link for the same phone is not there, or the QR code is not folded']);
    else { await show.check(); if (!await qr.isVisible()) note('phone', file, ['the QR code does not unfold']); }
    note('targets', `${file} on a phone`, await targets(page));
    note('overflow', `${file} on a phone`, await overflow(page));
    note('axe', `${file} on a phone`, await axe(page));
  }
}

const none = (figure, name) => check(name, async () => {
  const list = found.get(figure) ?? [];
  if (process.env.VERBOSE) for (const x of list) console.log(`# ${x}`);
  must(!list.length, `${list.length}: ${list.slice(0, 6).join(' | ')}`);
});
await none('axe', `figure 7: axe finds nothing and leaves nothing open, with contrast 7:1 (${files.length} pages)`);
await none('contrast in the dark', 'figure 5: contrast 7:1 in the dark scheme');
await none('ids', 'figure 7: ids are unique and what points to one finds it');
await none('headings', 'one h1 a page; the title begins with its error word exactly when there is an error');
await none('focus', 'figure 8: the error summary has the focus');
await none('phone', 'on a phone the activation offers the link for the same phone, and folds the QR code away');
await none('targets', 'figure 4: every control is at least 44 x 44 px at 320, 360 and 1280');
await none('overflow', 'figure 9: nothing scrolls sideways or is cut at 320 px with twice the text and its spacing');

await check('figure 2: every page with its style is at most 14,336 bytes less the script, the style at most 8 KB', async () => {
  const script = fs.statSync(path.join(SRC, 'pages', 'static', 'app.js')).size;
  const style = Math.max(...files.map((f) => /<style>([\s\S]*?)<\/style>/.exec(fs.readFileSync(path.join(dir, f), 'utf8'))[1].length));
  const [worst, n] = bytes.sort((a, b) => b[1] - a[1])[0];
  console.log(`# style ${style} bytes, script ${script} before it is packed, largest page ${worst} ${n}`);
  must(style <= 8192, `the style has ${style} bytes`);
  must(n <= 14336, `${worst} has ${n} bytes`);
});

// Thumb reach: what one presses stands above the phone's keyboard.
for (const [file, what] of [['user', 'User ID'], ['password', 'Password'], ['code', 'Kode OTP']]) {
  await check(`figure 4: the main button of the page ${what} ends at 400 px or above on a phone of 360 x 640`, async () => {
    const page = await (await browser.newContext({ viewport: { width: PHONE[0], height: PHONE[1] }, isMobile: true, hasTouch: true })).newPage();
    await page.goto(`${base}/${file}.id.html`);
    const box = await page.locator('main form button:not([type=button])').first().boundingBox();
    console.log(`# ${file}: ${Math.round(box.y + box.height)} px, ${Math.round(box.height)} high`);
    must(box.y + box.height <= 400, `it ends at ${box.y + box.height}`);
    must(box.height >= 48, `it is ${box.height} high`);
    await page.context().close();
  });
}

// ---- reading ----------------------------------------------------------------------------------------------------

for (const lang of ['id', 'en']) {
  const unit = texts[lang].filter((b) => !['DT', 'DD'].includes(b.tag));
  const s = statistics(unit.map((b) => b.text), lang);
  const figures = `${s.sentences} sentences, mean ${s.mean.toFixed(1)}, 95 % at most ${s.p95}, longest ${s.max}` + (lang === 'en' ? `, grade ${s.grade.toFixed(1)}` : `, ${(s.longShare * 100).toFixed(1)} % long words`);
  console.log(`# reading, ${lang}: ${figures}`);
  await check(`figure 6, ${lang}: sentences are short (mean 10, 95 % 15, longest 20 words)`, async () => {
    must(s.mean <= 10 && s.p95 <= 15 && s.max <= 20, `${figures}; the longest: ${s.longest}`);
  });
  if (lang === 'en') await check('figure 6, en: school grade at most 5', async () => { must(s.grade <= 5, figures); });
  else await check('figure 6, id: words of four syllables and more are at most 15 in 100', async () => { must(s.longShare <= 0.15, `${figures}: ${s.longWords.join(' ')}`); });
  await check(`figure 6, ${lang}: no word that is never said`, async () => {
    const strip = withoutGuides(lang), bad = new Set();
    for (const b of unit) for (const x of never(strip(b.text), lang)) bad.add(`${x} in ${b.file}: ${b.text.slice(0, 80)}`);
    must(!bad.size, [...bad].slice(0, 6).join(' | '));
  });
  await check(`figure 6, ${lang}: a message has at most two sentences, a button at most four words`, async () => {
    const strip = withoutGuides(lang), bad = new Set();
    for (const b of unit) if (b.file !== `terms.${lang}.html` && !b.file.startsWith('agree') && strip(b.text).replaceAll('¶', 'x').split(/(?<=[.!?])\s+(?=[A-Z0-9"x])/).length > 2) bad.add(`${b.file}: ${b.text.slice(0, 120)}`);
    const ways = /sidik jari, wajah, atau PIN$|fingerprint, face or PIN$/; // three names of one thing: people look for theirs
    for (const [file, t] of buttons[lang]) if (!ways.test(t) && wordsOf(strip(t).replaceAll('¶', '')).length > 4) bad.add(`${file}: button ${t}`);
    must(!bad.size, [...bad].slice(0, 6).join(' | '));
  });
}

await browser.close();
server.close();
fs.rmSync(dir, { recursive: true, force: true });
finish();
