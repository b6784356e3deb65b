#include "base/secret.h"

#include <string.h>

void wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
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
