#include "store/statements.h"

#define STATEMENT_SQL(id, sql) [ST_##id] = (sql),
static const char *const texts[STATEMENT_COUNT] = {STATEMENTS(STATEMENT_SQL)};
#define STATEMENT_NAME(id, sql) [ST_##id] = #id,
static const char *const names[STATEMENT_COUNT] = {STATEMENTS(STATEMENT_NAME)};

const char *statement_sql(enum statement id)
{
	return texts[id];
}

const char *statement_name(enum statement id)
{
	return names[id];
}
