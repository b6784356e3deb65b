#include <pthread.h>
#include <stdio.h>

#include "../unit/authenticator.h"
#include "base/codec.h"
#include "flow/passkey.h"
#include "world.h"

#define ORIGIN "https://gate.example"

enum { FEW = 20 };

/* ---- a person with a passkey ------------------------------------------------------------------------- */

static struct str b64(struct world *w, struct str bytes)
{
	return bytes.len ? base64url_encode(w->arena, bytes) : STR_NONE;
}

static bool has(struct str text, const char *word)
{
	return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

/* The challenge of the options, as a browser would read it. */
static struct str challenge_of(struct str options)
{
	static const char name[] = "\"challenge\":\"";
	const char *at = memmem(options.ptr, options.len, name, sizeof(name) - 1);

	assert_non_null(at);
	return str_n(at + sizeof(name) - 1, 43);
}

static struct passkey_answer form_of(struct world *w, const struct auth_answer *a)
{
	return (struct passkey_answer){.credential = b64(w, a->credential), .client = b64(w, a->client), .authenticator = b64(w, a->authdata),
	                               .signature = b64(w, a->signature), .handle = b64(w, a->handle), .attestation = b64(w, a->object),
	                               .transports = S("internal hybrid")};
}

static struct auth key_new(struct world *w, int64_t user, int64_t alg)
{
	struct auth au = auth_new(alg, ORIGIN, "gate.example");
	char *handle = arena_alloc(w->life, WEBAUTHN_HANDLE);

	webauthn_user_handle(user, (unsigned char *)handle);
	au.handle = str_n(handle, WEBAUTHN_HANDLE);
	au.flags |= WEBAUTHN_BE | WEBAUTHN_BS;
	return au;
}

static struct enrol_by by_of(const struct browser *b)
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

static enum passkey_screen enrol(struct world *w, struct browser *b, struct auth *au, const char *name, struct passkey_enrol *out)
{
	struct visit v = world_visit(w);
	struct passkey_answer form = {0};
	struct auth_answer answer;
	struct str options;

	b->rc = passkey_enrol_ask(&w->flow, &v, by_of(b), str_of(name), &options);
	if (b->rc == RC_OK) {
		answer = auth_create(au, w->arena, challenge_of(options));
		form = form_of(w, &answer);
	}
	b->rc = passkey_enrol(&w->flow, &v, by_of(b), str_of(name), 0, &form, out);
	keep(b, out->signin_cookie, out->session_cookie);
	return out->screen;
}

/* At the step ENROL of a type that takes passkeys only: enrolled and in. */
static struct auth person_enrols(struct world *w, struct browser *b, struct person p, const char *type)
{
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
	struct passkey_enrol out;

	assert_int_equal(go_to_second(w, b, type, p), SCREEN_ENROL);
	assert_int_equal(enrol(w, b, &au, "Laptop", &out), PASSKEY_DONE);
	assert_true(b->session[0]);
	return au;
}

static void ask(struct world *w, struct browser *b, struct str *options)
{
	struct visit v = world_visit(w);

	assert_int_equal(passkey_signin_ask(&w->flow, &v, jar(b->signin), options), RC_OK);
}

static enum signin_screen send_answer(struct world *w, struct browser *b, const struct auth_answer *answer)
{
	struct passkey_answer form = form_of(w, answer);
	struct visit v = world_visit(w);

	b->rc = passkey_signin(&w->flow, &v, jar(b->signin), STR_NONE, &form, &b->at);
	keep(b, b->at.signin_cookie, b->at.session_cookie);
	return b->at.screen;
}

static enum signin_screen go_passkey(struct world *w, struct browser *b, struct auth *au)
{
	struct auth_answer answer;
	struct str options;

	ask(w, b, &options);
	answer = auth_get(au, w->arena, challenge_of(options));
	return send_answer(w, b, &answer);
}

static struct world *world_with_passkeys(void)
{
	struct world *w = world_new();

	world_type(w, "mandatory")->policy.factors = FACTOR_PASSKEY;
	world_type(w, "optional")->policy.factors = FACTOR_PASSKEY | FACTOR_CODE;
	world_type(w, "single")->policy.factors = FACTOR_PASSKEY | FACTOR_CODE;
	return w;
}

static void refused_because(struct world *w, struct browser *b, const char *reason)
{
	char sql[200];

	assert_int_equal(b->rc, RC_OK);
	assert_int_equal(b->at.told.say, SAY_PASSKEY_WRONG);
	assert_true(b->at.told.ref.len > 0);
	assert_false(b->session[0]);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM audit WHERE result = 'refused' AND reason = '%s' AND ref = (SELECT ref FROM audit ORDER BY seq DESC LIMIT 1)", reason);
	if (world_count(w, sql, 0) != 1)
		fail_msg("the reason is not %s", reason);
}

/* ---- the main road ---------------------------------------------------------------------------------------- */

static void passkey_alone_signs_in_and_counts_for_both_factors(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser first = browser_new(), b = browser_new();
	struct auth au = person_enrols(w, &first, p, "mandatory");
	struct who who = who_must(w, &first);

	(void)state;
	assert_str(session_amr(&who.session), "pwd hwk user");
	assert_int_equal(go_passkey(w, &b, &au), SCREEN_DONE);
	who = who_must(w, &b);
	assert_int_equal(who.user.id, p.id);
	assert_str(session_amr(&who.session), "hwk user");
	assert_true(session_is_fresh(&who.session, w->now_s));
	assert_true(b.at.known_cookie.len > 0);
	assert_str(b.at.go, "/home");
	assert_int_equal(world_count(w, "SELECT count(*) FROM signin", 0), 0);
	assert_int_equal(world_count(w, "SELECT count(*) FROM challenge", 0), 0);
	assert_int_equal(world_count(w, "SELECT count(*) FROM audit WHERE event = 'passkey' AND result = 'ok' AND device = 'Laptop'", 0), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM outbox WHERE template = 'passkey.added'", 0), 1);
	auth_release(&au);
	world_free(&w);
}

static void options_name_nobody_before_a_password(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser first = browser_new(), b = browser_new();
	struct auth au = person_enrols(w, &first, p, "mandatory");
	struct str options;

	(void)state;
	ask(w, &b, &options);
	assert_true(has(options, "\"allowCredentials\":[]") && has(options, "\"rpId\":\"gate.example\"") && has(options, "\"userVerification\":\"required\""));
	assert_int_equal(go_user(w, &b, "mandatory", "siti"), SCREEN_PASSWORD);
	ask(w, &b, &options);
	assert_true(has(options, "\"allowCredentials\":[]"));
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_CODE);
	ask(w, &b, &options);
	assert_true(has(options, "\"transports\":[\"internal\",\"hybrid\"]"));
	assert_true(has(options, arena_cstr(w->arena, b64(w, str_n(au.credential, au.credential_len)))));
	auth_release(&au);
	world_free(&w);
}

static void passkey_is_a_second_factor_after_the_password(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser first = browser_new(), b = browser_new();
	struct auth au = person_enrols(w, &first, p, "mandatory");
	struct who who;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	au.handle = STR_NONE; /* the account is known: a security key need not say it again */
	assert_int_equal(go_passkey(w, &b, &au), SCREEN_DONE);
	who = who_must(w, &b);
	assert_str(session_amr(&who.session), "pwd hwk user");
	auth_release(&au);
	world_free(&w);
}

static void policy_of_passkeys_alone_takes_no_password_alone_and_no_code(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct phone phone = phone_new(w, p, "HP lama");
	struct browser b = browser_new(), c = browser_new(), d = browser_new();
	struct auth au = key_new(w, p.id, WEBAUTHN_EDDSA);
	struct passkey_enrol out;
	struct confirm confirm;
	struct who who;
	struct visit v;

	(void)state;
	/* a device from before is still asked for, then a passkey is enrolled */
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_ENROL);
	assert_int_equal(enrol(w, &b, &au, "Kunci", &out), PASSKEY_DONE);
	assert_true(b.session[0]);
	w->now_s += 60;
	assert_int_equal(go_passkey(w, &c, &au), SCREEN_DONE);
	/* and from then on a code proves nothing, at the sign-in and before a change */
	assert_int_equal(go_to_second(w, &d, "mandatory", p), SCREEN_CODE);
	go_look(w, &d);
	assert_true(d.at.passkey_offered && d.at.n_labels == 0);
	assert_int_equal(go_code(w, &d, phone_code(w, &phone, 0)), SCREEN_CODE);
	w->now_s += SESSION_FRESH_S + 60;
	who = who_must(w, &c);
	v = world_visit(w);
	(void)!account_confirm(&w->flow, &v, &who, S(PASSWORD), phone_code(w, &phone, 0), &confirm);
	assert_int_not_equal(confirm.told.say, SAY_DONE);
	/* the other way round: a type that took its passkeys back does not take them beside codes */
	world_type(w, "mandatory")->policy.factors = FACTOR_CODE;
	d = browser_new();
	assert_int_equal(go_to_second(w, &d, "mandatory", p), SCREEN_CODE);
	go_look(w, &d);
	assert_true(!d.at.passkey_offered && d.at.n_labels == 1);
	go_passkey(w, &d, &au);
	refused_because(w, &d, "passkey-policy");
	auth_release(&au);
	world_free(&w);
}

