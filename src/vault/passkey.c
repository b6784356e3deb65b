#include "vault/passkey.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "core/webauthn.h"
#include "vault/vault.h"

enum { RSA_N = 256, RSA_E = 3, EC_XY = 64, ED_POINT = 32 };

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = build ? OSSL_PARAM_BLD_to_param(build) : NULL;
	EVP_PKEY *key = NULL;

	if (!ctx || !params || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *es256(struct str xy)
{
	unsigned char point[1 + EC_XY] = {4}; /* uncompressed */
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;

	memcpy(point + 1, xy.ptr, EC_XY);
	if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) == 1)
		key = from_params("EC", build);
	OSSL_PARAM_BLD_free(build);
	if (key)
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (key && (!ctx || EVP_PKEY_public_check(ctx) != 1)) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *rs256(struct str bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;
	BIGNUM *n = BN_bin2bn(p, RSA_N, NULL), *e = BN_bin2bn(p + RSA_N, RSA_E, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	/* e = 1 would make every signature right. */
	if (build && n && e && BN_num_bits(n) == RSA_N * 8 && BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		key = from_params("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *key_of(int64_t alg, struct str key)
{
	if (alg == WEBAUTHN_ES256 && key.len == EC_XY)
		return es256(key);
	/* Points of small order have a signature that fits every text; OpenSSL takes them. */
	if (alg == WEBAUTHN_EDDSA && key.len == ED_POINT && crypto_core_ed25519_is_valid_point((const unsigned char *)key.ptr) == 1)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)key.ptr, key.len);
	if (alg == WEBAUTHN_RS256 && key.len == RSA_N + RSA_E)
		return rs256(key);
	return NULL;
}

enum rc passkey_verify(int64_t alg, struct str key, struct str authdata, const unsigned char client_hash[32], struct str signature,
                       enum verdict *verdict)
{
	unsigned char text[VAULT_AUTHDATA_MAX + 32];
	EVP_MD_CTX *ctx;
	EVP_PKEY *pkey;

	*verdict = VERDICT_REFUSED;
	if (authdata.len > VAULT_AUTHDATA_MAX || signature.len == 0)
		return RC_MALFORMED;
	pkey = key_of(alg, key);
	if (!pkey)
		return RC_MALFORMED;
	if (authdata.len)
		memcpy(text, authdata.ptr, authdata.len);
	memcpy(text + authdata.len, client_hash, 32);
	ctx = EVP_MD_CTX_new();
	if (ctx && EVP_DigestVerifyInit(ctx, NULL, alg == WEBAUTHN_EDDSA ? NULL : EVP_sha256(), NULL, pkey) == 1 &&
	    EVP_DigestVerify(ctx, (const unsigned char *)signature.ptr, signature.len, text, authdata.len + 32) == 1)
		*verdict = VERDICT_GOOD;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return RC_OK;
}
