#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/log.h"
#include "store/inside.h"

/* ---- where it is --------------------------------------------------------------------------------- */

enum rc store_refuse(struct arena *a, const char *file, struct str *why, struct str text)
{
	if (why)
		*why = arena_printf(a, "%s %.*s", file, STR_ARG(text));
	return RC_MALFORMED;
}

enum rc store_file(struct arena *a, const char *where, const char **file, struct str *why)
{
	struct str s = str_of(where);

	*file = NULL;
	if (!str_starts(s, S("sqlite:")) || s.len == sizeof("sqlite:") - 1)
		return store_refuse(a, where ? where : "", why, S("is no database that this program knows; write sqlite:FILE"));
	*file = arena_cstr(a, str_n(s.ptr + 7, s.len - 7));
	return RC_OK;
}

const char *store_beside(struct arena *a, const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return arena_printf(a, "%.*s%s", slash ? (int)(slash + 1 - file) : 0, file, name).ptr;
}

/* Root's hand must leave no file that the server's user cannot open. */
int store_open_beside(struct arena *a, const char *file, const char *name, int flags)
{
	int fd = open(store_beside(a, file, name), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat of;

	if (fd >= 0 && (flags & O_CREAT) && geteuid() == 0 && stat(file, &of) == 0 && fchown(fd, of.st_uid, of.st_gid) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* ---- life ----------------------------------------------------------------------------------------- */

/* What must hold of an opened database before anything else is asked of it. */
static enum rc open_checked(struct arena *a, struct store *s, struct str *why)
{
	struct str reason = STR_NONE;
	int64_t schema = 0;
	enum db_kind kind;
	struct query q;
	enum rc rc = db_open(a, s->file, DB_WRITER, &s->writer, &reason);

	if (rc != RC_OK)
		return store_refuse(a, s->file, why, reason);
	if (db_kind(s->writer, &kind) != RC_OK)
		return store_refuse(a, s->file, why, S("cannot be read"));
	if (kind != DB_OURS)
		return store_refuse(a, s->file, why, S("is not a Gerbang database"));
	s->tx = (struct tx){.store = s, .db = s->writer};
	rc = query_one(&q, &s->tx, ST_META_NUMBER, V_CSTR("schema"));
	schema = rc == RC_OK ? q_int(&q, 0) : 0;
	if (query_end(&q, rc) != RC_OK)
		return store_refuse(a, s->file, why, S("is damaged: it has no schema number"));
	if (schema > STORE_SCHEMA)
		return store_refuse(a, s->file, why, arena_printf(a, "was written by a newer version of Gerbang (schema %lld, this "
		                    "program knows %d)", (long long)schema, STORE_SCHEMA));
	if (schema < STORE_SCHEMA)
		return store_refuse(a, s->file, why, S("was written by an older version of Gerbang; start the server once, it brings "
		                    "it up to date"));
	rc = query_one(&q, &s->tx, ST_META_NUMBER, V_CSTR("node"));
	s->node = rc == RC_OK ? q_int(&q, 0) : 0;
	if (query_end(&q, rc) != RC_OK)
		return store_refuse(a, s->file, why, S("is damaged: it has no node number"));
	return RC_OK;
}

enum rc store_open(struct arena *a, const char *where, enum store_role role, struct store **out, struct str *why)
{
	struct store *s = arena_one(a, struct store);
	struct stat of;
	enum rc rc;

	*out = NULL;
	if (why)
		*why = STR_NONE;
	rc = store_file(a, where, &s->file, why);
	if (rc != RC_OK)
		return rc;
	if (lstat(s->file, &of) != 0 && errno == ENOENT) {
		(void)!store_refuse(a, s->file, why, S("does not exist: put back a copy of it; `gerbang init DIR` makes a new installation"));
		return RC_ABSENT;
	}
	if (!S_ISREG(of.st_mode))
		return store_refuse(a, s->file, why, S_ISLNK(of.st_mode) ? S("is a symbolic link; name the file itself") : S("is not a file"));
	s->role = role;
	s->turn = -1;
	group_init(s);
	views_init(s);
	rc = open_checked(a, s, why);
	if (rc == RC_OK) {
		s->turn = store_open_beside(a, s->file, "turn", O_RDWR | O_CREAT);
		if (s->turn < 0)
			rc = store_refuse(a, store_beside(a, s->file, "turn"), why, arena_printf(a, "cannot be opened: %s", strerror(errno)));
	}
	if (rc == RC_OK)
		rc = group_flusher_start(s);
	*out = s;
	if (rc != RC_OK)
		store_close(out);
	return rc;
}

void store_close(struct store **s)
{
	struct store *st = *s;

	if (!st)
		return;
	group_release(st);
	views_release(st);
	db_close(&st->writer);
	if (st->turn >= 0)
		close(st->turn);
	*s = NULL;
}

/* ---- small things ---------------------------------------------------------------------------------- */

unsigned store_break_at(struct store *s, unsigned n)
{
	return atomic_exchange(&s->break_in, n);
}

bool store_broken(struct store *s, struct tx *tx)
{
	unsigned n = atomic_load_explicit(&s->break_in, memory_order_relaxed);

	while (n && !atomic_compare_exchange_weak(&s->break_in, &n, n - 1))
		;
	if (n != 1)
		return false;
	if (tx)
		tx->failed = true;
	return true;
}

enum rc store_id_new(int64_t *out)
{
	uint64_t n;

	do {
		*out = 0;
		if (random_bytes(&n, sizeof(n)) != RC_OK)
			return RC_FAULT;
		*out = (int64_t)(n >> 2);
	} while (*out == 0);
	return RC_OK;
}

enum rc store_meta_get(struct tx *tx, struct arena *a, const char *key, struct str *value)
{
	struct query q;
	enum rc rc;

	*value = STR_NONE;
	CALL(tx);
	rc = query_one(&q, tx, ST_META_GET, V_CSTR(key));
	if (rc == RC_OK)
		*value = q_str(&q, 0, a);
	return query_end(&q, rc);
}

enum rc store_meta_set(struct tx *tx, const char *key, struct str value)
{
	CALL(tx);
	return query_run(tx, ST_META_SET, V_CSTR(key), V_BLOB(value.ptr ? value : S("")));
}

enum rc store_epoch_get(struct tx *tx, int64_t *epoch)
{
	struct query q;
	enum rc rc;

	*epoch = 0;
	CALL(tx);
	rc = query_one(&q, tx, ST_META_NUMBER, V_CSTR("epoch"));
	if (rc == RC_OK)
		*epoch = q_int(&q, 0);
	rc = query_end(&q, rc);
	return rc == RC_ABSENT ? RC_FAULT : rc; /* a database without an epoch grants nothing */
}
