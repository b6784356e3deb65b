// Short roads that several guides share. Captions are the guides' own, in Indonesian, unless `words` says otherwise.
import { CAPTCHA, PASSWORD, Phone, at, button, field, link, must, norm, press, same, secret } from './world.mjs';

export const INDONESIAN = { user: 'User ID', password: 'Password', login: 'Login', code: 'Kode OTP', device: 'Nama Perangkat', send: 'Kirim', logout: 'Logout' };
export const ENGLISH = { user: 'User ID', password: 'Password', login: 'Sign in', code: 'One-time code', device: 'Device name', send: 'Send', logout: 'Sign out' };

export async function toPassword(page, type, user, words = INDONESIAN) {
  await page.goto(`/signin?type=${type}`);
  await field(page, words.user).fill(user);
  await button(page, words.login).click();
  at(page, '/signin/password');
}

// Where the form asks for it.
export async function typeCaptcha(page, text = CAPTCHA) {
  const box = page.locator('#captcha');
  if (await box.count()) await box.fill(text);
}

// User id, then password; wherever that leads.
export async function signIn(page, type, user, { password = PASSWORD, words = INDONESIAN } = {}) {
  await toPassword(page, type, user, words);
  await secret(page, words.password).fill(password);
  await typeCaptcha(page);
  await button(page, words.login).click();
}

export async function onePage(page, { type = 'pelanggan', user, password = PASSWORD, agree = true, captcha = CAPTCHA, words = INDONESIAN, from } = {}) {
  if (!from) await page.goto(`/signin?type=${type}`);
  if (user !== undefined) await field(page, words.user).fill(user);
  if (password !== undefined) await secret(page, words.password).fill(password);
  if (captcha !== undefined) await typeCaptcha(page, captcha);
  const tick = page.locator('input[name=agree]');
  if (await tick.isChecked() !== agree) await tick.setChecked(agree);
  await button(page, words.login).click();
}

export async function confirmCode(page, code, device, words = INDONESIAN) {
  if (device !== undefined) await field(page, words.device).fill(device);
  await field(page, words.code).fill(code);
  await button(page, words.send).click();
}

export async function typeCode(page, code, words = INDONESIAN) {
  await field(page, words.code).fill(code);
  await button(page, words.login).click();
}

export async function signOut(page, words = INDONESIAN) {
  await button(page, words.logout).click();
  at(page, '/signed-out');
}

// Signed in, with an activated phone, at `go` (the type's home). Two-step types.
export async function enrolled(w, page, type, user, { device = 'HP Kantor' } = {}) {
  await signIn(page, type, user);
  if (new URL(page.url()).pathname === '/home') await press(page, 'Enable TOTP');
  const phone = new Phone(w);
  await phone.scan(page);
  await confirmCode(page, phone.code(), device);
  at(page, '/signin/done');
  await page.locator('main a.button').click();
  return phone;
}

// The countdown's sentence, as a number of seconds.
export async function secondsLeft(page) {
  const m = /(\d+) (?:menit|min)\D+(\d+) (?:detik|s)\b/.exec(norm(await page.locator('.timer').innerText()));
  must(m, `no countdown in: ${await page.locator('.timer').innerText()}`);
  return Number(m[1]) * 60 + Number(m[2]);
}

// Time passes for the server and, where scripts run on a fake clock (page.clock.install), for the page.
export async function wait(w, page, s, { reload = false } = {}) {
  w.pass(s);
  if (page.fakeClock) await page.clock.runFor(s * 1000);
  if (reload) await page.reload();
}

export async function fakeClock(page) {
  await page.clock.install({ time: new Date('2026-11-21T00:00:00Z') });
  page.fakeClock = true;
}

// The seconds of the Refresh header that the page came with, or none.
export function refreshOf(response) {
  const m = /^(\d+); ?url=(.*)$/.exec(response.headers().refresh || '');
  return m && { s: Number(m[1]), url: m[2] };
}

export { at, button, field, link, must, norm, press, same, secret };
