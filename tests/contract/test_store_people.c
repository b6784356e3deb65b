/* Users, tries, sign-ins and sessions. */
#include "store_test.h"

/* ---- users --------------------------------------------------------------------------------------- */

static void a_user_comes_back_as_it_was_written(void **state)
{
	struct world *w = *state;
	struct user u = user_row(7, "ani"), got;

	u.shown = S("Ani");
	u.nik_sealed = S("\0sealed\xff");
	u.verified = true;
	u.rights = RIGHT_SEE | RIGHT_ADMINISTER;
	u.phc = S("$argon2id$x");
	u.password_set_s = NOW_S - 5;
	u.groups[0] = S("keuangan");
	u.groups[1] = S("helpdesk");
	u.n_groups = 2;
	WRITE(w, RC_OK, store_user_add(tx, &u));
	READ(w, RC_OK, store_user_find(tx, w->arena, S("ani"), &got));
	assert_int_equal(got.id, 7);
	assert_str(got.shown, "Ani");
	assert_str(got.type, "pegawai");
	assert_str(got.email, "a@contoh.id");
	assert_str(got.name, "Ani");
	assert_true(str_eq(got.nik_sealed, S("\0sealed\xff")));
	assert_true(got.verified);
	assert_int_equal(got.rights, RIGHT_SEE | RIGHT_ADMINISTER);
	assert_str(got.phc, "$argon2id$x");
	assert_int_equal(got.password_set_s, NOW_S - 5);
	assert_null(got.terms_version.ptr);
	assert_int_equal(got.next_number, 1);
	assert_int_equal(got.created_s, NOW_S);
	assert_int_equal(got.n_groups, 2);
	assert_str(got.groups[0], "keuangan");
	assert_str(got.groups[1], "helpdesk");
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &got));
	assert_str(got.login, "ani");
}

static void absent_columns_come_back_absent_and_empty_ones_empty(void **state)
{
	struct world *w = *state;
	struct user u = user_row(7, "ani"), got;

	u.email = STR_NONE;
	u.name = S("");
	WRITE(w, RC_OK, store_user_add(tx, &u));
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &got));
	assert_null(got.email.ptr);
	assert_null(got.phc.ptr);
	assert_null(got.nik_sealed.ptr);
	assert_non_null(got.name.ptr);
	assert_int_equal(got.n_groups, 0);
}

static void an_unknown_user_is_absent(void **state)
{
	struct world *w = *state;
	struct user got;

	READ(w, RC_ABSENT, store_user_find(tx, w->arena, S("budi"), &got));
	READ(w, RC_ABSENT, store_user_get(tx, w->arena, 99, &got));
	assert_int_equal(got.id, 0);
	WRITE(w, RC_ABSENT, store_user_lock(tx, 99, NOW_S));
	WRITE(w, RC_ABSENT, store_user_delete(tx, 99));
	WRITE(w, RC_ABSENT, store_user_password(tx, 99, S("x"), NOW_S));
	WRITE(w, RC_ABSENT, store_user_terms(tx, 99, S("1"), NOW_S));
}

static void a_login_is_taken_once_and_the_transaction_lives_on(void **state)
{
	struct world *w = *state;
	struct user u = user_row(8, "ani"), other = user_row(9, "budi"), got;
	struct tx *t;

	user_make(w, 7, "ani");
	t = begin(w);
	assert_int_equal(store_user_add(t, &u), RC_TAKEN);
	assert_int_equal(store_user_add(t, &other), RC_OK);
	commit(t);
	READ(w, RC_OK, store_user_find(tx, w->arena, S("ani"), &got));
	assert_int_equal(got.id, 7);
	READ(w, RC_OK, store_user_get(tx, w->arena, 9, &got));
}

static void a_group_with_a_line_break_is_refused(void **state)
{
	struct world *w = *state;
	struct user u = user_row(7, "ani");
	struct tx *tx = begin(w);

	u.groups[0] = S("keuangan\nadmin");
	u.n_groups = 1;
	assert_int_equal(store_user_add(tx, &u), RC_MALFORMED);
	store_abandon(&tx);
}

static void a_rehash_does_not_undo_a_change_of_password(void **state)
{
	struct world *w = *state;
	struct user got;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_user_quiet(tx, 7, NOW_S + 100));
	WRITE(w, RC_OK, store_user_password(tx, 7, S("old"), NOW_S));
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &got));
	assert_int_equal(got.quiet_ends_s, 0); /* the wait begins anew with a new password */
	WRITE(w, RC_OK, store_user_rehash(tx, 7, S("old"), S("old, better")));
	WRITE(w, RC_TAKEN, store_user_rehash(tx, 7, S("old"), S("old, late")));
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &got));
	assert_str(got.phc, "old, better");
	assert_int_equal(got.password_set_s, NOW_S);
}

