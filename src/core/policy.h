/*
 * policy: what the organisation asks of one user type. Filled by config.c, read by everyone, changed by none.
 *
 * The type chosen on the form decides how the form looks; the account's own type decides the policy.
 * A zeroed struct is the strictest: two-step, mandatory, code only.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "base/str.h"

enum layout { LAYOUT_TWO_STEP = 0, LAYOUT_ONE_PAGE };
enum captcha_when { CAPTCHA_ALWAYS = 0, CAPTCHA_AFTER_FAILURES, CAPTCHA_NEVER };
enum terms_when { TERMS_EACH = 0, TERMS_ONCE, TERMS_FOOTER };
enum mfa { MFA_MANDATORY = 0, MFA_MANDATORY_FROM, MFA_OPTIONAL, MFA_OFF };
enum { FACTOR_CODE = 1, FACTOR_TAP = 2, FACTOR_PASSKEY = 4 }; /* bits */
enum match { MATCH_SIX = 0, MATCH_TWO, MATCH_TAP };
enum when_full { FULL_REFUSE = 0, FULL_ASK, FULL_EVICT_OLDEST, FULL_EVICT_LEAST_USED };
enum reset_by { RESET_TICKET = 0, RESET_MAIL, RESET_BOTH };
enum reset_does { RESET_WIPE = 0, RESET_ADD };
enum first_enrol { FIRST_PASSWORD = 0, FIRST_MAIL, FIRST_SLIP, FIRST_QUIET };

struct policy {
	enum layout layout;
	enum captcha_when captcha;
	enum terms_when terms;
	enum mfa mfa;
	int64_t mfa_from_s;        /* MFA_MANDATORY_FROM: from this second on */
	unsigned factors;          /* FACTOR_* bits */
	unsigned first_factor;     /* the bit that is offered first */
	bool disable_allowed;
	enum match match;
	bool strict;
	int64_t enrol_s, approve_s, password_s;
	unsigned devices_max;
	enum when_full devices_when_full;
	enum reset_by reset;
	enum reset_does reset_does;
	enum first_enrol first_enrol;
	int64_t quiet_s;
};

#endif
