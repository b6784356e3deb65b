#include "world.h"

#include <pthread.h>
#include <stdio.h>

#include "vault_calls.h"

static int64_t left_of(struct world *w, struct person p)
{
	return world_count(w, "SELECT count(*) FROM recovery_code WHERE user_id = ?1 AND used_s = 0", p.id);
}

static int64_t mails_of(struct world *w, const char *template)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM outbox WHERE template = '%s'", template);
	return world_count(w, sql, 0);
}

/* At the code page of somebody with a device and a set. */
static struct recovery_set at_code(struct world *w, struct browser *b, struct person p, const char *type)
{
	struct recovery_set set = recovery_new(w, p);

	assert_int_equal(go_to_second(w, b, type, p), SCREEN_CODE);
	return set;
}

static void a_recovery_code_signs_in_once(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct recovery_set set;
	struct who who;

	(void)state;
	phone_new(w, p, "HP saya");
	set = at_code(w, &b, p, "mandatory");
	assert_int_equal(go_look(w, &b), SCREEN_CODE);
	assert_true(b.at.recovery_offered);
	assert_int_equal(go_recovery(w, &b, set.codes[3]), SCREEN_DONE);
	who = who_must(w, &b);
	assert_int_equal(who.session.recovery_s, w->now_s);
	assert_int_equal(who.session.otp_s, 0);
	assert_str(session_amr(&who.session), "pwd mfa");
	assert_true(session_is_fresh(&who.session, w->now_s));
	assert_int_equal(left_of(w, p), 9);
	assert_int_equal(mails_of(w, "recovery.used"), 1);
	assert_str(b.at.go, "/home");

	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(go_recovery(w, &b, set.codes[3]), SCREEN_CODE);
	assert_int_equal(b.at.told.say, SAY_RECOVERY_WRONG);
	assert_true(b.at.told.ref.len > 0);
	assert_int_equal(left_of(w, p), 9);
	assert_int_equal(mails_of(w, "code.wrong"), 1);
	world_free(&w);
}

