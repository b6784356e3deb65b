#include <openssl/evp.h>

#include "base/codec.h"
#include "core/altcha.h"
#include "test.h"

/* An answer as a solver gives it: every counter from 0, until the key begins as asked. Slow on purpose: it is the work. */
struct solved {
	unsigned counter;
	char key[65];
};

static struct str value_of(const struct altcha_pair *pairs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(pairs[i].name, name))
			return pairs[i].value;
	fail_msg("no %s", name);
	return STR_NONE;
}

static struct solved solve(struct arena *a, struct str challenge)
{
	struct altcha_pair p[ALTCHA_PAIRS_MAX];
	unsigned char password[20], key[32];
	struct str nonce, salt, prefix;
	struct solved out;
	int64_t cost;
	size_t n;

	assert_int_equal(altcha_read(a, challenge, p, &n), RC_OK);
	assert_int_equal(hex_decode(a, value_of(p, n, "parameters.nonce"), &nonce), RC_OK);
	assert_int_equal(hex_decode(a, value_of(p, n, "parameters.salt"), &salt), RC_OK);
	assert_int_equal(str_to_i64(value_of(p, n, "parameters.cost"), 1000000, &cost), RC_OK);
	prefix = value_of(p, n, "parameters.keyPrefix");
	assert_int_equal(nonce.len, 16);
	memcpy(password, nonce.ptr, 16);
	for (out.counter = 0; out.counter <= ALTCHA_MOST; out.counter++) {
		struct str hex;

		password[16] = password[17] = password[18] = 0;
		password[19] = (unsigned char)out.counter;
		assert_int_equal(PKCS5_PBKDF2_HMAC((char *)password, 20, (const unsigned char *)salt.ptr, (int)salt.len, (int)cost,
		                                   EVP_sha256(), 32, key), 1);
		hex = hex_encode(a, str_n(key, 32));
		snprintf(out.key, sizeof(out.key), "%.*s", STR_ARG(hex));
		if (str_starts(hex, prefix))
			return out;
	}
	fail_msg("no counter solves it");
	return out;
}

static struct str kept_of(struct arena *a, unsigned char fill)
{
	struct altcha_seed seed;
	struct str kept;

	memset(&seed, fill, sizeof(seed));
	seed.counter = fill;
	assert_int_equal(altcha_make(a, &seed, 1800000300, &kept), RC_OK);
	return kept;
}

static struct str payload(struct arena *a, struct str challenge, const struct solved *s)
{
	return base64_encode(a, arena_printf(a, "{\"challenge\":%.*s,\"solution\":{\"counter\":%u,\"derivedKey\":\"%s\",\"time\":12.5}}",
	                                     STR_ARG(challenge), s->counter, s->key));
}

static struct str changed(struct arena *a, struct str text, const char *from, const char *to)
{
	const char *at = strstr(arena_cstr(a, text), from);
	size_t head;

	assert_non_null(at);
	at = arena_cstr(a, text);
	head = (size_t)(strstr(at, from) - at);
	return arena_printf(a, "%.*s%s%s", (int)head, at, to, at + head + strlen(from));
}

static void the_work_done_is_accepted(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	for (unsigned char fill = 1; fill < 4; fill++) {
		struct str kept = kept_of(a, fill), challenge = altcha_challenge(kept);
		struct solved s = solve(a, challenge);

		assert_in_range(s.counter, ALTCHA_LEAST, ALTCHA_MOST);
		assert_int_equal(altcha_judge(a, kept, payload(a, challenge, &s)), VERDICT_GOOD);
	}
	arena_free(&a);
}

static void what_is_given_out_does_not_hold_the_answer(void **state)
{
	struct arena *a = test_arena();
	struct str kept = kept_of(a, 7), challenge = altcha_challenge(kept);
	struct solved s = solve(a, challenge);
	char *text = arena_cstr(a, challenge);

	(void)state;
	assert_null(strstr(text, s.key));
	assert_null(strstr(text, s.key + 32)); /* the second half */
	assert_non_null(strstr(text, "{\"parameters\":{\"algorithm\":\"PBKDF2/SHA-256\",\"cost\":"));
	assert_non_null(strstr(text, "\"expiresAt\":1800000300,\"keyLength\":32,\"keyPrefix\":\""));
	arena_free(&a);
}

