#include "world.h"

#include <stdio.h>

#include "base/codec.h"
#include "vault_calls.h"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S };

/* ---- calls with the session of a browser --------------------------------------------------------------------- */

static struct confirm confirm(struct world *w, struct browser *b, const char *password, struct str code)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct confirm out;

	b->rc = account_confirm(&w->flow, &v, &who, str_of(password), code, &out);
	if (out.session_cookie.len)
		snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(out.session_cookie));
	return out;
}

static struct told disable(struct world *w, struct browser *b)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = account_mfa_disable(&w->flow, &v, &who, &told);
	return told;
}

static struct told change(struct world *w, struct browser *b, const char *current, const char *fresh, const char *again)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;
	struct str cookie;

	b->rc = account_password(&w->flow, &v, &who, str_of(current), str_of(fresh), str_of(again), &told, &cookie);
	if (cookie.len)
		snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(cookie));
	return told;
}

static bool is_in(struct world *w, const struct browser *b)
{
	struct who who;

	return who_is(w, jar(b->session), &who) == RC_OK;
}

/* ---- fresh proof ---------------------------------------------------------------------------------------------- */

static void a_session_six_minutes_old_changes_nothing_without_a_fresh_proof(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), thief;
	struct confirm done;

	(void)state;
	go_in(w, &b, "optional", p, &phone);
	w->now_s += 6 * MINUTE_S;
	thief = b;
	disable(w, &thief);
	assert_int_equal(thief.rc, RC_ABSENT);
	go_enrol_begin(w, &thief);
	assert_int_equal(thief.rc, RC_ABSENT);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	done = confirm(w, &b, PASSWORD, phone_code(w, &phone, 0));
	assert_int_equal(done.told.say, SAY_DONE);
	assert_true(session_is_fresh(&(struct session){.fresh_s = who_must(w, &b).session.fresh_s}, w->now_s));
	/* a new value; the stolen one is dead */
	assert_string_not_equal(b.session, thief.session);
	assert_false(is_in(w, &thief));
	assert_int_equal(world_sessions(w, p.id), 1);
	assert_int_equal(disable(w, &b).say, SAY_DONE);
	world_free(&w);
}

static void a_fresh_proof_asks_the_code_where_there_is_a_device(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional"), q = person_new(w, "penyedia2", "optional");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), c = browser_new();
	struct confirm out;
	struct str code;

	(void)state;
	go_in(w, &b, "optional", p, &phone);
	go_in(w, &c, "optional", q, NULL);
	w->now_s += 10 * MINUTE_S;
	out = confirm(w, &b, "", S(""));
	assert_int_equal(out.told.missing, FIELD_PASSWORD | FIELD_CODE);
	out = confirm(w, &b, PASSWORD, S(""));
	assert_int_equal(out.told.missing, FIELD_CODE);
	out = confirm(w, &b, PASSWORD, S("12345"));
	assert_int_equal(out.told.say, SAY_CODE_SHAPE);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 2);
	out = confirm(w, &b, PASSWORD, phone_wrong(w, &phone));
	assert_int_equal(out.told.say, SAY_CONFIRM_WRONG);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM audit WHERE event = 'confirm' AND reason = 'wrong-code'", 0), 1);
	out = confirm(w, &b, WRONG, phone_code(w, &phone, 0));
	assert_int_equal(out.told.say, SAY_CONFIRM_WRONG);
	assert_int_equal(out.session_cookie.len, 0);
	code = phone_code(w, &phone, 0);
	out = confirm(w, &b, PASSWORD, code);
	assert_int_equal(out.told.say, SAY_DONE);
	out = confirm(w, &b, PASSWORD, code); /* a code is used once, here too */
	assert_int_equal(out.told.say, SAY_CONFIRM_WRONG);
	out = confirm(w, &c, PASSWORD, STR_NONE);
	assert_int_equal(out.told.say, SAY_DONE);
	world_free(&w);
}

static void a_code_of_a_fresh_proof_cannot_sign_in_and_the_other_way_round(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), c = browser_new();

	(void)state;
	go_in(w, &b, "mandatory", p, &phone);
	assert_int_equal(confirm(w, &b, PASSWORD, phone_code(w, &phone, 0)).told.say, SAY_CONFIRM_WRONG);
	w->now_s += 60;
	assert_int_equal(confirm(w, &b, PASSWORD, phone_code(w, &phone, 0)).told.say, SAY_DONE);
	go_to_second(w, &c, "mandatory", p);
	go_code(w, &c, phone_code(w, &phone, 0));
	assert_int_equal(c.at.told.say, SAY_CODE_USED);
	world_free(&w);
}

