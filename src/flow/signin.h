/*
 * signin: from a user id to a session.
 *
 *            POST user           POST password            POST code
 *   START ──────────▶ PASSWORD ───────────────▶ CODE ───────────────▶ DONE (a session)
 *     └── one page: both at once ──▲   └──────▶ ENROL ─(enrol.h)─────▶ DONE
 *                                       └─────▶ TERMS ─(once per version)─▶ DONE
 *
 * Which step comes next is one pure function, signin_next (core/signin_fsm.h). Known and unknown users take
 * the same road: a row, a charge, a hash, the same text. The password step and the code step have budgets of
 * their own (core/throttle.h). A new sign-in cookie is given when the password was proved, so one that was
 * planted before is worth nothing. Nothing is written by the looks (GET).
 */
#ifndef FLOW_SIGNIN_H
#define FLOW_SIGNIN_H

#include "flow/captcha.h"
#include "flow/flow.h"

enum signin_screen {
	SCREEN_START = 0,   /* no sign-in under way: choose the type, or the user id form of `type` */
	SCREEN_PASSWORD,
	SCREEN_CODE,
	SCREEN_ENROL,       /* go to /signin/enrol */
	SCREEN_FIRST,       /* go to /signin/first: the slip, or when the quiet period ends */
	SCREEN_TERMS,       /* a new version of the terms, before the session */
	SCREEN_DONE,        /* set the session cookie, delete the sign-in cookie, 303 to `go` */
};

struct signin_state {
	enum signin_screen screen;
	struct told told;
	const struct config_type *form;  /* the type chosen on the form: headings and layout; NULL: not chosen */
	struct str login;                /* as typed */
	bool agreed;                     /* the tick is kept */
	struct str next;                 /* validated return address or absent */
	int64_t form_ends_s;             /* PASSWORD: the time limit that is shown */
	int64_t renewals_left;           /* PASSWORD: presses of "more time" left */
	/* CODE: what to open in the app, in words: "SPSE: penyedia1 #3", newest first */
	struct str labels[8];
	size_t n_labels;
	bool passkey_offered;            /* PASSWORD and START: policy takes passkeys. CODE: the account has one */
	bool recovery_offered;           /* CODE: the account has recovery codes left */
	bool captcha_due;                /* START (one page) and PASSWORD: the form holds a captcha now */
	int64_t quiet_ends_s;            /* FIRST: 0: a slip is asked; else when the activation may begin */
	struct str known_cookie;         /* DONE: marks this browser as known to its owner; absent: leave it as it is */
	struct str signin_cookie;        /* to be set; absent: leave as it is */
	struct str session_cookie;       /* DONE */
	bool recovery_last;              /* DONE: the last recovery code was used: a new set is made on the way to `go` */
	struct str go;                   /* DONE: `next`, or the type's home_url */
	struct str terms_version;        /* TERMS */
};

/* `cookie` is the value of the sign-in cookie, absent when there is none. A look writes nothing. */
enum rc signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out) MUST_USE;

/* Two-step, first form. `type` may be absent when there is only one. Always leads to PASSWORD when filled
 * in, whether or not the user exists. `cookie` must be there (the GET before set it; RC_ABSENT otherwise). */
enum rc signin_user(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user,
                    struct str next, struct signin_state *out) MUST_USE;

/* The second form, and the one-page form (which calls signin_one_page). */
enum rc signin_password(struct flow *f, const struct visit *v, struct str cookie, struct str password,
                        const struct captcha_answer *captcha, bool agree, struct signin_state *out) MUST_USE;
enum rc signin_one_page(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user,
                        struct str password, const struct captcha_answer *captcha, bool agree, struct str next,
                        struct signin_state *out) MUST_USE;
/* "More time" for the password form; at most ten times. */
enum rc signin_more_time(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out) MUST_USE;

enum rc signin_code(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out) MUST_USE;
enum rc signin_terms(struct flow *f, const struct visit *v, struct str cookie, bool agree, struct signin_state *out) MUST_USE;

/* Ends a half-done sign-in. An open activation of it is asked about first: told.say = SAY_ENROL_UNFINISHED and
 * nothing was ended, unless `sure`. */
enum rc signin_leave(struct flow *f, const struct visit *v, struct str cookie, bool sure, struct signin_state *out) MUST_USE;

/* Is `next` an address that we may send people to: a path of ours, or an https URL (http on a loopback base)
 * whose host stands in return_to? Returns the address or STR_NONE. */
struct str signin_next_allowed(const struct config *c, struct arena *a, struct str next);

#endif
