#include "web/mail.h"

#include "base/log.h"
#include "web/ticker.h"

enum { TICK_MS = 1000, AWAY_MS = 5000, AGAIN_S = 5 * 60, TRIES_MAX = 288 /* a day of them */ };

struct mail_thread {
	struct flow *f;
	struct courier *courier;
	struct arena *arena;
	struct ticker ticker;
	bool away; /* said already */
};

static enum rc take(struct mail_thread *t, int64_t now_s, struct mail *m, struct user *u)
{
	struct tx *tx;
	enum rc rc = store_begin(t->f->store, &tx);

	*u = (struct user){0};
	if (rc)
		return rc;
	rc = store_mail_take(tx, t->arena, now_s, AGAIN_S, m);
	if (rc == RC_OK) {
		rc = store_user_get(tx, t->arena, m->user, u);
		if (rc == RC_ABSENT)
			rc = RC_OK;
	}
	if (rc == RC_OK)
		return store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

static enum rc done(struct mail_thread *t, int64_t id, bool accepted, struct str answer, int64_t now_s)
{
	struct tx *tx;
	enum rc rc = store_begin(t->f->store, &tx);

	if (rc)
		return rc;
	rc = store_mail_done(tx, id, accepted, answer, now_s);
	if (rc == RC_OK)
		return store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

static enum rc deliver(struct mail_thread *t, const struct mail *m, const struct user *u, int64_t now_s)
{
	struct courier_job job;
	struct courier_answer answer = {.words = STR_NONE};
	enum rc rc = mail_render(t->arena, t->f->config, m, u, &job);

	if (rc == RC_OK) {
		job.id = m->id;
		job.now_s = now_s;
		rc = courier_send(t->courier, t->arena, &job, &answer);
	}
	if (rc == RC_MALFORMED)
		answer = (struct courier_answer){.words = S("cannot be written as a letter")};
	else if (rc)
		return rc;
	if (!answer.accepted && answer.again && m->tries < TRIES_MAX)
		return RC_OK;
	log_event(answer.accepted ? LOG_INFO : LOG_WARN, answer.accepted ? "mail.accepted" : "mail.refused", F_INT("id", m->id),
	          F_STR("answer", answer.words));
	return done(t, m->id, answer.accepted, answer.words, now_s);
}

/* Until nothing is due. */
static enum rc deliver_due(struct mail_thread *t)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK) {
		int64_t now_s = clock_now_s();
		struct mail m;
		struct user u;

		arena_reset(t->arena);
		rc = take(t, now_s, &m, &u);
		if (rc == RC_OK)
			rc = deliver(t, &m, &u, now_s);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static void *carry(void *arg)
{
	struct mail_thread *t = arg;
	bool failed = false;

	while (!ticker_wait(&t->ticker, failed ? AWAY_MS : TICK_MS)) {
		enum rc rc = deliver_due(t);

		failed = rc != RC_OK;
		if (failed && !t->away)
			log_event(LOG_WARN, "mail.waits", F_CSTR("why", rc_name(rc)));
		t->away = failed;
	}
	return NULL;
}

enum rc mail_start(struct flow *f, struct courier *courier, struct mail_thread **out)
{
	static struct mail_thread only;

	*out = NULL;
	only = (struct mail_thread){.f = f, .courier = courier};
	only.arena = arena_new(32 * 1024, 1024 * 1024);
	if (ticker_start(&only.ticker, carry, &only) != RC_OK) {
		arena_free(&only.arena);
		return RC_FAULT;
	}
	*out = &only;
	return RC_OK;
}

void mail_stop(struct mail_thread **m)
{
	if (!*m)
		return;
	ticker_stop(&(*m)->ticker);
	arena_free(&(*m)->arena);
	*m = NULL;
}
