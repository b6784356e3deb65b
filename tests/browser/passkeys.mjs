// Passkeys with Chromium's virtual authenticator: enrolled at the sign-in and from the account, signed in with no field
// typed, as second factor, as fresh proof, removed, refused; in both languages; and without scripts.
import { PASSWORD, PHONE, Phone, World, at, button, check, finish, link, must, norm, press, refused, same, section, secret, sees, seesNot, until } from './world.mjs';
import { ENGLISH, INDONESIAN, confirmCode, signIn } from './roads.mjs';

const KEY = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
const LANGS = [
  { lang: 'id-ID', code: 'id', words: INDONESIAN, signin: 'Masuk dengan sidik jari, wajah, atau PIN', add: 'Tambah passkey', make: 'Buat passkey', ready: 'siap dipakai', go: 'Konfirmasi dengan sidik jari, wajah, atau PIN',
    wrong: 'Passkey ini tidak dapat kami terima', notOpened: 'Passkey belum terbuka', remove: /Hapus|Copot/, bare: 'Passkey memerlukan JavaScript', easier: 'Lebih mudah, tanpa kode' },
  { lang: 'en-US', code: 'en', words: ENGLISH, signin: 'Sign in with fingerprint, face or PIN', add: 'Add a passkey', make: 'Make the passkey', ready: 'is ready', go: 'Confirm with fingerprint, face or PIN',
    wrong: 'We cannot accept this passkey', notOpened: 'The passkey was not opened', remove: /Remove/, bare: 'A passkey needs JavaScript', easier: 'Easier, without codes' },
];

async function authenticator(page, options = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...KEY, ...options } });
  return { cdp, authenticatorId,
    credentials: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    add: (credential) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential }),
    verified: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }) };
}

const pathIs = (page, path) => until(() => new URL(page.url()).pathname === path, path);
const inside = (page) => until(() => ['/home', '/console/'].includes(new URL(page.url()).pathname), 'a session');

const w = await World.start();

