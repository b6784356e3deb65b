#include <string.h>

#include "store/query.h"

enum rc store_signin_get(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], int64_t now_s,
                         struct signin *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_SIGNIN_GET, V_HASH(cookie), V_INT(now_s));
	if (rc == RC_OK) {
		out->id = q_int(&q, 0);
		q_hash(&q, 1, out->cookie);
		out->user = q_int(&q, 2);
		out->login = q_str(&q, 3, a);
		out->type = q_str(&q, 4, a);
		out->step = q_int(&q, 5);
		out->password_s = q_int(&q, 6);
		out->code_s = q_int(&q, 7);
		out->enrolled_s = q_int(&q, 8);
		out->terms_s = q_int(&q, 9);
		out->next = q_str(&q, 10, a);
		out->began_s = q_int(&q, 11);
		out->form_ends_s = q_int(&q, 12);
		out->expires_s = q_int(&q, 13);
		out->renewals = q_int(&q, 14);
		out->recovery_s = q_int(&q, 15);
		out->passkey_s = q_int(&q, 16);
		out->first_s = q_int(&q, 17);
		out->known = q_int(&q, 18) != 0;
		out->code_device = q_int(&q, 19);
		out->code_step = q_int(&q, 20);
		out->refused = q_str(&q, 21, a);
		out->refused_say = q_int(&q, 22);
	}
	return query_end(&q, rc);
}

#define SIGNIN_VALUES(r) \
	V_INT((r)->id), V_HASH((r)->cookie), V_ID((r)->user), V_TEXT((r)->login), V_TEXT((r)->type), V_INT((r)->step), \
	V_INT((r)->password_s), V_INT((r)->code_s), V_INT((r)->enrolled_s), V_INT((r)->terms_s), V_TEXT((r)->next), \
	V_INT((r)->began_s), V_INT((r)->form_ends_s), V_INT((r)->expires_s), V_INT((r)->renewals), \
	V_INT((r)->recovery_s), V_INT((r)->passkey_s), V_INT((r)->first_s), V_BOOL((r)->known), V_INT((r)->code_device), \
	V_INT((r)->code_step), V_BLOB((r)->refused), V_INT((r)->refused_say)

enum rc store_signin_put(struct tx *tx, const struct signin *row)
{
	CALL(tx);
	return query_run(tx, ST_SIGNIN_PUT, SIGNIN_VALUES(row));
}

enum rc store_signin_advance(struct tx *tx, const struct signin *row, int64_t from_step,
                             const unsigned char from_cookie[STORE_HASH])
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_SIGNIN_ADVANCE, SIGNIN_VALUES(row), V_INT(from_step), V_HASH(from_cookie));
}

enum rc store_signin_refused(struct tx *tx, int64_t id, struct str refused, int64_t say)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_SIGNIN_REFUSED, V_INT(id), V_BLOB(refused), V_INT(say));
}

enum rc store_signin_consume(struct tx *tx, int64_t id)
{
	CALL(tx);
	return query_claim(tx, RC_TAKEN, ST_SIGNIN_CONSUME, V_INT(id));
}

enum rc store_signin_delete_of_user(struct tx *tx, int64_t user)
{
	CALL(tx);
	return query_run(tx, ST_SIGNIN_DELETE_OF_USER, V_INT(user));
}
