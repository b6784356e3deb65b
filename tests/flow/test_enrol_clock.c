#include "world.h"

#include <stdlib.h>

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* A sign-in that stands at the activation, and what its page shows. */
static struct phone at_enrolment(struct world *w, struct browser *b, const char *type, struct person p)
{
	assert_int_equal(go_to_second(w, b, type, p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, b), ENROL_OPEN);
	return phone_scan(&b->enrol);
}

static void nothing_was_enabled(struct world *w, struct person p)
{
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1 AND user_id = ?1", p.id), 0);
	assert_int_equal(world_sessions(w, 0), 0);
}

/* Six digits repeat: within 26 hours a nearer step may show the same ones (once in some 200 codes), and the nearest is
 * told. Then that step really has this code. */
static void the_offset_fits(struct world *w, struct phone phone, int64_t told_s, struct str code)
{
	int64_t meant_s = -phone.slow_s;

	if (told_s == meant_s)
		return;
	assert_true(llabs(told_s) < llabs(meant_s));
	phone.slow_s = -told_s;
	assert_true(str_eq(phone_code(w, &phone, 0), code));
}

static void a_wrong_clock_is_told_by_its_offset_and_never_accepted(void **state)
{
	static const int64_t slow[] = {47 * MINUTE_S, -47 * MINUTE_S, DAY_S, -DAY_S, 12 * HOUR_S, -12 * HOUR_S, HOUR_S, -2 * HOUR_S,
	                               2 * MINUTE_S, 26 * HOUR_S, -26 * HOUR_S};
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		struct str code;

		phone.slow_s = slow[i];
		code = phone_code(w, &phone, 0);
		assert_int_equal(go_enrol_confirm(w, &b, "HP saya", code), ENROL_OPEN);
		assert_int_equal(b.enrol.told.say, SAY_ENROL_CLOCK);
		the_offset_fits(w, phone, b.enrol.told.offset_s, code);
		nothing_was_enabled(w, p);
	}
	phone.slow_s = 27 * HOUR_S;
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	if (b.enrol.told.say == SAY_ENROL_CLOCK)
		the_offset_fits(w, phone, b.enrol.told.offset_s, phone_code(w, &phone, 0));
	else
		assert_int_equal(b.enrol.told.say, SAY_ENROL_WRONG);
	/* set right, it works at once */
	phone.slow_s = 0;
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

static void a_phone_that_was_fast_works_at_once_when_it_is_set_right(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new(), c = browser_new();
	struct phone phone = at_enrolment(w, &b, "mandatory", p);

	(void)state;
	phone.slow_s = -47 * MINUTE_S;
	go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0));
	phone.slow_s = 0;
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, -1)), ENROL_DONE);
	go_to_second(w, &c, "mandatory", p);
	assert_int_equal(go_code(w, &c, phone_code(w, &phone, 0)), SCREEN_DONE);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_clock_is_told_by_its_offset_and_never_accepted),
		cmocka_unit_test(a_phone_that_was_fast_works_at_once_when_it_is_set_right),
	};

	return cmocka_run_group_tests_name("enrol_clock", tests, world_group_begin, world_group_end);
}
