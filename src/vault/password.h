/*
 * password: from what was typed to a stored PHC string, and back to a verdict.
 *
 *   typed ── NFC ── HMAC-SHA256(pepper, user id as 8 bytes ‖ password) ── Argon2id(salt) ── 32 bytes
 *
 *   p1$argon2id$v=19$m=19456,t=2,p=1$<salt>$<digest>      p1: the pepper's version; then the usual PHC string
 *
 * The user's id goes into the HMAC, so a string copied to another user's row fits nobody. Cost is OWASP's
 * Argon2id minimum; a string of lower cost still verifies and asks to be rewritten, one
 * of absurd cost is refused, so that a written database cannot stop the vault.
 * Argon2id is libsodium's: half the time of Debian's libargon2 on one core, same digests (a test compares).
 */
#ifndef VAULT_PASSWORD_H
#define VAULT_PASSWORD_H

#include "vault/hashmem.h"
#include "vault/keys.h"

enum {
	PEPPER_VERSION = 1,
	COST_KIB = 19456, COST_PASSES = 2,           /* what new strings are made with */
	COST_KIB_MAX = 65536, COST_PASSES_MAX = 8,   /* what old or foreign ones may ask */
	SALT_BYTES = 16, DIGEST_BYTES = 32,
};

struct phc {
	uint32_t pepper, kib, passes;
	unsigned char salt[SALT_BYTES], digest[DIGEST_BYTES];
};

/* Strict: exactly what phc_write writes, within the limits above; else RC_MALFORMED. */
enum rc phc_read(struct str text, struct phc *out) MUST_USE;
size_t phc_write(const struct phc *p, char out[VAULT_PHC_MAX]);

/* What one hash thread keeps: memory for Argon2id and a small arena for NFC, wiped after each job. */
struct hasher {
	struct hashmem memory;
	struct arena *arena;
};

/* Argon2id (RFC 9106, version 0x13, one lane) over `input`. Out of memory panics. */
void argon2id(struct hasher *h, const unsigned char input[32], const struct phc *p, unsigned char out[DIGEST_BYTES]);

/* A random string that no password fits, of the cost of new ones: for users who do not exist. RC_FAULT:
 * no random bytes. */
enum rc password_dummy(struct phc *out) MUST_USE;

/* RC_MALFORMED: the password is not UTF-8. */
enum rc password_hash(struct hasher *h, const struct keys *k, int64_t user, struct str password, struct phc *out) MUST_USE;

/*
 * `text` empty: the dummy is hashed, REFUSED. `text` unreadable: the dummy is hashed, RC_MALFORMED; the
 * database is broken, but the time does not say so.
 */
enum rc password_check(struct hasher *h, const struct keys *k, const struct phc *dummy, int64_t user, struct str text,
                       struct str password, enum verdict *verdict, bool *rehash) MUST_USE;

#endif
