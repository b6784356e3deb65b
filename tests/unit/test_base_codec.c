#include "test.h"

#include "base/codec.h"

static void codec_hex_goes_there_and_back(void **state)
{
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	assert_str(hex_encode(a, str_n("\x00\xff\x1a", 3)), "00ff1a");
	assert_int_equal(hex_decode(a, S("00fF1a"), &s), RC_OK);
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.ptr, "\x00\xff\x1a", 3);
	assert_int_equal(hex_decode(a, S("0"), &s), RC_MALFORMED);
	assert_int_equal(hex_decode(a, S("0g"), &s), RC_MALFORMED);
	assert_null(s.ptr);
	assert_int_equal(hex_decode(a, STR_NONE, &s), RC_OK);
	assert_int_equal(s.len, 0);
	arena_free(&a);
}

/* RFC 4648 section 10, without the padding that we do not write. */
static const struct {
	const char *plain, *base32, *base64url, *base64;
} rfc4648[] = {
	{"", "", "", ""},
	{"f", "MY", "Zg", "Zg=="},
	{"fo", "MZXQ", "Zm8", "Zm8="},
	{"foo", "MZXW6", "Zm9v", "Zm9v"},
	{"foob", "MZXW6YQ", "Zm9vYg", "Zm9vYg=="},
	{"fooba", "MZXW6YTB", "Zm9vYmE", "Zm9vYmE="},
	{"foobar", "MZXW6YTBOI", "Zm9vYmFy", "Zm9vYmFy"},
};

static void codec_agrees_with_rfc_4648(void **state)
{
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(rfc4648) / sizeof(rfc4648[0]); i++) {
		assert_str(base32_encode(a, str_of(rfc4648[i].plain)), rfc4648[i].base32);
		assert_str(base64url_encode(a, str_of(rfc4648[i].plain)), rfc4648[i].base64url);
		assert_str(base64_encode(a, str_of(rfc4648[i].plain)), rfc4648[i].base64);
		assert_int_equal(base32_decode(a, str_of(rfc4648[i].base32), &s), RC_OK);
		assert_str(s, rfc4648[i].plain);
		assert_int_equal(base64url_decode(a, str_of(rfc4648[i].base64url), &s), RC_OK);
		assert_str(s, rfc4648[i].plain);
	}
	assert_str(base64url_encode(a, str_n("\xfb\xff\xbf", 3)), "-_-_");
	assert_str(base64_encode(a, str_n("\xfb\xff\xbf", 3)), "+/+/");
	assert_int_equal(base32_decode(a, S("mzxw6ytboi"), &s), RC_OK);
	assert_str(s, "foobar");
	arena_free(&a);
}

static void codec_every_length_and_byte_goes_there_and_back(void **state)
{
	struct arena *a = test_arena();
	unsigned char bytes[256];
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 167 + 13);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct str in = str_n(bytes, n);

		assert_int_equal(base32_decode(a, base32_encode(a, in), &s), RC_OK);
		assert_true(str_eq(s, in));
		assert_int_equal(base64url_decode(a, base64url_encode(a, in), &s), RC_OK);
		assert_true(str_eq(s, in));
		assert_int_equal(url_decode(a, url_encode(a, S("a")), false, &s), RC_OK);
		arena_reset(a);
	}
	arena_free(&a);
}

static void codec_base32_takes_its_alphabet_only(void **state)
{
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[8] = {'A', 'A', 'A', 'A', 'A', 'A', 'A', (char)c};
		bool in = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');

		assert_int_equal(base32_decode(a, str_n(text, 8), &s), in ? RC_OK : RC_MALFORMED);
	}
	arena_free(&a);
}

static void codec_base64url_takes_its_alphabet_only(void **state)
{
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[4] = {'A', 'A', 'A', (char)c};
		bool in = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
		          c == '_';

		assert_int_equal(base64url_decode(a, str_n(text, 4), &s), in ? RC_OK : RC_MALFORMED);
	}
	arena_free(&a);
}

