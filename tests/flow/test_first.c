#include "world.h"

#include <stdio.h>

#include "vault_calls.h"

static struct world *world_with(enum first_enrol how)
{
	struct world *w = world_new();

	for (size_t i = 0; i < w->config.n_types; i++) {
		w->config.types[i].policy.first_enrol = how;
		w->config.types[i].policy.quiet_s = 24 * 60 * 60;
	}
	return w;
}

static int64_t mails_of(struct world *w, const char *template)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM outbox WHERE template = '%s'", template);
	return world_count(w, sql, 0);
}

static void activate(struct world *w, struct browser *b)
{
	struct phone phone;

	assert_int_equal(go_enrol_look(w, b), ENROL_OPEN);
	phone = phone_scan(&b->enrol);
	assert_int_equal(go_enrol_confirm(w, b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_true(b->session[0] != '\0');
}

static void a_password_alone_opens_no_first_activation(void **state)
{
	(void)state;
	for (int how = FIRST_MAIL; how <= FIRST_QUIET; how++) {
		struct world *w = world_with((enum first_enrol)how);
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct browser b = browser_new();

		assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
		assert_int_equal(go_look(w, &b), SCREEN_FIRST);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_GONE);
		assert_int_equal(go_enrol_look(w, &b), ENROL_GONE);
		assert_int_equal(world_count(w, "SELECT count(*) FROM enrolment", 0), 0);
		assert_int_equal(b.session[0], '\0');
		world_free(&w);
	}
}

static void a_slip_opens_it_once(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct str slip = slip_new(w, p);
	struct browser b = browser_new(), other = browser_new();

	(void)state;
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
	assert_int_equal(go_to_second(w, &other, "mandatory", p), SCREEN_FIRST);
	assert_int_equal(go_slip(w, &b, slip), SCREEN_ENROL);
	assert_int_equal(mails_of(w, "slip.made"), 1);
	assert_int_equal(mails_of(w, "slip.used"), 1);
	assert_int_equal(world_count(w, "SELECT count(*) FROM link WHERE used_s > 0", 0), 1);
	activate(w, &b);
	assert_int_equal(go_slip(w, &other, slip), SCREEN_CODE); /* there is a device now, and the slip is over */
	assert_int_equal(other.session[0], '\0');
	world_free(&w);
}

static void a_used_slip_is_no_proof_for_another_start(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct str slip = slip_new(w, p);
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_slip(w, &b, slip), SCREEN_ENROL);
	world_do(w, "UPDATE users SET first_proof_s = 0", 0); /* as if an administrator began anew */
	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
	assert_int_equal(go_slip(w, &b, slip), SCREEN_FIRST);
	assert_int_equal(b.at.told.say, SAY_SLIP_WRONG);
	world_free(&w);
}

static void who_left_in_the_middle_needs_no_second_slip(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_slip(w, &b, slip_new(w, p)), SCREEN_ENROL);
	w->now_s += 2 * 24 * 60 * 60;
	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
	activate(w, &b);
	world_free(&w);
}

static void a_slip_is_over_after_its_days_or_when_a_new_one_is_printed(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct str old = slip_new(w, p), slip = slip_new(w, p);
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_slip(w, &b, old);
	assert_int_equal(b.at.told.say, SAY_SLIP_WRONG);
	w->now_s += FIRST_SLIP_DAYS * 24 * 60 * 60;
	b = browser_new();
	go_to_second(w, &b, "mandatory", p);
	go_slip(w, &b, slip);
	assert_int_equal(b.at.told.say, SAY_SLIP_WRONG);
	slip = slip_new(w, p);
	w->now_s += FIRST_SLIP_DAYS * 24 * 60 * 60 - 1;
	b = browser_new();
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_slip(w, &b, slip), SCREEN_ENROL);
	world_free(&w);
}

