/*
 * throttle: how many guesses, and how long to wait.
 *
 *   password: free up to the 4th failure in a row; the 5th and later pause 30 s, 60 s ... 1 h; 100: off.
 *             Counted per folded login, known or not; a paused step is not evaluated at all.
 *   code:     counted per account, after the right password only; the 3rd and later pause 30 s, 60 s ... 24 h,
 *             and 50 wrong codes (20 in strict mode) within 365 days freeze codes until another factor or a
 *             reset renews them. A success ends the pause but gives nothing of the year back.
 *
 * Charge first, evaluate after: throttle_* says what the row must become BEFORE the proof is looked at, so a
 * crash or a race never gives a free guess. Zero is CLOSED. Pure; the store settles the race by compare-and-set.
 *
 * A pause that ends later than a pause of this many failures can end was begun before the clock was set back: it
 * begins anew, so that it is never shorter than it should be, nor as long as the clock was wrong.
 */
#ifndef CORE_THROTTLE_H
#define CORE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

enum throttle {
	THROTTLE_CLOSED = 0,  /* off or frozen: waiting does not help */
	THROTTLE_PAUSED,      /* until then_until_s; when that is not what the row has, write it */
	THROTTLE_CHARGED,     /* evaluate after the row became `then` */
};

enum {
	THROTTLE_PASSWORD_FREE = 4, THROTTLE_PASSWORD_LONGEST_S = 60 * 60, THROTTLE_PASSWORD_MOST = 100,
	THROTTLE_CODE_FREE = 2, THROTTLE_CODE_LONGEST_S = 24 * 60 * 60,
	THROTTLE_CODE_YEAR = 50, THROTTLE_CODE_YEAR_STRICT = 20,
	THROTTLE_FIRST_PAUSE_S = 30,
};

/* Seconds of pause that the n-th failure in a row begins; 0 for the free ones. */
int64_t throttle_pause_s(int64_t nth, int64_t free_ones, int64_t longest_s);

enum throttle throttle_password(int64_t failures, int64_t paused_until_s, int64_t now_s,
                                int64_t *then_failures, int64_t *then_until_s);
enum throttle throttle_code(int64_t in_a_row, int64_t paused_until_s, int64_t this_year, bool strict, int64_t now_s,
                            int64_t *then_in_a_row, int64_t *then_until_s);

#endif
