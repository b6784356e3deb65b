#include "passkeys.h"

#include <stdio.h>

#include "base/codec.h"

#define ORIGIN "https://gate.example"

/* ---- a person with a passkey ------------------------------------------------------------------------- */

struct str passkey_text(struct world *w, struct str bytes)
{
	return bytes.len ? base64url_encode(w->arena, bytes) : STR_NONE;
}

bool text_has(struct str text, const char *word)
{
	return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

/* The challenge of the options, as a browser would read it. */
struct str passkey_challenge_of(struct str options)
{
	static const char name[] = "\"challenge\":\"";
	const char *at = memmem(options.ptr, options.len, name, sizeof(name) - 1);

	assert_non_null(at);
	return str_n(at + sizeof(name) - 1, 43);
}

struct passkey_answer passkey_form(struct world *w, const struct auth_answer *a)
{
	return (struct passkey_answer){.credential = passkey_text(w, a->credential), .client = passkey_text(w, a->client),
	                               .authenticator = passkey_text(w, a->authdata),
	                               .signature = passkey_text(w, a->signature), .handle = passkey_text(w, a->handle),
	                               .attestation = passkey_text(w, a->object),
	                               .transports = S("internal hybrid")};
}

struct auth passkey_key(struct world *w, int64_t user, int64_t alg)
{
	struct auth au = auth_new(alg, ORIGIN, "gate.example");
	char *handle = arena_alloc(w->life, WEBAUTHN_HANDLE);

	webauthn_user_handle(user, (unsigned char *)handle);
	au.handle = str_n(handle, WEBAUTHN_HANDLE);
	au.flags |= WEBAUTHN_BE | WEBAUTHN_BS;
	return au;
}

struct enrol_by browser_by(const struct browser *b)
{
	return b->signin[0] ? (struct enrol_by){HOLDER_SIGNIN, jar(b->signin)} : (struct enrol_by){HOLDER_SESSION, jar(b->session)};
}

static void keep(struct browser *b, struct str signin, struct str session)
{
	if (signin.len)
		snprintf(b->signin, sizeof(b->signin), "%.*s", STR_ARG(signin));
	if (session.len) {
		snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(session));
		b->signin[0] = '\0';
	}
}

enum passkey_screen go_passkey_enrol(struct world *w, struct browser *b, struct auth *au, const char *name, struct passkey_enrol *out)
{
	struct visit v = world_visit(w);
	struct passkey_answer form = {0};
	struct auth_answer answer;
	struct str options;

	b->rc = passkey_enrol_ask(&w->flow, &v, browser_by(b), str_of(name), &options);
	if (b->rc == RC_OK) {
		answer = auth_create(au, w->arena, passkey_challenge_of(options));
		form = passkey_form(w, &answer);
	}
	b->rc = passkey_enrol(&w->flow, &v, browser_by(b), str_of(name), 0, &form, out);
	keep(b, out->signin_cookie, out->session_cookie);
	return out->screen;
}

/* At the step ENROL of a type that takes passkeys only: enrolled and in. */
struct auth person_passkey(struct world *w, struct browser *b, struct person p, const char *type)
{
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
	struct passkey_enrol out;

	assert_int_equal(go_to_second(w, b, type, p), SCREEN_ENROL);
	assert_int_equal(go_passkey_enrol(w, b, &au, "Laptop", &out), PASSKEY_DONE);
	assert_true(b->session[0]);
	return au;
}

void passkey_ask_must(struct world *w, struct browser *b, struct str *options)
{
	struct visit v = world_visit(w);

	assert_int_equal(passkey_signin_ask(&w->flow, &v, jar(b->signin), options), RC_OK);
}

enum signin_screen passkey_send(struct world *w, struct browser *b, const struct auth_answer *answer)
{
	struct passkey_answer form = passkey_form(w, answer);
	struct visit v = world_visit(w);

	b->rc = passkey_signin(&w->flow, &v, jar(b->signin), STR_NONE, &form, &b->at);
	keep(b, b->at.signin_cookie, b->at.session_cookie);
	return b->at.screen;
}

enum signin_screen go_passkey(struct world *w, struct browser *b, struct auth *au)
{
	struct auth_answer answer;
	struct str options;

	passkey_ask_must(w, b, &options);
	answer = auth_get(au, w->arena, passkey_challenge_of(options));
	return passkey_send(w, b, &answer);
}

struct world *world_with_passkeys(void)
{
	struct world *w = world_new();

	world_type(w, "mandatory")->policy.factors = FACTOR_PASSKEY;
	world_type(w, "optional")->policy.factors = FACTOR_PASSKEY | FACTOR_CODE;
	world_type(w, "single")->policy.factors = FACTOR_PASSKEY | FACTOR_CODE;
	return w;
}

void passkey_refused(struct world *w, struct browser *b, const char *reason)
{
	char sql[200];

	assert_int_equal(b->rc, RC_OK);
	assert_int_equal(b->at.told.say, SAY_PASSKEY_WRONG);
	assert_true(b->at.told.ref.len > 0);
	assert_false(b->session[0]);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM audit WHERE result = 'refused' AND reason = '%s' AND "
	         "ref = (SELECT ref FROM audit ORDER BY seq DESC LIMIT 1)", reason);
	if (world_count(w, sql, 0) != 1)
		fail_msg("the reason is not %s", reason);
}


struct two two_new(void)
{
	struct two t = {.w = world_with_passkeys()};
	struct browser a = browser_new(), b = browser_new();

	t.p = person_new(t.w, "siti", "mandatory");
	t.q = person_new(t.w, "budi", "mandatory");
	t.au = person_passkey(t.w, &a, t.p, "mandatory");
	t.other = person_passkey(t.w, &b, t.q, "mandatory");
	return t;
}

void two_free(struct two *t)
{
	auth_release(&t->au);
	auth_release(&t->other);
	world_free(&t->w);
}
