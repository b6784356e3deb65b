/* gerbang.conf: what is accepted, what is refused and on which line, and what the keys become. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

#include "config.h"
#include "config_parts.h"

#define ONE_TYPE "type \"user\" {\n  factors = {\"code\"}\n}\n"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = test_arena();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct config *good(const char *text)
{
	struct config *c;
	struct str why;
	if (config_load_text(arena, "g.conf", S("/srv/g"), str_of(text), &c, &why) != RC_OK) {
		print_error("%.*s\n", STR_ARG(why));
		fail();
	}
	return c;
}

static struct str bad(const char *text)
{
	struct config *c;
	struct str why;
	assert_int_equal(config_load_text(arena, "g.conf", S("/srv/g"), str_of(text), &c, &why), RC_MALFORMED);
	assert_null(c);
	return why;
}

static void assert_has(struct str text, const char *piece)
{
	if (strstr(arena_cstr(arena, text), piece))
		return;
	print_error("\"%s\" is not in \"%.*s\"\n", piece, STR_ARG(text));
	fail();
}

static void config_has_a_default_for_every_key(void **state)
{
	(void)state;
	struct config *c = good("type \"user\" { }\n");
	assert_str(c->base_url, "http://localhost:8080");
	assert_false(c->secure);
	assert_int_equal(c->n_listen, 1);
	assert_str(c->listen[0], "127.0.0.1:8080");
	assert_str(c->data_dir, "/srv/g");
	assert_str(c->key_file, "/srv/g/master.key");
	assert_str(c->store, "sqlite:/srv/g/gerbang.db");
	assert_str(c->timezone, "Asia/Jakarta");
	assert_int_equal(c->captcha, CAPTCHA_MODE_WORK);
	assert_str(c->issuer, "Gerbang");
	assert_int_equal(c->n_languages, 2);
	assert_int_equal(c->languages[0], LANG_ID);
	assert_int_equal(c->session_s, 12 * 3600);
	assert_int_equal(c->session_idle_s, 3600);
	assert_int_equal(c->suspend_s, 48 * 3600);
	assert_int_equal(c->reset_link_s, 24 * 3600);
	assert_int_equal(c->reset_confirm_s, 600);
	assert_int_equal(c->cooling_s, 24 * 3600);
	assert_int_equal(c->n_types, 1);
	const struct config_type *t = config_type_find(c, S("user"));
	assert_non_null(t);
	assert_null(config_type_find(c, S("nobody")));
	assert_str(t->label[LANG_ID], "user");
	assert_str(t->issuer, "Gerbang");
	assert_str(t->home_url, "/home");
	assert_int_equal(t->policy.layout, LAYOUT_TWO_STEP);
	assert_int_equal(t->policy.captcha, CAPTCHA_ALWAYS);
	assert_int_equal(t->policy.terms, TERMS_FOOTER);
	assert_int_equal(t->policy.mfa, MFA_MANDATORY);
	assert_int_equal(t->policy.factors, FACTOR_CODE | FACTOR_TAP);
	assert_int_equal(t->policy.first_factor, FACTOR_CODE);
	assert_true(t->policy.disable_allowed);
	assert_int_equal(t->policy.match, MATCH_SIX);
	assert_int_equal(t->policy.enrol_s, 120);
	assert_int_equal(t->policy.approve_s, 120);
	assert_int_equal(t->policy.password_s, 300);
	assert_int_equal(t->policy.devices_max, 3);
	assert_int_equal(t->policy.devices_when_full, FULL_EVICT_OLDEST);
	assert_int_equal(t->policy.reset, RESET_MAIL);
	assert_int_equal(t->policy.reset_does, RESET_WIPE);
	assert_int_equal(t->policy.first_enrol, FIRST_PASSWORD);
	assert_int_equal(t->policy.quiet_s, 24 * 3600);
}

static void config_takes_each_key_of_a_full_file(void **state)
{
	(void)state;
	struct config *c = good(
		"# all of it\n"
		"base_url = \"https://login.contoh.id/\"\n"
		"listen = {\"127.0.0.1:8080\", \"[::1]:8080\", \"unix:/run/gerbang/web.sock\"}\n"
		"tls_certificate = \"cert.pem\"\ntls_key = \"key.pem\"\n"
		"trusted_proxies = {\"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\"}\n"
		"data_dir = \"data\"\nkey_file = \"/etc/gerbang/master.key\"\nstore = \"sqlite:/var/x.db\"\n"
		"user = \"web\"\nvault_user = \"vault\"\ncourier_user = \"courier\"\n"
		"organisation = \"Contoh\"\nissuer = \"SPSE\"\nlanguages = {\"en\"}\ntimezone = \"Asia/Makassar\"\n"
		"training_session = \"Latihan\"\nregister_url = \"https://contoh.id/daftar\"\n"
		"helpdesk {\n email = \"bantuan@contoh.id\"\n phone = \"14000\"\n text = \"a\\nb\"\n hours = \"8-16\"\n}\n"
		"colour = \"#0B5fa5\"\nlogo = \"logo.svg\"\nfavicon = \"icon.png\"\nofficial_address = \"login.contoh.id\"\n"
		"notice {\n text = \"Libur\"\n until = \"2027-01-01T00:00:00Z\"\n}\n"
		"footer \"Syarat\" {\n url = \"/terms\"\n}\n"
		"application \"Portal\" {\n url = \"https://portal.contoh.id/\"\n}\n"
		"return_to = {\"portal.contoh.id\", \"localhost:3000\"}\n"
		"session_hours = 8\nsession_idle_minutes = \"30\"\nsuspend_hours = 1\nreset_link_hours = 2\n"
		"reset_confirm_minutes = 3\ncooling_hours = 0\nselfie_days_approved = 1\nselfie_days_refused = 2\n"
		"captcha = \"picture\"\nmail_dir = \"mail\"\nmetrics_listen = \"127.0.0.1:9100\"\n"
		"smtp {\n url = \"smtps://mail.contoh.id:465\"\n user = \"u\"\n password_file = \"p\"\n from = \"no-reply@contoh.id\"\n}\n"
		"telegram {\n token_file = \"t\"\n bot_name = \"b\"\n api_url = \"https://api.telegram.org\"\n webhook_secret_file = \"s\"\n}\n"
		"type \"a\" {\n label_id = \"Satu\"\n label_en = \"One\"\n issuer = \"TELKOMCARE\"\n home_url = \"/demo/app/\"\n"
		" layout = \"one-page\"\n captcha = \"never\"\n terms = \"each\"\n mfa = \"mandatory-from\"\n mfa_from = \"2027-01-01\"\n"
		" factors = {\"tap\", \"code\"}\n disable_allowed = false\n match = \"tap\"\n strict = true\n enrol_seconds = 60\n"
		" password_seconds = 90\n devices_max = 1\n devices_when_full = \"ask\"\n reset = \"both\"\n reset_does = \"add\"\n"
		" first_enrol = \"slip\"\n quiet_hours = 2\n}\n"
		"type \"b\" {\n mfa = \"off\"\n factors = {}\n approve_seconds = 90\n match = \"tap\"\n}\n");
	assert_str(c->base_url, "https://login.contoh.id");
	assert_true(c->secure);
	assert_int_equal(c->n_listen, 3);
	assert_str(c->tls_key, "/srv/g/key.pem");
	assert_int_equal(c->n_trusted_proxies, 3);
	assert_str(c->data_dir, "/srv/g/data");
	assert_str(c->key_file, "/etc/gerbang/master.key");
	assert_str(c->store, "sqlite:/var/x.db");
	assert_str(c->courier_user, "courier");
	assert_int_equal(c->n_languages, 1);
	assert_int_equal(c->languages[0], LANG_EN);
	assert_str(c->helpdesk.text, "a\nb");
	assert_int_equal(c->notice.until_s, 1798761600);
	assert_str(c->footer[0].label, "Syarat");
	assert_str(c->footer[0].url, "/terms");
	assert_int_equal(c->n_applications, 1);
	assert_str(c->return_to[1], "localhost:3000");
	assert_int_equal(c->session_s, 8 * 3600);
	assert_int_equal(c->session_idle_s, 1800);
	assert_int_equal(c->cooling_s, 0);
	assert_str(c->mail_dir, "/srv/g/mail");
	assert_int_equal(c->captcha, CAPTCHA_MODE_PICTURE);
	const struct config_type *a = config_type_find(c, S("a"));
	assert_str(a->label[LANG_EN], "One");
	assert_str(a->issuer, "TELKOMCARE");
	assert_int_equal(a->policy.layout, LAYOUT_ONE_PAGE);
	assert_int_equal(a->policy.factors, FACTOR_CODE | FACTOR_TAP);
	assert_int_equal(a->policy.first_factor, FACTOR_TAP);
	assert_int_equal(a->policy.approve_s, 60);
	assert_int_equal(a->policy.mfa_from_s, 1798761600 - 8 * 3600); /* midnight in Makassar */
	assert_int_equal(a->policy.devices_max, 1);
	assert_false(a->policy.disable_allowed);
	const struct config_type *b = config_type_find(c, S("b"));
	assert_int_equal(b->policy.approve_s, 90);
	assert_str(b->issuer, "SPSE");
	assert_int_equal(b->policy.factors, 0);
}

