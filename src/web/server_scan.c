#include "web/server_parse.h"

/* RFC 9110 5.6.2 tokens; 5.5 field values (with obs-text); RFC 3986 letters of a target. */
enum { T = 1, V = 2, U = 4, VU = V | U, TVU = T | V | U };

static const unsigned char kinds[256] = {
	['\t'] = V,
	[' '] = V,
	['!'] = TVU,
	['"'] = VU,
	['#' ... '\''] = TVU,
	['(' ... ')'] = VU,
	['*' ... '+'] = TVU,
	[','] = VU,
	['-' ... '.'] = TVU,
	['/'] = VU,
	['0' ... '9'] = TVU,
	[':' ... '@'] = VU,
	['A' ... 'Z'] = TVU,
	['[' ... ']'] = VU,
	['^' ... 'z'] = TVU,
	['{'] = VU,
	['|'] = TVU,
	['}'] = VU,
	['~'] = TVU,
	[0x80 ... 0xff] = V,
};

enum { AT_BEGIN = 0, AT_REQUEST, AT_NAME, AT_VALUE, AT_CR, AT_LAST_CR };

/* 0, or the status of the cap that was passed; `end` is where the bytes so far end. */
static int scan_caps(const struct parser *p, size_t end)
{
	size_t line_end = p->n_lines ? p->headers - 2 : end;

	if (line_end > p->begin + REQUEST_LINE_MAX)
		return 414;
	if (!p->n_lines)
		return 0;
	if (end - p->headers > REQUEST_HEADERS_MAX || p->n_lines - 1 > REQUEST_HEADER_COUNT_MAX)
		return 431;
	return 0;
}

/* A line is complete at `next`. An empty one before the request line is let pass once (RFC 9112 2.2). */
static bool scan_line(struct parser *p, size_t next, bool empty)
{
	if (empty && p->begin)
		return false;
	if (empty)
		p->begin = next;
	else if (p->n_lines++ == 0)
		p->headers = next;
	p->line = next;
	p->scan = AT_BEGIN;
	return true;
}

/* Moves over bytes that the place allows; what stops it is judged by the caller. */
static size_t scan_run(unsigned at, struct str bytes, size_t i)
{
	const unsigned char *p = (const unsigned char *)bytes.ptr;

	if (at == AT_NAME)
		while (i < bytes.len && (kinds[p[i]] & T))
			i++;
	else if (at == AT_VALUE)
		while (i < bytes.len && (kinds[p[i]] & V))
			i++;
	else if (at == AT_REQUEST)
		while (i < bytes.len && ((kinds[p[i]] & U) || p[i] == ' '))
			i++;
	return i;
}

/* One byte that ends a run or begins a line. False: it may not stand here. */
static bool scan_step(struct parser *p, unsigned char c, size_t at)
{
	switch (p->scan) {
	case AT_BEGIN:
		if (c == '\r') {
			p->scan = p->n_lines ? AT_LAST_CR : AT_CR;
			return true;
		}
		p->scan = p->n_lines ? AT_NAME : AT_REQUEST;
		return kinds[c] & T; /* folding begins with a space, which is no token */
	case AT_REQUEST:
	case AT_VALUE:
		p->scan = AT_CR;
		return c == '\r';
	case AT_NAME:
		p->scan = AT_VALUE;
		return c == ':';
	case AT_CR:
		return c == '\n' && scan_line(p, at + 1, at == p->line + 1);
	default:
		return c == '\n';
	}
}

enum parse head_scan(struct parser *p, struct str bytes, size_t *used)
{
	size_t i = p->seen;

	*used = 0;
	while (i < bytes.len) {
		i = scan_run(p->scan, bytes, i);
		if (i == bytes.len)
			break;
		if (p->scan == AT_LAST_CR && bytes.ptr[i] == '\n') {
			p->seen = *used = i + 1;
			p->status = scan_caps(p, p->line);
			return p->status ? PARSE_REFUSED : PARSE_HEAD;
		}
		if (!scan_step(p, (unsigned char)bytes.ptr[i], i)) {
			p->status = 400;
			return PARSE_REFUSED;
		}
		i++;
		if (p->scan == AT_BEGIN && scan_caps(p, i))
			break;
	}
	p->seen = i;
	p->status = scan_caps(p, i);
	return p->status ? PARSE_REFUSED : PARSE_MORE;
}
