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

/* The second factor alone: FINISHED when it is settled. */
static enum signin_step second_factor(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	bool codes = policy_may_enable(p), passkeys = policy_may_passkey(p);
	bool has_one = f->has_code || f->has_passkey;
	bool usable = (f->has_code && codes) || (f->has_passkey && passkeys);
	bool code = f->code && (f->code_again || !policy_asks_twice(p, f->known));

	if (p->mfa == MFA_OFF)
		return STEP_FINISHED;
	if (has_one && !usable && !codes && !passkeys)
		return STEP_REFUSED;
	if (has_one && !code && !f->passkey && !f->recovery && !f->enrolled)
		return STEP_CODE;
	if (usable || !policy_mandatory(p, now_s))
		return STEP_FINISHED;
	if (!codes && !passkeys)
		return STEP_REFUSED;
	return has_one || f->first || p->first_enrol == FIRST_PASSWORD ? STEP_ENROL : STEP_FIRST;
}

enum signin_step signin_next(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	enum signin_step step;

	if (!f->password && !(f->passkey && policy_may_passkey(p)))
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