static void wrong_passwords_at_the_fresh_proof_draw_on_the_same_budget_and_end_the_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), c = browser_new();

	(void)state;
	go_in(w, &b, "mandatory", p, &phone);
	w->now_s += 60;
	for (int i = 1; i <= 5; i++) {
		confirm(w, &b, WRONG, phone_code(w, &phone, 0));
		assert_int_equal(b.rc, i < 5 ? RC_OK : RC_ABSENT);
	}
	assert_false(is_in(w, &b));
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 6);
	go_user(w, &c, "mandatory", p.login);
	go_password(w, &c, PASSWORD, true);
	assert_int_equal(c.at.told.say, SAY_PASSWORD_PAUSED);
	world_free(&w);
}

static void wrong_codes_at_the_fresh_proof_draw_on_the_same_budget_and_end_the_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), c = browser_new();

	(void)state;
	go_in(w, &b, "mandatory", p, &phone);
	w->now_s += 60;
	for (int i = 1; i <= 3; i++) {
		confirm(w, &b, PASSWORD, phone_wrong(w, &phone));
		assert_int_equal(b.rc, i < 3 ? RC_OK : RC_ABSENT);
	}
	assert_false(is_in(w, &b));
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try WHERE user_id = ?1", p.id), 3);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'code.wrong'", 0), 1);
	go_to_second(w, &c, "mandatory", p);
	go_code(w, &c, phone_code(w, &phone, 0));
	assert_int_equal(c.at.told.say, SAY_CODE_PAUSED);
	world_free(&w);
}

static void wrong_current_passwords_end_the_session_too(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "off", p, NULL);
	for (int i = 1; i <= 5; i++) {
		struct told told = change(w, &b, WRONG, PASSWORD_2, PASSWORD_2);

		assert_int_equal(told.say, SAY_PASSWORD_CURRENT);
		assert_int_equal(b.rc, i < 5 ? RC_OK : RC_ABSENT);
	}
	assert_false(is_in(w, &b));
	world_free(&w);
}

/* ---- Disable TOTP ------------------------------------------------------------------------------------------------ */

static void turning_off_retires_every_device_and_ends_the_other_sessions(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone one = phone_new(w, p, "HP saya"), two = phone_new(w, p, "HP Kantor");
	struct browser b = browser_new(), other = browser_new(), half = browser_new();

	(void)state;
	go_in(w, &other, "optional", p, &one);
	go_to_second(w, &half, "optional", p);
	go_in(w, &b, "optional", p, &two);
	assert_int_equal(disable(w, &b).say, SAY_DONE);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 0);
	assert_true(is_in(w, &b));
	assert_false(is_in(w, &other));
	assert_int_equal(go_look(w, &half), SCREEN_START);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'mfa.disabled'", 0), 1);
	other = browser_new();
	assert_int_equal(go_to_second(w, &other, "optional", p), SCREEN_DONE);
	world_free(&w);
}

static void where_it_is_mandatory_the_next_signin_asks_to_activate_again(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia2", "single");
	struct phone old = phone_new(w, p, "HP saya"), fresh;
	struct browser b = browser_new(), c = browser_new();

	(void)state;
	go_in(w, &b, "single", p, &old);
	assert_int_equal(disable(w, &b).say, SAY_DONE);
	w->now_s += 60;
	assert_int_equal(go_to_second(w, &c, "single", p), SCREEN_ENROL);
	go_code(w, &c, phone_code(w, &old, 0));
	assert_int_equal(go_enrol_look(w, &c), ENROL_OPEN);
	fresh = phone_scan(&c.enrol);
	go_enrol_confirm(w, &c, "HP saya", phone_code(w, &old, 0));
	assert_int_equal(c.enrol.told.say, SAY_ENROL_WRONG);
	assert_int_equal(go_enrol_confirm(w, &c, "HP saya", phone_code(w, &fresh, 0)), ENROL_DONE);
	world_free(&w);
}

static void turning_off_is_refused_where_policy_forbids_it(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "mandatory", p, &phone);
	assert_int_equal(disable(w, &b).say, SAY_LAST_FACTOR);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 1);
	world_free(&w);
}

