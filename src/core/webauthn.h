/*
 * webauthn: is what a passkey answered the answer to our question? Every check but the signature (W3C Web
 * Authentication, 7.1 and 7.2), as a list that starts at "not checked".
 *
 *   registration: client data ─▶ type, challenge, origin, frames ─┐
 *                 what the lens read of the attestation object ───┴▶ rp, UP, UV, BS without BE, algorithm, key, id, statement
 *   assertion:    client data ─▶ the same ─┐
 *                 authenticator data ──────┴▶ rp, UP, UV, BE/BS, counter; whose it is
 *
 * Each refusal has a reason of its own, whose name stands in the audit; a person is told one sentence for all.
 * The surprising rules: zero is UNCHECKED, and only WEBAUTHN_FINE, far from it, lets anything pass; user verification is
 * always required, so a passkey stands for two factors; data of extensions in an assertion is refused, because we
 * ask for none. The signature is the vault's, and comes after these. Nothing here reads CBOR: that is the lens's.
 */
#ifndef CORE_WEBAUTHN_H
#define CORE_WEBAUTHN_H

#include "base/str.h"

enum {
	WEBAUTHN_CLIENT_MAX = 4096,      /* bytes of client data (JSON) */
	WEBAUTHN_AUTHDATA = 37,          /* rp hash 32, flags 1, counter 4: all of an assertion's authenticator data */
	WEBAUTHN_CREDENTIAL_MAX = 1023,
	WEBAUTHN_KEY_MAX = 260,
	WEBAUTHN_SIGNATURE_MAX = 512,
	WEBAUTHN_OBJECT_MAX = 4096,      /* bytes of an attestation object */
	WEBAUTHN_CHALLENGE = 32,
	WEBAUTHN_HANDLE = 32,
};

/* COSE numbers of what we offer (pubKeyCredParams), and how each key lies in memory: x ‖ y (64), the point (32),
 * modulus ‖ exponent (256 + 3). */
enum { WEBAUTHN_ES256 = -7, WEBAUTHN_EDDSA = -8, WEBAUTHN_RS256 = -257 };

/* Authenticator data, 6.1. */
enum { WEBAUTHN_UP = 0x01, WEBAUTHN_UV = 0x04, WEBAUTHN_BE = 0x08, WEBAUTHN_BS = 0x10, WEBAUTHN_AT = 0x40, WEBAUTHN_ED = 0x80 };

enum webauthn_format { WEBAUTHN_FORMAT_OTHER = 0, WEBAUTHN_FORMAT_NONE, WEBAUTHN_FORMAT_SELF };

enum webauthn_why {
	WEBAUTHN_UNCHECKED = 0,
	WEBAUTHN_CLIENT,         /* the client data is no JSON object with one of each name, or too long */
	WEBAUTHN_TYPE,
	WEBAUTHN_CHALLENGE_OTHER,
	WEBAUTHN_ORIGIN,
	WEBAUTHN_FRAMED,         /* crossOrigin, or a topOrigin */
	WEBAUTHN_AUTHENTICATOR,  /* the authenticator data has another length or parts than it should */
	WEBAUTHN_RP,
	WEBAUTHN_ABSENT_USER,    /* UP unset */
	WEBAUTHN_UNVERIFIED,     /* UV unset */
	WEBAUTHN_BACKUP,         /* BS without BE */
	WEBAUTHN_BACKUP_CHANGED, /* BE is not what it was at the registration */
	WEBAUTHN_ALGORITHM,      /* not among those offered */
	WEBAUTHN_KEY,            /* a key of another shape than its algorithm's */
	WEBAUTHN_CREDENTIAL,     /* an empty id, or one over 1023 bytes */
	WEBAUTHN_STATEMENT,      /* an attestation that we did not ask for */
	WEBAUTHN_COUNTER,        /* went back, or stood still */
	WEBAUTHN_HANDLE_MISSING,
	WEBAUTHN_HANDLE_OTHER,   /* the answer names another user than the credential's */
	WEBAUTHN_FINE = 0x600d,
};

/* The reason for the audit: "passkey-origin" ... */
const char *webauthn_why_name(enum webauthn_why why);

/* What we asked. */
struct webauthn_expect {
	struct str challenge;    /* base64url of the 32 bytes */
	struct str origin;       /* exactly: "https://masuk.example", "http://localhost:8080" */
	struct str rp_id;        /* "masuk.example" */
};
/* Origin and rp id of an address like base_url: a default port is left out, as browsers do. RC_MALFORMED. */
enum rc webauthn_expect_of(struct str base_url, struct str *origin, struct str *rp_id) MUST_USE;

/* Client data alone. `type` is "webauthn.create" or "webauthn.get". */
enum webauthn_why webauthn_client(struct str json, const char *type, const struct webauthn_expect *e) MUST_USE;

/* What the lens made of an attestation object: fixed, so that it can travel as it is. */
struct webauthn_made {
	unsigned char rp_hash[32], aaguid[16];
	int64_t alg;
	uint32_t flags, counter;
	uint32_t format;                 /* enum webauthn_format */
	uint32_t credential_len, key_len, signature_len, authdata_len, zero;
	unsigned char credential[WEBAUTHN_CREDENTIAL_MAX + 1];
	unsigned char key[WEBAUTHN_KEY_MAX + 4]; /* empty where the algorithm is not one of ours */
	unsigned char signature[WEBAUTHN_SIGNATURE_MAX];   /* FORMAT_SELF: by the new key itself */
	unsigned char authdata[WEBAUTHN_OBJECT_MAX];       /* what it is over, with the client data's hash behind it */
};
_Static_assert(sizeof(struct webauthn_made) == 48 + 8 + 8 * 4 + 1024 + 264 + 512 + 4096, "no padding");
/* Lengths within their rooms: whoever takes one from another process asks first. */
bool webauthn_made_fits(const struct webauthn_made *m);

enum webauthn_why webauthn_registration(const struct webauthn_expect *e, struct str client_json, const struct webauthn_made *m) MUST_USE;

/* What we know of a credential. */
struct webauthn_known {
	int64_t user;
	uint32_t counter;
	bool backup_eligible;
};
struct webauthn_seen {
	uint32_t flags, counter;
};
/* `handle` is what the answer said whose it is; absent only where `handle_needed` is false (the person was known before). */
enum webauthn_why webauthn_assertion(const struct webauthn_expect *e, struct str client_json, struct str authdata, struct str handle,
                                     bool handle_needed, const struct webauthn_known *k, struct webauthn_seen *out) MUST_USE;

/* What a passkey keeps instead of the user id: 32 bytes that say nothing, the same for ever. */
void webauthn_user_handle(int64_t user, unsigned char out[WEBAUTHN_HANDLE]);

#endif
