#include "test.h"

#include <stdlib.h>

#include "core/clockdoctor.h"
#include "core/totp.h"

enum { NOWHERE = 1800000000, STEP = NOWHERE / TOTP_PERIOD_S };
#define NONE INT64_MIN

static struct clock_finding ask(const struct clock_fit *fits, size_t n, struct clock_first first, int64_t now_s, bool ours)
{
	return clock_diagnose(&(struct clock_facts){.now_s = now_s, .fits = fits, .n = n, .first = first, .ours_is_off = ours});
}

/* A phone whose clock is off by offset_s, asked at now_s: in which step it is. */
static int64_t off_steps(int64_t now_s, int64_t offset_s)
{
	return totp_step(now_s + offset_s) - totp_step(now_s);
}

static struct clock_first first_of(int64_t now_s, int64_t device, int64_t offset_steps)
{
	return (struct clock_first){device, totp_step(now_s), offset_steps, now_s};
}

static void clockdoctor_says_nothing_of_a_clock_after_one_code(void **state)
{
	(void)state;
	for (int64_t off = -3120; off <= 3120; off++) {
		struct clock_fit f = {7, CLOCK_ACTIVE, off};
		struct clock_finding got = ask(&f, 1, (struct clock_first){0}, NOWHERE, false);

		assert_int_equal(got.says, CLOCK_SAYS_NOTHING);
		assert_int_equal(got.burn, 1);
		assert_int_equal(got.noted, off != 0 && off != -1);
	}
}

static void clockdoctor_says_it_at_the_second_later_code(void **state)
{
	struct clock_fit f = {7, CLOCK_ACTIVE, -94};
	struct clock_finding got = ask(&f, 1, first_of(NOWHERE, 7, -94), NOWHERE + 30, false);

	(void)state;
	assert_int_equal(got.says, CLOCK_SAYS_OFF);
	assert_int_equal(got.which, 0);
	assert_true(got.noted);
	assert_true(got.offset_s >= -2850 && got.offset_s <= -2790);
}

/* Every second and every offset of the phone: two codes an arbitrary while apart are enough and the number is true. */
static void clockdoctor_finds_every_offset_to_within_half_a_step(void **state)
{
	(void)state;
	for (int64_t offset_s = -93000; offset_s <= 93000; offset_s += 37) {
		for (int64_t apart_s = 1; apart_s <= 200; apart_s += 29) {
			int64_t now_s = NOWHERE + offset_s % 30, then_s = now_s + apart_s;
			struct clock_fit f = {7, CLOCK_ACTIVE, off_steps(then_s, offset_s)};
			struct clock_first first = first_of(now_s, 7, off_steps(now_s, offset_s));
			struct clock_finding got = ask(&f, 1, first, then_s, false);
			bool later = totp_step(then_s + offset_s) > totp_step(now_s + offset_s);

			if (f.offset_steps == 0 || f.offset_steps == -1)
				assert_int_equal(got.says, CLOCK_SAYS_NOTHING);
			else if (!later)
				assert_int_equal(got.says, CLOCK_SAYS_NOTHING);
			else
				assert_true(got.says == CLOCK_SAYS_OFF || got.says == CLOCK_SAYS_ZONE);
			if (got.says != CLOCK_SAYS_NOTHING && llabs(got.offset_s - offset_s) > 15)
				fail_msg("%lld said for %lld", (long long)got.offset_s, (long long)offset_s);
		}
	}
}

