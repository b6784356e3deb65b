#include "lens/strict.h"

#include <string.h>

#include "base/codec.h"

enum { MAJOR_UNSIGNED = 0, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG, MAJOR_SIMPLE };

struct reader {
	const unsigned char *ptr;
	size_t left;
};

/* Initial byte and argument; RFC 8949 3. The shortest form only. */
static enum rc head(struct reader *r, unsigned *major, uint64_t *value)
{
	static const uint64_t least[] = {24, UINT64_C(1) << 8, UINT64_C(1) << 16, UINT64_C(1) << 32};
	unsigned info;
	size_t n;

	*value = 0;
	*major = MAJOR_TAG;
	if (r->left == 0)
		return RC_MALFORMED;
	*major = r->ptr[0] >> 5;
	info = r->ptr[0] & 31;
	r->ptr++;
	r->left--;
	if (info < 24) {
		*value = info;
		return RC_OK;
	}
	if (info > 27 || *major == MAJOR_SIMPLE)
		return RC_MALFORMED;
	n = (size_t)1 << (info - 24);
	if (r->left < n)
		return RC_MALFORMED;
	for (size_t i = 0; i < n; i++)
		*value = *value << 8 | r->ptr[i];
	r->ptr += n;
	r->left -= n;
	return *value < least[info - 24] ? RC_MALFORMED : RC_OK;
}

static enum rc string(struct reader *r, unsigned major, uint64_t len)
{
	if (len > r->left || (major == MAJOR_TEXT && !utf8_ok(str_n(r->ptr, (size_t)len))))
		return RC_MALFORMED;
	r->ptr += len;
	r->left -= (size_t)len;
	return RC_OK;
}

static enum rc item(struct reader *r, unsigned depth);

/* Keys are numbers or texts, each greater than the one before, as encoded bytes. */
static enum rc map(struct reader *r, uint64_t pairs, unsigned depth)
{
	struct str before = STR_NONE;

	for (uint64_t i = 0; i < pairs; i++) {
		const unsigned char *at = r->ptr;
		struct str key;
		enum rc rc;

		if (r->left == 0 || at[0] >> 5 == MAJOR_BYTES || at[0] >> 5 > MAJOR_TEXT)
			return RC_MALFORMED;
		rc = item(r, depth);
		if (rc != RC_OK)
			return rc;
		key = str_n(at, (size_t)(r->ptr - at));
		if (before.ptr) {
			size_t n = before.len < key.len ? before.len : key.len;
			int order = memcmp(before.ptr, key.ptr, n);

			if (order > 0 || (order == 0 && before.len >= key.len))
				return RC_MALFORMED;
		}
		before = key;
		rc = item(r, depth);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc item(struct reader *r, unsigned depth)
{
	unsigned major;
	uint64_t value;
	enum rc rc = head(r, &major, &value);

	if (rc != RC_OK || depth > STRICT_DEPTH)
		return RC_MALFORMED;
	switch (major) {
	case MAJOR_UNSIGNED:
	case MAJOR_NEGATIVE:
		return RC_OK;
	case MAJOR_BYTES:
	case MAJOR_TEXT:
		return string(r, major, value);
	case MAJOR_ARRAY:
		for (uint64_t i = 0; rc == RC_OK && i < value; i++)
			rc = item(r, depth + 1);
		return rc;
	case MAJOR_MAP:
		return map(r, value, depth + 1);
	case MAJOR_SIMPLE:
		return value >= 20 && value <= 22 ? RC_OK : RC_MALFORMED; /* false, true, null */
	}
	return RC_MALFORMED;
}

enum rc strict_item(struct str bytes, size_t *used)
{
	struct reader r = {(const unsigned char *)bytes.ptr, bytes.len};
	enum rc rc = item(&r, 0);

	*used = rc == RC_OK ? bytes.len - r.left : 0;
	return rc;
}
