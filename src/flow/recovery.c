#include "flow/recovery.h"

#include "base/codec.h"
#include "core/typed.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/door.h"
#include "flow/trace.h"

enum rc recovery_spend(struct tx *tx, const struct visit *v, const struct user *u, const unsigned char mac[STORE_HASH],
                       int64_t *left)
{
	struct audit line = {.factor = S("recovery")};
	int64_t made_s;
	enum rc rc = store_recovery_consume(tx, u->id, mac, v->now_s);

	*left = 0;
	if (rc == RC_OK)
		rc = door_right(tx, u->id, DOOR_RECOVERY);
	/* Another factor was proved: the year's budget of codes begins anew, and their pause ends. */
	if (rc == RC_OK)
		rc = store_code_tries_renew(tx, u->id);
	if (rc == RC_OK)
		rc = store_code_tries_clear(tx, u->id, 0);
	if (rc == RC_OK)
		rc = store_recovery_left(tx, u->id, left, &made_s);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, u, STR_NONE, "recovery", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, u, "recovery.used", arena_printf(v->arena, "%lld", (long long)*left));
	return rc;
}

/* ---- the sign-in --------------------------------------------------------------------------------------- */

struct recovery_step {
	struct road road;
	struct door_attempt attempt;
	unsigned char mac[STORE_HASH];
	int64_t left;
};

static bool is_open(const struct road *r)
{
	return r->step == STEP_CODE && r->recovery_left > 0;
}

enum rc recovery_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc == RC_OK)
		signin_show(f, v, &r, out);
	if (rc == RC_OK && is_open(&r))
		rc = door_look(tx, v, r.user.id, DOOR_RECOVERY, SAY_RECOVERY_PAUSED, &out->told);
	store_abandon(&tx);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static bool fields(struct str typed, char clean[TYPED_ROOM], struct told *told)
{
	if (str_trim(typed).len == 0)
		*told = (struct told){.say = SAY_MISSING, .missing = FIELD_CODE};
	else if (typed_clean(typed, clean) != RC_OK)
		*told = (struct told){.say = SAY_RECOVERY_SHAPE};
	return told->say == SAY_NOTHING;
}

static enum rc wrong(struct tx *tx, const struct visit *v, const struct recovery_step *s, struct signin_state *out)
{
	struct audit line = {.reason = S("wrong-code"), .factor = S("recovery")};
	enum rc rc = trace_audit(tx, v, &s->road.user, STR_NONE, "recovery", false, &line);

	if (rc == RC_OK)
		rc = trace_notice_hourly(tx, v, &s->road.user, "code.wrong");
	out->told = door_wrong(v, &s->attempt, SAY_RECOVERY_WRONG, SAY_RECOVERY_PAUSED, line.ref);
	return rc;
}

static enum rc right(struct flow *f, struct tx *tx, const struct visit *v, struct recovery_step *s, struct signin_state *out)
{
	int64_t from_step = s->road.row.step;
	enum rc rc;

	s->road.row.recovery_s = v->now_s;
	s->road.step = road_step(f, v, &s->road);
	s->road.row.step = s->road.step;
	rc = store_signin_advance(tx, &s->road.row, from_step, s->road.row.cookie);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, &s->road, out);
	/* The last one: a new set is given at once, on the way to where they go. */
	if (rc == RC_OK && out->screen == SCREEN_DONE && s->left == 0)
		out->recovery_last = true;
	return rc;
}

/* The row and the account are read again: both may have changed while the vault was asked. */
static enum rc settle(struct flow *f, const struct visit *v, struct str cookie, struct recovery_step *s, struct signin_state *out)
{
	int64_t id = s->road.row.id;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &s->road);
	if (rc == RC_OK && (s->road.row.id != id || s->road.step != STEP_CODE))
		rc = RC_ABSENT;
	if (rc == RC_OK) {
		/* One that was the last when it was spent elsewhere a moment ago is as wrong as any other. */
		rc = is_open(&s->road) ? recovery_spend(tx, v, &s->road.user, s->mac, &s->left) : RC_TAKEN;
		if (rc == RC_OK)
			rc = right(f, tx, v, s, out);
		else if (rc == RC_TAKEN)
			rc = wrong(tx, v, s, out);
	}
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK)
		begin_undo(out);
	store_abandon(&tx);
	return rc;
}

