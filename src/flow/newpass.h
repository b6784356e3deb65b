/*
 * newpass: what every new password goes through, whoever sets it: the rules before, what it ends after.
 */
#ifndef FLOW_NEWPASS_H
#define FLOW_NEWPASS_H

#include "flow/flow.h"

/* Both typed alike, and good by core/passphrase.h for this person and type; otherwise told says which rule. */
void newpass_rules(struct flow *f, const struct visit *v, const struct user *u, const struct config_type *type, struct str fresh,
                   struct str again, struct told *out);

/* In the transaction of the change: every session but `keep` (0: all), every known browser but the
 * one in use (with keep 0: all), every half-done sign-in and every other
 * set-up link end, and the owner is written to. */
enum rc newpass_ends(struct tx *tx, const struct visit *v, const struct user *u, int64_t keep) MUST_USE;

#endif
