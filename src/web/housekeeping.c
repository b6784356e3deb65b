#include "web/housekeeping.h"

#include <pthread.h>

#include "base/codec.h"
#include "base/log.h"
#include "flow/diagnose.h"
#include "flow/session.h"
#include "web/ticker.h"

enum { SEEN_MAX = 4096, SEEN_AT_ONCE = 256, SEEN_EVERY_S = 60 };
enum { SWEEP_EVERY_S = 60, SWEEP_ROUNDS = 100, TICK_MS = 1000, HEAD_EVERY_S = 60 * 60 };

/* A row that was the newest one. */
struct head {
	int64_t node, seq;
	unsigned char hash[32];
};

struct housekeeping {
	struct flow *f;
	struct head last;               /* signed last; seq 0: none yet */
	int64_t head_told_s;
	struct arena *arena;
	struct ticker ticker;
	bool sign_failed, sweep_failed, watch_failed, audit_changed; /* said already */
};

/* A session's place follows from its id: whoever asks holds the lock for a few instructions. */
static struct {
	pthread_mutex_t mutex;
	int64_t ids[SEEN_MAX]; /* 0: free */
} seen = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void housekeeping_seen(const struct session *s, int64_t now_s)
{
	int64_t *place;

	if (now_s - s->seen_s < SEEN_EVERY_S || pthread_mutex_trylock(&seen.mutex) != 0)
		return;
	place = &seen.ids[(uint64_t)s->id % SEEN_MAX];
	if (!*place)
		*place = s->id;
	pthread_mutex_unlock(&seen.mutex);
}

/* Each commit makes all that /auth/check remembers stale, so many notes go into one; not all, others want to write too. */
static void write_some(struct housekeeping *h, const int64_t *ids, size_t n, int64_t now_s)
{
	enum rc rc;
	struct tx *tx;

	if (!n || store_begin(h->f->store, &tx) != RC_OK)
		return;
	rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = store_session_seen(tx, ids[i], now_s);
	if (rc == RC_OK)
		(void)!store_commit_later(&tx);
	else
		store_abandon(&tx);
}

static void write_seen(struct housekeeping *h, int64_t now_s)
{
	int64_t *ids = arena_many(h->arena, SEEN_MAX, int64_t);
	size_t n = 0;

	pthread_mutex_lock(&seen.mutex);
	for (size_t i = 0; i < SEEN_MAX; i++) {
		if (seen.ids[i])
			ids[n++] = seen.ids[i];
		seen.ids[i] = 0;
	}
	pthread_mutex_unlock(&seen.mutex);
	for (size_t i = 0; i < n; i += SEEN_AT_ONCE)
		write_some(h, ids + i, n - i < SEEN_AT_ONCE ? n - i : SEEN_AT_ONCE, now_s);
}

static void say_once(bool *said, enum rc rc, const char *event)
{
	if (rc != RC_OK && !*said)
		log_event(LOG_WARN, event, F_CSTR("why", rc_name(rc)));
	*said = rc != RC_OK;
}

/* RC_MALFORMED: what was signed before is not there any more. A log that was made anew is never signed: whoever can
 * write the database must not have us vouch for it. */
static enum rc head_get(struct housekeeping *h, struct head *head, bool *is_signed)
{
	struct tx *tx;
	enum rc rc = store_view(h->f->store, &tx);

	if (rc)
		return rc;
	if (h->last.seq)
		rc = store_audit_stands(tx, h->last.node, h->last.seq, h->last.hash);
	if (rc == RC_OK)
		rc = store_audit_head(tx, &head->node, &head->seq, head->hash, is_signed);
	store_abandon(&tx);
	return rc;
}

/* In the system's log too, at the start and once an hour: there it stands where no one who writes the database can
 * change it, and shows that newer rows were there once. */
static void head_tell(struct housekeeping *h, int64_t now_s)
{
	if (h->head_told_s && now_s - h->head_told_s < HEAD_EVERY_S && now_s >= h->head_told_s)
		return;
	h->head_told_s = now_s;
	log_event(LOG_NOTICE, "audit.head", F_INT("node", h->last.node), F_INT("seq", h->last.seq),
	          F_STR("hash", hex_encode(h->arena, str_n(h->last.hash, sizeof(h->last.hash)))));
}

/* The vault stands between the two transactions, never inside one. */
static enum rc sign_head(struct housekeeping *h, int64_t now_s)
{
	unsigned char sig[64];
	struct head head;
	bool is_signed = false;
	struct tx *tx;
	enum rc rc = head_get(h, &head, &is_signed);

	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc == RC_OK && !is_signed) {
		rc = vault_head_sign(h->f->vault, head.node, head.seq, head.hash, sig);
		if (rc == RC_OK)
			rc = store_begin(h->f->store, &tx);
		if (rc)
			return rc;
		rc = store_audit_sign(tx, head.node, head.seq, head.hash, sig, now_s);
		if (rc == RC_OK)
			rc = store_commit_later(&tx);
		store_abandon(&tx);
	}
	if (rc)
		return rc;
	h->last = head;
	head_tell(h, now_s);
	return RC_OK;
}

/* A changed log is not a failure that comes and goes. */
static void head_keep(struct housekeeping *h, int64_t now_s)
{
	enum rc rc = sign_head(h, now_s);

	if (rc == RC_MALFORMED && !h->audit_changed)
		log_event(LOG_ERROR, "audit.changed", F_INT("node", h->last.node), F_INT("seq", h->last.seq));
	h->audit_changed = rc == RC_MALFORMED;
	say_once(&h->sign_failed, rc == RC_MALFORMED ? RC_OK : rc, "web.audit_head_unsigned");
}

static enum rc sweep(struct housekeeping *h, int64_t now_s)
{
	bool more = true;
	enum rc rc = RC_OK;

	for (unsigned i = 0; more && rc == RC_OK && i < SWEEP_ROUNDS; i++) {
		struct tx *tx;

		rc = store_begin(h->f->store, &tx);
		if (rc)
			return rc;
		rc = store_sweep(tx, now_s, &more);
		if (rc == RC_OK)
			rc = store_commit_later(&tx);
		else
			store_abandon(&tx);
	}
	return rc;
}

static void *keep_house(void *arg)
{
	struct housekeeping *h = arg;
	unsigned ticks = 0;
	bool stop;

	do {
		int64_t now_s;

		stop = ticker_wait(&h->ticker, TICK_MS);
		now_s = clock_now_s();
		head_keep(h, now_s);
		write_seen(h, now_s);
		if (!stop && ++ticks % SWEEP_EVERY_S == 0) {
			say_once(&h->sweep_failed, sweep(h, now_s), "web.sweep_failed");
			say_once(&h->watch_failed, diagnose_watch(h->f, h->arena, now_s), "web.clock_unwatched");
		}
		arena_reset(h->arena);
	} while (!stop);
	return NULL;
}

enum rc housekeeping_start(struct flow *f, struct housekeeping **out)
{
	static struct housekeeping only;

	*out = NULL;
	only = (struct housekeeping){.f = f};
	only.arena = arena_new(128 * 1024, 1024 * 1024);
	if (ticker_start(&only.ticker, keep_house, &only) != RC_OK) {
		arena_free(&only.arena);
		return RC_FAULT;
	}
	*out = &only;
	return RC_OK;
}

void housekeeping_stop(struct housekeeping **h)
{
	if (!*h)
		return;
	ticker_stop(&(*h)->ticker);
	arena_free(&(*h)->arena);
	*h = NULL;
}
