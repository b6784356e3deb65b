#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>

#include "base/log.h"
#include "store/inside.h"

static _Thread_local struct waiter me;
static _Thread_local struct store *holding; /* this thread is between begin and commit */

/* What this thread left to be committed later. */
static _Thread_local struct {
	struct store *store;
	uint64_t group;
	unsigned faults;
} left;

enum ending { WAITS, LATER, ABANDONS };

/* ---- the writer goes from hand to hand ------------------------------------------------------------ */

static struct waiter *myself(void)
{
	if (!me.ready) {
		if (sem_init(&me.wake, 0, 0) != 0)
			panic("sem_init");
		me.ready = true;
	}
	me.next = NULL;
	me.commits = false;
	me.rc = RC_FAULT;
	return &me;
}

static void sleep_until_woken(struct waiter *w)
{
	while (sem_wait(&w->wake) != 0)
		if (errno != EINTR)
			panic("sem_wait");
}

static void wake(struct waiter *w)
{
	if (w && sem_post(&w->wake) != 0)
		panic("sem_post");
}

static void writer_take(struct store *s)
{
	struct waiter *w = myself();

	pthread_mutex_lock(&s->lock);
	if (!s->busy) {
		s->busy = true;
		pthread_mutex_unlock(&s->lock);
		return;
	}
	if (s->last)
		s->last->next = w;
	else
		s->first = w;
	s->last = w;
	pthread_mutex_unlock(&s->lock);
	sleep_until_woken(w);
}

/* With the lock held; the one it gives back is to be woken after unlocking. */
static struct waiter *writer_pass(struct store *s)
{
	struct waiter *w = s->first;

	if (!w) {
		s->busy = false;
		return NULL;
	}
	s->first = w->next;
	if (!s->first)
		s->last = NULL;
	return w;
}

/* ---- the turnstile: other processes ---------------------------------------------------------------- */

/* The server goes through and lets go at once; the command line stays in it for its transaction. Waiting for the
 * lock itself would have no end if its holder were stopped, so it is asked for again and again. */
static enum rc turn_take(struct store *s, int64_t until_ms)
{
	int how = (s->role == STORE_SERVER ? LOCK_SH : LOCK_EX) | LOCK_NB;

	while (flock(s->turn, how) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			log_event(LOG_ERROR, "store.turn", F_CSTR("why", strerror(errno)));
			return RC_FAULT;
		}
		if (clock_mono_ms() > until_ms) {
			log_event(LOG_ERROR, "store.turn", F_CSTR("why", "another process holds the turnstile"));
			return RC_FAULT;
		}
		poll(NULL, 0, 1);
	}
	if (s->role == STORE_SERVER)
		flock(s->turn, LOCK_UN);
	return RC_OK;
}

static void turn_leave(struct store *s)
{
	if (s->role == STORE_CLI)
		flock(s->turn, LOCK_UN);
}

/* ---- a group --------------------------------------------------------------------------------------- */

static enum rc group_begin(struct store *s, int64_t until_ms)
{
	enum rc rc = turn_take(s, until_ms);

	if (rc != RC_OK)
		return rc;
	rc = db_begin_write(s->writer);
	if (rc != RC_OK) {
		turn_leave(s);
		return rc;
	}
	s->group_open = true;
	s->members = 0;
	s->group_ms = clock_mono_ms();
	s->chain.known = false;
	return RC_OK;
}

static void note_unflushed(struct store *s)
{
	bool was = s->unflushed;

	s->unflushed = db_unflushed(s->writer);
	if (s->unflushed && !was) {
		s->unflushed_ms = clock_mono_ms();
		pthread_cond_signal(&s->flush);
	}
}

/* Why has just been said. While it lasts, all that were lost in a minute are one line. */
static void say_lost(struct store *s)
{
	int64_t now_ms = clock_mono_ms();

	s->lost += s->members;
	if (s->lost_ms && now_ms - s->lost_ms < LOST_EVERY_MS)
		return;
	log_event(LOG_ERROR, "store.group_lost", F_INT("transactions", s->lost));
	s->lost = 0;
	s->lost_ms = now_ms;
}

