#include "test.h"

#include "web/guard.h"
#include "web_stage.h"

static int open_stage(void **state)
{
	(void)state;
	stage_open();
	return 0;
}

static int close_stage(void **state)
{
	(void)state;
	stage_close();
	return 0;
}

/* ---- every guard against every world ------------------------------------------------------------------- */

enum origin { ORIGIN_NONE, ORIGIN_OURS, ORIGIN_OTHERS, ORIGINS };
enum csrf { CSRF_MISSING, CSRF_WRONG, CSRF_SIGNIN, CSRF_SESSION, CSRFS };
struct world {
	enum origin origin;
	enum csrf csrf;
	bool session, signin_cookie, fresh, broken_form;
};

static bool wants_session(enum guard g)
{
	return g == GUARD_SESSION || g == GUARD_SESSION_FORM || g == GUARD_FRESH;
}

/* The rules again, written down without looking at how guard.c asks them. */
static bool may_pass(enum guard g, bool post, const struct world *w)
{
	bool csrf_fits = false;

	if (g == GUARD_MACHINE)
		return true;
	if (wants_session(g) && !w->session)
		return false;
	if (g == GUARD_FRESH && !w->fresh)
		return false;
	if (!post)
		return true;
	if (w->origin == ORIGIN_OTHERS || w->broken_form)
		return false;
	if (g == GUARD_FORM)
		csrf_fits = w->signin_cookie && w->csrf == CSRF_SIGNIN;
	else if (g == GUARD_EITHER_FORM && !w->session)
		csrf_fits = w->signin_cookie && w->csrf == CSRF_SIGNIN;
	else
		csrf_fits = w->session && w->csrf == CSRF_SESSION;
	return csrf_fits;
}

static void build(const struct route *r, const struct world *w)
{
	static const char *const tokens[] = {"", "csrf=wrong", "csrf=csrf-" STAGE_SIGNIN, "csrf=csrf-" STAGE_SESSION};

	stage_ask(r->method, r->path);
	if (w->origin != ORIGIN_NONE)
		stage_header("origin", w->origin == ORIGIN_OURS ? "https://masuk.example" : "https://jahat.example");
	if (w->session && w->signin_cookie)
		stage_header("cookie", "gerbang=" STAGE_SESSION "; gerbang-signin=" STAGE_SIGNIN);
	else if (w->session)
		stage_header("cookie", "gerbang=" STAGE_SESSION);
	else if (w->signin_cookie)
		stage_header("cookie", "gerbang-signin=" STAGE_SIGNIN);
	stage.fresh = w->fresh;
	if (r->method == METHOD_POST)
		stage_form(w->broken_form ? "a=1&a=2" : tokens[w->csrf]);
}

static unsigned walk_one(const struct route *r, const struct world *w)
{
	bool post = r->method == METHOD_POST;

	stage_close();
	stage_open();
	build(r, w);
	stage_run();
	if (may_pass(r->guard, post, w) != (stage.ran != NULL)) {
		print_error("%s %s: origin %d csrf %d session %d signin %d fresh %d broken %d: %s\n", post ? "POST" : "GET", r->path,
		            (int)w->origin, (int)w->csrf, w->session, w->signin_cookie, w->fresh, w->broken_form,
		            stage.ran ? "let in" : "kept out");
		fail();
	}
	if (stage.ran && wants_session(r->guard))
		assert_non_null(stage.call.who);
	if (!stage.ran)
		assert_true(stage.troubled || stage.rep.status == 303);
	return 1;
}

static void each_page_runs_exactly_when_its_guard_is_satisfied(void **state)
{
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		if (str_is(str_of(routes[i].path), "/auth/check"))
			continue; /* a page of its own test */
		for (unsigned bits = 0; bits < 16; bits++)
			for (int o = 0; o < ORIGINS; o++)
				for (int t = 0; t < CSRFS; t++) {
					struct world w = {(enum origin)o, (enum csrf)t, bits & 1, bits & 2, bits & 4, bits & 8};

					n += walk_one(&routes[i], &w);
				}
	}
	assert_true(n > 5000);
}

/* ---- the answers of those who are kept out --------------------------------------------------------------- */

static void a_get_without_a_session_is_led_to_the_sign_in_and_back(void **state)
{
	(void)state;
	stage_ask(METHOD_GET, "/account/log?before=12");
	stage_run();
	assert_int_equal(stage.rep.status, 303);
	assert_str(stage_answer("Location"), "/signin?next=%2Faccount%2Flog%3Fbefore%3D12");
}

static void a_post_without_a_session_is_401(void **state)
{
	(void)state;
	stage_ask(METHOD_POST, "/account/password");
	stage_form("csrf=csrf-" STAGE_SESSION);
	stage_run();
	assert_int_equal(stage.trouble, TROUBLE_SIGNED_OUT);
	assert_null(stage.ran);
}

static void a_post_without_a_fresh_proof_is_401_with_that_door(void **state)
{
	(void)state;
	stage_ask(METHOD_POST, "/account/mfa/disable");
	stage_header("cookie", "gerbang=" STAGE_SESSION);
	stage_form("csrf=csrf-" STAGE_SESSION);
	stage_run();
	assert_true(stage.troubled);
	assert_int_equal(stage.trouble, TROUBLE_NOT_FRESH);
}

static void a_broken_store_lets_nobody_in(void **state)
{
	(void)state;
	stage.view_rc = RC_FAULT;
	stage_ask(METHOD_GET, "/home");
	stage_header("cookie", "gerbang=" STAGE_SESSION);
	stage_run();
	assert_null(stage.ran);
	assert_int_equal(stage.page_rc, RC_FAULT);
	assert_int_equal(stage.rep.status, 503);
}

