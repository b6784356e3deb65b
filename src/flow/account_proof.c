#include <string.h>

#include "core/signin_fsm.h"
#include "core/totp.h"
#include "core/typed.h"
#include "flow/account.h"
#include "flow/attempt.h"
#include "flow/diagnose.h"
#include "flow/door.h"
#include "flow/known.h"
#include "flow/newpass.h"
#include "flow/passkey.h"
#include "flow/recovery.h"
#include "flow/trace.h"

/* ---- fresh proof ------------------------------------------------------------------------------------ */

struct proof {
	struct user user;                /* as it is now */
	struct device *devices;
	struct vault_device *asked;
	size_t n, n_passkeys;
	struct password_attempt password;
	struct code_attempt code;
	struct vault_code answer;
	struct diagnosis diagnosis;      /* of a wrong code */
	enum verdict verdict;            /* of the password */
	bool by_recovery;                /* a recovery code in the place of the six digits */
	struct door_attempt door;
	unsigned char mac[STORE_HASH];
};

/* As at the sign-in: a recovery code counts where a typed code would, or where the account has nothing that policy takes. */
static bool takes_recovery(const struct policy *p, size_t n_passkeys)
{
	return policy_may_recovery(p) || n_passkeys == 0 || !policy_may_passkey(p);
}

enum rc account_confirm_look(struct flow *f, const struct visit *v, const struct who *w, struct confirm *out)
{
	struct vault_device *asked;
	struct device *rows;
	struct tx *tx;
	size_t n = 0, n_passkeys = 0;
	int64_t left = 0, made_s;
	enum rc rc;

	*out = (struct confirm){0};
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = attempt_devices(tx, v->arena, w->user.id, &rows, &asked, &n, &n_passkeys);
	if (rc == RC_OK)
		rc = store_recovery_left(tx, w->user.id, &left, &made_s);
	store_abandon(&tx);
	out->code_asked = n + n_passkeys > 0;
	out->recovery_offered = out->code_asked && left > 0 && takes_recovery(&w->type->policy, n_passkeys);
	out->passkey_offered = passkey_counts(&w->type->policy, n, n_passkeys);
	out->passkey_only = out->passkey_offered && !passkey_code_counts(&w->type->policy, n, n_passkeys) && !out->recovery_offered;
	return rc;
}

static enum rc proof_charge(struct tx *tx, const struct visit *v, const struct who *w, struct proof *p, struct told *told)
{
	unsigned char hash[STORE_HASH];
	struct str folded;
	bool known = false;
	enum rc rc = store_user_get(tx, v->arena, w->user.id, &p->user);

	if (rc == RC_OK)
		rc = attempt_devices(tx, v->arena, p->user.id, &p->devices, &p->asked, &p->n, &p->n_passkeys);
	if (rc != RC_OK)
		return rc;
	rc = known_is(tx, v, p->user.id, &known);
	if (rc != RC_OK)
		return rc;
	attempt_login_hash(v->arena, p->user.login, &folded, hash);
	return attempt_password_charge(tx, v, hash, known, &p->password, told);
}

static enum rc proof_recovery(struct flow *f, const struct visit *v, struct proof *p, const char *clean, struct told *told)
{
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = door_charge(tx, v, p->user.id, DOOR_RECOVERY, SAY_RECOVERY_PAUSED, &p->door, told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc != RC_OK || told->say != SAY_NOTHING)
		return rc;
	return vault_typed_mac(f->vault, TYPED_RECOVERY, p->user.id, str_of(clean), p->mac);
}

/* The code is charged only after the password was right, as everywhere: strangers spend nothing of the owner's. */
static enum rc proof_code(struct flow *f, const struct visit *v, const struct who *w, struct proof *p, const char *clean, struct told *told)
{
	struct tx *tx;
	enum rc rc;

	if (p->by_recovery)
		return proof_recovery(f, v, p, clean, told);
	if (p->n == 0)
		return RC_OK;
	rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = attempt_code_charge(tx, v, &p->user, w->type->policy.strict, &p->code, told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc != RC_OK || told->say != SAY_NOTHING)
		return rc;
	rc = vault_code_check(f->vault, p->asked, p->n, clean, totp_step(v->now_s), 1, w->type->policy.strict ? 0 : 1, &p->answer);
	if (rc == RC_OK && p->answer.verdict != VERDICT_GOOD)
		diagnose_ask(f, v, p->user.id, clean, &p->diagnosis);
	return rc;
}

