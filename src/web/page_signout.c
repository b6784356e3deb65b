#include "flow/signin.h"
#include "web/router.h"

/* An activation that is shown and not yet confirmed: leaving now would make a dead entry in the app. When it
 * cannot be found out, the person may go. */
static bool activation_open(struct page_call *c)
{
	struct enrol_state e;

	if (enrol_look(c->f, &c->v, (struct enrol_by){HOLDER_SESSION, c->session_cookie}, &e) != RC_OK)
		return false;
	return e.screen == ENROL_OPEN || e.screen == ENROL_CLOSED;
}

static void gone(struct page_call *c, enum cookie which)
{
	cookie_set(c->rep, c->req, which, STR_NONE, -1);
	reply_header(c->rep, "Clear-Site-Data", S("\"cache\""));
	reply_see_other(c->rep, S("/signed-out"));
}

static void leave_session(struct page_call *c, bool sure)
{
	bool open = activation_open(c);
	enum rc rc = RC_OK;

	if (open && !sure) {
		page_enrol_unfinished(c);
		return;
	}
	if (open)
		rc = enrol_leave(c->f, &c->v, (struct enrol_by){HOLDER_SESSION, c->session_cookie});
	if (rc == RC_OK || rc == RC_ABSENT || rc == RC_TAKEN)
		rc = session_end(c->f, &c->v, c->session_cookie);
	if (rc)
		page_rc(c, rc);
	else
		gone(c, COOKIE_SESSION);
}

/* The session of this cookie counts for nothing now, to the guard; it is ended all the same. */
static void leave_unseen(struct page_call *c)
{
	enum rc rc = session_end(c->f, &c->v, c->session_cookie);

	if (rc)
		page_rc(c, rc);
	else
		gone(c, COOKIE_SESSION);
}

static void leave_signin(struct page_call *c, bool sure)
{
	struct signin_state s;
	enum rc rc = signin_leave(c->f, &c->v, c->signin_cookie, sure, &s);

	if (rc == RC_OK && s.told.say == SAY_ENROL_UNFINISHED)
		page_enrol_unfinished(c);
	else if (rc == RC_OK || rc == RC_ABSENT)
		gone(c, COOKIE_SIGNIN);
	else
		page_rc(c, rc);
}

void page_signout(struct page_call *c)
{
	bool sure = str_is(form_get(&c->form, "sure"), "1");

	if (c->who)
		leave_session(c, sure);
	else if (c->signin_cookie.len)
		leave_signin(c, sure);
	else
		leave_unseen(c);
}
