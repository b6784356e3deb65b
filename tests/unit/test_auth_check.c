#include "test.h"

#include "web/auth_check.h"
#include "web/auth_memo.h"
#include "web_stage.h"

static int open_stage(void **state)
{
	(void)state;
	stage_open();
	stage_ask(METHOD_GET, "/auth/check");
	return 0;
}

static int close_stage(void **state)
{
	(void)state;
	stage_close();
	return 0;
}

static void signed_in(void)
{
	stage_header("cookie", "gerbang=" STAGE_SESSION);
}

static void a_session_is_answered_200_with_the_identity(void **state)
{
	(void)state;
	signed_in();
	stage.user.groups[0] = S("lpse");
	stage.user.groups[1] = S("a,b");
	stage.user.n_groups = 2;
	stage.otp_s = 5;
	stage_run();
	assert_int_equal(stage.rep.status, 200);
	assert_str(stage_answer("Remote-User"), "penyedia1");
	assert_str(stage_answer("Remote-Name"), "Budi");
	assert_str(stage_answer("Remote-Email"), "budi@example.id");
	assert_str(stage_answer("Remote-Groups"), "lpse,a%2Cb");
	assert_str(stage_answer("Remote-Factor"), "pwd otp");
	assert_str(stage_answer("Cache-Control"), "no-store");
	assert_int_equal(stage.seen, 1);
}

static void a_session_by_password_alone_says_so(void **state)
{
	(void)state;
	signed_in();
	stage_run();
	assert_str(stage_answer("Remote-Factor"), "pwd");
}

static void names_travel_as_ascii_and_cannot_break_a_line(void **state)
{
	(void)state;
	signed_in();
	stage.user.name = S("Bu\xc4\x8di 100%\r\nRemote-User: admin");
	stage_run();
	assert_str(stage_answer("Remote-Name"), "Bu%C4%8Di 100%25%0D%0ARemote-User: admin");
}

static void no_session_is_401_with_the_sign_in(void **state)
{
	(void)state;
	stage_run();
	assert_int_equal(stage.rep.status, 401);
	assert_str(stage_answer("Location"), "https://masuk.example/signin");
	assert_null(stage_answer("Remote-User").ptr);
}

static void each_way_not_to_have_a_session_denies(void **state)
{
	static const struct {
		enum rc view, session;
		int status;
	} rows[] = {
		{RC_OK, RC_ABSENT, 401}, {RC_OK, RC_FAULT, 503}, {RC_OK, RC_BUSY, 503}, {RC_OK, RC_MALFORMED, 503}, {RC_OK, RC_TAKEN, 503},
		{RC_FAULT, RC_OK, 503}, {RC_BUSY, RC_OK, 503},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stage_close();
		open_stage(NULL);
		signed_in();
		stage.view_rc = rows[i].view;
		stage.session_rc = rows[i].session;
		stage_run();
		assert_int_equal(stage.rep.status, rows[i].status);
		assert_null(stage_answer("Remote-User").ptr);
	}
}

static void cookies_that_cannot_be_ours_cost_no_look_into_the_store(void **state)
{
	(void)state;
	stage_header("cookie", "gerbang=short");
	stage_run();
	assert_int_equal(stage.rep.status, 401);
	assert_int_equal(stage.views, 0);
}

/* ---- what is kept while nothing was changed ----------------------------------------------------------- */

static void while_nothing_was_changed_the_store_is_asked_once(void **state)
{
	(void)state;
	signed_in();
	stage.version = 5;
	for (int i = 0; i < 3; i++) {
		stage_again();
		assert_int_equal(stage.rep.status, 200);
		assert_str(stage_answer("Remote-User"), "penyedia1");
		assert_str(stage_answer("Cache-Control"), "no-store");
	}
	assert_int_equal(stage.finds, 1);
	assert_int_equal(stage.views, 3);
}

static void what_was_changed_is_seen_by_the_next_request(void **state)
{
	(void)state;
	signed_in();
	stage.version = 5;
	stage_again();
	stage.user.groups[0] = S("audit");
	stage.user.n_groups = 1;
	stage.version = 6;
	stage_again();
	assert_str(stage_answer("Remote-Groups"), "audit");
	stage.session_rc = RC_ABSENT;
	stage.version = 7;
	stage_again();
	assert_int_equal(stage.rep.status, 401);
	assert_null(stage_answer("Remote-User").ptr);
	assert_int_equal(stage.finds, 3);
}

static void an_older_state_is_another_one_too(void **state)
{
	(void)state;
	signed_in();
	stage.version = 6;
	stage_again();
	stage.session_rc = RC_ABSENT;
	stage.version = 5;
	stage_again();
	assert_int_equal(stage.rep.status, 401);
}

