/* Enrolments, devices, links, mail, audit, housekeeping. */
#include "store_test.h"

/* ---- enrolments ------------------------------------------------------------------------------------ */

static struct enrolment enrolment_row(int64_t id, int64_t user)
{
	struct enrolment e = {.id = id, .user = user, .holder = HOLDER_SIGNIN, .holder_id = 3, .seed = S("sealed seed"),
	                      .opened_s = NOW_S, .period_ends_s = NOW_S + 120, .ends_s = NOW_S + 1320};
	return e;
}

static void an_activation_lives_until_its_end_and_takes_the_next_number(void **state)
{
	struct world *w = *state;
	struct enrolment e = enrolment_row(1, 7), got;
	struct user u;
	int64_t number;

	user_make(w, 7, "ani");
	READ(w, RC_ABSENT, store_enrolment_of(tx, w->arena, 7, NOW_S, &got));
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	assert_int_equal(number, 1);
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S + 1319, &got));
	assert_int_equal(got.id, 1);
	assert_int_equal(got.number, 1);
	assert_int_equal(got.holder, HOLDER_SIGNIN);
	assert_int_equal(got.holder_id, 3);
	assert_str(got.seed, "sealed seed");
	assert_int_equal(got.period_ends_s, NOW_S + 120);
	READ(w, RC_ABSENT, store_enrolment_of(tx, w->arena, 7, NOW_S + 1320, &got));
	READ(w, RC_OK, store_user_get(tx, w->arena, 7, &u));
	assert_int_equal(u.next_number, 2);
}

static void opening_an_activation_ends_the_one_before(void **state)
{
	struct world *w = *state;
	struct enrolment first = enrolment_row(1, 7), second = enrolment_row(2, 7), got;
	int64_t number;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_enrolment_open(tx, &first, &number));
	WRITE(w, RC_OK, store_enrolment_open(tx, &second, &number));
	assert_int_equal(number, 2);
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &got));
	assert_int_equal(got.id, 2);
	WRITE(w, RC_TAKEN, store_enrolment_consume(tx, 1));
	WRITE(w, RC_OK, store_enrolment_consume(tx, 2));
	WRITE(w, RC_TAKEN, store_enrolment_consume(tx, 2));
}

static void an_activation_of_nobody_is_absent(void **state)
{
	struct world *w = *state;
	struct enrolment e = enrolment_row(1, 99);
	struct tx *t = begin(w);
	int64_t number;

	assert_int_equal(store_enrolment_open(t, &e, &number), RC_ABSENT);
	store_abandon(&t);
}

static void more_time_is_given_once_for_each_asking(void **state)
{
	struct world *w = *state;
	struct enrolment e = enrolment_row(1, 7), got;
	int64_t number;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	WRITE(w, RC_OK, store_enrolment_renew(tx, 1, 0, NOW_S + 240));
	WRITE(w, RC_TAKEN, store_enrolment_renew(tx, 1, 0, NOW_S + 360));
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &got));
	assert_int_equal(got.renewals, 1);
	assert_int_equal(got.period_ends_s, NOW_S + 240);
}

static void wrong_codes_of_an_activation_are_counted_to_the_most(void **state)
{
	struct world *w = *state;
	struct enrolment e = enrolment_row(1, 7);
	int64_t number;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	for (int i = 0; i < 3; i++)
		WRITE(w, RC_OK, store_enrolment_try(tx, 1, 3));
	WRITE(w, RC_TAKEN, store_enrolment_try(tx, 1, 3));
	WRITE(w, RC_TAKEN, store_enrolment_try(tx, 2, 3));
}

