#include "flow/enrol_parts.h"

#include "core/signin_fsm.h"
#include "core/totp.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/devices.h"
#include "flow/replace.h"
#include "flow/trace.h"

/* In use by another that stays: the one that a new phone replaces gives its name away. */
static bool name_in_use(const struct enrol *e, struct str name)
{
	for (size_t i = 0; i < e->n_live; i++)
		if (str_ieq(e->live[i].name, name) && !(e->open.replaces_how == REPLACES_MOVE && e->live[i].id == e->goes.id))
			return true;
	return false;
}

static bool confirm_fields(const struct visit *v, const struct enrol *e, struct str device, struct str code,
                           char clean[TOTP_CODE_ROOM], struct enrol_state *out)
{
	struct str name = str_trim(device);
	bool good = device_name_good(v, name, &out->told);

	if (good)
		out->device_name = name;
	if (str_trim(code).len == 0) {
		out->told.missing = (out->told.say == SAY_MISSING ? out->told.missing : 0) | FIELD_CODE;
		out->told.say = SAY_MISSING;
	} else if (!good) {
		return false;
	} else if (totp_clean(code, clean) != RC_OK) {
		out->told.say = SAY_CODE_SHAPE;
	} else if (v->now_s > e->open.period_ends_s + ENROL_GRACE_S) {
		out->told.say = SAY_ENROL_CLOSED;
	} else if (name_in_use(e, name)) {
		out->told.say = SAY_ENROL_NAME_TAKEN;
	}
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

/* The place for the new one, by what was named before the QR was shown. RC_TAKEN: who was named may not go now. */
static enum rc make_room(struct flow *f, struct tx *tx, const struct visit *v, const struct enrol *e, const struct confirmed *yes,
                         struct enrol_state *out)
{
	out->how = REPLACES_NONE;
	out->goes = (struct device){0};
	if (e->open.replaces_how == REPLACES_NONE || e->goes.id == 0)
		return RC_OK; /* the store says when there is none */
	if (e->open.replaces_how == REPLACES_EVICT && !enrol_is_full(e))
		return RC_OK; /* one was removed meanwhile: nobody need go */
	if (e->open.replaces_how == REPLACES_EVICT && (!e->n_offer || e->evict_from_s))
		return RC_TAKEN;
	out->how = e->open.replaces_how;
	out->goes = e->goes;
	if (e->open.replaces_how == REPLACES_EVICT)
		return replace_suspend(f, tx, v, e->user, &e->goes, e->open.id);
	return replace_move(tx, v, e->user, &e->goes, yes->name);
}

/* What began with the device that went: other sessions, and sign-ins under way. On the sign-in road this one goes on. */
static enum rc end_others(struct tx *tx, const struct enrol *e, const struct enrol_state *out)
{
	enum rc rc = store_session_end_all(tx, e->user->id, e->by.kind == HOLDER_SESSION ? e->who.session.id : 0);

	if (rc == RC_OK && out->goes.id && e->by.kind == HOLDER_SESSION)
		rc = store_signin_delete_of_user(tx, e->user->id);
	return rc;
}

/* The device, what it replaces, and on the sign-in road the session, in one transaction. */
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
		rc = make_room(f, tx, v, e, yes, out);
	if (rc == RC_OK)
		rc = store_device_add(tx, &d, e->type->policy.devices_max);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, e->user, STR_NONE, "enrol", true, &line);
	if (rc == RC_OK && out->how != REPLACES_MOVE)
		rc = trace_notice(tx, v, e->user, "device.added", yes->name);
	if (rc == RC_OK)
		rc = end_others(tx, e, out);
	if (rc != RC_OK || e->by.kind == HOLDER_SESSION)
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
	out->known_cookie = go.known_cookie;
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
		out->session_cookie = out->known_cookie = out->go = STR_NONE;
	if (rc == RC_OK) {
		out->screen = ENROL_DONE;
		out->device_name = yes->name;
		out->active = true;
		out->secret = out->groups = out->uri = STR_NONE;
	} else if (rc == RC_MALFORMED) {
		out->told.say = SAY_ENROL_NAME_TAKEN;
		return RC_OK;
	} else if (rc == RC_TAKEN) {
		out->how = REPLACES_NONE;
		out->goes = (struct device){0};
		out->secret = out->groups = out->uri = STR_NONE;
		enrol_show_full(&e, out);
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
		if (out->how == REPLACES_EVICT)
			enrol_show_full(&e, out);
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
