#include "lens/attestation.h"

#include <string.h>

#include <cbor.h>
#include <fido.h>

#include "lens/strict.h"

/* Where things lie in authenticator data (WebAuthn 6.1). */
enum { AT_FLAGS = 32, AT_COUNTER = 33, AT_AAGUID = 37, AT_ID_LEN = 53, AT_ID = 55 };

/* The value of a text key; NULL: none. */
static cbor_item_t *value_of(cbor_item_t *map, const char *name)
{
	struct cbor_pair *pairs = cbor_map_handle(map);

	for (size_t i = 0; i < cbor_map_size(map); i++)
		if (cbor_isa_string(pairs[i].key) &&
		    str_is(str_n(cbor_string_handle(pairs[i].key), cbor_string_length(pairs[i].key)), name))
			return pairs[i].value;
	return NULL;
}

static struct str bytes_of(const cbor_item_t *item)
{
	return item && cbor_isa_bytestring(item) ? str_n(cbor_bytestring_handle(item), cbor_bytestring_length(item)) : STR_NONE;
}

static bool int_is(const cbor_item_t *item, int64_t wanted)
{
	if (item && cbor_isa_negint(item))
		return wanted < 0 && cbor_get_int(item) == (uint64_t)(-1 - wanted);
	return item && cbor_isa_uint(item) && wanted >= 0 && cbor_get_int(item) == (uint64_t)wanted;
}

/* ---- the key ---------------------------------------------------------------------------------------- */

/* The parts of authenticator data with an attested credential: a key and, where flagged, extensions, and no more. */
static enum rc parts(struct str authdata, unsigned flags, struct str *key)
{
	struct str rest;
	size_t id_len, used;

	*key = STR_NONE;
	if (authdata.len < AT_ID)
		return RC_MALFORMED;
	id_len = (size_t)((unsigned char)authdata.ptr[AT_ID_LEN] << 8 | (unsigned char)authdata.ptr[AT_ID_LEN + 1]);
	if (id_len > WEBAUTHN_CREDENTIAL_MAX || authdata.len - AT_ID < id_len)
		return RC_MALFORMED;
	rest = str_n(authdata.ptr + AT_ID + id_len, authdata.len - AT_ID - id_len);
	if (strict_item(rest, &used) != RC_OK || (unsigned char)rest.ptr[0] >> 5 != 5)
		return RC_MALFORMED;
	*key = str_n(rest.ptr, used);
	rest = str_n(rest.ptr + used, rest.len - used);
	if (flags & WEBAUTHN_ED) {
		if (strict_item(rest, &used) != RC_OK || (unsigned char)rest.ptr[0] >> 5 != 5)
			return RC_MALFORMED;
		rest.len -= used;
	}
	return rest.len == 0 ? RC_OK : RC_MALFORMED;
}

/* The algorithm (label 3) of a COSE key; 0: none. */
static int64_t alg_of(struct str key)
{
	struct cbor_load_result result;
	cbor_item_t *map = cbor_load((const unsigned char *)key.ptr, key.len, &result);
	int64_t alg = 0;

	for (size_t i = 0; map && cbor_isa_map(map) && i < cbor_map_size(map); i++) {
		const struct cbor_pair *p = &cbor_map_handle(map)[i];

		if (!int_is(p->key, 3) || !cbor_is_int(p->value) || cbor_get_int(p->value) > INT32_MAX)
			continue;
		alg = (int64_t)cbor_get_int(p->value);
		if (cbor_isa_negint(p->value))
			alg = -1 - alg;
	}
	if (map)
		cbor_decref(&map);
	return alg;
}

/* libfido2 reads the attested credential when it knows which algorithm to expect. */
static enum rc credential(struct str authdata, struct webauthn_made *out)
{
	fido_cred_t *cred = fido_cred_new();
	enum rc rc = RC_MALFORMED;