static void terms_are_asked_after_a_passkey_too(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "once");
	struct browser first = browser_new(), b = browser_new();
	struct passkey_enrol out;
	struct auth au;

	(void)state;
	world_type(w, "once")->policy.factors = FACTOR_PASSKEY;
	au = key_new(w, p.id, WEBAUTHN_ES256);
	assert_int_equal(go_to_second(w, &first, "once", p), SCREEN_ENROL);
	assert_int_equal(enrol(w, &first, &au, "Laptop", &out), PASSKEY_DONE);
	world_script(w, "UPDATE users SET terms_version = NULL");
	assert_int_equal(go_passkey(w, &b, &au), SCREEN_TERMS);
	assert_false(b.session[0]);
	assert_int_equal(go_terms(w, &b, true), SCREEN_DONE);
	assert_true(b.session[0]);
	auth_release(&au);
	world_free(&w);
}

/* ---- refused ------------------------------------------------------------------------------------------------- */

struct two {
	struct world *w;
	struct person p, q;
	struct auth au, other;       /* q's */
};

static struct two two_new(void)
{
	struct two t = {.w = world_with_passkeys()};
	struct browser a = browser_new(), b = browser_new();

	t.p = person_new(t.w, "siti", "mandatory");
	t.q = person_new(t.w, "budi", "mandatory");
	t.au = person_enrols(t.w, &a, t.p, "mandatory");
	t.other = person_enrols(t.w, &b, t.q, "mandatory");
	return t;
}

