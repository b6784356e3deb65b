#include "store/db.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/db_sqlite_disk.h"

enum {
	APPLICATION = 0x47524247, /* "GRBG", in the file's header; set by sql/sqlite/0001_gate.sql */
	PARAMETERS_MAX = 32,
	BUSY_MS = 5000, /* how long to wait for another process' transaction */
	FAULT_LASTS_MS = 60 * 1000,
};

enum control { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, VERSION, CONTROLS };
static const char *const control_sql[CONTROLS] = {
	[BEGIN_READ] = "BEGIN",
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[SAVEPOINT] = "SAVEPOINT one",
	[RELEASE] = "RELEASE one",
	[ROLLBACK_TO] = "ROLLBACK TO one",
	[VERSION] = "PRAGMA data_version",
};

struct db_query {
	sqlite3_stmt *stmt;
	enum statement id;
	unsigned n;
	int place[PARAMETERS_MAX]; /* of $1, $2 ... : SQLite numbers them as it meets them */
	bool busy;
};

struct db {
	sqlite3 *c;
	sqlite3_stmt *control[CONTROLS];
	struct db_query query[STATEMENT_COUNT];
	bool unflushed;
	int lasts;           /* the disk's fault that was said last; 0: none */
	int64_t lasts_ms, times; /* when, and how often it came since */
};

/* A disk that is full stays so for hours, and every write says it: the same fault of the disk is one line a minute. */
static bool fault_is_said(struct db *db, int code)
{
	int kind = code & 0xff;
	int64_t now_ms = clock_mono_ms();

	db->times++;
	if (kind != SQLITE_FULL && kind != SQLITE_IOERR && kind != SQLITE_READONLY && kind != SQLITE_CANTOPEN)
		return true;
	if (db->lasts == code && now_ms - db->lasts_ms < FAULT_LASTS_MS)
		return false;
	db->lasts = code;
	db->lasts_ms = now_ms;
	return true;
}

static void log_fault(struct db *db, const char *what, int code)
{
	int more = sqlite3_extended_errcode(db->c);

	if (!fault_is_said(db, more))
		return;
	log_event(LOG_ERROR, "store.db", F_CSTR("what", what), F_INT("code", more),
	          F_CSTR("why", code == SQLITE_MISUSE ? "misuse" : sqlite3_errmsg(db->c)), F_INT("times", db->times));
	db->times = 0;
}

/* ---- life --------------------------------------------------------------------------------------- */

static const char *const writer_setup =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = FULL;"
	"PRAGMA foreign_keys = ON;"
	"PRAGMA secure_delete = FAST;"
	"PRAGMA temp_store = MEMORY;"
	"PRAGMA cell_size_check = ON;"
	"PRAGMA journal_size_limit = 67108864;"
	"PRAGMA cache_size = -8192";
static const char *const reader_setup =
	"PRAGMA temp_store = MEMORY;"
	"PRAGMA cell_size_check = ON;"
	"PRAGMA cache_size = -2048";
static const char *const reader_hot_setup =
	"PRAGMA temp_store = MEMORY;"
	"PRAGMA cell_size_check = ON;"
	"PRAGMA cache_size = -16384";

static const char *setup_of(enum db_use use)
{
	switch (use) {
	case DB_CREATE:
	case DB_WRITER: return writer_setup;
	case DB_READER: return reader_setup;
	case DB_READER_HOT: return reader_hot_setup;
	}
	return reader_setup;
}

static bool is_reader(enum db_use use)
{
	return use == DB_READER || use == DB_READER_HOT;
}

static const char *open_failed(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOTADB: return "is not a database";
	case SQLITE_CORRUPT: return "is damaged";
	case SQLITE_READONLY: return "cannot be written";
	case SQLITE_PERM: return "may not be opened by this user";
	case SQLITE_CANTOPEN: return "cannot be opened, or its folder cannot be written";
	case SQLITE_BUSY: return "is locked by another program";
	case SQLITE_FULL: return "stands on a disk that is full";
	case SQLITE_IOERR: return "cannot be read or written";
	default: return "cannot be used";
	}
}

static int db_setup(struct db *db, enum db_use use)
{
	int defensive = 0, code;

	sqlite3_extended_result_codes(db->c, 1);
	sqlite3_busy_timeout(db->c, BUSY_MS);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &defensive);
	code = sqlite3_exec(db->c, setup_of(use), NULL, NULL, NULL);
	if (code == SQLITE_OK) /* reads the header, whatever the setup did */
		code = sqlite3_exec(db->c, "SELECT COUNT(*) FROM sqlite_schema", NULL, NULL, NULL);
	return code;
}