static void config_names_the_keys_without_effect(void **state)
{
	(void)state;
	struct config *c = good("metrics_listen = \"127.0.0.1:9\"\nsmtp {\n user = \"u\"\n}\nsession_hours = 3\n"
	                        "type \"user\" {\n match = \"six\"\n}\ntype \"v\" {\n match = \"tap\"\n}\n");
	assert_int_equal(c->n_without_effect, 3);
	assert_string_equal(c->without_effect[0], "smtp");
	assert_string_equal(c->without_effect[1], "metrics_listen");
	assert_string_equal(c->without_effect[2], "type: match");
}

static void config_tells_file_and_line_of_an_unknown_key(void **state)
{
	(void)state;
	assert_str(bad("\n/* a\nb */ organisatoin = \"x\"\n" ONE_TYPE),
	           "g.conf:3: unknown key \"organisatoin\"; did you mean \"organisation\"?");
	assert_str(bad("type \"user\" {\n\n  factor = {\"code\"}\n}\n"), "g.conf:3: unknown key \"factor\" in type; did you mean \"factors\"?");
	assert_str(bad(ONE_TYPE "server {\n}\n"), "g.conf:4: unknown block \"server\"");
	assert_has(bad("label_id = \"x\"\n" ONE_TYPE), "g.conf:1: unknown key \"label_id\"; it belongs into a block \"type\"");
	assert_has(bad("type \"user\" {\n  issuers = \"x\"\n  organisation = \"x\"\n}\n"),
	           "g.conf:3: unknown key \"organisation\" in type; it stands outside");
}

