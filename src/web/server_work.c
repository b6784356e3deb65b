#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/secret.h"
#include "web/server_io.h"

enum { STACK_BYTES = 2 * 1024 * 1024, GIVEN_UP_MS = 1000 };

enum rc work_open(struct server *s)
{
	pthread_condattr_t attr;

	s->workers = arena_many(s->home, s->limits.workers, pthread_t);
	if (pthread_condattr_init(&attr) || pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) ||
	    pthread_mutex_init(&s->queue_lock, NULL) || pthread_cond_init(&s->queue_cond, NULL) ||
	    pthread_cond_init(&s->queue_done, &attr))
		return RC_FAULT;
	pthread_condattr_destroy(&attr);
	return RC_OK;
}

bool work_put(struct server *s, struct conn *c)
{
	bool room;

	c->next = NULL;
	pthread_mutex_lock(&s->queue_lock);
	room = s->queue_len < s->limits.queue_max && !s->queue_end && s->n_workers_started;
	if (room) {
		if (s->queue_last)
			s->queue_last->next = c;
		else
			s->queue_first = c;
		s->queue_last = c;
		s->queue_len++;
	}
	pthread_mutex_unlock(&s->queue_lock);
	if (room)
		pthread_cond_signal(&s->queue_cond);
	return room;
}

/* The next connection, or NULL when the workers shall end. */
static struct conn *work_take(struct server *s)
{
	struct conn *c;

	pthread_mutex_lock(&s->queue_lock);
	while (!s->queue_first && !s->queue_end)
		pthread_cond_wait(&s->queue_cond, &s->queue_lock);
	c = s->queue_first;
	if (c) {
		s->queue_first = c->next;
		if (!s->queue_first)
			s->queue_last = NULL;
		s->queue_len--;
		c->next = NULL;
	}
	pthread_mutex_unlock(&s->queue_lock);
	return c;
}

/* In a full queue nobody reads the answers of clients that gave up; in a short one a client that only closed
 * its sending half still gets its own. */
static bool work_worthwhile(struct server *s, const struct conn *c)
{
	return !request_gone(c->req) || s->limits.mono_ms() - c->since_ms < GIVEN_UP_MS;
}

static void *work_main(void *arg)
{
	struct server *s = arg;
	void *worker = s->app.worker_open ? s->app.worker_open(s->app.app) : NULL;
	struct conn *c;

	while ((c = work_take(s))) {
		if (work_worthwhile(s, c))
			s->app.work(s->app.app, worker, c->req, c->rep);
		else
			c->rep->close = true;
		wipe_stack();
		io_done(c->io, c);
	}
	if (s->app.worker_close)
		s->app.worker_close(s->app.app, worker);
	pthread_mutex_lock(&s->queue_lock);
	s->n_workers_ended++;
	pthread_cond_signal(&s->queue_done);
	pthread_mutex_unlock(&s->queue_lock);
	return NULL;
}

void work_start(struct server *s)
{
	pthread_attr_t attr;
	int e = pthread_attr_init(&attr);
	unsigned n = 0;

	if (e)
		panic("pthread_attr_init");
	if (pthread_attr_setstacksize(&attr, STACK_BYTES))
		panic("pthread_attr_setstacksize");
	while (n < s->limits.workers && !(e = pthread_create(&s->workers[n], &attr, work_main, s)))
		n++;
	pthread_attr_destroy(&attr);
	if (e)
		log_event(LOG_WARN, "server.fewer_workers", F_INT("wanted", s->limits.workers), F_INT("have", n),
		          F_CSTR("why", strerror(e)));
	pthread_mutex_lock(&s->queue_lock);
	s->n_workers_started = n;
	pthread_mutex_unlock(&s->queue_lock);
}

bool work_end(struct server *s, int64_t until_ms)
{
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = (until_ms % 1000) * 1000000};
	unsigned left;

	pthread_mutex_lock(&s->queue_lock);
	s->queue_end = true;
	pthread_cond_broadcast(&s->queue_cond);
	while (s->n_workers_ended < s->n_workers_started &&
	       pthread_cond_timedwait(&s->queue_done, &s->queue_lock, &until) == 0)
		continue;
	left = s->n_workers_started - s->n_workers_ended;
	pthread_mutex_unlock(&s->queue_lock);
	if (left) {
		log_event(LOG_WARN, "server.workers_left", F_INT("count", left));
		return false;
	}
	for (unsigned i = 0; i < s->n_workers_started; i++)
		if (pthread_join(s->workers[i], NULL))
			panic("pthread_join");
	return true;
}
