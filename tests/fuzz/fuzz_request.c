#include "fuzz.h"

#include <string.h>

#include "base/codec.h"
#include "web/server_parse.h"

/* What a connection does with its bytes, in pieces of `piece`; `used` is where the next request would begin. */
static enum parse read_all(struct arena *a, struct str in, size_t piece, struct parser *p, struct request *r,
                           size_t *used)
{
	enum parse parsed = PARSE_MORE;
	size_t have = 0, n;

	parser_init(p);
	*used = 0;
	while (parsed == PARSE_MORE && have < in.len) {
		have = piece < in.len - have ? have + piece : in.len;
		if (!p->in_body) {
			parsed = head_scan(p, str_n(in.ptr, have), &n);
			if (parsed == PARSE_HEAD) {
				*used = n;
				parsed = head_parse(p, a, str_n(in.ptr, n), r);
			}
		}
		while ((parsed == PARSE_HEAD || parsed == PARSE_MORE) && p->in_body && *used < have) {
			parsed = body_feed(p, str_n(in.ptr + *used, have - *used), &n);
			check(n <= have - *used && (n || parsed == PARSE_REFUSED));
			*used += n;
		}
		if (parsed == PARSE_HEAD)
			parsed = PARSE_MORE;
	}
	return parsed;
}

static void judge(const struct request *r)
{
	size_t hosts = 0;

	check(r->path.len && r->path.ptr[0] == '/' && utf8_ok(r->path) && !str_has(r->path, '\0'));
	check(!str_has(r->path, '\\') && !str_has(r->target, ' ') && r->target.ptr[0] == '/');
	check(r->n_headers <= REQUEST_HEADER_COUNT_MAX && r->body.len <= REQUEST_BODY_MAX && r->body.ptr);
	for (size_t i = 0; i < r->n_headers; i++) {
		struct pair h = r->headers[i];

		check(h.name.len && h.value.ptr);
		for (size_t j = 0; j < h.name.len; j++)
			check(h.name.ptr[j] > ' ' && h.name.ptr[j] < 0x7f && h.name.ptr[j] != ':' &&
			      !(h.name.ptr[j] >= 'A' && h.name.ptr[j] <= 'Z'));
		check(!str_has(h.value, '\r') && !str_has(h.value, '\n') && !str_has(h.value, '\0'));
		hosts += str_is(h.name, "host");
	}
	check(hosts == 1 && r->host.len);
	check(!request_header(r, "transfer-encoding").ptr || !request_header(r, "content-length").ptr);
}

/* However the bytes are cut, the same request is read, or the same refusal is given. */
static void fuzz_one(struct arena *a, struct str in)
{
	struct parser whole, cut;
	struct request r, s;
	size_t used, used_cut, piece = in.len % 7 + 1;
	enum parse parsed = read_all(a, in, in.len, &whole, &r, &used), again;

	again = read_all(a, in, piece, &cut, &s, &used_cut);
	/* In one piece the framing of chunks may be found too heavy later than in small ones; both are refusals. */
	check(parsed == again || (parsed == PARSE_MORE && again == PARSE_REFUSED && whole.body_left < 0));
	if (parsed == PARSE_REFUSED && again == PARSE_REFUSED)
		check(whole.status >= 400 && whole.status <= 501 && cut.status >= 400 && cut.status <= 501);
	if (parsed != PARSE_DONE)
		return;
	check(used == used_cut && r.method == s.method && str_eq(r.target, s.target) && str_eq(r.path, s.path) &&
	      str_eq(r.body, s.body) && r.n_headers == s.n_headers && whole.keep_alive == cut.keep_alive);
	judge(&r);
	for (size_t i = 0; i < r.n_headers; i++)
		check(str_eq(r.headers[i].name, s.headers[i].name) && str_eq(r.headers[i].value, s.headers[i].value));
}
