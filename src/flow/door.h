/*
 * door: guesses at the doors beside the codes: a recovery code, a registration slip.
 *
 *   door_charge ─▶ (vault) ─▶ door_right
 *
 * Each door has a budget of its own, so that a pause on codes leaves the others open: three tries, then 30 s doubling to
 * 24 h, as for codes (core/throttle.h). Nothing is frozen for the year: these secrets have 80 bits, and the pause is what
 * keeps the log and the vault quiet. The charge is written before the vault is asked and is seen by everybody.
 */
#ifndef FLOW_DOOR_H
#define FLOW_DOOR_H

#include "flow/flow.h"

struct door_attempt {
	int64_t paused_until_s;   /* what the charge set: when the next try is, if this one is wrong */
};
/* RC_OK with told->say 0: charged, go on. RC_OK with `paused`: do not evaluate; told->until_s. */
enum rc door_charge(struct tx *tx, const struct visit *v, int64_t user, enum door door, enum say paused, struct door_attempt *out,
                    struct told *told) MUST_USE;
/* What a charge would say now, without charging. */
enum rc door_look(struct tx *tx, const struct visit *v, int64_t user, enum door door, enum say paused, struct told *told) MUST_USE;
enum rc door_right(struct tx *tx, int64_t user, enum door door) MUST_USE;
/* What is said of a wrong one: `wrong`, or `paused` with its time when this try began a pause. */
struct told door_wrong(const struct visit *v, const struct door_attempt *a, enum say wrong, enum say paused, struct str ref);

#endif