static void a_code_is_taken_as_hands_write_it(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct recovery_set set;
	char typed[64] = " ";
	size_t n = 1;

	(void)state;
	phone_new(w, p, "HP saya");
	set = at_code(w, &b, p, "mandatory");
	for (size_t i = 0; i < set.codes[0].len; i++) {
		char c = set.codes[0].ptr[i];

		typed[n++] = c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	assert_int_equal(go_recovery(w, &b, str_n(typed, n)), SCREEN_DONE);
	world_free(&w);
}

static void what_is_no_recovery_code_costs_nothing(void **state)
{
	static const char *const typed[] = {"", "   ", "123456", "7KQ2-M0XD-94RB-TZ8", "7KQ2-M0XD-94RB-TZ8FF", "7KQ2-M0XD-94RB-TZ8U",
	                                    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	phone_new(w, p, "HP saya");
	at_code(w, &b, p, "mandatory");
	vault_calls_reset();
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
			assert_int_equal(go_recovery(w, &b, str_of(typed[i])), SCREEN_CODE);
			assert_true(b.at.told.say == SAY_RECOVERY_SHAPE || b.at.told.say == SAY_MISSING);
		}
	assert_int_equal(vault_asked[CALL_TYPED_MAC], 0);
	assert_int_equal(world_count(w, "SELECT count(*) FROM door_tries", 0), 0);
	world_free(&w);
}

static void a_code_of_a_never_works_for_b(void **state)
{
	struct world *w = world_new();
	struct person a = person_new(w, "penyedia1", "mandatory"), p = person_new(w, "penyedia2", "mandatory");
	struct browser b = browser_new();
	struct recovery_set of_a;

	(void)state;
	phone_new(w, a, "HP saya");
	phone_new(w, p, "HP saya");
	of_a = recovery_new(w, a);
	at_code(w, &b, p, "mandatory");
	assert_int_equal(go_recovery(w, &b, of_a.codes[0]), SCREEN_CODE);
	assert_int_equal(b.at.told.say, SAY_RECOVERY_WRONG);
	assert_int_equal(left_of(w, a), 10);
	assert_int_equal(left_of(w, p), 10);
	/* and nobody who has none of their own is told more */
	world_do(w, "DELETE FROM recovery_code WHERE user_id = ?1", p.id);
	assert_int_equal(go_recovery(w, &b, of_a.codes[0]), SCREEN_CODE);
	assert_int_equal(b.at.told.say, SAY_NOTHING);
	assert_false(b.at.recovery_offered);
	world_free(&w);
}

static void three_wrong_ones_pause_this_door_and_no_other(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct recovery_set set;

	(void)state;
	set = at_code(w, &b, p, "mandatory");
	vault_calls_reset();
	for (int i = 0; i < 3; i++)
		go_recovery(w, &b, S("0000-0000-0000-0000"));
	assert_int_equal(b.at.told.say, SAY_RECOVERY_PAUSED);
	assert_int_equal(b.at.told.until_s, w->now_s + 30);
	assert_int_equal(go_recovery(w, &b, set.codes[0]), SCREEN_CODE); /* right, and not looked at */
	assert_int_equal(b.at.told.say, SAY_RECOVERY_PAUSED);
	assert_int_equal(vault_asked[CALL_TYPED_MAC], 3);
	assert_int_equal(left_of(w, p), 10);
	w->now_s += 31;
	go_recovery(w, &b, S("0000-0000-0000-0000"));
	assert_int_equal(b.at.told.until_s, w->now_s + 60); /* doubled */
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

static void a_pause_on_codes_leaves_it_open_and_it_renews_them(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct recovery_set set;

	(void)state;
	set = at_code(w, &b, p, "mandatory");
	for (int i = 0; i < 3; i++)
		go_code(w, &b, phone_wrong(w, &phone));
	go_look(w, &b);
	assert_int_equal(b.at.told.say, SAY_CODE_PAUSED);
	assert_true(b.at.recovery_offered); /* the paused page names this door */
	assert_int_equal(go_recovery(w, &b, set.codes[0]), SCREEN_DONE);
	assert_int_equal(world_count(w, "SELECT count(*) FROM code_try WHERE user_id = ?1", p.id), 0);

	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE); /* the pause is over too */
	world_free(&w);
}

static void frozen_codes_are_opened_again_by_it(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct recovery_set set;

	(void)state;
	set = at_code(w, &b, p, "mandatory");
	for (int i = 0; i < 50; i++)
		world_do(w, "INSERT INTO code_try (id, user_id, at_s) VALUES (abs(random()), ?1, 1799999000)", p.id);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_CODE);
	assert_int_equal(b.at.told.say, SAY_CODE_FROZEN);
	assert_true(b.at.recovery_offered);
	assert_int_equal(go_recovery(w, &b, set.codes[0]), SCREEN_DONE);
	b = browser_new();
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

static void a_new_set_ends_the_old_one(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct recovery_set old, set;

	(void)state;
	phone_new(w, p, "HP saya");
	old = recovery_new(w, p);
	set = at_code(w, &b, p, "mandatory");
	assert_int_equal(left_of(w, p), 10);
	for (int i = 0; i < 2; i++) {
		go_recovery(w, &b, old.codes[i]);
		assert_int_equal(b.at.told.say, SAY_RECOVERY_WRONG);
	}
	assert_int_equal(go_recovery(w, &b, set.codes[0]), SCREEN_DONE);
	assert_int_equal(mails_of(w, "recovery.made"), 2);
	world_free(&w);
}

static void no_two_codes_are_alike_and_none_is_stored(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct recovery_set set, other;

	(void)state;
	phone_new(w, p, "HP saya");
	set = recovery_new(w, p);
	other = recovery_new(w, p);
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char sql[160];

		assert_int_equal(set.codes[i].len, 19);
		for (size_t k = 0; k < RECOVERY_CODES; k++) {
			assert_false(str_eq(set.codes[i], other.codes[k]));
			assert_true(i == k || !str_eq(set.codes[i], set.codes[k]));
		}
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM recovery_code WHERE instr(hex(mac), hex('%.*s')) > 0", 4, other.codes[i].ptr);
		assert_int_equal(world_count(w, sql, 0), 0);
	}
	world_free(&w);
}

