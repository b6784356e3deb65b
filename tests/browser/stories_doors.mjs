// Doors: a pause and what stays open, recovery codes, passkeys beside it, the slip and the wait before a first activation,
// days left until codes are compulsory, codes turned off, and two codes where a strict type meets an unknown browser.
import { WAYS, code, comes, enters, leaves, look, looks, owner, serve, strangeCode, written } from './story.mjs';
import { PASSWORD, Phone, World, at, button, check, field, finish, guide, link, must, press, refused, same, secret, sees, seesNot, until } from './world.mjs';
import { confirmCode, secondsLeft, toPassword } from './roads.mjs';

const w = await World.start({ serve });
const at_time = /\d\d[.:]\d\d[.:]\d\d/;

async function threeWrong(page, ...phones) {
  const tried = new Set();
  for (let i = 0; i < 3; i++) {
    w.nextStep();
    let wrong = strangeCode(w, ...phones);
    while (tried.has(wrong)) wrong = String(Number(wrong) + 1);
    tried.add(wrong);
    await code(page, wrong);
  }
}

async function recovers(page, text) {
  await press(page, page.t('recovery.use'));
  at(page, '/signin/recovery');
  await field(page, page.t('recovery.label')).fill(text);
  await button(page, page.words.login).click();
}

// ---- a pause, and recovery codes ---------------------------------------------------------------------------------

for (const [i, way] of WAYS.entries()) {
  const page = await comes(w, way), { t } = page;
  let phone, codes;
  const makes = async () => {
    const sheet = await page.locator('.sheet .key').allInnerTexts();
    same(sheet.length, 10, 'codes');
    for (const c of sheet) must(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(c.trim()), `a code is ${c}`);
    return sheet.map((c) => c.trim());
  };
  await guide(`a pause and its doors, ${way.name}`, [
    ['recovery codes are offered right after the activation: ten, shown once, with what to do with them', async () => {
      phone = await owner(w, page, 'doors', { device: 'HP Satu' });
      await sees(page, t('recovery.lead'));
      await look(page, 'done-offer');
      await press(page, t('recovery.make'));
      codes = await makes();
      await sees(page, t('recovery.keep_title'), t('recovery.apart'), t('recovery.once'), phone.user);
      await look(page, 'recovery-made');
      await press(page, t('recovery.kept'));
      at(page, '/home');
      await seesNot(page, t('recovery.one_way'));
      await written(w, way, phone.user, 'recovery_made');
      await page.goto('/account/recovery-codes');
      await sees(page, t('recovery.count', { n: 10, max: 10 }));
      for (const c of codes) await seesNot(page, c);
      await look(page, 'recovery-codes');
      await leaves(page);
    }],
    ['three wrong codes: until when, how long still, and which doors are open', async () => {
      await enters(page, 'doors', phone.user);
      await threeWrong(page, phone);
      await sees(page, t.like('paused.title'), t('paused.why'), t('paused.doors'), t('recovery.use'), t('code.lost'), t('trouble.help'));
      must(at_time.test(await page.locator('h1').innerText()), 'the heading does not say until when');
      const left = await secondsLeft(page);
      must(left > 0 && left <= 30, `${left} seconds left`);
      await look(page, 'paused');
    }],
    ['the right code does not count meanwhile; nobody is sent in circles', async () => {
      await press(page, t('paused.again'));
      await sees(page, t.like('paused.title'), t('recovery.use'));
    }],
    ['the door of recovery codes: what is no such code, and one that is none of mine, each in its words', async () => {
      await recovers(page, '1234');
      at(page, '/signin/recovery');
      await refused(page, t('recovery.shape'), { id: 'code', lang: way.lang });
      await field(page, t('recovery.label')).fill('7KQ2-M0XD-94RB-TZ8F');
      await button(page, page.words.login).click();
      await refused(page, t('recovery.wrong'), { id: 'code', lang: way.lang });
      await look(page, 'recovery-wrong');
    }],
    ['one from the sheet, in small letters and without lines, signs in during the pause; the home says how many are left', async () => {
      await field(page, t('recovery.label')).fill(codes[0].toLowerCase().replaceAll('-', ' '));
      await button(page, page.words.login).click();
      at(page, '/home');
      await sees(page, t('recovery.accepted', { n: 9 }));
      await look(page, 'home-recovered');
      await written(w, way, phone.user, 'recovery_used', t('mail.notice.left', { n: 9 }));
    }],
    ['used, it is refused; another one is good', async () => {
      await leaves(page);
      await enters(page, 'doors', phone.user);
      await recovers(page, codes[0]);
      await refused(page, t('recovery.wrong'), { id: 'code', lang: way.lang });
      await field(page, t('recovery.label')).fill(codes[1]);
      await button(page, page.words.login).click();
      at(page, '/home');
      await sees(page, t('recovery.accepted', { n: 8 }));
    }],
    ['a new set takes the old one\'s place', async () => {
      if (i === 1) return;
      await page.goto('/account/recovery-codes');
      await sees(page, t('recovery.replaces'));
      await press(page, t('recovery.make_new'));
      const fresh = await makes();
      await press(page, t('recovery.kept'));
      await leaves(page);
      await enters(page, 'doors', phone.user);
      await recovers(page, codes[2]);
      await refused(page, t('recovery.wrong'), { id: 'code', lang: way.lang });
      await field(page, t('recovery.label')).fill(fresh[0]);
      await button(page, page.words.login).click();
      at(page, '/home');
      codes = fresh;
    }],
    ['with two left a new set is offered at home; the last one leads there at once', async () => {
      if (i !== 2) return;
      for (let n = 1; n < 10; n++) {
        await page.goto('/home');
        await leaves(page);
        await enters(page, 'doors', phone.user);
        await recovers(page, codes[n]);
        if (n === 7) {
          at(page, '/home');
          await sees(page, t('recovery.few', { n: 2 }), t('recovery.make_new'));
          await look(page, 'home-few');
        }
      }
      at(page, '/account/recovery-codes');
      await sees(page, t('recovery.last_used'), t('recovery.make_new'));
      await look(page, 'recovery-last');
    }],
  ]);
  await w.nobody();
}

