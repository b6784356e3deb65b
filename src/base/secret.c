#include "base/secret.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_USED = 48 * 1024, FREED_KEPT = 7 }; /* glibc keeps seven pieces of a size for a thread */

void wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}

__attribute__((noinline)) void wipe_stack(void)
{
	unsigned char below[STACK_USED];

	wipe(below, sizeof(below));
}

void wipe_freed(size_t n)
{
	void *piece[FREED_KEPT];

	for (size_t i = 0; i < FREED_KEPT; i++)
		if ((piece[i] = malloc(n)))
			wipe(piece[i], malloc_usable_size(piece[i]));
	for (size_t i = 0; i < FREED_KEPT; i++)
		free(piece[i]);
}

enum rc secret_init(struct secret *s, struct str from)
{
	s->len = 0;
	if (from.len > SECRET_MAX)
		return RC_MALFORMED;
	if (from.len)
		memcpy(s->bytes, from.ptr, from.len);
	s->len = from.len;
	return RC_OK;
}

void secret_release(struct secret *s)
{
	wipe(s, sizeof(*s));
}

struct str secret_peek(const struct secret *s)
{
	return str_n(s->bytes, s->len);
}
