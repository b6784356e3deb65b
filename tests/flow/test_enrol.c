#include "world.h"

#include <stdio.h>

#include "vault_calls.h"

enum { MINUTE_S = 60, PERIOD_S = 120 };

/* A sign-in that stands at the activation, and what its page shows. */
static struct phone at_enrolment(struct world *w, struct browser *b, const char *type, struct person p)
{
	assert_int_equal(go_to_second(w, b, type, p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, b), ENROL_OPEN);
	return phone_scan(&b->enrol);
}

static int64_t devices_of(struct world *w, struct person p)
{
	return world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1 AND user_id = ?1", p.id);
}

static void nothing_was_enabled(struct world *w, struct person p)
{
	assert_int_equal(devices_of(w, p), 0);
	assert_int_equal(world_sessions(w, 0), 0);
}

/* ---- the usual way ------------------------------------------------------------------------------------------ */

static void a_confirming_code_enables_and_signs_in(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	assert_int_equal(strlen(phone.secret), 32);
	assert_str(b.enrol.issuer, "SPSE");
	assert_str(b.enrol.account, "penyedia1 #1");
	assert_str(b.enrol.device_name, "HP saya");
	assert_int_equal(b.enrol.period_ends_s, w->now_s + PERIOD_S);
	assert_true(str_starts(b.enrol.uri, S("otpauth://totp/SPSE:penyedia1%20%231?secret=")));
	assert_int_equal(b.enrol.groups.len, 39);
	assert_false(b.enrol.active);
	assert_int_equal(go_enrol_confirm(w, &b, " HP baru ", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_str(b.enrol.device_name, "HP baru");
	assert_str(b.enrol.go, "/home");
	assert_int_equal(b.enrol.secret.len, 0);
	assert_int_equal(who_must(w, &b).session.otp_s, w->now_s);
	assert_int_equal(devices_of(w, p), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.added' AND user_id = ?1", p.id), 1);
	/* and at the next sign-in a code is asked, of this entry */
	b = browser_new();
	w->now_s += 60;
	go_in(w, &b, "mandatory", p, &phone);
	world_free(&w);
}

static void the_confirming_code_is_used_up(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new(), c = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	for (int k = -1; k <= 0; k++) {
		c = browser_new();
		go_to_second(w, &c, "mandatory", p);
		go_code(w, &c, phone_code(w, &phone, k));
		assert_int_equal(c.at.told.say, SAY_CODE_USED);
	}
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

static void terms_come_after_the_activation_and_before_the_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "once");
	struct browser b = browser_new();
	struct phone phone;

	(void)state;
	go_user(w, &b, "once", p.login);
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_ENROL);
	go_enrol_look(w, &b);
	phone = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_int_equal(b.session[0], '\0');
	assert_int_equal(world_sessions(w, 0), 0);
	assert_int_equal(go_look(w, &b), SCREEN_TERMS);
	assert_int_equal(go_terms(w, &b, true), SCREEN_DONE);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

/* ---- the time of the QR -------------------------------------------------------------------------------------- */

static void the_same_secret_is_shown_on_every_look_and_after_more_time(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	for (int i = 1; i <= 10; i++) {
		w->now_s += i % 2 ? 60 : PERIOD_S + 30; /* before and after it closed */
		assert_int_equal(go_enrol_renew(w, &b), ENROL_OPEN);
		assert_int_equal(b.enrol.told.say, SAY_ENROL_RENEWED);
		assert_true(b.enrol.period_ends_s >= w->now_s + PERIOD_S);
		assert_int_equal(b.enrol.renewals_left, 10 - i);
		assert_str(b.enrol.secret, phone.secret);
		assert_int_equal(b.enrol.number, 1);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN); /* pressed once more: no second entry */
		assert_str(b.enrol.secret, phone.secret);
	}
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

static void a_code_after_the_qr_closed_is_answered_and_counts_after_more_time(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	w->now_s = b.enrol.period_ends_s + ENROL_GRACE_S + 1;
	assert_int_equal(go_enrol_look(w, &b), ENROL_CLOSED);
	assert_int_equal(b.enrol.secret.len + b.enrol.uri.len + b.enrol.groups.len, 0);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_CLOSED);
	assert_int_equal(b.enrol.told.say, SAY_ENROL_CLOSED);
	assert_str(b.enrol.device_name, "HP saya");
	assert_int_equal(vault_asked[CALL_CODE_CHECK_NEW], 0);
	assert_int_equal(world_count(w, "SELECT tries FROM enrolment", 0), 0);
	nothing_was_enabled(w, p);
	assert_int_equal(go_enrol_renew(w, &b), ENROL_OPEN);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

static void a_code_on_its_way_when_the_qr_closes_still_counts(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	w->now_s = b.enrol.period_ends_s + ENROL_GRACE_S;
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

static void after_ten_extensions_it_is_over_and_starts_with_the_next_number(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p), next;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(go_enrol_renew(w, &b), ENROL_OPEN);
	go_enrol_renew(w, &b);
	assert_int_equal(world_count(w, "SELECT renewals FROM enrolment", 0), 10);
	w->now_s += 11 * PERIOD_S + 1;
	assert_int_equal(go_enrol_look(w, &b), ENROL_OVER);
	assert_int_equal(b.enrol.secret.len, 0);
	assert_int_equal(go_enrol_renew(w, &b), ENROL_OVER);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_OVER);
	nothing_was_enabled(w, p);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 2);
	assert_int_equal(b.enrol.leftover, 1);
	next = phone_scan(&b.enrol);
	assert_string_not_equal(next.secret, phone.secret);
	/* the entry that was left in the app counts for nothing */
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_OPEN);
	assert_true(b.enrol.told.say == SAY_ENROL_WRONG || b.enrol.told.say == SAY_ENROL_CLOCK);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &next, 0)), ENROL_DONE);
	world_free(&w);
}