static void codec_refuses_left_over_bits_and_wrong_lengths(void **state)
{
	static const char *const bad32[] = {"A", "AAA", "AAAAAA", "MZ", "MY======", "MZXW6YTBO", "MZXW6YTBOJ", "M Y"};
	static const char *const bad64[] = {"A", "AAAAA", "Zh", "Zm9", "Zg==", "Zm8=", "Zg\n", "Z+8", "Z/8"};
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad32) / sizeof(bad32[0]); i++)
		assert_int_equal(base32_decode(a, str_of(bad32[i]), &s), RC_MALFORMED);
	for (size_t i = 0; i < sizeof(bad64) / sizeof(bad64[0]); i++)
		assert_int_equal(base64url_decode(a, str_of(bad64[i]), &s), RC_MALFORMED);
	assert_null(s.ptr);
	arena_free(&a);
}

static void codec_url_encodes_all_but_the_unreserved(void **state)
{
	struct arena *a = test_arena();
	struct str s;
	char all[255];

	(void)state;
	assert_str(url_encode(a, S("a b+c#&=/~-._Z9")), "a%20b%2Bc%23%26%3D%2F~-._Z9");
	assert_str(url_encode(a, S("\xc3\xa9")), "%C3%A9");
	for (int c = 0; c < 256; c++) {
		char one = (char)c;
		bool plain = c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", c);

		assert_int_equal(url_encode(a, str_n(&one, 1)).len, plain ? 1 : 3);
	}
	for (int i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	assert_int_equal(url_decode(a, url_encode(a, str_n(all, 255)), true, &s), RC_OK);
	assert_true(str_eq(s, str_n(all, 255)));
	arena_free(&a);
}

static void codec_url_decodes_strictly(void **state)
{
	static const char *const bad[] = {"%", "%4", "a%", "%4x", "%x4", "%00", "a%00b", "%%41", "% 41", "%u0041"};
	struct arena *a = test_arena();
	struct str s;

	(void)state;
	assert_int_equal(url_decode(a, S("a%20b%2bc+d"), false, &s), RC_OK);
	assert_str(s, "a b+c+d");
	assert_int_equal(url_decode(a, S("a%20b%2bc+d%41"), true, &s), RC_OK);
	assert_str(s, "a b+c dA");
	/* decoded once only */
	assert_int_equal(url_decode(a, S("%2541"), true, &s), RC_OK);
	assert_str(s, "%41");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(url_decode(a, str_of(bad[i]), true, &s), RC_MALFORMED);
		assert_null(s.ptr);
	}
	arena_free(&a);
}

static void codec_sha256_agrees_with_fips_180(void **state)
{
	struct arena *a = test_arena();
	unsigned char out[32];

	(void)state;
	sha256(S("abc"), out);
	assert_str(hex_encode(a, str_n(out, 32)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256(STR_NONE, out);
	assert_str(hex_encode(a, str_n(out, 32)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	arena_free(&a);
}

static void codec_random_bytes_differ(void **state)
{
	unsigned char one[40] = {0}, two[40] = {0};

	(void)state;
	assert_int_equal(random_bytes(one, 32), RC_OK);
	assert_int_equal(random_bytes(two, 32), RC_OK);
	assert_memory_not_equal(one, two, 32);
	assert_memory_equal(one + 32, "\0\0\0\0\0\0\0\0", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codec_hex_goes_there_and_back),
		cmocka_unit_test(codec_agrees_with_rfc_4648),
		cmocka_unit_test(codec_every_length_and_byte_goes_there_and_back),
		cmocka_unit_test(codec_base32_takes_its_alphabet_only),
		cmocka_unit_test(codec_base64url_takes_its_alphabet_only),
		cmocka_unit_test(codec_refuses_left_over_bits_and_wrong_lengths),
		cmocka_unit_test(codec_url_encodes_all_but_the_unreserved),
		cmocka_unit_test(codec_url_decodes_strictly),
		cmocka_unit_test(codec_sha256_agrees_with_fips_180),
		cmocka_unit_test(codec_random_bytes_differ),
	};

	return cmocka_run_group_tests_name("base_codec", tests, NULL, NULL);
}
