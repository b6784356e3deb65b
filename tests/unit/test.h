/*
 * test: what every cmocka test includes, in the order that cmocka wants.
 *
 * Names of tests are sentences about behaviour (`codec_refuses_left_over_bits`). A test gets an arena
 * with test_arena() and gives it back with arena_free().
 */
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

static inline struct arena *test_arena(void)
{
	return arena_new(4096, 8 << 20);
}

#define assert_str(got, want) assert_str_at((got), (want), __FILE__, __LINE__)
static inline void assert_str_at(struct str got, const char *want, const char *file, int line)
{
	if (str_is(got, want))
		return;
	print_error("got \"%.*s\", want \"%s\"\n", STR_ARG(got), want);
	_fail(file, line);
}

#endif