static void a_session_that_ended_since_the_guard_looked_changes_nothing(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	struct who who;
	struct told told;
	struct str cookie;

	(void)state;
	go_in(w, &b, "optional", p, &phone);
	who = who_must(w, &b);
	world_do(w, "DELETE FROM session", 0);
	assert_int_equal(account_mfa_disable(&w->flow, &v, &who, &told), RC_ABSENT);
	assert_int_equal(account_session_end(&w->flow, &v, &who, 0), RC_ABSENT);
	assert_int_not_equal(account_password(&w->flow, &v, &who, S(PASSWORD), S(PASSWORD_2), S(PASSWORD_2), &told, &cookie), RC_OK);
	assert_int_equal(cookie.len, 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 1);
	/* nor one whose user was locked */
	w->now_s += 60;
	b = browser_new();
	go_in(w, &b, "optional", p, &phone);
	who = who_must(w, &b);
	person_lock(w, p, true);
	v = world_visit(w);
	assert_int_equal(account_mfa_disable(&w->flow, &v, &who, &told), RC_ABSENT);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 1);
	world_free(&w);
}

/* ---- change of password -------------------------------------------------------------------------------------------- */

static void a_new_password_ends_the_other_sessions_and_the_old_password(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), was, other = browser_new(), half = browser_new(), c = browser_new();

	(void)state;
	go_in(w, &other, "optional", p, &phone);
	w->now_s += 60;
	go_in(w, &b, "optional", p, &phone);
	go_to_second(w, &half, "optional", p);
	was = b;
	assert_int_equal(change(w, &b, PASSWORD, PASSWORD_2, PASSWORD_2).say, SAY_PASSWORD_CHANGED);
	assert_true(is_in(w, &b));
	assert_false(is_in(w, &was));
	assert_false(is_in(w, &other));
	assert_int_equal(go_look(w, &half), SCREEN_START);
	assert_int_equal(world_count(w, "SELECT password_set_s FROM users WHERE id = ?1", p.id), w->now_s);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'password.changed'", 0), 1);
	go_user(w, &c, "optional", p.login);
	go_password(w, &c, PASSWORD, true);
	assert_int_equal(c.at.told.say, SAY_SIGNIN_WRONG);
	assert_int_equal(go_password(w, &c, PASSWORD_2, true), SCREEN_CODE);
	world_free(&w);
}

static void a_new_password_must_be_typed_twice_and_be_good(void **state)
{
	static const struct { const char *current, *fresh, *again; enum say say; unsigned missing; } forms[] = {
		{"", "", "", SAY_MISSING, FIELD_CURRENT | FIELD_NEW | FIELD_AGAIN}, {PASSWORD, PASSWORD_2, "", SAY_MISSING, FIELD_AGAIN},
		{PASSWORD, PASSWORD_2, PASSWORD_2 "x", SAY_PASSWORD_TWICE, 0}, {PASSWORD, "rahasia123", "rahasia123", SAY_PASSWORD_RULE, 0},
		{PASSWORD, "wfbxnqzl", "wfbxnqzl", SAY_PASSWORD_RULE, 0}, {WRONG, PASSWORD_2, PASSWORD_2, SAY_PASSWORD_CURRENT, 0},
	};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct told told = change(w, &b, forms[i].current, forms[i].fresh, forms[i].again);

		assert_int_equal(told.say, forms[i].say);
		assert_int_equal(told.missing, forms[i].missing);
		if (i == 4)
			assert_int_equal(told.least, 15); /* the second factor is optional: the password may stand alone */
	}
	assert_int_equal(vault_asked[CALL_PASSWORD_HASH], 0);
	world_free(&w);
}

struct meanwhile {
	struct world *w;
	struct person p;
};

static void lock_it(void *context)
{
	struct meanwhile *m = context;

	person_lock(m->w, m->p, true);
}

static void set_password(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "UPDATE users SET phc = 'from the helpdesk' WHERE id = ?1", m->p.id);
}

static void end_sessions(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "DELETE FROM session WHERE user_id = ?1", m->p.id);
}

static void what_changes_while_the_new_password_is_hashed_counts(void **state)
{
	static vault_meanwhile_fn *const changes[] = {lock_it, set_password, end_sessions};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct world *w = world_new();
		struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "off")};
		struct browser b = browser_new();

		go_in(w, &b, "off", m.p, NULL);
		world_do(w, "CREATE TABLE was AS SELECT phc FROM users", 0);
		vault_meanwhile(CALL_PASSWORD_HASH, changes[i], &m);
		assert_int_not_equal(change(w, &b, PASSWORD, PASSWORD_2, PASSWORD_2).say, SAY_PASSWORD_CHANGED);
		assert_int_not_equal(b.rc, RC_OK);
		assert_int_equal(world_count(w, "SELECT phc IN ('from the helpdesk', (SELECT phc FROM was)) FROM users", 0), 1);
		world_free(&w);
	}
}

