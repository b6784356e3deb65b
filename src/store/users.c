#include "store/users.h"

#include <string.h>

#include "base/buf.h"
#include "store/query.h"

/* Groups are kept in one column, a line each: a session look-up stays one read. */
static void groups_read(struct user *u, struct str lines)
{
	u->n_groups = 0;
	while (lines.len && u->n_groups < USER_GROUPS_MAX) {
		struct str one = str_cut(&lines, '\n');

		if (one.len)
			u->groups[u->n_groups++] = one;
	}
}

/* 16 groups of some hundred bytes at most; over the room, the user is refused rather than cut. */
static enum rc groups_write(const struct user *u, char *out, size_t room, struct str *lines)
{
	size_t n = 0;

	*lines = STR_NONE;
	for (size_t i = 0; i < u->n_groups; i++) {
		struct str g = u->groups[i];

		if (g.len == 0 || str_has(g, '\n') || g.len + 1 > room - n)
			return RC_MALFORMED;
		memcpy(out + n, g.ptr, g.len);
		n += g.len;
		out[n++] = '\n';
	}
	if (n)
		*lines = str_n(out, n);
	return RC_OK;
}

void user_read(struct query *q, int col, struct arena *a, struct user *u)
{
	memset(u, 0, sizeof(*u));
	u->id = q_int(q, col++);
	u->login = q_str(q, col++, a);
	u->shown = q_str(q, col++, a);
	u->type = q_str(q, col++, a);
	u->email = q_str(q, col++, a);
	u->name = q_str(q, col++, a);
	u->nik_sealed = q_str(q, col++, a);
	u->verified = q_int(q, col++) != 0;
	u->locked_s = q_int(q, col++);
	u->rights = (unsigned)q_int(q, col++);
	u->phc = q_str(q, col++, a);
	u->password_set_s = q_int(q, col++);
	u->terms_version = q_str(q, col++, a);
	u->next_number = q_int(q, col++);
	u->created_s = q_int(q, col++);
	u->first_proof_s = q_int(q, col++);
	u->quiet_ends_s = q_int(q, col++);
	groups_read(u, q_str(q, col, a));
}

static enum rc user_one(struct tx *tx, struct arena *a, enum statement id, struct value key, struct user *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, id, key);
	if (rc == RC_OK)
		user_read(&q, 0, a, out);
	return query_end(&q, rc);
}

enum rc store_user_find(struct tx *tx, struct arena *a, struct str login, struct user *out)
{
	return user_one(tx, a, ST_USER_FIND, V_TEXT(login), out);
}

enum rc store_user_get(struct tx *tx, struct arena *a, int64_t id, struct user *out)
{
	return user_one(tx, a, ST_USER_GET, V_INT(id), out);
}

enum rc store_user_add(struct tx *tx, const struct user *u)
{
	char room[4096];
	struct str groups;
	enum rc rc;

	CALL(tx);
	rc = groups_write(u, room, sizeof(room), &groups);
	if (rc != RC_OK)
		return rc;
	return query_claim(tx, RC_TAKEN, ST_USER_ADD, V_INT(u->id), V_TEXT(u->login), V_TEXT(u->shown), V_TEXT(u->type),
	                   V_TEXT(u->email), V_TEXT(u->name), V_BLOB(u->nik_sealed), V_BOOL(u->verified), V_INT(u->locked_s),
	                   V_INT(u->rights), V_TEXT(u->phc), V_INT(u->password_set_s), V_TEXT(u->terms_version),
	                   V_INT(u->next_number > 0 ? u->next_number : 1), V_INT(u->created_s),
	                   V_INT(u->first_proof_s), V_INT(u->quiet_ends_s), V_TEXT(groups));
}

enum rc store_user_delete(struct tx *tx, int64_t id)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_USER_DELETE, V_INT(id)); /* the rest by ON DELETE CASCADE */
}

enum rc store_user_lock(struct tx *tx, int64_t id, int64_t locked_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_USER_LOCK, V_INT(id), V_INT(locked_s));
}

enum rc store_user_password(struct tx *tx, int64_t id, struct str phc, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_USER_PASSWORD, V_INT(id), V_TEXT(phc), V_INT(now_s));
}

enum rc store_user_rehash(struct tx *tx, int64_t id, struct str old, struct str phc)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_USER_REHASH, V_INT(id), V_TEXT(old), V_TEXT(phc));
}

enum rc store_user_terms(struct tx *tx, int64_t id, struct str version, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_USER_TERMS, V_INT(id), V_TEXT(version), V_INT(now_s));
}

enum rc store_user_first_proof(struct tx *tx, int64_t id, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, ST_USER_FIRST_PROOF, V_INT(id), V_INT(now_s));
}

enum rc store_user_quiet(struct tx *tx, int64_t id, int64_t ends_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_USER_QUIET, V_INT(id), V_INT(ends_s));
}

enum rc store_user_list(struct tx *tx, struct arena *a, struct str after, size_t limit, struct user **rows, size_t *n)
{
	struct query q;
	enum rc rc;

	*rows = NULL;
	*n = 0;
	CALL(tx);
	rc = query_begin(&q, tx, ST_USER_LIST, V_TEXT(after.ptr ? after : S("")), V_INT(limit));
	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		*rows = rows_room(a, *rows, *n, sizeof(**rows));
		user_read(&q, 0, a, &(*rows)[(*n)++]);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_user_count(struct tx *tx, int64_t *n)
{
	struct query q;
	enum rc rc;

	*n = 0;
	CALL(tx);
	rc = query_one_at(&q, tx, ST_USER_COUNT, NULL, 0);
	if (rc == RC_OK)
		*n = q_int(&q, 0);
	return query_end(&q, rc);
}
