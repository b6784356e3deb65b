#include "test.h"

static void str_absent_and_empty_are_alike(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, S("")));
	assert_null(str_of(NULL).ptr);
	assert_true(str_is(STR_NONE, ""));
	assert_true(str_eq_secret(STR_NONE, S("")));
}

static void str_compares_bytes_with_nul_in_them(void **state)
{
	(void)state;
	assert_false(str_eq(str_n("a\0b", 3), str_n("a\0c", 3)));
	assert_true(str_eq(str_n("a\0b", 3), str_n("a\0b", 3)));
	assert_false(str_eq(S("ab"), S("abc")));
	assert_false(str_eq_secret(S("abc"), S("abd")));
	assert_false(str_eq_secret(S("abc"), S("ab")));
	assert_true(str_eq_secret(S("abc"), S("abc")));
}

static void str_ieq_folds_ascii_only(void **state)
{
	(void)state;
	assert_true(str_ieq(S("Budi@Example.ID"), S("budi@example.id")));
	assert_false(str_ieq(S("@"), S("`")));
	assert_false(str_ieq(S("["), S("{")));
	assert_false(str_ieq(S("\xc3\x84"), S("\xc3\xa4")));
	assert_false(str_ieq(S("a"), S("aa")));
}

static void str_knows_its_ends(void **state)
{
	(void)state;
	assert_true(str_starts(S("/demo/app"), S("/demo")));
	assert_false(str_starts(S("/de"), S("/demo")));
	assert_true(str_starts(S("x"), STR_NONE));
	assert_true(str_ends(S("a.png"), S(".png")));
	assert_false(str_ends(S("png"), S(".png")));
	assert_true(str_ends(STR_NONE, S("")));
	assert_true(str_has(S("a=b"), '='));
	assert_false(str_has(STR_NONE, '='));
}

static void str_cut_walks_a_list_to_its_end(void **state)
{
	struct str rest = S("a,,b,");

	(void)state;
	assert_str(str_cut(&rest, ','), "a");
	assert_str(str_cut(&rest, ','), "");
	assert_str(str_cut(&rest, ','), "b");
	assert_non_null(rest.ptr);
	assert_str(str_cut(&rest, ','), "");
	assert_null(rest.ptr);
	assert_null(str_cut(&rest, ',').ptr);
}

static void str_trim_takes_blanks_only(void **state)
{
	(void)state;
	assert_str(str_trim(S(" \t a b\r\n")), "a b");
	assert_str(str_trim(S(" \n ")), "");
	assert_str(str_trim(S("\xc2\xa0x")), "\xc2\xa0x");
}

static void str_to_i64_takes_digits_within_the_maximum(void **state)
{
	int64_t n;

	(void)state;
	assert_int_equal(str_to_i64(S("0"), 9, &n), RC_OK);
	assert_int_equal(n, 0);
	assert_int_equal(str_to_i64(S("007"), 9, &n), RC_OK);
	assert_int_equal(n, 7);
	assert_int_equal(str_to_i64(S("9223372036854775807"), INT64_MAX, &n), RC_OK);
	assert_true(n == INT64_MAX);
	assert_int_equal(str_to_i64(S("80"), 80, &n), RC_OK);
}

static void str_to_i64_refuses_everything_else(void **state)
{
	static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "81", "1e1", "9223372036854775808",
	                                  "18446744073709551617", "99999999999999999999999", "\xd9\xa1"};
	int64_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = 5;
		assert_int_equal(str_to_i64(str_of(bad[i]), 80, &n), RC_MALFORMED);
		assert_int_equal(n, 0);
	}
	assert_int_equal(str_to_i64(S("9223372036854775808"), INT64_MAX, &n), RC_MALFORMED);
	assert_int_equal(str_to_i64(str_n("1\0", 2), 80, &n), RC_MALFORMED);
	assert_int_equal(str_to_i64(STR_NONE, 80, &n), RC_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(str_absent_and_empty_are_alike),
		cmocka_unit_test(str_compares_bytes_with_nul_in_them),
		cmocka_unit_test(str_ieq_folds_ascii_only),
		cmocka_unit_test(str_knows_its_ends),
		cmocka_unit_test(str_cut_walks_a_list_to_its_end),
		cmocka_unit_test(str_trim_takes_blanks_only),
		cmocka_unit_test(str_to_i64_takes_digits_within_the_maximum),
		cmocka_unit_test(str_to_i64_refuses_everything_else),
	};

	return cmocka_run_group_tests_name("base_str", tests, NULL, NULL);
}