static void what_changes_while_the_fresh_proof_is_checked_counts(void **state)
{
	static vault_meanwhile_fn *const changes[] = {lock_it, set_password, end_sessions};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct world *w = world_new();
		struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "optional")};
		struct phone phone = phone_new(w, m.p, "HP saya");
		struct browser b = browser_new();

		go_in(w, &b, "optional", m.p, &phone);
		w->now_s += 600;
		vault_meanwhile(CALL_CODE_CHECK, changes[i], &m);
		assert_int_not_equal(confirm(w, &b, PASSWORD, phone_code(w, &phone, 0)).told.say, SAY_DONE);
		assert_int_equal(world_count(w, "SELECT COUNT(*) FROM session WHERE fresh_s > ?1", NOWHERE + 60), 0);
		world_free(&w);
	}
}

/* ---- the set-up link ------------------------------------------------------------------------------------------------ */

static struct str link_new(struct world *w, struct person p, int64_t made_s, enum token_purpose purpose)
{
	struct link l = {.user = p.id, .purpose = purpose, .made_s = made_s, .expires_s = made_s + 30 * MINUTE_S};
	struct str token;
	struct tx *tx;

	assert_int_equal(store_id_new(&l.id), RC_OK);
	assert_int_equal(vault_token(w->flow.vault, w->life, purpose, l.id, 1, &token), RC_OK);
	sha256(token, l.token);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_link_add(tx, &l), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	return token;
}

