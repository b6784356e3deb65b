#include "web/server_io.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"

void link_init(struct link *head)
{
	head->next = head->prev = head;
}

void link_append(struct link *head, struct link *l)
{
	l->prev = head->prev;
	l->next = head;
	head->prev->next = l;
	head->prev = l;
}

void link_remove(struct link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	l->next = l->prev = l;
}

void io_lend_small(struct io *io, struct buf *out)
{
	if (io->n_small)
		*out = io->small[--io->n_small];
	else
		buf_init(out, NULL, READ_SMALL, READ_SMALL);
}

void io_take_back(struct io *io, struct buf *b)
{
	buf_clear(b);
	if (b->cap == READ_SMALL && io->n_small < LENDING_MAX)
		io->small[io->n_small++] = *b;
	else
		buf_release(b);
	*b = (struct buf){0};
}

struct arena *io_lend_arena(struct io *io)
{
	return io->n_arenas ? io->arenas[--io->n_arenas] : arena_new(ARENA_FIRST, ARENA_MAX);
}

void io_take_back_arena(struct io *io, struct arena **a)
{
	if (!*a)
		return;
	if (io->n_arenas < LENDING_MAX) {
		arena_reset(*a);
		io->arenas[io->n_arenas++] = *a;
		*a = NULL;
	}
	arena_free(a);
}

static void io_wake(struct io *io)
{
	uint64_t one = 1;

	/* Only a full counter fails, and then the thread is awake. */
	if (write(io->wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		panic("eventfd");
}

void io_adopt(struct io *io, struct conn *c, bool shed_first)
{
	atomic_fetch_add(&io->n_conns, 1);
	pthread_mutex_lock(&io->mail_lock);
	c->next = io->mail_new;
	io->mail_new = c;
	io->mail_shed += shed_first;
	pthread_mutex_unlock(&io->mail_lock);
	io_wake(io);
}

void io_done(struct io *io, struct conn *c)
{
	bool first;

	pthread_mutex_lock(&io->mail_lock);
	first = !io->mail_done;
	c->next = io->mail_done;
	io->mail_done = c;
	pthread_mutex_unlock(&io->mail_lock);
	if (first)
		io_wake(io);
}

void io_shed(struct io *io, unsigned n)
{
	pthread_mutex_lock(&io->mail_lock);
	io->mail_shed += n;
	pthread_mutex_unlock(&io->mail_lock);
	io_wake(io);
}

void io_drain(struct io *io)
{
	pthread_mutex_lock(&io->mail_lock);
	io->mail_drain = true;
	pthread_mutex_unlock(&io->mail_lock);
	io_wake(io);
}

void io_stop(struct io *io)
{
	pthread_mutex_lock(&io->mail_lock);
	io->mail_stop = true;
	pthread_mutex_unlock(&io->mail_lock);
	io_wake(io);
}

/* Closes the connection that has been idle longest; else the oldest that has sent half a request. */
static void io_shed_one(struct io *io)
{
	struct link *lists[] = {&io->idle, &io->busy};

	for (size_t i = 0; i < 2; i++) {
		int look = SHED_LOOK_MAX;

		for (struct link *l = lists[i]->next; l != lists[i] && look--; l = l->next) {
			struct conn *c = (struct conn *)l;

			if (c->trusted || (c->state != CONN_IDLE && c->state != CONN_HEAD && c->state != CONN_BODY &&
			                   c->state != CONN_LINGER))
				continue;
			atomic_fetch_add_explicit(&io->server->n_shed, 1, memory_order_relaxed);
			conn_close(c);
			return;
		}
	}
}

static void io_close_idle(struct io *io)
{
	struct link *next;

	for (struct link *l = io->idle.next; l != &io->idle; l = next) {
		struct conn *c = (struct conn *)l;

		next = l->next;
		if (c->n_requests)
			conn_close(c);
	}
}

static void io_end(struct io *io)
{
	struct link *lists[] = {&io->idle, &io->busy};

	for (size_t i = 0; i < 2; i++)
		while (lists[i]->next != lists[i]) {
			struct link *l = lists[i]->next;

			/* One that a worker has is not freed, but left out of the list. */
			link_remove(l);
			conn_close((struct conn *)l);
		}
	event_base_loopbreak(io->base);
}

static void io_on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;
	struct conn *news, *done, *next;
	unsigned shed;
	bool drain, stop;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		panic("eventfd");
	pthread_mutex_lock(&io->mail_lock);
	news = io->mail_new;
	done = io->mail_done;
	shed = io->mail_shed;
	drain = io->mail_drain;
	stop = io->mail_stop;
	io->mail_new = io->mail_done = NULL;
	io->mail_shed = 0;
	pthread_mutex_unlock(&io->mail_lock);

	io->now_ms = io->server->limits.mono_ms();
	for (; done; done = next) {
		next = done->next;
		conn_worked(done);
	}
	while (shed--)
		io_shed_one(io);
	for (; news; news = next) {
		next = news->next;
		conn_adopt(news, io);
	}
	if (drain && !io->draining) {
		io->draining = true;
		io_close_idle(io);
	}
	if (stop)
		io_end(io);
}

/* After a flood of connections the allocator would keep their memory for ever. */
static void io_trim(struct io *io)
{
	unsigned n = atomic_load(&io->n_conns);

	if (n > io->n_peak)
		io->n_peak = n;
	if (io->n_peak < TRIM_LEAST || n > io->n_peak / 4)
		return;
	io->n_peak = n;
	malloc_trim(0);
}

static void io_on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;
	struct link *next;

	(void)fd;
	(void)what;
	io->now_ms = io->server->limits.mono_ms();
	io_trim(io);
	for (struct link *l = io->busy.next; l != &io->busy; l = next) {
		next = l->next;
		conn_deadline((struct conn *)l);
	}
	for (struct link *l = io->idle.next; l != &io->idle; l = next) {
		next = l->next;
		conn_deadline((struct conn *)l);
	}
}