/* The log was made beside the file just now. SQLite flushes the folder too, but does not mind when that fails. */
static int flush_folder(const char *file)
{
	const char *slash = strrchr(file, '/');
	char folder[PATH_MAX];
	int fd, code;

	if ((size_t)snprintf(folder, sizeof(folder), "%.*s.", slash ? (int)(slash + 1 - file) : 0, file) >= sizeof(folder))
		return SQLITE_CANTOPEN;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return SQLITE_CANTOPEN;
	code = fsync(fd) == 0 ? SQLITE_OK : SQLITE_IOERR;
	close(fd);
	return code;
}

enum rc db_open(struct arena *a, const char *file, enum db_use use, struct db **out, struct str *why)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
	const char *layer = disk_layer();
	struct db *db = calloc(1, sizeof(*db));
	int code;

	*out = NULL;
	if (!db)
		panic("out of memory");
	flags |= is_reader(use) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	flags |= use == DB_CREATE ? SQLITE_OPEN_CREATE : 0;
	code = layer ? sqlite3_open_v2(file, &db->c, flags, layer) : SQLITE_ERROR;
	if (code == SQLITE_OK)
		code = db_setup(db, use);
	if (code == SQLITE_OK && !is_reader(use))
		code = flush_folder(file);
	if (code == SQLITE_OK) {
		*out = db;
		return RC_OK;
	}
	if (why && a)
		*why = arena_printf(a, "%s (%s)", open_failed(code), db->c ? sqlite3_errmsg(db->c) : "no driver");
	if (db->c)
		log_fault(db, "open", code);
	db_close(&db);
	return RC_MALFORMED;
}

void db_close(struct db **db)
{
	struct db *d = *db;

	if (!d)
		return;
	for (int i = 0; i < CONTROLS; i++)
		sqlite3_finalize(d->control[i]);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(d->query[i].stmt);
	if (d->c && sqlite3_close(d->c) != SQLITE_OK)
		panic("a connection was closed with a statement open");
	free(d);
	*db = NULL;
}

static enum rc ask_number(struct db *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(db->c, sql, -1, &s, NULL);

	*out = 0;
	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else
		log_fault(db, sql, code);
	sqlite3_finalize(s);
	return code == SQLITE_ROW ? RC_OK : RC_FAULT;
}

enum rc db_kind(struct db *db, enum db_kind *kind)
{
	int64_t application, tables;

	*kind = DB_STRANGE;
	if (ask_number(db, "PRAGMA application_id", &application) != RC_OK ||
	    ask_number(db, "SELECT COUNT(*) FROM sqlite_schema", &tables) != RC_OK)
		return RC_FAULT;
	if (application == APPLICATION && tables > 0)
		*kind = DB_OURS;
	else if (application == 0 && tables == 0)
		*kind = DB_EMPTY;
	return RC_OK;
}

enum rc db_script(struct db *db, const char *sql)
{
	int code = sqlite3_exec(db->c, sql, NULL, NULL, NULL);

	if (code == SQLITE_OK)
		return RC_OK;
	log_fault(db, "script", code);
	return RC_FAULT;
}

/* ---- queries ------------------------------------------------------------------------------------ */

