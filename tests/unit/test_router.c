#include "test.h"

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

static void every_row_of_the_table_is_there_once_and_has_a_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		assert_non_null(routes[i].page);
		assert_int_equal(routes[i].path[0], '/');
		for (size_t k = i + 1; k < routes_count; k++)
			assert_false(routes[i].method == routes[k].method && str_is(str_of(routes[i].path), routes[k].path));
	}
}

static void every_post_of_the_table_is_guarded_against_forms_of_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		enum guard g = routes[i].guard;

		if (routes[i].method == METHOD_POST)
			assert_true(g == GUARD_FORM || g == GUARD_EITHER_FORM || g == GUARD_SESSION_FORM || g == GUARD_FRESH);
		else
			assert_true(g == GUARD_OPEN || g == GUARD_FORM || g == GUARD_SESSION || g == GUARD_FRESH || g == GUARD_MACHINE);
	}
}

static void every_account_page_wants_a_session(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++) {
		enum guard g = routes[i].guard;

		if (strncmp(routes[i].path, "/account/", 9) == 0 || strcmp(routes[i].path, "/home") == 0)
			assert_true(g == GUARD_SESSION || g == GUARD_SESSION_FORM || g == GUARD_FRESH);
	}
}

/* Changes of security: R-DV-1. A new one belongs here and behind GUARD_FRESH. */
static void changes_of_security_want_a_fresh_proof(void **state)
{
	static const char *const paths[] = {"/account/mfa/disable", "/account/mfa/enrol/begin", "/account/sessions"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct route *r = router_find(METHOD_POST, str_of(paths[i]), stage.a, NULL);

		assert_non_null(r);
		assert_int_equal(r->guard, GUARD_FRESH);
	}
}

/* What runs on an I/O thread may not wait: nothing with a form or a page of a person. */
static void only_machine_pages_run_on_the_io_threads(void **state)
{
	(void)state;
	for (size_t i = 0; i < routes_count; i++)
		if (routes[i].where == SERVE_FAST)
			assert_int_equal(routes[i].guard, GUARD_MACHINE);
	assert_int_equal(router_find(METHOD_GET, S("/readyz"), stage.a, NULL)->where, SERVE_WORK);
	assert_int_equal(router_find(METHOD_GET, S("/auth/check"), stage.a, NULL)->where, SERVE_FAST);
}

static void an_unknown_path_is_not_found(void **state)
{
	struct str allow;

	(void)state;
	assert_null(router_find(METHOD_GET, S("/nothing"), stage.a, &allow));
	assert_int_equal(allow.len, 0);
	stage_ask(METHOD_GET, "/nothing");
	stage_run();
	assert_true(stage.troubled);
	assert_int_equal(stage.trouble, TROUBLE_NOT_FOUND);
	assert_null(stage.ran);
}

static void paths_are_taken_whole(void **state)
{
	static const char *const paths[] = {"/signin/", "/home/", "/Home", "/auth/check/", "/demo/app", "", "/account"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_null(router_find(METHOD_GET, str_of(paths[i]), stage.a, NULL));
}

static void a_wrong_method_is_405_and_names_the_right_ones(void **state)
{
	struct str allow;

	(void)state;
	assert_null(router_find(METHOD_DELETE, S("/signin"), stage.a, &allow));
	assert_str(allow, "GET, HEAD, POST");
	assert_null(router_find(METHOD_GET, S("/signout"), stage.a, &allow));
	assert_str(allow, "POST");
	stage_ask(METHOD_POST, "/home");
	stage_run();
	assert_int_equal(stage.trouble, TROUBLE_METHOD);
	assert_str(stage_answer("Allow"), "GET, HEAD");
	assert_null(stage.ran);
}

static void head_is_answered_by_the_page_of_get(void **state)
{
	(void)state;
	stage_ask(METHOD_HEAD, "/terms");
	stage_run();
	assert_string_equal(stage.ran, "terms");
	assert_false(stage.call.is_post);
}

static void the_demo_leads_the_number_to_the_name_but_not_the_machines(void **state)
{
	(void)state;
	stage.config.demo = true;
	stage.config.base_url = S("http://localhost:8080");
	stage.req.host = S("127.0.0.1:8080");
	stage_ask(METHOD_GET, "/signin?type=penyedia");
	stage_run();
	assert_null(stage.ran);
	assert_int_equal(stage.rep.status, 303);
	assert_str(stage_answer("Location"), "http://localhost:8080/signin?type=penyedia");
	stage_ask(METHOD_GET, "/healthz");
	reply_init(&stage.rep, stage.a);
	stage_run();
	assert_string_equal(stage.ran, "healthz");
}

static void outside_the_demo_every_host_is_answered(void **state)
{
	(void)state;
	stage.req.host = S("127.0.0.1:8080");
	stage_ask(METHOD_GET, "/terms");
	stage_run();
	assert_string_equal(stage.ran, "terms");
}

/* ---- language ---------------------------------------------------------------------------------------- */

static void the_language_comes_from_the_query_then_the_cookie_then_the_browser(void **state)
{
	bool chosen;

	(void)state;
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_ID);
	assert_false(chosen);
	stage_header("accept-language", "en-GB,en;q=0.9,id;q=0.5");
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_EN);
	stage_header("cookie", "gerbang-lang=id");
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_ID);
	stage.req.query = S("lang=en");
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_EN);
	assert_true(chosen);
}

