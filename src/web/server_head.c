#include "web/server_parse.h"

/* Two of these would let two programs read two different requests. */
enum { SINGLE_HOST, SINGLE_LENGTH, SINGLE_CODING, SINGLE_EXPECT };
static const struct str singles[] = {
	[SINGLE_HOST] = S("host"),
	[SINGLE_LENGTH] = S("content-length"),
	[SINGLE_CODING] = S("transfer-encoding"),
	[SINGLE_EXPECT] = S("expect"),
	S("content-type"),
	S("authorization"),
	S("origin"),
	S("referer"),
	S("x-original-url"),
	S("x-original-uri"),
	S("x-original-method"),
	S("x-forwarded-proto"),
	S("x-forwarded-host"),
	S("x-forwarded-uri"),
	S("x-forwarded-method"),
};
enum { SINGLES = sizeof(singles) / sizeof(singles[0]) };

/* The head was copied for this request, so the names may be changed where they stand. */
static void lower(struct str s)
{
	char *p = (char *)(uintptr_t)s.ptr;

	for (size_t i = 0; i < s.len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ('a' - 'A'));
}

static bool find_singles(const struct request *r, struct str found[SINGLES])
{
	for (size_t i = 0; i < SINGLES; i++)
		found[i] = STR_NONE;
	for (size_t h = 0; h < r->n_headers; h++) {
		for (size_t i = 0; i < SINGLES; i++) {
			if (r->headers[h].name.len != singles[i].len || !str_eq(r->headers[h].name, singles[i]))
				continue;
			if (found[i].ptr)
				return false;
			found[i] = r->headers[h].value;
		}
	}
	return true;
}

/* RFC 9110 7.2: a name or address and maybe a port. Percent signs, user names and lists are not for us. */
static bool host_ok(struct str host)
{
	if (!host.len || host.len > 255 + 6)
		return false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		      c == '.' || c == '_' || c == ':' || c == '[' || c == ']'))
			return false;
	}
	return true;
}

/* Sets body_left: 0 none, -1 chunked. */
static int judge_length(struct parser *p, struct str length, struct str coding)
{
	if (coding.ptr) {
		if (length.ptr || p->http10 || !str_is(coding, "chunked"))
			return 400;
		p->body_left = -1;
		return 0;
	}
	if (!length.ptr)
		return 0;
	if (str_to_i64(length, INT64_MAX, &p->body_left))
		return 400;
	return p->body_left > REQUEST_BODY_MAX ? 413 : 0;
}

static int judge_target(struct parser *p)
{
	struct request *r = p->req;
	struct str rest = r->target, path = str_cut(&rest, '?');

	if (str_has(r->target, '#') || path_normal(p->arena, path, &r->path))
		return 400;
	if (rest.ptr)
		r->query = rest;
	return 0;
}

static enum method method_of(uint8_t method)
{
	switch ((int)method) {
	case HTTP_GET:
		return METHOD_GET;
	case HTTP_HEAD:
		return METHOD_HEAD;
	case HTTP_POST:
		return METHOD_POST;
	case HTTP_OPTIONS:
		return METHOD_OPTIONS;
	case HTTP_DELETE:
		return METHOD_DELETE;
	default:
		return METHOD_OTHER;
	}
}

int head_judge(struct parser *p)
{
	struct request *r = p->req;
	struct str found[SINGLES];
	int status;

	if (p->ll.http_major != 1 || p->ll.http_minor > 1)
		return 400;
	p->http10 = p->ll.http_minor == 0;
	for (size_t i = 0; i < r->n_headers; i++) {
		lower(r->headers[i].name);
		r->headers[i].value = str_trim(r->headers[i].value);
		if (!r->headers[i].value.ptr)
			r->headers[i].value = S("");
	}
	if (!find_singles(r, found) || !host_ok(found[SINGLE_HOST]))
		return 400;
	r->host = found[SINGLE_HOST];
	r->method = method_of(p->ll.method);
	status = judge_target(p);
	if (!status)
		status = judge_length(p, found[SINGLE_LENGTH], found[SINGLE_CODING]);
	if (status)
		return status;
	if (found[SINGLE_EXPECT].ptr && !p->http10) {
		if (!str_ieq(found[SINGLE_EXPECT], S("100-continue")))
			return 417;
		p->expects = p->body_left != 0;
	}
	return 0;
}
