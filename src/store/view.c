#include "base/log.h"
#include "store/inside.h"

/* The hot connection that this thread had last: what it keeps from view to view belongs to that one. */
static _Thread_local unsigned mine = VIEWS_MAX;

static unsigned *hot_mine(struct store *s, unsigned *list)
{
	for (unsigned *at = list; *at != VIEWS_MAX; at = &s->view[*at].next)
		if (*at == mine)
			return at;
	return list;
}

/* Newest first: a connection that was just used has its pages and statements at hand. */
static unsigned view_take(struct store *s, bool hot)
{
	unsigned i, *list;

	pthread_mutex_lock(&s->views_lock);
	while (s->free_view[0] == VIEWS_MAX && s->free_view[1] == VIEWS_MAX && s->views_made == VIEWS_MAX)
		pthread_cond_wait(&s->view_free, &s->views_lock);
	list = &s->free_view[hot];
	if (*list == VIEWS_MAX && s->views_made == VIEWS_MAX)
		list = &s->free_view[!hot];
	if (hot)
		list = hot_mine(s, list);
	i = *list;
	if (i != VIEWS_MAX) {
		*list = s->view[i].next;
	} else {
		i = s->views_made++;
		s->view[i].hot = hot;
	}
	pthread_mutex_unlock(&s->views_lock);
	if (hot)
		mine = i;
	return i;
}

static void view_put(struct store *s, unsigned i)
{
	unsigned *list = &s->free_view[s->view[i].hot];

	pthread_mutex_lock(&s->views_lock);
	s->view[i].next = *list;
	*list = i;
	pthread_cond_signal(&s->view_free);
	pthread_mutex_unlock(&s->views_lock);
}

static enum rc view_begin(struct store *s, bool hot, struct tx **tx)
{
	struct view_slot *v;
	unsigned i;
	enum rc rc = RC_OK;

	*tx = NULL;
	if (store_broken(s, NULL))
		return RC_FAULT;
	group_wait_for_mine(s);
	i = view_take(s, hot);
	v = &s->view[i];
	if (!v->tx.db) {
		v->version = 0;
		rc = db_open(NULL, s->file, v->hot ? DB_READER_HOT : DB_READER, &v->tx.db, NULL);
	}
	if (rc == RC_OK)
		rc = db_begin_read(v->tx.db);
	if (rc != RC_OK) {
		view_put(s, i);
		return RC_FAULT;
	}
	v->tx.store = s;
	v->tx.view = true;
	v->tx.failed = false;
	v->tx.open = 0;
	v->tx.slot = i;
	*tx = &v->tx;
	return RC_OK;
}

enum rc store_view(struct store *s, struct tx **tx)
{
	return view_begin(s, false, tx);
}

enum rc store_view_hot(struct store *s, struct tx **tx)
{
	return view_begin(s, true, tx);
}

/* The driver's numbers are its connection's own; ours are the store's. */
enum rc store_view_version(struct tx *tx, uint64_t *version)
{
	struct view_slot *v;
	int64_t data;

	*version = 0;
	CALL(tx);
	if (!tx->view)
		return RC_OK;
	if (db_version(tx->db, &data) != RC_OK) {
		tx->failed = true;
		return RC_FAULT;
	}
	v = &tx->store->view[tx->slot];
	if (!v->version || v->data != data) {
		v->data = data;
		v->version = atomic_fetch_add(&tx->store->versions, 1) + 1;
	}
	*version = v->version;
	return RC_OK;
}

void view_give(struct tx *tx)
{
	if (db_commit(tx->db, false) != RC_OK)
		db_close(&tx->db); /* the next one in this slot opens afresh */
	view_put(tx->store, tx->slot);
}

void views_init(struct store *s)
{
	if (pthread_mutex_init(&s->views_lock, NULL) || pthread_cond_init(&s->view_free, NULL))
		panic("a lock could not be made");
	s->free_view[0] = s->free_view[1] = VIEWS_MAX;
}

void views_release(struct store *s)
{
	for (unsigned i = 0; i < s->views_made; i++)
		db_close(&s->view[i].tx.db);
	pthread_cond_destroy(&s->view_free);
	pthread_mutex_destroy(&s->views_lock);
}
