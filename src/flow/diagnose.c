#include "flow/diagnose.h"

#include "base/buf.h"
#include "base/log.h"
#include "core/totp.h"

_Static_assert((int)CLOCK_FITS_MAX == (int)VAULT_DOCTOR_MAX, "one question holds all");

enum { REMOVED_KEPT_S = 90 * 24 * 60 * 60 };

/* ---- what is asked -------------------------------------------------------------------------------------- */

static enum clock_entry entry_of(const struct device *d)
{
	switch (d->state) {
	case DEVICE_ACTIVE:
		return CLOCK_ACTIVE;
	case DEVICE_SUSPENDED:
		return CLOCK_SUSPENDED;
	case DEVICE_RETIRED:
		break;
	}
	return CLOCK_RETIRED;
}

static bool has_codes(const struct device *d, int64_t now_s)
{
	return d->kind != DEVICE_PASSKEY && d->seed.len > 0 &&
	       (d->state != DEVICE_RETIRED || now_s - d->retired_s <= REMOVED_KEPT_S);
}

/* The removed one that went last and is not in the list yet. */
static const struct device *newest_removed(const struct device *rows, size_t n, int64_t now_s, const struct diagnosis *d)
{
	const struct device *best = NULL;

	for (size_t i = 0; i < n; i++) {
		bool taken = rows[i].state != DEVICE_RETIRED || !has_codes(&rows[i], now_s);

		for (size_t k = 0; k < d->n && !taken; k++)
			taken = d->device[k].id == rows[i].id;
		if (!taken && (!best || rows[i].retired_s > best->retired_s))
			best = &rows[i];
	}
	return best;
}

static void take_all_of(const struct device *rows, size_t n, enum device_state state, int64_t now_s, struct diagnosis *d)
{
	for (size_t i = 0; i < n && d->n < CLOCK_FITS_MAX; i++)
		if (rows[i].state == state && has_codes(&rows[i], now_s))
			d->device[d->n++] = rows[i];
}

static struct str numbers_of(struct arena *a, const struct device *rows, size_t n, int64_t now_s)
{
	struct buf b;

	buf_init(&b, a, 64, 4096);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].state != DEVICE_ACTIVE || !has_codes(&rows[i], now_s))
			continue;
		if (b.len)
			buf_lit(&b, ", ");
		buf_printf(&b, "#%lld", (long long)rows[i].number);
	}
	return buf_str(&b);
}

static enum rc list(struct flow *f, const struct visit *v, int64_t user, struct diagnosis *out)
{
	const struct device *removed;
	struct device *rows;
	struct tx *tx;
	size_t n = 0;
	enum rc rc = store_view(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = store_device_list(tx, v->arena, user, true, &rows, &n);
	store_abandon(&tx);
	if (rc != RC_OK)
		return rc;
	take_all_of(rows, n, DEVICE_ACTIVE, v->now_s, out);
	take_all_of(rows, n, DEVICE_SUSPENDED, v->now_s, out);
	while (out->n < CLOCK_FITS_MAX && (removed = newest_removed(rows, n, v->now_s, out)))
		out->device[out->n++] = *removed;
	out->open = numbers_of(v->arena, rows, n, v->now_s);
	return RC_OK;
}

void diagnose_ask(struct flow *f, const struct visit *v, int64_t user, const char *code, struct diagnosis *out)
{
	struct vault_device asked[CLOCK_FITS_MAX];
	int64_t offsets[VAULT_DOCTOR_MAX];

	*out = (struct diagnosis){.now_s = v->now_s};
	if (list(f, v, user, out) != RC_OK)
		out->n = 0;
	for (size_t i = 0; i < out->n; i++)
		asked[i] = (struct vault_device){.user = user, .row = out->device[i].id, .seed = out->device[i].seed};
	if (vault_code_doctor(f->vault, asked, out->n, code, totp_step(v->now_s), offsets) != RC_OK)
		out->n = 0;
	for (size_t i = 0; i < out->n; i++)
		out->fit[i] = (struct clock_fit){out->device[i].id, entry_of(&out->device[i]), offsets[i]};
}

/* ---- what becomes of it ----------------------------------------------------------------------------------- */

static enum rc first_get(struct tx *tx, int64_t user, struct clock_first *out)
{
	struct clock_note n;
	enum rc rc = store_clock_note_get(tx, user, &n);

