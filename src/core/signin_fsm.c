#include "core/signin_fsm.h"

bool policy_mandatory(const struct policy *p, int64_t now_s)
{
	switch (p->mfa) {
	case MFA_MANDATORY:
		return true;
	case MFA_MANDATORY_FROM:
		return now_s >= p->mfa_from_s;
	case MFA_OPTIONAL:
	case MFA_OFF:
		return false;
	}
	return true;
}

bool policy_may_enable(const struct policy *p)
{
	return p->mfa != MFA_OFF && (p->factors & FACTOR_CODE) != 0;
}

bool policy_may_disable(const struct policy *p)
{
	return p->disable_allowed;
}

unsigned policy_password_least(const struct policy *p, int64_t now_s)
{
	return policy_mandatory(p, now_s) ? 8 : 15;
}

bool policy_may_passkey(const struct policy *p)
{
	return p->mfa != MFA_OFF && (p->factors & FACTOR_PASSKEY) != 0;
}

bool policy_asks_twice(const struct policy *p, bool known)
{
	return p->strict && !known;
}

bool policy_may_recovery(const struct policy *p)
{
	return policy_may_enable(p);
}

int64_t policy_days_left(const struct policy *p, int64_t now_s)
{
	if (p->mfa != MFA_MANDATORY_FROM || now_s >= p->mfa_from_s)
		return 0;
	return (p->mfa_from_s - 1 - now_s) / (24 * 60 * 60) + 1;
}

/* Does the account have a device that policy takes? */
static bool has_usable(const struct policy *p, const struct signin_facts *f)
{
	return (f->has_code && policy_may_enable(p)) || (f->has_passkey && policy_may_passkey(p));
}

static bool second_is_proved(const struct policy *p, const struct signin_facts *f)
{
	bool any_kind = !has_usable(p, f);
	bool code = f->code && f->has_code && (f->code_again || !policy_asks_twice(p, f->known));
	bool passkey = f->passkey && f->has_passkey;

	if (f->enrolled || (code && (any_kind || policy_may_enable(p))))
		return true;
	return (passkey && (any_kind || policy_may_passkey(p))) || (f->recovery && (any_kind || policy_may_recovery(p)));
}

/* The second factor alone: FINISHED when it is settled. */
static enum signin_step second_factor(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	bool can_enrol = policy_may_enable(p) || policy_may_passkey(p);
	bool has_one = f->has_code || f->has_passkey;

	if (p->mfa == MFA_OFF)
		return STEP_FINISHED;
	if (has_one && !can_enrol)
		return STEP_REFUSED;
	if (has_one && !second_is_proved(p, f))
		return STEP_CODE;
	if (has_usable(p, f) || !policy_mandatory(p, now_s))
		return STEP_FINISHED;
	if (!can_enrol)
		return STEP_REFUSED;
	return has_one || f->first || p->first_enrol == FIRST_PASSWORD ? STEP_ENROL : STEP_FIRST;
}

enum signin_step signin_next(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	enum signin_step step;

	if (!f->password && !(f->passkey && f->has_passkey && policy_may_passkey(p)))
		return STEP_PASSWORD;
	if (f->locked)
		return STEP_REFUSED;
	step = second_factor(p, f, now_s);
	if (step != STEP_FINISHED)
		return step;
	if (p->terms != TERMS_FOOTER && !f->terms)
		return STEP_TERMS;
	return STEP_FINISHED;
}

bool signin_takes_recovery(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	struct signin_facts with = *f;

	with.recovery = true;
	return signin_next(p, f, now_s) == STEP_CODE && signin_next(p, &with, now_s) != STEP_CODE;
}
