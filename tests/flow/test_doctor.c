#include "codes.h"

#include "base/log.h"
#include "flow/diagnose.h"

/* The clock doctor: phones with a wrong clock, entries that were removed, our own clock. */

enum { MINUTE_S = 60, HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S, YEAR_S = 365 * DAY_S };

static int64_t lines(struct scene *s, const char *detail)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM audit WHERE detail LIKE '%s' AND user_id = ?1", detail);
	return world_count(s->w, sql, s->p.id);
}

/* ---- the clock of the phone -------------------------------------------------------------------------------- */

static void a_phone_47_minutes_slow_is_told_so_at_its_second_code(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	assert_int_equal(s.b.at.told.offset_s, 0);
	assert_null(s.b.at.told.device.ptr);
	/* the agent who is given the reference sees it */
	assert_int_equal(lines(&s, "clock -28__ first HP Kantor"), 1);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	assert_in_range(-s.b.at.told.offset_s, 47 * MINUTE_S - 15, 47 * MINUTE_S + 15);
	assert_str(s.b.at.told.device, "HP Kantor");
	assert_int_equal(s.b.at.told.ref.len, 6);
	assert_int_equal(lines(&s, "clock -28__ told HP Kantor"), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM audit WHERE reason = 'wrong-clock'", 0), 1);
	/* both were failures */
	assert_int_equal(tries(&s), 2);
	assert_int_equal(world_sessions(s.w, s.p.id), 0);
	/* set to automatic: the next code */
	s.phone.slow_s = 0;
	assert_int_equal(send_shown(&s), SAY_DONE);
	world_free(&s.w);
}

static void a_phone_47_minutes_fast_works_at_once_after_it_is_corrected(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str early[2];
	int64_t typed_s[2];

	(void)state;
	s.phone.slow_s = -47 * MINUTE_S;
	for (int i = 0; i < 2; i++, s.w->now_s += 30) {
		early[i] = shown(&s, &s.phone, 0);
		typed_s[i] = s.w->now_s;
		assert_int_equal(send(&s, early[i]), i ? SAY_CLOCK : SAY_CODE_WRONG);
	}
	assert_in_range(s.b.at.told.offset_s, 47 * MINUTE_S - 15, 47 * MINUTE_S + 15);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM burnt_step WHERE device_id = ?1", s.phone.device), 2);
	s.phone.slow_s = 0;
	assert_int_equal(send_shown(&s), SAY_DONE);
	/* when the time of those two comes they are not accepted, the others around them are */
	for (int i = 0; i < 2; i++) {
		s.w->now_s = typed_s[i] + 47 * MINUTE_S;
		s.b = browser_new();
		go_to_second(s.w, &s.b, "mandatory", s.p);
		assert_int_equal(send(&s, early[i]), SAY_CODE_USED);
	}
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_DONE);
	world_free(&s.w);
}

static void every_clock_within_a_day_and_two_hours_is_told(void **state)
{
	static const int64_t slow[] = {-26 * HOUR_S + 60, -DAY_S, -12 * HOUR_S, -5 * MINUTE_S, -90, 90, 5 * MINUTE_S, 12 * HOUR_S, DAY_S,
	                               26 * HOUR_S - 60};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		s = scene_new("mandatory");
		s.phone.slow_s = slow[i];
		s.w->now_s += 7;
		assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
		s.w->now_s += 40;
		assert_int_equal(send_shown(&s), SAY_CLOCK);
		assert_in_range(slow[i] + s.b.at.told.offset_s + 15, 0, 30);
		s.phone.slow_s = 0;
		assert_int_equal(send_shown(&s), SAY_DONE);
		world_free(&s.w);
	}
	/* farther off nothing is known */
	s = scene_new("mandatory");
	s.phone.slow_s = 26 * HOUR_S + 90;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM audit WHERE detail IS NOT NULL", 0), 0);
	world_free(&s.w);
}

static void a_whole_hour_or_two_is_a_wrong_zone(void **state)
{
	static const int64_t slow[] = {HOUR_S, -HOUR_S, 2 * HOUR_S, -2 * HOUR_S, HOUR_S + 20, 2 * HOUR_S - 20};

	(void)state;
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		struct scene s = scene_new("mandatory");

		s.phone.slow_s = slow[i];
		assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
		s.w->now_s += 30;
		assert_int_equal(send_shown(&s), SAY_CLOCK_ZONE);
		assert_in_range(slow[i] + s.b.at.told.offset_s + 15, 0, 30);
		assert_str(s.b.at.told.device, "HP Kantor");
		world_free(&s.w);
	}
}

