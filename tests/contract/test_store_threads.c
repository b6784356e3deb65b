/* Many at once: races, groups, groups that fail, another process beside them. Runs under TSan too. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/log.h"
#include "store_crowd.h"

enum { SOME = 16 };

/* ---- races ------------------------------------------------------------------------------------------ */

static enum rc claim(struct world *w, int n)
{
	struct tx *tx;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_device_claim(tx, 1, 1000, NOW_S));
}

static void of_500_who_claim_one_step_one_gets_it(void **state)
{
	struct world *w = *state;
	struct device d = device_row(1, 7, "HP");
	struct crowd c;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	all_at_once(w, &c, MANY, claim);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, MANY - 1);
}

static enum rc add_device(struct world *w, int n)
{
	char name[16];
	struct device d;
	struct tx *tx;

	snprintf(name, sizeof(name), "HP %d", n);
	d = device_row(100 + n, 7, name);
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_device_add(tx, &d, 5));
}

static void fifty_devices_added_at_once_below_the_cap_leave_the_cap(void **state)
{
	struct world *w = *state;
	struct device *rows;
	struct crowd c;
	size_t n;

	user_make(w, 7, "ani");
	for (int i = 0; i < 4; i++)
		assert_int_equal(add_device(w, 100 + i), RC_OK);
	all_at_once(w, &c, 50, add_device);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, 49);
	READ(w, RC_OK, store_device_list(tx, w->arena, 7, false, &rows, &n));
	assert_int_equal(n, 5);
}

static enum rc charge_until_it_counts(struct world *w, int n)
{
	unsigned char h[32];
	struct password_tries seen, then;
	struct tx *tx;
	enum rc rc;

	(void)n;
	hash_of(1, h);
	do {
		/* read apart from the charge, as a careless caller would */
		if (store_view(w->store, &tx) != RC_OK)
			return RC_FAULT;
		rc = store_password_tries_get(tx, h, false, &seen);
		store_abandon(&tx);
		if (rc != RC_OK || store_begin(w->store, &tx) != RC_OK)
			return RC_FAULT;
		then = (struct password_tries){seen.failures + 1, 0};
		rc = closing(&tx, store_password_tries_charge(tx, h, false, seen, then, NOW_S));
	} while (rc == RC_TAKEN);
	return rc;
}

static void no_charge_is_lost(void **state)
{
	struct world *w = *state;
	struct password_tries got;
	unsigned char h[32];
	struct crowd c;

	hash_of(1, h);
	all_at_once(w, &c, 32, charge_until_it_counts);
	assert_int_equal(c.ok, 32);
	READ(w, RC_OK, store_password_tries_get(tx, h, false, &got));
	assert_int_equal(got.failures, 32);
}

static enum rc charge_code(struct world *w, int n)
{
	struct tx *tx;

	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_code_tries_charge(tx, 7, (struct code_tries){0, 0, 0}, (struct code_tries){1, 0, 1}, 100 + n, NOW_S));
}

static void of_many_who_saw_no_wrong_code_one_is_charged(void **state)
{
	struct world *w = *state;
	struct code_tries got;
	struct crowd c;

	user_make(w, 7, "ani");
	all_at_once(w, &c, 100, charge_code);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, 99);
	READ(w, RC_OK, store_code_tries_get(tx, 7, NOW_S, &got));
	assert_int_equal(got.this_year, 1);
}

static enum rc consume_signin(struct world *w, int n)
{
	struct session s = session_row(1000 + n, 7);
	struct tx *tx;
	enum rc rc;

	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	rc = store_signin_consume(tx, 1);
	return closing(&tx, rc == RC_OK ? store_session_add(tx, &s) : rc);
}

static void one_signin_begins_one_session(void **state)
{
	struct world *w = *state;
	struct signin in = {.id = 1, .user = 7, .expires_s = NOW_S + 600};
	struct session *rows;
	struct crowd c;
	size_t n;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_signin_put(tx, &in));
	all_at_once(w, &c, MANY, consume_signin);
	assert_int_equal(c.ok, 1);
	READ(w, RC_OK, store_session_list(tx, w->arena, 7, NOW_S, IDLE_S, &rows, &n));
	assert_int_equal(n, 1);
}