static void a_broken_store_leaves_the_open_pages_up(void **state)
{
	(void)state;
	stage.view_rc = RC_FAULT;
	stage_ask(METHOD_GET, "/terms");
	stage_header("cookie", "gerbang=" STAGE_SESSION);
	stage_run();
	assert_string_equal(stage.ran, "terms");
	assert_null(stage.call.who);
}

/* ---- cookies ------------------------------------------------------------------------------------------ */

static void the_first_get_of_a_form_sets_the_sign_in_cookie_and_later_ones_do_not(void **state)
{
	(void)state;
	stage_ask(METHOD_GET, "/signin");
	stage_run();
	assert_true(str_starts(stage_answer("Set-Cookie"), S("gerbang-signin=nnnn")));
	assert_str(stage.call.csrf, "csrf-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	stage_close();
	stage_open();
	stage_ask(METHOD_GET, "/signin");
	stage_header("cookie", "gerbang-signin=" STAGE_SIGNIN);
	stage_run();
	assert_null(stage_answer("Set-Cookie").ptr);
	assert_true(str_eq(stage.call.csrf, stage_csrf(STAGE_SIGNIN)));
}

static void cookies_of_another_shape_are_no_cookies(void **state)
{
	static const char *const values[] = {
		"gerbang-signin=", "gerbang-signin=abc", "gerbang-signin=ffffffffffffffffffffffffffffffffffffffffff+F",
		"gerbang-signin=ffffffffffffffffffffffffffffffffffffffffffFF", "gerbang-signin=" STAGE_SIGNIN "; gerbang-signin=" STAGE_SIGNIN,
		"gerbang-signin", "=;=;", "gerbang-signin=\"" STAGE_SIGNIN "\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		stage_close();
		stage_open();
		stage_ask(METHOD_GET, "/signin");
		stage_header("cookie", values[i]);
		stage_run();
		assert_true(str_starts(stage_answer("Set-Cookie"), S("gerbang-signin=nnnn")));
	}
}

static void a_sign_in_cookie_is_never_taken_for_a_session(void **state)
{
	(void)state;
	stage_ask(METHOD_GET, "/home");
	stage_header("cookie", "gerbang=" STAGE_SIGNIN);
	stage_run();
	assert_null(stage.ran);
	assert_int_equal(stage.rep.status, 303);
}

static void signing_out_of_a_session_that_is_over_is_not_refused(void **state)
{
	(void)state;
	stage.session_rc = RC_ABSENT;
	stage_ask(METHOD_POST, "/signout");
	stage_header("cookie", "gerbang=" STAGE_SESSION "; gerbang-signin=" STAGE_SIGNIN);
	stage_form("csrf=csrf-" STAGE_SESSION);
	stage_run();
	assert_string_equal(stage.ran, "signout");
	assert_null(stage.call.who);
	assert_null(stage.call.signin_cookie.ptr);
}

static void nobody_is_told_signed_out_by_a_store_that_could_not_be_asked(void **state)
{
	static const enum rc broken[] = {RC_FAULT, RC_BUSY};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		stage_close();
		stage_open();
		stage.view_rc = broken[i];
		stage_ask(METHOD_POST, "/signout");
		stage_header("cookie", "gerbang=" STAGE_SESSION);
		stage_form("csrf=csrf-" STAGE_SESSION);
		stage_run();
		assert_null(stage.ran);
		assert_int_equal(stage.page_rc, broken[i]);
		assert_int_equal(stage.rep.status, 503);
	}
}

/* ---- origin (R-SE-7) ------------------------------------------------------------------------------------ */

static void the_origin_rule_is_that_of_the_table(void **state)
{
	static const struct {
		const char *site, *origin;
		bool fits;
	} rows[] = {
		{NULL, NULL, true}, {"same-origin", NULL, true}, {"same-origin", "https://jahat.example", true},
		{"cross-site", NULL, false}, {"same-site", NULL, false}, {"none", NULL, false}, {"", NULL, false},
		{NULL, "https://masuk.example", true}, {NULL, "https://MASUK.example", true}, {NULL, "http://masuk.example", false},
		{NULL, "https://masuk.example:8443", false}, {NULL, "https://masuk.example.jahat.example", false}, {NULL, "null", false},
		{NULL, "", false}, {NULL, "https://jahat.example", false}, {"cross-site", "https://jahat.example", false},
		{"Same-Origin", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stage.req.n_headers = 0;
		if (rows[i].site)
			stage_header("sec-fetch-site", rows[i].site);
		if (rows[i].origin)
			stage_header("origin", rows[i].origin);
		if (guard_origin_fits(&stage.config, &stage.req) != rows[i].fits)
			fail_msg("row %zu", i);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_page_runs_exactly_when_its_guard_is_satisfied), T(a_get_without_a_session_is_led_to_the_sign_in_and_back),
		T(a_post_without_a_session_is_401), T(a_post_without_a_fresh_proof_is_401_with_that_door),
		T(a_broken_store_lets_nobody_in), T(a_broken_store_leaves_the_open_pages_up),
		T(the_first_get_of_a_form_sets_the_sign_in_cookie_and_later_ones_do_not), T(cookies_of_another_shape_are_no_cookies),
		T(a_sign_in_cookie_is_never_taken_for_a_session), T(signing_out_of_a_session_that_is_over_is_not_refused),
		T(nobody_is_told_signed_out_by_a_store_that_could_not_be_asked),
		T(the_origin_rule_is_that_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
