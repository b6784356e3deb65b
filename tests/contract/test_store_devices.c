/* What becomes of devices, the clock doctor's notes, and the columns that came with schema 2. */
#include "store_behind.h"
#include "store_crowd.h"

static struct device device_of(struct world *w, int64_t user, int64_t id)
{
	struct device d;

	READ(w, RC_OK, store_device_get(tx, w->arena, user, id, &d));
	return d;
}

static void add(struct world *w, int64_t id, int64_t user, const char *name)
{
	struct device d = device_row(id, user, name);

	WRITE(w, RC_OK, store_device_add(tx, &d, 9));
}

/* ---- devices ------------------------------------------------------------------------------------------ */

static void a_device_keeps_its_kind_and_is_a_code_when_none_is_named(void **state)
{
	struct world *w = *state;
	struct device d = device_row(1, 7, "HP"), got;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	assert_int_equal(device_of(w, 7, 1).kind, DEVICE_CODE);
	d = device_row(2, 7, "Kunci");
	d.kind = DEVICE_KUNCI;
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	d = device_row(3, 7, "Sidik jari");
	d.kind = DEVICE_PASSKEY;
	d.seed = STR_NONE;
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	assert_int_equal(device_of(w, 7, 2).kind, DEVICE_KUNCI);
	got = device_of(w, 7, 3);
	assert_int_equal(got.kind, DEVICE_PASSKEY);
	assert_null(got.seed.ptr);
	READ(w, RC_ABSENT, store_device_get(tx, w->arena, 8, 1, &got));
	READ(w, RC_ABSENT, store_device_get(tx, w->arena, 7, 99, &got));
	assert_int_equal(got.id, 0);
}

static void every_kind_of_device_counts_against_the_cap(void **state)
{
	struct world *w = *state;
	struct device a = device_row(1, 7, "HP"), b = device_row(2, 7, "Sidik jari"), c = device_row(3, 7, "Tablet");

	b.kind = DEVICE_PASSKEY;
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_device_add(tx, &a, 2));
	WRITE(w, RC_OK, store_device_add(tx, &b, 2));
	WRITE(w, RC_TAKEN, store_device_add(tx, &c, 2));
}

static void a_device_without_a_number_takes_the_next_one_when_it_is_added(void **state)
{
	struct world *w = *state;
	struct device a = device_row(1, 7, "HP"), b = device_row(2, 7, "hp"), c = device_row(3, 7, "Tablet");
	struct user u;
	int64_t leftover;

	a.number = b.number = c.number = 0;
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_device_add(tx, &a, 5));
	WRITE(w, RC_MALFORMED, store_device_add(tx, &b, 5));
	WRITE(w, RC_OK, store_device_add(tx, &c, 5));
	assert_int_equal(device_of(w, 7, 1).number, 1);
	assert_int_equal(device_of(w, 7, 3).number, 2);
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &u));
	assert_int_equal(u.next_number, 3);
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &leftover));
	assert_int_equal(leftover, 0);
}

static void a_device_is_renamed_by_its_owner_to_a_name_that_is_free(void **state)
{
	struct world *w = *state;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	add(w, 1, 7, "HP");
	add(w, 2, 7, "Tablet");
	add(w, 3, 7, "Laptop");
	add(w, 4, 8, "Jam");
	WRITE(w, RC_MALFORMED, store_device_rename(tx, 7, 1, S("TABLET")));
	WRITE(w, RC_OK, store_device_rename(tx, 7, 1, S("hp"))); /* its own, written otherwise */
	assert_str(device_of(w, 7, 1).name, "hp");
	WRITE(w, RC_OK, store_device_rename(tx, 7, 1, S("Jam"))); /* another one's */
	WRITE(w, RC_ABSENT, store_device_rename(tx, 8, 1, S("Radio")));
	WRITE(w, RC_ABSENT, store_device_rename(tx, 7, 99, S("Radio")));
	WRITE(w, RC_ABSENT, store_device_rename(tx, 99, 1, S("Radio")));
	WRITE(w, RC_OK, store_device_retire(tx, 7, 3, NOW_S));
	WRITE(w, RC_ABSENT, store_device_rename(tx, 7, 3, S("Radio")));
	WRITE(w, RC_OK, store_device_rename(tx, 7, 2, S("Laptop"))); /* a retired one gave it back */
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 2, 1, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_MALFORMED, store_device_rename(tx, 7, 1, S("laptop"))); /* a suspended one keeps it */
	WRITE(w, RC_OK, store_device_rename(tx, 7, 2, S("Tablet")));
}

