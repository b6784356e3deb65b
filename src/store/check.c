#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "store/inside.h"
#include "store/migrations_table.h"

_Static_assert(sizeof(migrations) / sizeof(migrations[0]) == STORE_SCHEMA + 1,
               "STORE_SCHEMA is the number of the last migration in sql/");

struct checking {
	struct arena *arena;
	const char *file;
	struct str *why;
	struct db *db;
	struct tx tx;      /* over db, for the queries */
	int64_t schema;    /* 0: nothing there yet */
	int64_t epoch, node;
};

static enum rc refuse(struct checking *c, struct str text)
{
	return store_refuse(c->arena, c->file, c->why, text);
}

static enum rc refuse_errno(struct checking *c, const char *what)
{
	return refuse(c, arena_printf(c->arena, "%s: %s", what, strerror(errno)));
}

/* ---- the file, before the database library sees it --------------------------------------------------- */

static enum rc check_folder(struct checking *c)
{
	const char *folder = dirname(arena_cstr(c->arena, str_of(c->file)));

	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
		return RC_OK;
	return refuse(c, arena_printf(c->arena, "cannot be used: the folder %s cannot be written: %s", folder, strerror(errno)));
}

/* Made here so that nobody else can read it, nor the files that SQLite puts beside it. */
static enum rc make_file(struct checking *c)
{
	enum rc rc = check_folder(c);
	int fd;

	if (rc != RC_OK)
		return rc;
	fd = open(c->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return refuse_errno(c, "cannot be made");
	fd_close(&fd);
	return RC_OK;
}

static enum rc check_file(struct checking *c, bool create)
{
	struct stat of;

	if (lstat(c->file, &of) != 0) {
		if (errno != ENOENT)
			return refuse_errno(c, "cannot be opened");
		if (create)
			return make_file(c);
		(void)!refuse(c, S("does not exist: put back a copy of it; `gerbang init DIR` makes a new installation"));
		return RC_ABSENT;
	}
	if (S_ISLNK(of.st_mode))
		return refuse(c, S("is a symbolic link; name the file itself"));
	if (!S_ISREG(of.st_mode))
		return refuse(c, S("is not a file"));
	if (faccessat(AT_FDCWD, c->file, R_OK | W_OK, AT_EACCESS) != 0)
		return refuse_errno(c, "cannot be written");
	return check_folder(c);
}

/* ---- what is in it ------------------------------------------------------------------------------------ */

static enum rc number_get(struct checking *c, const char *key, int64_t *out)
{
	struct query q;
	enum rc rc = query_one(&q, &c->tx, ST_META_NUMBER, V_CSTR(key));

	*out = rc == RC_OK ? q_int(&q, 0) : 0;
	return query_end(&q, rc);
}

static enum rc check_kind(struct checking *c, bool create)
{
	enum db_kind kind;

	if (db_kind(c->db, &kind) != RC_OK)
		return refuse(c, S("is damaged"));
	switch (kind) {
	case DB_OURS: break;
	case DB_STRANGE: return refuse(c, S("is not a Gerbang database"));
	case DB_EMPTY: return create ? RC_OK : refuse(c, S("is an empty database; make one with `gerbang init`"));
	}
	if (number_get(c, "schema", &c->schema) != RC_OK || c->schema < 1)
		return refuse(c, S("is damaged: it has no schema number"));
	if (c->schema > STORE_SCHEMA)
		return refuse(c, arena_printf(c->arena, "was written by a newer version of Gerbang (schema %lld, this program knows "
		              "%d); install that version, or restore a copy made before it", (long long)c->schema, STORE_SCHEMA));
	return RC_OK;
}

static enum rc first_numbers(struct checking *c)
{
	int64_t node;
	enum rc rc = store_id_new(&node);

	if (rc == RC_OK)
		rc = query_run(&c->tx, ST_META_NUMBER_SET, V_CSTR("node"), V_INT(node));
	return rc == RC_OK ? query_run(&c->tx, ST_META_NUMBER_SET, V_CSTR("epoch"), V_INT(1)) : rc;
}

/* One number, one transaction: after a kill the old or the new schema stands there, never a half. */
static enum rc migrate_one(struct checking *c, int64_t number)
{
	enum rc rc = db_begin_write(c->db);

	if (rc != RC_OK)
		return rc;
	rc = db_script(c->db, migrations[number]);
	if (rc == RC_OK && number == 1)
		rc = first_numbers(c);
	if (rc == RC_OK)
		rc = query_run(&c->tx, ST_META_NUMBER_SET, V_CSTR("schema"), V_INT(number));
	if (rc == RC_OK)
		rc = db_commit(c->db, false);
	else
		db_rollback(c->db);
	if (rc == RC_OK)
		log_event(LOG_NOTICE, "store.migrated", F_INT("schema", number));
	return rc;
}

static enum rc migrate(struct checking *c)
{
	for (int64_t number = c->schema + 1; number <= STORE_SCHEMA; number++)
		if (migrate_one(c, number) != RC_OK)
			return refuse(c, arena_printf(c->arena, "could not be brought to schema %lld; it is as it was before", (long long)number));
	return RC_OK;
}

/* ---- the epoch: also kept outside, so that an old copy put back does not bring old sessions back --------- */

static enum rc epoch_file_read(struct checking *c, int64_t *epoch)
{
	char text[32];
	struct str s;
	ssize_t n;
	int fd = store_open_beside(c->arena, c->file, "epoch", O_RDONLY);

