/* A page as a picture: what is seen stays, what could be used goes. */
#include "test.h"
#include "web/guide_shot.h"

#define HEAD \
	"<!DOCTYPE html><html><head><title>Login – Contoh</title></head><body>" \
	"<a class=\"skip\" href=\"#main\">x</a><header>"
#define TAIL "</main><footer><p>kaki</p></footer></body></html>"

static struct str shot_of(struct arena *a, const char *body, struct str mark)
{
	struct buf b;

	buf_init(&b, a, 4096, 65536);
	guide_shot(&b, arena_printf(a, "%s%s%s", HEAD, body, TAIL), S("CONTOH"), &mark, mark.len > 0);
	return buf_str(&b);
}

static bool has(struct arena *a, struct str s, const char *piece)
{
	return strstr(arena_cstr(a, s), piece) != NULL;
}

static void the_picture_is_dead_and_hidden_and_has_no_footer(void **state)
{
	struct arena *a = test_arena();
	struct str s = shot_of(a, "<div class=\"org\">Contoh</div></header><main id=\"main\">"
	                          "<h1 class=\"caps\">Login</h1>", STR_NONE);

	(void)state;
	assert_str(s, "<div class=\"shot\" inert aria-hidden=\"true\"><div class=\"s-header\">"
	                          "<div class=\"org\">Contoh</div></div>"
	              "<div class=\"s-main\"><div class=\"s-h1 caps\">Login</div></div></div>");
	arena_free(&a);
}

static void ids_names_addresses_and_hidden_fields_go_and_nothing_takes_the_focus(void **state)
{
	struct arena *a = test_arena();
	struct str s = shot_of(a, "</header><main id=\"main\"><form method=\"post\" action=\"/signin\">"
	                          "<input type=\"hidden\" name=\"csrf\" value=\"geheim\">"
	                          "<input class=\"sr\" name=\"user\" value=\"b\"><label for=\"u\">User</label>"
	                          "<input id=\"u\" name=\"user\" value=\"contoh1\" autofocus aria-describedby=\"h\">"
	                          "<a href=\"/reset\" target=\"_blank\">Reset</a>"
	                          "<button name=\"x\" value=\"1\" formaction=\"/y\">Login</button></form>", STR_NONE);

	(void)state;
	assert_str(s, "<div class=\"shot\" inert aria-hidden=\"true\"><div class=\"s-header\"></div>"
	                          "<div class=\"s-main\"><div class=\"s-form\"><label>User</label>"
	              "<input value=\"contoh1\" tabindex=\"-1\"><a>Reset</a>"
	              "<button value=\"1\" type=\"button\" tabindex=\"-1\">Login</button></div></div></div>");
	arena_free(&a);
}

static void what_the_step_tells_is_framed(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_true(has(a, shot_of(a, "</header><main><button>Login</button><button>Batal</button>", S("Login")),
	                "data-hit=\"\">Login"));
	assert_false(has(a, shot_of(a, "</header><main><button>Login</button>", S("Log")), "data-hit"));
	assert_true(has(a, shot_of(a, "</header><main><input id=\"code\">", S("code")), "data-hit"));
	arena_free(&a);
}

static void pictures_are_kept_with_the_word_across_them_and_others_are_the_word(void **state)
{
	struct arena *a = test_arena();
	struct str s = shot_of(a, "</header><main>"
	                          "<img class=\"qr\" alt=\"x\" src=\"data:image/png;base64,AAAA\">"
	                          "<img src=\"/captcha.png\" alt=\"y\">", STR_NONE);

	(void)state;
	assert_true(has(a, s, "<img alt=\"\" class=\"qr\" src=\"data:image/png;base64,AAAA\">"
	                      "<span class=\"stamp\">CONTOH</span>"));
	assert_true(has(a, s, "<span class=\"stamp alone\">CONTOH</span>"));
	assert_false(has(a, s, "captcha.png"));
	arena_free(&a);
}

static void what_only_shows_without_scripts_goes_and_buttons_that_scripts_show_stay(void **state)
{
	struct arena *a = test_arena();
	struct str s = shot_of(a, "</header><main><noscript><p>tanpa</p></noscript>"
	                          "<button type=\"button\" data-show=\"p\" hidden>Tampilkan</button>"
	                          "<p hidden>nanti</p>", STR_NONE);

	(void)state;
	assert_false(has(a, s, "tanpa") || has(a, s, "noscript"));
	assert_true(has(a, s, "<button type=\"button\" tabindex=\"-1\">Tampilkan</button><p hidden>nanti</p>"));
	arena_free(&a);
}

static void text_that_is_cut_off_anywhere_is_no_fault(void **state)
{
	struct arena *a = test_arena();
	struct str whole = S(HEAD "<b>x</b></header><main><p class=\"a>b\">y</p><noscript>z</noscript>"
	                     "<img src=\"data:image/png;base64,A\">" TAIL);

	(void)state;
	for (size_t n = 0; n <= whole.len; n++) {
		struct buf b;
		char *copy = arena_alloc(a, n + 1); /* of its own, so that a read behind its end is seen */

		memcpy(copy, whole.ptr, n);
		buf_init(&b, a, 1024, 65536);
		guide_shot(&b, str_n(copy, n), S("C"), NULL, 0);
		assert_true(buf_ok(&b));
		(void)guide_shot_title(str_n(copy, n));
	}
	assert_str(guide_shot_title(whole), "Login");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_is_dead_and_hidden_and_has_no_footer),
		cmocka_unit_test(ids_names_addresses_and_hidden_fields_go_and_nothing_takes_the_focus),
		cmocka_unit_test(what_the_step_tells_is_framed),
		cmocka_unit_test(pictures_are_kept_with_the_word_across_them_and_others_are_the_word),
		cmocka_unit_test(what_only_shows_without_scripts_goes_and_buttons_that_scripts_show_stay),
		cmocka_unit_test(text_that_is_cut_off_anywhere_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
