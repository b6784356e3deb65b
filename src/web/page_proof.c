#include "core/passphrase.h"
#include "flow/account.h"
#include "flow/signin.h"
#include "web/frame.h"

enum { LEAST_WITH_FACTOR = 8, LEAST_ALONE = 15 };

static struct str at_time(struct page_call *c, enum msg m, int64_t at_s)
{
	return frame_words1(c, m, "time", time_clock(c->v.arena, c->v.lang, at_s));
}

/* ---- /account/confirm -------------------------------------------------------------------------------- */

static struct str next_of(struct page_call *c)
{
	struct str next = signin_next_allowed(c->f->config, c->v.arena, request_query(c->req, "next"));

	return next.len ? next : S("/home");
}

static void confirm_show(struct page_call *c, struct page_frame *f, struct page_account_confirm *p, int status)
{
	p->user = c->who->user.shown;
	p->action = call_href(c->v.arena, "/account/confirm", "next", next_of(c));
	page_account_confirm_render(frame_begin(c, status), f, p);
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
	p.with_code = confirm.code_asked;
	confirm_show(c, frame_of(c), &p, 200);
}

/* The sentence for the summary, and beside the field where it belongs to one. */
static void confirm_say(struct page_call *c, struct page_frame *f, const struct told *told, struct page_account_confirm *p)
{
	switch (told->say) {
	case SAY_MISSING:
		if (told->missing & FIELD_PASSWORD)
			p->password_error = frame_words(c, MSG_SIGNIN_EMPTY_PASSWORD);
		if (told->missing & FIELD_CODE)
			p->code_error = frame_words(c, MSG_CODE_EMPTY);
		break;
	case SAY_TOO_LONG:
		p->password_error = frame_words1(c, MSG_ERR_TOO_LONG, "field", frame_words(c, MSG_SIGNIN_PASSWORD));
		break;
	case SAY_CODE_SHAPE:
		p->code_error = frame_words(c, MSG_CODE_SHAPE);
		break;
	case SAY_PASSWORD_PAUSED:
	case SAY_CODE_PAUSED:
		frame_error(c, f, "#password", at_time(c, MSG_PROOF_PAUSED, told->until_s));
		break;
	case SAY_PASSWORD_OFF:
		frame_error(c, f, "#password", frame_words(c, MSG_ERR_PASSWORD_OFF));
		break;
	case SAY_CODE_FROZEN:
		frame_error(c, f, "#code", frame_words(c, MSG_FROZEN_WHY));
		break;
	case SAY_NOTHING:
	case SAY_SIGNIN_WRONG:
	case SAY_FORM_EXPIRED:
	case SAY_CODE_WRONG:
	case SAY_CODE_USED:
	case SAY_ENROL_WRONG:
	case SAY_ENROL_CLOCK:
	case SAY_ENROL_CLOSED:
	case SAY_ENROL_NAME_TAKEN:
	case SAY_ENROL_RENEWED:
	case SAY_ENROL_UNFINISHED:
	case SAY_ENROL_FULL:
	case SAY_PASSWORD_RULE:
	case SAY_PASSWORD_TWICE:
	case SAY_PASSWORD_CURRENT:
	case SAY_PASSWORD_CHANGED:
	case SAY_CONFIRM_WRONG:
	case SAY_DONE:
	case SAY_LAST_FACTOR:
		frame_error(c, f, "#password", frame_words(c, MSG_PROOF_WRONG));
		break;
	}
	if (p->password_error.len)
		frame_error(c, f, "#password", p->password_error);
	if (p->code_error.len)
		frame_error(c, f, "#code", p->code_error);
	frame_told(f, told);
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
	p.with_code = confirm.code_asked;
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

/* ---- /account/password ------------------------------------------------------------------------------- */

void page_account_password(struct page_call *c)
{
	struct page_account_password p = {.user = c->who->user.shown};

	page_account_password_render(frame_begin(c, 200), frame_of(c), &p);
}

/* Where a second factor is always asked, eight characters do. */
static int64_t least(const struct policy *policy, int64_t now_s)
{
	bool always = policy->mfa == MFA_MANDATORY || (policy->mfa == MFA_MANDATORY_FROM && now_s >= policy->mfa_from_s);

	return always ? LEAST_WITH_FACTOR : LEAST_ALONE;
}

static struct str rule_words(struct page_call *c, int rule)
{
	switch ((enum passphrase_rule)rule) {
	case PASSPHRASE_SHORT:
		return words_text(c->v.arena, c->v.lang, MSG_PASSWORD_SHORT, WORDS(NUMBER("n", least(&c->who->type->policy, c->v.now_s))));
	case PASSPHRASE_LONG:
		return frame_words(c, MSG_PASSWORD_LONG);
	case PASSPHRASE_NOT_TEXT:
		return frame_words(c, MSG_PASSWORD_NOT_TEXT);
	case PASSPHRASE_OWN_WORDS:
		return frame_words(c, MSG_PASSWORD_OWN_WORDS);
	case PASSPHRASE_COMMON:
	case PASSPHRASE_GOOD:
		break;
	}
	return frame_words(c, MSG_PASSWORD_COMMON);
}

static void password_missing(struct page_call *c, unsigned missing, struct page_account_password *p)
{
	if (missing & FIELD_CURRENT)
		p->current_error = frame_words(c, MSG_CHANGE_EMPTY_CURRENT);
	if (missing & FIELD_NEW)
		p->new_error = frame_words(c, MSG_PASSWORD_EMPTY_NEW);
	if (missing & FIELD_AGAIN)
		p->again_error = frame_words(c, MSG_PASSWORD_EMPTY_AGAIN);
}

static void password_say(struct page_call *c, struct page_frame *f, const struct told *told, struct page_account_password *p)
{
	switch (told->say) {
	case SAY_MISSING:
		password_missing(c, told->missing, p);
		break;
	case SAY_TOO_LONG:
		p->current_error = frame_words1(c, MSG_ERR_TOO_LONG, "field", frame_words(c, MSG_CHANGE_CURRENT));
		break;
	case SAY_PASSWORD_RULE:
		p->new_error = rule_words(c, told->rule);
		break;
	case SAY_PASSWORD_TWICE:
		p->again_error = frame_words(c, MSG_PASSWORD_TWICE);
		break;
	case SAY_PASSWORD_PAUSED:
		frame_error(c, f, "#current", at_time(c, MSG_PROOF_PAUSED, told->until_s));
		break;
	case SAY_PASSWORD_OFF:
		frame_error(c, f, "#current", frame_words(c, MSG_ERR_PASSWORD_OFF));
		break;
	case SAY_NOTHING:
	case SAY_SIGNIN_WRONG:
	case SAY_FORM_EXPIRED:
	case SAY_CODE_SHAPE:
	case SAY_CODE_WRONG:
	case SAY_CODE_USED:
	case SAY_CODE_PAUSED:
	case SAY_CODE_FROZEN:
	case SAY_ENROL_WRONG:
	case SAY_ENROL_CLOCK:
	case SAY_ENROL_CLOSED:
	case SAY_ENROL_NAME_TAKEN:
	case SAY_ENROL_RENEWED:
	case SAY_ENROL_UNFINISHED:
	case SAY_ENROL_FULL:
	case SAY_PASSWORD_CURRENT:
	case SAY_PASSWORD_CHANGED:
	case SAY_CONFIRM_WRONG:
	case SAY_DONE:
	case SAY_LAST_FACTOR:
		p->current_error = frame_words(c, MSG_CHANGE_WRONG_CURRENT);
		break;
	}
	if (p->current_error.len)
		frame_error(c, f, "#current", p->current_error);
	if (p->new_error.len)
		frame_error(c, f, "#new", p->new_error);
	if (p->again_error.len)
		frame_error(c, f, "#again", p->again_error);
	frame_told(f, told);
}

void page_account_password_post(struct page_call *c)
{
	struct page_account_password p = {.user = c->who->user.shown};
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
		password_say(c, f, &told, &p);
	}
	page_account_password_render(frame_begin(c, status), f, &p);
}
