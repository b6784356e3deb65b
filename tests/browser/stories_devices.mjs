// Several devices: who goes when all places are taken is named first, suspended, and can come back; a move leaves one;
// removing one ends the sessions elsewhere; each change is told in a letter.
import { WAYS, adds, code, comes, enters, leaves, look, looks, owner, ownCode, proves, serve, written } from './story.mjs';
import { Phone, World, at, button, check, field, finish, guide, link, must, press, refused, same, sees, seesNot } from './world.mjs';
import { confirmCode } from './roads.mjs';

const w = await World.start({ serve });
const card = (page, name) => page.locator('li.card', { hasText: name });

async function begins(page) {
  await page.goto('/account/devices');
  await press(page, page.t('devices.add'));
  at(page, '/account/mfa/enrol');
}

// At the QR code: scanned, named, confirmed.
async function activates(page, name) {
  const phone = new Phone(w);
  await phone.scan(page);
  await confirmCode(page, phone.code(), name, page.words);
  at(page, '/signin/done');
  return phone;
}

// ---- the oldest goes, and comes back ---------------------------------------------------------------------------

for (const [i, way] of WAYS.entries()) {
  const page = await comes(w, way), { t } = page;
  let one, two, three;
  await guide(`all places taken, the oldest goes, ${way.name}`, [
    ['before any QR code the page names the device that will go, since when it is there, and for how long it can come back', async () => {
      one = await owner(w, page, 'oldest', { device: 'HP Satu' });
      two = await adds(w, page, 'HP Dua');
      await page.goto('/account/devices');
      await seesNot(page, t('devices.add_what')); // which says that nobody goes
      await begins(page);
      await sees(page, t('evict.title', { n: 2, max: 2 }), t.like('evict.one', { max: 2, device: 'HP Satu', hours: 48 }), t('evict.until'), t('evict.back', { hours: 48 }));
      await seesNot(page, 'HP Dua');
      same(await page.locator('img.qr').count(), 0, 'QR codes');
      await look(page, 'evict-one');
    }],
    ['pressed: the QR code, and beside it that HP Satu works on until the code comes', async () => {
      await press(page, t('evict.go', { device: 'HP Satu' }));
      at(page, '/account/mfa/enrol');
      await sees(page, t('enrol.instead_evict', { device: 'HP Satu', hours: 48 }));
      await look(page, 'enrol-evict');
      three = await activates(page, 'HP Tiga');
      await sees(page, t.like('enrol.done_evicted', { device: 'HP Satu' }));
      await look(page, 'done-evict');
    }],
    ['the list: two that count, and the one that is suspended, by whom and until when; letters about both', async () => {
      await page.goto('/account/devices');
      await sees(page, t('devices.in_use', { n: 2, max: 2 }), t('devices.suspended_title'), t.like('devices.suspended_by', { device: 'HP Tiga' }));
      same(await page.locator('li.card').count(), 3, 'cards');
      await look(page, 'devices-suspended');
      await written(w, way, one.user, 'device_added', 'HP Tiga');
      await written(w, way, one.user, 'device_suspended', 'HP Satu', '/account/devices');
    }],
    ['who suspended it cannot take it back by the proof of before: another proof is asked', async () => {
      await press(page, t('device.restore', { device: 'HP Satu' }));
      at(page, '/account/devices/restore');
      await sees(page, t('device.restore_proof', { device: 'HP Satu' }));
      await look(page, 'restore-proof');
      await leaves(page);
    }],
    ['the code of the suspended one is refused: what it is, which entries to open, until when it can be taken back', async () => {
      w.nextStep();
      await enters(page, 'oldest', one.user);
      await code(page, ownCode(w, one, two, three));
      at(page, '/signin/code');
      await refused(page, t('code.suspended', { device: 'HP Satu' }).split('{date}')[0], { id: 'code', lang: way.lang });
      await sees(page, t.like('code.suspended', { device: 'HP Satu', label: '#2, #3' }));
      await look(page, 'code-suspended');
    }],
    ['its owner signs in with the other one and takes it back; what took its place is named and goes', async () => {
      w.nextStep();
      await code(page, two.code());
      at(page, '/home');
      await page.goto('/account/devices');
      await press(page, t('device.restore', { device: 'HP Satu' }));
      await sees(page, t.like('device.restore_what', { device: 'HP Satu' }), t('device.restore_instead', { device: 'HP Tiga' }));
      await look(page, 'restore');
      await press(page, t('device.restore', { device: 'HP Satu' }));
      at(page, '/account/devices');
      await sees(page, t('devices.restored', { device: 'HP Satu' }), t('devices.in_use', { n: 2, max: 2 }));
      await seesNot(page, 'HP Tiga');
      await look(page, 'devices-restored');
      await written(w, way, one.user, 'device_restored', 'HP Satu');
      await written(w, way, one.user, 'device_removed', 'HP Tiga');
    }],
    ['it signs in again', async () => {
      await leaves(page);
      w.nextStep();
      await enters(page, 'oldest', one.user);
      await code(page, one.code());
      at(page, '/home');
      if (i !== 2) return;
      await page.goto('/account/log'); // the story from the log's side
      await sees(page, t('log.device_suspend', { device: 'HP Satu' }), t('log.device_restore', { device: 'HP Satu' }), t('log.suspended_entry', { device: 'HP Satu' }));
    }],
  ]);
  await w.nobody();
}

