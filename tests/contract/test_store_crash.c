/* The end of the process, and a disk that does not flush: what was acknowledged is there, and nothing is halved. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "base/log.h"
#include "store_test.h"

enum { KILLS = 200, MIGRATION_KILLS = 40, WRITERS = 4 };

/* ---- the flushes, counted and broken ---------------------------------------------------------------- */

static _Thread_local int flushed_here;
static atomic_int flushed, flush_fails_at;

/* Stands before libc's; SQLite calls it by this name. */
int fdatasync(int fd)
{
	static _Atomic(int (*)(int)) real;
	int (*f)(int) = atomic_load(&real);
	struct stat of;

	if (!f) {
		f = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
		atomic_store(&real, f);
	}
	if (f(fd) != 0)
		return -1;
	/* SQLite does not mind a folder that fails; the store flushes it itself, by fsync */
	if (fstat(fd, &of) != 0 || !S_ISREG(of.st_mode))
		return 0;
	if (atomic_load(&flush_fails_at) && atomic_fetch_sub(&flush_fails_at, 1) == 1) {
		errno = EIO;
		return -1;
	}
	flushed_here++;
	atomic_fetch_add(&flushed, 1);
	return 0;
}

static int bare_begin(void **state)
{
	struct world *w = world_new();
	struct str why;

	log_level_set(LOG_ERROR);
	world_make(w);
	assert_int_equal(store_check(w->arena, w->where, true, &why), RC_OK);
	*state = w;
	return 0;
}

#define BARE(f) cmocka_unit_test_setup_teardown(f, bare_begin, world_end)

/* ---- kill -9 ------------------------------------------------------------------------------------------ */

struct job {
	struct world *world;
	int out;
	int64_t from;
};

/* A user, a device and an audit row belong together; then their number goes out, as an answer would. */
static void *writes_until_killed(void *arg)
{
	struct job *j = arg;

	for (int64_t id = j->from;; id += WRITERS) {
		struct audit e = audit_row(id, "signin");
		struct device d = device_row(id, id, "HP");
		char login[32];
		struct user u;
		struct tx *tx;

		snprintf(login, sizeof(login), "u%lld", (long long)id);
		u = user_row(id, login);
		if (store_begin(j->world->store, &tx) != RC_OK || store_user_add(tx, &u) != RC_OK ||
		    store_device_add(tx, &d, 5) != RC_OK || store_audit_add(tx, &e) != RC_OK)
			_exit(9);
		if (id % 5 == 0) {
			if (store_commit_later(&tx) != RC_OK)
				_exit(9);
			continue;
		}
		if (store_commit(&tx) != RC_OK || write(j->out, &id, sizeof(id)) != sizeof(id))
			_exit(9);
	}
}

static void child_writes(struct world *w, int out, int64_t from)
{
	pthread_t t[WRITERS];
	struct job jobs[WRITERS];
	struct str why;

	if (store_open(w->arena, w->where, STORE_SERVER, &w->store, &why) != RC_OK)
		_exit(8);
	for (int i = 0; i < WRITERS; i++) {
		jobs[i] = (struct job){w, out, from + i};
		if (pthread_create(&t[i], NULL, writes_until_killed, &jobs[i]) != 0)
			_exit(8);
	}
	pthread_join(t[0], NULL);
	_exit(7);
}

/* Everything acknowledged is there; every user that is there has its device and its row in a whole chain. */
static void all_is_there(struct world *w, const int64_t *ids, size_t n)
{
	struct arena *a = arena_new(1 << 16, 64 << 20);
	struct str why = STR_NONE;
	int64_t users, rows;
	struct user u;
	enum rc rc;

	rc = store_check(a, w->where, false, &why);
	if (rc != RC_OK)
		print_error("%.*s\n", STR_ARG(why));
	assert_int_equal(rc, RC_OK);
	world_open_as(w, STORE_SERVER);
	for (size_t i = 0; i < n; i++)
		READ(w, RC_OK, store_user_get(tx, a, ids[i], &u));
	READ(w, RC_OK, store_user_count(tx, &users));
	READ(w, RC_OK, store_audit_verify(tx, a, NULL, NULL, &rows, &why));
	assert_int_equal(rows, users);
	store_close(&w->store);
	arena_free(&a);
}

