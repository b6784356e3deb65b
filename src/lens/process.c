#include "lens/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "lens/attestation.h"
#include "lens/lens.h"

struct answer {
	uint32_t rc, zero;
	struct webauthn_made made;
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

static bool limit(enum __rlimit_resource what, rlim_t n)
{
	const struct rlimit l = {n, n};

	return setrlimit(what, &l) == 0;
}

/* No descriptor can be opened any more, so no file and no socket; nothing forked; little memory, little time. */
static bool job_limits(void)
{
#ifndef SANITIZED /* sanitizers reserve terabytes of addresses */
	if (!limit(RLIMIT_AS, (rlim_t)256 << 20))
		return false;
#endif
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CPU, 1) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 0);
}

/* Never returns. What it writes is all that comes out of it. */
static _Noreturn void job(int from, int out, lens_reader *reader, const struct lens_ask *ask)
{
	static struct answer a;

	close(from);
	signal(SIGALRM, SIG_DFL);
	alarm(LENS_JOB_S);
	if (!job_limits())
		_exit(1);
	a.rc = (uint32_t)reader(str_n(ask->object, ask->len), &a.made);
	_exit(fd_write_all(out, &a, sizeof(a)) == RC_OK ? 0 : 1);
}

static enum rc run(int sock, lens_reader *reader, const struct lens_ask *ask, struct answer *a)
{
	int ends[2] = {-1, -1}, status = 0;
	enum rc rc = RC_FAULT;
	pid_t child;

	/* A socketpair and not a pipe: RLIMIT_FSIZE leaves both alone, but only this one never raises SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return RC_FAULT;
	child = fork();
	if (child == 0) {
		close(sock);
		job(ends[0], ends[1], reader, ask);
	}
	fd_close(&ends[1]);
	if (child > 0)
		rc = fd_read_all(ends[0], a, sizeof(*a));
	fd_close(&ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child > 0 && (rc != RC_OK || status != 0)) {
		log_event(LOG_WARN, "lens.job_died", F_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0), F_INT("bytes", ask->len));
		rc = RC_MALFORMED; /* whatever it was, it was no attestation that we can read */
	}
	return rc;
}

static void answer(int fd, lens_reader *reader, const struct lens_ask *ask)
{
	static struct lens_say say;
	static struct answer a;
	ssize_t r;
	enum rc rc;

	memset(&say, 0, sizeof(say));
	memset(&a, 0, sizeof(a));
	rc = run(fd, reader, ask, &a);
	say.id = ask->id;
	say.rc = (uint32_t)(rc != RC_OK ? rc : a.rc == RC_OK && webauthn_made_fits(&a.made) ? RC_OK : RC_MALFORMED);
	if (say.rc == RC_OK)
		say.made = a.made;
	do
		r = send(fd, &say, sizeof(say), MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
}

int lens_serve(int fd, lens_reader *reader)
{
	static struct lens_ask ask;

	log_process("lens");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	for (;;) {
		ssize_t n = recv(fd, &ask, sizeof(ask), MSG_TRUNC);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return 0;
		if (n != (ssize_t)sizeof(ask) || ask.len > sizeof(ask.object) || ask.zero) {
			log_event(LOG_ERROR, "lens.frame_refused", F_INT("bytes", n));
			return 1;
		}
		answer(fd, reader ? reader : attestation_read, &ask);
		memset(&ask, 0, sizeof(ask));
	}
}

int lens_process(int fd)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		panic("lens: cannot fence itself in");
	return lens_serve(fd, NULL);
}
