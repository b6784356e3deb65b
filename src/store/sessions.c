#include <string.h>

#include "store/users.h"

enum { SESSION_COLS = 14 };

static void session_read(struct query *q, struct arena *a, struct session *s)
{
	memset(s, 0, sizeof(*s));
	s->id = q_int(q, 0);
	q_hash(q, 1, s->token);
	s->user = q_int(q, 2);
	s->epoch = q_int(q, 3);
	s->began_s = q_int(q, 4);
	s->seen_s = q_int(q, 5);
	s->ends_s = q_int(q, 6);
	s->pwd_s = q_int(q, 7);
	s->otp_s = q_int(q, 8);
	s->recovery_s = q_int(q, 9);
	s->passkey_s = q_int(q, 10);
	s->fresh_s = q_int(q, 11);
	s->address = q_str(q, 12, a);
	s->browser = q_str(q, 13, a);
}

enum rc store_session_add(struct tx *tx, const struct session *s)
{
	CALL(tx);
	return query_run(tx, ST_SESSION_ADD, V_INT(s->id), V_HASH(s->token), V_INT(s->user), V_INT(s->epoch), V_INT(s->began_s),
	                 V_INT(s->seen_s), V_INT(s->ends_s), V_INT(s->pwd_s), V_INT(s->otp_s),
	                 V_INT(s->recovery_s), V_INT(s->passkey_s), V_INT(s->fresh_s), V_TEXT(s->address), V_TEXT(s->browser));
}

enum rc store_session_get(struct tx *tx, struct arena *a, const unsigned char token[STORE_HASH], int64_t now_s,
                          int64_t idle_s, struct session *out, struct user *user)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	memset(user, 0, sizeof(*user));
	CALL(tx);
	rc = query_one(&q, tx, ST_SESSION_GET, V_HASH(token), V_INT(now_s), V_INT(idle_s));
	if (rc == RC_OK) {
		session_read(&q, a, out);
		user_read(&q, SESSION_COLS, a, user);
	}
	rc = query_end(&q, rc);
	if (rc != RC_OK) {
		memset(out, 0, sizeof(*out));
		memset(user, 0, sizeof(*user));
	}
	return rc;
}

enum rc store_session_seen(struct tx *tx, int64_t id, int64_t now_s)
{
	CALL(tx);
	return query_run(tx, ST_SESSION_SEEN, V_INT(id), V_INT(now_s));
}

enum rc store_session_renew(struct tx *tx, int64_t id, const unsigned char old[STORE_HASH],
                            const unsigned char token[STORE_HASH], int64_t fresh_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_SESSION_RENEW, V_INT(id), V_HASH(old), V_HASH(token), V_INT(fresh_s));
}

enum rc store_session_list(struct tx *tx, struct arena *a, int64_t user, int64_t now_s, int64_t idle_s,
                           struct session **rows, size_t *n)
{
	struct query q;
	enum rc rc;

	*rows = NULL;
	*n = 0;
	CALL(tx);
	rc = query_begin(&q, tx, ST_SESSION_LIST, V_INT(user), V_INT(now_s), V_INT(idle_s));
	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		*rows = rows_room(a, *rows, *n, sizeof(**rows));
		session_read(&q, a, &(*rows)[(*n)++]);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_session_end(struct tx *tx, int64_t user, int64_t id)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_SESSION_END, V_INT(user), V_INT(id));
}

enum rc store_session_end_all(struct tx *tx, int64_t user, int64_t keep)
{
	CALL(tx);
	return query_run(tx, ST_SESSION_END_ALL, V_INT(user), V_INT(keep));
}
