/*
 * inside: struct store, for the files that are its life: store.c (open, close), group.c (who writes, and when it
 * is on disk), view.c (who reads), check.c (before the start).
 *
 * One connection writes. Who wants to write queues for it, first come first served:
 *
 *   store_begin ── queue ──▶ HOLDS THE WRITER ── store_commit ─┬─ somebody is behind me: hand it on, wait
 *                              (BEGIN if the group is new,     └─ nobody, or the group is full: COMMIT for all
 *                               SAVEPOINT)
 *
 * The transactions between one BEGIN and its COMMIT are a group. They see each other's rows before these are on
 * disk, so they all happen or none does.
 * The surprising rule: fields marked (writer) are touched only by who holds the writer, without the lock; handing
 * it on goes through the lock and a semaphore, which orders the memory.
 */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "store/query.h"

enum {
	GROUP_MAX = 64,        /* transactions in one COMMIT */
	GROUP_MS = 5,          /* how long the first of them waits for others at most */
	LATER_MS = 15,         /* after store_commit_later the flush begins */
	LOST_EVERY_MS = 60000, /* between two lines about groups that failed */
	TURN_WAIT_MS = 10000,  /* at the turnstile */
	VIEWS_MAX = 64,        /* read connections; the next reader waits for one */
};

/* One per thread; lives as long as the thread. */
struct waiter {
	struct waiter *next;
	sem_t wake;
	enum rc rc;     /* of the group */
	bool commits;   /* woken to do the group's COMMIT, not to hear of it */
	bool ready;     /* the semaphore is made */
};

struct view_slot {
	struct tx tx;
	unsigned next; /* in the list of free ones; VIEWS_MAX ends it */
	bool hot;      /* has the large page cache; never changes once it is made */
	int64_t data;  /* what the driver said last (db_version) */
	uint64_t version; /* what we call it; 0: nothing was said since the connection was opened */
};

struct chain {
	bool known;
	int64_t node, seq;
	unsigned char hash[STORE_HASH];
};

struct store {
	enum store_role role;
	const char *file;           /* as given behind "sqlite:" */
	int turn;                   /* DATA/turn */
	struct db *writer;          /* (writer) */
	struct tx tx;               /* (writer) the one write transaction */
	struct chain chain;         /* (writer) the end of our audit chain, as this group sees it */
	int64_t node;               /* of the audit; from meta, never changes */

	pthread_mutex_t lock;       /* guards what follows */
	bool busy;                  /* somebody holds the writer */
	struct waiter *first, *last; /* the queue for it */
	struct waiter *settled;     /* done in the open group, waiting for its COMMIT */
	uint64_t groups_done;       /* COMMITs and failures so far */
	pthread_cond_t group_done;
	unsigned watchers;          /* threads in group_done */
	int64_t lost, lost_ms;      /* transactions whose group failed and that no line told yet; when the last one did */
	bool unflushed;             /* a commit was not yet flushed */
	int64_t unflushed_ms;       /* since when */
	bool closing;
	pthread_cond_t flush;
	pthread_t flusher;
	bool has_flusher;

	bool group_open;            /* (writer) */
	unsigned members;           /* (writer) transactions that began in it */
	int64_t group_ms;           /* (writer) when it began */
	_Atomic uint64_t done;      /* groups_done, for readers without the lock */
	_Atomic unsigned faults;    /* groups that failed */

	pthread_mutex_t views_lock;
	pthread_cond_t view_free;
	unsigned free_view[2], views_made; /* lists of the others and of the hot ones */
	struct view_slot view[VIEWS_MAX];
	_Atomic uint64_t versions;  /* the last one that was given out */

	atomic_uint break_in;
};

/* group.c */
void group_init(struct store *s);
enum rc group_flusher_start(struct store *s) MUST_USE;
void group_release(struct store *s); /* ends the flusher, flushes */
/* A view of this thread must see what this thread committed "later": waits for its group, at most GROUP_MS and a
 * flush; usually it is over already. */
void group_wait_for_mine(struct store *s);
/* What this thread committed "later" is lost, because its group failed: told once. */
bool group_lost_mine(struct store *s);

/* view.c */
void views_init(struct store *s);
void views_release(struct store *s);
void view_give(struct tx *tx);

/* store.c: "sqlite:FILE" to FILE; RC_MALFORMED with `why`. */
enum rc store_file(struct arena *a, const char *where, const char **file, struct str *why) MUST_USE;
/* A file beside the database, of the same owner. */
const char *store_beside(struct arena *a, const char *file, const char *name);
int store_open_beside(struct arena *a, const char *file, const char *name, int flags);
/* Fills `why` when it is there: "FILE TEXT". Always RC_MALFORMED. */
enum rc store_refuse(struct arena *a, const char *file, struct str *why, struct str text) MUST_USE;

/* audit.c: RC_MALFORMED when the newest row of this node does not match its hash. */
enum rc audit_check_last(struct tx *tx, int64_t node, int64_t *seq) MUST_USE;

#endif