static void clockdoctor_wants_a_later_code_of_the_same_entry_and_offset(void **state)
{
	struct clock_fit f = {7, CLOCK_ACTIVE, -94};
	struct clock_first first = first_of(NOWHERE, 7, -94);

	(void)state;
	/* the same code, later: its offset has grown by the time that went by, its step is the same */
	f.offset_steps = -95;
	assert_int_equal(ask(&f, 1, first, NOWHERE + 30, false).says, CLOCK_SAYS_NOTHING);
	/* an earlier one */
	f.offset_steps = -95;
	assert_int_equal(ask(&f, 1, first, NOWHERE, false).says, CLOCK_SAYS_NOTHING);
	f.offset_steps = -93;
	assert_int_equal(ask(&f, 1, first, NOWHERE, false).says, CLOCK_SAYS_OFF);
	/* one step either way, no more */
	for (int64_t off = -97; off <= -91; off++) {
		f.offset_steps = off;
		assert_int_equal(ask(&f, 1, first, NOWHERE + 90, false).says, off >= -95 && off <= -93 ? CLOCK_SAYS_OFF : CLOCK_SAYS_NOTHING);
	}
	f.offset_steps = -94;
	f.device = 8;
	assert_int_equal(ask(&f, 1, first, NOWHERE + 90, false).says, CLOCK_SAYS_NOTHING);
	f = (struct clock_fit){7, CLOCK_SUSPENDED, -94};
	assert_int_equal(ask(&f, 1, first, NOWHERE + 90, false).says, CLOCK_SAYS_NOTHING);
	f.entry = CLOCK_RETIRED;
	assert_int_equal(ask(&f, 1, first, NOWHERE + 90, false).says, CLOCK_SAYS_NOTHING);
}

static void clockdoctor_forgets_the_first_code_after_a_day(void **state)
{
	struct clock_fit f = {7, CLOCK_ACTIVE, -94};
	struct clock_first first = first_of(NOWHERE, 7, -94);

	(void)state;
	assert_int_equal(ask(&f, 1, first, NOWHERE + CLOCK_NOTE_S, false).says, CLOCK_SAYS_OFF);
	assert_int_equal(ask(&f, 1, first, NOWHERE + CLOCK_NOTE_S + 1, false).says, CLOCK_SAYS_NOTHING);
	/* our clock was set back since: what was noted is of no use */
	first.at_s = NOWHERE + 31;
	assert_int_equal(ask(&f, 1, first, NOWHERE + 30, false).says, CLOCK_SAYS_NOTHING);
}

static void clockdoctor_names_a_wrong_zone(void **state)
{
	static const struct { int64_t off; enum clock_says says; } cases[] = {
		{120, CLOCK_SAYS_ZONE}, {-120, CLOCK_SAYS_ZONE}, {240, CLOCK_SAYS_ZONE}, {-240, CLOCK_SAYS_ZONE},
		{121, CLOCK_SAYS_ZONE}, {-119, CLOCK_SAYS_ZONE}, {117, CLOCK_SAYS_OFF}, {-123, CLOCK_SAYS_OFF}, {360, CLOCK_SAYS_OFF},
		{60, CLOCK_SAYS_OFF}, {2880, CLOCK_SAYS_OFF}, {1440, CLOCK_SAYS_OFF},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct clock_fit f = {7, CLOCK_ACTIVE, cases[i].off};

		assert_int_equal(ask(&f, 1, first_of(NOWHERE, 7, cases[i].off), NOWHERE + 30, false).says, cases[i].says);
	}
	for (int64_t s = 0; s < 100000; s++) {
		unsigned hours = clock_zone_hours(s);

		assert_int_equal(hours, clock_zone_hours(-s));
		assert_int_equal(hours, llabs(s - 3600) <= 60 ? 1 : llabs(s - 7200) <= 60 ? 2 : 0);
	}
}

static void clockdoctor_tells_a_removed_entry_at_once_and_only_within_one_step(void **state)
{
	(void)state;
	for (int64_t off = -3120; off <= 3120; off++) {
		struct clock_fit f[2] = {{7, CLOCK_ACTIVE, NONE}, {8, CLOCK_RETIRED, off}};
		struct clock_finding got = ask(f, 2, (struct clock_first){0}, NOWHERE, false);
		bool now = off >= -1 && off <= 1;

		assert_int_equal(got.says, now ? CLOCK_SAYS_DEAD : CLOCK_SAYS_NOTHING);
		assert_int_equal(got.which, now ? 1 : 0);
		assert_false(got.noted);
		assert_int_equal(got.burn, 0);
		f[1].entry = CLOCK_SUSPENDED;
		got = ask(f, 2, (struct clock_first){0}, NOWHERE, false);
		assert_int_equal(got.says, now ? CLOCK_SAYS_SUSPENDED : CLOCK_SAYS_NOTHING);
		assert_int_equal(got.burn, 2); /* it may be taken back */
	}
}

