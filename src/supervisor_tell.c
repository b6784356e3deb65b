/* control.sock and sd_notify(3). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "supervisor_parts.h"

enum { ASK_WAIT_MS = 5 * 1000, ASK_QUEUE = 8 };

enum rc control_open(struct supervisor *s, const struct config *c, char why[WHY_MAX])
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct control_answer answer;
	struct arena *a = arena_new(4096, 1 << 20);
	struct str path;
	enum rc rc = RC_OK;

	if (control_path(a, c->data_dir, &path) != RC_OK || path.len >= sizeof(s->control_file)) {
		log_event(LOG_WARN, "control.absent", F_CSTR("why", "the path of data_dir is too long for a socket"));
		goto end;
	}
	memcpy(at.sun_path, path.ptr, path.len);
	if (control_ask(at.sun_path, CONTROL_STATUS, &answer) == RC_OK) {
		snprintf(why, WHY_MAX, "%.*s: another server runs on this data directory (process %lld)", STR_ARG(c->data_dir),
		         (long long)answer.supervisor);
		rc = RC_TAKEN;
		goto end;
	}
	unlink(at.sun_path);
	s->control = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* bind gives the file the mode of the socket. Not by its name afterwards: web owns the folder, and root would
	 * follow a link that stands there by then */
	if (s->control < 0 || fchmod(s->control, 0600) || bind(s->control, (const struct sockaddr *)&at, sizeof(at)) ||
	    listen(s->control, ASK_QUEUE)) {
		snprintf(why, WHY_MAX, "%s: %s", at.sun_path, strerror(errno));
		fd_close(&s->control);
		rc = RC_FAULT;
		goto end;
	}
	snprintf(s->control_file, sizeof(s->control_file), "%s", at.sun_path);
end:
	arena_free(&a);
	return rc;
}

void control_close(struct supervisor *s)
{
	fd_close(&s->asking);
	if (s->control < 0)
		return;
	fd_close(&s->control);
	unlink(s->control_file);
}

static void status_fill(const struct supervisor *s, struct control_answer *out)
{
	const struct generation *g = supervisor_serving(s);
	out->supervisor = s->pid;
	out->began_s = s->began_s;
	out->restarts = s->restarts;
	out->reloads = s->reloads;
	if (!g)
		return;
	out->web = g->child[ROLE_WEB].pid;
	out->vault = g->child[ROLE_VAULT].pid;
	out->courier = g->child[ROLE_COURIER].pid;
	out->lens = g->child[ROLE_LENS].pid;
}

static bool may_ask(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && (who.uid == 0 || who.uid == geteuid());
}

void control_accept(struct supervisor *s)
{
	int fd = accept4(s->control, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (!may_ask(fd)) {
		close(fd);
		return;
	}
	s->asking = fd;
	s->asking_until_ms = clock_mono_ms() + ASK_WAIT_MS;
}

void control_answer_one(struct supervisor *s)
{
	struct control_answer answer = {.version = CONTROL_VERSION};
	struct control_ask ask;
	if (recv(s->asking, &ask, sizeof(ask), 0) != (ssize_t)sizeof(ask) || ask.version != CONTROL_VERSION)
		goto end;
	if (ask.op == CONTROL_RELOAD)
		answer.refused = supervisor_reload(s, answer.why) != RC_OK;
	else if (ask.op != CONTROL_STATUS)
		answer.refused = 1;
	status_fill(s, &answer);
	if (send(s->asking, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
		log_event(LOG_WARN, "control.answer", F_CSTR("why", strerror(errno)));
end:
	fd_close(&s->asking);
}

void systemd_tell(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = name ? strlen(name) : 0;
	if (n < 2 || n >= sizeof(to.sun_path) || (name[0] != '/' && name[0] != '@'))
		return;
	memcpy(to.sun_path, name, n);
	if (name[0] == '@')
		to.sun_path[0] = 0; /* the abstract name space, unix(7) */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to,
	           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		log_event(LOG_WARN, "systemd.tell", F_CSTR("why", strerror(errno)));
	close(fd);
}

int64_t systemd_watchdog_ms(void)
{
	int64_t us, pid;
	const char *who = getenv("WATCHDOG_PID");
	if (who && (str_to_i64(str_of(who), INT32_MAX, &pid) != RC_OK || pid != getpid()))
		return 0;
	if (str_to_i64(str_of(getenv("WATCHDOG_USEC")), INT64_MAX, &us) != RC_OK)
		return 0;
	return us / 1000 / 2;
}
