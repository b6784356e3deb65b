#include "web/reply.h"

#include <string.h>

enum { HTML_FIRST = 24 * 1024, COOKIE_NAMES = 4 };

static const char *style_source;

void reply_style_csp_set(const char *csp_source)
{
	style_source = csp_source;
}

void reply_init(struct reply *r, struct arena *a)
{
	r->status = 500;
	r->n_headers = 0;
	r->lines = STR_NONE;
	buf_init(&r->body, a, 0, REPLY_BODY_MAX);
	r->fixed = STR_NONE;
	r->close = false;
	r->secure = false;
	r->arena = a;
}

static bool value_ok(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

void reply_header(struct reply *r, const char *name, struct str value)
{
	if (r->n_headers == REPLY_HEADERS_MAX)
		panic("reply: too many headers");
	if (!value_ok(value))
		panic("reply: control byte in a header");
	r->headers[r->n_headers++] = (struct pair){str_of(name), value};
}

void reply_line(struct buf *lines, const char *name, struct str value)
{
	if (!value_ok(value))
		panic("reply: control byte in a header");
	buf_lit(lines, name);
	buf_lit(lines, ": ");
	buf_add(lines, value);
	buf_lit(lines, "\r\n");
}

static void reply_plain_hygiene(struct reply *r)
{
	reply_header(r, "Cache-Control", S("no-store"));
	reply_header(r, "X-Content-Type-Options", S("nosniff"));
	if (r->secure)
		reply_header(r, "Strict-Transport-Security", S("max-age=31536000"));
}

void reply_text(struct reply *r, int status, struct str text)
{
	r->status = status;
	reply_header(r, "Content-Type", S("text/plain; charset=utf-8"));
	reply_plain_hygiene(r);
	buf_add(&r->body, text);
}

void reply_data(struct reply *r, const char *type, struct str bytes)
{
	r->status = 200;
	reply_header(r, "Content-Type", str_of(type));
	reply_plain_hygiene(r);
	reply_header(r, "Cross-Origin-Resource-Policy", S("same-origin"));
	buf_add(&r->body, bytes);
}

void reply_see_other(struct reply *r, struct str to)
{
	r->status = 303;
	reply_header(r, "Location", to);
	reply_plain_hygiene(r);
	reply_header(r, "Referrer-Policy", S("same-origin"));
}

/* Only the letters of an origin: a semicolon or a space here would write further directives. */
static bool origin_ok(struct str origin)
{
	static const char marks[] = ".-:/[]";

	for (size_t i = 0; i < origin.len; i++) {
		char c = origin.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c && strchr(marks, c))))
			return false;
	}
	return origin.len > 0;
}

static struct str csp(struct reply *r, struct str extra)
{
	bool more = origin_ok(extra);

	return arena_printf(r->arena,
	                    "default-src 'none'; style-src 'self'%s%s; script-src 'self'; img-src 'self' data:; "
	                    "media-src 'self'; connect-src 'self'; form-action 'self'%s%.*s; base-uri 'none'; frame-ancestors 'none'",
	                    style_source ? " " : "", style_source ? style_source : "", more ? " " : "",
	                    more ? (int)extra.len : 0, more ? extra.ptr : "");
}

void reply_html(struct reply *r, int status, struct str form_action_extra)
{
	r->status = status;
	if (!r->body.cap)
		buf_init(&r->body, r->arena, HTML_FIRST, REPLY_BODY_MAX);
	reply_header(r, "Content-Type", S("text/html; charset=utf-8"));
	reply_header(r, "Content-Security-Policy", csp(r, form_action_extra));
	reply_plain_hygiene(r);
	reply_header(r, "Referrer-Policy", S("same-origin"));
	reply_header(r, "Cross-Origin-Opener-Policy", S("same-origin"));
	reply_header(r, "Permissions-Policy",
	             S("camera=(self), microphone=(), geolocation=(), payment=(), usb=(), "
	               "publickey-credentials-get=(self), publickey-credentials-create=(self)"));
	reply_header(r, "Vary", S("Accept-Language, Cookie"));
}

const char *cookie_name(bool secure, enum cookie which)
{
	static const char *const names[COOKIE_NAMES][2] = {
		[COOKIE_SESSION] = {"gerbang", "__Host-gerbang"},
		[COOKIE_SIGNIN] = {"gerbang-signin", "__Host-gerbang-signin"},
		[COOKIE_LANG] = {"gerbang-lang", "__Host-gerbang-lang"},
		[COOKIE_KNOWN] = {"gerbang-known", "__Host-gerbang-known"},
	};

	return names[which][secure];
}

struct str cookie_get(const struct request *r, enum cookie which)
{
	return request_cookie(r, cookie_name(r->secure, which));
}

/* RFC 6265 4.1.1 cookie-octet. Ours are base64url or a language, so a wrong byte is a bug. */
static void cookie_value_check(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c <= ' ' || c > '~' || c == '"' || c == ',' || c == ';' || c == '\\')
			panic("cookie: a byte that may not be in a cookie");
	}
}

void cookie_set(struct reply *rep, const struct request *r, enum cookie which, struct str value, int64_t max_age_s)
{
	const char *name = cookie_name(r->secure, which);
	const char *secure = r->secure ? "; Secure" : "";
	struct str line;

	if (max_age_s < 0)
		value = S("");
	cookie_value_check(value);
	line = arena_printf(rep->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s", name, STR_ARG(value), secure);
	if (max_age_s)
		line = arena_printf(rep->arena, "%.*s; Max-Age=%lld", STR_ARG(line),
		                    max_age_s < 0 ? 0LL : (long long)max_age_s);
	reply_header(rep, "Set-Cookie", line);
}
