#include <string.h>

#include "base/codec.h"
#include "core/userid.h"
#include "flow/devices.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/enrol_parts.h"
#include "flow/first.h"
#include "flow/passkey_parts.h"
#include "flow/replace.h"
#include "flow/trace.h"

enum { TRANSPORTS_MAX = 64 };

/* ---- where the person stands ------------------------------------------------------------------------------- */

static bool name_taken(const struct enrol *e, struct str name)
{
	for (size_t i = 0; i < e->n_live; i++)
		if (str_ieq(e->live[i].name, name))
			return true;
	return false;
}

/* "Chrome, Windows", "... 2": where it was made, and not in use. */
static struct str free_name(const struct visit *v, const struct enrol *e)
{
	struct str base = v->browser.len ? v->browser : S("Passkey"), name, folded;

	if (base.len + 4 > DEVICE_NAME_MAX || userid_fold(v->arena, base, &folded) != RC_OK)
		base = S("Passkey");
	name = base;
	for (size_t k = 2; name_taken(e, name); k++)
		name = arena_printf(v->arena, "%.*s %zu", STR_ARG(base), k);
	return name;
}

static enum passkey_screen screen_of(struct flow *f, const struct visit *v, const struct enrol *e)
{
	if (!passkey_taken(f->config, e->type))
		return PASSKEY_NOT_ALLOWED;
	if (e->by.kind == HOLDER_SESSION && !first_is_open(&e->type->policy, e->user, e->n_devices, v->now_s))
		return PASSKEY_FIRST;
	if (enrol_is_full(e) && (e->n_offer == 0 || e->evict_from_s))
		return PASSKEY_FULL;
	return PASSKEY_FORM;
}

static void show(struct flow *f, const struct visit *v, const struct enrol *e, struct passkey_enrol *out)
{
	out->screen = screen_of(f, v, e);
	out->login = e->user->shown;
	out->may_code = policy_may_enable(&e->type->policy);
	out->devices_max = e->type->policy.devices_max;
	out->evict_from_s = e->evict_from_s;
	if (enrol_is_full(e)) {
		out->offer = e->offer;
		out->n_offer = e->n_offer;
	}
	if (out->name.len == 0)
		out->name = free_name(v, e);
}


/* One line of text that is no link, as for every device; what is said stands beside the field. */
static bool name_field(const struct visit *v, const struct enrol *e, struct str typed, struct passkey_enrol *out)
{
	struct str name = str_trim(typed);

	if (device_name_good(v, name, &out->told) && name_taken(e, name))
		out->told = (struct told){.say = SAY_ENROL_NAME_TAKEN};
	if (name.len && name.len <= DEVICE_NAME_MAX)
		out->name = name;
	return out->told.say == SAY_NOTHING;
}

static bool is_fresh(const struct enrol *e, const struct visit *v)
{
	return e->by.kind == HOLDER_SIGNIN || session_is_fresh(&e->who.session, v->now_s);
}

static enum rc look(struct flow *f, const struct visit *v, struct enrol_by by, struct str *name, struct passkey_enrol *out)
{
	struct enrol e;
	struct tx *tx;
	enum rc rc;

	*out = (struct passkey_enrol){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && name)
		(void)name_field(v, &e, *name, out);
	if (rc == RC_OK)
		show(f, v, &e, out);
	store_abandon(&tx);
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc passkey_enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct passkey_enrol *out)
{
	return look(f, v, by, NULL, out);
}

enum rc passkey_enrol_named(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct passkey_enrol *out)
{
	return look(f, v, by, &name, out);
}

enum rc passkey_enrol_ask(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct str *options)
{
	struct passkey_enrol tried = {0};
	struct passkey *keys = NULL;
	unsigned char hash[STORE_HASH];
	struct str challenge;
	struct enrol e;
	struct tx *tx;
	size_t n = 0;
	enum rc rc;

	*options = STR_NONE;
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && (screen_of(f, v, &e) != PASSKEY_FORM || !is_fresh(&e, v)))
		rc = RC_ABSENT;
	/* Before the authenticator makes anything that would stay behind in it. */
	if (rc == RC_OK && !name_field(v, &e, name, &tried))
		rc = RC_MALFORMED;
	if (rc == RC_OK)
		rc = store_passkey_list(tx, v->arena, e.user->id, &keys, &n);
	store_abandon(&tx);
	cookie_hash(by.cookie, hash);
	if (rc == RC_OK)
		rc = passkey_challenge(f, v, hash, CHALLENGE_ENROL, &challenge);
	return rc == RC_OK ? passkey_options_create(f, v, challenge, e.user, keys, n, options) : rc;
}

/* ---- the registration ---------------------------------------------------------------------------------------- */

