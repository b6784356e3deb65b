#include "core/signin_fsm.h"
#include "flow/account.h"
#include "flow/signin.h"
#include "web/frame.h"
#include "web/router.h"

/* ---- /account/confirm -------------------------------------------------------------------------------- */

static struct str next_of(struct page_call *c)
{
	struct str next = signin_next_allowed(c->f->config, c->v.arena, request_query(c->req, "next"));

	return next.len ? next : S("/home");
}

static void confirm_show(struct page_call *c, struct page_frame *f, struct page_account_confirm *p, int status)
{
	struct str here = call_href(c->v.arena, "/account/confirm", "next", next_of(c));
	struct str there = arena_printf(c->v.arena, "%.*s&with=recovery", STR_ARG(here));

	p->user = c->who->user.shown;
	p->action = p->with_recovery ? there : here;
	p->other = p->with_recovery ? here : p->offered ? there : STR_NONE;
	if (p->passkey) {
		p->passkey_action = call_href(c->v.arena, "/account/confirm/passkey", "next", next_of(c));
		frame_passkey(f);
	}
	page_account_confirm_render(frame_begin(c, status), f, p);
}

/* Which second proof the form asks for: the code of the app, or on request a recovery code. */
static void confirm_ask(struct page_call *c, struct page_account_confirm *p, const struct confirm *confirm)
{
	p->with_code = confirm->code_asked;
	p->offered = confirm->recovery_offered;
	p->passkey = confirm->passkey_offered;
	p->passkey_only = confirm->passkey_only;
	p->with_recovery = confirm->recovery_offered && str_is(request_query(c->req, "with"), "recovery");
}

void page_confirm(struct page_call *c)
{
	struct page_account_confirm p = {.with_code = false};
	struct confirm confirm;
	enum rc rc = account_confirm_look(c->f, &c->v, c->who, &confirm);

	if (rc) {
		page_rc(c, rc);
		return;
	}
	confirm_ask(c, &p, &confirm);
	confirm_show(c, frame_of(c), &p, 200);
}

static void confirm_say(struct page_call *c, struct page_frame *f, const struct told *told, struct page_account_confirm *p)
{
	struct told said = *told;

	if (p->with_recovery && (said.say == SAY_CODE_SHAPE || (said.say == SAY_MISSING && said.missing == FIELD_CODE)))
		said = (struct told){.say = SAY_RECOVERY_SHAPE};
	told = &said;
	if (p->with_recovery && said.say == SAY_CONFIRM_WRONG) {
		f->reference = said.ref;
		p->password_error = frame_words(c, MSG_PROOF_RECOVERY_WRONG);
		frame_error(c, f, "#password", p->password_error);
		return;
	}
	frame_told(c, f, told);
	p->password_error = say_at(c, told, FIELD_PASSWORD);
	p->code_error = say_at(c, told, FIELD_CODE);
}

void page_confirm_post(struct page_call *c)
{
	struct page_account_confirm p = {.with_code = false};
	struct page_frame *f;
	struct confirm confirm;
	int status = 422;
	enum rc rc = account_confirm(c->f, &c->v, c->who, form_get(&c->form, "password"), form_get(&c->form, "code"), &confirm);

	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_SIGNED_OUT);
		return;
	}
	if (rc == RC_OK && confirm.told.say == SAY_DONE && confirm.session_cookie.len) {
		cookie_set(c->rep, c->req, COOKIE_SESSION, confirm.session_cookie, 0);
		reply_see_other(c->rep, next_of(c));
		return;
	}
	f = frame_of(c);
	confirm_ask(c, &p, &confirm);
	if (rc == RC_BUSY || rc == RC_FAULT) {
		status = frame_busy(c, f, rc);
	} else if (rc) {
		page_rc(c, rc);
		return;
	} else {
		confirm_say(c, f, &confirm.told, &p);
	}
	confirm_show(c, f, &p, status);
}

void page_confirm_refused(struct page_call *c, const struct told *told, bool bare)
{
	struct page_account_confirm p = {.no_script = bare};
	struct page_frame *f = frame_of(c);
	struct confirm confirm;
	enum rc rc = account_confirm_look(c->f, &c->v, c->who, &confirm);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	confirm_ask(c, &p, &confirm);
	frame_told(c, f, told);
	confirm_show(c, f, &p, 422);
}

/* ---- /account/password ------------------------------------------------------------------------------- */

void page_account_password(struct page_call *c)
{
	struct page_account_password p = {
		.user = c->who->user.shown, .idle_left = call_session_left(c), .idle_until = call_session_until(c),
	};

	p.least = policy_password_least(&c->who->type->policy, c->v.now_s);
	page_account_password_render(frame_begin(c, 200), frame_of(c), &p);
}

void page_account_password_post(struct page_call *c)
{
	struct page_account_password p = {
		.user = c->who->user.shown, .idle_left = call_session_left(c), .idle_until = call_session_until(c),
	};
	struct str cookie;
	struct page_frame *f;
	struct told told;
	int status = 422;
	enum rc rc = account_password(c->f, &c->v, c->who, form_get(&c->form, "current"), form_get(&c->form, "new"),
	                              form_get(&c->form, "again"), &told, &cookie);

	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_SIGNED_OUT);
		return;
	}
	if (rc == RC_OK && told.say == SAY_PASSWORD_CHANGED && cookie.len) {
		cookie_set(c->rep, c->req, COOKIE_SESSION, cookie, 0);
		reply_see_other(c->rep, S("/home?done=password"));
		return;
	}
	f = frame_of(c);
	if (rc == RC_BUSY || rc == RC_FAULT) {
		status = frame_busy(c, f, rc);
	} else if (rc) {
		page_rc(c, rc);
		return;
	} else {
		frame_told(c, f, &told);
		p.current_error = say_at(c, &told, FIELD_CURRENT);
		p.new_error = say_at(c, &told, FIELD_NEW);
		p.again_error = say_at(c, &told, FIELD_AGAIN);
	}
	p.least = policy_password_least(&c->who->type->policy, c->v.now_s);
	page_account_password_render(frame_begin(c, status), f, &p);
}
