// The guide "SPSE with Google Authenticator", line by line: types `penyedia` and `non-penyedia`, two steps, activation by choice.
import { COMBOS, PASSWORD, PHONE, Phone, World, at, button, check, field, finish, guide, link, must, press, refused, same, secret,
  sees, seesNot, until } from './world.mjs';
import { confirmCode, enrolled, fakeClock, refreshOf, secondsLeft, signIn, signOut, toPassword, typeCode, wait, typeCaptcha } from './roads.mjs';

const w = await World.start();
const TYPES = [{ type: 'penyedia', id: 'penyedia1', caption: /^Penyedia \(/, heading: 'Login Penyedia' },
  { type: 'non-penyedia', id: 'ppk2', caption: /^Non-Penyedia/, heading: 'Login Non-Penyedia' }];

async function road(combo, { type, id, caption, heading }) {
  const user = w.guideUser(type, id);
  const page = await w.person(combo);
  const phone = new Phone(w);
  let first;

  await guide(`TG as ${type}, ${combo.name}`, [
    ['1 the app can be installed first: help before any sign-in', async () => {
      await page.goto('/');
      await link(page, 'Cara memasang aplikasi authenticator').click();
      await sees(page, 'Google Authenticator', 'Play Store');
      await press(page, 'Ke Halaman Utama');
      at(page, '/');
    }],
    ['2 LOGIN, PILIH JENIS USER, the type, User ID, Password', async () => {
      await link(page, 'Login').click();
      await sees(page, 'Pilih Jenis User');
      await page.getByRole('button', { name: caption }).click();
      await sees(page, heading);
      await field(page, 'User ID').fill(user);
      await button(page, 'Login').click();
      at(page, '/signin/password');
      await sees(page, heading, user);
      await secret(page, 'Password').fill(PASSWORD);
      await typeCaptcha(page);
      await button(page, 'Login').click();
      at(page, '/home');
      await sees(page, 'Beranda', /status totp\s*tidak aktif/);
    }],
    ['3, 4 ENABLE TOTP: the barcode is in the page itself, at once', async () => {
      const asked = page.waitForResponse((r) => new URL(r.url()).pathname === '/account/mfa/enrol');
      await press(page, 'Enable TOTP');
      const html = await (await asked).text();
      must(/<img[^>]+class="qr[^>]+src="data:image\/png;base64,/.test(html), 'no QR code in the HTML');
      at(page, '/account/mfa/enrol');
      first = await phone.scan(page);
    }],
    ['5 no barcode because it closed: the page says when', async () => {
      w.pass(125);
      await page.goto('/account/mfa/enrol');
      await sees(page, /qr code tertutup pada pukul \d\d\.\d\d\.\d\d wib/, 'Minta tambahan waktu');
      same(await page.locator('img.qr').count(), 0, 'QR codes');
      await press(page, 'Minta tambahan waktu');
      same(await phone.film(page), first.text, 'the QR code');
    }],
    ['5 no barcode because it is open in another window: the page says since when', async () => {
      const other = await w.person(combo);
      await signIn(other, type, user);
      await other.goto('/account/mfa/enrol');
      await sees(other, /aktivasi sedang terbuka di jendela lain sejak pukul \d\d\.\d\d\.\d\d wib/, 'Lanjutkan di sini');
      same(await other.locator('img.qr').count(), 0, 'QR codes');
      await other.context().close();
    }],
    ['7 the other way: the account name, the key in fours, "Time based", and the key copied without spaces', async () => {
      await page.getByText('QR Code tidak dapat dipindai?').click();
      await sees(page, 'Enter a setup key', `SPSE: ${user} #1`, 'Secret Key', 'Time based');
      const key = await page.locator('.key').innerText();
      must(/^([A-Z2-7]{4}\s+)+[A-Z2-7]{1,4}\s*$/.test(key), `the key is not in fours: ${key.length} characters`);
      same(key.replace(/\s/g, ''), first.secret, 'the key');
      if (!combo.scripts) { must(!(await page.getByRole('button', { name: 'Salin kunci' }).isVisible()), 'a button that does nothing'); return; }
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await button(page, 'Salin kunci').click();
      await until(async () => await page.evaluate(() => navigator.clipboard.readText()) === first.secret, 'the key in the clipboard');
      await sees(page, 'Kunci sudah disalin');
    }],
    ['9 LOGOUT without the code, as the guide says: it is asked, with both choices', async () => {
      await button(page, 'Logout').click();
      await sees(page, 'Aktivasi belum selesai. Masukkan Kode OTP dulu', 'Keluar tanpa mengaktifkan', `SPSE: ${user} #1`);
      await press(page, 'Masukkan Kode OTP');
      at(page, '/account/mfa/enrol');
      same(await phone.film(page), first.text, 'the QR code');
    }],
    ['9 leaves all the same: the next visit names the entry that is left in the app', async () => {
      await button(page, 'Logout').click();
      await press(page, 'Keluar tanpa mengaktifkan');
      at(page, '/signed-out');
      await signIn(page, type, user);
      at(page, '/home');
      await sees(page, /status totp\s*tidak aktif/);
      await press(page, 'Enable TOTP');
      await sees(page, /entri nomor 1 dari aktivasi yang belum selesai/);
      const entry = await phone.scan(page);
      must(entry.secret !== first.secret, 'the key of the activation that was left is used again');
      must(entry.label.endsWith(`${user} #2`), `the label is ${entry.label}`);
    }],
    ['8 the confirming code: "Kode OTP", "Kirim"', async () => {
      await confirmCode(page, phone.code(), 'HP Kantor');
      await sees(page, 'TOTP berhasil diaktifkan di "HP Kantor"');
    }],
    ['10 LOGOUT after the code: the front page is one press away, "Anda sudah logout"', async () => {
      await press(page, 'Lanjut ke Beranda');
      at(page, '/home');
      await signOut(page);
      await sees(page, 'Anda sudah logout');
      await press(page, 'Login lagi');
      at(page, '/');
    }],
    ['12 too long over the password: told beforehand, and not back at the start', async () => {
      if (combo.scripts) await fakeClock(page);
      await toPassword(page, type, user);
      await sees(page, /batas waktu pengisian: 5 menit 0 detik lagi/, /berlaku sampai pukul \d\d\.\d\d\.\d\d wib/);
      await secret(page, 'Password').fill('separuh');
      await wait(w, page, 301);
      if (combo.scripts) {
        must((await page.locator('#loud').innerText()).includes('Batas waktu pengisian sudah lewat'), 'nothing is said aloud');
        same(await secret(page, 'Password').inputValue(), 'separuh', 'what was typed');
      } else {
        await page.goto('/signin/password'); // what the Refresh header does
        await sees(page, 'Batas waktu pengisian sudah lewat. User ID Anda masih tersimpan', user);
      }
      await press(page, 'Minta tambahan waktu');
      await until(async () => (await secondsLeft(page)) > 250, 'more time');
      at(page, '/signin/password');
      await sees(page, user);
    }],
    ['12 sends the password after all that time: words, the User ID kept, the password asked again', async () => {
      await secret(page, 'Password').fill(PASSWORD);
      await typeCaptcha(page);
      w.pass(330);
      await button(page, 'Login').click();
      at(page, '/signin/password');
      await refused(page, 'Batas waktu pengisian sudah lewat. User ID Anda masih tersimpan; silakan isi password lagi');
      await sees(page, user);
      same(await secret(page, 'Password').inputValue(), '', 'the password');
    }],
    ['11, 13 the password, then "MFA Login", "Kode OTP", the entry by its number', async () => {
      await secret(page, 'Password').fill(PASSWORD);
      await typeCaptcha(page);
      await button(page, 'Login').click();
      at(page, '/signin/code');
      await sees(page, 'MFA Login', 'Kode OTP', `SPSE: ${user} #2`);
      same(await page.locator('img').count(), 0, 'pictures');
    }],
    ['13 a code of the entry that was left in the app is refused', async () => {
      await typeCode(page, phone.code(first));
      at(page, '/signin/code');
      await refused(page, 'Kode OTP tidak cocok atau sudah kedaluwarsa. Tunggu kode berikutnya', { id: 'code' });
    }],
    ['14 the right one: BERANDA, Status Aktif, "Disable TOTP"', async () => {
      await typeCode(page, phone.code());
      at(page, '/home');
      await sees(page, 'Beranda', /status totp\s*aktif/, 'Disable TOTP');
    }],
    ['5 no barcode because TOTP is active: the page says since when and names the phone', async () => {
      await page.goto('/account/mfa/enrol');
      await sees(page, /totp sudah aktif sejak \d+ november 2026/, 'HP Kantor');
      same(await page.locator('img.qr').count(), 0, 'QR codes');
    }],
    ['15 out and in: no barcode, only User ID, password and code', async () => {
      await signOut(page);
      await signIn(page, type, user);
      at(page, '/signin/code');
      w.nextStep();
      await typeCode(page, phone.code());
      at(page, '/home');
      await seesNot(page, 'QR Code');
      await signOut(page);
    }],
    ['16 "Reset TOTP?", hoping for a code: the User ID travels, the words say what a reset is not', async () => {
      await page.goto(`/signin?type=${type}`);
      await field(page, 'User ID').fill(user);
      await button(page, 'Reset TOTP?').click();
      at(page, '/reset');
      await sees(page, 'Reset TOTP tidak mengirimkan kode', user, 'Masih bisa masuk dengan cara lain?', 'Lupa password juga? Urus password dulu');
    }],
    ['22 Disable TOTP, out and in: an optional type asks for no activation', async () => {
      await signIn(page, type, user);
      w.nextStep();
      await typeCode(page, phone.code());
      await press(page, 'Disable TOTP');
      at(page, '/account/mfa');
      await sees(page, `Hapus juga entri SPSE: ${user} #2`, 'hanya password yang diminta');
      await press(page, 'Disable TOTP');
      await sees(page, /status totp\s*tidak aktif/, 'TOTP sudah tidak aktif');
      await press(page, 'Logout');
      await signIn(page, type, user);
      at(page, '/home');
      await sees(page, 'Enable TOTP');
    }],
  ]);
  await w.nobody();
}

for (const combo of COMBOS) await road(combo, TYPES[0]);
for (const combo of [COMBOS[0], COMBOS[3]]) await road(combo, TYPES[1]);

// Lines 18 to 21 where they are told at once: at the activation the key was just shown, so the first code may say it.
const CLOCKS = [
  ['18 47 minutes slow', -47 * 60, 'Jam ponsel Anda terlambat 47 menit'], ['18 47 minutes fast', 47 * 60, 'Jam ponsel Anda terlalu cepat 47 menit'],
  ['20 a day back', -86400, 'Jam ponsel Anda terlambat 1 hari'], ['20 a day ahead', 86400, 'Jam ponsel Anda terlalu cepat 1 hari'],
  ['20 AM for PM', -12 * 3600, 'Jam ponsel Anda terlambat 12 jam'], ['20 PM for AM', 12 * 3600, 'Jam ponsel Anda terlalu cepat 12 jam'],
  ['20 an hour: the zone', 3600, 'zona waktunya keliru. Pilih WIB'],
];
for (const [i, [name, offset, words]] of CLOCKS.entries()) {
  const combo = COMBOS[i % COMBOS.length];
  const user = w.user('penyedia');
  const page = await w.person(combo);
  const phone = new Phone(w, offset);
  await guide(`TG ${name}, ${combo.name}`, [
    ['the first code at the activation says how the phone\'s clock is off', async () => {
      await signIn(page, 'penyedia', user);
      await press(page, 'Enable TOTP');
      await phone.scan(page);
      await confirmCode(page, await phone.offCode(), 'HP Kantor');
      at(page, '/account/mfa/enrol');
      await refused(page, words);
      await sees(page, 'Anda tidak perlu menunggu 15 menit. QR Code di atas masih berlaku');
    }],
    ['21 how to set the clock is one press away, for Android and iPhone', async () => {
      await page.getByRole('link', { name: 'Setel jam ponsel ke otomatis' }).click();
      at(page, '/help/clock');
      await sees(page, 'Android: Pengaturan', 'iPhone: Pengaturan', 'Samsung: Pengaturan', /jam server sekarang: \d\d\.\d\d\.\d\d wib/);
      await press(page, 'Kembali ke halaman aktivasi');
      at(page, '/account/mfa/enrol');
      same(await phone.film(page), phone.entries[0].text, 'the QR code');
    }],
    ['19 the clock set, the next code is accepted at once', async () => {
      phone.offsetS = 0;
      w.nextStep();
      await confirmCode(page, phone.code(), 'HP Kantor');
      at(page, '/signin/done');
    }],
  ]);
  await w.nobody();
}

// A code of the same entry from two hours and more away is nobody's slow clock any more beyond 26 hours.
{
  const page = await w.person();
  const user = w.user('penyedia');
  await check('TG 20: beyond 26 hours nothing is guessed', async () => {
    await signIn(page, 'penyedia', user);
    await press(page, 'Enable TOTP');
    const phone = new Phone(w, -27 * 3600);
    await phone.scan(page);
    await confirmCode(page, await phone.offCode(), 'HP Kantor');
    await refused(page, 'Kode OTP tidak cocok. Tunggu kode berikutnya', { id: 'code' });
  });
  await w.nobody();
}

// 22, the other half: a mandatory type is led to the activation again.
{
  const page = await w.person({ size: PHONE });
  await guide('TG 22, mandatory type', [
    ['disables TOTP after a fresh proof, which the page announces', async () => {
      const phone = await enrolled(w, page, 'penyedia-pu', 'penyedia2');
      at(page, '/home');
      w.pass(360);
      await press(page, 'Disable TOTP');
      await sees(page, 'Pada login berikutnya Anda diminta melakukan Aktivasi TOTP lagi');
      await press(page, 'Disable TOTP');
      at(page, '/account/confirm');
      await sees(page, 'Demi keamanan, masukkan password dan Kode OTP sekali lagi');
      await secret(page, 'Password').fill(PASSWORD);
      await field(page, 'Kode OTP').fill(phone.code());
      await press(page, 'Lanjut');
      at(page, '/account/mfa');
      await press(page, 'Disable TOTP');
      await sees(page, /status totp\s*tidak aktif/);
      await press(page, 'Logout');
    }],
    ['the next sign-in opens the activation page', async () => {
      await signIn(page, 'penyedia-pu', 'penyedia2');
      at(page, '/signin/enrol');
      await sees(page, 'Aktivasi TOTP', 'penyedia2', /status totp\s*tidak aktif/);
      const phone = new Phone(w);
      must((await phone.scan(page)).label.endsWith('penyedia2 #2'), 'the new entry has no number of its own');
    }],
  ]);
}

await w.stop();
finish();