/* COMMIT for all, by whoever holds the writer; hands it on and tells everyone. */
static enum rc group_end(struct store *s, bool flush)
{
	struct waiter *settled, *next, *w;
	enum rc rc = RC_OK;

	if (s->group_open) {
		rc = db_in_transaction(s->writer) ? db_commit(s->writer, !flush) : RC_FAULT;
		turn_leave(s);
	}
	pthread_mutex_lock(&s->lock);
	settled = s->settled;
	s->settled = NULL;
	if (s->group_open) {
		s->group_open = false;
		if (rc != RC_OK) {
			say_lost(s);
			atomic_fetch_add(&s->faults, 1); /* before `done`: who sees that must see this */
		}
		s->groups_done++;
		atomic_store_explicit(&s->done, s->groups_done, memory_order_release);
		note_unflushed(s);
		if (s->watchers)
			pthread_cond_broadcast(&s->group_done);
	}
	next = writer_pass(s);
	pthread_mutex_unlock(&s->lock);
	wake(next);
	while ((w = settled)) {
		settled = w->next;
		w->rc = rc;
		wake(w);
	}
	return rc;
}

static bool group_full(const struct store *s)
{
	return s->members >= GROUP_MAX || clock_mono_ms() - s->group_ms >= GROUP_MS;
}

static void remember_left(struct store *s)
{
	left.store = s;
	left.group = s->groups_done + 1;
	left.faults = atomic_load(&s->faults);
}

/*
 * The transaction is over: its savepoint is released or rolled back. Hands the writer on, or commits.
 * Who is waited for by nobody behind and does not want to wait for the disk himself lets one of those who wait
 * anyway do the COMMIT.
 */
static enum rc settle(struct store *s, enum ending how)
{
	bool lost = !s->group_open || !db_in_transaction(s->writer);
	struct waiter *next, *heir;
	enum rc rc;

	pthread_mutex_lock(&s->lock);
	if (how == LATER)
		remember_left(s);
	if (s->first && !lost && !group_full(s)) {
		struct waiter *w = how == WAITS ? myself() : NULL;

		if (w) {
			w->next = s->settled;
			s->settled = w;
		}
		next = writer_pass(s);
		pthread_mutex_unlock(&s->lock);
		wake(next);
		if (!w)
			return RC_OK;
		sleep_until_woken(w);
		return w->commits ? group_end(s, true) : w->rc;
	}
	heir = how == WAITS || lost ? NULL : s->settled;
	if (heir) {
		s->settled = heir->next;
		heir->commits = true;
		pthread_mutex_unlock(&s->lock);
		wake(heir);
		return RC_OK;
	}
	pthread_mutex_unlock(&s->lock);
	rc = group_end(s, how == WAITS || s->role == STORE_CLI);
	if (rc != RC_OK && how == LATER)
		left.store = NULL; /* the caller is told now */
	return rc;
}

/* ---- the port -------------------------------------------------------------------------------------- */

enum rc store_begin(struct store *s, struct tx **tx)
{
	int64_t until_ms = clock_mono_ms() + TURN_WAIT_MS;
	enum rc rc = RC_OK;

	*tx = NULL;
	if (holding)
		panic("store_begin inside a transaction");
	if (store_broken(s, NULL) || group_lost_mine(s))
		return RC_FAULT;
	writer_take(s);
	if (!s->group_open)
		rc = group_begin(s, until_ms);
	if (rc == RC_OK) {
		s->members++;
		rc = db_savepoint(s->writer);
	}
	if (rc != RC_OK) {
		/* what others already did in this group is theirs; ours did not begin */
		(void)!settle(s, ABANDONS);
		return RC_FAULT;
	}
	s->tx = (struct tx){.store = s, .db = s->writer};
	holding = s;
	*tx = &s->tx;
	return RC_OK;
}

static enum rc finish(struct tx **tx, enum ending how)
{
	struct tx *t = *tx;
	struct store *s = t->store;
	bool lost;

	*tx = NULL;
	if (t->view || holding != s)
		panic("a commit of what is no transaction of this thread");
	if (t->open)
		panic("a transaction ended with a query open");
	holding = NULL;
	if (store_broken(s, t))
		t->failed = true;
	lost = t->failed || db_release(s->writer) != RC_OK;
	if (lost) {
		db_rollback_to(s->writer);
		s->chain.known = false;
		how = ABANDONS;
	}
	return settle(s, how) == RC_OK && !lost ? RC_OK : RC_FAULT;
}

