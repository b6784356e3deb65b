/*
 * db_sqlite_disk: a thin layer over SQLite's own file calls, for two things that no PRAGMA gives.
 *
 *   flush fails   the process ends at once. After a failed fsync the kernel may have dropped the pages and
 *                 answers "fine" next time: trying again would acknowledge what is not on disk.
 *   flush later   the one flush that ends a commit can be left out, so that the commit is seen by every reader but
 *                 not yet on disk. The flushes that keep the file whole (of a new log's header, before and after
 *                 a checkpoint) are always made; a loss of power can only take away the newest commits.
 *
 * Linux only. The write-ahead log is the file that SQLite opens with SQLITE_OPEN_WAL.
 */
#ifndef STORE_DB_SQLITE_DISK_H
#define STORE_DB_SQLITE_DISK_H

#include <stdbool.h>

#include <sqlite3.h>

#include "base/rc.h"

/* Registers it once per process; the name to open connections with, NULL when SQLite cannot. Any thread. */
const char *disk_layer(void);
/* Around COMMIT, on one thread: with `later` the flush that ends it is left out. *unflushed is set when it was,
 * cleared when the log was flushed, and else left as it is (nothing was written). */
void disk_commit_begin(bool later);
void disk_commit_end(bool *unflushed);
/* Flushes the write-ahead log of a connection. */
enum rc disk_flush(sqlite3 *db) MUST_USE;

#endif