static void a_store_that_cannot_tell_is_asked_every_time(void **state)
{
	(void)state;
	signed_in();
	stage_again();
	stage_again();
	assert_int_equal(stage.finds, 2);
	stage.version = 5;
	stage_again();
	stage.version = 0;
	stage.session_rc = RC_ABSENT;
	stage_again();
	assert_int_equal(stage.rep.status, 401);
}

static void a_store_that_fails_to_tell_denies(void **state)
{
	(void)state;
	signed_in();
	stage.version = 5;
	stage_again();
	stage.version_rc = RC_FAULT;
	stage_again();
	assert_int_equal(stage.rep.status, 503);
	assert_null(stage_answer("Remote-User").ptr);
	stage.version_rc = RC_OK;
	stage.view_rc = RC_BUSY;
	stage_again();
	assert_int_equal(stage.rep.status, 503);
}

static void time_and_policy_are_judged_at_every_request(void **state)
{
	(void)state;
	signed_in();
	stage.version = 5;
	stage_again();
	stage.over = true;
	stage_again();
	assert_int_equal(stage.rep.status, 401);
	assert_null(stage_answer("Remote-User").ptr);
	assert_int_equal(stage.finds, 1);
}

static void a_session_that_is_kept_is_noted_once_a_second(void **state)
{
	(void)state;
	signed_in();
	stage.version = 5;
	stage_again(); /* read */
	stage_again();
	stage_again();
	assert_int_equal(stage.seen, 2);
	stage.req.now_s++;
	stage_again();
	stage_again();
	assert_int_equal(stage.seen, 3);
}

static void an_answer_longer_than_its_place_is_read_every_time(void **state)
{
	char name[AUTH_MEMO_LINES_MAX + 1];

	(void)state;
	memset(name, 'n', sizeof(name));
	signed_in();
	stage.version = 5;
	stage.user.name = str_n(name, sizeof(name));
	stage_again();
	stage_again();
	assert_int_equal(stage.rep.status, 200);
	assert_int_equal(stage_answer("Remote-Name").len, sizeof(name));
	assert_int_equal(stage.finds, 2);
}

/* All in one set. */
static struct who numbered(unsigned char n)
{
	struct who w = {.session = {.id = n}};

	memset(w.session.token, 7, STORE_HASH);
	w.session.token[0] = n;
	return w;
}

static void each_session_is_kept_apart_and_the_fifth_of_a_set_takes_a_place(void **state)
{
	struct auth_memo *m = auth_memo_new();
	struct who w, near = numbered(5);
	struct auth_kept *k;
	unsigned found = 0;

	(void)state;
	auth_memo_stand(m, 1);
	for (unsigned char n = 1; n <= 5; n++) {
		w = numbered(n);
		assert_null(auth_memo_find(m, w.session.token));
		auth_memo_keep(m, &w, str_n(&n, 1));
	}
	for (unsigned char n = 1; n <= 5; n++) {
		w = numbered(n);
		k = auth_memo_find(m, w.session.token);
		found += k != NULL;
		if (k)
			assert_true(k->session.id == n && k->len == 1 && k->lines[0] == (char)n);
	}
	assert_int_equal(found, 4);
	near.session.token[STORE_HASH - 1] ^= 1;
	assert_null(auth_memo_find(m, near.session.token));
	auth_memo_stand(m, 1);
	assert_non_null(auth_memo_find(m, w.session.token));
	auth_memo_stand(m, 2);
	for (unsigned char n = 1; n <= 5; n++) {
		w = numbered(n);
		assert_null(auth_memo_find(m, w.session.token));
	}
	auth_memo_free(&m);
}

static void nothing_is_kept_of_a_state_without_a_number(void **state)
{
	struct auth_memo *m = auth_memo_new();
	struct who w = numbered(1);

	(void)state;
	auth_memo_keep(m, &w, S("x"));
	assert_null(auth_memo_find(m, w.session.token));
	auth_memo_stand(m, 0);
	auth_memo_keep(m, &w, S("x"));
	assert_null(auth_memo_find(m, w.session.token));
	auth_memo_free(&m);
}

/* ---- what a proxy says --------------------------------------------------------------------------------- */

static void what_a_stranger_says_of_the_original_request_is_not_looked_at(void **state)
{
	(void)state;
	signed_in();
	stage_header("x-original-url", "gopher://%00");
	stage_header("x-forwarded-uri", "/../../x");
	stage_run();
	assert_int_equal(stage.rep.status, 200);
}

