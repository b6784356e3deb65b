/*
 * call: one request on its way through a page, and what all pages share.
 *
 * The router makes it, the guard fills in who is asking, the page reads it and writes c->rep. It lives in the
 * request's arena, like everything it points to. A page takes fields from `form`, hands `&c->v` to the flows and
 * never looks at cookies, headers or the method itself.
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include "flow/enrol.h"
#include "flow/session.h"
#include "web/reply.h"
#include "web/request.h"

struct route; /* web/router.h */

struct page_call {
	struct flow *f;
	struct visit v;                  /* now_s, address, browser, lang, arena: hand &c->v to the flows */
	const struct request *req;
	struct reply *rep;
	const struct route *route;
	struct form form;                /* POST: parsed; a field is form_get(&c->form, "user") */
	struct str signin_cookie;        /* value; absent when there is none. Also the one that this GET is setting */
	struct str session_cookie;
	struct str csrf;                 /* what this page's forms must carry; under GUARD_OPEN only when there is a `who` */
	const struct who *who;           /* never NULL behind GUARD_SESSION, _SESSION_FORM and _FRESH */
	bool is_fresh;                   /* `who` has a fresh proof */
	bool is_post;
};

/* The language of this request: ?lang= (it must be one of config's), the cookie, Accept-Language, the first of
 * config's. `chosen` (may be NULL) says that ?lang= was there, so that the cookie is set. */
enum lang router_lang(const struct config *c, const struct request *req, bool *chosen);

/* This page in another language: its path, its query without the old lang=, and lang=. For a page that answered a
 * POST it is the GET page of that path. */
struct str call_lang_href(const struct page_call *c, enum lang lang);

/* "/signin?next=%2Fhome" */
struct str call_href(struct arena *a, const char *path, const char *name, struct str value);

/* Seconds until this session ends when nothing more is done: idle time or the whole life, whichever is first. */
int64_t call_session_left(const struct page_call *c);
struct str call_session_until(const struct page_call *c); /* the same as a clock time */

/* Whose enrolment this is: /account/... the session, else the sign-in. One page serves both roads. */
bool call_is_account(const struct page_call *c);
struct enrol_by call_enrol_by(const struct page_call *c);
/* "/signin/enrol" or "/account/mfa/enrol", with `tail` ("", "/renew") behind it. */
struct str call_enrol_path(const struct page_call *c, const char *tail);

/* A reference like K7-42Q for a failure that no flow has named, and a log line that carries it. */
struct str call_reference(struct page_call *c, const char *event, int status);

/* Pages for the failures that are nobody's step: they need neither store nor vault. */
enum trouble {
	TROUBLE_MALFORMED = 0, /* 400 */
	TROUBLE_SIGNED_OUT,    /* 401: a POST without a session */
	TROUBLE_NOT_FRESH,     /* 401: a POST that needs a fresh proof; the door is /account/confirm?next= */
	TROUBLE_ORIGIN,        /* 403: the form came from another site */
	TROUBLE_FORM_OLD,      /* 403: the csrf does not fit: the page was open too long, or cookies are off */
	TROUBLE_NOT_YOURS,     /* 403 */
	TROUBLE_NOT_FOUND,     /* 404 */
	TROUBLE_METHOD,        /* 405; Allow is already set */
	TROUBLE_BUSY,          /* 503 with Retry-After; RC_BUSY */
	TROUBLE_FAULT,         /* 503: RC_FAULT; nothing was granted */
	TROUBLE_BUG,           /* 500 */
};
void page_trouble(struct page_call *c, enum trouble what);
/* For a flow's rc that is not RC_OK: BUSY and FAULT as above, ABSENT is 404, TAKEN 409, MALFORMED 400. */
void page_rc(struct page_call *c, enum rc rc);

#endif
