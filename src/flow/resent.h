/*
 * resent: a wrong code that comes a second time, because a page was refreshed or a button pressed twice.
 *
 * The answer to a wrong code is a page, so a refresh sends the same form again. Whoever does that guesses nothing: the
 * code is answered as it was answered, with the same words and the same reference, and neither charged nor looked at. A
 * pause that runs by then is told instead, as it stands.
 *
 * What is kept is the last refused code of this sign-in, as SHA-256 over (cookie's hash, cleaned code), the moment, and the
 * facts of what was said (signin.refused, signin.refused_say): about 100 bytes, gone with the sign-in.
 *
 * The surprising rule: it is kept for RESENT_S, as long as one code can be good. Within that time the same digits stay
 * refused though the clock may have come to where they would be right (a phone that is 40 s fast: its next code is as good,
 * and nobody need wait longer than for that); whoever sends them gets no look for nothing. After that they are a code like
 * any other: charged, looked at, and accepted if they are right, unless the doctor has burnt their step. So nobody is locked
 * out by digits that were wrong once.
 */
#ifndef FLOW_RESENT_H
#define FLOW_RESENT_H

#include "flow/flow.h"

enum { RESENT_S = 90 };

/* True: `code` (cleaned) is the last that was refused in this sign-in, not long ago; `told` is what was said then, without
 * its pause. Else `told` is left alone. */
bool resent_is(struct arena *a, const struct signin *row, const char *code, int64_t now_s, struct told *told);

/* In the transaction in which the code is refused; `row` as it is read there. */
enum rc resent_keep(struct tx *tx, struct arena *a, const struct signin *row, const char *code, int64_t now_s,
                    const struct told *told) MUST_USE;

#endif
