#include "store/query.h"

enum {
	ROWS = 100, /* of each kind a call, so that nobody waits long for the writer */
	DAY_S = 24 * 60 * 60,
	LINK_KEPT_S = 7 * DAY_S,      /* over its time, so that a page can still say "used" or "over" */
	TRIES_KEPT_S = 30 * DAY_S,    /* since the last; 100 failures and more are kept until cleared */
	YEAR_KEPT_S = 365 * DAY_S,
	REFUSED_KEPT_S = 90 * DAY_S,
	SEED_KEPT_S = 90 * DAY_S,
	MAIL_KEPT_S = 90 * DAY_S,
	NOTE_KEPT_S = DAY_S,
	MINUTE_KEPT_S = 2 * 60 * 60,
	STEP_S = 30,
	BURNT_STEPS = 3,              /* older ones are accepted nowhere */
	ANONYMOUS_MOST = 50000,       /* sign-ins that belong to nobody: a flood fills no disk */
	ANONYMOUS_ROWS = 1000,        /* finding them walks past the newest, so more at a time */
};

/* Beyond the newest there is nothing on most days, and then this is a walk along an index. */
static enum rc sweep_anonymous(struct tx *tx, bool *more)
{
	int64_t n;
	enum rc rc = query_count(tx, &n, ST_SWEEP_ANONYMOUS, V_INT(ANONYMOUS_MOST), V_INT(ANONYMOUS_ROWS));

	if (n >= ANONYMOUS_ROWS)
		*more = true;
	return rc;
}

enum rc store_sweep(struct tx *tx, int64_t now_s, bool *more)
{
	const struct {
		enum statement id;
		int64_t before; /* seconds, or a step */
	} over[] = {
		{ST_SWEEP_SIGNIN, now_s}, {ST_SWEEP_SESSION, now_s}, {ST_SWEEP_ENROLMENT, now_s},
		{ST_SWEEP_LINK, now_s - LINK_KEPT_S}, {ST_SWEEP_CODE_TRY, now_s - YEAR_KEPT_S},
		{ST_SWEEP_PASSWORD_TRIES, now_s - TRIES_KEPT_S}, {ST_SWEEP_REFUSED, now_s - REFUSED_KEPT_S},
		{ST_SWEEP_SUSPENDED, now_s}, {ST_SWEEP_SEED, now_s - SEED_KEPT_S}, {ST_SWEEP_OUTBOX, now_s - MAIL_KEPT_S},
		{ST_SWEEP_CAPTCHA, now_s}, {ST_SWEEP_CHALLENGE, now_s}, {ST_SWEEP_KNOWN, now_s - KNOWN_S},
		{ST_SWEEP_BURNT, now_s / STEP_S - BURNT_STEPS}, {ST_SWEEP_CLOCK_NOTE, now_s - NOTE_KEPT_S},
		{ST_SWEEP_CLOCK_MINUTE, now_s - MINUTE_KEPT_S},
	};
	enum rc rc = RC_OK;
	int64_t n;

	*more = false;
	CALL(tx);
	for (size_t i = 0; rc == RC_OK && i < sizeof(over) / sizeof(over[0]); i++) {
		rc = query_count(tx, &n, over[i].id, V_INT(over[i].before), V_INT(ROWS));
		if (n >= ROWS)
			*more = true;
	}
	return rc == RC_OK ? sweep_anonymous(tx, more) : rc;
}
