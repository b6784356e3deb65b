#include "devices_world.h"

#include "flow/replace.h"
#include "vault_calls.h"

/* ---- adding ------------------------------------------------------------------------------------------------- */

static void another_device_is_added_with_the_next_number_and_a_free_name(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone one = phone_new(w, p, "HP saya"), two;
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "optional", p, &one);
	assert_int_equal(go_enrol_look(w, &b), ENROL_ALREADY);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 2);
	assert_str(b.enrol.device_name, "HP saya 2");
	assert_int_equal(b.enrol.how, REPLACES_NONE);
	two = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP Kantor", phone_code(w, &two, 0)), ENROL_DONE);
	assert_int_equal(active(w, p), 2);
	assert_int_equal(mails(w, "device.added"), 1);
	/* both give codes that count */
	w->now_s += MINUTE_S;
	b = browser_new();
	go_in(w, &b, "optional", p, &one);
	b = browser_new();
	go_in(w, &b, "optional", p, &two);
	world_free(&w);
}

static void the_name_of_a_suspended_device_is_in_use(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	go_enrol_confirm(s.w, &s.b, "hp LAMA", phone_code(s.w, &phone, 0));
	assert_int_equal(s.b.enrol.told.say, SAY_ENROL_NAME_TAKEN);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP Kantor", phone_code(s.w, &phone, 0)), ENROL_DONE); /* removed: free */
	world_free(&s.w);
}

static void a_name_that_is_offered_is_not_that_of_a_suspended_device(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");

	(void)state;
	assert_int_equal(rename_it(s.w, &s.b, s.newest.device, "HP lain").say, SAY_DONE);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "HP saya").say, SAY_DONE);
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	assert_str(s.b.enrol.device_name, "HP saya 2");
	world_free(&s.w);
}

/* ---- the cap ------------------------------------------------------------------------------------------------ */

static void the_oldest_and_the_one_used_longest_ago_are_found(void **state)
{
	static const struct {
		int64_t added[3], used[3];
		size_t oldest, least;
	} cases[] = {
		{{10, 20, 30}, {90, 40, 50}, 0, 1},
		{{30, 20, 10}, {90, 95, 99}, 2, 0},
		{{10, 20, 30}, {60, 50, 0}, 0, 2},  /* never used: as long ago as it was added */
		{{10, 20, 99}, {60, 50, 0}, 0, 1},  /* ... so a new spare one is not the first to go */
		{{20, 10, 10}, {40, 40, 40}, 1, 0}, /* alike: the lower number */
		{{50, 10, 20}, {0, 90, 15}, 1, 2},  /* used before it was added: a clock set back */
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct device rows[3], *offer;
		struct policy p = {.devices_when_full = FULL_EVICT_OLDEST};
		size_t n;

		for (size_t i = 0; i < 3; i++)
			rows[i] = (struct device){.id = 1 + (int64_t)i, .number = 1 + (int64_t)i, .added_s = cases[k].added[i],
			                          .used_s = cases[k].used[i]};
		replace_offer(&p, rows, 3, false, &offer, &n);
		assert_int_equal(n, 1);
		assert_ptr_equal(offer, &rows[cases[k].oldest]);
		p.devices_when_full = FULL_EVICT_LEAST_USED;
		replace_offer(&p, rows, 3, false, &offer, &n);
		assert_int_equal(n, 1);
		assert_ptr_equal(offer, &rows[cases[k].least]);
	}
}

static void who_goes_is_named_before_the_qr_and_pressing_begins(void **state)
{
	static const enum when_full whens[] = {FULL_EVICT_OLDEST, FULL_EVICT_LEAST_USED};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene s = full(whens[i], "optional");
		int64_t goes = whens[i] == FULL_EVICT_OLDEST ? s.old.device : s.middle.device;

		assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
		assert_int_equal(s.b.enrol.n_offer, 1);
		assert_int_equal(s.b.enrol.offer[0].id, goes);
		assert_int_equal(s.b.enrol.devices_max, 3);
		assert_int_equal(s.b.enrol.secret.len, 0);
		/* not pressed, or pressed for another: nothing begins */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_EVICT);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.newest.device), ENROL_EVICT);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
		assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, goes), ENROL_OPEN);
		assert_int_equal(s.b.enrol.how, REPLACES_EVICT);
		assert_int_equal(s.b.enrol.goes.id, goes);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, goes), ENROL_OPEN); /* twice: no second entry */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
		assert_int_equal(s.b.enrol.number, 4);
		assert_int_equal(state_of(s.w, goes), DEVICE_ACTIVE); /* until the code comes */
		world_free(&s.w);
	}
}

