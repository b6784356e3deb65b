#include "flow/signin.h"

#include <string.h>

#include "core/otpauth.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/known.h"
#include "flow/passkey.h"
#include "flow/road.h"
#include "flow/session.h"
#include "flow/trace.h"

enum { RENEWALS_MOST = 10, AFTER_PASSWORD_S = 60 * 60 };

static enum signin_screen screen_of(enum signin_step step)
{
	switch (step) {
	case STEP_PASSWORD:
		return SCREEN_PASSWORD;
	case STEP_CODE:
		return SCREEN_CODE;
	case STEP_ENROL:
		return SCREEN_ENROL;
	case STEP_FIRST:
		return SCREEN_FIRST;
	case STEP_TERMS:
		return SCREEN_TERMS;
	case STEP_FINISHED: /* the session is begun by the POST that finished it; a GET starts over */
	case STEP_REFUSED:
		return SCREEN_START;
	}
	return SCREEN_START;
}

void signin_show(struct flow *f, const struct visit *v, const struct road *r, struct signin_state *out)
{
	out->screen = screen_of(r->step);
	out->form = r->form;
	out->login = r->row.login;
	out->next = r->row.next;
	out->terms_version = f->config->terms.version;
	if (out->screen == SCREEN_PASSWORD) {
		out->renewals_left = r->row.renewals < RENEWALS_MOST ? RENEWALS_MOST - r->row.renewals : 0;
		out->form_ends_s = r->row.form_ends_s;
		if (v->now_s > r->row.form_ends_s)
			out->told.say = SAY_FORM_EXPIRED;
	}
	if (out->screen == SCREEN_FIRST && r->type->policy.first_enrol == FIRST_QUIET)
		out->quiet_ends_s = r->user.quiet_ends_s;
	out->passkey_offered = out->screen == SCREEN_CODE ? passkey_counts(&r->type->policy, r->n_devices, r->n_passkeys)
	                                                  : out->screen == SCREEN_PASSWORD && policy_may_passkey(&r->form->policy);
	out->recovery_offered = out->screen == SCREEN_CODE && r->recovery_left > 0;
	if (out->screen == SCREEN_CODE && passkey_code_counts(&r->type->policy, r->n_devices, r->n_passkeys))
		for (size_t i = r->n_devices; i > 0 && out->n_labels < sizeof(out->labels) / sizeof(out->labels[0]); i--)
			out->labels[out->n_labels++] =
			    otpauth_label(v->arena, r->type->issuer, r->user.shown, r->devices[i - 1].number);
}

/* Who was typed, in which class of browsers: the same statements for known and unknown logins. */
struct typed {
	struct str folded;           /* as the store knows it */
	unsigned char hash[STORE_HASH];
	struct user user;            /* zero: unknown */
	bool known;
};

static enum rc typed_find(struct tx *tx, const struct visit *v, struct str login, struct typed *out)
{
	enum rc rc;

	*out = (struct typed){0};
	attempt_login_hash(v->arena, login, &out->folded, out->hash);
	rc = store_user_find(tx, v->arena, out->folded, &out->user);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (rc == RC_ABSENT)
		out->user = (struct user){0};
	return known_is(tx, v, out->user.id, &out->known);
}

static enum rc captcha_look(struct flow *f, struct tx *tx, const struct visit *v, const struct config_type *form, struct str login,
                            bool *due)
{
	struct typed t;
	enum rc rc = typed_find(tx, v, login, &t);

	*due = true;
	return rc == RC_OK ? captcha_due(f, tx, v, &form->policy, login.len ? t.hash : NULL, t.known, due) : rc;
}

enum rc signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc == RC_OK)
		signin_show(f, v, &r, out);
	if (rc == RC_OK && r.step == STEP_CODE)
		rc = attempt_code_look(tx, v, &r.user, r.type->policy.strict, &out->told);
	if (rc == RC_OK && r.step == STEP_CODE && out->told.say == SAY_NOTHING && r.row.code_step && !r.row.code_s)
		out->told.say = SAY_STRICT_AGAIN;
	if (rc == RC_OK && r.step == STEP_PASSWORD)
		rc = captcha_look(f, tx, v, r.form, r.row.login, &out->captcha_due);
	store_abandon(&tx);
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* ---- the user id ---------------------------------------------------------------------------------- */

