/*
 * http_server: the connection code with a small application, for black-box tests and for the bench.
 *
 *     http_server [--listen 127.0.0.1:0|[::1]:0|unix:PATH] [--proxy BLOCK] [--secure] [--hand-clock] [LIMIT=NUMBER ...]
 *
 * Prints "listen PORT" (or "listen PATH") for each socket and then "ready"; SIGTERM drains for drain_s.
 *
 *   /204            204, on the I/O thread            /work      the echo, on a worker
 *   /echo           what came in, as text             /hold      waits on a worker for /release or a hang-up
 *   /form           the fields of the form            /release   lets all of /hold go
 *   /big?n=N        N bytes                           /held      how many hold, and how many saw a hang-up
 *   /fixed          16 MiB that are never copied      /counts    server_counts
 *   /nothing        a page that forgets to answer     /clock?ms=N  moves the hand-set clock of the deadlines
 *   /html, /text, /see-other                          replies of reply.c
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/server.h"

enum { LISTEN_MAX = 8, FIXED_BYTES = 16 * 1024 * 1024, HOLD_LOOK_MS = 10 };

static struct server *server;
static unsigned drain_s = 5;
static atomic_llong clock_ms;
static pthread_mutex_t hold_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t hold_cond = PTHREAD_COND_INITIALIZER;
static unsigned holding, saw_gone, released;
static const char fixed[FIXED_BYTES];

/* Stands still between two requests for /clock. */
static int64_t hand_ms(void)
{
	return atomic_load(&clock_ms);
}

static void echo(const struct request *r, struct reply *out)
{
	reply_text(out, 200, STR_NONE);
	buf_printf(&out->body, "method %d\ntarget %.*s\npath %.*s\nquery %.*s\nhost %.*s\naddress %.*s\nproxy %d\n",
	           (int)r->method, STR_ARG(r->target), STR_ARG(r->path), STR_ARG(r->query), STR_ARG(r->host),
	           STR_ARG(r->address), r->from_proxy);
	for (size_t i = 0; i < r->n_headers; i++) {
		buf_lit(&out->body, "header ");
		buf_add(&out->body, r->headers[i].name);
		buf_lit(&out->body, "=");
		buf_add(&out->body, r->headers[i].value);
		buf_char(&out->body, '\n');
	}
	buf_printf(&out->body, "length %zu\nbody ", r->body.len);
	buf_add(&out->body, r->body);
}

static void hold(const struct request *r, struct reply *out)
{
	unsigned mine;
	bool gone = false;

	pthread_mutex_lock(&hold_lock);
	mine = released;
	holding++;
	while (mine == released && !gone) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += HOLD_LOOK_MS * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&hold_cond, &hold_lock, &until);
		gone = request_gone(r);
	}
	holding--;
	saw_gone += gone;
	pthread_mutex_unlock(&hold_lock);
	reply_text(out, 200, S("held\n"));
}

static void form(const struct request *r, struct reply *out)
{
	struct form f;

	if (form_parse(r, &f)) {
		reply_text(out, 422, S("malformed\n"));
		return;
	}
	reply_text(out, 200, STR_NONE);
	for (size_t i = 0; i < f.n; i++)
		buf_printf(&out->body, "%.*s=%.*s\n", STR_ARG(f.fields[i].name), STR_ARG(f.fields[i].value));
}

static void counts(struct reply *out)
{
	struct server_counts c;

	server_counts(server, &c);
	reply_text(out, 200, STR_NONE);
	buf_printf(&out->body,
	           "connections %" PRIu64 "\nopen %" PRIu64 "\nrequests %" PRIu64 "\nrefused %" PRIu64 "\nbusy %" PRIu64
	           "\ntimeouts %" PRIu64 "\nshed %" PRIu64 "\npauses %" PRIu64 "\nio_least %" PRIu64
	           "\nio_most %" PRIu64 "\n",
	           c.connections, c.open, c.requests, c.refused, c.busy, c.timeouts, c.shed, c.pauses, c.io_least, c.io_most);
}

static void big(const struct request *r, struct reply *out)
{
	int64_t n;

	if (str_to_i64(request_query(r, "n"), 2 * REPLY_BODY_MAX, &n))
		n = 0;
	reply_text(out, 200, STR_NONE);
	while (n--)
		buf_char(&out->body, 'x');
}

static void hand_over(struct reply *out)
{
	pthread_mutex_lock(&hold_lock);
	released++;
	pthread_cond_broadcast(&hold_cond);
	pthread_mutex_unlock(&hold_lock);
	reply_text(out, 200, S("released\n"));
}

static void held(struct reply *out)
{
	reply_text(out, 200, STR_NONE);
	pthread_mutex_lock(&hold_lock);
	buf_printf(&out->body, "holding %u\ngone %u\n", holding, saw_gone);
	pthread_mutex_unlock(&hold_lock);
}

