#include "world.h"

#include <stdio.h>

#include "base/codec.h"
#include "core/altcha.h"
#include "vault_calls.h"

/* When a captcha is due, that it is spent once, and that nothing is charged or hashed before it is right. */

static struct world *w;
static struct person p;

static int open_world(void **state)
{
	(void)state;
	w = world_new();
	w->config.captcha = CAPTCHA_MODE_PICTURE;
	world_type(w, "off")->policy.captcha = CAPTCHA_ALWAYS;
	world_type(w, "optional")->policy.captcha = CAPTCHA_AFTER_FAILURES;
	world_type(w, "one-page")->policy.captcha = CAPTCHA_ALWAYS;
	world_type(w, "single")->policy.captcha = CAPTCHA_NEVER;
	p = person_new(w, "budi", "off");
	vault_calls_reset();
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	vault_calls_reset();
	world_free(&w);
	return 0;
}

static struct captcha_drawn draw(struct browser *b, enum captcha_kind kind, enum captcha_again again)
{
	struct visit v = world_visit(w);
	struct captcha_drawn out;

	assert_int_equal(captcha_draw(&w->flow, &v, jar(b->signin), CAPTCHA_SIGNIN, kind, again, &out), RC_OK);
	return out;
}

static struct str other_digits(struct str digits)
{
	struct str out = arena_str(w->arena, digits);

	((char *)out.ptr)[2] = out.ptr[2] == '9' ? '0' : (char)(out.ptr[2] + 1);
	return out;
}

/* What a solver sends: the key is taken from the table, as only who did the work has it otherwise. */
static struct str work_of(struct browser *b, struct str challenge)
{
	unsigned char hash[STORE_HASH];
	struct captcha c;
	struct tx *tx;
	enum rc rc;

	cookie_hash(jar(b->signin), hash);
	assert_int_equal(store_view(w->flow.store, &tx), RC_OK);
	rc = store_captcha_get(tx, w->arena, hash, CAPTCHA_SIGNIN, CAPTCHA_WORK, w->now_s, &c);
	store_abandon(&tx);
	assert_int_equal(rc, RC_OK);
	return base64_encode(w->arena, arena_printf(w->arena, "{\"challenge\":%.*s,\"solution\":{\"counter\":70,\"derivedKey\":\"%.64s\"}}",
	                                            STR_ARG(challenge), c.answer.ptr));
}

static int64_t failures(void)
{
	return world_count(w, "SELECT ifnull(sum(failures), 0) FROM password_tries", 0);
}

static int64_t rows(void)
{
	return world_count(w, "SELECT count(*) FROM captcha", 0);
}

static void at_password(struct browser *b, const char *type, const char *login)
{
	assert_int_equal(go_user(w, b, type, login), SCREEN_PASSWORD);
}

/* ---- due ------------------------------------------------------------------------------------------------------ */

static void always_is_due_and_its_looks_write_no_row(void **state)
{
	struct browser b = browser_new();
	int64_t before;

	(void)state;
	at_password(&b, "off", "budi");
	before = world_print(w);
	assert_int_equal(go_look(w, &b), SCREEN_PASSWORD);
	assert_true(b.at.captcha_due);
	assert_int_equal(rows(), 0);
	assert_int_equal(world_print(w), before);
}

static void never_and_off_are_never_due(void **state)
{
	struct browser b = browser_new();

	(void)state;
	for (int i = 0; i < 6; i++) {
		at_password(&b, "single", "budi");
		go_password(w, &b, WRONG, false);
		assert_false(b.at.captcha_due);
		w->now_s += 4000;
	}
	w->config.captcha = CAPTCHA_MODE_OFF;
	at_password(&b, "off", "budi");
	go_look(w, &b);
	assert_false(b.at.captcha_due);
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_DONE);
}

static void with_captchas_off_none_is_drawn(void **state)
{
	struct visit v = world_visit(w);
	struct captcha_drawn out;

	(void)state;
	w->config.captcha = CAPTCHA_MODE_OFF;
	assert_int_equal(captcha_draw(&w->flow, &v, S("x"), CAPTCHA_SIGNIN, CAPTCHA_PICTURE, CAPTCHA_FRESH, &out), RC_ABSENT);
	w->config.captcha = CAPTCHA_MODE_WORK;
	assert_int_equal(captcha_draw(&w->flow, &v, STR_NONE, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, CAPTCHA_FRESH, &out), RC_ABSENT);
	assert_int_equal(rows(), 0);
}

