#include "devices_world.h"

#include "vault_calls.h"

/* ---- remove, rename --------------------------------------------------------------------------------------------- */

static void a_removed_device_stops_at_once_and_what_it_began_too(void **state)
{
	struct scene s = full(FULL_REFUSE, "mandatory");
	struct browser other = browser_new(), half = browser_new();

	(void)state;
	go_in(s.w, &other, "mandatory", s.p, &s.old);
	go_to_second(s.w, &half, "mandatory", s.p);
	assert_false(look(s.w, &s.b, s.old.device).last_factor);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_true(is_in(s.w, &s.b));
	assert_false(is_in(s.w, &other));
	assert_int_equal(go_look(s.w, &half), SCREEN_START);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(lines(s.w, "device.remove", "HP lama"), 1);
	assert_int_equal(list(s.w, &s.b).n_retired, 1);
	s.w->now_s += MINUTE_S;
	half = browser_new();
	assert_int_equal(go_to_second(s.w, &half, "mandatory", s.p), SCREEN_CODE);
	assert_int_equal(go_code(s.w, &half, phone_code(s.w, &s.old, 0)), SCREEN_CODE);
	remove_it(s.w, &s.b, s.old.device); /* twice */
	assert_int_equal(s.b.rc, RC_TAKEN);
	world_free(&s.w);
}

static void the_last_usable_one_is_not_removed(void **state)
{
	static const char *const types[] = {"mandatory", "optional"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", types[i]);
		struct phone phone = phone_new(w, p, "HP saya"), key = phone_new(w, p, "Laptop");
		struct browser b = browser_new();

		go_in(w, &b, types[i], p, &phone);
		/* a passkey that this type does not take is no second factor */
		world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", key.device);
		assert_true(look(w, &b, phone.device).last_factor);
		assert_false(look(w, &b, key.device).last_factor);
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_LAST_FACTOR);
		assert_int_equal(active(w, p), 2);
		assert_int_equal(mails(w, "device.removed"), 0);
		assert_int_equal(remove_it(w, &b, key.device).say, SAY_DONE);
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_LAST_FACTOR);
		/* taken by policy, it is one */
		key = phone_new(w, p, "Laptop");
		world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", key.device);
		world_type(w, types[i])->policy.factors |= FACTOR_PASSKEY;
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_DONE);
		assert_int_equal(remove_it(w, &b, key.device).say, SAY_LAST_FACTOR);
		world_free(&w);
	}
}

static void of_two_that_policy_does_not_take_one_may_go(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	world_script(s.w, "UPDATE device SET kind = 3");
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_LAST_FACTOR);
	/* where no second factor is asked of anybody, none is the last */
	world_type(s.w, "optional")->policy.mfa = MFA_OFF;
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_DONE);
	world_free(&s.w);
}

static void a_new_name_must_be_free_one_line_and_no_link(void **state)
{
	static const char *const bad[] = {"http://evil.example", "HTTPS://x", "lihat www.evil.example", "WWW.x"};
	struct scene s = full(FULL_REFUSE, "optional");
	char tooLong[DEVICE_NAME_MAX + 2];

	(void)state;
	memset(tooLong, 'x', sizeof(tooLong) - 1);
	tooLong[sizeof(tooLong) - 1] = '\0';
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(rename_it(s.w, &s.b, s.old.device, bad[i]).say, SAY_NAME_LINK);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "  ").say, SAY_MISSING);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "a\nb").say, SAY_MISSING);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, tooLong).say, SAY_TOO_LONG);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "hp kantor").say, SAY_NAME_TAKEN);
	assert_int_equal(mails(s.w, "device.renamed"), 0);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "HP lama").say, SAY_DONE); /* as it is: nothing to tell */
	assert_int_equal(mails(s.w, "device.renamed"), 0);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, " HP Rumah ").say, SAY_DONE);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE name = 'HP Rumah' AND id = ?1", s.old.device), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.renamed' AND detail LIKE "
	                             "'%what=HP lama -> HP Rumah%'", 0), 1);
	assert_int_equal(lines(s.w, "device.rename", "HP Rumah"), 1);
	world_free(&s.w);
}

static void a_link_in_a_name_reaches_no_mail(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct phone phone;

	(void)state;
	/* stored before names were asked for that */
	world_do(s.w, "UPDATE device SET name = 'http://evil.example/x' WHERE id = ?1", s.old.device);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE detail LIKE '%://%' OR detail LIKE '%evil.example%'", 0), 0);
	/* at an activation it is refused with words */
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	go_enrol_confirm(s.w, &s.b, "http://evil.example", phone_code(s.w, &phone, 0));
	assert_int_equal(s.b.enrol.told.say, SAY_NAME_LINK);
	assert_int_equal(s.b.enrol.screen, ENROL_OPEN);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	world_free(&s.w);
}

