/*
 * replace: which device makes room for a new one, and what becomes of it.
 *
 *   all places taken ── devices_when_full ──┬─ refuse            nobody goes: remove one first
 *                                           ├─ evict-oldest      the one that was added longest ago
 *                                           ├─ evict-least-used  the one that was used longest ago
 *                                           └─ ask               the person chooses
 *   named on the page ─▶ pressed ─▶ QR ─▶ right code: suspended for suspend_hours, in the same transaction
 *
 * The surprising rule: nothing is decided by what the page said. When the code comes the places are counted again: a
 * device that need not go any more stays, and one that was not named never goes. One eviction a day per account: with
 * one session nobody pushes the owner out. A move is not an eviction: there the person names the old phone themselves.
 */
#ifndef FLOW_REPLACE_H
#define FLOW_REPLACE_H

#include "flow/flow.h"

enum { EVICT_EVERY_S = 24 * 60 * 60 };

/* Who may go, of these active ones: one, all when the person is asked, none. `must`: a sign-in that cannot go on without an
 * activation asks instead of refusing, or its owner would be stuck. */
void replace_offer(const struct policy *p, struct device *active, size_t n, bool must, struct device **offer, size_t *n_offer);

/* From when another eviction may be, by the list of all devices; 0: now. */
int64_t replace_next_s(const struct device *all, size_t n, int64_t now_s);

/* The two endings of a device that is replaced, with audit line and notice. RC_ABSENT: it is not active any more. */
enum rc replace_suspend(struct flow *f, struct tx *tx, const struct visit *v, const struct user *u, const struct device *goes,
                        int64_t by) MUST_USE;
enum rc replace_move(struct tx *tx, const struct visit *v, const struct user *u, const struct device *goes, struct str to) MUST_USE;

#endif
