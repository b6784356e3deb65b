#include "vault_fixture.h"

#include <argon2.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/codec.h"
#include "vault/password.h"
#include "vault/seal.h"

static void check_password(struct str phc, int64_t user, struct str password, enum verdict want)
{
	enum verdict verdict;
	bool rehash;

	assert_int_equal(vault_password_check(vault, user, phc, password, &verdict, &rehash), RC_OK);
	assert_int_equal(verdict, want);
	assert_false(rehash);
}

static struct str hash_password(struct arena *a, int64_t user, struct str password)
{
	struct str phc;

	assert_int_equal(vault_password_hash(vault, a, user, password, &phc), RC_OK);
	assert_true(str_starts(phc, S("p1$argon2id$v=19$m=19456,t=2,p=1$")));
	return phc;
}

static void password_is_good_for_its_user_only(void **state)
{
	struct arena *a = test_arena();
	struct str phc = hash_password(a, 41, S("kuda hitam berlari"));

	(void)state;
	check_password(phc, 41, S("kuda hitam berlari"), VERDICT_GOOD);
	check_password(phc, 41, S("kuda hitam berlarI"), VERDICT_REFUSED);
	check_password(phc, 41, S(""), VERDICT_REFUSED);
	check_password(phc, 42, S("kuda hitam berlari"), VERDICT_REFUSED);
	assert_false(str_eq(phc, hash_password(a, 41, S("kuda hitam berlari"))));
	arena_free(&a);
}

static void password_without_a_stored_hash_is_refused(void **state)
{
	(void)state;
	check_password(STR_NONE, 0, S("anything"), VERDICT_REFUSED);
	check_password(S(""), 12, S(""), VERDICT_REFUSED);
}

/* `count` code points of `point`, the last one replaced by `last`. */
static struct str long_password(struct arena *a, size_t count, const char *point, const char *last)
{
	struct buf b;

	buf_init(&b, a, 512, VAULT_PASSWORD_MAX);
	for (size_t i = 1; i < count; i++)
		buf_lit(&b, point);
	buf_lit(&b, last);
	assert_true(buf_ok(&b));
	return buf_str(&b);
}

static void password_counts_every_one_of_64_and_128_code_points(void **state)
{
	static const size_t counts[] = {64, 128};
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct str right = long_password(a, counts[i], "\xf0\x9f\x90\x8e", "a");
		struct str wrong = long_password(a, counts[i], "\xf0\x9f\x90\x8e", "b");
		struct str phc = hash_password(a, 1, right);

		check_password(phc, 1, right, VERDICT_GOOD);
		check_password(phc, 1, wrong, VERDICT_REFUSED);
		check_password(phc, 1, str_n(right.ptr, right.len - 1), VERDICT_REFUSED);
	}
	arena_free(&a);
}

static void password_in_two_spellings_of_unicode_is_one(void **state)
{
	struct arena *a = test_arena();
	struct str phc = hash_password(a, 1, S("se\xc3\xb1or caf\xc3\xa9 panjang"));

	(void)state;
	check_password(phc, 1, S("sen\xcc\x83or cafe\xcc\x81 panjang"), VERDICT_GOOD);
	/* NFC, not NFKC: compatibility characters stay different */
	phc = hash_password(a, 1, S("fi panjang sekali"));
	check_password(phc, 1, S("\xef\xac\x81 panjang sekali"), VERDICT_REFUSED);
	arena_free(&a);
}

static void password_that_is_too_long_or_no_text_is_malformed(void **state)
{
	struct arena *a = test_arena();
	struct str big = long_password(a, VAULT_PASSWORD_MAX, "x", "y"), phc;
	enum verdict verdict;
	bool rehash;

	(void)state;
	hash_password(a, 1, big);
	big = str_n(arena_cstr(a, big), big.len + 1);
	assert_int_equal(vault_password_hash(vault, a, 1, big, &phc), RC_MALFORMED);
	assert_null(phc.ptr);
	assert_int_equal(vault_password_check(vault, 1, STR_NONE, big, &verdict, &rehash), RC_MALFORMED);
	assert_int_equal(vault_password_hash(vault, a, 1, S("\xff\xfe"), &phc), RC_MALFORMED);
	assert_int_equal(vault_password_check(vault, 1, STR_NONE, S("\xc0\x80"), &verdict, &rehash), RC_MALFORMED);
	assert_int_equal(verdict, VERDICT_REFUSED);
	arena_free(&a);
}