static void users_are_listed_by_login_a_page_at_a_time(void **state)
{
	static const char *const logins[] = {"citra", "ani", "eka", "budi", "dewi"};
	struct world *w = *state;
	struct user *rows;
	size_t n;
	int64_t count;

	for (int i = 0; i < 5; i++)
		user_make(w, 10 + i, logins[i]);
	READ(w, RC_OK, store_user_list(tx, w->arena, STR_NONE, 3, &rows, &n));
	assert_int_equal(n, 3);
	assert_str(rows[0].login, "ani");
	assert_str(rows[2].login, "citra");
	READ(w, RC_OK, store_user_list(tx, w->arena, rows[2].login, 3, &rows, &n));
	assert_int_equal(n, 2);
	assert_str(rows[1].login, "eka");
	READ(w, RC_OK, store_user_count(tx, &count));
	assert_int_equal(count, 5);
}

static void deleting_a_user_takes_everything_but_the_audit(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got;
	struct device d = device_row(2, 7, "HP"), *devices;
	struct link l = {.id = 3, .user = 7, .purpose = 1, .expires_s = NOW_S + HOUR_S}, link;
	struct mail m = {.id = 4, .user = 7, .template = S("notice"), .to = S("a@contoh.id")}, mail;
	struct enrolment e = {.id = 5, .user = 7, .holder = HOLDER_SESSION, .seed = S("x"), .ends_s = NOW_S + HOUR_S}, open;
	struct signin in = {.id = 6, .user = 7, .expires_s = NOW_S + HOUR_S}, found;
	struct audit a = audit_row(7, "signin"), *rows;
	struct audit_query q = {.user = 7, .limit = 10};
	struct user u;
	int64_t number;
	size_t n;
	struct tx *t;

	user_make(w, 7, "ani");
	t = begin(w);
	assert_int_equal(store_session_add(t, &s), RC_OK);
	assert_int_equal(store_device_add(t, &d, 5), RC_OK);
	assert_int_equal(store_link_add(t, &l), RC_OK);
	assert_int_equal(store_mail_add(t, &m), RC_OK);
	assert_int_equal(store_enrolment_open(t, &e, &number), RC_OK);
	assert_int_equal(store_signin_put(t, &in), RC_OK);
	assert_int_equal(store_code_tries_charge(t, 7, (struct code_tries){0}, (struct code_tries){1, 0, 1}, 11, NOW_S), RC_OK);
	assert_int_equal(store_audit_add(t, &a), RC_OK);
	assert_int_equal(store_user_delete(t, 7), RC_OK);
	commit(t);
	t = view(w);
	assert_int_equal(store_session_get(t, w->arena, s.token, NOW_S, IDLE_S, &got, &u), RC_ABSENT);
	assert_int_equal(store_device_list(t, w->arena, 7, true, &devices, &n), RC_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_link_find(t, l.token, 1, &link), RC_ABSENT);
	assert_int_equal(store_enrolment_of(t, w->arena, 7, NOW_S, &open), RC_ABSENT);
	assert_int_equal(store_signin_get(t, w->arena, in.cookie, NOW_S, &found), RC_ABSENT);
	assert_int_equal(store_audit_list(t, w->arena, &q, &rows, &n), RC_OK);
	assert_int_equal(n, 1);
	store_abandon(&t);
	WRITE(w, RC_ABSENT, store_mail_take(tx, w->arena, NOW_S, 60, &mail));
}

/* ---- tries ---------------------------------------------------------------------------------------- */

static void tries_that_were_never_made_read_as_zeros(void **state)
{
	struct world *w = *state;
	struct password_tries p;
	struct code_tries c;
	unsigned char h[32];

	hash_of(1, h);
	READ(w, RC_OK, store_password_tries_get(tx, h, false, &p));
	assert_int_equal(p.failures, 0);
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S, &c));
	assert_int_equal(c.in_a_row + c.paused_until_s + c.this_year, 0);
}

