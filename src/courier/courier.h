/*
 * courier: the only process that calls out. It has no store and no key.
 *
 * A thread of web takes one mail from the outbox, writes it out (words and link), hands it over, and writes
 * the answer back. One transport: a folder of .eml files. There is no SMTP yet.
 * The frames are fixed headers with length-prefixed bytes over a socketpair; one job at a time.
 */
#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

#include "base/arena.h"

struct courier; /* the client's end, one thread */

struct courier_job {
	struct str from, to, subject; /* UTF-8; CR, LF, NUL are refused with RC_MALFORMED */
	struct str text, html;        /* both parts, both languages inside */
	int64_t id, now_s;            /* id names the file and the Message-ID: sent twice is one file */
};
struct courier_answer {
	bool accepted;
	bool again;                   /* not accepted, but worth another try */
	struct str words;             /* "written to 123.eml", "550 no such user" */
};

/* As in vault.h: descriptors of a restarted courier (SOCK_STREAM) arrive on control_fd, which is taken over;
 * the first one is waited for. */
enum rc courier_connect(int control_fd, struct courier **out) MUST_USE;
void courier_close(struct courier **c);
/* RC_MALFORMED: not a letter (letter.h), nothing travelled. RC_FAULT: no courier within 3 s, or it went while
 * at work: the letter may have been written, and sending the same id again is harmless. */
enum rc courier_send(struct courier *c, struct arena *a, const struct courier_job *job, struct courier_answer *out) MUST_USE;

/* The courier process: serves `fd` until end-of-file; writes into the folder `mail_dir` (opened before
 * privileges were dropped; NULL: every job is answered "no transport"). Returns an exit code. */
int courier_process(int fd, const char *mail_dir);

#endif
