#include "flow/newpass.h"

#include "core/passphrase.h"
#include "core/signin_fsm.h"
#include "flow/known.h"
#include "flow/trace.h"

void newpass_rules(struct flow *f, const struct visit *v, const struct user *u, const struct config_type *type, struct str fresh,
                   struct str again, struct told *out)
{
	struct str own[] = {u->login, u->name, u->email, f->config->organisation, f->config->issuer};
	unsigned least = policy_password_least(&type->policy, v->now_s);
	enum passphrase_rule rule;

	if (!str_eq(fresh, again)) {
		out->say = SAY_PASSWORD_TWICE;
		return;
	}
	rule = passphrase_check(v->arena, fresh, least, own, sizeof(own) / sizeof(own[0]));
	if (rule != PASSPHRASE_GOOD)
		*out = (struct told){.say = SAY_PASSWORD_RULE, .rule = (int)rule, .least = least};
}

enum rc newpass_ends(struct tx *tx, const struct visit *v, const struct user *u, int64_t keep)
{
	enum rc rc = store_session_end_all(tx, u->id, keep);

	if (rc == RC_OK)
		rc = known_end(tx, v, u->id, keep != 0);
	if (rc == RC_OK)
		rc = store_signin_delete_of_user(tx, u->id);
	if (rc == RC_OK)
		rc = store_link_end_all(tx, u->id, TOKEN_SETUP, v->now_s);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, u, "password.changed", STR_NONE);
	return rc;
}
