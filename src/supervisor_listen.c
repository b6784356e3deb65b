/* Listening sockets: opened once, kept over every restart and reload. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "supervisor_parts.h"

/* A server killed a moment ago may not have let go of its port yet. */
enum { BIND_TRIES = 20, BIND_WAIT_MS = 50 };

static bool address_read(struct str text, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in *four = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)out;
	char host[INET6_ADDRSTRLEN] = {0};
	struct str rest = text, name;
	int64_t port;

	memset(out, 0, sizeof(*out));
	if (text.len && text.ptr[0] == '[') {
		rest = str_n(text.ptr + 1, text.len - 1);
		name = str_cut(&rest, ']');
		str_cut(&rest, ':');
	} else {
		name = str_cut(&rest, ':');
	}
	if (name.len >= sizeof(host) || str_to_i64(rest, 65535, &port) != RC_OK)
		return false;
	memcpy(host, name.ptr, name.len);
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		*len = sizeof(*four);
		return true;
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	*len = sizeof(*six);
	return inet_pton(AF_INET6, host, &six->sin6_addr) == 1;
}

static int bind_patiently(int fd, const struct sockaddr *to, socklen_t len)
{
	for (int i = 0;; i++) {
		if (bind(fd, to, len) == 0)
			return 0;
		if (errno != EADDRINUSE || i == BIND_TRIES)
			return -1;
		poll(NULL, 0, BIND_WAIT_MS);
	}
}

static int open_net(struct str address)
{
	struct sockaddr_storage to;
	socklen_t len;
	const int on = 1;
	if (!address_read(address, &to, &len)) {
		errno = EINVAL;
		return -1;
	}
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (to.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind_patiently(fd, (const struct sockaddr *)&to, len) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

/* A socket file that nobody listens on is left from a server that was killed. */
static int remove_stale(const struct sockaddr_un *to)
{
	struct stat st;
	if (lstat(to->sun_path, &st))
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	bool alive = connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0;
	close(fd);
	if (alive) {
		errno = EADDRINUSE;
		return -1;
	}
	return unlink(to->sun_path);
}

/* The owner's group is whoever may connect: a proxy's account is put into it. By what was opened, and only a socket: web may
 * own the folder, and put something else there before its owner is changed. */
static int socket_give(const char *path, const struct account *web)
{
	struct stat st;
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), bad;
	if (fd < 0)
		return -1;
	bad = fstat(fd, &st);
	if (!bad && !S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		bad = -1;
	}
	if (!bad)
		bad = fchownat(fd, "", web->uid, web->gid, AT_EMPTY_PATH);
	int why = errno;
	close(fd);
	errno = why;
	return bad;
}

static int open_unix(struct str path, const struct account *web)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	if (path.len >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path.ptr, path.len);
	if (remove_stale(&to))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* bind gives the file the socket's mode, less the umask */
	mode_t mask = umask(0);
	bool bound = fchmod(fd, 0660) == 0 && bind(fd, (const struct sockaddr *)&to, sizeof(to)) == 0;
	umask(mask);
	if (bound && (geteuid() != 0 || socket_give(to.sun_path, web) == 0) && listen(fd, SOMAXCONN) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int take_over(struct supervisor *s, struct str address)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		if (str_is(address, s->listeners[i].address))
			return s->listeners[i].fd;
	}
	return -1;
}

static bool has(const struct listener *list, size_t n, int fd)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].fd == fd)
			return true;
	}
	return false;
}

static void let_go(struct listener *l)
{
	fd_close(&l->fd);
	if (strncmp(l->address, "unix:", 5) == 0)
		unlink(l->address + 5);
}

enum rc listeners_open(struct supervisor *s, const struct config *c, const struct accounts *of, char why[WHY_MAX])
{
	struct listener next[CONFIG_LISTEN_MAX];
	size_t n = 0;
	for (; n < c->n_listen; n++) {
		struct str address = c->listen[n];
		snprintf(next[n].address, sizeof(next[n].address), "%.*s", STR_ARG(address));
		next[n].fd = take_over(s, address);
		if (next[n].fd < 0)
			next[n].fd = str_starts(address, S("unix:")) ? open_unix(str_n(address.ptr + 5, address.len - 5), &of->web)
			                                             : open_net(address);
		if (next[n].fd < 0) {
			snprintf(why, WHY_MAX, "listen %.*s: %s", STR_ARG(address),
			         errno != EADDRINUSE ? strerror(errno)
			         : c->demo           ? "the address is in use by another program; --port N takes another"
			                             : "the address is in use by another program");
			break;
		}
	}
	if (n < c->n_listen) {
		for (size_t i = 0; i < n; i++) {
			if (!has(s->listeners, s->n_listeners, next[i].fd))
				let_go(&next[i]);
		}
		return RC_FAULT;
	}
	for (size_t i = 0; i < s->n_listeners; i++) {
		if (!has(next, n, s->listeners[i].fd))
			let_go(&s->listeners[i]);
	}
	memcpy(s->listeners, next, sizeof(next));
	s->n_listeners = n;
	return RC_OK;
}

void listeners_close(struct supervisor *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		let_go(&s->listeners[i]);
	s->n_listeners = 0;
}
