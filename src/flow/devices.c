#include "flow/devices.h"

#include "core/signin_fsm.h"
#include "core/userid.h"
#include "flow/trace.h"

/* ---- names ------------------------------------------------------------------------------------------- */

static bool has_word(struct str s, struct str word)
{
	for (size_t i = 0; i + word.len <= s.len; i++)
		if (str_ieq(str_n(s.ptr + i, word.len), word))
			return true;
	return false;
}

bool device_name_good(const struct visit *v, struct str name, struct told *told)
{
	struct str folded;

	if (name.len > DEVICE_NAME_MAX)
		*told = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_DEVICE};
	else if (name.len == 0 || userid_fold(v->arena, name, &folded) != RC_OK)
		*told = (struct told){.say = SAY_MISSING, .missing = FIELD_DEVICE};
	else if (has_word(name, S("://")) || has_word(name, S("www.")))
		*told = (struct told){.say = SAY_NAME_LINK};
	else
		return true;
	return false;
}

/* ---- looking ------------------------------------------------------------------------------------------- */

static void sort(struct device *rows, size_t n, bool before(const struct device *a, const struct device *b))
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && before(&rows[k], &rows[k - 1]); k--) {
			struct device d = rows[k];

			rows[k] = rows[k - 1];
			rows[k - 1] = d;
		}
}

static bool ends_before(const struct device *a, const struct device *b)
{
	return a->suspend_ends_s < b->suspend_ends_s;
}

static bool retired_after(const struct device *a, const struct device *b)
{
	return a->retired_s > b->retired_s;
}

/* All but `without`, sorted into what they are now; a suspension whose time is over is as good as retired. */
static enum rc list_read(struct tx *tx, const struct visit *v, const struct who *w, int64_t without, struct device_list *out)
{
	struct device *all;
	size_t n;
	enum rc rc = store_device_list(tx, v->arena, w->user.id, true, &all, &n);

	*out = (struct device_list){.max = w->type->policy.devices_max};
	if (rc != RC_OK)
		return rc;
	out->rows = arena_many(v->arena, n + 1, struct device);
	out->suspended = arena_many(v->arena, n + 1, struct device);
	out->retired = arena_many(v->arena, n + 1, struct device);
	for (size_t i = 0; i < n; i++) {
		if (all[i].id == without)
			continue;
		switch (all[i].state) {
		case DEVICE_ACTIVE:
			out->rows[out->n++] = all[i];
			break;
		case DEVICE_SUSPENDED:
			if (all[i].suspend_ends_s > v->now_s)
				out->suspended[out->n_suspended++] = all[i];
			break;
		case DEVICE_RETIRED:
			out->retired[out->n_retired++] = all[i];
			break;
		}
	}
	sort(out->suspended, out->n_suspended, ends_before);
	sort(out->retired, out->n_retired, retired_after);
	return RC_OK;
}

enum rc account_devices(struct flow *f, const struct visit *v, const struct who *w, struct device_list *out)
{
	struct tx *tx;
	enum rc rc = store_view(f->store, &tx);

	*out = (struct device_list){.max = w->type->policy.devices_max};
	if (rc != RC_OK)
		return rc;
	rc = list_read(tx, v, w, 0, out);
	store_abandon(&tx);
	return rc;
}

static bool is_usable(const struct policy *p, const struct device *d)
{
	return d->kind == DEVICE_PASSKEY ? policy_may_passkey(p) : policy_may_enable(p);
}

/* Where no second factor is asked at all, none is the last. */
static bool is_last_factor(const struct policy *p, const struct device *d, const struct device_list *others)
{
	if (p->mfa == MFA_OFF)
		return false;
	for (size_t i = 0; i < others->n; i++)
		if (is_usable(p, &others->rows[i]) || !is_usable(p, d))
			return false;
	return true;
}

