#include <string.h>

#include "core/userid.h"
#include "store/query.h"

static void device_read(struct query *q, struct arena *a, struct device *d)
{
	int64_t state;

	memset(d, 0, sizeof(*d));
	d->id = q_int(q, 0);
	d->user = q_int(q, 1);
	d->number = q_int(q, 2);
	d->name = q_str(q, 3, a);
	state = q_int(q, 4);
	d->state = state == DEVICE_ACTIVE ? DEVICE_ACTIVE : state == DEVICE_SUSPENDED ? DEVICE_SUSPENDED : DEVICE_RETIRED;
	d->seed = q_str(q, 5, a);
	d->last_step = q_int(q, 6);
	d->added_s = q_int(q, 7);
	d->used_s = q_int(q, 8);
	d->retired_s = q_int(q, 9);
	d->address = q_str(q, 10, a);
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
		                 V_TEXT(key), V_INT(d->state), V_BLOB(d->seed), V_INT(d->last_step), V_INT(d->added_s),
		                 V_INT(d->used_s), V_INT(d->retired_s), V_TEXT(d->address), V_INT(max));
	arena_free(&a);
	return rc == RC_TAKEN ? why_not_added(tx, d->user, max) : rc;
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
