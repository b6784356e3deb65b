/*
 * buf: bytes that grow, up to a maximum told at birth.
 *
 * Going over the maximum does not abort: the buffer is marked `over`, further writes are dropped, and
 * the caller asks buf_ok() once at the end. Two kinds: on an arena (nobody frees; growing wastes the
 * old block, so give a good first size), or on the heap (arena NULL; buf_release wipes and frees).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf {
	char *ptr;
	size_t len, cap, max;
	struct arena *arena; /* NULL: heap */
	bool over;
};

void buf_init(struct buf *b, struct arena *a, size_t first, size_t max);
void buf_release(struct buf *b);
void buf_add(struct buf *b, struct str s);
void buf_lit(struct buf *b, const char *cstr);
void buf_char(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
/* Drops `n` bytes from the front (what was sent), moving the rest. */
void buf_eat(struct buf *b, size_t n);
void buf_clear(struct buf *b);
bool buf_ok(const struct buf *b);
struct str buf_str(const struct buf *b);

#endif
