#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

/* What was logged since the last call; stderr goes to this file while a test runs. */
static int sink = -1, real_stderr = -1;
static char seen[16384];

static const char *logged(void)
{
	ssize_t n = pread(sink, seen, sizeof(seen) - 1, 0);

	assert_true(n >= 0);
	seen[n] = '\0';
	assert_int_equal(ftruncate(sink, 0), 0);
	assert_int_equal(lseek(sink, 0, SEEK_SET), 0);
	return seen;
}

static int divert(void **state)
{
	char path[] = "/tmp/gerbang-log-XXXXXX";

	(void)state;
	sink = mkstemp(path);
	real_stderr = dup(STDERR_FILENO);
	unlink(path);
	return sink < 0 || real_stderr < 0 || dup2(sink, STDERR_FILENO) < 0;
}

static int restore(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(sink);
	log_level_set(LOG_INFO);
	log_process(NULL);
	return 0;
}

static void log_writes_a_line_with_its_fields(void **state)
{
	(void)state;
	log_event(LOG_WARN, "store.commit_failed", F_INT("code", -13), F_CSTR("why", "disk-full"));
	assert_string_equal(logged(), "<4>store.commit_failed code=-13 why=disk-full\n");
	log_event(LOG_INFO, "server.ready");
	assert_string_equal(logged(), "<6>server.ready\n");
	log_process("web");
	log_event(LOG_NOTICE, "server.ready", F_INT("port", 8080));
	assert_string_equal(logged(), "<5>web server.ready port=8080\n");
}

static void log_quotes_what_could_be_mistaken(void **state)
{
	(void)state;
	log_event(LOG_INFO, "e", F_CSTR("k", "two words"), F_CSTR("l", ""), F_STR("m", STR_NONE), F_CSTR("n", "a=b"),
	          F_CSTR("o", "say \"x\" \\ y"));
	assert_string_equal(logged(), "<6>e k=\"two words\" l=\"\" m=\"\" n=\"a=b\" o=\"say \\\"x\\\" \\\\ y\"\n");
}

static void log_lets_nothing_forge_a_line_or_colour_a_terminal(void **state)
{
	(void)state;
	log_event(LOG_INFO, "e", F_CSTR("user", "budi\n<3>signin.done user=admin\r\t"));
	assert_string_equal(logged(), "<6>e user=\"budi\\n<3>signin.done user=admin\\r\\t\"\n");
	log_event(LOG_INFO, "e", F_CSTR("user", "\x1b[31mred\x1b]0;t\x07"), F_STR("nul", str_n("a\0b", 3)));
	assert_string_equal(logged(), "<6>e user=\"\\x1b[31mred\\x1b]0;t\\x07\" nul=\"a\\x00b\"\n");
	log_event(LOG_INFO, "e", F_CSTR("user", "\xc2\x9b\x7f"));
	assert_string_equal(logged(), "<6>e user=\"\\xc2\\x9b\\x7f\"\n");
}

static void log_every_byte_stays_on_one_printable_line(void **state)
{
	char all[256];
	const char *line;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	log_event(LOG_INFO, "e", F_STR("all", str_n(all, 256)));
	line = logged();
	for (size_t i = 0; line[i + 1]; i++)
		assert_in_range(line[i], 0x20, 0x7e);
	assert_int_equal(line[strlen(line) - 1], '\n');
}

static void log_cuts_a_line_that_is_too_long(void **state)
{
	static char big[10000];
	const char *line;

	(void)state;
	memset(big, '\n', sizeof(big));
	log_event(LOG_INFO, "e", F_STR("big", str_n(big, sizeof(big))), F_CSTR("after", "lost"));
	line = logged();
	assert_true(strlen(line) < 4100);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_non_null(strstr(line, "...\n"));
	assert_null(strstr(line, "after"));
}

static void log_keeps_to_its_level(void **state)
{
	(void)state;
	log_event(LOG_DEBUG, "detail");
	assert_string_equal(logged(), "");
	log_level_set(LOG_DEBUG);
	log_event(LOG_DEBUG, "detail");
	assert_string_equal(logged(), "<7>detail\n");
	log_level_set(LOG_ERROR);
	log_event(LOG_WARN, "detail");
	assert_string_equal(logged(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(log_writes_a_line_with_its_fields, divert, restore),
		cmocka_unit_test_setup_teardown(log_quotes_what_could_be_mistaken, divert, restore),
		cmocka_unit_test_setup_teardown(log_lets_nothing_forge_a_line_or_colour_a_terminal, divert, restore),
		cmocka_unit_test_setup_teardown(log_every_byte_stays_on_one_printable_line, divert, restore),
		cmocka_unit_test_setup_teardown(log_cuts_a_line_that_is_too_long, divert, restore),
		cmocka_unit_test_setup_teardown(log_keeps_to_its_level, divert, restore),
	};

	return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
