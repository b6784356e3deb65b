/*
 * client: many threads, one socket; the other end of process.h.
 *
 * A call takes a slot, writes its frame, and sleeps on the slot's condition. One reader thread takes the
 * answers off the socket and wakes the right sleeper by the frame's id (slot number and a count, so a late
 * answer to a call that gave up finds nobody).
 *
 *        connected ──end-of-file──▶ down ──descriptor on control_fd──▶ connected
 *                                    └──no control_fd, or its end──▶ dead
 *
 * When the vault dies, calls that were already sent fail (RC_FAULT): the question may have been acted on, and
 * asking twice is the caller's decision. Calls not yet sent wait up to CLIENT_WAIT_MS for the next vault.
 */
#ifndef VAULT_CLIENT_H
#define VAULT_CLIENT_H

#include <sys/types.h>

#include "vault/frame.h"

enum {
	CLIENT_SLOTS = 256,           /* calls at one time; more wait for a slot */
	CLIENT_WAIT_MS = 3 * 1000,    /* for a new vault */
	CLIENT_ANSWER_MS = 30 * 1000, /* a vault that stands still is as good as gone */
};

/*
 * Takes over both descriptors. `sock` -1: the first one comes over control_fd. `control_fd` -1: there is
 * never a second one. `child` > 0 is waited for by vault_close.
 */
struct vault *client_new(int sock, int control_fd, pid_t child);

/* Fills in op and id, sends, waits. The question is wiped, whatever happens. On RC_OK `say` is an answer of
 * the right size to this question; on others it is zero. */
enum rc client_call(struct vault *v, enum frame_op op, union frame_ask *ask, union frame_say *say) MUST_USE;

#endif
