#include "web/ticker.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"

/* Signals are the main thread's: a thread that inherited none open can never be the one that is interrupted. */
static int create_quiet(struct ticker *t, void *(*run)(void *), void *arg)
{
	sigset_t all, kept;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &kept);
	failed = pthread_create(&t->thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &kept, NULL);
	return failed;
}

enum rc ticker_start(struct ticker *t, void *(*run)(void *), void *arg)
{
	pthread_condattr_t attr;

	t->stop = t->runs = false;
	pthread_mutex_init(&t->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (create_quiet(t, run, arg) != 0)
		return RC_FAULT;
	t->runs = true;
	return RC_OK;
}

bool ticker_wait(struct ticker *t, unsigned ms)
{
	int64_t at_ms = clock_mono_ms() + ms;
	struct timespec until = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000L};
	bool stop;

	pthread_mutex_lock(&t->mutex);
	while (!t->stop && pthread_cond_timedwait(&t->wake, &t->mutex, &until) != ETIMEDOUT)
		;
	stop = t->stop;
	pthread_mutex_unlock(&t->mutex);
	return stop;
}

void ticker_stop(struct ticker *t)
{
	if (!t->runs)
		return;
	pthread_mutex_lock(&t->mutex);
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->mutex);
	pthread_join(t->thread, NULL);
	t->runs = false;
}
