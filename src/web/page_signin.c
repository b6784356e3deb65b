#include "core/signin_fsm.h"
#include "files_names.h"
#include "flow/passkey.h"
#include "flow/signin.h"
#include "web/frame.h"
#include "web/public.h"
#include "web/router.h"
#include "web/signed_out.h"
#include "web/step.h"

static struct captcha_answer captcha_of(struct page_call *c)
{
	return (struct captcha_answer){.text = form_get(&c->form, "captcha"), .work = form_get(&c->form, "altcha")};
}

/* ---- the captcha on a form --------------------------------------------------------------------------- */

struct puzzle {
	bool due;
	bool picture; /* asked for a new one: who needs it sees pictures */
};

/* With work first the picture waits behind it, until it was asked for or something about the captcha went wrong. */
static bool work_first(struct page_call *c, const struct puzzle *z, struct str error)
{
	return c->f->config->captcha == CAPTCHA_MODE_WORK && !z->picture && !error.len;
}

/* "Klik di sini untuk mengganti kode", without scripts. */
static enum rc puzzle_anew(struct page_call *c, struct puzzle *z)
{
	struct captcha_drawn drawn;
	enum rc rc = captcha_draw(c->f, &c->v, c->signin_cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, CAPTCHA_ANOTHER, &drawn);

	z->picture = true;
	z->due = rc != RC_ABSENT;
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* A way in beside the form, where the type on it (none: any) takes passkeys. */
static bool with_passkey(struct page_call *c, struct page_frame *f, const struct config_type *type)
{
	bool taken = passkey_taken(c->f->config, type);

	if (taken)
		frame_passkey(f);
	return taken;
}

/* ---- user type and user id -------------------------------------------------------------------------- */

struct start {
	const struct config_type *type;
	struct str next, login;
	bool agreed;
	struct puzzle puzzle;
};

static bool has_choice(const struct page_call *c)
{
	return c->f->config->n_types > 1;
}

static void show_types(struct page_call *c, int status, struct page_frame *f, const struct start *s)
{
	struct public_types t = public_types(c);
	struct page_type p = {.types = t.types, .n_types = t.n_types, .others = t.others, .n_others = t.n_others, .next = s->next};

	p.passkey = with_passkey(c, f, NULL);
	p.passkey_next = s->next;
	page_type_render(frame_begin_to(c, status, s->next), f, &p);
}

static void show_user(struct page_call *c, int status, struct page_frame *f, const struct start *s, const struct told *t)
{
	struct page_user p = {.type = s->type->id, .type_label = s->type->label[c->v.lang], .next = s->next, .login = s->login,
	                      .choice = has_choice(c)};

	if (!p.choice)
		p.register_at = c->f->config->register_url;
	p.user_error = say_at(c, t, FIELD_USER);
	p.passkey = with_passkey(c, f, s->type);
	p.passkey_next = s->next;
	page_user_render(frame_begin_to(c, status, s->next), f, &p);
}

/* From the day that mandatory-from is set, everybody of the type reads it. */
static struct str days_text(struct page_call *c, const struct config_type *type)
{
	int64_t days = policy_days_left(&type->policy, c->v.now_s);