static enum rc take_mail(struct world *w, int n)
{
	struct arena *a = test_arena();
	struct mail m;
	struct tx *tx;
	enum rc rc;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	rc = closing(&tx, store_mail_take(tx, a, NOW_S, 60, &m));
	arena_free(&a);
	return rc;
}

static void each_mail_is_taken_once(void **state)
{
	struct world *w = *state;
	struct crowd c;

	for (int64_t id = 1; id <= 20; id++) {
		struct mail m = {.id = id, .template = S("notice"), .to = S("a@contoh.id"), .next_s = NOW_S};

		WRITE(w, RC_OK, store_mail_add(tx, &m));
	}
	all_at_once(w, &c, 64, take_mail);
	assert_int_equal(c.ok, 20);
	assert_int_equal(c.other, 44); /* RC_ABSENT */
}

/* ---- groups ----------------------------------------------------------------------------------------- */

static enum rc holds_a_view(struct world *w, int n)
{
	struct tx *tx;
	int64_t users;
	enum rc rc;

	(void)n;
	if (store_view(w->store, &tx) != RC_OK)
		return RC_FAULT;
	rc = store_user_count(tx, &users);
	store_abandon(&tx);
	return rc;
}

static enum rc mixed_writer(struct world *w, int n)
{
	struct arena *a = test_arena();
	enum rc rc = RC_OK;

	for (int i = 0; i < 40 && rc == RC_OK; i++) {
		struct audit e = audit_row(7, "signin");
		char login[32];
		struct user u, got;
		struct tx *tx;

		snprintf(login, sizeof(login), "u%d.%d", n, i);
		u = user_row(1000 + n * 100 + i, login);
		if (store_begin(w->store, &tx) != RC_OK)
			return RC_FAULT;
		rc = holds_a_view(w, n); /* beside it; it waits for nobody */
		if (rc == RC_OK)
			rc = store_user_add(tx, &u);
		if (rc == RC_OK)
			rc = store_audit_add(tx, &e);
		if (i % 4 == 3) {
			store_abandon(&tx);
		} else {
			rc = rc != RC_OK ? rc : i % 4 == 0 ? store_commit(&tx) : store_commit_later(&tx);
		}
		if (rc == RC_OK && i % 4 == 1)
			continue; /* straight into the next one, perhaps of the same group */
		/* what was committed, now or later, is seen by the one who did it, and by nobody what was not */
		if (rc != RC_OK || store_view(w->store, &tx) != RC_OK)
			return RC_FAULT;
		rc = store_user_get(tx, a, u.id, &got);
		store_abandon(&tx);
		rc = rc == (i % 4 == 3 ? RC_ABSENT : RC_OK) ? RC_OK : RC_FAULT;
		arena_reset(a);
	}
	arena_free(&a);
	return rc;
}

static void writers_of_all_kinds_see_their_own_work_and_keep_the_chain_whole(void **state)
{
	struct world *w = *state;
	struct str why;
	struct crowd c;
	int64_t rows;

	all_at_once(w, &c, SOME, mixed_writer);
	assert_int_equal(c.ok, SOME);
	READ(w, RC_OK, store_audit_verify(tx, w->arena, NULL, NULL, &rows, &why));
	assert_int_equal(rows, SOME * 30);
	READ(w, RC_OK, store_user_count(tx, &rows));
	assert_int_equal(rows, SOME * 30);
}

static atomic_bool stop;