static void a_suspended_device_takes_no_code_until_it_is_restored(void **state)
{
	struct world *w = *state;
	struct device *rows, d;
	size_t n;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	add(w, 1, 7, "HP");
	add(w, 2, 7, "Tablet");
	WRITE(w, RC_ABSENT, store_device_suspend(tx, 8, 1, 2, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 1, 2, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_ABSENT, store_device_suspend(tx, 7, 1, 2, NOW_S, NOW_S + DAY_S));
	d = device_of(w, 7, 1);
	assert_int_equal(d.state, DEVICE_SUSPENDED);
	assert_int_equal(d.suspended_s, NOW_S);
	assert_int_equal(d.suspend_ends_s, NOW_S + DAY_S);
	assert_int_equal(d.evicted_by, 2);
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, 1000, NOW_S));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(n, 1);
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, true, &rows, &n));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].evicted_by, 2);
	WRITE(w, RC_ABSENT, store_device_restore(tx, 8, 1, 5, NOW_S));
	WRITE(w, RC_TAKEN, store_device_restore(tx, 7, 1, 1, NOW_S));
	WRITE(w, RC_ABSENT, store_device_restore(tx, 7, 1, 5, NOW_S + DAY_S));
	WRITE(w, RC_ABSENT, store_device_restore(tx, 7, 2, 5, NOW_S));
	WRITE(w, RC_ABSENT, store_device_restore(tx, 7, 99, 5, NOW_S));
	WRITE(w, RC_OK, store_device_restore(tx, 7, 1, 2, NOW_S + DAY_S - 1));
	d = device_of(w, 7, 1);
	assert_int_equal(d.state, DEVICE_ACTIVE);
	assert_int_equal(d.suspend_ends_s, 0);
	assert_int_equal(d.evicted_by, 0);
	WRITE(w, RC_OK, store_device_claim(tx, 1, 1000, NOW_S));
}

static void a_suspended_device_can_be_retired_by_its_owner(void **state)
{
	struct world *w = *state;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	add(w, 1, 7, "HP");
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 1, 2, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_ABSENT, store_device_retire(tx, 8, 1, NOW_S));
	WRITE(w, RC_OK, store_device_retire(tx, 7, 1, NOW_S + 5));
	WRITE(w, RC_ABSENT, store_device_retire(tx, 7, 1, NOW_S + 6));
	WRITE(w, RC_ABSENT, store_device_restore(tx, 7, 1, 5, NOW_S));
	assert_int_equal(device_of(w, 7, 1).retired_s, NOW_S + 5);
}

static void the_sweep_retires_suspended_devices_whose_time_is_over(void **state)
{
	struct world *w = *state;
	bool more;

	user_make(w, 7, "ani");
	add(w, 1, 7, "HP");
	add(w, 2, 7, "Tablet");
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 1, 2, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + DAY_S - 1, &more));
	assert_int_equal(device_of(w, 7, 1).state, DEVICE_SUSPENDED);
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + DAY_S, &more));
	assert_int_equal(device_of(w, 7, 1).state, DEVICE_RETIRED);
	assert_int_equal(device_of(w, 7, 1).retired_s, NOW_S + DAY_S);
	assert_non_null(device_of(w, 7, 1).seed.ptr);
	assert_int_equal(device_of(w, 7, 2).state, DEVICE_ACTIVE);
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + 92 * (int64_t)DAY_S, &more));
	assert_null(device_of(w, 7, 1).seed.ptr);
}

static void evictions_are_counted_whatever_became_of_the_devices(void **state)
{
	struct world *w = *state;
	int64_t n;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	add(w, 1, 7, "HP");
	add(w, 2, 7, "Tablet");
	add(w, 3, 7, "Laptop");
	add(w, 4, 8, "HP");
	READ(w, RC_OK, store_device_evictions(tx, 7, 0, &n));
	assert_int_equal(n, 0);
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 1, 3, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 2, 3, NOW_S + 10, NOW_S + DAY_S));
	WRITE(w, RC_OK, store_device_suspend(tx, 8, 4, 3, NOW_S, NOW_S + DAY_S));
	WRITE(w, RC_OK, store_device_restore(tx, 7, 1, 5, NOW_S + 20));
	WRITE(w, RC_OK, store_device_retire(tx, 7, 2, NOW_S + 20));
	READ(w, RC_OK, store_device_evictions(tx, 7, NOW_S, &n));
	assert_int_equal(n, 2);
	READ(w, RC_OK, store_device_evictions(tx, 7, NOW_S + 1, &n));
	assert_int_equal(n, 1);
	READ(w, RC_OK, store_device_evictions(tx, 7, NOW_S + 11, &n));
	assert_int_equal(n, 0);
}

