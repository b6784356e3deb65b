#include "core/webauthn.h"

#include <jansson.h>

#include "base/codec.h"

const char *webauthn_why_name(enum webauthn_why why)
{
	switch (why) {
	case WEBAUTHN_UNCHECKED:
		return "passkey-unchecked";
	case WEBAUTHN_CLIENT:
		return "passkey-client-data";
	case WEBAUTHN_TYPE:
		return "passkey-type";
	case WEBAUTHN_CHALLENGE_OTHER:
		return "passkey-challenge";
	case WEBAUTHN_ORIGIN:
		return "passkey-origin";
	case WEBAUTHN_FRAMED:
		return "passkey-framed";
	case WEBAUTHN_AUTHENTICATOR:
		return "passkey-authenticator-data";
	case WEBAUTHN_RP:
		return "passkey-rp";
	case WEBAUTHN_ABSENT_USER:
		return "passkey-user-absent";
	case WEBAUTHN_UNVERIFIED:
		return "passkey-user-unverified";
	case WEBAUTHN_BACKUP:
		return "passkey-backup";
	case WEBAUTHN_BACKUP_CHANGED:
		return "passkey-backup-changed";
	case WEBAUTHN_ALGORITHM:
		return "passkey-algorithm";
	case WEBAUTHN_KEY:
		return "passkey-key";
	case WEBAUTHN_CREDENTIAL:
		return "passkey-credential";
	case WEBAUTHN_STATEMENT:
		return "passkey-statement";
	case WEBAUTHN_COUNTER:
		return "passkey-counter";
	case WEBAUTHN_HANDLE_MISSING:
		return "passkey-handle-missing";
	case WEBAUTHN_HANDLE_OTHER:
		return "passkey-handle";
	case WEBAUTHN_FINE:
		return "passkey-fine";
	}
	return "passkey-unchecked";
}

enum rc webauthn_expect_of(struct str base_url, struct str *origin, struct str *rp_id)
{
	bool tls = str_starts(base_url, S("https://"));
	size_t scheme = tls ? 8 : 7, end = scheme;
	struct str host, port;

	*origin = *rp_id = STR_NONE;
	if (!tls && !str_starts(base_url, S("http://")))
		return RC_MALFORMED;
	while (end < base_url.len && base_url.ptr[end] != '/')
		end++;
	port = str_n(base_url.ptr + scheme, end - scheme);
	host = str_cut(&port, ':');
	if (host.len == 0 || host.ptr[0] == '[')
		return RC_MALFORMED;
	if (port.ptr && str_is(port, tls ? "443" : "80"))
		end = scheme + host.len;
	*origin = str_n(base_url.ptr, end);
	*rp_id = host;
	return RC_OK;
}

/* ---- client data ------------------------------------------------------------------------------------ */

static bool text_is(const json_t *value, struct str wanted)
{
	return json_is_string(value) && str_eq(str_n(json_string_value(value), json_string_length(value)), wanted);
}

/* topOrigin says that a frame of another site asked: we are never framed. */
static enum webauthn_why client_checks(const json_t *root, const char *type, const struct webauthn_expect *e)
{
	const json_t *cross = json_object_get(root, "crossOrigin");

	if (!json_is_object(root))
		return WEBAUTHN_CLIENT;
	if (!text_is(json_object_get(root, "type"), str_of(type)))
		return WEBAUTHN_TYPE;
	if (e->challenge.len == 0 || !text_is(json_object_get(root, "challenge"), e->challenge))
		return WEBAUTHN_CHALLENGE_OTHER;
	if (e->origin.len == 0 || !text_is(json_object_get(root, "origin"), e->origin))
		return WEBAUTHN_ORIGIN;
	if ((cross && !json_is_false(cross)) || json_object_get(root, "topOrigin"))
		return WEBAUTHN_FRAMED;
	return WEBAUTHN_FINE;
}

enum webauthn_why webauthn_client(struct str json, const char *type, const struct webauthn_expect *e)
{
	enum webauthn_why why;
	json_error_t error;
	json_t *root;

	if (json.len == 0 || json.len > WEBAUTHN_CLIENT_MAX)
		return WEBAUTHN_CLIENT;
	root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return WEBAUTHN_CLIENT;
	why = client_checks(root, type, e);
	json_decref(root);
	return why;
}

/* ---- authenticator data ------------------------------------------------------------------------------ */

static enum webauthn_why common_checks(const struct webauthn_expect *e, const unsigned char *rp_hash, uint32_t flags)
{
	unsigned char wanted[32];

