#include <stdio.h>

#include "core/passphrase.h"
#include "pages_stage.h"

static void at_password(struct stage *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_PASSWORD, .form = &s->config->types[0], .login = S("penyedia1"),
	                                  .form_ends_s = FAKE_NOW_S + 300, .renewals_left = 10};
	fake.step = fake.look;
}

static void at_code(struct stage *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_CODE, .form = &s->config->types[0], .login = S("penyedia1"), .n_labels = 1};
	fake.look.labels[0] = S("LPSE Contoh: penyedia1 #3");
	fake.step = fake.look;
}

/* ---- the way in ---------------------------------------------------------------------------------------- */

static void the_landing_offers_the_types_and_the_other_ways(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_landing, "/", NULL);
	assert_int_equal(s.c->rep->status, 200);
	assert_shows(&s, "name=\"type\" value=\"penyedia\">Penyedia</button>");
	assert_shows(&s, "name=\"type\" value=\"non-penyedia\">Non Penyedia</button>");
	assert_shows(&s, "href=\"https://spse.example/daftar\">Daftar di sini</a>");
	assert_shows(&s, "href=\"/help/apps\"");
	assert_shows(&s, "lang=\"en\">English</a>");
	arena_free(&s.a);
}

static void with_one_type_the_address_itself_is_the_login_page(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->n_types = 1;
	ask(&s, page_landing, "/", NULL);
	assert_int_equal(s.c->rep->status, 303);
	assert_str(fake_header(s.c, "Location"), "/signin");
	ask(&s, page_signin, "/signin", NULL);
	assert_shows(&s, "<input id=\"user\" name=\"user\"");
	arena_free(&s.a);
}

static void a_type_in_the_address_skips_the_choice_and_decides_the_form(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_signin, "/signin?type=penyedia", NULL);
	assert_shows(&s, "<h1 class=\"caps\">Login Penyedia</h1>");
	assert_hides(&s, "type=\"password\"");
	ask(&s, page_signin, "/signin?type=pelanggan", NULL);
	assert_shows(&s, "type=\"password\"");
	assert_shows(&s, "name=\"agree\"");
	ask(&s, page_signin, "/signin?type=unknown", NULL);
	assert_shows(&s, "Pilih Jenis User</h1>");
	arena_free(&s.a);
}

static void the_return_address_travels_with_the_form(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_signin, "/signin?type=penyedia&next=%2Fdemo%2Fapp%2F", NULL);
	assert_shows(&s, "name=\"next\" value=\"/demo/app/\"");
	at_password(&s);
	ask(&s, page_signin_post, "/signin", "type=penyedia&user=penyedia1&next=%2Fdemo%2Fapp%2F");
	assert_str(fake.got_next, "/demo/app/");
	assert_str(fake_header(s.c, "Location"), "/signin/password");
	ask(&s, page_signin, "/signin?type=penyedia&next=https%3A%2F%2Fevil.example%2F", NULL);
	assert_hides(&s, "evil.example\"");
	arena_free(&s.a);
}

static void a_typed_user_id_is_shown_again_and_cannot_leave_its_attribute(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.step = (struct signin_state){.form = &s.config->types[0], .login = S("\"><script>x</script>"),
	                                  .told = {.say = SAY_TOO_LONG, .missing = FIELD_USER}};
	ask(&s, page_signin_post, "/signin", "type=penyedia&user=x");
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "value=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\"");
	assert_hides(&s, "<script>x");
	assert_shows(&s, "User ID terlalu panjang.");
	arena_free(&s.a);
}

static void an_empty_form_names_each_field_twice_and_takes_the_focus(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.step = (struct signin_state){.form = &s.config->types[2], .login = S("pelanggan1"),
	                                  .told = {.say = SAY_MISSING, .missing = FIELD_PASSWORD | FIELD_AGREE}};
	ask(&s, page_signin_post, "/signin", "type=pelanggan&user=pelanggan1&password=");
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "<title>Kesalahan: Login Pelanggan");
	assert_shows(&s, "id=\"sum\" tabindex=\"-1\" autofocus><div role=\"alert\">");
	assert_shows(&s, "<a href=\"#password\">Data belum lengkap: Password belum diisi.</a>");
	assert_shows(&s, "</span>Data belum lengkap: Password belum diisi.</span>");
	assert_shows(&s, "<a href=\"#agree\">Centang persetujuan Persyaratan dan Ketentuan untuk melanjutkan.</a>");
	assert_shows(&s, "value=\"pelanggan1\"");
	arena_free(&s.a);
}