static enum rc restore(struct world *w, int n)
{
	struct tx *tx;

	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_device_restore(tx, 7, 1 + n, 3, NOW_S));
}

static void of_many_restored_at_once_the_cap_remains(void **state)
{
	struct world *w = *state;
	struct device *rows;
	struct crowd c;
	char name[16];
	size_t n;

	user_make(w, 7, "ani");
	for (int i = 1; i <= 30; i++) {
		struct device d;

		snprintf(name, sizeof(name), "HP %d", i);
		d = device_row(i, 7, name);
		WRITE(w, RC_OK, store_device_add(tx, &d, 30));
		WRITE(w, RC_OK, store_device_suspend(tx, 7, i, 99, NOW_S, NOW_S + DAY_S));
	}
	all_at_once(w, &c, 30, restore);
	assert_int_equal(c.ok, 3);
	assert_int_equal(c.taken, 27);
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(n, 3);
}

/* ---- the clock doctor ------------------------------------------------------------------------------------- */

static void a_note_takes_the_place_of_the_one_before(void **state)
{
	struct world *w = *state;
	struct clock_note a = {.user = 7, .device = 1, .step = 1000, .offset_steps = -94, .at_s = NOW_S},
	                  b = {.user = 7, .device = 2, .step = 1001, .offset_steps = 12, .at_s = NOW_S + 30}, got,
	                  nobody = {.user = 99};
	bool more;

	user_make(w, 7, "ani");
	READ(w, RC_ABSENT, store_clock_note_get(tx, 7, &got));
	WRITE(w, RC_OK, store_clock_note_put(tx, &a));
	READ(w, RC_OK, store_clock_note_get(tx, 7, &got));
	assert_int_equal(got.offset_steps, -94);
	WRITE(w, RC_OK, store_clock_note_put(tx, &b));
	READ(w, RC_OK, store_clock_note_get(tx, 7, &got));
	assert_int_equal(got.user, 7);
	assert_int_equal(got.device, 2);
	assert_int_equal(got.step, 1001);
	assert_int_equal(got.offset_steps, 12);
	assert_int_equal(got.at_s, NOW_S + 30);
	WRITE(w, RC_ABSENT, store_clock_note_put(tx, &nobody));
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + 30 + DAY_S - 1, &more));
	READ(w, RC_OK, store_clock_note_get(tx, 7, &got));
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + 30 + DAY_S, &more));
	READ(w, RC_ABSENT, store_clock_note_get(tx, 7, &got));
	WRITE(w, RC_OK, store_clock_note_put(tx, &a));
	WRITE(w, RC_OK, store_clock_note_end(tx, 7));
	READ(w, RC_ABSENT, store_clock_note_get(tx, 7, &got));
}

static void a_step_that_diagnosis_matched_is_never_accepted(void **state)
{
	enum { STEP = NOW_S / 30 };
	struct world *w = *state;
	bool more;

	user_make(w, 7, "ani");
	add(w, 1, 7, "HP");
	add(w, 2, 7, "Tablet");
	WRITE(w, RC_OK, store_step_burn(tx, 1, STEP));
	WRITE(w, RC_OK, store_step_burn(tx, 1, STEP)); /* twice is no error */
	WRITE(w, RC_ABSENT, store_step_burn(tx, 99, STEP));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, STEP, NOW_S));
	WRITE(w, RC_OK, store_device_claim(tx, 2, STEP, NOW_S));
	assert_int_equal(device_of(w, 7, 1).last_step, 0);
	/* what the sweep takes is too old to be accepted anyway */
	WRITE(w, RC_OK, store_sweep(tx, (STEP + 3) * 30, &more));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, STEP, NOW_S));
	WRITE(w, RC_OK, store_sweep(tx, (STEP + 4) * 30, &more));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM burnt_step"), 0);
	WRITE(w, RC_OK, store_device_claim(tx, 1, STEP + 1, NOW_S));
}

