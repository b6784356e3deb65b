#include "test.h"

#include "base/buf.h"

static void fill_and_check(struct buf *b)
{
	buf_lit(b, "a=");
	buf_i64(b, -42);
	buf_char(b, '&');
	buf_printf(b, "%s=%05d", "b", 7);
	buf_add(b, STR_NONE);
	assert_str(buf_str(b), "a=-42&b=00007");
	assert_true(buf_ok(b));
}

static void buf_grows_on_heap_and_arena(void **state)
{
	struct arena *a = test_arena();
	struct buf b;

	(void)state;
	buf_init(&b, NULL, 1, 1000);
	fill_and_check(&b);
	buf_release(&b);
	assert_null(b.ptr);
	buf_init(&b, a, 0, 1000);
	assert_str(buf_str(&b), "");
	fill_and_check(&b);
	arena_free(&a);
}

static void buf_over_its_maximum_is_marked_and_keeps_nothing_more(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, NULL, 4, 10);
	buf_lit(&b, "12345678");
	assert_true(buf_ok(&b));
	buf_lit(&b, "abc");
	assert_false(buf_ok(&b));
	buf_lit(&b, "x");
	assert_false(buf_ok(&b));
	assert_str(buf_str(&b), "12345678");
	buf_clear(&b);
	assert_true(buf_ok(&b));
	buf_lit(&b, "1234567890");
	assert_true(buf_ok(&b));
	assert_int_equal(buf_str(&b).len, 10);
	buf_release(&b);
}

static void buf_prints_more_than_a_line(void **state)
{
	char wide[2001];
	struct buf b;

	(void)state;
	memset(wide, 'w', 2000);
	wide[2000] = '\0';
	buf_init(&b, NULL, 16, 5000);
	buf_printf(&b, "%s", wide);
	buf_printf(&b, "%s", "");
	assert_str(buf_str(&b), wide);
	buf_release(&b);
}

static void buf_eat_drops_from_the_front_and_wipes_the_tail(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, NULL, 16, 64);
	buf_lit(&b, "sent|rest");
	buf_eat(&b, 5);
	assert_str(buf_str(&b), "rest");
	assert_memory_equal(b.ptr + 4, "\0\0\0\0\0", 5);
	buf_eat(&b, 4);
	assert_str(buf_str(&b), "");
	buf_eat(&b, 0);
	buf_release(&b);
}

static void buf_growing_on_an_arena_wipes_the_old_block(void **state)
{
	struct arena *a = test_arena();
	struct buf b;
	const char *old;

	(void)state;
	buf_init(&b, a, 8, 1000);
	old = b.ptr;
	buf_lit(&b, "secret77");
	buf_lit(&b, "and more of it");
	assert_ptr_not_equal(b.ptr, old);
	assert_memory_equal(old, "\0\0\0\0\0\0\0\0", 8);
	assert_str(buf_str(&b), "secret77and more of it");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_grows_on_heap_and_arena),
		cmocka_unit_test(buf_over_its_maximum_is_marked_and_keeps_nothing_more),
		cmocka_unit_test(buf_prints_more_than_a_line),
		cmocka_unit_test(buf_eat_drops_from_the_front_and_wipes_the_tail),
		cmocka_unit_test(buf_growing_on_an_arena_wipes_the_old_block),
	};

	return cmocka_run_group_tests_name("base_buf", tests, NULL, NULL);
}
