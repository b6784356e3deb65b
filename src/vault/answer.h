/*
 * answer: one question in, one answer out; everything the vault can do, without sockets or threads.
 *
 * Seeds are opened here, used, and wiped before the answer is written. The work for a code does not depend
 * on the code: every device and every step is computed, and the choice is made with masks.
 * A question has passed vault_frame_check before it comes here.
 */
#ifndef VAULT_ANSWER_H
#define VAULT_ANSWER_H

#include "vault/frame.h"
#include "vault/password.h"

/* How far a clock may be off to be told so at enrolment: 26 hours (a wrong day, AM for PM). */
enum { DRIFT_SPAN_STEPS = 26 * 60 * 60 / TOTP_PERIOD_S };

/* True for what takes long (Argon2id; the search of a wrong clock): it goes to the hash lane. */
bool answer_is_slow(uint32_t op);

/* `say` is zeroed, gets op, id, rc and the payload; on any rc but RC_OK the payload stays zero. */
void answer_fast(const struct keys *k, const union frame_ask *ask, union frame_say *say);
void answer_slow(const struct keys *k, struct hasher *h, const struct phc *dummy, const union frame_ask *ask,
                 union frame_say *say);

#endif
