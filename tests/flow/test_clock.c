#include "world.h"

#include "vault_calls.h"

/* The server's clock is wrong for a while, and right again. */

enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S, YEAR_S = 365 * DAY_S };

static const int64_t back[] = {-1, -45, -HOUR_S, -DAY_S, -YEAR_S};

static void a_used_code_stays_used_when_the_clock_goes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser b = browser_new(), again = browser_new(), older = browser_new();
		struct str used;

		vault_knows_passwords = true;
		/* used an hour ago, and just now */
		w->now_s += back[i];
		go_in(w, &older, "mandatory", p, &phone);
		used = arena_str(w->life, phone_code(w, &phone, 0));
		w->now_s = NOWHERE + 600;
		go_in(w, &b, "mandatory", p, &phone);
		w->now_s = NOWHERE + back[i];
		assert_int_equal(go_to_second(w, &again, "mandatory", p), SCREEN_CODE);
		go_code(w, &again, used);
		assert_int_equal(again.at.told.say, SAY_CODE_USED);
		assert_int_equal(world_sessions(w, p.id), 2);
		world_free(&w);
	}
}

static void no_session_lives_longer_because_the_clock_went_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "off");
		struct browser b = browser_new();
		int64_t lived_s = 0, limit_s = w->config.session_s;
		struct who who;

		vault_knows_passwords = true;
		go_in(w, &b, "off", p, NULL);
		/* kept busy: used every minute, and the clock set back once, in the middle */
		for (int64_t real_s = 0; real_s <= 3 * DAY_S; real_s += 60) {
			w->now_s = NOWHERE + real_s + (real_s >= 6 * HOUR_S ? back[i] : 0);
			if (who_is(w, jar(b.session), &who) == RC_OK) {
				lived_s += 60;
				session_touch(&w->flow, &who.session, w->now_s);
			}
			world_reset(w);
		}
		assert_in_range(lived_s, 0, limit_s + 4 * 60);
		world_free(&w);
	}
}

static void a_session_that_is_signed_out_while_the_clock_is_wrong_does_not_come_back(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct visit v;
	struct who who;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	w->now_s -= HOUR_S; /* it counts for nothing until the clock has come up to it again */
	assert_int_equal(who_is(w, jar(b.session), &who), RC_ABSENT);
	v = world_visit(w);
	assert_int_equal(session_end(&w->flow, &v, jar(b.session)), RC_OK);
	w->now_s += HOUR_S + 60;
	assert_int_equal(who_is(w, jar(b.session), &who), RC_ABSENT);
	assert_int_equal(world_sessions(w, p.id), 0);
	world_free(&w);
}

static void setup_link(struct world *w, struct person p, const char *token)
{
	struct link l = {.user = p.id, .purpose = TOKEN_SETUP, .made_s = w->now_s, .expires_s = w->now_s + HOUR_S / 2};
	struct tx *tx;

	cookie_hash(str_of(token), l.token);
	assert_int_equal(store_id_new(&l.id), RC_OK);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_link_add(tx, &l), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
}

static void a_setup_link_made_while_the_clock_was_ahead_is_none(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct setup out;
	struct visit v;

	(void)state;
	w->now_s += DAY_S;
	setup_link(w, p, "ahead");
	w->now_s -= DAY_S - 60;
	v = world_visit(w);
	assert_int_equal(account_setup_look(&w->flow, &v, S("ahead"), &out), RC_ABSENT);
	/* another one sets the password; when the clock comes up to the first it stays without worth */
	setup_link(w, p, "right");
	assert_int_equal(account_setup(&w->flow, &v, S("right"), S(PASSWORD_2), S(PASSWORD_2), &out), RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	w->now_s += DAY_S - 60;
	v = world_visit(w);
	assert_int_equal(account_setup(&w->flow, &v, S("ahead"), S(PASSWORD), S(PASSWORD), &out), RC_ABSENT);
	world_free(&w);
}

static void a_proof_from_the_future_is_not_fresh(void **state)
{
	struct session s = {.fresh_s = NOWHERE};

	(void)state;
	assert_true(session_is_fresh(&s, NOWHERE));
	assert_true(session_is_fresh(&s, NOWHERE + 5 * 60));
	assert_false(session_is_fresh(&s, NOWHERE + 5 * 60 + 1));
	assert_false(session_is_fresh(&s, NOWHERE - 1));
}

static void a_clock_set_back_between_two_proofs_breaks_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya"), fresh;
		struct browser b = browser_new(), c = browser_new();

		vault_knows_passwords = true;
		go_to_second(w, &b, "mandatory", p);
		go_to_second(w, &c, "mandatory", q);
		w->now_s += back[i];
		go_code(w, &b, phone_code(w, &phone, 0));
		/* a second back is nothing; a sign-in from the future is none */
		assert_int_equal(world_sessions(w, p.id), back[i] > -120);
		if (go_enrol_look(w, &c) == ENROL_OPEN) {
			fresh = phone_scan(&c.enrol);
			go_enrol_confirm(w, &c, "HP saya", phone_code(w, &fresh, 0));
		}
		assert_int_equal(world_sessions(w, q.id), back[i] > -120);
		/* and everybody can begin again */
		b = browser_new();
		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
		world_free(&w);
	}
}

