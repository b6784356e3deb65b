/*
 * query: how the store's modules put a question to the database, in two or three lines.
 *
 *   struct query q;
 *   enum rc rc = query_one(&q, tx, ST_USER_GET, V_INT(id));   one row, or RC_ABSENT
 *   if (rc == RC_OK) ... q_int(&q, 0), q_str(&q, 1, arena) ...
 *   return query_end(&q, rc);                                  always, exactly once
 *
 * or in one: query_run (no row wanted), query_claim (did a row change?). Also what a transaction is inside.
 *
 * A query that failed marks its transaction: store_commit then abandons it and says RC_FAULT, whatever the
 * caller made of the first answer. A statement that writes, on a view, panics.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store/db.h"
#include "store/store.h"

struct tx {
	struct store *store;
	struct db *db;
	bool view;
	bool failed;
	unsigned open; /* queries not yet ended */
	unsigned slot; /* of a view */
};

#define V_INT(n) ((struct value){VALUE_INT, (int64_t)(n), STR_NONE})
#define V_BOOL(b) ((struct value){VALUE_INT, (b) ? 1 : 0, STR_NONE})
#define V_TEXT(s) v_bytes(VALUE_TEXT, (s))                 /* absent is NULL */
#define V_CSTR(p) v_bytes(VALUE_TEXT, str_of(p))
#define V_BLOB(s) v_bytes(VALUE_BLOB, (s))                 /* absent is NULL */
#define V_HASH(p) ((struct value){VALUE_BLOB, 0, str_n((p), STORE_HASH)})
#define V_ID(n) v_id(n)                                    /* 0 is NULL: for columns that point to another row */
static inline struct value v_bytes(enum value_kind kind, struct str s)
{
	return (struct value){s.ptr ? kind : VALUE_NULL, 0, s};
}
static inline struct value v_id(int64_t id)
{
	return (struct value){id ? VALUE_INT : VALUE_NULL, id, STR_NONE};
}

struct query {
	struct tx *tx;
	struct db_query *q; /* NULL: never begun */
	bool bad;           /* a column was not what it must be */
};

#define VALUES(...) ((const struct value[]){__VA_ARGS__}), (sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))

/* RC_OK, or RC_FAULT. */
#define query_begin(q, tx, id, ...) query_begin_at((q), (tx), (id), VALUES(__VA_ARGS__))
enum rc query_begin_at(struct query *q, struct tx *tx, enum statement id, const struct value *values, size_t n) MUST_USE;
/* RC_OK: a row. RC_ABSENT: no more. RC_TAKEN: the key exists. RC_FAULT. A parent that is gone is RC_ABSENT too:
 * the user was deleted while the request was under way. */
enum rc query_next(struct query *q) MUST_USE;
/* Ends it and hands `rc` on, or RC_FAULT when a column was bad. Fine after any failure of query_begin. */
enum rc query_end(struct query *q, enum rc rc) MUST_USE;

/* begin and next in one. */
#define query_one(q, tx, id, ...) query_one_at((q), (tx), (id), VALUES(__VA_ARGS__))
enum rc query_one_at(struct query *q, struct tx *tx, enum statement id, const struct value *values, size_t n) MUST_USE;
/* Runs to its end; RC_OK when it did. RC_TAKEN, RC_ABSENT as in query_next. */
#define query_run(tx, id, ...) query_run_at((tx), (id), VALUES(__VA_ARGS__))
enum rc query_run_at(struct tx *tx, enum statement id, const struct value *values, size_t n) MUST_USE;
/* For statements with RETURNING: RC_OK when a row came back, `none` when not. */
#define query_claim(tx, none, id, ...) query_claim_at((tx), (none), (id), VALUES(__VA_ARGS__))
enum rc query_claim_at(struct tx *tx, enum rc none, enum statement id, const struct value *values, size_t n) MUST_USE;
/* As query_claim; counts the rows (RETURNING). */
#define query_count(tx, rows, id, ...) query_count_at((tx), (rows), (id), VALUES(__VA_ARGS__))
enum rc query_count_at(struct tx *tx, int64_t *rows, enum statement id, const struct value *values, size_t n) MUST_USE;

int64_t q_int(struct query *q, int col);
struct str q_str(struct query *q, int col, struct arena *a); /* copied; NULL is absent */
void q_hash(struct query *q, int col, unsigned char out[STORE_HASH]);

/* Room for one more row in an arena's array that doubles: rows = rows_room(a, rows, n, sizeof *rows). */
void *rows_room(struct arena *a, void *rows, size_t n, size_t size);

/* store_break_at: true when this call must fail. Marks the transaction (NULL is fine). */
bool store_broken(struct store *s, struct tx *tx);
#define CALL(tx) do { if (store_broken((tx)->store, (tx))) return RC_FAULT; } while (0)

#endif
