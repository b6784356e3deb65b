#include "test.h"

#include <pthread.h>

#include "core/passphrase.h"

static const struct str own[] = {
	{"siti1", 5}, {"Siti Rahmawati", 14}, {"siti.rahmawati@dinaspu.example", 30}, {"Dinas Pekerjaan Umum", 20}, {"Sipadu", 6},
};

static enum passphrase_rule judge(struct str password, unsigned least)
{
	struct arena *a = arena_new(1 << 14, 8 << 20);
	enum passphrase_rule rule = passphrase_check(a, password, least, own, sizeof(own) / sizeof(own[0]));

	arena_free(&a);
	return rule;
}

#define assert_rule(text, least, rule) assert_int_equal(judge(S(text), (least)), (rule))

static void length_is_8_beside_a_second_factor_and_15_alone(void **state)
{
	(void)state;
	assert_rule("xkqzv7w", 8, PASSPHRASE_SHORT);
	assert_rule("xkqzv7wt", 8, PASSPHRASE_GOOD);
	assert_rule("xkqzv7wtpjmgdr", 15, PASSPHRASE_SHORT);
	assert_rule("xkqzv7wtpjmgdrb", 15, PASSPHRASE_GOOD);
	assert_rule("", 8, PASSPHRASE_SHORT);
	assert_int_equal(judge(STR_NONE, 8), PASSPHRASE_SHORT);
}

static void length_counts_characters_and_not_bytes(void **state)
{
	(void)state;
	/* seven letters of two bytes each; the accent as a character of its own counts once, after NFC */
	assert_rule("ждэъцшф", 8, PASSPHRASE_SHORT);
	assert_rule("ждэъцшфю", 8, PASSPHRASE_GOOD);
	assert_rule("xe\xcc\x81qze\xcc\x81k", 8, PASSPHRASE_SHORT);
}

static void of_64_and_of_128_characters_are_taken(void **state)
{
	struct arena *a = arena_new(1 << 14, 8 << 20);
	char text[129 * 4];
	size_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < 128; i++) { /* U+1F300 and on, four bytes each */
		uint32_t c = 0x1f300 + (i * 37) % 200;

		text[n++] = (char)(0xf0 | c >> 18);
		text[n++] = (char)(0x80 | (c >> 12 & 63));
		text[n++] = (char)(0x80 | (c >> 6 & 63));
		text[n++] = (char)(0x80 | (c & 63));
		if (i == 63)
			assert_int_equal(judge(str_n(text, n), 15), PASSPHRASE_GOOD);
	}
	assert_int_equal(judge(str_n(text, n), 15), PASSPHRASE_GOOD);
	arena_free(&a);
}

static void over_1024_bytes_is_too_long(void **state)
{
	char text[1025];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + (i * i * 7 + i * 13 + i / 11) % 26);
	assert_int_equal(judge(str_n(text, 1024), 15), PASSPHRASE_GOOD);
	assert_int_equal(judge(str_n(text, 1025), 15), PASSPHRASE_LONG);
}

static void there_is_no_rule_of_composition(void **state)
{
	(void)state;
	assert_rule("kelapa jendela sepatu hujan", 15, PASSPHRASE_GOOD);
	assert_rule("kelapajendelasepatuhujan", 15, PASSPHRASE_GOOD);
	assert_rule("gajah rumput meja langit", 8, PASSPHRASE_GOOD);
	assert_rule("wfbxnqzlrkvmtgpd", 15, PASSPHRASE_GOOD);   /* only small letters */
	assert_rule("  spasi  di  mana  mana", 15, PASSPHRASE_GOOD);
	assert_rule("\xf0\x9f\x90\x98\xf0\x9f\x8c\xa7\xf0\x9f\xaa\x91\xf0\x9f\x91\x9f"
	            "\xf0\x9f\xa5\xa5\xf0\x9f\x9a\xaa\xf0\x9f\x8e\xba\xf0\x9f\xa7\xad", 8,
	            PASSPHRASE_GOOD);
}

