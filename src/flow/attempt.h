/*
 * attempt: a guess at a password or a code, charged first, evaluated after, settled last.
 *
 *   attempt_password_charge ─▶ (vault) ─▶ attempt_password_right
 *   attempt_code_charge     ─▶ (vault) ─▶ attempt_code_right
 *
 * Every path that takes a password or a code comes through here (sign-in, fresh proof, change of password), so all draw
 * on one budget. The charge is its own transaction: it is seen by everybody before the vault is asked.
 */
#ifndef FLOW_ATTEMPT_H
#define FLOW_ATTEMPT_H

#include "flow/flow.h"

struct password_attempt {
	unsigned char login_hash[STORE_HASH];
	bool known;               /* which of the login's two counts: browsers that the owner knows (flow/known.h), or all others */
	struct password_tries seen, then;
};
/* RC_OK with told->say 0: charged, go on. RC_OK with SAY_PASSWORD_PAUSED or SAY_PASSWORD_OFF: do not evaluate. */
enum rc attempt_password_charge(struct tx *tx, const struct visit *v, const unsigned char login_hash[STORE_HASH], bool known,
                                struct password_attempt *out, struct told *told) MUST_USE;
enum rc attempt_password_right(struct tx *tx, const struct password_attempt *a) MUST_USE;
/* The vault was too busy to look: the try is given back, unless somebody else tried meanwhile. */
void attempt_password_refund(struct flow *f, const struct visit *v, const struct password_attempt *a);

struct code_attempt {
	int64_t try_id;
	int64_t paused_until_s;   /* what the charge set; tells the person when the next try is, if this one is wrong */
};
/* As above with SAY_CODE_PAUSED and SAY_CODE_FROZEN. */
enum rc attempt_code_charge(struct tx *tx, const struct visit *v, const struct user *u, bool strict, struct code_attempt *out,
                            struct told *told) MUST_USE;
/* What a charge would say now, without charging: a page that is only looked at tells the truth about pauses too. */
enum rc attempt_code_look(struct tx *tx, const struct visit *v, const struct user *u, bool strict, struct told *told) MUST_USE;
enum rc attempt_code_right(struct tx *tx, const struct user *u, const struct code_attempt *a) MUST_USE;

/* The active devices of a user that give codes, and the same as the vault's question; and how many passkeys there are. */
enum rc attempt_devices(struct tx *tx, struct arena *a, int64_t user, struct device **rows, struct vault_device **asked,
                        size_t *n, size_t *n_passkeys) MUST_USE;

/* SHA-256 of the folded login; of the typed bytes where they cannot be folded. */
void attempt_login_hash(struct arena *a, struct str typed, struct str *folded, unsigned char hash[STORE_HASH]);

#endif