static void two_free(struct two *t)
{
	auth_release(&t->au);
	auth_release(&t->other);
	world_free(&t->w);
}

static void challenge_is_spent_by_the_first_answer(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();
	struct auth_answer answer;
	struct str options;

	(void)state;
	ask(t.w, &b, &options);
	answer = auth_get(&t.au, t.w->arena, challenge_of(options));
	answer.signature.ptr = arena_cstr(t.w->arena, answer.signature);
	((char *)answer.signature.ptr)[answer.signature.len - 1] ^= 1;
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-signature");
	((char *)answer.signature.ptr)[answer.signature.len - 1] ^= 1;
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-challenge");
	two_free(&t);
}

static void challenge_of_another_browser_purpose_or_time_is_refused(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new(), other = browser_new();
	struct visit v = world_visit(t.w);
	struct auth_answer answer;
	struct str options;

	(void)state;
	ask(t.w, &other, &options);
	answer = auth_get(&t.au, t.w->arena, challenge_of(options));
	send_answer(t.w, &b, &answer); /* none of its own */
	refused_because(t.w, &b, "passkey-challenge");
	ask(t.w, &b, &options); /* one of its own, and the other's answer */
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-challenge");
	ask(t.w, &b, &options);
	answer = auth_get(&t.au, t.w->arena, challenge_of(options));
	t.w->now_s += CHALLENGE_S + 1;
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-challenge");
	(void)v;
	two_free(&t);
}