static void a_setup_link_sets_one_password(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	struct str token;
	struct setup out;

	(void)state;
	world_do(w, "UPDATE users SET phc = NULL, password_set_s = 0 WHERE id = ?1", p.id);
	token = link_new(w, p, NOWHERE, TOKEN_SETUP);
	assert_int_equal(account_setup_look(&w->flow, &v, token, &out), RC_OK);
	assert_str(out.login, "penyedia1");
	assert_int_equal(out.least, 15);
	assert_int_equal(account_setup(&w->flow, &v, token, S(""), S(""), &out), RC_OK);
	assert_int_equal(out.least, 15);
	assert_int_equal(out.told.missing, FIELD_NEW | FIELD_AGAIN);
	assert_int_equal(account_setup(&w->flow, &v, token, S("rahasia123"), S("rahasia123"), &out), RC_OK);
	assert_int_equal(out.told.say, SAY_PASSWORD_RULE);
	assert_int_equal(account_setup(&w->flow, &v, token, S(PASSWORD_2), S(PASSWORD_2), &out), RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	assert_int_equal(account_setup_look(&w->flow, &v, token, &out), RC_ABSENT);
	assert_int_equal(out.used_s, NOWHERE);
	assert_int_equal(account_setup(&w->flow, &v, token, S(PASSWORD), S(PASSWORD), &out), RC_ABSENT);
	/* it signs nobody in */
	assert_int_equal(world_sessions(w, 0), 0);
	go_user(w, &b, "off", p.login);
	assert_int_equal(go_password(w, &b, PASSWORD_2, true), SCREEN_DONE);
	world_free(&w);
}

static void a_setup_link_ends_with_its_time_its_use_and_any_other_password(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off"), locked = person_new(w, "penyedia2", "off");
	struct visit v = world_visit(w);
	struct str one = link_new(w, p, NOWHERE, TOKEN_SETUP), two = link_new(w, p, NOWHERE, TOKEN_SETUP);
	struct str reset = link_new(w, p, NOWHERE, TOKEN_RESET), theirs = link_new(w, locked, NOWHERE, TOKEN_SETUP), late;
	struct setup out;

	(void)state;
	person_lock(w, locked, true);
	assert_int_equal(account_setup(&w->flow, &v, theirs, S(PASSWORD_2), S(PASSWORD_2), &out), RC_ABSENT);
	assert_int_equal(account_setup(&w->flow, &v, reset, S(PASSWORD_2), S(PASSWORD_2), &out), RC_ABSENT);
	assert_int_equal(account_setup_look(&w->flow, &v, S("unknown"), &out), RC_ABSENT);
	w->now_s = v.now_s = NOWHERE + 60;
	assert_int_equal(account_setup(&w->flow, &v, one, S(PASSWORD_2), S(PASSWORD_2), &out), RC_OK);
	assert_int_equal(account_setup_look(&w->flow, &v, two, &out), RC_ABSENT);
	assert_int_equal(account_setup(&w->flow, &v, two, S(PASSWORD), S(PASSWORD), &out), RC_ABSENT);
	late = link_new(w, p, NOWHERE + 60, TOKEN_SETUP);
	v.now_s = NOWHERE + 60 + 30 * MINUTE_S;
	assert_int_equal(account_setup(&w->flow, &v, late, S(PASSWORD), S(PASSWORD), &out), RC_ABSENT);
	v.now_s--;
	assert_int_equal(account_setup(&w->flow, &v, late, S(PASSWORD), S(PASSWORD), &out), RC_OK);
	world_free(&w);
}

static struct setup_race {
	struct world *w;
	struct str token;
	enum rc rc;
} race;

static void use_the_other_link(void *context)
{
	struct setup_race *r = context;
	struct visit v = world_visit(r->w);
	struct setup out;

	v.now_s += 60;
	r->rc = account_setup(&r->w->flow, &v, r->token, S(PASSWORD_2), S(PASSWORD_2), &out);
}

static void of_two_setup_links_at_the_same_time_one_counts(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct visit v = world_visit(w);
	struct str one = link_new(w, p, NOWHERE, TOKEN_SETUP);
	struct setup out;

	(void)state;
	race = (struct setup_race){.w = w, .token = link_new(w, p, NOWHERE, TOKEN_SETUP)};
	vault_meanwhile(CALL_PASSWORD_HASH, use_the_other_link, &race);
	v.now_s += 60;
	assert_int_equal(account_setup(&w->flow, &v, one, S("kereta bulan gula tembok"), S("kereta bulan gula tembok"), &out), RC_ABSENT);
	assert_int_equal(race.rc, RC_OK);
	world_free(&w);
}

/* ---- sessions ------------------------------------------------------------------------------------------------------- */

static void a_session_ends_by_its_time_by_idleness_and_by_the_epoch(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct who who;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	w->now_s = NOWHERE + HOUR_S - 1;
	assert_true(is_in(w, &b));
	w->now_s = NOWHERE + HOUR_S;
	assert_false(is_in(w, &b));
	/* kept busy, until it is twelve hours old */
	for (w->now_s = NOWHERE; w->now_s < NOWHERE + 12 * HOUR_S; w->now_s += 30 * MINUTE_S) {
		assert_int_equal(who_is(w, jar(b.session), &who), RC_OK);
		session_touch(&w->flow, &who.session, w->now_s);
	}
	assert_false(is_in(w, &b));
	b = browser_new();
	go_in(w, &b, "off", p, NULL);
	world_do(w, "UPDATE meta SET number = number + 1 WHERE key = 'epoch'", 0);
	assert_false(is_in(w, &b));
	world_free(&w);
}

static void a_password_only_session_ends_when_the_second_factor_becomes_mandatory(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "later");
	struct browser b = browser_new();

	(void)state;
	world_type(w, "later")->policy.mfa_from_s = NOWHERE + 1800;
	go_user(w, &b, "later", p.login);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_DONE);
	w->now_s = NOWHERE + 1799;
	assert_true(is_in(w, &b));
	w->now_s = NOWHERE + 1800;
	assert_false(is_in(w, &b));
	b = browser_new();
	go_user(w, &b, "later", p.login);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_ENROL);
	world_free(&w);
}

static void people_see_and_end_their_own_sessions_only(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off"), q = person_new(w, "penyedia2", "off");
	struct browser one = browser_new(), two = browser_new(), three = browser_new(), other = browser_new();
	struct visit v = world_visit(w);
	struct session_list list;
	struct who who, theirs;

	(void)state;
	go_in(w, &one, "off", p, NULL);
	go_in(w, &two, "off", p, NULL);
	go_in(w, &three, "off", p, NULL);
	go_in(w, &other, "off", q, NULL);
	who = who_must(w, &one);
	theirs = who_must(w, &other);
	assert_int_equal(account_sessions(&w->flow, &v, &who, &list), RC_OK);
	assert_int_equal(list.n, 3);
	assert_int_equal(account_session_end(&w->flow, &v, &who, theirs.session.id), RC_ABSENT);
	assert_true(is_in(w, &other));
	assert_int_equal(account_session_end(&w->flow, &v, &who, who_must(w, &two).session.id), RC_OK);
	assert_false(is_in(w, &two));
	assert_int_equal(account_session_end(&w->flow, &v, &who, 0), RC_OK);
	assert_true(is_in(w, &one));
	assert_false(is_in(w, &three));
	assert_true(is_in(w, &other));
	assert_int_equal(session_end(&w->flow, &v, jar(one.session)), RC_OK);
	assert_false(is_in(w, &one));
	assert_int_equal(session_end(&w->flow, &v, jar(one.session)), RC_OK);
	world_free(&w);
}

