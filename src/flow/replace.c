#include "flow/replace.h"

#include "flow/trace.h"

static int64_t last_use_s(const struct device *d)
{
	return d->used_s > d->added_s ? d->used_s : d->added_s;
}

static bool goes_before(enum when_full when, const struct device *a, const struct device *b)
{
	int64_t x = when == FULL_EVICT_LEAST_USED ? last_use_s(a) : a->added_s;
	int64_t y = when == FULL_EVICT_LEAST_USED ? last_use_s(b) : b->added_s;

	return x != y ? x < y : a->number < b->number;
}

void replace_offer(const struct policy *p, struct device *active, size_t n, bool must, struct device **offer, size_t *n_offer)
{
	size_t first = 0;

	*offer = active;
	*n_offer = 0;
	switch (p->devices_when_full) {
	case FULL_REFUSE:
		*n_offer = must ? n : 0;
		return;
	case FULL_ASK:
		*n_offer = n;
		return;
	case FULL_EVICT_OLDEST:
	case FULL_EVICT_LEAST_USED:
		break;
	}
	for (size_t i = 1; i < n; i++)
		if (goes_before(p->devices_when_full, &active[i], &active[first]))
			first = i;
	*offer = &active[first];
	*n_offer = n ? 1 : 0;
}

/* A time of the future is one from before the clock was set back: it stands until the clock has come up to it. */
int64_t replace_next_s(const struct device *all, size_t n, int64_t now_s)
{
	int64_t last_s = 0;

	for (size_t i = 0; i < n; i++)
		if (all[i].suspended_s > last_s)
			last_s = all[i].suspended_s;
	return last_s && now_s < last_s + EVICT_EVERY_S ? last_s + EVICT_EVERY_S : 0;
}

enum rc replace_suspend(struct flow *f, struct tx *tx, const struct visit *v, const struct user *u, const struct device *goes,
                        int64_t by)
{
	struct audit line = {.device = goes->name};
	int64_t ends_s = v->now_s + f->config->suspend_s;
	enum rc rc = store_device_suspend(tx, u->id, goes->id, by, v->now_s, ends_s);

	if (rc == RC_OK)
		rc = trace_audit(tx, v, u, STR_NONE, "device.suspend", true, &line);
	if (rc == RC_OK)
		rc = trace_notice_until(tx, v, u, "device.suspended", goes->name, ends_s);
	return rc;
}

enum rc replace_move(struct tx *tx, const struct visit *v, const struct user *u, const struct device *goes, struct str to)
{
	struct audit line = {.device = goes->name};
	enum rc rc = store_device_retire(tx, u->id, goes->id, v->now_s);

	if (rc == RC_OK)
		rc = trace_audit(tx, v, u, STR_NONE, "device.move", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, u, "device.moved",
		                  arena_printf(v->arena, "%.*s -> %.*s", STR_ARG(goes->name), STR_ARG(to)));
	return rc;
}