static void the_same_code_again_confirms_nothing(void **state)
{
	struct scene s = scene_new("mandatory");
	struct str code;

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	code = shown(&s, &s.phone, 0);
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	/* in another browser it is no refresh: charged, looked at, and still one code */
	s.w->now_s += 30;
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send(&s, code), SAY_CODE_WRONG);
	assert_int_equal(tries(&s), 2);
	/* and an earlier one than that says no more */
	s.w->now_s += 60;
	s.phone.slow_s += 180;
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send_shown(&s), SAY_CODE_PAUSED);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM audit WHERE reason = 'wrong-clock'", 0), 0);
	world_free(&s.w);
}

static void a_code_between_that_fits_nowhere_breaks_nothing(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	assert_int_equal(send(&s, phone_wrong(s.w, &s.phone)), SAY_CODE_WRONG);
	s.w->now_s += 30;
	/* the third in a row begins a pause: both are told */
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	assert_int_equal(s.b.at.told.paused_s, s.w->now_s + 30);
	assert_int_equal(s.b.at.told.until_s, 0);
	world_free(&s.w);
}

static void a_day_later_the_first_code_is_forgotten(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.w->now_s += DAY_S + 30;
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	world_free(&s.w);
}

static void a_right_code_ends_what_was_noted(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.phone.slow_s = 0;
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_DONE);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM clock_note", 0), 0);
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	s.phone.slow_s = 47 * MINUTE_S;
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	world_free(&s.w);
}

static void the_drift_is_never_learned(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = 5 * MINUTE_S;
	for (int i = 0; i < 13; i++) { /* by then the pauses are half a day */
		s.w->now_s += DAY_S / 2;
		s.b = browser_new();
		go_to_second(s.w, &s.b, "mandatory", s.p);
		assert_int_equal(send_shown(&s), i ? SAY_CLOCK : SAY_CODE_WRONG);
		world_reset(s.w);
	}
	assert_int_equal(world_sessions(s.w, s.p.id), 0);
	assert_int_equal(tries(&s), 13);
	world_free(&s.w);
}

static void two_devices_are_told_apart(void **state)
{
	struct scene s = scene_new("mandatory");
	struct phone other = know_new(&s, "HP Rumah");

	(void)state;
	s.phone.slow_s = other.slow_s = 47 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.w->now_s += 30;
	assert_int_equal(send(&s, shown(&s, &other, 0)), SAY_CODE_WRONG);
	s.w->now_s += 30;
	assert_int_equal(send(&s, shown(&s, &other, 0)), SAY_CLOCK);
	assert_str(s.b.at.told.device, "HP Rumah");
	assert_true(s.b.at.told.paused_s > 0);
	world_free(&s.w);
}

static void strict_mode_is_told_of_a_phone_that_is_one_step_fast(void **state)
{
	struct scene s = scene_new("strict");

	(void)state;
	s.w->now_s += 20;
	s.phone.slow_s = -30;
	assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	assert_true(s.b.at.told.offset_s > 0);
	s.phone.slow_s = 0;
	/* its step was burnt a moment ago; the next one is good */
	assert_int_equal(send_shown(&s), SAY_CODE_USED);
	world_free(&s.w);
}

/* ---- entries that are no more --------------------------------------------------------------------------------- */