static void the_last_one_leads_to_a_new_set(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct recovery_set set, now;
	struct visit v = world_visit(w);
	struct who who;

	(void)state;
	phone_new(w, p, "HP saya");
	set = at_code(w, &b, p, "mandatory");
	world_do(w, "UPDATE recovery_code SET used_s = 5 WHERE id NOT IN (SELECT max(id) FROM recovery_code)", 0);
	for (int i = 0; i < RECOVERY_CODES && b.at.screen != SCREEN_DONE; i++) {
		go_recovery(w, &b, set.codes[i]);
		w->now_s += 24 * 60;
		if (b.at.screen != SCREEN_DONE && i % 2 == 1) {
			b = browser_new();
			go_to_second(w, &b, "mandatory", p);
		}
	}
	assert_int_equal(b.at.screen, SCREEN_DONE);
	assert_true(b.at.recovery_last);
	assert_str(b.at.go, "/home");
	who = who_must(w, &b);
	assert_int_equal(recovery_look(&w->flow, &v, &who, &now), RC_OK);
	assert_int_equal(now.left, 0);
	assert_true(now.made_s > 0 && now.may_make);
	world_free(&w);
}

static void making_a_set_asks_for_a_fresh_proof_and_a_device(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();
	struct recovery_set set;
	struct visit v;
	struct who who;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	who = who_must(w, &b);
	v = world_visit(w);
	assert_int_equal(recovery_make(&w->flow, &v, &who, &set), RC_OK);
	assert_int_equal(set.n, 0);
	assert_false(set.may_make);
	phone_new(w, p, "HP saya");
	w->now_s += 301;
	v = world_visit(w);
	assert_int_equal(recovery_make(&w->flow, &v, &who, &set), RC_ABSENT);
	assert_int_equal(set.n, 0);
	assert_int_equal(left_of(w, p), 0);
	w->now_s -= 2;
	v = world_visit(w);
	assert_int_equal(recovery_make(&w->flow, &v, &who, &set), RC_OK);
	assert_int_equal(set.n, RECOVERY_CODES);
	/* a session that ended makes none */
	world_do(w, "DELETE FROM session", 0);
	assert_int_equal(recovery_make(&w->flow, &v, &who, &set), RC_ABSENT);
	assert_int_equal(set.n, 0);
	world_free(&w);
}

static void where_only_passkeys_count_none_is_asked_for_or_spent(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct recovery_set set;

	(void)state;
	phone_new(w, p, "HP saya");
	phone_new(w, p, "Kunci");
	set = recovery_new(w, p);
	world_do(w, "UPDATE device SET kind = 3 WHERE name = 'Kunci'", 0);
	world_type(w, "mandatory")->policy.factors = FACTOR_PASSKEY;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	go_look(w, &b);
	assert_false(b.at.recovery_offered);
	assert_int_equal(go_recovery(w, &b, set.codes[0]), SCREEN_CODE);
	assert_int_equal(b.session[0], '\0');
	assert_int_equal(left_of(w, p), 10);
	world_free(&w);
}

/* ---- fresh proof ---------------------------------------------------------------------------------------------- */

static struct confirm confirm(struct world *w, struct browser *b, const char *password, struct str code, enum rc wanted)
{
	struct visit v = world_visit(w);
	struct who who = who_must(w, b);
	struct confirm out;

	assert_int_equal(account_confirm(&w->flow, &v, &who, str_of(password), code, &out), wanted);
	if (out.session_cookie.len)
		snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(out.session_cookie));
	return out;
}

