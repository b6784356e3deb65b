#include "web/step.h"

#include "web/frame.h"

struct str step_path(enum signin_screen screen)
{
	switch (screen) {
	case SCREEN_PASSWORD:
		return S("/signin/password");
	case SCREEN_CODE:
		return S("/signin/code");
	case SCREEN_ENROL:
		return S("/signin/enrol");
	case SCREEN_FIRST:
		return S("/signin/first");
	case SCREEN_TERMS:
		return S("/signin/terms");
	case SCREEN_START:
	case SCREEN_DONE:
		break;
	}
	return S("/signin");
}

struct str step_goal(const struct signin_state *s)
{
	return s->next.len || !s->form ? s->next : s->form->home_url;
}

void step_known(struct page_call *c, struct str cookie)
{
	if (cookie.len)
		cookie_set(c->rep, c->req, COOKIE_KNOWN, cookie, KNOWN_S);
}

void step_on(struct page_call *c, const struct signin_state *s)
{
	if (s->signin_cookie.len)
		cookie_set(c->rep, c->req, COOKIE_SIGNIN, s->signin_cookie, 0);
	if (s->screen != SCREEN_DONE) {
		reply_see_other(c->rep, step_path(s->screen));
		return;
	}
	cookie_set(c->rep, c->req, COOKIE_SESSION, s->session_cookie, 0);
	cookie_set(c->rep, c->req, COOKIE_SIGNIN, STR_NONE, -1);
	step_known(c, s->known_cookie);
	/* The form's page allowed one origin; a browser would stop at another. */
	struct str origin = frame_origin(s->go);
	bool allowed = !origin.len || str_eq(origin, frame_origin(step_goal(s)));
	struct str go = allowed ? s->go : S("/home");

	reply_see_other(c->rep, s->recovery_last ? call_href(c->v.arena, "/account/recovery-codes", "next", go) : go);
}

bool step_is(struct page_call *c, const struct signin_state *s, enum signin_screen wanted)
{
	if (s->screen == wanted)
		return true;
	if (c->who && s->screen == SCREEN_START)
		reply_see_other(c->rep, S("/home"));
	else
		step_on(c, s);
	return false;
}

void step_lost(struct page_call *c)
{
	reply_see_other(c->rep, S("/signin?over=1"));
}
