#include "world.h"

#include <stdio.h>

#include "flow/known.h"
#include "vault_calls.h"

/* Browsers that the owner knows: failures of strangers do not pause them, and they skip nothing. */

static struct world *w;
static struct person p;
static struct phone phone;

static int open_world(void **state)
{
	(void)state;
	w = world_new();
	p = person_new(w, "budi", "mandatory");
	phone = phone_new(w, p, "HP");
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

static struct browser known_browser(void)
{
	struct browser b = browser_new();

	go_in(w, &b, "mandatory", p, &phone);
	assert_int_equal(strlen(b.known), 43);
	w->now_s += 60;
	return b;
}

static struct browser next_visit(const struct browser *old)
{
	struct browser b = browser_new();

	snprintf(b.known, sizeof(b.known), "%s", old->known);
	return b;
}

static void guess(struct browser *b, const char *login, int times)
{
	for (int i = 0; i < times; i++) {
		assert_int_equal(go_user(w, b, "mandatory", login), SCREEN_PASSWORD);
		go_password(w, b, WRONG, false);
		assert_int_equal(b->rc, RC_OK);
	}
}

static int64_t known_rows(int64_t user)
{
	return world_count(w, "SELECT count(*) FROM known_browser WHERE user_id = ?1", user);
}

static void a_browser_is_known_after_password_and_second_factor_and_not_before(void **state)
{
	struct browser b = browser_new();
	struct person q = person_new(w, "tanpa", "optional");

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(b.known[0], '\0');
	assert_int_equal(known_rows(p.id), 0);
	assert_int_equal(go_code(w, &b, phone_code(w, &phone, 0)), SCREEN_DONE);
	assert_int_equal(known_rows(p.id), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM known_browser WHERE length(token) = 32", 0), 1);

	b = browser_new();
	go_in(w, &b, "optional", q, NULL);
	assert_int_equal(b.known[0], '\0');
	assert_int_equal(known_rows(q.id), 0);
}

static void strangers_cannot_lock_the_owner_out_of_a_known_browser(void **state)
{
	struct browser own = known_browser(), stranger = browser_new(), unknown = browser_new();

	(void)state;
	guess(&stranger, "budi", 6);
	assert_int_equal(stranger.at.told.say, SAY_PASSWORD_PAUSED);
	assert_int_equal(go_user(w, &unknown, "mandatory", "budi"), SCREEN_PASSWORD);
	go_password(w, &unknown, PASSWORD, false);
	assert_int_equal(unknown.at.told.say, SAY_PASSWORD_PAUSED);
	own = next_visit(&own);
	assert_int_equal(go_to_second(w, &own, "mandatory", p), SCREEN_CODE);
	/* What the owner did there is nobody else's success. */
	go_user(w, &unknown, "mandatory", "budi");
	go_password(w, &unknown, PASSWORD, false);
	assert_int_equal(unknown.at.told.say, SAY_PASSWORD_PAUSED);
}

static void a_known_browser_has_a_budget_too_and_it_is_not_the_strangers(void **state)
{
	struct browser own = known_browser(), stranger = browser_new();

	(void)state;
	own = next_visit(&own);
	guess(&own, "budi", 6);
	assert_int_equal(own.at.told.say, SAY_PASSWORD_PAUSED);
	assert_int_equal(go_to_second(w, &stranger, "mandatory", p), SCREEN_CODE);
}

static void a_known_browser_skips_no_factor(void **state)
{
	struct browser own = known_browser();

	(void)state;
	own = next_visit(&own);
	assert_int_equal(go_to_second(w, &own, "mandatory", p), SCREEN_CODE);
	assert_int_equal(own.session[0], '\0');
	assert_int_equal(world_count(w, "SELECT known FROM signin WHERE user_id = ?1", p.id), 1);
	own = browser_new();
	assert_int_equal(go_to_second(w, &own, "mandatory", p), SCREEN_CODE);
	assert_int_equal(world_count(w, "SELECT count(*) FROM signin WHERE user_id = ?1 AND known = 0", p.id), 1);
}

static void the_cookie_is_known_to_its_owner_alone_until_others_sign_in_there(void **state)
{
	struct browser own = known_browser(), b;
	struct person q = person_new(w, "citra", "mandatory");
	struct phone other = phone_new(w, q, "HP");
	char value[64];

	(void)state;
	snprintf(value, sizeof(value), "%s", own.known);
	b = next_visit(&own);
	assert_int_equal(go_to_second(w, &b, "mandatory", q), SCREEN_CODE);
	assert_int_equal(world_count(w, "SELECT known FROM signin WHERE user_id = ?1", q.id), 0);
	assert_int_equal(go_code(w, &b, phone_code(w, &other, 0)), SCREEN_DONE);
	assert_string_equal(b.known, value);
	assert_int_equal(known_rows(p.id), 1);
	assert_int_equal(known_rows(q.id), 1);
}

static void an_invented_cookie_is_a_strangers(void **state)
{
	struct browser b = browser_new();

	(void)state;
	snprintf(b.known, sizeof(b.known), "%s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	guess(&b, "budi", 6);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	b = browser_new();
	assert_int_equal(go_user(w, &b, "mandatory", "budi"), SCREEN_PASSWORD);
	go_password(w, &b, PASSWORD, false);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
}

static void after_180_days_without_a_visit_it_is_a_stranger_again(void **state)
{
	struct browser own = known_browser(), b;

	(void)state;
	w->now_s += KNOWN_S - 3600;
	b = next_visit(&own);
	go_in(w, &b, "mandatory", p, &phone);   /* the time begins anew */
	assert_string_equal(b.known, own.known);
	w->now_s += KNOWN_S - 3600;
	b = next_visit(&own);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(world_count(w, "SELECT known FROM signin WHERE user_id = ?1", p.id), 1);
	w->now_s += 2 * 3600;
	b = next_visit(&own);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	assert_int_equal(world_count(w, "SELECT min(known) FROM signin WHERE user_id = ?1", p.id), 0);
}

static void a_new_password_leaves_only_the_browser_that_set_it(void **state)
{
	struct browser own = known_browser(), other = browser_new(), b;
	struct visit v;
	struct str cookie;
	struct told told;
	struct who who;

	(void)state;
	w->now_s += 60;
	go_in(w, &other, "mandatory", p, &phone);
	assert_int_equal(known_rows(p.id), 2);
	who = who_must(w, &own);
	v = world_visit(w);
	v.known = jar(own.known);
	assert_int_equal(account_password(&w->flow, &v, &who, S(PASSWORD), S(PASSWORD_2), S(PASSWORD_2), &told, &cookie), RC_OK);
	assert_int_equal(told.say, SAY_PASSWORD_CHANGED);
	assert_int_equal(known_rows(p.id), 1);
	b = next_visit(&own);
	assert_int_equal(go_user(w, &b, "mandatory", "budi"), SCREEN_PASSWORD);
	go_password(w, &b, PASSWORD_2, false);
	assert_int_equal(world_count(w, "SELECT known FROM signin WHERE user_id = ?1", p.id), 1);
}

static void unknown_logins_are_charged_like_strangers_whatever_the_cookie_says(void **state)
{
	struct browser own = known_browser(), b = next_visit(&own);

	(void)state;
	guess(&b, "siapa-ini", 6);
	assert_int_equal(b.at.told.say, SAY_PASSWORD_PAUSED);
	b = next_visit(&own);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
		T(a_browser_is_known_after_password_and_second_factor_and_not_before),
		T(strangers_cannot_lock_the_owner_out_of_a_known_browser),
		T(a_known_browser_has_a_budget_too_and_it_is_not_the_strangers),
		T(a_known_browser_skips_no_factor),
		T(the_cookie_is_known_to_its_owner_alone_until_others_sign_in_there),
		T(an_invented_cookie_is_a_strangers),
		T(after_180_days_without_a_visit_it_is_a_stranger_again),
		T(a_new_password_leaves_only_the_browser_that_set_it),
		T(unknown_logins_are_charged_like_strangers_whatever_the_cookie_says),
	};
	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
