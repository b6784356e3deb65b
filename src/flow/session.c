#include "flow/session.h"

#include "base/codec.h"
#include "core/signin_fsm.h"
#include "flow/attempt.h"
#include "flow/road.h"
#include "flow/trace.h"

enum { SEEN_EVERY_S = 60 };

void cookie_hash(struct str value, unsigned char hash[STORE_HASH])
{
	sha256(value, hash);
}

enum rc cookie_new(struct arena *a, struct str *value, unsigned char hash[STORE_HASH])
{
	unsigned char raw[32];

	*value = STR_NONE;
	if (random_bytes(raw, sizeof(raw)) != RC_OK)
		return RC_FAULT;
	*value = base64url_encode(a, str_n(raw, sizeof(raw)));
	wipe(raw, sizeof(raw));
	cookie_hash(*value, hash);
	return RC_OK;
}

struct str cookie_csrf(struct arena *a, struct str cookie)
{
	unsigned char hash[32];

	sha256(arena_printf(a, "csrf%.*s", STR_ARG(cookie)), hash);
	return base64url_encode(a, str_n(hash, sizeof(hash)));
}

bool session_is_fresh(const struct session *s, int64_t now_s)
{
	return s->fresh_s <= now_s && now_s - s->fresh_s <= SESSION_FRESH_S;
}

bool session_is_ahead(int64_t proved_s, int64_t now_s)
{
	return proved_s - now_s > SESSION_AHEAD_S;
}

bool session_has_second(const struct session *s)
{
	return s->otp_s != 0 || s->recovery_s != 0 || s->passkey_s != 0;
}

/* RFC 8176 has no word for a recovery code: it is a second factor of no particular kind. */
struct str session_amr(const struct session *s)
{
	if (s->passkey_s)
		return s->otp_s ? S("hwk user otp") : s->pwd_s ? S("pwd hwk user") : S("hwk user");
	if (s->otp_s)
		return S("pwd otp");
	return s->recovery_s ? S("pwd mfa") : S("pwd");
}

bool session_counts(const struct flow *f, const struct session *s, const struct config_type *type, int64_t now_s)
{
	if (!type || s->ends_s <= now_s || s->seen_s <= now_s - f->config->session_idle_s || session_is_ahead(s->seen_s, now_s))
		return false;
	return session_has_second(s) || !policy_mandatory(&type->policy, now_s);
}

enum rc session_find_by(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, const unsigned char token[STORE_HASH],
                        struct who *out)
{
	enum rc rc;

	*out = (struct who){0};
	rc = store_session_get(tx, a, token, now_s, f->config->session_idle_s, &out->session, &out->user);
	if (rc != RC_OK)
		return rc;
	out->type = config_type_find(f->config, out->user.type);
	if (session_counts(f, &out->session, out->type, now_s))
		return RC_OK;
	*out = (struct who){0};
	return RC_ABSENT;
}

enum rc session_find(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, struct str cookie, struct who *out)
{
	unsigned char hash[STORE_HASH];

	*out = (struct who){0};
	if (cookie.len != 43) /* base64url of 32 bytes: anything else was never ours */
		return RC_ABSENT;
	cookie_hash(cookie, hash);
	return session_find_by(f, tx, a, now_s, hash, out);
}

enum rc session_gone(struct flow *f, const struct visit *v, struct str cookie, bool *idle)
{
	unsigned char hash[STORE_HASH];
	struct session session;
	struct user user;
	struct who who;
	struct tx *tx;
	enum rc rc;

	*idle = false;
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = session_find(f, tx, v->arena, v->now_s, cookie, &who);
	if (rc == RC_ABSENT && cookie.len == 43) {
		cookie_hash(cookie, hash);
		/* not there with its time of rest, but there without: it rested too long */
		if (store_session_get(tx, v->arena, hash, v->now_s, f->config->session_idle_s, &session, &user) == RC_ABSENT)
			*idle = store_session_get(tx, v->arena, hash, v->now_s, f->config->session_s, &session, &user) == RC_OK;
	}
	store_abandon(&tx);
	return rc == RC_OK ? RC_TAKEN : rc == RC_ABSENT ? RC_OK : rc;
}