static void a_strangers_return_address_is_not_taken(void **state)
{
	(void)state;
	stage.next = S("https://spse.example/a");
	stage_header("x-original-url", "https://spse.example/a");
	stage_run();
	assert_str(stage_answer("Location"), "https://masuk.example/signin");
}

static void a_trusted_proxys_return_address_is_taken_when_it_is_on_the_list(void **state)
{
	(void)state;
	stage.req.from_proxy = true;
	stage.next = S("https://spse.example/a?b=1");
	stage_header("x-forwarded-proto", "https");
	stage_header("x-forwarded-host", "spse.example");
	stage_header("x-forwarded-uri", "/a?b=1");
	stage_run();
	assert_int_equal(stage.rep.status, 401);
	assert_str(stage_answer("Location"), "https://masuk.example/signin?next=https%3A%2F%2Fspse.example%2Fa%3Fb%3D1");
	stage_close();
	open_stage(NULL);
	stage.req.from_proxy = true;
	stage_header("x-original-url", "https://jahat.example/");
	stage_run();
	assert_str(stage_answer("Location"), "https://masuk.example/signin");
}

static void malformed_originals_are_403_even_with_a_session(void **state)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{"x-original-url", ""}, {"x-original-url", "/path"}, {"x-original-url", "ftp://a/"}, {"x-original-url", "https://"},
		{"x-original-url", "https://a b/"}, {"x-original-url", "https://u@a/"}, {"x-original-url", "https://a/%2f"},
		{"x-original-url", "https://a/%5c"}, {"x-original-url", "https://a/%00"}, {"x-original-url", "https://a/../b"},
		{"x-original-url", "https://a/b/..;/c"}, {"x-original-url", "https://a//b"}, {"x-original-url", "https://a/%2e%2e/b"},
		{"x-original-url", "https://a/%c0%af"}, {"x-original-url", "https://a/\x01"}, {"x-original-url", "https://a/b\\c"},
		{"x-original-url", "https://a/?q=\x7f"}, {"x-original-url", "https://a/%zz"}, {"x-original-url", "https://a/b#c"},
		{"x-forwarded-uri", "no-slash"}, {"x-forwarded-uri", "/a/../b"}, {"x-original-uri", "/%2F"}, {"x-forwarded-uri", "/a;b/./c"},
		{"x-forwarded-host", "a/b"}, {"x-forwarded-host", ""}, {"x-forwarded-proto", "gopher"}, {"x-original-method", "GE T"},
		{"x-forwarded-method", "<x>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stage_close();
		open_stage(NULL);
		stage.req.from_proxy = true;
		signed_in();
		stage_header(rows[i].name, rows[i].value);
		stage_run();
		if (stage.rep.status != 403)
			fail_msg("%s: %s was answered %d", rows[i].name, rows[i].value, stage.rep.status);
		assert_null(stage_answer("Remote-User").ptr);
	}
}

static void ordinary_originals_pass(void **state)
{
	static const char *const urls[] = {
		"https://spse.example/", "https://spse.example", "http://[::1]:8080/a/b.html?x=1&y=%2F", "https://a/%C4%8D/x;v=1?q=a+b",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		stage_close();
		open_stage(NULL);
		stage.req.from_proxy = true;
		signed_in();
		stage_header("x-original-url", urls[i]);
		stage_header("x-original-method", "M-SEARCH");
		stage_run();
		assert_int_equal(stage.rep.status, 200);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_session_is_answered_200_with_the_identity), T(a_session_by_password_alone_says_so),
		T(names_travel_as_ascii_and_cannot_break_a_line), T(no_session_is_401_with_the_sign_in),
		T(each_way_not_to_have_a_session_denies), T(cookies_that_cannot_be_ours_cost_no_look_into_the_store),
		T(what_a_stranger_says_of_the_original_request_is_not_looked_at), T(a_strangers_return_address_is_not_taken),
		T(a_trusted_proxys_return_address_is_taken_when_it_is_on_the_list), T(malformed_originals_are_403_even_with_a_session),
		T(ordinary_originals_pass), T(while_nothing_was_changed_the_store_is_asked_once),
		T(what_was_changed_is_seen_by_the_next_request), T(an_older_state_is_another_one_too),
		T(a_store_that_cannot_tell_is_asked_every_time), T(a_store_that_fails_to_tell_denies),
		T(time_and_policy_are_judged_at_every_request), T(a_session_that_is_kept_is_noted_once_a_second),
		T(an_answer_longer_than_its_place_is_read_every_time),
		T(each_session_is_kept_apart_and_the_fifth_of_a_set_takes_a_place), T(nothing_is_kept_of_a_state_without_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
