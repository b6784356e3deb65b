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

enum signin_step signin_next(const struct policy *p, const struct signin_facts *f, int64_t now_s)
{
	if (!f->password)
		return STEP_PASSWORD;
	if (f->locked)
		return STEP_REFUSED;
	if (p->mfa != MFA_OFF) {
		bool codes = policy_may_enable(p);

		if (f->has_device && !codes)
			return STEP_REFUSED;
		if (f->has_device && !f->code && !f->enrolled)
			return STEP_CODE;
		if (!f->has_device && policy_mandatory(p, now_s))
			return codes ? STEP_ENROL : STEP_REFUSED;
	}
	if (p->terms != TERMS_FOOTER && !f->terms)
		return STEP_TERMS;
	return STEP_FINISHED;
}
