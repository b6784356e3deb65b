#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <argon2.h>
#include <sodium.h>

#include "base/codec.h"
#include "base/fd.h"
#include "base/log.h"
#include "vault/frame.h"
#include "vault/keys.h"
#include "vault/lane.h"
#include "vault/password.h"
#include "vault/process.h"
#include "vault/seal.h"

/* One vault for the tests that only ask; a folder with its key for those that start their own. */
static char folder[] = "/tmp/test_vault_XXXXXX";
static char key_file[64], other_key_file[64];
static struct vault *vault;

static int group_setup(void **state)
{
	struct arena *a = test_arena();
	struct str why;

	(void)state;
	log_level_set(LOG_ERROR); /* refusals are what these tests are made of */
	if (!mkdtemp(folder))
		return -1;
	snprintf(key_file, sizeof(key_file), "%s/key", folder);
	snprintf(other_key_file, sizeof(other_key_file), "%s/other", folder);
	if (vault_key_create(key_file) != RC_OK || vault_key_create(other_key_file) != RC_OK)
		return -1;
	if (vault_start(a, key_file, &vault, &why) != RC_OK)
		return -1;
	arena_free(&a);
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	vault_close(&vault);
	unlink(key_file);
	unlink(other_key_file);
	return rmdir(folder);
}

static struct vault *start_with(struct arena *a, const char *file)
{
	struct vault *v;

	assert_int_equal(vault_start(a, file, &v, NULL), RC_OK);
	return v;
}

/* ---- the key file --------------------------------------------------------------------------------- */

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
	snprintf(path, sizeof(path), "%s/try", folder);
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
	refuse_key(folder, RC_MALFORMED, "regular file");
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

/* ---- seals ---------------------------------------------------------------------------------------- */

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
	struct keys *k;
	const char *why;
	unsigned char out[64];
	size_t n;
	int fd = open(key_file, O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(keys_read(fd, &k, &why), RC_OK);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(seal_put(k, (struct place){SEAL_TOTP, 1, 1}, S("same"), out, &n), RC_OK);
		memcpy(nonce[i], out + 5, 24);
	}
	qsort(nonce, N, sizeof(*nonce), compare_nonces);
	for (size_t i = 1; i < N; i++)
		assert_memory_not_equal(nonce[i - 1], nonce[i], 24);
	keys_free(&k);
	close(fd);
}

/* ---- passwords ------------------------------------------------------------------------------------ */

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
		"p1$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAA\xff" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
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

static struct keys *keys_of(const char *file)
{
	struct keys *k;
	const char *why;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	assert_int_equal(keys_read(fd, &k, &why), RC_OK);
	close(fd);
	return k;
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

/* ---- codes ---------------------------------------------------------------------------------------- */

enum { NOW_STEP = 59000000 };

static void code_of(struct arena *a, const struct vault_device *d, int64_t step, char code[TOTP_CODE_ROOM])
{
	struct str base32, seed;

	assert_int_equal(vault_seed_show(vault, a, d, &base32), RC_OK);
	assert_int_equal(base32.len, 32);
	assert_int_equal(base32_decode(a, base32, &seed), RC_OK);
	hotp(TOTP_SHA1, seed, (uint64_t)step, TOTP_DIGITS, code);
}

static struct vault_device device_new(struct arena *a, int64_t user, int64_t row)
{
	struct vault_device d = {user, row, STR_NONE};

	assert_int_equal(vault_seed_new(vault, a, user, row, &d.seed), RC_OK);
	assert_int_equal(d.seed.len, SEALED_SEED_BYTES);
	return d;
}

static void code_names_the_device_and_the_step(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[VAULT_DEVICES_MAX];
	struct vault_code out;
	char code[TOTP_CODE_ROOM];

	(void)state;
	for (unsigned i = 0; i < VAULT_DEVICES_MAX; i++)
		d[i] = device_new(a, 1, 100 + i);
	for (unsigned i = 0; i < VAULT_DEVICES_MAX; i += 7) {
		int64_t step = NOW_STEP + (int64_t)(i % 3) - 1;

		code_of(a, &d[i], step, code);
		assert_int_equal(vault_code_check(vault, d, VAULT_DEVICES_MAX, code, NOW_STEP, 1, 1, &out), RC_OK);
		assert_int_equal(out.verdict, VERDICT_GOOD);
		/* another of the 50 may show the same digits; then it is a lower one */
		assert_true(out.device <= i);
		if (out.device == i)
			assert_true(llabs(out.step - step) <= 2);
	}
	code_of(a, &d[1], NOW_STEP, code);
	assert_int_equal(vault_code_check(vault, d, 2, code, NOW_STEP, 1, 1, &out), RC_OK);
	assert_int_equal(out.verdict, VERDICT_GOOD);
	assert_int_equal(out.device, 1);
	assert_int_equal(out.step, NOW_STEP);
	arena_free(&a);
}

static void code_outside_the_window_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 1, 1);
	struct vault_code out;
	char code[TOTP_CODE_ROOM], near[TOTP_CODE_ROOM];

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		bool inside = off >= -1 && off <= 1;

		code_of(a, &d, NOW_STEP + off, code);
		for (int64_t n = -1; n <= 1 && !inside; n++) {
			code_of(a, &d, NOW_STEP + n, near);
			inside = strcmp(near, code) == 0;
		}
		assert_int_equal(vault_code_check(vault, &d, 1, code, NOW_STEP, 1, 1, &out), RC_OK);
		assert_int_equal(out.verdict, inside ? VERDICT_GOOD : VERDICT_REFUSED);
		assert_true(inside ? out.step >= NOW_STEP - 1 : out.step == -1);
	}
	arena_free(&a);
}

