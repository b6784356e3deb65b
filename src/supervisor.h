/*
 * supervisor: starts the processes, keeps them alive, and parses nothing from outside.
 *
 *   load configuration ─ open sockets ─ store-check ─▶ generation: web + vault + courier + lens
 *                                                          │ web says 'R': ready
 *   SIGHUP ─ load again ─ store-check ─▶ next generation ──┘ and only then the old web drains
 *
 * A generation is one web with a vault, a courier and a lens of its own. A killed one of the three is started again
 * and its new descriptor given to the living web; a killed web is started again with all three, on the listening
 * sockets that the supervisor keeps. The first restart is at once; a child that lives less than a second
 * makes the next wait longer, up to 10 s. Exit 78 of a child (it has said why in one line) ends everything.
 * The surprising rule: nobody here holds an end of the vault's, courier's or lens's socket. When a web goes, its
 * vault, courier and lens see end-of-file and go too; when the supervisor is killed the kernel kills all children.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "config.h"

struct supervised {
	/* Reads the configuration, at the start and for every reload. RC_OK, or `why` says what is wrong. */
	enum rc (*load)(void *ctx, struct arena *a, struct config **out, struct str *why);
	/* Once, when the first web answers. May be NULL. */
	void (*ready)(void *ctx, const struct config *c);
	void *ctx;
	bool one_user;               /* as root too: the data cannot be reached by the separate accounts */
};

/* In the foreground until SIGTERM or SIGINT, then drains at most 10 s. The exit code: 0, 1 or 78; whatever is
 * not 0 has been told in one line on stderr. */
int supervisor_run(const struct supervised *what);

#endif
