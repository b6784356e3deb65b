#include "test.h"

#include "core/throttle.h"

enum { NOW = 1800000000, DAY_S = 24 * 60 * 60 };
enum { YEAR_S = 365 * DAY_S };

static void a_pause_is_30_s_and_doubles_to_its_longest(void **state)
{
	static const int64_t password[] = {0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
	static const int64_t code[] = {0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 61440, 86400, 86400};

	(void)state;
	for (size_t n = 0; n < sizeof(password) / sizeof(password[0]); n++)
		assert_int_equal(throttle_pause_s((int64_t)n, THROTTLE_PASSWORD_FREE, THROTTLE_PASSWORD_LONGEST_S), password[n]);
	for (size_t n = 0; n < sizeof(code) / sizeof(code[0]); n++)
		assert_int_equal(throttle_pause_s((int64_t)n, THROTTLE_CODE_FREE, THROTTLE_CODE_LONGEST_S), code[n]);
	assert_int_equal(throttle_pause_s(INT64_MAX, 2, DAY_S), DAY_S);
	assert_int_equal(throttle_pause_s(-5, 2, DAY_S), 0);
}

static void the_fifth_wrong_password_begins_the_first_pause(void **state)
{
	int64_t failures = 0, until_s = 0;

	(void)state;
	for (int i = 1; i <= 4; i++) {
		assert_int_equal(throttle_password(failures, until_s, NOW, &failures, &until_s), THROTTLE_CHARGED);
		assert_int_equal(failures, i);
		assert_true(until_s <= NOW);
	}
	assert_int_equal(throttle_password(failures, until_s, NOW, &failures, &until_s), THROTTLE_CHARGED);
	assert_int_equal(failures, 5);
	assert_int_equal(until_s, NOW + 30);
	assert_int_equal(throttle_password(failures, until_s, NOW + 29, &failures, &until_s), THROTTLE_PAUSED);
	assert_int_equal(failures, 5);
	assert_int_equal(until_s, NOW + 30);
	assert_int_equal(throttle_password(failures, until_s, NOW + 30, &failures, &until_s), THROTTLE_CHARGED);
	assert_int_equal(until_s, NOW + 30 + 60);
}

static void the_third_wrong_code_begins_the_first_pause(void **state)
{
	int64_t in_a_row = 0, until_s = 0;

	(void)state;
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(throttle_code(in_a_row, until_s, i - 1, false, NOW, &in_a_row, &until_s), THROTTLE_CHARGED);
		assert_true(until_s <= NOW);
	}
	assert_int_equal(throttle_code(in_a_row, until_s, 2, false, NOW, &in_a_row, &until_s), THROTTLE_CHARGED);
	assert_int_equal(in_a_row, 3);
	assert_int_equal(until_s, NOW + 30);
	assert_int_equal(throttle_code(in_a_row, until_s, 3, false, NOW, &in_a_row, &until_s), THROTTLE_PAUSED);
	assert_int_equal(in_a_row, 3);
}

static void a_hundred_wrong_passwords_in_a_row_are_all_that_is_ever_looked_at(void **state)
{
	int64_t failures = 0, until_s = 0, evaluated = 0;

	(void)state;
	/* Somebody who tries every minute for ten years. */
	for (int64_t now_s = NOW; now_s < NOW + 10LL * YEAR_S; now_s += 60)
		evaluated += throttle_password(failures, until_s, now_s, &failures, &until_s) == THROTTLE_CHARGED;
	assert_int_equal(evaluated, THROTTLE_PASSWORD_MOST);
	assert_int_equal(evaluated, 100);
	assert_int_equal(throttle_password(99, 0, NOW, &failures, &until_s), THROTTLE_CHARGED);
	assert_int_equal(throttle_password(100, 0, NOW, &failures, &until_s), THROTTLE_CLOSED);
	assert_int_equal(throttle_password(INT64_MAX, 0, NOW, &failures, &until_s), THROTTLE_CLOSED);
}

/* A year of tries at every open moment, with `owner` successes a day that end the pause and the row. */
static int most_codes_in_any_year(bool strict, int owner_s)
{
	static int64_t tries[4096];
	int64_t in_a_row = 0, until_s = 0;
	size_t n = 0, from = 0;
	int most = 0;

	for (int64_t now_s = NOW; now_s < NOW + 3LL * YEAR_S; now_s += 30) {
		while (from < n && tries[from] <= now_s - YEAR_S)
			from++;
		if (owner_s && (now_s - NOW) % owner_s == 0)
			in_a_row = until_s = 0;
		if (throttle_code(in_a_row, until_s, (int64_t)(n - from), strict, now_s, &in_a_row, &until_s) == THROTTLE_CHARGED)
			tries[n++] = now_s;
		if ((int)(n - from) > most)
			most = (int)(n - from);
		assert_true(n < 4096);
	}
	return most;
}

