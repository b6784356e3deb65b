#include "flow/enrol.h"

#include <string.h>

#include "base/buf.h"
#include "core/otpauth.h"
#include "core/totp.h"
#include "core/userid.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/road.h"
#include "flow/session.h"
#include "flow/trace.h"

/* The person, the place, and the open activation: what every step of this story reads first. */
struct enrol {
	struct enrol_by by;
	struct road road;            /* HOLDER_SIGNIN */
	struct who who;              /* HOLDER_SESSION */
	const struct user *user;
	const struct config_type *type;
	int64_t holder_id;
	struct device *devices;
	size_t n_devices;
	struct enrolment open;       /* id 0: none */
	bool mine;
};

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

static enum rc enrol_find(struct flow *f, struct tx *tx, const struct visit *v, struct enrol_by by, struct enrol *e)
{
	enum rc rc;

	*e = (struct enrol){.by = by};
	rc = find_holder(f, tx, v, e);
	if (rc != RC_OK)
		return rc;
	rc = store_device_list(tx, v->arena, e->user->id, false, &e->devices, &e->n_devices);
	if (rc != RC_OK)
		return rc;
	rc = store_enrolment_of(tx, v->arena, e->user->id, v->now_s, &e->open);
	if (rc == RC_ABSENT) {
		e->open = (struct enrolment){0};
		return RC_OK;
	}
	e->mine = rc == RC_OK && e->open.holder == by.kind && e->open.holder_id == e->holder_id;
	return rc;
}

static bool is_running(const struct enrol *e, const struct visit *v)
{
	return e->open.id && e->mine && (v->now_s <= e->open.period_ends_s || e->open.renewals < ENROL_EXTENSIONS);
}

static enum enrol_screen screen_of(const struct enrol *e, const struct visit *v, int64_t leftover)
{
	if (!policy_may_enable(&e->type->policy))
		return ENROL_NOT_ALLOWED;
	if (e->open.id && e->mine) {
		if (v->now_s <= e->open.period_ends_s)
			return ENROL_OPEN;
		return is_running(e, v) ? ENROL_CLOSED : ENROL_OVER;
	}
	if (e->n_devices >= e->type->policy.devices_max)
		return e->n_devices ? ENROL_FULL : ENROL_NOT_ALLOWED;
	if (e->open.id)
		return ENROL_ELSEWHERE;
	if (e->n_devices)
		return ENROL_ALREADY;
	return leftover ? ENROL_OVER : ENROL_NONE;
}

/* "HP saya", "HP saya 2" ...: a name that is not in use. */
static struct str free_name(const struct visit *v, const struct enrol *e)
{
	struct str base = v->lang == LANG_EN ? S("My phone") : S("HP saya"), name = base;

	for (size_t k = 2; k < e->n_devices + 3; k++) {
		bool taken = false;

		for (size_t i = 0; i < e->n_devices; i++)
			taken |= str_ieq(e->devices[i].name, name);
		if (!taken)
			break;
		name = arena_printf(v->arena, "%.*s %zu", STR_ARG(base), k);
	}
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
	out->active = e->n_devices > 0;
	out->active_since_s = e->n_devices ? e->devices[0].added_s : 0;
	out->active_names = names_of(v->arena, e);
	out->issuer = e->type->issuer;
	out->number = e->open.id ? e->open.number : e->user->next_number;
	out->label = otpauth_label(v->arena, e->type->issuer, e->user->shown, out->number);
	out->account = otpauth_account(v->arena, e->user->shown, out->number);
	out->period_ends_s = e->mine ? e->open.period_ends_s : 0;
	out->renewals_left = e->mine ? ENROL_EXTENSIONS - e->open.renewals : 0;
	out->other_since_s = e->open.id && !e->mine ? e->open.opened_s : 0;
	out->may_leave = e->by.kind == HOLDER_SESSION;
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

enum rc enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	struct enrol e;
	struct tx *tx;
	enum rc rc;

	*out = (struct enrol_state){.screen = ENROL_GONE};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK)
		rc = enrol_show(tx, v, &e, out);
	store_abandon(&tx);
	if (rc == RC_OK)
		rc = enrol_show_seed(f, v, &e, out);
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* Checked before the vault is asked and again in the transaction. The proof must be fresh when the activation is opened;
 * with ten extensions it is confirmed long after. */
static bool may_begin(const struct enrol *e, const struct visit *v)
{
	return policy_may_enable(&e->type->policy) && e->n_devices < e->type->policy.devices_max &&
	       (e->by.kind == HOLDER_SIGNIN || session_is_fresh(&e->who.session, v->now_s));
}

