/*
 * users: the people's rows, for the store's own files.
 *
 * The surprising rule: the columns are those of USER_COLUMNS, in that order, wherever they stand in an answer;
 * a session look-up has them behind the session's.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "store/query.h"

/* Reads the columns from `col` on. Strings go to `a`. */
void user_read(struct query *q, int col, struct arena *a, struct user *u);

#endif
