#include "flow/known.h"

#include "flow/session.h"

enum rc known_is(struct tx *tx, const struct visit *v, int64_t user, bool *known)
{
	unsigned char token[STORE_HASH];
	enum rc rc;

	*known = false;
	cookie_hash(v->known, token); /* without a cookie the same statement runs, and finds nothing */
	rc = store_known_get(tx, token, user, v->now_s, known);
	if (rc != RC_OK || v->known.len == 0)
		*known = false;
	return rc;
}

enum rc known_note(struct tx *tx, const struct visit *v, int64_t user, struct str *cookie)
{
	unsigned char token[STORE_HASH];
	enum rc rc = RC_OK;

	*cookie = v->known;
	if (v->known.len)
		cookie_hash(v->known, token);
	else
		rc = cookie_new(v->arena, cookie, token);
	if (rc == RC_OK)
		rc = store_known_put(tx, token, user, v->now_s);
	if (rc != RC_OK)
		*cookie = STR_NONE;
	return rc;
}

enum rc known_end(struct tx *tx, const struct visit *v, int64_t user, bool keep_this)
{
	struct str same;
	bool known = false;
	enum rc rc = keep_this ? known_is(tx, v, user, &known) : RC_OK;

	if (rc == RC_OK)
		rc = store_known_end(tx, user);
	if (rc == RC_OK && known)
		rc = known_note(tx, v, user, &same);
	return rc;
}
