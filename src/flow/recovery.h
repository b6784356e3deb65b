/*
 * recovery: ten codes on paper for the day the phone is gone.
 *
 *   make (fresh proof) ─▶ ten codes, shown once ─▶ paper ─▶ recovery_signin: one is spent, a session begins
 *        └ a new set takes the old one's place in the same transaction
 *
 * The store has their MACs (vault, bound to the user), never the codes: nobody can show them again. Each works once, and
 * is spent in the transaction of the session that it opens. Guesses draw on a budget of their own (flow/door.h), so that a
 * pause on codes from the phone leaves this door open; a used one renews the year's budget of those codes, as another
 * factor that was proved.
 * The surprising rule: where policy would not take it (only passkeys count, and there is one), none is asked for and none
 * is spent. When the last one is used the sign-in ends at the page that makes a new set.
 */
#ifndef FLOW_RECOVERY_H
#define FLOW_RECOVERY_H

#include "flow/session.h"
#include "flow/signin.h"

enum { RECOVERY_FEW = 2 }; /* with so many left a new set is offered */

/* The form of the sign-in. out->recovery_offered false: this door is not there for them; the sign-in stands at
 * out->screen. told: SAY_RECOVERY_PAUSED or nothing. Writes nothing. */
enum rc recovery_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out) MUST_USE;
/* As signin_code. SAY_RECOVERY_SHAPE, _WRONG, _PAUSED, SAY_MISSING. */
enum rc recovery_signin(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out) MUST_USE;

/* ---- the account ------------------------------------------------------------------------------------- */

struct recovery_set {
	bool may_make;               /* policy takes them and the account has a device */
	int64_t left, made_s;        /* made_s 0: there never was a set */
	struct str codes[RECOVERY_CODES]; /* recovery_make only: as they are printed, "7KQ2-M0XD-94RB-TZ8F" */
	size_t n;
};
enum rc recovery_look(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out) MUST_USE;
/* RC_ABSENT: the proof is not fresh, or the session ended. n = 0: not allowed (may_make). */
enum rc recovery_make(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out) MUST_USE;

/* ---- for the fresh proof (flow/account_proof.c) --------------------------------------------------------- */

/* Spends one, inside `tx`, with all that goes with it: the log, the notice, the budgets. RC_TAKEN: used, or none of theirs. */
enum rc recovery_spend(struct tx *tx, const struct visit *v, const struct user *u, const unsigned char mac[STORE_HASH],
                       int64_t *left) MUST_USE;

#endif
