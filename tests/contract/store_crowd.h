/*
 * store_crowd: many threads that do the same at one moment, and how many of them got what.
 */
#ifndef STORE_CROWD_H
#define STORE_CROWD_H

#include <pthread.h>
#include <stdatomic.h>

#include "store_test.h"

enum { MANY = 500 };

struct crowd {
	struct world *world;
	enum rc (*act)(struct world *w, int n);
	atomic_int ok, taken, other, next;
	pthread_barrier_t *start;
};

static inline void *one_of_crowd(void *arg)
{
	struct crowd *c = arg;
	int n = atomic_fetch_add(&c->next, 1);

	pthread_barrier_wait(c->start);
	switch (c->act(c->world, n)) {
	case RC_OK: atomic_fetch_add(&c->ok, 1); break;
	case RC_TAKEN: atomic_fetch_add(&c->taken, 1); break;
	case RC_ABSENT:
	case RC_MALFORMED:
	case RC_BUSY:
	case RC_FAULT: atomic_fetch_add(&c->other, 1); break;
	}
	return NULL;
}

static inline void all_at_once(struct world *w, struct crowd *c, int threads, enum rc (*act)(struct world *w, int n))
{
	pthread_t t[MANY];
	pthread_barrier_t start;

	memset(c, 0, sizeof(*c));
	c->world = w;
	c->act = act;
	c->start = &start;
	assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)threads), 0);
	for (int i = 0; i < threads; i++)
		assert_int_equal(pthread_create(&t[i], NULL, one_of_crowd, c), 0);
	for (int i = 0; i < threads; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	pthread_barrier_destroy(&start);
}

/* A transaction of one call: committed when it was RC_OK. */
static inline enum rc closing(struct tx **tx, enum rc rc)
{
	if (rc == RC_OK)
		return store_commit(tx);
	store_abandon(tx);
	return rc;
}

#endif
