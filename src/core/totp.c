#include "core/totp.h"

#include <stdio.h>
#include <string.h>
#include <threads.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/secret.h"
#include "core/typed.h"

static once_flag mac_once = ONCE_FLAG_INIT;
static EVP_MAC *mac_hmac;

/* Fetched once: looking an algorithm up costs more than the HMAC itself. */
static void mac_fetch(void)
{
	mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (!mac_hmac)
		panic("no HMAC in libcrypto");
}

static const char *hash_name(enum totp_hash hash)
{
	switch (hash) {
	case TOTP_SHA1:
		return "SHA1";
	case TOTP_SHA256:
		return "SHA256";
	case TOTP_SHA512:
		return "SHA512";
	}
	panic("totp: no such hash");
}

static EVP_MAC_CTX *keyed_new(enum totp_hash hash, struct str key)
{
	char name[8];
	OSSL_PARAM params[2];
	EVP_MAC_CTX *ctx;

	call_once(&mac_once, mac_fetch);
	snprintf(name, sizeof(name), "%s", hash_name(hash));
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	params[1] = OSSL_PARAM_construct_end();
	ctx = EVP_MAC_CTX_new(mac_hmac);
	if (!ctx || EVP_MAC_init(ctx, (const unsigned char *)(key.len ? key.ptr : ""), key.len, params) != 1)
		panic("totp: HMAC cannot be keyed");
	return ctx;
}

/* RFC 4226 5.3. Leaves the context keyed and ready for the next counter. */
static void keyed_code(EVP_MAC_CTX *ctx, uint64_t counter, unsigned digits, char out[TOTP_CODE_ROOM])
{
	unsigned char text[8], mac[64];
	size_t len = 0;
	uint32_t number;
	unsigned at;

	for (int i = 7; i >= 0; i--) {
		text[i] = (unsigned char)(counter & 0xff);
		counter >>= 8;
	}
	if (EVP_MAC_update(ctx, text, sizeof(text)) != 1 || EVP_MAC_final(ctx, mac, &len, sizeof(mac)) != 1 || len < 20 ||
	    EVP_MAC_init(ctx, NULL, 0, NULL) != 1)
		panic("totp: HMAC failed");
	at = mac[len - 1] & 15u;
	number = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 |
	         (uint32_t)mac[at + 3];
	for (unsigned i = digits; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	out[digits] = '\0';
	wipe(mac, sizeof(mac));
}

int64_t totp_step(int64_t now_s)
{
	if (now_s < 0)
		panic("totp: time before 1970");
	return now_s / TOTP_PERIOD_S;
}

void hotp(enum totp_hash hash, struct str key, uint64_t counter, unsigned digits, char out[TOTP_CODE_ROOM])
{
	EVP_MAC_CTX *ctx;

	if (digits < 6 || digits > 8)
		panic("totp: 6 to 8 digits");
	ctx = keyed_new(hash, key);
	keyed_code(ctx, counter, digits, out);
	EVP_MAC_CTX_free(ctx);
}

/* All ones when the code of `step` equals `code` and the step is not before 1970. */
static uint64_t match_mask(EVP_MAC_CTX *ctx, const char *code, int64_t step)
{
	char want[TOTP_CODE_ROOM];
	uint64_t equal, past;

	keyed_code(ctx, (uint64_t)step, TOTP_DIGITS, want);
	/* 0 becomes 1, 1..255 become 0, without a branch. */
	equal = ((uint64_t)(unsigned)CRYPTO_memcmp(want, code, TOTP_DIGITS) - 1u) >> 63;
	past = (uint64_t)step >> 63;
	wipe(want, sizeof(want));
	return 0u - (equal & ~past & 1u);
}

/* `a` where the mask is ones, else `b`. */
static int64_t choose(uint64_t mask, int64_t a, int64_t b)
{
	return (int64_t)(((uint64_t)a & mask) | ((uint64_t)b & ~mask));
}

static bool is_code(const char *code)
{
	return strnlen(code, TOTP_DIGITS + 1) == TOTP_DIGITS;
}

enum verdict totp_verify(struct str seed, const char *code, int64_t now_step, unsigned back, unsigned ahead,
                         int64_t *step)
{
	uint64_t any = 0;
	EVP_MAC_CTX *ctx;

	*step = -1;
	if (!is_code(code))
		return VERDICT_REFUSED;
	ctx = keyed_new(TOTP_SHA1, seed);
	for (int64_t s = now_step - (int64_t)back; s <= now_step + (int64_t)ahead; s++) {
		uint64_t mask = match_mask(ctx, code, s);

		any |= mask;
		*step = choose(mask, s, *step);
	}
	EVP_MAC_CTX_free(ctx);
	return (enum verdict)(any & VERDICT_GOOD);
}

int64_t totp_search(struct str seed, const char *code, int64_t now_step, unsigned span)
{
	int64_t best = INT64_MIN;
	EVP_MAC_CTX *ctx;

	if (!is_code(code))
		return INT64_MIN;
	ctx = keyed_new(TOTP_SHA1, seed);
	/* From the far ends to the middle, so that the nearest is written last. */
	for (int64_t off = (int64_t)span; off > 0; off--) {
		best = choose(match_mask(ctx, code, now_step + off), off, best);
		best = choose(match_mask(ctx, code, now_step - off), -off, best);
	}
	best = choose(match_mask(ctx, code, now_step), 0, best);
	EVP_MAC_CTX_free(ctx);
	return best;
}

enum rc totp_clean(struct str typed, char out[TOTP_CODE_ROOM])
{
	enum { TYPED_MAX = 64 };
	size_t n = 0;

	memset(out, 0, TOTP_CODE_ROOM);
	if (typed.len > TYPED_MAX)
		return RC_MALFORMED;
	while (typed.len) {
		uint32_t c = typed_point(&typed);

		if (typed_is_filler(c))
			continue;
		if (c < '0' || c > '9' || n == TOTP_DIGITS)
			goto malformed;
		out[n++] = (char)c;
	}
	if (n == TOTP_DIGITS)
		return RC_OK;
malformed:
	wipe(out, TOTP_CODE_ROOM);
	return RC_MALFORMED;
}
