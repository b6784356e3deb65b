/*
 * server_io: the insides of the server, shared by its server_*.c files and by nobody else.
 *
 *   server.c         life: new, run, drain, free
 *   server_accept.c  the thread that called server_run: accepts, counts per address, hands over
 *   server_io.c      one I/O thread: its loop, its mailbox, its deadlines, what it lends to connections
 *   server_conn.c    one connection: read, parse, place, answer, close
 *   server_send.c    a reply to bytes on the wire
 *   server_work.c    the worker threads and their bounded queue
 *   server_scan.c, server_parse.c, server_head.c   bytes to a request (server_parse.h)
 *
 * Who may touch what. A connection belongs to one I/O thread from adoption to close. While it is CONN_WORK
 * its request, reply and arena belong to a worker; the two hand-overs (queue, mailbox) are under a mutex, and
 * `gone` is the only thing both look at. Counters are atomics. The per-address table has a mutex of its own.
 * No lock is held while another one is taken.
 */
#ifndef WEB_SERVER_IO_H
#define WEB_SERVER_IO_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/buf.h"
#include "web/address.h"
#include "web/server.h"
#include "web/server_parse.h"

enum {
	READ_SMALL = 4 * 1024,     /* lent while bytes are read; most heads fit */
	READ_LARGE = HEAD_MAX + 1024, /* for the head that does not */
	ARENA_FIRST = 8 * 1024,
	ARENA_MAX = 8 * 1024 * 1024,
	HOME_ROUND = 64,           /* what an arena may add to one piece */
	LENDING_MAX = 32,          /* buffers and arenas that one I/O thread keeps for the next request */
	LINGER_MS = 2000,          /* how long a refused client is listened to, so that it reads the refusal */
	LINGER_BYTES_MAX = 1024 * 1024,
	TRUSTED_IDLE_TIMES = 5,
	RESERVED_SHARE = 16,       /* one place in sixteen is for trusted peers */
	TRIM_LEAST = 1024,         /* so many connections at once, then few: memory is given back */
	SHED_LOOK_MAX = 64,        /* connections looked at to find one that may be closed */
	ACCEPT_BATCH = 64,
	PAUSE_MS = 100,            /* accepting rests that long when no descriptor is left */
	FRESH_DRAIN_MS = 1000,     /* a connection that never asked is waited for that long in a drain */
};

enum conn_state {
	CONN_IDLE = 0, /* nothing of the next request is here */
	CONN_HEAD,
	CONN_BODY,
	CONN_WORK,     /* with a worker, or in the queue for one */
	CONN_WRITE,    /* the socket is full */
	CONN_LINGER,   /* refused and half closed; what comes is thrown away */
};

/* A ring of connections; the server's lists keep order of arrival. */
struct link {
	struct link *next, *prev;
};

struct io;

struct conn {
	struct link link;          /* in io->idle or io->busy; first, so that a link is its conn */
	struct io *io;
	struct arena *home;        /* holds this struct */
	struct conn *next;         /* in a mailbox or in the workers' queue */
	int fd;
	enum conn_state state;
	bool listed_idle, trusted, eof, keep_alive, refused, dead;
	bool gone;                 /* relaxed atomic: the I/O thread writes, a worker reads */
	short watching;
	struct event ev;
	struct address peer;
	char peer_text[ADDRESS_TEXT_MAX];
	struct buf in;             /* lent; bytes before in_at are used up */
	size_t in_at;
	struct arena *arena;       /* lent while a request is under way */
	struct request *req;
	struct reply *rep;
	struct parser parser;
	struct iovec out[2];
	int n_out;
	size_t out_sent, body_bytes, lingered;
	int64_t since_ms;          /* when this state began */
	int64_t moved_ms;          /* when bytes last went out */
	unsigned n_requests;
};