static void answer(const struct request *r, struct reply *out)
{
	int64_t ms;

	if (str_is(r->path, "/echo") || str_is(r->path, "/work")) {
		echo(r, out);
	} else if (str_is(r->path, "/hold")) {
		hold(r, out);
	} else if (str_is(r->path, "/release")) {
		hand_over(out);
	} else if (str_is(r->path, "/held")) {
		held(out);
	} else if (str_is(r->path, "/counts")) {
		counts(out);
	} else if (str_is(r->path, "/form")) {
		form(r, out);
	} else if (str_is(r->path, "/big")) {
		big(r, out);
	} else if (str_is(r->path, "/fixed")) {
		out->status = 200;
		out->fixed = str_n(fixed, sizeof(fixed));
	} else if (str_is(r->path, "/html")) {
		reply_html(out, 200, request_query(r, "origin"));
		cookie_set(out, r, COOKIE_SIGNIN, S("abc"), 0);
		buf_lit(&out->body, "<!doctype html><title>html</title>");
	} else if (str_is(r->path, "/see-other")) {
		reply_see_other(out, S("/html"));
	} else if (str_is(r->path, "/clock") && !str_to_i64(request_query(r, "ms"), INT64_C(1) << 40, &ms)) {
		atomic_fetch_add(&clock_ms, ms);
		reply_text(out, 200, S("moved\n"));
	} else if (!str_is(r->path, "/nothing")) {
		reply_text(out, 404, S("not found\n"));
	}
}

static enum serve_where place(void *app, const struct request *r)
{
	(void)app;
	return str_is(r->path, "/work") || str_is(r->path, "/hold") ? SERVE_WORK : SERVE_FAST;
}

static void fast(void *app, void *io, struct request *r, struct reply *out)
{
	(void)app;
	(void)io;
	if (str_is(r->path, "/204"))
		out->status = 204;
	else
		answer(r, out);
}

static void work(void *app, void *worker, struct request *r, struct reply *out)
{
	(void)app;
	(void)worker;
	answer(r, out);
}

static void on_term(int sig)
{
	(void)sig;
	server_drain(server, drain_s);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_unix(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) || listen(fd, 1024))
		die(path);
	printf("listen %s\n", path);
	return fd;
}

static int listen_on(const char *where)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr *sa = where[0] == '[' ? (struct sockaddr *)&in6 : (struct sockaddr *)&in;
	socklen_t len = where[0] == '[' ? sizeof(in6) : sizeof(in);
	const char *port = strrchr(where, ':');
	char host[64] = "";
	int fd, one = 1;

	if (strncmp(where, "unix:", 5) == 0)
		return listen_unix(where + 5);
	if (!port || port - where >= (ptrdiff_t)sizeof(host))
		die(where);
	memcpy(host, where[0] == '[' ? where + 1 : where, (size_t)(port - where) - (where[0] == '[' ? 2 : 0));
	in.sin_port = in6.sin6_port = htons((uint16_t)atoi(port + 1));
	if (inet_pton(sa->sa_family, host, sa == (struct sockaddr *)&in ? (void *)&in.sin_addr : &in6.sin6_addr) != 1)
		die(where);
	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) || bind(fd, sa, len) ||
	    listen(fd, 1024) || getsockname(fd, sa, &len))
		die(where);
	printf("listen %u\n", ntohs(sa->sa_family == AF_INET ? in.sin_port : in6.sin6_port));
	return fd;
}

static void limit(struct server_limits *l, const char *name, unsigned n)
{
	const struct {
		const char *name;
		unsigned *where;
	} table[] = {
		{"io_threads", &l->io_threads}, {"workers", &l->workers}, {"queue_max", &l->queue_max},
		{"connections_max", &l->connections_max}, {"per_address_max", &l->per_address_max},
		{"header_s", &l->header_s}, {"idle_s", &l->idle_s}, {"write_stall_s", &l->write_stall_s},
		{"body_grace_s", &l->body_grace_s}, {"body_bytes_per_s", &l->body_bytes_per_s}, {"tick_ms", &l->tick_ms},
		{"drain_s", &drain_s},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strncmp(name, table[i].name, strlen(table[i].name)) == 0 && name[strlen(table[i].name)] == '=') {
			*table[i].where = n;
			return;
		}
	die(name);
}

int main(int argc, char **argv)
{
	struct server_app app = {.place = place, .fast = fast, .work = work};
	const char *proxies[LISTEN_MAX];
	int fds[LISTEN_MAX];
	size_t n_fds = 0, n_proxies = 0;
	struct server_limits limits;
	struct sigaction term = {.sa_handler = on_term};

	server_limits_default(&limits);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc && n_fds < LISTEN_MAX)
			fds[n_fds++] = listen_on(argv[++i]);
		else if (strcmp(argv[i], "--proxy") == 0 && i + 1 < argc && n_proxies < LISTEN_MAX)
			proxies[n_proxies++] = argv[++i];
		else if (strcmp(argv[i], "--hand-clock") == 0)
			limits.mono_ms = hand_ms;
		else if (strcmp(argv[i], "--secure") == 0)
			app.secure = true;
		else if (strchr(argv[i], '='))
			limit(&limits, argv[i], (unsigned)strtoul(strchr(argv[i], '=') + 1, NULL, 10));
		else
			die(argv[i]);
	}
	if (server_new(&app, &limits, fds, n_fds, proxies, n_proxies, &server))
		return 1;
	if (sigaction(SIGTERM, &term, NULL))
		die("sigaction");
	printf("ready\n");
	fflush(stdout);
	server_run(server);
	server_free(&server);
	return 0;
}
