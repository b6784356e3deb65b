#include <string.h>

#include "core/totp.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/diagnose.h"
#include "flow/resent.h"
#include "flow/road.h"
#include "flow/signin.h"
#include "flow/trace.h"

struct code_step {
	struct road road;
	struct code_attempt attempt;
	struct vault_code answer;
	struct diagnosis diagnosis;      /* of a wrong one */
	char code[TOTP_CODE_ROOM];
};

static enum rc code_wrong(struct tx *tx, const struct visit *v, const struct code_step *s, struct signin_state *out)
{
	struct audit line = {.reason = S("wrong-code"), .factor = S("otp")};
	bool paused = s->attempt.paused_until_s > v->now_s;
	enum rc rc;

	out->told = (struct told){.say = paused ? SAY_CODE_PAUSED : SAY_CODE_WRONG, .until_s = paused ? s->attempt.paused_until_s : 0};
	rc = diagnose_settle(tx, s->road.user.id, v, &s->diagnosis, &out->told, &line);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", false, &line);
	/* The right password with a wrong code: the owner is told, at most once an hour. */
	if (rc == RC_OK)
		rc = trace_notice_hourly(tx, v, &s->road.user, "code.wrong");
	out->told.ref = line.ref;
	return rc == RC_OK ? resent_keep(tx, v->arena, &s->road.row, s->code, v->now_s, &out->told) : rc;
}

static enum rc code_used(struct tx *tx, const struct visit *v, const struct code_step *s, struct signin_state *out)
{
	struct audit line = {.reason = S("used-code"), .factor = S("otp"), .device = s->road.devices[s->answer.device].name};
	enum rc rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", false, &line);

	out->told = (struct told){.say = SAY_CODE_USED, .ref = line.ref};
	return rc == RC_OK ? resent_keep(tx, v->arena, &s->road.row, s->code, v->now_s, &out->told) : rc;
}

/* Strict policy, a browser that the owner does not know: the first of two codes of one device only makes way for the
 * second. True when that one is still to come. */
static bool code_counts(const struct visit *v, struct code_step *s)
{
	struct signin *row = &s->road.row;
	bool first = row->code_step == 0 || row->code_device != s->road.devices[s->answer.device].id;

	if (policy_asks_twice(&s->road.type->policy, row->known) && first) {
		row->code_device = s->road.devices[s->answer.device].id;
		row->code_step = s->answer.step;
		return true;
	}
	row->code_s = v->now_s;
	return false;
}

static enum rc code_right(struct flow *f, struct tx *tx, const struct visit *v, struct code_step *s, struct signin_state *out)
{
	struct audit line = {.factor = S("otp"), .device = s->road.devices[s->answer.device].name};
	int64_t from_step = s->road.row.step;
	bool again;
	enum rc rc = store_device_claim(tx, s->road.devices[s->answer.device].id, s->answer.step, v->now_s);

	if (rc == RC_TAKEN)
		return code_used(tx, v, s, out);
	if (rc == RC_OK)
		rc = attempt_code_right(tx, &s->road.user, &s->attempt);
	if (rc == RC_OK)
		rc = diagnose_good(tx, s->road.user.id, v->now_s, s->answer.step);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &s->road.user, STR_NONE, "code", true, &line);
	if (rc != RC_OK)
		return rc;
	again = code_counts(v, s);
	s->road.step = road_step(f, v, &s->road);
	s->road.row.step = s->road.step;
	rc = store_signin_advance(tx, &s->road.row, from_step, s->road.row.cookie);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, &s->road, out);
	if (rc == RC_OK && again)
		out->told.say = SAY_STRICT_AGAIN;
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
		rc = code_wrong(tx, v, s, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK)
		begin_undo(out);
	store_abandon(&tx);
	return rc;
}

/* The same words again, at no charge; the truth about a pause stands before them. */
static enum rc code_again(struct tx *tx, const struct visit *v, const struct code_step *s, struct told *told)
{
	struct told now = {0};
	enum rc rc = attempt_code_look(tx, v, &s->road.user, s->road.type->policy.strict, &now);

	if (rc != RC_OK || now.say == SAY_NOTHING)
		return rc;
	if (now.say == SAY_CODE_PAUSED && told->say != SAY_CODE_WRONG && told->say != SAY_CODE_USED) {
		told->paused_s = now.until_s;
		return RC_OK;
	}
	now.ref = told->ref;
	*told = now;
	return RC_OK;
}

static enum rc code_charge(struct flow *f, struct tx *tx, const struct visit *v, struct str cookie, struct code_step *s,
                           struct str typed, struct signin_state *out)
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
	if (totp_clean(typed, s->code) != RC_OK) {
		out->told = (struct told){.say = SAY_CODE_SHAPE};
		return RC_TAKEN;
	}
	if (resent_is(v->arena, &s->road.row, s->code, v->now_s, &out->told)) {
		rc = code_again(tx, v, s, &out->told);
		return rc == RC_OK ? RC_TAKEN : rc;
	}
	return attempt_code_charge(tx, v, &s->road.user, s->road.type->policy.strict, &s->attempt, &out->told);
}

enum rc signin_code(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out)
{
	struct code_step s = {0};
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = code_charge(f, tx, v, cookie, &s, code, out);
	if (rc == RC_TAKEN) {
		rc = RC_OK;
		goto out;
	}
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;

	rc = vault_code_check(f->vault, s.road.asked, s.road.n_devices, s.code, totp_step(v->now_s), 1,
	                      s.road.type->policy.strict ? 0 : 1, &s.answer);
	if (rc == RC_OK && s.answer.verdict != VERDICT_GOOD)
		diagnose_ask(f, v, s.road.user.id, s.code, &s.diagnosis);
	if (rc == RC_OK)
		rc = code_settle(f, v, cookie, &s, out);
out:
	wipe(s.code, sizeof(s.code));
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