static void who_lost_the_phone_proves_anew_with_paper(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct recovery_set set = recovery_new(w, p);
	struct confirm out;

	(void)state;
	go_in(w, &b, "mandatory", p, &phone);
	w->now_s += 1000;
	assert_int_equal(confirm(w, &b, WRONG, set.codes[0], RC_OK).told.say, SAY_CONFIRM_WRONG);
	assert_int_equal(left_of(w, p), 10); /* not without the password */
	assert_int_equal(confirm(w, &b, PASSWORD, S("0000-0000-0000-0000"), RC_OK).told.say, SAY_CONFIRM_WRONG);
	out = confirm(w, &b, PASSWORD, set.codes[0], RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	assert_int_equal(who_must(w, &b).session.fresh_s, w->now_s);
	assert_int_equal(left_of(w, p), 9);
	assert_int_equal(confirm(w, &b, PASSWORD, set.codes[0], RC_OK).told.say, SAY_CONFIRM_WRONG);
	world_free(&w);
}

static void three_wrong_ones_end_the_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();

	(void)state;
	recovery_new(w, p);
	go_in(w, &b, "mandatory", p, &phone);
	confirm(w, &b, PASSWORD, S("0000-0000-0000-0000"), RC_OK);
	confirm(w, &b, PASSWORD, S("0000-0000-0000-0000"), RC_OK);
	confirm(w, &b, PASSWORD, S("0000-0000-0000-0000"), RC_ABSENT);
	assert_int_equal(world_sessions(w, p.id), 0);
	world_free(&w);
}

static void an_account_with_only_a_passkey_is_not_proved_by_any_six_digits(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();
	struct confirm out;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	phone_new(w, p, "Kunci");
	world_do(w, "UPDATE device SET kind = 3", 0);
	w->now_s += 1000;
	out = confirm(w, &b, PASSWORD, S("123456"), RC_OK);
	assert_int_equal(out.told.say, SAY_CONFIRM_WRONG);
	assert_int_equal(out.session_cookie.len, 0);
	world_free(&w);
}

/* ---- many at once ------------------------------------------------------------------------------------------------ */

enum { FEW = 50 };

struct one {
	struct world *w;
	pthread_barrier_t *start;
	pthread_t thread;
	char cookie[64];
	struct str code;
	int done, sessions;
};

static void *one_signs_in(void *arg)
{
	struct one *me = arg;
	struct arena *a = arena_new(1 << 16, 1 << 24);
	struct visit v = world_visit_of(me->w, a);
	struct signin_state out;
	enum rc rc;

	pthread_barrier_wait(me->start);
	rc = recovery_signin(&me->w->flow, &v, jar(me->cookie), me->code, &out);
	me->done = rc == RC_OK && out.screen == SCREEN_DONE;
	me->sessions = out.session_cookie.len > 0;
	arena_free(&a);
	return NULL;
}

static void of_50_uses_of_one_code_at_once_one_signs_in(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	static struct one all[FEW];
	pthread_barrier_t start;
	struct recovery_set set;
	int done = 0, cookies = 0;

	(void)state;
	phone_new(w, p, "HP saya");
	set = recovery_new(w, p);
	vault_knows_passwords = true;
	assert_int_equal(pthread_barrier_init(&start, NULL, FEW), 0);
	for (int i = 0; i < FEW; i++) {
		struct browser b = browser_new();

		world_do(w, "DELETE FROM password_tries", 0);
		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
		all[i] = (struct one){.w = w, .start = &start, .code = set.codes[0]};
		snprintf(all[i].cookie, sizeof(all[i].cookie), "%s", b.signin);
	}
	for (int i = 0; i < FEW; i++)
		assert_int_equal(pthread_create(&all[i].thread, NULL, one_signs_in, &all[i]), 0);
	for (int i = 0; i < FEW; i++) {
		assert_int_equal(pthread_join(all[i].thread, NULL), 0);
		done += all[i].done;
		cookies += all[i].sessions;
	}
	pthread_barrier_destroy(&start);
	assert_int_equal(done, 1);
	assert_int_equal(cookies, 1);
	assert_int_equal(world_sessions(w, p.id), 1);
	assert_int_equal(left_of(w, p), 9);
	/* nobody got more looks than the budget: three, or three more after the right one gave them back */
	assert_true(vault_asked[CALL_TYPED_MAC] <= 10 + 6);
	world_free(&w);
}

