// Pages that no guide walks through: the account, links, languages, pauses, windows, set-up links, the sample application.
import { PASSWORD, PHONE, Phone, World, at, button, check, field, finish, guide, link, must, norm, press, refused, same, secret, sees, seesNot,
  textOf, until } from './world.mjs';
import { confirmCode, enrolled, onePage, signIn, signOut, toPassword, typeCode, typeCaptcha } from './roads.mjs';

const w = await World.start();
const ACCOUNT = ['/home', '/account/mfa', '/account/mfa/enrol', '/account/devices', '/account/devices/move', '/account/recovery-codes', '/account/log', '/account/sessions', '/account/password',
  '/account/confirm', '/demo/app/'];
const OPEN = ['/', '/signin', '/signin?type=penyedia', '/signin?type=pelanggan', '/signin?type=staff', '/terms', '/help', '/help/apps', '/help/clock', '/reset', '/forgot',
  '/helpdesk', '/signed-out', '/demo/mail', '/setup', '/setup?done=1'];

// What every page must have: its language switch, the training strip, the demo's mark, the server's time with its zone.
async function framed(page, where) {
  await sees(page, '[MODE LATIHAN] Sesi Contoh', /21 november 2026 (pukul )?\d\d\.\d\d\.\d\d wib \(waktu server\)/, 'Demo');
  same(await page.locator('html').getAttribute('lang'), 'id', `lang of ${where}`);
  const title = await page.title(), h1 = await page.locator('h1').allInnerTexts();
  same(h1.length, 1, `headings of ${where}`);
  must(title.includes(' – '), `the title of ${where} is ${title}`);
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((e) => e.id));
  same(new Set(ids).size, ids.length, `ids of ${where}`);
  for (const name of [/^(Halaman Utama|Beranda)$/, 'Helpdesk', 'Persyaratan dan Ketentuan', 'Cara memasang aplikasi'])
    must(await page.locator('footer').getByRole('link', { name, exact: true }).count(), `the footer of ${where} has no ${name}`);
}

async function otherLanguage(page, where) {
  const english = page.getByRole('link', { name: 'English' });
  same(await english.getAttribute('lang'), 'en', `lang of the switch of ${where}`);
  await english.click();
  same(await page.locator('html').getAttribute('lang'), 'en', `lang of ${where} in English`);
  const path = new URL(page.url()).pathname;
  const text = await textOf(page);
  must(!/ (anda|dan|yang|belum|silakan) /.test(text.replace(/bahasa indonesia|lpse contoh|sesi contoh/g, '').replace(/persyaratan dan ketentuan \(contoh\).*?tanpa|1\. sistem ini[^.]*\..*?pesan\./g, ''))
    || ['/terms', '/help/clock'].includes(path), `${where} in English has Indonesian: ${/.{20} (anda|dan|yang|belum|silakan) .{20}/.exec(text)?.[0]}`);
  await page.getByRole('link', { name: 'Bahasa Indonesia' }).click();
  same(await page.locator('html').getAttribute('lang'), 'id', `lang of ${where} again`);
  same(new URL(page.url()).pathname, path, `the switch of ${where} leads to`);
}

// ---- open pages ------------------------------------------------------------------------------------------------

{
  const page = await w.person({ scripts: false });
  for (const path of OPEN) {
    await check(`${path}: frame, server time, both languages`, async () => {
      const r = await page.goto(path);
      must([200, 410].includes(r.status()), `status ${r.status()}`);
      await framed(page, path);
      await otherLanguage(page, path);
    });
  }
  await check('a page that does not exist: words, a door, a reference, 404', async () => {
    page.expects404 = true;
    const r = await page.goto('/tidak-ada');
    same(r.status(), 404, 'status');
    await sees(page, 'Halaman tidak ditemukan', /kode rujukan/, 'Hubungi Helpdesk', 'Ke Halaman Utama');
    await framed(page, '404');
    page.expects404 = false;
  });
}

// ---- links: every one leads somewhere ------------------------------------------------------------------------------