static void lateness_is_summed_by_minute_and_kept_for_two_hours(void **state)
{
	enum { MINUTE_S = NOW_S - NOW_S % 60 };
	struct world *w = *state;
	int64_t times, late_s;
	bool more;

	READ(w, RC_OK, store_clock_late_get(tx, 0, &times, &late_s));
	assert_int_equal(times + late_s, 0);
	WRITE(w, RC_OK, store_clock_late_add(tx, MINUTE_S, 10));
	WRITE(w, RC_OK, store_clock_late_add(tx, MINUTE_S + 59, -40));
	WRITE(w, RC_OK, store_clock_late_add(tx, MINUTE_S + 60, 7));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM clock_minute"), 2);
	READ(w, RC_OK, store_clock_late_get(tx, MINUTE_S + 30, &times, &late_s));
	assert_int_equal(times, 3);
	assert_int_equal(late_s, -23);
	READ(w, RC_OK, store_clock_late_get(tx, MINUTE_S + 60, &times, &late_s));
	assert_int_equal(times, 1);
	assert_int_equal(late_s, 7);
	WRITE(w, RC_OK, store_sweep(tx, MINUTE_S + 2 * HOUR_S - 1, &more));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM clock_minute"), 2);
	WRITE(w, RC_OK, store_sweep(tx, MINUTE_S + 2 * HOUR_S, &more));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM clock_minute"), 1);
}

/* ---- what other rows gained ---------------------------------------------------------------------------------- */

static void an_activation_that_ran_out_is_left_over_at_once(void **state)
{
	struct world *w = *state;
	struct enrolment e = {.id = 1, .user = 7, .holder = HOLDER_SESSION, .seed = S("x"), .opened_s = NOW_S, .ends_s = NOW_S + 600,
	                      .replaces = 55, .replaces_how = REPLACES_EVICT}, got;
	int64_t number;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &got));
	assert_int_equal(got.replaces, 55);
	assert_int_equal(got.replaces_how, REPLACES_EVICT);
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S + 599, &number));
	assert_int_equal(number, 0);
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S + 600, &number));
	assert_int_equal(number, 1);
	e.id = 2;
	e.replaces_how = REPLACES_MOVE;
	e.replaces = 56;
	e.ends_s = NOW_S + 1200;
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &got));
	assert_int_equal(got.replaces, 56);
	assert_int_equal(got.replaces_how, REPLACES_MOVE);
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S + 600, &number));
	assert_int_equal(number, 1);
}

/* Everything but where it stands; each field another number, so that no two are mixed up. */
static struct signin full_signin(int64_t from)
{
	struct signin in = {.id = 1, .user = 7, .login = S("Ani"), .type = S("pegawai"), .step = 1, .password_s = from + 1,
	                    .code_s = from + 2, .enrolled_s = from + 3, .terms_s = from + 4, .recovery_s = from + 5,
	                    .passkey_s = from + 6, .first_s = from + 7, .known = from % 2 == 0, .code_device = from + 8,
	                    .code_step = from + 9, .refused = S("\0refused"), .refused_say = from + 10, .next = S("/account/"),
	                    .began_s = NOW_S, .form_ends_s = NOW_S + 300, .expires_s = NOW_S + 600, .renewals = from + 11};
	hash_of(from, in.cookie);
	return in;
}

static void signin_is(struct world *w, const struct signin *want)
{
	struct signin got;

	READ(w, RC_OK, store_signin_get(tx, w->arena, want->cookie, NOW_S, &got));
	assert_int_equal(got.password_s, want->password_s);
	assert_int_equal(got.code_s, want->code_s);
	assert_int_equal(got.enrolled_s, want->enrolled_s);
	assert_int_equal(got.terms_s, want->terms_s);
	assert_int_equal(got.recovery_s, want->recovery_s);
	assert_int_equal(got.passkey_s, want->passkey_s);
	assert_int_equal(got.first_s, want->first_s);
	assert_int_equal(got.known, want->known);
	assert_int_equal(got.code_device, want->code_device);
	assert_int_equal(got.code_step, want->code_step);
	assert_true(str_eq(got.refused, want->refused));
	assert_int_equal(got.refused_say, want->refused_say);
	assert_int_equal(got.renewals, want->renewals);
}

static void a_signin_keeps_every_field_by_each_way_that_writes_it(void **state)
{
	struct world *w = *state;
	struct signin in = full_signin(1000), next = full_signin(2001), got;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	signin_is(w, &in);
	WRITE(w, RC_OK, store_signin_advance(tx, &next, 1, in.cookie));
	signin_is(w, &next);
	in = full_signin(3000);
	memcpy(in.cookie, next.cookie, sizeof(in.cookie));
	in.refused = STR_NONE;
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	signin_is(w, &in);
	READ(w, RC_OK, store_signin_get(tx, w->arena, in.cookie, NOW_S, &got));
	assert_null(got.refused.ptr);
	WRITE(w, RC_OK, store_signin_refused(tx, 1, S("once more"), 42));
	in.refused = S("once more");
	in.refused_say = 42;
	signin_is(w, &in);
	WRITE(w, RC_TAKEN, store_signin_refused(tx, 2, S("once more"), 42));
}