	*epoch = 0;
	if (fd < 0)
		return errno == ENOENT ? RC_OK : refuse_errno(c, "cannot be used: the file `epoch` beside it cannot be read");
	n = read(fd, text, sizeof(text));
	close(fd);
	s = str_trim(str_n(text, n > 0 ? (size_t)n : 0));
	if (str_to_i64(s, INT64_MAX - 1, epoch) != RC_OK || *epoch < 1)
		return refuse(c, S("cannot be used: the file `epoch` beside it holds no number; delete it to trust the database's own"));
	return RC_OK;
}

static enum rc epoch_file_write(struct checking *c)
{
	struct str text = arena_printf(c->arena, "%lld\n", (long long)c->epoch);
	const char *from = store_beside(c->arena, c->file, "epoch.new"), *to = store_beside(c->arena, c->file, "epoch");
	int fd = store_open_beside(c->arena, c->file, "epoch.new", O_WRONLY | O_CREAT | O_TRUNC);
	int folder = store_open_beside(c->arena, c->file, ".", O_RDONLY | O_DIRECTORY);
	bool ok = fd >= 0 && folder >= 0 && fd_write_all(fd, text.ptr, text.len) == RC_OK && fsync(fd) == 0;

	fd_close(&fd);
	ok = ok && rename(from, to) == 0 && fsync(folder) == 0;
	fd_close(&folder);
	return ok ? RC_OK : refuse_errno(c, "cannot be used: the file `epoch` beside it cannot be written");
}

static enum rc epoch_raise(struct checking *c, int64_t to)
{
	static const enum statement over[] = {ST_END_SESSIONS, ST_END_SIGNINS, ST_END_ENROLMENTS, ST_END_LINKS,
	                                      ST_END_CAPTCHAS, ST_END_CHALLENGES, ST_END_KNOWN};
	enum rc rc = db_begin_write(c->db);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < sizeof(over) / sizeof(over[0]); i++)
		rc = query_run_at(&c->tx, over[i], NULL, 0);
	if (rc == RC_OK)
		rc = query_run(&c->tx, ST_META_NUMBER_SET, V_CSTR("epoch"), V_INT(to));
	if (rc == RC_OK)
		rc = db_commit(c->db, false);
	else
		db_rollback(c->db);
	if (rc == RC_OK) {
		log_event(LOG_NOTICE, "store.epoch_raised", F_INT("from", c->epoch), F_INT("to", to));
		c->epoch = to;
	}
	return rc;
}

static enum rc check_epoch(struct checking *c)
{
	int64_t outside;
	enum rc rc;

	if (number_get(c, "epoch", &c->epoch) != RC_OK || c->epoch < 1)
		return refuse(c, S("is damaged: it has no epoch"));
	rc = epoch_file_read(c, &outside);
	if (rc != RC_OK)
		return rc;
	if (outside > c->epoch && epoch_raise(c, outside) != RC_OK)
		return refuse(c, S("is an older copy, and its sessions could not be ended"));
	return outside == c->epoch ? RC_OK : epoch_file_write(c);
}

static enum rc check_audit(struct checking *c)
{
	int64_t seq;

	if (number_get(c, "node", &c->node) != RC_OK || c->node < 1)
		return refuse(c, S("is damaged: it has no node number"));
	switch (audit_check_last(&c->tx, c->node, &seq)) {
	case RC_OK: return RC_OK;
	case RC_MALFORMED:
		return refuse(c, arena_printf(c->arena, "was changed or damaged: row %lld of the audit does not fit the one before; "
		              "see `gerbang audit --verify`", (long long)seq));
	case RC_ABSENT:
	case RC_TAKEN:
	case RC_BUSY:
	case RC_FAULT: break;
	}
	return refuse(c, S("is damaged: the audit cannot be read"));
}

/* ---- the port ------------------------------------------------------------------------------------------ */

static enum rc check_opened(struct checking *c, bool create)
{
	enum rc rc = check_kind(c, create);

	if (rc == RC_OK)
		rc = migrate(c);
	if (rc == RC_OK)
		rc = check_epoch(c);
	if (rc == RC_OK)
		rc = check_audit(c);
	return rc;
}

enum rc store_check(struct arena *a, const char *where, bool create, struct str *why)
{
	struct checking c = {.arena = a, .why = why};
	struct str reason = STR_NONE;
	enum rc rc;

	if (why)
		*why = STR_NONE;
	rc = store_file(a, where, &c.file, why);
	if (rc == RC_OK)
		rc = check_file(&c, create);
	if (rc != RC_OK)
		return rc;
	if (db_open(a, c.file, create ? DB_CREATE : DB_WRITER, &c.db, &reason) != RC_OK)
		return refuse(&c, reason);
	c.tx.db = c.db;
	rc = check_opened(&c, create);
	db_close(&c.db);
	return rc;
}
