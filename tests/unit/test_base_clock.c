#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static const int64_t at_s = 1795231170; /* 2026-11-21T03:19:30Z */

static void clock_writes_times_as_people_read_them(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	assert_str(time_full(a, LANG_ID, at_s), "21 November 2026 pukul 10.19.30 WIB");
	assert_str(time_full(a, LANG_EN, at_s), "21 November 2026, 10:19:30 WIB");
	assert_str(time_date(a, LANG_ID, at_s), "21 November 2026");
	assert_str(time_clock(a, LANG_ID, at_s), "10.19.30 WIB");
	assert_str(time_clock(a, LANG_EN, at_s), "10:19:30 WIB");
	assert_str(time_minute(a, LANG_ID, at_s), "21 November 2026, 10.19 WIB");
	assert_str(time_minute(a, LANG_EN, at_s), "21 November 2026, 10:19 WIB");
	assert_str(time_iso(a, at_s), "2026-11-21T03:19:30Z");
	arena_free(&a);
}

static void clock_names_months_in_both_languages(void **state)
{
	static const char *const id[] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
	                                 "September", "Oktober", "November", "Desember"};
	static const char *const en[] = {"January", "February", "March", "April", "May", "June", "July", "August",
	                                 "September", "October", "November", "December"};
	struct arena *a = test_arena();
	char want[64], iso[32];
	int64_t t;

	(void)state;
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	for (int m = 0; m < 12; m++) {
		snprintf(iso, sizeof(iso), "2027-%02d-01", m + 1);
		assert_int_equal(time_parse(str_of(iso), &t), RC_OK);
		snprintf(want, sizeof(want), "1 %s 2027", id[m]);
		assert_str(time_date(a, LANG_ID, t), want);
		snprintf(want, sizeof(want), "1 %s 2027", en[m]);
		assert_str(time_date(a, LANG_EN, t), want);
	}
	arena_free(&a);
}

static void clock_follows_the_zone(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_int_equal(clock_zone_set("Asia/Jayapura"), RC_OK);
	assert_str(time_full(a, LANG_ID, at_s), "21 November 2026 pukul 12.19.30 WIT");
	assert_int_equal(clock_zone_set("UTC"), RC_OK);
	assert_str(time_clock(a, LANG_EN, at_s), "03:19:30 UTC");
	arena_free(&a);
}

static void clock_refuses_a_zone_that_does_not_exist(void **state)
{
	static const char *const bad[] = {"", "Asia/Jakrata", "WIB-7", "../../../etc/passwd", "/etc/localtime",
	                                  ":Asia/Jakarta", "Asia"};
	struct arena *a = test_arena();

	(void)state;
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(clock_zone_set(bad[i]), RC_ABSENT);
	assert_str(time_clock(a, LANG_ID, at_s), "10.19.30 WIB");
	arena_free(&a);
}

static void clock_parses_dates_times_and_seconds(void **state)
{
	int64_t t;

	(void)state;
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	assert_int_equal(time_parse(S("1795231170"), &t), RC_OK);
	assert_int_equal(t, at_s);
	assert_int_equal(time_parse(S("2026-11-21T03:19:30Z"), &t), RC_OK);
	assert_int_equal(t, at_s);
	/* local midnight: 17:00 UTC of the day before */
	assert_int_equal(time_parse(S("2026-11-21"), &t), RC_OK);
	assert_int_equal(t, 1795194000);
	assert_int_equal(time_parse(S("2028-02-29"), &t), RC_OK);
	assert_int_equal(time_parse(S("1970-01-01"), &t), RC_OK);
	assert_int_equal(t, 0);
}

static void clock_refuses_times_that_are_not(void **state)
{
	static const char *const bad[] = {
		"", "now", "-5", "2026-11", "2026-11-21T", "2026-11-21T03:19Z", "2026-11-21T03:19:30", "2026-11-21 03:19:30",
		"2026-11-21T24:00:00Z", "2026-11-21T03:60:00Z", "2026-11-21T03:19:60Z", "2026-13-01", "2026-00-10",
		"2026-02-29", "2100-02-29", "2026-04-31", "2026-1-1", "26-11-21", "1969-12-31", "2026-11-21x",
		"2026-11-21T03:19:30Zx", "99999999999999", "12:00",
	};
	int64_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(time_parse(str_of(bad[i]), &t), RC_MALFORMED);
}

static void clock_survives_times_out_of_range(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(time_iso(a, INT64_MIN), "1970-01-01T00:00:00Z");
	assert_str(time_iso(a, INT64_MAX), "9999-12-31T23:59:59Z");
	assert_true(time_full(a, LANG_ID, INT64_MAX).len > 0);
	arena_free(&a);
}

static void clock_is_read_from_a_file_only_when_built_for_tests(void **state)
{
	char path[] = "/tmp/gerbang-clock-XXXXXX";
	int64_t real_s = (int64_t)time(NULL);
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "1234567890\n", 11), 11);
	assert_int_equal(setenv("GERBANG_TEST_CLOCK", path, 1), 0);
#ifdef TEST_CLOCK
	assert_int_equal(clock_now_s(), 1234567890);
	assert_int_equal(pwrite(fd, "1234567999\n", 11, 0), 11);
	assert_int_equal(clock_now_s(), 1234567999);
#else
	assert_true(clock_now_s() >= real_s);
#endif
	assert_int_equal(unsetenv("GERBANG_TEST_CLOCK"), 0);
	assert_true(clock_now_s() >= real_s && clock_now_s() <= real_s + 600);
	assert_true(clock_mono_ms() > 0);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_writes_times_as_people_read_them),
		cmocka_unit_test(clock_names_months_in_both_languages),
		cmocka_unit_test(clock_follows_the_zone),
		cmocka_unit_test(clock_refuses_a_zone_that_does_not_exist),
		cmocka_unit_test(clock_parses_dates_times_and_seconds),
		cmocka_unit_test(clock_refuses_times_that_are_not),
		cmocka_unit_test(clock_survives_times_out_of_range),
		cmocka_unit_test(clock_is_read_from_a_file_only_when_built_for_tests),
	};

	return cmocka_run_group_tests_name("base_clock", tests, NULL, NULL);
}
