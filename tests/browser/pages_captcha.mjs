// The captcha where the device works first (captcha = "work"), and the work itself beside another implementation: npm altcha-lib.
import { createChallenge, solveChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { axe } from './measure.mjs';
import { CAPTCHA, PASSWORD, PHONE, WIDE, World, button, check, field, finish, guide, must, press, refused, same, secret, sees, seesNot, until } from './world.mjs';
import { solve } from '../../pages/static/captcha.js';

const TYPES = `
type "dua" { label_id = "Dua" label_en = "Two" captcha = "always" terms = "footer" mfa = "off" factors = {"code"} }
type "satu" { label_id = "Satu" label_en = "One" layout = "one-page" captcha = "always" terms = "footer" mfa = "off" factors = {"code"} }
`;
const serve = (world) => `organisation = "LPSE Contoh"
base_url = "${world.base}"
listen = {"127.0.0.1:${world.port}"}
captcha = "work"
${TYPES}`;

const w = await World.start({ serve });
const SECRET = 'of the test alone';

// ---- beside altcha-lib -------------------------------------------------------------------------------------------------

// A client without a browser: cookies and forms by hand.
async function client() {
  const jar = new Map();
  const ask = async (path, how = {}) => {
    const r = await fetch(w.base + path, { redirect: 'manual', ...how, headers: { ...how.headers, cookie: [...jar].map((c) => c.join('=')).join('; ') } });
    for (const line of r.headers.getSetCookie()) { const [name, value] = line.split(';')[0].split('='); jar.set(name, value); }
    return r;
  };
  const csrf = async (r) => /name="csrf" value="([^"]+)"/.exec(await r.text())[1];
  const post = (path, fields) => ask(path, { method: 'POST', body: new URLSearchParams(fields) });
  return { ask, csrf, post };
}

async function signInWith(payloadOf) {
  const c = await client(), user = w.user('dua');
  let token = await c.csrf(await c.ask('/signin?type=dua'));
  await c.post('/signin', { csrf: token, type: 'dua', user });
  token = await c.csrf(await c.ask('/signin/password'));
  const challenge = await (await c.ask('/captcha.json')).json();
  return c.post('/signin/password', { csrf: token, password: PASSWORD, altcha: await payloadOf(challenge) });
}
const payload = (challenge, solution) => btoa(JSON.stringify({ challenge, solution }));

await check('altcha-lib solves our question, and the server takes it', async () => {
  const r = await signInWith(async (challenge) => payload(challenge, await solveChallenge({ challenge, deriveKey })));
  same(r.status, 303, 'status');
  same(r.headers.get('location'), '/home', 'leads to');
});
await check('our solver solves our question, and altcha-lib finds the same', async () => {
  const r = await signInWith(async (challenge) => {
    const ours = await solve(challenge), theirs = await solveChallenge({ challenge, deriveKey });
    same(ours.counter, theirs.counter, 'the counter');
    same(ours.derivedKey, theirs.derivedKey, 'the key');
    return payload(challenge, ours);
  });
  same(r.status, 303, 'status');
});
await check('our solver solves questions of altcha-lib, of both its kinds, and it verifies them', async () => {
  for (const how of [{ counter: 37 }, { keyPrefix: '0' }, { keyPrefix: '00', algorithm: 'PBKDF2/SHA-512', cost: 50 }]) {
    const challenge = await createChallenge({ algorithm: 'PBKDF2/SHA-256', cost: 200, deriveKey, hmacSignatureSecret: SECRET, ...how });
    const result = await verifySolution({ challenge, solution: await solve(challenge), deriveKey, hmacSignatureSecret: SECRET });
    must(result.verified, `${JSON.stringify(how)}: ${JSON.stringify(result)}`);
  }
});
await check('a question whose cost was lowered is refused, though altcha-lib solved it', async () => {
  const r = await signInWith(async (challenge) => {
    const cheap = { ...challenge, parameters: { ...challenge.parameters, cost: 1, keyPrefix: '00' } };
    return payload(cheap, await solveChallenge({ challenge: cheap, deriveKey }));
  });
  same(r.status, 422, 'status');
});

// ---- in the browser ------------------------------------------------------------------------------------------------------

