/* How the database finds its rows: with a million users and ten million rows of log no question may walk a table. */
#include <sqlite3.h>

#include "store/statements.h"
#include "store_test.h"

/* They are asked for everything there is. */
static bool walks_on_purpose(enum statement id)
{
	return id == ST_USER_COUNT || id == ST_AUDIT_WALK || id == ST_AUDIT_HEADS || id == ST_END_SESSIONS ||
	       id == ST_END_SIGNINS || id == ST_END_ENROLMENTS || id == ST_END_LINKS || id == ST_END_CAPTCHAS ||
	       id == ST_END_CHALLENGES || id == ST_END_KNOWN;
}

/* A few rows of one user or one reference may be sorted. */
static bool sorts_on_purpose(enum statement id)
{
	return id == ST_SESSION_LIST || id == ST_ENROLMENT_LEFTOVER || id == ST_AUDIT_REF;
}

static void no_statement_walks_a_whole_table(void **state)
{
	struct world *w = *state;
	sqlite3 *db = NULL;
	int seen = 0;

	assert_int_equal(sqlite3_open(w->file, &db), SQLITE_OK);
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		enum statement id = (enum statement)i;
		const char *sql = arena_printf(w->arena, "EXPLAIN QUERY PLAN %s", statement_sql(id)).ptr;
		sqlite3_stmt *s = NULL;

		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
		while (sqlite3_step(s) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(s, 3);

			seen++;
			if (str_starts(str_of(step), S("SCAN ")) && !strstr(step, "CONSTANT ROW") && !walks_on_purpose(id))
				fail_msg("%s: %s", statement_name(id), step);
			if (strstr(step, "TEMP B-TREE") && !sorts_on_purpose(id))
				fail_msg("%s: %s", statement_name(id), step);
		}
		sqlite3_finalize(s);
	}
	sqlite3_close(db);
	assert_true(seen > STATEMENT_COUNT / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_statement_walks_a_whole_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