static const struct config_type *form_type(const struct config *c, struct str type)
{
	if (type.len == 0 && c->n_types == 1)
		return &c->types[0];
	return config_type_find(c, type);
}

static enum rc check_user_field(struct flow *f, struct str cookie, struct str type, struct str user, struct signin_state *out)
{
	out->form = form_type(f->config, type);
	out->login = str_trim(user);
	if (cookie.len == 0)
		return RC_ABSENT;
	if (!out->form)
		out->told = (struct told){.say = SAY_MISSING, .missing = FIELD_TYPE};
	else if (out->login.len == 0)
		out->told = (struct told){.say = SAY_MISSING, .missing = FIELD_USER};
	else if (out->login.len > USER_LOGIN_MAX) {
		out->told = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_USER};
		out->login = STR_NONE;
	}
	return RC_OK;
}

static enum rc put_row(struct flow *f, const struct visit *v, struct str cookie, struct str next, bool last, struct signin_state *out)
{
	struct signin row = {.login = out->login, .type = out->form->id, .step = STEP_PASSWORD, .began_s = v->now_s};
	struct tx *tx;
	enum rc rc;

	cookie_hash(cookie, row.cookie);
	row.next = signin_next_allowed(f->config, v->arena, next);
	row.form_ends_s = v->now_s + out->form->policy.password_s;
	row.expires_s = row.form_ends_s + RENEWALS_MOST * out->form->policy.password_s + AFTER_PASSWORD_S;
	out->form_ends_s = row.form_ends_s;
	out->renewals_left = RENEWALS_MOST;
	out->next = row.next;
	if (store_id_new(&row.id) != RC_OK)
		return RC_FAULT;
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_signin_put(tx, &row);
	if (rc == RC_OK)
		return last ? store_commit(&tx) : store_commit_later(&tx);
	store_abandon(&tx);
	return rc;
}

enum rc signin_user(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user,
                    struct str next, struct signin_state *out)
{
	enum rc rc;

	*out = (struct signin_state){0};
	rc = check_user_field(f, cookie, type, user, out);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		return rc;
	rc = put_row(f, v, cookie, next, true, out);
	if (rc == RC_OK)
		out->screen = SCREEN_PASSWORD;
	return rc;
}

enum rc signin_more_time(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc == RC_OK && r.step == STEP_PASSWORD && r.row.renewals < RENEWALS_MOST) {
		int64_t from_s = r.row.form_ends_s > v->now_s ? r.row.form_ends_s : v->now_s;

		r.row.form_ends_s = from_s + r.form->policy.password_s;
		r.row.renewals++;
		rc = store_signin_advance(tx, &r.row, r.row.step, r.row.cookie);
		if (rc == RC_OK)
			rc = store_commit(&tx);
	}
	store_abandon(&tx);
	if (rc == RC_OK)
		signin_show(f, v, &r, out);
	return rc;
}

/* ---- the password ---------------------------------------------------------------------------------- */

struct password_step {
	struct road road;
	struct typed typed;
	struct user user;            /* as typed.user; then as it is after the vault was asked */
	struct password_attempt attempt;
	enum verdict verdict;
	bool taken;                  /* good, and the account is still the one that it was checked against */
	bool rehash, agree;
	const struct captcha_answer *captcha;
};

static bool password_fields(const struct config_type *form, struct str password, const struct captcha_answer *captcha, bool agree,
                            struct signin_state *out)
{
	if (password.len == 0)
		out->told.missing |= FIELD_PASSWORD;
	if (out->captcha_due && !captcha_given(captcha))
		out->told.missing |= FIELD_CAPTCHA;
	if (!agree && form->policy.terms == TERMS_EACH)
		out->told.missing |= FIELD_AGREE;
	out->told.say = out->told.missing ? SAY_MISSING : SAY_NOTHING;
	if (password.len > VAULT_PASSWORD_MAX)
		out->told = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_PASSWORD};
	return out->told.say == SAY_NOTHING;
}

/* Transaction one: the row, the captcha, the charge. told says whether to go on. */
static enum rc password_charge(struct tx *tx, const struct visit *v, struct str cookie, struct password_step *s, struct signin_state *out)
{
	bool solved = true;
	enum rc rc = RC_OK;