static void a_wrong_password_keeps_the_tick_and_forgets_the_password(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.step = (struct signin_state){.form = &s.config->types[2], .login = S("pelanggan1"),
	                                  .told = {.say = SAY_SIGNIN_WRONG, .ref = S("K7-42Q")}};
	ask(&s, page_signin_post, "/signin", "type=pelanggan&user=pelanggan1&password=geheim-x&agree=1");
	assert_shows(&s, "User ID atau password tidak cocok.");
	assert_shows(&s, "name=\"agree\" value=\"1\" checked");
	assert_shows(&s, "K7-42Q");
	assert_hides(&s, "geheim-x");
	arena_free(&s.a);
}

/* ---- the captcha ------------------------------------------------------------------------------------------ */

static void with_captcha(struct stage *s, enum captcha_mode mode)
{
	at_password(s);
	s->config->captcha = mode;
	fake.look.captcha_due = fake.step.captcha_due = true;
}

static void a_picture_stands_on_the_form_and_enter_still_signs_in(void **state)
{
	struct stage s = begin();
	const char *page, *submit, *renew;

	(void)state;
	with_captcha(&s, CAPTCHA_MODE_PICTURE);
	ask(&s, page_password, "/signin/password", NULL);
	assert_shows(&s, "<label for=\"captcha\">Kode Keamanan</label>");
	assert_shows(&s, "src=\"/captcha.png\" width=\"200\" height=\"64\" alt=\"Gambar berisi 5 angka untuk disalin\"");
	assert_shows(&s, "href=\"/captcha.wav\"");
	assert_shows(&s, "autocomplete=\"off\"");
	assert_shows(&s, "data-solve");
	assert_hides(&s, "<noscript>");
	page = arena_cstr(s.a, buf_str(&s.c->rep->body));
	page = strstr(page, "action=\"/signin/password\"");
	submit = strstr(page, "<button class=\"sr\" tabindex=\"-1\" aria-hidden=\"true\">");
	renew = strstr(page, "name=\"new_captcha\"");
	assert_true(submit && renew && submit < renew);
	fake.look.captcha_due = false;
	ask(&s, page_password, "/signin/password", NULL);
	assert_hides(&s, "captcha");
	arena_free(&s.a);
}

static void work_first_keeps_the_picture_for_browsers_without_scripts(void **state)
{
	struct stage s = begin();

	(void)state;
	with_captcha(&s, CAPTCHA_MODE_WORK);
	ask(&s, page_password, "/signin/password", NULL);
	assert_shows(&s, "<div data-work=\"/static/captcha.");
	assert_shows(&s, "<noscript><div class=\"field\"><label for=\"captcha\">");
	assert_hides(&s, "data-solve");
	/* Once something was wrong with it, everybody sees the picture. */
	fake.step.told = (struct told){.say = SAY_CAPTCHA_WRONG};
	ask(&s, page_password_post, "/signin/password", "password=x&altcha=x");
	assert_int_equal(s.c->rep->status, 422);
	assert_hides(&s, "<noscript>");
	assert_shows(&s, "<a href=\"#captcha\">Kode Keamanan tidak cocok. Kode baru sudah kami siapkan.</a>");
	assert_shows(&s, "aria-describedby=\"captcha-h captcha-e\" aria-invalid=\"true\"");
	arena_free(&s.a);
}

static void both_answers_are_handed_over_and_none_comes_back(void **state)
{
	struct stage s = begin();

	(void)state;
	with_captcha(&s, CAPTCHA_MODE_PICTURE);
	fake.step.told = (struct told){.say = SAY_SIGNIN_WRONG};
	ask(&s, page_password_post, "/signin/password", "password=x&captcha=73519&altcha=eyJ9");
	assert_str(fake.got_captcha.text, "73519");
	assert_str(fake.got_captcha.work, "eyJ9");
	assert_hides(&s, "73519");
	assert_hides(&s, "eyJ9");
	arena_free(&s.a);
}

static void another_picture_keeps_the_user_id_and_the_tick_and_tries_no_password(void **state)
{
	struct stage s = begin();

	(void)state;
	s.config->captcha = CAPTCHA_MODE_WORK;
	ask(&s, page_signin_post, "/signin", "type=pelanggan&user=pelanggan1&password=rahasia-x&agree=1&new_captcha=1");
	assert_int_equal(s.c->rep->status, 200);
	assert_int_equal(fake.captchas_anew, 1);
	assert_int_equal(fake.steps, 0);
	assert_shows(&s, "value=\"pelanggan1\"");
	assert_shows(&s, "name=\"agree\" value=\"1\" checked");
	assert_hides(&s, "rahasia-x");
	assert_hides(&s, "<noscript>");
	with_captcha(&s, CAPTCHA_MODE_WORK);
	ask(&s, page_password_post, "/signin/password", "password=rahasia-x&new_captcha=1");
	assert_int_equal(s.c->rep->status, 200);
	assert_int_equal(fake.captchas_anew, 2);
	assert_shows(&s, "penyedia1");
	assert_hides(&s, "rahasia-x");
	arena_free(&s.a);
}

