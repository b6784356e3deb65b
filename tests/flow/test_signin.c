#include "world.h"

#include <stdio.h>

#include "base/codec.h"
#include "vault_calls.h"

/* ---- the roads --------------------------------------------------------------------------------------- */

static void a_code_after_the_password_gives_one_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct who who;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(world_sessions(w, 0), 0);
	assert_int_equal(go_look(w, &b), SCREEN_CODE);
	assert_str(b.at.labels[0], "SPSE: penyedia1 #1");
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	assert_str(b.at.go, "/home");
	assert_int_equal(world_sessions(w, 0), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	who = who_must(w, &b);
	assert_int_equal(who.user.id, p.id);
	assert_int_equal(who.session.otp_s, w->now_s);
	assert_int_equal(who.session.pwd_s, w->now_s);
	world_free(&w);
}

static void every_type_ends_where_its_policy_says(void **state)
{
	static const struct { const char *type; bool device; enum signin_screen second; } ends[] = {
		{"one-page", true, SCREEN_CODE}, {"one-page", false, SCREEN_ENROL}, {"optional", true, SCREEN_CODE},
		{"optional", false, SCREEN_DONE}, {"mandatory", true, SCREEN_CODE}, {"mandatory", false, SCREEN_ENROL},
		{"off", true, SCREEN_DONE}, {"off", false, SCREEN_DONE}, {"once", true, SCREEN_CODE}, {"once", false, SCREEN_ENROL},
		{"strict", true, SCREEN_CODE}, {"later", true, SCREEN_CODE}, {"later", false, SCREEN_DONE},
		{"no-codes", true, SCREEN_START}, {"no-codes", false, SCREEN_DONE},
	};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char login[32];
		struct person p;
		struct browser b = browser_new();

		snprintf(login, sizeof(login), "orang%zu", i);
		p = person_new(w, login, ends[i].type);
		if (ends[i].device)
			phone_new(w, p, "HP saya");
		go_user(w, &b, ends[i].type, login);
		assert_int_equal(go_password(w, &b, PASSWORD, true), ends[i].second);
		assert_int_equal(b.rc, RC_OK);
		assert_int_equal(world_sessions(w, p.id), ends[i].second == SCREEN_DONE);
		if (ends[i].second == SCREEN_START) /* never without words */
			assert_int_not_equal(b.at.told.say, SAY_NOTHING);
	}
	world_free(&w);
}

static void the_accounts_own_type_decides_not_the_chosen_form(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "one-page");
	struct browser b = browser_new(), c = browser_new();
	struct phone phone = phone_new(w, q, "HP saya");

	(void)state;
	assert_int_equal(go_user(w, &b, "off", p.login), SCREEN_PASSWORD);
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_ENROL);
	/* terms at each sign-in, entered by a form that shows none */
	go_user(w, &c, "off", q.login);
	assert_int_equal(go_password(w, &c, PASSWORD, false), SCREEN_CODE);
	assert_int_equal(go_code(w, &c, phone_code(w, &phone, 0)), SCREEN_TERMS);
	assert_int_equal(world_sessions(w, 0), 0);
	assert_int_equal(go_terms(w, &c, false), SCREEN_TERMS);
	assert_int_equal(c.at.told.missing, FIELD_AGREE);
	assert_int_equal(go_terms(w, &c, true), SCREEN_DONE);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

static void terms_are_asked_once_per_version(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "once");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), c = browser_new(), d = browser_new();

	(void)state;
	go_user(w, &b, "once", p.login);
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_CODE);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_TERMS);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 1)), SCREEN_TERMS);
	assert_int_equal(go_terms(w, &b, true), SCREEN_DONE);
	w->now_s += 90;
	go_user(w, &c, "once", p.login);
	assert_int_equal(go_password(w, &c, PASSWORD, false), SCREEN_CODE);
	assert_int_equal(go_code(w, &c, phone_code(w, &phone, 0)), SCREEN_DONE);
	w->config.terms.version = S("2026-02");
	w->now_s += 90;
	go_user(w, &d, "once", p.login);
	assert_int_equal(go_password(w, &d, PASSWORD, false), SCREEN_CODE);
	assert_int_equal(go_code(w, &d, phone_code(w, &phone, 0)), SCREEN_TERMS);
	world_free(&w);
}

