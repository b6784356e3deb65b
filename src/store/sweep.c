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
};

enum rc store_sweep(struct tx *tx, int64_t now_s, bool *more)
{
	static const struct {
		enum statement id;
		int64_t kept_s;
	} over[] = {
		{ST_SWEEP_SIGNIN, 0}, {ST_SWEEP_SESSION, 0}, {ST_SWEEP_ENROLMENT, 0}, {ST_SWEEP_LINK, LINK_KEPT_S},
		{ST_SWEEP_CODE_TRY, YEAR_KEPT_S}, {ST_SWEEP_PASSWORD_TRIES, TRIES_KEPT_S}, {ST_SWEEP_REFUSED, REFUSED_KEPT_S},
		{ST_SWEEP_SEED, SEED_KEPT_S}, {ST_SWEEP_OUTBOX, MAIL_KEPT_S},
	};
	enum rc rc = RC_OK;
	int64_t n;

	*more = false;
	CALL(tx);
	for (size_t i = 0; rc == RC_OK && i < sizeof(over) / sizeof(over[0]); i++) {
		rc = query_count(tx, &n, over[i].id, V_INT(now_s - over[i].kept_s), V_INT(ROWS));
		if (n >= ROWS)
			*more = true;
	}
	return rc;
}