static void clockdoctor_lets_an_active_entry_win_over_others(void **state)
{
	struct clock_fit f[] = {{9, CLOCK_RETIRED, 0}, {8, CLOCK_SUSPENDED, 0}, {7, CLOCK_ACTIVE, 500}};
	struct clock_finding got = ask(f, 3, (struct clock_first){0}, NOWHERE, false);

	(void)state;
	assert_int_equal(got.says, CLOCK_SAYS_NOTHING);
	assert_true(got.noted);
	assert_int_equal(got.note, 2);
	assert_int_equal(got.burn, 6);
	f[2].offset_steps = NONE;
	got = ask(f, 3, (struct clock_first){0}, NOWHERE, false);
	assert_int_equal(got.says, CLOCK_SAYS_SUSPENDED);
	assert_int_equal(got.which, 1);
}

static void clockdoctor_notes_nothing_when_two_entries_fit(void **state)
{
	struct clock_fit f[] = {{7, CLOCK_ACTIVE, -94}, {8, CLOCK_ACTIVE, 12}};
	struct clock_finding got = ask(f, 2, (struct clock_first){0}, NOWHERE, false);

	(void)state;
	assert_int_equal(got.says, CLOCK_SAYS_NOTHING);
	assert_false(got.noted);
	assert_int_equal(got.burn, 3);
	/* but the one that confirms the first code is no chance */
	got = ask(f, 2, first_of(NOWHERE - 30, 8, 12), NOWHERE, false);
	assert_int_equal(got.says, CLOCK_SAYS_OFF);
	assert_int_equal(got.which, 1);
	assert_int_equal(got.note, 1);
}

static void clockdoctor_suspects_our_own_clock_first(void **state)
{
	struct clock_fit f = {7, CLOCK_ACTIVE, -94}, none = {7, CLOCK_ACTIVE, NONE}, dead = {8, CLOCK_RETIRED, 1};
	struct clock_finding got = ask(&f, 1, first_of(NOWHERE, 7, -94), NOWHERE + 30, true);

	(void)state;
	assert_int_equal(got.says, CLOCK_SAYS_OURS);
	assert_true(got.noted);
	assert_int_equal(got.burn, 1);
	assert_int_equal(ask(&none, 1, (struct clock_first){0}, NOWHERE, true).says, CLOCK_SAYS_OURS);
	assert_int_equal(ask(&none, 0, (struct clock_first){0}, NOWHERE, true).says, CLOCK_SAYS_OURS);
	assert_int_equal(ask(&dead, 1, (struct clock_first){0}, NOWHERE, true).says, CLOCK_SAYS_DEAD);
}

/* What must hold of every finding, in words of its own: over all ways in which two entries, a note and our clock can be. */
static void hold(const struct clock_facts *k, const struct clock_finding *got)
{
	const struct clock_fit *w = got->which < k->n ? &k->fits[got->which] : NULL;
	const struct clock_first *first = &k->first;
	unsigned burn = 0;
	bool active = false;

	for (size_t i = 0; i < k->n; i++) {
		if (k->fits[i].offset_steps == NONE)
			continue;
		if (k->fits[i].entry != CLOCK_RETIRED)
			burn |= 1u << i;
		if (k->fits[i].entry == CLOCK_ACTIVE)
			active = true;
	}
	assert_int_equal(got->burn, burn);
	switch (got->says) {
	case CLOCK_SAYS_OFF:
	case CLOCK_SAYS_ZONE:
		assert_false(k->ours_is_off);
		assert_true(w && w->entry == CLOCK_ACTIVE && w->device == first->device && llabs(w->offset_steps - first->offset_steps) <= 1);
		assert_true(totp_step(k->now_s) + w->offset_steps > first->step + first->offset_steps);
		assert_true(w->offset_steps < -1 || w->offset_steps > 0);
		assert_true(got->noted && got->note == got->which);
		assert_int_equal(got->says == CLOCK_SAYS_ZONE, clock_zone_hours(got->offset_s) != 0);
		break;
	case CLOCK_SAYS_DEAD:
	case CLOCK_SAYS_SUSPENDED:
		assert_true(w && !active && llabs(w->offset_steps) <= 1);
		assert_int_equal(w->entry, got->says == CLOCK_SAYS_DEAD ? CLOCK_RETIRED : CLOCK_SUSPENDED);
		assert_false(got->noted);
		break;
	case CLOCK_SAYS_OURS:
		assert_true(k->ours_is_off);
		break;
	case CLOCK_SAYS_NOTHING:
		assert_false(k->ours_is_off);
		break;
	}
	if (got->noted) {
		assert_true(k->fits[got->note].entry == CLOCK_ACTIVE && k->fits[got->note].offset_steps != NONE);
		assert_true(burn & 1u << got->note);
	}
}