static void an_activation_that_nobody_extends_is_over_in_the_end(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);
	enum enrol_screen at;

	(void)state;
	w->now_s += 2 * (ENROL_EXTENSIONS + 1) * PERIOD_S;
	at = go_enrol_look(w, &b);
	assert_true(at == ENROL_OVER || at == ENROL_NONE);
	go_enrol_renew(w, &b);
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	nothing_was_enabled(w, p);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 2);
	assert_int_equal(b.enrol.leftover, 1);
	world_free(&w);
}

/* ---- wrong codes ------------------------------------------------------------------------------------------- */

static void a_wrong_code_keeps_the_qr_and_costs_no_budget_of_the_account(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(go_enrol_confirm(w, &b, "HP Kantor", phone_wrong(w, &phone)), ENROL_OPEN);
		assert_int_equal(b.enrol.told.say, SAY_ENROL_WRONG);
		assert_int_equal(b.enrol.told.ref.len, 6);
		assert_str(b.enrol.secret, phone.secret);
		assert_str(b.enrol.device_name, "HP Kantor");
	}
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try", 0), 0);
	assert_int_equal(go_enrol_confirm(w, &b, "HP Kantor", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

static void an_activation_takes_thirty_tries_and_no_more(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	for (int i = 0; i < ENROL_TRIES; i++)
		assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_wrong(w, &phone)), ENROL_OPEN);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_OVER);
	assert_int_equal(b.enrol.secret.len, 0);
	assert_int_equal(vault_asked[CALL_CODE_CHECK_NEW], ENROL_TRIES);
	nothing_was_enabled(w, p);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 2);
	world_free(&w);
}

/* ---- the form ----------------------------------------------------------------------------------------------- */

static void a_name_is_asked_and_what_is_missing_is_said(void **state)
{
	static const struct { const char *name, *code; enum say say; unsigned missing; } forms[] = {
		{"", "", SAY_MISSING, FIELD_DEVICE | FIELD_CODE}, {"  ", "123456", SAY_MISSING, FIELD_DEVICE},
		{"HP", "  ", SAY_MISSING, FIELD_CODE},
		{"HP\naddress=elsewhere", "123456", SAY_MISSING, FIELD_DEVICE}, {"HP\x1b[1m", "123456", SAY_MISSING, FIELD_DEVICE},
		{"\xff\xfe", "123456", SAY_MISSING, FIELD_DEVICE},
		{"12345678901234567890123456789012345678901234567890123456789012345", "123456", SAY_TOO_LONG, FIELD_DEVICE},
		{"HP", "12345", SAY_CODE_SHAPE, 0},
	};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	at_enrolment(w, &b, "mandatory", p);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(go_enrol_confirm(w, &b, forms[i].name, str_of(forms[i].code)), ENROL_OPEN);
		assert_int_equal(b.enrol.told.say, forms[i].say);
		assert_int_equal(b.enrol.told.missing, forms[i].missing);
	}
	assert_int_equal(world_count(w, "SELECT tries FROM enrolment", 0), 0);
	world_free(&w);
}

/* ---- the other roads ------------------------------------------------------------------------------------------ */

