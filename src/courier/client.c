#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "courier/frame.h"
#include "courier/letter.h"

enum { WAIT_MS = 3 * 1000, ANSWER_S = 60, TRIES = 4 };

struct courier {
	struct arena *arena; /* this struct lives in it */
	int sock, control_fd;
};

/* The next courier's socket. `wait_ms` -1: for ever. RC_FAULT: none came. */
static enum rc next_sock(struct courier *c, int wait_ms)
{
	const struct timeval limit = {ANSWER_S, 0};
	int64_t until_ms = clock_mono_ms() + wait_ms;
	enum rc rc = RC_MALFORMED;

	while (rc == RC_MALFORMED) {
		struct pollfd on = {c->control_fd, POLLIN, 0};
		int64_t left_ms = until_ms - clock_mono_ms();
		int n = poll(&on, 1, wait_ms < 0 ? -1 : left_ms > 0 ? (int)left_ms : 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return RC_FAULT;
		rc = fd_take(c->control_fd, &c->sock);
	}
	if (rc != RC_OK)
		return RC_FAULT;
	/* One that stands still is as good as gone. */
	if (setsockopt(c->sock, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
	    setsockopt(c->sock, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0)
		panic("setsockopt");
	return RC_OK;
}

enum rc courier_connect(int control_fd, struct courier **out)
{
	struct arena *a = arena_new(sizeof(struct courier) + 64, 4096);
	struct courier *c = arena_one(a, struct courier);

	*c = (struct courier){a, -1, control_fd};
	*out = c;
	if (next_sock(c, -1) == RC_OK)
		return RC_OK;
	courier_close(out);
	return RC_FAULT;
}

void courier_close(struct courier **courier)
{
	struct courier *c = *courier;
	struct arena *a;

	if (!c)
		return;
	fd_close(&c->sock);
	fd_close(&c->control_fd);
	a = c->arena;
	*courier = NULL;
	arena_free(&a);
}

static enum rc hand_over(int sock, const struct courier_job *job)
{
	const struct str part[] = {job->from, job->to, job->subject, job->text, job->html};
	const struct courier_ask ask = {
		COURIER_VERSION, (uint32_t)part[0].len, (uint32_t)part[1].len, (uint32_t)part[2].len, (uint32_t)part[3].len,
		(uint32_t)part[4].len, job->id, job->now_s,
	};
	enum rc rc = fd_write_all(sock, &ask, sizeof(ask));

	for (size_t i = 0; i < sizeof(part) / sizeof(*part) && rc == RC_OK; i++)
		rc = fd_write_all(sock, part[i].ptr, part[i].len);
	return rc;
}

static enum rc take_answer(int sock, struct arena *a, struct courier_answer *out)
{
	struct courier_say say;
	char *words;

	if (fd_read_all(sock, &say, sizeof(say)) != RC_OK || courier_say_check(&say) != RC_OK)
		return RC_FAULT;
	words = arena_alloc(a, say.words);
	if (fd_read_all(sock, words, say.words) != RC_OK)
		return RC_FAULT;
	*out = (struct courier_answer){say.accepted == 1, say.again == 1, str_n(words, say.words)};
	return RC_OK;
}

enum rc courier_send(struct courier *c, struct arena *a, const struct courier_job *job, struct courier_answer *out)
{
	enum rc rc = RC_FAULT;

	*out = (struct courier_answer){false, false, STR_NONE};
	if (letter_check(job) != RC_OK)
		return RC_MALFORMED;
	/* A job that could not be handed over whole was not begun, and may go to the next courier; one whose
	 * answer is missing may have been done, and it is the caller's to ask again. */
	for (int i = 0; i < TRIES && rc != RC_OK; i++) {
		if (c->sock < 0 && next_sock(c, WAIT_MS) != RC_OK)
			return RC_FAULT;
		rc = hand_over(c->sock, job);
		if (rc != RC_OK)
			fd_close(&c->sock);
	}
	if (rc == RC_OK)
		rc = take_answer(c->sock, a, out);
	if (rc != RC_OK)
		fd_close(&c->sock);
	return rc;
}
