#include "test.h"

#include "core/browser.h"

#define MOZ "Mozilla/5.0 "
#define KHTML "(KHTML, like Gecko) "

static void agents_become_two_words(void **state)
{
	static const char *const known[][2] = {
		{MOZ "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " KHTML "Chrome/120.0.0.0 Safari/537.36", "Chrome, Windows"},
		{MOZ "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " KHTML "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91",
		 "Edge, Windows"},
		{MOZ "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 " KHTML "Chrome/120.0.0.0 Safari/537.36 OPR/106.0", "Opera, Windows"},
		{MOZ "(X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Firefox, Linux"},
		{MOZ "(Linux; Android 10; K) AppleWebKit/537.36 " KHTML "Chrome/120.0.0.0 Mobile Safari/537.36", "Chrome, Android"},
		{MOZ "(Linux; Android 13; SM-A546E) AppleWebKit/537.36 " KHTML "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
		 "Samsung Internet, Android"},
		{MOZ "(iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 " KHTML "Version/17.2 Mobile/15E148 Safari/604.1",
		 "Safari, iPhone"},
		{MOZ "(iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 " KHTML "CriOS/120.0.0.0 Mobile/15E148 Safari/604.1",
		 "Chrome, iPhone"},
		{MOZ "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 " KHTML "Version/17.2 Safari/605.1.15", "Safari, macOS"},
		{MOZ "(X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 " KHTML "Chrome/120.0.0.0 Safari/537.36", "Chrome, ChromeOS"},
		{"curl/7.88.1", "curl"},
		{"something (Windows NT 6.1)", "Windows"},
		{"Mozilla/4.0", ""},
		{"", ""},
	};
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_str(browser_short(a, str_of(known[i][0])), known[i][1]);
	arena_free(&a);
}

/* Logs and mails print it: whatever is sent, only our own words come out. */
static void nothing_of_what_was_sent_comes_out(void **state)
{
	struct arena *a = test_arena();
	char long_one[20000];

	(void)state;
	assert_str(browser_short(a, STR_NONE), "");
	assert_str(browser_short(a, S("<script>\r\nFirefox/9\0 Windows \x1b[31m")), "Firefox, Windows");
	memset(long_one, 'x', sizeof(long_one));
	memcpy(long_one + sizeof(long_one) - 8, "Firefox/", 8);
	assert_str(browser_short(a, str_n(long_one, sizeof(long_one))), "");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agents_become_two_words),
		cmocka_unit_test(nothing_of_what_was_sent_comes_out),
	};

	return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
