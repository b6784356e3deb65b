#include <string.h>

#include "store/query.h"

/* ---- links ----------------------------------------------------------------------------------------- */

enum rc store_link_add(struct tx *tx, const struct link *l)
{
	CALL(tx);
	return query_run(tx, ST_LINK_ADD, V_INT(l->id), V_INT(l->user), V_INT(l->purpose), V_HASH(l->token), V_INT(l->made_s),
	                 V_INT(l->expires_s), V_INT(l->used_s));
}

enum rc store_link_find(struct tx *tx, const unsigned char token[STORE_HASH], int64_t purpose, struct link *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_LINK_FIND, V_HASH(token), V_INT(purpose));
	if (rc == RC_OK) {
		out->id = q_int(&q, 0);
		out->user = q_int(&q, 1);
		out->purpose = q_int(&q, 2);
		q_hash(&q, 3, out->token);
		out->made_s = q_int(&q, 4);
		out->expires_s = q_int(&q, 5);
		out->used_s = q_int(&q, 6);
	}
	return query_end(&q, rc);
}

enum rc store_link_consume(struct tx *tx, int64_t id, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_LINK_CONSUME, V_INT(id), V_INT(now_s));
}

enum rc store_link_end_all(struct tx *tx, int64_t user, int64_t purpose, int64_t now_s)
{
	CALL(tx);
	return query_run(tx, ST_LINK_END_ALL, V_INT(user), V_INT(purpose), V_INT(now_s));
}

/* ---- mail ------------------------------------------------------------------------------------------ */

enum rc store_mail_add(struct tx *tx, const struct mail *m)
{
	CALL(tx);
	return query_run(tx, ST_MAIL_ADD, V_INT(m->id), V_ID(m->user), V_INT(m->about), V_TEXT(m->template), V_TEXT(m->lang),
	                 V_TEXT(m->detail), V_TEXT(m->to), V_INT(m->written_s), V_INT(m->next_s), V_INT(m->tries),
	                 V_INT(m->accepted_s), V_INT(m->failed_s), V_TEXT(m->answer));
}

enum rc store_mail_take(struct tx *tx, struct arena *a, int64_t now_s, int64_t again_s, struct mail *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_MAIL_TAKE, V_INT(now_s), V_INT(again_s));
	if (rc == RC_OK) {
		out->id = q_int(&q, 0);
		out->user = q_int(&q, 1);
		out->about = q_int(&q, 2);
		out->template = q_str(&q, 3, a);
		out->lang = q_str(&q, 4, a);
		out->detail = q_str(&q, 5, a);
		out->to = q_str(&q, 6, a);
		out->written_s = q_int(&q, 7);
		out->next_s = q_int(&q, 8);
		out->tries = q_int(&q, 9);
		out->accepted_s = q_int(&q, 10);
		out->failed_s = q_int(&q, 11);
		out->answer = q_str(&q, 12, a);
	}
	return query_end(&q, rc);
}

enum rc store_mail_done(struct tx *tx, int64_t id, bool accepted, struct str answer, int64_t now_s)
{
	CALL(tx);
	return query_claim(tx, RC_ABSENT, accepted ? ST_MAIL_ACCEPTED : ST_MAIL_FAILED, V_INT(id), V_TEXT(answer), V_INT(now_s));
}

enum rc store_mail_told(struct tx *tx, int64_t user, struct str template, int64_t since_s)
{
	struct query q;
	enum rc rc;

	CALL(tx);
	rc = query_one(&q, tx, ST_MAIL_TOLD, V_INT(user), V_TEXT(template), V_INT(since_s));
	return query_end(&q, rc);
}
