#include "flow/passkey.h"

#include <string.h>

#include "base/codec.h"
#include "flow/attempt.h"
#include "flow/begin.h"
#include "flow/passkey_parts.h"
#include "flow/trace.h"

enum { AFTER_PASSKEY_S = 60 * 60 };

bool passkey_taken(const struct config *c, const struct config_type *type)
{
	struct str origin, rp;

	if (webauthn_expect_of(c->base_url, &origin, &rp) != RC_OK)
		return false;
	if (type)
		return policy_may_passkey(&type->policy);
	for (size_t i = 0; i < c->n_types; i++)
		if (policy_may_passkey(&c->types[i].policy))
			return true;
	return false;
}

bool passkey_counts(const struct policy *p, size_t n_codes, size_t n_passkeys)
{
	return n_passkeys > 0 && (policy_may_passkey(p) || n_codes == 0 || !policy_may_enable(p));
}

bool passkey_code_counts(const struct policy *p, size_t n_codes, size_t n_passkeys)
{
	return n_codes > 0 && (policy_may_enable(p) || n_passkeys == 0 || !policy_may_passkey(p));
}

/* ---- one answer, from the challenge to the verdict ----------------------------------------------------- */

struct proof {
	struct str credential, client, authdata, signature, handle;
	struct str challenge;
	struct passkey key;
	struct user user;            /* the credential's; zero: nobody's */
	const struct config_type *type;
	struct webauthn_seen seen;
	const char *reason;          /* why it is refused; NULL: it is good */
};

static void proof_read(const struct visit *v, const struct passkey_answer *from, struct proof *p)
{
	p->credential = passkey_bytes(v->arena, from->credential, WEBAUTHN_CREDENTIAL_MAX);
	p->client = passkey_bytes(v->arena, from->client, WEBAUTHN_CLIENT_MAX);
	p->authdata = passkey_bytes(v->arena, from->authenticator, WEBAUTHN_AUTHDATA);
	p->signature = passkey_bytes(v->arena, from->signature, WEBAUTHN_SIGNATURE_MAX);
	p->handle = passkey_bytes(v->arena, from->handle, 64);
	p->reason = "passkey-unchecked";
}

/* Whose it is, in the transaction that spent the challenge. `only`: the account that was identified before; 0: nobody. */
static enum rc proof_find(struct flow *f, struct tx *tx, const struct visit *v, int64_t only, struct proof *p)
{
	struct vault_device *asked;
	struct device *codes;
	size_t n_codes = 0, n_keys = 0;
	enum rc rc = RC_ABSENT;

	if (p->credential.len)
		rc = store_passkey_find(tx, v->arena, p->credential, &p->key);
	if (rc == RC_OK)
		rc = store_user_get(tx, v->arena, p->key.user, &p->user);
	if (rc == RC_OK)
		rc = attempt_devices(tx, v->arena, p->user.id, &codes, &asked, &n_codes, &n_keys);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	p->type = rc == RC_OK ? config_type_find(f->config, p->user.type) : NULL;
	if (p->challenge.len == 0)
		p->reason = "passkey-challenge";
	else if (rc == RC_ABSENT)
		p->reason = "passkey-unknown";
	else if (only && p->user.id != only)
		p->reason = "passkey-other-user";
	else if (p->user.locked_s)
		p->reason = "locked";
	else if (!p->type || !(only ? passkey_counts(&p->type->policy, n_codes, n_keys) : policy_may_passkey(&p->type->policy)))
		p->reason = "passkey-policy";
	else
		p->reason = NULL;
	return RC_OK;
}

/* The rules, then the signature: outside the store. */
static enum rc proof_judge(struct flow *f, bool handle_needed, struct proof *p)
{
	struct webauthn_known known = {p->user.id, (uint32_t)p->key.counter, (p->key.flags & PASSKEY_BACKUP_ELIGIBLE) != 0};
	struct webauthn_expect expect = {.challenge = p->challenge};
	enum verdict verdict = VERDICT_REFUSED;
	unsigned char hash[32];
	enum webauthn_why why;
	enum rc rc;