static void accept_language_is_weighed(void **state)
{
	static const struct {
		const char *header;
		enum lang lang;
	} rows[] = {
		{"en;q=0.4, id;q=0.7", LANG_ID}, {"fr, de;q=0.9, en;q=0.1", LANG_EN}, {"in-ID", LANG_ID}, {"en;q=0", LANG_ID},
		{"EN-us", LANG_EN}, {"", LANG_ID}, {",,;;q=1", LANG_ID}, {"en;q=x", LANG_ID}, {"en;q=1.0, id;q=0.999", LANG_EN},
		{"fr", LANG_ID}, {"*", LANG_ID}, {"en;q=99999999999999999999", LANG_ID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stage.req.n_headers = 0;
		stage_header("accept-language", rows[i].header);
		assert_int_equal(router_lang(&stage.config, &stage.req, NULL), rows[i].lang);
	}
}

static void a_language_that_is_not_spoken_here_changes_nothing(void **state)
{
	bool chosen;

	(void)state;
	stage.config.n_languages = 1;
	stage.req.query = S("lang=en");
	stage_header("accept-language", "en");
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_ID);
	assert_false(chosen);
	stage.req.query = S("lang=xx");
	assert_int_equal(router_lang(&stage.config, &stage.req, &chosen), LANG_ID);
	assert_false(chosen);
}

static void choosing_a_language_is_kept_in_a_cookie(void **state)
{
	(void)state;
	stage_ask(METHOD_GET, "/terms?lang=en");
	stage_run();
	assert_int_equal(stage.call.v.lang, LANG_EN);
	assert_true(str_starts(stage_answer("Set-Cookie"), S("gerbang-lang=en; Path=/")));
}

static void the_language_link_keeps_the_query_and_is_never_that_of_a_post(void **state)
{
	(void)state;
	stage_ask(METHOD_GET, "/signin?type=a%20b&lang=id&next=%2Fhome");
	stage_run();
	assert_str(call_lang_href(&stage.call, LANG_EN), "/signin?type=a%20b&next=%2Fhome&lang=en");
	stage.call.is_post = true;
	stage.req.path = S("/signin/enrol/leave");
	assert_str(call_lang_href(&stage.call, LANG_ID), "/signin/enrol?lang=id");
	stage.req.path = S("/account/mfa/disable");
	assert_str(call_lang_href(&stage.call, LANG_ID), "/account/mfa?lang=id");
	stage.req.path = S("/signout");
	assert_str(call_lang_href(&stage.call, LANG_ID), "/?lang=id");
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_row_of_the_table_is_there_once_and_has_a_page), T(every_post_of_the_table_is_guarded_against_forms_of_others),
		T(every_account_page_wants_a_session), T(changes_of_security_want_a_fresh_proof),
		T(only_machine_pages_run_on_the_io_threads), T(an_unknown_path_is_not_found), T(paths_are_taken_whole),
		T(a_wrong_method_is_405_and_names_the_right_ones), T(head_is_answered_by_the_page_of_get),
		T(the_demo_leads_the_number_to_the_name_but_not_the_machines), T(outside_the_demo_every_host_is_answered),
		T(the_language_comes_from_the_query_then_the_cookie_then_the_browser), T(accept_language_is_weighed),
		T(a_language_that_is_not_spoken_here_changes_nothing), T(choosing_a_language_is_kept_in_a_cookie),
		T(the_language_link_keeps_the_query_and_is_never_that_of_a_post),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