enum rc session_still(struct tx *tx, const struct visit *v, const struct flow *f, const struct who *w)
{
	struct session session;
	struct user user;

	return store_session_get(tx, v->arena, w->session.token, v->now_s, f->config->session_idle_s, &session, &user);
}

void session_touch(struct flow *f, const struct session *s, int64_t now_s)
{
	struct tx *tx;

	if (now_s - s->seen_s < SEEN_EVERY_S)
		return;
	if (store_begin(f->store, &tx) != RC_OK)
		return;
	if (store_session_seen(tx, s->id, now_s) == RC_OK && store_commit_later(&tx) == RC_OK)
		return;
	store_abandon(&tx);
}

/* The facts are read again here, inside the transaction: the caller's word is not enough. A store that fails is
 * not a sign-in that is unfinished. */
static enum rc check_finished(struct flow *f, struct tx *tx, const struct visit *v, const struct user *u, const struct signin *done,
                              bool *finished)
{
	const struct config_type *type = config_type_find(f->config, u->type);
	struct signin_facts facts;
	struct vault_device *asked;
	struct device *devices;
	size_t n, n_passkeys;
	enum rc rc;

	*finished = false;
	rc = attempt_devices(tx, v->arena, u->id, &devices, &asked, &n, &n_passkeys);
	if (rc != RC_OK || !type || done->user != u->id)
		return rc;
	/* Not by comparing the times: the clock may have been set back between two proofs. A new password takes the
	 * proofs after it away (signin.c). */
	facts = road_facts(f->config, done, u, type, n, n_passkeys, v->now_s);
	*finished = signin_next(&type->policy, &facts, v->now_s) == STEP_FINISHED;
	return RC_OK;
}

enum rc session_begin(struct flow *f, struct tx *tx, const struct visit *v, const struct user *u, const struct signin *done,
                      struct str *cookie)
{
	struct session s = {.user = u->id, .began_s = v->now_s, .seen_s = v->now_s, .fresh_s = v->now_s};
	struct audit line = {0};
	bool finished;
	enum rc rc;

	*cookie = STR_NONE;
	rc = check_finished(f, tx, v, u, done, &finished);
	if (rc != RC_OK)
		return rc;
	if (!finished)
		panic("a session was asked for a sign-in that is not finished");
	rc = store_signin_consume(tx, done->id);
	if (rc != RC_OK)
		return rc;
	s.pwd_s = done->password_s;
	s.passkey_s = done->passkey_s;
	s.recovery_s = done->recovery_s;
	s.otp_s = done->code_s ? done->code_s : done->passkey_s ? 0 : done->enrolled_s;
	s.ends_s = v->now_s + f->config->session_s;
	s.address = v->address;
	s.browser = v->browser;
	if (store_id_new(&s.id) != RC_OK || store_epoch_get(tx, &s.epoch) != RC_OK || cookie_new(v->arena, cookie, s.token) != RC_OK)
		return RC_FAULT;
	rc = store_session_add(tx, &s);
	if (rc != RC_OK)
		return rc;
	line.factor = session_amr(&s);
	return trace_audit(tx, v, u, STR_NONE, "signin", true, &line);
}

/* Also one that counts for nothing at the moment (session_find): it could count again. */
enum rc session_end(struct flow *f, const struct visit *v, struct str cookie)
{
	unsigned char hash[STORE_HASH];
	struct session session;
	struct audit line = {0};
	struct user user;
	struct tx *tx;
	enum rc rc;

	if (cookie.len == 0)
		return RC_OK;
	cookie_hash(cookie, hash);
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_session_get(tx, v->arena, hash, v->now_s, f->config->session_idle_s, &session, &user);
	if (rc == RC_ABSENT) {
		store_abandon(&tx);
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = store_session_end(tx, user.id, session.id);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &user, STR_NONE, "signout", true, &line);
	if (rc == RC_OK)
		return store_commit(&tx);
	store_abandon(&tx);
	return rc;
}
