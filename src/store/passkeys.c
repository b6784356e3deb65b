#include <string.h>

#include "base/log.h"
#include "store/query.h"

static void passkey_read(struct query *q, struct arena *a, struct passkey *p)
{
	struct str aaguid = db_bytes(q->q, 7);

	memset(p, 0, sizeof(*p));
	p->device = q_int(q, 0);
	p->user = q_int(q, 1);
	p->credential = q_str(q, 2, a);
	p->alg = q_int(q, 3);
	p->public_key = q_str(q, 4, a);
	p->counter = q_int(q, 5);
	p->flags = q_int(q, 6);
	p->transports = q_str(q, 8, a);
	if (aaguid.len == sizeof(p->aaguid)) {
		memcpy(p->aaguid, aaguid.ptr, sizeof(p->aaguid));
		return;
	}
	q->bad = true;
	log_event(LOG_ERROR, "store.damaged", F_CSTR("what", "an AAGUID of the wrong length"));
}

enum rc store_passkey_add(struct tx *tx, const struct passkey *p)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_PASSKEY_ADD, V_INT(p->device), V_INT(p->user), V_BLOB(p->credential), V_INT(p->alg),
	                   V_BLOB(p->public_key), V_INT(p->counter), V_INT(p->flags),
	                   V_BLOB(str_n(p->aaguid, sizeof(p->aaguid))), V_TEXT(p->transports));
}

enum rc store_passkey_find(struct tx *tx, struct arena *a, struct str credential, struct passkey *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_PASSKEY_FIND, V_BLOB(credential));
	if (rc == RC_OK)
		passkey_read(&q, a, out);
	return query_end(&q, rc);
}

enum rc store_passkey_list(struct tx *tx, struct arena *a, int64_t user, struct passkey **rows, size_t *n)
{
	struct query q;
	enum rc rc;

	*rows = NULL;
	*n = 0;
	CALL(tx);
	rc = query_begin(&q, tx, ST_PASSKEY_LIST, V_INT(user));
	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		*rows = rows_room(a, *rows, *n, sizeof(**rows));
		passkey_read(&q, a, &(*rows)[(*n)++]);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

/* The counter first: who loses it has not used the device. */
enum rc store_passkey_claim(struct tx *tx, int64_t device, int64_t seen, int64_t counter, int64_t flags, int64_t now_s)
{
	enum rc rc;

	CALL(tx);
	rc = query_claim(tx, RC_TAKEN, ST_PASSKEY_CLAIM, V_INT(device), V_INT(seen), V_INT(counter), V_INT(flags));
	return rc == RC_OK ? query_claim(tx, RC_TAKEN, ST_DEVICE_USED, V_INT(device), V_INT(now_s)) : rc;
}

/* ---- challenges ----------------------------------------------------------------------------------------- */

enum rc store_challenge_put(struct tx *tx, const unsigned char cookie[STORE_HASH], enum challenge_purpose purpose,
                            const unsigned char challenge[32], int64_t now_s)
{
	enum rc rc;

	CALL(tx);
	rc = query_run(tx, ST_CHALLENGE_PUT, V_HASH(cookie), V_INT(purpose), V_HASH(challenge), V_INT(now_s),
	               V_INT(now_s + CHALLENGE_S));
	return rc == RC_OK ? query_run(tx, ST_CHALLENGE_DROP, V_INT(CHALLENGES_MOST), V_INT(CHALLENGE_SIGNIN)) : rc;
}

enum rc store_challenge_take(struct tx *tx, const unsigned char cookie[STORE_HASH], enum challenge_purpose purpose, int64_t now_s,
                             unsigned char challenge[32])
{
	struct query q;
	enum rc rc;

	memset(challenge, 0, STORE_HASH);
	CALL(tx);
	rc = query_one(&q, tx, ST_CHALLENGE_TAKE, V_HASH(cookie), V_INT(purpose), V_INT(now_s));
	if (rc == RC_OK)
		q_hash(&q, 0, challenge);
	return query_end(&q, rc);
}
