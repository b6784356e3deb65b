#include "passkeys.h"

#include <pthread.h>
#include <stdio.h>

enum { FEW = 20 };

/* ---- registration ------------------------------------------------------------------------------------------------- */

static void registration_that_is_wrong_leaves_nothing(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "mandatory");
	struct browser b = browser_new();
	struct auth good = passkey_key(w, p.id, WEBAUTHN_RS256), au;
	struct passkey_enrol out;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
#define NOT_TAKEN(change) \
	do { \
		au = good; \
		change; \
		assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM); \
		assert_int_equal(out.told.say, SAY_PASSKEY_WRONG); \
		assert_int_equal(world_count(w, "SELECT (SELECT count(*) FROM device) + (SELECT count(*) FROM passkey)" \
		                 " + (SELECT count(*) FROM session)", 0), 0); \
	} while (0)
	NOT_TAKEN(au.origin = "https://evil.example");
	NOT_TAKEN(au.flags &= ~(unsigned)WEBAUTHN_UV);
	NOT_TAKEN(au.type = "webauthn.get");
	NOT_TAKEN(au.credential_len = 0);
	NOT_TAKEN(au.rp_id = "example");
	NOT_TAKEN(au.extensions = S("\xa2\x01\x01\x01\x01"));
	good.self = true;
	assert_int_equal(go_passkey_enrol(w, &b, &good, "Laptop", &out), PASSKEY_DONE);
	auth_release(&good);
	world_free(&w);
}

static void name_is_looked_at_before_the_authenticator_is_asked(void **state)
{
	struct world *w = world_with_passkeys();
	struct person p = person_new(w, "siti", "optional");
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256), two;
	struct passkey_enrol out;
	struct str options;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, browser_by(&b), STR_NONE, &options), RC_MALFORMED);
	assert_int_equal(go_passkey_enrol(w, &b, &au, "", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_MISSING);
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
	two = passkey_key(w, p.id, WEBAUTHN_ES256);
	assert_int_equal(go_passkey_enrol(w, &b, &two, "LAPTOP", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_ENROL_NAME_TAKEN);
	/* the same credential twice: the authenticator was asked to leave it out, and the store would not take it */
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop 2", &out), PASSKEY_FORM);
	assert_int_equal(out.told.say, SAY_PASSKEY_WRONG);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, browser_by(&b), S("Lain"), &options), RC_OK);
	assert_true(text_has(options, "\"excludeCredentials\":[{") && text_has(options, "\"attestation\":\"none\"") &&
	            text_has(options, "\"residentKey\":\"required\""));
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
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
	struct passkey_enrol out;
	struct str options;

	(void)state;
	go_in(w, &other, "optional", p, NULL);
	go_in(w, &b, "optional", p, NULL);
	w->now_s += SESSION_FRESH_S + 1;
	v = world_visit(w);
	assert_int_equal(passkey_enrol_ask(&w->flow, &v, browser_by(&b), S("Laptop"), &options), RC_ABSENT);
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM);
	assert_int_equal(b.rc, RC_ABSENT);
	w->now_s -= SESSION_FRESH_S;
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
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
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
	struct visit v = world_visit(w);
	struct passkey_enrol out;

	(void)state;
	go_in(w, &b, "single", p, &phone);
	assert_int_equal(passkey_enrol_look(&w->flow, &v, browser_by(&b), &out), RC_OK);
	assert_int_equal(out.screen, PASSKEY_FULL);
	world_type(w, "single")->policy.devices_when_full = FULL_EVICT_OLDEST;
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_FORM); /* nobody was named */
	assert_int_equal(out.told.say, SAY_ENROL_FULL);
	assert_int_equal(out.n_offer, 1);
	assert_int_equal(out.offer[0].id, phone.device);
	assert_int_equal(world_count(w, "SELECT count(*) FROM device WHERE state = 1", 0), 1);
	auth_release(&au);
	world_free(&w);
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

		passkey_ask_must(t.w, &b, &options);
		answer = auth_get(&t.au, t.w->arena, passkey_challenge_of(options));
		store_break_at(t.w->flow.store, n);
		passkey_send(t.w, &b, &answer);
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
		struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
		struct passkey_enrol out;
		struct visit v = world_visit(w);
		struct passkey_answer form;
		struct auth_answer answer;
		struct str options;
		unsigned left;

		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
		assert_int_equal(passkey_enrol_ask(&w->flow, &v, browser_by(&b), S("Laptop"), &options), RC_OK);
		answer = auth_create(&au, w->arena, passkey_challenge_of(options));
		form = passkey_form(w, &answer);
		store_break_at(w->flow.store, n);
		b.rc = passkey_enrol(&w->flow, &v, browser_by(&b), S("Laptop"), 0, &form, &out);
		left = store_break_at(w->flow.store, 0);
		if (left == 0) {
			assert_int_not_equal(b.rc, RC_OK);
			assert_int_equal(out.session_cookie.len, 0);
			assert_int_equal(world_count(w, "SELECT (SELECT count(*) FROM device) + (SELECT count(*) FROM passkey)"
			                 " + (SELECT count(*) FROM session)", 0), 0);
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
	struct auth au = passkey_key(w, p.id, WEBAUTHN_ES256);
	struct lens *kept = w->flow.lens;
	struct passkey_enrol out;

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
	w->flow.lens = NULL;
	go_passkey_enrol(w, &b, &au, "Laptop", &out);
	assert_int_equal(b.rc, RC_FAULT);
	assert_int_equal(world_count(w, "SELECT count(*) FROM device", 0), 0);
	w->flow.lens = kept;
	assert_int_equal(go_passkey_enrol(w, &b, &au, "Laptop", &out), PASSKEY_DONE);
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
	passkey_ask_must(t->w, &shared, &options);
	answer = auth_get(&t->au, t->w->arena, passkey_challenge_of(options));
	for (int i = 0; i < FEW; i++) {
		struct browser b = own ? browser_new() : shared;

		if (own) {
			passkey_ask_must(t->w, &b, &options);
			answer = auth_get(&t->au, t->w->arena, passkey_challenge_of(options));
		}
		racers[i] = (struct racer){.w = t->w, .start = &start, .form = passkey_form(t->w, &answer),
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
		cmocka_unit_test(registration_that_is_wrong_leaves_nothing),
		cmocka_unit_test(name_is_looked_at_before_the_authenticator_is_asked),
		cmocka_unit_test(account_road_asks_a_fresh_proof_and_ends_other_sessions),
		cmocka_unit_test(cap_is_held_and_who_goes_is_named_first),
		cmocka_unit_test(whatever_call_of_the_store_breaks_nothing_is_granted),
		cmocka_unit_test(whatever_call_breaks_no_passkey_is_enrolled_by_half),
		cmocka_unit_test(without_a_lens_nothing_is_registered),
		cmocka_unit_test(one_answer_sent_at_once_many_times_is_one_session),
		cmocka_unit_test(one_counter_value_is_taken_once),
	};

	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