static void no_year_holds_more_than_fifty_wrong_codes_whatever_the_owner_does(void **state)
{
	(void)state;
	assert_int_equal(most_codes_in_any_year(false, 0), 50);
	assert_int_equal(most_codes_in_any_year(false, 3600), 50);
	assert_int_equal(most_codes_in_any_year(false, 30), 50);
}

static void in_strict_mode_a_year_holds_twenty(void **state)
{
	(void)state;
	assert_int_equal(most_codes_in_any_year(true, 0), 20);
	assert_int_equal(most_codes_in_any_year(true, 30), 20);
}

static void a_used_up_year_is_closed_and_not_merely_paused(void **state)
{
	int64_t in_a_row, until_s;

	(void)state;
	assert_int_equal(throttle_code(0, 0, 49, false, NOW, &in_a_row, &until_s), THROTTLE_CHARGED);
	assert_int_equal(throttle_code(0, 0, 50, false, NOW, &in_a_row, &until_s), THROTTLE_CLOSED);
	assert_int_equal(throttle_code(9, NOW + 500, 50, false, NOW, &in_a_row, &until_s), THROTTLE_CLOSED);
	assert_int_equal(in_a_row, 9);
	assert_int_equal(until_s, NOW + 500);
	assert_int_equal(throttle_code(0, 0, 19, true, NOW, &in_a_row, &until_s), THROTTLE_CHARGED);
	assert_int_equal(throttle_code(0, 0, 20, true, NOW, &in_a_row, &until_s), THROTTLE_CLOSED);
}

/* Real seconds from the failure that began a pause until the next try is looked at, when the clock is moved by
 * `jump_s` right after the failure. */
static int64_t waited_s(int64_t failures, int64_t jump_s, bool code)
{
	int64_t n = failures - 1, until_s = 0, real_s, wall_s = NOW;
	enum throttle t = code ? throttle_code(n, until_s, 0, false, wall_s, &n, &until_s)
	                       : throttle_password(n, until_s, wall_s, &n, &until_s);

	assert_int_equal(t, THROTTLE_CHARGED);
	wall_s += jump_s;
	for (real_s = 1; real_s < 4LL * DAY_S; real_s++) {
		int64_t before = until_s;

		t = code ? throttle_code(n, until_s, 0, false, wall_s + real_s, &n, &until_s)
		         : throttle_password(n, until_s, wall_s + real_s, &n, &until_s);
		if (t == THROTTLE_CHARGED)
			return real_s;
		assert_int_equal(n, failures);
		assert_true(until_s <= before);
	}
	return INT64_MAX;
}

static void a_clock_set_back_never_shortens_a_pause_nor_makes_it_endless(void **state)
{
	static const int64_t jumps[] = {0, -1, -29, -30, -31, -3600, -DAY_S, -YEAR_S, -20LL * YEAR_S};

	(void)state;
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		for (int64_t n = 5; n < 14; n++) {
			int64_t pause_s = throttle_pause_s(n, THROTTLE_PASSWORD_FREE, THROTTLE_PASSWORD_LONGEST_S);

			assert_in_range(waited_s(n, jumps[i], false), pause_s, pause_s + 30);
		}
		for (int64_t n = 3; n < 17; n += 6) {
			int64_t pause_s = throttle_pause_s(n, THROTTLE_CODE_FREE, THROTTLE_CODE_LONGEST_S);

			assert_in_range(waited_s(n, jumps[i], true), pause_s, pause_s + 30);
		}
	}
}

static void a_clock_set_forward_charges_as_usual(void **state)
{
	int64_t failures, until_s;

	(void)state;
	assert_int_equal(throttle_password(7, NOW + 120, NOW + YEAR_S, &failures, &until_s), THROTTLE_CHARGED);
	assert_int_equal(failures, 8);
	assert_int_equal(until_s, NOW + YEAR_S + 240);
}

static void zero_is_closed(void **state)
{
	(void)state;
	assert_int_equal(THROTTLE_CLOSED, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pause_is_30_s_and_doubles_to_its_longest),
		cmocka_unit_test(the_fifth_wrong_password_begins_the_first_pause),
		cmocka_unit_test(the_third_wrong_code_begins_the_first_pause),
		cmocka_unit_test(a_hundred_wrong_passwords_in_a_row_are_all_that_is_ever_looked_at),
		cmocka_unit_test(no_year_holds_more_than_fifty_wrong_codes_whatever_the_owner_does),
		cmocka_unit_test(in_strict_mode_a_year_holds_twenty),
		cmocka_unit_test(a_used_up_year_is_closed_and_not_merely_paused),
		cmocka_unit_test(a_clock_set_back_never_shortens_a_pause_nor_makes_it_endless),
		cmocka_unit_test(a_clock_set_forward_charges_as_usual),
		cmocka_unit_test(zero_is_closed),
	};

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