static void challenge_sent_by_the_client_itself_is_no_challenge(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();
	struct auth_answer answer = auth_get(&t.au, t.w->arena, S("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"));
	struct str options;

	(void)state;
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-challenge");
	ask(t.w, &b, &options);
	send_answer(t.w, &b, &answer);
	refused_because(t.w, &b, "passkey-challenge");
	two_free(&t);
}

static void passkey_of_somebody_else_is_no_second_factor(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();

	(void)state;
	assert_int_equal(go_to_second(t.w, &b, "mandatory", t.p), SCREEN_CODE);
	go_passkey(t.w, &b, &t.other);
	refused_because(t.w, &b, "passkey-other-user");
	assert_int_equal(b.at.screen, SCREEN_CODE);
	assert_int_equal(go_passkey(t.w, &b, &t.au), SCREEN_DONE);
	two_free(&t);
}

static void answers_that_are_wrong_are_refused_for_their_reason(void **state)
{
	struct two t = two_new();
	struct auth au = t.au;
	struct browser b = browser_new();

	(void)state;
#define WRONG_BY(change, reason) \
	do { \
		au = t.au; \
		change; \
		go_passkey(t.w, &b, &au); \
		refused_because(t.w, &b, reason); \
	} while (0)
	WRONG_BY(au.origin = "https://evil.example", "passkey-origin");
	WRONG_BY(au.rp_id = "evil.example", "passkey-rp");
	WRONG_BY(au.flags &= ~(unsigned)WEBAUTHN_UV, "passkey-user-unverified");
	WRONG_BY(au.flags &= ~(unsigned)WEBAUTHN_UP, "passkey-user-absent");
	WRONG_BY(au.flags &= ~(unsigned)(WEBAUTHN_BE | WEBAUTHN_BS), "passkey-backup-changed");
	WRONG_BY(au.type = "webauthn.create", "passkey-type");
	WRONG_BY(au.client_more = ",\"crossOrigin\":true", "passkey-framed");
	WRONG_BY(au.handle = t.other.handle, "passkey-handle");
	WRONG_BY(au.handle = STR_NONE, "passkey-handle-missing");
	WRONG_BY(au.key = t.other.key, "passkey-signature");
	WRONG_BY(au.credential[0] ^= 1, "passkey-unknown");
	WRONG_BY(au.credential_len = 0, "passkey-unknown");
	assert_int_equal(go_passkey(t.w, &b, &t.au), SCREEN_DONE);
	two_free(&t);
}

static void counter_that_stands_still_is_refused_and_told_to_the_owner(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new(), c = browser_new(), d = browser_new();
	struct evp_pkey_st *own;

	(void)state;
	t.au.counter = 5;
	assert_int_equal(go_passkey(t.w, &b, &t.au), SCREEN_DONE);
	go_passkey(t.w, &c, &t.au);
	refused_because(t.w, &c, "passkey-counter");
	assert_int_equal(world_count(t.w, "SELECT count(*) FROM outbox WHERE template = 'passkey.counter'", 0), 1);
	t.au.counter = 4;
	go_passkey(t.w, &c, &t.au);
	refused_because(t.w, &c, "passkey-counter");
	/* who cannot sign cannot make the owner be told */
	t.other.counter = 0;
	own = t.au.key;
	t.au.key = t.other.key;
	go_passkey(t.w, &d, &t.au);
	refused_because(t.w, &d, "passkey-signature");
	t.au.key = own;
	two_free(&t);
}

