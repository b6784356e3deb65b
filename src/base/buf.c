#include "base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

void buf_init(struct buf *b, struct arena *a, size_t first, size_t max)
{
	*b = (struct buf){.arena = a, .max = max};
	b->cap = first < max ? first : max;
	if (!b->cap)
		return;
	b->ptr = a ? arena_alloc(a, b->cap) : calloc(1, b->cap);
	if (!b->ptr)
		panic("out of memory");
}

void buf_release(struct buf *b)
{
	if (!b->arena && b->ptr) {
		wipe(b->ptr, b->cap);
		free(b->ptr);
	}
	*b = (struct buf){0};
}

/* Room for `n` more bytes, or `over`. No realloc: it would leave an unwiped copy behind. */
static bool buf_room(struct buf *b, size_t n)
{
	size_t cap = b->cap;
	char *p;

	if (b->over || n > b->max - b->len) {
		b->over = true;
		return false;
	}
	if (n <= cap - b->len)
		return true;
	cap = cap < 32 ? 64 : cap > b->max / 2 ? b->max : cap * 2;
	if (cap > b->max)
		cap = b->max;
	if (cap < b->len + n)
		cap = b->len + n;
	p = b->arena ? arena_alloc(b->arena, cap) : calloc(1, cap);
	if (!p)
		panic("out of memory");
	if (b->len)
		memcpy(p, b->ptr, b->len);
	if (b->ptr)
		wipe(b->ptr, b->len);
	if (!b->arena)
		free(b->ptr);
	b->ptr = p;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, struct str s)
{
	if (!s.len || !buf_room(b, s.len))
		return;
	memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

void buf_lit(struct buf *b, const char *cstr)
{
	buf_add(b, str_of(cstr));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, (struct str){&c, 1});
}

void buf_i64(struct buf *b, int64_t n)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%" PRId64, n);

	buf_add(b, str_n(text, (size_t)len));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	char small[256];
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(small, sizeof(small), fmt, args);
	va_end(args);
	if (n < 0)
		panic("buf_printf: bad format");
	if ((size_t)n < sizeof(small)) {
		buf_add(b, str_n(small, (size_t)n));
		wipe(small, (size_t)n);
		return;
	}
	p = malloc((size_t)n + 1);
	if (!p)
		panic("out of memory");
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	buf_add(b, str_n(p, (size_t)n));
	wipe(small, sizeof(small));
	wipe(p, (size_t)n);
	free(p);
}

void buf_eat(struct buf *b, size_t n)
{
	if (n > b->len)
		panic("buf_eat: more than there is");
	if (!n)
		return;
	memmove(b->ptr, b->ptr + n, b->len - n);
	wipe(b->ptr + (b->len - n), n);
	b->len -= n;
}

void buf_clear(struct buf *b)
{
	if (b->len)
		wipe(b->ptr, b->len);
	b->len = 0;
	b->over = false;
}

bool buf_ok(const struct buf *b)
{
	return !b->over;
}

struct str buf_str(const struct buf *b)
{
	return b->len ? (struct str){b->ptr, b->len} : (struct str){"", 0};
}
