#include "test.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/server.h"
#include "web/server_parse.h"

/* A server in this process, on a unix socket without a name, and a clock of its deadlines that stands. */
static struct {
	struct server *server;
	pthread_t thread;
	struct sockaddr_un where;
	socklen_t where_len;
	int listener;
	atomic_llong now_ms;
	atomic_int io_open, io_closed, workers_open, workers_closed;
} stage;

static int64_t stage_ms(void)
{
	return atomic_load(&stage.now_ms);
}

static enum serve_where place(void *app, const struct request *r)
{
	(void)app;
	return str_starts(r->path, S("/work")) ? SERVE_WORK : SERVE_FAST;
}

static void *io_open(void *app)
{
	(void)app;
	atomic_fetch_add(&stage.io_open, 1);
	return (void *)&stage.io_open;
}

static void io_close(void *app, void *io)
{
	(void)app;
	assert_ptr_equal(io, &stage.io_open);
	atomic_fetch_add(&stage.io_closed, 1);
}

static void *worker_open(void *app)
{
	(void)app;
	atomic_fetch_add(&stage.workers_open, 1);
	return (void *)&stage.workers_open;
}

static void worker_close(void *app, void *worker)
{
	(void)app;
	assert_ptr_equal(worker, &stage.workers_open);
	atomic_fetch_add(&stage.workers_closed, 1);
}

static void answer(void *app, void *thread, struct request *r, struct reply *out)
{
	bool fast = thread == &stage.io_open;

	assert_ptr_equal(app, &stage);
	reply_text(out, 200, fast ? S("fast ") : S("work "));
	buf_add(&out->body, r->address);
	buf_lit(&out->body, r->now_s == clock_now_s() || r->now_s == clock_now_s() - 1 ? " now" : " another time");
	buf_lit(&out->body, r->secure && out->secure ? " secure" : " plain");
}

static void *run(void *arg)
{
	server_run(arg);
	return NULL;
}

static int stage_open(void **state)
{
	struct server_app app = {
		.app = &stage, .secure = true, .place = place, .fast = answer, .work = answer,
		.io_open = io_open, .io_close = io_close, .worker_open = worker_open, .worker_close = worker_close,
	};
	struct server_limits l;

	(void)state;
	memset(&stage, 0, sizeof(stage));
	server_limits_default(&l);
	l.mono_ms = stage_ms;
	l.tick_ms = 2;
	l.io_threads = 2;
	l.workers = 3;
	stage.where.sun_family = AF_UNIX;
	stage.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	stage.where_len = sizeof(stage.where);
	/* Bound to no more than the family, Linux gives it a name of its own (unix(7), autobind). */
	if (stage.listener < 0 || bind(stage.listener, (struct sockaddr *)&stage.where, sizeof(sa_family_t)) ||
	    listen(stage.listener, 64) || getsockname(stage.listener, (struct sockaddr *)&stage.where, &stage.where_len))
		return -1;
	if (server_new(&app, &l, &stage.listener, 1, NULL, 0, &stage.server))
		return -1;
	return pthread_create(&stage.thread, NULL, run, stage.server);
}

static int stage_close(void **state)
{
	(void)state;
	server_drain(stage.server, 5);
	if (pthread_join(stage.thread, NULL))
		return -1;
	server_free(&stage.server);
	close(stage.listener);
	return 0;
}

static int dial(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&stage.where, stage.where_len), 0);
	return fd;
}