static void locked_account_removed_passkey_and_type_without_them_look_alike(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();

	(void)state;
	person_lock(t.w, t.p, true);
	go_passkey(t.w, &b, &t.au);
	refused_because(t.w, &b, "locked");
	person_lock(t.w, t.p, false);
	world_type(t.w, "mandatory")->policy.factors = FACTOR_CODE;
	world_type(t.w, "optional")->policy.factors = FACTOR_PASSKEY;
	go_passkey(t.w, &b, &t.au);
	refused_because(t.w, &b, "passkey-policy");
	world_type(t.w, "mandatory")->policy.factors = FACTOR_PASSKEY;
	world_do(t.w, "UPDATE device SET state = 3 WHERE user_id = ?1", t.p.id);
	go_passkey(t.w, &b, &t.au);
	refused_because(t.w, &b, "passkey-unknown");
	two_free(&t);
}

/* ---- registration ------------------------------------------------------------------------------------------------- */

static void registration_that_is_wrong_leaves_nothing(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser b = browser_new();
	struct auth good = key_new(w, p.id, WEBAUTHN_RS256), au;
	struct passkey_enrol out;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
#define NOT_TAKEN(change) \
	do { \
		au = good; \
		change; \
		assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM); \
		assert_int_equal(out.told.say, SAY_PASSKEY_WRONG); \
		assert_int_equal(world_count(w, "SELECT (SELECT count(*) FROM device) + (SELECT count(*) FROM passkey) + (SELECT count(*) FROM session)", 0), 0); \
	} while (0)
	NOT_TAKEN(au.origin = "https://evil.example");
	NOT_TAKEN(au.flags &= ~(unsigned)WEBAUTHN_UV);
	NOT_TAKEN(au.type = "webauthn.get");
	NOT_TAKEN(au.credential_len = 0);
	NOT_TAKEN(au.rp_id = "example");
	NOT_TAKEN(au.extensions = S("\xa2\x01\x01\x01\x01"));
	good.self = true;
	assert_int_equal(enrol(w, &b, &good, "Laptop", &out), PASSKEY_DONE);
	auth_release(&good);
	world_free(&w);
}

static void name_is_looked_at_before_the_authenticator_is_asked(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "optional");
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256), two;
	struct passkey_enrol out;
	struct str options;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, by_of(&b), STR_NONE, &options), RC_MALFORMED);
	assert_int_equal(enrol(w, &b, &au, "", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_MISSING);
	assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
	two = key_new(w, p.id, WEBAUTHN_ES256);
	assert_int_equal(enrol(w, &b, &two, "LAPTOP", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_ENROL_NAME_TAKEN);
	/* the same credential twice: the authenticator was asked to leave it out, and the store would not take it */
	assert_int_equal(enrol(w, &b, &au, "Laptop 2", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_PASSKEY_WRONG);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, by_of(&b), S("Lain"), &options), RC_OK);
	assert_true(has(options, "\"excludeCredentials\":[{") && has(options, "\"attestation\":\"none\"") && has(options, "\"residentKey\":\"required\""));
	auth_release(&au);
	auth_release(&two);
	world_free(&w);
}

static void account_road_asks_a_fresh_proof_and_ends_other_sessions(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "optional");
	struct browser b = browser_new(), other = browser_new();
	struct visit v;
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
	struct passkey_enrol out;
	struct str options;

	(void)state;
	go_in(w, &other, "optional", p, NULL);
	go_in(w, &b, "optional", p, NULL);
	w->now_s += SESSION_FRESH_S + 1;
	v = world_visit(w);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, by_of(&b), S("Laptop"), &options), RC_ABSENT);
	assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM);
	assert_int_equal(b.rc, RC_ABSENT);
	w->now_s -= SESSION_FRESH_S;
	assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
	assert_int_equal(world_sessions(w, p.id), 1);
	who_must(w, &b);
	auth_release(&au);
	world_free(&w);
}

