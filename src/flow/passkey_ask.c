#include <string.h>

#include "base/buf.h"
#include "base/codec.h"
#include "flow/passkey_parts.h"

enum { OPTIONS_FIRST = 1024, OPTIONS_MAX = 64 * 1024, TIMEOUT_MS = CHALLENGE_S * 1000 };

enum rc passkey_challenge(struct flow *f, const struct visit *v, const unsigned char cookie[STORE_HASH], enum challenge_purpose p,
                          struct str *text)
{
	unsigned char challenge[WEBAUTHN_CHALLENGE];
	struct tx *tx;
	enum rc rc = random_bytes(challenge, sizeof(challenge));

	*text = STR_NONE;
	if (rc == RC_OK)
		rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_challenge_put(tx, cookie, p, challenge, v->now_s);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		*text = base64url_encode(v->arena, str_n(challenge, sizeof(challenge)));
	return rc;
}

enum rc passkey_challenge_take(struct tx *tx, const struct visit *v, const unsigned char cookie[STORE_HASH], enum challenge_purpose p,
                               struct str *text)
{
	unsigned char challenge[WEBAUTHN_CHALLENGE];
	enum rc rc = store_challenge_take(tx, cookie, p, v->now_s, challenge);

	*text = STR_NONE;
	if (rc == RC_OK)
		*text = base64url_encode(v->arena, str_n(challenge, sizeof(challenge)));
	return rc == RC_ABSENT ? RC_OK : rc;
}

struct str passkey_bytes(struct arena *a, struct str field, size_t most)
{
	struct str out;

	if (field.len == 0 || field.len > (most + 2) / 3 * 4 || base64url_decode(a, field, &out) != RC_OK || out.len > most)
		return STR_NONE;
	return out;
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

/* A string of ours, or one that a person typed: RFC 8259 7. */
static void text(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == '<')
			buf_printf(b, "\\u%04x", c);
		else
			buf_char(b, (char)c);
	}
	buf_char(b, '"');
}

static void credentials(struct buf *b, const struct visit *v, const char *name, const struct passkey *keys, size_t n)
{
	buf_printf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		struct str rest = keys[i].transports;

		buf_lit(b, i ? ",{\"type\":\"public-key\",\"id\":" : "{\"type\":\"public-key\",\"id\":");
		text(b, base64url_encode(v->arena, keys[i].credential));
		buf_lit(b, ",\"transports\":[");
		for (bool first = true; rest.len; first = false) {
			struct str one = str_cut(&rest, ' ');

			if (!first)
				buf_char(b, ',');
			text(b, one);
		}
		buf_lit(b, "]}");
	}
	buf_char(b, ']');
}

static enum rc begin(struct flow *f, const struct visit *v, struct str challenge, struct buf *b, struct str *rp)
{
	struct str origin;

	buf_init(b, v->arena, OPTIONS_FIRST, OPTIONS_MAX);
	if (webauthn_expect_of(f->config->base_url, &origin, rp) != RC_OK)
		return RC_ABSENT;
	buf_lit(b, "{\"challenge\":");
	text(b, challenge);
	buf_printf(b, ",\"timeout\":%d", TIMEOUT_MS);
	return RC_OK;
}

static enum rc finish(struct buf *b, struct str *options)
{
	buf_char(b, '}');
	if (!buf_ok(b))
		return RC_FAULT;
	*options = buf_str(b);
	return RC_OK;
}

enum rc passkey_options_get(struct flow *f, const struct visit *v, struct str challenge, const struct passkey *keys, size_t n,
                            struct str *options)
{
	struct str rp;
	struct buf b;
	enum rc rc = begin(f, v, challenge, &b, &rp);

	*options = STR_NONE;
	if (rc != RC_OK)
		return rc;
	buf_lit(&b, ",\"rpId\":");
	text(&b, rp);
	buf_lit(&b, ",\"userVerification\":\"required\"");
	credentials(&b, v, "allowCredentials", keys, n);
	return finish(&b, options);
}

enum rc passkey_options_create(struct flow *f, const struct visit *v, struct str challenge, const struct user *u,
                               const struct passkey *keys, size_t n, struct str *options)
{
	unsigned char handle[WEBAUTHN_HANDLE];
	struct str rp;
	struct buf b;
	enum rc rc = begin(f, v, challenge, &b, &rp);

	*options = STR_NONE;
	if (rc != RC_OK)
		return rc;
	webauthn_user_handle(u->id, handle);
	buf_lit(&b, ",\"rp\":{\"id\":");
	text(&b, rp);
	buf_lit(&b, ",\"name\":");
	text(&b, f->config->organisation);
	buf_lit(&b, "},\"user\":{\"id\":");
	text(&b, base64url_encode(v->arena, str_n(handle, sizeof(handle))));
	buf_lit(&b, ",\"name\":");
	text(&b, u->shown);
	buf_lit(&b, ",\"displayName\":");
	text(&b, u->name.len ? u->name : u->shown);
	buf_printf(&b, "},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":%d},{\"type\":\"public-key\",\"alg\":%d},"
	           "{\"type\":\"public-key\",\"alg\":%d}]", WEBAUTHN_ES256, WEBAUTHN_EDDSA, WEBAUTHN_RS256);
	credentials(&b, v, "excludeCredentials", keys, n);
	buf_lit(&b, ",\"authenticatorSelection\":{\"residentKey\":\"required\",\"requireResidentKey\":true,"
	            "\"userVerification\":\"required\"},\"attestation\":\"none\"");
	return finish(&b, options);
}