async function crawl(page, from, what) {
  const seen = new Set(), queue = [...from], bad = [];
  while (queue.length) {
    const path = queue.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const r = await page.context().request.get(path, { maxRedirects: 5, headers: { accept: 'text/html' } });
    if (r.status() >= 400 && !(r.status() === 410 && path.startsWith('/setup'))) bad.push(`${r.status()} ${path}`);
    const html = await r.text();
    for (const [, raw] of html.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)) {
      const href = raw.replaceAll('&amp;', '&');
      if (/^(mailto|tel|otpauth):/.test(href)) continue;
      if (href.startsWith('#')) { if (href.length > 1 && !html.includes(` id="${href.slice(1)}"`)) bad.push(`${path} has no ${href}`); continue; }
      const url = new URL(href, new URL(path, w.base));
      if (url.origin !== w.base) { bad.push(`${path} leads to ${url.origin}`); continue; }
      if (url.hash && url.pathname + url.search !== path) {
        const there = await (await page.context().request.get(url.pathname + url.search)).text();
        if (!there.includes(` id="${url.hash.slice(1)}"`)) bad.push(`${path}: nothing at ${href}`);
      }
      queue.push(url.pathname + url.search);
    }
  }
  must(!bad.length, bad.join(' | '));
  must(seen.size >= 10, `only ${seen.size} pages`);
  console.log(`# ${what}: ${seen.size} addresses`);
}

await check('every link of every open page leads to a page', async () => {
  const page = await w.person();
  await page.goto('/');
  await crawl(page, ['/', ...OPEN], 'signed out');
});

// ---- the account ---------------------------------------------------------------------------------------------------