static void clockdoctor_holds_its_rules_in_every_case(void **state)
{
	static const int64_t offs[] = {NONE, -121, -120, -95, -94, -93, -2, -1, 0, 1, 2, 93, 94, 120, 240, 3120};
	enum { OFFS = sizeof(offs) / sizeof(offs[0]) };
	unsigned said[CLOCK_SAYS_SUSPENDED + 1] = {0};

	(void)state;
	for (unsigned c = 0; c < 3 * 3 * OFFS * OFFS * OFFS * 3 * 4 * 2; c++) {
		unsigned x = c;
		struct clock_fit f[2] = {{7, CLOCK_ACTIVE, 0}, {8, CLOCK_ACTIVE, 0}};
		struct clock_facts k = {.fits = f, .n = 2};
		struct clock_finding got;

		f[0].entry = (enum clock_entry)(1 + x % 3), x /= 3;
		f[1].entry = (enum clock_entry)(1 + x % 3), x /= 3;
		f[0].offset_steps = offs[x % OFFS], x /= OFFS;
		f[1].offset_steps = offs[x % OFFS], x /= OFFS;
		k.first = (struct clock_first){x % OFFS ? 7 : 0, STEP, x % OFFS ? offs[x % OFFS] : 0, NOWHERE}, x /= OFFS;
		if (k.first.device)
			k.first.device += x % 3 - 1; /* 6: of an entry that is not asked about */
		x /= 3;
		k.now_s = NOWHERE + (int64_t[]){0, 29, 30, 600}[x % 4], x /= 4;
		k.ours_is_off = x % 2;
		got = clock_diagnose(&k);
		hold(&k, &got);
		said[got.says]++;
	}
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		assert_true(said[i] > 0);
}

/* ---- our own clock ---------------------------------------------------------------------------------------- */

static void clockdoctor_measures_lateness_from_the_middle_of_the_step(void **state)
{
	(void)state;
	assert_int_equal(clock_late_s(NOWHERE + 15, STEP), 0);
	assert_int_equal(clock_late_s(NOWHERE, STEP), -15);
	assert_int_equal(clock_late_s(NOWHERE + 29, STEP - 1), 44);
	assert_int_equal(clock_late_s(NOWHERE, STEP + 1), -45);
}

static void clockdoctor_needs_enough_good_codes_to_doubt_our_clock(void **state)
{
	int64_t error_s;

	(void)state;
	assert_false(clock_ours_is_off(0, 0, &error_s));
	assert_int_equal(error_s, 0);
	assert_false(clock_ours_is_off(CLOCK_OURS_LEAST - 1, 44 * (CLOCK_OURS_LEAST - 1), &error_s));
	assert_int_equal(error_s, 0);
	assert_true(clock_ours_is_off(CLOCK_OURS_LEAST, 44 * CLOCK_OURS_LEAST, &error_s));
	assert_int_equal(error_s, 36);
	assert_true(clock_ours_is_off(CLOCK_OURS_LEAST, -40 * CLOCK_OURS_LEAST, &error_s));
	assert_int_equal(error_s, -48);
}