/* What took its place, as long as it is active; else the newest. */
static struct device instead_of(const struct device *d, const struct device_list *others)
{
	if (others->n < others->max)
		return (struct device){0};
	for (size_t i = 0; i < others->n; i++)
		if (others->rows[i].id == d->evicted_by)
			return others->rows[i];
	return others->rows[others->n - 1];
}

static enum rc view_read(struct tx *tx, const struct visit *v, const struct who *w, int64_t id, struct device_view *out)
{
	struct device *d = &out->device;
	enum rc rc = store_device_get(tx, v->arena, w->user.id, id, d);

	if (rc == RC_OK && (d->state == DEVICE_RETIRED || (d->state == DEVICE_SUSPENDED && d->suspend_ends_s <= v->now_s)))
		rc = RC_ABSENT;
	if (rc == RC_OK)
		rc = list_read(tx, v, w, id, &out->others);
	if (rc != RC_OK)
		return rc;
	if (d->state == DEVICE_SUSPENDED) {
		out->older_proof = w->session.fresh_s <= d->suspended_s;
		out->instead = instead_of(d, &out->others);
	} else {
		out->last_factor = is_last_factor(&w->type->policy, d, &out->others);
	}
	return RC_OK;
}

enum rc device_look(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct device_view *out)
{
	struct tx *tx;
	enum rc rc;

	*out = (struct device_view){.others.max = w->type->policy.devices_max};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = view_read(tx, v, w, id, out);
	store_abandon(&tx);
	return rc;
}

/* ---- acts ---------------------------------------------------------------------------------------------- */

/* A write transaction of a session that still stands, with what there is now. RC_TAKEN: the device is gone. */
static enum rc act_begin(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct tx **tx, struct device_view *d)
{
	enum rc rc;

	*tx = NULL;
	*d = (struct device_view){.others.max = w->type->policy.devices_max};
	if (!session_is_fresh(&w->session, v->now_s))
		return RC_ABSENT;
	rc = store_begin(f->store, tx);
	if (rc == RC_OK)
		rc = session_still(*tx, v, f, w);
	if (rc != RC_OK)
		return rc;
	rc = view_read(*tx, v, w, id, d);
	return rc == RC_ABSENT ? RC_TAKEN : rc;
}

static enum rc tell(struct tx *tx, const struct visit *v, const struct who *w, const char *event, const char *change,
                    struct str device, struct str what)
{
	struct audit line = {.device = device};
	enum rc rc = trace_audit(tx, v, &w->user, STR_NONE, event, true, &line);

	return rc == RC_OK ? trace_notice(tx, v, &w->user, change, what) : rc;
}

/* A device stopped counting: what was begun with it does too. */
static enum rc end_others(struct tx *tx, const struct who *w)
{
	enum rc rc = store_session_end_all(tx, w->user.id, w->session.id);

	return rc == RC_OK ? store_signin_delete_of_user(tx, w->user.id) : rc;
}

static enum rc act_end(struct tx **tx, enum rc rc, struct told *out)
{
	if (rc == RC_OK && out->say == SAY_NOTHING) {
		rc = store_commit(tx);
		if (rc == RC_OK)
			out->say = SAY_DONE;
	}
	store_abandon(tx);
	return rc;
}

/* A suspended one cannot be removed: its owner could not take it back. */
enum rc device_remove(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct told *out)
{
	struct device_view d;
	struct tx *tx;
	enum rc rc;

	*out = (struct told){0};
	rc = act_begin(f, v, w, id, &tx, &d);
	if (rc == RC_OK && d.device.state != DEVICE_ACTIVE)
		rc = RC_TAKEN;
	if (rc == RC_OK && d.last_factor)
		out->say = SAY_LAST_FACTOR;
	if (rc != RC_OK || out->say != SAY_NOTHING)
		goto out;
	rc = store_device_retire(tx, w->user.id, id, v->now_s);
	if (rc == RC_OK)
		rc = end_others(tx, w);
	if (rc == RC_OK)
		rc = tell(tx, v, w, "device.remove", "device.removed", d.device.name, d.device.name);
out:
	return act_end(&tx, rc, out);
}

