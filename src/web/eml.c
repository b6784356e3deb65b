#include "web/eml.h"

#include "base/buf.h"
#include "base/codec.h"

/* The next line without its end. */
static struct str line_cut(struct str *rest)
{
	struct str line = str_cut(rest, '\n');

	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2045 6.7; with `word` RFC 2047 4.2, where '_' is a space. */
static struct str quoted_read(struct arena *a, struct str s, bool word)
{
	struct buf b;

	buf_init(&b, a, s.len + 1, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '=' && i + 2 < s.len && hex(s.ptr[i + 1]) >= 0 && hex(s.ptr[i + 2]) >= 0) {
			buf_char(&b, (char)(hex(s.ptr[i + 1]) * 16 + hex(s.ptr[i + 2])));
			i += 2;
		} else if (c == '=' && !word && i + 1 < s.len && (s.ptr[i + 1] == '\n' || s.ptr[i + 1] == '\r')) {
			i += s.ptr[i + 1] == '\r' && i + 2 < s.len && s.ptr[i + 2] == '\n' ? 2 : 1;
		} else {
			buf_char(&b, word && c == '_' ? ' ' : c);
		}
	}
	return buf_str(&b);
}

static struct str base64_read(struct arena *a, struct str s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf b;
	unsigned bits = 0, n = 0;

	buf_init(&b, a, s.len + 1, s.len + 1);
	for (size_t i = 0; i < s.len && s.ptr[i] != '='; i++) {
		unsigned value = 0;

		while (value < 64 && letters[value] != s.ptr[i])
			value++;
		if (value == 64)
			continue;
		bits = (bits << 6 | value) & 0xffffff;
		n += 6;
		if (n >= 8) {
			n -= 8;
			buf_char(&b, (char)(bits >> n & 0xff));
		}
	}
	return buf_str(&b);
}

/* "=?UTF-8?Q?...?=" inside a value; white space between two of them vanishes. */
static struct str words_read(struct arena *a, struct str value)
{
	struct buf b;
	bool after_word = false;

	buf_init(&b, a, value.len + 1, value.len + 1);
	while (value.len) {
		struct str rest = value, charset, kind, text;

		if (str_starts(value, S("=?"))) {
			rest = str_n(value.ptr + 2, value.len - 2);
			charset = str_cut(&rest, '?');
			kind = str_cut(&rest, '?');
			text = str_cut(&rest, '?');
			if (rest.len && rest.ptr[0] == '=' && str_ieq(charset, S("utf-8")) && kind.len == 1) {
				buf_add(&b, str_ieq(kind, S("q")) ? quoted_read(a, text, true) : base64_read(a, text));
				value = str_n(rest.ptr + 1, rest.len - 1);
				after_word = true;
				continue;
			}
		}
		if (after_word && value.ptr[0] == ' ' && str_starts(str_trim(value), S("=?")))
			value = str_trim(value);
		else {
			buf_char(&b, value.ptr[0]);
			value = str_n(value.ptr + 1, value.len - 1);
			after_word = false;
		}
	}
	return buf_str(&b);
}

/* One header of the block that `rest` begins with, unfolded. */
static struct str header_find(struct arena *a, struct str rest, struct str name)
{
	struct buf b;
	bool mine = false;

	buf_init(&b, a, 128, 8192);
	while (rest.ptr) {
		struct str line = line_cut(&rest), key;

		if (!line.len)
			break;
		if (line.ptr[0] == ' ' || line.ptr[0] == '\t') {
			if (mine) {
				buf_char(&b, ' ');
				buf_add(&b, str_trim(line));
			}
			continue;
		}
		if (mine)
			break;
		key = str_cut(&line, ':');
		mine = str_ieq(key, name);
		if (mine)
			buf_add(&b, str_trim(line));
	}
	return buf_str(&b);
}

static struct str body_of(struct str part)
{
	while (part.ptr && line_cut(&part).len)
		;
	return part;
}

static struct str part_read(struct arena *a, struct str part)
{
	struct str how = header_find(a, part, S("Content-Transfer-Encoding")), body = body_of(part);

	if (str_ieq(how, S("base64")))
		return base64_read(a, body);
	return str_ieq(how, S("quoted-printable")) ? quoted_read(a, body, false) : body;
}

static struct str boundary_of(struct str type)
{
	while (type.ptr) {
		struct str p = str_trim(str_cut(&type, ';'));

		if (!str_starts(p, S("boundary=")))
			continue;
		p = str_n(p.ptr + 9, p.len - 9);
		if (p.len > 1 && p.ptr[0] == '"')
			p = str_n(p.ptr + 1, p.len - 2);
		return p;
	}
	return STR_NONE;
}

/* The part behind the next "--boundary" line; absent at the end. */
static struct str part_next(struct str *rest, struct str boundary)
{
	struct str part = STR_NONE;

	while (rest->ptr) {
		struct str line = line_cut(rest);
		bool border = line.len >= boundary.len + 2 && str_starts(line, S("--")) &&
		              str_starts(str_n(line.ptr + 2, line.len - 2), boundary);

		if (border && part.ptr) {
			part.len = (size_t)(line.ptr - part.ptr);
			*rest = str_n(line.ptr, (rest->ptr ? (size_t)(rest->ptr - line.ptr) + rest->len : line.len));
			return part;
		}
		if (border)
			part = *rest;
	}
	return STR_NONE;
}

void eml_read(struct arena *a, struct str file, struct eml *out)
{
	struct str boundary = boundary_of(header_find(a, file, S("Content-Type"))), rest = body_of(file), part;

	*out = (struct eml){
		.from = words_read(a, header_find(a, file, S("From"))), .to = words_read(a, header_find(a, file, S("To"))),
		.subject = words_read(a, header_find(a, file, S("Subject"))), .date = header_find(a, file, S("Date")),
	};
	if (!boundary.len) {
		out->text = part_read(a, file);
		return;
	}
	for (part = part_next(&rest, boundary); part.ptr; part = part_next(&rest, boundary)) {
		if (!str_starts(header_find(a, part, S("Content-Type")), S("text/plain")))
			continue;
		out->text = part_read(a, part);
		return;
	}
}
