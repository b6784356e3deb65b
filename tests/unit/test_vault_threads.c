#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "vault/frame.h"
#include "vault/lane.h"
#include "vault/process.h"

/*
 * Vault processes are forked before the first thread of this program starts: ThreadSanitizer cannot follow a
 * child of a program with threads.
 */
enum { FIRST, SECOND, NARROW, CRASHING, VAULTS };
static int sock[VAULTS];
static pid_t pid[VAULTS];

static int fork_vault(int which, int key_fd, unsigned threads, unsigned depth)
{
	int pair[2];

	if (vault_pair(pair) != RC_OK)
		return -1;
	pid[which] = fork();
	if (pid[which] == 0) {
		for (int i = 0; i < which; i++)
			close(sock[i]);
		close(pair[0]);
		_exit(vault_serve(pair[1], key_fd, threads, depth));
	}
	close(pair[1]);
	sock[which] = pair[0];
	return pid[which] < 0 ? -1 : 0;
}

static int group_setup(void **state)
{
	char folder[] = "/tmp/test_vault_XXXXXX", path[64];
	int key_fd, failed = 0;

	(void)state;
	log_level_set(LOG_ERROR);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/key", folder);
	if (vault_key_create(path) != RC_OK)
		return -1;
	key_fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < VAULTS; i++)
		failed |= fork_vault(i, key_fd, i == NARROW ? 1 : 2, i == NARROW ? 1 : 128);
	close(key_fd);
	unlink(path);
	rmdir(folder);
	return failed;
}

static int end_of(int which)
{
	int status = -1;

	assert_int_equal(waitpid(pid[which], &status, 0), pid[which]);
	return status;
}

/* ---- the lane ------------------------------------------------------------------------------------- */

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	unsigned running, done, idle;
};