	if (p->reason)
		return RC_OK;
	p->reason = "passkey-unchecked";
	if (webauthn_expect_of(f->config->base_url, &expect.origin, &expect.rp_id) != RC_OK)
		return RC_OK;
	why = webauthn_assertion(&expect, p->client, p->authdata, p->handle, handle_needed, &known, &p->seen);
	/* The counter is believed only when it is signed. */
	if (why != WEBAUTHN_FINE && why != WEBAUTHN_COUNTER) {
		p->reason = webauthn_why_name(why);
		return RC_OK;
	}
	sha256(p->client, hash);
	rc = vault_passkey_verify(f->vault, p->key.alg, p->key.public_key, p->authdata, hash, p->signature, &verdict);
	if (rc != RC_OK && rc != RC_MALFORMED)
		return rc;
	if (rc != RC_OK || verdict != VERDICT_GOOD)
		p->reason = "passkey-signature";
	else
		p->reason = why == WEBAUTHN_FINE ? NULL : webauthn_why_name(why);
	return RC_OK;
}

static int64_t flags_of(uint32_t flags)
{
	return (flags & WEBAUTHN_UV ? PASSKEY_UV : 0) | (flags & WEBAUTHN_BE ? PASSKEY_BACKUP_ELIGIBLE : 0) |
	       (flags & WEBAUTHN_BS ? PASSKEY_BACKED_UP : 0);
}

/* Everything may have changed while the vault looked; the counter settles a race. A reason: refused after all. */
static enum rc proof_claim(struct flow *f, struct tx *tx, const struct visit *v, int64_t only, struct proof *p)
{
	int64_t device = p->key.device, seen = p->key.counter;
	enum rc rc = proof_find(f, tx, v, only, p);

	if (rc != RC_OK || p->reason)
		return rc;
	if (p->key.device != device)
		p->reason = "passkey-unknown";
	else
		rc = store_passkey_claim(tx, device, seen, p->seen.counter, flags_of(p->seen.flags), v->now_s);
	if (rc == RC_TAKEN) {
		p->reason = webauthn_why_name(WEBAUTHN_COUNTER);
		return RC_OK;
	}
	/* Another factor was proved: the codes that were guessed wrong in this year count no more. */
	return rc == RC_OK && !p->reason ? store_code_tries_renew(tx, p->user.id) : rc;
}

static enum rc proof_refused(struct tx *tx, const struct visit *v, const char *event, const struct user *named, const struct proof *p,
                             struct told *told)
{
	struct audit line = {.reason = str_of(p->reason), .factor = S("hwk")};
	const struct user *u = named ? named : &p->user;
	enum rc rc = trace_audit(tx, v, u, STR_NONE, event, false, &line);

	/* Signed by the right key, and behind what it said before: there are two of it. */
	if (rc == RC_OK && str_is(line.reason, webauthn_why_name(WEBAUTHN_COUNTER)))
		rc = trace_notice_hourly(tx, v, &p->user, "passkey.counter");
	*told = (struct told){.say = SAY_PASSKEY_WRONG, .ref = line.ref};
	return rc;
}

/* ---- signing in ------------------------------------------------------------------------------------------ */

/* RC_OK and id 0: none under way. */
static enum rc road_maybe(struct flow *f, struct tx *tx, const struct visit *v, struct str cookie, struct road *r)
{
	enum rc rc = road_find(f, tx, v, cookie, r);

	if (rc == RC_ABSENT) {
		*r = (struct road){0};
		return RC_OK;
	}
	return rc;
}

enum rc passkey_signin_ask(struct flow *f, const struct visit *v, struct str cookie, struct str *options)
{
	struct passkey *keys = NULL;
	unsigned char hash[STORE_HASH];
	struct str challenge;
	struct road r;
	struct tx *tx;
	size_t n = 0;
	enum rc rc;