static void what_everybody_chooses_is_refused(void **state)
{
	static const char *const common[] = {
		"rahasia123", "rahasia1", "Rahasia123", "r4h4s14123", "password1", "P@ssw0rd", "12345678",
		"123456789012345", "qwertyui", "abcd1234",
		"aaaaaaaaaaaaaaaaaaaa", "bismillah", "bismillah123", "indonesia45", "merdeka1945", "sayangku1", "jakarta2024", "iloveyou1",
		"pengadaan1", "penyedia1", "17081945", "asdfghjkl", "katasandi", "gerbang1", "garuda123", "abcabcabcabcabc", "administrator",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (judge(str_of(common[i]), 8) != PASSPHRASE_COMMON)
			fail_msg("\"%s\" is judged %d", common[i], (int)judge(str_of(common[i]), 8));
}

static void own_words_are_refused_with_little_around_them_and_in_part(void **state)
{
	static const char *const mine[] = {
		"Siti Rahmawati", "siti rahmawati1", "rahmawati", "Rahmawati", "rahmawati12", "RAHMAWATI!", "12rahmawati",
		"siti.rahmawati@dinaspu.example", "siti.rahmawati", "dinaspu1", "pekerjaan",
		"Dinas Pekerjaan Umum", "sipadu12", "sipadu2026", "SipaduSipadu",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++) {
		enum passphrase_rule rule = judge(str_of(mine[i]), 8);

		if (rule != PASSPHRASE_OWN_WORDS && rule != PASSPHRASE_COMMON)
			fail_msg("\"%s\" is judged %d", mine[i], (int)rule);
	}
	assert_rule("rahmawati", 8, PASSPHRASE_OWN_WORDS);
	assert_rule("Siti Rahmawati", 8, PASSPHRASE_OWN_WORDS);
	/* a sentence may hold one of them */
	assert_rule("rahmawati kelapa jendela sepatu", 15, PASSPHRASE_GOOD);
	assert_rule("umum kelapa jendela sepatu", 15, PASSPHRASE_GOOD);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	assert_rule("wfbxnqzl\xff\xfe", 8, PASSPHRASE_NOT_TEXT);
	assert_rule("wfbxnqzl\0rkvm", 8, PASSPHRASE_NOT_TEXT);
	assert_rule("wfbxnqzl\x1b[m", 8, PASSPHRASE_NOT_TEXT);
	assert_rule("wfbxnqzl\xc2\x85rk", 8, PASSPHRASE_NOT_TEXT);
	assert_rule("wfbxnqzl\xed\xa0\x80", 8, PASSPHRASE_NOT_TEXT);
}

static void *judge_often(void *arg)
{
	bool *wrong = arg;

	for (int i = 0; i < 50; i++) {
		if (judge(S("rahasia123"), 8) != PASSPHRASE_COMMON || judge(S("kelapa jendela sepatu hujan"), 8) != PASSPHRASE_GOOD)
			*wrong = true;
	}
	return NULL;
}

static void many_threads_get_the_same_answer(void **state)
{
	pthread_t threads[4];
	bool wrong[4] = {false};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, judge_often, &wrong[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_false(wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(length_is_8_beside_a_second_factor_and_15_alone),
		cmocka_unit_test(length_counts_characters_and_not_bytes),
		cmocka_unit_test(of_64_and_of_128_characters_are_taken),
		cmocka_unit_test(over_1024_bytes_is_too_long),
		cmocka_unit_test(there_is_no_rule_of_composition),
		cmocka_unit_test(what_everybody_chooses_is_refused),
		cmocka_unit_test(own_words_are_refused_with_little_around_them_and_in_part),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(many_threads_get_the_same_answer),
	};

	return cmocka_run_group_tests_name("passphrase", tests, NULL, NULL);
}
