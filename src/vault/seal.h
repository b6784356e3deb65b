/*
 * seal: values that only the vault can open, each bound to its place.
 *
 *   version (1) | key id (4) | nonce (24, random) | ciphertext | tag (16)          SEAL_OVERHEAD + plain bytes
 *
 * XChaCha20-Poly1305 (libsodium). Associated data is (version, key id, purpose, user, row): a value in
 * another row, under another purpose or another key opens nowhere. Nonces are 192 random bits: 2^80 seals
 * under one key before two nonces meet with probability 2^-32, so no counter has to survive a crash.
 */
#ifndef VAULT_SEAL_H
#define VAULT_SEAL_H

#include "vault/keys.h"

struct place {
	enum seal_purpose purpose;
	int64_t user, row;
};

/* `out` has room for plain.len + SEAL_OVERHEAD bytes; *n is how many were written, 0 on RC_FAULT. */
enum rc seal_put(const struct keys *k, struct place at, struct str plain, unsigned char *out, size_t *n) MUST_USE;
/* `out` has room for sealed.len - SEAL_OVERHEAD. RC_MALFORMED: not sealed here, by this key, for this place. */
enum rc seal_open(const struct keys *k, struct place at, struct str sealed, unsigned char *out, size_t *n) MUST_USE;

/* HMAC-SHA256 of a few parts one after the other: look-ups, links, peppered passwords. */
void mac(const unsigned char key[KEY_BYTES], const struct str *parts, size_t n, unsigned char out[32]);
/* A number as 8 bytes, little-endian, for a mac or associated data. */
void le64(int64_t n, unsigned char out[8]);

#endif
