// Clocks and entries: a phone that is slow, fast or in the wrong zone, and the code of an entry that was removed.
import { WAYS, adds, code, comes, enters, leaves, look, looks, owner, ownCode, serve, strangeCode, written } from './story.mjs';
import { Phone, World, at, check, finish, guide, link, must, press, refused, sees, seesNot, textOf } from './world.mjs';
import { confirmCode } from './roads.mjs';

const w = await World.start({ serve });
const MINUTES = { id: 'menit', en: 'minutes' };

// ---- 47 minutes ------------------------------------------------------------------------------------------------

for (const way of WAYS) {
  const page = await comes(w, way), { t, words } = page;
  const user = w.user('oldest'), phone = new Phone(w, -47 * 60);
  const span = `47 ${MINUTES[way.lang]}`;
  await guide(`47 minutes slow, ${way.name}`, [
    ['at the activation the first code is enough to be told, and how to set the clock is one press away', async () => {
      await enters(page, 'oldest', user);
      at(page, '/signin/enrol');
      await phone.scan(page);
      await confirmCode(page, await phone.offCode(), 'HP Kantor', words);
      at(page, '/signin/enrol');
      await refused(page, t('enrol.clock_slow', { time: span }), { lang: way.lang });
      await sees(page, span, t('enrol.clock_wait'));
      await look(page, 'enrol-clock');
      await page.getByRole('link', { name: t('clock.title') }).click();
      at(page, '/help/clock');
      await sees(page, /\d\d[.:]\d\d[.:]\d\d wib/);
      await look(page, 'help-clock');
      await press(page, t('apps.back'));
      at(page, '/signin/enrol');
      phone.offsetS = 0;
      w.nextStep();
      await confirmCode(page, phone.code(), 'HP Kantor', words);
      at(page, '/signin/done');
      await page.goto('/home');
      await leaves(page);
    }],
    ['at the sign-in the first code gets the general text and no number', async () => {
      phone.offsetS = -47 * 60;
      w.nextStep();
      await enters(page, 'oldest', user);
      await code(page, await phone.offCode());
      at(page, '/signin/code');
      await refused(page, t('code.bad'), { id: 'code', lang: way.lang });
      await seesNot(page, '47', 'HP Kantor');
      const ref = /[A-Z0-9]{2}-[A-Z0-9]{3}/.exec((await textOf(page)).toUpperCase().split(/KODE RUJUKAN|REFERENCE/)[1])?.[0];
      const agent = w.cli('audit', '--reference', ref);
      must(/HP Kantor: 47 minutes slow.*first code/.test(agent), `an agent sees ${agent}`); // who gives the reference away tells the agent
    }],
    ['the same page sent again says the same, and is no second code', async () => {
      await code(page, phone.code());
      await refused(page, t('code.bad'), { id: 'code', lang: way.lang });
      await seesNot(page, '47');
    }],
    ['the second code: the name of the phone, 47 minutes, and what to do; no 15 minutes', async () => {
      w.nextStep();
      await code(page, await phone.offCode());
      at(page, '/signin/code');
      await refused(page, t('code.clock', { device: 'HP Kantor', time: span }), { id: 'code', lang: way.lang });
      await sees(page, span, 'HP Kantor', '15');
      await look(page, 'code-clock');
      await link(page, t('code.clock_help')).click();
      at(page, '/help/clock');
      await press(page, t('apps.back_code'));
      at(page, '/signin/code');
    }],
    ['the clock set, the next code gets in at once', async () => {
      phone.offsetS = 0;
      w.nextStep();
      await code(page, phone.code());
      at(page, '/home');
      await page.goto('/account/log');
      await sees(page, t('log.wrong_clock'));
      await look(page, 'log-clock');
    }],
  ]);
  await w.nobody();
}