static void a_name_in_use_is_refused_whatever_its_case(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone old = phone_new(w, p, "HP Kantor"), fresh;
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "optional", p, &old);
	assert_int_equal(go_enrol_look(w, &b), ENROL_ALREADY);
	assert_str(b.enrol.active_names, "HP Kantor");
	assert_int_equal(b.enrol.secret.len, 0);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	fresh = phone_scan(&b.enrol);
	assert_int_equal(b.enrol.number, 2);
	assert_int_equal(go_enrol_confirm(w, &b, "hp kantor", phone_code(w, &fresh, 0)), ENROL_OPEN);
	assert_int_equal(b.enrol.told.say, SAY_ENROL_NAME_TAKEN);
	assert_int_equal(world_count(w, "SELECT tries FROM enrolment", 0), 0); /* said before the code is looked at */
	assert_int_equal(devices_of(w, p), 1);
	assert_int_equal(go_enrol_confirm(w, &b, "HP kedua", phone_code(w, &fresh, 0)), ENROL_DONE);
	assert_int_equal(devices_of(w, p), 2);
	/* letters that only the store can tell are alike */
	go_enrol_begin(w, &b);
	fresh = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP K\xc3\x89", phone_code(w, &fresh, 0)), ENROL_DONE);
	world_free(&w);
}

static void the_name_that_is_offered_is_not_in_use(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone old = phone_new(w, p, "hp SAYA");
	struct browser b = browser_new();

	(void)state;
	phone_new(w, p, "HP saya 2");
	go_in(w, &b, "optional", p, &old);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_str(b.enrol.device_name, "HP saya 3");
	world_free(&w);
}

static void letters_that_fold_alike_are_one_name(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone old = phone_new(w, p, "caf\xc3\xa9"), fresh;
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "optional", p, &old);
	go_enrol_begin(w, &b);
	fresh = phone_scan(&b.enrol);
	go_enrol_confirm(w, &b, "CAFE\xcc\x81", phone_code(w, &fresh, 0));
	assert_int_equal(b.enrol.told.say, SAY_ENROL_NAME_TAKEN);
	assert_int_equal(devices_of(w, p), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 1);
	world_free(&w);
}

static void a_full_list_opens_nothing(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "single");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "single", p, &phone);
	assert_int_equal(go_enrol_look(w, &b), ENROL_FULL);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_FULL);
	assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	world_free(&w);
}

static void where_policy_has_no_codes_nothing_is_opened(void **state)
{
	static const char *const types[] = {"off", "no-codes"};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char login[32];
		struct browser b = browser_new();
		struct person p;

		snprintf(login, sizeof(login), "orang%zu", i);
		p = person_new(w, login, types[i]);
		go_in(w, &b, types[i], p, NULL);
		assert_int_equal(go_enrol_look(w, &b), ENROL_NOT_ALLOWED);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_NOT_ALLOWED);
	}
	assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
	world_free(&w);
}

static void an_activation_of_another_window_says_so_and_can_go_on_here(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser one = browser_new(), two = browser_new();
	struct phone first = at_enrolment(w, &one, "mandatory", p), second;

	(void)state;
	w->now_s += 10;
	go_to_second(w, &two, "mandatory", p);
	if (go_enrol_look(w, &two) == ENROL_ELSEWHERE) {
		assert_int_equal(two.enrol.secret.len, 0);
		assert_int_equal(go_enrol_begin(w, &two), ENROL_OPEN);
	}
	second = phone_scan(&two.enrol);
	assert_int_equal(two.enrol.number, 2);
	/* the first window says where it went, and shows and takes nothing */
	assert_int_equal(go_enrol_look(w, &one), ENROL_ELSEWHERE);
	assert_int_equal(one.enrol.secret.len, 0);
	assert_int_equal(one.enrol.other_since_s, w->now_s);
	assert_int_equal(go_enrol_confirm(w, &one, "HP saya", phone_code(w, &first, 0)), ENROL_ELSEWHERE);
	assert_int_equal(go_enrol_confirm(w, &one, "HP saya", phone_code(w, &second, 0)), ENROL_ELSEWHERE);
	assert_int_equal(go_enrol_renew(w, &one), ENROL_ELSEWHERE);
	go_enrol_leave(w, &one);
	nothing_was_enabled(w, p);
	assert_int_equal(go_enrol_confirm(w, &two, "HP saya", phone_code(w, &second, 0)), ENROL_DONE);
	assert_int_equal(go_enrol_look(w, &one), ENROL_GONE);
	world_free(&w);
}