enum rc device_rename(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct str name, struct told *out)
{
	struct device_view d;
	struct str what;
	struct tx *tx;
	enum rc rc;

	*out = (struct told){0};
	name = str_trim(name);
	rc = act_begin(f, v, w, id, &tx, &d);
	if (rc == RC_OK && d.device.state != DEVICE_ACTIVE)
		rc = RC_TAKEN;
	if (rc != RC_OK || !device_name_good(v, name, out))
		goto out;
	if (str_eq(name, d.device.name)) { /* nothing changes, so nothing is told */
		out->say = SAY_DONE;
		goto out;
	}
	rc = store_device_rename(tx, w->user.id, id, name);
	if (rc == RC_MALFORMED) {
		out->say = SAY_NAME_TAKEN;
		rc = RC_OK;
		goto out;
	}
	what = arena_printf(v->arena, "%.*s -> %.*s", STR_ARG(d.device.name), STR_ARG(name));
	if (rc == RC_OK)
		rc = tell(tx, v, w, "device.rename", "device.renamed", name, what);
out:
	return act_end(&tx, rc, out);
}

enum rc device_restore(struct flow *f, const struct visit *v, const struct who *w, int64_t id, int64_t instead, struct told *out)
{
	struct device_view d;
	struct tx *tx;
	enum rc rc;

	*out = (struct told){0};
	rc = act_begin(f, v, w, id, &tx, &d);
	if (rc == RC_OK && (d.device.state != DEVICE_SUSPENDED || (d.instead.id && d.instead.id != instead)))
		rc = RC_TAKEN;
	if (rc == RC_OK && d.older_proof)
		rc = RC_ABSENT;
	if (rc == RC_OK && d.instead.id) {
		rc = store_device_retire(tx, w->user.id, d.instead.id, v->now_s);
		if (rc == RC_OK)
			rc = tell(tx, v, w, "device.remove", "device.removed", d.instead.name, d.instead.name);
	}
	if (rc == RC_OK)
		rc = store_device_restore(tx, w->user.id, id, w->type->policy.devices_max, v->now_s);
	if (rc == RC_OK)
		rc = end_others(tx, w);
	if (rc == RC_OK)
		rc = tell(tx, v, w, "device.restore", "device.restored", d.device.name, d.device.name);
	return act_end(&tx, rc, out);
}

/* ---- Disable TOTP ---------------------------------------------------------------------------------------- */

static enum rc retire_codes(struct tx *tx, const struct visit *v, const struct who *w, bool *passkey_left)
{
	struct device *all;
	size_t n;
	enum rc rc = store_device_list(tx, v->arena, w->user.id, true, &all, &n);

	*passkey_left = false;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (all[i].kind == DEVICE_PASSKEY)
			*passkey_left |= all[i].state == DEVICE_ACTIVE;
		else if (all[i].state != DEVICE_RETIRED)
			rc = store_device_retire(tx, w->user.id, all[i].id, v->now_s);
	}
	return rc;
}

enum rc account_mfa_disable(struct flow *f, const struct visit *v, const struct who *w, struct told *out)
{
	bool passkey_left;
	struct tx *tx;
	enum rc rc;

	*out = (struct told){0};
	if (!session_is_fresh(&w->session, v->now_s))
		return RC_ABSENT;
	if (!policy_may_disable(&w->type->policy)) {
		out->say = SAY_LAST_FACTOR;
		return RC_OK;
	}
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK)
		rc = retire_codes(tx, v, w, &passkey_left);
	if (rc == RC_OK && !passkey_left)
		rc = store_recovery_end(tx, w->user.id);
	if (rc == RC_OK && !passkey_left)
		rc = store_known_end(tx, w->user.id);
	if (rc == RC_OK)
		rc = end_others(tx, w);
	if (rc == RC_OK)
		rc = tell(tx, v, w, "mfa.disable", "mfa.disabled", STR_NONE, STR_NONE);
	return act_end(&tx, rc, out);
}