static void where_the_person_is_asked_any_of_theirs_may_go(void **state)
{
	struct scene s = full(FULL_ASK, "optional");
	struct person other = person_new(s.w, "penyedia2", "optional");
	struct phone theirs = phone_new(s.w, other, "HP orang");

	(void)state;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
	assert_int_equal(s.b.enrol.n_offer, 3);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, theirs.device), ENROL_EVICT);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, 0), ENROL_EVICT);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP baru");
	assert_int_equal(state_of(s.w, s.middle.device), DEVICE_SUSPENDED);
	assert_int_equal(state_of(s.w, theirs.device), DEVICE_ACTIVE);
	world_free(&s.w);
}

static void where_policy_refuses_one_is_removed_first(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_FULL);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	world_free(&s.w);
}

static void the_one_that_goes_is_suspended_with_the_code_and_told(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser other = browser_new(), late = browser_new(), half = browser_new();
	struct phone fresh;

	(void)state;
	go_in(s.w, &other, "optional", s.p, &s.old);
	go_to_second(s.w, &half, "optional", s.p);
	s.w->now_s += MINUTE_S;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(s.b.enrol.how, REPLACES_EVICT);
	assert_str(s.b.enrol.goes.name, "HP lama");
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	assert_int_equal(world_count(s.w, "SELECT suspend_ends_s FROM device WHERE id = ?1", s.old.device), s.w->now_s + 48 * HOUR_S);
	assert_int_equal(world_count(s.w, "SELECT evicted_by FROM device WHERE id = ?1", s.old.device), fresh.device);
	assert_int_equal(mails(s.w, "device.added") + mails(s.w, "device.suspended"), 2);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.suspended' AND detail LIKE "
	                             "'%what=HP lama%until=%'", 0), 1);
	assert_int_equal(lines(s.w, "device.suspend", "HP lama"), 1);
	assert_false(is_in(s.w, &other));
	assert_int_equal(go_look(s.w, &half), SCREEN_START);
	/* its codes are refused at once, those of the others are not */
	assert_int_equal(go_to_second(s.w, &late, "optional", s.p), SCREEN_CODE);
	assert_int_equal(go_code(s.w, &late, phone_code(s.w, &s.old, 0)), SCREEN_CODE);
	assert_int_not_equal(late.at.told.say, SAY_NOTHING);
	s.w->now_s += MINUTE_S;
	assert_int_equal(go_code(s.w, &late, phone_code(s.w, &fresh, 0)), SCREEN_DONE);
	world_free(&s.w);
}

static void one_eviction_a_day_and_a_move_is_none(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	assert_int_equal(s.b.enrol.evict_from_s, s.w->now_s + DAY_S);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.middle.device), ENROL_FULL);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	/* taking it back frees no second one either */
	fresh = instead_of(&s, REPLACES_MOVE, s.newest.device, "HP pindah");
	assert_int_equal(active(s.w, s.p), 3);
	s.w->now_s += DAY_S - 1;
	s.b = browser_new();
	go_in(s.w, &s.b, "optional", s.p, &fresh);
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	s.w->now_s += 1;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP lain");
	world_free(&s.w);
}

static void nobody_goes_who_need_not_go_any_more(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE); /* in another window */
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_OPEN);
	assert_int_equal(s.b.enrol.how, REPLACES_NONE); /* and the page says so */
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	assert_int_equal(s.b.enrol.how, REPLACES_NONE);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_ACTIVE);
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(mails(s.w, "device.suspended"), 0);
	world_free(&s.w);
}

