#include "authenticator.h"
#include "vault_fixture.h"

#include "base/codec.h"

struct signed_answer {
	struct str key, authdata, signature;
	unsigned char hash[32];
};

static struct signed_answer answer_of(struct auth *au, struct arena *a)
{
	struct auth_answer answer = auth_get(au, a, S("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
	struct signed_answer s = {auth_key(au, a), answer.authdata, answer.signature, {0}};

	sha256(answer.client, s.hash);
	return s;
}

static enum rc verify(int64_t alg, const struct signed_answer *s, enum verdict *verdict)
{
	return vault_passkey_verify(vault, alg, s->key, s->authdata, s->hash, s->signature, verdict);
}

static const int64_t algs[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA, WEBAUTHN_RS256};

static void signature_of_each_algorithm_is_good_and_of_no_other_key(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct auth au = auth_new(algs[i], "https://gate.example", "gate.example"), other = auth_new(algs[i], "", "");
		struct signed_answer s = answer_of(&au, a), t = s;
		enum verdict verdict;

		assert_int_equal(verify(algs[i], &s, &verdict), RC_OK);
		assert_int_equal(verdict, VERDICT_GOOD);
		t.key = auth_key(&other, a);
		assert_int_equal(verify(algs[i], &t, &verdict), RC_OK);
		assert_int_equal(verdict, VERDICT_REFUSED);
		for (size_t k = 0; k < 3; k++) {
			if (k == i)
				continue;
			assert_int_equal(verify(algs[k], &s, &verdict), RC_MALFORMED);
			assert_int_equal(verdict, VERDICT_REFUSED);
		}
		auth_release(&au);
		auth_release(&other);
	}
	arena_free(&a);
}

static void turn(char *p, size_t bit)
{
	p[bit / 8] ^= (char)(1 << bit % 8);
}

/* R-WA-20 */
static void no_turned_bit_of_signature_data_or_hash_is_good(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct auth au = auth_new(algs[i], "https://gate.example", "gate.example");
		struct signed_answer s = answer_of(&au, a);
		char *data = arena_cstr(a, s.authdata), *signature = arena_cstr(a, s.signature);
		enum verdict verdict;

		s.authdata.ptr = data;
		s.signature.ptr = signature;
		for (size_t bit = 0; bit < (37 + 32 + s.signature.len) * 8; bit++) {
			char *p = bit < 37 * 8 ? data : bit < 69 * 8 ? (char *)s.hash : signature;
			size_t at = bit < 37 * 8 ? bit : bit < 69 * 8 ? bit - 37 * 8 : bit - 69 * 8;

			turn(p, at);
			(void)!verify(algs[i], &s, &verdict);
			if (verdict != VERDICT_REFUSED)
				fail_msg("algorithm %d, bit %zu", (int)algs[i], bit);
			turn(p, at);
		}
		assert_int_equal(verify(algs[i], &s, &verdict), RC_OK);
		assert_int_equal(verdict, VERDICT_GOOD);
		auth_release(&au);
	}
	arena_free(&a);
}

static void keys_that_are_none_are_malformed(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, "https://gate.example", "gate.example");
	struct signed_answer s = answer_of(&au, a), t = s;
	char *bytes = arena_alloc(a, 300);
	enum verdict verdict;

	(void)state;
	memset(bytes, 0, 300);
	t.key = str_n(bytes, 64); /* not on the curve */
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	memcpy(bytes, s.key.ptr, 64);
	turn(bytes, 5);
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	t.key = str_n(s.key.ptr, 63);
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	t.key = STR_NONE;
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	memset(bytes, 0xff, 256);
	memcpy(bytes + 256, "\0\0\1", 3); /* e = 1: every padded text would be its own signature */
	t.key = str_n(bytes, 259);
	assert_int_equal(verify(WEBAUTHN_RS256, &t, &verdict), RC_MALFORMED);
	assert_int_equal(verify(0, &s, &verdict), RC_MALFORMED);
	t = s;
	t.signature = STR_NONE;
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	assert_int_equal(verdict, VERDICT_REFUSED);
	auth_release(&au);
	arena_free(&a);
}

static void more_than_a_frame_holds_is_malformed(void **state)
{
	static char big[VAULT_AUTHDATA_MAX + 1];
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, "https://gate.example", "gate.example");
	struct signed_answer s = answer_of(&au, a), t = s;
	enum verdict verdict;

	(void)state;
	t.authdata = str_n(big, sizeof(big));
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	t = s;
	t.signature = str_n(big, VAULT_SIGNATURE_MAX + 1);
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	t = s;
	t.key = str_n(big, VAULT_PASSKEY_MAX + 1);
	assert_int_equal(verify(WEBAUTHN_ES256, &t, &verdict), RC_MALFORMED);
	auth_release(&au);
	arena_free(&a);
}

/* The neutral point as key: this one signature would fit every text. */
static void a_key_of_small_order_is_malformed(void **state)
{
	static const unsigned char key[32] = {1}, signature[64] = {1};
	struct signed_answer s = {str_n(key, sizeof(key)), S("any text at all"), str_n(signature, sizeof(signature)), {0}};
	enum verdict verdict;

	(void)state;
	assert_int_equal(verify(WEBAUTHN_EDDSA, &s, &verdict), RC_MALFORMED);
	assert_int_equal(verdict, VERDICT_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signature_of_each_algorithm_is_good_and_of_no_other_key),
		cmocka_unit_test(no_turned_bit_of_signature_data_or_hash_is_good),
		cmocka_unit_test(keys_that_are_none_are_malformed),
		cmocka_unit_test(more_than_a_frame_holds_is_malformed),
		cmocka_unit_test(a_key_of_small_order_is_malformed),
	};

	return cmocka_run_group_tests(tests, vault_setup, vault_teardown);
}