enum rc enrol_begin(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	struct enrolment made = {.holder = by.kind};
	struct enrol e;
	struct tx *tx = NULL;
	int64_t period_s;
	enum rc rc;

	rc = enrol_look(f, v, by, out);
	if (rc != RC_OK || out->screen == ENROL_GONE || out->screen == ENROL_NOT_ALLOWED || out->screen == ENROL_FULL ||
	    out->screen == ENROL_OPEN || out->screen == ENROL_CLOSED)
		return rc; /* one that runs goes on: pressing twice makes no second entry */
	rc = store_view(f->store, &tx);
	if (rc == RC_OK)
		rc = enrol_find(f, tx, v, by, &e);
	store_abandon(&tx);
	if (rc != RC_OK || !may_begin(&e, v))
		return rc == RC_OK ? RC_ABSENT : rc;
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
	if (rc == RC_OK && !may_begin(&e, v))
		rc = RC_ABSENT;
	/* One that was begun meanwhile goes on too: pressing twice at once makes no second entry. */
	if (rc == RC_OK && !is_running(&e, v)) {
		period_s = e.type->policy.enrol_s;
		made.holder_id = e.holder_id;
		made.opened_s = v->now_s;
		made.period_ends_s = v->now_s + period_s;
		/* Long enough for ten extensions that are each pressed late. */
		made.ends_s = v->now_s + 2 * (ENROL_EXTENSIONS + 1) * period_s;
		rc = store_enrolment_open(tx, &made, &made.number);
	}
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

/* ---- the confirming code --------------------------------------------------------------------------- */

/* One line of text: what a form's field can hold. It stands in pages, logs and mails, and is folded by the store. */
static bool is_name(const struct visit *v, struct str name)
{
	struct str folded;

	return name.len <= DEVICE_NAME_MAX && userid_fold(v->arena, name, &folded) == RC_OK;
}

static bool confirm_fields(const struct visit *v, const struct enrol *e, struct str device, struct str code,
                           char clean[TOTP_CODE_ROOM], struct enrol_state *out)
{
	struct str name = str_trim(device);

	if (name.len == 0 || (name.len <= DEVICE_NAME_MAX && !is_name(v, name)))
		out->told.missing |= FIELD_DEVICE;
	if (str_trim(code).len == 0)
		out->told.missing |= FIELD_CODE;
	if (out->told.missing)
		out->told.say = SAY_MISSING;
	else if (name.len > DEVICE_NAME_MAX)
		out->told = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_DEVICE};
	else if (totp_clean(code, clean) != RC_OK)
		out->told.say = SAY_CODE_SHAPE;
	else if (v->now_s > e->open.period_ends_s + ENROL_GRACE_S)
		out->told.say = SAY_ENROL_CLOSED;
	for (size_t i = 0; out->told.say == SAY_NOTHING && i < e->n_devices; i++)
		if (str_ieq(e->devices[i].name, name))
			out->told.say = SAY_ENROL_NAME_TAKEN;
	if (is_name(v, name))
		out->device_name = name;
	return out->told.say == SAY_NOTHING;
}

static enum rc confirm_wrong(struct flow *f, const struct visit *v, const struct enrol *e, int64_t offset, struct enrol_state *out)
{
	struct audit line = {.factor = S("otp")};
	struct tx *tx;
	enum rc rc;

	line.reason = offset == INT64_MIN ? S("wrong-code") : S("wrong-clock");
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = trace_audit(tx, v, e->user, STR_NONE, "enrol", false, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	out->told = (struct told){.say = SAY_ENROL_WRONG, .ref = line.ref};
	if (offset != INT64_MIN) {
		out->told.say = SAY_ENROL_CLOCK;
		out->told.offset_s = offset * TOTP_PERIOD_S;
	}
	return rc;
}

/* What the vault said yes to. */
struct confirmed {
	int64_t id, step;            /* of the activation; the step is burnt with it */
	struct str seed;             /* sealed for the device: from now on it is checked, never shown */
	struct str name;
};

/* The device, and on the sign-in road the session, in one transaction. */
static enum rc confirm_right(struct flow *f, struct tx *tx, const struct visit *v, struct enrol *e, const struct confirmed *yes,
                             struct enrol_state *out)
{
	struct device d = {.id = e->open.id, .user = e->user->id, .number = e->open.number, .name = yes->name, .state = DEVICE_ACTIVE,
	                   .seed = yes->seed, .last_step = yes->step, .added_s = v->now_s, .address = v->address};
	struct audit line = {.factor = S("otp"), .device = yes->name};
	struct signin_state go = {0};
	int64_t from_step = e->road.row.step;
	enum rc rc = store_enrolment_consume(tx, e->open.id);

