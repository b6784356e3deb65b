#include "flow/enrol_parts.h"

#include "base/buf.h"
#include "core/otpauth.h"
#include "core/signin_fsm.h"
#include "flow/first.h"
#include "flow/replace.h"

static enum rc find_holder(struct flow *f, struct tx *tx, const struct visit *v, struct enrol *e)
{
	enum rc rc;

	switch (e->by.kind) {
	case HOLDER_SIGNIN:
		rc = road_find(f, tx, v, e->by.cookie, &e->road);
		if (rc == RC_OK && e->road.step != STEP_ENROL)
			rc = RC_ABSENT;
		e->user = &e->road.user;
		e->type = e->road.type;
		e->holder_id = e->road.row.id;
		return rc;
	case HOLDER_SESSION:
		rc = session_find(f, tx, v->arena, v->now_s, e->by.cookie, &e->who);
		e->user = &e->who.user;
		e->type = e->who.type;
		e->holder_id = e->who.session.id;
		return rc;
	}
	return RC_ABSENT;
}

/* Sorts all of them: active ones for the cap, live ones for the names. */
static void find_devices(struct enrol *e, struct arena *a, struct device *all, size_t n)
{
	e->devices = arena_many(a, n + 1, struct device);
	e->live = arena_many(a, n + 1, struct device);
	for (size_t i = 0; i < n; i++) {
		if (all[i].state == DEVICE_RETIRED)
			continue;
		e->live[e->n_live++] = all[i];
		if (all[i].state == DEVICE_ACTIVE)
			e->devices[e->n_devices++] = all[i];
		if (all[i].state == DEVICE_ACTIVE && all[i].kind != DEVICE_PASSKEY)
			e->n_codes++;
	}
}

static const struct device *active_of(const struct enrol *e, int64_t id)
{
	for (size_t i = 0; id && i < e->n_devices; i++)
		if (e->devices[i].id == id)
			return &e->devices[i];
	return NULL;
}

enum rc enrol_find(struct flow *f, struct tx *tx, const struct visit *v, struct enrol_by by, struct enrol *e)
{
	const struct device *goes;
	struct device *all;
	size_t n;
	enum rc rc;

	*e = (struct enrol){.by = by};
	rc = find_holder(f, tx, v, e);
	if (rc == RC_OK)
		rc = store_device_list(tx, v->arena, e->user->id, true, &all, &n);
	if (rc != RC_OK)
		return rc;
	find_devices(e, v->arena, all, n);
	replace_offer(&e->type->policy, e->devices, e->n_devices, by.kind == HOLDER_SIGNIN, &e->offer, &e->n_offer);
	e->evict_from_s = replace_next_s(all, n, v->now_s);
	rc = store_enrolment_of(tx, v->arena, e->user->id, v->now_s, &e->open);
	if (rc == RC_ABSENT) {
		e->open = (struct enrolment){0};
		return RC_OK;
	}
	e->mine = rc == RC_OK && e->open.holder == by.kind && e->open.holder_id == e->holder_id;
	goes = active_of(e, e->open.replaces);
	if (rc == RC_OK && goes)
		e->goes = *goes;
	return rc;
}

bool enrol_is_full(const struct enrol *e)
{
	return e->n_devices >= e->type->policy.devices_max;
}

static bool is_running(const struct enrol *e, const struct visit *v)
{
	return e->open.id && e->mine && (v->now_s <= e->open.period_ends_s || e->open.renewals < ENROL_EXTENSIONS);
}

/* Its code could not be taken: the places are full and nobody who was named is there to go. */
static bool is_blocked(const struct enrol *e)
{
	return enrol_is_full(e) && e->goes.id == 0;
}

static enum enrol_screen screen_full(const struct enrol *e)
{
	if (e->n_devices == 0)
		return ENROL_NOT_ALLOWED;
	return e->n_offer && !e->evict_from_s ? ENROL_EVICT : ENROL_FULL;
}

/* The sign-in's own step asks before it comes here. */
static bool first_is_proved(const struct enrol *e, const struct visit *v)
{
	return e->by.kind == HOLDER_SIGNIN || first_is_open(&e->type->policy, e->user, e->n_devices, v->now_s);
}

static enum enrol_screen screen_of(const struct enrol *e, const struct visit *v, int64_t leftover)
{
	if (!policy_may_enable(&e->type->policy))
		return ENROL_NOT_ALLOWED;
	if (e->open.id && e->mine && !is_blocked(e)) {
		if (v->now_s <= e->open.period_ends_s)
			return ENROL_OPEN;
		if (is_running(e, v))
			return ENROL_CLOSED;
		if (e->open.replaces_how != REPLACES_EVICT || !enrol_is_full(e))
			return ENROL_OVER;
	}
	if (enrol_is_full(e))
		return screen_full(e);
	if (!first_is_proved(e, v))
		return ENROL_FIRST;
	if (e->open.id)
		return ENROL_ELSEWHERE;
	if (e->n_codes)
		return ENROL_ALREADY;
	return leftover ? ENROL_OVER : ENROL_NONE;
}