	if (v->now_s > s->road.row.form_ends_s) {
		out->told = (struct told){.say = SAY_FORM_EXPIRED};
		s->road.row.form_ends_s = v->now_s + s->road.form->policy.password_s;
		out->form_ends_s = s->road.row.form_ends_s;
		return store_signin_advance(tx, &s->road.row, s->road.row.step, s->road.row.cookie);
	}
	/* Before the charge, so that nobody pauses a login without work; and in its transaction: spent once. */
	if (out->captcha_due)
		rc = captcha_spend(tx, v, cookie, CAPTCHA_SIGNIN, s->captcha, &solved);
	if (rc == RC_OK && !solved)
		out->told = (struct told){.say = SAY_CAPTCHA_WRONG};
	if (rc != RC_OK || !solved)
		return rc;
	return attempt_password_charge(tx, v, s->typed.hash, s->typed.known, &s->attempt, &out->told);
}

static enum rc password_wrong(struct flow *f, struct tx *tx, const struct visit *v, const struct password_step *s, struct signin_state *out)
{
	struct audit line = {.factor = S("pwd")};
	enum rc rc;

	line.reason = s->user.id == 0 ? S("unknown-user") : s->user.locked_s ? S("locked") : S("wrong-password");
	rc = trace_audit(tx, v, &s->user, s->road.row.login, "password", false, &line);
	out->told = (struct told){.say = SAY_SIGNIN_WRONG, .ref = line.ref};
	if (rc == RC_OK)
		rc = captcha_due(f, tx, v, &s->road.form->policy, s->typed.hash, s->typed.known, &out->captcha_due);
	return rc;
}

static enum rc password_right(struct flow *f, struct tx *tx, const struct visit *v, struct password_step *s, struct signin_state *out)
{
	struct audit line = {.factor = S("pwd")};
	struct road *r = &s->road;
	unsigned char from[STORE_HASH];
	int64_t from_step = r->row.step;
	enum rc rc;

	memcpy(from, r->row.cookie, sizeof(from));
	r->user = s->user;
	r->type = config_type_find(f->config, s->user.type);
	r->row.user = s->user.id;
	r->row.password_s = v->now_s;
	r->row.known = s->typed.known;
	/* Whatever was proved in this row before belongs to whoever was here before. */
	r->row.code_s = r->row.enrolled_s = r->row.recovery_s = r->row.passkey_s = r->row.first_s = 0;
	r->row.code_device = r->row.code_step = 0;
	r->row.terms_s = s->agree ? v->now_s : 0;
	r->row.expires_s = v->now_s + AFTER_PASSWORD_S;
	rc = attempt_devices(tx, v->arena, s->user.id, &r->devices, &r->asked, &r->n_devices, &r->n_passkeys);
	if (rc == RC_OK)
		rc = attempt_password_right(tx, &s->attempt);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &s->user, STR_NONE, "password", true, &line);
	if (rc == RC_OK && s->agree)
		rc = store_user_terms(tx, s->user.id, f->config->terms.version, v->now_s);
	/* A new cookie: one that was planted in this browser before the password is worth nothing now. */
	if (rc == RC_OK)
		rc = cookie_new(v->arena, &out->signin_cookie, r->row.cookie);
	if (rc != RC_OK)
		return rc;
	r->step = road_step(f, v, r);
	r->row.step = r->step;
	rc = store_signin_advance(tx, &r->row, from_step, from);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, r, out);
	return rc;
}