static void the_newest_activation_without_a_device_is_the_leftover(void **state)
{
	struct world *w = *state;
	struct device d = device_row(20, 7, "HP");
	int64_t number;

	user_make(w, 7, "ani");
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &number));
	assert_int_equal(number, 0);
	for (int64_t id = 1; id <= 3; id++) {
		struct enrolment e = enrolment_row(id, 7);

		WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
		READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &number));
		assert_int_equal(number, id - 1); /* the open one is not left over */
	}
	WRITE(w, RC_OK, store_enrolment_consume(tx, 3));
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &number));
	assert_int_equal(number, 3);
	d.number = 3;
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &number));
	assert_int_equal(number, 2);
	WRITE(w, RC_OK, store_device_retire(tx, 7, 20, NOW_S));
	READ(w, RC_OK, store_enrolment_leftover(tx, 7, NOW_S, &number));
	assert_int_equal(number, 2);
}

/* ---- devices --------------------------------------------------------------------------------------- */

static void a_device_comes_back_as_it_was_added(void **state)
{
	struct world *w = *state;
	struct device d = device_row(20, 7, "HP Kantor"), *rows;
	size_t n;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, 20);
	assert_str(rows[0].name, "HP Kantor");
	assert_str(rows[0].seed, "sealed");
	assert_str(rows[0].address, "192.0.2.7");
	assert_int_equal(rows[0].state, DEVICE_ACTIVE);
	assert_int_equal(rows[0].added_s, NOW_S);
}

static void only_so_many_devices_are_active_and_names_are_unique_without_regard_to_case(void **state)
{
	struct world *w = *state;
	struct device a = device_row(1, 7, "HP"), b = device_row(2, 7, "hp"), c = device_row(3, 7, "Tablet"),
	              d = device_row(4, 7, "Laptop"), other = device_row(5, 8, "HP"), *rows;
	size_t n;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, store_device_add(tx, &a, 2));
	WRITE(w, RC_MALFORMED, store_device_add(tx, &b, 2));
	WRITE(w, RC_OK, store_device_add(tx, &other, 2));
	WRITE(w, RC_OK, store_device_add(tx, &c, 2));
	WRITE(w, RC_TAKEN, store_device_add(tx, &d, 2));
	WRITE(w, RC_TAKEN, store_device_add(tx, &b, 2)); /* full is said before the name */
	/* a retired one makes room, and gives its name back */
	WRITE(w, RC_OK, store_device_retire(tx, 7, 1, NOW_S));
	WRITE(w, RC_OK, store_device_add(tx, &b, 2));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(n, 2);
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, true, &rows, &n));
	assert_int_equal(n, 3);
	assert_int_equal(rows[0].state, DEVICE_RETIRED);
}

static void a_device_of_nobody_is_absent(void **state)
{
	struct world *w = *state;
	struct device d = device_row(1, 99, "HP");

	WRITE(w, RC_ABSENT, store_device_add(tx, &d, 2));
}

static void a_step_is_burnt_with_all_before_it(void **state)
{
	struct world *w = *state;
	struct device d = device_row(1, 7, "HP"), *rows;
	size_t n;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	WRITE(w, RC_OK, store_device_claim(tx, 1, 1000, NOW_S));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, 1000, NOW_S));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, 999, NOW_S));
	WRITE(w, RC_OK, store_device_claim(tx, 1, 1001, NOW_S + 30));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(rows[0].last_step, 1001);
	assert_int_equal(rows[0].used_s, NOW_S + 30);
}

static void a_retired_device_takes_no_code_and_is_retired_by_its_owner_only(void **state)
{
	struct world *w = *state;
	struct device a = device_row(1, 7, "HP"), b = device_row(2, 7, "Tablet"), c = device_row(3, 7, "Laptop");
	int64_t n;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	b.state = DEVICE_SUSPENDED;
	WRITE(w, RC_OK, store_device_add(tx, &a, 5));
	WRITE(w, RC_OK, store_device_add(tx, &b, 5));
	WRITE(w, RC_OK, store_device_add(tx, &c, 5));
	WRITE(w, RC_ABSENT, store_device_retire(tx, 8, 1, NOW_S));
	WRITE(w, RC_OK, store_device_retire(tx, 7, 1, NOW_S));
	WRITE(w, RC_ABSENT, store_device_retire(tx, 7, 1, NOW_S));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 1, 1000, NOW_S));
	WRITE(w, RC_TAKEN, store_device_claim(tx, 2, 1000, NOW_S)); /* suspended */
	WRITE(w, RC_OK, store_device_retire_all(tx, 7, NOW_S, &n));
	assert_int_equal(n, 2);
}