struct made {
	struct str challenge, client, object, transports, name;
	int64_t replaces;
	struct webauthn_made *is;
	const char *reason;          /* NULL: good */
};

/* "internal hybrid": small letters and hyphens, as browsers name them; anything else is not kept. */
static struct str transports_of(struct arena *a, struct str field)
{
	if (field.len > TRANSPORTS_MAX)
		return STR_NONE;
	for (size_t i = 0; i < field.len; i++)
		if (!((field.ptr[i] >= 'a' && field.ptr[i] <= 'z') || field.ptr[i] == '-' || field.ptr[i] == ' '))
			return STR_NONE;
	return str_trim(arena_str(a, field));
}

/* Lens, rules, and where the new key signed for itself, the vault. */
static enum rc judge(struct flow *f, const struct visit *v, struct made *m)
{
	struct webauthn_expect expect = {.challenge = m->challenge};
	enum verdict verdict = VERDICT_REFUSED;
	unsigned char hash[32];
	enum webauthn_why why;
	enum rc rc;

	m->is = arena_one(v->arena, struct webauthn_made);
	m->reason = "passkey-challenge";
	if (m->challenge.len == 0 || webauthn_expect_of(f->config->base_url, &expect.origin, &expect.rp_id) != RC_OK)
		return RC_OK;
	m->reason = "passkey-attestation";
	rc = m->object.len ? lens_attestation(f->lens, m->object, m->is) : RC_MALFORMED;
	if (rc != RC_OK)
		return rc == RC_MALFORMED ? RC_OK : rc;
	why = webauthn_registration(&expect, m->client, m->is);
	m->reason = why == WEBAUTHN_FINE ? NULL : webauthn_why_name(why);
	if (m->reason || m->is->format == WEBAUTHN_FORMAT_NONE)
		return RC_OK;
	m->reason = "passkey-signature";
	sha256(m->client, hash);
	rc = vault_passkey_verify(f->vault, m->is->alg, str_n(m->is->key, m->is->key_len), str_n(m->is->authdata, m->is->authdata_len),
	                          hash, str_n(m->is->signature, m->is->signature_len), &verdict);
	if (rc == RC_OK && verdict == VERDICT_GOOD)
		m->reason = NULL;
	return rc == RC_MALFORMED ? RC_OK : rc;
}

/* All places are taken: the one that was named on the page goes, if it still may. */
static enum rc make_room(struct flow *f, struct tx *tx, const struct visit *v, const struct enrol *e, int64_t named, int64_t by,
                         struct passkey_enrol *out)
{
	if (!enrol_is_full(e))
		return RC_OK;
	for (size_t i = 0; !e->evict_from_s && i < e->n_offer; i++)
		if (e->offer[i].id == named) {
			out->goes = e->offer[i];
			return replace_suspend(f, tx, v, e->user, &e->offer[i], by);
		}
	return RC_TAKEN;
}

static enum rc add(struct flow *f, struct tx *tx, const struct visit *v, const struct enrol *e, const struct made *m,
                   struct passkey_enrol *out)
{
	struct device d = {.user = e->user->id, .kind = DEVICE_PASSKEY, .name = m->name, .state = DEVICE_ACTIVE, .added_s = v->now_s,
	                   .address = v->address};
	struct passkey k = {.user = e->user->id, .alg = m->is->alg, .counter = m->is->counter, .transports = m->transports};
	struct audit line = {.factor = S("hwk"), .device = m->name};
	enum rc rc = store_id_new(&d.id);

	k.device = d.id;
	k.credential = str_n(m->is->credential, m->is->credential_len);
	k.public_key = str_n(m->is->key, m->is->key_len);
	k.flags = PASSKEY_UV | (m->is->flags & WEBAUTHN_BE ? PASSKEY_BACKUP_ELIGIBLE : 0) |
	          (m->is->flags & WEBAUTHN_BS ? PASSKEY_BACKED_UP : 0);
	memcpy(k.aaguid, m->is->aaguid, sizeof(k.aaguid));
	if (rc == RC_OK)
		rc = make_room(f, tx, v, e, m->replaces, d.id, out);
	if (rc == RC_OK)
		rc = store_device_add(tx, &d, e->type->policy.devices_max);
	if (rc != RC_OK)
		return rc;
	rc = store_passkey_add(tx, &k);
	if (rc == RC_TAKEN)
		return RC_ABSENT; /* registered already, to whomever: told as every other refusal */
	if (rc == RC_OK)
		rc = trace_audit(tx, v, e->user, STR_NONE, "passkey.add", true, &line);
	if (rc == RC_OK)
		rc = trace_notice(tx, v, e->user, "passkey.added", m->name);
	if (rc == RC_OK)
		rc = store_session_end_all(tx, e->user->id, e->by.kind == HOLDER_SESSION ? e->who.session.id : 0);
	if (rc == RC_OK && out->goes.id && e->by.kind == HOLDER_SESSION)
		rc = store_signin_delete_of_user(tx, e->user->id);
	return rc;
}