static enum rc password_settle(struct flow *f, const struct visit *v, struct password_step *s, struct signin_state *out)
{
	struct user now = {0};
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	/* The account is read again: it may have been locked, or its password changed, while the vault was busy. */
	rc = store_user_find(tx, v->arena, s->typed.folded, &now);
	if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK && s->verdict == VERDICT_GOOD)
		s->taken = now.id && now.id == s->user.id && !now.locked_s && str_eq(now.phc, s->user.phc);
	s->user = now;
	if (rc == RC_OK && s->taken)
		rc = password_right(f, tx, v, s, out);
	else if (rc == RC_OK)
		rc = password_wrong(f, tx, v, s, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

/* Older parameters: hashed again, only while the stored one is still the one that was checked. */
static void password_rehash(struct flow *f, const struct visit *v, const struct password_step *s, struct str password)
{
	struct str phc;
	struct tx *tx;

	if (vault_password_hash(f->vault, v->arena, s->user.id, password, &phc) != RC_OK || store_begin(f->store, &tx) != RC_OK)
		return;
	if (store_user_rehash(tx, s->user.id, s->user.phc, phc) == RC_OK && store_commit(&tx) == RC_OK)
		return;
	store_abandon(&tx);
}

enum rc signin_password(struct flow *f, const struct visit *v, struct str cookie, struct str password,
                        const struct captcha_answer *captcha, bool agree, struct signin_state *out)
{
	struct password_step s = {.agree = agree, .captcha = captcha};
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &s.road);
	if (rc == RC_OK) {
		signin_show(f, v, &s.road, out);
		out->told = (struct told){0};
		out->agreed = agree;
		if (s.road.step != STEP_PASSWORD)
			goto out; /* a page of a step that is over */
		rc = typed_find(tx, v, s.road.row.login, &s.typed);
	}
	if (rc == RC_OK)
		rc = captcha_due(f, tx, v, &s.road.form->policy, s.typed.hash, s.typed.known, &out->captcha_due);
	if (rc == RC_OK && !password_fields(s.road.form, password, captcha, agree, out))
		goto out; /* incomplete: nothing was written */
	if (rc == RC_OK)
		rc = password_charge(tx, v, cookie, &s, out);
	s.user = s.typed.user;
	if (rc == RC_OK)
		rc = out->told.say == SAY_NOTHING ? store_commit_later(&tx) : store_commit(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;

	rc = vault_password_check(f->vault, s.user.id, s.user.phc, password, &s.verdict, &s.rehash);
	if (rc == RC_BUSY)
		attempt_password_refund(f, v, &s.attempt);
	if (rc != RC_OK)
		goto out;

	rc = password_settle(f, v, &s, out);
	if (rc != RC_OK)
		begin_undo(out);
	if (rc == RC_OK && s.taken && s.rehash)
		password_rehash(f, v, &s, password);
	if (rc == RC_OK && s.taken)
		begin_enrolment_if_due(f, v, &s.road, out->signin_cookie);
out:
	store_abandon(&tx);
	return rc;
}

static enum rc one_page_captcha(struct flow *f, const struct visit *v, struct signin_state *out)
{
	struct tx *tx;
	enum rc rc = store_view(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = captcha_look(f, tx, v, out->form, out->login, &out->captcha_due);
	store_abandon(&tx);
	return rc;
}

enum rc signin_one_page(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user,
                        struct str password, const struct captcha_answer *captcha, bool agree, struct str next,
                        struct signin_state *out)
{
	unsigned missing;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = check_user_field(f, cookie, type, user, out);
	out->agreed = agree;
	out->next = signin_next_allowed(f->config, v->arena, next);
	if (rc != RC_OK || !out->form)
		return rc;
	rc = one_page_captcha(f, v, out);
	if (rc != RC_OK || out->told.say == SAY_TOO_LONG)
		return rc;
	/* All that is missing is said at once, in the order of the form. */
	missing = out->told.missing;
	if (!password_fields(out->form, password, captcha, agree, out) || missing) {
		out->told.missing |= missing;
		if (out->told.say == SAY_NOTHING)
			out->told.say = SAY_MISSING;
		return RC_OK;
	}
	rc = put_row(f, v, cookie, next, false, out);
	if (rc != RC_OK)
		return rc;
	rc = signin_password(f, v, cookie, password, captcha, agree, out);
	if (rc == RC_OK && out->screen == SCREEN_PASSWORD)
		out->screen = SCREEN_START; /* one page: the same form again */
	return rc;
}

/* ---- leaving ---------------------------------------------------------------------------------------- */

enum rc signin_leave(struct flow *f, const struct visit *v, struct str cookie, bool sure, struct signin_state *out)
{
	struct enrolment open;
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc == RC_OK && r.row.user) {
		rc = store_enrolment_of(tx, v->arena, r.row.user, v->now_s, &open);
		if (rc == RC_OK && open.holder == HOLDER_SIGNIN && open.holder_id == r.row.id) {
			if (!sure) {
				signin_show(f, v, &r, out);
				out->told.say = SAY_ENROL_UNFINISHED;
				goto out;
			}
			rc = store_enrolment_consume(tx, open.id);
		}
		if (rc == RC_ABSENT)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = store_signin_consume(tx, r.row.id);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc == RC_ABSENT || rc == RC_TAKEN)
		rc = RC_OK; /* already gone */
out:
	store_abandon(&tx);
	return rc;
}