static void one_that_was_not_named_never_goes(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	/* the named one is removed and another comes: full again */
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	phone_new(s.w, s.p, "Dari tempat lain");
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_EVICT);
	assert_int_equal(s.b.enrol.secret.len, 0);
	assert_int_equal(s.b.enrol.offer[0].id, s.middle.device); /* named anew */
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state = 2", 0), 0);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP baru");
	world_free(&s.w);
}

/* What another window does while the vault looks at the confirming code. */
struct meanwhile {
	struct scene *s;
	int64_t device;
};

static void remove_meanwhile(void *context)
{
	struct meanwhile *m = context;
	struct browser b = m->s->b;

	assert_int_equal(remove_it(m->s->w, &b, m->device).say, SAY_DONE);
}

static void refuse_meanwhile(void *context)
{
	struct meanwhile *m = context;

	world_type(m->s->w, "optional")->policy.devices_when_full = FULL_REFUSE;
}

static void what_changes_while_the_code_is_checked_counts(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct scene s = full(FULL_EVICT_OLDEST, "optional");
		struct meanwhile m = {.s = &s, .device = i == 0 ? s.middle.device : s.old.device};
		struct phone phone;

		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
		phone = phone_scan(&s.b.enrol);
		vault_meanwhile(CALL_CODE_CHECK_NEW, i == 2 ? refuse_meanwhile : remove_meanwhile, &m);
		assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), i == 2 ? ENROL_FULL : ENROL_DONE);
		assert_int_equal(active(s.w, s.p), 3);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state = 2", 0), 0);
		assert_int_equal(state_of(s.w, s.old.device), i == 1 ? DEVICE_RETIRED : DEVICE_ACTIVE);
		world_free(&s.w);
	}
}

static void a_signin_that_must_enrol_is_asked_even_where_policy_refuses(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone;
	int64_t only;

	(void)state;
	/* one place, taken by a passkey, which policy takes no more */
	world_type(w, "mandatory")->policy.devices_max = 1;
	only = phone_new(w, p, "Laptop").device;
	world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", only);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	world_script(w, "UPDATE signin SET recovery_s = password_s, step = 3");
	assert_int_equal(go_enrol_look(w, &b), ENROL_EVICT);
	assert_int_equal(go_enrol_wish(w, &b, REPLACES_EVICT, only), ENROL_OPEN);
	phone = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_true(is_in(w, &b));
	assert_int_equal(state_of(w, only), DEVICE_SUSPENDED);
	world_free(&w);
}

/* ---- the way back -------------------------------------------------------------------------------------------- */

static void a_suspended_device_is_taken_back_and_what_took_its_place_goes(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser other = browser_new();
	struct device_view view;
	struct phone fresh;

	(void)state;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	s.w->now_s += MINUTE_S;
	go_in(s.w, &other, "optional", s.p, &fresh);
	s.w->now_s += MINUTE_S;
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(list(s.w, &s.b).n_suspended, 1);
	view = look(s.w, &s.b, s.old.device);
	assert_false(view.older_proof);
	assert_int_equal(view.instead.id, fresh.device);
	/* what was not named does not go */
	restore(s.w, &s.b, s.old.device, 0);
	assert_int_equal(s.b.rc, RC_TAKEN);
	restore(s.w, &s.b, s.old.device, s.middle.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	assert_int_equal(restore(s.w, &s.b, s.old.device, fresh.device).say, SAY_DONE);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_ACTIVE);
	assert_int_equal(state_of(s.w, fresh.device), DEVICE_RETIRED);
	assert_int_equal(active(s.w, s.p), 3);
	assert_false(is_in(s.w, &other));
	assert_int_equal(mails(s.w, "device.restored"), 1);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(lines(s.w, "device.restore", "HP lama"), 1);
	s.w->now_s += MINUTE_S;
	other = browser_new();
	go_in(s.w, &other, "optional", s.p, &s.old);
	world_free(&s.w);
}