/* ---- move ---------------------------------------------------------------------------------------------------------- */

static void a_move_to_a_new_phone_leaves_exactly_one(void **state)
{
	static const char *const types[] = {"single", "optional"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct scene s = {.w = w, .p = person_new(w, "penyedia1", types[i]), .b = browser_new()};
		struct browser other = browser_new();
		struct phone fresh;

		s.old = phone_new(w, s.p, "HP saya");
		go_in(w, &other, types[i], s.p, &s.old);
		w->now_s += MINUTE_S;
		go_in(w, &s.b, types[i], s.p, &s.old);
		assert_int_equal(go_enrol_wish(w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
		assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
		assert_int_equal(s.b.enrol.goes.id, s.old.device);
		assert_str(s.b.enrol.device_name, "HP saya"); /* the name moves along */
		assert_int_equal(s.b.enrol.number, 2);
		fresh = phone_scan(&s.b.enrol);
		/* until then the old one works */
		w->now_s += MINUTE_S;
		assert_true(is_in(w, &other));
		prove(w, &s.b, &s.old);
		assert_int_equal(go_enrol_look(w, &s.b), ENROL_OPEN);
		assert_int_equal(go_enrol_confirm(w, &s.b, "HP saya", phone_code(w, &fresh, 0)), ENROL_DONE);
		assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
		assert_int_equal(active(w, s.p), 1);
		assert_int_equal(state_of(w, s.old.device), DEVICE_RETIRED);
		assert_int_equal(mails(w, "device.moved"), 1);
		assert_int_equal(mails(w, "device.added"), 0);
		assert_int_equal(lines(w, "device.move", "HP saya"), 1);
		assert_false(is_in(w, &other));
		assert_true(is_in(w, &s.b));
		w->now_s += MINUTE_S;
		other = browser_new();
		go_to_second(w, &other, types[i], s.p);
		assert_int_equal(go_code(w, &other, phone_code(w, &s.old, 0)), SCREEN_CODE);
		w->now_s += MINUTE_S;
		assert_int_equal(go_code(w, &other, phone_code(w, &fresh, 0)), SCREEN_DONE);
		world_free(&w);
	}
}

static void a_move_needs_a_fresh_proof_and_a_device_of_ones_own_that_gives_codes(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct person other = person_new(s.w, "penyedia2", "optional");
	struct phone theirs = phone_new(s.w, other, "HP orang");

	(void)state;
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, theirs.device);
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, 0);
	world_do(s.w, "UPDATE device SET kind = 3 WHERE id = ?1", s.middle.device);
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.middle.device);
	s.w->now_s += 6 * MINUTE_S;
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
	world_free(&s.w);
}

static void a_move_whose_old_phone_was_removed_meanwhile_only_adds(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(mails(s.w, "device.added"), 1);
	assert_int_equal(mails(s.w, "device.moved"), 0);
	world_free(&s.w);
}

static void a_move_that_ran_out_of_time_starts_again_as_a_move(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	for (int i = 0; i < ENROL_EXTENSIONS; i++)
		go_enrol_renew(s.w, &s.b);
	s.w->now_s = s.b.enrol.period_ends_s + 1;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_OVER);
	assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
	assert_int_equal(s.b.enrol.goes.id, s.old.device);
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	assert_int_equal(s.b.enrol.number, 5);
	assert_int_equal(s.b.enrol.leftover, 4);
	world_free(&s.w);
}

/* ---- fresh proof, other people ----------------------------------------------------------------------------------------- */