static void a_password_try_is_charged_by_one_of_two_who_saw_the_same(void **state)
{
	struct world *w = *state;
	struct password_tries none = {0, 0}, one = {1, 0}, two = {2, NOW_S + 30}, got;
	unsigned char h[32];

	hash_of(1, h);
	WRITE(w, RC_OK, store_password_tries_charge(tx, h, false, none, one, NOW_S));
	WRITE(w, RC_TAKEN, store_password_tries_charge(tx, h, false, none, one, NOW_S));
	WRITE(w, RC_OK, store_password_tries_charge(tx, h, false, one, two, NOW_S));
	WRITE(w, RC_TAKEN, store_password_tries_charge(tx, h, false, one, two, NOW_S));
	READ(w, RC_OK, store_password_tries_get(tx, h, false, &got));
	assert_int_equal(got.failures, 2);
	assert_int_equal(got.paused_until_s, NOW_S + 30);
	/* the other class of browsers is counted apart */
	READ(w, RC_OK, store_password_tries_get(tx, h, true, &got));
	assert_int_equal(got.failures, 0);
	WRITE(w, RC_OK, store_password_tries_charge(tx, h, false, two, none, NOW_S)); /* taken back */
	WRITE(w, RC_OK, store_password_tries_charge(tx, h, false, none, one, NOW_S));
	WRITE(w, RC_OK, store_password_tries_clear(tx, h, false));
	READ(w, RC_OK, store_password_tries_get(tx, h, false, &got));
	assert_int_equal(got.failures, 0);
}

static void a_charge_that_saw_more_than_there_is_loses(void **state)
{
	struct world *w = *state;
	unsigned char h[32];

	hash_of(1, h);
	user_make(w, 7, "ani");
	WRITE(w, RC_TAKEN, store_password_tries_charge(tx, h, false, (struct password_tries){3, 0}, (struct password_tries){4, 0}, NOW_S));
	WRITE(w, RC_TAKEN, store_code_tries_charge(tx, 7, (struct code_tries){3, 0, 0}, (struct code_tries){4, 0, 1}, 1, NOW_S));
	WRITE(w, RC_TAKEN, store_code_tries_charge(tx, 7, (struct code_tries){0, 0, 2}, (struct code_tries){1, 0, 3}, 2, NOW_S));
}

static void the_years_budget_of_codes_outlives_a_success(void **state)
{
	struct world *w = *state;
	struct code_tries c = {0}, next;

	user_make(w, 7, "ani");
	for (int64_t id = 1; id <= 3; id++) {
		next = (struct code_tries){c.in_a_row + 1, 0, c.this_year + 1};
		WRITE(w, RC_OK, store_code_tries_charge(tx, 7, c, next, id, NOW_S));
		READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S, &c));
		assert_int_equal(c.in_a_row, id);
		assert_int_equal(c.this_year, id);
	}
	/* the third was right: its own try goes, the two wrong ones stay */
	WRITE(w, RC_OK, store_code_tries_clear(tx, 7, 3));
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S, &c));
	assert_int_equal(c.in_a_row, 0);
	assert_int_equal(c.this_year, 2);
	/* a year later they are over */
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S + 365 * DAY_S - 1, &c));
	assert_int_equal(c.this_year, 2);
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S + 365 * DAY_S, &c));
	assert_int_equal(c.this_year, 0);
	WRITE(w, RC_OK, store_code_tries_renew(tx, 7));
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S, &c));
	assert_int_equal(c.this_year, 0);
}

static void one_users_right_code_clears_no_other_users_try(void **state)
{
	struct world *w = *state;
	struct code_tries c;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, store_code_tries_charge(tx, 8, (struct code_tries){0}, (struct code_tries){1, 0, 1}, 55, NOW_S));
	WRITE(w, RC_OK, store_code_tries_clear(tx, 7, 55));
	READ(w, RC_OK, store_code_tries_get(tx, 8, NOW_S, &c));
	assert_int_equal(c.this_year, 1);
	assert_int_equal(c.in_a_row, 1);
}

static void a_flood_of_refusals_is_one_row_a_minute(void **state)
{
	struct world *w = *state;
	struct tx *tx = begin(w);

	for (int i = 0; i < 1000; i++)
		assert_int_equal(store_refused_count(tx, NOW_S + i % 3, "password-paused"), RC_OK);
	commit(tx);
	store_close(&w->store);
	char command[256];
	snprintf(command, sizeof(command), "test \"$(sqlite3 %s 'SELECT COUNT(*), SUM(times) FROM refused')\" = '1|1000'", w->file);
	assert_int_equal(system(command), 0);
	world_open_as(w, STORE_SERVER);
}

/* ---- sign-ins -------------------------------------------------------------------------------------- */

static struct signin signin_row(int64_t id, int64_t user)
{
	struct signin in = {.id = id, .user = user, .login = S(" Ani"), .type = S("pegawai"), .step = 1, .password_s = 0,
	                    .next = S("/account/"), .began_s = NOW_S, .form_ends_s = NOW_S + 300, .expires_s = NOW_S + 600};
	hash_of(id, in.cookie);
	return in;
}