for (const [name, size] of [['wide', WIDE], ['phone', PHONE]]) {
  const page = await w.person({ size });
  const user = w.user('satu');
  const pictures = [];
  page.on('request', (r) => { if (/captcha\.(png|wav)/.test(r.url())) pictures.push(r.url()); });
  await guide(`work first, ${name}`, [
    ['nothing is asked, nothing is seen, no picture is fetched', async () => {
      await page.goto('/signin?type=satu');
      await seesNot(page, 'Kode Keamanan');
      same(await page.locator('img[src^="/captcha"]').count(), 0, 'pictures');
      same((await axe(page)).join(' | '), '', 'axe');
    }],
    ['the work is done while the person types; Login signs in', async () => {
      await field(page, 'User ID').fill(user);
      await until(async () => await page.locator('input[name=altcha]').count() === 1, 'the work');
      await secret(page, 'Password').fill('salah sekali');
      await button(page, 'Login').click();
      await refused(page, 'User ID atau password tidak cocok', { id: 'password' });
      await seesNot(page, 'Kode Keamanan');
      await secret(page, 'Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/home');
      same(pictures.length, 0, 'pictures that were fetched');
    }],
  ]);
}

await check('Login that is pressed before the work is done waits for it, once', async () => {
  const page = await w.person();
  let posts = 0;
  page.on('request', (r) => { posts += r.method() === 'POST'; });
  await page.route('**/captcha.json', async (route) => { await new Promise((r) => { setTimeout(r, 700); }); await route.continue(); });
  await page.goto('/signin?type=satu');
  await field(page, 'User ID').fill(w.user('satu'));
  await secret(page, 'Password').fill(PASSWORD);
  await button(page, 'Login').click();
  await page.waitForURL('**/home');
  same(posts, 1, 'posts');
});

await check('when the work fails the picture is there, with sound and another picture, and it signs in', async () => {
  const page = await w.person({ size: PHONE });
  page.expects404 = true;
  await page.route('**/captcha.json', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('/signin?type=satu');
  await field(page, 'User ID').fill(w.user('satu'));
  await field(page, 'Kode Keamanan').waitFor();
  await secret(page, 'Password').fill(PASSWORD);
  const img = page.getByRole('img', { name: 'Gambar berisi 5 angka untuk disalin' });
  const before = await img.getAttribute('src');
  await button(page, /Klik di sini untuk mengganti kode/).click();
  must(await img.getAttribute('src') !== before, 'no other picture');
  same(await secret(page, 'Password').inputValue(), PASSWORD, 'the password');
  await field(page, 'Kode Keamanan').fill(CAPTCHA);
  await button(page, 'Login').click();
  await page.waitForURL('**/home');
});

await check('without scripts the picture is there from the beginning', async () => {
  const page = await w.person({ scripts: false, size: PHONE });
  await page.goto('/signin?type=satu');
  await sees(page, 'Kode Keamanan', 'Dengarkan kode');
  await field(page, 'User ID').fill(w.user('satu'));
  await press(page, /Klik di sini untuk mengganti kode/);
  must((await field(page, 'User ID').inputValue()).startsWith('satu'), 'the User ID is gone');
  await secret(page, 'Password').fill(PASSWORD);
  await field(page, 'Kode Keamanan').fill(CAPTCHA);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/home');
});

await check('care, page 3: the work is short on a processor six times slower (target 1 s), and blocks nothing', async () => {
  const page = await w.person({ size: PHONE });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await page.goto('/signin?type=satu');
  const took = await page.evaluate(async () => {
    const m = await import(/** @type {HTMLElement} */ (document.querySelector('[data-work]')).dataset.work);
    const challenge = await (await fetch('/captcha.json')).json();
    const times = [];
    let longest = 0, last = performance.now(), over = false;
    const beat = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; if (!over) setTimeout(beat, 0); };
    beat();
    for (let i = 0; i < 5; i++) times.push((await m.solve(challenge)).time);
    over = true;
    return { median: times.sort((a, b) => a - b)[2], longest: Math.round(longest) };
  });
  console.log(`# the work: ${took.median} ms, the longest the page stood still: ${took.longest} ms`);
  must(took.median <= 5000, `${took.median} ms`); // times depend on the machine; only what is gross fails
  must(took.longest <= 1000, `the page stood still for ${took.longest} ms`);
});

await check('the solver is at most 2 KB', async () => {
  const page = await w.person();
  await page.goto('/signin?type=satu');
  const path = await page.locator('[data-work]').getAttribute('data-work');
  const size = (await (await page.request.get(path)).body()).length;
  console.log(`# the solver: ${size} bytes`);
  must(size <= 2048, `${size} bytes`);
});

await w.nobody();
await w.stop();
finish();