static void cap_is_held_and_who_goes_is_named_first(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "single");
	struct phone phone = phone_new(w, p, "HP lama");
	struct browser b = browser_new();
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
	struct visit v = world_visit(w);
	struct passkey_enrol out;

	(void)state;
	go_in(w, &b, "single", p, &phone);
	assert_int_equal(passkey_enrol_look(&w->flow, &v, by_of(&b), &out), RC_OK);
	assert_int_equal(out.screen, PASSKEY_FULL);
	world_type(w, "single")->policy.devices_when_full = FULL_EVICT_OLDEST;
	assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM); /* nobody was named */
	assert_int_equal(out.told.say, SAY_ENROL_FULL);
	assert_int_equal(out.n_offer, 1);
	assert_int_equal(out.offer[0].id, phone.device);
	assert_int_equal(world_count(w, "SELECT count(*) FROM device WHERE state = 1", 0), 1);
	auth_release(&au);
	world_free(&w);
}

/* ---- fresh proof --------------------------------------------------------------------------------------------------- */

static struct confirm confirm_with(struct world *w, struct browser *b, struct auth *au, enum rc *rc)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct passkey_answer form;
	struct auth_answer answer;
	struct confirm out = {0};
	struct str options;

	*rc = passkey_confirm_ask(&w->flow, &v, &who, &options);
	if (*rc != RC_OK)
		return out;
	answer = auth_get(au, w->arena, challenge_of(options));
	form = form_of(w, &answer);
	*rc = passkey_confirm(&w->flow, &v, &who, &form, &out);
	if (out.session_cookie.len)
		snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(out.session_cookie));
	return out;
}

static void passkey_is_a_fresh_proof_of_its_own_account_only(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();
	struct confirm out;
	char before[64];
	enum rc rc;

	(void)state;
	assert_int_equal(go_passkey(t.w, &b, &t.au), SCREEN_DONE);
	t.w->now_s += SESSION_FRESH_S + 1;
	assert_false(session_is_fresh(&(struct session){.fresh_s = who_must(t.w, &b).session.fresh_s}, t.w->now_s));
	out = confirm_with(t.w, &b, &t.other, &rc);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(out.told.say, SAY_PASSKEY_WRONG);
	memcpy(before, b.session, sizeof(before));
	out = confirm_with(t.w, &b, &t.au, &rc);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	assert_string_not_equal(before, b.session);
	struct who who = who_must(t.w, &b);
	assert_true(session_is_fresh(&who.session, t.w->now_s));
	two_free(&t);
}

static void account_without_a_passkey_is_offered_none(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "optional");
	struct browser b = browser_new();
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
	struct visit v = world_visit(w);
	struct confirm look;
	struct who who;
	enum rc rc;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	who = who_must(w, &b);
	assert_int_equal(account_confirm_look(&w->flow, &v, &who, &look), RC_OK);
	assert_false(look.passkey_offered || look.passkey_only);
	confirm_with(w, &b, &au, &rc);
	assert_int_equal(rc, RC_ABSENT);
	auth_release(&au);
	world_free(&w);
}

/* A password alone is less than what the account is protected with. */
static void password_alone_is_no_fresh_proof_of_an_account_with_a_passkey(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();
	struct visit v;
	struct confirm out;
	struct who who;

	(void)state;
	assert_int_equal(go_passkey(t.w, &b, &t.au), SCREEN_DONE);
	t.w->now_s += SESSION_FRESH_S + 1;
	v = world_visit(t.w);
	who = who_must(t.w, &b);
	(void)!account_confirm(&t.w->flow, &v, &who, S(PASSWORD), S("123456"), &out);
	assert_int_not_equal(out.told.say, SAY_DONE);
	assert_int_equal(out.session_cookie.len, 0);
	(void)!account_confirm(&t.w->flow, &v, &who, S(PASSWORD), STR_NONE, &out);
	assert_int_not_equal(out.told.say, SAY_DONE);
	two_free(&t);
}

