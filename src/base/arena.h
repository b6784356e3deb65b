/*
 * arena: all memory of one request, freed and wiped in one stroke.
 *
 * What a flow returns lives in the request's arena; nobody frees single pieces. Memory is zeroed when
 * handed out, and wiped on reset, because codes and passwords pass through it.
 * Out of memory, and more than `max` bytes in all, panic: every input is capped before it is copied.
 * An arena belongs to one thread at a time; it has no lock.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/rc.h"
#include "base/str.h"

struct arena;

/* `first` bytes are kept between resets (so a connection that lives long allocates once); it grows
 * in further blocks up to `max` bytes, which reset gives back. */
struct arena *arena_new(size_t first, size_t max);
void arena_free(struct arena **a); /* wipes, frees, sets NULL */
void arena_reset(struct arena *a); /* wipes what was used */

void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));
/* n * size with the overflow checked. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((malloc, returns_nonnull));
#define arena_one(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_many(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* Copies; the copy has a NUL behind it that is not counted. */
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
