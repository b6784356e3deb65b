#include "test.h"

#include "web/eml.h"
#include "web/log_words.h"
#include "web/mail.h"

static struct config config;
static struct user user;

static struct arena *setting(void)
{
	config = (struct config){.base_url = S("https://masuk.example:8443"), .organisation = S("LPSE Contoh")};
	config.helpdesk.email = S("helpdesk@example.id");
	user = (struct user){.id = 1, .login = S("penyedia1"), .shown = S("Penyedia1"), .name = S("Budi")};
	return test_arena();
}

static struct mail letter_about(const char *what, const char *lang)
{
	return (struct mail){
		.id = 7, .user = 1, .template = str_of(what), .lang = str_of(lang), .to = S("budi@example.id"),
		.detail = S("what=HP saya\nat=1795244370\naddress=192.0.2.7\nbrowser=Chrome, Windows\n"),
	};
}

static bool has(struct str text, const char *piece)
{
	size_t n = strlen(piece);

	for (size_t i = 0; i + n <= text.len; i++)
		if (memcmp(text.ptr + i, piece, n) == 0)
			return true;
	return false;
}

static void a_letter_has_both_languages_and_the_persons_first(void **state)
{
	struct arena *a = setting();
	struct mail m = letter_about("device.added", "en");
	struct courier_job job;

	(void)state;
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_str(job.subject, "Notice: a TOTP device was added on your account");
	assert_str(job.to, "budi@example.id");
	assert_str(job.from, "LPSE Contoh <noreply@masuk.example>");
	assert_true(str_starts(job.text, S("Dear Budi (User ID Penyedia1),")));
	assert_true(has(job.text, "Yth. Bapak/Ibu Budi (User ID Penyedia1),"));
	assert_true(has(job.text, "HP saya") && has(job.text, "192.0.2.7") && has(job.text, "Chrome, Windows"));
	assert_true(has(job.text, "helpdesk@example.id") && has(job.text, "https://masuk.example:8443"));
	assert_true(has(job.html, "<div lang=\"en\">") && has(job.html, "<div lang=\"id\">"));
	arena_free(&a);
}

static void every_change_has_words_of_its_own_and_an_unknown_one_has_some(void **state)
{
	static const char *const changes[] = {
		"device.added", "device.removed", "device.renamed", "device.suspended", "device.restored", "device.moved",
		"mfa.disabled", "password.changed", "code.wrong", "code.paused", "something.else",
	};
	struct arena *a = setting();
	struct courier_job jobs[sizeof(changes) / sizeof(changes[0])];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct mail m = letter_about(changes[i], "id");

		assert_int_equal(mail_render(a, &config, &m, &user, &jobs[i]), RC_OK);
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(jobs[k].subject, jobs[i].subject));
	}
	arena_free(&a);
}

static void a_suspension_tells_until_when_and_where_it_can_be_taken_back(void **state)
{
	struct arena *a = setting();
	struct mail m = letter_about("device.suspended", "id");
	struct courier_job job;

	(void)state;
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_false(has(job.text, "/account/devices"));
	m.detail = S("what=HP saya\nat=1795244370\naddress=192.0.2.7\nbrowser=Chrome, Windows\nuntil=1795417170\n");
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_true(has(job.text, "Dapat dikembalikan sampai"));
	assert_true(has(job.text, "https://masuk.example:8443/account/devices"));
	assert_true(has(job.html, "https://masuk.example:8443/account/devices"));
	assert_true(has(job.text, "HP saya") && has(job.text, "Chrome, Windows") && has(job.text, "192.0.2.7"));
	arena_free(&a);
}

static void what_people_typed_is_escaped_in_html_and_breaks_no_header(void **state)
{
	struct arena *a = setting();
	struct mail m = letter_about("device.added", "id");
	struct courier_job job;

	(void)state;
	m.detail = S("what=<script>&\"\nat=x\n");
	config.organisation = S("A <a@b>\r\nBcc: c@d");
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_false(has(job.html, "<script>"));
	assert_true(has(job.html, "&lt;script&gt;&amp;"));
	assert_str(job.from, "A abBcc cd <noreply@masuk.example>");
	arena_free(&a);
}

static void a_letter_about_an_account_that_is_gone_is_still_a_letter(void **state)
{
	struct arena *a = setting();
	struct mail m = letter_about("password.changed", "id");
	struct courier_job job;

	(void)state;
	user = (struct user){0};
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	arena_free(&a);
}

static void training_is_marked_in_the_subject_the_sender_and_the_first_line_of_both_languages(void **state)
{
	struct arena *a = setting();
	struct mail m = letter_about("password.changed", "id");
	struct courier_job job;

	(void)state;
	config.training_session = S("Latihan 1");
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_true(str_starts(job.subject, S("[MODE LATIHAN] ")));
	assert_str(job.from, "[MODE LATIHAN] LPSE Contoh <noreply@masuk.example>");
	assert_true(str_starts(job.text, S("[MODE LATIHAN] Latihan 1.")));
	assert_true(has(job.text, "\n[TRAINING MODE] Latihan 1."));
	assert_true(has(job.html, "<p>[MODE LATIHAN] Latihan 1.") && has(job.html, "<p>[TRAINING MODE] Latihan 1."));
	m.lang = S("en");
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_str(job.from, "[TRAINING] LPSE Contoh <noreply@masuk.example>");
	config.training_session = STR_NONE;
	assert_int_equal(mail_render(a, &config, &m, &user, &job), RC_OK);
	assert_false(has(job.text, "TRAINING") || has(job.subject, "TRAINING") || has(job.from, "TRAINING"));
	arena_free(&a);
}

