/*
 * housekeeping: what web does when nobody asks: one thread that ticks once a second.
 *
 *   each second  sign the head of the audit chain when it moved, and only while the one signed last still stands in it
 *                (else `audit.changed` in the system's log); write down who was seen on /auth/check
 *   each minute  store_sweep, until nothing is left or a hundred rounds are over; diagnose_watch: is our own clock off?
 *
 * The surprising rule: a failure here is logged once and tried again at the next tick; it never ends the process and
 * never delays a request, so nothing that must be enforced depends on it (expired rows are refused by their times).
 */
#ifndef WEB_HOUSEKEEPING_H
#define WEB_HOUSEKEEPING_H

#include "flow/flow.h"

struct housekeeping;

enum rc housekeeping_start(struct flow *f, struct housekeeping **out) MUST_USE;
/* Wakes the thread, does one last signature, joins. */
void housekeeping_stop(struct housekeeping **h);

/*
 * A session was seen by an I/O thread, which may not write: remembered when it was last written down a minute ago
 * or more, dropped when its place is taken or the list in use at this moment (a later request brings it again).
 * Never blocks, never allocates; any thread.
 */
void housekeeping_seen(const struct session *s, int64_t now_s);

#endif