static void *two_rows_reader(void *arg)
{
	struct world *w = arg;
	struct arena *a = test_arena();
	intptr_t bad = 0;

	while (!atomic_load(&stop)) {
		struct user one, two;
		struct tx *tx;

		if (store_view(w->store, &tx) != RC_OK)
			return (void *)1;
		if (store_user_get(tx, a, 7, &one) != RC_OK || store_user_get(tx, a, 8, &two) != RC_OK || one.locked_s != two.locked_s)
			bad++;
		store_abandon(&tx);
		arena_reset(a);
	}
	arena_free(&a);
	return (void *)bad;
}

static void a_view_never_sees_half_a_transaction(void **state)
{
	struct world *w = *state;
	pthread_t readers[4];
	void *bad;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	atomic_store(&stop, false);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&readers[i], NULL, two_rows_reader, w), 0);
	for (int i = 1; i <= 300; i++) {
		struct tx *t = begin(w);

		assert_int_equal(store_user_lock(t, 7, i), RC_OK);
		assert_int_equal(store_user_lock(t, 8, i), RC_OK);
		if (i % 2)
			assert_int_equal(store_commit_later(&t), RC_OK);
		else
			commit(t);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 4; i++) {
		pthread_join(readers[i], &bad);
		assert_null(bad);
	}
}

static void more_readers_than_connections_wait_for_one(void **state)
{
	struct world *w = *state;
	struct crowd c;

	all_at_once(w, &c, 200, holds_a_view);
	assert_int_equal(c.ok, 200);
}

/* ---- a disk that is full now and then ------------------------------------------------------------------ */

static atomic_bool full;
static ssize_t (*real_pwrite64)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);

static ssize_t full_pwrite64(int fd, const void *p, size_t n, off_t at)
{
	if (!atomic_load(&full))
		return real_pwrite64(fd, p, n, at);
	errno = ENOSPC;
	return -1;
}

static ssize_t full_write(int fd, const void *p, size_t n)
{
	if (!atomic_load(&full))
		return real_write(fd, p, n);
	errno = ENOSPC;
	return -1;
}

static void disk_may_be_full(bool may)
{
	static const char *const offset_calls[] = {"pwrite", "pwrite64"};
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");

	for (int i = 0; i < 2; i++) {
		sqlite3_syscall_ptr now = vfs->xGetSystemCall(vfs, offset_calls[i]);

		if (may && now)
			real_pwrite64 = (ssize_t (*)(int, const void *, size_t, off_t))(void (*)(void))now;
		if (now || !may)
			vfs->xSetSystemCall(vfs, offset_calls[i], may ? (sqlite3_syscall_ptr)(void (*)(void))full_pwrite64 : NULL);
	}
	if (may)
		real_write = (ssize_t (*)(int, const void *, size_t))(void (*)(void))vfs->xGetSystemCall(vfs, "write");
	vfs->xSetSystemCall(vfs, "write", may ? (sqlite3_syscall_ptr)(void (*)(void))full_write : NULL);
}

enum { WRITERS = 32, TURNS = 60 };
static char acknowledged[WRITERS][TURNS];
static atomic_int refused;

static enum rc writes_on_a_full_disk(struct world *w, int n)
{
	for (int i = 0; i < TURNS; i++) {
		char login[32];
		struct user u;
		struct tx *tx;
		enum rc rc;

		snprintf(login, sizeof(login), "u%d.%d", n, i);
		u = user_row(1000 + n * TURNS + i, login);
		if (n == 0) /* one of them also decides how the disk is */
			atomic_store(&full, i % 3 == 1);
		rc = store_begin(w->store, &tx);
		if (rc == RC_OK)
			rc = closing(&tx, store_user_add(tx, &u));
		acknowledged[n][i] = rc == RC_OK;
		if (rc == RC_FAULT)
			atomic_fetch_add(&refused, 1);
		else if (rc != RC_OK)
			return rc;
	}
	if (n == 0)
		atomic_store(&full, false);
	return RC_OK;
}

