#include "flow/signin.h"
#include "web/frame.h"
#include "web/public.h"
#include "web/router.h"
#include "web/step.h"

/* All but the newest: "SPSE: penyedia1 #2, SPSE: penyedia1 #1" */
static struct str others_of(struct page_call *c, const struct signin_state *s)
{
	struct buf b;

	buf_init(&b, c->v.arena, 128, 4096);
	for (size_t i = 1; i < s->n_labels; i++) {
		if (i > 1)
			buf_lit(&b, ", ");
		buf_add(&b, s->labels[i]);
	}
	return buf_str(&b);
}

static void show_paused(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s)
{
	int64_t until_s = s->told.paused_s ? s->told.paused_s : s->told.until_s;
	int64_t left = until_s > c->v.now_s ? until_s - c->v.now_s : 0;
	struct page_paused p = {.frozen = s->told.say == SAY_CODE_FROZEN, .recovery = s->recovery_offered, .left_s = left,
	                        .left_marks = S("300 120 60")};

	p.passkey = s->passkey_offered;
	if (p.passkey)
		frame_passkey(f);
	f->reference = s->told.ref;
	p.until = time_clock(c->v.arena, c->v.lang, until_s);
	p.left_text = frame_left(c, MSG_PAUSED_COUNTDOWN, left);
	p.over_text = frame_words(c, MSG_PAUSED_OVER);
	p.over_next = frame_words(c, MSG_PAUSED_OVER_NEXT);
	page_paused_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

static void show_code(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s)
{
	struct page_code p = {.label = s->n_labels ? s->labels[0] : STR_NONE, .others = others_of(c, s), .code_focus = f->n_errors == 0,
	                      .code_error = say_at(c, &s->told, FIELD_CODE), .recovery = s->recovery_offered};

	p.has_code = s->n_labels > 0 || !s->passkey_offered;
	p.code_focus &= p.has_code;
	p.passkey = s->passkey_offered;
	if (p.passkey)
		frame_passkey(f);
	if (s->told.say == SAY_STRICT_AGAIN)
		f->status = say_text(c, &s->told);
	page_code_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

void page_code(struct page_call *c)
{
	struct signin_state s;
	enum rc rc = signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (rc != RC_OK)
		page_rc(c, rc);
	else if (!step_is(c, &s, SCREEN_CODE))
		return;
	else if (s.told.say == SAY_CODE_PAUSED || s.told.say == SAY_CODE_FROZEN)
		show_paused(c, 200, frame_of(c), &s);
	else
		show_code(c, 200, frame_of(c), &s);
}

void page_code_post(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s, kept;
	enum rc rc = signin_code(c->f, &c->v, c->signin_cookie, form_get(&c->form, "code"), &s);

	if (rc == RC_BUSY || rc == RC_FAULT) {
		if (signin_look(c->f, &c->v, c->signin_cookie, &kept) != RC_OK || kept.screen != SCREEN_CODE)
			page_rc(c, rc);
		else
			show_code(c, frame_busy(c, f, rc), f, &kept);
	} else if (rc == RC_ABSENT) {
		step_lost(c);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (s.screen == SCREEN_CODE && (s.told.say == SAY_CODE_PAUSED || s.told.say == SAY_CODE_FROZEN)) {
		show_paused(c, 422, f, &s);
	} else if (s.screen == SCREEN_CODE && s.told.paused_s) {
		frame_error(c, f, NULL, say_text(c, &s.told)); /* no field here to point at */
		show_paused(c, 422, f, &s);
	} else if (s.screen == SCREEN_CODE && s.told.say != SAY_NOTHING && s.told.say != SAY_STRICT_AGAIN) {
		frame_told(c, f, &s.told);
		show_code(c, 422, f, &s);
	} else {
		step_on(c, &s);
	}
}

/* ---- a new version of the terms ------------------------------------------------------------------------ */

static void show_agree(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s)
{
	struct page_agree p = {.version = s->terms_version, .agree_asked = true, .agree_error = say_at(c, &s->told, FIELD_AGREE)};

	frame_told(c, f, &s->told);
	p.paragraphs = public_paragraphs(c->v.arena, c->f->config->terms.text, &p.n_paragraphs);
	page_agree_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

void page_agree(struct page_call *c)
{
	struct signin_state s;
	enum rc rc = signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (rc != RC_OK)
		page_rc(c, rc);
	else if (step_is(c, &s, SCREEN_TERMS))
		show_agree(c, 200, frame_of(c), &s);
}

void page_agree_post(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s;
	enum rc rc = signin_terms(c->f, &c->v, c->signin_cookie, form_get(&c->form, "agree").len > 0, &s);

	if (rc == RC_ABSENT)
		step_lost(c);
	else if (rc != RC_OK)
		page_rc(c, rc);
	else if (s.screen == SCREEN_TERMS && s.told.say != SAY_NOTHING)
		show_agree(c, 422, f, &s);
	else
		step_on(c, &s);
}
