#include "test.h"

#include <stdio.h>
#include <string.h>

#include "web/address.h"
#include "web/reply.h"
#include "web/request.h"
#include "web/server.h"

static struct arena *a;

static int open_arena(void **state)
{
	(void)state;
	a = arena_new(16384, 1 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static void path_is(const char *raw, const char *want)
{
	struct str out;
	enum rc rc = path_normal(a, str_of(raw), &out);

	if (!want) {
		assert_int_equal(rc, RC_MALFORMED);
		assert_null(out.ptr);
		return;
	}
	assert_int_equal(rc, RC_OK);
	assert_true(str_is(out, want));
}

static void path_is_decoded_once_and_never_leaves_its_place(void **state)
{
	(void)state;
	path_is("/", "/");
	path_is("/a/b", "/a/b");
	path_is("/a/", "/a/");
	path_is("/%41%62", "/Ab");
	path_is("/%2541", "/%41");
	path_is("/a%20b", "/a b");
	path_is("/%C3%A9", "/é");
	path_is("/...", "/...");
	path_is("/.well-known/x", "/.well-known/x");
	path_is("", NULL);
	path_is("a", NULL);
	path_is("//", NULL);
	path_is("/a//b", NULL);
	path_is("/.", NULL);
	path_is("/..", NULL);
	path_is("/a/../b", NULL);
	path_is("/a/%2E%2e/b", NULL);
	path_is("/a%2fb", NULL);
	path_is("/a%5Cb", NULL);
	path_is("/a\\b", NULL);
	path_is("/a#b", NULL);
	path_is("/%00", NULL);
	path_is("/%0a", NULL);
	path_is("/%7F", NULL);
	path_is("/%", NULL);
	path_is("/%4", NULL);
	path_is("/%4g", NULL);
	path_is("/%ff", NULL);
	path_is("/%c0%af", NULL);
	path_is("/%ed%a0%80", NULL);
}

static struct form form_of(const char *body, enum rc want)
{
	struct form f;

	assert_int_equal(form_read(a, str_of(body), &f), want);
	if (want)
		assert_int_equal(f.n, 0);
	return f;
}

static void form_tells_absent_from_empty(void **state)
{
	struct form f = form_of("user=budi&empty=&bare&pass=a+b%20c%3D%26", RC_OK);

	(void)state;
	assert_int_equal(f.n, 4);
	assert_true(str_is(form_get(&f, "user"), "budi"));
	assert_true(str_is(form_get(&f, "pass"), "a b c=&"));
	assert_non_null(form_get(&f, "empty").ptr);
	assert_int_equal(form_get(&f, "empty").len, 0);
	assert_true(form_has(&f, "bare"));
	assert_null(form_get(&f, "absent").ptr);
	assert_false(form_has(&f, "use"));
	assert_int_equal(form_of("", RC_OK).n, 0);
	assert_int_equal(form_of("&&a=1&", RC_OK).n, 1);
}

static void form_refuses_what_could_be_read_in_two_ways(void **state)
{
	static const char *const bad[] = {"a=1&a=2", "a=1&%61=2", "=1", "%=1", "a=%0", "a=%zz", "a=%00", "a=\xff", "a=%c0%80",
	                                  "a=%01", "a%00=1"};
	char many[8 * (FORM_FIELDS_MAX + 1) + 1] = "";
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		form_of(bad[i], RC_MALFORMED);
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at, "&f%d=1", i);
	assert_int_equal(form_of(many, RC_OK).n, FORM_FIELDS_MAX);
	snprintf(many + at, sizeof(many) - at, "&g=1");
	form_of(many, RC_MALFORMED);
}

static void form_is_read_from_its_own_content_type_only(void **state)
{
	static const struct {
		const char *type;
		enum rc rc;
	} cases[] = {
		{"application/x-www-form-urlencoded", RC_OK},
		{"Application/X-WWW-Form-Urlencoded", RC_OK},
		{"application/x-www-form-urlencoded; charset=UTF-8", RC_OK},
		{"application/x-www-form-urlencoded;charset=utf-8", RC_OK},
		{"application/x-www-form-urlencoded; charset=iso-8859-1", RC_MALFORMED},
		{"application/x-www-form-urlencoded2", RC_MALFORMED},
		{"multipart/form-data; boundary=x", RC_MALFORMED},
		{"text/plain", RC_MALFORMED},
		{"", RC_MALFORMED},
		{NULL, RC_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pair header = {S("content-type"), str_of(cases[i].type)};
		struct request r = {.arena = a, .headers = &header, .n_headers = cases[i].type != NULL, .body = S("a=1")};
		struct form f;

		assert_int_equal(form_parse(&r, &f), cases[i].rc);
		assert_int_equal(f.n, cases[i].rc == RC_OK);
	}
}

static void query_value_that_is_absent_doubled_or_broken_is_none(void **state)
{
	struct request r = {.arena = a, .query = S("a=1&b=%20x&c=&d=2&d=3&&e")};

	(void)state;
	assert_true(str_is(request_query(&r, "a"), "1"));
	assert_true(str_is(request_query(&r, "b"), " x"));
	assert_non_null(request_query(&r, "c").ptr);
	assert_non_null(request_query(&r, "e").ptr);
	assert_null(request_query(&r, "d").ptr);
	assert_null(request_query(&r, "f").ptr);
	r.query = S("a=1&b=%zz");
	assert_null(request_query(&r, "a").ptr);
	r.query = S("");
	assert_null(request_query(&r, "a").ptr);
}

static void cookie_that_comes_twice_is_absent(void **state)
{
	struct pair headers[] = {{S("cookie"), S("a=1; b = 2 ;c=;d=x=y; e")}, {S("cookie"), S("b=2; f=\"q\"")}};
	struct request r = {.arena = a, .headers = headers, .n_headers = 2};
	char many[6 * COOKIES_MAX + 16] = "";

	(void)state;
	assert_true(str_is(request_cookie(&r, "a"), "1"));
	assert_true(str_is(request_cookie(&r, "d"), "x=y"));
	assert_true(str_is(request_cookie(&r, "f"), "\"q\""));
	assert_non_null(request_cookie(&r, "c").ptr);
	assert_null(request_cookie(&r, "b").ptr);
	assert_null(request_cookie(&r, "e").ptr);
	assert_null(request_cookie(&r, "A").ptr);
	assert_null(cookie_find(S("a=1;a=1"), S("a")).ptr);
	assert_null(cookie_find(S(""), S("a")).ptr);
	for (int i = 0; i < COOKIES_MAX; i++)
		memcpy(many + i * 4, "x=1;", 4);
	memcpy(many + COOKIES_MAX * 4, "a=1", 4);
	assert_null(cookie_find(str_of(many), S("a")).ptr);
	assert_true(str_is(cookie_find(str_of(many + 4), S("a")), "1"));
}

static void addresses_are_strict(void **state)
{
	static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", "fe80::1%eth0", "[::1]",
	                                  "::1/64", "1.2.3.4:80", "::g", "localhost", ":::", "1:2:3:4:5:6:7:8:9"};
	static const char *const good[][2] = {{"1.2.3.4", "1.2.3.4"}, {"::ffff:1.2.3.4", "1.2.3.4"}, {"2001:DB8::0:1", "2001:db8::1"},
	                                      {"::", "::"}};
	struct address addr;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(address_parse(str_of(bad[i]), &addr), RC_MALFORMED);
		assert_false(address_in(bad[i], "0.0.0.0/0") || address_in(bad[i], "::/0"));
	}
	assert_int_equal(address_parse(str_n("1.2.3.4\0x", 9), &addr), RC_MALFORMED);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(address_parse(str_of(good[i][0]), &addr), RC_OK);
		address_text(&addr, text);
		assert_string_equal(text, good[i][1]);
	}
}

