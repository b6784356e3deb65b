/*
 * first: what is asked before the very first activation, so that a thief with a leaked password does not enrol first.
 *
 *   first_enrol   password  nothing more
 *                 slip      a code on paper from the office (`gerbang user slip ID`)
 *                 quiet-period  the first right password begins a wait; the owner is told by mail; then it is open
 *                 mail      not there yet: a slip, so that nobody is stuck and nobody gets in with less
 *
 * Asked once: an account that has a device, or proved it before, is not asked again; a finished reset counts too
 * (users.first_proof_s). A slip opens a quiet period early. It works once and draws on a budget of its own (flow/door.h).
 * Both roads to an activation ask here: the sign-in (its step FIRST) and "Enable TOTP" on the home (enrol_begin).
 */
#ifndef FLOW_FIRST_H
#define FLOW_FIRST_H

#include "flow/session.h"
#include "flow/signin.h"

enum { FIRST_SLIP_DAYS = 7 };

/* Was it proved, now or once? `n_devices` of any kind: one is proof enough. */
bool first_is_open(const struct policy *p, const struct user *u, size_t n_devices, int64_t now_s);
/* Begins the quiet period where one is asked and none was begun; writes u->quiet_ends_s. Inside the caller's transaction. */
enum rc first_begin(struct tx *tx, const struct visit *v, const struct config_type *type, struct user *u) MUST_USE;

/* The step FIRST of a sign-in: out->quiet_ends_s and what is to be said (SAY_SLIP_PAUSED, SAY_QUIET or nothing). */
enum rc first_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out) MUST_USE;
/* The slip. SAY_MISSING, SAY_SLIP_SHAPE, _WRONG, _PAUSED; right: the next step, with its activation opened. */
enum rc first_signin(struct flow *f, const struct visit *v, struct str cookie, struct str slip, struct signin_state *out) MUST_USE;

/* The same from the home. */
struct first_state {
	bool open;                   /* nothing (more) is asked */
	int64_t quiet_ends_s;        /* 0: a slip is asked; else when the activation may begin */
	struct told told;
};
enum rc first_look(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out) MUST_USE;
/* "Enable TOTP" was pressed, with a fresh proof: begins the quiet period where there is one. */
enum rc first_ask(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out) MUST_USE;
enum rc first_account(struct flow *f, const struct visit *v, const struct who *w, struct str slip, struct first_state *out) MUST_USE;

/* A new slip, for whoever runs the office's command line (`actor`): the ones before it are over, the owner is told. `shown`
 * is as it is printed. */
enum rc first_slip_make(struct flow *f, const struct visit *v, const struct user *u, struct str actor, struct str *shown,
                        int64_t *expires_s) MUST_USE;

#endif
