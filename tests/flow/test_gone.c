/* Why a session is over, told to whoever holds its cookie; nothing to anybody else. */
#include "flow/session.h"
#include "world.h"

enum { IDLE_S = 60 * 60 };

static enum rc gone(struct world *w, const char *cookie, bool *idle)
{
	struct visit v = world_visit(w);

	return session_gone(&w->flow, &v, str_of(cookie), idle);
}

static void a_session_at_work_is_not_over(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	bool idle = true;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	assert_int_equal(gone(w, b.session, &idle), RC_TAKEN);
	assert_false(idle);
	world_free(&w);
}

static void one_that_rested_too_long_is_called_idle(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	bool idle = false;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	w->now_s += IDLE_S + 1;
	assert_int_equal(gone(w, b.session, &idle), RC_OK);
	assert_true(idle);
	world_free(&w);
}

static void one_that_was_ended_is_over_without_a_reason(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct visit v = world_visit(w);
	bool idle = true;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	assert_int_equal(session_end(&w->flow, &v, str_of(b.session)), RC_OK);
	w->now_s += IDLE_S + 1;
	assert_int_equal(gone(w, b.session, &idle), RC_OK);
	assert_false(idle);
	world_free(&w);
}

static void one_of_a_locked_account_is_not_called_idle(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	bool idle = true;

	(void)state;
	go_in(w, &b, "off", p, NULL);
	person_lock(w, p, true);
	w->now_s += 60;
	assert_int_equal(gone(w, b.session, &idle), RC_OK);
	assert_false(idle);
	world_free(&w);
}

static void a_cookie_that_was_never_ours_is_over_without_a_reason(void **state)
{
	struct world *w = world_new();
	bool idle = true;

	(void)state;
	assert_int_equal(gone(w, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &idle), RC_OK);
	assert_false(idle);
	assert_int_equal(gone(w, "short", &idle), RC_OK);
	assert_false(idle);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_at_work_is_not_over),
		cmocka_unit_test(one_that_rested_too_long_is_called_idle),
		cmocka_unit_test(one_that_was_ended_is_over_without_a_reason),
		cmocka_unit_test(one_of_a_locked_account_is_not_called_idle),
		cmocka_unit_test(a_cookie_that_was_never_ours_is_over_without_a_reason),
	};

	return cmocka_run_group_tests_name("gone", tests, world_group_begin, world_group_end);
}
