#include <string.h>

#include "store/query.h"

/* ---- what the last wrong code fitted ----------------------------------------------------------------- */

enum rc store_clock_note_get(struct tx *tx, int64_t user, struct clock_note *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_CLOCK_NOTE, V_INT(user));
	if (rc == RC_OK) {
		out->user = q_int(&q, 0);
		out->device = q_int(&q, 1);
		out->step = q_int(&q, 2);
		out->offset_steps = q_int(&q, 3);
		out->at_s = q_int(&q, 4);
	}
	return query_end(&q, rc);
}

enum rc store_clock_note_put(struct tx *tx, const struct clock_note *n)
{
	CALL(tx);
	return query_run(tx, ST_CLOCK_NOTE_PUT, V_INT(n->user), V_INT(n->device), V_INT(n->step), V_INT(n->offset_steps),
	                 V_INT(n->at_s));
}

enum rc store_clock_note_end(struct tx *tx, int64_t user)
{
	CALL(tx);
	return query_run(tx, ST_CLOCK_NOTE_END, V_INT(user));
}

enum rc store_step_burn(struct tx *tx, int64_t device, int64_t step)
{
	CALL(tx);
	return query_run(tx, ST_STEP_BURN, V_INT(device), V_INT(step));
}

/* ---- our own clock ------------------------------------------------------------------------------------ */

enum rc store_clock_late_add(struct tx *tx, int64_t now_s, int64_t late_s)
{
	CALL(tx);
	return query_run(tx, ST_CLOCK_LATE_ADD, V_INT(now_s - now_s % 60), V_INT(late_s));
}

/* The minute in which since_s lies counts whole. */
enum rc store_clock_late_get(struct tx *tx, int64_t since_s, int64_t *times, int64_t *late_s)
{
	struct query q;
	enum rc rc;

	*times = *late_s = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_CLOCK_LATE, V_INT(since_s - since_s % 60));
	if (rc == RC_OK) {
		*times = q_int(&q, 0);
		*late_s = q_int(&q, 1);
	}
	return query_end(&q, rc);
}