enum rc recovery_signin(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out)
{
	struct recovery_step s = {.left = 0};
	char clean[TYPED_ROOM] = "";
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &s.road);
	if (rc != RC_OK)
		goto out;
	signin_show(f, v, &s.road, out);
	if (!is_open(&s.road) || !fields(code, clean, &out->told))
		goto out; /* nothing was charged */
	rc = door_charge(tx, v, s.road.user.id, DOOR_RECOVERY, SAY_RECOVERY_PAUSED, &s.attempt, &out->told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;
	rc = vault_typed_mac(f->vault, TYPED_RECOVERY, s.road.user.id, str_of(clean), s.mac);
	if (rc == RC_OK)
		rc = settle(f, v, cookie, &s, out);
out:
	wipe(clean, sizeof(clean));
	wipe(s.mac, sizeof(s.mac));
	store_abandon(&tx);
	return rc;
}

/* ---- the account --------------------------------------------------------------------------------------- */

static enum rc set_read(struct tx *tx, const struct visit *v, const struct who *w, struct recovery_set *out)
{
	struct device *rows;
	size_t n;
	enum rc rc = store_device_list(tx, v->arena, w->user.id, false, &rows, &n);

	if (rc == RC_OK)
		rc = store_recovery_left(tx, w->user.id, &out->left, &out->made_s);
	out->may_make = rc == RC_OK && n > 0 && policy_may_recovery(&w->type->policy);
	return rc;
}

enum rc recovery_look(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out)
{
	struct tx *tx;
	enum rc rc;

	*out = (struct recovery_set){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = set_read(tx, v, w, out);
	store_abandon(&tx);
	return rc;
}

/* One code: its text into `out`, its MAC beside it. */
static enum rc code_new(struct flow *f, const struct visit *v, int64_t user, struct str *out, unsigned char mac[STORE_HASH])
{
	unsigned char raw[TYPED_RANDOM_BYTES];
	char clean[TYPED_ROOM] = "", shown[TYPED_SHOWN_ROOM] = "";
	enum rc rc = random_bytes(raw, sizeof(raw));

	if (rc == RC_OK) {
		typed_new(raw, clean);
		typed_show(clean, shown);
		rc = vault_typed_mac(f->vault, TYPED_RECOVERY, user, str_of(clean), mac);
	}
	if (rc == RC_OK)
		*out = arena_str(v->arena, str_of(shown));
	wipe(raw, sizeof(raw));
	wipe(clean, sizeof(clean));
	wipe(shown, sizeof(shown));
	return rc;
}

enum rc recovery_make(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out)
{
	unsigned char macs[RECOVERY_CODES][STORE_HASH] = {{0}};
	struct recovery_set made = {0};
	struct audit line = {0};
	struct tx *tx = NULL;
	enum rc rc;

	rc = recovery_look(f, v, w, out);
	if (rc == RC_OK && !session_is_fresh(&w->session, v->now_s))
		rc = RC_ABSENT;
	if (rc != RC_OK || !out->may_make)
		return rc;
	while (rc == RC_OK && made.n < RECOVERY_CODES) {
		rc = code_new(f, v, w->user.id, &made.codes[made.n], macs[made.n]);
		made.n++;
	}
	if (rc == RC_OK)
		rc = store_begin(f->store, &tx);
	if (rc == RC_OK)
		rc = session_still(tx, v, f, w);
	if (rc == RC_OK)
		rc = set_read(tx, v, w, &made);
	if (rc == RC_OK && !made.may_make)
		rc = RC_ABSENT; /* the last device went meanwhile */
	if (rc == RC_OK)
		rc = store_recovery_replace(tx, w->user.id, macs, v->now_s);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &w->user, STR_NONE, "recovery.made", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, &w->user, "recovery.made", STR_NONE);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	wipe(macs, sizeof(macs));
	if (rc != RC_OK)
		return rc == RC_BUSY ? RC_BUSY : rc == RC_ABSENT ? RC_ABSENT : RC_FAULT;
	made.left = RECOVERY_CODES;
	made.made_s = v->now_s;
	*out = made;
	return RC_OK;
}
