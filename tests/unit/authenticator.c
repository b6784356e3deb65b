#include "authenticator.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/buf.h"
#include "base/codec.h"

struct auth auth_new(int64_t alg, const char *origin, const char *rp_id)
{
	struct auth au = {.alg = alg, .origin = origin, .rp_id = rp_id, .flags = WEBAUTHN_UP | WEBAUTHN_UV, .credential_len = 32};

	au.key = alg == WEBAUTHN_EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
	       : alg == WEBAUTHN_RS256 ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
	                               : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	assert_non_null(au.key);
	assert_int_equal(random_bytes(au.credential, sizeof(au.credential)), RC_OK);
	return au;
}

void auth_release(struct auth *a)
{
	EVP_PKEY_free(a->key);
	a->key = NULL;
}

struct str auth_key(const struct auth *au, struct arena *a)
{
	unsigned char *out = arena_alloc(a, 512);
	size_t n = 512;

	if (au->alg == WEBAUTHN_EDDSA) {
		assert_int_equal(EVP_PKEY_get_raw_public_key(au->key, out, &n), 1);
		return str_n(out, n);
	}
	if (au->alg == WEBAUTHN_RS256) {
		BIGNUM *m = NULL, *e = NULL;

		assert_int_equal(EVP_PKEY_get_bn_param(au->key, OSSL_PKEY_PARAM_RSA_N, &m), 1);
		assert_int_equal(EVP_PKEY_get_bn_param(au->key, OSSL_PKEY_PARAM_RSA_E, &e), 1);
		BN_bn2binpad(m, out, 256);
		BN_bn2binpad(e, out + 256, 3);
		BN_free(m);
		BN_free(e);
		return str_n(out, 259);
	}
	assert_int_equal(EVP_PKEY_get_octet_string_param(au->key, OSSL_PKEY_PARAM_PUB_KEY, out, 512, &n), 1);
	assert_int_equal(n, 65);
	return str_n(out + 1, 64);
}

/* ---- CBOR, the canonical form ------------------------------------------------------------------------- */

static void head(struct buf *b, unsigned major, size_t n)
{
	if (n < 24) {
		buf_char(b, (char)(major << 5 | n));
	} else if (n < 256) {
		buf_char(b, (char)(major << 5 | 24));
		buf_char(b, (char)n);
	} else {
		buf_char(b, (char)(major << 5 | 25));
		buf_char(b, (char)(n >> 8));
		buf_char(b, (char)n);
	}
}

static void string(struct buf *b, unsigned major, struct str s)
{
	head(b, major, s.len);
	buf_add(b, s);
}

static void number(struct buf *b, int64_t n)
{
	if (n >= 0)
		head(b, 0, (size_t)n);
	else
		head(b, 1, (size_t)(-1 - n));
}

static void cose(struct buf *b, const struct auth *au, struct arena *a)
{
	struct str key = auth_key(au, a);

	if (key.len == 259) {
		head(b, 5, 4);
		number(b, 1), number(b, 3), number(b, 3), number(b, au->alg);
		number(b, -1), string(b, 2, str_n(key.ptr, 256)), number(b, -2), string(b, 2, str_n(key.ptr + 256, 3));
	} else if (key.len == 32) {
		head(b, 5, 4);
		number(b, 1), number(b, 1), number(b, 3), number(b, au->alg);
		number(b, -1), number(b, 6), number(b, -2), string(b, 2, key);
	} else {
		head(b, 5, 5);
		number(b, 1), number(b, 2), number(b, 3), number(b, au->alg), number(b, -1), number(b, 1);
		number(b, -2), string(b, 2, str_n(key.ptr, 32)), number(b, -3), string(b, 2, str_n(key.ptr + 32, 32));
	}
}

/* ---- the two answers ----------------------------------------------------------------------------------- */

static struct str authdata_of(const struct auth *au, struct arena *a, bool creating)
{
	unsigned flags = au->flags | (creating ? WEBAUTHN_AT : 0u) | (au->extensions.len ? WEBAUTHN_ED : 0u);
	static const char aaguid[16] = "software-passkey";
	unsigned char rp[32];
	struct buf b;

	buf_init(&b, a, 1024, 4096);
	sha256(str_of(au->rp_id), rp);
	buf_add(&b, str_n(rp, 32));
	buf_char(&b, (char)flags);
	for (int i = 24; i >= 0; i -= 8)
		buf_char(&b, (char)(au->counter >> i));
	if (creating) {
		buf_add(&b, str_n(aaguid, 16));
		buf_char(&b, (char)(au->credential_len >> 8));
		buf_char(&b, (char)au->credential_len);
		buf_add(&b, str_n(au->credential, au->credential_len));
		cose(&b, au, a);
	}
	buf_add(&b, au->extensions);
	return buf_str(&b);
}

static struct str client_of(const struct auth *au, struct arena *a, const char *type, struct str challenge)
{
	return arena_printf(a, "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\"%s}", au->type ? au->type : type, STR_ARG(challenge),
	                    au->origin, au->client_more ? au->client_more : ",\"crossOrigin\":false");
}

struct str auth_sign(const struct auth *au, struct arena *a, struct str authdata, struct str client)
{
	unsigned char hash[32], *out = arena_alloc(a, 512);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = 512;
	struct buf b;

	buf_init(&b, a, 1024, 8192);
	sha256(client, hash);
	buf_add(&b, authdata);
	buf_add(&b, str_n(hash, 32));
	assert_int_equal(EVP_DigestSignInit(ctx, NULL, au->alg == WEBAUTHN_EDDSA ? NULL : EVP_sha256(), NULL, au->key), 1);
	assert_int_equal(EVP_DigestSign(ctx, out, &n, (const unsigned char *)b.ptr, b.len), 1);
	EVP_MD_CTX_free(ctx);
	return str_n(out, n);
}

struct str auth_object(struct arena *a, const char *fmt, struct str statement, struct str authdata)
{
	struct buf b;

	buf_init(&b, a, 1024, 8192);
	head(&b, 5, 3);
	string(&b, 3, S("fmt")), string(&b, 3, str_of(fmt));
	string(&b, 3, S("attStmt")), buf_add(&b, statement);
	string(&b, 3, S("authData")), string(&b, 2, authdata);
	return buf_str(&b);
}

struct auth_answer auth_create(struct auth *au, struct arena *a, struct str challenge)
{
	struct auth_answer out = {.credential = str_n(au->credential, au->credential_len)};
	struct buf b;

	out.client = client_of(au, a, "webauthn.create", challenge);
	out.authdata = authdata_of(au, a, true);
	if (!au->self) {
		out.object = auth_object(a, "none", S("\xa0"), out.authdata);
		return out;
	}
	buf_init(&b, a, 600, 1024);
	head(&b, 5, 2);
	string(&b, 3, S("alg")), number(&b, au->alg);
	string(&b, 3, S("sig")), string(&b, 2, auth_sign(au, a, out.authdata, out.client));
	out.object = auth_object(a, "packed", buf_str(&b), out.authdata);
	return out;
}

struct auth_answer auth_get(struct auth *au, struct arena *a, struct str challenge)
{
	struct auth_answer out = {.credential = str_n(au->credential, au->credential_len), .handle = au->handle};

	out.client = client_of(au, a, "webauthn.get", challenge);
	out.authdata = authdata_of(au, a, false);
	out.signature = auth_sign(au, a, out.authdata, out.client);
	return out;
}