/* On the sign-in road: the row moves on, with a new cookie; an activation for codes that was open beside it is over. */
static enum rc go_on(struct flow *f, struct tx *tx, const struct visit *v, struct enrol *e, struct passkey_enrol *out)
{
	struct signin_state go = {0};
	struct road *r = &e->road;
	unsigned char from[STORE_HASH];
	int64_t from_step = r->row.step;
	enum rc rc = RC_OK;

	memcpy(from, r->row.cookie, sizeof(from));
	if (e->open.id && e->mine)
		rc = store_enrolment_consume(tx, e->open.id);
	if (rc == RC_OK)
		rc = cookie_new(v->arena, &go.signin_cookie, r->row.cookie);
	if (rc == RC_OK)
		rc = attempt_devices(tx, v->arena, e->user->id, &r->devices, &r->asked, &r->n_devices, &r->n_passkeys);
	if (rc != RC_OK)
		return rc;
	r->row.enrolled_s = r->row.passkey_s = v->now_s;
	r->step = road_step(f, v, r);
	r->row.step = r->step;
	rc = store_signin_advance(tx, &r->row, from_step, from);
	if (rc == RC_OK)
		rc = begin_if_finished(f, tx, v, r, &go);
	out->step = go.screen;
	out->signin_cookie = go.signin_cookie;
	out->session_cookie = go.session_cookie;
	out->known_cookie = go.known_cookie;
	out->go = go.go;
	return rc;
}

static enum rc refused(struct flow *f, const struct visit *v, const struct user *u, const char *reason, struct passkey_enrol *out)
{
	struct audit line = {.reason = str_of(reason), .factor = S("hwk")};
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = trace_audit(tx, v, u, STR_NONE, "passkey.add", false, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	out->told = (struct told){.say = SAY_PASSKEY_WRONG, .ref = line.ref};
	return rc;
}

static enum rc settle(struct flow *f, const struct visit *v, struct enrol_by by, const struct made *m, struct passkey_enrol *out)
{
	struct passkey_enrol kept = *out;
	struct enrol e;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx), added = RC_OK;

	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK && (screen_of(f, v, &e) != PASSKEY_FORM || !is_fresh(&e, v)))
		rc = RC_TAKEN;
	if (rc == RC_OK)
		rc = added = add(f, tx, v, &e, m, out);
	if (rc == RC_OK && by.kind == HOLDER_SIGNIN)
		rc = go_on(f, tx, v, &e, out);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc == RC_OK) {
		out->screen = PASSKEY_DONE;
		out->name = m->name;
		return RC_OK;
	}
	*out = kept;
	if (added == RC_ABSENT)
		return refused(f, v, e.user, "passkey-registered", out);
	if (rc == RC_MALFORMED)
		out->told = (struct told){.say = SAY_ENROL_NAME_TAKEN};
	else if (rc == RC_TAKEN)
		out->told = (struct told){.say = SAY_ENROL_FULL};
	else
		return rc;
	show(f, v, &e, out);
	return RC_OK;
}

enum rc passkey_enrol(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, int64_t replaces,
                      const struct passkey_answer *answer, struct passkey_enrol *out)
{
	struct made m = {.replaces = replaces};
	unsigned char hash[STORE_HASH];
	struct enrol e;
	struct tx *tx;
	enum rc rc;

	*out = (struct passkey_enrol){0};
	m.client = passkey_bytes(v->arena, answer->client, WEBAUTHN_CLIENT_MAX);
	m.object = passkey_bytes(v->arena, answer->attestation, WEBAUTHN_OBJECT_MAX);
	m.transports = transports_of(v->arena, answer->transports);
	cookie_hash(by.cookie, hash);
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = enrol_find(f, tx, v, by, &e);
	if (rc == RC_OK)
		rc = passkey_challenge_take(tx, v, hash, CHALLENGE_ENROL, &m.challenge);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	show(f, v, &e, out);
	if (out->screen != PASSKEY_FORM)
		return RC_OK;
	if (!is_fresh(&e, v))
		return RC_ABSENT;
	if (!name_field(v, &e, name, out))
		return RC_OK;
	m.name = out->name;
	rc = judge(f, v, &m);
	if (rc != RC_OK)
		return rc;
	return m.reason ? refused(f, v, e.user, m.reason, out) : settle(f, v, by, &m, out);
}