/* Everything until the other side closes. */
static size_t read_end(int fd, char *out, size_t room)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, out + n, room - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	return n;
}

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void server_answers_on_the_thread_that_the_place_names(void **state)
{
	char text[2048];
	int fd = dial();

	(void)state;
	say(fd, "GET /fast HTTP/1.1\r\nHost: a\r\n\r\nGET /work HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	read_end(fd, text, sizeof(text));
	close(fd);
	assert_non_null(strstr(text, "\r\n\r\nfast unix now secureHTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(text, "\r\n\r\nwork unix now secure"));
}

static void server_lets_an_idle_connection_go_when_its_clock_says_so(void **state)
{
	char text[64];
	int fd = dial();
	struct server_counts c;

	(void)state;
	/* Its thread may take the connection up only after the first jump; then the next one counts. */
	do
		atomic_fetch_add(&stage.now_ms, 76000);
	while (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 20) == 0);
	assert_int_equal(read_end(fd, text, sizeof(text)), 0);
	close(fd);
	server_counts(stage.server, &c);
	assert_int_equal(c.timeouts, 1);
}

static void server_opens_and_closes_what_its_threads_need(void **state)
{
	stage_close(state);
	assert_int_equal(atomic_load(&stage.io_open), 2);
	assert_int_equal(atomic_load(&stage.io_closed), 2);
	assert_int_equal(atomic_load(&stage.workers_open), 3);
	assert_int_equal(atomic_load(&stage.workers_closed), 3);
	assert_int_equal(stage_open(state), 0);
}

static void server_refuses_a_proxy_that_is_no_block(void **state)
{
	static const char *const proxies[] = {"127.0.0.1", "localhost"};
	struct server_app app = {.place = place, .fast = answer, .work = answer};
	struct server_limits l;
	struct server *s;

	(void)state;
	server_limits_default(&l);
	assert_int_equal(server_new(&app, &l, NULL, 0, proxies, 2, &s), RC_MALFORMED);
	assert_null(s);
}

static void server_that_is_drained_before_it_runs_ends_at_once(void **state)
{
	struct server_app app = {.place = place, .fast = answer, .work = answer};
	struct server_limits l;
	struct server *s;

	(void)state;
	server_limits_default(&l);
	assert_int_equal(server_new(&app, &l, NULL, 0, NULL, 0, &s), RC_OK);
	server_drain(s, 60);
	server_run(s);
	server_free(&s);
	assert_null(s);
}

/* One request cut at every place gives the same request. */
static void parser_reads_the_same_wherever_the_bytes_are_cut(void **state)
{
	static const char text[] = "\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nX-Long:  v w \r\nX-None:\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n3;e=f\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
	struct arena *a = arena_new(8192, 1 << 20);

	(void)state;
	for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
		size_t ends[] = {cut, sizeof(text) - 1}, at = 0, used;
		enum parse parsed = PARSE_MORE;
		struct parser p = {0};
		struct request r;

		parser_init(&p);
		for (size_t i = 0; i < 2; i++) {
			if (!p.in_body && (parsed = head_scan(&p, str_n(text, ends[i]), &used)) == PARSE_HEAD) {
				parsed = head_parse(&p, a, str_n(text, used), &r);
				at = used;
			}
			if (p.in_body && at < ends[i]) {
				parsed = body_feed(&p, str_n(text + at, ends[i] - at), &used);
				at += used;
			}
			assert_int_not_equal(parsed, PARSE_REFUSED);
		}
		assert_int_equal(parsed, PARSE_DONE);
		assert_int_equal(at, sizeof(text) - 1);
		assert_int_equal(r.method, METHOD_POST);
		assert_true(str_is(r.path, "/a b") && str_is(r.query, "c=d") && str_is(r.target, "/a%20b?c=d"));
		assert_true(str_is(r.host, "x") && str_is(r.body, "abcde"));
		assert_int_equal(r.n_headers, 4);
		assert_true(str_is(request_header(&r, "x-long"), "v w"));
		assert_non_null(request_header(&r, "x-none").ptr);
		arena_reset(a);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(server_answers_on_the_thread_that_the_place_names, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(server_lets_an_idle_connection_go_when_its_clock_says_so, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(server_opens_and_closes_what_its_threads_need, stage_open, stage_close),
		cmocka_unit_test(server_refuses_a_proxy_that_is_no_block),
		cmocka_unit_test(server_that_is_drained_before_it_runs_ends_at_once),
		cmocka_unit_test(parser_reads_the_same_wherever_the_bytes_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
