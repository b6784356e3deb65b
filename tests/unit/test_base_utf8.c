#include "test.h"

#include "base/codec.h"

static void utf8_takes_every_length_of_code_point(void **state)
{
	(void)state;
	assert_true(utf8_ok(S("Budi Santoso")));
	assert_true(utf8_ok(S("\xc2\xa0")));             /* U+00A0 */
	assert_true(utf8_ok(S("\xdf\xbf")));             /* U+07FF */
	assert_true(utf8_ok(S("\xe0\xa0\x80")));         /* U+0800 */
	assert_true(utf8_ok(S("\xed\x9f\xbf")));         /* U+D7FF */
	assert_true(utf8_ok(S("\xee\x80\x80")));         /* U+E000 */
	assert_true(utf8_ok(S("\xef\xbf\xbd")));         /* U+FFFD */
	assert_true(utf8_ok(S("\xf0\x90\x80\x80")));     /* U+10000 */
	assert_true(utf8_ok(S("\xf4\x8f\xbf\xbd")));     /* U+10FFFD */
	assert_true(utf8_ok(S("tab\tline\r\n")));
	assert_true(utf8_ok(STR_NONE));
}

static void utf8_refuses_what_is_not_well_formed(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xff", "\xfe", "\xc3", "\xe2\x82", "\xf0\x9f\x98", /* lone, cut */
		"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", /* overlong */
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80",       /* surrogates */
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80",   /* over U+10FFFF, five bytes */
		"a\xc3(", "\xe2(\xa1", "\xf0\x9f(\x80",
	};
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(utf8_ok(str_of(bad[i])));
		assert_int_equal(utf8_nfc(a, str_of(bad[i]), &s), RC_MALFORMED);
	}
	arena_free(&a);
}

static void utf8_refuses_control_bytes(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char one = (char)c;
		bool fine = (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\r' || c == '\n';

		assert_int_equal(utf8_ok(str_n(&one, 1)), fine);
	}
	assert_false(utf8_ok(str_n("a\0b", 3)));
	assert_false(utf8_ok(S("\xc2\x85"))); /* C1: next line */
	assert_false(utf8_ok(S("\xc2\x9b"))); /* C1: CSI, an escape sequence for some terminals */
}

static void utf8_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(S("")), 0);
	assert_int_equal(utf8_count(S("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
	assert_int_equal(utf8_count(S("\xff\xff")), 2);
}

static void utf8_nfc_composes(void **state)
{
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	assert_int_equal(utf8_nfc(a, S("e\xcc\x81"), &s), RC_OK);
	assert_str(s, "\xc3\xa9");
	assert_int_equal(utf8_nfc(a, S("\xc3\xa9"), &s), RC_OK);
	assert_str(s, "\xc3\xa9");
	/* canonical order of two marks; U+212B to U+00C5; Hangul; fullwidth digits stay (that would be NFKC) */
	assert_int_equal(utf8_nfc(a, S("q\xcc\x87\xcc\xa3"), &s), RC_OK);
	assert_str(s, "q\xcc\xa3\xcc\x87");
	assert_int_equal(utf8_nfc(a, S("\xe2\x84\xab"), &s), RC_OK);
	assert_str(s, "\xc3\x85");
	assert_int_equal(utf8_nfc(a, S("\xe1\x84\x80\xe1\x85\xa1"), &s), RC_OK);
	assert_str(s, "\xea\xb0\x80");
	assert_int_equal(utf8_nfc(a, S("\xef\xbc\x91"), &s), RC_OK);
	assert_str(s, "\xef\xbc\x91");
	assert_int_equal(utf8_nfc(a, STR_NONE, &s), RC_OK);
	assert_int_equal(s.len, 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_takes_every_length_of_code_point),
		cmocka_unit_test(utf8_refuses_what_is_not_well_formed),
		cmocka_unit_test(utf8_refuses_control_bytes),
		cmocka_unit_test(utf8_counts_code_points),
		cmocka_unit_test(utf8_nfc_composes),
	};

	return cmocka_run_group_tests_name("base_utf8", tests, NULL, NULL);
}