static void blocks_hold_what_they_say(void **state)
{
	(void)state;
	assert_true(address_in("10.1.2.3", "10.0.0.0/8"));
	assert_false(address_in("11.1.2.3", "10.0.0.0/8"));
	assert_true(address_in("192.0.2.129", "192.0.2.128/25"));
	assert_false(address_in("192.0.2.127", "192.0.2.128/25"));
	assert_true(address_in("192.0.2.1", "192.0.2.1"));
	assert_false(address_in("192.0.2.2", "192.0.2.1"));
	assert_true(address_in("8.8.8.8", "0.0.0.0/0"));
	assert_false(address_in("2001:db8::1", "0.0.0.0/0"));
	assert_false(address_in("8.8.8.8", "::/0"));
	assert_true(address_in("2001:db8:1::", "2001:db8::/32"));
	assert_true(address_in("2001:db8:7fff::", "2001:db8::/33"));
	assert_false(address_in("2001:db8:8000::", "2001:db8::/33"));
	assert_true(address_in("::ffff:10.0.0.1", "10.0.0.0/8"));
	assert_false(address_in("10.0.0.1", "10.0.0.0/33"));
	assert_false(address_in("10.0.0.1", "10.0.0.0/"));
	assert_false(address_in("10.0.0.1", "10.0.0.0/8x"));
	assert_false(address_in("::1", "::1/129"));
}

