#include "base/codec.h"
#include "core/signin_fsm.h"
#include "flow/account.h"
#include "flow/newpass.h"
#include "flow/trace.h"

static enum rc setup_find(struct tx *tx, const struct visit *v, struct str token, struct link *link, struct user *user, struct setup *out)
{
	unsigned char hash[STORE_HASH];
	enum rc rc;

	sha256(token, hash);
	rc = store_link_find(tx, hash, TOKEN_SETUP, link);
	if (rc == RC_OK)
		rc = store_user_get(tx, v->arena, link->user, user);
	if (rc != RC_OK)
		return rc;
	out->login = user->shown;
	out->expires_s = link->expires_s;
	out->used_s = link->used_s;
	/* A password that was set after the link was made took its place; one from before the clock was set back counts for
	 * nothing. */
	if (link->used_s || session_is_ahead(link->made_s, v->now_s) || v->now_s >= link->expires_s || user->locked_s ||
	    user->password_set_s > link->made_s)
		return RC_ABSENT;
	return RC_OK;
}

/* Told before it is typed, not only when it was too short. */
static void least_tell(struct flow *f, const struct visit *v, const struct user *u, struct setup *out)
{
	const struct config_type *type = config_type_find(f->config, u->type);

	if (type)
		out->least = policy_password_least(&type->policy, v->now_s);
}

enum rc account_setup_look(struct flow *f, const struct visit *v, struct str token, struct setup *out)
{
	struct link link;
	struct user user;
	struct tx *tx;
	enum rc rc;

	*out = (struct setup){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = setup_find(tx, v, token, &link, &user, out);
	store_abandon(&tx);
	if (rc == RC_OK)
		least_tell(f, v, &user, out);
	return rc;
}

enum rc account_setup(struct flow *f, const struct visit *v, struct str token, struct str fresh, struct str again,
                      struct setup *out)
{
	struct audit line = {.factor = S("pwd")};
	const struct config_type *type;
	struct link link;
	struct user user;
	struct str phc;
	struct tx *tx;
	enum rc rc;

	*out = (struct setup){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = setup_find(tx, v, token, &link, &user, out);
	store_abandon(&tx);
	if (rc != RC_OK)
		return rc;
	type = config_type_find(f->config, user.type);
	if (!type)
		return RC_ABSENT;
	least_tell(f, v, &user, out);
	out->told.missing = (fresh.len ? 0 : FIELD_NEW) | (again.len ? 0 : FIELD_AGAIN);
	if (out->told.missing)
		out->told.say = SAY_MISSING;
	else
		newpass_rules(f, v, &user, type, fresh, again, &out->told);
	if (out->told.say != SAY_NOTHING)
		return RC_OK;
	rc = vault_password_hash(f->vault, v->arena, user.id, fresh, &phc);
	if (rc != RC_OK)
		return rc;

	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = setup_find(tx, v, token, &link, &user, out);
	if (rc == RC_OK)
		rc = store_link_consume(tx, link.id, v->now_s);
	if (rc == RC_OK)
		rc = store_user_password(tx, user.id, phc, v->now_s);
	if (rc == RC_OK)
		rc = newpass_ends(tx, v, &user, 0);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &user, STR_NONE, "password.setup", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		out->told.say = SAY_DONE;
	return rc == RC_TAKEN ? RC_ABSENT : rc;
}