static void a_slip_of_another_and_a_recovery_code_are_none(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory"), other = person_new(w, "penyedia2", "mandatory");
	struct browser b = browser_new();
	struct recovery_set set;

	(void)state;
	phone_new(w, p, "HP saya");
	set = recovery_new(w, p);
	world_do(w, "DELETE FROM device", 0);
	go_to_second(w, &b, "mandatory", p);
	go_slip(w, &b, slip_new(w, other));
	assert_int_equal(b.at.told.say, SAY_SLIP_WRONG);
	go_slip(w, &b, set.codes[0]);
	assert_int_equal(b.at.told.say, SAY_SLIP_WRONG);
	assert_int_equal(world_count(w, "SELECT count(*) FROM link WHERE used_s > 0", 0), 0);
	world_free(&w);
}

static void three_wrong_slips_pause(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct str slip = slip_new(w, p);
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	vault_calls_reset();
	assert_int_equal(go_slip(w, &b, S("123456")), SCREEN_FIRST);
	assert_int_equal(b.at.told.say, SAY_SLIP_SHAPE);
	go_slip(w, &b, S(""));
	assert_int_equal(b.at.told.missing, FIELD_SLIP);
	for (int i = 0; i < 3; i++)
		go_slip(w, &b, S("0000 0000 0000 0000"));
	assert_int_equal(b.at.told.say, SAY_SLIP_PAUSED);
	assert_int_equal(go_slip(w, &b, slip), SCREEN_FIRST);
	assert_int_equal(b.at.told.say, SAY_SLIP_PAUSED);
	assert_int_equal(vault_asked[CALL_TYPED_MAC], 3);
	w->now_s += 31;
	assert_int_equal(go_slip(w, &b, slip), SCREEN_ENROL);
	world_free(&w);
}

static void the_quiet_period_begins_once_and_is_told(void **state)
{
	struct world *w = world_with(FIRST_QUIET);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
	assert_int_equal(go_look(w, &b), SCREEN_FIRST);
	assert_int_equal(b.at.quiet_ends_s, NOWHERE + 86400);
	assert_int_equal(mails_of(w, "quiet.begun"), 1);
	w->now_s += 1000;
	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
	go_look(w, &b);
	assert_int_equal(b.at.quiet_ends_s, NOWHERE + 86400); /* not once more */
	assert_int_equal(mails_of(w, "quiet.begun"), 1);
	w->now_s = NOWHERE + 86400 - 1;
	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_FIRST);
	w->now_s++;
	assert_int_equal(go_look(w, &b), SCREEN_ENROL); /* the open sign-in goes on too */
	b = browser_new();
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_ENROL);
	activate(w, &b);
	world_free(&w);
}

static void a_wrong_password_begins_no_quiet_period(void **state)
{
	struct world *w = world_with(FIRST_QUIET);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	go_user(w, &b, "mandatory", p.login);
	go_password(w, &b, WRONG, true);
	assert_int_equal(world_count(w, "SELECT quiet_ends_s FROM users WHERE id = ?1", p.id), 0);
	assert_int_equal(mails_of(w, "quiet.begun"), 0);
	world_free(&w);
}

static void a_slip_ends_the_wait_early(void **state)
{
	struct world *w = world_with(FIRST_QUIET);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	assert_int_equal(go_slip(w, &b, slip_new(w, p)), SCREEN_ENROL);
	activate(w, &b);
	world_free(&w);
}

static void who_has_a_device_is_not_asked(void **state)
{
	(void)state;
	for (int how = FIRST_MAIL; how <= FIRST_QUIET; how++) {
		struct world *w = world_with((enum first_enrol)how);
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser b = browser_new();

		go_in(w, &b, "mandatory", p, &phone);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN); /* a second one from the home */
		world_free(&w);
	}
}

struct meanwhile {
	struct world *w;
	struct person p;
};

static void a_device_comes(void *context)
{
	struct meanwhile *m = context;

	phone_new(m->w, m->p, "Dari tempat lain");
}