enum rc store_commit(struct tx **tx)
{
	return finish(tx, WAITS);
}

enum rc store_commit_later(struct tx **tx)
{
	return finish(tx, (*tx)->store->role == STORE_CLI ? WAITS : LATER);
}

void store_abandon(struct tx **tx)
{
	struct tx *t = *tx;
	struct store *s;

	*tx = NULL;
	if (!t)
		return;
	if (t->open)
		panic("a transaction ended with a query open");
	if (t->view) {
		view_give(t);
		return;
	}
	s = t->store;
	if (holding != s)
		panic("an abandon of another thread's transaction");
	holding = NULL;
	db_rollback_to(s->writer);
	s->chain.known = false;
	(void)!settle(s, ABANDONS);
}

void group_wait_for_mine(struct store *s)
{
	/* who holds the writer would wait for himself: the group cannot end before he does */
	if (left.store != s || holding == s || atomic_load_explicit(&s->done, memory_order_acquire) >= left.group)
		return;
	pthread_mutex_lock(&s->lock);
	s->watchers++;
	while (s->groups_done < left.group)
		pthread_cond_wait(&s->group_done, &s->lock);
	s->watchers--;
	pthread_mutex_unlock(&s->lock);
}

bool group_lost_mine(struct store *s)
{
	bool lost = left.store == s && left.faults != atomic_load(&s->faults);

	/* a fault of a later group is no matter of ours, but is told too: rather once too often */
	if (left.store == s && (lost || atomic_load_explicit(&s->done, memory_order_acquire) >= left.group))
		left.store = NULL;
	return lost;
}

/* ---- the flusher ------------------------------------------------------------------------------------ */

static void flush_now(struct store *s)
{
	writer_take(s);
	if (s->group_open) {
		(void)!settle(s, WAITS);
		return;
	}
	if (db_sync(s->writer) != RC_OK)
		log_event(LOG_ERROR, "store.flush");
	pthread_mutex_lock(&s->lock);
	note_unflushed(s);
	pthread_mutex_unlock(&s->lock);
	(void)!group_end(s, true);
}

static void *flusher(void *arg)
{
	struct store *s = arg;

	pthread_mutex_lock(&s->lock);
	while (!s->closing || s->unflushed) {
		int64_t at_ms = s->unflushed_ms + LATER_MS;
		struct timespec at = {.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};

		if (!s->unflushed)
			pthread_cond_wait(&s->flush, &s->lock);
		else if (!s->closing && clock_mono_ms() < at_ms)
			pthread_cond_timedwait(&s->flush, &s->lock, &at);
		else {
			pthread_mutex_unlock(&s->lock);
			flush_now(s);
			pthread_mutex_lock(&s->lock);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

void group_init(struct store *s)
{
	pthread_condattr_t monotonic;

	if (pthread_mutex_init(&s->lock, NULL) || pthread_condattr_init(&monotonic) ||
	    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) || pthread_cond_init(&s->flush, &monotonic) ||
	    pthread_cond_init(&s->group_done, NULL))
		panic("a lock could not be made");
	pthread_condattr_destroy(&monotonic);
}

enum rc group_flusher_start(struct store *s)
{
	if (s->role != STORE_SERVER)
		return RC_OK;
	if (pthread_create(&s->flusher, NULL, flusher, s) != 0) {
		log_event(LOG_ERROR, "store.flusher", F_CSTR("why", "no thread"));
		return RC_FAULT;
	}
	s->has_flusher = true;
	return RC_OK;
}

void group_release(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	pthread_cond_signal(&s->flush);
	pthread_mutex_unlock(&s->lock);
	/* The flusher takes the writer too: only when it has gone is a busy writer somebody's open transaction. */
	if (s->has_flusher)
		pthread_join(s->flusher, NULL);
	if (s->busy || s->first)
		panic("the store was closed under a transaction");
	if (left.store == s)
		left.store = NULL;
	pthread_cond_destroy(&s->flush);
	pthread_cond_destroy(&s->group_done);
	pthread_mutex_destroy(&s->lock);
}