static void config_names_the_word_that_was_probably_meant(void **state)
{
	(void)state;
	assert_has(bad("type \"user\" {\n  layuot = \"one-page\"\n}\n"), "g.conf:2: unknown key \"layuot\" in type; did you mean \"layout\"?");
	assert_has(bad(ONE_TYPE "foter \"x\" {\n}\n"), "unknown block \"foter\"; did you mean \"footer\"?");
	assert_has(bad("type \"user\" {\n  layout = \"onepage\"\n}\n"), "must be \"one-page\" or \"two-step\"; did you mean \"one-page\"?");
	assert_has(bad("type \"user\" {\n  mfa = \"Mandatory\"\n}\n"), "; did you mean \"mandatory\"?");
	assert_null(strstr(arena_cstr(arena, bad("zzz = \"x\"\n" ONE_TYPE)), "did you mean"));
	assert_null(strstr(arena_cstr(arena, bad("type \"user\" {\n  layout = \"three\"\n}\n")), "did you mean"));
}

static void config_asks_for_quotes_around_a_value_of_several_words(void **state)
{
	(void)state;
	assert_str(bad("organisation = Dinas Contoh Kota\n" ONE_TYPE),
	           "g.conf:1: organisation: a value of several words stands in quotes: organisation = \"Dinas Contoh Kota\"");
	assert_str(bad("type \"user\" {\n  label_id = Penyedia Umum # siapa\n  layout = one-page\n}\n"),
	           "g.conf:2: label_id: a value of several words stands in quotes: label_id = \"Penyedia Umum\"");
	good("organisation = Dinas timezone = \"Asia/Jakarta\"\n" ONE_TYPE);
}

