#include "base/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum rc fd_read_all(int fd, void *out, size_t n)
{
	unsigned char *p = out;
	size_t got = 0;

	while (got < n) {
		ssize_t r = read(fd, p + got, n - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r == 0 && got == 0 ? RC_ABSENT : RC_FAULT;
		got += (size_t)r;
	}
	return RC_OK;
}

enum rc fd_write_all(int fd, const void *p, size_t n)
{
	const unsigned char *from = p;

	while (n) {
		ssize_t r = send(fd, from, n, MSG_NOSIGNAL);

		if (r < 0 && errno == ENOTSOCK)
			r = write(fd, from, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return RC_FAULT;
		from += r;
		n -= (size_t)r;
	}
	return RC_OK;
}

/* Room for one descriptor, aligned as the kernel wants it. */
union one_fd {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

enum rc fd_give(int socket, int fd)
{
	union one_fd control;
	struct iovec io = {(char[]){'d'}, 1};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room)};
	ssize_t r;

	memset(&control, 0, sizeof(control));
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	do
		r = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	return r == 1 ? RC_OK : RC_FAULT;
}

enum rc fd_take(int socket, int *fd)
{
	union one_fd control;
	char byte;
	struct iovec io = {&byte, 1};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof(control.room)};
	struct cmsghdr *c;
	ssize_t r;

	*fd = -1;
	memset(&control, 0, sizeof(control));
	do
		r = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r == 0 ? RC_ABSENT : RC_FAULT;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return RC_MALFORMED;
	memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	/* A second descriptor did not fit and the kernel closed it; the one that came is not the whole truth. */
	if (m.msg_flags & MSG_CTRUNC) {
		fd_close(fd);
		return RC_MALFORMED;
	}
	return RC_OK;
}

void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