void enrol_show_full(const struct enrol *e, struct enrol_state *out)
{
	out->screen = screen_full(e);
	out->offer = e->offer;
	out->n_offer = e->n_offer;
	out->evict_from_s = e->evict_from_s;
}

static bool name_taken(const struct enrol *e, struct str name)
{
	for (size_t i = 0; i < e->n_live; i++)
		if (str_ieq(e->live[i].name, name))
			return true;
	return false;
}

/* "HP saya", "HP saya 2" ...: a name that is not in use. A new phone may have the name of the one that it replaces. */
static struct str free_name(const struct visit *v, const struct enrol *e)
{
	struct str base = v->lang == LANG_EN ? S("My phone") : S("HP saya"), name = base;

	if (e->open.replaces_how == REPLACES_MOVE && e->goes.id)
		return e->goes.name;
	for (size_t k = 2; name_taken(e, name); k++)
		name = arena_printf(v->arena, "%.*s %zu", STR_ARG(base), k);
	return name;
}

static struct str names_of(struct arena *a, const struct enrol *e)
{
	struct buf b;

	buf_init(&b, a, 128, 4096);
	for (size_t i = 0; i < e->n_devices; i++) {
		if (i)
			buf_lit(&b, ", ");
		buf_add(&b, e->devices[i].name);
	}
	return buf_str(&b);
}

static int64_t active_since(const struct enrol *e)
{
	for (size_t i = 0; i < e->n_devices; i++)
		if (e->devices[i].kind != DEVICE_PASSKEY)
			return e->devices[i].added_s;
	return 0;
}

/* The facts of the page. The seed comes out of the vault afterwards (enrol_show_seed), outside the store. */
static enum rc enrol_show(struct tx *tx, const struct visit *v, const struct enrol *e, struct enrol_state *out)
{
	int64_t leftover = 0;
	enum rc rc = store_enrolment_leftover(tx, e->user->id, v->now_s, &leftover);

	if (rc != RC_OK)
		return rc;
	out->screen = screen_of(e, v, leftover);
	out->leftover = leftover;
	out->login = e->user->shown;
	out->active = e->n_codes > 0;
	out->active_since_s = active_since(e);
	out->active_names = names_of(v->arena, e);
	out->issuer = e->type->issuer;
	out->number = e->open.id ? e->open.number : e->user->next_number;
	out->label = otpauth_label(v->arena, e->type->issuer, e->user->shown, out->number);
	out->account = otpauth_account(v->arena, e->user->shown, out->number);
	out->period_ends_s = e->mine ? e->open.period_ends_s : 0;
	out->renewals_left = e->mine ? ENROL_EXTENSIONS - e->open.renewals : 0;
	out->other_since_s = e->open.id && !e->mine ? e->open.opened_s : 0;
	out->devices_max = e->type->policy.devices_max;
	if (e->mine && e->goes.id && (e->open.replaces_how == REPLACES_MOVE || enrol_is_full(e))) {
		out->how = e->open.replaces_how;
		out->goes = e->goes;
	}
	if (out->screen == ENROL_EVICT || out->screen == ENROL_FULL)
		enrol_show_full(e, out);
	out->may_leave = e->by.kind == HOLDER_SESSION;
	out->passkey_too = policy_may_passkey(&e->type->policy);
	if (out->device_name.len == 0)
		out->device_name = free_name(v, e);
	return RC_OK;
}

static enum rc enrol_show_seed(struct flow *f, const struct visit *v, const struct enrol *e, struct enrol_state *out)
{
	struct vault_device d = {.user = e->user->id, .row = e->open.id, .seed = e->open.seed};
	enum rc rc;

	if (out->screen != ENROL_OPEN)
		return RC_OK;
	rc = vault_seed_show(f->vault, v->arena, &d, &out->secret);
	if (rc != RC_OK)
		return rc == RC_BUSY ? RC_BUSY : RC_FAULT;
	out->groups = otpauth_groups(v->arena, out->secret);
	out->uri = otpauth_uri(v->arena, out->issuer, out->login, out->number, out->secret);
	return RC_OK;
}

static enum rc look(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol *e, struct enrol_state *out)
{
	struct tx *tx;
	enum rc rc;

	*out = (struct enrol_state){.screen = ENROL_GONE};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, e);
	if (rc == RC_OK)
		rc = enrol_show(tx, v, e, out);
	store_abandon(&tx);
	if (rc == RC_OK)
		rc = enrol_show_seed(f, v, e, out);
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	struct enrol e;

	return look(f, v, by, &e, out);
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static bool is_offered(const struct enrol *e, int64_t device)
{
	for (size_t i = 0; i < e->n_offer; i++)
		if (e->offer[i].id == device)
			return true;
	return false;
}

/* Checked before the vault is asked and again in the transaction. The proof must be fresh when the activation is opened;
 * with ten extensions it is confirmed long after. */