static void with_a_free_place_nothing_goes_for_it(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");

	(void)state;
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_DONE);
	s.w->now_s += MINUTE_S;
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(look(s.w, &s.b, s.old.device).instead.id, 0);
	assert_int_equal(restore(s.w, &s.b, s.old.device, 0).say, SAY_DONE);
	assert_int_equal(state_of(s.w, fresh.device), DEVICE_ACTIVE);
	assert_int_equal(active(s.w, s.p), 3);
	world_free(&s.w);
}

static void a_proof_from_before_the_suspension_takes_nothing_back(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser b = browser_new();
	struct phone fresh;

	(void)state;
	/* signed in with the very phone that goes, a minute ago: that proof is fresh, and it is not good enough */
	go_in(s.w, &b, "optional", s.p, &s.old);
	s.b = b;
	s.w->now_s += MINUTE_S;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	s.w->now_s += 1;
	assert_true(look(s.w, &s.b, s.old.device).older_proof);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	/* nor does a code of the suspended one prove anything */
	s.w->now_s += MINUTE_S;
	{
		struct who who = who_must(s.w, &s.b);
		struct visit v = world_visit(s.w);
		struct confirm out;

		assert_int_equal(account_confirm(&s.w->flow, &v, &who, S(PASSWORD), phone_code(s.w, &s.old, 0), &out), RC_OK);
		assert_int_not_equal(out.told.say, SAY_DONE);
		assert_int_equal(out.session_cookie.len, 0);
	}
	s.w->now_s += 5 * MINUTE_S;
	prove(s.w, &s.b, &fresh);
	assert_int_equal(restore(s.w, &s.b, s.old.device, fresh.device).say, SAY_DONE);
	world_free(&s.w);
}

static void after_its_time_it_is_gone(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	struct tx *tx;
	bool more;

	(void)state;
	s.w->now_s += 48 * HOUR_S;
	s.b = browser_new();
	go_in(s.w, &s.b, "optional", s.p, &fresh);
	s.w->now_s += 1;
	assert_int_equal(list(s.w, &s.b).n_suspended, 0); /* before the sweep came, too */
	look(s.w, &s.b, s.old.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
	assert_int_equal(store_sweep(tx, s.w->now_s, &more), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_RETIRED);
	world_free(&s.w);
}

static void a_suspended_device_cannot_be_removed_or_renamed(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	remove_it(s.w, &s.b, s.old.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	rename_it(s.w, &s.b, s.old.device, "x");
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	world_free(&s.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_device_is_added_with_the_next_number_and_a_free_name),
		cmocka_unit_test(the_name_of_a_suspended_device_is_in_use),
		cmocka_unit_test(a_name_that_is_offered_is_not_that_of_a_suspended_device),
		cmocka_unit_test(the_oldest_and_the_one_used_longest_ago_are_found),
		cmocka_unit_test(who_goes_is_named_before_the_qr_and_pressing_begins),
		cmocka_unit_test(where_the_person_is_asked_any_of_theirs_may_go),
		cmocka_unit_test(where_policy_refuses_one_is_removed_first),
		cmocka_unit_test(the_one_that_goes_is_suspended_with_the_code_and_told),
		cmocka_unit_test(one_eviction_a_day_and_a_move_is_none),
		cmocka_unit_test(nobody_goes_who_need_not_go_any_more),
		cmocka_unit_test(one_that_was_not_named_never_goes),
		cmocka_unit_test(what_changes_while_the_code_is_checked_counts),
		cmocka_unit_test(a_signin_that_must_enrol_is_asked_even_where_policy_refuses),
		cmocka_unit_test(a_suspended_device_is_taken_back_and_what_took_its_place_goes),
		cmocka_unit_test(with_a_free_place_nothing_goes_for_it),
		cmocka_unit_test(a_proof_from_before_the_suspension_takes_nothing_back),
		cmocka_unit_test(after_its_time_it_is_gone),
		cmocka_unit_test(a_suspended_device_cannot_be_removed_or_renamed),
	};

	return cmocka_run_group_tests_name("devices", tests, world_group_begin, world_group_end);
}
