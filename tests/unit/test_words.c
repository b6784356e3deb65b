#include "test.h"
#include "web/html.h"
#include "web/words.h"

static void a_message_takes_its_values(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(words_text(a, LANG_ID, MSG_SIGNIN_TITLE, WORDS(WORD("type", S("Penyedia")))), "Login Penyedia");
	assert_str(words_text(a, LANG_EN, MSG_SIGNIN_TITLE, WORDS(WORD("type", S("Supplier")))), "Sign in: Supplier");
	assert_str(words_text(a, LANG_ID, MSG_ENROL_COUNTDOWN, WORDS(NUMBER("m", 1), NUMBER("s", 59))),
	           "QR Code akan tertutup dalam waktu 1 menit 59 detik.");
	arena_free(&a);
}

static void a_value_is_escaped_in_a_page_and_not_in_a_mail(void **state)
{
	struct arena *a = test_arena();
	struct str evil = S("<b>\"x\" & 'y'</b>");
	struct buf b;

	(void)state;
	buf_init(&b, a, 64, 4096);
	words_html(&b, LANG_ID, MSG_ENROL_DONE, WORDS(WORD("device", evil)));
	assert_str(buf_str(&b), "TOTP berhasil diaktifkan di &quot;&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;&quot;.");
	assert_str(words_text(a, LANG_ID, MSG_ENROL_DONE, WORDS(WORD("device", evil))),
	           "TOTP berhasil diaktifkan di \"<b>\"x\" & 'y'</b>\".");
	arena_free(&a);
}

static void a_value_is_not_read_as_a_message(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(words_text(a, LANG_ID, MSG_SIGNIN_TITLE, WORDS(WORD("type", S("{type} {x}")))), "Login {type} {x}");
	arena_free(&a);
}

static void a_name_without_a_value_stays_as_it_is_written(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(words_text(a, LANG_ID, MSG_SIGNIN_TITLE, NO_WORDS), "Login {type}");
	arena_free(&a);
}

/* {a}{b} of a text as a sorted, comparable line. */
static struct str names_of(struct arena *a, struct str text)
{
	struct str out = S(" ");

	for (char first = 'a'; first <= 'z'; first++) {
		struct str rest = text;

		while (rest.ptr) {
			struct str after;

			str_cut(&rest, '{');
			after = rest;
			struct str name = str_cut(&after, '}');
			if (after.ptr && name.len && name.ptr[0] == first) {
				struct str item = arena_printf(a, " %.*s ", STR_ARG(name));
				if (!strstr(arena_cstr(a, out), arena_cstr(a, item)))
					out = arena_printf(a, "%.*s%.*s ", STR_ARG(out), STR_ARG(name));
			}
		}
	}
	return out;
}

static void both_languages_have_every_message_with_the_same_names(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	for (int m = 0; m < MSG_COUNT; m++) {
		struct str id = words_raw(LANG_ID, (enum msg)m), en = words_raw(LANG_EN, (enum msg)m);
		size_t n_id = 0, n_en = 0;

		if (!id.len || !en.len)
			fail_msg("%s is empty", words_ids[m]);
		for (size_t i = 0; i < id.len; i++)
			n_id += id.ptr[i] == '{';
		for (size_t i = 0; i < en.len; i++)
			n_en += en.ptr[i] == '{';
		if ((n_id == 0) != (n_en == 0) || names_of(a, id).len != names_of(a, en).len)
			fail_msg("%s: \"%.*s\" and \"%.*s\"", words_ids[m], STR_ARG(id), STR_ARG(en));
	}
	arena_free(&a);
}

static void no_message_blames_or_shouts(void **state)
{
	static const char *const forbidden[] = {"invalid", "tidak valid", "forbidden", "oops", "sorry", "mohon bersabar", "token",
	                                        "kredensial", "silahkan", "kadaluarsa", "Apakah Anda yakin"};
	struct arena *a = test_arena();

	(void)state;
	for (int m = 0; m < MSG_COUNT; m++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
				if (strcasestr(arena_cstr(a, words_raw((enum lang)lang, (enum msg)m)), forbidden[i]))
					fail_msg("%s says \"%s\"", words_ids[m], forbidden[i]);
	arena_free(&a);
}

/* ---- how values are written --------------------------------------------------------------------------- */

static struct str written(struct arena *a, void (*put)(struct buf *, struct str), struct str s)
{
	struct buf b;

	buf_init(&b, a, 64, 4096);
	put(&b, s);
	return buf_str(&b);
}

static void an_address_outside_the_list_leads_nowhere(void **state)
{
	struct arena *a = test_arena();
	static const char *const bad[] = {"javascript:alert(1)", "JavaScript:x", "data:text/html,x", "//evil.example", "\\\\evil", "/\\evil",
	                                  "vbscript:x", " /x", "\tjavascript:x", "https:evil", "", "x", "/a b", "/a\nb"};
	static const char *const good[] = {"/", "/signin?next=/home", "#code", "?lang=en", "https://spse.example/", "mailto:a@b.example",
	                                   "tel:+6221", "otpauth://totp/x"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_str(written(a, html_url, str_of(bad[i])), "#");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_str(written(a, html_url, str_of(good[i])), good[i]);
	assert_str(written(a, html_url, S("/x?a=1&b=\"2\"")), "/x?a=1&amp;b=&quot;2&quot;");
	arena_free(&a);
}

static void a_value_in_a_query_cannot_add_another(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(written(a, html_part, S("a&b=c#d \"\xc3\xa9")), "a%26b%3Dc%23d%20%22%C3%A9");
	arena_free(&a);
}

static void only_a_picture_of_ours_is_a_data_address(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(written(a, html_data, S("data:image/png;base64,AAA+/=")), "data:image/png;base64,AAA+/=");
	assert_str(written(a, html_data, S("data:text/html;base64,AAA")), "");
	assert_str(written(a, html_data, S("data:image/png;base64,A\"A")), "");
	arena_free(&a);
}

static void control_bytes_vanish(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(written(a, html_text, S("a\0\x1b[31mb\x01")), "a[31mb");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_takes_its_values),
		cmocka_unit_test(a_value_is_escaped_in_a_page_and_not_in_a_mail),
		cmocka_unit_test(a_value_is_not_read_as_a_message),
		cmocka_unit_test(a_name_without_a_value_stays_as_it_is_written),
		cmocka_unit_test(both_languages_have_every_message_with_the_same_names),
		cmocka_unit_test(no_message_blames_or_shouts),
		cmocka_unit_test(an_address_outside_the_list_leads_nowhere),
		cmocka_unit_test(a_value_in_a_query_cannot_add_another),
		cmocka_unit_test(only_a_picture_of_ours_is_a_data_address),
		cmocka_unit_test(control_bytes_vanish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
