#include "test.h"

#include "core/typed.h"

static void typed_new_uses_every_bit_and_shows_groups_of_four(void **state)
{
	static const unsigned char zeros[TYPED_RANDOM_BYTES] = {0};
	static const unsigned char ones[TYPED_RANDOM_BYTES] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	/* 00000 00001 00010 ... 01111: the alphabet's first sixteen in order */
	static const unsigned char rising[TYPED_RANDOM_BYTES] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf};
	char clean[TYPED_ROOM], shown[TYPED_SHOWN_ROOM];

	(void)state;
	typed_new(zeros, clean);
	assert_string_equal(clean, "0000000000000000");
	typed_new(ones, clean);
	assert_string_equal(clean, "ZZZZZZZZZZZZZZZZ");
	typed_new(rising, clean);
	assert_string_equal(clean, "0123456789ABCDEF");
	typed_show(clean, shown);
	assert_string_equal(shown, "0123-4567-89AB-CDEF");
}

static void typed_each_bit_of_the_random_bytes_changes_one_character(void **state)
{
	char base[TYPED_ROOM], other[TYPED_ROOM];
	unsigned char bytes[TYPED_RANDOM_BYTES] = {0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9};

	(void)state;
	typed_new(bytes, base);
	for (size_t bit = 0; bit < 8 * TYPED_RANDOM_BYTES; bit++) {
		size_t differ = 0, at = TYPED_CHARS;

		bytes[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
		typed_new(bytes, other);
		bytes[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
		for (size_t i = 0; i < TYPED_CHARS; i++)
			if (base[i] != other[i])
				differ++, at = i;
		assert_int_equal(differ, 1);
		assert_int_equal(at, bit / 5);
	}
}

static void becomes(const char *typed, const char *want)
{
	char clean[TYPED_ROOM];

	assert_int_equal(typed_clean(str_of(typed), clean), RC_OK);
	assert_string_equal(clean, want);
}

static void refused(struct str typed)
{
	char clean[TYPED_ROOM] = "left over";

	assert_int_equal(typed_clean(typed, clean), RC_MALFORMED);
	assert_string_equal(clean, "");
}

static void typed_clean_takes_what_people_write(void **state)
{
	(void)state;
	becomes("0123-4567-89AB-CDEF", "0123456789ABCDEF");
	becomes("0123456789ABCDEF", "0123456789ABCDEF");
	becomes("ghjk mnpq rstv wxyz", "GHJKMNPQRSTVWXYZ");
	becomes("  0123 - 4567\t89ab\r\ncdef ", "0123456789ABCDEF");
	/* a phone's own dashes and spaces, a full stop, a no-break space */
	becomes("0123\xe2\x80\x93" "4567\xe2\x80\x91" "89AB.CDEF", "0123456789ABCDEF");
	becomes("0123\xc2\xa0" "4567\xe2\x80\x8b" "89AB\xe3\x80\x80" "CDEF", "0123456789ABCDEF");
}

static void typed_clean_takes_look_alikes_for_what_they_must_be(void **state)
{
	(void)state;
	becomes("OoIi-LlOo-0101-ZZZZ", "00111100" "0101ZZZZ");
	becomes("oOoO-iIlL-lLiI-oooo", "0000" "1111" "1111" "0000");
}

static void typed_clean_refuses_everything_else(void **state)
{
	static const char nul[] = "0123456789ABCDE\0F";
	char longest[200];

	(void)state;
	refused(STR_NONE);
	refused(S(""));
	refused(S("----"));
	refused(S("0123-4567-89AB-CDE"));
	refused(S("0123-4567-89AB-CDEF0"));
	refused(S("0123-4567-89AB-CDEU"));
	refused(S("0123-4567-89AB-CDE!"));
	refused(S("0123_4567_89AB_CDEF"));
	refused(str_n(nul, sizeof(nul) - 1));
	refused(S("\xef\xbc\x90" "123456789ABCDEF"));     /* a full-width zero */
	refused(S("0123456789ABCDE\xce\x91"));              /* a Greek capital alpha */
	refused(S("0123456789ABCDE\xff"));
	refused(S("0123456789ABCDE\xe2\x80"));
	refused(S("0123456789ABCDE\xf0\x9f\x98\x80"));
	memset(longest, ' ', sizeof(longest));
	memcpy(longest, "0123456789ABCDEF", 16);
	refused(str_n(longest, sizeof(longest)));
	assert_int_equal(typed_clean(str_n(longest, 128), (char[TYPED_ROOM]){0}), RC_OK);
}

/* The alphabet has no look-alikes: what is shown comes back as itself, in either case. */
static void typed_shown_text_comes_back_as_it_was(void **state)
{
	unsigned char bytes[TYPED_RANDOM_BYTES];
	char clean[TYPED_ROOM], shown[TYPED_SHOWN_ROOM], again[TYPED_ROOM];

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		for (size_t k = 0; k < sizeof(bytes); k++)
			bytes[k] = (unsigned char)(i * 37 + k * 101 + (i >> 3) * k);
		typed_new(bytes, clean);
		assert_int_equal(strlen(clean), TYPED_CHARS);
		typed_show(clean, shown);
		assert_int_equal(strlen(shown), TYPED_SHOWN_ROOM - 1);
		assert_null(strpbrk(shown, "ILOU"));
		assert_int_equal(typed_clean(str_of(shown), again), RC_OK);
		assert_string_equal(again, clean);
		for (char *p = shown; *p; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p - 'A' + 'a');
		assert_int_equal(typed_clean(str_of(shown), again), RC_OK);
		assert_string_equal(again, clean);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typed_new_uses_every_bit_and_shows_groups_of_four),
		cmocka_unit_test(typed_each_bit_of_the_random_bytes_changes_one_character),
		cmocka_unit_test(typed_clean_takes_what_people_write),
		cmocka_unit_test(typed_clean_takes_look_alikes_for_what_they_must_be),
		cmocka_unit_test(typed_clean_refuses_everything_else),
		cmocka_unit_test(typed_shown_text_comes_back_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