for (const L of LANGS) {
  await section(`passkeys (${L.code})`, async () => {
    const user = w.user('staff');
    const page = await w.person({ lang: L.lang });
    const key = await authenticator(page);
    let credential;

    await check(`${L.code}: the first sign-in offers a passkey beside the app, and it is enrolled`, async () => {
      await signIn(page, 'staff', user, { words: L.words });
      at(page, '/signin/enrol');
      await sees(page, L.easier);
      await link(page, L.add).click();
      at(page, '/signin/enrol/passkey');
      await button(page, L.make).click();
      await pathIs(page, '/signin/done');
      await sees(page, L.ready);
      [credential] = await key.credentials();
      must(credential.isResidentCredential && credential.rpId === 'localhost', JSON.stringify(credential));
      same(Buffer.from(credential.userHandle, 'base64').length, 32, 'the user handle');
      must(!Buffer.from(credential.userHandle, 'base64').includes(user), 'the user handle names the user');
    });

    await check(`${L.code}: from the landing page: one page, no field, one press, and the session has both factors`, async () => {
      await page.context().clearCookies();
      await page.goto('/');
      await button(page, L.signin).click();
      await inside(page);
      const log = w.cli('audit', '--user', user);
      must(/hwk user/.test(log), log.split('\n').slice(-4).join(' | '));
    });

    await check(`${L.code}: fresh proof by passkey before a change of security`, async () => {
      w.pass(6 * 60);
      await page.goto('/account/devices/passkey');
      at(page, '/account/confirm');
      must(!(await page.locator('#password').count()), 'a password is asked, which would be less');
      await button(page, L.go).click();
      await pathIs(page, '/account/devices/passkey');
    });

    await check(`${L.code}: the authenticator that has one already is left out`, async () => {
      await button(page, L.make).click();
      await until(() => page.locator('[data-says]').isVisible(), 'the sentence');
      same((await key.credentials()).length, 1, 'credentials');
      at(page, '/account/devices/passkey');
    });

    await check(`${L.code}: as second factor after the password`, async () => {
      await page.context().clearCookies();
      await signIn(page, 'staff', user, { words: L.words });
      at(page, '/signin/code');
      must(!(await page.locator('#code').count()), 'a code is asked that nobody can give');
      await button(page, L.signin).click();
      await inside(page);
    });

    await check(`${L.code}: somebody else's passkey is no second factor`, async () => {
      const other = w.user('staff'), theirs = await w.person({ lang: L.lang });
      await authenticator(theirs);
      await signIn(theirs, 'staff', other, { words: L.words });
      await link(theirs, L.add).click();
      await button(theirs, L.make).click();
      await pathIs(theirs, '/signin/done');
      await theirs.context().clearCookies();
      await signIn(theirs, 'staff', user, { words: L.words });
      await button(theirs, L.signin).click();
      await until(() => theirs.locator('[data-says]').isVisible(), 'the sentence'); // the browser finds none of those that are listed
      at(theirs, '/signin/code');
    });

    await check(`${L.code}: an authenticator that does not verify its user is not enough`, async () => {
      await page.context().clearCookies();
      await page.goto('/');
      await key.verified(false);
      await button(page, L.signin).click();
      await until(() => page.locator('[data-says]').isVisible(), 'the sentence');
      await sees(page, L.notOpened);
      await key.verified(true);
      await button(page, L.signin).click(); // pressed again, and it works
      await inside(page);
    });

    await check(`${L.code}: a copy whose counter stands behind is refused, and the owner is told`, async () => {
      const copy = await w.person({ lang: L.lang });
      const second = await authenticator(copy);
      await second.add({ ...credential, signCount: 0 });
      await copy.goto('/');
      await button(copy, L.signin).click();
      await pathIs(copy, '/signin/passkey');
      await refused(copy, L.wrong, { lang: L.code });
      must(/passkey-counter/.test(w.cli('audit', '--user', user, '--json')), 'the reason is in the audit');
    });

    await check(`${L.code}: a removed passkey is refused`, async () => {
      await page.goto('/account/devices');
      await sees(page, 'Passkey');
      const [{ number }] = JSON.parse(w.cli('device', 'list', user, '--json'));
      w.cli('device', 'remove', user, String(number));
      await page.context().clearCookies();
      await page.goto('/');
      await button(page, L.signin).click();
      await pathIs(page, '/signin/passkey');
      await refused(page, L.wrong, { lang: L.code });
      await press(page, L.code === 'id' ? 'Pakai User ID dan password' : 'Use User ID and password');
      at(page, '/signin');
    });

    await check(`${L.code}: without scripts the page says so and names the other way`, async () => {
      const bare = await w.person({ lang: L.lang, scripts: false, size: PHONE });
      await bare.goto('/');
      await button(bare, L.signin).click();
      at(bare, '/signin/passkey');
      await sees(bare, L.bare);
      await w.nobody();
    });
  });
}

await section('a passkey beside codes', async () => {
  const user = w.user('staff'), page = await w.person();
  const phone = new Phone(w);

  await check('added from the account to a phone that gives codes; then either of them is taken', async () => {
    await signIn(page, 'staff', user);
    await phone.scan(page);
    await confirmCode(page, phone.code(), 'HP Kantor');
    at(page, '/signin/done');
    await authenticator(page);
    await page.goto('/account/devices');
    await link(page, 'Tambah passkey').click();
    await button(page, 'Buat passkey').click();
    await pathIs(page, '/signin/done');
    await sees(page, 'siap dipakai');
    await page.context().clearCookies();
    await signIn(page, 'staff', user);
    must(await page.locator('#code').count(), 'a code is asked too');
    await button(page, 'Masuk dengan sidik jari, wajah, atau PIN').click();
    await inside(page);
  });

  await check('a type without passkeys shows no button', async () => {
    await page.context().clearCookies();
    await page.goto('/signin?type=pelanggan');
    await seesNot(page, 'Masuk dengan sidik jari');
  });

  await check('password managers find where passkeys are kept', async () => {
    const r = await (await fetch(`http://127.0.0.1:${w.port}/.well-known/passkey-endpoints`)).json();
    same(r.enroll, `${w.base}/account/devices/passkey`, 'enroll');
    same(r.manage, `${w.base}/account/devices`, 'manage');
  });
});

await w.stop();
finish();
