#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

/* Under AddressSanitizer what was not handed out is poisoned, and every piece is followed by a gap, so that
 * reading past a piece is seen as it is on the heap. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { ALIGN = 16, GAP = 16 };
static void hide(const void *p, size_t n) { __asan_poison_memory_region(p, n); }
static void show(const void *p, size_t n) { __asan_unpoison_memory_region(p, n); }
#else
enum { ALIGN = 16, GAP = 0 };
static void hide(const void *p, size_t n) { (void)p, (void)n; }
static void show(const void *p, size_t n) { (void)p, (void)n; }
#endif

struct block {
	struct block *next;
	size_t used, room;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct block *head; /* the newest, the one we hand out from */
	struct block *first;
	size_t used, held, max;
};

static struct block *block_new(size_t room)
{
	struct block *b = calloc(1, sizeof(*b) + room);

	if (!b)
		panic("out of memory");
	b->room = room;
	hide(b->bytes, room);
	return b;
}

static void block_wipe(struct block *b)
{
	show(b->bytes, b->room);
	wipe(b->bytes, b->used);
	b->used = 0;
}

struct arena *arena_new(size_t first, size_t max)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		panic("out of memory");
	if (first > max)
		panic("arena: first block larger than the maximum");
	a->first = a->head = block_new(first);
	a->held = first;
	a->max = max;
	return a;
}

void arena_reset(struct arena *a)
{
	while (a->head != a->first) {
		struct block *b = a->head;

		a->head = b->next;
		block_wipe(b);
		free(b);
	}
	block_wipe(a->first);
	hide(a->first->bytes, a->first->room);
	a->held = a->first->room;
	a->used = 0;
}

void arena_free(struct arena **a)
{
	if (!*a)
		return;
	arena_reset(*a);
	show((*a)->first->bytes, (*a)->first->room);
	free((*a)->first);
	free(*a);
	*a = NULL;
}

/* Blocks double, so that a large answer costs few of them, but never past the maximum. */
static struct block *arena_grow(struct arena *a, size_t n)
{
	size_t left = a->max - a->held;
	size_t room = a->head->room * 2;
	struct block *b;

	if (n > left)
		panic("arena: over its maximum");
	if (room < 1024)
		room = 1024;
	if (room < n)
		room = n;
	if (room > left)
		room = left;
	b = block_new(room);
	b->next = a->head;
	a->head = b;
	a->held += room;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->head;
	size_t padded;
	void *p;

	if (n > SIZE_MAX - ALIGN - GAP)
		panic("arena: size overflow");
	padded = (n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN) + GAP;
	if (padded > b->room - b->used)
		b = arena_grow(a, padded);
	p = b->bytes + b->used;
	show(p, n ? n : 1);
	b->used += padded;
	a->used += n;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		panic("arena: size overflow");
	return arena_alloc(a, total);
}

char *arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	return p;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){arena_cstr(a, s), s.len};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		panic("arena_printf: bad format");
	p = arena_alloc(a, (size_t)n + 1);
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return (struct str){p, (size_t)n};
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
