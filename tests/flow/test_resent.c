#include "codes.h"

/* A wrong code that comes again, because a page was refreshed; and many that are guessed. */

enum { MINUTE_S = 60, DAY_S = 24 * 60 * 60 };

static void a_refresh_is_answered_as_before_and_costs_nothing(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str code = arena_str(s.w->life, phone_wrong(s.w, &s.phone)), ref;

	(void)state;
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	ref = arena_str(s.w->life, s.b.at.told.ref);
	for (int i = 0; i < 20; i++) {
		s.w->now_s += 4;
		assert_int_equal(send(&s, code), SAY_CODE_WRONG);
		assert_true(str_eq(s.b.at.told.ref, ref));
	}
	assert_int_equal(tries(&s), 1);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 1);
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 1);
	/* with spaces it is the same code */
	send(&s, arena_printf(s.w->arena, " %.3s-%.3s", code.ptr, code.ptr + 3));
	assert_int_equal(tries(&s), 1);
	/* another one is another try, and then the first is one too */
	send(&s, phone_wrong(s.w, &s.phone));
	assert_int_equal(tries(&s), 2);
	send(&s, code);
	assert_int_equal(tries(&s), 3);
	world_free(&s.w);
}

static void after_a_while_the_same_digits_are_a_code_again(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str code;

	(void)state;
	/* the doctor had no time, so its step is not burnt */
	vault_break_rc = RC_BUSY;
	vault_break_in = 2;
	s.phone.slow_s = -100;
	code = shown(&s, &s.phone, 0);
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	s.w->now_s += 89;
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	assert_int_equal(tries(&s), 1);
	s.w->now_s += 1;
	assert_int_equal(send(&s, code), SAY_DONE);
	world_free(&s.w);
}

static void within_that_time_no_other_code_is_held_up(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str code;

	(void)state;
	vault_break_rc = RC_BUSY;
	vault_break_in = 2;
	s.phone.slow_s = -60;
	code = shown(&s, &s.phone, 0);
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	/* by now the digits would be right: no look for nothing, and the next ones let in */
	s.w->now_s += 60;
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 1);
	s.phone.slow_s = -30;
	assert_int_equal(send_shown(&s), SAY_DONE);
	world_free(&s.w);
}

static void a_refresh_tells_the_truth_about_a_pause(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str code;

	(void)state;
	send(&s, phone_wrong(s.w, &s.phone));
	send(&s, phone_wrong(s.w, &s.phone));
	code = arena_str(s.w->life, phone_wrong(s.w, &s.phone));
	assert_int_equal(send(&s, code), SAY_CODE_PAUSED);
	assert_int_equal(s.b.at.told.until_s, NOWHERE + 30);
	s.w->now_s += 10;
	assert_int_equal(send(&s, code), SAY_CODE_PAUSED);
	assert_int_equal(s.b.at.told.until_s, NOWHERE + 30);
	assert_int_equal(s.b.at.told.ref.len, 6);
	s.w->now_s += 20;
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	assert_int_equal(tries(&s), 3);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM audit WHERE event = 'code'", 0), 3);
	world_free(&s.w);
}

static void a_refresh_keeps_every_word_of_a_diagnosis(void **state)
{
	struct scene s = scene_new("mandatory");
	struct phone newer;
	struct told first;
	struct str code;

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	send_shown(&s);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	first = s.b.at.told;
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	assert_int_equal(s.b.at.told.offset_s, first.offset_s);
	assert_str(s.b.at.told.device, "HP Kantor");
	assert_true(str_eq(s.b.at.told.ref, first.ref));
	newer = know_new(&s, "HP Baru");
	retire(&s, &s.phone, NOWHERE - DAY_S);
	s.phone.slow_s = 0;
	s.w->now_s += 30;
	code = shown(&s, &s.phone, 0);
	assert_int_equal(send(&s, code), SAY_DEAD_ENTRY);
	first = s.b.at.told;
	assert_int_equal(first.paused_s, s.w->now_s + 30);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(send(&s, code), SAY_DEAD_ENTRY);
		assert_int_equal(s.b.at.told.number, first.number);
		assert_int_equal(s.b.at.told.at_s, NOWHERE - DAY_S);
		assert_str(s.b.at.told.open, "#2");
		assert_int_equal(s.b.at.told.paused_s, i ? 0 : first.paused_s);
		s.w->now_s += 30;
	}
	assert_int_equal(tries(&s), 3);
	assert_int_equal(send(&s, shown(&s, &newer, 0)), SAY_DONE);
	world_free(&s.w);
}

static void a_used_code_sent_again_costs_nothing_more(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	assert_int_equal(send_shown(&s), SAY_DONE);
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	for (int i = 0; i < 5; i++)
		assert_int_equal(send_shown(&s), SAY_CODE_USED);
	assert_int_equal(tries(&s), 1);
	world_free(&s.w);
}

/* ---- an oracle? ---------------------------------------------------------------------------------------------------------- */

/* Codes in an order of their own: nothing is accepted, and nothing is said after one code (tests/long has the million). */
static void random_wrong_codes_are_never_accepted_and_learn_nothing(void **state)
{
	struct scene s = scene_new("mandatory");
	unsigned long seed = 42;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		struct str code;

		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		code = arena_printf(s.w->arena, "%06lu", (seed >> 33) % 1000000);
		if (str_eq(code, phone_code(s.w, &s.phone, -1)) || str_eq(code, phone_code(s.w, &s.phone, 0)) ||
		    str_eq(code, phone_code(s.w, &s.phone, 1)))
			continue;
		world_do(s.w, "DELETE FROM code_tries", 0);
		world_do(s.w, "DELETE FROM code_try", 0);
		world_do(s.w, "DELETE FROM clock_note", 0);
		s.w->now_s += 1;
		if (i % 500 == 0) {
			s.b = browser_new();
			go_to_second(s.w, &s.b, "mandatory", s.p);
		}
		assert_int_equal(send(&s, code), SAY_CODE_WRONG);
		assert_int_equal(s.b.at.told.offset_s, 0);
		world_reset(s.w);
	}
	assert_int_equal(world_sessions(s.w, s.p.id), 0);
	world_free(&s.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refresh_is_answered_as_before_and_costs_nothing),
		cmocka_unit_test(after_a_while_the_same_digits_are_a_code_again),
		cmocka_unit_test(within_that_time_no_other_code_is_held_up),
		cmocka_unit_test(a_refresh_tells_the_truth_about_a_pause),
		cmocka_unit_test(a_refresh_keeps_every_word_of_a_diagnosis),
		cmocka_unit_test(a_used_code_sent_again_costs_nothing_more),
		cmocka_unit_test(random_wrong_codes_are_never_accepted_and_learn_nothing),
	};

	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
