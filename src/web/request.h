/*
 * request: what came over the wire, already judged.
 *
 * The server fills it before any page sees it: one Host, a path that is decoded once, dot segments and
 * double slashes refused, sizes under the caps below. Everything points into the request's arena.
 * Over a cap the server answers 400, 413 or 431 itself and closes the connection; nothing is kept.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"

enum {
	REQUEST_LINE_MAX = 8 * 1024,
	REQUEST_HEADERS_MAX = 16 * 1024, /* all names and values together: 431 */
	REQUEST_HEADER_COUNT_MAX = 64,
	REQUEST_BODY_MAX = 64 * 1024,    /* 413 */
	FORM_FIELDS_MAX = 32,
	COOKIES_MAX = 32,
};

enum method { METHOD_OTHER = 0, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OPTIONS, METHOD_DELETE };

struct pair {
	struct str name, value;
};

struct request {
	enum method method;
	struct str target;      /* as it came: path and query */
	struct str path;        /* decoded, begins with '/' */
	struct str query;       /* raw, without '?', maybe empty */
	struct pair *headers;   /* names in lower case, in order of arrival */
	size_t n_headers;
	struct str host;        /* of the Host header; used for nothing but the demo's redirect */
	struct str body;        /* after chunk decoding */
	struct str address;     /* client's address as text, after trusted proxies; "unix" for a socket without one */
	bool from_proxy;        /* the peer is a trusted proxy: its X-Original-* and X-Forwarded-* may be read */
	bool secure;            /* the base_url is https: cookies carry Secure and the __Host- prefix */
	int64_t now_s;          /* read once, here */
	enum lang lang;         /* set by web/router from ?lang=, the cookie, Accept-Language, in that order */
	struct arena *arena;
	/* true as soon as the client hung up; a worker may give up early. Never decides anything else. An I/O
	 * thread writes it at any moment: read it through request_gone(). */
	const bool *gone;
};

/* The header's value, or STR_NONE. Doubled headers that must be single were refused before. */
struct str request_header(const struct request *r, const char *lower_name);
/* True when the client hung up (or closed its sending half). A worker may read this while it runs. */
bool request_gone(const struct request *r);
struct str request_cookie(const struct request *r, const char *name);   /* a doubled cookie name is absent */
struct str request_query(const struct request *r, const char *name);    /* decoded; STR_NONE when absent, doubled or broken */

/*
 * application/x-www-form-urlencoded (and nothing else) in the body.
 * RC_MALFORMED: another content type, a broken escape, %00, invalid UTF-8, over FORM_FIELDS_MAX, or a
 * field name that comes twice. A field that is absent reads as STR_NONE, an empty one as {"", 0}.
 */
struct form {
	struct pair fields[FORM_FIELDS_MAX];
	size_t n;
};
enum rc form_parse(const struct request *r, struct form *out) MUST_USE;
struct str form_get(const struct form *f, const char *name);
/* True when the name is there at all (submit buttons). */
bool form_has(const struct form *f, const char *name);

/* The raw parsers, for fuzzing and for the server. */
enum rc form_read(struct arena *a, struct str body, struct form *out) MUST_USE;
enum rc path_normal(struct arena *a, struct str raw, struct str *out) MUST_USE;
struct str cookie_find(struct str header, struct str name);

#endif
