/*
 * server: connections. Bytes in, struct request; struct reply, bytes out.
 *
 * libevent loops (one I/O thread per core, plain non-blocking reads and writes on own buffers) and the
 * llhttp parser in strict mode. What needs no waiting is answered on the I/O thread (`fast`); everything
 * else runs on a worker thread in straight-line blocking code (`work`) while the connection's reading is
 * paused but its hang-up is still seen. One request at a time per connection; a pipelined one waits.
 *
 *   accept ─ read ─ llhttp ─ own checks ─ place()─┬─ FAST ─ reply ─ write ─ next
 *                      │                          └─ WORK ─ queue ─ worker ─ reply ─ write ─ next
 *                      └ refused: 400/408/413/414/417/431/501, connection closed
 *
 * Refused with 400 and closed (RFC 9112; the table is tests/http/smuggling.txt): not exactly one Host, two
 * Content-Length, Content-Length with Transfer-Encoding, Transfer-Encoding other than exactly "chunked",
 * any with HTTP/1.0, line folding, NUL or control bytes in a value, a bare LF or CR, space before the colon,
 * chunk extensions over 256 bytes in all, trailers, %00 or control bytes in the path, an absolute-form
 * or authority-form target, Upgrade is ignored. Expect: 100-continue is answered after the caps are checked.
 *
 * Deadlines: header 10 s from the first byte, body at least 1 KiB/s after 5 s of grace, idle 15 s between
 * requests (five times that for trusted proxies and unix sockets, which keep connections for others), a write
 * that makes no progress 30 s, and a reader slower than 1 KiB/s after that. A worker has no deadline here.
 * The surprising rule: the worker queue is bounded; when it is full the answer is 503 with Retry-After from
 * the I/O thread, through `busy`.
 * Hot path: a FAST request allocates nothing beyond its connection's arena. An idle connection holds neither
 * arena nor buffer; each I/O thread lends them out while a request is under way, and wipes what comes back.
 *
 * When room gets short (connections_max, or no descriptor is left): the connection that has been idle longest
 * is closed for each new one, one in sixteen places is kept for trusted proxies and unix sockets (they carry
 * /auth/check), and accepting pauses for a moment rather than spin. SIGPIPE is ignored by server_new.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include "web/reply.h"
#include "web/request.h"

enum serve_where { SERVE_WORK = 0, SERVE_FAST };

/* The application above. All are called with the request's arena; `io` and `worker` are what the *_open
 * calls returned (a read connection of the store, say). */
struct server_app {
	void *app;
	bool secure;                                             /* becomes request.secure */
	enum serve_where (*place)(void *app, const struct request *r);
	void (*fast)(void *app, void *io, struct request *r, struct reply *out);
	void (*work)(void *app, void *worker, struct request *r, struct reply *out);
	void (*busy)(void *app, struct request *r, struct reply *out); /* 503, on the I/O thread */
	void *(*io_open)(void *app);
	/* Everything that was ready on this I/O thread has been answered and it is about to wait: give back what was kept
	 * between requests (a read snapshot, say). May be NULL. */
	void (*io_settle)(void *app, void *io);
	void (*io_close)(void *app, void *io);
	void *(*worker_open)(void *app);
	void (*worker_close)(void *app, void *worker);
};

struct server_limits {
	unsigned io_threads;        /* 0: one per core, at most 8 */
	unsigned workers;           /* default 32 */
	unsigned queue_max;         /* requests waiting for a worker; default 256 */
	unsigned connections_max;   /* default 20000 or what the descriptor limit allows */
	unsigned per_address_max;   /* connections of one /32 or /64; trusted proxies and unix sockets excepted; default 256 */
	unsigned header_s, idle_s, write_stall_s, body_grace_s, body_bytes_per_s;
	unsigned tick_ms;           /* how often deadlines are looked at; default 500 */
	int64_t (*mono_ms)(void);   /* what deadlines are measured with; default clock_mono_ms; tests set it by hand */
};
void server_limits_default(struct server_limits *l);

struct server;

/* `fds` are listening sockets made by the supervisor; they are made non-blocking and stay the caller's.
 * `proxies` is a list of addresses or CIDR blocks whose X-Forwarded-For (rightmost untrusted hop) gives the
 * client's address; from others it is ignored. A peer on a unix socket is trusted like a proxy of the list
 * (the socket's mode says who may connect). RC_MALFORMED: a proxy that is no block. */
enum rc server_new(const struct server_app *app, const struct server_limits *l, const int *fds, size_t n_fds,
                   const char *const *proxies, size_t n_proxies, struct server **out) MUST_USE;
/* Runs until server_drain. */
void server_run(struct server *s);
/* Stops accepting, finishes what is under way, at most `wait_s`; then server_run returns. Async-signal-safe.
 * A worker that is still busy then is left behind: server_run returns, server_free keeps the memory that
 * the worker uses, and the process is expected to end. */
void server_drain(struct server *s, unsigned wait_s);
void server_free(struct server **s);

/* What the server has done since server_new, for tests. */
struct server_counts {
	uint64_t connections, open, requests, refused, busy, timeouts, shed, pauses;
	uint64_t io_least, io_most; /* connections of the I/O thread that has the fewest, the most */
};
void server_counts(const struct server *s, struct server_counts *out);

/* "203.0.113.7", "2001:db8::1" inside "…/len" or equal; for proxies and tests. */
bool address_in(const char *address, const char *block);

#endif