static void code_of_a_seed_in_another_row_is_malformed(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[2] = {device_new(a, 1, 1), device_new(a, 2, 2)}, swapped[2];
	struct vault_code out;
	char code[TOTP_CODE_ROOM];
	struct str base32;

	(void)state;
	code_of(a, &d[0], NOW_STEP, code);
	swapped[0] = (struct vault_device){1, 1, d[1].seed};
	swapped[1] = (struct vault_device){2, 2, d[0].seed};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(vault_code_check(vault, &swapped[i], 1, code, NOW_STEP, 1, 1, &out), RC_MALFORMED);
		assert_int_equal(out.verdict, VERDICT_REFUSED);
		assert_int_equal(vault_seed_show(vault, a, &swapped[i], &base32), RC_MALFORMED);
		assert_null(base32.ptr);
	}
	/* one bad row spoils the question, even beside a good one */
	swapped[0] = d[0];
	assert_int_equal(vault_code_check(vault, swapped, 2, code, NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	arena_free(&a);
}

static void code_without_devices_or_of_wrong_form_is_never_good(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 1, 1);
	struct vault_code out;

	(void)state;
	assert_int_equal(vault_code_check(vault, &d, 0, "123456", NOW_STEP, 1, 1, &out), RC_OK);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	assert_int_equal(vault_code_check(vault, &d, 1, "12345", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "1234567", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", -1, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", NOW_STEP, 11, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, VAULT_DEVICES_MAX + 1, "123456", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	d.seed.len--;
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	arena_free(&a);
}

static void code_at_enrolment_tells_how_far_the_clock_is_off(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 3, 4);
	struct vault_code out;
	char code[TOTP_CODE_ROOM], near[TOTP_CODE_ROOM];
	int64_t off;

	(void)state;
	code_of(a, &d, NOW_STEP - 1, code);
	assert_int_equal(vault_code_check_new(vault, &d, code, NOW_STEP, &out, &off), RC_OK);
	assert_int_equal(out.verdict, VERDICT_GOOD);
	assert_int_equal(off, INT64_MIN);
	code_of(a, &d, NOW_STEP - 94, code);
	assert_int_equal(vault_code_check_new(vault, &d, code, NOW_STEP, &out, &off), RC_OK);
	if (out.verdict == VERDICT_REFUSED) {
		/* nearer steps may by chance show the same six digits */
		assert_true(off != INT64_MIN && llabs(off) <= 94);
		code_of(a, &d, NOW_STEP + off, near);
		assert_string_equal(near, code);
	}
	arena_free(&a);
}

/* ---- tokens, look-ups, signatures ----------------------------------------------------------------- */

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
		cmocka_unit_test(password_is_good_for_its_user_only),
		cmocka_unit_test(password_without_a_stored_hash_is_refused),
		cmocka_unit_test(password_counts_every_one_of_64_and_128_code_points),
		cmocka_unit_test(password_in_two_spellings_of_unicode_is_one),
		cmocka_unit_test(password_that_is_too_long_or_no_text_is_malformed),
		cmocka_unit_test(password_hash_that_was_tampered_with_is_malformed),
		cmocka_unit_test(password_of_lower_cost_is_good_and_asks_to_be_rewritten),
		cmocka_unit_test(argon2id_gives_the_digest_of_the_reference_library),
		cmocka_unit_test(argon2id_in_kept_memory_gives_the_digest_of_fresh_memory),
		cmocka_unit_test(code_names_the_device_and_the_step),
		cmocka_unit_test(code_outside_the_window_is_refused),
		cmocka_unit_test(code_of_a_seed_in_another_row_is_malformed),
		cmocka_unit_test(code_without_devices_or_of_wrong_form_is_never_good),
		cmocka_unit_test(code_at_enrolment_tells_how_far_the_clock_is_off),
		cmocka_unit_test(token_is_the_same_again_and_differs_in_every_part),
		cmocka_unit_test(index_finds_equals_and_depends_on_the_key),
		cmocka_unit_test(head_signature_is_good_for_exactly_what_was_signed),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
