#include "vault/client.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_SENT, SLOT_DONE };

struct slot {
	enum slot_state state;
	uint64_t id;
	uint32_t op;
	enum rc rc;
	union frame_say *say; /* on the sleeper's stack; only while the slot is SENT */
	pthread_cond_t wake;
};

struct vault {
	struct arena *arena; /* this struct lives in it */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* connected, dead, a free slot, or no sender left */
	pthread_t reader;
	int sock, control_fd, wake_fd;
	unsigned senders; /* threads inside send(): the socket is not closed under them */
	bool dead, closing;
	pid_t child;
	uint64_t count;
	struct slot slot[CLIENT_SLOTS];
};

static struct timespec after_ms(int64_t wait_ms)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		panic("clock_gettime");
	t.tv_sec += wait_ms / 1000;
	t.tv_nsec += wait_ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static struct slot *slot_free(struct vault *v)
{
	for (size_t i = 0; i < CLIENT_SLOTS; i++)
		if (v->slot[i].state == SLOT_FREE)
			return &v->slot[i];
	return NULL;
}

/* Under the lock. NULL when the vault is dead or nothing became free in time. */
static struct slot *slot_take(struct vault *v, const struct timespec *until)
{
	struct slot *s;

	while (!(s = slot_free(v))) {
		if (v->dead || pthread_cond_timedwait(&v->changed, &v->lock, until) == ETIMEDOUT)
			return NULL;
	}
	s->state = SLOT_WAITING;
	s->id = ++v->count << 8 | (uint64_t)(s - v->slot);
	_Static_assert(CLIENT_SLOTS <= 256, "the slot's number has 8 bits of the id");
	return s;
}

static void slot_give(struct vault *v, struct slot *s)
{
	s->state = SLOT_FREE;
	s->say = NULL;
	pthread_cond_broadcast(&v->changed);
}

/* Under the lock. RC_FAULT when no vault came in time. */
static enum rc wait_connected(struct vault *v, const struct timespec *until)
{
	while (v->sock < 0 && !v->dead)
		if (pthread_cond_timedwait(&v->changed, &v->lock, until) == ETIMEDOUT && v->sock < 0)
			return RC_FAULT;
	return v->dead ? RC_FAULT : RC_OK;
}

/*
 * Under the lock, which is open during send(). SEQPACKET takes a frame whole or not at all, so a send that
 * failed was not sent and may go to the next vault (RC_ABSENT).
 */
static enum rc send_once(struct vault *v, struct slot *s, const union frame_ask *ask)
{
	size_t n = vault_ask_size(s->op);
	int sock = v->sock;
	bool gone = false;
	ssize_t r;

	s->state = SLOT_SENT;
	s->rc = RC_OK;
	v->senders++;
	pthread_mutex_unlock(&v->lock);
	do
		r = send(sock, ask, n, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	gone = r < 0 && errno != EAGAIN && errno != EWOULDBLOCK;
	pthread_mutex_lock(&v->lock);
	v->senders--;
	/* The reader waits for this before it closes the socket. */
	pthread_cond_broadcast(&v->changed);
	if (r == (ssize_t)n)
		return RC_OK;
	s->state = SLOT_WAITING;
	if (gone && v->sock == sock) {
		shutdown(sock, SHUT_RDWR); /* so that the reader sees it too */
		v->sock = -1;
	}
	return gone ? RC_ABSENT : RC_FAULT;
}

static enum rc send_ask(struct vault *v, struct slot *s, const union frame_ask *ask)
{
	struct timespec until = after_ms(CLIENT_WAIT_MS);
	enum rc rc;

	do {
		rc = wait_connected(v, &until);
		if (rc == RC_OK)
			rc = send_once(v, s, ask);
	} while (rc == RC_ABSENT);
	return rc;
}

static enum rc wait_answer(struct vault *v, struct slot *s)
{
	struct timespec until = after_ms(CLIENT_ANSWER_MS);

	while (s->state == SLOT_SENT)
		if (pthread_cond_timedwait(&s->wake, &v->lock, &until) == ETIMEDOUT && s->state == SLOT_SENT) {
			log_event(LOG_ERROR, "vault.no_answer", F_INT("op", s->op));
			return RC_FAULT;
		}
	return s->rc;
}

enum rc client_call(struct vault *v, enum frame_op op, union frame_ask *ask, union frame_say *say)
{
	struct timespec until = after_ms(CLIENT_ANSWER_MS);
	size_t n = vault_ask_size(op);
	enum rc rc = RC_FAULT;
	struct slot *s;