	if (!cred)
		return RC_FAULT;
	if (fido_cred_set_type(cred, (int)out->alg) == FIDO_OK &&
	    fido_cred_set_authdata_raw(cred, (const unsigned char *)authdata.ptr, authdata.len) == FIDO_OK &&
	    fido_cred_id_len(cred) == out->credential_len && fido_cred_pubkey_len(cred) <= sizeof(out->key) &&
	    fido_cred_pubkey_len(cred) <= WEBAUTHN_KEY_MAX) {
		out->key_len = (uint32_t)fido_cred_pubkey_len(cred);
		memcpy(out->key, fido_cred_pubkey_ptr(cred), out->key_len);
		rc = RC_OK;
	}
	fido_cred_free(&cred);
	return rc;
}

static enum rc authdata_read(struct str authdata, struct webauthn_made *out)
{
	const unsigned char *p = (const unsigned char *)authdata.ptr;
	struct str key;
	enum rc rc;

	if (authdata.len < AT_AAGUID || authdata.len > sizeof(out->authdata))
		return RC_MALFORMED;
	memcpy(out->authdata, p, authdata.len);
	out->authdata_len = (uint32_t)authdata.len;
	memcpy(out->rp_hash, p, sizeof(out->rp_hash));
	out->flags = p[AT_FLAGS];
	out->counter = (uint32_t)p[AT_COUNTER] << 24 | (uint32_t)p[AT_COUNTER + 1] << 16 | (uint32_t)p[AT_COUNTER + 2] << 8 |
	               p[AT_COUNTER + 3];
	if (!(out->flags & WEBAUTHN_AT))
		return RC_MALFORMED;
	rc = parts(authdata, out->flags, &key);
	if (rc != RC_OK)
		return rc;
	memcpy(out->aaguid, p + AT_AAGUID, sizeof(out->aaguid));
	out->credential_len = (uint32_t)(p[AT_ID_LEN] << 8 | p[AT_ID_LEN + 1]);
	memcpy(out->credential, p + AT_ID, out->credential_len);
	out->alg = alg_of(key);
	if (out->alg != WEBAUTHN_ES256 && out->alg != WEBAUTHN_EDDSA && out->alg != WEBAUTHN_RS256)
		return RC_OK; /* named, not read: core/webauthn refuses it */
	return credential(authdata, out);
}

/* ---- the statement ------------------------------------------------------------------------------------ */

static void statement_read(cbor_item_t *fmt, cbor_item_t *statement, struct webauthn_made *out)
{
	struct str name = str_n(cbor_string_handle(fmt), cbor_string_length(fmt)), signature;

	out->format = WEBAUTHN_FORMAT_OTHER;
	if (str_is(name, "none") && cbor_map_size(statement) == 0)
		out->format = WEBAUTHN_FORMAT_NONE;
	if (!str_is(name, "packed") || cbor_map_size(statement) != 2 || !int_is(value_of(statement, "alg"), out->alg))
		return;
	signature = bytes_of(value_of(statement, "sig"));
	if (signature.len == 0 || signature.len > sizeof(out->signature))
		return;
	memcpy(out->signature, signature.ptr, signature.len);
	out->signature_len = (uint32_t)signature.len;
	out->format = WEBAUTHN_FORMAT_SELF;
}

enum rc attestation_read(struct str object, struct webauthn_made *out)
{
	cbor_item_t *root = NULL, *fmt, *statement;
	struct cbor_load_result result;
	enum rc rc = RC_MALFORMED;
	size_t used;

	memset(out, 0, sizeof(*out));
	if (object.len == 0 || object.len > WEBAUTHN_OBJECT_MAX || strict_item(object, &used) != RC_OK || used != object.len)
		return RC_MALFORMED;
	root = cbor_load((const unsigned char *)object.ptr, object.len, &result);
	if (!root || !cbor_isa_map(root) || cbor_map_size(root) != 3)
		goto out;
	fmt = value_of(root, "fmt");
	statement = value_of(root, "attStmt");
	if (!fmt || !cbor_isa_string(fmt) || !statement || !cbor_isa_map(statement))
		goto out;
	rc = authdata_read(bytes_of(value_of(root, "authData")), out);
	if (rc == RC_OK)
		statement_read(fmt, statement, out);
out:
	if (root)
		cbor_decref(&root);
	if (rc != RC_OK)
		memset(out, 0, sizeof(*out));
	return rc;
}
