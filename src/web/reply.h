/*
 * reply: the answer that a page builds and the server sends.
 *
 * Begins as 500 with an empty body, so that a page which forgets to answer grants nothing.
 * Values of headers are checked: one with CR, LF or NUL panics (a value from outside is encoded first).
 * Every HTML reply carries the headers of web hygiene (CSP, nosniff, Referrer-Policy: same-origin,
 * COOP, Permissions-Policy, Cache-Control: no-store, HSTS); reply_html adds them, nobody else does.
 * Date, Content-Length and Connection are the server's. A body over its maximum becomes a 500.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "base/buf.h"
#include "web/request.h"

enum { REPLY_HEADERS_MAX = 24, REPLY_BODY_MAX = 1024 * 1024 };

struct reply {
	int status;
	struct pair headers[REPLY_HEADERS_MAX];
	size_t n_headers;
	struct str lines;      /* more headers, as they go on the wire (reply_line); must live until the server has the reply */
	struct buf body;       /* on the request's arena */
	struct str fixed;      /* instead of body: memory that lives as long as the program (static files) */
	bool close;            /* close the connection after this answer */
	bool secure;           /* the base_url is https: HSTS goes with the hygiene headers; the server sets it */
	struct arena *arena;
};

void reply_init(struct reply *r, struct arena *a);
void reply_header(struct reply *r, const char *name, struct str value);
/* One header as it goes on the wire, for an answer that is given many times: collected in a buffer, then set as
 * `lines`. The value is checked as in reply_header. */
void reply_line(struct buf *lines, const char *name, struct str value);
void reply_text(struct reply *r, int status, struct str text);               /* text/plain, no-store */
void reply_data(struct reply *r, const char *type, struct str bytes);        /* 200, no-store, for our own pages only */
/* 303. `to` is a path of ours, or an address that was allow-listed before. */
void reply_see_other(struct reply *r, struct str to);
/* Sets the type and the hygiene headers; the page writes into r->body. `form_action_extra` is one more
 * origin for CSP form-action (a validated `next`), or STR_NONE. */
void reply_html(struct reply *r, int status, struct str form_action_extra);
/* What style-src gets beside 'self' from now on, for pages that carry their style inline: "'sha256-...'", one
 * or several, or NULL. Said once at start, before the server runs; the string must live as long as the program. */
void reply_style_csp_set(const char *csp_source);

/*
 * Cookies. The names get "__Host-" and Secure when the request's base is https; HttpOnly, SameSite=Lax
 * and Path=/ always. max_age_s 0 is a session cookie, -1 deletes.
 */
enum cookie { COOKIE_SESSION, COOKIE_SIGNIN, COOKIE_LANG, COOKIE_KNOWN };
const char *cookie_name(bool secure, enum cookie which); /* "__Host-gerbang-signin" or "gerbang-signin" */
struct str cookie_get(const struct request *r, enum cookie which);
void cookie_set(struct reply *rep, const struct request *r, enum cookie which, struct str value, int64_t max_age_s);

#endif