/* ---- links ----------------------------------------------------------------------------------------- */

static void a_link_is_for_one_purpose_one_time_and_one_use(void **state)
{
	struct world *w = *state;
	struct link l = {.id = 1, .user = 7, .purpose = 2, .made_s = NOW_S, .expires_s = NOW_S + HOUR_S}, got;

	hash_of(1, l.token);
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_link_add(tx, &l));
	READ(w, RC_ABSENT, store_link_find(tx, l.token, 1, &got));
	READ(w, RC_OK, store_link_find(tx, l.token, 2, &got));
	assert_int_equal(got.user, 7);
	assert_int_equal(got.used_s, 0);
	WRITE(w, RC_TAKEN, store_link_consume(tx, 1, NOW_S + HOUR_S));
	WRITE(w, RC_OK, store_link_consume(tx, 1, NOW_S + 5));
	WRITE(w, RC_TAKEN, store_link_consume(tx, 1, NOW_S + 6));
	READ(w, RC_OK, store_link_find(tx, l.token, 2, &got));
	assert_int_equal(got.used_s, NOW_S + 5);
}

/* ---- mail ------------------------------------------------------------------------------------------ */

static struct mail mail_row(int64_t id, int64_t user, int64_t next_s)
{
	struct mail m = {.id = id, .user = user, .about = 9, .template = S("device.added"), .lang = S("id"), .detail = S("a=b\n"),
	                 .to = S("a@contoh.id"), .written_s = NOW_S, .next_s = next_s};
	return m;
}

static void the_oldest_due_mail_is_taken_and_not_again_before_its_time(void **state)
{
	struct world *w = *state;
	struct mail a = mail_row(1, 7, NOW_S + 10), b = mail_row(2, 0, NOW_S), got;

	user_make(w, 7, "ani");
	WRITE(w, RC_ABSENT, store_mail_take(tx, w->arena, NOW_S, 60, &got));
	WRITE(w, RC_OK, store_mail_add(tx, &a));
	WRITE(w, RC_OK, store_mail_add(tx, &b));
	WRITE(w, RC_OK, store_mail_take(tx, w->arena, NOW_S + 20, 60, &got));
	assert_int_equal(got.id, 2);
	assert_int_equal(got.user, 0);
	assert_int_equal(got.about, 9);
	assert_int_equal(got.tries, 1);
	assert_int_equal(got.next_s, NOW_S + 80);
	assert_str(got.template, "device.added");
	assert_str(got.lang, "id");
	assert_str(got.detail, "a=b\n");
	assert_str(got.to, "a@contoh.id");
	WRITE(w, RC_OK, store_mail_take(tx, w->arena, NOW_S + 20, 60, &got));
	assert_int_equal(got.id, 1);
	WRITE(w, RC_ABSENT, store_mail_take(tx, w->arena, NOW_S + 20, 60, &got));
	WRITE(w, RC_OK, store_mail_take(tx, w->arena, NOW_S + 80, 60, &got));
	assert_int_equal(got.tries, 2);
}

static void mail_that_was_accepted_or_refused_is_not_taken_again(void **state)
{
	struct world *w = *state;
	struct mail a = mail_row(1, 7, NOW_S), b = mail_row(2, 7, NOW_S), got;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_mail_add(tx, &a));
	WRITE(w, RC_OK, store_mail_add(tx, &b));
	WRITE(w, RC_OK, store_mail_done(tx, 1, true, S("250 ok"), NOW_S));
	WRITE(w, RC_OK, store_mail_done(tx, 2, false, S("550 no"), NOW_S));
	WRITE(w, RC_ABSENT, store_mail_done(tx, 3, false, S("550 no"), NOW_S));
	WRITE(w, RC_ABSENT, store_mail_take(tx, w->arena, NOW_S + DAY_S, 60, &got));
}