let phone, user;
const page = await w.person();
await guide('account', [
  ['activated and at home', async () => {
    user = w.user('penyedia', 'Kakak-Adik7');
    phone = await enrolled(w, page, 'penyedia', user);
    at(page, '/home');
    await sees(page, 'Pengguna Contoh', user, '1 dari 3', 'Buka Aplikasi Contoh');
  }],
  ['every page of it has the frame, and both languages', async () => {
    for (const path of ACCOUNT) {
      await page.goto(path);
      at(page, path);
      await framed(page, path);
      await otherLanguage(page, path);
    }
  }],
  ['every link of it leads to a page', async () => { await crawl(page, ['/home', ...ACCOUNT], 'signed in'); await page.goto('/home?lang=id'); }],
  ['Perangkat: number, name, entry, when added and from where, and the way to add one', async () => {
    await page.goto('/account/devices');
    await sees(page, '1 dari 3 perangkat', 'Nomor 1 – HP Kantor', `entri SPSE: ${user} #1`, /dipasang 21 november 2026/, /dari alamat/, 'Tambah Perangkat');
  }],
  ['a second device: the next number, no name twice', async () => {
    await press(page, 'Tambah Perangkat');
    const second = new Phone(w);
    const entry = await second.scan(page);
    must(entry.label.endsWith(`${user} #2`), `the label is ${entry.label}`);
    await confirmCode(page, second.code(), 'hp kantor');
    await refused(page, 'Nama perangkat itu sudah dipakai', { id: 'device' });
    w.nextStep();
    await confirmCode(page, second.code(), 'HP Cadangan');
    at(page, '/signin/done');
    await page.goto('/account/devices');
    await sees(page, 'Nomor 2 – HP Cadangan', '2 dari 3 perangkat');
    await signOut(page);
    w.nextStep();
    await signIn(page, 'penyedia', user);
    await sees(page, `SPSE: ${user} #2`, `SPSE: ${user} #1`);
    await typeCode(page, second.code());
    at(page, '/home');
    await page.goto('/account/log');
    await sees(page, 'HP Cadangan');
  }],
  ['Log Akses: what, when, from where; the reference of a wrong code is one that `gerbang audit` explains', async () => {
    await signOut(page);
    await signIn(page, 'penyedia', user);
    await typeCode(page, phone.wrongCode());
    const ref = /kode rujukan ([0-9a-z]+-[0-9a-z]+)/.exec(await textOf(page))?.[1]?.toUpperCase();
    must(ref, 'no reference on the page');
    const told = w.cli('audit', '--reference', ref);
    must(told.includes('wrong-code') && told.includes(user) && /The code belonged to none/.test(told), `audit says: ${told}`);
    w.nextStep();
    await typeCode(page, phone.code());
    at(page, '/home');
    await link(page, 'Log Akses').click();
    await sees(page, 'Tidak jadi masuk: kode tidak cocok', ref, 'Berhasil masuk dengan password dan Kode OTP', 'Catatan terbaru ada di atas', /chrome/, 'wib');
  }],
  ['the last sign-in is shown at home, with place and browser', async () => {
    await page.goto('/home');
    await sees(page, 'Login terakhir', /21 november 2026/, /chrome, linux/, 'Bukan Anda? Periksa Log Akses');
  }],
  ['Sesi: mine is marked; one other is ended, and is out', async () => {
    const others = [];
    for (let i = 0; i < 3; i++) {
      w.nextStep();
      const other = await w.person({ size: PHONE });
      await signIn(other, 'penyedia', user);
      await typeCode(other, phone.code());
      at(other, '/home');
      others.push(other);
    }
    await page.goto('/account/sessions');
    same(await page.getByText('Sesi ini', { exact: true }).count(), 1, 'sessions that are this one');
    same(await page.getByRole('button', { name: 'Akhiri sesi', exact: true }).count(), 3, 'sessions to end');
    await page.getByRole('button', { name: 'Akhiri sesi', exact: true }).first().click();
    at(page, '/account/sessions');
    await sees(page, 'Sesi sudah diakhiri');
    same(await page.getByRole('button', { name: 'Akhiri sesi', exact: true }).count(), 2, 'sessions to end');
    let out = 0;
    for (const other of others) { await other.goto('/home'); if (new URL(other.url()).pathname === '/signin') out++; }
    same(out, 1, 'browsers that are out');
    await press(page, 'Akhiri semua sesi lain');
    await sees(page, 'Semua sesi lain sudah diakhiri');
    for (const other of others) { await other.goto('/home'); at(other, '/signin'); await other.context().close(); }
    await page.goto('/home');
    at(page, '/home');
  }],
  ['after six minutes a change asks for a fresh proof and then goes on', async () => {
    w.pass(361);
    await page.goto('/account/sessions');
    await sees(page, 'Sesi ini');
    await page.goto('/account/devices');
    await press(page, 'Tambah Perangkat');
    at(page, '/account/confirm');
    await press(page, 'Lanjut');
    await sees(page, 'Password belum diisi');
    await secret(page, 'Password').fill(PASSWORD);
    await field(page, 'Kode OTP').fill(phone.wrongCode());
    await press(page, 'Lanjut');
    await refused(page, 'Password atau Kode OTP tidak cocok');
    same(await secret(page, 'Password').inputValue(), '', 'the password');
    w.nextStep();
    await secret(page, 'Password').fill(PASSWORD);
    await field(page, 'Kode OTP').fill(phone.code());
    await press(page, 'Lanjut');
    at(page, '/account/mfa/enrol');
    await press(page, 'Tambah Perangkat');
    at(page, '/account/mfa/enrol');
    await press(page, 'Nanti saja');
    at(page, '/account/mfa');
  }],
  ['an old page that changes something asks for the proof in words', async () => {
    await page.goto('/account/mfa');
    w.pass(361);
    await press(page, 'Disable TOTP');
    await sees(page, 'Perlu konfirmasi dulu', 'Masukkan password');
    await press(page, 'Masukkan password');
    at(page, '/account/confirm');
  }],
  ['Ganti Password: empty, wrong, short, own words, not twice the same: each in its words, beside its field', async () => {
    await page.goto('/account/password');
    const change = async (current, fresh, again) => {
      await secret(page, 'Password sekarang').fill(current);
      await secret(page, 'Password baru').fill(fresh);
      await secret(page, 'Ulangi password baru').fill(again);
      await press(page, 'Simpan password');
    };
    const good = 'kuda biru makan 7 awan';
    await change('', '', '');
    await refused(page, 'belum diisi');
    await change(PASSWORD, good, `${good}x`);
    await refused(page, 'Kedua password baru belum sama', { id: 'new' });
    await change(PASSWORD, 'pendek', 'pendek');
    await refused(page, 'Password terlalu pendek. Pakai sedikitnya 15 huruf', { id: 'new' });
    await change(PASSWORD, 'Pengguna Contoh', 'Pengguna Contoh');
    await refused(page, 'Password memuat User ID', { id: 'new' });
    await change(PASSWORD, 'passwordpassword', 'passwordpassword');
    await refused(page, 'mudah ditebak', { id: 'new' });
    await change('bukan password saya', good, good);
    await refused(page, 'Password sekarang belum cocok', { id: 'current' });
    await change(PASSWORD, good, good);
    at(page, '/home');
    await sees(page, 'Password sudah diganti');
    w.nextStep();
    const other = await w.person();
    await signIn(other, 'penyedia', user);
    await refused(other, 'User ID atau password tidak cocok', { id: 'password' });
    await secret(other, 'Password').fill(good);
    await typeCaptcha(other);
    await button(other, 'Login').click();
    at(other, '/signin/code');
  }],
  ['Logout: the session is over, the pages ask for a sign-in and lead back', async () => {
    await press(page, 'Logout');
    at(page, '/signed-out');
    await page.goto('/account/log');
    at(page, '/signin');
    same(new URL(page.url()).searchParams.get('next'), '/account/log', 'next');
    await page.goBack();
    await seesNot(page, 'Pengguna Contoh');
  }],
]);
await w.nobody();