	sha256(e->rp_id, wanted);
	if (!str_eq(str_n(wanted, sizeof(wanted)), str_n(rp_hash, sizeof(wanted))))
		return WEBAUTHN_RP;
	if (!(flags & WEBAUTHN_UP))
		return WEBAUTHN_ABSENT_USER;
	if (!(flags & WEBAUTHN_UV))
		return WEBAUTHN_UNVERIFIED;
	if ((flags & WEBAUTHN_BS) && !(flags & WEBAUTHN_BE))
		return WEBAUTHN_BACKUP;
	return WEBAUTHN_FINE;
}

bool webauthn_made_fits(const struct webauthn_made *m)
{
	return m->credential_len <= WEBAUTHN_CREDENTIAL_MAX && m->key_len <= WEBAUTHN_KEY_MAX &&
	       m->signature_len <= WEBAUTHN_SIGNATURE_MAX && m->authdata_len <= WEBAUTHN_OBJECT_MAX &&
	       m->format <= WEBAUTHN_FORMAT_SELF && m->zero == 0;
}

/* 0: not one of ours. */
static uint32_t key_bytes(int64_t alg)
{
	return alg == WEBAUTHN_ES256 ? 64 : alg == WEBAUTHN_EDDSA ? 32 : alg == WEBAUTHN_RS256 ? 259 : 0;
}

enum webauthn_why webauthn_registration(const struct webauthn_expect *e, struct str client_json, const struct webauthn_made *m)
{
	enum webauthn_why why = webauthn_client(client_json, "webauthn.create", e);

	if (why != WEBAUTHN_FINE)
		return why;
	if (!webauthn_made_fits(m) || !(m->flags & WEBAUTHN_AT))
		return WEBAUTHN_AUTHENTICATOR;
	why = common_checks(e, m->rp_hash, m->flags);
	if (why != WEBAUTHN_FINE)
		return why;
	if (key_bytes(m->alg) == 0)
		return WEBAUTHN_ALGORITHM;
	if (m->key_len != key_bytes(m->alg))
		return WEBAUTHN_KEY;
	if (m->credential_len == 0)
		return WEBAUTHN_CREDENTIAL;
	if (m->format != WEBAUTHN_FORMAT_NONE && m->format != WEBAUTHN_FORMAT_SELF)
		return WEBAUTHN_STATEMENT;
	return WEBAUTHN_FINE;
}

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum webauthn_why whose(struct str handle, bool needed, int64_t user)
{
	unsigned char wanted[WEBAUTHN_HANDLE];

	if (handle.len == 0)
		return needed ? WEBAUTHN_HANDLE_MISSING : WEBAUTHN_FINE;
	webauthn_user_handle(user, wanted);
	return str_eq(handle, str_n(wanted, sizeof(wanted))) ? WEBAUTHN_FINE : WEBAUTHN_HANDLE_OTHER;
}

enum webauthn_why webauthn_assertion(const struct webauthn_expect *e, struct str client_json, struct str authdata, struct str handle,
                                     bool handle_needed, const struct webauthn_known *k, struct webauthn_seen *out)
{
	enum webauthn_why why = webauthn_client(client_json, "webauthn.get", e);
	const unsigned char *p = (const unsigned char *)authdata.ptr;

	*out = (struct webauthn_seen){0};
	if (why != WEBAUTHN_FINE)
		return why;
	why = whose(handle, handle_needed, k->user);
	if (why != WEBAUTHN_FINE)
		return why;
	if (authdata.len != WEBAUTHN_AUTHDATA || (p[32] & (WEBAUTHN_AT | WEBAUTHN_ED)))
		return WEBAUTHN_AUTHENTICATOR;
	out->flags = p[32];
	out->counter = be32(p + 33);
	why = common_checks(e, p, out->flags);
	if (why != WEBAUTHN_FINE)
		return why;
	if (((out->flags & WEBAUTHN_BE) != 0) != k->backup_eligible)
		return WEBAUTHN_BACKUP_CHANGED;
	if ((out->counter || k->counter) && out->counter <= k->counter)
		return WEBAUTHN_COUNTER;
	return WEBAUTHN_FINE;
}

void webauthn_user_handle(int64_t user, unsigned char out[WEBAUTHN_HANDLE])
{
	unsigned char text[16 + 8] = "passkey handle  ";
	uint64_t id = (uint64_t)user;

	for (int i = 0; i < 8; i++)
		text[16 + i] = (unsigned char)(id >> (8 * i));
	sha256(str_n(text, sizeof(text)), out);
}
