/*
 * signin_fsm: which step comes next in a sign-in. The one rule that stands between a password and a session.
 *
 *                 password?  no ─▶ PASSWORD
 *                    │ yes
 *            account locked? yes ─▶ REFUSED
 *                    │ no
 *          second factor due?
 *            a device exists: code or just enrolled?  no ─▶ CODE
 *            no device, policy demands one now:       ────▶ ENROL
 *            codes are not among policy's factors:    ────▶ REFUSED (a device, or one is demanded)
 *                    │ settled
 *            terms due?  yes ─▶ TERMS
 *                    │ no
 *                 FINISHED  (flow/session.c may begin a session)
 *
 * The step is always computed from the facts; the step stored in the row only guards against two requests that
 * move the same row. Zero is REFUSED. Pure.
 */
#ifndef CORE_SIGNIN_FSM_H
#define CORE_SIGNIN_FSM_H

#include "core/policy.h"

enum signin_step {
	STEP_REFUSED = 0,
	STEP_PASSWORD = 1,
	STEP_CODE = 2,
	STEP_ENROL = 3,
	STEP_TERMS = 4,
	STEP_FINISHED = 0x51, /* far from the others: no off-by-one finishes a sign-in */
};

struct signin_facts {
	bool password;     /* proved in this sign-in */
	bool code;         /* proved in this sign-in, after the password */
	bool enrolled;     /* a device was confirmed by a code in this sign-in */
	bool terms;        /* the terms in force were agreed to in this sign-in or before */
	bool has_device;   /* the account has an active device now */
	bool locked;       /* by an administrator */
};

enum signin_step signin_next(const struct policy *p, const struct signin_facts *f, int64_t now_s);

/* Does policy ask everybody of this type for a second factor at this moment? */
bool policy_mandatory(const struct policy *p, int64_t now_s);
/* May this person turn codes on, off? (off: `disable_allowed`; mandatory types are then asked again at the next sign-in) */
bool policy_may_enable(const struct policy *p);
bool policy_may_disable(const struct policy *p);
/* The least length of a new password: 8 where a second factor is always asked, else 15 (R-PW-1). */
unsigned policy_password_least(const struct policy *p, int64_t now_s);

#endif