static void a_full_disk_loses_whole_groups_and_nothing_that_was_acknowledged(void **state)
{
	struct world *w = *state;
	struct crowd c;
	struct user got;
	struct tx *t;

	log_level_set((enum log_level)0);
	disk_may_be_full(true);
	all_at_once(w, &c, WRITERS, writes_on_a_full_disk);
	disk_may_be_full(false);
	log_level_set(LOG_ERROR);
	assert_int_equal(c.ok, WRITERS);
	assert_true(atomic_load(&refused) > 1);
	t = view(w);
	for (int n = 0; n < WRITERS; n++)
		for (int i = 0; i < TURNS; i++)
			assert_int_equal(store_user_get(t, w->arena, 1000 + n * TURNS + i, &got), acknowledged[n][i] ? RC_OK : RC_ABSENT);
	store_abandon(&t);
	/* space is back */
	user_make(w, 7, "ani");
}

static void everybody_in_a_group_that_fails_hears_it(void **state)
{
	struct world *w = *state;
	struct tx *t = begin(w);
	struct user u = user_row(7, "ani"), got;
	int64_t n;

	disk_may_be_full(true);
	log_level_set((enum log_level)0);
	assert_int_equal(store_user_add(t, &u), RC_OK);
	atomic_store(&full, true);
	assert_int_equal(store_commit(&t), RC_FAULT);
	/* later: told at the next begin, because nobody waited to hear it */
	atomic_store(&full, false);
	t = begin(w);
	assert_int_equal(store_user_add(t, &u), RC_OK);
	atomic_store(&full, true);
	assert_int_equal(store_commit_later(&t), RC_FAULT);
	/* reading goes on */
	READ(w, RC_ABSENT, store_user_get(tx, w->arena, 7, &got));
	READ(w, RC_OK, store_user_count(tx, &n));
	assert_int_equal(n, 0);
	atomic_store(&full, false);
	log_level_set(LOG_ERROR);
	WRITE(w, RC_OK, store_user_add(tx, &u));
	disk_may_be_full(false);
}

/* ---- beside another process ---------------------------------------------------------------------------- */

static void *hammers(void *arg)
{
	struct world *w = arg;
	intptr_t bad = 0;

	while (!atomic_load(&stop)) {
		struct audit e = audit_row(7, "signin");
		struct tx *tx;

		if (store_begin(w->store, &tx) != RC_OK)
			bad++;
		else if (closing(&tx, store_audit_add(tx, &e)) != RC_OK)
			bad++;
	}
	return (void *)bad;
}

/* The child is begun before there is any thread, and waits for a byte. */
static pid_t command_line(struct world *w, int go[2], int turns)
{
	pid_t child = fork();
	struct store *s;
	struct str why;
	char byte;

	if (child)
		return child;
	close(go[1]);
	if (read(go[0], &byte, 1) != 1 || store_open(w->arena, w->where, STORE_CLI, &s, &why) != RC_OK)
		_exit(2);
	for (int i = 0; i < turns; i++) {
		struct audit e = audit_row(7, "cli");
		struct tx *tx;

		if (store_begin(s, &tx) != RC_OK)
			_exit(3);
		for (int k = 0; k < 10; k++)
			if (store_audit_add(tx, &e) != RC_OK)
				_exit(4);
		if ((i % 2 ? store_commit(&tx) : store_commit_later(&tx)) != RC_OK)
			_exit(5);
	}
	store_close(&s);
	_exit(0);
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

static void the_command_line_is_not_starved_and_the_chain_stays_one(void **state)
{
	struct world *w = *state;
	struct audit_query q = {.event = S("cli"), .limit = 1000};
	struct audit *found;
	pthread_t t[SOME];
	struct str why;
	int64_t rows;
	int go[2], status;
	pid_t child;
	size_t n;
	void *bad;

	assert_int_equal(pipe(go), 0);
	child = command_line(w, go, 20);
	close(go[0]);
	world_open_as(w, STORE_SERVER);
	atomic_store(&stop, false);
	for (int i = 0; i < SOME; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hammers, w), 0);
	assert_int_equal(write(go[1], "g", 1), 1);
	close(go[1]);
	/* the threads go on until it is done */
	assert_int_equal(waitpid(child, &status, 0), child);
	atomic_store(&stop, true);
	for (int i = 0; i < SOME; i++) {
		pthread_join(t[i], &bad);
		assert_null(bad);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	READ(w, RC_OK, store_audit_verify(tx, w->arena, NULL, NULL, &rows, &why));
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &found, &n));
	assert_int_equal(n, 200);
	assert_true(rows > 200);
}