static void what_was_told_since_is_known(void **state)
{
	struct world *w = *state;
	struct mail m = mail_row(1, 7, NOW_S);

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_mail_add(tx, &m));
	READ(w, RC_OK, store_mail_told(tx, 7, S("device.added"), NOW_S));
	READ(w, RC_ABSENT, store_mail_told(tx, 7, S("device.added"), NOW_S + 1));
	READ(w, RC_ABSENT, store_mail_told(tx, 7, S("code.wrong"), NOW_S));
	READ(w, RC_ABSENT, store_mail_told(tx, 8, S("device.added"), NOW_S));
}

/* ---- audit ----------------------------------------------------------------------------------------- */

static void audit_times(struct world *w, int64_t user, const char *event, int times)
{
	for (int i = 0; i < times; i++) {
		struct audit e = audit_row(user, event);

		e.at_s += i;
		WRITE(w, RC_OK, store_audit_add(tx, &e));
	}
}

static void an_audit_row_comes_back_as_it_was_added(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "signin"), *rows;
	struct audit_query q = {.user = 7, .limit = 10};
	size_t n;

	e.result = S("refused");
	e.reason = S("used-code");
	e.actor = S("helpdesk1");
	e.device = S("HP");
	e.application = S("Absensi");
	e.ref = S("K7-42Q");
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].seq, 1);
	assert_true(rows[0].node > 0);
	assert_int_equal(rows[0].at_s, NOW_S);
	assert_int_equal(rows[0].user, 7);
	assert_str(rows[0].login, "ani");
	assert_str(rows[0].actor, "helpdesk1");
	assert_str(rows[0].event, "signin");
	assert_str(rows[0].result, "refused");
	assert_str(rows[0].reason, "used-code");
	assert_str(rows[0].factor, "pwd otp");
	assert_str(rows[0].device, "HP");
	assert_str(rows[0].application, "Absensi");
	assert_str(rows[0].address, "192.0.2.7");
	assert_str(rows[0].browser, "Firefox");
	assert_str(rows[0].ref, "K7-42Q");
}

static void the_log_is_listed_by_user_event_time_reference_and_page(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(9, "code"), *rows;
	struct audit_query q = {.user = 7, .limit = 4, .newest_first = true};
	size_t n;

	audit_times(w, 7, "signin", 10);
	audit_times(w, 8, "password", 5);
	e.ref = S("K7-42Q");
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 4);
	assert_int_equal(rows[0].seq, 10);
	assert_int_equal(rows[3].seq, 7);
	q.before_seq = 7;
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 4);
	assert_int_equal(rows[0].seq, 6);
	q = (struct audit_query){.limit = 100};
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 16);
	q = (struct audit_query){.limit = 100, .since_s = NOW_S + 8};
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].seq, 9);
	q = (struct audit_query){.limit = 100, .event = S("password")};
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 5);
	q = (struct audit_query){.limit = 100, .ref = S("K7-42Q")};
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].user, 9);
	q.user = 7;
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 0);
	q = (struct audit_query){.limit = 100, .before_seq = 12345, .newest_first = true};
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(n, 0);
}

static void long_and_broken_text_is_kept_within_bounds_and_the_chain_holds(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(0, "signin"), *rows;
	struct audit_query q = {.limit = 10};
	char browser[2000], login[200];
	struct str why;
	int64_t count;
	size_t n;

	memset(browser, 'x', sizeof(browser));
	memset(login, 'a', sizeof(login));
	memcpy(login + 127, "\xc3\xa9", 2); /* a letter of two bytes across the edge */
	e.browser = str_n(browser, sizeof(browser));
	e.login = str_n(login, sizeof(login));
	e.application = S("a\0b\xff" "c");
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &rows, &n));
	assert_int_equal(rows[0].browser.len, 512);
	assert_int_equal(rows[0].login.len, 127);
	assert_str(rows[0].application, "a?b?c");
	READ(w, RC_OK, store_audit_verify(tx, w->arena, NULL, NULL, &count, &why));
	assert_int_equal(count, 1);
}

