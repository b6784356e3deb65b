#include "web/server.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "web/server_io.h"

enum {
	HOME_FIRST = 48 * 1024,
	HOME_MAX = 64 * 1024 * 1024,
	DESCRIPTORS_KEPT = 64,      /* for the store, the vault, logs */
	DESCRIPTORS_PER_THREAD = 4, /* a thread's read connection: database, log, shared memory, and one more */
	CONNECTIONS_LEAST = 8,
	IO_THREADS_MOST = 8,
	LAST_WORKER_MS = 1000,
};

void server_limits_default(struct server_limits *l)
{
	*l = (struct server_limits){
		.workers = 32,
		.queue_max = 256,
		.connections_max = 20000,
		.per_address_max = 256,
		.header_s = 10,
		.idle_s = 15,
		.write_stall_s = 30,
		.body_grace_s = 5,
		.body_bytes_per_s = 1024,
		.tick_ms = 500,
		.mono_ms = clock_mono_ms,
	};
}

static unsigned cores(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n < 1 ? 1 : n > IO_THREADS_MOST ? IO_THREADS_MOST : (unsigned)n;
}

/* Asks for the descriptors that the limits need, and makes do with those that it gets. */
static void fit_descriptors(struct server_limits *l)
{
	rlim_t kept = DESCRIPTORS_KEPT + DESCRIPTORS_PER_THREAD * (l->workers + l->io_threads);
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return;
	if (r.rlim_cur < l->connections_max + kept) {
		r.rlim_cur = l->connections_max + kept < r.rlim_max ? l->connections_max + kept : r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
		if (getrlimit(RLIMIT_NOFILE, &r))
			return;
	}
	if (r.rlim_cur < l->connections_max + kept)
		l->connections_max = r.rlim_cur > kept + CONNECTIONS_LEAST ? (unsigned)(r.rlim_cur - kept)
		                                                           : CONNECTIONS_LEAST;
}

static enum rc take_proxies(struct server *s, const char *const *proxies, size_t n)
{
	s->proxies = arena_many(s->home, n, struct address_block);
	s->n_proxies = n;
	for (size_t i = 0; i < n; i++) {
		enum rc rc = address_block_parse(str_of(proxies[i]), &s->proxies[i]);

		if (rc) {
			log_event(LOG_ERROR, "server.bad_proxy", F_CSTR("value", proxies[i]));
			return rc;
		}
	}
	return RC_OK;
}

static void server_home_free(struct server *s)
{
	struct arena *home = s->home;

	arena_free(&home);
}

enum rc server_new(const struct server_app *app, const struct server_limits *l, const int *fds, size_t n_fds,
                   const char *const *proxies, size_t n_proxies, struct server **out)
{
	struct arena *home = arena_new(HOME_FIRST, HOME_MAX);
	struct server *s = arena_one(home, struct server);
	int *copy = arena_many(home, n_fds, int);
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	enum rc rc;

	*out = NULL;
	s->home = home;
	s->app = *app;
	s->limits = *l;
	s->wake_fd = -1;
	if (n_fds)
		memcpy(copy, fds, n_fds * sizeof(*fds));
	s->fds = copy;
	s->n_fds = n_fds;
	if (!s->limits.io_threads)
		s->limits.io_threads = cores();
	fit_descriptors(&s->limits);
	rc = take_proxies(s, proxies, n_proxies);
	if (rc) {
		server_home_free(s);
		return rc;
	}
	if (sigaction(SIGPIPE, &ignore, NULL))
		panic("SIGPIPE");
	s->ios = arena_many(home, s->limits.io_threads, struct io);
	rc = accept_open(s);
	if (!rc)
		rc = work_open(s);
	while (!rc && s->n_ios < s->limits.io_threads) {
		rc = io_open(&s->ios[s->n_ios], s, s->n_ios);
		s->n_ios++;
	}
	*out = s;
	if (rc) {
		log_event(LOG_ERROR, "server.cannot_open", F_CSTR("why", strerror(errno)));
		server_free(out);
	}
	return rc;
}

static void server_start(struct server *s)
{
	sigset_t all, before;
	unsigned n = 0;

	/* Signals are for the thread that runs the server. */
	sigfillset(&all);
	if (pthread_sigmask(SIG_BLOCK, &all, &before))
		panic("pthread_sigmask");
	while (n < s->n_ios && !pthread_create(&s->ios[n].thread, NULL, io_main, &s->ios[n]))
		n++;
	if (!n)
		panic("no I/O thread");
	s->n_ios_started = n;
	work_start(s);
	if (pthread_sigmask(SIG_SETMASK, &before, NULL))
		panic("pthread_sigmask");
}

void server_run(struct server *s)
{
	int64_t now_ms, until_ms;

	server_start(s);
	accept_begin(s);
	if (event_base_dispatch(s->base) < 0)
		panic("event loop");
	/* Workers first: their answers still go out through the I/O threads. */
	now_ms = clock_mono_ms();
	until_ms = s->drain_end_ms > now_ms + LAST_WORKER_MS ? s->drain_end_ms : now_ms + LAST_WORKER_MS;
	s->abandoned = !work_end(s, until_ms);
	for (unsigned i = 0; i < s->n_ios_started; i++)
		io_stop(&s->ios[i]);
	for (unsigned i = 0; i < s->n_ios_started; i++)
		if (pthread_join(s->ios[i].thread, NULL))
			panic("pthread_join");
}

void server_drain(struct server *s, unsigned wait_s)
{
	int saved = errno;
	uint64_t one = 1;

	atomic_store(&s->drain_wait_s, wait_s);
	atomic_store(&s->drain_asked, true);
	atomic_store(&s->drain_new, true);
	if (write(s->wake_fd, &one, sizeof(one)) < 0)
		errno = 0; /* the counter is full: it is awake */
	errno = saved;
}

void server_free(struct server **server)
{
	struct server *s = *server;

	*server = NULL;
	if (!s || s->abandoned)
		return;
	for (unsigned i = 0; i < s->n_ios; i++)
		io_close(&s->ios[i]);
	accept_close(s);
	pthread_mutex_destroy(&s->queue_lock);
	pthread_cond_destroy(&s->queue_cond);
	pthread_cond_destroy(&s->queue_done);
	server_home_free(s);
}

void server_counts(const struct server *s, struct server_counts *out)
{
	*out = (struct server_counts){
		.connections = atomic_load(&s->n_connections),
		.open = atomic_load(&s->n_open),
		.requests = atomic_load(&s->n_requests),
		.refused = atomic_load(&s->n_refused),
		.busy = atomic_load(&s->n_busy),
		.timeouts = atomic_load(&s->n_timeouts),
		.shed = atomic_load(&s->n_shed),
		.pauses = atomic_load(&s->n_pauses),
		.io_least = UINT64_MAX,
	};
	for (unsigned i = 0; i < s->n_ios; i++) {
		uint64_t n = atomic_load(&s->ios[i].n_conns);

		out->io_least = n < out->io_least ? n : out->io_least;
		out->io_most = n > out->io_most ? n : out->io_most;
	}
}
