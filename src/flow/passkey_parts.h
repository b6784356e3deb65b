/*
 * passkey_parts: what the stories of passkeys share: passkey.c signs in and proves anew, passkey_enrol.c registers,
 * passkey_ask.c writes the questions. Nobody else includes this.
 */
#ifndef FLOW_PASSKEY_PARTS_H
#define FLOW_PASSKEY_PARTS_H

#include "core/webauthn.h"
#include "flow/passkey.h"

/* A challenge is made and stored, its own transaction. `text`: base64url. */
enum rc passkey_challenge(struct flow *f, const struct visit *v, const unsigned char cookie[STORE_HASH], enum challenge_purpose p,
                          struct str *text) MUST_USE;
/* Spends it, in `tx`. RC_OK with an absent text: there was none. */
enum rc passkey_challenge_take(struct tx *tx, const struct visit *v, const unsigned char cookie[STORE_HASH], enum challenge_purpose p,
                               struct str *text) MUST_USE;
/* The questions. `keys` may be none. */
enum rc passkey_options_get(struct flow *f, const struct visit *v, struct str challenge, const struct passkey *keys, size_t n,
                            struct str *options) MUST_USE;
enum rc passkey_options_create(struct flow *f, const struct visit *v, struct str challenge, const struct user *u,
                               const struct passkey *keys, size_t n, struct str *options) MUST_USE;

/* base64url, at most `most` bytes; an absent or broken field is absent. */
struct str passkey_bytes(struct arena *a, struct str field, size_t most);

#endif
