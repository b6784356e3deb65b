/*
 * road: where a sign-in stands, computed from its row and its account, the same for every story that asks.
 *
 * A row is read by its cookie; the account's facts are read beside it in the same transaction or view; the step is
 * signin_next of them. Stories compare that step with the one they serve and go no further when it differs.
 */
#ifndef FLOW_ROAD_H
#define FLOW_ROAD_H

#include "core/signin_fsm.h"
#include "flow/flow.h"

struct road {
	struct signin row;
	struct user user;                /* zero while the password is not proved */
	const struct config_type *form;  /* the type chosen on the form */
	const struct config_type *type;  /* the account's own; NULL while the password is not proved */
	struct device *devices;          /* active ones that give codes */
	struct vault_device *asked;      /* the same for the vault */
	size_t n_devices, n_passkeys;
	int64_t recovery_left;           /* at the step CODE: recovery codes that would lead on; else 0 */
	enum signin_step step;
};

/* RC_ABSENT: no such sign-in, expired, or its account is gone. `cookie` may be absent. */
enum rc road_find(struct flow *f, struct tx *tx, const struct visit *v, struct str cookie, struct road *out) MUST_USE;
/* The facts of a row and its account, for signin_next; session_begin asks the same way. */
struct signin_facts road_facts(const struct config *c, const struct signin *row, const struct user *u,
                               const struct config_type *type, size_t n_devices, size_t n_passkeys, int64_t now_s);
/* Again after the row's proofs were changed in memory. */
enum signin_step road_step(const struct flow *f, const struct visit *v, const struct road *r);

#endif