static void config_refuses_a_key_that_stands_twice(void **state)
{
	(void)state;
	assert_str(bad("issuer = \"a\"\n# x\nissuer = \"a\"\n" ONE_TYPE), "g.conf:3: issuer stands twice; the first is on line 1");
	assert_str(bad("listen = {\"127.0.0.1:1\"}\nlisten = {\"127.0.0.1:2\"}\n" ONE_TYPE),
	           "g.conf:2: listen stands twice; the first is on line 1");
	assert_str(bad(ONE_TYPE ONE_TYPE), "g.conf:4: type \"user\" stands twice; the first is on line 1\n"
	                                   "g.conf:5: factors stands twice; the first is on line 2");
	assert_has(bad("helpdesk {\n}\nhelpdesk {\n}\n" ONE_TYPE), "g.conf:3: helpdesk stands twice");
	assert_has(bad("type \"user\" {\n match = \"six\"\n match = \"tap\"\n}\n"), "g.conf:3: match stands twice");
	good("type \"a\" {\n match = \"six\"\n}\ntype \"b\" {\n match = \"six\"\n}\n");
}

static void config_reads_nothing_from_the_environment(void **state)
{
	(void)state;
	assert_int_equal(setenv("GERBANG_X", "evil", 1), 0);
	assert_has(bad("\norganisation = \"${GERBANG_X}\"\n" ONE_TYPE), "g.conf:2: \"${\" is not allowed");
	assert_has(bad("organisation = '${GERBANG_X}'\n" ONE_TYPE), "g.conf:1: \"${\"");
	assert_has(bad("organisation = ${GERBANG_X}\n" ONE_TYPE), "g.conf:1: \"${\"");
	assert_str(good("# ${HOME} in a comment is fine\norganisation = \"$HOME\"\n" ONE_TYPE)->organisation, "$HOME");
}

static void config_reads_numbers_as_decimal_or_not_at_all(void **state)
{
	(void)state;
	assert_has(bad("session_hours = 010\n" ONE_TYPE), "g.conf:1: session_hours: \"010\" begins with a zero");
	assert_has(bad("session_hours = 0x10\n" ONE_TYPE), "g.conf:1: session_hours: \"0x10\" is not a whole number from 1 to 720");
	assert_has(bad("session_hours = -1\n" ONE_TYPE), "session_hours: \"-1\"");
	assert_has(bad("session_hours = 0\n" ONE_TYPE), "session_hours: \"0\"");
	assert_has(bad("session_hours = 721\n" ONE_TYPE), "session_hours: \"721\"");
	assert_has(bad("session_hours = 99999999999999999999\n" ONE_TYPE), "session_hours");
	assert_has(bad("session_hours = \"\"\n" ONE_TYPE), "session_hours");
	assert_int_equal(good("session_hours = 10\n" ONE_TYPE)->session_s, 36000);
}

static void config_lists_the_allowed_words(void **state)
{
	(void)state;
	assert_has(bad("type \"u\" {\n layout = \"one\"\n}\n"), "g.conf:2: layout: \"one\" must be \"one-page\" or \"two-step\"");
	assert_has(bad("type \"u\" {\n factors = {\"code\", \"sms\"}\n}\n"),
	           "g.conf:2: factors: \"sms\" must be \"code\", \"tap\" or \"passkey\"");
	assert_has(bad("type \"u\" {\n strict = maybe\n}\n"), "strict: \"maybe\" is neither true nor false");
	assert_has(bad("captcha = \"none\"\n" ONE_TYPE), "captcha: \"none\" must be \"work\", \"picture\" or \"off\"");
	assert_has(bad("languages = {\"id\", \"id\"}\n" ONE_TYPE), "languages: \"id\" stands twice");
	assert_has(bad("languages = {\"fr\"}\n" ONE_TYPE), "languages: \"fr\" must be");
	assert_has(bad("type \"u\" {\n factors = {\"code\", \"code\"}\n}\n"), "stands twice");
}