// ---- a passkey during a pause ----------------------------------------------------------------------------------------

for (const way of WAYS.slice(2)) {
  const page = await comes(w, way), { t } = page;
  await check(`a passkey during a pause on codes, ${way.name}: the door is named, and it opens`, async () => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    const phone = await owner(w, page, 'doors', { device: 'HP Satu' });
    await page.goto('/account/devices');
    await link(page, t('passkey.add_title')).click();
    await look(page, 'passkey-add');
    await button(page, t('passkey.add')).click();
    await until(() => new URL(page.url()).pathname === '/signin/done', 'the passkey');
    await look(page, 'done-passkey');
    await page.goto('/home');
    await leaves(page);
    await enters(page, 'doors', phone.user);
    await look(page, 'code-passkey');
    await threeWrong(page, phone);
    await sees(page, t.like('paused.title'), t('passkey.signin'));
    await look(page, 'paused-passkey');
    await button(page, t('passkey.signin')).click();
    await until(() => new URL(page.url()).pathname === '/home', '/home');
  });
  await w.nobody();
}

// ---- the first activation ----------------------------------------------------------------------------------------------

const slipOf = (user) => JSON.parse(w.cli('user', 'slip', user, '--json')).code;

for (const way of WAYS) {
  const page = await comes(w, way), { t, words } = page;
  const user = w.user('slip');
  const types = async (text) => { await field(page, t('first.slip_label')).fill(text); await button(page, t('common.continue')).click(); };
  await guide(`a slip from the office, ${way.name}`, [
    ['the sign-in says what is asked, and who has it', async () => {
      await enters(page, 'slip', user);
      at(page, '/signin/first');
      await sees(page, t('first.slip_lead'), t('first.slip_none'), t('first.help'));
      await look(page, 'slip');
    }],
    ['empty, too short, and one that is not mine: each in its words', async () => {
      await types('');
      await refused(page, t('err.missing', { field: t('first.slip_label') }), { id: 'slip', lang: way.lang });
      await types('1234');
      await refused(page, t('first.slip_shape'), { id: 'slip', lang: way.lang });
      await types(slipOf(w.user('slip')));
      at(page, '/signin/first');
      await refused(page, t('first.slip_wrong'), { id: 'slip', lang: way.lang });
      await look(page, 'slip-wrong');
    }],
    ['the office prints one: it opens the activation, and a letter says that it was used', async () => {
      await types(slipOf(user).toLowerCase());
      at(page, '/signin/enrol');
      const phone = new Phone(w);
      await phone.scan(page);
      await confirmCode(page, phone.code(), 'HP Satu', words);
      at(page, '/signin/done');
      await written(w, way, user, 'slip_used');
      await page.goto('/home');
      await leaves(page);
      w.nextStep();
      await enters(page, 'slip', user);
      await code(page, phone.code());
      at(page, '/home');
    }],
  ]);
  await w.nobody();
}