static atomic_int turned_away;

/* Stands before libc's. */
int flock(int fd, int how)
{
	static _Atomic(int (*)(int, int)) real;
	int (*f)(int, int) = atomic_load(&real);

	if (!f) {
		f = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
		atomic_store(&real, f);
	}
	if (f(fd, how) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		atomic_fetch_add(&turned_away, 1);
	return -1;
}

static int turnstile(struct world *w)
{
	char path[256];
	int fd;

	world_path(w, "turn", path, sizeof(path));
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	return fd;
}

static void *writes_once(void *arg)
{
	struct world *w = arg;
	struct audit e = audit_row(7, "signin");
	struct tx *tx;

	if (store_begin(w->store, &tx) != RC_OK)
		return (void *)1;
	atomic_store(&stop, true);
	return closing(&tx, store_audit_add(tx, &e)) == RC_OK ? NULL : (void *)1;
}

static void the_server_waits_at_the_turnstile_and_holds_it_for_nobody(void **state)
{
	struct world *w = *state;
	int turn = turnstile(w);
	pthread_t t;
	struct tx *tx = begin(w);
	void *bad;
	int away;

	assert_int_equal(flock(turn, LOCK_EX | LOCK_NB), 0); /* in a transaction, but not in the turnstile */
	store_abandon(&tx);
	atomic_store(&stop, false);
	away = atomic_load(&turned_away);
	assert_int_equal(pthread_create(&t, NULL, writes_once, w), 0);
	while (atomic_load(&turned_away) < away + 3)
		poll(NULL, 0, 1);
	assert_false(atomic_load(&stop));
	assert_int_equal(flock(turn, LOCK_UN), 0);
	pthread_join(t, &bad);
	assert_null(bad);
	close(turn);
}

static void the_command_line_holds_the_turnstile_for_its_transaction(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "cli");
	struct tx *tx;
	int turn;

	world_open_as(w, STORE_CLI);
	turn = turnstile(w);
	for (int i = 0; i < 3; i++) {
		tx = begin(w);
		assert_int_equal(flock(turn, LOCK_SH | LOCK_NB), -1);
		assert_int_equal(store_audit_add(tx, &e), RC_OK);
		if (i == 0)
			commit(tx);
		else if (i == 1)
			assert_int_equal(store_commit_later(&tx), RC_OK);
		else
			store_abandon(&tx);
		assert_int_equal(flock(turn, LOCK_SH | LOCK_NB), 0);
		assert_int_equal(flock(turn, LOCK_UN), 0);
	}
	close(turn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_command_line_is_not_starved_and_the_chain_stays_one, bare_begin, world_end),
		cmocka_unit_test_setup_teardown(the_command_line_holds_the_turnstile_for_its_transaction, bare_begin, world_end),
		TEST(the_server_waits_at_the_turnstile_and_holds_it_for_nobody),
		TEST(of_500_who_claim_one_step_one_gets_it),
		TEST(fifty_devices_added_at_once_below_the_cap_leave_the_cap),
		TEST(no_charge_is_lost),
		TEST(of_many_who_saw_no_wrong_code_one_is_charged),
		TEST(one_signin_begins_one_session),
		TEST(each_mail_is_taken_once),
		TEST(writers_of_all_kinds_see_their_own_work_and_keep_the_chain_whole),
		TEST(a_view_never_sees_half_a_transaction),
		TEST(more_readers_than_connections_wait_for_one),
		TEST(a_full_disk_loses_whole_groups_and_nothing_that_was_acknowledged),
		TEST(everybody_in_a_group_that_fails_hears_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