static void gate_run(void *context, unsigned thread, void *job)
{
	struct gate *g = context;
	int *n = job;

	(void)thread;
	pthread_mutex_lock(&g->lock);
	g->running++;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->lock);
	g->done += (unsigned)*n;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void gate_idle(void *context, unsigned thread)
{
	struct gate *g = context;

	(void)thread;
	pthread_mutex_lock(&g->lock);
	g->idle++;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void gate_wait(struct gate *g, const unsigned *what, unsigned n)
{
	pthread_mutex_lock(&g->lock);
	while (*what < n)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static void lane_refuses_at_once_when_its_queue_is_full(void **state)
{
	struct gate g = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0, 0};
	struct lane_work work = {&g, gate_run, gate_idle, 2, 3, sizeof(int), 1};
	struct lane *l = lane_start(&work);

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(lane_push(l, &(int){1}), RC_OK);
	gate_wait(&g, &g.running, 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(lane_push(l, &(int){10}), RC_OK);
	assert_int_equal(lane_push(l, &(int){100}), RC_BUSY);
	assert_int_equal(lane_push(l, &(int){100}), RC_BUSY);
	pthread_mutex_lock(&g.lock);
	g.open = true;
	pthread_cond_broadcast(&g.changed);
	pthread_mutex_unlock(&g.lock);
	gate_wait(&g, &g.done, 32);
	assert_int_equal(lane_push(l, &(int){100}), RC_OK);
	gate_wait(&g, &g.done, 132);
	/* both threads worked, so both say once that they have nothing to do */
	gate_wait(&g, &g.idle, 1);
	lane_stop(&l);
	assert_null(l);
}

/* ---- the process, frame by frame ------------------------------------------------------------------ */

static void full_queue_answers_busy_and_begins_nothing(void **state)
{
	enum { N = 64 };
	struct ask_password ask = {.head = {.op = OP_PASSWORD_HASH}, .user = 1, .password_len = 4};
	union frame_say say;
	unsigned ok = 0, busy = 0;
	bool seen[N] = {false};

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		ask.head.id = i;
		assert_int_equal(send(sock[NARROW], &ask, sizeof(ask), 0), sizeof(ask));
	}
	for (int i = 0; i < N; i++) {
		assert_int_equal(recv(sock[NARROW], &say, sizeof(say), 0), sizeof(struct say_bytes));
		assert_int_equal(say.head.op, OP_PASSWORD_HASH);
		assert_true(say.head.id < N && !seen[say.head.id]);
		seen[say.head.id] = true;
		ok += say.head.rc == RC_OK && say.bytes.len > 0;
		busy += say.head.rc == RC_BUSY && say.bytes.len == 0;
	}
	assert_int_equal(ok + busy, N);
	assert_true(ok >= 1 && busy >= 1);
	close(sock[NARROW]);
	assert_int_equal(end_of(NARROW), 0);
}

static void unknown_frame_ends_the_vault(void **state)
{
	struct frame_head head = {.op = OP_END};
	char byte;

	(void)state;
	log_level_set(LOG_ERROR);
	assert_int_equal(send(sock[CRASHING], &head, sizeof(head), 0), sizeof(head));
	assert_int_equal(recv(sock[CRASHING], &byte, 1, 0), 0);
	close(sock[CRASHING]);
	assert_int_equal(WEXITSTATUS(end_of(CRASHING)), 1);
}

static void frame_check_refuses_what_no_honest_client_sends(void **state)
{
	static union frame_ask q;

	(void)state;
	for (uint32_t op = 0; op < OP_END + 3; op++) {
		size_t n = vault_ask_size(op);

		memset(&q, 0, sizeof(q));
		q.head.op = op;
		assert_int_equal(vault_frame_check(&q, n - 1), RC_MALFORMED);
		assert_int_equal(vault_frame_check(&q, n + 1), RC_MALFORMED);
		assert_int_equal(vault_frame_check(&q, 0), RC_MALFORMED);
		q.head.rc = 1;
		assert_int_equal(vault_frame_check(&q, n), RC_MALFORMED);
	}
	q = (union frame_ask){.password = {.head = {.op = OP_PASSWORD_CHECK}, .password_len = VAULT_PASSWORD_MAX + 1}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.password)), RC_MALFORMED);
	q = (union frame_ask){.password = {.head = {.op = OP_PASSWORD_CHECK}, .phc_len = VAULT_PHC_MAX + 1}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.password)), RC_MALFORMED);
	q = (union frame_ask){.devices = {.head = {.op = OP_CODE_CHECK}, .n = VAULT_DEVICES_MAX + 1}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.devices)), RC_MALFORMED);
	q = (union frame_ask){.devices = {.head = {.op = OP_CODE_CHECK}, .now_step = INT64_MAX}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.devices)), RC_MALFORMED);
	q = (union frame_ask){.bytes = {.head = {.op = OP_UNSEAL}, .purpose = SEAL_TOTP}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.bytes)), RC_MALFORMED);
	q = (union frame_ask){.bytes = {.head = {.op = OP_SEAL}, .purpose = SEAL_CHECK}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.bytes)), RC_MALFORMED);
	q = (union frame_ask){.bytes = {.head = {.op = OP_SEAL}, .purpose = SEAL_NIK, .len = PLAIN_MAX + 1}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.bytes)), RC_MALFORMED);
	q = (union frame_ask){.token = {.head = {.op = OP_TOKEN}, .purpose = TOKEN_TICKET + 1}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.token)), RC_MALFORMED);
}

/* ---- the client ----------------------------------------------------------------------------------- */

enum { THREADS = 64, ROUNDS = 50 };

struct caller {
	pthread_t id;
	struct vault *vault;
	int64_t number;
	unsigned rounds, ok, fault;
	enum rc rc;
};

static atomic_bool stop;

/* Every answer must be the one to this thread's question: the token depends on its number. */
static void *caller_main(void *arg)
{
	struct caller *c = arg;
	struct arena *a = test_arena(), *kept = test_arena();
	struct str first = STR_NONE, token, sealed, plain;

	for (int i = 0; i < ROUNDS || !atomic_load(&stop); i++) {
		enum rc rc = vault_token(c->vault, a, TOKEN_RESET, c->number, 1, &token);

		if (rc == RC_OK && !first.ptr)
			first = arena_str(kept, token);
		if (rc == RC_OK)
			rc = str_eq(first, token) ? vault_seal(c->vault, a, SEAL_NIK, c->number, i, token, &sealed) : RC_TAKEN;
		if (rc == RC_OK)
			rc = vault_unseal(c->vault, a, SEAL_NIK, c->number, i, sealed, &plain);
		if (rc == RC_OK && !str_eq(plain, token))
			rc = RC_TAKEN;
		c->rounds++;
		c->ok += rc == RC_OK;
		c->fault += rc == RC_FAULT;
		arena_reset(a);
	}
	arena_free(&a);
	arena_free(&kept);
	return NULL;
}

