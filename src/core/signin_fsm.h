/*
 * signin_fsm: which step comes next in a sign-in. The one rule that stands between a password and a session.
 *
 *      password, or a passkey that policy takes?   no ─▶ PASSWORD
 *                    │ yes
 *            account locked? yes ─▶ REFUSED
 *                    │ no
 *          second factor due?  (mfa = off: settled)
 *            a device exists, and none of the policy's factors can be enrolled ─▶ REFUSED
 *            a device exists: proved by one that policy takes, by a recovery code, or just enrolled?  no ─▶ CODE
 *            policy demands one now and none that it takes exists:
 *                none of its factors can be enrolled ─▶ REFUSED
 *                the very first, and its proof (slip, quiet period) is missing ─▶ FIRST
 *                                                     ─▶ ENROL
 *                    │ settled
 *            terms due?  yes ─▶ TERMS
 *                    │ no
 *                 FINISHED  (flow/session.c may begin a session)
 *
 * The step is always computed from the facts; the step stored in the row only guards against two requests that
 * move the same row. Zero is REFUSED. Pure.
 * The surprising rules: a device of a kind that policy no longer takes must still be proved, and then one that it
 * takes is enrolled: a policy that grew stricter locks nobody out and lets nobody in with less than before. Once the
 * account has a device that policy takes, the other kind proves nothing any more. A recovery code counts where a typed
 * code would. A proof whose device is gone is none.
 */
#ifndef CORE_SIGNIN_FSM_H
#define CORE_SIGNIN_FSM_H

#include "core/policy.h"

enum signin_step {
	STEP_REFUSED = 0,
	STEP_PASSWORD = 1,
	STEP_CODE = 2,     /* any second factor: a code, a passkey, a recovery code */
	STEP_ENROL = 3,
	STEP_TERMS = 4,
	STEP_FIRST = 5,
	STEP_FINISHED = 0x51, /* far from the others: no off-by-one finishes a sign-in */
};

struct signin_facts {
	bool password;     /* proved in this sign-in */
	bool passkey;      /* proved in this sign-in, its user verified: it stands for the password and for the second factor */
	bool code;         /* proved in this sign-in, after the password */
	bool code_again;   /* strict: a second code, of a later step, after the first */
	bool recovery;     /* a recovery code was spent in this sign-in */
	bool enrolled;     /* a device was confirmed in this sign-in */
	bool first;        /* what first_enrol asks was proved, once or in this sign-in */
	bool known;        /* the owner signed in fully in this browser before */
	bool terms;        /* the terms in force were agreed to in this sign-in or before */
	bool has_code;     /* the account has an active device that gives codes */
	bool has_passkey;  /* the account has an active passkey */
	bool locked;       /* by an administrator */
};

enum signin_step signin_next(const struct policy *p, const struct signin_facts *f, int64_t now_s);
/* At the step CODE: would a recovery code lead on? Where not, none is asked for and none is spent. */
bool signin_takes_recovery(const struct policy *p, const struct signin_facts *f, int64_t now_s);

/* Does policy ask everybody of this type for a second factor at this moment? */
bool policy_mandatory(const struct policy *p, int64_t now_s);
/* Whole days, the last one begun counted, until a second factor will be asked of everybody; 0: it is now, or never will be. */
int64_t policy_days_left(const struct policy *p, int64_t now_s);
/* May this person turn codes on, off? (off: `disable_allowed`; mandatory types are then asked again at the next sign-in) */
bool policy_may_enable(const struct policy *p);      /* codes */
bool policy_may_passkey(const struct policy *p);
bool policy_may_recovery(const struct policy *p);    /* recovery codes, beside devices that give codes */
/* Is a second code asked in a browser that the owner does not know? (strict) */
bool policy_asks_twice(const struct policy *p, bool known);
bool policy_may_disable(const struct policy *p);
/* The least length of a new password: 8 where a second factor is always asked, else 15. */
unsigned policy_password_least(const struct policy *p, int64_t now_s);

#endif
