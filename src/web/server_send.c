#include <string.h>
#include <time.h>

#include "web/server_io.h"

enum { HEAD_FIXED = 256, JOIN_MAX = 4 * 1024 };

const char *send_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {301, "Moved Permanently"},
		{302, "Found"}, {303, "See Other"}, {304, "Not Modified"}, {307, "Temporary Redirect"},
		{400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
		{405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"}, {409, "Conflict"},
		{410, "Gone"}, {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"},
		{417, "Expectation Failed"}, {422, "Unprocessable Content"}, {429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"}, {500, "Internal Server Error"}, {501, "Not Implemented"},
		{503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Answer";
}

/* RFC 9110 5.6.7; the month's name must not follow the locale. */
static void date_set(struct io *io, int64_t now_s)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)now_s;
	struct tm tm;
	int n;

	if (io->date_len && io->date_s == now_s)
		return;
	if (!gmtime_r(&t, &tm) || tm.tm_year + 1900 > 9999 || tm.tm_year < 0)
		tm = (struct tm){.tm_year = 70, .tm_mday = 1, .tm_wday = 4};
	n = snprintf(io->date, sizeof(io->date), "Date: %.3s, %02u %.3s %04u %02u:%02u:%02u GMT\r\n",
	             days + 3 * (tm.tm_wday % 7), (unsigned)tm.tm_mday % 100, months + 3 * (tm.tm_mon % 12),
	             ((unsigned)tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	             (unsigned)tm.tm_sec % 100);
	io->date_len = n > 0 && (size_t)n < sizeof(io->date) ? (size_t)n : 0;
	io->date_s = now_s;
}

static char *put(char *at, struct str s)
{
	if (s.len)
		memcpy(at, s.ptr, s.len);
	return at + s.len;
}

static char *put_number(char *at, size_t n)
{
	char digits[24];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	return put(at, str_n(digits + i, sizeof(digits) - i));
}

static char *put_status(char *at, int status)
{
	if (status == 204)
		return put(at, S("HTTP/1.1 204 No Content\r\n"));
	if (status == 200)
		return put(at, S("HTTP/1.1 200 OK\r\n"));
	at = put(at, S("HTTP/1.1 "));
	at = put_number(at, (size_t)status);
	*at++ = ' ';
	at = put(at, str_of(send_reason(status)));
	return put(at, S("\r\n"));
}

static size_t headers_room(const struct reply *r)
{
	size_t room = HEAD_FIXED + r->lines.len;

	for (size_t i = 0; i < r->n_headers; i++)
		room += r->headers[i].name.len + r->headers[i].value.len + 4;
	return room;
}

static void reply_check(struct conn *c)
{
	struct reply *r = c->rep;

	if (buf_ok(&r->body) && r->status >= 200 && r->status <= 599)
		return;
	/* More than fits is not sent in part: half a page could be read as a whole one. */
	reply_init(r, c->arena);
	r->close = true;
}

void send_prepare(struct conn *c)
{
	struct reply *r = c->rep;
	struct str body;
	bool bodiless, head_only = c->req->method == METHOD_HEAD;
	size_t room;
	char *head, *at;

	reply_check(c);
	body = r->fixed.ptr ? r->fixed : buf_str(&r->body);
	bodiless = r->status == 204 || r->status == 304;
	if (bodiless)
		body = S("");
	if (r->close || atomic_load_explicit(&c->io->server->drain_asked, memory_order_relaxed))
		c->keep_alive = false;
	room = headers_room(r);
	head = at = arena_alloc(c->arena, room + (body.len <= JOIN_MAX ? body.len : 0));
	at = put_status(at, r->status);
	date_set(c->io, c->req->now_s);
	at = put(at, str_n(c->io->date, c->io->date_len));
	for (size_t i = 0; i < r->n_headers; i++) {
		at = put(at, r->headers[i].name);
		at = put(at, S(": "));
		at = put(at, r->headers[i].value);
		at = put(at, S("\r\n"));
	}
	at = put(at, r->lines);
	if (!bodiless) {
		at = put(at, S("Content-Length: "));
		at = put_number(at, body.len);
		at = put(at, S("\r\n"));
	}
	if (!c->keep_alive)
		at = put(at, S("Connection: close\r\n"));
	else if (c->parser.http10)
		at = put(at, S("Connection: keep-alive\r\n"));
	at = put(at, S("\r\n"));
	c->n_out = 1;
	if (body.len && !head_only) {
		if (body.len <= JOIN_MAX)
			at = put(at, body);
		else
			c->out[c->n_out++] = (struct iovec){(void *)(uintptr_t)body.ptr, body.len};
	}
	c->out[0] = (struct iovec){head, (size_t)(at - head)};
	c->out_sent = 0;
}
