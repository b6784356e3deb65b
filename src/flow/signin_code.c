#include <string.h>

#include "core/totp.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/road.h"
#include "flow/signin.h"
#include "flow/trace.h"

struct code_step {
	struct road road;
	struct code_attempt attempt;
	struct vault_code answer;
};

static enum rc code_wrong(struct flow *f, struct tx *tx, const struct visit *v, const struct code_step *s, struct signin_state *out)
{
	struct audit line = {.reason = S("wrong-code"), .factor = S("otp")};
	bool paused = s->attempt.paused_until_s > v->now_s;
	enum rc rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", false, &line);

	(void)f;
	/* The right password with a wrong code: the owner is told (R-TH-10), at most once an hour. */
	if (rc == RC_OK)
		rc = trace_notice_hourly(tx, v, &s->road.user, "code.wrong");
	out->told = (struct told){.say = paused ? SAY_CODE_PAUSED : SAY_CODE_WRONG, .ref = line.ref,
	                          .until_s = paused ? s->attempt.paused_until_s : 0};
	return rc;
}

static enum rc code_used(struct tx *tx, const struct visit *v, const struct code_step *s, struct signin_state *out)
{
	struct audit line = {.reason = S("used-code"), .factor = S("otp"), .device = s->road.devices[s->answer.device].name};
	enum rc rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", false, &line);

	out->told = (struct told){.say = SAY_CODE_USED, .ref = line.ref};
	return rc;
}

static enum rc code_right(struct flow *f, struct tx *tx, const struct visit *v, struct code_step *s, struct signin_state *out)
{
	struct audit line = {.factor = S("otp"), .device = s->road.devices[s->answer.device].name};
	int64_t from_step = s->road.row.step;
	enum rc rc = store_device_claim(tx, s->road.devices[s->answer.device].id, s->answer.step, v->now_s);

	if (rc == RC_TAKEN)
		return code_used(tx, v, s, out);
	if (rc == RC_OK)
		rc = attempt_code_right(tx, &s->road.user, &s->attempt);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", true, &line);
	if (rc != RC_OK)
		return rc;
	s->road.row.code_s = v->now_s;
	s->road.step = road_step(f, v, &s->road);
	s->road.row.step = s->road.step;
	rc = store_signin_advance(tx, &s->road.row, from_step, s->road.row.cookie);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, &s->road, out);
	return rc;
}

/* Everything may have changed while the vault was looking: the row and the account are read again. */
static enum rc code_settle(struct flow *f, const struct visit *v, struct str cookie, struct code_step *s, struct signin_state *out)
{
	struct road now;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &now);
	if (rc == RC_OK && (now.step != STEP_CODE || now.row.id != s->road.row.id))
		rc = RC_ABSENT;
	if (rc == RC_OK) {
		s->road.row = now.row; /* not the devices: the answer counts in the list that was asked */
		s->road.user = now.user;
		s->road.type = now.type;
	}
	if (rc == RC_OK && s->answer.verdict == VERDICT_GOOD)
		rc = code_right(f, tx, v, s, out);
	else if (rc == RC_OK)
		rc = code_wrong(f, tx, v, s, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK)
		begin_undo(out);
	store_abandon(&tx);
	return rc;
}

static enum rc code_charge(struct flow *f, struct tx *tx, const struct visit *v, struct str cookie, struct code_step *s,
                           struct str typed, char code[TOTP_CODE_ROOM], struct signin_state *out)
{
	enum rc rc = road_find(f, tx, v, cookie, &s->road);

	if (rc != RC_OK)
		return rc;
	signin_show(f, v, &s->road, out);
	if (s->road.step != STEP_CODE)
		return RC_TAKEN; /* a page of a step that is over */
	if (str_trim(typed).len == 0) {
		out->told = (struct told){.say = SAY_MISSING, .missing = FIELD_CODE};
		return RC_TAKEN;
	}
	if (totp_clean(typed, code) != RC_OK) {
		out->told = (struct told){.say = SAY_CODE_SHAPE};
		return RC_TAKEN;
	}
	return attempt_code_charge(tx, v, &s->road.user, s->road.type->policy.strict, &s->attempt, &out->told);
}

enum rc signin_code(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out)
{
	struct code_step s = {0};
	char clean[TOTP_CODE_ROOM] = "";
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = code_charge(f, tx, v, cookie, &s, code, clean, out);
	if (rc == RC_TAKEN) {
		rc = RC_OK;
		goto out;
	}
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;

	rc = vault_code_check(f->vault, s.road.asked, s.road.n_devices, clean, totp_step(v->now_s), 1,
	                      s.road.type->policy.strict ? 0 : 1, &s.answer);
	if (rc == RC_OK)
		rc = code_settle(f, v, cookie, &s, out);
out:
	wipe(clean, sizeof(clean));
	store_abandon(&tx);
	return rc;
}

enum rc signin_terms(struct flow *f, const struct visit *v, struct str cookie, bool agree, struct signin_state *out)
{
	struct road r;
	struct tx *tx;
	int64_t from_step;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc != RC_OK)
		goto out;
	signin_show(f, v, &r, out);
	if (r.step != STEP_TERMS)
		goto out;
	if (!agree) {
		out->told = (struct told){.say = SAY_MISSING, .missing = FIELD_AGREE};
		goto out;
	}
	from_step = r.row.step;
	r.row.terms_s = v->now_s;
	rc = store_user_terms(tx, r.user.id, f->config->terms.version, v->now_s);
	if (rc != RC_OK)
		goto out;
	r.step = road_step(f, v, &r);
	r.row.step = r.step;
	rc = store_signin_advance(tx, &r.row, from_step, r.row.cookie);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, &r, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK)
		begin_undo(out);
out:
	store_abandon(&tx);
	return rc;
}
