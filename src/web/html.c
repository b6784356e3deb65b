#include "web/html.h"

#include <string.h>

static const char *reference(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return (unsigned char)c < 0x20 && c != '\t' && c != '\n' ? "" : NULL;
	}
}

void html_text(struct buf *b, struct str s)
{
	size_t done = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *ref = reference(s.ptr[i]);
		if (ref == NULL)
			continue;
		buf_add(b, str_n(s.ptr + done, i - done));
		buf_lit(b, ref);
		done = i + 1;
	}
	if (s.len > done)
		buf_add(b, str_n(s.ptr + done, s.len - done));
}

void html_num(struct buf *b, int64_t n)
{
	buf_i64(b, n);
}

static bool address_ok(struct str s)
{
	static const char *const schemes[] = {"https://", "http://", "otpauth://", "mailto:", "tel:"};

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == '\\' || s.ptr[i] == 0x7f)
			return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (str_starts(s, str_of(schemes[i])))
			return true;
	return s.len > 0 && (s.ptr[0] == '?' || s.ptr[0] == '#' || (s.ptr[0] == '/' && (s.len == 1 || s.ptr[1] != '/')));
}

void html_url(struct buf *b, struct str s)
{
	html_text(b, address_ok(s) ? s : S("#"));
}

void html_part(struct buf *b, struct str s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < s.len; i++) {
		if (memchr(plain, s.ptr[i], sizeof(plain) - 1))
			buf_char(b, s.ptr[i]);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
	}
}

void html_data(struct buf *b, struct str s)
{
	struct str head = S("data:image/png;base64,");

	if (!str_starts(s, head))
		return;
	for (size_t i = head.len; i < s.len; i++) {
		char c = s.ptr[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '='))
			return;
	}
	buf_add(b, s);
}
