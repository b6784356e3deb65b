/*
 * store_behind: SQL behind the store's back, for what the port does not tell: how many rows are left, a row that was
 * changed by somebody else.
 */
#ifndef STORE_BEHIND_H
#define STORE_BEHIND_H

#include <sqlite3.h>

#include "store_test.h"

/* Several statements. Returns the first column of the last row, or minus the code of the last failure. */
static inline int64_t behind(struct world *w, const char *sql)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;
	int64_t got = 0;

	assert_int_equal(sqlite3_open(w->file, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	while (*sql) {
		int code;

		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, &sql), SQLITE_OK);
		while ((code = sqlite3_step(s)) == SQLITE_ROW)
			got = sqlite3_column_int64(s, 0);
		if (code != SQLITE_DONE)
			got = -code;
		sqlite3_finalize(s);
	}
	sqlite3_close(db);
	return got;
}

#endif
