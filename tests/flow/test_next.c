#include "world.h"

/* Where a sign-in may lead to: the parameter comes from anybody's link. */

static struct config config_of(struct str base)
{
	struct config c = {.base_url = base, .secure = str_starts(base, S("https://")), .n_return_to = 2};

	c.return_to[0] = S("app.example");
	c.return_to[1] = S("other.example:8443");
	return c;
}

static void paths_of_ours_and_listed_hosts_are_kept(void **state)
{
	static const char *const good[] = {
		"/", "/home", "/account/log?page=2", "/demo/app/?a=%2F%2Fevil.example", "https://gate.example/home",
		"https://gate.example", "https://GATE.example/home", "https://app.example", "https://app.example/x?y=1",
		"https://app.example?x", "https://other.example:8443/",
	};
	struct config c = config_of(S("https://gate.example"));
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_str(signin_next_allowed(&c, a, str_of(good[i])), good[i]);
	arena_free(&a);
}

static void everything_else_is_dropped(void **state)
{
	static const char *const bad[] = {
		"", "home", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
		"/\n/evil.example", "https://evil.example", "https://gate.example.evil.example",
		"https://gate.example@evil.example/", "https://gate.example:444/", "https://app.example@evil.example",
		"https://app.example:443@evil.example/", "https://app.example.evil.example", "https://app.example%2eevil",
		"https://app.example;evil.example", "https://xapp.example/", "https://app.example:8443/",
		"https://other.example/", "https:///app.example", "https:app.example", "https:/app.example",
		"http://app.example/", "http://gate.example/", "HTTPS://app.example/", "ftp://app.example/",
		"javascript:alert(1)", "data:text/html,x", "https://app.example\\@evil.example",
		"https://app.example#@evil.example", " https://app.example", "https://app.example/ x", "https://[::1]/",
		"https://app.example\"", "/home\r\nSet-Cookie: x=1", "/\xc2\xa0", "https://", "https://?", "/<script>",
	};
	struct config c = config_of(S("https://gate.example"));
	struct arena *a = test_arena();
	char long_one[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (signin_next_allowed(&c, a, str_of(bad[i])).len)
			fail_msg("%s was kept", bad[i]);
	assert_int_equal(signin_next_allowed(&c, a, S("/a\0b")).len, 0);
	memset(long_one, 'a', sizeof(long_one));
	long_one[0] = '/';
	assert_int_equal(signin_next_allowed(&c, a, str_n(long_one, sizeof(long_one))).len, 0);
	arena_free(&a);
}

static void plain_http_is_only_for_a_gate_that_is_plain_itself(void **state)
{
	struct config c = config_of(S("http://localhost:8080"));
	struct arena *a = test_arena();

	(void)state;
	assert_str(signin_next_allowed(&c, a, S("http://localhost:8080/demo/app/")), "http://localhost:8080/demo/app/");
	assert_str(signin_next_allowed(&c, a, S("http://app.example/")), "http://app.example/");
	assert_int_equal(signin_next_allowed(&c, a, S("http://localhost:8081/")).len, 0);
	assert_int_equal(signin_next_allowed(&c, a, S("http://localhost:8080@evil.example/")).len, 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_of_ours_and_listed_hosts_are_kept),
		cmocka_unit_test(everything_else_is_dropped),
		cmocka_unit_test(plain_http_is_only_for_a_gate_that_is_plain_itself),
	};

	return cmocka_run_group_tests_name("next", tests, NULL, NULL);
}
