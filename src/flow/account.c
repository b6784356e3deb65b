#include "flow/account.h"

#include "core/signin_fsm.h"
#include "flow/trace.h"

enum { LOG_PAGE = 20 };

/* The sign-in before this session's: people notice a stranger here. */
static enum rc last_signin(struct tx *tx, const struct visit *v, const struct who *w, struct home *out)
{
	struct audit_query q = {.user = w->user.id, .event = S("signin"), .limit = 2, .newest_first = true};
	struct audit *rows;
	size_t n;
	enum rc rc = store_audit_list(tx, v->arena, &q, &rows, &n);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].at_s >= w->session.began_s)
			continue;
		out->last_signin_s = rows[i].at_s;
		out->last_address = rows[i].address;
		out->last_browser = rows[i].browser;
		break;
	}
	return RC_OK;
}

enum rc account_home(struct flow *f, const struct visit *v, const struct who *w, struct home *out)
{
	struct device *rows = NULL;
	struct tx *tx;
	enum rc rc;

	*out = (struct home){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_device_list(tx, v->arena, w->user.id, false, &rows, &out->n_devices);
	if (rc == RC_OK)
		rc = last_signin(tx, v, w, out);
	store_abandon(&tx);
	for (size_t i = 0; rc == RC_OK && i < out->n_devices; i++)
		out->active |= rows[i].kind != DEVICE_PASSKEY;
	out->may_enable = policy_may_enable(&w->type->policy) && out->n_devices < w->type->policy.devices_max;
	out->may_disable = out->active && policy_may_disable(&w->type->policy);
	out->devices_max = w->type->policy.devices_max;
	return rc;
}

enum rc account_sessions(struct flow *f, const struct visit *v, const struct who *w, struct session_list *out)
{
	struct tx *tx;
	enum rc rc;

	*out = (struct session_list){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_session_list(tx, v->arena, w->user.id, v->now_s, f->config->session_idle_s, &out->rows, &out->n);
	store_abandon(&tx);
	return rc;
}

enum rc account_session_end(struct flow *f, const struct visit *v, const struct who *w, int64_t id)
{
	struct audit line = {0};
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK && id)
		rc = store_session_end(tx, w->user.id, id);
	else if (rc == RC_OK)
		rc = store_session_end_all(tx, w->user.id, w->session.id);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &w->user, STR_NONE, id ? "session.end" : "session.end-others", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

enum rc account_log(struct flow *f, const struct visit *v, const struct who *w, int64_t before_seq, struct log_page *out)
{
	struct audit_query q = {.user = w->user.id, .before_seq = before_seq, .limit = LOG_PAGE + 1, .newest_first = true};
	struct tx *tx;
	enum rc rc;

	*out = (struct log_page){.log_since_s = w->user.created_s};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_audit_list(tx, v->arena, &q, &out->rows, &out->n);
	store_abandon(&tx);
	if (rc == RC_OK && out->n > LOG_PAGE) {
		out->n = LOG_PAGE;
		out->older_before = out->rows[LOG_PAGE - 1].seq;
	}
	return rc;
}
