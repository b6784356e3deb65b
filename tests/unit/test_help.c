/* Help says what is in force; whoever was signed out is told why; a password's least length stands before it is typed. */
#include "fake_flow.h"
#include "pages.h"
#include "test.h"
#include "web/brand.h"

#define COOKIE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

struct stage {
	struct arena *a;
	struct config *config;
	struct page_call *c;
	enum lang lang;
};

static struct stage begin(void)
{
	struct stage s = {.a = arena_new(64 * 1024, 16 << 20)};
	const char *csp;

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	assert_int_equal(brand_install(STR_NONE, &csp), RC_OK);
	s.config = fake_config(s.a);
	return s;
}

static void ask(struct stage *s, page_fn *page, const char *target, const char *body)
{
	s->c = fake_call(s->a, s->config, s->lang, target, body);
	page(s->c);
}

static bool shows(const struct stage *s, const char *text)
{
	return strstr(arena_cstr(s->a, buf_str(&s->c->rep->body)), text) != NULL;
}

static void help_tells_for_each_type_whether_totp_is_compulsory(void **state)
{
	struct stage s = begin();

	(void)state;
	for (size_t i = 0; i < s.config->n_types; i++)
		s.config->types[i].policy.mfa = MFA_OPTIONAL;
	ask(&s, page_help, "/help", NULL);
	assert_int_equal(s.c->rep->status, 200);
	assert_true(shows(&s, "<b>Penyedia</b>: boleh dipakai, boleh tidak"));
	assert_false(shows(&s, "<b>Penyedia</b>: wajib"));
	s.config->types[0].policy.mfa = MFA_MANDATORY;
	s.config->types[1].policy.mfa = MFA_MANDATORY_FROM;
	s.config->types[1].policy.mfa_from_s = FAKE_NOW_S + 86400;
	ask(&s, page_help, "/help", NULL);
	assert_true(shows(&s, "<b>Penyedia</b>: wajib<"));
	assert_true(shows(&s, "wajib mulai 22 November 2026"));
	assert_true(shows(&s, "href=\"/help/guide?type=penyedia\""));
	arena_free(&s.a);
}

static void help_is_silent_about_what_nobody_here_uses(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->captcha = CAPTCHA_MODE_OFF;
	for (size_t i = 0; i < s.config->n_types; i++)
		s.config->types[i].policy.mfa = MFA_OFF;
	ask(&s, page_help, "/help", NULL);
	assert_false(shows(&s, "QR Code tidak muncul") || shows(&s, "/help/apps\">Cara memasang aplikasi authenticator"));
	assert_false(shows(&s, "Kode Keamanan sulit dibaca"));
	s.config->captcha = CAPTCHA_MODE_PICTURE;
	ask(&s, page_help, "/help", NULL);
	assert_true(shows(&s, "Kode Keamanan sulit dibaca"));
	arena_free(&s.a);
}

static void help_names_the_helpdesk_or_whom_to_ask_instead(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->helpdesk.email = S("bantuan@contoh.id");
	s.config->helpdesk.phone = S("(021) 555 0100");
	ask(&s, page_help, "/help", NULL);
	assert_true(shows(&s, "href=\"mailto:bantuan@contoh.id\"") && shows(&s, "href=\"tel:0215550100\""));
	memset(&s.config->helpdesk, 0, sizeof(s.config->helpdesk));
	ask(&s, page_help, "/help", NULL);
	assert_true(shows(&s, "Tanyakan kepada pengelola sistem"));
	assert_false(shows(&s, "mailto:"));
	arena_free(&s.a);
}

static void the_clock_page_names_the_menus_in_both_languages_and_the_servers_time(void **state)
{
	static const char *const both[] = {"Pengaturan", "Settings", "Manajemen umum", "General management", "Android", "Samsung", "iPhone",
	                                   "WITA", "Asia/Jakarta"};
	struct stage s = begin();

	(void)state;
	s.config->timezone = S("Asia/Jakarta");
	for (s.lang = LANG_ID; s.lang < LANG_COUNT; s.lang++) {
		ask(&s, page_clock, "/help/clock", NULL);
		for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
			if (!shows(&s, both[i]))
				fail_msg("the page does not name: %s", both[i]);
		assert_true(shows(&s, "15 m"));
		assert_true(shows(&s, s.lang == LANG_EN ? "10:17:42 WIB" : "10.17.42 WIB"));
	}
	arena_free(&s.a);
}

