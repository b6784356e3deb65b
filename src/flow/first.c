#include "flow/first.h"

#include "base/codec.h"
#include "core/typed.h"
#include "flow/begin.h"
#include "flow/door.h"
#include "flow/trace.h"

bool first_is_open(const struct policy *p, const struct user *u, size_t n_devices, int64_t now_s)
{
	switch (p->first_enrol) {
	case FIRST_PASSWORD:
		return true;
	case FIRST_QUIET:
		if (u->quiet_ends_s != 0 && now_s >= u->quiet_ends_s)
			return true;
		break;
	case FIRST_MAIL:
	case FIRST_SLIP:
		break;
	}
	return n_devices > 0 || u->first_proof_s != 0;
}

enum rc first_begin(struct tx *tx, const struct visit *v, const struct config_type *type, struct user *u)
{
	struct audit line = {0};
	enum rc rc;

	if (type->policy.first_enrol != FIRST_QUIET || u->quiet_ends_s != 0)
		return RC_OK;
	rc = store_user_quiet(tx, u->id, v->now_s + type->policy.quiet_s);
	if (rc == RC_TAKEN)
		return store_user_get(tx, v->arena, u->id, u);
	u->quiet_ends_s = v->now_s + type->policy.quiet_s;
	if (rc == RC_OK)
		rc = trace_audit(tx, v, u, STR_NONE, "quiet", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, u, "quiet.begun", arena_printf(v->arena, "%lld", (long long)u->quiet_ends_s));
	return rc;
}

/* ---- the slip -------------------------------------------------------------------------------------------- */

struct slip {
	const struct user *user;
	struct door_attempt attempt;
	unsigned char mac[STORE_HASH];
};

static bool fields(struct str typed, char clean[TYPED_ROOM], struct told *told)
{
	if (str_trim(typed).len == 0)
		*told = (struct told){.say = SAY_MISSING, .missing = FIELD_SLIP};
	else if (typed_clean(typed, clean) != RC_OK)
		*told = (struct told){.say = SAY_SLIP_SHAPE};
	return told->say == SAY_NOTHING;
}

/* Transaction one has been charged; this is all of transaction two that both roads share. RC_TAKEN: not theirs, used, or over. */
static enum rc slip_spend(struct tx *tx, const struct visit *v, const struct slip *s)
{
	struct audit line = {.factor = S("slip")};
	struct link link;
	enum rc rc = store_link_find(tx, s->mac, TOKEN_SLIP, &link);

	if (rc == RC_ABSENT || (rc == RC_OK && (link.user != s->user->id || session_is_ahead(link.made_s, v->now_s))))
		return RC_TAKEN;
	if (rc == RC_OK)
		rc = store_link_consume(tx, link.id, v->now_s);
	if (rc == RC_OK)
		rc = store_user_first_proof(tx, s->user->id, v->now_s);
	if (rc == RC_OK)
		rc = door_right(tx, s->user->id, DOOR_SLIP);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, s->user, STR_NONE, "slip", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, s->user, "slip.used", STR_NONE);
	return rc;
}

static enum rc slip_wrong(struct tx *tx, const struct visit *v, const struct slip *s, struct told *told)
{
	struct audit line = {.reason = S("wrong-code"), .factor = S("slip")};
	enum rc rc = trace_audit(tx, v, s->user, STR_NONE, "slip", false, &line);

	*told = door_wrong(v, &s->attempt, SAY_SLIP_WRONG, SAY_SLIP_PAUSED, line.ref);
	return rc;
}

/* ---- the sign-in ------------------------------------------------------------------------------------------- */

enum rc first_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
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
	if (rc == RC_OK && r.step == STEP_FIRST)
		rc = door_look(tx, v, r.user.id, DOOR_SLIP, SAY_SLIP_PAUSED, &out->told);
	store_abandon(&tx);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc signin_settle(struct flow *f, const struct visit *v, struct str cookie, struct slip *s, struct road *r,
                             struct signin_state *out)
{
	int64_t id = r->row.id, from_step;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, r);
	if (rc == RC_OK && (r->row.id != id || r->step != STEP_FIRST))
		rc = RC_ABSENT;
	if (rc == RC_OK)
		rc = slip_spend(tx, v, s);
	if (rc == RC_TAKEN) {
		rc = slip_wrong(tx, v, s, &out->told);
	} else if (rc == RC_OK) {
		from_step = r->row.step;
		r->row.first_s = v->now_s;
		r->step = road_step(f, v, r);
		r->row.step = r->step;
		rc = store_signin_advance(tx, &r->row, from_step, r->row.cookie);
		if (rc == RC_OK)
			rc = begin_if_finished(f, tx, v, r, out);
	}
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK) {
		begin_undo(out);
		out->screen = SCREEN_FIRST; /* where they still are */
	}
	store_abandon(&tx);
	return rc;
}

