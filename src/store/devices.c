#include <string.h>

#include "core/userid.h"
#include "store/query.h"

/* Of a kind or state that this program does not know nothing is said to be usable. */
static enum device_kind kind_of(int64_t n)
{
	return n == DEVICE_CODE ? DEVICE_CODE : n == DEVICE_KUNCI ? DEVICE_KUNCI : DEVICE_PASSKEY;
}

static enum device_state state_of(int64_t n)
{
	return n == DEVICE_ACTIVE ? DEVICE_ACTIVE : n == DEVICE_SUSPENDED ? DEVICE_SUSPENDED : DEVICE_RETIRED;
}

static void device_read(struct query *q, struct arena *a, struct device *d)
{
	memset(d, 0, sizeof(*d));
	d->id = q_int(q, 0);
	d->user = q_int(q, 1);
	d->number = q_int(q, 2);
	d->kind = kind_of(q_int(q, 3));
	d->name = q_str(q, 4, a);
	d->state = state_of(q_int(q, 5));
	d->seed = q_str(q, 6, a);
	d->last_step = q_int(q, 7);
	d->added_s = q_int(q, 8);
	d->used_s = q_int(q, 9);
	d->retired_s = q_int(q, 10);
	d->suspended_s = q_int(q, 11);
	d->suspend_ends_s = q_int(q, 12);
	d->evicted_by = q_int(q, 13);
	d->address = q_str(q, 14, a);
}

/* The statement refused: full, or the name? Full is said first, another name would not help. */
static enum rc why_not_added(struct tx *tx, int64_t user, unsigned max)
{
	struct query q;
	enum rc rc = query_one(&q, tx, ST_DEVICE_COUNT, V_INT(user));

	if (rc == RC_OK)
		rc = q_int(&q, 0) >= max ? RC_TAKEN : RC_MALFORMED;
	return query_end(&q, rc);
}

enum rc store_device_add(struct tx *tx, const struct device *d, unsigned max)
{
	struct arena *a;
	struct str key;
	enum rc rc;

	CALL(tx);
	rc = query_claim(tx, RC_ABSENT, ST_USER_HOLD, V_INT(d->user));
	if (rc != RC_OK)
		return rc;
	a = arena_new(1024, 1 << 16);
	rc = userid_fold(a, d->name, &key);
	if (rc == RC_OK)
		rc = query_claim(tx, RC_TAKEN, ST_DEVICE_ADD, V_INT(d->id), V_INT(d->user), V_INT(d->number), V_TEXT(d->name),
		                 V_TEXT(key), V_INT(d->kind ? d->kind : DEVICE_CODE), V_INT(d->state), V_BLOB(d->seed),
		                 V_INT(d->last_step), V_INT(d->added_s), V_INT(d->used_s), V_INT(d->retired_s), V_INT(d->suspended_s),
		                 V_INT(d->suspend_ends_s), V_INT(d->evicted_by), V_TEXT(d->address), V_INT(max));
	arena_free(&a);
	if (rc == RC_OK && d->number == 0)
		return query_claim(tx, RC_ABSENT, ST_USER_NEXT_NUMBER, V_INT(d->user));
	return rc == RC_TAKEN ? why_not_added(tx, d->user, max) : rc;
}

enum rc store_device_get(struct tx *tx, struct arena *a, int64_t user, int64_t device, struct device *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_DEVICE_GET, V_INT(user), V_INT(device));
	if (rc == RC_OK)
		device_read(&q, a, out);
	return query_end(&q, rc);
}

enum rc store_device_list(struct tx *tx, struct arena *a, int64_t user, bool all, struct device **rows, size_t *n)
{
	struct query q;
	enum rc rc;

	*rows = NULL;
	*n = 0;
	CALL(tx);
	rc = query_begin(&q, tx, all ? ST_DEVICE_LIST_ALL : ST_DEVICE_LIST, V_INT(user));
	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		*rows = rows_room(a, *rows, *n, sizeof(**rows));
		device_read(&q, a, &(*rows)[(*n)++]);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_device_claim(struct tx *tx, int64_t device, int64_t step, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_DEVICE_CLAIM, V_INT(device), V_INT(step), V_INT(now_s));
}