/* The line is where the header says it is: |error| - 10 > 33 / sqrt(n). */
static void clockdoctor_draws_the_line_by_its_arithmetic(void **state)
{
	static const struct { int64_t n; double line_s; } cases[] = {{30, 16.03}, {100, 13.30}, {1000, 11.05}, {100000, 10.11}};
	int64_t error_s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t n = cases[i].n;
		int64_t under = (int64_t)((double)n * (cases[i].line_s - 0.1)), over = (int64_t)((double)n * (cases[i].line_s + 0.1));

		assert_false(clock_ours_is_off(n, n * CLOCK_TYPING_S + under, &error_s));
		assert_true(clock_ours_is_off(n, n * CLOCK_TYPING_S + over, &error_s));
		assert_false(clock_ours_is_off(n, n * CLOCK_TYPING_S - under, &error_s));
		assert_true(clock_ours_is_off(n, n * CLOCK_TYPING_S - over, &error_s));
	}
	assert_true(clock_ours_is_off(INT64_MAX / 64, INT64_MAX / 2, &error_s));
	assert_false(clock_ours_is_off(INT64_C(1) << 40, (INT64_C(1) << 40) * CLOCK_TYPING_S, &error_s));
}

/* A small generator: the same in every run. */
static uint32_t draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Offices of all kinds of hands, and a server that is off by error_s: how often of 1000 hours the alarm rings. */
static unsigned alarms_of(int64_t error_s, int64_t typing_s, int64_t spread_s, unsigned people, uint64_t seed)
{
	unsigned alarms = 0;

	for (unsigned hour = 0; hour < 1000; hour++) {
		int64_t times = 0, late_s = 0, ours_s;

		while (times < people) {
			int64_t read_s = 1000000 + (int64_t)(draw(&seed) % 3600);
			int64_t took = typing_s + (int64_t)(draw(&seed) % (uint32_t)(2 * spread_s + 1)) - spread_s;
			int64_t now_s = read_s + took + error_s, step = read_s / TOTP_PERIOD_S, at = now_s / TOTP_PERIOD_S;

			if (step < at - 1 || step > at + 1) { /* refused: no good code */
				if (draw(&seed) % 50 == 0)
					break; /* and people give up */
				continue;
			}
			times++;
			late_s += clock_late_s(now_s, step);
		}
		alarms += clock_ours_is_off(times, late_s, &ours_s);
	}
	return alarms;
}

static void clockdoctor_rings_for_a_wrong_server_and_not_for_slow_hands(void **state)
{
	(void)state;
	assert_int_equal(alarms_of(0, 8, 6, 30, 1), 0);
	assert_int_equal(alarms_of(0, 8, 6, 1000, 2), 0);
	assert_int_equal(alarms_of(0, 1, 1, 200, 3), 0);   /* a program fills the codes in */
	assert_int_equal(alarms_of(0, 15, 8, 200, 4), 0);  /* slow hands */
	assert_int_equal(alarms_of(5, 8, 6, 200, 5), 0);
	assert_int_equal(alarms_of(-5, 8, 6, 200, 6), 0);
	assert_true(alarms_of(25, 8, 6, 30, 7) > 900);
	assert_true(alarms_of(-25, 8, 6, 30, 8) > 900);
	assert_true(alarms_of(17, 8, 6, 500, 9) > 900);
	assert_true(alarms_of(-17, 8, 6, 500, 10) > 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clockdoctor_says_nothing_of_a_clock_after_one_code),
		cmocka_unit_test(clockdoctor_says_it_at_the_second_later_code),
		cmocka_unit_test(clockdoctor_finds_every_offset_to_within_half_a_step),
		cmocka_unit_test(clockdoctor_wants_a_later_code_of_the_same_entry_and_offset),
		cmocka_unit_test(clockdoctor_forgets_the_first_code_after_a_day),
		cmocka_unit_test(clockdoctor_names_a_wrong_zone),
		cmocka_unit_test(clockdoctor_tells_a_removed_entry_at_once_and_only_within_one_step),
		cmocka_unit_test(clockdoctor_lets_an_active_entry_win_over_others),
		cmocka_unit_test(clockdoctor_notes_nothing_when_two_entries_fit),
		cmocka_unit_test(clockdoctor_suspects_our_own_clock_first),
		cmocka_unit_test(clockdoctor_holds_its_rules_in_every_case),
		cmocka_unit_test(clockdoctor_measures_lateness_from_the_middle_of_the_step),
		cmocka_unit_test(clockdoctor_needs_enough_good_codes_to_doubt_our_clock),
		cmocka_unit_test(clockdoctor_draws_the_line_by_its_arithmetic),
		cmocka_unit_test(clockdoctor_rings_for_a_wrong_server_and_not_for_slow_hands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