for (const way of WAYS.slice(2)) {
  const page = await comes(w, way), { t, words } = page;
  const user = w.user('slipfree');
  await check(`a slip on the road from the home page, ${way.name}; three that are wrong pause it, until when is said`, async () => {
    await enters(page, 'slipfree', user);
    at(page, '/home');
    await press(page, t('mfa.enable'));
    at(page, '/account/mfa/first');
    await look(page, 'slip-account');
    const other = slipOf(w.user('slip'));
    for (let i = 0; i < 3; i++) { await field(page, t('first.slip_label')).fill(other); await button(page, t('common.continue')).click(); }
    await sees(page, t.like('first.slip_paused'));
    await look(page, 'slip-paused');
    w.pass(31);
    await field(page, t('first.slip_label')).fill(slipOf(user));
    await button(page, t('common.continue')).click();
    at(page, '/account/mfa');
    await press(page, t('mfa.enable'));
    at(page, '/account/mfa/enrol');
    const phone = new Phone(w);
    await phone.scan(page);
    await confirmCode(page, phone.code(), 'HP Satu', words);
    at(page, '/signin/done');
  });
  await w.nobody();
}

for (const way of WAYS) {
  const page = await comes(w, way), { t } = page;
  const user = w.user('quiet');
  await guide(`a quiet period, ${way.name}`, [
    ['the sign-in says when the activation can begin, why, and that nothing is to be done; a letter says the same', async () => {
      await enters(page, 'quiet', user);
      at(page, '/signin/first');
      await sees(page, t.like('first.quiet_title'), t('first.quiet_why'), t('first.quiet_then'), t('first.quiet_slip'));
      same(await page.locator('img.qr').count(), 0, 'QR codes');
      await look(page, 'quiet');
      await written(w, way, user, 'quiet_begun', t('mail.notice.opens').split('{time}')[0]);
    }],
    ['later in the wait the same moment is named: it does not begin anew', async () => {
      const said = await page.locator('h1').innerText();
      w.pass(3600);
      await enters(page, 'quiet', user);
      same(await page.locator('h1').innerText(), said, 'the heading');
    }],
    ['after it the activation opens by itself', async () => {
      w.pass(23 * 3600);
      await enters(page, 'quiet', user);
      at(page, '/signin/enrol');
      must((await new Phone(w).scan(page)).label.endsWith('#1'), 'no first entry');
    }],
  ]);
  await w.nobody();
}

for (const way of WAYS.slice(2)) {
  const page = await comes(w, way), { t } = page;
  const user = w.user('quietfree');
  await check(`a quiet period from the home page, ${way.name}: the press begins it; after it the same press opens the QR code`, async () => {
    await enters(page, 'quietfree', user);
    await press(page, t('mfa.enable'));
    at(page, '/account/mfa/first');
    await sees(page, t.like('first.quiet_title'));
    await look(page, 'quiet-account');
    w.pass(2 * 3600);
    await enters(page, 'quietfree', user);
    await press(page, t('mfa.enable'));
    at(page, '/account/mfa/enrol');
    same(await page.locator('img.qr').count(), 1, 'QR codes');
  });
  await w.nobody();
}

// ---- codes turned off ---------------------------------------------------------------------------------------------------