/* The wrong proof that begins a pause is past the budget: whoever sits there is not the owner (or will sign in again). */
static bool proof_is_over(const struct visit *v, const struct proof *p)
{
	int64_t second_s = p->by_recovery ? p->door.paused_until_s : p->code.paused_until_s;

	return (p->verdict == VERDICT_GOOD ? second_s : p->password.then.paused_until_s) > v->now_s;
}

static enum rc proof_wrong(struct flow *f, const struct visit *v, const struct who *w, const struct proof *p, const char *reason,
                           struct told *told)
{
	struct audit line = {.reason = str_of(reason)};
	bool over = proof_is_over(v, p), wrong_code = p->verdict == VERDICT_GOOD && !p->by_recovery && p->answer.verdict != VERDICT_GOOD;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	*told = (struct told){.say = SAY_CONFIRM_WRONG};
	if (wrong_code && p->n) /* with passkeys alone no code was looked at */
		rc = diagnose_settle(tx, p->user.id, v, &p->diagnosis, told, &line);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &p->user, STR_NONE, "confirm", false, &line);
	if (rc == RC_OK && p->verdict == VERDICT_GOOD)
		rc = trace_notice_hourly(tx, v, &p->user, "code.wrong");
	if (rc == RC_OK && over) {
		rc = store_session_end(tx, w->user.id, w->session.id);
		if (rc == RC_ABSENT)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	told->ref = line.ref;
	return rc == RC_OK && over ? RC_ABSENT : rc;
}

static enum rc proof_right(struct flow *f, const struct visit *v, const struct who *w, struct proof *p, struct confirm *out)
{
	struct audit line = {.factor = p->by_recovery ? S("pwd recovery") : p->n ? S("pwd otp") : S("pwd")};
	bool by_code = p->n && !p->by_recovery;
	int64_t left;
	unsigned char token[STORE_HASH];
	struct user now;
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = store_user_get(tx, v->arena, p->user.id, &now);
	if (rc == RC_OK && (now.locked_s || !str_eq(now.phc, p->user.phc)))
		rc = RC_ABSENT;
	if (rc == RC_OK)
		rc = session_still(tx, v, f, w);
	if (rc == RC_OK && p->by_recovery)
		rc = recovery_spend(tx, v, &p->user, p->mac, &left);
	if (rc == RC_OK && by_code)
		rc = store_device_claim(tx, p->devices[p->answer.device].id, p->answer.step, v->now_s);
	if (rc == RC_OK && by_code)
		rc = attempt_code_right(tx, &p->user, &p->code);
	if (rc == RC_OK && by_code)
		rc = diagnose_good(tx, p->user.id, v->now_s, p->answer.step);
	if (rc == RC_OK)
		rc = attempt_password_right(tx, &p->password);
	if (rc == RC_OK)
		rc = cookie_new(v->arena, &out->session_cookie, token);
	if (rc == RC_OK)
		rc = store_session_renew(tx, w->session.id, w->session.token, token, v->now_s);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &p->user, STR_NONE, "confirm", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc == RC_OK)
		out->told.say = SAY_DONE;
	else
		out->session_cookie = STR_NONE;
	return rc;
}

/* Six digits and a recovery code cannot be taken for each other: the field takes both. */
static bool confirm_fields(struct str password, struct str code, char clean[TYPED_ROOM], bool *by_recovery, struct confirm *out)
{
	if (password.len == 0)
		out->told.missing |= FIELD_PASSWORD;
	if (out->code_asked && str_trim(code).len == 0)
		out->told.missing |= FIELD_CODE;
	if (out->told.missing)
		out->told.say = SAY_MISSING;
	else if (password.len > VAULT_PASSWORD_MAX)
		out->told = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_PASSWORD};
	else if (out->recovery_offered && typed_clean(code, clean) == RC_OK)
		*by_recovery = true;
	else if (out->code_asked && totp_clean(code, clean) != RC_OK)
		out->told.say = SAY_CODE_SHAPE;
	return out->told.say == SAY_NOTHING;
}

enum rc account_confirm(struct flow *f, const struct visit *v, const struct who *w, struct str password, struct str code,
                        struct confirm *out)
{
	char clean[TYPED_ROOM] = "";
	struct proof p = {0};
	struct tx *tx = NULL;
	bool rehash;
	enum rc rc;

