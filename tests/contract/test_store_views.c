/* What a view says of itself: while two name the same version, they read the same rows. /auth/check leans on it. */
#include <pthread.h>
#include <stdatomic.h>

#include "store_behind.h"

enum { ROUNDS = 200, READERS = 2 };

static uint64_t version_of(struct world *w)
{
	struct tx *tx;
	uint64_t version = 0;
	enum rc rc;

	assert_int_equal(store_view_hot(w->store, &tx), RC_OK);
	rc = store_view_version(tx, &version);
	store_abandon(&tx);
	assert_int_equal(rc, RC_OK);
	assert_int_not_equal(version, 0);
	return version;
}

static void put(struct world *w, const char *value)
{
	WRITE(w, RC_OK, store_meta_set(tx, "test", str_of(value)));
}

static void while_nobody_commits_a_view_names_the_same_version(void **state)
{
	struct world *w = *state;
	uint64_t first;
	struct tx *tx;

	put(w, "0");
	first = version_of(w);
	tx = begin(w);
	assert_int_equal(version_of(w), first);
	assert_int_equal(store_meta_set(tx, "test", S("1")), RC_OK);
	assert_int_equal(version_of(w), first);
	store_abandon(&tx);
}

static void every_commit_makes_another_version(void **state)
{
	struct world *w = *state;
	uint64_t before = version_of(w);
	struct tx *tx;

	put(w, "1");
	assert_int_not_equal(version_of(w), before);
	before = version_of(w);
	tx = begin(w);
	assert_int_equal(store_meta_set(tx, "test", S("2")), RC_OK);
	assert_int_equal(store_commit_later(&tx), RC_OK);
	assert_int_not_equal(version_of(w), before);
}

static void a_commit_of_another_process_makes_another_version(void **state)
{
	struct world *w = *state;
	uint64_t before = version_of(w);

	assert_true(behind(w, "INSERT INTO meta (key, value) VALUES ('test', x'31')") >= 0);
	assert_int_not_equal(version_of(w), before);
	before = version_of(w);
	assert_int_equal(behind(w, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
	assert_true(behind(w, "UPDATE meta SET value = x'32' WHERE key = 'test'") >= 0);
	assert_int_not_equal(version_of(w), before);
}

static void a_view_that_was_begun_before_names_the_version_that_it_reads(void **state)
{
	struct world *w = *state;
	struct tx *old, *other;
	uint64_t before = 0, again = 0, after = 0;
	struct str value = STR_NONE;
	enum rc rc;

	put(w, "old");
	assert_int_equal(store_view_hot(w->store, &old), RC_OK);
	rc = store_view_version(old, &before);
	put(w, "new");
	if (rc == RC_OK)
		rc = store_view_version(old, &again);
	if (rc == RC_OK)
		rc = store_meta_get(old, w->arena, "test", &value);
	store_abandon(&old);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(before, again);
	assert_true(str_is(value, "old"));
	assert_int_equal(store_view_hot(w->store, &other), RC_OK);
	rc = store_view_version(other, &after);
	store_abandon(&other);
	assert_int_equal(rc, RC_OK);
	assert_int_not_equal(after, before);
}

static void a_write_transaction_names_none(void **state)
{
	struct world *w = *state;
	uint64_t version = 7;
	struct tx *tx = begin(w);
	enum rc rc = store_view_version(tx, &version);

	store_abandon(&tx);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(version, 0);
}

static void a_broken_store_names_none(void **state)
{
	struct world *w = *state;
	uint64_t version = 7;
	struct tx *tx;
	enum rc rc;

	assert_int_equal(store_view_hot(w->store, &tx), RC_OK);
	store_break_at(w->store, 1);
	rc = store_view_version(tx, &version);
	store_abandon(&tx);
	assert_int_equal(rc, RC_FAULT);
	assert_int_equal(version, 0);
}

/* ---- many readers, one who writes --------------------------------------------------------------------- */

static struct {
	struct world *w;
	atomic_bool end;
	atomic_int wrong, same;
} crowd;

/* Two views with the same number and different rows, or a row that goes back, are wrong. */
static void *read_on(void *arg)
{
	struct arena *a = arena_new(4096, 1 << 20);
	uint64_t version, last = 0;
	int64_t value = 0, seen = 0;

	(void)arg;
	while (!atomic_load(&crowd.end)) {
		struct str text = STR_NONE;
		struct tx *tx;

		if (store_view_hot(crowd.w->store, &tx) != RC_OK)
			break;
		if (store_view_version(tx, &version) != RC_OK || store_meta_get(tx, a, "test", &text) != RC_OK ||
		    str_to_i64(text, INT64_MAX, &value) != RC_OK || value < seen || (version == last && value != seen))
			atomic_fetch_add(&crowd.wrong, 1);
		atomic_fetch_add(&crowd.same, version == last);
		store_abandon(&tx);
		last = version;
		seen = value;
		arena_reset(a);
	}
	arena_free(&a);
	return NULL;
}

static void readers_beside_a_writer_never_take_one_state_for_another(void **state)
{
	pthread_t readers[READERS];
	char text[16];

	crowd.w = *state;
	atomic_store(&crowd.end, false);
	put(crowd.w, "0");
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, read_on, NULL), 0);
	for (int n = 1; n <= ROUNDS; n++) {
		int seen = atomic_load(&crowd.same);

		snprintf(text, sizeof(text), "%d", n);
		put(crowd.w, text);
		while (atomic_load(&crowd.same) == seen) /* somebody looks twice at this state */
			sched_yield();
	}
	atomic_store(&crowd.end, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert_int_equal(atomic_load(&crowd.wrong), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(while_nobody_commits_a_view_names_the_same_version), TEST(every_commit_makes_another_version),
		TEST(a_commit_of_another_process_makes_another_version), TEST(a_view_that_was_begun_before_names_the_version_that_it_reads),
		TEST(a_write_transaction_names_none), TEST(a_broken_store_names_none),
		TEST(readers_beside_a_writer_never_take_one_state_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
