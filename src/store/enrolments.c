#include <string.h>

#include "store/query.h"

static enum replaces_how replaces_how_of(int64_t n)
{
	return n == REPLACES_EVICT ? REPLACES_EVICT : n == REPLACES_MOVE ? REPLACES_MOVE : REPLACES_NONE;
}

enum rc store_enrolment_of(struct tx *tx, struct arena *a, int64_t user, int64_t now_s, struct enrolment *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_ENROLMENT_OF, V_INT(user), V_INT(now_s));
	if (rc == RC_OK) {
		out->id = q_int(&q, 0);
		out->user = q_int(&q, 1);
		out->number = q_int(&q, 2);
		out->holder = q_int(&q, 3) == HOLDER_SIGNIN ? HOLDER_SIGNIN : HOLDER_SESSION;
		out->holder_id = q_int(&q, 4);
		out->seed = q_str(&q, 5, a);
		out->opened_s = q_int(&q, 6);
		out->period_ends_s = q_int(&q, 7);
		out->ends_s = q_int(&q, 8);
		out->renewals = q_int(&q, 9);
		out->tries = q_int(&q, 10);
		out->replaces = q_int(&q, 11);
		out->replaces_how = replaces_how_of(q_int(&q, 12));
	}
	return query_end(&q, rc);
}

enum rc store_enrolment_open(struct tx *tx, const struct enrolment *e, int64_t *number)
{
	struct query q;
	enum rc rc;

	*number = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_USER_NEXT_NUMBER, V_INT(e->user));
	if (rc == RC_OK)
		*number = q_int(&q, 0);
	rc = query_end(&q, rc);
	if (rc != RC_OK)
		return rc;
	return query_run(tx, ST_ENROLMENT_OPEN, V_INT(e->id), V_INT(e->user), V_INT(*number), V_INT(e->holder),
	                 V_INT(e->holder_id), V_BLOB(e->seed), V_INT(e->opened_s), V_INT(e->period_ends_s), V_INT(e->ends_s),
	                 V_INT(e->renewals), V_INT(e->tries), V_INT(e->replaces), V_INT(e->replaces_how));
}

enum rc store_enrolment_renew(struct tx *tx, int64_t id, int64_t seen_renewals, int64_t period_ends_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_ENROLMENT_RENEW, V_INT(id), V_INT(seen_renewals), V_INT(period_ends_s));
}

enum rc store_enrolment_try(struct tx *tx, int64_t id, int64_t most)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_ENROLMENT_TRY, V_INT(id), V_INT(most));
}

enum rc store_enrolment_consume(struct tx *tx, int64_t id)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_ENROLMENT_CONSUME, V_INT(id));
}

enum rc store_enrolment_leftover(struct tx *tx, int64_t user, int64_t now_s, int64_t *number)
{
	struct query q;
	enum rc rc;

	*number = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_ENROLMENT_LEFTOVER, V_INT(user), V_INT(now_s));
	if (rc == RC_OK)
		*number = q_int(&q, 0);
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}
