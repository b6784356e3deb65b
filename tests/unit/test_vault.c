#include "vault_fixture.h"

#include <sys/stat.h>

#include "vault/frame.h"
#include "vault/seal.h"

static void write_file(const char *path, const char *text, size_t n, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void key_file_is_created_once_for_its_owner_only(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(key_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 14 + 64 + 1);
	assert_int_equal(vault_key_create(key_file), RC_TAKEN);
	assert_int_equal(vault_key_create("/nonexistent/key"), RC_FAULT);
}

static void refuse_key(const char *path, enum rc want, const char *words)
{
	struct arena *a = test_arena();
	struct vault *v;
	struct str why;

	assert_int_equal(vault_start(a, path, &v, &why), want);
	assert_null(v);
	if (!strstr(arena_cstr(a, why), words))
		fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(why), words);
	arena_free(&a);
}

static void key_file_that_is_missing_open_linked_or_cut_is_refused_in_words(void **state)
{
	static const char good[] = "GERBANG KEY 1\n"
	                           "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
	char path[80], text[sizeof(good)];
	size_t n = sizeof(good) - 1;

	(void)state;
	snprintf(path, sizeof(path), "%s/try", vault_folder);
	refuse_key(path, RC_ABSENT, "does not exist");
	write_file(path, good, n, 0640);
	refuse_key(path, RC_MALFORMED, "chmod 600");
	write_file(path, good, n, 0604);
	refuse_key(path, RC_MALFORMED, "chmod 600");
	write_file(path, good, n - 1, 0600);
	refuse_key(path, RC_MALFORMED, "size");
	write_file(path, "", 0, 0600);
	refuse_key(path, RC_MALFORMED, "size");
	memcpy(text, good, sizeof(good));
	text[20] = 'x';
	write_file(path, text, n, 0600);
	refuse_key(path, RC_MALFORMED, "not a master key");
	memcpy(text, good, sizeof(good));
	text[0] = 'g';
	write_file(path, text, n, 0600);
	refuse_key(path, RC_MALFORMED, "not a master key");
	unlink(path);
	assert_int_equal(symlink(key_file, path), 0);
	refuse_key(path, RC_MALFORMED, "symbolic link");
	unlink(path);
	refuse_key(vault_folder, RC_MALFORMED, "regular file");
}

static void key_check_knows_its_own_database(void **state)
{
	struct arena *a = test_arena();
	struct vault *other = start_with(a, other_key_file), *again = start_with(a, key_file);
	struct str check;

	(void)state;
	assert_int_equal(vault_key_check_make(vault, a, &check), RC_OK);
	assert_int_equal(vault_key_check(vault, check), RC_OK);
	assert_int_equal(vault_key_check(again, check), RC_OK);
	assert_int_equal(vault_key_check(other, check), RC_MALFORMED);
	assert_int_equal(vault_key_check(vault, S("")), RC_MALFORMED);
	vault_close(&other);
	vault_close(&again);
	arena_free(&a);
}

static void sealed_value_opens_at_its_own_place_only(void **state)
{
	struct arena *a = test_arena();
	struct str one, two, plain;

	(void)state;
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 1, 10, S("3171234567890001"), &one), RC_OK);
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 2, 20, S("3171234567890002"), &two), RC_OK);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 1, 10, one, &plain), RC_OK);
	assert_str(plain, "3171234567890001");
	/* swapped rows open neither */
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 1, 10, two, &plain), RC_MALFORMED);
	assert_null(plain.ptr);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 2, 20, one, &plain), RC_MALFORMED);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 1, 20, one, &plain), RC_MALFORMED);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 2, 10, one, &plain), RC_MALFORMED);
	arena_free(&a);
}

static void sealed_value_of_another_key_does_not_open(void **state)
{
	struct arena *a = test_arena();
	struct vault *other = start_with(a, other_key_file);
	struct str sealed, plain;

	(void)state;
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 1, 1, S("x"), &sealed), RC_OK);
	assert_int_equal(vault_unseal(other, a, SEAL_NIK, 1, 1, sealed, &plain), RC_MALFORMED);
	vault_close(&other);
	arena_free(&a);
}

static void sealed_value_with_any_bit_flipped_or_cut_does_not_open(void **state)
{
	struct arena *a = test_arena();
	struct str sealed, plain;
	char *bytes;

	(void)state;
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 7, 8, S("seventeen"), &sealed), RC_OK);
	assert_int_equal(sealed.len, 9 + SEAL_OVERHEAD);
	bytes = arena_cstr(a, sealed);
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << (bit % 8)));
		assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 7, 8, str_n(bytes, sealed.len), &plain), RC_MALFORMED);
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << (bit % 8)));
	}
	for (size_t n = 0; n < sealed.len; n++)
		assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 7, 8, str_n(bytes, n), &plain), RC_MALFORMED);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 7, 8, str_n(bytes, sealed.len), &plain), RC_OK);
	arena_free(&a);
}

static void sealed_value_has_a_greatest_length(void **state)
{
	struct arena *a = test_arena();
	char *big = arena_alloc(a, PLAIN_MAX + 1);
	struct str sealed, plain;

	(void)state;
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 1, 1, str_n(big, PLAIN_MAX), &sealed), RC_OK);
	assert_int_equal(sealed.len, VAULT_SEALED_MAX);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 1, 1, sealed, &plain), RC_OK);
	assert_int_equal(plain.len, PLAIN_MAX);
	assert_int_equal(vault_seal(vault, a, SEAL_NIK, 1, 1, str_n(big, PLAIN_MAX + 1), &sealed), RC_MALFORMED);
	arena_free(&a);
}

