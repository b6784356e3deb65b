#include "web/server_parse.h"

#include <string.h>

enum { CHUNK_OVERHEAD_MAX = 32, CHUNK_OVERHEAD_FIRST = 512, BODY_FIRST = 4 * 1024 };

void parser_init(struct parser *p)
{
	llhttp_t ll = p->ll;

	*p = (struct parser){.ll = ll, .status = 400};
}

/* What llhttp's callbacks return to stop it; the status is set first. */
static int refuse(struct parser *p, int status)
{
	p->status = status;
	return -1;
}

/* Spans of one element follow each other without a gap, or we do not understand them. */
static int span_grow(struct parser *p, struct str *s, const char *at, size_t n)
{
	if (!s->len)
		*s = str_n(at, n);
	else if (s->ptr + s->len == at)
		s->len += n;
	else
		return refuse(p, 400);
	return 0;
}

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
	struct parser *p = ll->data;

	return span_grow(p, &p->req->target, at, n);
}

static int on_name(llhttp_t *ll, const char *at, size_t n)
{
	struct parser *p = ll->data;

	if (p->in_body) /* a trailer */
		return refuse(p, 400);
	if (p->name_done) {
		if (p->req->n_headers >= p->n_lines)
			return refuse(p, 431);
		p->req->n_headers++;
		p->name_done = false;
	}
	return span_grow(p, &p->req->headers[p->req->n_headers - 1].name, at, n);
}

static int on_name_complete(llhttp_t *ll)
{
	struct parser *p = ll->data;

	p->name_done = true;
	return 0;
}

static int on_value(llhttp_t *ll, const char *at, size_t n)
{
	struct parser *p = ll->data;

	if (p->in_body || !p->req->n_headers)
		return refuse(p, 400);
	return span_grow(p, &p->req->headers[p->req->n_headers - 1].value, at, n);
}

static int on_head(llhttp_t *ll)
{
	struct parser *p = ll->data;
	int status = head_judge(p);

	if (status)
		return refuse(p, status);
	ll->upgrade = 0; /* or llhttp would take what follows for another protocol */
	p->keep_alive = llhttp_should_keep_alive(ll) != 0;
	p->in_body = true;
	return 0;
}

/* Room grows with what came, not with what was announced: an announcement costs the client nothing. */
static void body_grow(struct parser *p, size_t need)
{
	size_t room = p->body_room ? p->body_room * 2 : BODY_FIRST;
	char *bigger;

	if (room > REQUEST_BODY_MAX)
		room = REQUEST_BODY_MAX;
	if (room < need)
		room = need;
	bigger = arena_alloc(p->arena, room);
	if (p->req->body.len)
		memcpy(bigger, p->body, p->req->body.len);
	p->body = bigger;
	p->body_room = room;
}

static int on_body(llhttp_t *ll, const char *at, size_t n)
{
	struct parser *p = ll->data;
	size_t need = p->req->body.len + n;

	if (need > REQUEST_BODY_MAX)
		return refuse(p, 413);
	if (need > p->body_room)
		body_grow(p, need);
	memcpy(p->body + p->req->body.len, at, n);
	p->req->body = str_n(p->body, need);
	return 0;
}

static int on_chunk(llhttp_t *ll)
{
	struct parser *p = ll->data;

	p->chunks++;
	return ll->content_length > REQUEST_BODY_MAX - p->req->body.len ? refuse(p, 413) : 0;
}

static int on_extension(llhttp_t *ll, const char *at, size_t n)
{
	struct parser *p = ll->data;

	(void)at;
	p->extensions += n;
	return p->extensions > CHUNK_EXTENSIONS_MAX ? refuse(p, 400) : 0;
}

static int on_end(llhttp_t *ll)
{
	struct parser *p = ll->data;

	p->done = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_name,
	.on_header_field_complete = on_name_complete,
	.on_header_value = on_value,
	.on_headers_complete = on_head,
	.on_body = on_body,
	.on_chunk_header = on_chunk,
	.on_chunk_extension_name = on_extension,
	.on_chunk_extension_value = on_extension,
	.on_message_complete = on_end,
};

/* RFC 9112 3: method SP target SP version, one space each, and HTTP/1.1 or 1.0. */
static bool request_line_ok(const struct parser *p, struct str head)
{
	struct str rest = {head.ptr + p->begin, p->headers - 2 - p->begin};
	struct str method = str_cut(&rest, ' '), target = str_cut(&rest, ' ');

	return method.len && target.len && (str_is(rest, "HTTP/1.1") || str_is(rest, "HTTP/1.0"));
}

enum parse head_parse(struct parser *p, struct arena *a, struct str head, struct request *out)
{
	struct str copy = arena_str(a, head);
	llhttp_errno_t e;

	*out = (struct request){.arena = a, .body = S(""), .query = S("")};
	out->headers = arena_many(a, p->n_lines, struct pair);
	p->req = out;
	p->arena = a;
	p->name_done = true;
	p->status = 400;
	if (!request_line_ok(p, copy))
		return PARSE_REFUSED;
	llhttp_init(&p->ll, HTTP_REQUEST, &settings);
	p->ll.data = p;
	e = llhttp_execute(&p->ll, copy.ptr, copy.len);
	if (e == HPE_PAUSED && p->done)
		return PARSE_DONE;
	if (e == HPE_INVALID_METHOD)
		p->status = 501;
	return e == HPE_OK && p->in_body ? PARSE_HEAD : PARSE_REFUSED;
}

static enum parse length_feed(struct parser *p, struct str bytes, size_t *used)
{
	size_t n = bytes.len < (size_t)p->body_left ? bytes.len : (size_t)p->body_left;
	llhttp_errno_t e = llhttp_execute(&p->ll, bytes.ptr, n);

	*used = n;
	p->body_left -= (int64_t)n;
	if (e == HPE_PAUSED && p->done && !p->body_left)
		return PARSE_DONE;
	return e == HPE_OK && p->body_left ? PARSE_MORE : PARSE_REFUSED;
}

/* What the client spends on framing is bounded by what it sends, so that a byte costs us no kilobyte. */
static bool chunks_heavy(const struct parser *p)
{
	return p->wire - p->req->body.len > CHUNK_OVERHEAD_FIRST + CHUNK_OVERHEAD_MAX * p->chunks;
}

static void tail_keep(struct parser *p, struct str bytes)
{
	size_t n = bytes.len < sizeof(p->tail) ? bytes.len : sizeof(p->tail);

	memmove(p->tail, p->tail + n, sizeof(p->tail) - n);
	memcpy(p->tail + sizeof(p->tail) - n, bytes.ptr + bytes.len - n, n);
}

static enum parse chunked_feed(struct parser *p, struct str bytes, size_t *used)
{
	llhttp_errno_t e = llhttp_execute(&p->ll, bytes.ptr, bytes.len);
	bool done = e == HPE_PAUSED && p->done;

	*used = done ? (size_t)(llhttp_get_error_pos(&p->ll) - bytes.ptr) : bytes.len;
	p->wire += *used;
	tail_keep(p, str_n(bytes.ptr, *used));
	if ((!done && e != HPE_OK) || chunks_heavy(p))
		return PARSE_REFUSED;
	if (done)
		return str_eq(str_n(p->tail, sizeof(p->tail)), S("\r\n\r\n")) ? PARSE_DONE : PARSE_REFUSED;
	return PARSE_MORE;
}

enum parse body_feed(struct parser *p, struct str bytes, size_t *used)
{
	return p->body_left < 0 ? chunked_feed(p, bytes, used) : length_feed(p, bytes, used);
}
