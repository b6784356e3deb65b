/*
 * enrol: from "not active" to a device that counts, by a code from the app.
 *
 *   NONE ─begin─▶ OPEN ──period over──▶ CLOSED ──more time (same secret)──▶ OPEN ...
 *                  │ right code                 └─ after ten extensions or the whole time: OVER ─begin─▶ OPEN (next number)
 *                  ▼
 *                 DONE
 *
 * The same secret is shown on every look while a period runs, and again after "more time": a new one would
 * leave a dead entry in the app. It is destroyed with the activation. An activation belongs to the sign-in
 * or session that opened it; from elsewhere the page says so (ELSEWHERE) and "continue here" makes a new one.
 * When all places are taken, the device that will go is named first (EVICT); until the code comes it works on. So it is with
 * a move to a new phone: the old one is retired and the new one begins in one transaction (flow/replace.h).
 * Wrong codes here charge no budget of the account (the secret was just shown), but an activation takes
 * at most 30. The look writes nothing.
 */
#ifndef FLOW_ENROL_H
#define FLOW_ENROL_H

#include "flow/flow.h"

enum { ENROL_EXTENSIONS = 10, ENROL_TRIES = 30, ENROL_GRACE_S = 10 };

enum enrol_screen {
	ENROL_NONE = 0,     /* nothing open: a button begins */
	ENROL_OPEN,
	ENROL_CLOSED,       /* the QR closed at period_ends_s; more time */
	ENROL_OVER,         /* the activation is over; start again, next number */
	ENROL_ELSEWHERE,    /* open in another window since other_since_s */
	ENROL_ALREADY,      /* active since active_since_s; add a device or move instead */
	ENROL_FULL,         /* devices_max reached, and nobody may go: remove one first, or wait until evict_from_s */
	ENROL_EVICT,        /* devices_max reached: `offer` names who goes; a press on one of them begins */
	ENROL_DONE,         /* device_name is active */
	ENROL_NOT_ALLOWED,  /* policy: mfa off, or codes not among the factors */
	ENROL_FIRST,        /* account road: what first_enrol asks is missing; go to /account/mfa/first */
	ENROL_GONE,         /* the sign-in or session is gone: sign in again */
};

struct enrol_state {
	enum enrol_screen screen;
	struct told told;
	struct str login;               /* as shown */
	bool active;                    /* Status TOTP: has an active device */
	int64_t active_since_s;
	struct str active_names;        /* "HP saya, HP Kantor" */
	struct str issuer, label, account; /* "SPSE", "SPSE: penyedia1 #3", "penyedia1 #3" */
	int64_t number;
	struct str secret, groups, uri; /* OPEN only: base32, in fours, otpauth: */
	int64_t period_ends_s, renewals_left, other_since_s;
	struct str device_name;         /* OPEN: prefilled or as typed; DONE: what is active now */
	int64_t leftover;               /* number of an entry that an unfinished activation left in the app, 0: none */
	bool may_leave;                 /* "later" is allowed (optional policy) */
	bool passkey_too;               /* policy takes passkeys: another way (flow/passkey.h) */
	struct device *offer;           /* EVICT: one, or several when the person chooses */
	size_t n_offer;
	unsigned devices_max;
	int64_t evict_from_s;           /* FULL: one was pushed out today; from when another may be. 0: not that */
	enum replaces_how how;          /* OPEN, CLOSED: what the code will do to `goes`; DONE: what it did */
	struct device goes;
	struct str signin_cookie, session_cookie, known_cookie, go; /* DONE on the sign-in road: as in signin.h */
};

/* Whose activation: exactly one of the two cookies is given. */
struct enrol_by {
	enum holder kind;
	struct str cookie;              /* sign-in cookie or session cookie */
};

/* What a press asks for, beyond "begin". */
struct enrol_wish {
	bool here;                      /* "continue here", although another window shows its QR */
	enum replaces_how how;          /* EVICT, MOVE: a press for `device`, which the page named; it takes over, too */
	int64_t device;
};

enum rc enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out) MUST_USE;
/* "Enable TOTP", "start again", "continue here", "add", "move". On the account road a fresh proof is asked by the guard
 * before. `wish` may be NULL. RC_OK with a screen that is not OPEN: not begun, the page says why. RC_ABSENT: what was named
 * is not there any more, or the proof is not fresh. */
enum rc enrol_begin(struct flow *f, const struct visit *v, struct enrol_by by, const struct enrol_wish *wish,
                    struct enrol_state *out) MUST_USE;
/* "More time": what was typed is kept by the page. */
enum rc enrol_renew(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out) MUST_USE;
/* The confirming code and the device's name. */
enum rc enrol_confirm(struct flow *f, const struct visit *v, struct enrol_by by, struct str device, struct str code,
                      struct enrol_state *out) MUST_USE;
/* Leaves without enabling: the secret is destroyed, the number stays used. */
enum rc enrol_leave(struct flow *f, const struct visit *v, struct enrol_by by) MUST_USE;

#endif
