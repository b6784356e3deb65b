#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_WAIT_S = 30 }; /* a reload runs store-check first */

enum rc control_path(struct arena *a, struct str data_dir, struct str *path)
{
	const struct sockaddr_un longest = {0};
	*path = arena_printf(a, "%.*s/control.sock", STR_ARG(data_dir));
	return path->len < sizeof(longest.sun_path) ? RC_OK : RC_MALFORMED;
}

enum rc control_ask(const char *path, enum control_op op, struct control_answer *out)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const struct timeval wait = {.tv_sec = ANSWER_WAIT_S};
	const struct control_ask ask = {.version = CONTROL_VERSION, .op = op};
	enum rc rc = RC_FAULT;

	*out = (struct control_answer){.refused = 1};
	size_t n = strlen(path);
	if (n >= sizeof(to.sun_path))
		return RC_FAULT;
	memcpy(to.sun_path, path, n);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return RC_FAULT;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to))) {
		rc = errno == ENOENT || errno == ECONNREFUSED ? RC_ABSENT : RC_FAULT;
		goto end;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (send(fd, &ask, sizeof(ask), MSG_NOSIGNAL) != (ssize_t)sizeof(ask))
		goto end;
	if (recv(fd, out, sizeof(*out), 0) != (ssize_t)sizeof(*out) || out->version != CONTROL_VERSION) {
		*out = (struct control_answer){.refused = 1};
		goto end;
	}
	out->why[CONTROL_WHY - 1] = 0;
	rc = RC_OK;
end:
	close(fd);
	return rc;
}