	rc = account_confirm_look(f, v, w, out);
	if (rc != RC_OK || !confirm_fields(password, code, clean, &p.by_recovery, out))
		goto out;
	rc = store_begin(f->store, &tx);
	if (rc == RC_OK)
		rc = proof_charge(tx, v, w, &p, &out->told);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;
	rc = vault_password_check(f->vault, p.user.id, p.user.phc, password, &p.verdict, &rehash);
	if (rc == RC_BUSY)
		attempt_password_refund(f, v, &p.password);
	if (rc == RC_OK && p.verdict != VERDICT_GOOD) {
		rc = proof_wrong(f, v, w, &p, "wrong-password", &out->told);
		goto out;
	}
	if (rc == RC_OK)
		rc = proof_code(f, v, w, &p, clean, &out->told);
	if (rc != RC_OK || out->told.say != SAY_NOTHING)
		goto out;
	/* A device may have come since the form was shown: then a code is asked, and an empty one is wrong. */
	if (!p.by_recovery && (p.n || p.n_passkeys) &&
	    (p.answer.verdict != VERDICT_GOOD || !passkey_code_counts(&w->type->policy, p.n, p.n_passkeys)))
		rc = proof_wrong(f, v, w, &p, "wrong-code", &out->told);
	else
		rc = proof_right(f, v, w, &p, out);
	if (rc == RC_TAKEN)
		rc = proof_wrong(f, v, w, &p, p.by_recovery ? "wrong-code" : "used-code", &out->told);
out:
	wipe(clean, sizeof(clean));
	store_abandon(&tx);
	return rc;
}

/* ---- change of password ------------------------------------------------------------------------------- */

static enum rc password_store(struct flow *f, const struct visit *v, const struct who *w, const struct proof *p, struct str phc,
                              struct str *session_cookie)
{
	struct audit line = {.factor = S("pwd")};
	unsigned char token[STORE_HASH];
	struct tx *tx;
	enum rc rc = store_begin(f->store, &tx);

	if (rc != RC_OK)
		return rc;
	rc = session_still(tx, v, f, w);
	if (rc == RC_OK)
		rc = attempt_password_right(tx, &p->password);
	/* Only while the stored one is still the one that was checked; then with the time of the change. */
	if (rc == RC_OK)
		rc = store_user_rehash(tx, p->user.id, p->user.phc, phc);
	if (rc == RC_OK)
		rc = store_user_password(tx, p->user.id, phc, v->now_s);
	if (rc == RC_OK)
		rc = newpass_ends(tx, v, &p->user, w->session.id);
	if (rc == RC_OK)
		rc = cookie_new(v->arena, session_cookie, token);
	if (rc == RC_OK)
		rc = store_session_renew(tx, w->session.id, w->session.token, token, w->session.fresh_s);
	if (rc == RC_OK)
		rc = trace_audit(tx, v, &p->user, STR_NONE, "password.change", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

static bool password_fields(struct flow *f, const struct visit *v, const struct who *w, struct str current, struct str fresh,
                            struct str again, struct told *out)
{
	if (current.len == 0)
		out->missing |= FIELD_CURRENT;
	if (fresh.len == 0)
		out->missing |= FIELD_NEW;
	if (again.len == 0)
		out->missing |= FIELD_AGAIN;
	if (out->missing)
		out->say = SAY_MISSING;
	else if (current.len > VAULT_PASSWORD_MAX)
		*out = (struct told){.say = SAY_TOO_LONG, .missing = FIELD_CURRENT};
	else
		newpass_rules(f, v, &w->user, w->type, fresh, again, out);
	return out->say == SAY_NOTHING;
}

enum rc account_password(struct flow *f, const struct visit *v, const struct who *w, struct str current, struct str fresh,
                         struct str again, struct told *out, struct str *session_cookie)
{
	struct proof p = {0};
	struct tx *tx = NULL;
	struct str phc;
	bool rehash;
	enum rc rc;

	*out = (struct told){0};
	*session_cookie = STR_NONE;
	if (!password_fields(f, v, w, current, fresh, again, out))
		return RC_OK;
	rc = store_begin(f->store, &tx);
	if (rc == RC_OK)
		rc = proof_charge(tx, v, w, &p, out);
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	if (rc != RC_OK || out->say != SAY_NOTHING)
		return rc;
	rc = vault_password_check(f->vault, p.user.id, p.user.phc, current, &p.verdict, &rehash);
	if (rc == RC_BUSY)
		attempt_password_refund(f, v, &p.password);
	if (rc != RC_OK)
		return rc;
	if (p.verdict != VERDICT_GOOD) {
		rc = proof_wrong(f, v, w, &p, "wrong-password", out);
		out->say = SAY_PASSWORD_CURRENT;
		return rc;
	}
	rc = vault_password_hash(f->vault, v->arena, p.user.id, fresh, &phc);
	if (rc == RC_OK)
		rc = password_store(f, v, w, &p, phc, session_cookie);
	if (rc == RC_OK)
		out->say = SAY_PASSWORD_CHANGED;
	else
		*session_cookie = STR_NONE;
	return rc;
}
