#include "vault/seal.h"

#include <string.h>

#include <sodium.h>

#include "base/codec.h"
#include "vault/frame.h"

enum {
	VERSION = 1,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	FRONT_BYTES = 1 + KEY_ID_BYTES,
	BOUND_BYTES = FRONT_BYTES + 1 + 8 + 8,
};
_Static_assert(FRONT_BYTES + NONCE_BYTES + TAG_BYTES == SEAL_OVERHEAD, "frame.h and the format agree");

void le64(int64_t n, unsigned char out[8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)((uint64_t)n >> (8 * i) & 0xff);
}

static void bind_to(const unsigned char front[FRONT_BYTES], struct place at, unsigned char bound[BOUND_BYTES])
{
	memcpy(bound, front, FRONT_BYTES);
	bound[FRONT_BYTES] = (unsigned char)at.purpose;
	le64(at.user, bound + FRONT_BYTES + 1);
	le64(at.row, bound + FRONT_BYTES + 9);
}

enum rc seal_put(const struct keys *k, struct place at, struct str plain, unsigned char *out, size_t *n)
{
	unsigned char bound[BOUND_BYTES];
	unsigned char *nonce = out + FRONT_BYTES;
	unsigned long long len = 0;

	*n = 0;
	out[0] = VERSION;
	memcpy(out + 1, k->id, KEY_ID_BYTES);
	bind_to(out, at, bound);
	if (random_bytes(nonce, NONCE_BYTES) != RC_OK)
		return RC_FAULT;
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, &len, (const unsigned char *)plain.ptr, plain.len,
	                                               bound, sizeof(bound), NULL, nonce, k->seal[at.purpose]) != 0)
		panic("vault: seal failed");
	*n = FRONT_BYTES + NONCE_BYTES + (size_t)len;
	return RC_OK;
}

enum rc seal_open(const struct keys *k, struct place at, struct str sealed, unsigned char *out, size_t *n)
{
	const unsigned char *p = (const unsigned char *)sealed.ptr;
	unsigned char bound[BOUND_BYTES];
	unsigned long long len = 0;

	*n = 0;
	/* Version and key id are public; the tag covers them too. */
	if (sealed.len < SEAL_OVERHEAD || p[0] != VERSION || sodium_memcmp(p + 1, k->id, KEY_ID_BYTES) != 0)
		return RC_MALFORMED;
	bind_to(p, at, bound);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &len, NULL, p + FRONT_BYTES + NONCE_BYTES,
	                                               sealed.len - FRONT_BYTES - NONCE_BYTES, bound, sizeof(bound),
	                                               p + FRONT_BYTES, k->seal[at.purpose]) != 0)
		return RC_MALFORMED;
	*n = (size_t)len;
	return RC_OK;
}

void mac(const unsigned char key[KEY_BYTES], const struct str *parts, size_t n, unsigned char out[32])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, KEY_BYTES);
	for (size_t i = 0; i < n; i++)
		crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].ptr, parts[i].len);
	crypto_auth_hmacsha256_final(&state, out);
	wipe(&state, sizeof(state));
}
