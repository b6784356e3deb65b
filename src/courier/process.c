#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "courier/folder.h"
#include "courier/frame.h"
#include "courier/letter.h"

enum { ARENA_BYTES = 64 * 1024, ARENA_MAX = 16 * 1024 * 1024, EXIT_NO_FOLDER = 78 };

static enum rc take_bytes(int fd, struct arena *a, uint32_t n, struct str *out)
{
	char *p = arena_alloc(a, n);

	*out = str_n(p, n);
	return fd_read_all(fd, p, n);
}

/* RC_ABSENT: end-of-file between two jobs. Everything else but RC_OK: the other end broke off or is broken. */
static enum rc take_job(int fd, struct arena *a, struct courier_job *job)
{
	struct courier_ask ask;
	enum rc rc = fd_read_all(fd, &ask, sizeof(ask));

	*job = (struct courier_job){.id = -1};
	if (rc == RC_OK)
		rc = courier_ask_check(&ask);
	if (rc != RC_OK)
		return rc;
	job->id = ask.id;
	job->now_s = ask.now_s;
	if (take_bytes(fd, a, ask.from, &job->from) || take_bytes(fd, a, ask.to, &job->to) ||
	    take_bytes(fd, a, ask.subject, &job->subject) || take_bytes(fd, a, ask.text, &job->text) ||
	    take_bytes(fd, a, ask.html, &job->html))
		return RC_FAULT;
	return RC_OK;
}

static enum rc say(int fd, const struct courier_answer *answer)
{
	struct str words = str_n(answer->words.ptr, answer->words.len < COURIER_WORDS_MAX ? answer->words.len : COURIER_WORDS_MAX);
	struct courier_say head = {COURIER_VERSION, answer->accepted, answer->again, (uint32_t)words.len};
	enum rc rc = fd_write_all(fd, &head, sizeof(head));

	return rc == RC_OK ? fd_write_all(fd, words.ptr, words.len) : rc;
}

static void deliver(struct arena *a, int folder_fd, const struct courier_job *job, struct courier_answer *out)
{
	struct str letter;

	*out = (struct courier_answer){.words = S("no transport")};
	if (folder_fd < 0)
		return;
	if (letter_write(a, job, &letter) != RC_OK) {
		out->words = S("not a letter: a header, an address or the text is malformed");
		return;
	}
	folder_write(a, folder_fd, job->id, letter, out);
}

static int serve(int fd, int folder_fd, struct arena *a)
{
	for (;;) {
		struct courier_job job;
		struct courier_answer answer;
		enum rc rc = take_job(fd, a, &job);

		if (rc == RC_ABSENT)
			return 0;
		if (rc == RC_MALFORMED)
			log_event(LOG_ERROR, "courier.frame_refused");
		if (rc != RC_OK)
			return 1;
		deliver(a, folder_fd, &job, &answer);
		if (say(fd, &answer) != RC_OK)
			return 0;
		arena_reset(a);
	}
}

int courier_process(int fd, const char *mail_dir)
{
	struct arena *a;
	int folder_fd = -1, code;

	log_process("courier");
	/* A Ctrl-C in the terminal reaches everybody; we end when web has gone. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (mail_dir) {
		folder_fd = open(mail_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (folder_fd < 0) {
			log_event(LOG_ERROR, "courier.no_folder", F_CSTR("folder", mail_dir), F_CSTR("why", strerror(errno)));
			return EXIT_NO_FOLDER;
		}
	}
	a = arena_new(ARENA_BYTES, ARENA_MAX);
	code = serve(fd, folder_fd, a);
	arena_free(&a);
	fd_close(&folder_fd);
	return code;
}
