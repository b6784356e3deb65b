#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/secret.h"
#include "web/server_io.h"

static void conn_on_event(evutil_socket_t fd, short what, void *arg);
static bool conn_flush(struct conn *c);

struct conn *conn_new(int fd, const struct address *peer, bool trusted)
{
	struct arena *home = arena_new(sizeof(struct conn) + HOME_ROUND, sizeof(struct conn) + HOME_ROUND);
	struct conn *c = arena_one(home, struct conn);

	c->home = home;
	c->fd = fd;
	c->peer = *peer;
	c->trusted = trusted;
	address_text(peer, c->peer_text);
	link_init(&c->link);
	return c;
}

void conn_free(struct conn **c)
{
	struct arena *home = (*c)->home;

	*c = NULL;
	arena_free(&home);
}

static void conn_watch(struct conn *c, short what)
{
	if (c->watching == what)
		return;
	if (c->watching)
		event_del(&c->ev);
	c->watching = what;
	if (what && (event_assign(&c->ev, c->io->base, c->fd, (short)(what | EV_PERSIST), conn_on_event, c) ||
	             event_add(&c->ev, NULL)))
		panic("event_add");
}

/* Into the list of its state; an idle one goes to the end, so that the first is the longest idle. */
static void conn_list(struct conn *c)
{
	bool idle = c->state == CONN_IDLE;

	if (!idle && !c->listed_idle && c->link.next != &c->link)
		return;
	link_remove(&c->link);
	link_append(idle ? &c->io->idle : &c->io->busy, &c->link);
	c->listed_idle = idle;
}

static void conn_state(struct conn *c, enum conn_state state)
{
	c->state = state;
	c->since_ms = c->moved_ms = c->io->now_ms;
}

void conn_adopt(struct conn *c, struct io *io)
{
	c->io = io;
	c->next = NULL;
	conn_state(c, CONN_IDLE);
	conn_list(c);
	conn_watch(c, EV_READ);
}

static void conn_end_request(struct conn *c)
{
	io_take_back_arena(c->io, &c->arena);
	c->req = NULL;
	c->rep = NULL;
}

static void conn_drop_input(struct conn *c)
{
	if (c->in.cap)
		io_take_back(c->io, &c->in);
	c->in_at = 0;
}

static void conn_gone(struct conn *c)
{
	__atomic_store_n(&c->gone, true, __ATOMIC_RELAXED);
	conn_watch(c, 0);
}