static void password_hash_that_was_tampered_with_is_malformed(void **state)
{
	static const char *const bad[] = {
		"x", "p1$", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p2$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=19456,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=19456,t=2,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=019456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"p1$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$",
		"p1$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAA\377AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};
	enum verdict verdict;
	bool rehash;
	struct phc phc;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(phc_read(str_of(bad[i]), &phc), RC_MALFORMED);
	assert_int_equal(vault_password_check(vault, 1, str_of(bad[2]), S("x"), &verdict, &rehash), RC_MALFORMED);
	assert_int_equal(verdict, VERDICT_REFUSED);
}

static void password_of_lower_cost_is_good_and_asks_to_be_rewritten(void **state)
{
	struct hasher h = {.arena = test_arena()};
	struct keys *k = keys_of(key_file);
	struct phc phc = {PEPPER_VERSION, 8192, 1, {1}, {0}};
	unsigned char id[8], input[32];
	char text[VAULT_PHC_MAX];
	enum verdict verdict;
	bool rehash;
	size_t n;

	(void)state;
	le64(9, id);
	mac(k->pepper, (const struct str[]){str_n(id, 8), S("lama")}, 2, input);
	argon2id(&h, input, &phc, phc.digest);
	n = phc_write(&phc, text);
	assert_int_equal(vault_password_check(vault, 9, str_n(text, n), S("lama"), &verdict, &rehash), RC_OK);
	assert_int_equal(verdict, VERDICT_GOOD);
	assert_true(rehash);
	assert_int_equal(vault_password_check(vault, 9, str_n(text, n), S("lamb"), &verdict, &rehash), RC_OK);
	assert_int_equal(verdict, VERDICT_REFUSED);
	assert_false(rehash);
	hashmem_release(&h.memory);
	arena_free(&h.arena);
	keys_free(&k);
}

/* Another implementation, which the product does not link. */
static void argon2id_gives_the_digest_of_the_reference_library(void **state)
{
	struct hasher h = {.arena = test_arena()};
	struct phc phc = {PEPPER_VERSION, COST_KIB, COST_PASSES, {0}, {0}};
	unsigned char input[32], got[32], want[32];

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(random_bytes(phc.salt, SALT_BYTES), RC_OK);
		assert_int_equal(random_bytes(input, sizeof(input)), RC_OK);
		argon2id(&h, input, &phc, got);
		assert_int_equal(argon2id_hash_raw(COST_PASSES, COST_KIB, 1, input, 32, phc.salt, SALT_BYTES, want, 32), 0);
		assert_memory_equal(got, want, 32);
	}
	hashmem_release(&h.memory);
	arena_free(&h.arena);
}

static void argon2id_in_kept_memory_gives_the_digest_of_fresh_memory(void **state)
{
	struct hasher h = {.arena = test_arena()};
	struct phc phc = {PEPPER_VERSION, COST_KIB, COST_PASSES, {3}, {0}};
	unsigned char input[32] = {5}, got[32], want[32];

	(void)state;
	assert_int_equal(crypto_pwhash(want, 32, (const char *)input, 32, phc.salt, COST_PASSES, (size_t)COST_KIB * 1024,
	                               crypto_pwhash_ALG_ARGON2ID13), 0);
	for (int i = 0; i < 3; i++) {
		argon2id(&h, input, &phc, got);
		assert_memory_equal(got, want, 32);
	}
	assert_int_equal(h.memory.reused, HASHMEM_KEEPS ? 3 : 0);
	assert_false(h.memory.lent);
	hashmem_release(&h.memory);
	argon2id(&h, input, &phc, got);
	assert_memory_equal(got, want, 32);
	hashmem_release(&h.memory);
	assert_null(h.memory.block);
	arena_free(&h.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(password_is_good_for_its_user_only),
		cmocka_unit_test(password_without_a_stored_hash_is_refused),
		cmocka_unit_test(password_counts_every_one_of_64_and_128_code_points),
		cmocka_unit_test(password_in_two_spellings_of_unicode_is_one),
		cmocka_unit_test(password_that_is_too_long_or_no_text_is_malformed),
		cmocka_unit_test(password_hash_that_was_tampered_with_is_malformed),
		cmocka_unit_test(password_of_lower_cost_is_good_and_asks_to_be_rewritten),
		cmocka_unit_test(argon2id_gives_the_digest_of_the_reference_library),
		cmocka_unit_test(argon2id_in_kept_memory_gives_the_digest_of_fresh_memory),
	};

	return cmocka_run_group_tests(tests, vault_setup, vault_teardown);
}