	*out = (struct clock_first){0};
	if (rc == RC_OK)
		*out = (struct clock_first){n.device, n.step, n.offset_steps, n.at_s};
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc burn_and_note(struct tx *tx, int64_t user, const struct diagnosis *d, const struct clock_finding *got)
{
	int64_t step = totp_step(d->now_s);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < d->n && rc == RC_OK; i++)
		if (got->burn & 1u << i)
			rc = store_step_burn(tx, d->device[i].id, step + d->fit[i].offset_steps);
	if (rc == RC_OK && got->noted)
		rc = store_clock_note_put(tx, &(struct clock_note){user, d->device[got->note].id, step, d->fit[got->note].offset_steps, d->now_s});
	return rc;
}

static struct str entry_detail(struct arena *a, const char *what, const struct device *d, int64_t at_s)
{
	return arena_printf(a, "%s %lld %lld %.*s", what, (long long)d->number, (long long)at_s, STR_ARG(d->name));
}

/* What the person is told, in place of the general text. A pause that the charge began stands beside it. */
static void tell(const struct diagnosis *d, const struct clock_finding *got, enum say say, struct told *told)
{
	const struct device *w = &d->device[got->which];

	if (told->say == SAY_CODE_PAUSED)
		told->paused_s = told->until_s;
	told->say = say;
	told->until_s = 0;
	switch (got->says) {
	case CLOCK_SAYS_NOTHING:
	case CLOCK_SAYS_OURS:
		return;
	case CLOCK_SAYS_OFF:
	case CLOCK_SAYS_ZONE:
		told->offset_s = got->offset_s;
		break;
	case CLOCK_SAYS_DEAD:
		told->at_s = w->retired_s;
		told->open = d->open;
		break;
	case CLOCK_SAYS_SUSPENDED:
		told->at_s = w->suspended_s;
		told->until_s = w->suspend_ends_s;
		told->open = d->open;
		break;
	}
	told->device = w->name;
	told->number = w->number;
}

static void found(struct arena *a, const struct diagnosis *d, const struct clock_finding *got, struct told *told, struct audit *line)
{
	const struct device *w = &d->device[got->which];

	if (got->noted)
		line->detail = arena_printf(a, "clock %lld %s %.*s", (long long)got->offset_s,
		                            got->says == CLOCK_SAYS_OFF || got->says == CLOCK_SAYS_ZONE ? "told" : "first",
		                            STR_ARG(d->device[got->note].name));
	switch (got->says) {
	case CLOCK_SAYS_NOTHING:
		return;
	case CLOCK_SAYS_OURS:
		tell(d, got, SAY_CLOCK_OURS, told);
		return;
	case CLOCK_SAYS_OFF:
		tell(d, got, SAY_CLOCK, told);
		line->reason = S("wrong-clock");
		return;
	case CLOCK_SAYS_ZONE:
		tell(d, got, SAY_CLOCK_ZONE, told);
		line->reason = S("wrong-clock");
		return;
	case CLOCK_SAYS_DEAD:
		tell(d, got, SAY_DEAD_ENTRY, told);
		line->reason = S("dead-entry");
		line->device = w->name;
		line->detail = entry_detail(a, "dead", w, w->retired_s);
		return;
	case CLOCK_SAYS_SUSPENDED:
		tell(d, got, SAY_SUSPENDED_ENTRY, told);
		line->reason = S("suspended-entry");
		line->device = w->name;
		line->detail = entry_detail(a, "suspended", w, w->suspended_s);
		return;
	}
}

enum rc diagnose_settle(struct tx *tx, int64_t user, const struct visit *v, const struct diagnosis *d, struct told *told,
                        struct audit *line)
{
	struct clock_facts facts = {.now_s = d->now_s, .fits = d->fit, .n = d->n};
	struct clock_finding got;
	int64_t error_s;
	enum rc rc = diagnose_ours(tx, d->now_s, &facts.ours_is_off, &error_s);

	if (rc == RC_OK)
		rc = first_get(tx, user, &facts.first);
	if (rc != RC_OK)
		return rc;
	got = clock_diagnose(&facts);
	rc = burn_and_note(tx, user, d, &got);
	if (rc != RC_OK)
		return rc;
	found(v->arena, d, &got, told, line);
	if (facts.ours_is_off)
		line->detail = arena_printf(v->arena, "ours %lld%s%.*s", (long long)error_s, line->detail.len ? ", " : "", STR_ARG(line->detail));
	return RC_OK;
}

/* ---- our own clock ----------------------------------------------------------------------------------------- */

enum rc diagnose_good(struct tx *tx, int64_t user, int64_t now_s, int64_t step)
{
	enum rc rc = store_clock_late_add(tx, now_s, clock_late_s(now_s, step));

	return rc == RC_OK ? store_clock_note_end(tx, user) : rc;
}

enum rc diagnose_ours(struct tx *tx, int64_t now_s, bool *off, int64_t *error_s)
{
	int64_t times, late_s;
	enum rc rc = store_clock_late_get(tx, now_s - CLOCK_OURS_SPAN_S, &times, &late_s);

	*off = false;
	*error_s = 0;
	if (rc == RC_OK)
		*off = clock_ours_is_off(times, late_s, error_s);
	return rc;
}

static const char told_key[] = "clock.ours";

/* RC_TAKEN: told within the last ten minutes. */
static enum rc watch_due(struct tx *tx, struct arena *a, int64_t now_s)
{
	struct str value;
	int64_t last_s;
	enum rc rc = store_meta_get(tx, a, told_key, &value);

	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc == RC_OK && str_to_i64(value, INT64_MAX, &last_s) == RC_OK && last_s <= now_s && now_s - last_s < CLOCK_OURS_AGAIN_S)
		return RC_TAKEN;
	return rc;
}

static enum rc watch_tell(struct tx *tx, struct arena *a, int64_t now_s, int64_t error_s)
{
	struct audit line = {.at_s = now_s, .actor = S("server"), .event = S("clock.ours"), .result = S("alarm")};
	enum rc rc = watch_due(tx, a, now_s);

	if (rc != RC_OK)
		return rc;
	line.detail = arena_printf(a, "ours %lld", (long long)error_s);
	rc = store_meta_set(tx, told_key, arena_printf(a, "%lld", (long long)now_s));
	return rc == RC_OK ? store_audit_add(tx, &line) : rc;
}

/* Most minutes end with the view: nothing is written while the clock is right. */
enum rc diagnose_watch(struct flow *f, struct arena *a, int64_t now_s)
{
	int64_t error_s;
	struct tx *tx;
	bool off;
	enum rc rc = store_view(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = diagnose_ours(tx, now_s, &off, &error_s);
	if (rc == RC_OK && off)
		rc = watch_due(tx, a, now_s);
	store_abandon(&tx);
	if (rc != RC_OK || !off)
		return rc == RC_TAKEN ? RC_OK : rc;
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = watch_tell(tx, a, now_s, error_s);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		log_event(LOG_ERROR, "clock.ours", F_INT("seconds", error_s));
	return rc == RC_TAKEN ? RC_OK : rc;
}
