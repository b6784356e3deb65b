#include "vault/password.h"

#include <stdio.h>

#include <sodium.h>

#include "base/codec.h"
#include "vault/seal.h"

_Static_assert(crypto_pwhash_SALTBYTES == SALT_BYTES, "the salt is libsodium's");

/* "<key>=<number>" out of a PHC string: no sign, no leading zero. */
static bool take_number(struct str s, struct str key, uint32_t least, uint32_t most, uint32_t *out)
{
	int64_t n;

	if (!str_starts(s, key))
		return false;
	s = str_n(s.ptr + key.len, s.len - key.len);
	if (!s.len || s.ptr[0] == '0' || str_to_i64(s, most, &n) != RC_OK || n < least)
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool take_bytes(struct str s, unsigned char *out, size_t n)
{
	size_t got = 0;
	const char *end = NULL;

	return sodium_base642bin(out, n, s.ptr, s.len, NULL, &got, &end, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
	       got == n && end == s.ptr + s.len;
}

enum rc phc_read(struct str text, struct phc *out)
{
	struct str rest = text, pepper, name, version, cost, salt;
	char again[VAULT_PHC_MAX];
	uint32_t lanes = 0;

	*out = (struct phc){0};
	if (text.len > VAULT_PHC_MAX)
		return RC_MALFORMED;
	pepper = str_cut(&rest, '$');
	name = str_cut(&rest, '$');
	version = str_cut(&rest, '$');
	cost = str_cut(&rest, '$');
	salt = str_cut(&rest, '$');
	if (!take_number(pepper, S("p"), PEPPER_VERSION, PEPPER_VERSION, &out->pepper) || !str_is(name, "argon2id") ||
	    !str_is(version, "v=19") ||
	    !take_number(str_cut(&cost, ','), S("m="), 8, COST_KIB_MAX, &out->kib) ||
	    !take_number(str_cut(&cost, ','), S("t="), 1, COST_PASSES_MAX, &out->passes) ||
	    !take_number(cost, S("p="), 1, 1, &lanes) || !take_bytes(salt, out->salt, SALT_BYTES) ||
	    !take_bytes(rest, out->digest, DIGEST_BYTES) ||
	    /* the decoder lets a byte 0xff pass as a letter: only one spelling is ours */
	    !str_eq(str_n(again, phc_write(out, again)), text)) {
		*out = (struct phc){0};
		return RC_MALFORMED;
	}
	return RC_OK;
}

size_t phc_write(const struct phc *p, char out[VAULT_PHC_MAX])
{
	char salt[32], digest[64];
	int n;

	sodium_bin2base64(salt, sizeof(salt), p->salt, SALT_BYTES, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	sodium_bin2base64(digest, sizeof(digest), p->digest, DIGEST_BYTES, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	n = snprintf(out, VAULT_PHC_MAX, "p%u$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", p->pepper, p->kib, p->passes, salt, digest);
	wipe(digest, sizeof(digest));
	if (n < 0 || n >= VAULT_PHC_MAX)
		panic("vault: PHC string too long");
	return (size_t)n;
}

void argon2id(struct hasher *h, const unsigned char input[32], const struct phc *p, unsigned char out[DIGEST_BYTES])
{
	size_t bytes = (size_t)p->kib * 1024;
	int failed;

	hashmem_begin(&h->memory, bytes);
	failed = crypto_pwhash(out, DIGEST_BYTES, (const char *)input, 32, p->salt, p->passes, bytes,
	                       crypto_pwhash_ALG_ARGON2ID13);
	hashmem_end(&h->memory);
	if (failed)
		panic("vault: out of memory for Argon2id");
}

enum rc password_dummy(struct phc *out)
{
	*out = (struct phc){PEPPER_VERSION, COST_KIB, COST_PASSES, {0}, {0}};
	if (random_bytes(out->salt, SALT_BYTES) != RC_OK)
		return RC_FAULT;
	return random_bytes(out->digest, DIGEST_BYTES);
}

/* NFC, then the keyed step. */
static enum rc pepper(struct hasher *h, const struct keys *k, int64_t user, struct str password, unsigned char out[32])
{
	unsigned char id[8];
	struct str nfc;
	enum rc rc = utf8_nfc(h->arena, password, &nfc);

	if (rc != RC_OK)
		return rc;
	le64(user, id);
	mac(k->pepper, (const struct str[]){str_n(id, sizeof(id)), nfc}, 2, out);
	return RC_OK;
}

enum rc password_hash(struct hasher *h, const struct keys *k, int64_t user, struct str password, struct phc *out)
{
	unsigned char input[32];
	enum rc rc;

	*out = (struct phc){PEPPER_VERSION, COST_KIB, COST_PASSES, {0}, {0}};
	rc = pepper(h, k, user, password, input);
	if (rc == RC_OK)
		rc = random_bytes(out->salt, SALT_BYTES);
	if (rc == RC_OK)
		argon2id(h, input, out, out->digest);
	wipe(input, sizeof(input));
	arena_reset(h->arena);
	return rc;
}

enum rc password_check(struct hasher *h, const struct keys *k, const struct phc *dummy, int64_t user, struct str text,
                       struct str password, enum verdict *verdict, bool *rehash)
{
	unsigned char input[32], digest[DIGEST_BYTES];
	struct phc stored;
	bool known, equal;
	enum rc rc;

	*verdict = VERDICT_REFUSED;
	*rehash = false;
	rc = pepper(h, k, user, password, input);
	if (rc != RC_OK)
		goto out;
	known = text.len > 0;
	if (!known || phc_read(text, &stored) != RC_OK) {
		rc = known ? RC_MALFORMED : RC_OK;
		known = false;
		stored = *dummy;
	}
	argon2id(h, input, &stored, digest);
	equal = sodium_memcmp(digest, stored.digest, DIGEST_BYTES) == 0;
	if (known && equal) {
		*verdict = VERDICT_GOOD;
		*rehash = stored.kib < COST_KIB || stored.passes < COST_PASSES;
	}
out:
	wipe(input, sizeof(input));
	wipe(digest, sizeof(digest));
	wipe(&stored, sizeof(stored));
	arena_reset(h->arena);
	return rc;
}
