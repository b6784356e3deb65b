/*
 * web: the process that speaks HTTP. It holds no key, starts nothing and calls nobody.
 *
 *   supervisor ──fork──▶ web_process ─┬─ vault_connect(to->vault)
 *        ▲                            ├─ courier_connect(to->courier), lens_connect(to->lens)
 *        │                            ├─ store_open, pages, server_new(fds)
 *        └──────── one byte 'R' ──────┴─ then server_run until SIGTERM
 *
 * The supervisor has opened the listening sockets, dropped the privileges, set the time zone, no_new_privs,
 * no core dumps and undumpable, ignores SIGPIPE, SIGINT and SIGHUP, and has run store-check: schema, epoch and
 * key are known to fit. Every generation of web has a vault, a courier and a lens of its own.
 * The surprising rule: the control sockets are SOCK_SEQPACKET and stay open for life. The supervisor sends
 * a fresh descriptor (one byte with SCM_RIGHTS) whenever that child had to be started again; the first ones
 * are already waiting. Web sends exactly one byte back, 'R' on the vault's, when it serves; only then is
 * the old generation drained (SIGHUP), systemd told READY and the demo's "ready" printed. web_ready does it.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stddef.h>

#include "config.h"

/*
 * Runs until SIGTERM has drained it (at most 10 s), then returns the exit code: 0, 1, or 78 with one line
 * `gerbang: what: why` on stderr, which stops the whole server. `fds` are listening sockets, non-blocking.
 */
struct web_controls {
	int vault, courier, lens;
};
int web_process(const struct config *c, const int *fds, size_t n_fds, const struct web_controls *to);

/* To be called by web_process, once, when the next connection will be answered. */
void web_ready(int vault_control_fd);

#endif