static uint64_t place_of(const char *text)
{
	struct address addr;

	assert_int_equal(address_parse(str_of(text), &addr), RC_OK);
	return address_place(&addr);
}

static void an_ipv6_client_counts_by_its_64(void **state)
{
	(void)state;
	assert_true(place_of("2001:db8:1:2::1") == place_of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
	assert_true(place_of("2001:db8:1:2::1") != place_of("2001:db8:1:3::1"));
	assert_true(place_of("192.0.2.1") == place_of("::ffff:192.0.2.1"));
	assert_true(place_of("192.0.2.1") != place_of("192.0.2.2"));
}

static struct str header_of(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_is(r->headers[i].name, name))
			return r->headers[i].value;
	return STR_NONE;
}

static bool holds(struct str text, const char *part)
{
	return text.len && memmem(text.ptr, text.len, part, strlen(part));
}

static void a_reply_that_nobody_wrote_is_500_and_empty(void **state)
{
	struct reply r;

	(void)state;
	reply_init(&r, a);
	assert_int_equal(r.status, 500);
	assert_int_equal(r.n_headers + r.body.len, 0);
}

static void a_page_may_send_forms_only_home_and_to_the_origin_named(void **state)
{
	struct reply r;

	(void)state;
	reply_init(&r, a);
	reply_html(&r, 200, S("https://app.example"));
	assert_true(holds(header_of(&r, "Content-Security-Policy"), "form-action 'self' https://app.example; base-uri"));
	reply_init(&r, a);
	reply_html(&r, 200, S("https://a; script-src *"));
	assert_true(holds(header_of(&r, "Content-Security-Policy"), "form-action 'self'; base-uri 'none'"));
	assert_null(header_of(&r, "Strict-Transport-Security").ptr);
	reply_style_csp_set("'sha256-abc='");
	reply_init(&r, a);
	r.secure = true;
	reply_html(&r, 200, STR_NONE);
	reply_style_csp_set(NULL);
	assert_true(holds(header_of(&r, "Content-Security-Policy"), "style-src 'self' 'sha256-abc='; script-src 'self';"));
	assert_non_null(header_of(&r, "Strict-Transport-Security").ptr);
}

static void cookies_are_host_cookies_where_the_base_is_https(void **state)
{
	struct request r = {.arena = a};
	struct reply out;

	(void)state;
	reply_init(&out, a);
	cookie_set(&out, &r, COOKIE_LANG, S("en"), 31536000);
	assert_str(header_of(&out, "Set-Cookie"), "gerbang-lang=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
	reply_init(&out, a);
	r.secure = true;
	cookie_set(&out, &r, COOKIE_SESSION, S("x"), -1);
	assert_str(header_of(&out, "Set-Cookie"), "__Host-gerbang=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_is_decoded_once_and_never_leaves_its_place),
		cmocka_unit_test(form_tells_absent_from_empty),
		cmocka_unit_test(form_refuses_what_could_be_read_in_two_ways),
		cmocka_unit_test(form_is_read_from_its_own_content_type_only),
		cmocka_unit_test(query_value_that_is_absent_doubled_or_broken_is_none),
		cmocka_unit_test(cookie_that_comes_twice_is_absent),
		cmocka_unit_test(addresses_are_strict),
		cmocka_unit_test(blocks_hold_what_they_say),
		cmocka_unit_test(an_ipv6_client_counts_by_its_64),
		cmocka_unit_test(a_reply_that_nobody_wrote_is_500_and_empty),
		cmocka_unit_test(a_page_may_send_forms_only_home_and_to_the_origin_named),
		cmocka_unit_test(cookies_are_host_cookies_where_the_base_is_https),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