static void the_code_of_a_removed_entry_is_recognised_at_once(void **state)
{
	struct scene s = scene_new("mandatory");
	struct phone newer = know_new(&s, "HP Baru");

	(void)state;
	retire(&s, &s.phone, s.w->now_s - 10 * DAY_S);
	assert_int_equal(send_shown(&s), SAY_DEAD_ENTRY);
	assert_str(s.b.at.told.device, "HP Kantor");
	assert_int_equal(s.b.at.told.number, 1);
	assert_int_equal(s.b.at.told.at_s, NOWHERE - 10 * DAY_S);
	assert_str(s.b.at.told.open, "#2");
	/* a failure like any other, and somebody has the old phone */
	assert_int_equal(tries(&s), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM audit WHERE reason = 'dead-entry' AND device = 'HP Kantor'", 0), 1);
	assert_int_equal(lines(&s, "dead 1 1799136000 HP Kantor"), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM burnt_step", 0), 0);
	assert_int_equal(send(&s, shown(&s, &newer, 0)), SAY_DONE);
	world_free(&s.w);
}

static void a_removed_entry_is_recognised_within_one_step_and_90_days(void **state)
{
	(void)state;
	for (int k = -3; k <= 3; k++) {
		struct scene s = scene_new("mandatory");

		know_new(&s, "HP Baru");
		retire(&s, &s.phone, s.w->now_s - 90 * DAY_S + 100);
		assert_int_equal(send(&s, shown(&s, &s.phone, k)), k >= -1 && k <= 1 ? SAY_DEAD_ENTRY : SAY_CODE_WRONG);
		s.b = browser_new();
		s.w->now_s += 3 * MINUTE_S;
		go_to_second(s.w, &s.b, "mandatory", s.p);
		assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
		assert_int_equal(world_sessions(s.w, s.p.id), 0);
		world_free(&s.w);
	}
}

static void a_suspended_entry_is_named_and_its_code_is_spent(void **state)
{
	struct scene s = scene_new("mandatory");
	struct phone newer = know_new(&s, "HP Baru");
	struct tx *tx;
	struct str code = shown(&s, &s.phone, 0);

	(void)state;
	assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
	assert_int_equal(store_device_suspend(tx, s.p.id, s.phone.device, newer.device, NOWHERE - HOUR_S, NOWHERE + 47 * HOUR_S), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	assert_int_equal(send(&s, code), SAY_SUSPENDED_ENTRY);
	assert_str(s.b.at.told.device, "HP Kantor");
	assert_int_equal(s.b.at.told.at_s, NOWHERE - HOUR_S);
	assert_int_equal(s.b.at.told.until_s, NOWHERE + 47 * HOUR_S);
	assert_str(s.b.at.told.open, "#2");
	/* taken back a moment later: that code is spent, the next one counts */
	assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
	assert_int_equal(store_device_restore(tx, s.p.id, s.phone.device, 5, s.w->now_s), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send(&s, code), SAY_CODE_USED);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_DONE);
	world_free(&s.w);
}

static void many_removed_entries_leave_room_for_the_newest(void **state)
{
	struct scene s = scene_new("mandatory");
	struct phone old[14];

	(void)state;
	for (int i = 0; i < 14; i++) {
		char name[16];

		snprintf(name, sizeof(name), "HP %d", i);
		old[i] = know_new(&s, name);
		retire(&s, &old[i], NOWHERE - (20 - i) * DAY_S);
	}
	assert_int_equal(send(&s, shown(&s, &old[13], 0)), SAY_DEAD_ENTRY);
	assert_int_equal(send(&s, shown(&s, &old[3], 0)), SAY_DEAD_ENTRY);
	s.w->now_s += DAY_S;
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	/* eleven of them are asked about, beside the one that counts */
	assert_int_equal(send(&s, shown(&s, &old[2], 0)), SAY_CODE_PAUSED);
	world_free(&s.w);
}

/* ---- our own clock ----------------------------------------------------------------------------------------------- */

static void good_codes(struct scene *s, int n, int64_t late_s)
{
	struct tx *tx;

	assert_int_equal(store_begin(s->w->flow.store, &tx), RC_OK);
	for (int i = 0; i < n; i++)
		assert_int_equal(store_clock_late_add(tx, s->w->now_s - i % 3000, late_s), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
}

static void a_good_code_adds_its_lateness(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.w->now_s += 12;
	assert_int_equal(send(&s, shown(&s, &s.phone, -1)), SAY_DONE);
	assert_int_equal(world_count(s.w, "SELECT times FROM clock_minute", 0), 1);
	assert_int_equal(world_count(s.w, "SELECT late_s FROM clock_minute", 0), 27);
	/* a wrong one adds nothing */
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	send(&s, phone_wrong(s.w, &s.phone));
	assert_int_equal(world_count(s.w, "SELECT SUM(times) FROM clock_minute", 0), 1);
	world_free(&s.w);
}

static void the_fault_is_ours_when_good_codes_say_so(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	good_codes(&s, 40, 40); /* 32 s beyond what hands explain */
	s.phone.slow_s = 2 * MINUTE_S;
	assert_int_equal(send_shown(&s), SAY_CLOCK_OURS);
	assert_int_equal(lines(&s, "ours 32, clock -1__ first HP Kantor"), 1);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_CLOCK_OURS);
	/* the same phone, our clock right again an hour later: now it is told */
	s.w->now_s += 2 * HOUR_S;
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send_shown(&s), SAY_CLOCK);
	world_free(&s.w);
}

static void hands_that_type_blame_no_clock(void **state)
{
	static const int64_t late[] = {0, 8, 16};

	(void)state;
	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
		struct scene s = scene_new("mandatory");

		good_codes(&s, 40, late[i]);
		assert_int_equal(send(&s, phone_wrong(s.w, &s.phone)), SAY_CODE_WRONG);
		world_free(&s.w);
	}
}

