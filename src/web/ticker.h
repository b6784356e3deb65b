/*
 * ticker: a thread of web that works on its own, and can be told to end while it waits.
 *
 * The thread's function loops: do a little, ticker_wait, until ticker_wait says that it is over. The struct lives as
 * long as the thread: between ticker_start and the return of ticker_stop it must not move.
 */
#ifndef WEB_TICKER_H
#define WEB_TICKER_H

#include <pthread.h>
#include <stdbool.h>

#include "base/rc.h"

struct ticker {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool stop, runs;
};

enum rc ticker_start(struct ticker *t, void *(*run)(void *), void *arg) MUST_USE;
/* At most `ms`. True: end now. */
bool ticker_wait(struct ticker *t, unsigned ms) MUST_USE;
/* Wakes and joins; nothing when it never ran. */
void ticker_stop(struct ticker *t);

#endif