static void nothing_acknowledged_is_lost_by_kill_9(void **state)
{
	static int64_t ids[100000];
	struct world *w = *state;
	int64_t from = 1, greatest = 0;
	size_t n = 0;

	srandom(1);
	for (int round = 0; round < KILLS; round++) {
		size_t first = n, wanted = n + (size_t)(random() % 25);
		int out[2], status;
		pid_t child;

		assert_int_equal(pipe(out), 0);
		child = fork();
		if (child == 0) {
			close(out[0]);
			child_writes(w, out[1], from);
		}
		close(out[1]);
		while (n < wanted && read(out[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]))
			n++;
		kill(child, SIGKILL);
		while (n < 100000 && read(out[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]))
			n++;
		close(out[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		for (size_t i = first; i < n; i++)
			if (ids[i] > greatest)
				greatest = ids[i];
		from = (greatest / WRITERS + 1000) * WRITERS; /* past those of which we never heard */
		greatest = from;
		all_is_there(w, ids + first, n - first);
	}
	assert_true(n > KILLS);
	all_is_there(w, ids, n);
}

static void a_kill_while_the_schema_is_made_leaves_the_old_or_the_new(void **state)
{
	struct world *w = *state;
	int before = 0, after = 0;
	long whole_us = 20000;

	srandom(2);
	for (int round = 0; round < MIGRATION_KILLS; round++) {
		struct timespec wait = {.tv_nsec = round ? random() % whole_us * 1000 : 0}, began, ended;
		struct str why = STR_NONE;
		int status;
		pid_t child;

		unlink(w->file);
		world_path(w, "gerbang.db-wal", w->where, sizeof(w->where));
		unlink(w->where);
		world_path(w, "gerbang.db-shm", w->where, sizeof(w->where));
		unlink(w->where);
		snprintf(w->where, sizeof(w->where), "sqlite:%s", w->file);
		clock_gettime(CLOCK_MONOTONIC, &began);
		child = fork();
		if (child == 0)
			_exit(store_check(w->arena, w->where, true, &why) == RC_OK ? 0 : 1);
		if (round) { /* the first one lives, and shows how long it takes */
			nanosleep(&wait, NULL);
			kill(child, SIGKILL);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		clock_gettime(CLOCK_MONOTONIC, &ended);
		if (!round)
			whole_us = (ended.tv_sec - began.tv_sec) * 1000000 + (ended.tv_nsec - began.tv_nsec) / 1000 + 1;
		if (WIFEXITED(status))
			assert_int_equal(WEXITSTATUS(status), 0);
		/* a database that is there is whole, or is not one yet */
		switch (store_check(w->arena, w->where, false, &why)) {
		case RC_OK: after++; break;
		case RC_ABSENT: before++; break;
		case RC_MALFORMED:
			if (!strstr(arena_cstr(w->arena, why), "is an empty database"))
				fail_msg("%s", arena_cstr(w->arena, why));
			before++;
			break;
		case RC_TAKEN:
		case RC_BUSY:
		case RC_FAULT: fail(); break;
		}
		assert_int_equal(store_check(w->arena, w->where, true, &why), RC_OK);
		all_is_there(w, NULL, 0);
	}
	print_message("killed before it was there: %d, after: %d\n", before, after);
}

/* ---- flushing ------------------------------------------------------------------------------------------ */

static void a_commit_is_flushed_before_it_is_acknowledged(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 50; i++) {
		struct audit e = audit_row(7, "signin");
		struct tx *t = begin(w);
		int before;

		assert_int_equal(store_audit_add(t, &e), RC_OK);
		before = atomic_load(&flushed);
		commit(t);
		assert_true(atomic_load(&flushed) > before);
	}
}

static atomic_int unflushed_answers;

/* Some wait for the disk, some do not, some give up: whoever does the group's commit, those who wait get a flush. While
 * one holds the writer nobody else flushes, so the count that is read then is exact. */
static void *commits_beside_others(void *arg)
{
	struct job *j = arg;

	for (int i = 0; i < 100; i++) {
		struct audit e = audit_row(7, "signin");
		struct tx *tx;
		int before;

		if (store_begin(j->world->store, &tx) != RC_OK || store_audit_add(tx, &e) != RC_OK)
			return (void *)1;
		before = atomic_load(&flushed);
		if (j->from % 3 == 0) {
			if (store_commit(&tx) != RC_OK)
				return (void *)1;
			if (atomic_load(&flushed) == before)
				atomic_fetch_add(&unflushed_answers, 1);
		} else if (j->from % 3 == 1) {
			if (store_commit_later(&tx) != RC_OK)
				return (void *)1;
		} else {
			store_abandon(&tx);
		}
	}
	return NULL;
}

static void nobody_who_waits_is_answered_without_a_flush(void **state)
{
	struct world *w = *state;
	struct job jobs[12];
	pthread_t t[12];
	void *bad;

	for (int i = 0; i < 12; i++) {
		jobs[i] = (struct job){w, -1, i};
		assert_int_equal(pthread_create(&t[i], NULL, commits_beside_others, &jobs[i]), 0);
	}
	for (int i = 0; i < 12; i++) {
		pthread_join(t[i], &bad);
		assert_null(bad);
	}
	assert_int_equal(atomic_load(&unflushed_answers), 0);
}

static void a_later_commit_is_flushed_by_somebody_else_and_soon(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "signin");

	WRITE(w, RC_OK, store_audit_add(tx, &e)); /* the log's header is there now */
	for (int i = 0; i < 20; i++) {
		struct tx *t = begin(w);
		int before = atomic_load(&flushed), here;

		assert_int_equal(store_audit_add(t, &e), RC_OK);
		here = flushed_here;
		assert_int_equal(store_commit_later(&t), RC_OK);
		assert_int_equal(flushed_here, here);
		while (atomic_load(&flushed) == before)
			poll(NULL, 0, 1);
	}
}

static void closing_flushes_what_was_left_for_later(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "signin");
	struct tx *t;
	int before;

	WRITE(w, RC_OK, store_audit_add(tx, &e));
	t = begin(w);
	assert_int_equal(store_audit_add(t, &e), RC_OK);
	before = atomic_load(&flushed);
	assert_int_equal(store_commit_later(&t), RC_OK);
	store_close(&w->store);
	assert_true(atomic_load(&flushed) > before);
	world_open_as(w, STORE_SERVER);
}

