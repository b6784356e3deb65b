/*
 * passkey: signing in, proving anew and enrolling with a passkey. docs/flows/passkey.md.
 *
 *   page ── POST .../options ─▶ passkey_*_ask: a challenge is stored for this cookie and this purpose; options as JSON
 *     │                                                      │
 *     └─ browser ─ authenticator ─ form ─▶ passkey_*: (1) the challenge is spent, whatever follows
 *                                                     (2) lens (registration), core/webauthn, vault: outside the store
 *                                                     (3) all is read again; counter claimed; session, proof or device
 *
 * The passkey stands for password and second factor, because user verification is always asked and checked. After a
 * password it is a second factor, and then it must be one of that account. Without a password nobody is named: the
 * options list no credential, so nothing tells who exists, and the answer must name its user itself.
 * A passkey that policy takes no more still stands as the second factor of its account, like every device from before.
 * The surprising rule: every refusal is told in one sentence, SAY_PASSKEY_WRONG; the reason stands in the audit only.
 * No budget: a signature cannot be guessed.
 */
#ifndef FLOW_PASSKEY_H
#define FLOW_PASSKEY_H

#include "flow/account.h"
#include "flow/enrol.h"
#include "flow/signin.h"

/* What the form brought, as typed by the script: base64url each, but `transports` and `name`. */
struct passkey_answer {
	struct str credential, client, authenticator, signature, handle;
	struct str attestation, transports; /* registration */
};

/* Does any type, this type (may be NULL: any) take passkeys? */
bool passkey_taken(const struct config *c, const struct config_type *type);

/* Which kind proves something, of an account with so many of each: one that policy takes; where it has none of those, what it
 * has (signin_fsm.h, docs/decisions/0011). */
bool passkey_counts(const struct policy *p, size_t n_codes, size_t n_passkeys);
bool passkey_code_counts(const struct policy *p, size_t n_codes, size_t n_passkeys);

/* `options` is the member publicKey of what navigator.credentials.get takes, in the JSON form of WebAuthn 3, 5.1.10.
 * RC_ABSENT: no type takes passkeys, or no cookie. */
enum rc passkey_signin_ask(struct flow *f, const struct visit *v, struct str cookie, struct str *options) MUST_USE;
/* `next` as of the form; that of a sign-in under way stands where it is absent. */
enum rc passkey_signin(struct flow *f, const struct visit *v, struct str cookie, struct str next, const struct passkey_answer *answer,
                       struct signin_state *out) MUST_USE;

/* Fresh proof (account.h tells whether it is offered). RC_ABSENT: the account has no passkey. */
enum rc passkey_confirm_ask(struct flow *f, const struct visit *v, const struct who *w, struct str *options) MUST_USE;
/* SAY_DONE: session_cookie is a new value to set. RC_ABSENT: the session ended meanwhile. */
enum rc passkey_confirm(struct flow *f, const struct visit *v, const struct who *w, const struct passkey_answer *answer,
                        struct confirm *out) MUST_USE;

enum passkey_screen {
	PASSKEY_GONE = 0,       /* the sign-in or session is gone */
	PASSKEY_NOT_ALLOWED,    /* policy takes none */
	PASSKEY_FORM,
	PASSKEY_FIRST,          /* what first_enrol asks comes first */
	PASSKEY_FULL,           /* all places are taken and nobody may go */
	PASSKEY_DONE,
};
struct passkey_enrol {
	enum passkey_screen screen;
	struct told told;
	struct str login, name;
	bool may_code;          /* policy takes codes too: the other way */
	struct device *offer;   /* FORM: all places are taken, one of these will be suspended (flow/replace.h) */
	size_t n_offer;
	unsigned devices_max;
	int64_t evict_from_s;
	struct device goes;     /* DONE: which one went; id 0: none */
	struct str signin_cookie, session_cookie, known_cookie, go; /* DONE on the sign-in road */
	enum signin_screen step; /* DONE on the sign-in road: SCREEN_DONE, or what is due after it */
};
enum rc passkey_enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct passkey_enrol *out) MUST_USE;
/* The look, and what is to be told of a name that came without a passkey. */
enum rc passkey_enrol_named(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct passkey_enrol *out) MUST_USE;
/* On the account road with a fresh proof. RC_ABSENT: not now. RC_MALFORMED: the name will not do; passkey_enrol says why. */
enum rc passkey_enrol_ask(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct str *options) MUST_USE;
enum rc passkey_enrol(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, int64_t replaces,
                      const struct passkey_answer *answer, struct passkey_enrol *out) MUST_USE;

#endif
