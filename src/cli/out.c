/* What is printed: nothing from outside with control bytes, and JSON. */
#include <stdio.h>

#include "cli/cli.h"

enum { OUT_MAX = 64 << 20 };

struct str cli_plain(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.len + 16, OUT_MAX);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		/* C0, DEL, and C1 as UTF-8 writes it (U+0080 to U+009F) */
		bool c1 = c == 0xc2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] < 0xa0;
		if (c < 0x20 || c == 0x7f || c1)
			buf_printf(&b, "\\x%02x", c1 ? (unsigned char)s.ptr[++i] : c);
		else
			buf_char(&b, (char)c);
	}
	return buf_str(&b);
}

void json_begin(struct json *j, struct arena *a)
{
	buf_init(&j->b, a, 4096, OUT_MAX);
	j->more = false;
}

static void put_text(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else
			buf_char(b, (char)c);
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
