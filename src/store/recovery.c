#include "store/query.h"

/* Two sets asked for at once: who holds the user second replaces the first's. */
enum rc store_recovery_replace(struct tx *tx, int64_t user, const unsigned char macs[RECOVERY_CODES][STORE_HASH], int64_t now_s)
{
	int64_t id;
	enum rc rc;

	CALL(tx);
	rc = query_claim(tx, RC_ABSENT, ST_USER_HOLD, V_INT(user));
	if (rc != RC_OK)
		return rc;
	rc = query_run(tx, ST_RECOVERY_END, V_INT(user));
	for (int i = 0; rc == RC_OK && i < RECOVERY_CODES; i++) {
		rc = store_id_new(&id);
		if (rc == RC_OK)
			rc = query_run(tx, ST_RECOVERY_ADD, V_INT(id), V_INT(user), V_HASH(macs[i]), V_INT(now_s));
	}
	if (rc != RC_OK)
		tx->failed = true; /* half a set is none: the old one stays */
	return rc;
}

enum rc store_recovery_left(struct tx *tx, int64_t user, int64_t *left, int64_t *made_s)
{
	struct query q;
	enum rc rc;

	*left = *made_s = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_RECOVERY_LEFT, V_INT(user));
	if (rc == RC_OK) {
		*left = q_int(&q, 0);
		*made_s = q_int(&q, 1);
	}
	return query_end(&q, rc);
}

enum rc store_recovery_consume(struct tx *tx, int64_t user, const unsigned char mac[STORE_HASH], int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_RECOVERY_CONSUME, V_INT(user), V_HASH(mac), V_INT(now_s));
}

enum rc store_recovery_end(struct tx *tx, int64_t user)
{
	CALL(tx);
	return query_run(tx, ST_RECOVERY_END, V_INT(user));
}