for (const way of [WAYS[1], WAYS[3]]) {
  for (const kind of ['again', 'free']) {
    const page = await comes(w, way), { t } = page;
    await check(`codes turned off, type ${kind}, ${way.name}: what will happen is said before; the next sign-in ${kind === 'again' ? 'asks to activate again' : 'asks for the password alone'}`, async () => {
      const user = w.user(kind), phone = new Phone(w);
      await enters(page, kind, user);
      if (kind === 'free') await press(page, t('mfa.enable'));
      await phone.scan(page);
      await confirmCode(page, phone.code(), 'HP Satu', page.words);
      await page.goto('/home');
      await press(page, t('mfa.disable'));
      at(page, '/account/mfa');
      await sees(page, t('mfa.stops', { name: 'HP Satu', label: `SPSE: ${user} #1` }), t(kind === 'again' ? 'mfa.asked_again' : 'mfa.password_only'), t('mfa.active'));
      await look(page, `off-${kind}`);
      await press(page, t('mfa.disable'));
      at(page, '/account/mfa');
      await sees(page, t('mfa.inactive'), t('mfa.enable'));
      await look(page, `off-${kind}-done`);
      await written(w, way, user, 'mfa_disabled');
      await page.goto('/home');
      await sees(page, t('mfa.enable'));
      await leaves(page);
      await enters(page, kind, user);
      at(page, kind === 'again' ? '/signin/enrol' : '/home');
      if (kind === 'free') await press(page, t('mfa.enable'));
      must((await phone.scan(page)).label.endsWith(`${user} #2`), 'the new entry has no number of its own');
    });
    await w.nobody();
  }
}

// ---- strict -----------------------------------------------------------------------------------------------------------------

for (const way of WAYS) {
  const page = await comes(w, way), { t } = page;
  let phone, other;
  await guide(`a strict type, ${way.name}`, [
    ['in the browser of the activation one code is enough', async () => {
      phone = await owner(w, page, 'strict', { device: 'HP Satu' });
      await page.goto('/home');
      await leaves(page);
      w.nextStep();
      await enters(page, 'strict', phone.user);
      await code(page, phone.code());
      at(page, '/home');
    }],
    ['in an unknown one the first code is told to match, and the next one is asked too', async () => {
      other = await comes(w, way);
      w.nextStep();
      await enters(other, 'strict', phone.user);
      await code(other, phone.code());
      at(other, '/signin/code');
      await sees(other, t('code.strict_again'));
      must(!(await other.title()).startsWith(t('common.error_prefix')), 'the title says that something is wrong');
      await look(other, 'code-strict');
    }],
    ['the same code again is not the second one; the next is', async () => {
      await code(other, phone.code());
      at(other, '/signin/code');
      await refused(other, t('code.used'), { id: 'code', lang: way.lang });
      w.nextStep();
      await code(other, phone.code());
      at(other, '/home');
    }],
    ['from then on it is a known one', async () => {
      await leaves(other);
      w.nextStep();
      await enters(other, 'strict', phone.user);
      await code(other, phone.code());
      at(other, '/home');
    }],
  ]);
  await w.nobody();
}

// ---- compulsory from a day on: last, because the clock goes on by days ------------------------------------------------------

const people = [];
for (const way of WAYS) {
  const page = await comes(w, way), { t } = page;
  const user = w.user('later');
  people.push({ way, user });
  await check(`compulsory from a day on, ${way.name}: the form and the home say from when and how many days are left`, async () => {
    await toPassword(page, 'later', user, page.words);
    const days = Math.ceil((Date.UTC(2026, 10, 30, 17) / 1000 - w.now) / 86400); // 1 December in Jakarta
    await sees(page, t.like('policy.days_type', { n: days }));
    await look(page, 'days-form');
    await secret(page, page.words.password).fill(PASSWORD);
    await button(page, page.words.login).click();
    at(page, '/home');
    await sees(page, t.like('policy.days', { n: days }), t('mfa.enable'));
    await look(page, 'days-home');
  });
}
w.setClock(Date.UTC(2026, 10, 30, 17) / 1000);
await w.nobody();
for (const { way, user } of people) {
  await check(`compulsory from a day on, ${way.name}: that day the sign-in leads to the activation`, async () => {
    const page = await comes(w, way);
    await toPassword(page, 'later', user, page.words);
    await seesNot(page, page.t('policy.days_type').split('{type}')[1].split('{')[0]);
    await secret(page, page.words.password).fill(PASSWORD);
    await button(page, page.words.login).click();
    at(page, '/signin/enrol');
  });
}

await looks();
await w.stop();
finish();