static void one_page_says_everything_that_is_missing_at_once(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "pelanggan1", "one-page");
	struct browser b = browser_new();

	(void)state;
	assert_int_equal(go_one_page(w, &b, "one-page", " ", "", false), SCREEN_START);
	assert_int_equal(b.at.told.say, SAY_MISSING);
	assert_int_equal(b.at.told.missing, FIELD_USER | FIELD_PASSWORD | FIELD_AGREE);
	assert_int_equal(go_one_page(w, &b, "one-page", p.login, PASSWORD, false), SCREEN_START);
	assert_int_equal(b.at.told.missing, FIELD_AGREE);
	assert_str(b.at.login, "pelanggan1");
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 0);
	assert_int_equal(go_one_page(w, &b, "one-page", p.login, WRONG, true), SCREEN_START);
	assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	assert_int_equal(go_one_page(w, &b, "one-page", p.login, PASSWORD, true), SCREEN_ENROL);
	world_free(&w);
}

static void what_is_longer_than_any_real_value_is_refused_before_a_hash(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	char text[1100];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[1025] = '\0';
	go_user(w, &b, "off", p.login);
	go_password(w, &b, text, true);
	assert_int_equal(b.at.told.say, SAY_TOO_LONG);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM password_tries", 0), 0);
	text[129] = '\0';
	go_user(w, &b, "off", text);
	assert_int_equal(b.at.told.say, SAY_TOO_LONG);
	assert_int_equal(b.at.login.len, 0);
	text[128] = '\0';
	assert_int_equal(go_user(w, &b, "off", text), SCREEN_PASSWORD);
	world_free(&w);
}

/* ---- skipping a step --------------------------------------------------------------------------------- */