static void seeds_are_never_opened_for_web(void **state)
{
	struct arena *a = test_arena();
	struct str seed, plain, sealed;

	(void)state;
	assert_int_equal(vault_seed_new(vault, a, 1, 1, &seed), RC_OK);
	assert_int_equal(vault_unseal(vault, a, SEAL_TOTP, 1, 1, seed, &plain), RC_MALFORMED);
	assert_int_equal(vault_unseal(vault, a, SEAL_NIK, 1, 1, seed, &plain), RC_MALFORMED);
	assert_int_equal(vault_seal(vault, a, SEAL_CHECK, 0, 0, S("gerbang key check"), &sealed), RC_MALFORMED);
	arena_free(&a);
}

static int compare_nonces(const void *a, const void *b)
{
	return memcmp(a, b, 24);
}

/* The nonces are 24 random bytes from the kernel, so a repeat within 2^20 seals has a chance of 2^-153 and
 * a longer run would prove nothing more; 2^14 catch what can go wrong: a nonce that is fixed, short, or
 * counted from the start in every process. */
static void nonces_never_repeat(void **state)
{
	enum { N = 1 << 14 };
	static unsigned char nonce[N][24];
	struct keys *k = keys_of(key_file);
	unsigned char out[64];
	size_t n;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(seal_put(k, (struct place){SEAL_TOTP, 1, 1}, S("same"), out, &n), RC_OK);
		memcpy(nonce[i], out + 5, 24);
	}
	qsort(nonce, N, sizeof(*nonce), compare_nonces);
	for (size_t i = 1; i < N; i++)
		assert_memory_not_equal(nonce[i - 1], nonce[i], 24);
	keys_free(&k);
}

static void token_is_the_same_again_and_differs_in_every_part(void **state)
{
	struct arena *a = test_arena();
	struct str t, u;

	(void)state;
	assert_int_equal(vault_token(vault, a, TOKEN_RESET, 5, 1, &t), RC_OK);
	assert_int_equal(t.len, 43);
	assert_int_equal(vault_token(vault, a, TOKEN_RESET, 5, 1, &u), RC_OK);
	assert_true(str_eq(t, u));
	assert_int_equal(vault_token(vault, a, TOKEN_FORGOT, 5, 1, &u), RC_OK);
	assert_false(str_eq(t, u));
	assert_int_equal(vault_token(vault, a, TOKEN_RESET, 6, 1, &u), RC_OK);
	assert_false(str_eq(t, u));
	assert_int_equal(vault_token(vault, a, TOKEN_RESET, 5, 2, &u), RC_OK);
	assert_false(str_eq(t, u));
	arena_free(&a);
}

static void index_finds_equals_and_depends_on_the_key(void **state)
{
	struct arena *a = test_arena();
	struct vault *other = start_with(a, other_key_file);
	unsigned char x[32], y[32];

	(void)state;
	assert_int_equal(vault_index(vault, SEAL_NIK, S("3171234567890001"), x), RC_OK);
	assert_int_equal(vault_index(vault, SEAL_NIK, S("3171234567890001"), y), RC_OK);
	assert_memory_equal(x, y, 32);
	assert_int_equal(vault_index(vault, SEAL_NIK, S("3171234567890002"), y), RC_OK);
	assert_memory_not_equal(x, y, 32);
	assert_int_equal(vault_index(other, SEAL_NIK, S("3171234567890001"), y), RC_OK);
	assert_memory_not_equal(x, y, 32);
	vault_close(&other);
	arena_free(&a);
}

static void head_signature_is_good_for_exactly_what_was_signed(void **state)
{
	unsigned char hash[32] = {1, 2, 3}, sig[64];
	enum verdict verdict;

	(void)state;
	assert_int_equal(vault_head_sign(vault, 1, 900, hash, sig), RC_OK);
	assert_int_equal(vault_head_verify(vault, 1, 900, hash, sig, &verdict), RC_OK);
	assert_int_equal(verdict, VERDICT_GOOD);
	assert_int_equal(vault_head_verify(vault, 2, 900, hash, sig, &verdict), RC_OK);
	assert_int_equal(verdict, VERDICT_REFUSED);
	assert_int_equal(vault_head_verify(vault, 1, 901, hash, sig, &verdict), RC_OK);
	assert_int_equal(verdict, VERDICT_REFUSED);
	sig[9] ^= 4;
	assert_int_equal(vault_head_verify(vault, 1, 900, hash, sig, &verdict), RC_OK);
	assert_int_equal(verdict, VERDICT_REFUSED);
	sig[9] ^= 4;
	hash[31] ^= 1;
	assert_int_equal(vault_head_verify(vault, 1, 900, hash, sig, &verdict), RC_OK);
	assert_int_equal(verdict, VERDICT_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_file_is_created_once_for_its_owner_only),
		cmocka_unit_test(key_file_that_is_missing_open_linked_or_cut_is_refused_in_words),
		cmocka_unit_test(key_check_knows_its_own_database),
		cmocka_unit_test(sealed_value_opens_at_its_own_place_only),
		cmocka_unit_test(sealed_value_of_another_key_does_not_open),
		cmocka_unit_test(sealed_value_with_any_bit_flipped_or_cut_does_not_open),
		cmocka_unit_test(sealed_value_has_a_greatest_length),
		cmocka_unit_test(seeds_are_never_opened_for_web),
		cmocka_unit_test(nonces_never_repeat),
		cmocka_unit_test(token_is_the_same_again_and_differs_in_every_part),
		cmocka_unit_test(index_finds_equals_and_depends_on_the_key),
		cmocka_unit_test(head_signature_is_good_for_exactly_what_was_signed),
	};

	return cmocka_run_group_tests(tests, vault_setup, vault_teardown);
}