static void every_act_needs_a_fresh_proof_and_a_session_that_stands(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	struct visit v;
	struct who who;
	struct told told;
	int64_t before;

	(void)state;
	s.w->now_s += 6 * MINUTE_S;
	before = world_print(s.w);
	remove_it(s.w, &s.b, s.middle.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	rename_it(s.w, &s.b, s.middle.device, "HP lain");
	assert_int_equal(s.b.rc, RC_ABSENT);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	disable(s.w, &s.b);
	assert_int_equal(s.b.rc, RC_ABSENT);
	assert_int_equal(world_print(s.w), before);
	prove(s.w, &s.b, &s.middle);
	/* and the session must stand still when the act comes */
	who = who_must(s.w, &s.b);
	v = world_visit(s.w);
	world_script(s.w, "DELETE FROM session");
	assert_int_equal(device_remove(&s.w->flow, &v, &who, s.middle.device, &told), RC_ABSENT);
	assert_int_equal(device_rename(&s.w->flow, &v, &who, s.middle.device, S("x"), &told), RC_ABSENT);
	assert_int_equal(device_restore(&s.w->flow, &v, &who, s.old.device, fresh.device, &told), RC_ABSENT);
	assert_int_equal(active(s.w, s.p), 3);
	world_free(&s.w);
}

static void nobody_touches_the_device_of_another(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct person thief = person_new(s.w, "pencuri", "optional");
	struct phone own = phone_new(s.w, thief, "HP pencuri");
	struct browser b = browser_new();
	int64_t before;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	go_in(s.w, &b, "optional", thief, &own);
	s.w->now_s += 1;
	before = world_print(s.w);
	look(s.w, &b, s.middle.device);
	assert_int_equal(b.rc, RC_ABSENT);
	remove_it(s.w, &b, s.middle.device);
	assert_int_equal(b.rc, RC_TAKEN);
	rename_it(s.w, &b, s.middle.device, "x");
	assert_int_equal(b.rc, RC_TAKEN);
	restore(s.w, &b, s.old.device, 0);
	assert_int_equal(b.rc, RC_TAKEN);
	assert_int_equal(world_print(s.w), before);
	world_free(&s.w);
}

/* ---- turning off ----------------------------------------------------------------------------------------------------------- */

static void turning_off_takes_the_suspended_too_and_ends_codes_and_known_browsers(void **state)
{
	static const unsigned char macs[RECOVERY_CODES][STORE_HASH] = {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}};
	static const unsigned char token[STORE_HASH] = {7};

	(void)state;
	for (int with_passkey = 0; with_passkey < 2; with_passkey++) {
		struct scene s = full(FULL_EVICT_OLDEST, "optional");
		struct tx *tx;

		instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
		assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
		assert_int_equal(store_recovery_replace(tx, s.p.id, macs, s.w->now_s), RC_OK);
		assert_int_equal(store_known_put(tx, token, s.p.id, s.w->now_s), RC_OK);
		assert_int_equal(store_commit(&tx), RC_OK);
		if (with_passkey)
			world_do(s.w, "UPDATE device SET kind = 3 WHERE id = ?1", s.middle.device);
		assert_int_equal(disable(s.w, &s.b).say, SAY_DONE);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state <> 3", 0), with_passkey);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM recovery_code", 0) != 0, with_passkey);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM known_browser", 0) != 0, with_passkey);
		assert_int_equal(mails(s.w, "mfa.disabled"), 1);
		/* and a new one at once */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
		world_free(&s.w);
	}
}

/* ---- other windows ------------------------------------------------------------------------------------------------------------ */

static void a_signin_elsewhere_does_not_take_an_open_activation_over_by_itself(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser one = browser_new(), two = browser_new(), three = browser_new();
	struct phone phone;

	(void)state;
	assert_int_equal(go_to_second(w, &one, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &one), ENROL_OPEN);
	phone = phone_scan(&one.enrol);
	w->now_s += 30;
	assert_int_equal(go_to_second(w, &two, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &two), ENROL_ELSEWHERE);
	assert_int_equal(go_enrol_look(w, &one), ENROL_OPEN);
	assert_str(one.enrol.secret, phone.secret);
	/* its QR closed and nobody asked for more: whoever comes then need not press */
	w->now_s += 100;
	assert_int_equal(go_to_second(w, &three, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &three), ENROL_OPEN);
	assert_int_equal(three.enrol.number, 2);
	assert_int_equal(go_enrol_begin(w, &two), ENROL_OPEN); /* "continue here" */
	assert_int_equal(two.enrol.number, 3);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_removed_device_stops_at_once_and_what_it_began_too),
		cmocka_unit_test(the_last_usable_one_is_not_removed),
		cmocka_unit_test(of_two_that_policy_does_not_take_one_may_go),
		cmocka_unit_test(a_new_name_must_be_free_one_line_and_no_link),
		cmocka_unit_test(a_link_in_a_name_reaches_no_mail),
		cmocka_unit_test(a_move_to_a_new_phone_leaves_exactly_one),
		cmocka_unit_test(a_move_needs_a_fresh_proof_and_a_device_of_ones_own_that_gives_codes),
		cmocka_unit_test(a_move_whose_old_phone_was_removed_meanwhile_only_adds),
		cmocka_unit_test(a_move_that_ran_out_of_time_starts_again_as_a_move),
		cmocka_unit_test(every_act_needs_a_fresh_proof_and_a_session_that_stands),
		cmocka_unit_test(nobody_touches_the_device_of_another),
		cmocka_unit_test(turning_off_takes_the_suspended_too_and_ends_codes_and_known_browsers),
		cmocka_unit_test(a_signin_elsewhere_does_not_take_an_open_activation_over_by_itself),
	};

	return cmocka_run_group_tests_name("devices_acts", tests, world_group_begin, world_group_end);
}
