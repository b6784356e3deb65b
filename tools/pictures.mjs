// The pictures of the README: real pages of the demo. Time and names are always the same; only the QR code differs.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { PASSWORD, PHONE, Phone, World, button, field, press } from '../tests/browser/world.mjs';
import { confirmCode, signIn, signOut, toPassword } from '../tests/browser/roads.mjs';

const out = process.argv[2];
fs.mkdirSync(out, { recursive: true });
const w = await World.start();
const DESKTOP = [1000, 640];

// A page is flat: a palette of at most 256 colours holds it, at a quarter of the bytes.
function smaller(png) {
  const u32 = (at) => png.readUInt32BE(at), width = u32(16), height = u32(20), depth = { 2: 3, 6: 4 }[png[25]];
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + u32(at)) if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + u32(at)));
  const raw = zlib.inflateSync(Buffer.concat(parts)), stride = width * depth, rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < stride; x++) {
    const left = x >= depth ? rows[y * stride + x - depth] : 0, up = y ? rows[(y - 1) * stride + x] : 0, corner = y && x >= depth ? rows[(y - 1) * stride + x - depth] : 0;
    const p = left + up - corner, [a, b, c] = [left, up, corner].map((v) => Math.abs(p - v));
    rows[y * stride + x] = raw[y * (stride + 1) + 1 + x] + [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][raw[y * (stride + 1)]];
  }
  const seen = new Map(), at = (i) => (rows[i * depth] << 16) | (rows[i * depth + 1] << 8) | rows[i * depth + 2];
  for (let i = 0; i < width * height; i++) seen.set(at(i), (seen.get(at(i)) ?? 0) + 1);
  const palette = [...seen.keys()].sort((a, b) => seen.get(b) - seen.get(a)).slice(0, 256), index = new Map();
  const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  for (const v of seen.keys()) index.set(v, palette.reduce((best, p, k) => (far(p, v) < far(palette[best], v) ? k : best), 0));
  const lines = Buffer.alloc((width + 1) * height);
  for (let i = 0; i < width * height; i++) lines[Math.floor(i / width) * (width + 1) + 1 + i % width] = index.get(at(i));
  const chunk = (name, data) => {
    const ends = Buffer.alloc(8), body = Buffer.concat([Buffer.from(name), data]);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.from(png.subarray(16, 29));
  head[8] = 8; // bits
  head[9] = 3; // by palette
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap((v) => [v >> 16, (v >> 8) & 255, v & 255]))),
    chunk('IDAT', zlib.deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) { c ^= b; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return ~c >>> 0;
}

async function shoot(page, name, { whole = false } = {}) {
  await page.evaluate(() => { scrollTo(0, 0); document.activeElement?.blur(); });
  if (whole) await page.evaluate(() => { // a strip that is always in sight would stand in the middle of a whole page
    const style = document.head.appendChild(document.createElement('style'));
    style.textContent = '.mode{position:static!important}body{padding:0!important}';
  });
  const png = smaller(await page.screenshot({ fullPage: whole, animations: 'disabled', caret: 'hide' }));
  fs.writeFileSync(path.join(out, `${name}.png`), png);
  console.log(`${name}.png ${png.length} bytes`);
}

const desk = await w.person({ size: DESKTOP, scripts: false, more: { bypassCSP: true } }); // without scripts the countdown stands still
await desk.goto('/');
await shoot(desk, 'landing');

const small = await w.person({ size: PHONE, scale: 2 });
await toPassword(small, 'penyedia', 'penyedia1');
await small.clock.install();
await shoot(small, 'password-phone');

await signIn(desk, 'penyedia', 'penyedia1');
await press(desk, 'Enable TOTP');
w.pass(1);
await desk.reload();
await shoot(desk, 'activation', { whole: true });
const phone = new Phone(w);
await phone.scan(desk);
await confirmCode(desk, phone.code(), 'HP Kantor');
await desk.goto('/home');
await signOut(desk);
w.pass(86400);
w.nextStep();
await signIn(desk, 'penyedia', 'penyedia1');
await field(desk, 'Kode OTP').fill(phone.code());
await button(desk, 'Login').click();
await shoot(desk, 'home', { whole: true });

const dark = await w.person({ size: PHONE, scale: 2, dark: true });
await signIn(dark, 'penyedia', 'penyedia1');
await shoot(dark, 'code-phone-dark');

const english = await w.person({ size: PHONE, scale: 2, lang: 'en-GB' });
await english.goto('/signin?type=pelanggan');
await english.locator('#user').fill('pelanggan1');
await english.locator('#password').fill(PASSWORD);
await shoot(english, 'one-page-phone');

await w.stop();