for (const way of [WAYS[1], WAYS[2]]) {
  const page = await comes(w, way), { t } = page;
  await guide(`one a day, and time that runs out, ${way.name}`, [
    ['a second one on the same day: the page says from when, and what can be done instead', async () => {
      await owner(w, page, 'oldest', { device: 'HP Satu' });
      await adds(w, page, 'HP Dua');
      await begins(page);
      await press(page, t('evict.go', { device: 'HP Satu' }));
      await activates(page, 'HP Tiga');
      await begins(page);
      await sees(page, t('enrol.full_title'), t.like('evict.today'));
      same(await page.locator('img.qr').count(), 0, 'QR codes');
      await look(page, 'evict-today');
      await press(page, t('devices.title'));
      at(page, '/account/devices');
    }],
    ['after 48 hours it cannot be taken back any more: it is gone from the list', async () => {
      const back = await page.locator('a', { hasText: t('device.restore', { device: 'HP Satu' }) }).getAttribute('href');
      w.pass(20 * 60);
      await page.goto('/account/devices');
      await sees(page, 'HP Satu');
      w.pass(48 * 3600);
      await page.goto(back);
      at(page, '/signin');
    }],
  ]);
  await w.nobody();
}

// ---- who is asked, who is refused --------------------------------------------------------------------------------

for (const way of WAYS.slice(2)) {
  const page = await comes(w, way), { t } = page;
  await guide(`all places taken, the person chooses, ${way.name}`, [
    ['both are offered, with when they were added and used; nothing is chosen for the person', async () => {
      await owner(w, page, 'asked', { device: 'HP Satu' });
      await adds(w, page, 'HP Dua');
      await begins(page);
      await sees(page, t('evict.which'), 'HP Satu', 'HP Dua');
      same(await page.locator('input[type=radio]').count(), 2, 'devices to choose from');
      same(await page.locator('input[type=radio]:checked').count(), 0, 'chosen beforehand');
      await look(page, 'evict-ask');
      await press(page, t('evict.go_chosen'));
      await sees(page, t('evict.choose'));
      must((await page.title()).startsWith(t('common.error_prefix')), `the title is ${await page.title()}`);
      await look(page, 'evict-ask-none');
    }],
    ['the chosen one goes', async () => {
      await page.getByLabel(/HP Dua/).check();
      await press(page, t('evict.go_chosen'));
      await sees(page, t('enrol.instead_evict', { device: 'HP Dua', hours: 48 }));
      await activates(page, 'HP Tiga');
      await page.goto('/account/devices');
      await sees(page, t('device.restore', { device: 'HP Dua' }), t('devices.card', { number: 1, name: 'HP Satu' }), t('devices.card', { number: 3, name: 'HP Tiga' }));
    }],
  ]);
  const other = await comes(w, way);
  await check(`all places taken, refused, ${way.name}: in words, with the way to the list; one removed, there is a place`, async () => {
    await owner(w, other, 'refused', { device: 'HP Satu' });
    await adds(w, other, 'HP Dua');
    await begins(other);
    await sees(other, t('enrol.full_title'), t('enrol.full'), t('enrol.already_names', { names: 'HP Satu, HP Dua' }));
    same(await other.locator('img.qr').count(), 0, 'QR codes');
    await look(other, 'enrol-full');
    await press(other, t('devices.title'));
    at(other, '/account/devices');
    await card(other, 'HP Satu').getByRole('link', { name: t('device.remove') }).click();
    await press(other, t('device.remove_button', { device: 'HP Satu' }));
    await adds(w, other, 'HP Tiga');
  });
  await w.nobody();
}

// ---- a new phone ----------------------------------------------------------------------------------------------------