/* One I/O thread. */
struct io {
	struct server *server;
	pthread_t thread;
	unsigned number;
	struct event_base *base;
	struct event wake_ev, tick_ev;
	bool ticking;
	int wake_fd;
	void *app_io;
	struct link idle, busy;    /* idle: longest idle first */
	unsigned n_peak;           /* the most connections since memory was last given back */
	atomic_uint n_conns;       /* those on their way in the mailbox counted */
	int64_t now_ms;            /* read once per turn of the loop */
	struct buf small[LENDING_MAX];
	struct arena *arenas[LENDING_MAX];
	unsigned n_small, n_arenas;
	int64_t date_s;
	char date[40];             /* "Date: ...\r\n" of date_s */
	size_t date_len;
	pthread_mutex_t mail_lock;
	struct conn *mail_new, *mail_done; /* from the acceptor; from the workers */
	unsigned mail_shed;
	bool mail_drain, mail_stop;
	bool draining;
};

struct place {                     /* one address (or /64) and how many connections it has */
	uint64_t key;
	unsigned n;
	struct place *next;
};

enum { PLACES_BUCKETS = 4096 };

struct server {
	struct arena *home;
	struct server_app app;
	struct server_limits limits;
	const int *fds;
	size_t n_fds;
	struct event *listen_evs;
	bool listening;
	struct address_block *proxies;
	size_t n_proxies;
	struct event_base *base;   /* the acceptor's */
	struct event wake_ev, pause_ev, end_ev;
	int wake_fd;
	atomic_uint drain_wait_s;
	atomic_bool drain_asked, drain_new; /* ever; since the acceptor last looked */
	int64_t drain_end_ms;
	bool abandoned;

	struct io *ios;
	unsigned n_ios, n_ios_started;

	pthread_mutex_t places_lock;
	struct place **places, *places_free;
	uint64_t places_salt;

	pthread_t *workers;
	unsigned n_workers_started, n_workers_ended;
	pthread_mutex_t queue_lock;
	pthread_cond_t queue_cond, queue_done;
	struct conn *queue_first, *queue_last;
	unsigned queue_len;
	bool queue_end;

	atomic_uint n_open;
	atomic_ullong n_connections, n_requests, n_refused, n_busy, n_timeouts, n_shed, n_pauses;
};

/* server_accept.c */
enum rc accept_open(struct server *s) MUST_USE;
void accept_begin(struct server *s);
void accept_close(struct server *s);
/* A connection is closed: its place is free. Any thread. */
void place_release(struct server *s, const struct conn *c);

/* server_io.c */
enum rc io_open(struct io *io, struct server *s, unsigned number) MUST_USE;
void *io_main(void *io);
void io_close(struct io *io);
/* Mailbox; any thread. */
void io_adopt(struct io *io, struct conn *c, bool shed_first);
void io_done(struct io *io, struct conn *c);
void io_shed(struct io *io, unsigned n);
void io_drain(struct io *io);
void io_stop(struct io *io);
/* Lending; the I/O thread itself. */
void io_lend_small(struct io *io, struct buf *out);
void io_take_back(struct io *io, struct buf *b);
struct arena *io_lend_arena(struct io *io);
void io_take_back_arena(struct io *io, struct arena **a);

void link_init(struct link *head);
void link_append(struct link *head, struct link *l);
void link_remove(struct link *l);

/* server_conn.c; the I/O thread itself. */
struct conn *conn_new(int fd, const struct address *peer, bool trusted); /* the acceptor */
void conn_free(struct conn **c);
void conn_adopt(struct conn *c, struct io *io);
void conn_worked(struct conn *c);        /* a worker has filled the reply */
void conn_deadline(struct conn *c);      /* closes or refuses when its time is over; may free it */
void conn_close(struct conn *c);         /* frees it, unless a worker has it: then later */
void conn_refuse(struct conn *c, int status);

/* server_send.c: c->rep to c->out, on c->arena. */
void send_prepare(struct conn *c);
const char *send_reason(int status);

/* server_work.c */
enum rc work_open(struct server *s) MUST_USE;
void work_start(struct server *s);
/* False: the queue is full. */
bool work_put(struct server *s, struct conn *c) MUST_USE;
/* Ends the workers, waiting for them until `until_ms` of the real monotonic clock. False: some are left. */
bool work_end(struct server *s, int64_t until_ms);

#endif
