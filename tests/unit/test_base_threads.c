#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"

enum { THREADS = 8, LINES = 200 };

static void *chatter(void *arg)
{
	int64_t me = *(const int64_t *)arg;
	struct arena *a = arena_new(1024, 1 << 20);
	struct str out;

	for (int64_t i = 0; i < LINES; i++) {
		struct str text = base32_encode(a, arena_printf(a, "%d-%d", (int)me, (int)i));

		if (base32_decode(a, text, &out) != RC_OK || time_full(a, LANG_ID, i).len == 0)
			abort();
		log_event(LOG_INFO, "chatter", F_INT("me", me), F_INT("line", i), F_STR("text", text), F_CSTR("end", "x y"));
		if (i % 16 == 0)
			log_level_set(LOG_INFO);
		arena_reset(a);
	}
	arena_free(&a);
	return NULL;
}

static void log_lines_of_many_threads_stay_whole(void **state)
{
	char path[] = "/tmp/gerbang-log-XXXXXX";
	int sink = mkstemp(path), real_stderr = dup(STDERR_FILENO);
	int64_t ids[THREADS];
	pthread_t threads[THREADS];
	char line[512];
	int whole = 0;
	FILE *f;

	(void)state;
	unlink(path);
	assert_true(sink >= 0 && dup2(sink, STDERR_FILENO) >= 0);
	for (int i = 0; i < THREADS; i++) {
		ids[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, chatter, &ids[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	assert_int_equal(lseek(sink, 0, SEEK_SET), 0);
	f = fdopen(sink, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		assert_int_equal(strncmp(line, "<6>chatter me=", 14), 0);
		assert_string_equal(line + strlen(line) - 11, " end=\"x y\"\n");
		whole++;
	}
	assert_int_equal(whole, THREADS * LINES);
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_lines_of_many_threads_stay_whole),
	};

	return cmocka_run_group_tests_name("base_threads", tests, NULL, NULL);
}