void conn_close(struct conn *c)
{
	struct io *io = c->io;
	struct server *s = io->server;
	uint64_t one = 1;

	if (c->state == CONN_WORK) {
		c->dead = true;
		conn_gone(c);
		return;
	}
	conn_watch(c, 0);
	close(c->fd);
	conn_drop_input(c);
	conn_end_request(c);
	link_remove(&c->link);
	place_release(s, c);
	conn_free(&c);
	atomic_fetch_sub(&io->n_conns, 1);
	/* The acceptor of a draining server waits for the last one. */
	if (atomic_fetch_sub(&s->n_open, 1) == 1 && atomic_load(&s->drain_asked) &&
	    write(s->wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		panic("eventfd");
}

/* Always false: the caller has nothing more to do. */
static bool conn_linger(struct conn *c)
{
	conn_drop_input(c);
	if (c->eof || shutdown(c->fd, SHUT_WR)) {
		conn_close(c);
		return false;
	}
	conn_state(c, CONN_LINGER);
	conn_list(c);
	conn_watch(c, EV_READ);
	return false;
}

static bool conn_answered(struct conn *c)
{
	bool unread = c->in.len > c->in_at;

	conn_end_request(c);
	if (!c->keep_alive) {
		/* Closing with unread bytes would reset the connection, and the answer might never be seen. */
		if (c->refused || unread)
			return conn_linger(c);
		conn_close(c);
		return false;
	}
	__atomic_store_n(&c->gone, false, __ATOMIC_RELAXED);
	conn_state(c, CONN_IDLE);
	return true;
}

static bool conn_reply(struct conn *c)
{
	send_prepare(c);
	conn_state(c, CONN_WRITE);
	return conn_flush(c);
}

/* True: all is sent and the next request may begin. */
static bool conn_flush(struct conn *c)
{
	struct iovec *v = c->out;

	for (;;) {
		struct msghdr msg = {.msg_iov = v, .msg_iovlen = (size_t)c->n_out};
		ssize_t n;

		while (c->n_out && !v->iov_len) {
			c->out[0] = c->out[1];
			c->n_out--;
		}
		if (!c->n_out)
			return conn_answered(c);
		msg.msg_iovlen = (size_t)c->n_out;
		n = c->n_out == 1 ? send(c->fd, v->iov_base, v->iov_len, MSG_NOSIGNAL) : sendmsg(c->fd, &msg, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			conn_list(c);
			conn_watch(c, EV_WRITE);
			return false;
		}
		if (n < 0) {
			conn_close(c);
			return false;
		}
		c->out_sent += (size_t)n;
		c->moved_ms = c->io->now_ms;
		for (int i = 0; i < c->n_out; i++) {
			size_t part = (size_t)n < v[i].iov_len ? (size_t)n : v[i].iov_len;

			v[i].iov_base = (char *)v[i].iov_base + part;
			v[i].iov_len -= part;
			n -= (ssize_t)part;
		}
	}
}

static void conn_answer_begin(struct conn *c)
{
	if (!c->arena) {
		c->arena = io_lend_arena(c->io);
		c->req = arena_one(c->arena, struct request);
		c->rep = arena_one(c->arena, struct reply);
	}
}

void conn_refuse(struct conn *c, int status)
{
	const char *reason = send_reason(status);

	atomic_fetch_add_explicit(&c->io->server->n_refused, 1, memory_order_relaxed);
	conn_answer_begin(c);
	c->req->now_s = clock_now_s();
	reply_init(c->rep, c->arena);
	c->rep->secure = c->io->server->app.secure;
	c->rep->close = c->refused = true;
	reply_text(c->rep, status, arena_printf(c->arena, "%s\n", reason));
	(void)conn_reply(c);
}

/* Always false: nothing more can be done before bytes come. */
static bool conn_wait(struct conn *c)
{
	if (c->eof) {
		conn_close(c);
		return false;
	}
	if (c->in.len == c->in_at)
		conn_drop_input(c);
	conn_list(c);
	conn_watch(c, EV_READ);
	return false;
}

static void conn_address(struct conn *c)
{
	struct server *s = c->io->server;
	struct request *r = c->req;
	struct str hops = STR_NONE;
	struct address client;
	char text[ADDRESS_TEXT_MAX];

	r->from_proxy = c->trusted;
	r->address = str_of(c->peer_text);
	if (!c->trusted)
		return;
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_eq(r->headers[i].name, S("x-forwarded-for")))
			hops = hops.ptr ? arena_printf(c->arena, "%.*s,%.*s", STR_ARG(hops),
			                               STR_ARG(r->headers[i].value))
			                : r->headers[i].value;
	if (!hops.len)
		return;
	client = address_forwarded(&c->peer, hops, s->proxies, s->n_proxies);
	address_text(&client, text);
	r->address = arena_str(c->arena, str_of(text));
}

static bool conn_busy(struct conn *c)
{
	struct server *s = c->io->server;
	bool told = false;

	atomic_fetch_add_explicit(&s->n_busy, 1, memory_order_relaxed);
	if (s->app.busy)
		s->app.busy(s->app.app, c->req, c->rep);
	else
		reply_text(c->rep, 503, S("busy\n"));
	for (size_t i = 0; i < c->rep->n_headers; i++)
		told |= str_ieq(c->rep->headers[i].name, S("Retry-After"));
	if (!told && c->rep->n_headers < REPLY_HEADERS_MAX)
		reply_header(c->rep, "Retry-After", S("2"));
	return conn_reply(c);
}

static bool conn_dispatch(struct conn *c)
{
	struct server *s = c->io->server;

	c->n_requests++;
	c->keep_alive = c->parser.keep_alive;
	atomic_fetch_add_explicit(&s->n_requests, 1, memory_order_relaxed);
	conn_address(c);
	c->req->secure = s->app.secure;
	c->req->now_s = clock_now_s();
	c->req->gone = &c->gone;
	reply_init(c->rep, c->arena);
	c->rep->secure = s->app.secure;
	if (s->app.place(s->app.app, c->req) == SERVE_FAST) {
		s->app.fast(s->app.app, c->io->app_io, c->req, c->rep);
		return conn_reply(c);
	}
	if (c->in.len == c->in_at)
		conn_drop_input(c);
	conn_state(c, CONN_WORK);
	conn_list(c);
	conn_watch(c, EV_READ);
	/* From here on the request belongs to a worker, unless the queue is full. */
	return work_put(s, c) ? false : conn_busy(c);
}

static struct str conn_unread(const struct conn *c)
{
	return str_n(c->in.ptr + c->in_at, c->in.len - c->in_at);
}

static bool conn_begin(struct conn *c)
{
	if (c->in.len == c->in_at)
		return conn_wait(c);
	conn_state(c, CONN_HEAD);
	parser_init(&c->parser);
	return true;
}

static bool conn_continue(struct conn *c)
{
	static const char go[] = "HTTP/1.1 100 Continue\r\n\r\n";
	ssize_t n = send(c->fd, go, sizeof(go) - 1, MSG_NOSIGNAL);

	/* A client that hears nothing sends its body after a while; half a line would confuse it. */
	if (n == (ssize_t)sizeof(go) - 1 || (n < 0 && errno == EAGAIN))
		return true;
	conn_close(c);
	return false;
}

static bool conn_head(struct conn *c)
{
	size_t used;
	enum parse parsed = head_scan(&c->parser, conn_unread(c), &used);

	if (parsed == PARSE_MORE)
		return conn_wait(c);
	if (parsed == PARSE_HEAD) {
		conn_answer_begin(c);
		parsed = head_parse(&c->parser, c->arena, str_n(c->in.ptr + c->in_at, used), c->req);
		c->in_at += used;
	}
	if (parsed == PARSE_REFUSED) {
		conn_refuse(c, c->parser.status);
		return false;
	}
	if (parsed == PARSE_DONE)
		return conn_dispatch(c);
	conn_state(c, CONN_BODY);
	c->body_bytes = 0;
	return c->parser.expects && c->in.len == c->in_at ? conn_continue(c) : true;
}

static bool conn_body(struct conn *c)
{
	size_t used;
	enum parse parsed;

	if (c->in.len == c->in_at)
		return conn_wait(c);
	parsed = body_feed(&c->parser, conn_unread(c), &used);
	c->in_at += used;
	c->body_bytes += used;
	if (parsed == PARSE_REFUSED) {
		conn_refuse(c, c->parser.status);
		return false;
	}
	return parsed == PARSE_DONE ? conn_dispatch(c) : true;
}

/* Goes on until bytes, a worker or the socket must be waited for. The connection may be gone afterwards. */
static void conn_advance(struct conn *c)
{
	bool more = true;

	while (more) {
		switch (c->state) {
		case CONN_IDLE:
			more = conn_begin(c);
			break;
		case CONN_HEAD:
			more = conn_head(c);
			break;
		case CONN_BODY:
			more = conn_body(c);
			break;
		case CONN_WORK:
		case CONN_WRITE:
		case CONN_LINGER:
			return;
		}
	}
}

/* Room for at least one byte, if the state allows more. */
static bool conn_room(struct conn *c)
{
	struct buf large;

	if (!c->in.cap)
		io_lend_small(c->io, &c->in);
	if (c->in.len < c->in.cap)
		return true;
	buf_eat(&c->in, c->in_at);
	c->in_at = 0;
	if (c->in.len < c->in.cap)
		return true;
	if (c->state != CONN_HEAD || c->in.cap > READ_SMALL)
		return false;
	buf_init(&large, NULL, READ_LARGE, READ_LARGE);
	buf_add(&large, buf_str(&c->in));
	io_take_back(c->io, &c->in);
	c->in = large;
	return true;
}

/* Bytes read, 0 at the end, -1 when there are none yet, -2 when the connection is broken. */
static ssize_t conn_recv(struct conn *c)
{
	ssize_t n;

	do
		n = recv(c->fd, c->in.ptr + c->in.len, c->in.cap - c->in.len, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		c->in.len += (size_t)n;
	else if (n == 0)
		c->eof = true;
	else
		n = errno == EAGAIN ? -1 : -2;
	return n;
}

static void conn_read(struct conn *c)
{
	ssize_t n;

	if (!conn_room(c)) {
		conn_refuse(c, 431);
		return;
	}
	n = conn_recv(c);
	if (n > 0)
		conn_advance(c);
	else if (n == -1)
		(void)conn_wait(c);
	else
		conn_close(c);
}

/* While a worker has the request: keep what the client sends (a pipelined request) as long as there is room,
 * and see it hang up. Behind a full buffer only edges are reported, or the loop would spin. */
static void conn_overhear(struct conn *c, short what)
{
	int error = 0;
	socklen_t len = sizeof(error);
	ssize_t n;

	if (what & EV_CLOSED) {
		conn_gone(c);
		return;
	}
	if (!conn_room(c)) {
		if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error)
			conn_gone(c);
		else
			conn_watch(c, EV_READ | EV_CLOSED | EV_ET);
		return;
	}
	n = conn_recv(c);
	if (n == 0 || n == -2)
		conn_gone(c);
	if (c->in.len == c->in_at)
		conn_drop_input(c);
}

static void conn_discard(struct conn *c)
{
	char bytes[4096];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		c->lingered += (size_t)n;
	if (n <= 0 || c->lingered > LINGER_BYTES_MAX)
		conn_close(c);
}

static void conn_on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	c->io->now_ms = c->io->server->limits.mono_ms();
	switch (c->state) {
	case CONN_IDLE:
	case CONN_HEAD:
	case CONN_BODY:
		conn_read(c);
		break;
	case CONN_WORK:
		conn_overhear(c, what);
		break;
	case CONN_WRITE:
		if (conn_flush(c))
			conn_advance(c);
		break;
	case CONN_LINGER:
		conn_discard(c);
		break;
	}
}

