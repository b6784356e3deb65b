#include "world.h"

#include "vault_calls.h"

enum { DAY_S = 24 * 60 * 60, YEAR_S = 365 * DAY_S };

static void wrong_password(struct world *w, struct browser *b, struct person p)
{
	go_user(w, b, "mandatory", p.login);
	go_password(w, b, WRONG, true);
}

/* ---- passwords -------------------------------------------------------------------------------------------- */

static void a_paused_password_is_not_looked_at_right_or_wrong(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	for (int i = 1; i <= 5; i++) {
		wrong_password(w, &b, p);
		assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	}
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	assert_int_equal(b.at.told.until_s, NOWHERE + 30);
	go_password(w, &b, WRONG, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	assert_int_equal(b.at.told.until_s, NOWHERE + 30);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 5);
	assert_int_equal(world_count(w, "SELECT times FROM refused WHERE reason = 'password-paused'", 0), 2);
	/* from any other browser too */
	b = browser_new();
	go_user(w, &b, "mandatory", p.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	w->now_s += 30;
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_ENROL);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM password_tries", 0), 0);
	world_free(&w);
}

static void a_hundred_wrong_passwords_switch_the_password_off(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	vault_knows_passwords = true;
	for (int i = 1; i <= 100; i++) {
		w->now_s += 3600;
		wrong_password(w, &b, p);
		assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
		world_reset(w);
	}
	w->now_s += DAY_S;
	go_user(w, &b, "mandatory", p.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_OFF);
	w->now_s += YEAR_S;
	go_user(w, &b, "mandatory", p.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_OFF);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 100);
	world_free(&w);
}

static void wrong_passwords_touch_no_budget_of_codes(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	for (int i = 0; i < 9; i++)
		wrong_password(w, &b, p);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try", 0), 0);
	w->now_s += 3600;
	go_in(w, &b, "mandatory", p, &phone);
	world_free(&w);
}

static void a_busy_vault_gives_the_try_back(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	wrong_password(w, &b, p);
	vault_break_rc = RC_BUSY;
	for (int i = 0; i < 8; i++) {
		go_user(w, &b, "mandatory", p.login);
		vault_break_in = 1;
		go_password(w, &b, PASSWORD, true);
		assert_int_equal(b.rc, RC_BUSY);
		assert_int_equal(world_count(w, "SELECT failures FROM password_tries", 0), 1);
	}
	/* a vault that broke may have looked: that try is spent */
	vault_break_rc = RC_FAULT;
	vault_break_in = 1;
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.rc, RC_FAULT);
	assert_int_equal(world_count(w, "SELECT failures FROM password_tries", 0), 2);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_ENROL);
	world_free(&w);
}

/* ---- codes ------------------------------------------------------------------------------------------------ */

static void three_wrong_codes_are_looked_at_then_the_truth_is_told(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(go_code(w, &b, phone_wrong(w, &phone)), SCREEN_CODE);
		assert_int_equal(b.at.told.say, i < 3 ? SAY_CODE_WRONG : SAY_CODE_PAUSED);
		assert_int_equal(b.at.told.ref.len, 6);
	}
	assert_int_equal(b.at.told.until_s, NOWHERE + 30);
	/* a right one is not looked at either, and the pause does not grow */
	for (int i = 0; i < 5; i++) {
		go_code(w, &b, phone_code(w, &phone, 0));
		assert_int_equal(b.at.told.say, SAY_CODE_PAUSED);
		assert_int_equal(b.at.told.until_s, NOWHERE + 30);
	}
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 3);
	w->now_s += 30;
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

static void the_right_password_again_gives_no_new_tries(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	int looked = 0;

	(void)state;
	for (int i = 0; i < 10; i++) {
		struct browser b = browser_new();

		go_to_second(w, &b, "mandatory", p);
		go_code(w, &b, phone_wrong(w, &phone));
		looked += b.at.told.say == SAY_CODE_WRONG || (b.at.told.say == SAY_CODE_PAUSED && b.at.told.ref.len);
	}
	assert_int_equal(looked, 3);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 3);
	world_free(&w);
}

/* A wrong code each day, and the owner's own sign-in between them: the year is spent all the same. */
static void a_success_gives_nothing_of_the_year_back(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	vault_knows_passwords = true;
	for (int i = 1; i <= 50; i++) {
		struct browser thief = browser_new(), owner = browser_new();

		w->now_s += DAY_S;
		go_to_second(w, &thief, "mandatory", p);
		assert_int_equal(go_code(w, &thief, phone_wrong(w, &phone)), SCREEN_CODE);
		assert_int_equal(thief.at.told.say, SAY_CODE_WRONG);
		if (i < 50)
			go_in(w, &owner, "mandatory", p, &phone);
		assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try WHERE user_id = ?1", p.id), i);
		world_reset(w);
	}
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 99);
	/* the 51st, right or wrong, is not looked at */
	w->now_s += DAY_S;
	go_to_second(w, &b, "mandatory", p);
	go_code(w, &b, phone_wrong(w, &phone));
	assert_int_equal(b.at.told.say, SAY_CODE_FROZEN);
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(b.at.told.say, SAY_CODE_FROZEN);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 99);
	/* until the first of them is a year ago */
	w->now_s = NOWHERE + DAY_S + YEAR_S;
	b = browser_new();
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