static void work_for_another_question_or_of_another_kind_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct str kept = kept_of(a, 3), other = kept_of(a, 4), challenge = altcha_challenge(kept);
	struct solved s = solve(a, challenge), wrong = s;
	static const char *const changes[][2] = {
		{"\"cost\":2000", "\"cost\":1"}, {"\"expiresAt\":1800000300", "\"expiresAt\":1900000300"}, {"\"keyLength\":32", "\"keyLength\":16"},
		{"SHA-256", "SHA-512"}, {"\"cost\":2000", "\"cost\":\"2000\""}, {"\"cost\":2000", "\"cost\":2000,\"more\":1"},
		{"\"nonce\":\"03", "\"nonce\":\"04"}, {"\"signature\":\"03", "\"signature\":\"04"}, {"\"cost\":2000,", ""},
	};

	(void)state;
	assert_int_equal(altcha_judge(a, other, payload(a, challenge, &s)), VERDICT_REFUSED);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_int_equal(altcha_judge(a, kept, payload(a, changed(a, challenge, changes[i][0], changes[i][1]), &s)), VERDICT_REFUSED);
	wrong.key[63] = wrong.key[63] == '0' ? '1' : '0';
	assert_int_equal(altcha_judge(a, kept, payload(a, challenge, &wrong)), VERDICT_REFUSED);
	assert_int_equal(altcha_judge(a, STR_NONE, payload(a, challenge, &s)), VERDICT_REFUSED);
	assert_int_equal(altcha_judge(a, S("12345"), payload(a, challenge, &s)), VERDICT_REFUSED);
	arena_free(&a);
}

static void a_payload_that_is_not_base64_of_one_object_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct str kept = kept_of(a, 3), challenge = altcha_challenge(kept), good, raw;
	struct solved s = solve(a, challenge);
	char *huge = arena_alloc(a, ALTCHA_PAYLOAD_MAX * 4);
	static const char *const bad[] = {"", "=", "====", "e30=", "e30", "!!!!", "eyJ9", "W10=", "bnVsbA=="};

	(void)state;
	good = payload(a, challenge, &s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(altcha_judge(a, kept, str_of(bad[i])), VERDICT_REFUSED);
	memset(huge, 'A', ALTCHA_PAYLOAD_MAX * 4);
	assert_int_equal(altcha_judge(a, kept, str_n(huge, ALTCHA_PAYLOAD_MAX * 4)), VERDICT_REFUSED);
	assert_int_equal(altcha_judge(a, kept, str_n(good.ptr, good.len - 4)), VERDICT_REFUSED);
	assert_int_equal(altcha_judge(a, kept, arena_printf(a, "%.*sAAAA", STR_ARG(good))), VERDICT_REFUSED);
	raw = arena_printf(a, "{\"challenge\":%.*s,\"solution\":{\"counter\":-1,\"derivedKey\":\"%s\"}}", STR_ARG(challenge), s.key);
	assert_int_equal(altcha_judge(a, kept, base64_encode(a, raw)), VERDICT_REFUSED);
	raw = arena_printf(a, "{\"challenge\":%.*s,\"solution\":{\"counter\":%u,\"derivedKey\":\"%s\"}} x", STR_ARG(challenge),
	                   s.counter, s.key);
	assert_int_equal(altcha_judge(a, kept, base64_encode(a, raw)), VERDICT_REFUSED);
	arena_free(&a);
}

static void the_reader_takes_an_object_of_objects_and_nothing_else(void **state)
{
	struct arena *a = test_arena();
	struct altcha_pair p[ALTCHA_PAIRS_MAX];
	size_t n;
	static const char *const bad[] = {
		"", "{", "}", "{}}", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":[1]}",
		"{\"a\":\"\\u0041\"}", "{\"a\":\"\n\"}", "{\"a\":{\"b\":{\"c\":{\"d\":1}}}}", "{\"a\":\"x}",
		"{\"\":1}", "{\"a.b\":1}", "[]", "1", "{\"a\":1}{",
		"{\"a\":\"\x80\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (altcha_read(a, str_of(bad[i]), p, &n) != RC_MALFORMED || n != 0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(altcha_read(a, S(" { \"a\" : { \"b\" : { \"c\" : 1.5e3 } , \"d\" : null } , \"e\":\"\" } "), p, &n), RC_OK);
	assert_int_equal(n, 3);
	assert_str(value_of(p, n, "a.b.c"), "1.5e3");
	assert_str(value_of(p, n, "a.d"), "null");
	assert_int_equal(altcha_read(a, S("{}"), p, &n), RC_OK);
	assert_int_equal(n, 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_work_done_is_accepted),
		cmocka_unit_test(what_is_given_out_does_not_hold_the_answer),
		cmocka_unit_test(work_for_another_question_or_of_another_kind_is_refused),
		cmocka_unit_test(a_payload_that_is_not_base64_of_one_object_is_refused),
		cmocka_unit_test(the_reader_takes_an_object_of_objects_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