static void logging_out_of_an_open_activation_asks_first(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	at_enrolment(w, &b, "mandatory", p);
	go_leave(w, &b, false);
	assert_int_equal(b.at.told.say, SAY_ENROL_UNFINISHED);
	assert_int_equal(go_enrol_look(w, &b), ENROL_OPEN);
	go_leave(w, &b, true);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0) + world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	/* the next visit names the entry that was left */
	b = browser_new();
	at_enrolment(w, &b, "mandatory", p);
	assert_int_equal(b.enrol.leftover, 1);
	assert_int_equal(b.enrol.number, 2);
	world_free(&w);
}

static void leaving_destroys_the_secret_and_keeps_the_number_used(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();
	struct phone phone;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(go_enrol_look(w, &b), ENROL_NONE);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_true(b.enrol.may_leave);
	phone = phone_scan(&b.enrol);
	go_enrol_leave(w, &b);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	assert_int_equal(devices_of(w, p), 0);
	go_enrol_begin(w, &b);
	assert_int_equal(b.enrol.number, 2);
	assert_int_equal(b.enrol.leftover, 1);
	world_free(&w);
}

static void on_the_account_road_the_proof_must_be_fresh_when_it_opens(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new(), other = browser_new();
	struct phone phone;

	(void)state;
	go_in(w, &other, "optional", p, NULL);
	w->now_s += 6 * MINUTE_S;
	go_enrol_begin(w, &other);
	assert_int_equal(other.rc, RC_ABSENT);
	assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	phone = phone_scan(&b.enrol);
	/* with extensions it is confirmed long after; then the other sessions end */
	for (int i = 0; i < 4; i++) {
		w->now_s += 110;
		assert_int_equal(go_enrol_renew(w, &b), ENROL_OPEN);
	}
	assert_int_equal(world_sessions(w, p.id), 2);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_int_equal(world_sessions(w, p.id), 1);
	who_must(w, &b);
	world_free(&w);
}

static void nobody_confirms_or_sees_the_activation_of_another(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
	struct browser b = browser_new(), c = browser_new();
	struct phone mine = at_enrolment(w, &b, "mandatory", p), theirs = at_enrolment(w, &c, "mandatory", q);
	struct enrol_by crossed[] = {
		{.kind = HOLDER_SESSION, .cookie = jar(b.signin)}, {.kind = HOLDER_SIGNIN, .cookie = S("")},
		{.kind = HOLDER_SESSION, .cookie = S("")},
		{.kind = (enum holder)0, .cookie = jar(b.signin)}, {.kind = (enum holder)3, .cookie = jar(b.signin)},
	};
	struct visit v = world_visit(w);

	(void)state;
	assert_string_not_equal(mine.secret, theirs.secret);
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &theirs, 0));
	assert_int_equal(b.enrol.told.say, SAY_ENROL_WRONG);
	for (size_t i = 0; i < sizeof(crossed) / sizeof(crossed[0]); i++) {
		assert_int_equal(enrol_look(&w->flow, &v, crossed[i], &b.enrol), RC_OK);
		assert_int_equal(b.enrol.screen, ENROL_GONE);
		assert_int_equal(b.enrol.secret.len, 0);
		assert_int_equal(enrol_confirm(&w->flow, &v, crossed[i], S("HP"), phone_code(w, &mine, 0), &b.enrol), RC_OK);
		assert_int_equal(b.enrol.screen, ENROL_GONE);
	}
	nothing_was_enabled(w, p);
	nothing_was_enabled(w, q);
	world_free(&w);
}

static void a_seed_moved_to_another_activation_is_not_shown(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
	struct browser b = browser_new(), c = browser_new();
	struct phone mine = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	at_enrolment(w, &c, "mandatory", q);
	world_do(w, "UPDATE enrolment SET seed = (SELECT seed FROM enrolment WHERE user_id = ?1)", p.id);
	go_enrol_look(w, &c);
	assert_int_equal(c.rc, RC_FAULT);
	assert_int_equal(c.enrol.secret.len, 0);
	go_enrol_confirm(w, &c, "HP saya", phone_code(w, &mine, 0));
	nothing_was_enabled(w, q);
	world_free(&w);
}

/* ---- while the vault is busy ------------------------------------------------------------------------------------ */

struct meanwhile {
	struct world *w;
	struct person p;
	struct browser *other;
};

static void lock_it(void *context)
{
	struct meanwhile *m = context;

	person_lock(m->w, m->p, true);
}

static void open_another(void *context)
{
	struct meanwhile *m = context;

	go_to_second(m->w, m->other, "mandatory", m->p);
	go_enrol_begin(m->w, m->other);
}

static void end_it(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "DELETE FROM enrolment", 0);
}

