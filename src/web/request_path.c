#include <string.h>

#include "base/codec.h"
#include "web/request.h"

/* An encoded slash or backslash is a segment border to one program and a letter to the next. */
static bool path_hides_border(struct str raw)
{
	for (size_t i = 0; i + 2 < raw.len; i++) {
		char a = raw.ptr[i + 1], b = raw.ptr[i + 2];

		if (raw.ptr[i] != '%')
			continue;
		if ((a == '2' && (b == 'F' || b == 'f')) || (a == '5' && (b == 'C' || b == 'c')))
			return true;
	}
	return false;
}

static bool path_segments_ok(struct str path)
{
	struct str rest = {path.ptr + 1, path.len - 1};

	while (rest.ptr) {
		struct str segment = str_cut(&rest, '/');

		/* Only the last may be empty: "/a/" is a path, "/a//b" is not. */
		if (!segment.len && rest.ptr)
			return false;
		if (str_is(segment, ".") || str_is(segment, ".."))
			return false;
	}
	return true;
}

enum rc path_normal(struct arena *a, struct str raw, struct str *out)
{
	struct str path = raw;
	enum rc rc;

	*out = STR_NONE;
	if (!raw.len || raw.ptr[0] != '/' || str_has(raw, '\\') || str_has(raw, '#') || path_hides_border(raw))
		return RC_MALFORMED;
	if (str_has(raw, '%')) {
		rc = url_decode(a, raw, false, &path);
		if (rc)
			return rc;
	}
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if (c < 0x20 || c == 0x7f)
			return RC_MALFORMED;
	}
	if (!utf8_ok(path) || !path_segments_ok(path))
		return RC_MALFORMED;
	*out = path;
	return RC_OK;
}