static void a_session_tells_every_factor(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got, *rows;
	struct user who;
	size_t n;

	s.pwd_s = NOW_S - 1;
	s.otp_s = NOW_S - 2;
	s.recovery_s = NOW_S - 3;
	s.passkey_s = NOW_S - 4;
	s.fresh_s = NOW_S - 5;
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_session_add(tx, &s));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.pwd_s, NOW_S - 1);
	assert_int_equal(got.otp_s, NOW_S - 2);
	assert_int_equal(got.recovery_s, NOW_S - 3);
	assert_int_equal(got.passkey_s, NOW_S - 4);
	assert_int_equal(got.fresh_s, NOW_S - 5);
	assert_str(got.browser, "Firefox");
	assert_str(who.login, "ani");
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(rows[0].passkey_s, NOW_S - 4);
}

static void the_first_activation_is_proved_and_the_quiet_period_begins_once(void **state)
{
	struct world *w = *state;
	struct user u = user_row(7, "ani"), got;

	u.first_proof_s = 11;
	u.quiet_ends_s = 22;
	u.groups[0] = S("keuangan");
	u.n_groups = 1;
	WRITE(w, RC_OK, store_user_add(tx, &u));
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &got));
	assert_int_equal(got.first_proof_s, 11);
	assert_int_equal(got.quiet_ends_s, 22);
	assert_str(got.groups[0], "keuangan");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, store_user_first_proof(tx, 8, NOW_S));
	WRITE(w, RC_OK, store_user_quiet(tx, 8, NOW_S + DAY_S));
	WRITE(w, RC_TAKEN, store_user_quiet(tx, 8, NOW_S + 1));
	READ(w, RC_OK, store_user_get(tx, w->arena, 8, &got));
	assert_int_equal(got.first_proof_s, NOW_S);
	assert_int_equal(got.quiet_ends_s, NOW_S + DAY_S);
	WRITE(w, RC_ABSENT, store_user_first_proof(tx, 99, NOW_S));
}

/* ---- the flood of those who are nobody ------------------------------------------------------------------------- */

static void of_signins_that_belong_to_nobody_the_newest_fifty_thousand_stay(void **state)
{
	struct world *w = *state;
	struct signin mine = full_signin(1000);
	bool more = true;
	int rounds = 0;

	user_make(w, 7, "ani");
	mine.began_s = 1;
	WRITE(w, RC_OK, store_signin_put(tx, &mine));
	/* the oldest have the greatest ids; the last 2,500 are too many */
	behind(w, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 52500) INSERT INTO signin (id, cookie, step, "
	          "password_s, code_s, enrolled_s, terms_s, began_s, form_ends_s, expires_s, renewals) SELECT 100 + i, randomblob(32), 1, "
	          "0, 0, 0, 0, 1780000000 - i, 0, 1780000600, 0 FROM n");
	while (more && rounds < 100) {
		WRITE(w, RC_OK, store_sweep(tx, NOW_S, &more));
		rounds++;
	}
	assert_int_equal(rounds, 3);
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM signin WHERE user_id IS NULL"), 50000);
	assert_int_equal(behind(w, "SELECT MAX(id) FROM signin"), 100 + 50000);
	signin_is(w, &mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_keeps_its_kind_and_is_a_code_when_none_is_named),
		TEST(every_kind_of_device_counts_against_the_cap),
		TEST(a_device_without_a_number_takes_the_next_one_when_it_is_added),
		TEST(a_device_is_renamed_by_its_owner_to_a_name_that_is_free),
		TEST(a_suspended_device_takes_no_code_until_it_is_restored),
		TEST(a_suspended_device_can_be_retired_by_its_owner),
		TEST(the_sweep_retires_suspended_devices_whose_time_is_over),
		TEST(evictions_are_counted_whatever_became_of_the_devices),
		TEST(of_many_restored_at_once_the_cap_remains),
		TEST(a_note_takes_the_place_of_the_one_before),
		TEST(a_step_that_diagnosis_matched_is_never_accepted),
		TEST(lateness_is_summed_by_minute_and_kept_for_two_hours),
		TEST(an_activation_that_ran_out_is_left_over_at_once),
		TEST(a_signin_keeps_every_field_by_each_way_that_writes_it),
		TEST(a_session_tells_every_factor),
		TEST(the_first_activation_is_proved_and_the_quiet_period_begins_once),
		TEST(of_signins_that_belong_to_nobody_the_newest_fifty_thousand_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
