/*
 * db: the few calls that a database driver offers to the store. db_sqlite.c is the one driver today.
 *
 * A connection belongs to one thread at a time and has every statement of statements.h prepared at most once.
 *
 *   db_query ─▶ db_step ─▶ DB_ROW (read the columns) ... DB_DONE ─▶ db_reset
 *
 * The surprising rule: every query is reset before the transaction ends, also the ones that were read only in
 * part: SQLite refuses COMMIT while a RETURNING statement is open. db_commit panics then.
 * Parameters are $1, $2 ... in the order of the values. Columns count from 0. Errors are logged by the driver,
 * once, as `store.db` with the database's code and words; the caller only learns the kind.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/arena.h"
#include "store/statements.h"

struct db;
struct db_query; /* one prepared statement of one connection */

enum db_use {
	DB_CREATE, /* like DB_WRITER, and makes the file */
	DB_WRITER,
	DB_READER, /* cannot write, whatever the statement says */
	DB_READER_HOT, /* the same with a large page cache */
};

/* What kind of file it is. */
enum db_kind { DB_OURS, DB_EMPTY, DB_STRANGE };

enum db_end {
	DB_ROW,
	DB_DONE,
	DB_UNIQUE,    /* a row with this key exists; the transaction goes on */
	DB_NO_PARENT, /* the row that it hangs on is gone */
	DB_FAULT,
};

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };
struct value {
	enum value_kind kind;
	int64_t number;
	struct str bytes; /* not copied: lives until the query is reset */
};

/* RC_MALFORMED: no database, damaged or cannot be used; `why` (may be NULL) gets the reason as the half of a
 * sentence that stands behind the file's name. */
enum rc db_open(struct arena *a, const char *file, enum db_use use, struct db **out, struct str *why) MUST_USE;
void db_close(struct db **db);
enum rc db_kind(struct db *db, enum db_kind *kind) MUST_USE;

/* Several statements without parameters: the migrations. */
enum rc db_script(struct db *db, const char *sql) MUST_USE;

/* NULL: could not be prepared. One query of an id at a time per connection. */
struct db_query *db_query(struct db *db, enum statement id, const struct value *values, size_t n) MUST_USE;
bool db_writes(const struct db_query *q);
enum db_end db_step(struct db *db, struct db_query *q) MUST_USE;
void db_reset(struct db *db, struct db_query *q);

int64_t db_int(struct db_query *q, int col);   /* NULL reads as 0 */
/* Text or bytes as they are; NULL reads as STR_NONE. Valid until the next db_step or db_reset. */
struct str db_bytes(struct db_query *q, int col);

/* Transactions. A savepoint stands inside a transaction; they do not nest. */
enum rc db_begin_read(struct db *db) MUST_USE;  /* a snapshot: sees nothing of later commits */
/* Inside a read transaction, whose snapshot is taken now if no query took it before: a number that is another one than
 * this connection got last when anybody else committed in between. */
enum rc db_version(struct db *db, int64_t *version) MUST_USE;
enum rc db_begin_write(struct db *db) MUST_USE; /* waits for another process' transaction, a few seconds */
/* RC_OK: on disk; with `later` it is seen by everyone, but on disk only after db_sync or the next full commit.
 * RC_FAULT: nothing of it happened. The disk saying that it could not flush panics: what is on it then is
 * unknown, and only a new process reads it again. */
enum rc db_commit(struct db *db, bool later) MUST_USE;
void db_rollback(struct db *db);
enum rc db_savepoint(struct db *db) MUST_USE;
enum rc db_release(struct db *db) MUST_USE;
void db_rollback_to(struct db *db);
/* False when the database rolled back by itself (disk full, for one): all savepoints are gone too. */
bool db_in_transaction(struct db *db);
enum rc db_sync(struct db *db) MUST_USE;
bool db_unflushed(const struct db *db); /* is there a commit that was not flushed yet? */

#endif