static void reset_carries_the_typed_user_id(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_signin_post, "/signin", "type=penyedia&user=penyedia1&reset=1");
	assert_str(fake_header(s.c, "Location"), "/reset");
	assert_str(fake.got_user, "penyedia1");
	ask(&s, page_signin_post, "/signin", "type=penyedia&user=&reset=1");
	assert_str(fake_header(s.c, "Location"), "/reset");
	assert_int_equal(fake.steps, 1);
	at_password(&s);
	ask(&s, page_later, "/reset", NULL);
	assert_shows(&s, "penyedia1");
	assert_shows(&s, "Reset TOTP tidak mengirimkan kode");
	arena_free(&s.a);
}

static void enter_presses_the_main_button(void **state)
{
	struct stage s = begin();
	char *html, *main_button, *other;

	(void)state;
	at_enrol(&s);
	ask(&s, page_enrol, "/signin/enrol", NULL);
	html = arena_cstr(s.a, buf_str(&s.c->rep->body));
	main_button = strstr(html, "<button>Kirim</button>");
	other = strstr(html, "formaction=\"/signin/enrol/renew\"");
	assert_non_null(main_button);
	assert_non_null(other);
	assert_true(main_button < other);
	ask(&s, page_signin, "/signin?type=penyedia", NULL);
	html = arena_cstr(s.a, buf_str(&s.c->rep->body));
	assert_true(strstr(html, "<button>Login</button>") < strstr(html, "name=\"reset\""));
	arena_free(&s.a);
}

/* ---- the password ----------------------------------------------------------------------------------------- */

static void the_password_page_says_when_it_ends_and_asks_again_then(void **state)
{
	struct stage s = begin();

	(void)state;
	at_password(&s);
	ask(&s, page_password, "/signin/password", NULL);
	assert_shows(&s, "Batas waktu pengisian: 5 menit 0 detik lagi.");
	assert_shows(&s, "sampai pukul 10.22.42 WIB");
	assert_shows(&s, "data-left=\"300\"");
	assert_shows(&s, "value=\"penyedia1\" autocomplete=\"username\"");
	assert_str(fake_header(s.c, "Refresh"), "301; url=/signin/password");
	arena_free(&s.a);
}

static void an_expired_password_page_keeps_the_user_id_and_offers_time(void **state)
{
	struct stage s = begin();

	(void)state;
	at_password(&s);
	fake.look.told.say = SAY_FORM_EXPIRED;
	ask(&s, page_password, "/signin/password", NULL);
	assert_shows(&s, "Batas waktu pengisian sudah lewat. User ID Anda masih tersimpan");
	assert_shows(&s, "action=\"/signin/password/renew\"");
	assert_hides(&s, "type=\"password\"");
	assert_null(fake_header(s.c, "Refresh").ptr);
	arena_free(&s.a);
}

static void a_page_of_another_step_leads_to_the_open_one(void **state)
{
	struct stage s = begin();

	(void)state;
	at_code(&s);
	ask(&s, page_password, "/signin/password", NULL);
	assert_str(fake_header(s.c, "Location"), "/signin/code");
	ask(&s, page_signin, "/signin", NULL);
	assert_str(fake_header(s.c, "Location"), "/signin/code");
	ask(&s, page_signin, "/signin?type=penyedia", NULL);
	assert_int_equal(s.c->rep->status, 200);
	fake.look = (struct signin_state){0};
	ask(&s, page_code, "/signin/code", NULL);
	assert_str(fake_header(s.c, "Location"), "/signin");
	arena_free(&s.a);
}

static void a_sign_in_that_is_over_says_so_and_begins_anew(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.step_rc = RC_ABSENT;
	ask(&s, page_password_post, "/signin/password", "password=x");
	assert_str(fake_header(s.c, "Location"), "/signin?over=1");
	ask(&s, page_code_post, "/signin/code", "code=123456");
	assert_str(fake_header(s.c, "Location"), "/signin?over=1");
	ask(&s, page_signin, "/signin?over=1", NULL);
	assert_shows(&s, "Halaman ini terlalu lama terbuka.");
	arena_free(&s.a);
}

