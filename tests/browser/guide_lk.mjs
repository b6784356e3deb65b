// LKPP's guide, as far as codes go: Enable (1 to 6, the code in place of the tap) and Disable. Type `non-penyedia`, user ppk2.
import { COMBOS, PASSWORD, Phone, World, at, button, field, finish, guide, link, must, press, same, secret, sees, refused, seesNot, until } from './world.mjs';
import { confirmCode, signIn, signOut, typeCode, typeCaptcha } from './roads.mjs';

const w = await World.start();

for (const combo of COMBOS) {
  const user = w.guideUser('non-penyedia', 'ppk2');
  const page = await w.person(combo);
  const phone = new Phone(w);

  await guide(`LK, ${combo.name}`, [
    ['enable 1 the front page: LOGIN, DAFTAR DI SINI', async () => {
      await page.goto('/');
      must(await link(page, 'Login').isVisible() && await link(page, 'Daftar di sini').isVisible(), 'one of the two is missing');
      await press(page, 'Login');
    }],
    ['enable 2 PILIH JENIS USER, a button for each', async () => {
      await sees(page, 'Pilih Jenis User');
      must(await page.getByRole('button', { name: /^Penyedia \(/ }).isVisible(), 'no button Penyedia');
      await page.getByRole('button', { name: /^Non-Penyedia/ }).click();
    }],
    ['enable 3 LOGIN NON PENYEDIA, User ID in any case', async () => {
      await sees(page, 'Login Non-Penyedia');
      await field(page, 'User ID').fill(` ${user[0].toUpperCase()}${user.slice(1)} `);
      await button(page, 'Login').click();
      at(page, '/signin/password');
    }],
    ['enable 4 the password page: Lupa Password?, Kembali ke Beranda, both of use', async () => {
      await link(page, 'Lupa Password?').click();
      at(page, '/forgot');
      await sees(page, 'Lupa Password?', 'Helpdesk', user);
      await page.goBack();
      must(await link(page, 'Kembali ke Beranda').isVisible(), 'no Kembali ke Beranda');
      await sees(page, 'Untuk menjamin keamanan, isikan', 'Klik di sini untuk mengganti kode');
      must(await page.getByRole('img', { name: 'Gambar berisi 5 angka untuk disalin' }).isVisible(), 'no picture');
      await secret(page, 'Password').fill(PASSWORD);
      await field(page, 'Kode Keamanan').fill('00000');
      await page.keyboard.press('Enter'); // signs in; it does not change the picture
      at(page, '/signin/password');
      await refused(page, 'Kode Keamanan tidak cocok', { id: 'captcha' });
      await sees(page, user);
      await secret(page, 'Password').fill(PASSWORD);
      await typeCaptcha(page);
      await button(page, 'Login').click();
    }],
    ['enable 5 BERANDA, LOG AKSES, GANTI PASSWORD, LOGOUT, name and role, "Enable TOTP"', async () => {
      at(page, '/home');
      await sees(page, 'Beranda', 'Log Akses', 'Ganti Password', 'Logout', 'Petunjuk Penggunaan', /(ppk dua|pengguna contoh) \(non-penyedia/, 'Enable TOTP');
      for (const [caption, path] of [['Log Akses', '/account/log'], ['Ganti Password', '/account/password'], ['Petunjuk Penggunaan', '/help'], ['Beranda', '/home']]) {
        await page.goto('/home');
        await link(page, caption).click();
        at(page, path);
      }
    }],
    ['enable 5f the footer: terms, date and time with zone, the training session by name', async () => {
      const footer = page.locator('footer');
      must(await footer.getByRole('link', { name: 'Persyaratan dan Ketentuan' }).isVisible(), 'no terms');
      must(/21 November 2026 (pukul )?\d\d\.\d\d\.\d\d WIB \(waktu server\)/.test(await footer.innerText()), `the footer says ${await footer.innerText()}`);
      await sees(page, '[MODE LATIHAN] Sesi Contoh');
    }],
    ['enable 6 Aktivasi TOTP: User ID, Status Tidak Aktif, QR code, "QR Code akan tertutup dalam waktu", LOGOUT', async () => {
      await press(page, 'Enable TOTP');
      at(page, '/account/mfa/enrol');
      await sees(page, 'Aktivasi TOTP', user, /status totp\s*tidak aktif/, 'QR Code akan tertutup dalam waktu 2 menit 0 detik');
      must(await button(page, 'Logout').isVisible(), 'no Logout');
      await phone.scan(page);
    }],
    ['enable 7 to 9 the code in place of the tap: done, home by itself, "Disable TOTP"', async () => {
      await confirmCode(page, phone.code(), 'HP Dinas');
      await sees(page, 'TOTP berhasil diaktifkan di "HP Dinas"');
      await press(page, 'Lanjut ke Beranda');
      await sees(page, 'Disable TOTP', /status totp\s*aktif/);
      await signOut(page);
    }],
    ['disable 1 signed in with a code; Beranda, "Disable TOTP"', async () => {
      w.nextStep();
      await signIn(page, 'non-penyedia', user);
      await typeCode(page, phone.code());
      at(page, '/home');
      w.pass(330); // the sign-in is fresh for five minutes
      await press(page, 'Disable TOTP');
    }],
    ['disable 2 User ID, Status Aktif, DISABLE TOTP, LOGOUT', async () => {
      at(page, '/account/mfa');
      await sees(page, 'Aktivasi TOTP', user, /status totp\s*aktif/, 'Disable TOTP', 'Logout');
      await press(page, 'Disable TOTP');
    }],
    ['disable 2b "Demi keamanan, masukkan password dan Kode OTP": a wrong one is said, a right one goes on', async () => {
      at(page, '/account/confirm');
      await sees(page, 'Demi keamanan, masukkan password dan Kode OTP sekali lagi');
      await secret(page, 'Password').fill('bukan yang ini');
      await field(page, 'Kode OTP').fill(phone.code());
      await press(page, 'Lanjut');
      await sees(page, 'Password atau Kode OTP tidak cocok');
      w.nextStep();
      await secret(page, 'Password').fill(PASSWORD);
      await field(page, 'Kode OTP').fill(phone.code());
      await press(page, 'Lanjut');
      at(page, '/account/mfa');
      await sees(page, /status totp\s*aktif/);
    }],
    ['disable 3, 4 Status Tidak Aktif; the entry to remove from the app was named', async () => {
      await sees(page, `Hapus juga entri SPSE: ${user} #1 dari aplikasi`);
      await press(page, 'Disable TOTP');
      await sees(page, /status totp\s*tidak aktif/, 'Enable TOTP', `Hapus juga dari aplikasi di ponsel: SPSE: ${user} #1`);
      await seesNot(page, 'Disable TOTP');
    }],
    ['disable 5 Beranda with "Enable TOTP"; a mail says what was done', async () => {
      await link(page, 'Beranda').click();
      await sees(page, 'Enable TOTP');
      const mails = await page.context().newPage();
      const mine = mails.locator('li.card', { hasText: `${user}@` }).getByRole('link', { name: /TOTP dinonaktifkan/ });
      await until(async () => { await mails.goto('/demo/mail'); return await mine.count() > 0; }, 'the mail', 15000); // the courier is another process
      await mine.first().click();
      await sees(mails, `User ID ${user}`, 'TOTP dinonaktifkan', 'Waktu:', 'Dari alamat:');
      await mails.close();
    }],
    ['disable 6 enables again: the new entry has the next number', async () => {
      await press(page, 'Enable TOTP');
      const entry = await phone.scan(page);
      must(entry.label.endsWith(`${user} #2`), `the label is ${entry.label}`);
      await confirmCode(page, phone.code(), 'HP Dinas');
      at(page, '/signin/done');
      await press(page, 'Lanjut ke Beranda');
      await signOut(page);
      await signIn(page, 'non-penyedia', user);
      await sees(page, `Buka entri SPSE: ${user} #2`);
      w.nextStep();
      await typeCode(page, phone.code());
      at(page, '/home');
    }],
  ]);
  await w.nobody();
}

await w.stop();
finish();