	memset(say, 0, sizeof(*say));
	ask->head = (struct frame_head){.op = op};
	if (vault_frame_check(ask, n) != RC_OK)
		panic("vault: a question that the vault would refuse");
	pthread_mutex_lock(&v->lock);
	s = slot_take(v, &until);
	if (s) {
		s->op = op;
		s->say = say;
		ask->head.id = s->id;
		rc = send_ask(v, s, ask);
		if (rc == RC_OK)
			rc = wait_answer(v, s);
		slot_give(v, s);
	}
	pthread_mutex_unlock(&v->lock);
	wipe(ask, n);
	if (rc != RC_OK)
		wipe(say, sizeof(*say));
	return rc;
}

/* An answer of n bytes; false when it is none, which ends the connection. */
static bool deliver(struct vault *v, const union frame_say *say, size_t n)
{
	struct slot *s;

	if (n < sizeof(say->head) || say->head.rc > RC_FAULT || vault_say_size(say->head.op) != n)
		return false;
	if (n == sizeof(say->bytes) && say->bytes.len > sizeof(say->bytes.bytes))
		return false;
	pthread_mutex_lock(&v->lock);
	s = &v->slot[say->head.id & (CLIENT_SLOTS - 1)];
	if (s->state == SLOT_SENT && s->id == say->head.id && s->op == say->head.op) {
		memcpy(s->say, say, n);
		s->rc = (enum rc)say->head.rc;
		s->state = SLOT_DONE;
		pthread_cond_signal(&s->wake);
	}
	pthread_mutex_unlock(&v->lock);
	return true;
}

/* Reads answers until the vault is gone. */
static void read_answers(struct vault *v, int sock)
{
	union frame_say say;
	bool good = true;

	while (good) {
		ssize_t n = recv(sock, &say, sizeof(say), MSG_TRUNC);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		good = (size_t)n <= sizeof(say) && deliver(v, &say, (size_t)n);
		wipe(&say, sizeof(say));
	}
	if (!good)
		log_event(LOG_ERROR, "vault.answer_refused");
}

static void disconnect(struct vault *v, int sock)
{
	pthread_mutex_lock(&v->lock);
	v->sock = -1;
	for (size_t i = 0; i < CLIENT_SLOTS; i++) {
		struct slot *s = &v->slot[i];

		if (s->state != SLOT_SENT)
			continue;
		s->rc = RC_FAULT;
		s->state = SLOT_DONE;
		pthread_cond_signal(&s->wake);
	}
	shutdown(sock, SHUT_RDWR);
	while (v->senders)
		pthread_cond_wait(&v->changed, &v->lock);
	pthread_mutex_unlock(&v->lock);
	close(sock);
}

/* A vault that does not read must not hold its senders for ever. */
static void limit_sends(int sock)
{
	const struct timeval limit = {CLIENT_ANSWER_MS / 1000, 0};

	if (sock >= 0 && setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0)
		panic("setsockopt");
}

/* The next vault's socket, or -1 when there will be none. */
static int next_sock(struct vault *v)
{
	struct pollfd on[] = {{v->control_fd, POLLIN, 0}, {v->wake_fd, POLLIN, 0}};
	int sock = -1;

	if (v->control_fd < 0)
		return -1;
	for (;;) {
		enum rc rc;

		if (poll(on, 2, -1) < 0 && errno != EINTR)
			panic("poll");
		if (on[1].revents)
			return -1;
		if (!on[0].revents)
			continue;
		rc = fd_take(v->control_fd, &sock);
		if (rc == RC_OK) {
			limit_sends(sock);
			return sock;
		}
		if (rc != RC_MALFORMED)
			return -1;
	}
}

static void *reader_main(void *arg)
{
	struct vault *v = arg;
	int sock;

	pthread_mutex_lock(&v->lock);
	sock = v->sock;
	pthread_mutex_unlock(&v->lock);
	for (;;) {
		if (sock >= 0) {
			read_answers(v, sock);
			disconnect(v, sock);
		}
		sock = next_sock(v);
		pthread_mutex_lock(&v->lock);
		if (v->closing && sock >= 0)
			fd_close(&sock);
		v->sock = sock;
		v->dead = sock < 0;
		pthread_cond_broadcast(&v->changed);
		pthread_mutex_unlock(&v->lock);
		if (sock < 0)
			return NULL;
	}
}

struct vault *client_new(int sock, int control_fd, pid_t child)
{
	struct arena *a = arena_new(sizeof(struct vault) + 64, sizeof(struct vault) + 4096);
	struct vault *v = arena_one(a, struct vault);
	pthread_condattr_t attr;
	sigset_t all, before;

	v->arena = a;
	v->sock = sock;
	v->control_fd = control_fd;
	v->child = child;
	v->wake_fd = eventfd(0, EFD_CLOEXEC);
	if (v->wake_fd < 0)
		panic("eventfd");
	limit_sends(sock);
	pthread_mutex_init(&v->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&v->changed, &attr);
	for (size_t i = 0; i < CLIENT_SLOTS; i++)
		pthread_cond_init(&v->slot[i].wake, &attr);
	pthread_condattr_destroy(&attr);
	/* Signals belong to the threads that expect them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&v->reader, NULL, reader_main, v) != 0)
		panic("vault: cannot make a thread");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return v;
}

enum rc vault_connect(int control_fd, struct vault **out)
{
	struct vault *v = client_new(-1, control_fd, 0);
	bool dead;

	*out = NULL;
	pthread_mutex_lock(&v->lock);
	while (v->sock < 0 && !v->dead)
		pthread_cond_wait(&v->changed, &v->lock);
	dead = v->dead;
	pthread_mutex_unlock(&v->lock);
	if (dead) {
		vault_close(&v);
		return RC_FAULT;
	}
	*out = v;
	return RC_OK;
}

void vault_close(struct vault **vault)
{
	struct vault *v = *vault;
	struct arena *a;
	const uint64_t one = 1;

	if (!v)
		return;
	pthread_mutex_lock(&v->lock);
	v->closing = true;
	if (v->sock >= 0)
		shutdown(v->sock, SHUT_RDWR);
	pthread_mutex_unlock(&v->lock);
	if (write(v->wake_fd, &one, sizeof(one)) != sizeof(one))
		panic("eventfd");
	pthread_join(v->reader, NULL);
	fd_close(&v->wake_fd);
	fd_close(&v->control_fd);
	if (v->child > 0)
		while (waitpid(v->child, NULL, 0) < 0 && errno == EINTR)
			;
	pthread_mutex_destroy(&v->lock);
	pthread_cond_destroy(&v->changed);
	for (size_t i = 0; i < CLIENT_SLOTS; i++)
		pthread_cond_destroy(&v->slot[i].wake);
	a = v->arena;
	*vault = NULL;
	arena_free(&a);
}