enum rc io_open(struct io *io, struct server *s, unsigned number)
{
	struct event_config *cfg = event_config_new();
	struct timeval tick = {.tv_sec = s->limits.tick_ms / 1000, .tv_usec = (s->limits.tick_ms % 1000) * 1000};

	io->server = s;
	io->number = number;
	link_init(&io->idle);
	link_init(&io->busy);
	io->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (!cfg || io->wake_fd < 0 || pthread_mutex_init(&io->mail_lock, NULL))
		goto fault;
	/* A base is touched by its own thread only; others write to wake_fd. */
	event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK);
	io->base = event_base_new_with_config(cfg);
	event_config_free(cfg);
	cfg = NULL;
	if (!io->base || event_assign(&io->wake_ev, io->base, io->wake_fd, EV_READ | EV_PERSIST, io_on_wake, io) ||
	    event_add(&io->wake_ev, NULL) || event_assign(&io->tick_ev, io->base, -1, EV_PERSIST, io_on_tick, io) ||
	    event_add(&io->tick_ev, &tick))
		goto fault;
	return RC_OK;
fault:
	if (cfg)
		event_config_free(cfg);
	log_event(LOG_ERROR, "server.io_fault", F_CSTR("why", strerror(errno)));
	return RC_FAULT;
}

void *io_main(void *arg)
{
	struct io *io = arg;
	const struct server_app *app = &io->server->app;

	io->app_io = app->io_open ? app->io_open(app->app) : NULL;
	io->now_ms = io->server->limits.mono_ms();
	do {
		if (event_base_loop(io->base, EVLOOP_ONCE) < 0)
			panic("event loop");
		if (app->io_settle)
			app->io_settle(app->app, io->app_io);
	} while (!event_base_got_break(io->base));
	if (app->io_close)
		app->io_close(app->app, io->app_io);
	return NULL;
}

void io_close(struct io *io)
{
	while (io->n_small)
		buf_release(&io->small[--io->n_small]);
	while (io->n_arenas)
		arena_free(&io->arenas[--io->n_arenas]);
	if (io->base)
		event_base_free(io->base);
	io->base = NULL;
	if (io->wake_fd >= 0)
		close(io->wake_fd);
	io->wake_fd = -1;
	pthread_mutex_destroy(&io->mail_lock);
}