static void an_abandoned_row_leaves_no_gap_in_the_chain(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "signin");
	struct str why;
	int64_t count;
	struct tx *t;

	for (int i = 0; i < 3; i++) {
		t = begin(w);
		assert_int_equal(store_audit_add(t, &e), RC_OK);
		assert_int_equal(store_audit_add(t, &e), RC_OK);
		store_abandon(&t);
		WRITE(w, RC_OK, store_audit_add(tx, &e));
	}
	READ(w, RC_OK, store_audit_verify(tx, w->arena, NULL, NULL, &count, &why));
	assert_int_equal(count, 3);
}

struct heads {
	int seen;
	enum rc say;
	int64_t seq;
	unsigned char sig[64];
};

static enum rc one_head(void *ctx, int64_t node, int64_t seq, const unsigned char hash[32], const unsigned char sig[64])
{
	struct heads *h = ctx;

	assert_true(node > 0);
	assert_non_null(hash);
	h->seen++;
	h->seq = seq;
	memcpy(h->sig, sig, 64);
	return h->say;
}

static void the_head_is_signed_and_every_signature_is_shown_to_the_verifier(void **state)
{
	struct world *w = *state;
	struct heads h = {.say = RC_OK};
	unsigned char hash[32], sig[64];
	int64_t node, seq, count;
	bool is_signed;
	struct str why;

	READ(w, RC_ABSENT, store_audit_head(tx, &node, &seq, hash, &is_signed));
	audit_times(w, 7, "signin", 3);
	READ(w, RC_OK, store_audit_head(tx, &node, &seq, hash, &is_signed));
	assert_int_equal(seq, 3);
	assert_false(is_signed);
	memset(sig, 0x77, sizeof(sig));
	WRITE(w, RC_OK, store_audit_sign(tx, node, seq, hash, sig, NOW_S));
	READ(w, RC_OK, store_audit_head(tx, &node, &seq, hash, &is_signed));
	assert_true(is_signed);
	READ(w, RC_OK, store_audit_verify(tx, w->arena, one_head, &h, &count, &why));
	assert_int_equal(h.seen, 1);
	assert_int_equal(h.seq, 3);
	assert_memory_equal(h.sig, sig, 64);
	h.say = RC_MALFORMED;
	READ(w, RC_MALFORMED, store_audit_verify(tx, w->arena, one_head, &h, &count, &why));
	assert_non_null(strstr(arena_cstr(w->arena, why), "row 3: its signature is not ours"));
	hash[0] ^= 1;
	WRITE(w, RC_OK, store_audit_sign(tx, node, 2, hash, sig, NOW_S));
	READ(w, RC_MALFORMED, store_audit_verify(tx, w->arena, NULL, NULL, &count, &why));
	assert_non_null(strstr(arena_cstr(w->arena, why), "row 2: it is not the one that was signed"));
}

/* ---- housekeeping ----------------------------------------------------------------------------------- */

