/*
 * process: the vault's two lanes over one socket. For vault.h's vault_process and for tests.
 *
 *   recv ── vault_frame_check ─┬─ fast: answered at once, here
 *          (bad: end, exit 1)  └─ slow: lane_push; full: RC_BUSY at once; a hash thread answers
 *
 * End-of-file ends the process: nobody is left who may ask.
 */
#ifndef VAULT_PROCESS_H
#define VAULT_PROCESS_H

#include "vault/vault.h"

enum { VAULT_DEPTH_PER_THREAD = 64, EXIT_KEY_UNUSABLE = 78 };

/* vault_process with a size of our own: hash threads, and how many questions may wait for them in all. */
int vault_serve(int fd, int key_fd, unsigned threads, unsigned depth);

/* A socketpair of the right kind; both close-on-exec. [0] for those who ask, [1] for the vault. */
enum rc vault_pair(int fds[2]) MUST_USE;

#endif