static void a_code_or_terms_without_a_password_give_nothing(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(b.rc, RC_ABSENT);
	go_user(w, &b, "mandatory", p.login);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_PASSWORD);
	assert_int_equal(go_terms(w, &b, true), SCREEN_PASSWORD);
	assert_int_equal(go_enrol_look(w, &b), ENROL_GONE);
	go_enrol_begin(w, &b);
	go_enrol_confirm(w, &b, "HP lain", phone_code(w, &phone, 0));
	assert_int_equal(vault_asked[CALL_CODE_CHECK] + vault_asked[CALL_CODE_CHECK_NEW] + vault_asked[CALL_SEED_NEW], 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try", 0), 0);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void every_pair_of_proofs_but_the_right_one_is_refused(void **state)
{
	static const char *const passwords[] = {PASSWORD, WRONG, "x"};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (int right_code = 0; right_code < 2; right_code++) {
			struct browser b = browser_new();
			bool good = i == 0 && right_code;

			w->now_s += 3600;
			go_user(w, &b, "mandatory", p.login);
			go_password(w, &b, passwords[i], true);
			go_code(w, &b, right_code ? phone_code(w, &phone, 0) : phone_wrong(w, &phone));
			assert_int_equal(b.at.screen == SCREEN_DONE, good);
			assert_int_equal(world_sessions(w, 0), good || (i == 0 && right_code) || i > 0);
		}
	world_free(&w);
}

static void the_cookie_changes_at_the_password_and_the_old_one_is_dead(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), thief = b; /* planted in the victim's browser before the sign-in */

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	assert_string_not_equal(b.signin, thief.signin);
	assert_int_equal(go_look(w, &thief), SCREEN_START);
	go_code(w, &thief, phone_code(w, &phone, 0));
	assert_int_equal(thief.rc, RC_ABSENT);
	assert_int_equal(world_sessions(w, 0), 0);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	assert_int_equal(go_look(w, &thief), SCREEN_START);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

/* Whatever opaque value we gave out, in each place where another kind is expected. */
static void values_of_one_kind_are_nothing_as_another(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser in = browser_new(), half = browser_new();
	struct visit v = world_visit(w);
	struct str values[8], token;
	struct link link = {.user = p.id, .purpose = TOKEN_SETUP, .made_s = NOWHERE, .expires_s = NOWHERE + 1800};
	struct tx *tx;
	size_t n = 0;

	(void)state;
	go_in(w, &in, "mandatory", p, &phone);
	w->now_s += 60;
	go_to_second(w, &half, "mandatory", p);
	assert_int_equal(store_id_new(&link.id), RC_OK);
	assert_int_equal(vault_token(w->flow.vault, w->arena, TOKEN_SETUP, link.id, 1, &token), RC_OK);
	sha256(token, link.token);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_link_add(tx, &link), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	values[n++] = str_of(half.signin);
	values[n++] = cookie_csrf(w->arena, str_of(half.signin));
	values[n++] = cookie_csrf(w->arena, str_of(in.session));
	values[n++] = token;
	values[n++] = S("");
	values[n++] = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	for (size_t i = 0; i < n; i++) {
		struct who who;

		assert_int_equal(who_is(w, values[i], &who), RC_ABSENT);
		assert_int_equal(who.user.id, 0);
	}
	values[0] = str_of(in.session);
	for (size_t i = 0; i < n; i++) {
		struct browser b = browser_new();
		struct setup setup;

		snprintf(b.signin, sizeof(b.signin), "%.*s", STR_ARG(values[i]));
		go_code(w, &b, phone_code(w, &phone, 0));
		assert_int_equal(b.rc, RC_ABSENT);
		if (i != 3)
			assert_int_equal(account_setup_look(&w->flow, &v, values[i], &setup), RC_ABSENT);
		if (i)
			assert_int_equal(account_setup_look(&w->flow, &v, str_of(half.signin), &setup), RC_ABSENT);
	}
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

static void a_finished_signin_cannot_be_used_again(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new(), copy;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	copy = b;
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	w->now_s += 30;
	go_code(w, &copy, phone_code(w, &phone, 0));
	assert_int_equal(copy.rc, RC_ABSENT);
	assert_int_equal(go_look(w, &copy), SCREEN_START);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

static void a_browser_that_starts_again_proves_everything_again(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_user(w, &b, "mandatory", p.login), SCREEN_PASSWORD);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_PASSWORD);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void a_half_done_signin_is_over_after_an_hour(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	w->now_s += 60 * 60;
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(b.rc, RC_ABSENT);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void the_looks_write_nothing(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	int64_t before;

	(void)state;
	go_look(w, &b);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	go_to_second(w, &b, "mandatory", p);
	before = world_print(w);
	assert_int_equal(go_look(w, &b), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &b), ENROL_OPEN);
	assert_int_equal(go_enrol_look(w, &b), ENROL_OPEN);
	assert_int_equal(world_print(w), before);
	world_free(&w);
}

/* ---- known, unknown, locked ---------------------------------------------------------------------------- */

struct trace {
	enum rc rc;
	enum signin_screen screen;
	struct told told;
	int64_t tries, audits, signins, rows, hashes;
};

static struct trace trace_of(struct world *w, const char *login, const char *password)
{
	struct browser b = browser_new();
	int64_t audits = world_count(w, "SELECT COUNT(*) FROM audit", 0), signins = world_count(w, "SELECT COUNT(*) FROM signin", 0);
	int64_t tries = world_count(w, "SELECT COUNT(*) FROM password_tries", 0), mails = world_count(w, "SELECT COUNT(*) FROM outbox", 0);
	int asked = vault_asked[CALL_PASSWORD_CHECK];

	go_user(w, &b, "mandatory", login);
	go_password(w, &b, password, true);
	return (struct trace){b.rc, b.at.screen, b.at.told,
		world_count(w, "SELECT COUNT(*) FROM password_tries", 0) - tries, world_count(w, "SELECT COUNT(*) FROM audit", 0) - audits,
		world_count(w, "SELECT COUNT(*) FROM signin", 0) - signins, world_count(w, "SELECT COUNT(*) FROM outbox", 0) - mails,
		vault_asked[CALL_PASSWORD_CHECK] - asked};
}

static void assert_alike(const struct trace *a, const struct trace *b)
{
	assert_int_equal(a->rc, b->rc);
	assert_int_equal(a->screen, b->screen);
	assert_int_equal(a->told.say, b->told.say);
	assert_int_equal(a->told.missing, b->told.missing);
	assert_int_equal(a->told.until_s, b->told.until_s);
	assert_int_equal(a->told.ref.len, b->told.ref.len);
	assert_int_equal(a->tries, b->tries);
	assert_int_equal(a->audits, b->audits);
	assert_int_equal(a->signins, b->signins);
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->hashes, b->hashes);
}

static void unknown_locked_and_wrong_leave_the_same_words_and_kinds_of_rows(void **state)
{
	struct world *w = world_new();
	struct person known = person_new(w, "penyedia1", "mandatory"), locked = person_new(w, "penyedia2", "mandatory");
	struct person bare = person_new(w, "penyedia3", "mandatory");
	struct trace first, other;

	(void)state;
	person_lock(w, locked, true);
	world_do(w, "UPDATE users SET phc = NULL WHERE id = ?1", bare.id);
	for (int i = 1; i <= 6; i++) { /* the sixth meets the pause */
		first = trace_of(w, known.login, WRONG);
		assert_int_equal(first.told.say, i < 6 ? SAY_SIGNIN_WRONG : SAY_PASSWORD_PAUSED);
		assert_int_equal(first.hashes, i < 6);
		other = trace_of(w, "tidak-ada", WRONG);
		assert_alike(&first, &other);
		other = trace_of(w, locked.login, PASSWORD);
		assert_alike(&first, &other);
		other = trace_of(w, bare.login, PASSWORD);
		assert_alike(&first, &other);
		other = trace_of(w, "\xff\xfe broken", WRONG);
		assert_alike(&first, &other);
	}
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void a_locked_account_gets_nowhere_even_with_everything_right(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	person_lock(w, p, true);
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(world_sessions(w, 0), 0);
	assert_int_not_equal(b.at.screen, SCREEN_DONE);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 0);
	person_lock(w, p, false);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

static void the_same_login_in_any_case_is_one_account_and_one_budget(void **state)
{
	static const char *const spellings[] = {"penyedia1", "PENYEDIA1", " Penyedia1 ", "pEnYeDiA1", "penyediA1"};
	struct world *w = world_new();
	struct browser b = browser_new();

	(void)state;
	person_new(w, "Penyedia1", "off");
	for (size_t i = 0; i < 5; i++) {
		go_user(w, &b, "off", spellings[i]);
		go_password(w, &b, WRONG, true);
		assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	}
	go_user(w, &b, "off", "PeNyEdIa1");
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	w->now_s += 30;
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_DONE);
	world_free(&w);
}

/* ---- the form's time ------------------------------------------------------------------------------------ */

static void an_expired_form_says_so_and_keeps_the_user_id(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();

	(void)state;
	go_user(w, &b, "off", p.login);
	assert_int_equal(b.at.form_ends_s, w->now_s + 300);
	w->now_s += 301;
	go_look(w, &b);
	assert_int_equal(b.at.told.say, SAY_FORM_EXPIRED);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_PASSWORD);
	assert_int_equal(b.at.told.say, SAY_FORM_EXPIRED);
	assert_str(b.at.login, "penyedia1");
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 0);
	assert_int_equal(b.at.form_ends_s, w->now_s + 300);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_DONE);
	world_free(&w);
}