static void what_is_over_is_swept_and_nothing_else(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), gone = session_row(2, 7), got, *sessions;
	struct enrolment e = enrolment_row(3, 7), open;
	struct device d = device_row(4, 7, "HP"), *devices;
	struct signin in = {.id = 5, .expires_s = NOW_S}, found;
	struct link l = {.id = 6, .user = 7, .purpose = 1, .expires_s = NOW_S - 8 * DAY_S}, link;
	struct password_tries p;
	unsigned char few[32], many[32];
	int64_t number;
	bool more;
	size_t n;
	struct user who;

	hash_of(1, few);
	hash_of(2, many);
	user_make(w, 7, "ani");
	gone.ends_s = NOW_S;
	WRITE(w, RC_OK, store_session_add(tx, &s));
	WRITE(w, RC_OK, store_session_add(tx, &gone));
	WRITE(w, RC_OK, store_enrolment_open(tx, &e, &number));
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	WRITE(w, RC_OK, store_device_retire(tx, 7, 4, NOW_S));
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	WRITE(w, RC_OK, store_link_add(tx, &l));
	WRITE(w, RC_OK, store_password_tries_charge(tx, few, false, (struct password_tries){0}, (struct password_tries){99, 0}, NOW_S));
	WRITE(w, RC_OK, store_password_tries_charge(tx, many, false, (struct password_tries){0}, (struct password_tries){100, 0}, NOW_S));
	WRITE(w, RC_OK, store_sweep(tx, NOW_S, &more));
	assert_false(more);
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &sessions, &n));
	assert_int_equal(n, 1);
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &open));
	READ(w, RC_ABSENT, store_signin_get(tx, w->arena, in.cookie, 0, &found));
	READ(w, RC_ABSENT, store_link_find(tx, l.token, 1, &link));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, true, &devices, &n));
	assert_str(devices[0].seed, "sealed");
	/* much later: the secrets go, the device's row stays; who failed 100 times stays paused */
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + 90 * DAY_S, &more));
	READ(w, RC_ABSENT, store_enrolment_of(tx, w->arena, 7, 0, &open));
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, true, &devices, &n));
	assert_int_equal(n, 1);
	assert_null(devices[0].seed.ptr);
	READ(w, RC_OK, store_password_tries_get(tx, few, false, &p));
	assert_int_equal(p.failures, 0);
	READ(w, RC_OK, store_password_tries_get(tx, many, false, &p));
	assert_int_equal(p.failures, 100);
}

static void a_sweep_takes_a_bounded_number_and_says_that_there_is_more(void **state)
{
	struct world *w = *state;
	struct tx *t = begin(w);
	bool more = true;
	int rounds = 0;

	for (int64_t id = 1; id <= 250; id++) {
		struct signin in = {.id = id, .expires_s = NOW_S};

		hash_of(id, in.cookie);
		assert_int_equal(store_signin_put(t, &in), RC_OK);
	}
	commit(t);
	while (more) {
		WRITE(w, RC_OK, store_sweep(tx, NOW_S, &more));
		rounds++;
	}
	assert_int_equal(rounds, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_activation_lives_until_its_end_and_takes_the_next_number),
		TEST(opening_an_activation_ends_the_one_before),
		TEST(an_activation_of_nobody_is_absent),
		TEST(more_time_is_given_once_for_each_asking),
		TEST(wrong_codes_of_an_activation_are_counted_to_the_most),
		TEST(the_newest_activation_without_a_device_is_the_leftover),
		TEST(a_device_comes_back_as_it_was_added),
		TEST(only_so_many_devices_are_active_and_names_are_unique_without_regard_to_case),
		TEST(a_device_of_nobody_is_absent),
		TEST(a_step_is_burnt_with_all_before_it),
		TEST(a_retired_device_takes_no_code_and_is_retired_by_its_owner_only),
		TEST(a_link_is_for_one_purpose_one_time_and_one_use),
		TEST(the_oldest_due_mail_is_taken_and_not_again_before_its_time),
		TEST(mail_that_was_accepted_or_refused_is_not_taken_again),
		TEST(what_was_told_since_is_known),
		TEST(an_audit_row_comes_back_as_it_was_added),
		TEST(the_log_is_listed_by_user_event_time_reference_and_page),
		TEST(long_and_broken_text_is_kept_within_bounds_and_the_chain_holds),
		TEST(an_abandoned_row_leaves_no_gap_in_the_chain),
		TEST(the_head_is_signed_and_every_signature_is_shown_to_the_verifier),
		TEST(what_is_over_is_swept_and_nothing_else),
		TEST(a_sweep_takes_a_bounded_number_and_says_that_there_is_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
