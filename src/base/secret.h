/*
 * secret: bytes that wipe themselves and that no log function takes.
 *
 * A struct of fixed room, so that it lives on a stack or inside another struct and never moves.
 * secret_release must be reached on every road out (one label per function).
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/str.h"

enum { SECRET_MAX = 1024 };

struct secret {
	size_t len;
	unsigned char bytes[SECRET_MAX];
};

/* RC_MALFORMED when longer than SECRET_MAX; the secret is then empty. */
enum rc secret_init(struct secret *s, struct str from) MUST_USE;
void secret_release(struct secret *s);
/* For the one who must hand the bytes to a library. Never keep it. */
struct str secret_peek(const struct secret *s);
/* Overwrites memory in a way that the compiler keeps. */
void wipe(void *p, size_t n);
/*
 * What others leave behind: libc's printf keeps a piece of its text on the stack, libraries free what they copied.
 * wipe_stack overwrites the stack that the caller's callees used, 48 KiB of it; for the end of a request, in the function
 * that began it. wipe_freed takes the free pieces of `n` bytes that this thread would be given next, and wipes them.
 */
void wipe_stack(void);
void wipe_freed(size_t n);

#endif