static void a_finished_sign_in_sets_the_session_and_drops_the_sign_in_cookie(void **state)
{
	struct stage s = begin();
	bool session = false, dropped = false;

	(void)state;
	at_code(&s);
	fake.step = (struct signin_state){.screen = SCREEN_DONE, .session_cookie = S("SSSS"), .go = S("/home")};
	ask(&s, page_code_post, "/signin/code", "code=123+456");
	assert_str(fake.got_code, "123 456");
	assert_int_equal(s.c->rep->status, 303);
	assert_str(fake_header(s.c, "Location"), "/home");
	for (size_t i = 0; i < s.c->rep->n_headers; i++) {
		struct str v = s.c->rep->headers[i].value;
		if (!str_is(s.c->rep->headers[i].name, "Set-Cookie"))
			continue;
		session |= strstr(arena_cstr(s.a, v), "=SSSS;") != NULL;
		dropped |= strstr(arena_cstr(s.a, v), "signin=;") != NULL;
	}
	assert_true(session && dropped);
	arena_free(&s.a);
}

static void a_return_to_another_host_is_told_to_the_browser_first(void **state)
{
	struct stage s = begin();

	(void)state;
	at_code(&s);
	fake.look.next = S("https://spse.example/app?x=1");
	ask(&s, page_code, "/signin/code", NULL);
	assert_non_null(strstr(arena_cstr(s.a, fake_header(s.c, "Content-Security-Policy")), "form-action 'self' https://spse.example;"));
	/* A goal that no page has told would be stopped by the browser: their own page instead. */
	fake.step = (struct signin_state){.screen = SCREEN_DONE, .session_cookie = S("SSSS"), .go = S("https://other.example/")};
	ask(&s, page_code_post, "/signin/code", "code=123456");
	assert_str(fake_header(s.c, "Location"), "/home");
	arena_free(&s.a);
}

static void busy_is_503_with_a_clock_time_and_the_form(void **state)
{
	struct stage s = begin();

	(void)state;
	at_password(&s);
	fake.step_rc = RC_BUSY;
	ask(&s, page_password_post, "/signin/password", "password=x");
	assert_int_equal(s.c->rep->status, 503);
	assert_str(fake_header(s.c, "Retry-After"), "5");
	assert_shows(&s, "Coba lagi pukul 10.17.47 WIB.");
	assert_shows(&s, "name=\"password\"");
	fake.step_rc = RC_FAULT;
	ask(&s, page_signin_post, "/signin", "type=pelanggan&user=pelanggan1&password=x&agree=1");
	assert_int_equal(s.c->rep->status, 503);
	assert_shows(&s, "value=\"pelanggan1\"");
	at_enrol(&s);
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+Kantor&code=123456");
	assert_int_equal(s.c->rep->status, 503);
	assert_shows(&s, "value=\"HP Kantor\"");
	arena_free(&s.a);
}

/* ---- codes --------------------------------------------------------------------------------------------------- */

static void the_code_page_names_the_entry_to_open(void **state)
{
	struct stage s = begin();

	(void)state;
	at_code(&s);
	ask(&s, page_code, "/signin/code", NULL);
	assert_shows(&s, "MFA Login: Masukkan Kode OTP</h1>");
	assert_shows(&s, "Buka entri LPSE Contoh: penyedia1 #3 di aplikasi authenticator Anda.");
	assert_shows(&s, "inputmode=\"numeric\" autocomplete=\"one-time-code\"");
	assert_shows(&s, "autofocus aria-describedby=\"code-h\"");
	assert_hides(&s, "class=\"qr");
	assert_hides(&s, "maxlength");
	arena_free(&s.a);
}

static void a_pause_says_until_when_and_which_doors_are_open(void **state)
{
	struct stage s = begin();

	(void)state;
	at_code(&s);
	fake.step.told = (struct told){.say = SAY_CODE_PAUSED, .until_s = FAKE_NOW_S + 30, .ref = S("K7-42Q")};
	ask(&s, page_code_post, "/signin/code", "code=123456");
	assert_shows(&s, "<h1>Login dengan kode dijeda sampai pukul 10.18.12 WIB</h1>");
	assert_shows(&s, "href=\"/reset\"");
	assert_shows(&s, "href=\"/helpdesk\"");
	assert_shows(&s, "K7-42Q");
	fake.step.told = (struct told){.say = SAY_CODE_FROZEN};
	ask(&s, page_code_post, "/signin/code", "code=123456");
	assert_shows(&s, "<h1>Login dengan kode ditutup untuk akun ini</h1>");
	arena_free(&s.a);
}