static void a_clock_far_ahead_for_a_while_locks_nobody_out(void **state)
{
	static const int64_t ahead[] = {HOUR_S, DAY_S, YEAR_S, 12LL * YEAR_S};

	(void)state;
	for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory"), q = person_new(w, "penyedia2", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser b = browser_new(), c = browser_new();
		struct str right[5];

		vault_knows_passwords = true;
		/* everybody's phone shows the true time, so every code is wrong, and passwords are mistyped as ever */
		for (int k = 0; k < 5; k++)
			right[k] = arena_str(w->life, phone_code(w, &phone, -k));
		w->now_s += ahead[i];
		go_to_second(w, &b, "mandatory", p);
		for (int k = 0; k < 5; k++)
			go_code(w, &b, right[k]);
		assert_int_equal(b.at.told.say, SAY_CODE_PAUSED);
		for (int k = 0; k < 6; k++) {
			go_user(w, &c, "mandatory", q.login);
			go_password(w, &c, WRONG, true);
		}
		assert_int_equal(c.at.told.say, SAY_PASSWORD_PAUSED);
		w->now_s -= ahead[i];
		/* right again: the first try meets the pause, which begins anew and is short */
		b = browser_new();
		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
		go_code(w, &b, phone_code(w, &phone, 0));
		assert_int_equal(b.at.told.say, SAY_CODE_PAUSED);
		assert_int_equal(b.at.told.until_s, w->now_s + 30);
		go_user(w, &c, "mandatory", q.login);
		go_password(w, &c, PASSWORD, true);
		assert_int_equal(c.at.told.say, SAY_PASSWORD_PAUSED);
		assert_int_equal(c.at.told.until_s, w->now_s + 30);
		w->now_s += 30;
		assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
		assert_int_equal(go_password(w, &c, PASSWORD, true), SCREEN_ENROL);
		world_free(&w);
	}
}

static void a_clock_set_back_never_ends_a_pause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser b = browser_new();
		int looked;

		vault_knows_passwords = true;
		go_to_second(w, &b, "mandatory", p);
		for (int k = 0; k < 3; k++)
			go_code(w, &b, phone_wrong(w, &phone));
		looked = vault_asked[CALL_CODE_CHECK];
		w->now_s += back[i];
		b = browser_new();
		go_to_second(w, &b, "mandatory", p);
		for (int real_s = 0; real_s < 30; real_s++, w->now_s++) {
			go_code(w, &b, phone_code(w, &phone, 0));
			assert_int_equal(b.at.told.say, SAY_CODE_PAUSED);
		}
		assert_int_equal(vault_asked[CALL_CODE_CHECK], looked);
		/* nor the year's count */
		assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try", 0), 3);
		world_free(&w);
	}
}

static void sessions_and_signins_end_when_the_clock_leaps_ahead(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off"), q = person_new(w, "penyedia2", "mandatory");
	struct phone phone = phone_new(w, q, "HP saya");
	struct browser b = browser_new(), c = browser_new();
	struct who who;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	go_to_second(w, &c, "mandatory", q);
	w->now_s += YEAR_S;
	assert_int_equal(who_is(w, jar(b.session), &who), RC_ABSENT);
	go_code(w, &c, phone_code(w, &phone, 0));
	assert_int_equal(c.rc, RC_ABSENT);
	assert_int_equal(world_sessions(w, q.id), 0);
	world_free(&w);
}

static void years_beyond_32_bits_are_years_like_others(void **state)
{
	static const int64_t moments[] = {2147483647, 2147483648, 4294967295, 4294967296, 253402300799};

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser b = browser_new();

		vault_knows_passwords = true;
		w->now_s = moments[i];
		go_in(w, &b, "mandatory", p, &phone);
		assert_int_equal(who_must(w, &b).session.began_s, moments[i]);
		world_free(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_used_code_stays_used_when_the_clock_goes_back),
		cmocka_unit_test(no_session_lives_longer_because_the_clock_went_back),
		cmocka_unit_test(a_session_that_is_signed_out_while_the_clock_is_wrong_does_not_come_back),
		cmocka_unit_test(a_setup_link_made_while_the_clock_was_ahead_is_none),
		cmocka_unit_test(a_proof_from_the_future_is_not_fresh),
		cmocka_unit_test(a_clock_set_back_between_two_proofs_breaks_nothing),
		cmocka_unit_test(a_clock_far_ahead_for_a_while_locks_nobody_out),
		cmocka_unit_test(a_clock_set_back_never_ends_a_pause),
		cmocka_unit_test(sessions_and_signins_end_when_the_clock_leaps_ahead),
		cmocka_unit_test(years_beyond_32_bits_are_years_like_others),
	};

	return cmocka_run_group_tests_name("clock", tests, world_group_begin, world_group_end);
}