enum rc store_device_retire(struct tx *tx, int64_t user, int64_t device, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_DEVICE_RETIRE, V_INT(user), V_INT(device), V_INT(now_s));
}

enum rc store_device_retire_all(struct tx *tx, int64_t user, int64_t now_s, int64_t *n)
{
	*n = 0;
	CALL(tx);
	return query_count(tx, n, ST_DEVICE_RETIRE_ALL, V_INT(user), V_INT(now_s));
}

/* ---- what becomes of one that is there ------------------------------------------------------------------- */

enum standing { STANDS_NOT, STANDS_RETIRED, STANDS_SUSPENDED_OVER, STANDS_SUSPENDED, STANDS_ACTIVE };

/* Asked after a statement refused, only to say why. */
static enum rc standing_of(struct tx *tx, int64_t user, int64_t device, int64_t now_s, enum standing *out)
{
	struct query q;
	enum rc rc = query_one(&q, tx, ST_DEVICE_GET, V_INT(user), V_INT(device));

	*out = STANDS_NOT;
	if (rc == RC_OK) {
		switch (state_of(q_int(&q, 5))) {
		case DEVICE_ACTIVE: *out = STANDS_ACTIVE; break;
		case DEVICE_SUSPENDED: *out = q_int(&q, 12) > now_s ? STANDS_SUSPENDED : STANDS_SUSPENDED_OVER; break;
		case DEVICE_RETIRED: *out = STANDS_RETIRED; break;
		}
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_device_rename(struct tx *tx, int64_t user, int64_t device, struct str name)
{
	enum standing standing;
	struct arena *a;
	struct str key;
	enum rc rc;

	CALL(tx);
	rc = query_claim(tx, RC_ABSENT, ST_USER_HOLD, V_INT(user));
	if (rc != RC_OK)
		return rc;
	a = arena_new(1024, 1 << 16);
	rc = userid_fold(a, name, &key);
	if (rc == RC_OK)
		rc = query_claim(tx, RC_TAKEN, ST_DEVICE_RENAME, V_INT(user), V_INT(device), V_TEXT(name), V_TEXT(key));
	arena_free(&a);
	if (rc != RC_TAKEN)
		return rc;
	rc = standing_of(tx, user, device, 0, &standing);
	if (rc != RC_OK)
		return rc;
	return standing == STANDS_NOT || standing == STANDS_RETIRED ? RC_ABSENT : RC_MALFORMED;
}

enum rc store_device_suspend(struct tx *tx, int64_t user, int64_t device, int64_t by, int64_t now_s, int64_t ends_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_DEVICE_SUSPEND, V_INT(user), V_INT(device), V_INT(by), V_INT(now_s), V_INT(ends_s));
}

enum rc store_device_restore(struct tx *tx, int64_t user, int64_t device, unsigned max, int64_t now_s)
{
	enum standing standing;
	enum rc rc;

	CALL(tx);
	rc = query_claim(tx, RC_ABSENT, ST_USER_HOLD, V_INT(user));
	if (rc == RC_OK)
		rc = query_claim(tx, RC_TAKEN, ST_DEVICE_RESTORE, V_INT(user), V_INT(device), V_INT(now_s), V_INT(max));
	if (rc != RC_TAKEN)
		return rc;
	rc = standing_of(tx, user, device, now_s, &standing);
	if (rc != RC_OK)
		return rc;
	return standing == STANDS_SUSPENDED ? RC_TAKEN : RC_ABSENT;
}

enum rc store_device_evictions(struct tx *tx, int64_t user, int64_t since_s, int64_t *n)
{
	struct query q;
	enum rc rc;

	*n = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_DEVICE_EVICTIONS, V_INT(user), V_INT(since_s));
	if (rc == RC_OK)
		*n = q_int(&q, 0);
	return query_end(&q, rc);
}