	*options = STR_NONE;
	if (cookie.len == 0)
		return RC_ABSENT;
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = road_maybe(f, tx, v, cookie, &r);
	if (rc == RC_OK && r.step == STEP_CODE)
		rc = store_passkey_list(tx, v->arena, r.row.user, &keys, &n);
	store_abandon(&tx);
	if (rc == RC_OK && n == 0 && (r.step == STEP_CODE || !passkey_taken(f->config, NULL)))
		rc = RC_ABSENT;
	cookie_hash(cookie, hash);
	if (rc == RC_OK)
		rc = passkey_challenge(f, v, hash, CHALLENGE_SIGNIN, &challenge);
	return rc == RC_OK ? passkey_options_get(f, v, challenge, keys, n, options) : rc;
}

/* A sign-in that begins with a passkey has a row like any other, so that terms may follow and one session comes of it. */
static enum rc signin_anew(struct flow *f, struct tx *tx, const struct visit *v, struct str next, const struct proof *p,
                           struct road *r, struct signin_state *out)
{
	struct road old = *r;
	enum rc rc;

	*r = (struct road){.user = p->user, .type = p->type, .form = p->type};
	r->row = (struct signin){.user = p->user.id, .login = p->user.shown, .type = p->user.type, .passkey_s = v->now_s,
	                         .began_s = v->now_s, .form_ends_s = v->now_s, .expires_s = v->now_s + AFTER_PASSKEY_S};
	r->row.next = signin_next_allowed(f->config, v->arena, next);
	if (r->row.next.len == 0)
		r->row.next = old.row.next;
	if (store_id_new(&r->row.id) != RC_OK)
		return RC_FAULT;
	rc = cookie_new(v->arena, &out->signin_cookie, r->row.cookie);
	if (rc == RC_OK)
		rc = attempt_devices(tx, v->arena, p->user.id, &r->devices, &r->asked, &r->n_devices, &r->n_passkeys);
	if (rc == RC_OK && old.row.id)
		rc = store_signin_consume(tx, old.row.id);
	if (rc != RC_OK)
		return rc == RC_TAKEN ? RC_ABSENT : rc;
	r->step = road_step(f, v, r);
	r->row.step = r->step;
	return store_signin_put(tx, &r->row);
}

static enum rc signin_second(struct flow *f, struct tx *tx, const struct visit *v, struct road *r, struct signin_state *out)
{
	unsigned char from[STORE_HASH];
	int64_t from_step = r->row.step;
	enum rc rc;

	memcpy(from, r->row.cookie, sizeof(from));
	r->row.passkey_s = v->now_s;
	rc = cookie_new(v->arena, &out->signin_cookie, r->row.cookie);
	if (rc != RC_OK)
		return rc;
	r->step = road_step(f, v, r);
	r->row.step = r->step;
	return store_signin_advance(tx, &r->row, from_step, from);
}

static enum rc signin_settle(struct flow *f, const struct visit *v, struct str cookie, struct str next, struct proof *p, int64_t row,
                             int64_t only, struct signin_state *out)
{
	struct audit line = {.factor = S("hwk")};
	struct user named = {0};
	struct device device;
	struct road r;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = road_maybe(f, tx, v, cookie, &r);
	if (rc == RC_OK && (r.row.id != row || (only && (r.step != STEP_CODE || r.row.user != only))))
		rc = RC_ABSENT;
	if (rc == RC_OK && only)
		named = r.user;
	if (rc == RC_OK && !p->reason)
		rc = proof_claim(f, tx, v, only, p);
	if (rc == RC_OK && p->reason) {
		rc = proof_refused(tx, v, "passkey", only ? &named : NULL, p, &out->told);
	} else if (rc == RC_OK) {
		rc = store_device_get(tx, v->arena, p->user.id, p->key.device, &device);
		line.device = device.name;
		if (rc == RC_OK)
			rc = trace_audit(tx, v, &p->user, STR_NONE, "passkey", true, &line);
		if (rc == RC_OK)
			rc = only ? signin_second(f, tx, v, &r, out) : signin_anew(f, tx, v, next, p, &r, out);
		if (rc == RC_OK)
			rc = begin_if_finished(f, tx, v, &r, out);
	}
	if (rc == RC_OK)
		rc = store_commit(&tx);
	if (rc != RC_OK)
		begin_undo(out);
	else if (!only && out->screen != SCREEN_START)
		out->next = r.row.next;
	store_abandon(&tx);
	return rc == RC_TAKEN ? RC_ABSENT : rc;
}

