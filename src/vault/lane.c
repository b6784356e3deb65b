#include "vault/lane.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "base/arena.h"

struct lane_thread {
	struct lane *lane;
	unsigned number;
	pthread_t id;
	void *job;
};

struct lane {
	struct arena *arena; /* this struct and its threads live in it */
	struct lane_work work;
	pthread_mutex_t lock;
	pthread_cond_t more;
	unsigned char *ring; /* locked memory: depth jobs */
	unsigned first, waiting;
	bool stop;
	struct lane_thread thread[LANE_THREADS_MAX];
};

static void *locked(size_t n, size_t size)
{
	void *p = sodium_allocarray(n, size);

	if (!p)
		panic("out of memory");
	return p;
}

static struct timespec deadline(unsigned wait_ms)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		panic("clock_gettime");
	t.tv_sec += wait_ms / 1000;
	t.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Under the lock. Waits for a job or the end; says idle once when the pause grows long. */
static bool lane_wait(struct lane *l, unsigned thread, bool *warm)
{
	struct timespec until = deadline(l->work.idle_ms);

	while (!l->waiting && !l->stop) {
		if (!*warm) {
			pthread_cond_wait(&l->more, &l->lock);
			continue;
		}
		if (pthread_cond_timedwait(&l->more, &l->lock, &until) != ETIMEDOUT || l->waiting)
			continue;
		*warm = false;
		pthread_mutex_unlock(&l->lock);
		if (l->work.idle)
			l->work.idle(l->work.context, thread);
		pthread_mutex_lock(&l->lock);
	}
	return !l->stop;
}

static void *lane_main(void *arg)
{
	struct lane_thread *t = arg;
	struct lane *l = t->lane;
	size_t bytes = l->work.job_bytes;
	bool warm = false;

	pthread_mutex_lock(&l->lock);
	while (lane_wait(l, t->number, &warm)) {
		unsigned char *slot = l->ring + l->first * bytes;

		memcpy(t->job, slot, bytes);
		sodium_memzero(slot, bytes);
		l->first = (l->first + 1) % l->work.depth;
		l->waiting--;
		pthread_mutex_unlock(&l->lock);
		l->work.run(l->work.context, t->number, t->job);
		sodium_memzero(t->job, bytes);
		warm = true;
		pthread_mutex_lock(&l->lock);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct lane *lane_start(const struct lane_work *work)
{
	struct arena *a = arena_new(sizeof(struct lane) + 64, sizeof(struct lane) + 4096);
	struct lane *l = arena_one(a, struct lane);
	pthread_condattr_t attr;

	if (!work->threads || work->threads > LANE_THREADS_MAX || !work->depth)
		panic("lane: threads or depth out of range");
	if (sodium_init() < 0)
		panic("libsodium cannot start");
	l->arena = a;
	l->work = *work;
	if (!l->work.idle_ms)
		l->work.idle_ms = LANE_IDLE_MS;
	l->ring = locked(work->depth, work->job_bytes);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->more, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&l->lock, NULL);
	for (unsigned i = 0; i < work->threads; i++) {
		struct lane_thread *t = &l->thread[i];

		*t = (struct lane_thread){.lane = l, .number = i, .job = locked(1, work->job_bytes)};
		if (pthread_create(&t->id, NULL, lane_main, t) != 0)
			panic("lane: cannot make a thread");
	}
	return l;
}

enum rc lane_push(struct lane *l, const void *job)
{
	enum rc rc = RC_BUSY;

	pthread_mutex_lock(&l->lock);
	if (l->waiting < l->work.depth && !l->stop) {
		memcpy(l->ring + (l->first + l->waiting) % l->work.depth * l->work.job_bytes, job, l->work.job_bytes);
		l->waiting++;
		rc = RC_OK;
	}
	pthread_mutex_unlock(&l->lock);
	if (rc == RC_OK)
		pthread_cond_signal(&l->more);
	return rc;
}

void lane_stop(struct lane **lane)
{
	struct lane *l = *lane;
	struct arena *a = l->arena;

	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_mutex_unlock(&l->lock);
	pthread_cond_broadcast(&l->more);
	for (unsigned i = 0; i < l->work.threads; i++) {
		pthread_join(l->thread[i].id, NULL);
		sodium_free(l->thread[i].job);
	}
	sodium_free(l->ring);
	pthread_cond_destroy(&l->more);
	pthread_mutex_destroy(&l->lock);
	*lane = NULL;
	arena_free(&a);
}

unsigned lane_threads_default(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > LANE_THREADS_MAX ? LANE_THREADS_MAX : (unsigned)n;
}