for (const way of [WAYS[0], WAYS[3]]) {
  const page = await comes(w, way), { t } = page;
  await check(`47 minutes fast, ${way.name}: told at the second code; works at once when the clock is set, and not by itself later`, async () => {
    const phone = await owner(w, page, 'oldest', { device: 'Tablet', offset: 47 * 60 });
    await page.goto('/home');
    await leaves(page);
    await enters(page, 'oldest', phone.user);
    w.nextStep();
    await code(page, await phone.offCode());
    await refused(page, t('code.bad'), { id: 'code', lang: way.lang });
    w.nextStep();
    const burnt = await phone.offCode(), then = w.now + 47 * 60;
    await code(page, burnt);
    await refused(page, t('code.clock_fast', { device: 'Tablet', time: `47 ${MINUTES[way.lang]}` }), { id: 'code', lang: way.lang });
    phone.offsetS = 0;
    w.nextStep();
    await code(page, phone.code());
    at(page, '/home');
    await leaves(page);
    w.setClock(then); // the moment for which that code was made
    await enters(page, 'oldest', phone.user);
    await code(page, burnt);
    at(page, '/signin/code');
    await refused(page, t('code.used'), { id: 'code', lang: way.lang }); // burnt when it was diagnosed
  });
  await w.nobody();
}

// ---- the wrong zone ----------------------------------------------------------------------------------------------

for (const [i, [offset, hours]] of [[3600, 1], [-7200, 2], [7200, 2], [-3600, 1]].entries()) {
  const way = WAYS[(i + 1) % 4], page = await comes(w, way), { t } = page;
  await check(`${offset / 60} minutes, ${way.name}: the zone is wrong, and which one to choose; chosen, the next code gets in`, async () => {
    const phone = await owner(w, page, 'oldest', { device: 'HP Dinas', offset });
    await page.goto('/home');
    await leaves(page);
    await enters(page, 'oldest', phone.user);
    w.nextStep();
    await code(page, await phone.offCode());
    await refused(page, t('code.bad'), { id: 'code', lang: way.lang });
    await seesNot(page, 'HP Dinas');
    w.nextStep();
    await code(page, await phone.offCode());
    await refused(page, t('code.zone', { device: 'HP Dinas', n: hours, zone: 'WIB' }), { id: 'code', lang: way.lang });
    await look(page, 'code-zone');
    phone.offsetS = 0;
    w.nextStep();
    await code(page, phone.code());
    at(page, '/home');
  });
  await w.nobody();
}

// ---- an entry that was removed -------------------------------------------------------------------------------------

for (const way of WAYS) {
  const page = await comes(w, way), { t } = page;
  let first, second;
  await guide(`a removed entry, ${way.name}`, [
    ['one of two devices is removed; the page names the entry that is still in the app', async () => {
      first = await owner(w, page, 'oldest', { device: 'HP Lama' });
      second = await adds(w, page, 'HP Baru');
      await page.goto('/account/devices');
      await page.locator('li.card', { hasText: 'HP Lama' }).getByRole('link', { name: t('device.remove') }).click();
      await sees(page, t('device.remove_title', { device: 'HP Lama' }), t('device.remove_stay', { names: 'HP Baru' }));
      await look(page, 'device-remove');
      await press(page, t('device.remove_button', { device: 'HP Lama' }));
      at(page, '/account/devices');
      await sees(page, t('devices.removed', { device: 'HP Lama', label: `SPSE: ${first.user} #1` }));
      await look(page, 'devices-removed');
      await written(w, way, first.user, 'device_removed', 'HP Lama');
      await leaves(page);
    }],
    ['its code is recognised at once: when it was removed, and which entry to open', async () => {
      w.nextStep();
      await enters(page, 'oldest', first.user);
      await sees(page, t('code.which', { label: `SPSE: ${first.user} #2` }));
      await code(page, ownCode(w, first, second));
      at(page, '/signin/code');
      await sees(page, '21 november 2026');
      await refused(page, t('code.dead', { label: '#2' }).split('{date}')[0], { id: 'code', lang: way.lang });
      await sees(page, t.like('code.dead', { label: '#2' }));
      await look(page, 'code-dead');
    }],
    ['it is charged: the next two wrong ones pause; the right entry gets in before', async () => {
      await code(page, strangeCode(w, first, second));
      await refused(page, t('code.bad'), { id: 'code', lang: way.lang });
      w.nextStep();
      await code(page, second.code());
      at(page, '/home');
      await page.goto('/account/log');
      await sees(page, t('log.dead_entry', { device: 'HP Lama' }));
    }],
  ]);
  await w.nobody();
}

await looks();
await w.stop();
finish();