/* ---- broken at every call, and many at once ------------------------------------------------------------------------- */

static void whatever_call_of_the_store_breaks_nothing_is_granted(void **state)
{
	struct two t = two_new();

	(void)state;
	for (unsigned n = 1; n < 200; n++) {
		struct browser b = browser_new();
		struct auth_answer answer;
		struct str options;
		unsigned left;

		ask(t.w, &b, &options);
		answer = auth_get(&t.au, t.w->arena, challenge_of(options));
		store_break_at(t.w->flow.store, n);
		send_answer(t.w, &b, &answer);
		left = store_break_at(t.w->flow.store, 0);
		if (left > 0) {
			assert_int_equal(b.at.screen, SCREEN_DONE);
			assert_true(n > 8);
			two_free(&t);
			return;
		}
		assert_int_not_equal(b.rc, RC_OK);
		assert_false(b.session[0]);
		assert_int_equal(b.at.session_cookie.len, 0);
		assert_int_equal(world_sessions(t.w, t.p.id), 1);
		/* the same answer again: its challenge was spent, or it is the one chance that is left */
		assert_true(go_passkey(t.w, &b, &t.au) == SCREEN_DONE);
		world_do(t.w, "DELETE FROM session WHERE user_id = ?1 AND pwd_s = 0", t.p.id);
		world_reset(t.w);
	}
	fail_msg("the story never ended");
}

static void whatever_call_breaks_no_passkey_is_enrolled_by_half(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 200; n++) {
		struct world *w = world_with_passkeys();
		struct person p = person_new(w, "siti", "mandatory");
		struct browser b = browser_new();
		struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
		struct passkey_enrol out;
		struct visit v = world_visit(w);
		struct passkey_answer form;
		struct auth_answer answer;
		struct str options;
		unsigned left;

		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
		assert_int_equal(passkey_enrol_ask(&w->flow, &v, by_of(&b), S("Laptop"), &options), RC_OK);
		answer = auth_create(&au, w->arena, challenge_of(options));
		form = form_of(w, &answer);
		store_break_at(w->flow.store, n);
		b.rc = passkey_enrol(&w->flow, &v, by_of(&b), S("Laptop"), 0, &form, &out);
		left = store_break_at(w->flow.store, 0);
		if (left == 0) {
			assert_int_not_equal(b.rc, RC_OK);
			assert_int_equal(out.session_cookie.len, 0);
			assert_int_equal(world_count(w, "SELECT (SELECT count(*) FROM device) + (SELECT count(*) FROM passkey) + (SELECT count(*) FROM session)", 0), 0);
		}
		auth_release(&au);
		world_free(&w);
		if (left > 0)
			return;
	}
	fail_msg("the story never ended");
}