static void config_wants_https_but_for_loopback(void **state)
{
	(void)state;
	assert_has(bad("base_url = \"http://login.contoh.id\"\n" ONE_TYPE), "g.conf:1: base_url: \"http://login.contoh.id\" must be https://");
	assert_has(bad("base_url = \"http://127.0.0.1.evil.id\"\n" ONE_TYPE), "must be https");
	assert_has(bad("base_url = \"http://localhost@evil.id\"\n" ONE_TYPE), "base_url");
	assert_has(bad("base_url = \"https://contoh.id/path\"\n" ONE_TYPE), "must not have a path");
	assert_has(bad("base_url = \"contoh.id\"\n" ONE_TYPE), "base_url");
	assert_has(bad("base_url = \"https://\"\n" ONE_TYPE), "base_url");
	assert_has(bad("base_url = \"\"\n" ONE_TYPE), "base_url is empty");
	good("base_url = \"http://127.0.0.1:8080\"\n" ONE_TYPE);
	good("base_url = \"http://[::1]:8080/\"\n" ONE_TYPE);
	good("base_url = \"https://contoh.id:8443\"\n" ONE_TYPE);
}

static void config_checks_addresses_to_listen_on(void **state)
{
	static const char *const wrong[] = {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "localhost:80",
	                                    "::1:8080", "[::1]", "[::g]:80", "unix:web.sock", "unix:", "127.0.0.1:80x", "300.0.0.1:80"};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_has(bad(arena_printf(arena, "listen = {\"%s\"}\n" ONE_TYPE, wrong[i]).ptr), "g.conf:1: listen: ");
	assert_has(bad("listen = {}\n" ONE_TYPE), "listen is empty");
	good("listen = {\"0.0.0.0:1\", \"[::]:65535\", \"unix:/a\"}\n" ONE_TYPE);
	good("listen = \"127.0.0.1:80\"\n" ONE_TYPE);
}

