#include "flow/door.h"

#include "core/throttle.h"

enum { RACE_TRIES = 16 };

/* The same steps as for codes, without a year's budget. */
static enum throttle ask(const struct door_tries *seen, const struct visit *v, struct door_tries *then)
{
	*then = *seen;
	return throttle_code(seen->in_a_row, seen->paused_until_s, 0, false, v->now_s, &then->in_a_row, &then->paused_until_s);
}

enum rc door_charge(struct tx *tx, const struct visit *v, int64_t user, enum door door, enum say paused, struct door_attempt *out,
                    struct told *told)
{
	struct door_tries seen, then;

	*told = (struct told){.say = paused};
	*out = (struct door_attempt){0};
	for (int i = 0; i < RACE_TRIES; i++) {
		enum rc rc = store_door_tries_get(tx, user, door, &seen);

		if (rc != RC_OK)
			return rc;
		switch (ask(&seen, v, &then)) {
		case THROTTLE_CLOSED:
			return store_refused_count(tx, v->now_s, "door-closed");
		case THROTTLE_PAUSED:
			told->until_s = then.paused_until_s;
			if (then.paused_until_s != seen.paused_until_s)
				rc = store_door_tries_charge(tx, user, door, seen, then);
			if (rc == RC_TAKEN)
				continue;
			return rc == RC_OK ? store_refused_count(tx, v->now_s, "door-paused") : rc;
		case THROTTLE_CHARGED:
			rc = store_door_tries_charge(tx, user, door, seen, then);
			if (rc == RC_TAKEN)
				continue;
			if (rc == RC_OK)
				told->say = SAY_NOTHING;
			out->paused_until_s = then.paused_until_s;
			return rc;
		}
	}
	return RC_FAULT;
}

enum rc door_look(struct tx *tx, const struct visit *v, int64_t user, enum door door, enum say paused, struct told *told)
{
	struct door_tries seen, then;
	enum rc rc = store_door_tries_get(tx, user, door, &seen);

	*told = (struct told){0};
	if (rc == RC_OK && ask(&seen, v, &then) != THROTTLE_CHARGED)
		*told = (struct told){.say = paused, .until_s = then.paused_until_s};
	return rc;
}

enum rc door_right(struct tx *tx, int64_t user, enum door door)
{
	return store_door_tries_clear(tx, user, door);
}

struct told door_wrong(const struct visit *v, const struct door_attempt *a, enum say wrong, enum say paused, struct str ref)
{
	bool now_paused = a->paused_until_s > v->now_s;

	return (struct told){.say = now_paused ? paused : wrong, .until_s = now_paused ? a->paused_until_s : 0, .ref = ref};
}
