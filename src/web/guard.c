#include "web/guard.h"

#define BIT(g) (1u << (g))

enum {
	FORMS = BIT(GUARD_FORM) | BIT(GUARD_EITHER_FORM) | BIT(GUARD_SESSION_FORM) | BIT(GUARD_FRESH),
	SESSIONS = BIT(GUARD_SESSION) | BIT(GUARD_SESSION_FORM) | BIT(GUARD_FRESH),
	PEOPLE = BIT(GUARD_OPEN) | FORMS | SESSIONS,
	EVERY = PEOPLE | BIT(GUARD_MACHINE),
};

bool guard_cookie_shaped(struct str value)
{
	static const bool letters[256] = {['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['0' ... '9'] = true, ['-'] = true, ['_'] = true};
	bool ok = true;

	if (value.len != 43)
		return false;
	for (size_t i = 0; i < value.len; i++)
		ok &= letters[(unsigned char)value.ptr[i]];
	return ok;
}

/* "https://masuk.example" of "https://masuk.example/anything" */
static struct str origin_of(struct str url)
{
	size_t slashes = 0;

	for (size_t i = 0; i < url.len; i++)
		if (url.ptr[i] == '/' && ++slashes == 3)
			return str_n(url.ptr, i);
	return url;
}

bool guard_origin_fits(const struct config *c, const struct request *req)
{
	struct str site = request_header(req, "sec-fetch-site");
	struct str origin = request_header(req, "origin");

	if (!site.ptr && !origin.ptr)
		return true;
	if (site.ptr && str_is(site, "same-origin"))
		return true;
	return origin.ptr && origin.len && str_ieq(origin, origin_of(c->base_url));
}

static bool ask_origin(struct page_call *c)
{
	if (guard_origin_fits(c->f->config, c->req))
		return true;
	page_trouble(c, TROUBLE_ORIGIN);
	return false;
}

static bool ask_form(struct page_call *c)
{
	if (form_parse(c->req, &c->form) == RC_OK)
		return true;
	c->form.n = 0;
	page_trouble(c, TROUBLE_MALFORMED);
	return false;
}

/* RC_ABSENT: nobody is signed in. */
static enum rc find_who(struct page_call *c)
{
	struct who *w = arena_one(c->v.arena, struct who);
	struct tx *tx = NULL;
	enum rc rc;

	if (!c->session_cookie.ptr)
		return RC_ABSENT;
	rc = store_view(c->f->store, &tx);
	if (rc)
		return rc;
	rc = session_find(c->f, tx, c->v.arena, c->v.now_s, c->session_cookie, w);
	store_abandon(&tx);
	if (rc)
		return rc;
	c->who = w;
	c->is_fresh = session_is_fresh(&w->session, c->v.now_s);
	return RC_OK;
}

/* Open pages stay up while the store is down: they show themselves as to a stranger. Not so the sign-out: nobody is
 * told that a session is over that could not be looked up. */
static bool ask_visitor(struct page_call *c)
{
	enum rc rc = find_who(c);

	if (rc == RC_OK)
		c->csrf = cookie_csrf(c->v.arena, c->session_cookie);
	if (rc == RC_OK || rc == RC_ABSENT || c->route->guard != GUARD_EITHER_FORM)
		return true;
	page_rc(c, rc);
	return false;
}

static bool ask_session(struct page_call *c)
{
	enum rc rc = find_who(c);

	if (rc == RC_OK) {
		session_touch(c->f, &c->who->session, c->v.now_s);
		c->csrf = cookie_csrf(c->v.arena, c->session_cookie);
		return true;
	}
	if (rc != RC_ABSENT)
		page_rc(c, rc);
	else if (c->is_post)
		page_trouble(c, TROUBLE_SIGNED_OUT);
	else
		reply_see_other(c->rep, call_href(c->v.arena, "/signin", "next", c->req->target));
	return false;
}

/* A form for people without a session hangs on the sign-in cookie; the first GET makes it. */
static bool ask_signin_cookie(struct page_call *c)
{
	unsigned char hash[STORE_HASH];

	if (!c->signin_cookie.ptr && !c->is_post) {
		enum rc rc = cookie_new(c->v.arena, &c->signin_cookie, hash);

		if (rc) {
			page_rc(c, rc);
			return false;
		}
		cookie_set(c->rep, c->req, COOKIE_SIGNIN, c->signin_cookie, 0);
	}
	c->csrf = c->signin_cookie.ptr ? cookie_csrf(c->v.arena, c->signin_cookie) : STR_NONE;
	return true;
}

/* POST /signout: whoever has a session signs out of it; else the half-done sign-in is left. A page of a session that
 * ended meanwhile may still sign out: nothing is left to protect. */
static bool ask_either(struct page_call *c)
{
	struct str given = form_get(&c->form, "csrf");

	if (c->who)
		return true;
	if (c->session_cookie.ptr) {
		c->csrf = cookie_csrf(c->v.arena, c->session_cookie);
		if (str_eq_secret(given, c->csrf)) {
			c->signin_cookie = STR_NONE;
			return true;
		}
	}
	return ask_signin_cookie(c);
}

static bool ask_csrf(struct page_call *c)
{
	struct str given = form_get(&c->form, "csrf");

	if (c->csrf.ptr && c->csrf.len && given.ptr && str_eq_secret(given, c->csrf))
		return true;
	page_trouble(c, TROUBLE_FORM_OLD);
	return false;
}

static bool ask_fresh(struct page_call *c)
{
	if (c->is_fresh)
		return true;
	if (c->is_post)
		page_trouble(c, TROUBLE_NOT_FRESH);
	else
		reply_see_other(c->rep, call_href(c->v.arena, "/account/confirm", "next", c->req->target));
	return false;
}

static const struct question {
	unsigned guards;
	bool post_only;
	bool (*ask)(struct page_call *c);
} questions[] = {
	{FORMS, true, ask_origin},
	{FORMS, true, ask_form},
	{PEOPLE & ~SESSIONS, false, ask_visitor},
	{SESSIONS, false, ask_session},
	{BIT(GUARD_FORM), false, ask_signin_cookie},
	{BIT(GUARD_EITHER_FORM), false, ask_either},
	{FORMS, true, ask_csrf},
	{BIT(GUARD_FRESH), false, ask_fresh},
};

bool guard_admits(struct page_call *c)
{
	unsigned guard = BIT(c->route->guard);

	if (!(guard & EVERY) || (c->is_post && !(guard & FORMS))) {
		page_trouble(c, TROUBLE_BUG);
		return false;
	}
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct question *q = &questions[i];

		if (!(q->guards & guard) || (q->post_only && !c->is_post))
			continue;
		if (!q->ask(c))
			return false;
	}
	return true;
}
