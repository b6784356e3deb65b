#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/codec.h"
#include "core/totp.h"

enum { LINE_ROOM = 512 };

/* The next line of a vector file that is not a comment, cut at its end; false at the end of the file. */
static bool next_line(FILE *f, char *line)
{
	while (fgets(line, LINE_ROOM, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			return true;
	}
	return false;
}

static FILE *vectors(const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", VECTORS_DIR, name);
	f = fopen(path, "re");
	assert_non_null(f);
	return f;
}

static struct str word(struct str *line)
{
	return str_cut(line, ' ');
}

static struct str key_of(struct arena *a, struct str hex)
{
	struct str key;

	assert_int_equal(hex_decode(a, hex, &key), RC_OK);
	return key;
}

static void hotp_gives_the_codes_of_rfc_4226(void **state)
{
	struct arena *a = test_arena();
	FILE *f = vectors("rfc4226.txt");
	char line[LINE_ROOM], code[TOTP_CODE_ROOM];
	int seen = 0;

	(void)state;
	while (next_line(f, line)) {
		struct str rest = str_of(line), key = key_of(a, word(&rest));
		int64_t counter;

		assert_int_equal(str_to_i64(word(&rest), INT64_MAX, &counter), RC_OK);
		hotp(TOTP_SHA1, key, (uint64_t)counter, 6, code);
		assert_str(str_of(code), rest.ptr);
		seen++;
	}
	fclose(f);
	assert_int_equal(seen, 10);
	arena_free(&a);
}

static void hotp_gives_the_codes_of_rfc_6238_with_all_three_hashes(void **state)
{
	struct arena *a = test_arena();
	FILE *f = vectors("rfc6238.txt");
	char line[LINE_ROOM], code[TOTP_CODE_ROOM];
	int seen = 0;

	(void)state;
	while (next_line(f, line)) {
		struct str rest = str_of(line), name = word(&rest), key = key_of(a, word(&rest));
		enum totp_hash hash = str_is(name, "SHA1") ? TOTP_SHA1 : str_is(name, "SHA256") ? TOTP_SHA256 : TOTP_SHA512;
		int64_t at_s;

		assert_int_equal(str_to_i64(word(&rest), INT64_MAX, &at_s), RC_OK);
		hotp(hash, key, (uint64_t)totp_step(at_s), 8, code);
		assert_str(str_of(code), rest.ptr);
		seen++;
	}
	fclose(f);
	assert_int_equal(seen, 18);
	arena_free(&a);
}

static const struct str seed = {"12345678901234567890", 20};

static void code_at(int64_t step, char out[TOTP_CODE_ROOM])
{
	hotp(TOTP_SHA1, seed, (uint64_t)step, TOTP_DIGITS, out);
}

static void totp_step_changes_at_each_half_minute(void **state)
{
	(void)state;
	assert_int_equal(totp_step(0), 0);
	assert_int_equal(totp_step(29), 0);
	assert_int_equal(totp_step(30), 1);
	assert_int_equal(totp_step(1111111109), 37037036);
}

static void totp_accepts_the_step_before_and_after_and_no_other(void **state)
{
	const int64_t now = 41152263;
	char code[TOTP_CODE_ROOM];
	int64_t step;

	(void)state;
	for (int64_t off = -4; off <= 4; off++) {
		bool inside = off >= -1 && off <= 1;

		code_at(now + off, code);
		assert_int_equal(totp_verify(seed, code, now, 1, 1, &step), inside ? VERDICT_GOOD : VERDICT_REFUSED);
		assert_int_equal(step, inside ? now + off : -1);
	}
	code_at(now + 1, code);
	assert_int_equal(totp_verify(seed, code, now, 1, 0, &step), VERDICT_REFUSED);
	code_at(now - 1, code);
	assert_int_equal(totp_verify(seed, code, now, 1, 0, &step), VERDICT_GOOD);
	assert_int_equal(totp_verify(seed, code, now, 0, 0, &step), VERDICT_REFUSED);
}

/* Looked for, not computed: two steps near each other whose codes are the same. */
static void totp_reports_the_newest_of_two_steps_with_one_code(void **state)
{
	static int64_t last[1000000];
	char code[TOTP_CODE_ROOM];
	int64_t step, gap;

	(void)state;
	memset(last, 0, sizeof(last));
	for (int64_t s = 1; s < 200000; s++) {
		int n;

		code_at(s, code);
		n = atoi(code);
		gap = s - last[n];
		if (last[n] && gap < 40) {
			assert_int_equal(totp_verify(seed, code, s, (unsigned)gap, 0, &step), VERDICT_GOOD);
			assert_int_equal(step, s);
			assert_int_equal(totp_verify(seed, code, s - 1, (unsigned)gap, 0, &step), VERDICT_GOOD);
			assert_int_equal(step, s - gap);
			return;
		}
		last[n] = s;
	}
	fail_msg("no pair found");
}

static void totp_before_1970_matches_nothing(void **state)
{
	char code[TOTP_CODE_ROOM];
	int64_t step;

	(void)state;
	hotp(TOTP_SHA1, seed, UINT64_MAX, TOTP_DIGITS, code);
	assert_int_equal(totp_verify(seed, code, 0, 1, 1, &step), VERDICT_REFUSED);
	assert_int_equal(step, -1);
	assert_int_equal(totp_search(seed, code, 0, 1), INT64_MIN);
}

static void totp_refuses_a_code_of_another_length(void **state)
{
	static const char *const bad[] = {"", "1", "12345", "1234567", "12345678", "      ", "00000:"};
	char code[TOTP_CODE_ROOM];
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(totp_verify(seed, bad[i], 41152263, 1, 1, &step), VERDICT_REFUSED);
	code_at(41152263, code);
	code[5] = '\0';
	assert_int_equal(totp_verify(seed, code, 41152263, 1, 1, &step), VERDICT_REFUSED);
	code_at(41152263, code);
	code[6] = '0';
	code[7] = '\0';
	assert_int_equal(totp_verify(seed, code, 41152263, 1, 1, &step), VERDICT_REFUSED);
}

static void totp_search_finds_the_nearest_offset(void **state)
{
	const int64_t now = 41152263;
	const unsigned span = 26 * 3600 / TOTP_PERIOD_S;
	const int64_t offsets[] = {0, 1, -1, 94, -94, 120, (int64_t)span, -(int64_t)span};
	char code[TOTP_CODE_ROOM], near[TOTP_CODE_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		int64_t found;

		code_at(now + offsets[i], code);
		found = totp_search(seed, code, now, span);
		assert_true(llabs(found) <= llabs(offsets[i]));
		code_at(now + found, near);
		assert_string_equal(near, code);
	}
	code_at(now + 94, code);
	assert_int_equal(totp_search(seed, code, now, 100), 94);
	assert_int_equal(totp_search(seed, code, now, 93), INT64_MIN);
	code_at(now - 50, code);
	assert_int_equal(totp_search(seed, code, now, 100), -50);
	assert_int_equal(totp_search(seed, "12345", now, 100), INT64_MIN);
}

static void totp_clean_takes_out_spaces_dots_and_hyphens(void **state)
{
	static const char *const good[] = {"123456", " 123 456\r\n", "123-456", "12.34.56", "1 2 3 4 5 6",
	                                   "123\xc2\xa0" "456", "123\xe2\x80\x89" "456", "123\xe2\x80\x91" "456",
	                                   "\xef\xbb\xbf" "123456", "123\xe3\x80\x80" "456", "123\xe2\x80\x93" "456"};
	char code[TOTP_CODE_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(totp_clean(str_of(good[i]), code), RC_OK);
		assert_string_equal(code, "123456");
	}
}

static void totp_clean_refuses_everything_but_six_ascii_digits(void **state)
{
	static const struct str bad[] = {{"", 0}, {NULL, 0}, {"1", 1}, {"12345", 5}, {"1234567", 7}, {"000000\0", 7},
	                                 {"12345a", 6}, {"+12345", 6}, {"123,456", 7}, {"12345\xb2", 6},
	                                 /* full-width and Arabic-Indic digits */
	                                 {"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96", 18},
	                                 {"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6", 12},
	                                 /* a space that is overlong, a cut one, one outside the plane */
	                                 {"123\xc0\xa0" "456", 8}, {"123456\xe2\x80", 8}, {"123456\xf0\x9f\x98\x80", 10}};
	char code[TOTP_CODE_ROOM], wide[65];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(totp_clean(bad[i], code), RC_MALFORMED);
		assert_string_equal(code, "");
	}
	memset(wide, ' ', sizeof(wide));
	assert_int_equal(totp_clean(str_n(wide, sizeof(wide)), code), RC_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hotp_gives_the_codes_of_rfc_4226),
		cmocka_unit_test(hotp_gives_the_codes_of_rfc_6238_with_all_three_hashes),
		cmocka_unit_test(totp_step_changes_at_each_half_minute),
		cmocka_unit_test(totp_accepts_the_step_before_and_after_and_no_other),
		cmocka_unit_test(totp_reports_the_newest_of_two_steps_with_one_code),
		cmocka_unit_test(totp_before_1970_matches_nothing),
		cmocka_unit_test(totp_refuses_a_code_of_another_length),
		cmocka_unit_test(totp_search_finds_the_nearest_offset),
		cmocka_unit_test(totp_clean_takes_out_spaces_dots_and_hyphens),
		cmocka_unit_test(totp_clean_refuses_everything_but_six_ascii_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
