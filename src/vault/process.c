#include "vault/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include "base/log.h"
#include "vault/answer.h"
#include "vault/lane.h"

enum { SCRATCH_BYTES = 16 * 1024, SCRATCH_MAX = 256 * 1024 };

struct server {
	int fd;
	struct keys *keys;
	struct phc dummy;
	struct hasher hasher[LANE_THREADS_MAX];
	struct lane *lane;
};

/* The largest slow question; a multiple of its alignment, as locked memory ends at a page's end. */
union slow_ask {
	struct frame_head head;
	struct ask_password password;
	struct ask_device device;
	struct ask_doctor doctor;
};

enum rc vault_pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0)
		return RC_OK;
	fds[0] = fds[1] = -1;
	log_event(LOG_ERROR, "vault.socketpair_failed", F_INT("errno", errno));
	return RC_FAULT;
}

/* A send that fails means that nobody listens any more; recv sees the same and ends us. */
static void say_it(int fd, union frame_say *say)
{
	ssize_t r;

	do
		r = send(fd, say, vault_say_size(say->head.op), MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	wipe(say, sizeof(*say));
}

static void run_slow(void *context, unsigned thread, void *job)
{
	struct server *s = context;
	union frame_ask *ask = job; /* only the members of union slow_ask are behind it */
	union frame_say say;

	answer_slow(s->keys, &s->hasher[thread], &s->dummy, ask, &say);
	say_it(s->fd, &say);
}

static void give_memory_back(void *context, unsigned thread)
{
	struct server *s = context;

	hashmem_release(&s->hasher[thread].memory);
}

static void take_question(struct server *s, const union frame_ask *ask)
{
	union slow_ask job;
	union frame_say say;

	if (!answer_is_slow(ask->head.op)) {
		answer_fast(s->keys, ask, &say);
		say_it(s->fd, &say);
		return;
	}
	memset(&job, 0, sizeof(job));
	memcpy(&job, ask, vault_ask_size(ask->head.op));
	if (lane_push(s->lane, &job) != RC_OK) {
		memset(&say, 0, sizeof(say));
		say.head = (struct frame_head){ask->head.op, RC_BUSY, ask->head.id};
		say_it(s->fd, &say);
	}
	wipe(&job, sizeof(job));
}

/* Until end-of-file (0) or a frame that no honest client sends (1). */
static int serve(struct server *s, union frame_ask *ask)
{
	for (;;) {
		ssize_t n = recv(s->fd, ask, sizeof(*ask), MSG_TRUNC);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return 0;
		if (n < 0 || (size_t)n > sizeof(*ask) || vault_frame_check(ask, (size_t)n) != RC_OK) {
			log_event(LOG_ERROR, "vault.frame_refused", F_INT("bytes", n));
			return 1;
		}
		take_question(s, ask);
		wipe(ask, (size_t)n);
	}
}

/* Also done by whoever forked us; here so that no vault ever runs without. */
static void harden(void)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		panic("vault: cannot fence itself in");
	/* A Ctrl-C in the terminal reaches everybody; we end when the last one who may ask is gone. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static bool is_seqpacket(int fd)
{
	int type = 0;
	socklen_t n = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_SEQPACKET;
}

int vault_serve(int fd, int key_fd, unsigned threads, unsigned depth)
{
	struct server s = {.fd = fd};
	struct lane_work work = {&s, run_slow, give_memory_back, threads, depth, sizeof(union slow_ask), 0};
	union frame_ask *ask;
	const char *why;
	enum rc rc;
	int code;

	log_process("vault");
	harden();
	if (!is_seqpacket(fd))
		panic("vault: the socket is not from vault_pair");
	rc = keys_read(key_fd, &s.keys, &why);
	close(key_fd);
	if (rc != RC_OK) {
		log_event(LOG_ERROR, "vault.key_unusable", F_CSTR("why", why));
		return EXIT_KEY_UNUSABLE;
	}
	if (password_dummy(&s.dummy) != RC_OK)
		return 1;
	for (unsigned i = 0; i < threads; i++)
		s.hasher[i].arena = arena_new(SCRATCH_BYTES, SCRATCH_MAX);
	ask = sodium_malloc(sizeof(*ask));
	if (!ask)
		panic("out of memory");
	s.lane = lane_start(&work);
	code = serve(&s, ask);
	lane_stop(&s.lane);
	sodium_free(ask);
	for (unsigned i = 0; i < threads; i++) {
		hashmem_release(&s.hasher[i].memory);
		arena_free(&s.hasher[i].arena);
	}
	keys_free(&s.keys);
	return code;
}

int vault_process(int fd, int key_fd)
{
	unsigned threads = lane_threads_default();

	return vault_serve(fd, key_fd, threads, threads * VAULT_DEPTH_PER_THREAD);
}
