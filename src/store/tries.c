#include "store/query.h"

enum rc store_password_tries_get(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known,
                                 struct password_tries *out)
{
	struct query q;
	enum rc rc;

	*out = (struct password_tries){0};
	CALL(tx);
	rc = query_one(&q, tx, ST_PASSWORD_TRIES, V_HASH(login_hash), V_BOOL(known));
	if (rc == RC_OK) {
		out->failures = q_int(&q, 0);
		out->paused_until_s = q_int(&q, 1);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_password_tries_charge(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known,
                                    struct password_tries seen, struct password_tries then, int64_t now_s)
{
	CALL(tx);
	if (seen.failures == 0 && seen.paused_until_s == 0) /* the row may not be there yet */
		return query_claim(tx, RC_TAKEN, ST_PASSWORD_TRIES_FIRST, V_HASH(login_hash), V_BOOL(known), V_INT(then.failures),
		                   V_INT(then.paused_until_s), V_INT(now_s));
	return query_claim(tx, RC_TAKEN, ST_PASSWORD_TRIES_CHARGE, V_HASH(login_hash), V_BOOL(known), V_INT(then.failures),
	                   V_INT(then.paused_until_s), V_INT(now_s), V_INT(seen.failures), V_INT(seen.paused_until_s));
}

enum rc store_password_tries_clear(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known)
{
	CALL(tx);
	return query_run(tx, ST_PASSWORD_TRIES_CLEAR, V_HASH(login_hash), V_BOOL(known));
}

enum rc store_code_tries_get(struct tx *tx, int64_t user, int64_t now_s, struct code_tries *out)
{
	struct query q;
	enum rc rc;

	*out = (struct code_tries){0};
	CALL(tx);
	rc = query_one(&q, tx, ST_CODE_TRIES, V_INT(user));
	if (rc == RC_OK) {
		out->in_a_row = q_int(&q, 0);
		out->paused_until_s = q_int(&q, 1);
	}
	rc = query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
	if (rc != RC_OK)
		return rc;
	rc = query_one(&q, tx, ST_CODE_TRIES_YEAR, V_INT(user), V_INT(now_s));
	if (rc == RC_OK)
		out->this_year = q_int(&q, 0);
	return query_end(&q, rc);
}

enum rc store_code_tries_charge(struct tx *tx, int64_t user, struct code_tries seen, struct code_tries then,
                                int64_t try_id, int64_t now_s)
{
	enum rc rc;

	CALL(tx);
	if (seen.in_a_row == 0 && seen.paused_until_s == 0)
		rc = query_claim(tx, RC_TAKEN, ST_CODE_TRIES_FIRST, V_INT(user), V_INT(then.in_a_row), V_INT(then.paused_until_s),
		                 V_INT(now_s), V_INT(seen.this_year));
	else
		rc = query_claim(tx, RC_TAKEN, ST_CODE_TRIES_CHARGE, V_INT(user), V_INT(then.in_a_row), V_INT(then.paused_until_s),
		                 V_INT(now_s), V_INT(seen.this_year), V_INT(seen.in_a_row), V_INT(seen.paused_until_s));
	if (rc != RC_OK)
		return rc;
	return query_run(tx, ST_CODE_TRY_ADD, V_INT(try_id), V_INT(user), V_INT(now_s));
}

enum rc store_code_tries_pause(struct tx *tx, int64_t user, struct code_tries seen, int64_t paused_until_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_CODE_TRIES_PAUSE, V_INT(user), V_INT(paused_until_s), V_INT(seen.in_a_row),
	                   V_INT(seen.paused_until_s));
}

enum rc store_code_tries_clear(struct tx *tx, int64_t user, int64_t try_id)
{
	enum rc rc;

	CALL(tx);
	rc = query_run(tx, ST_CODE_TRIES_CLEAR, V_INT(user));
	return rc == RC_OK ? query_run(tx, ST_CODE_TRY_DELETE, V_INT(user), V_INT(try_id)) : rc;
}

enum rc store_code_tries_renew(struct tx *tx, int64_t user)
{
	CALL(tx);
	return query_run(tx, ST_CODE_TRY_RENEW, V_INT(user));
}

enum rc store_door_tries_get(struct tx *tx, int64_t user, enum door door, struct door_tries *out)
{
	struct query q;
	enum rc rc;

	*out = (struct door_tries){0};
	CALL(tx);
	rc = query_one(&q, tx, ST_DOOR_TRIES, V_INT(user), V_INT(door));
	if (rc == RC_OK) {
		out->in_a_row = q_int(&q, 0);
		out->paused_until_s = q_int(&q, 1);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_door_tries_charge(struct tx *tx, int64_t user, enum door door, struct door_tries seen, struct door_tries then)
{
	CALL(tx);
	if (seen.in_a_row == 0 && seen.paused_until_s == 0) /* the row may not be there yet */
		return query_claim(tx, RC_TAKEN, ST_DOOR_TRIES_FIRST, V_INT(user), V_INT(door), V_INT(then.in_a_row),
		                   V_INT(then.paused_until_s));
	return query_claim(tx, RC_TAKEN, ST_DOOR_TRIES_CHARGE, V_INT(user), V_INT(door), V_INT(then.in_a_row),
	                   V_INT(then.paused_until_s), V_INT(seen.in_a_row), V_INT(seen.paused_until_s));
}

enum rc store_door_tries_clear(struct tx *tx, int64_t user, enum door door)
{
	CALL(tx);
	return query_run(tx, ST_DOOR_TRIES_CLEAR, V_INT(user), V_INT(door));
}

enum rc store_refused_count(struct tx *tx, int64_t now_s, const char *reason)
{
	CALL(tx);
	return query_run(tx, ST_REFUSED_COUNT, V_INT(now_s - now_s % 60), V_CSTR(reason));
}