static void whoever_reads_help_in_the_middle_of_a_step_finds_the_way_back(void **state)
{
	static page_fn *const pages[] = {page_help, page_clock, page_apps};
	struct stage s = begin();

	(void)state;
	fake.look = (struct signin_state){.screen = SCREEN_CODE};
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		ask(&s, pages[i], "/help", NULL);
		assert_true(shows(&s, "href=\"/signin/code\""));
	}
	arena_free(&s.a);
}

/* ---- why one is signed out ------------------------------------------------------------------------------ */

static void at_signin(struct stage *s, const char *cookie)
{
	s->c = fake_call(s->a, s->config, LANG_ID, "/signin?type=penyedia", NULL);
	s->c->session_cookie = str_of(cookie);
	page_signin(s->c);
}

static void the_sign_in_says_why_a_session_is_over_and_nothing_to_others(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->session_idle_s = 45 * 60;
	at_signin(&s, NULL);
	assert_false(shows(&s, "Anda sudah keluar") || shows(&s, "Sesi Anda sudah berakhir"));
	at_signin(&s, COOKIE);
	assert_true(shows(&s, "Sesi Anda sudah berakhir"));
	fake.idle = true;
	at_signin(&s, COOKIE);
	assert_true(shows(&s, "role=\"status\"><p>Anda sudah keluar karena 45 menit tidak ada kegiatan."));
	assert_false(shows(&s, "Sesi Anda sudah berakhir"));
	arena_free(&s.a);
}

static void a_session_that_could_not_be_looked_up_is_not_called_over(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.gone_rc = RC_FAULT;
	at_signin(&s, COOKIE);
	assert_false(shows(&s, "Anda sudah keluar") || shows(&s, "Sesi Anda sudah berakhir"));
	fake.gone_rc = RC_TAKEN;
	at_signin(&s, COOKIE);
	assert_false(shows(&s, "Anda sudah keluar") || shows(&s, "Sesi Anda sudah berakhir"));
	arena_free(&s.a);
}

static void a_post_after_the_end_of_the_session_is_told_why(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->session_idle_s = 3600;
	fake.idle = true;
	s.c = fake_call(s.a, s.config, LANG_ID, "/account/mfa/disable", "x=1");
	s.c->session_cookie = S(COOKIE);
	page_trouble(s.c, TROUBLE_SIGNED_OUT);
	assert_int_equal(s.c->rep->status, 401);
	assert_true(shows(&s, "60 menit tidak ada kegiatan") && shows(&s, "href=\"/signin\""));
	arena_free(&s.a);
}

/* ---- passwords -------------------------------------------------------------------------------------------- */

static void the_least_length_of_a_password_stands_before_it_is_typed(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.setup = (struct setup){.login = S("ppk2"), .expires_s = FAKE_NOW_S + 900, .least = 15};
	ask(&s, page_setup, "/setup?t=abc", NULL);
	assert_true(shows(&s, "id=\"new-h\">Sedikitnya 15 huruf"));
	fake.setup.least = 8;
	ask(&s, page_setup, "/setup?t=abc", NULL);
	assert_true(shows(&s, "id=\"new-h\">Sedikitnya 8 huruf"));
	arena_free(&s.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_tells_for_each_type_whether_totp_is_compulsory),
		cmocka_unit_test(help_is_silent_about_what_nobody_here_uses),
		cmocka_unit_test(help_names_the_helpdesk_or_whom_to_ask_instead),
		cmocka_unit_test(the_clock_page_names_the_menus_in_both_languages_and_the_servers_time),
		cmocka_unit_test(whoever_reads_help_in_the_middle_of_a_step_finds_the_way_back),
		cmocka_unit_test(the_sign_in_says_why_a_session_is_over_and_nothing_to_others),
		cmocka_unit_test(a_session_that_could_not_be_looked_up_is_not_called_over),
		cmocka_unit_test(a_post_after_the_end_of_the_session_is_told_why),
		cmocka_unit_test(the_least_length_of_a_password_stands_before_it_is_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
