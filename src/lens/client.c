#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "lens/lens.h"
#include "lens/process.h"

enum { WAIT_MS = 3 * 1000, ANSWER_S = LENS_JOB_S + 3, TRIES = 2, CHILD_SOCK = 3 };

struct lens {
	struct arena *arena; /* this struct lives in it */
	pthread_mutex_t lock;
	int sock, control_fd;
	pid_t child;
	uint64_t count;
};

static struct lens *lens_new(int sock, int control_fd, pid_t child)
{
	struct arena *a = arena_new(sizeof(struct lens) + 64, 4096);
	struct lens *l = arena_one(a, struct lens);

	*l = (struct lens){.arena = a, .sock = sock, .control_fd = control_fd, .child = child};
	if (pthread_mutex_init(&l->lock, NULL) != 0)
		panic("pthread_mutex_init");
	return l;
}

/* The next lens's socket. `wait_ms` -1: for ever. RC_FAULT: none came. */
static enum rc next_sock(struct lens *l, int wait_ms)
{
	int64_t until_ms = clock_mono_ms() + wait_ms;
	enum rc rc = RC_MALFORMED;

	if (l->control_fd < 0)
		return RC_FAULT;
	while (rc == RC_MALFORMED) {
		struct pollfd on = {l->control_fd, POLLIN, 0};
		int64_t left_ms = until_ms - clock_mono_ms();
		int n = poll(&on, 1, wait_ms < 0 ? -1 : left_ms > 0 ? (int)left_ms : 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return RC_FAULT;
		rc = fd_take(l->control_fd, &l->sock);
	}
	return rc == RC_OK ? RC_OK : RC_FAULT;
}

enum rc lens_connect(int control_fd, struct lens **out)
{
	*out = lens_new(-1, control_fd, 0);
	if (next_sock(*out, -1) == RC_OK)
		return RC_OK;
	lens_close(out);
	return RC_FAULT;
}

/* 3 is the socket, nothing else but standard error is open. */
static _Noreturn void child_main(int sock, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || (sock != CHILD_SOCK && dup3(sock, CHILD_SOCK, O_CLOEXEC) < 0) ||
	    close_range(CHILD_SOCK + 1, ~0u, 0) != 0)
		_exit(1);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
		_exit(1);
	_exit(lens_process(CHILD_SOCK));
}

enum rc lens_start(struct lens **out)
{
	pid_t parent = getpid(), child;
	int ends[2];

	*out = NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return RC_FAULT;
	child = fork();
	if (child == 0)
		child_main(ends[1], parent);
	fd_close(&ends[1]);
	if (child < 0) {
		fd_close(&ends[0]);
		return RC_FAULT;
	}
	*out = lens_new(ends[0], -1, child);
	return RC_OK;
}

void lens_close(struct lens **lens)
{
	struct lens *l = *lens;
	struct arena *a;

	if (!l)
		return;
	fd_close(&l->sock);
	fd_close(&l->control_fd);
	while (l->child > 0 && waitpid(l->child, NULL, 0) < 0 && errno == EINTR)
		;
	pthread_mutex_destroy(&l->lock);
	a = l->arena;
	*lens = NULL;
	arena_free(&a);
}

/* One that stands still is as good as gone. */
static enum rc wait_answer(int sock)
{
	int64_t until_ms = clock_mono_ms() + ANSWER_S * 1000;

	for (;;) {
		struct pollfd on = {sock, POLLIN, 0};
		int64_t left_ms = until_ms - clock_mono_ms();
		int n = poll(&on, 1, left_ms > 0 ? (int)left_ms : 0);

		if (n < 0 && errno == EINTR)
			continue;
		return n > 0 ? RC_OK : RC_FAULT;
	}
}

static enum rc exchange(struct lens *l, const struct lens_ask *ask, struct lens_say *say)
{
	ssize_t n;

	do
		n = send(l->sock, ask, sizeof(*ask), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*ask) || wait_answer(l->sock) != RC_OK)
		return RC_FAULT;
	do
		n = recv(l->sock, say, sizeof(*say), MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*say) || say->id != ask->id || say->rc > RC_FAULT || say->zero || !webauthn_made_fits(&say->made))
		return RC_FAULT;
	return RC_OK;
}

enum rc lens_attestation(struct lens *l, struct str object, struct webauthn_made *out)
{
	struct lens_ask ask = {.len = (uint32_t)object.len};
	struct lens_say say;
	enum rc rc = RC_FAULT;

	memset(out, 0, sizeof(*out));
	if (object.len == 0 || object.len > sizeof(ask.object))
		return RC_MALFORMED;
	if (!l)
		return RC_FAULT;
	memcpy(ask.object, object.ptr, object.len);
	pthread_mutex_lock(&l->lock);
	ask.id = ++l->count;
	/* Asking again is harmless: a lens remembers nothing. */
	for (int i = 0; i < TRIES && rc != RC_OK; i++) {
		if (l->sock < 0 && next_sock(l, WAIT_MS) != RC_OK)
			break;
		rc = exchange(l, &ask, &say);
		if (rc != RC_OK)
			fd_close(&l->sock);
	}
	pthread_mutex_unlock(&l->lock);
	if (rc == RC_OK)
		rc = (enum rc)say.rc;
	if (rc == RC_OK)
		*out = say.made;
	else
		log_event(LOG_INFO, "lens.refused", F_CSTR("rc", rc_name(rc)), F_INT("bytes", (int64_t)object.len));
	return rc;
}
