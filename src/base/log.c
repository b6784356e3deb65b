#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4000 };

static _Atomic int level_most = LOG_INFO;
static const char *_Atomic process_name;

/* A line on the stack: logging must work when memory is gone. What does not fit is cut. */
struct line {
	char text[LINE_MAX_BYTES + 4];
	size_t len;
	bool cut;
};

static void line_add(struct line *l, const char *p, size_t n)
{
	if (l->cut || n > LINE_MAX_BYTES - l->len) {
		l->cut = true;
		return;
	}
	memcpy(l->text + l->len, p, n);
	l->len += n;
}

static void line_cstr(struct line *l, const char *s)
{
	line_add(l, s, strlen(s));
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

static void line_escaped(struct line *l, unsigned char c)
{
	char hex[5];

	switch (c) {
	case '"':
		line_cstr(l, "\\\"");
		return;
	case '\\':
		line_cstr(l, "\\\\");
		return;
	case '\n':
		line_cstr(l, "\\n");
		return;
	case '\r':
		line_cstr(l, "\\r");
		return;
	case '\t':
		line_cstr(l, "\\t");
		return;
	}
	/* Bytes over 0x7f too: a terminal may read C1 controls in them, and grep needs no UTF-8. */
	if (c < ' ' || c >= 0x7f) {
		snprintf(hex, sizeof(hex), "\\x%02x", c);
		line_add(l, hex, 4);
		return;
	}
	line_add(l, (const char *)&c, 1);
}

static void line_value(struct line *l, struct str s)
{
	bool plain = s.len > 0;

	for (size_t i = 0; i < s.len && plain; i++)
		plain = is_plain((unsigned char)s.ptr[i]);
	if (plain) {
		line_add(l, s.ptr, s.len);
		return;
	}
	line_cstr(l, "\"");
	for (size_t i = 0; i < s.len && !l->cut; i++)
		line_escaped(l, (unsigned char)s.ptr[i]);
	line_cstr(l, "\"");
}

static void line_flush(struct line *l)
{
	const char *p = l->text;
	size_t left;

	if (l->cut) {
		memcpy(l->text + l->len, "...", 3);
		l->len += 3;
	}
	l->text[l->len++] = '\n';
	/* One write, so that lines of several threads and processes do not mix. */
	for (left = l->len; left;) {
		ssize_t n = write(STDERR_FILENO, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		p += n;
		left -= (size_t)n;
	}
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	struct line l;
	char number[24];
	const char *name = atomic_load_explicit(&process_name, memory_order_relaxed);
	int saved = errno;

	if ((int)level > atomic_load_explicit(&level_most, memory_order_relaxed))
		return;
	l.len = 0;
	l.cut = false;
	if (!isatty(STDERR_FILENO)) {
		snprintf(number, sizeof(number), "<%d>", (int)level);
		line_cstr(&l, number);
	}
	if (name) {
		line_cstr(&l, name);
		line_cstr(&l, " ");
	}
	line_cstr(&l, event);
	for (size_t i = 1; i < n; i++) {
		line_cstr(&l, " ");
		line_cstr(&l, fields[i].key);
		line_cstr(&l, "=");
		if (fields[i].is_number) {
			snprintf(number, sizeof(number), "%" PRId64, fields[i].number);
			line_cstr(&l, number);
		} else {
			line_value(&l, fields[i].value);
		}
	}
	line_flush(&l);
	errno = saved;
}

void log_level_set(enum log_level most)
{
	atomic_store(&level_most, (int)most);
}

void log_process(const char *name)
{
	atomic_store(&process_name, name);
}
