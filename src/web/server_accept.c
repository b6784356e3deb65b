#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "web/server_io.h"

static struct place **place_bucket(struct server *s, uint64_t key)
{
	return &s->places[((key ^ s->places_salt) * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

/* False: this address has as many connections as it may. */
static bool place_take(struct server *s, uint64_t key)
{
	struct place **bucket = place_bucket(s, key), *p;
	bool ok = true;

	pthread_mutex_lock(&s->places_lock);
	for (p = *bucket; p && p->key != key;)
		p = p->next;
	if (p) {
		ok = p->n < s->limits.per_address_max;
		p->n += ok;
	} else {
		p = s->places_free;
		if (p)
			s->places_free = p->next;
		else
			p = arena_one(s->home, struct place);
		*p = (struct place){.key = key, .n = 1, .next = *bucket};
		*bucket = p;
	}
	pthread_mutex_unlock(&s->places_lock);
	return ok;
}

void place_release(struct server *s, const struct conn *c)
{
	struct place **at, *p;

	if (c->trusted)
		return;
	pthread_mutex_lock(&s->places_lock);
	for (at = place_bucket(s, address_place(&c->peer)); *at && (*at)->key != address_place(&c->peer);)
		at = &(*at)->next;
	p = *at;
	if (!p)
		panic("server: a connection without a place");
	if (--p->n == 0) {
		*at = p->next;
		p->next = s->places_free;
		s->places_free = p;
	}
	pthread_mutex_unlock(&s->places_lock);
}

static bool peer_trusted(const struct server *s, const struct address *peer)
{
	if (!peer->known)
		return true;
	for (size_t i = 0; i < s->n_proxies; i++)
		if (address_block_has(&s->proxies[i], peer))
			return true;
	return false;
}

/* The I/O thread with the fewest connections, so that they spread evenly. */
static struct io *accept_io(struct server *s)
{
	struct io *best = &s->ios[0];

	for (unsigned i = 1; i < s->n_ios; i++)
		if (atomic_load(&s->ios[i].n_conns) < atomic_load(&best->n_conns))
			best = &s->ios[i];
	return best;
}

static void accept_one(struct server *s, int fd, const struct sockaddr *sa)
{
	unsigned open = atomic_load(&s->n_open), room = s->limits.connections_max, keep = room / RESERVED_SHARE + 1;
	struct io *io = accept_io(s);
	struct address peer;
	bool trusted;
	int one = 1;

	address_of_peer(sa, &peer);
	trusted = peer_trusted(s, &peer);
	if (!trusted)
		room = room > keep ? room - keep : 1;
	if (open >= room || (!trusted && !place_take(s, address_place(&peer)))) {
		if (open >= room)
			io_shed(io, 1);
		atomic_fetch_add_explicit(&s->n_refused, 1, memory_order_relaxed);
		close(fd);
		return;
	}
	if (peer.known)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	atomic_fetch_add(&s->n_open, 1);
	atomic_fetch_add_explicit(&s->n_connections, 1, memory_order_relaxed);
	/* Shedding begins a little before the end, so that the one who knocks last is let in. */
	io_adopt(io, conn_new(fd, &peer, trusted), open + keep >= room);
}

static void listeners(struct server *s, bool on)
{
	if (s->listening == on)
		return;
	s->listening = on;
	for (size_t i = 0; i < s->n_fds; i++)
		if (on ? event_add(&s->listen_evs[i], NULL) : event_del(&s->listen_evs[i]))
			panic("listening socket");
}

/* No descriptor or no memory for a socket: the readable listener would wake us for ever. */
static void accept_pause(struct server *s, int error)
{
	struct timeval rest = {.tv_sec = PAUSE_MS / 1000, .tv_usec = (PAUSE_MS % 1000) * 1000};

	if (atomic_fetch_add(&s->n_pauses, 1) % 64 == 0)
		log_event(LOG_WARN, "server.accept_paused", F_CSTR("why", strerror(error)),
		          F_INT("open", atomic_load(&s->n_open)));
	listeners(s, false);
	for (unsigned i = 0; i < s->n_ios; i++)
		io_shed(&s->ios[i], 1 + atomic_load(&s->n_open) / 32);
	event_add(&s->pause_ev, &rest);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd;
	(void)what;
	if (!atomic_load(&s->drain_asked))
		listeners(s, true);
}

static void on_ready(evutil_socket_t listener, short what, void *arg)
{
	struct server *s = arg;

	(void)what;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct sockaddr_storage sa = {0};
		socklen_t len = sizeof(sa);
		int fd = accept4(listener, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			accept_one(s, fd, (const struct sockaddr *)&sa);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM || errno == EBADF ||
		    errno == EINVAL) {
			accept_pause(s, errno);
			return;
		}
		/* Anything else is an error of the connection that would have been accepted (accept(2)). */
	}
}

static void on_end(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd;
	(void)what;
	event_base_loopbreak(s->base);
}

/* Somebody asked for a drain, or the last connection of a draining server is closed. */
static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	struct timeval wait = {.tv_sec = (time_t)atomic_load(&s->drain_wait_s)};
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
		panic("eventfd");
	if (atomic_exchange(&s->drain_new, false)) {
		listeners(s, false);
		event_del(&s->pause_ev);
		for (unsigned i = 0; i < s->n_ios; i++)
			io_drain(&s->ios[i]);
		s->drain_end_ms = clock_mono_ms() + (int64_t)wait.tv_sec * 1000;
		event_add(&s->end_ev, &wait);
	}
	if (atomic_load(&s->drain_asked) && !atomic_load(&s->n_open))
		event_base_loopbreak(s->base);
}

enum rc accept_open(struct server *s)
{
	s->listen_evs = arena_many(s->home, s->n_fds, struct event);
	s->places = arena_many(s->home, PLACES_BUCKETS, struct place *);
	s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	s->base = event_base_new();
	if (getrandom(&s->places_salt, sizeof(s->places_salt), 0) != sizeof(s->places_salt) || s->wake_fd < 0 ||
	    !s->base || pthread_mutex_init(&s->places_lock, NULL))
		return RC_FAULT;
	for (size_t i = 0; i < s->n_fds; i++) {
		if (evutil_make_socket_nonblocking(s->fds[i]) ||
		    event_assign(&s->listen_evs[i], s->base, s->fds[i], EV_READ | EV_PERSIST, on_ready, s))
			return RC_FAULT;
	}
	if (event_assign(&s->wake_ev, s->base, s->wake_fd, EV_READ | EV_PERSIST, on_wake, s) ||
	    event_add(&s->wake_ev, NULL) || event_assign(&s->pause_ev, s->base, -1, 0, on_pause_over, s) ||
	    event_assign(&s->end_ev, s->base, -1, 0, on_end, s))
		return RC_FAULT;
	return RC_OK;
}

void accept_begin(struct server *s)
{
	if (!atomic_load(&s->drain_asked))
		listeners(s, true);
}

void accept_close(struct server *s)
{
	listeners(s, false);
	if (s->base)
		event_base_free(s->base);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	pthread_mutex_destroy(&s->places_lock);
}