static void without_a_lens_nothing_is_registered(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser b = browser_new();
	struct auth au = key_new(w, p.id, WEBAUTHN_ES256);
	struct lens *kept = w->flow.lens;
	struct passkey_enrol out;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
	w->flow.lens = NULL;
	enrol(w, &b, &au, "Laptop", &out);
	assert_int_equal(b.rc, RC_FAULT);
	assert_int_equal(world_count(w, "SELECT count(*) FROM device", 0), 0);
	w->flow.lens = kept;
	assert_int_equal(enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
	auth_release(&au);
	world_free(&w);
}

struct racer {
	struct world *w;
	pthread_barrier_t *start;
	struct passkey_answer form;
	struct str cookie;
	enum rc rc;
	enum signin_screen screen;
};

static void *race(void *arg)
{
	struct racer *me = arg;
	struct arena *a = arena_new(1 << 16, 1 << 22);
	struct visit v = world_visit_of(me->w, a);
	struct signin_state out;

	pthread_barrier_wait(me->start);
	me->rc = passkey_signin(&me->w->flow, &v, me->cookie, STR_NONE, &me->form, &out);
	me->screen = out.screen;
	arena_free(&a);
	return NULL;
}

/* `own`: each browser has a challenge of its own, and all answers carry the same counter. Else all send the same answer. */
static int race_of(struct two *t, bool own)
{
	static struct racer racers[FEW];
	pthread_t threads[FEW];
	pthread_barrier_t start;
	struct browser shared = browser_new();
	struct auth_answer answer;
	struct str options;
	int in = 0;

	assert_int_equal(pthread_barrier_init(&start, NULL, FEW), 0);
	ask(t->w, &shared, &options);
	answer = auth_get(&t->au, t->w->arena, challenge_of(options));
	for (int i = 0; i < FEW; i++) {
		struct browser b = own ? browser_new() : shared;

		if (own) {
			ask(t->w, &b, &options);
			answer = auth_get(&t->au, t->w->arena, challenge_of(options));
		}
		racers[i] = (struct racer){.w = t->w, .start = &start, .form = form_of(t->w, &answer),
		                           .cookie = arena_str(t->w->arena, jar(b.signin))};
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < FEW; i++) {
		pthread_join(threads[i], NULL);
		in += racers[i].rc == RC_OK && racers[i].screen == SCREEN_DONE;
	}
	pthread_barrier_destroy(&start);
	return in;
}

static void one_answer_sent_at_once_many_times_is_one_session(void **state)
{
	struct two t = two_new();
	int64_t before = world_sessions(t.w, t.p.id);

	(void)state;
	assert_int_equal(race_of(&t, false), 1);
	assert_int_equal(world_sessions(t.w, t.p.id), before + 1);
	two_free(&t);
}

static void one_counter_value_is_taken_once(void **state)
{
	struct two t = two_new();
	int64_t before = world_sessions(t.w, t.p.id);

	(void)state;
	t.au.counter = 9;
	assert_int_equal(race_of(&t, true), 1);
	assert_int_equal(world_sessions(t.w, t.p.id), before + 1);
	two_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passkey_alone_signs_in_and_counts_for_both_factors),
		cmocka_unit_test(options_name_nobody_before_a_password),
		cmocka_unit_test(passkey_is_a_second_factor_after_the_password),
		cmocka_unit_test(policy_of_passkeys_alone_takes_no_password_alone_and_no_code),
		cmocka_unit_test(terms_are_asked_after_a_passkey_too),
		cmocka_unit_test(challenge_is_spent_by_the_first_answer),
		cmocka_unit_test(challenge_of_another_browser_purpose_or_time_is_refused),
		cmocka_unit_test(challenge_sent_by_the_client_itself_is_no_challenge),
		cmocka_unit_test(passkey_of_somebody_else_is_no_second_factor),
		cmocka_unit_test(answers_that_are_wrong_are_refused_for_their_reason),
		cmocka_unit_test(counter_that_stands_still_is_refused_and_told_to_the_owner),
		cmocka_unit_test(locked_account_removed_passkey_and_type_without_them_look_alike),
		cmocka_unit_test(registration_that_is_wrong_leaves_nothing),
		cmocka_unit_test(name_is_looked_at_before_the_authenticator_is_asked),
		cmocka_unit_test(account_road_asks_a_fresh_proof_and_ends_other_sessions),
		cmocka_unit_test(cap_is_held_and_who_goes_is_named_first),
		cmocka_unit_test(passkey_is_a_fresh_proof_of_its_own_account_only),
		cmocka_unit_test(account_without_a_passkey_is_offered_none),
		cmocka_unit_test(password_alone_is_no_fresh_proof_of_an_account_with_a_passkey),
		cmocka_unit_test(whatever_call_of_the_store_breaks_nothing_is_granted),
		cmocka_unit_test(whatever_call_breaks_no_passkey_is_enrolled_by_half),
		cmocka_unit_test(without_a_lens_nothing_is_registered),
		cmocka_unit_test(one_answer_sent_at_once_many_times_is_one_session),
		cmocka_unit_test(one_counter_value_is_taken_once),
	};

	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