static void strict_mode_freezes_after_twenty_and_takes_no_step_ahead(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "pejabat1", "strict");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	vault_knows_passwords = true;
	go_to_second(w, &b, "strict", p);
	go_code(w, &b, phone_code(w, &phone, 1));
	assert_int_equal(b.at.told.say, SAY_CODE_WRONG);
	/* a browser that nobody knows: two codes, one after the other */
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, -1)), SCREEN_CODE);
	assert_int_equal(b.at.told.say, SAY_STRICT_AGAIN);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	for (int i = 2; i <= 20; i++) {
		w->now_s += 2 * DAY_S;
		b = browser_new();
		go_to_second(w, &b, "strict", p);
		go_code(w, &b, phone_wrong(w, &phone));
		assert_true(b.at.told.say == SAY_CODE_WRONG || b.at.told.say == SAY_CODE_PAUSED);
	}
	w->now_s += 2 * DAY_S;
	b = browser_new();
	go_to_second(w, &b, "strict", p);
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(b.at.told.say, SAY_CODE_FROZEN);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 22);
	world_free(&w);
}

static void strict_mode_lets_in_who_has_just_enrolled(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "pejabat1", "strict");
	struct phone phone;
	struct browser b = browser_new();

	(void)state;
	assert_int_equal(go_to_second(w, &b, "strict", p), SCREEN_ENROL);
	if (go_enrol_look(w, &b) != ENROL_OPEN)
		assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	phone = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_int_equal(world_sessions(w, p.id), 1);
	world_free(&w);
}

static void what_is_no_code_costs_nothing(void **state)
{
	static const char *const shapes[] = {"1", "12345", "1234567", "12345a", "+12345",
		"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96"};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct str code;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		go_code(w, &b, str_of(shapes[i]));
		assert_int_equal(b.at.told.say, SAY_CODE_SHAPE);
	}
	go_code(w, &b, S("000000\0"));
	assert_int_equal(b.at.told.say, SAY_CODE_SHAPE);
	go_code(w, &b, S("   "));
	assert_int_equal(b.at.told.say, SAY_MISSING);
	go_code(w, &b, STR_NONE);
	assert_int_equal(b.at.told.say, SAY_MISSING);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try", 0), 0);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 0);
	code = phone_code(w, &phone, 0);
	assert_int_equal(go_code(w, &b, arena_printf(w->arena, " %.3s %.3s ", code.ptr, code.ptr + 3)), SCREEN_DONE);
	world_free(&w);
}

/* ---- one use per step ------------------------------------------------------------------------------------- */

static enum say say_of_code(struct world *w, struct person p, struct str code)
{
	struct browser b = browser_new();

	go_to_second(w, &b, "mandatory", p);
	go_code(w, &b, code);
	return b.at.screen == SCREEN_DONE ? SAY_DONE : b.at.told.say;
}

static void the_same_code_is_never_taken_twice(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct str code;

	(void)state;
	vault_knows_passwords = true;
	w->now_s = NOWHERE - NOWHERE % 30;
	code = arena_str(w->life, phone_code(w, &phone, 0));
	assert_int_equal(say_of_code(w, p, code), SAY_DONE);
	assert_int_equal(say_of_code(w, p, code), SAY_CODE_USED);
	w->now_s += 29;
	assert_int_equal(say_of_code(w, p, code), SAY_CODE_USED);
	world_restart(w);
	w->now_s += 1; /* the next step: still in the window */
	assert_int_equal(say_of_code(w, p, code), SAY_CODE_USED);
	w->now_s += 29;
	assert_int_not_equal(say_of_code(w, p, code), SAY_DONE);
	w->now_s += 60 + 3600;
	assert_int_not_equal(say_of_code(w, p, code), SAY_DONE);
	assert_int_equal(world_sessions(w, p.id), 1);
	w->now_s += 120;
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 0)), SAY_DONE);
	world_free(&w);
}

static void an_accepted_step_burns_every_step_before_it(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");

	(void)state;
	vault_knows_passwords = true;
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 0)), SAY_DONE);
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, -1)), SAY_CODE_USED);
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 1)), SAY_DONE);
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 0)), SAY_CODE_USED);
	w->now_s += 30;
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 0)), SAY_CODE_USED);
	w->now_s += 60;
	assert_int_equal(say_of_code(w, p, phone_code(w, &phone, 0)), SAY_DONE);
	assert_int_equal(world_sessions(w, p.id), 3);
	world_free(&w);
}

static void only_the_steps_around_now_are_taken(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");

	(void)state;
	vault_knows_passwords = true;
	for (int k = -4; k <= 4; k++) {
		enum say say;

		w->now_s += 2 * 60 * 60;
		say = say_of_code(w, p, phone_code(w, &phone, k));
		assert_int_equal(say == SAY_DONE, k >= -1 && k <= 1);
	}
	world_free(&w);
}