static void after_three_failures_it_is_due_for_known_and_unknown_logins_alike(void **state)
{
	static const char *const logins[] = {"budi", "siapa-ini"};

	(void)state;
	for (int who = 0; who < 2; who++) {
		struct browser b = browser_new();

		for (int i = 1; i <= 3; i++) {
			at_password(&b, "optional", logins[who]);
			go_look(w, &b);
			assert_false(b.at.captcha_due);
			go_password(w, &b, WRONG, false);
			assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
			assert_int_equal(b.at.captcha_due, i == 3);
		}
		b = browser_new();
		at_password(&b, "optional", logins[who]);
		go_look(w, &b);
		assert_true(b.at.captcha_due);
		go_password(w, &b, WRONG, false);
		assert_int_equal(b.at.told.say, SAY_MISSING);
		assert_int_equal(b.at.told.missing, FIELD_CAPTCHA);
	}
	assert_int_equal(failures(), 6);
}

static void a_success_ends_what_failures_made_due(void **state)
{
	struct browser b = browser_new();

	(void)state;
	for (int i = 0; i < 3; i++) {
		at_password(&b, "optional", "budi");
		go_password(w, &b, WRONG, false);
	}
	b.captcha.text = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_DONE);
	b = browser_new();
	at_password(&b, "optional", "budi");
	go_look(w, &b);
	assert_false(b.at.captcha_due);
}

static void an_alarm_makes_after_failures_always_until_it_ends(void **state)
{
	struct browser b = browser_new();
	struct tx *tx;

	(void)state;
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_meta_set(tx, CAPTCHA_ALARM, arena_printf(w->arena, "%lld", (long long)w->now_s + 100)), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	at_password(&b, "optional", "budi");
	go_look(w, &b);
	assert_true(b.at.captcha_due);
	at_password(&b, "single", "budi");
	go_look(w, &b);
	assert_false(b.at.captcha_due);
	w->now_s += 100;
	at_password(&b, "optional", "budi");
	go_look(w, &b);
	assert_false(b.at.captcha_due);
}

/* ---- judged --------------------------------------------------------------------------------------------------- */

static void the_digits_of_the_picture_let_the_password_be_looked_at(void **state)
{
	struct browser b = browser_new();
	struct str digits;

	(void)state;
	at_password(&b, "off", "budi");
	digits = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	assert_int_equal(digits.len, CAPTCHA_DIGITS);
	b.captcha.text = arena_printf(w->arena, " %.2s %.3s ", digits.ptr, digits.ptr + 2); /* spaces do no harm */
	assert_int_equal(go_password(w, &b, PASSWORD, false), SCREEN_DONE);
	assert_int_equal(rows(), 0);
}

static void a_wrong_one_is_spent_and_nothing_is_charged_or_hashed(void **state)
{
	struct browser b = browser_new();
	struct str digits;

	(void)state;
	at_password(&b, "off", "budi");
	digits = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	b.captcha.text = other_digits(digits);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_PASSWORD);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_str(b.at.login, "budi");
	assert_true(b.at.agreed && b.at.captcha_due);
	assert_int_equal(atomic_load(&vault_asked[CALL_PASSWORD_CHECK]), 0);
	assert_int_equal(failures(), 0);
	assert_int_equal(rows(), 0);
	assert_int_equal(world_count(w, "SELECT times FROM refused WHERE reason = 'captcha'", 0), 1);
	/* The right digits come too late: that one is gone. */
	b.captcha.text = digits;
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_int_equal(world_sessions(w, 0), 0);
}

static void a_form_that_is_incomplete_spends_nothing(void **state)
{
	struct browser b = browser_new();

	(void)state;
	world_type(w, "off")->policy.terms = TERMS_EACH;
	at_password(&b, "off", "budi");
	b.captcha.text = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	go_password(w, &b, "", true);
	assert_int_equal(b.at.told.missing, FIELD_PASSWORD);
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.missing, FIELD_AGREE);
	w->now_s += 301; /* the form is over: said first; this captcha is over by then, too */
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_FORM_EXPIRED);
	assert_int_equal(rows(), 1);
	b.captcha = (struct captcha_answer){.text = S("   ")};
	go_password(w, &b, "", false);
	assert_int_equal(b.at.told.missing, FIELD_PASSWORD | FIELD_CAPTCHA | FIELD_AGREE);
	assert_int_equal(failures(), 0);
}

static void a_captcha_is_over_after_five_minutes(void **state)
{
	struct browser b = browser_new();

	(void)state;
	world_type(w, "off")->policy.password_s = 3600;
	at_password(&b, "off", "budi");
	b.captcha.text = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	w->now_s += CAPTCHA_S;
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
}

