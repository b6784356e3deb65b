/*
 * passkeys: people with passkeys in software (tests/unit/authenticator.h), and what they do with them.
 *
 *   world_with_passkeys ─ person_new ─ person_passkey ─▶ struct auth ─ go_passkey, go_passkey_enrol
 *
 * Types: "mandatory" takes passkeys alone, "optional" and "single" passkeys and codes.
 */
#ifndef FLOW_TEST_PASSKEYS_H
#define FLOW_TEST_PASSKEYS_H

#include "../unit/authenticator.h"
#include "flow/passkey.h"
#include "world.h"

struct two {
	struct world *w;
	struct person p, q;
	struct auth au, other;       /* q's */
};

struct str passkey_text(struct world *w, struct str bytes);
bool text_has(struct str text, const char *word);
struct str passkey_challenge_of(struct str options);
struct passkey_answer passkey_form(struct world *w, const struct auth_answer *a);
struct auth passkey_key(struct world *w, int64_t user, int64_t alg);
struct enrol_by browser_by(const struct browser *b);
enum passkey_screen go_passkey_enrol(struct world *w, struct browser *b, struct auth *au, const char *name, struct passkey_enrol *out);
struct auth person_passkey(struct world *w, struct browser *b, struct person p, const char *type);
void passkey_ask_must(struct world *w, struct browser *b, struct str *options);
enum signin_screen passkey_send(struct world *w, struct browser *b, const struct auth_answer *answer);
enum signin_screen go_passkey(struct world *w, struct browser *b, struct auth *au);
struct world *world_with_passkeys(void);
void passkey_refused(struct world *w, struct browser *b, const char *reason);
struct two two_new(void);
void two_free(struct two *t);

#endif
