#include "base/str.h"

#include <string.h>

#include <openssl/crypto.h>

struct str str_of(const char *cstr)
{
	return cstr ? (struct str){cstr, strlen(cstr)} : STR_NONE;
}

struct str str_n(const void *p, size_t n)
{
	return (struct str){p, n};
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_ieq(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	if (s.len < suffix.len || suffix.len == 0)
		return suffix.len == 0;
	return str_eq((struct str){s.ptr + (s.len - suffix.len), suffix.len}, suffix);
}

bool str_has(struct str s, char c)
{
	return s.len > 0 && memchr(s.ptr, c, s.len) != NULL;
}

struct str str_cut(struct str *rest, char at)
{
	struct str head = *rest;
	const char *p = rest->len ? memchr(rest->ptr, at, rest->len) : NULL;

	if (!p) {
		*rest = STR_NONE;
		return head;
	}
	head.len = (size_t)(p - head.ptr);
	rest->ptr = p + 1;
	rest->len -= head.len + 1;
	return head;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

enum rc str_to_i64(struct str s, int64_t max, int64_t *out)
{
	int64_t n = 0;

	*out = 0;
	if (!s.len)
		return RC_MALFORMED;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return RC_MALFORMED;
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, s.ptr[i] - '0', &n) || n > max)
			return RC_MALFORMED;
	}
	*out = n;
	return RC_OK;
}

bool str_eq_secret(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}
