/* What is printed: nothing from outside with control bytes, and JSON. */
#include <stdio.h>

#include "cli/cli.h"

enum { OUT_MAX = 64 << 20 };

/* A code point that a terminal obeys instead of showing it: C0, DEL and C1; marks that turn the direction of what follows;
 * two that end a line for some. `*n` is how many bytes it has, 0 when the next byte is none of these. */
static unsigned obeyed(struct str rest, size_t *n)
{
	const unsigned char *p = (const unsigned char *)rest.ptr;

	*n = 1;
	if (p[0] < 0x20 || p[0] == 0x7f)
		return p[0];
	*n = 2;
	if (rest.len >= 2 && ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c)))
		return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	*n = 3;
	if (rest.len >= 3 && p[0] == 0xe2 &&
	    ((p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae))) ||
	     (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)))
		return 0x2000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	*n = 0;
	return 0;
}

struct str cli_plain(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.len + 16, OUT_MAX);
	for (size_t i = 0; i < s.len;) {
		size_t n;
		unsigned c = obeyed(str_n(s.ptr + i, s.len - i), &n);
		if (n)
			buf_printf(&b, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
		else
			buf_char(&b, s.ptr[i]);
		i += n ? n : 1;
	}
	return buf_str(&b);
}

struct str cli_quoted(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.len + 16, OUT_MAX);
	buf_char(&b, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_char(&b, '\\');
		buf_char(&b, s.ptr[i]);
	}
	buf_char(&b, '"');
	return cli_plain(a, buf_str(&b));
}

void json_begin(struct json *j, struct arena *a)
{
	buf_init(&j->b, a, 4096, OUT_MAX);
	j->more = false;
}

static void put_text(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.len;) {
		size_t n;
		unsigned c = obeyed(str_n(s.ptr + i, s.len - i), &n);
		if (n)
			buf_printf(b, "\\u%04x", c);
		else if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			buf_printf(b, "\\%c", s.ptr[i]);
		else
			buf_char(b, s.ptr[i]);
		i += n ? n : 1;
	}
	buf_char(b, '"');
}

static void before(struct json *j, const char *key)
{
	if (j->more)
		buf_char(&j->b, ',');
	j->more = true;
	if (key) {
		put_text(&j->b, str_of(key));
		buf_char(&j->b, ':');
	}
}

void json_open(struct json *j, const char *key, char bracket)
{
	before(j, key);
	buf_char(&j->b, bracket);
	j->more = false;
}

void json_close(struct json *j, char bracket)
{
	buf_char(&j->b, bracket);
	j->more = true;
}

void json_str(struct json *j, const char *key, struct str s)
{
	before(j, key);
	if (s.ptr)
		put_text(&j->b, s);
	else
		buf_lit(&j->b, "null");
}

void json_int(struct json *j, const char *key, int64_t n)
{
	before(j, key);
	buf_i64(&j->b, n);
}

void json_time(struct json *j, const char *key, int64_t at_s)
{
	json_str(j, key, at_s ? time_iso(j->b.arena, at_s) : STR_NONE);
}

void json_flag(struct json *j, const char *key, bool b)
{
	before(j, key);
	buf_lit(&j->b, b ? "true" : "false");
}

void json_end(struct json *j)
{
	buf_char(&j->b, '\n');
	if (!buf_ok(&j->b))
		panic("cli: the answer is too long");
	fwrite(j->b.ptr, 1, j->b.len, stdout);
}
