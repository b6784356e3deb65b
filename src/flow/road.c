#include "flow/road.h"

#include "flow/attempt.h"
#include "flow/session.h"

enum signin_step road_step(const struct flow *f, const struct visit *v, const struct road *r)
{
	struct signin_facts facts = {0};

	facts.password = r->row.password_s != 0 && r->row.user != 0;
	if (!facts.password)
		return STEP_PASSWORD;
	if (!r->type || r->user.id != r->row.user)
		return STEP_REFUSED;
	facts.code = r->row.code_s != 0;
	facts.enrolled = r->row.enrolled_s != 0;
	facts.terms = r->row.terms_s != 0 || (r->type->policy.terms == TERMS_ONCE && str_eq(r->user.terms_version, f->config->terms.version));
	facts.has_device = r->n_devices > 0;
	facts.locked = r->user.locked_s != 0;
	return signin_next(&r->type->policy, &facts, v->now_s);
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
	if (session_is_ahead(out->row.password_s, v->now_s))
		return RC_ABSENT;
	out->form = config_type_find(f->config, out->row.type);
	if (!out->form)
		return RC_ABSENT; /* the type left the configuration meanwhile */
	if (out->row.user) {
		rc = store_user_get(tx, v->arena, out->row.user, &out->user);
		if (rc == RC_OK)
			rc = attempt_devices(tx, v->arena, out->row.user, &out->devices, &out->asked, &out->n_devices);
		if (rc != RC_OK)
			return rc;
		out->type = config_type_find(f->config, out->user.type);
	}
	out->step = road_step(f, v, out);
	return RC_OK;
}