static void more_time_is_given_ten_times(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();

	(void)state;
	go_user(w, &b, "off", p.login);
	for (int i = 1; i <= 10; i++) {
		assert_int_equal(go_more_time(w, &b), SCREEN_PASSWORD);
		assert_int_equal(b.at.form_ends_s, NOWHERE + 300 * (i + 1));
		assert_int_equal(b.at.renewals_left, 10 - i);
	}
	go_more_time(w, &b);
	assert_int_equal(b.at.form_ends_s, NOWHERE + 300 * 11);
	w->now_s = NOWHERE + 300 * 11;
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_DONE);
	world_free(&w);
}

static void leaving_ends_a_half_done_signin(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_leave(w, &b, false);
	assert_int_equal(b.rc, RC_OK);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	go_code(w, &b, phone_code(w, &phone, 0));
	assert_int_equal(b.rc, RC_ABSENT);
	go_leave(w, &b, true);
	assert_int_equal(b.rc, RC_OK);
	world_free(&w);
}

static void a_type_or_account_that_left_the_configuration_signs_nobody_in(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "gone");
	struct browser b = browser_new();

	(void)state;
	assert_int_equal(go_user(w, &b, "gone", p.login), SCREEN_START);
	assert_int_equal(b.at.told.missing, FIELD_TYPE);
	go_user(w, &b, "off", p.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_not_equal(b.at.screen, SCREEN_DONE);
	assert_int_not_equal(b.at.told.say, SAY_NOTHING);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

static void what_is_remembered_of_next_is_only_what_may_be(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct visit v = world_visit(w);

	(void)state;
	assert_int_equal(signin_user(&w->flow, &v, jar(b.signin), S("off"), str_of(p.login), S("/account/log"), &b.at), RC_OK);
	go_password(w, &b, PASSWORD, true);
	assert_str(b.at.go, "/account/log");
	b = browser_new();
	assert_int_equal(signin_user(&w->flow, &v, jar(b.signin), S("off"), str_of(p.login), S("//evil.example/"), &b.at), RC_OK);
	go_password(w, &b, PASSWORD, true);
	assert_str(b.at.go, "/home");
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_after_the_password_gives_one_session),
		cmocka_unit_test(every_type_ends_where_its_policy_says),
		cmocka_unit_test(the_accounts_own_type_decides_not_the_chosen_form),
		cmocka_unit_test(terms_are_asked_once_per_version),
		cmocka_unit_test(one_page_says_everything_that_is_missing_at_once),
		cmocka_unit_test(what_is_longer_than_any_real_value_is_refused_before_a_hash),
		cmocka_unit_test(a_code_or_terms_without_a_password_give_nothing),
		cmocka_unit_test(every_pair_of_proofs_but_the_right_one_is_refused),
		cmocka_unit_test(the_cookie_changes_at_the_password_and_the_old_one_is_dead),
		cmocka_unit_test(values_of_one_kind_are_nothing_as_another),
		cmocka_unit_test(a_finished_signin_cannot_be_used_again),
		cmocka_unit_test(a_browser_that_starts_again_proves_everything_again),
		cmocka_unit_test(a_half_done_signin_is_over_after_an_hour),
		cmocka_unit_test(the_looks_write_nothing),
		cmocka_unit_test(unknown_locked_and_wrong_leave_the_same_words_and_kinds_of_rows),
		cmocka_unit_test(a_locked_account_gets_nowhere_even_with_everything_right),
		cmocka_unit_test(the_same_login_in_any_case_is_one_account_and_one_budget),
		cmocka_unit_test(an_expired_form_says_so_and_keeps_the_user_id),
		cmocka_unit_test(more_time_is_given_ten_times),
		cmocka_unit_test(leaving_ends_a_half_done_signin),
		cmocka_unit_test(a_type_or_account_that_left_the_configuration_signs_nobody_in),
		cmocka_unit_test(what_is_remembered_of_next_is_only_what_may_be),
	};

	return cmocka_run_group_tests_name("signin", tests, world_group_begin, world_group_end);
}
