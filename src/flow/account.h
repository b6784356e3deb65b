/*
 * account: what a signed-in person can see and change of their own account.
 *
 * Every call takes the `who` that the guard found in this request. Changes of security need a fresh proof;
 * the guard asks for it (router: GUARD_FRESH) and the flow checks it again. Each change writes an audit row
 * and a notice mail in the same transaction.
 */
#ifndef FLOW_ACCOUNT_H
#define FLOW_ACCOUNT_H

#include "flow/devices.h"
#include "flow/session.h"

struct home {
	bool active;                  /* Status TOTP: a device that gives codes */
	bool may_enable, may_disable; /* policy */
	size_t n_devices;
	unsigned devices_max;
	int64_t last_signin_s;        /* the one before this session; 0: none */
	struct str last_address, last_browser;
};
enum rc account_home(struct flow *f, const struct visit *v, const struct who *w, struct home *out) MUST_USE;

/* Fresh proof: password, and a code where the account has a device. Draws on the same budgets as the sign-in.
 * SAY_DONE: session_cookie is a new value to set. Wrong proofs past the budget end the session (RC_ABSENT). */
struct confirm {
	struct told told;
	bool code_asked;             /* six digits or, in the same field, a recovery code */
	bool recovery_offered;       /* there are codes left, and policy takes them */
	bool passkey_offered;        /* the account has one (flow/passkey.h) */
	bool passkey_only;           /* ... and nothing that could be typed: a password would be less than it is protected with */
	struct str session_cookie;
};
enum rc account_confirm_look(struct flow *f, const struct visit *v, const struct who *w, struct confirm *out) MUST_USE;
enum rc account_confirm(struct flow *f, const struct visit *v, const struct who *w, struct str password, struct str code,
                        struct confirm *out) MUST_USE;

struct session_list {
	struct session *rows;
	size_t n;
};
enum rc account_sessions(struct flow *f, const struct visit *v, const struct who *w, struct session_list *out) MUST_USE;
/* id 0: all others. RC_ABSENT: not one of theirs. */
enum rc account_session_end(struct flow *f, const struct visit *v, const struct who *w, int64_t id) MUST_USE;

struct log_page {
	struct audit *rows;
	size_t n;
	int64_t older_before;         /* seq for the next page, 0: this is the last */
	int64_t log_since_s;
};
enum rc account_log(struct flow *f, const struct visit *v, const struct who *w, int64_t before_seq, struct log_page *out) MUST_USE;

/* current, new, again. SAY_PASSWORD_CHANGED: the other sessions ended, session_cookie is new. */
enum rc account_password(struct flow *f, const struct visit *v, const struct who *w, struct str current, struct str fresh,
                         struct str again, struct told *out, struct str *session_cookie) MUST_USE;

/* The set-up link of `gerbang user add`: a first password. A look changes nothing. RC_ABSENT: used, expired or
 * unknown; `out` has its times where it was one of ours. */
struct setup {
	struct told told;
	struct str login;
	int64_t expires_s, used_s;
	unsigned least;              /* characters that a new password has at least */
};
enum rc account_setup_look(struct flow *f, const struct visit *v, struct str token, struct setup *out) MUST_USE;
enum rc account_setup(struct flow *f, const struct visit *v, struct str token, struct str fresh, struct str again,
                      struct setup *out) MUST_USE;

#endif
