/*
 * fd: whole reads and writes, and descriptors handed from process to process.
 *
 * The surprising rule: nothing here raises SIGPIPE on a socket, and nothing gives half of what was asked: it
 * is all of it or an rc. EINTR is handled; non-blocking descriptors do not belong here.
 */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stddef.h>

#include "base/rc.h"

/* Exactly `n` bytes. RC_ABSENT: end of file before the first one. RC_FAULT: later, or an error. */
enum rc fd_read_all(int fd, void *out, size_t n) MUST_USE;
enum rc fd_write_all(int fd, const void *p, size_t n) MUST_USE;

/* Sends one descriptor over a Unix socket (SCM_RIGHTS, unix(7)) with one byte beside it. The sender keeps
 * its own copy and closes it: the other end sees end-of-file only when the last copy is gone. */
enum rc fd_give(int socket, int fd) MUST_USE;
/* Waits for one; *fd is close-on-exec and the caller's, or -1. RC_ABSENT: the other end is gone.
 * RC_MALFORMED: something else than one descriptor came (what came is closed). */
enum rc fd_take(int socket, int *fd) MUST_USE;

/* Closes and sets to -1; -1 is left alone. */
void fd_close(int *fd);

#endif
