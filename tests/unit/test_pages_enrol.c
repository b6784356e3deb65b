/* The page of an activation, in the sign-in and at home, and what comes after it. */
#include <stdio.h>

#include "pages_stage.h"

static void the_activation_page_has_all_that_a_phone_may_need(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	ask(&s, page_enrol, "/signin/enrol", NULL);
	assert_shows(&s, "<dd>penyedia1</dd>");
	assert_shows(&s, "<dd>Tidak Aktif</dd>");
	assert_shows(&s, "QR Code akan tertutup dalam waktu 1 menit 59 detik.");
	assert_shows(&s, "Berlaku sampai pukul 10.19.41 WIB.");
	assert_shows(&s, "src=\"data:image/png;base64,iVBOR");
	assert_shows(&s, "href=\"otpauth://totp/LPSE:penyedia1%20%233?secret=JBSWY3DPEHPK3PXP\"");
	assert_shows(&s, "<span>JBSW</span> <span>Y3DP</span>");
	assert_shows(&s, "data-copy=\"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\"");
	assert_shows(&s, "nama akun LPSE: penyedia1 #3");
	assert_shows(&s, "Time based");
	assert_shows(&s, "value=\"HP saya\"");
	assert_shows(&s, "action=\"/signout\"");
	assert_str(fake_header(s.c, "Refresh"), "120; url=/signin/enrol");
	arena_free(&s.a);
}

static void the_same_page_serves_the_account(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	fake.enrol_look.may_leave = true;
	ask(&s, page_enrol, "/account/mfa/enrol", NULL);
	assert_shows(&s, "action=\"/account/mfa/enrol\"");
	assert_shows(&s, "formaction=\"/account/mfa/enrol/renew\"");
	/* "later" ends what is open, so it is a press */
	assert_shows(&s, "action=\"/account/mfa/enrol/leave\"");
	assert_shows(&s, "Nanti saja</button>");
	arena_free(&s.a);
}

static void a_slow_phone_is_told_by_how_much_and_a_zone_by_name(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_CLOCK, .offset_s = -47 * 60};
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+saya&code=123456");
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "Jam ponsel Anda terlambat 47 menit.");
	assert_shows(&s, "href=\"/help/clock\"");
	fake.enrol_step.told.offset_s = 12 * 3600;
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+saya&code=123456");
	assert_shows(&s, "terlalu cepat 12 jam.");
	fake.enrol_step.told.offset_s = -86400;
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+saya&code=123456");
	assert_shows(&s, "terlambat 1 hari.");
	fake.enrol_step.told.offset_s = 7200 - 30;
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+saya&code=123456");
	assert_shows(&s, "berbeda tepat 2 jam: zona waktunya keliru. Pilih WIB.");
	arena_free(&s.a);
}

static void more_time_keeps_what_was_typed_and_no_code_in_an_address(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_RENEWED, .until_s = FAKE_NOW_S + 119};
	ask(&s, page_enrol_renew, "/signin/enrol/renew", "device=HP+baru+%26+bagus&code=");
	assert_str(fake_header(s.c, "Location"), "/signin/enrol?more=1&device=HP%20baru%20%26%20bagus");
	ask(&s, page_enrol_renew, "/signin/enrol/renew", "device=HP+baru&code=12");
	assert_int_equal(s.c->rep->status, 200);
	assert_shows(&s, "value=\"12\"");
	assert_shows(&s, "value=\"HP baru\"");
	assert_shows(&s, "Waktu ditambah.");
	arena_free(&s.a);
}

static void a_closed_qr_is_explained_and_never_shown(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	fake.enrol_look.screen = ENROL_CLOSED;
	fake.enrol_look.period_ends_s = FAKE_NOW_S - 12;
	ask(&s, page_enrol, "/signin/enrol", NULL);
	assert_shows(&s, "QR Code tertutup pada pukul 10.17.30 WIB.");
	assert_shows(&s, "action=\"/signin/enrol/renew\"");
	assert_hides(&s, "class=\"qr");
	assert_hides(&s, "otpauth:");
	arena_free(&s.a);
}