static void switch_off(void *context)
{
	struct meanwhile *m = context;

	world_type(m->w, "mandatory")->policy.factors = world_type(m->w, "optional")->policy.factors = FACTOR_PASSKEY;
}

static void what_changes_while_the_code_is_checked_counts(void **state)
{
	static vault_meanwhile_fn *const changes[] = {lock_it, open_another, end_it, switch_off};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct world *w = world_new();
		struct browser b = browser_new(), other = browser_new();
		struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "mandatory"), .other = &other};
		struct phone phone = at_enrolment(w, &b, "mandatory", m.p);

		vault_meanwhile(CALL_CODE_CHECK_NEW, changes[i], &m);
		go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
		assert_int_not_equal(b.enrol.screen, ENROL_DONE);
		nothing_was_enabled(w, m.p);
		world_free(&w);
	}
}

static void codes_that_policy_switches_off_meanwhile_are_not_enabled(void **state)
{
	struct world *w = world_new();
	struct browser b = browser_new();
	struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "optional")};
	struct phone phone;

	(void)state;
	go_in(w, &b, "optional", m.p, NULL);
	go_enrol_begin(w, &b);
	phone = phone_scan(&b.enrol);
	vault_meanwhile(CALL_CODE_CHECK_NEW, switch_off, &m);
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	assert_int_not_equal(b.enrol.screen, ENROL_DONE);
	assert_int_equal(devices_of(w, m.p), 0);
	world_free(&w);
}

static void add_another_device(void *context)
{
	struct meanwhile *m = context;

	phone_new(m->w, m->p, "Dari tempat lain");
}

static void a_list_that_fills_meanwhile_takes_no_more(void **state)
{
	static const enum vault_call calls[] = {CALL_SEED_NEW, CALL_CODE_CHECK_NEW};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct browser b = browser_new();
		struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "optional")};
		struct phone phone;

		world_type(w, "optional")->policy.devices_max = 1;
		go_in(w, &b, "optional", m.p, NULL);
		vault_meanwhile(calls[i], add_another_device, &m);
		go_enrol_begin(w, &b);
		if (calls[i] == CALL_SEED_NEW) {
			assert_int_equal(b.rc, RC_ABSENT);
			assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 0);
		} else {
			phone = phone_scan(&b.enrol);
			assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_FULL);
		}
		assert_int_equal(devices_of(w, m.p), 1);
		world_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_confirming_code_enables_and_signs_in),
		cmocka_unit_test(the_confirming_code_is_used_up),
		cmocka_unit_test(terms_come_after_the_activation_and_before_the_session),
		cmocka_unit_test(the_same_secret_is_shown_on_every_look_and_after_more_time),
		cmocka_unit_test(a_code_after_the_qr_closed_is_answered_and_counts_after_more_time),
		cmocka_unit_test(a_code_on_its_way_when_the_qr_closes_still_counts),
		cmocka_unit_test(after_ten_extensions_it_is_over_and_starts_with_the_next_number),
		cmocka_unit_test(an_activation_that_nobody_extends_is_over_in_the_end),
		cmocka_unit_test(a_wrong_code_keeps_the_qr_and_costs_no_budget_of_the_account),
		cmocka_unit_test(an_activation_takes_thirty_tries_and_no_more),
		cmocka_unit_test(a_name_is_asked_and_what_is_missing_is_said),
		cmocka_unit_test(a_name_in_use_is_refused_whatever_its_case),
		cmocka_unit_test(the_name_that_is_offered_is_not_in_use),
		cmocka_unit_test(letters_that_fold_alike_are_one_name),
		cmocka_unit_test(a_full_list_opens_nothing),
		cmocka_unit_test(where_policy_has_no_codes_nothing_is_opened),
		cmocka_unit_test(an_activation_of_another_window_says_so_and_can_go_on_here),
		cmocka_unit_test(logging_out_of_an_open_activation_asks_first),
		cmocka_unit_test(leaving_destroys_the_secret_and_keeps_the_number_used),
		cmocka_unit_test(on_the_account_road_the_proof_must_be_fresh_when_it_opens),
		cmocka_unit_test(nobody_confirms_or_sees_the_activation_of_another),
		cmocka_unit_test(a_seed_moved_to_another_activation_is_not_shown),
		cmocka_unit_test(what_changes_while_the_code_is_checked_counts),
		cmocka_unit_test(codes_that_policy_switches_off_meanwhile_are_not_enabled),
		cmocka_unit_test(a_list_that_fills_meanwhile_takes_no_more),
	};

	return cmocka_run_group_tests_name("enrol", tests, world_group_begin, world_group_end);
}
