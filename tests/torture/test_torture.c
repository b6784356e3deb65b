#include "world.h"

#include <stdio.h>

#include "base/codec.h"
#include "vault_calls.h"

/*
 * Each story is told with the store failing at call 1, 2, 3 ... (the COMMIT is a call too) until it is told unbroken,
 * and again with the vault. Whatever broke: nothing is granted, nothing that grants anything stays behind, and the same
 * person gets on afterwards.
 */

enum { CALLS_MAX = 200 };

struct scene {
	struct world *w;
	struct person p;
	struct phone phone, fresh;
	int64_t old;         /* a second device, added before */
	struct browser b;
	struct str token;    /* of a set-up link */
	enum rc rc;
	bool granted;        /* the answer said so: a session, a cookie, a thing done */
};

struct story {
	const char *name, *type;
	bool device;
	void (*before)(struct scene *s);
	void (*tell)(struct scene *s);
};

/* ---- what may not appear after a fault -------------------------------------------------------------------------- */

struct grants {
	int64_t sessions, fresh, devices, password, used_links, locked;
	int64_t device_states; /* which device is in which state, as one number: a half-done replacement changes it */
};

static struct grants grants_of(const struct scene *s)
{
	return (struct grants){
		world_count(s->w, "SELECT count(*) FROM session WHERE user_id = ?1", s->p.id),
		world_count(s->w, "SELECT ifnull(max(fresh_s), 0) FROM session WHERE user_id = ?1", s->p.id),
		world_count(s->w, "SELECT count(*) FROM device WHERE state = 1 AND user_id = ?1", s->p.id),
		world_count(s->w, "SELECT ifnull(password_set_s, 0) FROM users WHERE id = ?1", s->p.id),
		world_count(s->w, "SELECT count(*) FROM link WHERE used_s > 0 AND user_id = ?1", s->p.id),
		world_count(s->w, "SELECT locked_s FROM users WHERE id = ?1", s->p.id),
		world_count(s->w, "SELECT ifnull(sum(number * number * state), 0) FROM device WHERE user_id = ?1", s->p.id),
	};
}

static void session_not_granted(struct scene *s, const char *before)
{
	struct who who;

	if (strcmp(s->b.session, before) != 0)
		assert_int_equal(who_is(s->w, jar(s->b.session), &who), RC_ABSENT);
}

/* ---- the stories --------------------------------------------------------------------------------------------------- */

static void note(struct scene *s, bool granted)
{
	s->rc = s->b.rc;
	s->granted = granted;
}

static void nothing_before(struct scene *s)
{
	(void)s;
}

static void at_password(struct scene *s)
{
	assert_int_equal(go_user(s->w, &s->b, "off", s->p.login), SCREEN_PASSWORD);
}

static void draw(struct scene *s, enum captcha_again again, struct captcha_drawn *out)
{
	struct visit v = world_visit(s->w);

	s->rc = captcha_draw(&s->w->flow, &v, jar(s->b.signin), CAPTCHA_SIGNIN, CAPTCHA_PICTURE, again, out);
}

static void at_password_and_captcha(struct scene *s)
{
	struct captcha_drawn drawn;

	s->w->config.captcha = CAPTCHA_MODE_PICTURE;
	world_type(s->w, "single")->policy.captcha = CAPTCHA_ALWAYS;
	assert_int_equal(go_user(s->w, &s->b, "single", s->p.login), SCREEN_PASSWORD);
	draw(s, CAPTCHA_FRESH, &drawn);
	assert_int_equal(s->rc, RC_OK);
	s->b.captcha.text = drawn.digits;
}

static void at_second(struct scene *s)
{
	assert_int_equal(go_user(s->w, &s->b, "off", s->p.login), SCREEN_PASSWORD);
	go_password(s->w, &s->b, PASSWORD, false);
	assert_int_equal(s->b.rc, RC_OK);
}

static void at_terms(struct scene *s)
{
	at_second(s);
	assert_int_equal(go_code(s->w, &s->b, phone_code(s->w, &s->phone, 0)), SCREEN_TERMS);
}

static void at_open_qr(struct scene *s)
{
	at_second(s);
	if (go_enrol_look(s->w, &s->b) != ENROL_OPEN)
		assert_int_equal(go_enrol_begin(s->w, &s->b), ENROL_OPEN);
	s->phone = phone_scan(&s->b.enrol);
}