static void *one_call(void *arg)
{
	struct caller *c = arg;
	struct arena *a = arena_new(4096, 1 << 20);
	struct str token;

	c->rc = vault_token(c->vault, a, TOKEN_RESET, c->number, 1, &token);
	arena_free(&a);
	return NULL;
}

static void *hash_call(void *arg)
{
	struct caller *c = arg;
	enum verdict verdict;
	bool rehash;

	c->rc = vault_password_check(c->vault, c->number, STR_NONE, S("kuda hitam"), &verdict, &rehash);
	if (verdict != VERDICT_REFUSED)
		c->rc = RC_TAKEN;
	return NULL;
}

static void callers_begin(struct caller *c, size_t n, struct vault *v, void *(*what)(void *))
{
	for (size_t i = 0; i < n; i++) {
		c[i] = (struct caller){.vault = v, .number = (int64_t)i + 1};
		assert_int_equal(pthread_create(&c[i].id, NULL, what, &c[i]), 0);
	}
}

static void callers_end(struct caller *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pthread_join(c[i].id, NULL), 0);
}

/* One story, because each vault can be killed once: 64 threads; death in mid-call; the next vault; the end. */
static void client_keeps_answers_apart_and_outlives_its_vault(void **state)
{
	struct caller c[THREADS];
	struct vault *v;
	union frame_ask ask;
	int control[2], fake[2];
	unsigned fault = 0;

	(void)state;
	atomic_store(&stop, true);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
	assert_int_equal(fd_give(control[1], sock[FIRST]), RC_OK);
	close(sock[FIRST]);
	assert_int_equal(vault_connect(control[0], &v), RC_OK);

	callers_begin(c, THREADS, v, caller_main);
	callers_end(c, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(c[i].ok, ROUNDS);
	callers_begin(c, THREADS, v, hash_call);
	callers_end(c, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(c[i].rc, RC_OK);

	/* Killed while 64 threads ask: every call ends, and ends well or with a fault. The next vault is one that
	 * takes a question and dies without an answer. */
	assert_int_equal(vault_pair(fake), RC_OK);
	atomic_store(&stop, false);
	callers_begin(c, THREADS, v, caller_main);
	assert_int_equal(kill(pid[FIRST], SIGKILL), 0);
	assert_int_equal(fd_give(control[1], fake[0]), RC_OK);
	close(fake[0]);
	assert_true(WIFSIGNALED(end_of(FIRST)));
	assert_true(recv(fake[1], &ask, sizeof(ask), 0) > 0);
	close(fake[1]);
	assert_int_equal(fd_give(control[1], sock[SECOND]), RC_OK);
	close(sock[SECOND]);
	atomic_store(&stop, true);
	callers_end(c, THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(c[i].ok + c[i].fault, c[i].rounds);
		fault += c[i].fault;
	}
	assert_true(fault >= 1);

	/* The new one serves everybody, and answers as the old one did: it has the same key. */
	callers_begin(c, THREADS, v, caller_main);
	callers_end(c, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(c[i].ok, ROUNDS);

	/* No vault and nobody who could bring one. */
	kill(pid[SECOND], SIGKILL);
	assert_true(WIFSIGNALED(end_of(SECOND)));
	close(control[1]);
	callers_begin(c, 4, v, one_call);
	callers_end(c, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(c[i].rc, RC_FAULT);
	vault_close(&v);
	assert_null(v);
}

/* We are the vault: the question arrives, so it was sent; then we are gone. */
static void call_that_was_sent_fails_and_is_not_sent_again(void **state)
{
	struct caller c[2];
	struct vault *v;
	union frame_ask ask;
	union frame_say say = {.bytes = {.len = 32}};
	int control[2], one[2], two[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
	assert_int_equal(vault_pair(one), RC_OK);
	assert_int_equal(vault_pair(two), RC_OK);
	assert_int_equal(fd_give(control[1], one[0]), RC_OK);
	fd_close(&one[0]);
	assert_int_equal(vault_connect(control[0], &v), RC_OK);
	callers_begin(c, 1, v, one_call);
	assert_int_equal(recv(one[1], &ask, sizeof(ask), 0), sizeof(struct ask_token));
	fd_close(&one[1]);
	callers_end(c, 1);
	assert_int_equal(c[0].rc, RC_FAULT);

	/* Not yet sent: it waits for the next one, which gets exactly this question. */
	callers_begin(c, 1, v, one_call);
	assert_int_equal(fd_give(control[1], two[0]), RC_OK);
	fd_close(&two[0]);
	assert_int_equal(recv(two[1], &ask, sizeof(ask), 0), sizeof(struct ask_token));
	/* An answer to nobody's question is dropped. */
	say.head = (struct frame_head){ask.head.op, RC_TAKEN, ask.head.id + (1 << 8)};
	assert_int_equal(send(two[1], &say, sizeof(say.bytes), 0), sizeof(say.bytes));
	say.head = (struct frame_head){ask.head.op, RC_OK, ask.head.id};
	assert_int_equal(send(two[1], &say, sizeof(say.bytes), 0), sizeof(say.bytes));
	callers_end(c, 1);
	assert_int_equal(c[0].rc, RC_OK);
	assert_int_equal(recv(two[1], &ask, sizeof(ask), MSG_DONTWAIT), -1);

	/* An answer of the wrong size ends the connection instead of being believed. */
	callers_begin(c, 1, v, one_call);
	assert_int_equal(recv(two[1], &ask, sizeof(ask), 0), sizeof(struct ask_token));
	say.head = (struct frame_head){ask.head.op, RC_OK, ask.head.id};
	assert_int_equal(send(two[1], &say, sizeof(say.bytes) - 8, 0), sizeof(say.bytes) - 8);
	callers_end(c, 1);
	assert_int_equal(c[0].rc, RC_FAULT);
	fd_close(&two[1]);
	vault_close(&v);
	close(control[1]);
}

/* The vault no longer reads, so that sending fails, but has not gone, so that the reader sees nothing of it. */
static void call_that_could_not_be_sent_goes_to_the_next_vault(void **state)
{
	struct caller c[1];
	struct vault *v;
	union frame_ask ask;
	union frame_say say = {.bytes = {.len = 32}};
	int control[2], one[2], two[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
	assert_int_equal(vault_pair(one), RC_OK);
	assert_int_equal(vault_pair(two), RC_OK);
	assert_int_equal(shutdown(one[1], SHUT_RD), 0);
	assert_int_equal(fd_give(control[1], one[0]), RC_OK);
	assert_int_equal(vault_connect(control[0], &v), RC_OK);
	callers_begin(c, 1, v, one_call);
	assert_int_equal(fd_give(control[1], two[0]), RC_OK);
	assert_int_equal(recv(two[1], &ask, sizeof(ask), 0), sizeof(struct ask_token));
	say.head = (struct frame_head){ask.head.op, RC_OK, ask.head.id};
	assert_int_equal(send(two[1], &say, sizeof(say.bytes), 0), sizeof(say.bytes));
	callers_end(c, 1);
	assert_int_equal(c[0].rc, RC_OK);
	for (int i = 0; i < 2; i++) {
		fd_close(&one[i]);
		fd_close(&two[i]);
	}
	vault_close(&v);
	close(control[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lane_refuses_at_once_when_its_queue_is_full),
		cmocka_unit_test(full_queue_answers_busy_and_begins_nothing),
		cmocka_unit_test(unknown_frame_ends_the_vault),
		cmocka_unit_test(frame_check_refuses_what_no_honest_client_sends),
		cmocka_unit_test(client_keeps_answers_apart_and_outlives_its_vault),
		cmocka_unit_test(call_that_was_sent_fails_and_is_not_sent_again),
		cmocka_unit_test(call_that_could_not_be_sent_goes_to_the_next_vault),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, group_setup, NULL);
}