static void a_missing_qr_is_always_explained(void **state)
{
	static const struct {
		enum enrol_screen screen;
		const char *words;
	} cases[] = {
		{ENROL_NONE, "TOTP belum aktif."}, {ENROL_OVER, "Waktu aktivasi ini sudah habis."},
		{ENROL_ELSEWHERE, "sedang terbuka di jendela lain sejak pukul 10.15.02 WIB"},
		{ENROL_ALREADY, "TOTP sudah aktif sejak 21 November 2026"}, {ENROL_FULL, "sudah mencapai batas"},
		{ENROL_NOT_ALLOWED, "TOTP dengan kode tidak dipakai"}, {ENROL_GONE, "terlalu lama terbuka"},
	};
	struct stage s = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		at_enrol(&s);
		fake.enrol_look.screen = cases[i].screen;
		fake.enrol_look.other_since_s = FAKE_NOW_S - 160;
		fake.enrol_look.active_since_s = FAKE_NOW_S - 60;
		ask(&s, page_enrol, "/signin/enrol", NULL);
		assert_int_equal(s.c->rep->status, 200);
		assert_shows(&s, cases[i].words);
		assert_hides(&s, "class=\"qr");
		assert_hides(&s, "JBSW");
	}
	arena_free(&s.a);
}

static void an_activation_ends_on_a_page_with_the_door_on(void **state)
{
	struct stage s = begin();
	struct device rows[] = {{.name = S("HP <b>")}};
	struct who who = {.type = &s.config->types[0]};

	(void)state;
	fake.enrol_step = (struct enrol_state){.screen = ENROL_DONE, .session_cookie = S("SSSS"), .go = S("/demo/app/"),
	                                       .device_name = S("HP saya")};
	ask(&s, page_enrol_post, "/signin/enrol", "device=HP+saya&code=123456");
	assert_str(fake_header(s.c, "Location"), "/signin/done?next=%2Fdemo%2Fapp%2F");
	fake.devices = (struct device_list){.rows = rows, .n = 1};
	s.c = fake_call(s.a, s.config, LANG_ID, "/signin/done?next=%2Fdemo%2Fapp%2F", NULL);
	s.c->who = &who;
	page_enrol_done(s.c);
	assert_shows(&s, "<h1>TOTP berhasil diaktifkan di &quot;HP &lt;b&gt;&quot;.</h1>");
	assert_shows(&s, "href=\"/demo/app/\"");
	assert_str(fake_header(s.c, "Refresh"), "10; url=/demo/app/");
	arena_free(&s.a);
}

static void logout_on_an_open_activation_asks_with_both_ways(void **state)
{
	struct stage s = begin();

	(void)state;
	at_enrol(&s);
	ask(&s, page_enrol_unfinished, "/signout", "x=1");
	assert_shows(&s, "Aktivasi belum selesai. Masukkan Kode OTP dulu");
	assert_shows(&s, "href=\"/signin/enrol\"");
	assert_shows(&s, "name=\"sure\" value=\"1\"");
	assert_shows(&s, "hapus entri LPSE: penyedia1 #3 dari aplikasi");
	arena_free(&s.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_activation_page_has_all_that_a_phone_may_need),
		cmocka_unit_test(the_same_page_serves_the_account),
		cmocka_unit_test(a_slow_phone_is_told_by_how_much_and_a_zone_by_name),
		cmocka_unit_test(more_time_keeps_what_was_typed_and_no_code_in_an_address),
		cmocka_unit_test(a_closed_qr_is_explained_and_never_shown),
		cmocka_unit_test(a_missing_qr_is_always_explained),
		cmocka_unit_test(an_activation_ends_on_a_page_with_the_door_on),
		cmocka_unit_test(logout_on_an_open_activation_asks_with_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