static void signed_in(struct scene *s)
{
	at_second(s);
	if (s->b.at.screen == SCREEN_CODE) {
		assert_int_equal(go_code(s->w, &s->b, phone_code(s->w, &s->phone, 0)), SCREEN_DONE);
		s->w->now_s += 60;
	}
	assert_int_equal(s->b.signin[0], '\0');
}

static void signed_in_with_qr(struct scene *s)
{
	signed_in(s);
	assert_int_equal(go_enrol_begin(s->w, &s->b), ENROL_OPEN);
	s->phone = phone_scan(&s->b.enrol);
}

/* Two places, both taken; the phone that is used is the second. */
static void signed_in_full(struct scene *s)
{
	struct phone old = phone_new(s->w, s->p, "HP lama");

	world_type(s->w, "optional")->policy.devices_max = 2;
	world_type(s->w, "optional")->policy.devices_when_full = FULL_EVICT_OLDEST;
	world_do(s->w, "UPDATE device SET added_s = added_s - 1000 WHERE id = ?1", old.device);
	s->old = old.device;
	signed_in(s);
}

static void at_evicting_qr(struct scene *s)
{
	signed_in_full(s);
	assert_int_equal(go_enrol_wish(s->w, &s->b, REPLACES_EVICT, s->old), ENROL_OPEN);
	s->fresh = phone_scan(&s->b.enrol);
}

static void at_moving_qr(struct scene *s)
{
	signed_in_full(s);
	assert_int_equal(go_enrol_wish(s->w, &s->b, REPLACES_MOVE, s->old), ENROL_OPEN);
	s->fresh = phone_scan(&s->b.enrol);
}

/* One was suspended, and the owner proved themselves after that. */
static void after_an_eviction(struct scene *s)
{
	at_evicting_qr(s);
	assert_int_equal(go_enrol_confirm(s->w, &s->b, "HP baru", phone_code(s->w, &s->fresh, 0)), ENROL_DONE);
	s->w->now_s += 60;
	world_do(s->w, "UPDATE session SET fresh_s = ?1", s->w->now_s);
}

