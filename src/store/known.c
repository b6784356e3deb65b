#include "store/query.h"

enum rc store_known_get(struct tx *tx, const unsigned char token[STORE_HASH], int64_t user, int64_t now_s, bool *known)
{
	struct query q;
	enum rc rc;

	*known = false;
	CALL(tx);
	rc = query_one(&q, tx, ST_KNOWN_GET, V_HASH(token), V_INT(user), V_INT(now_s - KNOWN_S));
	*known = rc == RC_OK;
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_known_put(struct tx *tx, const unsigned char token[STORE_HASH], int64_t user, int64_t now_s)
{
	enum rc rc;

	CALL(tx);
	rc = query_run(tx, ST_KNOWN_PUT, V_HASH(token), V_INT(user), V_INT(now_s));
	return rc == RC_OK ? query_run(tx, ST_KNOWN_DROP, V_INT(user), V_HASH(token), V_INT(KNOWN_PER_USER - 1)) : rc;
}

enum rc store_known_end(struct tx *tx, int64_t user)
{
	CALL(tx);
	return query_run(tx, ST_KNOWN_END, V_INT(user));
}