static void a_transaction_that_wrote_nothing_is_not_flushed(void **state)
{
	struct world *w = *state;
	int before = atomic_load(&flushed);
	struct password_tries p;
	unsigned char h[32];

	hash_of(1, h);
	WRITE(w, RC_OK, store_password_tries_get(tx, h, false, &p));
	WRITE(w, RC_TAKEN, store_signin_consume(tx, 5));
	assert_int_equal(atomic_load(&flushed), before);
}

/* F4: after a failed flush nobody knows what is on the disk; the process must not go on and say "done". */
static void a_flush_that_fails_ends_the_process_and_acknowledges_nothing(void **state)
{
	struct world *w = *state;
	int64_t from = 1;

	for (int at = 1; at <= 12; at++) {
		int64_t ids[4096];
		int out[2], status;
		size_t n = 0;
		pid_t child;

		assert_int_equal(pipe(out), 0);
		child = fork();
		if (child == 0) {
			close(out[0]);
			if (!freopen("/dev/null", "w", stderr))
				_exit(1);
			atomic_store(&flush_fails_at, at);
			child_writes(w, out[1], from);
		}
		close(out[1]);
		while (n < 4096 && read(out[0], &ids[n], sizeof(ids[n])) == sizeof(ids[n]))
			n++;
		close(out[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("flush %d failed, and the child ended with %x", at, (unsigned)status);
		assert_true(n <= (size_t)at * WRITERS);
		all_is_there(w, ids, n);
		from += 100000;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BARE(nothing_acknowledged_is_lost_by_kill_9),
		BARE(a_kill_while_the_schema_is_made_leaves_the_old_or_the_new),
		TEST(a_commit_is_flushed_before_it_is_acknowledged),
		TEST(nobody_who_waits_is_answered_without_a_flush),
		TEST(a_later_commit_is_flushed_by_somebody_else_and_soon),
		TEST(closing_flushes_what_was_left_for_later),
		TEST(a_transaction_that_wrote_nothing_is_not_flushed),
		BARE(a_flush_that_fails_ends_the_process_and_acknowledges_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
