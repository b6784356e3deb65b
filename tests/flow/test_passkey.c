#include "passkeys.h"

#include <stdio.h>

/* ---- the main road ---------------------------------------------------------------------------------------- */

static void passkey_alone_signs_in_and_counts_for_both_factors(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser first = browser_new(), b = browser_new();
	struct auth au = person_passkey(w, &first, p, "mandatory");
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
	struct auth au = person_passkey(w, &first, p, "mandatory");
	struct str options;

	(void)state;
	passkey_ask_must(w, &b, &options);
	assert_true(text_has(options, "\"allowCredentials\":[]") && text_has(options, "\"rpId\":\"gate.example\"") &&
	            text_has(options, "\"userVerification\":\"required\""));
	assert_int_equal(go_user(w, &b, "mandatory", "siti"), SCREEN_PASSWORD);
	passkey_ask_must(w, &b, &options);
	assert_true(text_has(options, "\"allowCredentials\":[]"));
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_CODE);
	passkey_ask_must(w, &b, &options);
	assert_true(text_has(options, "\"transports\":[\"internal\",\"hybrid\"]"));
	assert_true(text_has(options, arena_cstr(w->arena, passkey_text(w, str_n(au.credential, au.credential_len)))));
	auth_release(&au);
	world_free(&w);
}

static void passkey_is_a_second_factor_after_the_password(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser first = browser_new(), b = browser_new();
	struct auth au = person_passkey(w, &first, p, "mandatory");
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
	struct auth au = passkey_key(w, p.id, WEBAUTHN_EDDSA);
	struct passkey_enrol out;
	struct confirm confirm;
	struct who who;
	struct visit v;

	(void)state;
	/* a device from before is still asked for, then a passkey is enrolled */
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_ENROL);
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Kunci", &out), PASSKEY_DONE);
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
	passkey_refused(w, &d, "passkey-policy");
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
	au = passkey_key(w, p.id, WEBAUTHN_ES256);
	assert_int_equal(go_to_second(w, &first, "once", p), SCREEN_ENROL);
	assert_int_equal(go_passkey_enrol(w, &first, &au, "Laptop", &out), PASSKEY_DONE);
	world_script(w, "UPDATE users SET terms_version = NULL");
	assert_int_equal(go_passkey(w, &b, &au), SCREEN_TERMS);
	assert_false(b.session[0]);
	assert_int_equal(go_terms(w, &b, true), SCREEN_DONE);
	assert_true(b.session[0]);
	auth_release(&au);
	world_free(&w);
}

/* ---- refused ------------------------------------------------------------------------------------------------- */

static void challenge_is_spent_by_the_first_answer(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();
	struct auth_answer answer;
	struct str options;

	(void)state;
	passkey_ask_must(t.w, &b, &options);
	answer = auth_get(&t.au, t.w->arena, passkey_challenge_of(options));
	answer.signature.ptr = arena_cstr(t.w->arena, answer.signature);
	((char *)answer.signature.ptr)[answer.signature.len - 1] ^= 1;
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-signature");
	((char *)answer.signature.ptr)[answer.signature.len - 1] ^= 1;
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-challenge");
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
	passkey_ask_must(t.w, &other, &options);
	answer = auth_get(&t.au, t.w->arena, passkey_challenge_of(options));
	passkey_send(t.w, &b, &answer); /* none of its own */
	passkey_refused(t.w, &b, "passkey-challenge");
	passkey_ask_must(t.w, &b, &options); /* one of its own, and the other's answer */
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-challenge");
	passkey_ask_must(t.w, &b, &options);
	answer = auth_get(&t.au, t.w->arena, passkey_challenge_of(options));
	t.w->now_s += CHALLENGE_S + 1;
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-challenge");
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
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-challenge");
	passkey_ask_must(t.w, &b, &options);
	passkey_send(t.w, &b, &answer);
	passkey_refused(t.w, &b, "passkey-challenge");
	two_free(&t);
}

static void passkey_of_somebody_else_is_no_second_factor(void **state)
{
	struct two t = two_new();
	struct browser b = browser_new();

	(void)state;
	assert_int_equal(go_to_second(t.w, &b, "mandatory", t.p), SCREEN_CODE);
	go_passkey(t.w, &b, &t.other);
	passkey_refused(t.w, &b, "passkey-other-user");
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
		passkey_refused(t.w, &b, reason); \
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
	passkey_refused(t.w, &c, "passkey-counter");
	assert_int_equal(world_count(t.w, "SELECT count(*) FROM outbox WHERE template = 'passkey.counter'", 0), 1);
	t.au.counter = 4;
	go_passkey(t.w, &c, &t.au);
	passkey_refused(t.w, &c, "passkey-counter");
	/* who cannot sign cannot make the owner be told */
	t.other.counter = 0;
	own = t.au.key;
	t.au.key = t.other.key;
	go_passkey(t.w, &d, &t.au);
	passkey_refused(t.w, &d, "passkey-signature");
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
	passkey_refused(t.w, &b, "locked");
	person_lock(t.w, t.p, false);
	world_type(t.w, "mandatory")->policy.factors = FACTOR_CODE;
	world_type(t.w, "optional")->policy.factors = FACTOR_PASSKEY;
	go_passkey(t.w, &b, &t.au);
	passkey_refused(t.w, &b, "passkey-policy");
	world_type(t.w, "mandatory")->policy.factors = FACTOR_PASSKEY;
	world_do(t.w, "UPDATE device SET state = 3 WHERE user_id = ?1", t.p.id);
	go_passkey(t.w, &b, &t.au);
	passkey_refused(t.w, &b, "passkey-unknown");
	two_free(&t);
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
	answer = auth_get(au, w->arena, passkey_challenge_of(options));
	form = passkey_form(w, &answer);
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
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
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
	/* of hours ago: nothing to do with this proof, nor with our clock today */
	world_do(t.w, "INSERT INTO clock_minute (minute_s, times, late_s) VALUES (60, 1000, 60000)", 0);
	(void)!account_confirm(&t.w->flow, &v, &who, S(PASSWORD), S("123456"), &out);
	assert_int_equal(out.told.say, SAY_CONFIRM_WRONG);
	assert_int_equal(out.session_cookie.len, 0);
	(void)!account_confirm(&t.w->flow, &v, &who, S(PASSWORD), STR_NONE, &out);
	assert_int_not_equal(out.told.say, SAY_DONE);
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
		cmocka_unit_test(passkey_is_a_fresh_proof_of_its_own_account_only),
		cmocka_unit_test(account_without_a_passkey_is_offered_none),
		cmocka_unit_test(password_alone_is_no_fresh_proof_of_an_account_with_a_passkey),
	};

	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
