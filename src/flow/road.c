#include "flow/road.h"

#include "flow/attempt.h"
#include "flow/first.h"
#include "flow/session.h"

struct signin_facts road_facts(const struct config *c, const struct signin *row, const struct user *u,
                               const struct config_type *type, size_t n_devices, size_t n_passkeys, int64_t now_s)
{
	struct signin_facts facts = {0};

	facts.password = row->password_s != 0 && row->user != 0;
	facts.passkey = row->passkey_s != 0 && row->user != 0;
	facts.code = row->code_s != 0;
	facts.code_again = facts.code && row->code_step != 0; /* the first of the two is still noted */
	facts.recovery = row->recovery_s != 0;
	facts.enrolled = row->enrolled_s != 0;
	facts.first = row->first_s != 0 || first_is_open(&type->policy, u, 0, now_s);
	facts.known = row->known;
	facts.terms = row->terms_s != 0 || (type->policy.terms == TERMS_ONCE && str_eq(u->terms_version, c->terms.version));
	facts.has_code = n_devices > 0;
	facts.has_passkey = n_passkeys > 0;
	facts.locked = u->locked_s != 0;
	return facts;
}

enum signin_step road_step(const struct flow *f, const struct visit *v, const struct road *r)
{
	struct signin_facts facts;

	if (!r->row.user || (!r->row.password_s && !r->row.passkey_s))
		return STEP_PASSWORD;
	if (!r->type || r->user.id != r->row.user)
		return STEP_REFUSED;
	facts = road_facts(f->config, &r->row, &r->user, r->type, r->n_devices, r->n_passkeys, v->now_s);
	return signin_next(&r->type->policy, &facts, v->now_s);
}

/* Which doors are open is asked only where they are shown. */
static enum rc find_recovery(const struct flow *f, struct tx *tx, const struct visit *v, struct road *r)
{
	struct signin_facts facts;
	int64_t made_s;

	if (r->step != STEP_CODE)
		return RC_OK;
	facts = road_facts(f->config, &r->row, &r->user, r->type, r->n_devices, r->n_passkeys, v->now_s);
	if (!signin_takes_recovery(&r->type->policy, &facts, v->now_s))
		return RC_OK;
	return store_recovery_left(tx, r->row.user, &r->recovery_left, &made_s);
}

enum rc road_find(struct flow *f, struct tx *tx, const struct visit *v, struct str cookie, struct road *out)
{
	unsigned char hash[STORE_HASH];
	enum rc rc;

	*out = (struct road){0};
	if (cookie.len == 0)
		return RC_ABSENT;
	cookie_hash(cookie, hash);
	rc = store_signin_get(tx, v->arena, hash, v->now_s, &out->row);
	if (rc != RC_OK)
		return rc;
	if (session_is_ahead(out->row.password_s, v->now_s) || session_is_ahead(out->row.passkey_s, v->now_s))
		return RC_ABSENT;
	out->form = config_type_find(f->config, out->row.type);
	if (!out->form)
		return RC_ABSENT; /* the type left the configuration meanwhile */
	if (out->row.user) {
		rc = store_user_get(tx, v->arena, out->row.user, &out->user);
		if (rc == RC_OK)
			rc = attempt_devices(tx, v->arena, out->row.user, &out->devices, &out->asked, &out->n_devices, &out->n_passkeys);
		if (rc != RC_OK)
			return rc;
		out->type = config_type_find(f->config, out->user.type);
	}
	out->step = road_step(f, v, out);
	return find_recovery(f, tx, v, out);
}
