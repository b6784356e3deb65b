/*
 * known: browsers in which the owner signed in fully before, so that strangers' failures do not pause the owner's.
 *
 *   password AND second factor, or a passkey ─▶ known_note ─▶ cookie of 256 random bits, 180 days from the last time
 *   POST password ─▶ known_is ─▶ the try is charged to (login, known) or to (login, stranger): core/throttle.h, twice
 *   new password ─▶ known_end: strangers again, but the browser that did it; a reset, Disable with no passkey left: all
 *
 * One cookie may be known to several people, who share the browser. The surprising rule: a known browser never skips a
 * factor, and the cookie opens nothing: whoever steals it may fail apart from other strangers, and in a strict type is
 * asked for one code instead of two.
 * Unknown logins run the same statement (user 0). docs/decisions/0008-known-browsers.md.
 */
#ifndef FLOW_KNOWN_H
#define FLOW_KNOWN_H

#include "flow/flow.h"

/* Is the browser of this visit known to this user (0: nobody)? `tx` may be a view. */
enum rc known_is(struct tx *tx, const struct visit *v, int64_t user, bool *known) MUST_USE;
/* In the transaction that begins a session with more than a password. `cookie` gets the value to be set: the one that
 * the browser has, or a new one. */
enum rc known_note(struct tx *tx, const struct visit *v, int64_t user, struct str *cookie) MUST_USE;
/* All of this user are strangers again. The browser of this visit stays known where it was and `keep_this`. */
enum rc known_end(struct tx *tx, const struct visit *v, int64_t user, bool keep_this) MUST_USE;

#endif
