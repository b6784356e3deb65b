// TelkomCare's guide, line by line: type `pelanggan`, one page, terms at every sign-in, forced activation by code.
import { COMBOS, PASSWORD, PHONE, Phone, World, at, button, check, field, finish, guide, link, must, norm, press, refused, same,
  secret, sees, until } from './world.mjs';
import { ENGLISH, confirmCode, fakeClock, onePage, refreshOf, secondsLeft, signOut, typeCode, wait, typeCaptcha } from './roads.mjs';

const w = await World.start();
const AGREE = 'Saya menyetujui Persyaratan dan Ketentuan (Agree, Term of Use)';
const pathIs = (page, path) => page.waitForURL((u) => u.pathname === path);

// What the browser drew, and whether it is there at all.
const shown = (page) => page.locator('img[src^="/captcha.png"]').screenshot().then((b) => b.toString('base64'));
async function picture(page) {
  const img = page.getByRole('img', { name: 'Gambar berisi 5 angka untuk disalin' });
  await until(async () => await img.evaluate((e) => e.complete && e.naturalWidth === 200), 'the picture');
}

async function form(page, user) {
  same(await field(page, 'User ID').inputValue(), user, 'the User ID');
  same(await secret(page, 'Password').inputValue(), '', 'the password');
}

for (const combo of COMBOS) {
  const user = w.guideUser('pelanggan', 'pelanggan1');
  const page = await w.person(combo);
  const phone = new Phone(w);
  let entry, address, opened;

  await guide(`TC, ${combo.name}`, [
    ['1 the address is the login page: User ID, Password, the checkbox', async () => {
      await page.goto('/');
      await sees(page, 'Pelanggan');
      await page.goto('/signin?type=pelanggan');
      await sees(page, 'Login Pelanggan', 'User ID', 'Password', 'Kode Keamanan', AGREE);
      must(await page.getByRole('checkbox', { name: AGREE }).isVisible(), 'no checkbox');
    }],
    ['2 both fields have their label, and a password manager knows them', async () => {
      same(await field(page, 'User ID').getAttribute('autocomplete'), 'username webauthn', 'autocomplete of User ID');
      same(await secret(page, 'Password').getAttribute('autocomplete'), 'current-password', 'autocomplete of Password');
      same(await secret(page, 'Password').getAttribute('type'), 'password', 'type of Password');
    }],
    ['2 the picture, "Klik di sini untuk mengganti kode", "Dengarkan kode"', async () => {
      await sees(page, 'Untuk menjamin keamanan, isikan Kode Keamanan di atas', 'Sulit membaca kode? Klik di sini untuk mengganti kode', 'Dengarkan kode');
      await picture(page);
      same(await field(page, 'Kode Keamanan').getAttribute('autocomplete'), 'off', 'autocomplete of Kode Keamanan');
      await field(page, 'User ID').fill(user);
      await field(page, 'Kode Keamanan').fill('99');
      const before = await shown(page);
      await button(page, /Klik di sini untuk mengganti kode/).click();
      await until(async () => await shown(page) !== before, 'another picture');
      await picture(page);
      same(await field(page, 'User ID').inputValue(), user, 'the User ID');
      same(await field(page, 'Kode Keamanan').inputValue(), '', 'Kode Keamanan');
      at(page, '/signin');
      const sound = await page.request.get('/captcha.wav');
      same(sound.headers()['content-type'], 'audio/wav', 'the sound');
      must((await sound.body()).length < 81920, 'the sound is too large');
    }],
    ['3 the terms open without sign-in, beside the form', async () => {
      await secret(page, 'Password').fill('separuh');
      const [terms] = await Promise.all([page.context().waitForEvent('page'), link(page, /Baca Persyaratan dan Ketentuan/).click()]);
      await terms.waitForLoadState();
      at(terms, '/terms');
      await sees(terms, 'Persyaratan dan Ketentuan', 'Versi 1');
      await terms.close();
      same(await secret(page, 'Password').inputValue(), 'separuh', 'what was typed beside it');
    }],
    ['5c User ID empty: said, and led to', async () => {
      await onePage(page, { password: PASSWORD });
      at(page, '/signin');
      await refused(page, 'User ID belum diisi', { id: 'user' });
      must(await page.locator('input[name=agree]').isChecked(), 'the tick is gone');
    }],
    ['5c password empty: said, and led to', async () => {
      await onePage(page, { user, password: '' });
      await refused(page, 'Password belum diisi', { id: 'password' });
      await form(page, user);
    }],
    ['5c Kode Keamanan empty: said, and led to', async () => {
      await onePage(page, { user, captcha: '' });
      await refused(page, 'Kode Keamanan belum diisi', { id: 'captcha' });
      await form(page, user);
    }],
    ['5c tick missing: said, and led to; the User ID is kept', async () => {
      await onePage(page, { user, password: PASSWORD, agree: false });
      await refused(page, 'Centang persetujuan Persyaratan dan Ketentuan', { id: 'agree' });
      await form(page, user);
    }],
    ['5c nothing filled in: all four are named at once', async () => {
      await onePage(page, { password: '', captcha: '', agree: false });
      const words = norm(await page.locator('#sum').innerText());
      for (const one of ['user id belum diisi', 'password belum diisi', 'kode keamanan belum diisi', 'centang persetujuan']) must(words.includes(one), `not said: ${one}; ${words}`);
      same(await page.locator('#sum li').count(), 4, 'lines of the summary');
    }],
    ['5b wrong captcha: said, a new one is there, User ID and tick kept', async () => {
      const before = await shown(page);
      await onePage(page, { user, captcha: '00000', from: 'here' });
      at(page, '/signin');
      await refused(page, 'Kode Keamanan tidak cocok', { id: 'captcha' });
      await form(page, user);
      must(await page.locator('input[name=agree]').isChecked(), 'the tick is gone');
      await picture(page);
      must(await shown(page) !== before, 'the same picture again');
    }],
    ['5a wrong password: the same page, User ID and tick kept, the password empty, a reference', async () => {
      await onePage(page, { user, password: 'bukan kata sandi ini' });
      at(page, '/signin');
      await refused(page, 'User ID atau password tidak cocok', { id: 'password' });
      await form(page, user);
      must(await page.locator('input[name=agree]').isChecked(), 'the tick is gone');
      await sees(page, /kode rujukan [0-9a-z]{2,3}-[0-9a-z]{2,3}/);
    }],
    ['5a an unknown User ID gets the same words', async () => {
      await onePage(page, { user: `tidakada${w.made}`, password: PASSWORD });
      await refused(page, 'User ID atau password tidak cocok', { id: 'password' });
    }],
    ['4, 6 Login: Aktivasi TOTP, User ID, Status Tidak Aktif, a QR code', async () => {
      if (combo.scripts) await fakeClock(page);
      await page.goto('/signin?type=pelanggan');
      await field(page, 'User ID').fill(user);
      await secret(page, 'Password').fill(PASSWORD);
      await typeCaptcha(page);
      await page.getByRole('checkbox', { name: AGREE }).check();
      await button(page, 'Login').click();
      at(page, '/signin/enrol');
      await sees(page, 'Aktivasi TOTP', user, /status totp\s*tidak aktif/);
      must(await page.locator('img.qr').count() === 1, 'no QR code');
      opened = w.now;
    }],
    ['7 the countdown: "QR Code akan tertutup dalam waktu 1 menit 59 detik", and the end as a clock time with zone', async () => {
      await wait(w, page, 1, { reload: !combo.scripts });
      await sees(page, 'QR Code akan tertutup dalam waktu 1 menit 59 detik', /berlaku sampai pukul \d\d\.\d\d\.\d\d wib/);
    }],
    ['9 how to install an app: there and back, and the countdown went on', async () => {
      await wait(w, page, 19);
      await link(page, 'Cara memasang aplikasi').click();
      at(page, '/help/apps');
      await press(page, 'Kembali ke halaman aktivasi');
      at(page, '/signin/enrol');
      const left = await secondsLeft(page);
      must(left <= 100 && left >= 98, `${left} seconds left, not 100`);
    }],
    ['10, 11 the help says the guide\'s own words of the apps', async () => {
      const help = await page.context().newPage();
      await help.goto('/help/apps');
      await sees(help, 'Google Authenticator', 'Microsoft Authenticator', 'FreeOTP+', 'Add account', 'Scan a QR Code', 'Work or school account', 'Play Store', 'App Store');
      await help.close();
    }],
    ['12 the QR code is an otpauth address: SHA1, 6 digits, 30 s, "#" as %23', async () => {
      entry = await phone.scan(page);
      same(entry.algorithm, 'SHA1', 'algorithm'); same(entry.digits, '6', 'digits'); same(entry.period, '30', 'period');
      must(/^otpauth:\/\/totp\/[^#]*%23\d+\?/.test(entry.text), `the address is ${entry.text.replace(entry.secret, '...')}`);
      must(/^[A-Z2-7]{32,}$/.test(entry.secret), 'the secret is no base32 of 160 bits');
      same(await page.locator(`a[href^="otpauth:"]`).first().getAttribute('href'), entry.text, 'the link for the same phone');
    }],
    ['13 the entry in the app is named TELKOMCARE, the user and a number', async () => {
      same(entry.issuer, 'TELKOMCARE', 'issuer');
      same(entry.label, `TELKOMCARE:${user} #1`.replace(':', entry.label.includes(': ') ? ': ' : ':'), 'label');
      await sees(page, `TELKOMCARE: ${user} #1`);
    }],
    ['14n a wrong code: said in words, and the same QR code and key stay', async () => {
      await confirmCode(page, phone.wrongCode(entry), 'HP Kantor');
      at(page, '/signin/enrol');
      await refused(page, 'Kode OTP tidak cocok. Tunggu kode berikutnya (berganti tiap 30 detik)', { id: 'code' });
      same(await phone.film(page), entry.text, 'the QR code');
      same(await field(page, 'Nama Perangkat').inputValue(), 'HP Kantor', 'the device name');
    }],
    ['14n a code of four digits, and none: each its own words', async () => {
      await confirmCode(page, '1234');
      await refused(page, 'Kode OTP terdiri atas 6 angka', { id: 'code' });
      await confirmCode(page, '');
      await refused(page, 'Kode OTP', { id: 'code' });
    }],
    ['8 more time before the end: the same QR code, and what was typed stays', async () => {
      await field(page, 'Nama Perangkat').fill('HP Lapangan');
      await field(page, 'Kode OTP').fill('12');
      const before = await secondsLeft(page);
      await wait(w, page, 10);
      await button(page, 'Minta tambahan waktu').click();
      await until(async () => await secondsLeft(page) > before, `more than ${before} seconds`);
      await sees(page, /waktu ditambah/);
      same(await field(page, 'Nama Perangkat').inputValue(), 'HP Lapangan', 'the device name');
      same(await field(page, 'Kode OTP').inputValue(), '12', 'the half code');
      same(await phone.film(page), entry.text, 'the QR code');
    }],
    ['7 beyond the end: no QR code, when it closed, and what to do', async () => {
      const left = await secondsLeft(page);
      await wait(w, page, left + 1);
      if (!combo.scripts) { // the browser asks again by the Refresh header at the end
        await page.goto('/signin/enrol');
      }
      await sees(page, /qr code tertutup pada pukul \d\d\.\d\d\.\d\d wib/, 'Minta tambahan waktu', 'Anda tidak perlu login ulang', `TELKOMCARE: ${user} #1`);
      must(!(await page.locator('img.qr').isVisible()), 'the QR code is still seen');
      if (combo.scripts) must((await page.title()).startsWith('QR Code sudah tertutup'), `the title is ${await page.title()}`);
    }],
    ['7 a code typed after the QR closed is answered with words', async () => {
      if (!combo.scripts) return; // without scripts the closed page has no field
      w.pass(15); // past the grace for a slow line
      await field(page, 'Kode OTP').fill(phone.code());
      await button(page, 'Kirim').click();
      await sees(page, 'Minta tambahan waktu', /waktu qr code ini habis|qr code tertutup/);
    }],
    ['8 more time after the end: the SAME QR code and key, nothing typed again', async () => {
      await button(page, 'Minta tambahan waktu').click();
      await page.locator('img.qr').waitFor({ state: combo.size === PHONE ? 'attached' : 'visible' });
      at(page, '/signin/enrol');
      same(await phone.film(page), entry.text, 'the QR code');
      must(await secondsLeft(page) >= 118, `${await secondsLeft(page)} seconds left`);
    }],
    ['a reload shows the same QR code', async () => {
      const answer = await page.reload();
      same(await phone.film(page), entry.text, 'the QR code');
      const refresh = refreshOf(answer);
      must(refresh && refresh.url === '/signin/enrol' && refresh.s >= 100 && refresh.s <= 122, `Refresh: ${answer.headers().refresh}`);
    }],
    ['14 "Nama Perangkat" is prefilled, "Kode OTP", "Kirim"; a space in the code does no harm', async () => {
      must((await field(page, 'Nama Perangkat').inputValue()).length > 2, 'the device has no name');
      const code = phone.code();
      await confirmCode(page, `${code.slice(0, 3)} ${code.slice(3)}`, 'HP Kantor');
      at(page, '/signin/done');
    }],
    ['15 "TOTP berhasil diaktifkan", and on to the application', async () => {
      await sees(page, 'TOTP berhasil diaktifkan di "HP Kantor"');
      const refresh = refreshOf(await page.reload());
      must(refresh && refresh.s === 30 && refresh.url === '/demo/app/', 'it would not move on by itself');
      if (combo === COMBOS[3]) await page.waitForURL('**/demo/app/', { timeout: 45000 }); // once it is waited for
      else await press(page, 'Lanjut ke aplikasi');
      at(page, '/demo/app/');
      await sees(page, 'Remote-User', user, /pwd otp/);
    }],
    ['16 logs out; the same steps now lead to "MFA Login": one field, no QR code, the entry to open by name', async () => {
      await signOut(page);
      await sees(page, 'Anda sudah logout');
      await onePage(page, { user });
      at(page, '/signin/code');
      await sees(page, 'MFA Login', 'Kode OTP', `Buka entri TELKOMCARE: ${user} #1`);
      same(await page.locator('img').count(), 0, 'pictures');
      same(await page.getByRole('textbox').count(), 1, 'fields');
    }],
    ['16 the code of the activation is used up', async () => {
      await typeCode(page, phone.code());
      at(page, '/signin/code');
      await refused(page, 'Kode ini sudah dipakai', { id: 'code' });
    }],
    ['17, 18 the next code, Login: home of the application', async () => {
      w.nextStep();
      await typeCode(page, phone.code());
      await pathIs(page, '/demo/app/');
      await sees(page, 'Aplikasi contoh');
    }],
  ]);
  await w.nobody();
}

// The browser's own Refresh at the end of a period, for those without scripts; with them nothing typed may be lost.
for (const scripts of [false, true]) {
  const user = w.user('pelanggan');
  const page = await w.person({ scripts });
  await check(`TC, 7: at the end the page ${scripts ? 'with scripts keeps what was typed' : 'without scripts asks again by itself'}`, async () => {
    await onePage(page, { user });
    w.pass(119);
    await page.reload();
    await field(page, 'Nama Perangkat').fill('HP Pinjaman');
    w.pass(3);
    if (!scripts) {
      await page.getByText(/QR Code tertutup pada pukul/).first().waitFor({ timeout: 10000 });
      same(await page.locator('img.qr').count(), 0, 'QR codes');
    } else {
      await page.locator('p.note[data-end=show]').waitFor({ timeout: 10000 });
      await page.waitForTimeout(1500); // a Refresh that was not stopped would come in this time
      same(await field(page, 'Nama Perangkat').inputValue(), 'HP Pinjaman', 'the device name');
    }
  });
  await w.nobody();
}

// The main road in English.
{
  const user = w.user('pelanggan');
  const page = await w.person({ lang: 'en-GB', size: PHONE });
  const phone = new Phone(w);
  await guide('TC in English', [
    ['the form speaks English to an English browser', async () => {
      await page.goto('/signin?type=pelanggan');
      same(await page.locator('html').getAttribute('lang'), 'en', 'lang');
      await sees(page, 'Sign in: Customer', 'User ID', 'Password', 'I agree to the Terms of Use');
    }],
    ['errors as well', async () => {
      await onePage(page, { user, password: 'not this one', words: ENGLISH });
      await refused(page, 'User ID or password does not match', { id: 'password', lang: 'en' });
    }],
    ['activation by code', async () => {
      await onePage(page, { user, words: ENGLISH });
      at(page, '/signin/enrol');
      await sees(page, 'TOTP activation', /the qr code closes in 2 min 0 s/, /good until \d\d:\d\d:\d\d wib/);
      await phone.scan(page);
      await confirmCode(page, phone.code(), 'My old phone', ENGLISH);
      await sees(page, 'TOTP is now active on "My old phone"');
    }],
    ['sign out, in again with the next code', async () => {
      await page.locator('main a.button').click();
      await signOut(page, ENGLISH);
      await sees(page, 'You are signed out');
      await onePage(page, { user, words: ENGLISH });
      await sees(page, 'MFA login', `TELKOMCARE: ${user} #1`);
      w.nextStep();
      await typeCode(page, phone.code(), ENGLISH);
      at(page, '/demo/app/');
    }],
  ]);
}

await w.stop();
finish();
