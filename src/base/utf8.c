#include "base/codec.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/secret.h"

static bool is_control(utf8proc_int32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || (c >= 0x7f && c < 0xa0);
}

/* The code points of well-formed text, or -1. libutf8proc refuses overlongs, surrogates and > U+10FFFF. */
static utf8proc_ssize_t walk(struct str s, bool controls)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.ptr;
	utf8proc_ssize_t left = (utf8proc_ssize_t)s.len, count = 0;

	while (left) {
		utf8proc_int32_t c = *p;
		utf8proc_ssize_t n = c < 0x80 ? 1 : utf8proc_iterate(p, left, &c); /* ASCII needs no library */

		if (n <= 0 || (!controls && is_control(c)))
			return -1;
		p += n;
		left -= n;
		count++;
	}
	return count;
}

bool utf8_ok(struct str s)
{
	return walk(s, false) >= 0;
}

size_t utf8_count(struct str s)
{
	utf8proc_ssize_t n = walk(s, true);

	return n < 0 ? s.len : (size_t)n;
}

enum rc utf8_nfc(struct arena *a, struct str s, struct str *out)
{
	utf8proc_uint8_t *p = NULL;
	utf8proc_ssize_t n;

	*out = STR_NONE;
	if (walk(s, true) < 0)
		return RC_MALFORMED;
	n = utf8proc_map((const utf8proc_uint8_t *)(s.len ? s.ptr : ""), (utf8proc_ssize_t)s.len, &p,
	                 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0 || !p)
		panic("out of memory");
	*out = arena_str(a, str_n(p, (size_t)n));
	wipe(p, (size_t)n);
	free(p);
	return RC_OK;
}
