#include "flow/attempt.h"

#include <string.h>

#include "base/codec.h"
#include "core/throttle.h"
#include "core/userid.h"

/* Lost compare-and-sets cannot follow one another for long: each one means that somebody else got on. */
enum { RACE_TRIES = 16 };

void attempt_login_hash(struct arena *a, struct str typed, struct str *folded, unsigned char hash[STORE_HASH])
{
	if (userid_fold(a, typed, folded) != RC_OK)
		*folded = STR_NONE;
	sha256(folded->ptr ? *folded : str_trim(typed), hash);
}

enum rc attempt_password_charge(struct tx *tx, const struct visit *v, const unsigned char login_hash[STORE_HASH], bool known,
                                struct password_attempt *out, struct told *told)
{
	*told = (struct told){.say = SAY_PASSWORD_OFF};
	*out = (struct password_attempt){.known = known};
	memcpy(out->login_hash, login_hash, STORE_HASH);
	for (int i = 0; i < RACE_TRIES; i++) {
		enum rc rc = store_password_tries_get(tx, login_hash, known, &out->seen);

		if (rc != RC_OK)
			return rc;
		switch (throttle_password(out->seen.failures, out->seen.paused_until_s, v->now_s, &out->then.failures, &out->then.paused_until_s)) {
		case THROTTLE_CLOSED:
			return store_refused_count(tx, v->now_s, "password-off");
		case THROTTLE_PAUSED:
			*told = (struct told){.say = SAY_PASSWORD_PAUSED, .until_s = out->then.paused_until_s};
			if (out->then.paused_until_s != out->seen.paused_until_s)
				rc = store_password_tries_charge(tx, login_hash, known, out->seen, out->then, v->now_s);
			if (rc == RC_TAKEN)
				continue;
			return rc == RC_OK ? store_refused_count(tx, v->now_s, "password-paused") : rc;
		case THROTTLE_CHARGED:
			rc = store_password_tries_charge(tx, login_hash, known, out->seen, out->then, v->now_s);
			if (rc == RC_TAKEN)
				continue;
			if (rc == RC_OK)
				told->say = SAY_NOTHING;
			return rc;
		}
	}
	return RC_FAULT;
}

enum rc attempt_password_right(struct tx *tx, const struct password_attempt *a)
{
	return store_password_tries_clear(tx, a->login_hash, a->known);
}

void attempt_password_refund(struct flow *f, const struct visit *v, const struct password_attempt *a)
{
	struct tx *tx;

	if (store_begin(f->store, &tx) != RC_OK)
		return;
	if (store_password_tries_charge(tx, a->login_hash, a->known, a->then, a->seen, v->now_s) == RC_OK && store_commit_later(&tx) == RC_OK)
		return;
	store_abandon(&tx);
}

enum rc attempt_code_charge(struct tx *tx, const struct visit *v, const struct user *u, bool strict, struct code_attempt *out,
                            struct told *told)
{
	struct code_tries seen, then;

	*told = (struct told){.say = SAY_CODE_FROZEN};
	*out = (struct code_attempt){0};
	if (store_id_new(&out->try_id) != RC_OK)
		return RC_FAULT;
	for (int i = 0; i < RACE_TRIES; i++) {
		enum rc rc = store_code_tries_get(tx, u->id, v->now_s, &seen);

		if (rc != RC_OK)
			return rc;
		then = seen;
		switch (throttle_code(seen.in_a_row, seen.paused_until_s, seen.this_year, strict, v->now_s, &then.in_a_row, &then.paused_until_s)) {
		case THROTTLE_CLOSED:
			return store_refused_count(tx, v->now_s, "code-frozen");
		case THROTTLE_PAUSED:
			*told = (struct told){.say = SAY_CODE_PAUSED, .until_s = then.paused_until_s};
			if (then.paused_until_s != seen.paused_until_s)
				rc = store_code_tries_pause(tx, u->id, seen, then.paused_until_s);
			if (rc == RC_TAKEN)
				continue;
			return rc == RC_OK ? store_refused_count(tx, v->now_s, "code-paused") : rc;
		case THROTTLE_CHARGED:
			then.this_year++;
			rc = store_code_tries_charge(tx, u->id, seen, then, out->try_id, v->now_s);
			if (rc == RC_TAKEN)
				continue;
			if (rc == RC_OK)
				told->say = SAY_NOTHING;
			out->paused_until_s = then.paused_until_s;
			return rc;
		}
	}
	return RC_FAULT;
}

enum rc attempt_code_look(struct tx *tx, const struct visit *v, const struct user *u, bool strict, struct told *told)
{
	struct code_tries seen;
	int64_t in_a_row, until_s;
	enum rc rc = store_code_tries_get(tx, u->id, v->now_s, &seen);

	if (rc != RC_OK)
		return rc;
	switch (throttle_code(seen.in_a_row, seen.paused_until_s, seen.this_year, strict, v->now_s, &in_a_row, &until_s)) {
	case THROTTLE_CLOSED:
		*told = (struct told){.say = SAY_CODE_FROZEN};
		break;
	case THROTTLE_PAUSED:
		*told = (struct told){.say = SAY_CODE_PAUSED, .until_s = until_s};
		break;
	case THROTTLE_CHARGED:
		break;
	}
	return RC_OK;
}

enum rc attempt_code_right(struct tx *tx, const struct user *u, const struct code_attempt *a)
{
	return store_code_tries_clear(tx, u->id, a->try_id);
}

enum rc attempt_devices(struct tx *tx, struct arena *a, int64_t user, struct device **rows, struct vault_device **asked,
                        size_t *n, size_t *n_passkeys)
{
	size_t all;
	enum rc rc = store_device_list(tx, a, user, false, rows, &all);

	*asked = NULL;
	*n = *n_passkeys = 0;
	if (rc != RC_OK)
		return rc;
	*asked = arena_many(a, all + 1, struct vault_device);
	for (size_t i = 0; i < all; i++) {
		if ((*rows)[i].kind == DEVICE_PASSKEY)
			(*n_passkeys)++;
		else if (*n < VAULT_DEVICES_MAX)
			(*rows)[(*n)++] = (*rows)[i];
	}
	for (size_t i = 0; i < *n; i++)
		(*asked)[i] = (struct vault_device){.user = user, .row = (*rows)[i].id, .seed = (*rows)[i].seed};
	return RC_OK;
}
