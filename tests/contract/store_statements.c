/* Prints every statement of the store, "NAME<tab>SQL" a line, for the suite that shows them to PostgreSQL. */
#include <stdio.h>

#include "store/statements.h"

int main(void)
{
	for (int id = 0; id < STATEMENT_COUNT; id++)
		printf("%s\t%s\n", statement_name((enum statement)id), statement_sql((enum statement)id));
	return 0;
}