void conn_worked(struct conn *c)
{
	c->next = NULL;
	if (c->dead) {
		c->state = CONN_WRITE;
		conn_close(c);
	} else if (conn_reply(c)) {
		conn_advance(c);
	}
}

void conn_deadline(struct conn *c)
{
	const struct server_limits *l = &c->io->server->limits;
	int64_t spent = c->io->now_ms - c->since_ms, idle_ms = l->idle_s * INT64_C(1000);
	int64_t rate = l->body_bytes_per_s, grace = l->body_grace_s * INT64_C(1000);
	int64_t stall = l->write_stall_s * INT64_C(1000);
	bool over = false;

	switch (c->state) {
	case CONN_IDLE:
		if (c->trusted)
			idle_ms *= TRUSTED_IDLE_TIMES;
		over = spent > idle_ms || (c->io->draining && (c->n_requests || spent > FRESH_DRAIN_MS));
		break;
	case CONN_HEAD:
		over = spent > l->header_s * INT64_C(1000);
		break;
	case CONN_BODY:
		over = spent > grace && (int64_t)c->body_bytes * 1000 < (spent - grace) * rate;
		break;
	case CONN_WORK:
		break;
	case CONN_WRITE:
		over = c->io->now_ms - c->moved_ms > stall ||
		       (spent > stall && (int64_t)c->out_sent * 1000 < (spent - stall) * rate);
		break;
	case CONN_LINGER:
		over = spent > LINGER_MS;
		break;
	}
	if (!over)
		return;
	atomic_fetch_add_explicit(&c->io->server->n_timeouts, 1, memory_order_relaxed);
	if (c->state == CONN_HEAD || c->state == CONN_BODY)
		conn_refuse(c, 408);
	else
		conn_close(c);
}