	if (!days)
		return STR_NONE;
	return words_text(c->v.arena, c->v.lang, MSG_POLICY_DAYS_TYPE,
	                  WORDS(WORD("date", time_date(c->v.arena, c->v.lang, type->policy.mfa_from_s)),
	                        WORD("type", type->label[c->v.lang]), NUMBER("n", days)));
}

static void show_one_page(struct page_call *c, int status, struct page_frame *f, const struct start *s, const struct told *t)
{
	struct page_onepage p = {.type = s->type->id, .type_label = s->type->label[c->v.lang], .next = s->next, .login = s->login,
	                         .choice = has_choice(c), .agreed = s->agreed};

	if (!p.choice)
		p.register_at = c->f->config->register_url;
	p.agree_asked = s->type->policy.terms == TERMS_EACH;
	p.days = days_text(c, s->type);
	p.user_error = say_at(c, t, FIELD_USER);
	p.password_error = say_at(c, t, FIELD_PASSWORD);
	p.agree_error = say_at(c, t, FIELD_AGREE);
	p.captcha_due = s->puzzle.due;
	p.captcha_error = say_at(c, t, FIELD_CAPTCHA);
	p.captcha_work = work_first(c, &s->puzzle, p.captcha_error);
	p.captcha_solver = S(FILE_CAPTCHA_JS);
	p.passkey = with_passkey(c, f, s->type);
	p.passkey_next = s->next;
	page_onepage_render(frame_begin_to(c, status, s->next.len ? s->next : s->type->home_url), f, &p);
}

static void show_start(struct page_call *c, int status, struct page_frame *f, const struct start *s, const struct told *t)
{
	frame_told(c, f, t);
	if (!s->type)
		show_types(c, status, f, s);
	else if (s->type->policy.layout == LAYOUT_ONE_PAGE)
		show_one_page(c, status, f, s, t);
	else
		show_user(c, status, f, s, t);
}

static const struct config_type *type_named(struct page_call *c, struct str id)
{
	const struct config *cfg = c->f->config;

	return cfg->n_types == 1 ? &cfg->types[0] : config_type_find(cfg, id);
}

void page_signin(struct page_call *c)
{
	struct str named = request_query(c->req, "type"), next = request_query(c->req, "next");
	struct start s = {.type = type_named(c, named)};
	struct signin_state state;
	struct page_frame *f;
	enum rc rc;

	s.next = signin_next_allowed(c->f->config, c->v.arena, next);
	if (c->who) {
		reply_see_other(c->rep, s.next.len ? s.next : S("/home"));
		return;
	}
	rc = signin_look(c->f, &c->v, c->signin_cookie, &state);
	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	/* An open step goes on, unless the address names a type: then somebody wants to begin anew. */
	if (!named.len && !next.len && state.screen != SCREEN_START && state.screen != SCREEN_PASSWORD) {
		step_on(c, &state);
		return;
	}
	if (state.screen == SCREEN_PASSWORD && s.type == state.form) {
		s.login = state.login;
		s.next = s.next.len ? s.next : state.next;
	}
	s.puzzle.due = s.type && s.type->policy.layout == LAYOUT_ONE_PAGE && captcha_at_first(c->f, &c->v, s.type);
	f = frame_of(c);
	if (request_query(c->req, "over").len)
		frame_error(c, f, NULL, frame_words(c, MSG_ENROL_GONE));
	else
		f->status = signed_out_why(c);
	show_start(c, 200, f, &s, &(struct told){0});
}

/* The typed user id travels in the sign-in's row; without one the page has nothing to carry. */
static void to_reset(struct page_call *c, const struct start *s)
{
	struct signin_state out;
	enum rc rc = RC_OK;

	if (s->type && s->login.len)
		rc = signin_user(c->f, &c->v, c->signin_cookie, s->type->id, s->login, s->next, &out);
	if (rc == RC_BUSY || rc == RC_FAULT)
		page_rc(c, rc);
	else
		reply_see_other(c->rep, S("/reset"));
}

/* Whatever was typed is kept, but the password. */
static void start_anew(struct page_call *c, struct start *s)
{
	struct page_frame *f = frame_of(c);
	enum rc rc = puzzle_anew(c, &s->puzzle);

	s->login = s->login.len > USER_LOGIN_MAX ? STR_NONE : s->login;
	s->next = signin_next_allowed(c->f->config, c->v.arena, s->next);
	show_start(c, rc == RC_OK ? 200 : frame_busy(c, f, rc), f, s, &(struct told){0});
}

void page_signin_post(struct page_call *c)
{
	struct start s = {.type = type_named(c, form_get(&c->form, "type")), .login = form_get(&c->form, "user"),
	                  .next = form_get(&c->form, "next"), .agreed = form_get(&c->form, "agree").len > 0};
	struct page_frame *f = frame_of(c);
	struct signin_state out;
	struct captcha_answer captcha = captcha_of(c);
	struct str type = s.type ? s.type->id : STR_NONE;
	enum rc rc;

	if (form_has(&c->form, "reset")) {
		to_reset(c, &s);
		return;
	}
	if (form_has(&c->form, "new_captcha") && s.type && s.type->policy.layout == LAYOUT_ONE_PAGE) {
		start_anew(c, &s);
		return;
	}
	if (s.type && s.type->policy.layout == LAYOUT_ONE_PAGE)
		rc = signin_one_page(c->f, &c->v, c->signin_cookie, type, s.login, form_get(&c->form, "password"),
		                     &captcha, s.agreed, s.next, &out);
	else
		rc = signin_user(c->f, &c->v, c->signin_cookie, type, s.login, s.next, &out);
	s.next = signin_next_allowed(c->f->config, c->v.arena, s.next);
	s.puzzle.due = out.captcha_due;
	if (rc == RC_BUSY || rc == RC_FAULT) {
		s.puzzle.due = s.type && captcha_at_first(c->f, &c->v, s.type);
		show_start(c, frame_busy(c, f, rc), f, &s, &(struct told){0});
	} else if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_FORM_OLD);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (out.told.say != SAY_NOTHING) {
		s.login = out.login;
		show_start(c, 422, f, &s, &out.told);
	} else {
		step_on(c, &out);
	}
}