enum rc passkey_signin(struct flow *f, const struct visit *v, struct str cookie, struct str next, const struct passkey_answer *answer,
                       struct signin_state *out)
{
	unsigned char hash[STORE_HASH];
	struct proof p = {0};
	int64_t only = 0;
	struct road r;
	struct tx *tx;
	enum rc rc;

	*out = (struct signin_state){0};
	if (cookie.len == 0)
		return RC_ABSENT;
	proof_read(v, answer, &p);
	cookie_hash(cookie, hash);
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = passkey_challenge_take(tx, v, hash, CHALLENGE_SIGNIN, &p.challenge);
	if (rc == RC_OK)
		rc = road_maybe(f, tx, v, cookie, &r);
	if (rc == RC_OK && r.row.id)
		signin_show(f, v, &r, out);
	if (rc == RC_OK && r.step == STEP_CODE)
		only = r.row.user;
	out->told = (struct told){0};
	if (rc == RC_OK)
		rc = proof_find(f, tx, v, only, &p);
	/* Spent for good before anything is looked at. */
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		rc = proof_judge(f, only == 0, &p);
	if (rc == RC_OK)
		rc = signin_settle(f, v, cookie, next, &p, r.row.id, only, out);
	return rc;
}

/* ---- fresh proof -------------------------------------------------------------------------------------------- */

static enum rc keys_of(struct flow *f, const struct visit *v, const struct who *w, struct passkey **keys, size_t *n)
{
	struct tx *tx;
	enum rc rc;

	*keys = NULL;
	*n = 0;
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_passkey_list(tx, v->arena, w->user.id, keys, n);
	store_abandon(&tx);
	return rc;
}

enum rc passkey_confirm_ask(struct flow *f, const struct visit *v, const struct who *w, struct str *options)
{
	struct passkey *keys;
	struct str challenge;
	size_t n;
	enum rc rc = keys_of(f, v, w, &keys, &n);

	*options = STR_NONE;
	if (rc == RC_OK && n == 0)
		return RC_ABSENT;
	if (rc == RC_OK)
		rc = passkey_challenge(f, v, w->session.token, CHALLENGE_CONFIRM, &challenge);
	return rc == RC_OK ? passkey_options_get(f, v, challenge, keys, n, options) : rc;
}

static enum rc confirm_settle(struct flow *f, const struct visit *v, const struct who *w, struct proof *p, struct confirm *out)
{
	struct audit line = {.factor = S("hwk")};
	unsigned char token[STORE_HASH];
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK && !p->reason)
		rc = proof_claim(f, tx, v, w->user.id, p);
	if (rc == RC_OK && p->reason) {
		rc = proof_refused(tx, v, "confirm", &w->user, p, &out->told);
	} else if (rc == RC_OK) {
		rc = cookie_new(v->arena, &out->session_cookie, token);
		if (rc == RC_OK)
			rc = store_session_renew(tx, w->session.id, w->session.token, token, v->now_s);
		if (rc == RC_OK)
			rc = trace_audit(tx, v, &p->user, STR_NONE, "confirm", true, &line);
		out->told.say = SAY_DONE;
	}
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc != RC_OK)
		*out = (struct confirm){0};
	return rc == RC_TAKEN ? RC_ABSENT : rc;
}

enum rc passkey_confirm(struct flow *f, const struct visit *v, const struct who *w, const struct passkey_answer *answer,
                        struct confirm *out)
{
	struct proof p = {0};
	struct tx *tx;
	enum rc rc;

	*out = (struct confirm){0};
	proof_read(v, answer, &p);
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = passkey_challenge_take(tx, v, w->session.token, CHALLENGE_CONFIRM, &p.challenge);
	if (rc == RC_OK)
		rc = proof_find(f, tx, v, w->user.id, &p);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		rc = proof_judge(f, false, &p);
	return rc == RC_OK ? confirm_settle(f, v, w, &p, out) : rc;
}
