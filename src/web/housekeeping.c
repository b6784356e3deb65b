#include "web/housekeeping.h"

#include <pthread.h>

#include "base/log.h"
#include "flow/session.h"
#include "web/ticker.h"

enum { SEEN_MAX = 256, SEEN_EVERY_S = 60, SWEEP_EVERY_S = 60, SWEEP_ROUNDS = 100, TICK_MS = 1000 };

struct housekeeping {
	struct flow *f;
	struct arena *arena;
	struct ticker ticker;
	bool sign_failed, sweep_failed; /* said already */
};

static struct {
	pthread_mutex_t mutex;
	struct session rows[SEEN_MAX];
	size_t n;
} seen = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void housekeeping_seen(const struct session *s, int64_t now_s)
{
	if (now_s - s->seen_s < SEEN_EVERY_S || pthread_mutex_trylock(&seen.mutex) != 0)
		return;
	for (size_t i = 0; i < seen.n; i++) {
		if (seen.rows[i].id == s->id) {
			pthread_mutex_unlock(&seen.mutex);
			return;
		}
	}
	if (seen.n < SEEN_MAX) {
		struct session *row = &seen.rows[seen.n++];

		*row = (struct session){.id = s->id, .user = s->user, .seen_s = s->seen_s};
	}
	pthread_mutex_unlock(&seen.mutex);
}

static void write_seen(struct housekeeping *h, int64_t now_s)
{
	struct session *rows = arena_many(h->arena, SEEN_MAX, struct session);
	size_t n;

	pthread_mutex_lock(&seen.mutex);
	n = seen.n;
	for (size_t i = 0; i < n; i++)
		rows[i] = seen.rows[i];
	seen.n = 0;
	pthread_mutex_unlock(&seen.mutex);
	for (size_t i = 0; i < n; i++)
		session_touch(h->f, &rows[i], now_s);
}

static enum rc head_get(struct housekeeping *h, int64_t *node, int64_t *seq, unsigned char hash[32], bool *is_signed)
{
	struct tx *tx;
	enum rc rc = store_view(h->f->store, &tx);

	if (rc)
		return rc;
	rc = store_audit_head(tx, node, seq, hash, is_signed);
	store_abandon(&tx);
	return rc;
}

/* The vault stands between the two transactions, never inside one. */
static enum rc sign_head(struct housekeeping *h, int64_t now_s)
{
	unsigned char hash[32], sig[64];
	int64_t node, seq;
	bool is_signed;
	struct tx *tx;
	enum rc rc = head_get(h, &node, &seq, hash, &is_signed);

	if (rc == RC_ABSENT || (rc == RC_OK && is_signed))
		return RC_OK;
	if (rc)
		return rc;
	rc = vault_head_sign(h->f->vault, node, seq, hash, sig);
	if (rc)
		return rc;
	rc = store_begin(h->f->store, &tx);
	if (rc)
		return rc;
	rc = store_audit_sign(tx, node, seq, hash, sig, now_s);
	if (rc == RC_OK)
		return store_commit_later(&tx);
	store_abandon(&tx);
	return rc;
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

static void say_once(bool *said, enum rc rc, const char *event)
{
	if (rc != RC_OK && !*said)
		log_event(LOG_WARN, event, F_CSTR("why", rc_name(rc)));
	*said = rc != RC_OK;
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
		say_once(&h->sign_failed, sign_head(h, now_s), "web.audit_head_unsigned");
		write_seen(h, now_s);
		if (!stop && ++ticks % SWEEP_EVERY_S == 0)
			say_once(&h->sweep_failed, sweep(h, now_s), "web.sweep_failed");
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