/* ---- the password ------------------------------------------------------------------------------------ */

static void show_password(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s, bool expired,
                          bool picture)
{
	struct puzzle z = {.due = s->captcha_due, .picture = picture};
	int64_t left = s->form_ends_s > c->v.now_s ? s->form_ends_s - c->v.now_s : 0;
	struct page_password p = {.login = s->login, .agreed = s->agreed, .expired = expired, .renewable = s->renewals_left > 0,
	                          .choice = has_choice(c), .left_s = left, .left_marks = S("60")};

	if (s->form) {
		p.type = s->form->id;
		p.type_label = s->form->label[c->v.lang];
		p.agree_asked = s->form->policy.terms == TERMS_EACH;
		p.days = days_text(c, s->form);
	}
	p.password_error = say_at(c, &s->told, FIELD_PASSWORD);
	p.agree_error = say_at(c, &s->told, FIELD_AGREE);
	p.captcha_due = z.due;
	p.captcha_error = say_at(c, &s->told, FIELD_CAPTCHA);
	p.captcha_work = work_first(c, &z, p.captcha_error);
	p.captcha_solver = S(FILE_CAPTCHA_JS);
	p.ends = time_clock(c->v.arena, c->v.lang, s->form_ends_s);
	p.left_text = frame_left(c, MSG_SIGNIN_COUNTDOWN, left);
	p.over_text = frame_words(c, MSG_SIGNIN_OVER);
	p.over_next = frame_words(c, MSG_SIGNIN_OVER_NEXT);
	if (!expired)
		frame_refresh(c, left, S("/signin/password"));
	p.passkey = s->form && with_passkey(c, f, s->form);
	p.passkey_next = s->next;
	page_password_render(frame_begin_to(c, status, step_goal(s)), f, &p);
}

void page_password(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct signin_state s;
	enum rc rc = signin_look(c->f, &c->v, c->signin_cookie, &s);
	bool expired = s.told.say == SAY_FORM_EXPIRED;

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (!step_is(c, &s, SCREEN_PASSWORD))
		return;
	if (expired) {
		frame_error(c, f, NULL, frame_words(c, MSG_SIGNIN_OVER_TEXT));
		s.told = (struct told){0};
	}
	show_password(c, 200, f, &s, expired, false);
}

static void password_anew(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct puzzle z = {0};
	struct signin_state s;
	enum rc rc = signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (!step_is(c, &s, SCREEN_PASSWORD))
		return;
	rc = puzzle_anew(c, &z);
	s.told = (struct told){0};
	s.agreed = form_get(&c->form, "agree").len > 0;
	show_password(c, rc == RC_OK ? 200 : frame_busy(c, f, rc), f, &s, false, true);
}

static void password_try(struct page_call *c)
{
	struct page_frame *f = frame_of(c);
	struct captcha_answer captcha = captcha_of(c);
	struct signin_state out, kept;
	enum rc rc = signin_password(c->f, &c->v, c->signin_cookie, form_get(&c->form, "password"), &captcha,
	                             form_get(&c->form, "agree").len > 0, &out);

	if (rc == RC_BUSY || rc == RC_FAULT) {
		if (signin_look(c->f, &c->v, c->signin_cookie, &kept) != RC_OK || kept.screen != SCREEN_PASSWORD) {
			page_rc(c, rc);
			return;
		}
		kept.told = (struct told){0};
		kept.agreed = form_get(&c->form, "agree").len > 0;
		show_password(c, frame_busy(c, f, rc), f, &kept, false, false);
	} else if (rc == RC_ABSENT) {
		step_lost(c);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (out.screen == SCREEN_PASSWORD && out.told.say != SAY_NOTHING) {
		frame_told(c, f, &out.told);
		show_password(c, 422, f, &out, false, false);
	} else {
		step_on(c, &out);
	}
}

void page_password_post(struct page_call *c)
{
	if (form_has(&c->form, "new_captcha")) {
		password_anew(c);
		return;
	}
	password_try(c);
}

void page_password_renew(struct page_call *c)
{
	struct signin_state out;
	enum rc rc = signin_more_time(c->f, &c->v, c->signin_cookie, &out);

	if (rc == RC_OK || rc == RC_ABSENT || rc == RC_TAKEN)
		reply_see_other(c->rep, S("/signin/password"));
	else
		page_rc(c, rc);
}