/* ---- set-up links, troubles ------------------------------------------------------------------------------------- */

static void a_set_up_link_that_is_over_says_why_with_410(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.look_rc = RC_ABSENT;
	fake.setup = (struct setup){.login = S("ppk2"), .used_s = FAKE_NOW_S - 60};
	ask(&s, page_setup, "/setup?t=abc", NULL);
	assert_int_equal(s.c->rep->status, 410);
	assert_shows(&s, "Tautan ini sudah dipakai pada 21 November 2026, 10.16 WIB.");
	fake.setup = (struct setup){0};
	ask(&s, page_setup, "/setup", NULL);
	assert_int_equal(s.c->rep->status, 410);
	arena_free(&s.a);
}

static void a_short_password_is_told_how_short(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.setup = (struct setup){.login = S("ppk2"), .expires_s = FAKE_NOW_S + 900,
	                            .told = {.say = SAY_PASSWORD_RULE, .rule = PASSPHRASE_SHORT, .least = 15}};
	ask(&s, page_setup_post, "/setup", "t=abc&new=kurz&again=kurz");
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "<a href=\"#new\">Password terlalu pendek. Pakai sedikitnya 15 huruf, angka, atau spasi.</a>");
	assert_hides(&s, "kurz");
	fake.setup.told = (struct told){.say = SAY_DONE};
	ask(&s, page_setup_post, "/setup", "t=abc&new=a&again=a");
	assert_str(fake_header(s.c, "Location"), "/setup?done=1");
	arena_free(&s.a);
}

static void every_trouble_has_a_reference_and_a_way_on(void **state)
{
	static const int statuses[] = {400, 401, 401, 403, 403, 403, 404, 405, 503, 503, 500};
	struct stage s = begin();

	(void)state;
	for (int what = TROUBLE_MALFORMED; what <= TROUBLE_BUG; what++) {
		s.c = fake_call(s.a, s.config, LANG_ID, "/x", NULL);
		page_trouble(s.c, (enum trouble)what);
		assert_int_equal(s.c->rep->status, statuses[what]);
		assert_shows(&s, "K7-42Q");
		assert_shows(&s, "href=\"/helpdesk\"");
		if (s.c->rep->status == 503)
			assert_str(fake_header(s.c, "Retry-After"), "5");
	}
	arena_free(&s.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_landing_offers_the_types_and_the_other_ways),
		cmocka_unit_test(with_one_type_the_address_itself_is_the_login_page),
		cmocka_unit_test(a_type_in_the_address_skips_the_choice_and_decides_the_form),
		cmocka_unit_test(the_return_address_travels_with_the_form),
		cmocka_unit_test(a_typed_user_id_is_shown_again_and_cannot_leave_its_attribute),
		cmocka_unit_test(an_empty_form_names_each_field_twice_and_takes_the_focus),
		cmocka_unit_test(a_wrong_password_keeps_the_tick_and_forgets_the_password),
		cmocka_unit_test(a_picture_stands_on_the_form_and_enter_still_signs_in),
		cmocka_unit_test(work_first_keeps_the_picture_for_browsers_without_scripts),
		cmocka_unit_test(both_answers_are_handed_over_and_none_comes_back),
		cmocka_unit_test(another_picture_keeps_the_user_id_and_the_tick_and_tries_no_password),
		cmocka_unit_test(reset_carries_the_typed_user_id),
		cmocka_unit_test(enter_presses_the_main_button),
		cmocka_unit_test(the_password_page_says_when_it_ends_and_asks_again_then),
		cmocka_unit_test(an_expired_password_page_keeps_the_user_id_and_offers_time),
		cmocka_unit_test(a_page_of_another_step_leads_to_the_open_one),
		cmocka_unit_test(a_sign_in_that_is_over_says_so_and_begins_anew),
		cmocka_unit_test(a_finished_sign_in_sets_the_session_and_drops_the_sign_in_cookie),
		cmocka_unit_test(a_return_to_another_host_is_told_to_the_browser_first),
		cmocka_unit_test(busy_is_503_with_a_clock_time_and_the_form),
		cmocka_unit_test(the_code_page_names_the_entry_to_open),
		cmocka_unit_test(a_pause_says_until_when_and_which_doors_are_open),
		cmocka_unit_test(a_set_up_link_that_is_over_says_why_with_410),
		cmocka_unit_test(a_short_password_is_told_how_short),
		cmocka_unit_test(every_trouble_has_a_reference_and_a_way_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