static void a_slip_that_was_overtaken_leads_nowhere(void **state)
{
	struct world *w = world_with(FIRST_SLIP);
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct meanwhile m = {.w = w, .p = p};
	struct browser b = browser_new();
	struct str slip = slip_new(w, p);

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	vault_meanwhile(CALL_TYPED_MAC, a_device_comes, &m);
	go_slip(w, &b, slip);
	assert_int_equal(b.rc, RC_ABSENT);
	assert_int_equal(world_count(w, "SELECT count(*) FROM link WHERE used_s > 0", 0), 0);
	assert_int_equal(go_look(w, &b), SCREEN_CODE);
	world_free(&w);
}

/* ---- from the home ----------------------------------------------------------------------------------------------- */

static void enable_totp_at_home_asks_the_same(void **state)
{
	(void)state;
	for (int how = FIRST_MAIL; how <= FIRST_QUIET; how++) {
		struct world *w = world_with((enum first_enrol)how);
		struct person p = person_new(w, "penyedia1", "optional");
		struct browser b = browser_new();
		struct first_state s;
		struct visit v;
		struct who who;

		go_in(w, &b, "optional", p, NULL);
		assert_int_equal(go_enrol_look(w, &b), ENROL_FIRST);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_FIRST);
		assert_int_equal(world_count(w, "SELECT count(*) FROM enrolment", 0), 0);
		v = world_visit(w);
		who = who_must(w, &b);
		assert_int_equal(first_ask(&w->flow, &v, &who, &s), RC_OK);
		assert_false(s.open);
		assert_int_equal(s.quiet_ends_s, how == FIRST_QUIET ? w->now_s + 86400 : 0);
		assert_int_equal(first_account(&w->flow, &v, &who, S("0000-0000-0000-0000"), &s), RC_OK);
		assert_int_equal(s.told.say, SAY_SLIP_WRONG);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_FIRST);
		assert_int_equal(first_account(&w->flow, &v, &who, slip_new(w, p), &s), RC_OK);
		assert_true(s.open);
		assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
		world_free(&w);
	}
}

static void the_quiet_period_from_the_home_opens_by_itself(void **state)
{
	struct world *w = world_with(FIRST_QUIET);
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();
	struct first_state s;
	struct visit v;
	struct who who;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(world_count(w, "SELECT quiet_ends_s FROM users", 0), 0); /* signing in is not asking for it */
	v = world_visit(w);
	who = who_must(w, &b);
	assert_int_equal(first_ask(&w->flow, &v, &who, &s), RC_OK);
	w->now_s += 86400;
	b = browser_new();
	go_in(w, &b, "optional", p, NULL);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	/* without a fresh proof nothing is begun */
	world_do(w, "UPDATE users SET quiet_ends_s = 0", 0);
	w->now_s += 301;
	v = world_visit(w);
	who = who_must(w, &b);
	assert_int_equal(first_ask(&w->flow, &v, &who, &s), RC_OK);
	assert_int_equal(s.quiet_ends_s, 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_alone_opens_no_first_activation),
		cmocka_unit_test(a_slip_opens_it_once),
		cmocka_unit_test(a_used_slip_is_no_proof_for_another_start),
		cmocka_unit_test(who_left_in_the_middle_needs_no_second_slip),
		cmocka_unit_test(a_slip_is_over_after_its_days_or_when_a_new_one_is_printed),
		cmocka_unit_test(a_slip_of_another_and_a_recovery_code_are_none),
		cmocka_unit_test(three_wrong_slips_pause),
		cmocka_unit_test(the_quiet_period_begins_once_and_is_told),
		cmocka_unit_test(a_wrong_password_begins_no_quiet_period),
		cmocka_unit_test(a_slip_ends_the_wait_early),
		cmocka_unit_test(who_has_a_device_is_not_asked),
		cmocka_unit_test(a_slip_that_was_overtaken_leads_nowhere),
		cmocka_unit_test(enable_totp_at_home_asks_the_same),
		cmocka_unit_test(the_quiet_period_from_the_home_opens_by_itself),
	};

	return cmocka_run_group_tests_name("first", tests, world_group_begin, world_group_end);
}
