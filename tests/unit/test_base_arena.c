#include "test.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"

/* True when `act` ends in a panic, tried in a child so that the test lives on. */
static bool panics(void (*act)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(3);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == 6;
}

static void arena_hands_out_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new(256, 1 << 20);

	(void)state;
	for (size_t n = 0; n < 300; n += 7) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, n);
	}
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

/* After a reset AddressSanitizer guards the block, and this test wants to see inside. */
__attribute__((no_sanitize("address"))) static bool all_zero(const volatile char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void arena_reset_wipes_what_was_used(void **state)
{
	struct arena *a = arena_new(256, 1 << 20);
	const char *p;

	(void)state;
	p = arena_cstr(a, S("correct horse battery staple"));
	arena_str(a, S("123456"));
	(void)arena_alloc(a, 10000);
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_true(all_zero(p, 64));
	assert_ptr_equal(arena_alloc(a, 1), p);
	arena_free(&a);
}

static void arena_copies_end_in_nul(void **state)
{
	struct arena *a = arena_new(64, 4096);
	struct str s = arena_str(a, str_n("a\0b", 3));

	(void)state;
	assert_int_equal(s.len, 3);
	assert_int_equal(s.ptr[3], 0);
	assert_memory_equal(s.ptr, "a\0b", 3);
	assert_string_equal(arena_cstr(a, STR_NONE), "");
	s = arena_printf(a, "%s-%d", "K7", 42);
	assert_str(s, "K7-42");
	assert_int_equal(s.ptr[s.len], 0);
	assert_int_equal(arena_used(a), 4 + 1 + 6);
	arena_free(&a);
}

static void take_too_much(void)
{
	struct arena *a = arena_new(64, 4096);

	for (int i = 0; i < 5; i++)
		(void)arena_alloc(a, 1000);
}

static void take_all_but(void)
{
	struct arena *a = arena_new(64, 4096);

	for (int i = 0; i < 4; i++)
		(void)arena_alloc(a, 900);
}

static void take_overflowing_array(void)
{
	struct arena *a = arena_new(64, 4096);

	(void)arena_array(a, SIZE_MAX / 2, 3);
}

static void take_overflowing_size(void)
{
	struct arena *a = arena_new(64, 4096);

	(void)arena_alloc(a, SIZE_MAX);
}

static void arena_over_its_maximum_panics(void **state)
{
	(void)state;
	assert_true(panics(take_too_much));
	assert_true(panics(take_overflowing_array));
	assert_true(panics(take_overflowing_size));
	assert_false(panics(take_all_but));
}

static void arena_reset_gives_the_maximum_back(void **state)
{
	struct arena *a = arena_new(64, 4096);

	(void)state;
	for (int i = 0; i < 100; i++) {
		(void)arena_alloc(a, 3000);
		arena_reset(a);
	}
	arena_free(&a);
}

static void secret_wipes_itself_and_refuses_too_much(void **state)
{
	static char big[SECRET_MAX + 1];
	struct secret s;

	(void)state;
	assert_int_equal(secret_init(&s, S("seed")), RC_OK);
	assert_str(secret_peek(&s), "seed");
	secret_release(&s);
	assert_int_equal(s.len, 0);
	assert_int_equal(s.bytes[0], 0);
	assert_int_equal(secret_init(&s, str_n(big, sizeof(big))), RC_MALFORMED);
	assert_int_equal(s.len, 0);
	assert_int_equal(secret_init(&s, str_n(big, SECRET_MAX)), RC_OK);
	assert_int_equal(s.len, SECRET_MAX);
	secret_release(&s);
}

static void rc_has_a_name_for_every_value(void **state)
{
	(void)state;
	assert_string_equal(rc_name(RC_OK), "ok");
	assert_string_equal(rc_name(RC_FAULT), "fault");
	for (int i = RC_OK; i <= RC_FAULT; i++)
		assert_string_not_equal(rc_name((enum rc)i), "unknown");
	assert_string_equal(rc_name((enum rc)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_hands_out_zeroed_aligned_memory),
		cmocka_unit_test(arena_reset_wipes_what_was_used),
		cmocka_unit_test(arena_copies_end_in_nul),
		cmocka_unit_test(arena_over_its_maximum_panics),
		cmocka_unit_test(arena_reset_gives_the_maximum_back),
		cmocka_unit_test(secret_wipes_itself_and_refuses_too_much),
		cmocka_unit_test(rc_has_a_name_for_every_value),
	};

	return cmocka_run_group_tests_name("base_arena", tests, NULL, NULL);
}
