// Short roads that several guides share: sign in up to a page, and activate the app.
import { PASSWORD, button, field, press } from './world.mjs';

export async function toPassword(page, type, user) {
  await page.goto(`/signin?type=${type}`);
  await field(page, 'User ID').fill(user);
  await button(page, 'Login').click();
}

export async function signIn(page, type, user, password = PASSWORD) {
  await toPassword(page, type, user);
  await page.locator('input[name=password]').fill(password);
  await button(page, 'Login').click();
}

export async function onePage(page, { type = 'pelanggan', user = 'pelanggan1', password = PASSWORD, agree = true } = {}) {
  await page.goto(`/signin?type=${type}`);
  if (user) await field(page, 'User ID').fill(user);
  if (password) await page.locator('input[name=password]').fill(password);
  if (agree) await page.locator('input[name=agree]').check();
  await button(page, 'Login').click();
}

export async function confirmCode(page, code, device) {
  if (device !== undefined) await page.locator('input[name=device]').fill(device);
  await page.locator('input[name=code]').fill(code);
  await button(page, 'Kirim').click();
}

export async function typeCode(page, code) {
  await page.locator('input[name=code]').fill(code);
  await button(page, 'Login').click();
}

export async function signOut(page) {
  await press(page, 'Logout');
}
