#include "test.h"

#include "base/codec.h"
#include "core/userid.h"

static struct str fold(struct arena *a, struct str typed)
{
	struct str out;

	assert_int_equal(userid_fold(a, typed, &out), RC_OK);
	return out;
}

#define assert_same(a, x, y) assert_true(str_eq(fold((a), S(x)), fold((a), S(y))))
#define assert_differ(a, x, y) assert_false(str_eq(fold((a), S(x)), fold((a), S(y))))

static void refused(struct arena *a, struct str typed)
{
	struct str out = S("not touched");

	assert_int_equal(userid_fold(a, typed, &out), RC_MALFORMED);
	assert_null(out.ptr);
}

static void case_does_not_matter(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(fold(a, S("PPK2")), "ppk2");
	assert_same(a, "Ppk2", "pPK2");
	assert_same(a, "ΟΔΥΣΣΕΥΣ", "οδυσσευς"); /* final sigma */
	assert_same(a, "ПЕТР", "петр");
	assert_differ(a, "ppk2", "ppk3");
	arena_free(&a);
}

static void both_spellings_of_an_accent_are_one_id(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_same(a, "caf\xc3\xa9", "cafe\xcc\x81");
	assert_same(a, "CAF\xc3\x89", "cafe\xcc\x81");
	/* a dot below and an accent above, in either order */
	assert_same(a, "a\xcc\xa3\xcc\x81", "a\xcc\x81\xcc\xa3");
	assert_differ(a, "cafe", "caf\xc3\xa9");
	arena_free(&a);
}

static void german_and_turkish_letters_fold_as_unicode_says(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_same(a, "STRASSE", "stra\xc3\x9f" "e");
	assert_same(a, "STRA\xe1\xba\x9e" "E", "strasse");
	assert_same(a, "ISTANBUL", "istanbul");                   /* no locale: I is i */
	assert_differ(a, "\xc4\xb0STANBUL", "istanbul");          /* dotted capital I */
	assert_same(a, "\xc4\xb0STANBUL", "i\xcc\x87stanbul");
	assert_differ(a, "\xc4\xb1rmak", "irmak");                /* dotless i */
	assert_same(a, "\xe2\x84\xaa" "elvin", "kelvin");         /* KELVIN SIGN is k */
	arena_free(&a);
}

/* Ids that look alike in compatibility forms are not one: NFC, not NFKC. */
static void full_width_and_ascii_are_different_ids(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_differ(a, "\xef\xbc\xb0\xef\xbc\xb0\xef\xbc\xab", "ppk");
	assert_differ(a, "x\xc2\xb2", "x2");
	arena_free(&a);
}

static void blanks_at_the_ends_go_and_those_inside_stay(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(fold(a, S("  \tppk2\r\n ")), "ppk2");
	assert_str(fold(a, S("siti r")), "siti r");
	refused(a, S(""));
	refused(a, STR_NONE);
	refused(a, S("  \t\r\n  "));
	arena_free(&a);
}

static void control_bytes_and_broken_utf8_are_refused(void **state)
{
	static const struct { const char *p; size_t n; } bad[] = {
		{"a\0b", 3}, {"\0", 1}, {"a\x01", 2}, {"a\tb", 3}, {"a\nb", 3}, {"a\rb", 3}, {"a\x1b[0m", 5}, {"a\x7f", 2},
		{"a\xc2\x80", 3}, {"a\xc2\x9b", 3}, {"\xc0\xaf", 2}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4}, {"a\xc3", 2}, {"\xff", 1},
	};
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(a, str_n(bad[i].p, bad[i].n));
	arena_free(&a);
}

static void an_id_has_at_most_128_bytes_folded_too(void **state)
{
	struct arena *a = test_arena();
	char text[400];

	(void)state;
	memset(text, 'A', sizeof(text));
	assert_int_equal(fold(a, str_n(text, 128)).len, 128);
	refused(a, str_n(text, 129));
	/* what grows: n with an apostrophe before it, two bytes that fold to three */
	for (int i = 0; i < 64; i++)
		memcpy(text + 2 * i, "\xc5\x89", 2);
	refused(a, str_n(text, 128));
	assert_int_equal(fold(a, str_n(text, 84)).len, 126);
	arena_free(&a);
}

static size_t put_point(uint32_t c, char *p)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 63));
		p[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	p[0] = (char)(0xf0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 63));
	p[2] = (char)(0x80 | (c >> 6 & 63));
	p[3] = (char)(0x80 | (c & 63));
	return 4;
}

/* The budget of tries is kept under the hash of the folded id, and what the store keeps is folded again. */
static void folding_a_folded_id_changes_nothing_in_all_of_unicode(void **state)
{
	static const char *const around[][2] = {{"", ""}, {"a", "\xcc\x81"}, {"", "\xcd\x85"}, {"\xce\xb1", "\xcc\x80"}};
	struct arena *a = test_arena();

	(void)state;
	for (uint32_t c = 0x20; c < 0x110000; c++) {
		if ((c >= 0xd800 && c < 0xe000) || (c >= 0x7f && c < 0xa0))
			continue;
		for (size_t k = 0; k < sizeof(around) / sizeof(around[0]); k++) {
			char text[16];
			size_t n = strlen(around[k][0]);
			struct str once, twice;

			memcpy(text, around[k][0], n);
			n += put_point(c, text + n);
			memcpy(text + n, around[k][1], strlen(around[k][1]));
			n += strlen(around[k][1]);
			if (userid_fold(a, str_n(text, n), &once) != RC_OK)
				continue;
			twice = fold(a, once);
			if (!str_eq(once, twice))
				fail_msg("U+%04X in place %zu", c, k);
		}
		if (c % 256 == 0)
			arena_reset(a);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_does_not_matter),
		cmocka_unit_test(both_spellings_of_an_accent_are_one_id),
		cmocka_unit_test(german_and_turkish_letters_fold_as_unicode_says),
		cmocka_unit_test(full_width_and_ascii_are_different_ids),
		cmocka_unit_test(blanks_at_the_ends_go_and_those_inside_stay),
		cmocka_unit_test(control_bytes_and_broken_utf8_are_refused),
		cmocka_unit_test(an_id_has_at_most_128_bytes_folded_too),
		cmocka_unit_test(folding_a_folded_id_changes_nothing_in_all_of_unicode),
	};

	return cmocka_run_group_tests_name("userid", tests, NULL, NULL);
}