static int64_t watch(struct scene *s)
{
	assert_int_equal(diagnose_watch(&s->w->flow, s->w->arena, s->w->now_s), RC_OK);
	return world_count(s->w, "SELECT COUNT(*) FROM audit WHERE event = 'clock.ours' AND detail LIKE 'ours 3%'", 0);
}

static void the_operator_is_alarmed_once_in_ten_minutes(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	log_level_set((enum log_level)0); /* the event is meant, and not read here */
	assert_int_equal(watch(&s), 0);
	good_codes(&s, 40, 40);
	assert_int_equal(watch(&s), 1);
	s.w->now_s += 9 * MINUTE_S + 59;
	assert_int_equal(watch(&s), 1);
	world_restart(s.w); /* whoever else watches */
	assert_int_equal(watch(&s), 1);
	s.w->now_s += 1;
	assert_int_equal(watch(&s), 2);
	s.w->now_s += 2 * HOUR_S;
	assert_int_equal(watch(&s), 2);
	log_level_set(LOG_INFO);
	world_free(&s.w);
}

/* Only codes that are typed: the server stands 20 s behind all the phones, and says so by itself. */
static void a_server_that_is_behind_finds_out_by_itself(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	s.phone.slow_s = -25;
	for (int i = 0; i < 60; i++) {
		s.w->now_s += 41;
		s.b = browser_new();
		go_to_second(s.w, &s.b, "mandatory", s.p);
		assert_int_equal(send_shown(&s), SAY_DONE);
		world_reset(s.w);
	}
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send(&s, phone_wrong(s.w, &s.phone)), SAY_CLOCK_OURS);
	world_free(&s.w);
}

/* ---- what is asked, and what happens when it cannot be ---------------------------------------------------------------- */

static void the_doctor_is_asked_about_every_wrong_code_and_no_other(void **state)
{
	struct scene s = scene_new("mandatory");

	(void)state;
	send(&s, S("12345"));
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 0);
	for (int i = 1; i <= 3; i++) {
		send(&s, phone_wrong(s.w, &s.phone));
		assert_int_equal(vault_asked[CALL_CODE_DOCTOR], i);
	}
	assert_int_equal(send(&s, phone_wrong(s.w, &s.phone)), SAY_CODE_PAUSED);
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 3);
	s.w->now_s += 30;
	assert_int_equal(send_shown(&s), SAY_DONE);
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 3);
	/* a used code was right */
	s.b = browser_new();
	go_to_second(s.w, &s.b, "mandatory", s.p);
	assert_int_equal(send_shown(&s), SAY_CODE_USED);
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 3);
	world_free(&s.w);
}

static void a_doctor_who_is_busy_or_gone_changes_no_verdict(void **state)
{
	static const enum rc rcs[] = {RC_BUSY, RC_FAULT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene s = scene_new("mandatory");

		vault_break_rc = rcs[i];
		vault_break_in = 2; /* the check, then the doctor */
		s.phone.slow_s = 47 * MINUTE_S;
		assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
		assert_int_equal(s.b.at.told.ref.len, 6);
		assert_int_equal(tries(&s), 1);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM clock_note", 0), 0);
		s.w->now_s += 30;
		assert_int_equal(send_shown(&s), SAY_CODE_WRONG);
		s.w->now_s += 30;
		assert_int_equal(send_shown(&s), SAY_CLOCK);
		world_free(&s.w);
	}
}

struct removal {
	struct scene *s;
};