static void *one_guesses(void *arg)
{
	struct one *me = arg;
	struct arena *a = arena_new(1 << 16, 1 << 24);
	struct visit v = world_visit_of(me->w, a);
	struct signin_state out;

	pthread_barrier_wait(me->start);
	assert_int_equal(recovery_signin(&me->w->flow, &v, jar(me->cookie), me->code, &out), RC_OK);
	me->done = out.told.say == SAY_RECOVERY_WRONG || (out.told.say == SAY_RECOVERY_PAUSED && out.told.ref.len);
	me->sessions = out.session_cookie.len > 0;
	arena_free(&a);
	return NULL;
}

static void of_50_wrong_ones_at_once_exactly_3_are_looked_at(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	static struct one all[FEW];
	struct browser b = browser_new();
	pthread_barrier_t start;
	int done = 0;

	(void)state;
	phone_new(w, p, "HP saya");
	at_code(w, &b, p, "mandatory");
	vault_calls_reset();
	assert_int_equal(pthread_barrier_init(&start, NULL, FEW), 0);
	for (int i = 0; i < FEW; i++) {
		all[i] = (struct one){.w = w, .start = &start, .code = S("0000-0000-0000-0000")};
		snprintf(all[i].cookie, sizeof(all[i].cookie), "%s", b.signin);
		assert_int_equal(pthread_create(&all[i].thread, NULL, one_guesses, &all[i]), 0);
	}
	for (int i = 0; i < FEW; i++) {
		assert_int_equal(pthread_join(all[i].thread, NULL), 0);
		assert_int_equal(all[i].sessions, 0);
		done += all[i].done;
	}
	pthread_barrier_destroy(&start);
	assert_int_equal(vault_asked[CALL_TYPED_MAC], 3);
	assert_int_equal(done, 3);
	world_free(&w);
}

/* ---- what was there before the password ---------------------------------------------------------------------------- */

static void a_proof_from_before_the_password_counts_for_nothing(void **state)
{
	static const char *const planted[] = {
		"UPDATE signin SET recovery_s = ?1", "UPDATE signin SET code_s = ?1", "UPDATE signin SET enrolled_s = ?1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct browser b = browser_new();

		phone_new(w, p, "HP saya");
		assert_int_equal(go_user(w, &b, "mandatory", p.login), SCREEN_PASSWORD);
		world_do(w, planted[i], w->now_s);
		assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_CODE);
		assert_int_equal(world_sessions(w, 0), 0);
		world_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recovery_code_signs_in_once),
		cmocka_unit_test(a_code_is_taken_as_hands_write_it),
		cmocka_unit_test(what_is_no_recovery_code_costs_nothing),
		cmocka_unit_test(a_code_of_a_never_works_for_b),
		cmocka_unit_test(three_wrong_ones_pause_this_door_and_no_other),
		cmocka_unit_test(a_pause_on_codes_leaves_it_open_and_it_renews_them),
		cmocka_unit_test(frozen_codes_are_opened_again_by_it),
		cmocka_unit_test(a_new_set_ends_the_old_one),
		cmocka_unit_test(no_two_codes_are_alike_and_none_is_stored),
		cmocka_unit_test(the_last_one_leads_to_a_new_set),
		cmocka_unit_test(making_a_set_asks_for_a_fresh_proof_and_a_device),
		cmocka_unit_test(where_only_passkeys_count_none_is_asked_for_or_spent),
		cmocka_unit_test(who_lost_the_phone_proves_anew_with_paper),
		cmocka_unit_test(three_wrong_ones_end_the_session),
		cmocka_unit_test(an_account_with_only_a_passkey_is_not_proved_by_any_six_digits),
		cmocka_unit_test(of_50_uses_of_one_code_at_once_one_signs_in),
		cmocka_unit_test(of_50_wrong_ones_at_once_exactly_3_are_looked_at),
		cmocka_unit_test(a_proof_from_before_the_password_counts_for_nothing),
	};

	return cmocka_run_group_tests_name("recovery", tests, world_group_begin, world_group_end);
}
