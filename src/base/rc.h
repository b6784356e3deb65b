/*
 * rc: how a call says that it could not be done, and how the program says that it has a bug.
 *
 * Three kinds that are never mixed: `enum rc` here (the thing could not be done), `enum verdict` in
 * core/verdict.h (the proof is not good), panic() (we are wrong ourselves).
 * The surprising rule: zero means done for rc, but refused for verdict. Never cast one into the other.
 */
#ifndef BASE_RC_H
#define BASE_RC_H

enum rc {
	RC_OK = 0,
	RC_ABSENT,    /* the row, file or value is not there */
	RC_TAKEN,     /* somebody was first: the race is lost, or the name is in use */
	RC_MALFORMED, /* what came in cannot be read */
	RC_BUSY,      /* a bounded queue is full; nothing was begun; try later */
	RC_FAULT,     /* store, vault or system failed; nothing was granted. The detail is already logged */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* The name of an rc for logs: "ok", "absent" ... Never NULL. */
const char *rc_name(enum rc rc);

/* A broken invariant. Logs one event with the place and aborts the process; the supervisor starts
 * another. Out of memory comes here too. */
#define panic(what) panic_at(__FILE__, __LINE__, (what))
_Noreturn void panic_at(const char *file, int line, const char *what);

#endif