static void the_captcha_of_another_browser_is_worth_nothing(void **state)
{
	struct browser a = browser_new(), b = browser_new();

	(void)state;
	at_password(&a, "off", "budi");
	at_password(&b, "off", "budi");
	b.captcha.text = draw(&a, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	b.captcha = (struct captcha_answer){.work = work_of(&a, draw(&a, CAPTCHA_WORK, CAPTCHA_FRESH).challenge)};
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_int_equal(rows(), 2); /* both of a's are still there */
}

static void one_for_another_form_is_worth_nothing(void **state)
{
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	struct captcha_drawn reset;

	(void)state;
	at_password(&b, "off", "budi");
	assert_int_equal(captcha_draw(&w->flow, &v, jar(b.signin), CAPTCHA_RESET, CAPTCHA_PICTURE, CAPTCHA_FRESH, &reset), RC_OK);
	b.captcha.text = reset.digits;
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
}

static void work_is_as_good_as_a_picture_and_good_once(void **state)
{
	struct browser b = browser_new();

	(void)state;
	at_password(&b, "off", "budi");
	b.captcha.work = work_of(&b, draw(&b, CAPTCHA_WORK, CAPTCHA_FRESH).challenge);
	go_password(w, &b, WRONG, false);
	assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	assert_int_equal(failures(), 1);
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_int_equal(failures(), 1);
	b.captcha.work = S("bukan");
	draw(&b, CAPTCHA_WORK, CAPTCHA_FRESH);
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_int_equal(rows(), 0);
}

static void on_one_page_it_stands_beside_the_password(void **state)
{
	struct browser b = browser_new();
	struct person q = person_new(w, "citra", "one-page");

	(void)state;
	assert_int_equal(go_one_page(w, &b, "one-page", q.login, PASSWORD, false), SCREEN_START);
	assert_int_equal(b.at.told.missing, FIELD_CAPTCHA | FIELD_AGREE);
	assert_true(b.at.captcha_due);
	b.captcha.text = other_digits(draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits);
	assert_int_equal(go_one_page(w, &b, "one-page", q.login, PASSWORD, true), SCREEN_START);
	assert_int_equal(b.at.told.say, SAY_CAPTCHA_WRONG);
	assert_str(b.at.login, "citra");
	assert_true(b.at.agreed && b.at.captcha_due);
	assert_int_equal(atomic_load(&vault_asked[CALL_PASSWORD_CHECK]), 0);
	b.captcha.text = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH).digits;
	assert_int_equal(go_one_page(w, &b, "one-page", q.login, PASSWORD, true), SCREEN_ENROL);
}

/* ---- drawn ----------------------------------------------------------------------------------------------------- */

static void the_same_one_is_shown_again_until_a_new_one_is_asked_for(void **state)
{
	struct browser b = browser_new();
	struct captcha_drawn first = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH), again, heard;

	(void)state;
	again = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH);
	assert_true(str_eq(first.digits, again.digits));
	assert_memory_equal(first.noise, again.noise, CAPTCHA_NOISE);
	heard = draw(&b, CAPTCHA_PICTURE, CAPTCHA_SAME);
	assert_true(str_eq(first.digits, heard.digits));
	again = draw(&b, CAPTCHA_PICTURE, CAPTCHA_ANOTHER);
	assert_memory_not_equal(first.noise, again.noise, CAPTCHA_NOISE);
	heard = draw(&b, CAPTCHA_PICTURE, CAPTCHA_SAME);
	assert_true(str_eq(again.digits, heard.digits));
	assert_int_equal(rows(), 1);
}

static void a_page_loaded_late_gets_a_new_one_but_the_sound_stays_with_the_picture(void **state)
{
	struct browser b = browser_new();
	struct captcha_drawn first = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH), later;

	(void)state;
	w->now_s += CAPTCHA_S / 2 + 1;
	later = draw(&b, CAPTCHA_PICTURE, CAPTCHA_SAME);
	assert_memory_equal(first.noise, later.noise, CAPTCHA_NOISE);
	later = draw(&b, CAPTCHA_PICTURE, CAPTCHA_FRESH);
	assert_memory_not_equal(first.noise, later.noise, CAPTCHA_NOISE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
		T(always_is_due_and_its_looks_write_no_row),
		T(never_and_off_are_never_due),
		T(with_captchas_off_none_is_drawn),
		T(after_three_failures_it_is_due_for_known_and_unknown_logins_alike),
		T(a_success_ends_what_failures_made_due),
		T(an_alarm_makes_after_failures_always_until_it_ends),
		T(the_digits_of_the_picture_let_the_password_be_looked_at),
		T(a_wrong_one_is_spent_and_nothing_is_charged_or_hashed),
		T(a_form_that_is_incomplete_spends_nothing),
		T(a_captcha_is_over_after_five_minutes),
		T(the_captcha_of_another_browser_is_worth_nothing),
		T(one_for_another_form_is_worth_nothing),
		T(work_is_as_good_as_a_picture_and_good_once),
		T(on_one_page_it_stands_beside_the_password),
		T(the_same_one_is_shown_again_until_a_new_one_is_asked_for),
		T(a_page_loaded_late_gets_a_new_one_but_the_sound_stays_with_the_picture),
	};
	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