static void config_checks_shapes_of_the_rest(void **state)
{
	static const char *const wrong[] = {
		"trusted_proxies = {\"10.0.0.0/33\"}", "trusted_proxies = {\"proxy\"}", "trusted_proxies = {\"2001:db8::/129\"}",
		"timezone = \"Asia/Jakrata\"", "timezone = \"../../etc/passwd\"", "colour = \"blue\"", "colour = \"#12345g\"",
		"issuer = \"a:b\"", "register_url = \"javascript:alert(1)\"", "register_url = \"//evil.id\"",
		"store = \"mysql://x\"", "store = \"postgresql://localhost/g\"", "user = \"Root User\"", "user = \"gerbang-vault\"",
		"return_to = {\"https://portal.contoh.id\"}", "return_to = {\"\"}", "smtp {\n url = \"mail.contoh.id\"\n}",
		"smtp {\n from = \"nobody\"\n}", "telegram {\n api_url = \"api\"\n}", "notice {\n until = \"soon\"\n}",
		"helpdesk {\n email = \"a b@c\"\n}", "footer \"x\" {\n}", "application \"x\" {\n url = \"portal\"\n}",
		"metrics_listen = \"9100\"", "organisation = \"\"", "organisation = \"a\\nb\"", "terms {\n file = \"nothing-here\"\n}",
		"terms {\n version = \"1\"\n file = \"nothing-here\"\n}", "footer {\n url = \"/\"\n}", "helpdesk \"x\" {\n}",
		"session_hours += 3",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_has(bad(arena_printf(arena, "%s\n" ONE_TYPE, wrong[i]).ptr), "g.conf:");
}

static void config_wants_a_type_and_its_factors(void **state)
{
	(void)state;
	assert_has(bad(""), "g.conf: there is no user type");
	assert_has(bad("organisation = \"x\"\n"), "there is no user type");
	assert_has(bad("\ntype \"u\" {\n factors = {}\n}\n"), "g.conf:2: type \"u\" has no factors");
	assert_has(bad("type \"u\" {\n mfa = \"mandatory-from\"\n}\n"), "needs mfa_from");
	assert_has(bad("type \"U ser\" {\n}\n"), "g.conf:1: type \"U ser\"");
	assert_has(bad("type {\n}\n"), "g.conf:1: block \"type\" needs a name");
}

static void config_tells_broken_syntax_with_its_line(void **state)
{
	static const char *const wrong[] = {"type \"u\" {\n", "organisation \"x\"\n" ONE_TYPE, "organisation =\n" ONE_TYPE,
	                                    "}\n" ONE_TYPE, "listen = {\"127.0.0.1:80\"\n" ONE_TYPE, "organisation = \"x\n" ONE_TYPE,
	                                    "= 3\n" ONE_TYPE, "issuer = {\"a\"}\n" ONE_TYPE, "type = \"x\"\n", "include(\"/etc/passwd\")\n",
	                                    ONE_TYPE "/* open\n", ONE_TYPE "organisation = \"x\n"};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_has(bad(wrong[i]), "g.conf:");
	assert_str(bad("organisation = \"x\nissuer = \"y\"\n" ONE_TYPE), "g.conf:1: a quote begins here and does not end");
	assert_str(bad("type \"u\" {\n  label_id = \"x\n  factors = {\"code\"}\n}\n"), "g.conf:2: a quote begins here and does not end");
	assert_str(bad("# good\n\xff\n" ONE_TYPE), "g.conf:2: is not UTF-8 text");
	struct config *c;
	struct str why;
	assert_int_equal(config_load_text(arena, "g.conf", S("/"), S("issuer = \"a\0b\"\n" ONE_TYPE), &c, &why), RC_MALFORMED);
	assert_str(why, "g.conf:1: is not UTF-8 text");
}

static void config_shows_all_errors_at_once(void **state)
{
	(void)state;
	struct str why = bad("session_hours = x\ntimezone = \"Mars\"\n" ONE_TYPE);
	assert_has(why, "g.conf:1: ");
	assert_has(why, "g.conf:2: ");
	why = bad("a = 1\nb = 1\n" ONE_TYPE);
	assert_has(why, "g.conf:1: ");
	assert_has(why, "g.conf:2: ");
}

static void config_reads_terms_and_paths_from_beside_the_file(void **state)
{
	char dir[] = "/tmp/test-config-XXXXXX";
	struct config *c;
	struct str why;
	(void)state;
	assert_non_null(mkdtemp(dir));
	char *conf = arena_cstr(arena, arena_printf(arena, "%s/g.conf", dir));
	char *terms = arena_cstr(arena, arena_printf(arena, "%s/terms.txt", dir));
	assert_int_equal(config_load(arena, conf, &c, &why), RC_ABSENT);
	FILE *f = fopen(conf, "w");
	fputs("terms {\n version = \"2\"\n file = \"terms.txt\"\n}\n" ONE_TYPE, f);
	fclose(f);
	assert_int_equal(config_load(arena, conf, &c, &why), RC_MALFORMED);
	assert_has(why, "g.conf:3: terms: ");
	f = fopen(terms, "w");
	fputs("Syarat dan ketentuan.\n", f);
	fclose(f);
	assert_int_equal(config_load(arena, conf, &c, &why), RC_OK);
	assert_str(c->terms.text, "Syarat dan ketentuan.\n");
	assert_str(c->data_dir, dir);
	f = fopen(terms, "w");
	for (int i = 0; i < 300 * 1024; i++)
		fputc('x', f);
	fclose(f);
	assert_int_equal(config_load(arena, conf, &c, &why), RC_MALFORMED);
	unlink(terms);
	unlink(conf);
	assert_int_equal(config_load(arena, dir, &c, &why), RC_MALFORMED);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(config_has_a_default_for_every_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_takes_each_key_of_a_full_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_names_the_keys_without_effect, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_tells_file_and_line_of_an_unknown_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_names_the_word_that_was_probably_meant, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_asks_for_quotes_around_a_value_of_several_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_refuses_a_key_that_stands_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_reads_nothing_from_the_environment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_reads_numbers_as_decimal_or_not_at_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_lists_the_allowed_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_wants_https_but_for_loopback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_checks_addresses_to_listen_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_checks_shapes_of_the_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_wants_a_type_and_its_factors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_tells_broken_syntax_with_its_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_shows_all_errors_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(config_reads_terms_and_paths_from_beside_the_file, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
