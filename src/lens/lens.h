/*
 * lens: turns hostile bytes into fixed structs, in a process that has nothing. This header is the port.
 *
 *   web worker ─ one object ─▶ lens ─ fork ─▶ job: no descriptors but one, 1 s of processor, no new files
 *       ◀─ struct webauthn_made ─┘ ◀──────────┘  thrown away, crashed or not
 *
 * CBOR is where the sign-in servers in C had their overflows: whoever breaks into the job that reads it finds
 * no store, no key, no network, and the next job has nothing of it. The surprising rule: the lens never says that
 * something is valid. It says what the bytes are; core/webauthn judges, the vault verifies.
 *
 * CBOR is read strictly (WebAuthn asks for the canonical form of CTAP2): shortest lengths, nothing indefinite, no
 * tags, keys in ascending order, so none twice, and nothing behind the end. The reading itself is libfido2's.
 */
#ifndef LENS_LENS_H
#define LENS_LENS_H

#include "core/webauthn.h"

struct lens;

/* As vault_connect: lenses arrive on `control_fd` by SCM_RIGHTS. */
enum rc lens_connect(int control_fd, struct lens **out) MUST_USE;
/* For tests: forks one of its own. It ends with lens_close, or with the thread that called this. */
enum rc lens_start(struct lens **out) MUST_USE;
void lens_close(struct lens **l);

/* The process itself: serves `fd` (SOCK_SEQPACKET) until end-of-file. Returns an exit code. */
int lens_process(int fd);

/* One attestation object. RC_MALFORMED: it is not one, or its reader broke on it; RC_FAULT: no lens. From any thread; one
 * job at a time. *out is zero on every rc but RC_OK, and its lengths fit. */
enum rc lens_attestation(struct lens *l, struct str object, struct webauthn_made *out) MUST_USE;

#endif
