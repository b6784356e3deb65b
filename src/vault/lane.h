/*
 * lane: a few threads behind a bounded queue, for work that takes long.
 *
 * The surprising rule: a full queue refuses at once (RC_BUSY) and nothing is begun; whoever asked must say so
 * to its own caller. A queue without bound would turn a flood of passwords into minutes of waiting for all.
 * Jobs may hold secrets: they are copied into locked memory and wiped when done.
 */
#ifndef VAULT_LANE_H
#define VAULT_LANE_H

#include <stddef.h>

#include "base/rc.h"

struct lane;

enum { LANE_THREADS_MAX = 16, LANE_IDLE_MS = 2000 };

/* What a lane does. `thread` is 0 .. threads-1, for state that one thread owns. */
struct lane_work {
	void *context;
	void (*run)(void *context, unsigned thread, void *job);
	/* The thread had nothing to do for `idle_ms`: give memory back. Called once per pause. May be NULL. */
	void (*idle)(void *context, unsigned thread);
	unsigned threads, depth; /* depth: waiting jobs in all, beyond those being run */
	size_t job_bytes;
	unsigned idle_ms;        /* 0: LANE_IDLE_MS */
};

/* Starts the threads. A thread that cannot be made panics. */
struct lane *lane_start(const struct lane_work *work);
enum rc lane_push(struct lane *l, const void *job) MUST_USE;
/* Waits for the jobs being run, drops the waiting ones, ends the threads. */
void lane_stop(struct lane **l);

/* One per core, at most LANE_THREADS_MAX. */
unsigned lane_threads_default(void);

#endif