static void a_locked_user_has_no_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "off", p, NULL);
	person_lock(w, p, true);
	assert_false(is_in(w, &b));
	world_free(&w);
}

static void two_signins_give_two_values_and_none_that_was_sent(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser one = browser_new(), two = browser_new();
	char sent[64];

	(void)state;
	snprintf(sent, sizeof(sent), "%s", one.signin);
	snprintf(one.session, sizeof(one.session), "%s", two.signin); /* planted */
	go_in(w, &one, "off", p, NULL);
	go_in(w, &two, "off", p, NULL);
	assert_int_equal(strlen(one.session), 43);
	assert_string_not_equal(one.session, two.session);
	assert_string_not_equal(one.session, sent);
	world_free(&w);
}

static void the_access_log_and_the_home_show_ones_own_past(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional"), q = person_new(w, "penyedia2", "optional");
	struct browser b = browser_new(), c = browser_new();
	struct visit v;
	struct log_page page;
	struct home home;
	struct who who;

	(void)state;
	go_in(w, &c, "optional", q, NULL);
	go_in(w, &b, "optional", p, NULL);
	w->now_s += 600;
	b = browser_new();
	go_user(w, &b, "optional", p.login);
	go_password(w, &b, WRONG, true);
	go_password(w, &b, PASSWORD, true);
	v = world_visit(w);
	who = who_must(w, &b);
	assert_int_equal(account_log(&w->flow, &v, &who, 0, &page), RC_OK);
	for (size_t i = 0; i < page.n; i++)
		assert_int_equal(page.rows[i].user, p.id);
	assert_int_equal(page.n, 5); /* twice password and sign-in, once refused */
	assert_int_equal(account_home(&w->flow, &v, &who, &home), RC_OK);
	assert_int_equal(home.last_signin_s, NOWHERE);
	assert_false(home.active);
	assert_true(home.may_enable);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_six_minutes_old_changes_nothing_without_a_fresh_proof),
		cmocka_unit_test(a_fresh_proof_asks_the_code_where_there_is_a_device),
		cmocka_unit_test(a_code_of_a_fresh_proof_cannot_sign_in_and_the_other_way_round),
		cmocka_unit_test(wrong_passwords_at_the_fresh_proof_draw_on_the_same_budget_and_end_the_session),
		cmocka_unit_test(wrong_codes_at_the_fresh_proof_draw_on_the_same_budget_and_end_the_session),
		cmocka_unit_test(wrong_current_passwords_end_the_session_too),
		cmocka_unit_test(turning_off_retires_every_device_and_ends_the_other_sessions),
		cmocka_unit_test(where_it_is_mandatory_the_next_signin_asks_to_activate_again),
		cmocka_unit_test(turning_off_is_refused_where_policy_forbids_it),
		cmocka_unit_test(a_session_that_ended_since_the_guard_looked_changes_nothing),
		cmocka_unit_test(a_new_password_ends_the_other_sessions_and_the_old_password),
		cmocka_unit_test(a_new_password_must_be_typed_twice_and_be_good),
		cmocka_unit_test(what_changes_while_the_new_password_is_hashed_counts),
		cmocka_unit_test(what_changes_while_the_fresh_proof_is_checked_counts),
		cmocka_unit_test(a_setup_link_sets_one_password),
		cmocka_unit_test(a_setup_link_ends_with_its_time_its_use_and_any_other_password),
		cmocka_unit_test(of_two_setup_links_at_the_same_time_one_counts),
		cmocka_unit_test(a_session_ends_by_its_time_by_idleness_and_by_the_epoch),
		cmocka_unit_test(a_password_only_session_ends_when_the_second_factor_becomes_mandatory),
		cmocka_unit_test(people_see_and_end_their_own_sessions_only),
		cmocka_unit_test(a_locked_user_has_no_session),
		cmocka_unit_test(two_signins_give_two_values_and_none_that_was_sent),
		cmocka_unit_test(the_access_log_and_the_home_show_ones_own_past),
	};

	return cmocka_run_group_tests_name("account", tests, world_group_begin, world_group_end);
}