static void a_signin_is_found_by_its_cookie_until_it_expires(void **state)
{
	struct world *w = *state;
	struct signin in = signin_row(1, 0), got;
	unsigned char other[32];

	hash_of(2, other);
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	READ(w, RC_OK, store_signin_get(tx, w->arena, in.cookie, NOW_S, &got));
	assert_int_equal(got.id, 1);
	assert_int_equal(got.user, 0);
	assert_str(got.login, " Ani");
	assert_str(got.type, "pegawai");
	assert_str(got.next, "/account/");
	assert_int_equal(got.form_ends_s, NOW_S + 300);
	assert_memory_equal(got.cookie, in.cookie, 32);
	READ(w, RC_ABSENT, store_signin_get(tx, w->arena, other, NOW_S, &got));
	READ(w, RC_OK, store_signin_get(tx, w->arena, in.cookie, NOW_S + 599, &got));
	READ(w, RC_ABSENT, store_signin_get(tx, w->arena, in.cookie, NOW_S + 600, &got));
	assert_int_equal(got.id, 0);
}

static void a_new_signin_takes_the_place_of_the_cookies_old_one(void **state)
{
	struct world *w = *state;
	struct signin in = signin_row(1, 0), again = signin_row(2, 0), got;

	memcpy(again.cookie, in.cookie, 32);
	again.step = 2;
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	WRITE(w, RC_OK, store_signin_put(tx, &again));
	READ(w, RC_OK, store_signin_get(tx, w->arena, in.cookie, NOW_S, &got));
	assert_int_equal(got.id, 2);
	WRITE(w, RC_TAKEN, store_signin_consume(tx, 1));
}

static void a_signin_moves_on_once_from_the_step_and_cookie_it_was_at(void **state)
{
	struct world *w = *state;
	struct signin in = signin_row(1, 0), got, next;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	next = in;
	next.user = 7;
	next.step = 2;
	next.password_s = NOW_S;
	hash_of(77, next.cookie);
	WRITE(w, RC_TAKEN, store_signin_advance(tx, &next, 2, in.cookie));
	WRITE(w, RC_TAKEN, store_signin_advance(tx, &next, 1, next.cookie));
	WRITE(w, RC_OK, store_signin_advance(tx, &next, 1, in.cookie));
	WRITE(w, RC_TAKEN, store_signin_advance(tx, &next, 1, in.cookie));
	READ(w, RC_ABSENT, store_signin_get(tx, w->arena, in.cookie, NOW_S, &got));
	READ(w, RC_OK, store_signin_get(tx, w->arena, next.cookie, NOW_S, &got));
	assert_int_equal(got.user, 7);
	assert_int_equal(got.password_s, NOW_S);
}

static void a_finished_signin_is_consumed_once(void **state)
{
	struct world *w = *state;
	struct signin in = signin_row(1, 0);

	WRITE(w, RC_OK, store_signin_put(tx, &in));
	WRITE(w, RC_OK, store_signin_consume(tx, 1));
	WRITE(w, RC_TAKEN, store_signin_consume(tx, 1));
}

static void a_users_signins_can_all_be_ended(void **state)
{
	struct world *w = *state;
	struct signin mine = signin_row(1, 7), other = signin_row(2, 8), got;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, store_signin_put(tx, &mine));
	WRITE(w, RC_OK, store_signin_put(tx, &other));
	WRITE(w, RC_OK, store_signin_delete_of_user(tx, 7));
	READ(w, RC_ABSENT, store_signin_get(tx, w->arena, mine.cookie, NOW_S, &got));
	READ(w, RC_OK, store_signin_get(tx, w->arena, other.cookie, NOW_S, &got));
}

/* ---- sessions -------------------------------------------------------------------------------------- */

static void a_session_comes_with_its_user(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got;
	struct user u = user_row(7, "ani"), who;

	u.groups[0] = S("helpdesk");
	u.n_groups = 1;
	WRITE(w, RC_OK, store_user_add(tx, &u));
	WRITE(w, RC_OK, store_session_add(tx, &s));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.id, 1);
	assert_int_equal(got.otp_s, NOW_S);
	assert_int_equal(got.ends_s, NOW_S + 12 * HOUR_S);
	assert_str(got.address, "192.0.2.7");
	assert_str(got.browser, "Firefox");
	assert_memory_equal(got.token, s.token, 32);
	assert_int_equal(who.id, 7);
	assert_str(who.login, "ani");
	assert_str(who.groups[0], "helpdesk");
}