static void a_code_is_good_for_any_device_of_its_owner_and_nobody_else(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
	struct phone one = phone_new(w, p, "HP saya"), two = phone_new(w, p, "HP Kantor"), other = phone_new(w, q, "HP saya");

	(void)state;
	vault_knows_passwords = true;
	assert_int_equal(say_of_code(w, p, phone_code(w, &one, 0)), SAY_DONE);
	assert_int_equal(say_of_code(w, p, phone_code(w, &two, 0)), SAY_DONE);
	assert_int_equal(say_of_code(w, p, phone_code(w, &other, 0)), SAY_CODE_WRONG);
	world_do(w, "UPDATE device SET state = 2 WHERE id = ?1", two.device);
	w->now_s += 60;
	assert_int_equal(say_of_code(w, p, phone_code(w, &two, 0)), SAY_SUSPENDED_ENTRY);
	assert_int_equal(say_of_code(w, q, phone_code(w, &other, 0)), SAY_DONE);
	world_free(&w);
}

/* Somebody who can write the database swaps what two people enrolled. */
static void the_sealed_rows_of_two_people_swapped_open_neither(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
	struct phone one = phone_new(w, p, "HP saya"), other = phone_new(w, q, "HP saya");
	struct browser b = browser_new();

	(void)state;
	world_do(w, "CREATE TABLE was AS SELECT id, seed FROM device", 0);
	world_do(w, "UPDATE device SET seed = (SELECT seed FROM was WHERE was.id <> device.id)", 0);
	for (int i = 0; i < 2; i++) {
		struct person who = i ? q : p;
		const struct phone *phones[] = {&one, &other};

		for (int k = 0; k < 2; k++) {
			b = browser_new();
			go_to_second(w, &b, "mandatory", who);
			go_code(w, &b, phone_code(w, phones[k], 0));
			assert_int_not_equal(b.at.screen, SCREEN_DONE);
		}
	}
	/* the passwords too */
	world_do(w, "CREATE TABLE pw AS SELECT id, phc FROM users", 0);
	world_do(w, "UPDATE users SET phc = (SELECT phc FROM pw WHERE pw.id <> users.id)", 0);
	b = browser_new();
	go_user(w, &b, "mandatory", p.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void the_owner_is_told_of_wrong_codes_once_an_hour(void **state)
{
	static const char count[] = "SELECT COUNT(*) FROM outbox WHERE template = 'code.wrong' AND user_id = ?1";
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_code(w, &b, phone_wrong(w, &phone));
	go_code(w, &b, phone_wrong(w, &phone));
	assert_int_equal(world_count(w, count, p.id), 1);
	w->now_s += 3601;
	b = browser_new();
	go_to_second(w, &b, "mandatory", p);
	go_code(w, &b, phone_wrong(w, &phone));
	assert_int_equal(world_count(w, count, p.id), 2);
	world_free(&w);
}

static void every_refusal_can_be_found_by_its_reference(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct audit_query q = {.limit = 2};
	struct audit *rows;
	struct tx *tx;
	size_t n;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_code(w, &b, phone_wrong(w, &phone));
	q.ref = b.at.told.ref;
	assert_int_equal(store_view(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_audit_list(tx, w->arena, &q, &rows, &n), RC_OK);
	store_abandon(&tx);
	assert_int_equal(n, 1);
	assert_str(rows[0].reason, "wrong-code");
	assert_str(rows[0].login, "penyedia1");
	assert_str(rows[0].browser, "Firefox, Linux");
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paused_password_is_not_looked_at_right_or_wrong),
		cmocka_unit_test(a_hundred_wrong_passwords_switch_the_password_off),
		cmocka_unit_test(wrong_passwords_touch_no_budget_of_codes),
		cmocka_unit_test(a_busy_vault_gives_the_try_back),
		cmocka_unit_test(three_wrong_codes_are_looked_at_then_the_truth_is_told),
		cmocka_unit_test(the_right_password_again_gives_no_new_tries),
		cmocka_unit_test(a_success_gives_nothing_of_the_year_back),
		cmocka_unit_test(strict_mode_freezes_after_twenty_and_takes_no_step_ahead),
		cmocka_unit_test(strict_mode_lets_in_who_has_just_enrolled),
		cmocka_unit_test(what_is_no_code_costs_nothing),
		cmocka_unit_test(the_same_code_is_never_taken_twice),
		cmocka_unit_test(an_accepted_step_burns_every_step_before_it),
		cmocka_unit_test(only_the_steps_around_now_are_taken),
		cmocka_unit_test(a_code_is_good_for_any_device_of_its_owner_and_nobody_else),
		cmocka_unit_test(the_sealed_rows_of_two_people_swapped_open_neither),
		cmocka_unit_test(the_owner_is_told_of_wrong_codes_once_an_hour),
		cmocka_unit_test(every_refusal_can_be_found_by_its_reference),
	};

	return cmocka_run_group_tests_name("budget", tests, world_group_begin, world_group_end);
}