static void with_link(struct scene *s)
{
	struct link l = {.user = s->p.id, .purpose = TOKEN_SETUP, .made_s = s->w->now_s, .expires_s = s->w->now_s + 1800};
	struct tx *tx;

	assert_int_equal(store_id_new(&l.id), RC_OK);
	assert_int_equal(vault_token(s->w->flow.vault, s->w->life, TOKEN_SETUP, l.id, 1, &s->token), RC_OK);
	sha256(s->token, l.token);
	assert_int_equal(store_begin(s->w->flow.store, &tx), RC_OK);
	assert_int_equal(store_link_add(tx, &l), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
}

static void tell_look(struct scene *s)
{
	go_look(s->w, &s->b);
	note(s, false);
}

static void tell_user(struct scene *s)
{
	go_user(s->w, &s->b, "off", s->p.login);
	note(s, false);
}

static void tell_password(struct scene *s)
{
	enum signin_screen at = go_password(s->w, &s->b, PASSWORD, true);

	note(s, at == SCREEN_DONE || s->b.at.session_cookie.len || s->b.at.signin_cookie.len);
}

static void tell_wrong_captcha(struct scene *s)
{
	s->b.captcha.text = S("x");
	tell_password(s);
}

static void tell_draw(struct scene *s)
{
	struct captcha_drawn drawn;

	draw(s, CAPTCHA_ANOTHER, &drawn);
	s->granted = s->rc != RC_OK && drawn.digits.len;
}

static void tell_wrong_password(struct scene *s)
{
	go_password(s->w, &s->b, WRONG, true);
	note(s, s->b.at.session_cookie.len || s->b.at.signin_cookie.len);
}

static void tell_one_page(struct scene *s)
{
	go_one_page(s->w, &s->b, "one-page", s->p.login, PASSWORD, true);
	note(s, s->b.at.session_cookie.len || s->b.at.signin_cookie.len);
}

static void tell_code(struct scene *s)
{
	enum signin_screen at = go_code(s->w, &s->b, phone_code(s->w, &s->phone, 0));

	note(s, at == SCREEN_DONE || s->b.at.session_cookie.len);
}

static void tell_wrong_code(struct scene *s)
{
	go_code(s->w, &s->b, phone_wrong(s->w, &s->phone));
	note(s, s->b.at.screen == SCREEN_DONE || s->b.at.session_cookie.len);
}

static void at_second_once_slow(struct scene *s)
{
	at_second(s);
	s->phone.slow_s = 47 * 60;
	go_code(s->w, &s->b, phone_code(s->w, &s->phone, 0));
	s->w->now_s += 30;
	s->phone.slow_s = 0;
}

/* The second of a slow phone: burnt, noted and told. */
static void tell_slow_code(struct scene *s)
{
	go_code(s->w, &s->b, phone_code(s->w, &s->phone, -94));
	note(s, s->b.session[0] != '\0');
}

static void tell_terms(struct scene *s)
{
	enum signin_screen at = go_terms(s->w, &s->b, true);

	note(s, at == SCREEN_DONE || s->b.at.session_cookie.len);
}

static void tell_more_time(struct scene *s)
{
	go_more_time(s->w, &s->b);
	note(s, false);
}

static void tell_leave(struct scene *s)
{
	go_leave(s->w, &s->b, true);
	note(s, false);
}

static void tell_enrol_look(struct scene *s)
{
	go_enrol_look(s->w, &s->b);
	note(s, s->b.enrol.secret.len > 0);
}

static void tell_enrol_begin(struct scene *s)
{
	go_enrol_begin(s->w, &s->b);
	note(s, s->b.enrol.secret.len > 0);
}

static void tell_enrol_renew(struct scene *s)
{
	go_enrol_renew(s->w, &s->b);
	note(s, s->b.enrol.secret.len > 0);
}

static void tell_enrol_confirm(struct scene *s)
{
	enum enrol_screen at = go_enrol_confirm(s->w, &s->b, "HP baru", phone_code(s->w, &s->phone, 0));

	note(s, at == ENROL_DONE || s->b.enrol.session_cookie.len);
}

static void tell_enrol_leave(struct scene *s)
{
	go_enrol_leave(s->w, &s->b);
	note(s, false);
}

/* Stories of the account: a guard that finds nobody has nothing to tell. */
static bool guard(struct scene *s, struct who *who)
{
	struct tx *tx;

	s->granted = false;
	s->rc = store_view(s->w->flow.store, &tx);
	if (s->rc != RC_OK)
		return false;
	s->rc = session_find(&s->w->flow, tx, s->w->arena, s->w->now_s, jar(s->b.session), who);
	store_abandon(&tx);
	return s->rc == RC_OK;
}

static void tell_confirm(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct confirm out;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_confirm(&s->w->flow, &v, &who, S(PASSWORD), phone_code(s->w, &s->phone, 0), &out);
	s->granted = out.told.say == SAY_DONE || out.session_cookie.len;
	if (out.session_cookie.len)
		snprintf(s->b.session, sizeof(s->b.session), "%.*s", STR_ARG(out.session_cookie));
}

static void tell_wrong_confirm(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct confirm out;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_confirm(&s->w->flow, &v, &who, S(PASSWORD), phone_wrong(s->w, &s->phone), &out);
	s->granted = out.told.say == SAY_DONE || out.session_cookie.len;
}

static void tell_disable(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct told told;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_mfa_disable(&s->w->flow, &v, &who, &told);
	s->granted = told.say == SAY_DONE;
}

static void tell_begin_evicting(struct scene *s)
{
	go_enrol_wish(s->w, &s->b, REPLACES_EVICT, s->old);
	note(s, s->b.enrol.secret.len > 0);
}

static void tell_begin_moving(struct scene *s)
{
	go_enrol_wish(s->w, &s->b, REPLACES_MOVE, s->old);
	note(s, s->b.enrol.secret.len > 0);
}

static void tell_confirm_fresh(struct scene *s)
{
	enum enrol_screen at = go_enrol_confirm(s->w, &s->b, "HP baru", phone_code(s->w, &s->fresh, 0));

	note(s, at == ENROL_DONE);
}

static void tell_device_remove(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct told told;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = device_remove(&s->w->flow, &v, &who, s->old, &told);
	s->granted = told.say == SAY_DONE;
}

static void tell_device_rename(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct told told;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = device_rename(&s->w->flow, &v, &who, s->old, S("HP lain"), &told);
	s->granted = told.say == SAY_DONE;
}

static void tell_device_restore(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct device_view view;
	struct told told;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = device_look(&s->w->flow, &v, &who, s->old, &view);
	if (s->rc != RC_OK)
		return;
	s->rc = device_restore(&s->w->flow, &v, &who, s->old, view.instead.id, &told);
	s->granted = told.say == SAY_DONE;
}

static void tell_password_change(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct told told;
	struct str cookie;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_password(&s->w->flow, &v, &who, S(PASSWORD), S(PASSWORD_2), S(PASSWORD_2), &told, &cookie);
	s->granted = told.say == SAY_PASSWORD_CHANGED || cookie.len;
}

static void tell_setup(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct setup out;

	s->rc = account_setup(&s->w->flow, &v, s->token, S(PASSWORD_2), S(PASSWORD_2), &out);
	s->granted = out.told.say == SAY_DONE;
}

static void tell_session_end(struct scene *s)
{
	struct visit v = world_visit(s->w);

	s->rc = session_end(&s->w->flow, &v, jar(s->b.session));
	s->granted = false;
}

static void tell_home(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct device_list devices;
	struct session_list sessions;
	struct log_page page;
	struct home home;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_home(&s->w->flow, &v, &who, &home);
	if (s->rc == RC_OK)
		s->rc = account_devices(&s->w->flow, &v, &who, &devices);
	if (s->rc == RC_OK)
		s->rc = account_sessions(&s->w->flow, &v, &who, &sessions);
	if (s->rc == RC_OK)
		s->rc = account_log(&s->w->flow, &v, &who, 0, &page);
	session_touch(&s->w->flow, &who.session, s->w->now_s);
}

/* ---- afterwards ------------------------------------------------------------------------------------------------------- */

/* From the start, whatever happened: with the password that holds now and the device that is there now. */
static void sign_in_anew(struct scene *s)
{
	struct browser b = browser_new();

	s->w->now_s += 3600;
	go_user(s->w, &b, "off", s->p.login);
	go_password(s->w, &b, PASSWORD, true);
	if (b.at.told.say == SAY_SIGNIN_WRONG)
		go_password(s->w, &b, PASSWORD_2, true);
	assert_int_equal(b.rc, RC_OK);
	if (b.at.screen == SCREEN_CODE)
		go_code(s->w, &b, phone_code(s->w, &s->phone, 0));
	if (b.at.screen == SCREEN_ENROL) {
		if (go_enrol_look(s->w, &b) != ENROL_OPEN)
			go_enrol_begin(s->w, &b);
		s->phone = phone_scan(&b.enrol);
		assert_int_equal(go_enrol_confirm(s->w, &b, "HP sesudah", phone_code(s->w, &s->phone, 0)), ENROL_DONE);
	}
	who_must(s->w, &b);
}

static const struct story stories[] = {
	{"a look", "mandatory", true, at_second, tell_look},
	{"the user id", "mandatory", true, nothing_before, tell_user},
	{"the password, to a session", "off", false, at_password, tell_password},
	{"the password, to a code", "mandatory", true, at_password, tell_password},
	{"the password, to an activation", "mandatory", false, at_password, tell_password},
	{"the password, to terms", "later", false, at_password, tell_password},
	{"a wrong password", "mandatory", true, at_password, tell_wrong_password},
	{"the password and a captcha", "off", false, at_password_and_captcha, tell_password},
	{"a wrong captcha", "off", false, at_password_and_captcha, tell_wrong_captcha},
	{"a captcha drawn anew", "off", false, at_password_and_captcha, tell_draw},
	{"one page", "one-page", true, nothing_before, tell_one_page},
	{"a code", "mandatory", true, at_second, tell_code},
	{"a code, to terms", "once", true, at_second, tell_code},
	{"a wrong code", "mandatory", true, at_second, tell_wrong_code},
	{"the second code of a slow phone", "mandatory", true, at_second_once_slow, tell_slow_code},
	{"terms", "once", true, at_terms, tell_terms},
	{"more time", "mandatory", true, at_password, tell_more_time},
	{"leaving", "mandatory", false, at_open_qr, tell_leave},
	{"the activation's page", "mandatory", false, at_open_qr, tell_enrol_look},
	{"an activation begun", "optional", false, signed_in, tell_enrol_begin},
	{"more time for the QR", "mandatory", false, at_open_qr, tell_enrol_renew},
	{"the confirming code", "mandatory", false, at_open_qr, tell_enrol_confirm},
	{"the confirming code, to terms", "once", false, at_open_qr, tell_enrol_confirm},
	{"the confirming code on the account road", "optional", false, signed_in_with_qr, tell_enrol_confirm},
	{"leaving the activation", "mandatory", false, at_open_qr, tell_enrol_leave},
	{"a fresh proof", "optional", true, signed_in, tell_confirm},
	{"a wrong fresh proof", "optional", true, signed_in, tell_wrong_confirm},
	{"turning off", "optional", true, signed_in, tell_disable},
	{"an eviction begun", "optional", true, signed_in_full, tell_begin_evicting},
	{"an eviction confirmed", "optional", true, at_evicting_qr, tell_confirm_fresh},
	{"a move begun", "optional", true, signed_in_full, tell_begin_moving},
	{"a move confirmed", "optional", true, at_moving_qr, tell_confirm_fresh},
	{"a device removed", "optional", true, signed_in_full, tell_device_remove},
	{"a device renamed", "optional", true, signed_in_full, tell_device_rename},
	{"a device taken back", "optional", true, after_an_eviction, tell_device_restore},
	{"a change of password", "optional", false, signed_in, tell_password_change},
	{"a set-up link", "off", false, with_link, tell_setup},
	{"signing out", "off", false, signed_in, tell_session_end},
	{"the home", "optional", true, signed_in, tell_home},
};

/* ---- breaking --------------------------------------------------------------------------------------------------------- */

enum breaking { BREAK_STORE, BREAK_VAULT, BREAK_VAULT_BUSY };

static void break_at(struct world *w, enum breaking what, unsigned n)
{
	switch (what) {
	case BREAK_STORE:
		(void)store_break_at(w->flow.store, n);
		return;
	case BREAK_VAULT:
	case BREAK_VAULT_BUSY:
		vault_break_rc = what == BREAK_VAULT ? RC_FAULT : RC_BUSY;
		atomic_store(&vault_break_in, n);
		return;
	}
}

/* Was the call that should break reached? */
static bool mended(struct world *w, enum breaking what)
{
	bool left;

	switch (what) {
	case BREAK_STORE:
		left = store_break_at(w->flow.store, 0) != 0;
		return left;
	case BREAK_VAULT:
	case BREAK_VAULT_BUSY:
		left = atomic_load(&vault_break_in) != 0;
		atomic_store(&vault_break_in, 0);
		return left;
	}
	return true;
}

static void tell_broken(const struct story *story, enum breaking what, unsigned *points)
{
	struct world *w = world_new();

	vault_knows_passwords = true;
	for (unsigned n = 1; n < CALLS_MAX; n++) {
		struct scene s = {.w = w, .b = browser_new()};
		char login[32], session[64];
		struct grants before, after;
		bool unbroken;

		w->now_s = NOWHERE;
		snprintf(login, sizeof(login), "orang%u", n);
		s.p = person_new(w, login, story->type);
		if (story->device)
			s.phone = phone_new(w, s.p, "HP saya");
		story->before(&s);
		before = grants_of(&s);
		snprintf(session, sizeof(session), "%s", s.b.session);
		break_at(w, what, n);
		story->tell(&s);
		unbroken = mended(w, what);
		after = grants_of(&s);
		if (!unbroken && s.rc != RC_OK) {
			if (s.granted)
				fail_msg("%s: call %u broken (%s), and the answer grants", story->name, n, rc_name(s.rc));
			if (memcmp(&before, &after, sizeof(before)) != 0)
				fail_msg("%s: call %u broken (%s), and something stayed", story->name, n, rc_name(s.rc));
			session_not_granted(&s, session);
		}
		if (after.sessions > before.sessions)
			assert_true(s.rc == RC_OK && s.granted);
		sign_in_anew(&s);
		world_reset(w);
		if (unbroken) {
			*points += n - 1;
			break;
		}
		assert_int_not_equal(n, CALLS_MAX - 1);
	}
	world_free(&w);
}

static void tell_all(enum breaking what)
{
	unsigned points = 0;

	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		tell_broken(&stories[i], what, &points);
	print_message("%u points broken\n", points);
	assert_true(points > 0);
}

static void a_store_that_fails_at_any_call_lets_nobody_in(void **state)
{
	(void)state;
	tell_all(BREAK_STORE);
}

static void a_vault_that_fails_at_any_call_lets_nobody_in(void **state)
{
	(void)state;
	tell_all(BREAK_VAULT);
}

static void a_vault_that_is_busy_at_any_call_lets_nobody_in(void **state)
{
	(void)state;
	tell_all(BREAK_VAULT_BUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_that_fails_at_any_call_lets_nobody_in),
		cmocka_unit_test(a_vault_that_fails_at_any_call_lets_nobody_in),
		cmocka_unit_test(a_vault_that_is_busy_at_any_call_lets_nobody_in),
	};

	return cmocka_run_group_tests_name("torture", tests, world_group_begin, world_group_end);
}