static bool may_begin(const struct enrol *e, const struct visit *v, const struct enrol_wish *wish)
{
	const struct device *old;

	if (!policy_may_enable(&e->type->policy) || (e->by.kind == HOLDER_SESSION && !session_is_fresh(&e->who.session, v->now_s)))
		return false;
	if (!first_is_proved(e, v))
		return false;
	switch (wish->how) {
	case REPLACES_NONE:
		return !enrol_is_full(e);
	case REPLACES_EVICT:
		return !enrol_is_full(e) || (is_offered(e, wish->device) && !e->evict_from_s);
	case REPLACES_MOVE:
		old = active_of(e, wish->device);
		return old && old->kind != DEVICE_PASSKEY && e->by.kind == HOLDER_SESSION;
	}
	return false;
}

/* Pressed twice, or before the page was loaded again: the one that runs goes on, so that there is no second entry. */
static bool goes_on(const struct enrol *e, const struct visit *v, const struct enrol_wish *wish)
{
	if (!is_running(e, v) || is_blocked(e))
		return false;
	if (wish->how == REPLACES_NONE && e->open.replaces_how == REPLACES_EVICT)
		return enrol_is_full(e);
	return wish->how == e->open.replaces_how && (wish->how == REPLACES_NONE || wish->device == e->open.replaces);
}

/* Another window shows its QR at this moment. A press for this very device, or "continue here", takes over. */
static bool is_busy_elsewhere(const struct enrol *e, const struct visit *v, const struct enrol_wish *wish)
{
	return e->open.id && !e->mine && v->now_s <= e->open.period_ends_s && !wish->here && wish->how == REPLACES_NONE;
}

static enum rc open_it(struct tx *tx, const struct visit *v, const struct enrol *e, const struct enrol_wish *wish, struct enrolment *made)
{
	int64_t period_s = e->type->policy.enrol_s;

	made->holder_id = e->holder_id;
	made->opened_s = v->now_s;
	made->period_ends_s = v->now_s + period_s;
	/* Long enough for ten extensions that are each pressed late. */
	made->ends_s = v->now_s + 2 * (ENROL_EXTENSIONS + 1) * period_s;
	/* Nobody has to go any more when a place came free since the page was made. */
	if (wish->how == REPLACES_MOVE || (wish->how == REPLACES_EVICT && enrol_is_full(e))) {
		made->replaces_how = wish->how;
		made->replaces = wish->device;
	}
	return store_enrolment_open(tx, made, &made->number);
}

enum rc enrol_begin(struct flow *f, const struct visit *v, struct enrol_by by, const struct enrol_wish *wish, struct enrol_state *out)
{
	static const struct enrol_wish plain = {.how = REPLACES_NONE};
	struct enrolment made = {.holder = by.kind};
	struct enrol e;
	struct tx *tx = NULL;
	enum rc rc;

	wish = wish ? wish : &plain;
	rc = look(f, v, by, &e, out);
	if (rc != RC_OK || out->screen == ENROL_GONE || out->screen == ENROL_NOT_ALLOWED || goes_on(&e, v, wish) ||
	    is_busy_elsewhere(&e, v, wish))
		return rc;
	if (!may_begin(&e, v, wish))
		return out->screen == ENROL_EVICT || out->screen == ENROL_FULL || out->screen == ENROL_FIRST ? RC_OK : RC_ABSENT;
	made.user = e.user->id;
	if (store_id_new(&made.id) != RC_OK)
		return RC_FAULT;
	rc = vault_seed_new(f->vault, v->arena, made.user, made.id, &made.seed);
	if (rc != RC_OK)
		return rc;

	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && !may_begin(&e, v, wish))
		rc = RC_ABSENT;
	/* One that was begun meanwhile goes on too. */
	if (rc == RC_OK && !goes_on(&e, v, wish) && !is_busy_elsewhere(&e, v, wish))
		rc = open_it(tx, v, &e, wish, &made);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc == RC_OK ? enrol_look(f, v, by, out) : rc;
}

enum rc enrol_renew(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	struct enrol e;
	struct tx *tx;
	enum rc rc;

	*out = (struct enrol_state){.screen = ENROL_GONE};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && e.open.id && e.mine && e.open.renewals < ENROL_EXTENSIONS) {
		int64_t from_s = e.open.period_ends_s > v->now_s ? e.open.period_ends_s : v->now_s;

		rc = store_enrolment_renew(tx, e.open.id, e.open.renewals, from_s + e.type->policy.enrol_s);
		if (rc == RC_OK)
			rc = store_commit(&tx);
		if (rc == RC_TAKEN)
			rc = RC_OK; /* pressed twice: one extension */
	}
	store_abandon(&tx);
	if (rc == RC_OK || rc == RC_ABSENT)
		rc = enrol_look(f, v, by, out);
	if (rc == RC_OK && out->screen == ENROL_OPEN)
		out->told = (struct told){.say = SAY_ENROL_RENEWED, .until_s = out->period_ends_s};
	return rc;
}

enum rc enrol_leave(struct flow *f, const struct visit *v, struct enrol_by by)
{
	struct enrol e;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && e.open.id && e.mine) {
		rc = store_enrolment_consume(tx, e.open.id);
		if (rc == RC_OK)
			rc = store_commit(&tx);
	}
	store_abandon(&tx);
	return rc == RC_TAKEN || rc == RC_ABSENT ? RC_OK : rc;
}
