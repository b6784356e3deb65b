#include "core/throttle.h"

int64_t throttle_pause_s(int64_t nth, int64_t free_ones, int64_t longest_s)
{
	int64_t pause_s = THROTTLE_FIRST_PAUSE_S;

	if (nth <= free_ones)
		return 0;
	for (int64_t i = free_ones + 1; i < nth && pause_s < longest_s; i++)
		pause_s *= 2;
	return pause_s < longest_s ? pause_s : longest_s;
}

/* The end of a pause that is running. */
static int64_t pause_end_s(int64_t until_s, int64_t pause_s, int64_t now_s)
{
	return until_s - now_s > pause_s ? now_s + pause_s : until_s;
}

enum throttle throttle_password(int64_t failures, int64_t paused_until_s, int64_t now_s,
                                int64_t *then_failures, int64_t *then_until_s)
{
	*then_failures = failures;
	*then_until_s = paused_until_s;
	if (failures >= THROTTLE_PASSWORD_MOST)
		return THROTTLE_CLOSED;
	if (now_s < paused_until_s) {
		*then_until_s = pause_end_s(paused_until_s, throttle_pause_s(failures, THROTTLE_PASSWORD_FREE, THROTTLE_PASSWORD_LONGEST_S), now_s);
		return THROTTLE_PAUSED;
	}
	*then_failures = failures + 1;
	*then_until_s = now_s + throttle_pause_s(failures + 1, THROTTLE_PASSWORD_FREE, THROTTLE_PASSWORD_LONGEST_S);
	return THROTTLE_CHARGED;
}

enum throttle throttle_code(int64_t in_a_row, int64_t paused_until_s, int64_t this_year, bool strict, int64_t now_s,
                            int64_t *then_in_a_row, int64_t *then_until_s)
{
	*then_in_a_row = in_a_row;
	*then_until_s = paused_until_s;
	if (this_year >= (strict ? THROTTLE_CODE_YEAR_STRICT : THROTTLE_CODE_YEAR))
		return THROTTLE_CLOSED;
	if (now_s < paused_until_s) {
		*then_until_s = pause_end_s(paused_until_s, throttle_pause_s(in_a_row, THROTTLE_CODE_FREE, THROTTLE_CODE_LONGEST_S), now_s);
		return THROTTLE_PAUSED;
	}
	*then_in_a_row = in_a_row + 1;
	*then_until_s = now_s + throttle_pause_s(in_a_row + 1, THROTTLE_CODE_FREE, THROTTLE_CODE_LONGEST_S);
	return THROTTLE_CHARGED;
}