/* ---- letters read back ------------------------------------------------------------------------------ */

static void a_letter_is_read_back_from_its_parts(void **state)
{
	struct arena *a = test_arena();
	struct eml letter;

	(void)state;
	eml_read(a, S("From: a@example.id\r\nTo: <b@example.id>\r\nSubject: =?UTF-8?B?U2F5YQ==?=\r\n =?utf-8?q?_baca=3D?= ya\r\nDate: x\r\n"
	              "Content-Type: multipart/alternative;\r\n boundary=\"=_b\"\r\n\r\nignored\r\n--=_b\r\n"
	              "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nsatu=20=\r\n"
	              "dua\r\ntiga\r\n--=_b\r\nContent-Type: text/html\r\n\r\n<p>empat\r\n--=_b--\r\n"), &letter);
	assert_str(letter.from, "a@example.id");
	assert_str(letter.to, "<b@example.id>");
	assert_str(letter.subject, "Saya baca= ya");
	assert_str(letter.date, "x");
	assert_str(letter.text, "satu dua\r\ntiga\r\n");
	arena_free(&a);
}

static void base64_and_plain_letters_are_read_too(void **state)
{
	struct arena *a = test_arena();
	struct eml letter;

	(void)state;
	eml_read(a, S("Subject: a\nContent-Transfer-Encoding: base64\n\nU2F5YSBi\nYWNh\n"), &letter);
	assert_str(letter.text, "Saya baca");
	eml_read(a, S("Subject: b\n\nplain\n"), &letter);
	assert_str(letter.text, "plain\n");
	arena_free(&a);
}

static void rubbish_is_no_letter_and_no_crash(void **state)
{
	static const char *const files[] = {
		"", "\n", ":", "a", "Subject:", "Subject: =?", "Subject: =?UTF-8?Q?", "Subject: =?UTF-8?Q?=?=", "Subject: =?UTF-8?B?!!!?=\n\n",
		"Content-Type: multipart/x; boundary=\n\n--\n--\n", "Content-Type: multipart/x; boundary=b\n\n--b",
		"Content-Type: multipart/x; boundary=b\n\n--b\n--b\n--b--",
		"Content-Transfer-Encoding: quoted-printable\n\n=\n=1\n=", "\n\n\n", " folded\n folded\n\nx",
	};
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct eml letter;

		eml_read(a, str_of(files[i]), &letter);
	}
	arena_free(&a);
}

/* ---- the access log in words ------------------------------------------------------------------------ */

static struct str line(struct arena *a, const char *event, const char *result, const char *reason, const char *factor)
{
	struct audit row = {.event = str_of(event), .result = str_of(result), .reason = str_of(reason), .factor = str_of(factor),
	                    .device = S("HP saya")};

	return log_words(a, LANG_ID, &row);
}

static void the_log_says_what_happened(void **state)
{
	struct arena *a = test_arena();
	struct audit by_staff = {.event = S("user.something"), .result = S("ok"), .actor = S("cli")};

	(void)state;
	assert_str(line(a, "signin", "ok", NULL, "pwd"), "Berhasil masuk dengan password");
	assert_str(line(a, "signin", "ok", NULL, "pwd otp"), "Berhasil masuk dengan password dan Kode OTP");
	assert_str(line(a, "code", "ok", NULL, "otp"), "Kode OTP cocok, dari HP saya");
	assert_str(line(a, "code", "refused", "wrong-code", "otp"), "Tidak jadi masuk: kode tidak cocok");
	assert_str(line(a, "code", "refused", "used-code", "otp"), "Tidak jadi masuk: kode sudah dipakai");
	assert_str(line(a, "password", "refused", "wrong-password", NULL), "Tidak jadi masuk: password tidak cocok");
	assert_str(line(a, "password", "refused", "something new", NULL), "Tidak jadi masuk");
	assert_str(line(a, "enrol", "ok", NULL, "otp"), "TOTP diaktifkan di HP saya");
	assert_str(line(a, "brand.new", "ok", NULL, NULL), "brand.new: selesai");
	assert_str(line(a, "brand.new", "refused", NULL, NULL), "brand.new: tidak jadi");
	assert_str(line(a, "user.add", "ok", NULL, NULL), "Akun dibuat oleh pengelola");
	assert_str(line(a, "user.reset", "ok", NULL, NULL), "Semua perangkat dilepas oleh pengelola");
	assert_str(log_words(a, LANG_EN, &by_staff), "Changed by an administrator: user.something");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_has_both_languages_and_the_persons_first),
		cmocka_unit_test(every_change_has_words_of_its_own_and_an_unknown_one_has_some),
		cmocka_unit_test(a_suspension_tells_until_when_and_where_it_can_be_taken_back),
		cmocka_unit_test(what_people_typed_is_escaped_in_html_and_breaks_no_header),
		cmocka_unit_test(a_letter_about_an_account_that_is_gone_is_still_a_letter),
		cmocka_unit_test(training_is_marked_in_the_subject_the_sender_and_the_first_line_of_both_languages),
		cmocka_unit_test(a_letter_is_read_back_from_its_parts), cmocka_unit_test(base64_and_plain_letters_are_read_too),
		cmocka_unit_test(rubbish_is_no_letter_and_no_crash), cmocka_unit_test(the_log_says_what_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