static void a_session_is_absent_when_over_idle_locked_or_of_another_epoch(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), old = session_row(2, 7), got;
	struct user who;
	unsigned char other[32];

	hash_of(99, other);
	old.epoch = 0;
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_session_add(tx, &s));
	WRITE(w, RC_OK, store_session_add(tx, &old));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, other, NOW_S, IDLE_S, &got, &who));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, old.token, NOW_S, IDLE_S, &got, &who));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S + IDLE_S - 1, IDLE_S, &got, &who));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, s.token, NOW_S + IDLE_S, IDLE_S, &got, &who));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, s.ends_s - 1, 24 * HOUR_S, &got, &who));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, s.token, s.ends_s, 24 * HOUR_S, &got, &who));
	WRITE(w, RC_OK, store_user_lock(tx, 7, NOW_S));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.id, 0);
	assert_int_equal(who.id, 0);
}

static void being_seen_only_moves_forwards(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got;
	struct user who;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_session_add(tx, &s));
	WRITE(w, RC_OK, store_session_seen(tx, 1, NOW_S + 60));
	WRITE(w, RC_OK, store_session_seen(tx, 1, NOW_S - 60));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.seen_s, NOW_S + 60);
}

static void a_session_changes_its_token_once(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got;
	struct user who;
	unsigned char fresh[32];

	hash_of(5, fresh);
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_session_add(tx, &s));
	WRITE(w, RC_OK, store_session_renew(tx, 1, s.token, fresh, NOW_S + 9));
	WRITE(w, RC_TAKEN, store_session_renew(tx, 1, s.token, fresh, NOW_S + 9));
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	READ(w, RC_OK, store_session_get(tx, w->arena, fresh, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.fresh_s, NOW_S + 9);
}

static void sessions_are_listed_newest_first_and_end_one_by_one_or_all(void **state)
{
	struct world *w = *state;
	struct session *rows;
	size_t n;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	for (int64_t id = 1; id <= 4; id++) {
		struct session s = session_row(id, id == 4 ? 8 : 7);

		s.began_s += id;
		WRITE(w, RC_OK, store_session_add(tx, &s));
	}
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(n, 3);
	assert_int_equal(rows[0].id, 3);
	WRITE(w, RC_ABSENT, store_session_end(tx, 7, 4));
	WRITE(w, RC_OK, store_session_end(tx, 7, 3));
	WRITE(w, RC_ABSENT, store_session_end(tx, 7, 3));
	WRITE(w, RC_OK, store_session_end_all(tx, 7, 1));
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, 1);
	WRITE(w, RC_OK, store_session_end_all(tx, 7, 0));
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(n, 0);
	READ(w, RC_OK, store_session_list(tx, w->arena, 8, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(n, 1);
}

static void a_session_of_a_user_who_is_gone_is_not_begun(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7);
	struct tx *tx = begin(w);

	assert_int_equal(store_session_add(tx, &s), RC_ABSENT);
	store_abandon(&tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_user_comes_back_as_it_was_written),
		TEST(absent_columns_come_back_absent_and_empty_ones_empty),
		TEST(an_unknown_user_is_absent),
		TEST(a_login_is_taken_once_and_the_transaction_lives_on),
		TEST(a_group_with_a_line_break_is_refused),
		TEST(a_rehash_does_not_undo_a_change_of_password),
		TEST(users_are_listed_by_login_a_page_at_a_time),
		TEST(deleting_a_user_takes_everything_but_the_audit),
		TEST(tries_that_were_never_made_read_as_zeros),
		TEST(a_password_try_is_charged_by_one_of_two_who_saw_the_same),
		TEST(a_charge_that_saw_more_than_there_is_loses),
		TEST(the_years_budget_of_codes_outlives_a_success),
		TEST(one_users_right_code_clears_no_other_users_try),
		TEST(a_flood_of_refusals_is_one_row_a_minute),
		TEST(a_signin_is_found_by_its_cookie_until_it_expires),
		TEST(a_new_signin_takes_the_place_of_the_cookies_old_one),
		TEST(a_signin_moves_on_once_from_the_step_and_cookie_it_was_at),
		TEST(a_finished_signin_is_consumed_once),
		TEST(a_users_signins_can_all_be_ended),
		TEST(a_session_comes_with_its_user),
		TEST(a_session_is_absent_when_over_idle_locked_or_of_another_epoch),
		TEST(being_seen_only_moves_forwards),
		TEST(a_session_changes_its_token_once),
		TEST(sessions_are_listed_newest_first_and_end_one_by_one_or_all),
		TEST(a_session_of_a_user_who_is_gone_is_not_begun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
