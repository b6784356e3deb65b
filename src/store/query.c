#include "store/query.h"

#include <string.h>

#include "base/log.h"

static enum rc fault(struct query *q)
{
	q->tx->failed = true;
	return RC_FAULT;
}

enum rc query_begin_at(struct query *q, struct tx *tx, enum statement id, const struct value *values, size_t n)
{
	*q = (struct query){.tx = tx};
	q->q = db_query(tx->db, id, values, n);
	if (!q->q)
		return fault(q);
	if (tx->view && db_writes(q->q))
		panic("a write on a view");
	tx->open++;
	return RC_OK;
}

enum rc query_next(struct query *q)
{
	switch (db_step(q->tx->db, q->q)) {
	case DB_ROW: return RC_OK;
	case DB_DONE: return RC_ABSENT;
	case DB_UNIQUE: return RC_TAKEN;
	case DB_NO_PARENT: return RC_ABSENT;
	case DB_FAULT: break;
	}
	return fault(q);
}

enum rc query_end(struct query *q, enum rc rc)
{
	if (q->q) {
		db_reset(q->tx->db, q->q);
		q->tx->open--;
		q->q = NULL;
	}
	return q->bad ? fault(q) : rc;
}

enum rc query_one_at(struct query *q, struct tx *tx, enum statement id, const struct value *values, size_t n)
{
	enum rc rc = query_begin_at(q, tx, id, values, n);

	return rc == RC_OK ? query_next(q) : rc;
}

/* RC_ABSENT from query_next means two things: done, and no parent. Here they are told apart. */
static enum rc run_to_end(struct query *q, int64_t *rows)
{
	enum db_end end;

	while ((end = db_step(q->tx->db, q->q)) == DB_ROW)
		++*rows;
	switch (end) {
	case DB_ROW:
	case DB_DONE: return RC_OK;
	case DB_UNIQUE: return RC_TAKEN;
	case DB_NO_PARENT: return RC_ABSENT;
	case DB_FAULT: break;
	}
	return fault(q);
}

enum rc query_count_at(struct tx *tx, int64_t *rows, enum statement id, const struct value *values, size_t n)
{
	struct query q;
	enum rc rc = query_begin_at(&q, tx, id, values, n);

	*rows = 0;
	if (rc == RC_OK)
		rc = run_to_end(&q, rows);
	return query_end(&q, rc);
}

enum rc query_run_at(struct tx *tx, enum statement id, const struct value *values, size_t n)
{
	int64_t rows;

	return query_count_at(tx, &rows, id, values, n);
}

enum rc query_claim_at(struct tx *tx, enum rc none, enum statement id, const struct value *values, size_t n)
{
	int64_t rows;
	enum rc rc = query_count_at(tx, &rows, id, values, n);

	return rc == RC_OK && rows == 0 ? none : rc;
}

int64_t q_int(struct query *q, int col)
{
	return db_int(q->q, col);
}

struct str q_str(struct query *q, int col, struct arena *a)
{
	struct str s = db_bytes(q->q, col);

	return s.ptr ? arena_str(a, s) : STR_NONE;
}

void q_hash(struct query *q, int col, unsigned char out[STORE_HASH])
{
	struct str s = db_bytes(q->q, col);

	memset(out, 0, STORE_HASH);
	if (s.len == STORE_HASH) {
		memcpy(out, s.ptr, STORE_HASH);
		return;
	}
	q->bad = true;
	log_event(LOG_ERROR, "store.damaged", F_CSTR("what", "a hash of the wrong length"));
}

void *rows_room(struct arena *a, void *rows, size_t n, size_t size)
{
	enum { FIRST = 8 };
	void *more;

	if (n < FIRST ? n > 0 : (n & (n - 1)) != 0)
		return rows;
	more = arena_array(a, n ? n * 2 : FIRST, size);
	if (n)
		memcpy(more, rows, n * size);
	return more;
}