for (const way of WAYS) {
  const page = await comes(w, way), { t } = page;
  let old, fresh, elsewhere;
  await guide(`a move to a new phone, ${way.name}`, [
    ['the page says in which order things happen, and names the phone that moves', async () => {
      old = await owner(w, page, 'oldest', { device: 'HP Lama' });
      elsewhere = await comes(w, way);
      w.nextStep();
      await enters(elsewhere, 'oldest', old.user);
      await code(elsewhere, old.code());
      at(elsewhere, '/home');
      await page.goto('/account/devices');
      await press(page, t('device.move_go'));
      await sees(page, t('device.move_until'), t('device.move_after'), `SPSE: ${old.user} #1`);
      await look(page, 'device-move');
    }],
    ['the new phone confirms; only it is left, and the entry to delete is named', async () => {
      await press(page, t('device.move_button', { device: 'HP Lama' }));
      at(page, '/account/mfa/enrol');
      await sees(page, t('enrol.instead_move', { device: 'HP Lama' }));
      await look(page, 'enrol-move');
      fresh = await activates(page, 'HP Baru');
      await sees(page, t('enrol.done_moved', { device: 'HP Lama', label: `SPSE: ${old.user} #1` }));
      await look(page, 'done-move');
      await page.goto('/account/devices');
      await sees(page, t('devices.in_use', { n: 1, max: 2 }), t('devices.card', { number: 2, name: 'HP Baru' }));
      same(await page.locator('li.card').count(), 1, 'devices');
      await seesNot(page, 'HP Lama');
      await written(w, way, old.user, 'device_moved', 'HP Baru');
    }],
    ['the session elsewhere is over', async () => { await elsewhere.goto('/home'); at(elsewhere, '/signin'); }],
    ['the old phone\'s code is refused with words; the new one\'s is good', async () => {
      await leaves(page);
      w.nextStep();
      await enters(page, 'oldest', old.user);
      await code(page, ownCode(w, old, fresh));
      await refused(page, t('code.dead').split('{date}')[0], { id: 'code', lang: way.lang });
      await sees(page, t.like('code.dead', { label: '#2' }));
      w.nextStep();
      await code(page, fresh.code());
      at(page, '/home');
    }],
  ]);
  await w.nobody();
}

// ---- names, and browsers elsewhere -----------------------------------------------------------------------------------

for (const way of WAYS.slice(2)) {
  const page = await comes(w, way), { t } = page;
  let one, two, elsewhere;
  await guide(`names and sessions elsewhere, ${way.name}`, [
    ['renamed: not to a web address, not to a name that is taken; the entry in the app keeps its name', async () => {
      one = await owner(w, page, 'oldest', { device: 'HP Satu' });
      two = await adds(w, page, 'HP Dua');
      await page.goto('/home');
      await sees(page, t('recovery.none'), t('recovery.make')); // there never was a set: none is left, but none was used either
      await seesNot(page, t('recovery.few', { n: 0 }));
      await page.goto('/account/devices');
      await card(page, 'HP Dua').getByRole('link', { name: t('device.rename') }).click();
      await sees(page, t('device.rename_title', { device: 'HP Dua' }), t('device.rename_app'));
      await look(page, 'device-rename');
      for (const [name, words] of [['https://hp.example', 'device.name_link'], ['hp satu', 'enrol.device_taken']]) {
        await field(page, page.words.device).fill(name);
        await press(page, t('device.rename_button'));
        await refused(page, t(words), { id: 'device', lang: way.lang });
      }
      await look(page, 'device-rename-taken');
      await field(page, page.words.device).fill('Tablet');
      await press(page, t('device.rename_button'));
      at(page, '/account/devices');
      await sees(page, t('devices.renamed', { device: 'Tablet' }), t('devices.card', { number: 2, name: 'Tablet' }));
    }],
    ['two browsers elsewhere; a device is removed after a fresh proof: both are out, this one stays', async () => {
      elsewhere = [];
      for (const phone of [one, two]) {
        const p = await comes(w, way);
        w.nextStep();
        await enters(p, 'oldest', one.user);
        await code(p, phone.code());
        at(p, '/home');
        elsewhere.push(p);
      }
      w.pass(330); // the sign-in is fresh for five minutes
      await page.goto('/account/devices');
      await card(page, 'Tablet').getByRole('link', { name: t('device.remove') }).click();
      await look(page, 'confirm');
      await proves(w, page, one);
      at(page, '/account/devices/remove');
      await press(page, t('device.remove_button', { device: 'Tablet' }));
      await sees(page, t('devices.removed', { device: 'Tablet', label: `SPSE: ${one.user} #2` }));
      for (const p of elsewhere) { await p.goto('/home'); at(p, '/signin'); }
    }],
    ['the last one is not removed: other ways are named', async () => {
      await card(page, 'HP Satu').getByRole('link', { name: t('device.remove') }).click();
      await sees(page, t('device.last'));
      must(await link(page, t('devices.add')).count() && await link(page, t('device.move_go')).count(), 'no other way');
      same(await button(page, t('device.remove_button', { device: 'HP Satu' })).count(), 0, 'buttons to remove it');
      await look(page, 'device-last');
    }],
  ]);
  await w.nobody();
}

await looks();
await w.stop();
finish();