enum rc first_signin(struct flow *f, const struct visit *v, struct str cookie, struct str slip, struct signin_state *out)
{
	char clean[TYPED_ROOM] = "";
	struct slip s = {0};
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_find(f, tx, v, cookie, &r);
	if (rc != RC_OK)
		goto out;
	signin_show(f, v, &r, out);
	if (r.step != STEP_FIRST || !fields(slip, clean, &out->told))
		goto out; /* nothing was charged */
	s.user = &r.user;
	rc = door_charge(tx, v, r.user.id, DOOR_SLIP, SAY_SLIP_PAUSED, &s.attempt, &out->told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;
	rc = vault_typed_mac(f->vault, TYPED_SLIP, r.user.id, str_of(clean), s.mac);
	if (rc == RC_OK)
		rc = signin_settle(f, v, cookie, &s, &r, out);
	if (rc == RC_OK)
		begin_enrolment_if_due(f, v, &r, cookie);
out:
	wipe(clean, sizeof(clean));
	wipe(s.mac, sizeof(s.mac));
	store_abandon(&tx);
	return rc;
}

/* ---- from the home ------------------------------------------------------------------------------------------ */

static enum rc state_read(struct tx *tx, const struct visit *v, const struct who *w, struct user *u, struct first_state *out)
{
	struct device *rows;
	size_t n;
	enum rc rc = store_user_get(tx, v->arena, w->user.id, u);

	if (rc == RC_OK)
		rc = store_device_list(tx, v->arena, u->id, false, &rows, &n);
	if (rc != RC_OK)
		return rc;
	out->open = first_is_open(&w->type->policy, u, n, v->now_s);
	out->quiet_ends_s = w->type->policy.first_enrol == FIRST_QUIET ? u->quiet_ends_s : 0;
	return RC_OK;
}

enum rc first_look(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out)
{
	struct user u;
	struct tx *tx;
	enum rc rc;

	*out = (struct first_state){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = state_read(tx, v, w, &u, out);
	if (rc == RC_OK && !out->open)
		rc = door_look(tx, v, u.id, DOOR_SLIP, SAY_SLIP_PAUSED, &out->told);
	store_abandon(&tx);
	return rc;
}

enum rc first_ask(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out)
{
	struct user u;
	struct tx *tx;
	enum rc rc;

	rc = first_look(f, v, w, out);
	if (rc != RC_OK || out->open || out->quiet_ends_s || w->type->policy.first_enrol != FIRST_QUIET ||
	    !session_is_fresh(&w->session, v->now_s))
		return rc;
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK)
		rc = state_read(tx, v, w, &u, out);
	if (rc == RC_OK && !out->open)
		rc = first_begin(tx, v, w->type, &u);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	out->quiet_ends_s = rc == RC_OK ? u.quiet_ends_s : 0;
	out->open = out->open && rc == RC_OK;
	return rc;
}

static enum rc account_settle(struct flow *f, const struct visit *v, const struct who *w, const struct slip *s, struct first_state *out)
{
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK)
		rc = slip_spend(tx, v, s);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	else if (rc == RC_TAKEN && (rc = slip_wrong(tx, v, s, &out->told)) == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	out->open = rc == RC_OK && out->told.say == SAY_NOTHING;
	return rc;
}

enum rc first_account(struct flow *f, const struct visit *v, const struct who *w, struct str slip, struct first_state *out)
{
	struct slip s = {.user = &w->user};
	char clean[TYPED_ROOM] = "";
	struct tx *tx = NULL;
	enum rc rc;

	rc = first_look(f, v, w, out);
	if (rc != RC_OK || out->open)
		return rc;
	out->told = (struct told){0};
	if (!fields(slip, clean, &out->told))
		return RC_OK;
	rc = store_begin(f->store, &tx);
	if (rc == RC_OK)
		rc = door_charge(tx, v, w->user.id, DOOR_SLIP, SAY_SLIP_PAUSED, &s.attempt, &out->told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;
	rc = vault_typed_mac(f->vault, TYPED_SLIP, w->user.id, str_of(clean), s.mac);
	if (rc == RC_OK)
		rc = account_settle(f, v, w, &s, out);
out:
	wipe(clean, sizeof(clean));
	wipe(s.mac, sizeof(s.mac));
	store_abandon(&tx);
	return rc;
}

/* ---- making one ---------------------------------------------------------------------------------------------- */

static enum rc slip_write(struct flow *f, const struct visit *v, const struct user *u, struct str actor, const struct link *l)
{
	struct audit line = {.actor = actor};
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = store_link_end_all(tx, u->id, TOKEN_SLIP, v->now_s);
	if (rc == RC_OK)
		rc = store_link_add(tx, l);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, u, STR_NONE, "slip.made", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, u, "slip.made", STR_NONE);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

enum rc first_slip_make(struct flow *f, const struct visit *v, const struct user *u, struct str actor, struct str *shown,
                        int64_t *expires_s)
{
	struct link l = {.user = u->id, .purpose = TOKEN_SLIP, .made_s = v->now_s, .expires_s = v->now_s + FIRST_SLIP_DAYS * 24 * 60 * 60};
	unsigned char raw[TYPED_RANDOM_BYTES];
	char clean[TYPED_ROOM] = "", groups[TYPED_SHOWN_ROOM] = "";
	enum rc rc = random_bytes(raw, sizeof(raw));

	*shown = STR_NONE;
	*expires_s = 0;
	if (rc == RC_OK)
		rc = store_id_new(&l.id);
	if (rc == RC_OK) {
		typed_new(raw, clean);
		typed_show(clean, groups);
		rc = vault_typed_mac(f->vault, TYPED_SLIP, u->id, str_of(clean), l.token);
	}
	if (rc == RC_OK)
		rc = slip_write(f, v, u, actor, &l);
	if (rc == RC_OK) {
		*shown = arena_str(v->arena, str_of(groups));
		*expires_s = l.expires_s;
	}
	wipe(raw, sizeof(raw));
	wipe(clean, sizeof(clean));
	wipe(groups, sizeof(groups));
	return rc;
}
