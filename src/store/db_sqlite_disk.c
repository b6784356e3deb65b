#include "store/db_sqlite_disk.h"

#include <pthread.h>
#include <string.h>

/* A file's table of calls with ours in front; a file points to `calls`, and `own` is found from there. */
struct layer {
	sqlite3_io_methods calls;
	const sqlite3_io_methods *own;
};

enum { KINDS = 8 }; /* the unix VFS has six tables, one per way of locking */

static struct layer whole[KINDS], logs[KINDS];
static unsigned n_whole, n_logs;
static pthread_mutex_t layers_lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *below, layered;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static _Thread_local bool later, header_written, left_out, flushed;

static const sqlite3_io_methods *own_calls(sqlite3_file *f)
{
	return ((const struct layer *)(const void *)f->pMethods)->own;
}

static int sync_or_die(sqlite3_file *f, int flags)
{
	int code = own_calls(f)->xSync(f, flags);

	if (code != SQLITE_OK)
		panic("the disk could not flush the database");
	return code;
}

/* The first page of a log carries its header; what follows may not reach the disk before it. */
static int log_write_at(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (at == 0)
		header_written = true;
	return own_calls(f)->xWrite(f, p, n, at);
}

static int log_sync(sqlite3_file *f, int flags)
{
	if (later && !header_written) {
		later = false; /* a checkpoint may follow in the same call, and must flush first */
		left_out = true;
		return SQLITE_OK;
	}
	if (!header_written) {
		flushed = true;
		left_out = false;
	}
	header_written = false;
	return sync_or_die(f, flags);
}

static const sqlite3_io_methods *layer_over(const sqlite3_io_methods *own, bool log)
{
	struct layer *all = log ? logs : whole;
	unsigned *n = log ? &n_logs : &n_whole, i;
	const sqlite3_io_methods *found = NULL;

	pthread_mutex_lock(&layers_lock);
	for (i = 0; i < *n && all[i].own != own; i++)
		;
	if (i == *n && i < KINDS) {
		all[i].own = own;
		all[i].calls = *own;
		all[i].calls.xSync = log ? log_sync : sync_or_die;
		if (log)
			all[i].calls.xWrite = log_write_at;
		++*n;
	}
	if (i < KINDS)
		found = &all[i].calls;
	pthread_mutex_unlock(&layers_lock);
	return found;
}

static int layered_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *got)
{
	int code = below->xOpen(vfs, name, f, flags, got);
	const sqlite3_io_methods *calls;

	if (code != SQLITE_OK || !f->pMethods)
		return code;
	calls = layer_over(f->pMethods, flags & SQLITE_OPEN_WAL);
	if (!calls) {
		f->pMethods->xClose(f);
		f->pMethods = NULL;
		return SQLITE_CANTOPEN;
	}
	f->pMethods = calls;
	return SQLITE_OK;
}

static void layer_begin(void)
{
	/* Counting memory takes a lock of the whole process at every allocation. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	below = sqlite3_vfs_find(NULL);
	if (!below)
		return;
	layered = *below;
	layered.pNext = NULL;
	layered.zName = "gerbang";
	layered.xOpen = layered_open;
	if (sqlite3_vfs_register(&layered, 0) != SQLITE_OK)
		below = NULL;
}

const char *disk_layer(void)
{
	pthread_once(&once, layer_begin);
	return below ? layered.zName : NULL;
}

void disk_commit_begin(bool flush_later)
{
	later = flush_later;
	left_out = flushed = false;
}

void disk_commit_end(bool *unflushed)
{
	later = false;
	if (left_out || flushed)
		*unflushed = left_out;
}

enum rc disk_flush(sqlite3 *db)
{
	sqlite3_file *log = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK)
		return RC_FAULT;
	if (log && log->pMethods)
		sync_or_die(log, SQLITE_SYNC_NORMAL);
	return RC_OK;
}