	if (rc == RC_OK)
		rc = store_device_add(tx, &d, e->type->policy.devices_max);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, e->user, STR_NONE, "enrol", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, e->user, "device.added", yes->name);
	if (rc != RC_OK)
		return rc;
	if (e->by.kind == HOLDER_SESSION)
		return store_session_end_all(tx, e->user->id, e->who.session.id);
	rc = store_session_end_all(tx, e->user->id, 0);
	if (rc != RC_OK)
		return rc;
	e->road.row.enrolled_s = v->now_s;
	rc = attempt_devices(tx, v->arena, e->user->id, &e->road.devices, &e->road.asked, &e->road.n_devices,
	                     &e->road.n_passkeys);
	if (rc != RC_OK)
		return rc;
	e->road.step = road_step(f, v, &e->road);
	e->road.row.step = e->road.step;
	rc = store_signin_advance(tx, &e->road.row, from_step, e->road.row.cookie);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, &e->road, &go);
	out->session_cookie = go.session_cookie;
	out->go = go.go;
	return rc;
}

static enum rc confirm_settle(struct flow *f, const struct visit *v, struct enrol_by by, const struct confirmed *yes,
                              struct enrol_state *out)
{
	struct enrol e;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && (e.open.id != yes->id || !e.mine || !policy_may_enable(&e.type->policy)))
		rc = RC_ABSENT;
	if (rc == RC_OK)
		rc = confirm_right(f, tx, v, &e, yes, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc != RC_OK)
		out->session_cookie = out->go = STR_NONE;
	if (rc == RC_OK) {
		out->screen = ENROL_DONE;
		out->device_name = yes->name;
		out->active = true;
		out->secret = out->groups = out->uri = STR_NONE;
	} else if (rc == RC_MALFORMED) {
		out->told.say = SAY_ENROL_NAME_TAKEN;
		return RC_OK;
	} else if (rc == RC_TAKEN) {
		out->screen = ENROL_FULL;
		out->told.say = SAY_ENROL_FULL;
		return RC_OK;
	}
	return rc;
}

enum rc enrol_confirm(struct flow *f, const struct visit *v, struct enrol_by by, struct str device, struct str code,
                      struct enrol_state *out)
{
	char clean[TOTP_CODE_ROOM] = "";
	struct vault_code answer = {0};
	struct confirmed yes = {0};
	struct vault_device asked;
	struct enrol e;
	struct tx *tx = NULL;
	int64_t offset = INT64_MIN;
	enum rc rc;

	rc = enrol_look(f, v, by, out);
	if (rc != RC_OK || (out->screen != ENROL_OPEN && out->screen != ENROL_CLOSED))
		return rc;
	rc = store_begin(f->store, &tx);
	if (rc == RC_OK)
		rc = enrol_find(f, tx, v, by, &e);
	if (rc != RC_OK || !e.open.id || !e.mine || !confirm_fields(v, &e, device, code, clean, out))
		goto out;
	/* The try is charged before the vault looks, so 30 is 30 however many come at once. */
	rc = store_enrolment_try(tx, e.open.id, ENROL_TRIES);
	if (rc == RC_TAKEN) {
		out->screen = ENROL_OVER;
		out->secret = out->groups = out->uri = STR_NONE;
		rc = store_enrolment_consume(tx, e.open.id);
		if (rc == RC_OK)
			rc = store_commit(&tx);
		goto out;
	}
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK)
		goto out;
	asked = (struct vault_device){.user = e.user->id, .row = e.open.id, .seed = e.open.seed};
	rc = vault_code_check_new(f->vault, v->arena, &asked, clean, totp_step(v->now_s), &answer, &offset, &yes.seed);
	yes = (struct confirmed){.id = e.open.id, .step = answer.step, .seed = yes.seed, .name = out->device_name};
	if (rc == RC_OK && answer.verdict == VERDICT_GOOD)
		rc = confirm_settle(f, v, by, &yes, out);
	else if (rc == RC_OK)
		rc = confirm_wrong(f, v, &e, offset, out);
out:
	wipe(clean, sizeof(clean));
	store_abandon(&tx);
	return rc;
}