static void remove_all(void *context)
{
	struct removal *r = context;

	world_do(r->s->w, "DELETE FROM device WHERE user_id = ?1", r->s->p.id);
}

/* Whatever is gone when the answer comes, the story ends with one clear answer and no session. */
static void a_device_deleted_meanwhile_grants_nothing(void **state)
{
	struct scene s = scene_new("mandatory");
	struct removal r = {&s};

	(void)state;
	s.phone.slow_s = 47 * MINUTE_S;
	vault_meanwhile(CALL_CODE_DOCTOR, remove_all, &r);
	go_code(s.w, &s.b, shown(&s, &s.phone, 0));
	assert_int_not_equal(s.b.at.screen, SCREEN_DONE);
	assert_int_equal(world_sessions(s.w, s.p.id), 0);
	world_free(&s.w);
}

static struct confirm confirm(struct scene *s, struct str code)
{
	struct who who = who_must(s->w, &s->b);
	struct visit v = world_visit(s->w);
	struct confirm out;

	s->b.rc = account_confirm(&s->w->flow, &v, &who, S(PASSWORD), code, &out);
	return out;
}

static void fresh_proof_is_diagnosed_by_the_same_rules(void **state)
{
	struct scene s = scene_new("mandatory");
	struct confirm c;

	(void)state;
	assert_int_equal(send_shown(&s), SAY_DONE);
	s.w->now_s += HOUR_S / 2;
	s.phone.slow_s = 47 * MINUTE_S;
	c = confirm(&s, shown(&s, &s.phone, 0));
	assert_int_equal(c.told.say, SAY_CONFIRM_WRONG);
	s.w->now_s += 30;
	c = confirm(&s, shown(&s, &s.phone, 0));
	assert_int_equal(c.told.say, SAY_CLOCK);
	assert_str(c.told.device, "HP Kantor");
	assert_int_equal(c.told.ref.len, 6);
	assert_int_equal(c.session_cookie.len, 0);
	s.phone.slow_s = 0;
	c = confirm(&s, shown(&s, &s.phone, 0));
	assert_int_equal(c.told.say, SAY_DONE);
	assert_int_equal(world_count(s.w, "SELECT SUM(times) FROM clock_minute", 0), 2);
	world_free(&s.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_phone_47_minutes_slow_is_told_so_at_its_second_code),
		cmocka_unit_test(a_phone_47_minutes_fast_works_at_once_after_it_is_corrected),
		cmocka_unit_test(every_clock_within_a_day_and_two_hours_is_told),
		cmocka_unit_test(a_whole_hour_or_two_is_a_wrong_zone),
		cmocka_unit_test(the_same_code_again_confirms_nothing),
		cmocka_unit_test(a_code_between_that_fits_nowhere_breaks_nothing),
		cmocka_unit_test(a_day_later_the_first_code_is_forgotten),
		cmocka_unit_test(a_right_code_ends_what_was_noted),
		cmocka_unit_test(the_drift_is_never_learned),
		cmocka_unit_test(two_devices_are_told_apart),
		cmocka_unit_test(strict_mode_is_told_of_a_phone_that_is_one_step_fast),
		cmocka_unit_test(the_code_of_a_removed_entry_is_recognised_at_once),
		cmocka_unit_test(a_removed_entry_is_recognised_within_one_step_and_90_days),
		cmocka_unit_test(a_suspended_entry_is_named_and_its_code_is_spent),
		cmocka_unit_test(many_removed_entries_leave_room_for_the_newest),
		cmocka_unit_test(a_good_code_adds_its_lateness),
		cmocka_unit_test(the_fault_is_ours_when_good_codes_say_so),
		cmocka_unit_test(hands_that_type_blame_no_clock),
		cmocka_unit_test(the_operator_is_alarmed_once_in_ten_minutes),
		cmocka_unit_test(a_server_that_is_behind_finds_out_by_itself),
		cmocka_unit_test(the_doctor_is_asked_about_every_wrong_code_and_no_other),
		cmocka_unit_test(a_doctor_who_is_busy_or_gone_changes_no_verdict),
		cmocka_unit_test(a_device_deleted_meanwhile_grants_nothing),
		cmocka_unit_test(fresh_proof_is_diagnosed_by_the_same_rules),
	};

	return cmocka_run_group_tests(tests, world_group_begin, world_group_end);
}
