/* Before the first activation: the slip from the office, or when the quiet period ends. */
#include "flow/first.h"
#include "web/frame.h"
#include "web/router.h"
#include "web/step.h"

static void show(struct page_call *c, struct page_frame *f, struct page_first *p, const struct told *told, int64_t quiet_ends_s)
{
	frame_told(c, f, told);
	p->slip_error = say_at(c, told, FIELD_SLIP);
	if (quiet_ends_s)
		p->opens = time_minute(c->v.arena, c->v.lang, quiet_ends_s);
}

/* ---- /signin/first ---------------------------------------------------------------------------------------- */

static void show_signin(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s)
{
	struct page_first p = {.action = S("/signin/first")};

	show(c, f, &p, &s->told, s->quiet_ends_s);
	page_first_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

void page_first(struct page_call *c)
{
	struct signin_state s;
	enum rc rc = first_signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (rc != RC_OK)
		page_rc(c, rc);
	else if (step_is(c, &s, SCREEN_FIRST))
		show_signin(c, 200, frame_of(c), &s);
}

void page_first_post(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s, kept;
	enum rc rc = first_signin(c->f, &c->v, c->signin_cookie, form_get(&c->form, "slip"), &s);

	if (rc == RC_BUSY || rc == RC_FAULT) {
		if (first_signin_look(c->f, &c->v, c->signin_cookie, &kept) != RC_OK || kept.screen != SCREEN_FIRST) {
			page_rc(c, rc);
		} else {
			kept.told = (struct told){0};
			show_signin(c, frame_busy(c, f, rc), f, &kept);
		}
	} else if (rc == RC_ABSENT) {
		step_lost(c);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (s.screen == SCREEN_FIRST && s.told.say != SAY_NOTHING) {
		show_signin(c, 422, f, &s);
	} else {
		step_on(c, &s);
	}
}

/* ---- /account/mfa/first ------------------------------------------------------------------------------------ */

static void show_account(struct page_call *c, int status, struct page_frame *f, const struct first_state *s)
{
	struct page_first p = {.action = S("/account/mfa/first"), .account = true};

	show(c, f, &p, &s->told, s->quiet_ends_s);
	page_first_render(frame_begin(c, status), f, &p);
}

void page_first_account(struct page_call *c)
{
	struct first_state s;
	enum rc rc = first_look(c->f, &c->v, c->who, &s);

	if (rc != RC_OK)
		page_rc(c, rc);
	else if (s.open || (!s.quiet_ends_s && c->who->type->policy.first_enrol == FIRST_QUIET))
		reply_see_other(c->rep, S("/account/mfa")); /* nothing is asked, or nothing was begun */
	else
		show_account(c, 200, frame_of(c), &s);
}

void page_first_account_post(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct first_state s;
	enum rc rc = first_account(c->f, &c->v, c->who, form_get(&c->form, "slip"), &s);

	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_SIGNED_OUT);
	} else if (rc == RC_BUSY || rc == RC_FAULT) {
		s.told = (struct told){0};
		show_account(c, frame_busy(c, f, rc), f, &s);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (s.open) {
		reply_see_other(c->rep, S("/account/mfa"));
	} else {
		show_account(c, 422, f, &s);
	}
}
