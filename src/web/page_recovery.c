/* Recovery codes: the form of the sign-in, and the page of the account that makes and shows them. */
#include "flow/recovery.h"
#include "web/frame.h"
#include "web/router.h"
#include "web/step.h"

/* ---- /signin/recovery ---------------------------------------------------------------------------------- */

static void show_form(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s)
{
	struct page_recovery p = {.code_error = say_at(c, &s->told, FIELD_CODE)};

	page_recovery_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

/* There is no such door: the code page, or whatever step the sign-in stands at. */
static bool is_offered(struct page_call *c, const struct signin_state *s)
{
	if (!step_is(c, s, SCREEN_CODE))
		return false;
	if (!s->recovery_offered)
		reply_see_other(c->rep, step_path(SCREEN_CODE));
	return s->recovery_offered;
}

void page_recovery(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s;
	enum rc rc = recovery_signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (!is_offered(c, &s))
		return;
	frame_told(c, f, &s.told);
	show_form(c, 200, f, &s);
}

void page_recovery_post(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s, kept;
	enum rc rc = recovery_signin(c->f, &c->v, c->signin_cookie, form_get(&c->form, "code"), &s);

	if (rc == RC_BUSY || rc == RC_FAULT) {
		if (recovery_signin_look(c->f, &c->v, c->signin_cookie, &kept) != RC_OK || !kept.recovery_offered)
			page_rc(c, rc);
		else
			show_form(c, frame_busy(c, f, rc), f, &kept);
	} else if (rc == RC_ABSENT) {
		step_lost(c);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (s.screen == SCREEN_CODE && s.told.say != SAY_NOTHING) {
		frame_told(c, f, &s.told);
		show_form(c, 422, f, &s);
	} else {
		step_on(c, &s);
	}
}

/* ---- /account/recovery-codes ---------------------------------------------------------------------------- */

/* Where the person was going when the last code was used; absent when nowhere. */
static struct str next_of(struct page_call *c)
{
	return signin_next_allowed(c->f->config, c->v.arena, request_query(c->req, "next"));
}

void page_recovery_codes(struct page_call *c)
{
	struct page_recovery_codes p = {.most = RECOVERY_CODES, .fresh = c->is_fresh};
	struct str next = next_of(c);
	struct recovery_set set;
	enum rc rc = recovery_look(c->f, &c->v, c->who, &set);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	p.action = next.len ? call_href(c->v.arena, "/account/recovery-codes", "next", next) : S("/account/recovery-codes");
	p.confirm = call_href(c->v.arena, "/account/confirm", "next", p.action);
	p.left = set.left;
	p.made = set.made_s ? time_minute(c->v.arena, c->v.lang, set.made_s) : STR_NONE;
	p.last_used = set.made_s && set.left == 0;
	p.may_make = set.may_make;
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_recovery_codes_render(frame_begin(c, 200), frame_of(c), &p);
}

/* The one answer that holds the codes: rendered here, kept nowhere. */
static void show_made(struct page_call *c, const struct recovery_set *set)
{
	struct page_recovery_made_codes codes[RECOVERY_CODES];
	struct page_recovery_made p = {.codes = codes, .n_codes = set->n, .user = c->who->user.shown, .go = c->who->type->home_url};
	struct str next = next_of(c);
	struct buf all;

	if (next.len)
		p.go = next;
	buf_init(&all, c->v.arena, 256, 1024);
	for (size_t i = 0; i < set->n; i++) {
		codes[i].text = set->codes[i];
		buf_add(&all, set->codes[i]);
		buf_char(&all, '\n');
	}
	p.all = buf_str(&all);
	p.made = time_minute(c->v.arena, c->v.lang, set->made_s);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_recovery_made_render(frame_begin(c, 200), frame_of(c), &p);
}

void page_recovery_make(struct page_call *c)
{
	struct recovery_set set;
	enum rc rc = recovery_make(c->f, &c->v, c->who, &set);

	if (rc == RC_ABSENT)
		page_trouble(c, TROUBLE_NOT_FRESH);
	else if (rc != RC_OK)
		page_rc(c, rc);
	else if (set.n == 0)
		reply_see_other(c->rep, S("/account/recovery-codes"));
	else
		show_made(c, &set);
}