// ---- the sample application -------------------------------------------------------------------------------------------

{
  const p = await w.person({ size: PHONE, scripts: false });
  await guide('sample application', [
    ['asks for a sign-in and is returned to', async () => {
      await p.goto('/demo/app/');
      at(p, '/signin');
      await p.getByRole('button', { name: /^Penyedia \(/ }).click();
      await field(p, 'User ID').fill(w.user('penyedia', 'aplikasi1'));
      await button(p, 'Login').click();
      await secret(p, 'Password').fill(PASSWORD);
      await typeCaptcha(p);
      await button(p, 'Login').click();
      at(p, '/demo/app/');
      await sees(p, 'Remote-User', 'aplikasi1', 'Remote-Email', 'Remote-Factor');
    }],
    ['signs out from there', async () => { await press(p, 'Logout'); at(p, '/signed-out'); }],
    ['`next` to a stranger is not followed', async () => {
      await p.goto('/signin?type=penyedia&next=https://evil.example/');
      await field(p, 'User ID').fill('aplikasi1');
      await button(p, 'Login').click();
      await secret(p, 'Password').fill(PASSWORD);
      await typeCaptcha(p);
      await button(p, 'Login').click();
      at(p, '/home');
    }],
  ]);
  await w.nobody();
}

// ---- pauses ----------------------------------------------------------------------------------------------------------------

for (const scripts of [true, false]) {
  const p = await w.person({ scripts });
  const id = w.user('penyedia');
  let ph;
  await guide(`pause, ${scripts ? 'with' : 'without'} scripts`, [
    ['three wrong codes: until when, what else is open, a reference', async () => {
      ph = await enrolled(w, p, 'penyedia', id);
      await signOut(p);
      await signIn(p, 'penyedia', id);
      for (let i = 0; i < 3; i++) {
        if (i) w.pass(91); // the same digits sent again before that are answered again, at no charge
        await typeCode(p, ph.wrongCode());
      }
      await sees(p, /login dengan kode dijeda sampai pukul \d\d\.\d\d\.\d\d wib/, 'Cara lain yang bisa dipakai sekarang', 'Periksa jam ponsel', 'Reset TOTP?', 'Hubungi Helpdesk', 'Data Anda aman');
      must((await p.locator('h1').innerText()).includes('dijeda sampai pukul'), 'the heading does not say until when');
    }],
    ['the pause does not count the right code either; after it the right code is good', async () => {
      await link(p, 'Coba lagi').click();
      at(p, '/signin/code');
      await sees(p, /dijeda sampai pukul/); // looked at again, it says the same
      w.pass(31);
      w.nextStep();
      await p.goto('/signin/code');
      await typeCode(p, ph.code());
      at(p, '/home');
    }],
  ]);
  await w.nobody();
}

await check('five wrong passwords: the same words until when, for a known and an unknown User ID, and the doors', async () => {
  const told = [];
  for (const id of [w.user('penyedia'), 'takdikenal77']) {
    const p = await w.person();
    for (let i = 0; i < 6; i++) {
      await signIn(p, 'penyedia', id, { password: 'bukan yang ini lho' });
      at(p, '/signin/password');
    }
    told.push(norm(await p.locator('#sum').innerText()));
  }
  must(/login dijeda sampai pukul \d\d\.\d\d\.\d\d wib\. cara lain yang tetap terbuka: lupa password\?, helpdesk/.test(told[0]), told[0]);
  same(told[1], told[0], 'the words for an unknown User ID');
});
await w.nobody();

// ---- windows, back and refresh -------------------------------------------------------------------------------------------

{
  const p = await w.person();
  const id = w.user('pelanggan');
  await guide('windows, back, refresh', [
    ['a sign-in in another browser begins the activation anew and names the entry that is left; the first window says where it is', async () => {
      await onePage(p, { user: id });
      at(p, '/signin/enrol');
      const mine = await new Phone(w).scan(p);
      const other = await w.person();
      await onePage(other, { user: id });
      await sees(other, 'Aktivasi terbuka di jendela lain'); // whose QR code is shown at this moment: taken over on a press alone
      await press(other, 'Lanjutkan di sini');
      await sees(other, 'entri nomor 1 dari aktivasi yang belum selesai');
      const phone2 = new Phone(w);
      const theirs = await phone2.scan(other);
      must(theirs.secret !== mine.secret, 'the same secret in another browser');
      await p.reload();
      await sees(p, 'Aktivasi terbuka di jendela lain');
      await confirmCode(other, phone2.code(), 'HP Kantor');
      at(other, '/signin/done');
      await p.reload();
      await seesNot(p, 'QR Code aktivasi');
      must(await p.locator('img.qr').count() === 0, 'a QR code after the activation is done');
      await other.context().close();
    }],
    ['a second tab of the same browser shows the same activation', async () => {
      const id2 = w.user('pelanggan');
      const one = await w.person();
      await onePage(one, { user: id2 });
      const two = await one.context().newPage();
      await two.goto('/signin/enrol');
      const ph = new Phone(w);
      same((await ph.scan(two)).text, await ph.film(one), 'the QR code');
      await confirmCode(one, ph.code(), 'HP Kantor');
      at(one, '/signin/done');
      await two.reload(); // done in the other tab: no error, no dead end
      await seesNot(two, 'gangguan', 'Kode rujukan');
    }],
    ['back after the sign-in shows no form that works twice, and nothing breaks', async () => {
      const id3 = w.user('penyedia');
      const one = await w.person();
      await toPassword(one, 'penyedia', id3);
      await one.reload();
      at(one, '/signin/password');
      await sees(one, id3);
      await one.goBack();
      await one.goForward();
      at(one, '/signin/password');
      await secret(one, 'Password').fill(PASSWORD);
      await typeCaptcha(one);
      await button(one, 'Login').click();
      at(one, '/home');
      await one.goBack();
      await one.waitForLoadState();
      const again = await one.goto('/signin/password');
      same(again.status(), 200, 'status');
      at(one, '/home');
      await one.reload();
      at(one, '/home');
    }],
    ['every page of the sign-in may be reloaded: the same page, the same step', async () => {
      const id4 = w.user('penyedia');
      const one = await w.person();
      const ph = await enrolled(w, one, 'penyedia', id4);
      await signOut(one);
      await one.reload();
      at(one, '/signed-out');
      await signIn(one, 'penyedia', id4);
      const before = await textOf(one);
      await one.reload();
      at(one, '/signin/code');
      same(await textOf(one), before, 'the page after a reload');
      await one.goto('/signin'); // an open step goes on
      at(one, '/signin/code');
      w.nextStep();
      await typeCode(one, ph.code());
      at(one, '/home');
      for (const path of ACCOUNT) { await one.goto(path); const r = await one.reload(); same(r.status(), 200, `${path} reloaded`); }
    }],
    ['"Keluar dan mulai lagi" ends a half-done sign-in', async () => {
      const id5 = w.user('penyedia');
      const one = await w.person();
      await enrolled(w, one, 'penyedia', id5);
      await signOut(one);
      await signIn(one, 'penyedia', id5);
      await press(one, 'Keluar dan mulai lagi');
      at(one, '/signed-out');
      await one.goto('/signin/code');
      at(one, '/signin');
    }],
    ['"Bukan Anda? Ganti" leads back to the User ID of the same type', async () => {
      const one = await w.person();
      await toPassword(one, 'penyedia', 'seseorang');
      await link(one, 'Bukan Anda? Ganti').click();
      at(one, '/signin');
      await sees(one, 'Login Penyedia');
    }],
  ]);
  await w.nobody();
}

// ---- the set-up link of `gerbang user add` ----------------------------------------------------------------------------------

{
  const p = await w.person();
  let address;
  await guide('set-up link', [
    ['`gerbang user add` without a password prints one that works', async () => {
      const out = w.cli('user', 'add', 'Baru1', '--type', 'penyedia', '--email', 'baru1@contoh.example', '--name', 'Orang Baru');
      address = /https?:\/\/\S+\/setup\?t=\S+/.exec(out)?.[0];
      must(address, `it printed: ${out}`);
      await p.goto(address);
      await sees(p, 'Buat password', 'Baru1', /berlaku sampai 21 november 2026/);
    }],
    ['a password that is too short, or not the same twice: said in words; the link stays good', async () => {
      await secret(p, 'Password baru').fill('pendek');
      await secret(p, 'Ulangi password baru').fill('pendek');
      await press(p, 'Simpan password');
      await refused(p, 'Password terlalu pendek', { id: 'new' });
      await secret(p, 'Password baru').fill('awan kuning 12 tangga');
      await secret(p, 'Ulangi password baru').fill('awan kuning 12 tanggo');
      await press(p, 'Simpan password');
      await refused(p, 'Kedua password baru belum sama');
    }],
    ['a good one is kept, and signs in', async () => {
      await secret(p, 'Password baru').fill('awan kuning 12 tangga');
      await secret(p, 'Ulangi password baru').fill('awan kuning 12 tangga');
      await press(p, 'Simpan password');
      await sees(p, 'Password tersimpan');
      await signIn(p, 'penyedia', 'baru1', { password: 'awan kuning 12 tangga' });
      at(p, '/home');
      await sees(p, 'Orang Baru');
    }],
    ['used: the link says when, and what to do', async () => {
      const r = await p.goto(address);
      same(r.status(), 410, 'status');
      await sees(p, /tautan ini sudah dipakai pada 21 november 2026/, 'Minta tautan baru', 'Hubungi Helpdesk');
    }],
    ['too late: the link says until when it was good', async () => {
      const out = w.cli('user', 'add', 'baru2', '--type', 'penyedia', '--email', 'baru2@contoh.example');
      w.pass(1801);
      const r = await p.goto(/https?:\/\/\S+\/setup\?t=\S+/.exec(out)[0]);
      same(r.status(), 410, 'status');
      await sees(p, /tautan ini berlaku sampai 21 november 2026/);
    }],
  ]);
}

await w.stop();
finish();