static bool prepare(struct db *db, struct db_query *q, enum statement id)
{
	int code = sqlite3_prepare_v3(db->c, statement_sql(id), -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	int n;

	if (code != SQLITE_OK) {
		log_fault(db, statement_name(id), code);
		return false;
	}
	q->id = id;
	n = sqlite3_bind_parameter_count(q->stmt);
	if (n > PARAMETERS_MAX)
		panic("a statement with too many parameters");
	q->n = (unsigned)n;
	for (int i = 0; i < n; i++) {
		char name[8];

		snprintf(name, sizeof(name), "$%d", i + 1);
		q->place[i] = sqlite3_bind_parameter_index(q->stmt, name);
		if (!q->place[i])
			panic("a statement leaves a parameter out");
	}
	return true;
}

static int bind(struct db_query *q, unsigned i, const struct value *v)
{
	int at = q->place[i];

	switch (v->kind) {
	case VALUE_NULL: return sqlite3_bind_null(q->stmt, at);
	case VALUE_INT: return sqlite3_bind_int64(q->stmt, at, v->number);
	case VALUE_TEXT: return sqlite3_bind_text64(q->stmt, at, v->bytes.ptr, v->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case VALUE_BLOB: return sqlite3_bind_blob64(q->stmt, at, v->bytes.ptr, v->bytes.len, SQLITE_STATIC);
	}
	panic("a value of no kind");
}

struct db_query *db_query(struct db *db, enum statement id, const struct value *values, size_t n)
{
	struct db_query *q = &db->query[id];

	if (q->busy)
		panic("a query was begun twice");
	if (!q->stmt && !prepare(db, q, id))
		return NULL;
	if (n != q->n)
		panic("a query with too many or too few values");
	for (unsigned i = 0; i < n; i++) {
		int code = bind(q, i, &values[i]);

		if (code != SQLITE_OK) {
			log_fault(db, statement_name(id), code);
			return NULL;
		}
	}
	q->busy = true;
	return q;
}

bool db_writes(const struct db_query *q)
{
	return !sqlite3_stmt_readonly(q->stmt);
}

enum db_end db_step(struct db *db, struct db_query *q)
{
	int code = sqlite3_step(q->stmt);

	switch (code) {
	case SQLITE_ROW: return DB_ROW;
	case SQLITE_DONE: return DB_DONE;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID: return DB_UNIQUE;
	case SQLITE_CONSTRAINT_FOREIGNKEY: return DB_NO_PARENT;
	default:
		log_fault(db, statement_name(q->id), code);
		return DB_FAULT;
	}
}

void db_reset(struct db *db, struct db_query *q)
{
	(void)db;
	sqlite3_reset(q->stmt);
	sqlite3_clear_bindings(q->stmt);
	q->busy = false;
}

int64_t db_int(struct db_query *q, int col)
{
	return sqlite3_column_int64(q->stmt, col);
}

struct str db_bytes(struct db_query *q, int col)
{
	const void *p;

	switch (sqlite3_column_type(q->stmt, col)) {
	case SQLITE_NULL: return STR_NONE;
	case SQLITE_TEXT: p = sqlite3_column_text(q->stmt, col); break;
	default: p = sqlite3_column_blob(q->stmt, col);
	}
	/* an empty blob is a NULL pointer in SQLite, and out of memory panics as everywhere */
	return str_n(p ? p : "", (size_t)sqlite3_column_bytes(q->stmt, col));
}

/* ---- transactions ------------------------------------------------------------------------------- */

static int control_step(struct db *db, enum control c)
{
	int code = SQLITE_OK;

	if (!db->control[c])
		code = sqlite3_prepare_v3(db->c, control_sql[c], -1, SQLITE_PREPARE_PERSISTENT, &db->control[c], NULL);
	return code == SQLITE_OK ? sqlite3_step(db->control[c]) : code;
}

static enum rc control(struct db *db, enum control c)
{
	int code = control_step(db, c);

	if (code != SQLITE_DONE)
		log_fault(db, control_sql[c], code);
	sqlite3_reset(db->control[c]);
	return code == SQLITE_DONE ? RC_OK : RC_FAULT;
}

enum rc db_begin_read(struct db *db)
{
	return control(db, BEGIN_READ);
}

enum rc db_version(struct db *db, int64_t *version)
{
	int code = control_step(db, VERSION);

	*version = 0;
	if (code == SQLITE_ROW)
		*version = sqlite3_column_int64(db->control[VERSION], 0);
	else
		log_fault(db, control_sql[VERSION], code);
	sqlite3_reset(db->control[VERSION]);
	return code == SQLITE_ROW ? RC_OK : RC_FAULT;
}

enum rc db_begin_write(struct db *db)
{
	return control(db, BEGIN_WRITE);
}

enum rc db_commit(struct db *db, bool later)
{
	enum rc rc;

	disk_commit_begin(later);
	rc = control(db, COMMIT);
	disk_commit_end(&db->unflushed);
	if (rc != RC_OK)
		db_rollback(db);
	return rc;
}

void db_rollback(struct db *db)
{
	if (db_in_transaction(db) && control(db, ROLLBACK) != RC_OK && db_in_transaction(db))
		panic("a transaction could not be rolled back");
}

enum rc db_savepoint(struct db *db)
{
	return control(db, SAVEPOINT);
}

enum rc db_release(struct db *db)
{
	return control(db, RELEASE);
}

/* Takes the savepoint itself away too, or the next one would stand inside it. */
void db_rollback_to(struct db *db)
{
	if (!db_in_transaction(db))
		return;
	if (control(db, ROLLBACK_TO) != RC_OK || control(db, RELEASE) != RC_OK)
		db_rollback(db);
}

bool db_in_transaction(struct db *db)
{
	return !sqlite3_get_autocommit(db->c);
}

enum rc db_sync(struct db *db)
{
	enum rc rc = disk_flush(db->c);

	db->unflushed = false; /* a file that cannot even be asked will not be flushed by asking again */
	return rc;
}

bool db_unflushed(const struct db *db)
{
	return db->unflushed;
}
