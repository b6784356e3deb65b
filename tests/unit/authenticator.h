/*
 * authenticator: a passkey in software, for tests: keys by OpenSSL, bytes by hand, so that each of them can be wrong.
 *
 *   auth_new ─▶ struct auth, its fields may be changed ─▶ auth_create / auth_get ─▶ what a browser would send
 *
 * Everything lives in the arena given. auth_release gives the key back.
 */
#ifndef AUTHENTICATOR_H
#define AUTHENTICATOR_H

#include "test.h"

#include "core/webauthn.h"

struct auth {
	int64_t alg;                 /* of the key, and what the COSE key says */
	struct evp_pkey_st *key;
	const char *rp_id, *origin;
	unsigned flags;              /* UP | UV and more; AT is added at the registration */
	uint32_t counter;            /* of the next answer */
	unsigned char credential[64];
	size_t credential_len;
	struct str handle;           /* user handle in the answer; absent: none */
	bool self;                   /* attestation "packed" by the key itself */
	const char *type;            /* overrides the type of the client data */
	const char *client_more;     /* behind the origin: ",\"crossOrigin\":true" */
	struct str extensions;       /* CBOR behind the key; sets ED */
};

struct auth_answer {
	struct str client, authdata, signature, credential, handle, object;
};

struct auth auth_new(int64_t alg, const char *origin, const char *rp_id);
void auth_release(struct auth *a);
struct auth_answer auth_create(struct auth *au, struct arena *a, struct str challenge);
struct auth_answer auth_get(struct auth *au, struct arena *a, struct str challenge);
/* The key as struct passkey keeps it. */
struct str auth_key(const struct auth *au, struct arena *a);
/* A signature over anything, and an attestation object of the parts. */
struct str auth_sign(const struct auth *au, struct arena *a, struct str authdata, struct str client);
struct str auth_object(struct arena *a, const char *fmt, struct str statement, struct str authdata);

#endif
