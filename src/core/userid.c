#include "core/userid.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/codec.h"

enum { USERID_BYTES_MAX = 128 };

enum rc userid_fold(struct arena *a, struct str typed, struct str *folded)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n;
	struct str s = str_trim(typed);

	*folded = STR_NONE;
	if (s.len == 0 || s.len > USERID_BYTES_MAX || !utf8_ok(s))
		return RC_MALFORMED;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20)
			return RC_MALFORMED;
	n = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &out,
	                 UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
	if (n <= 0 || n > USERID_BYTES_MAX) { /* some letters grow when they are folded */
		free(out);
		return RC_MALFORMED;
	}
	*folded = arena_str(a, str_n(out, (size_t)n));
	free(out);
	return RC_OK;
}
