#include <string.h>

#include "store/query.h"

enum rc store_captcha_put(struct tx *tx, const struct captcha *c)
{
	enum rc rc;

	CALL(tx);
	rc = query_run(tx, ST_CAPTCHA_PUT, V_HASH(c->cookie), V_INT(c->form), V_INT(c->kind),
	               V_BLOB(c->answer.ptr ? c->answer : S("")), V_INT(c->made_s), V_INT(c->expires_s));
	return rc == RC_OK ? query_run(tx, ST_CAPTCHA_DROP, V_INT(CAPTCHAS_MOST)) : rc;
}

enum rc store_captcha_get(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], enum captcha_form form,
                          enum captcha_kind kind, int64_t now_s, struct captcha *out)
{
	struct query q;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	CALL(tx);
	rc = query_one(&q, tx, ST_CAPTCHA_GET, V_HASH(cookie), V_INT(form), V_INT(kind), V_INT(now_s));
	if (rc == RC_OK) {
		q_hash(&q, 0, out->cookie);
		out->form = form;
		out->kind = kind;
		out->answer = q_str(&q, 3, a);
		out->made_s = q_int(&q, 4);
		out->expires_s = q_int(&q, 5);
	}
	return query_end(&q, rc);
}

enum rc store_captcha_take(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], enum captcha_form form,
                           enum captcha_kind kind, int64_t now_s, struct str *answer)
{
	struct query q;
	enum rc rc;

	*answer = STR_NONE;
	CALL(tx);
	rc = query_one(&q, tx, ST_CAPTCHA_TAKE, V_HASH(cookie), V_INT(form), V_INT(kind), V_INT(now_s));
	if (rc == RC_OK)
		*answer = q_str(&q, 0, a);
	return query_end(&q, rc);
}
