/* The loop: signals, deaths, restarts, reload, the end. */
#include "supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "cli/cli.h"
#include "supervisor_parts.h"

enum { CONFIG_ARENA_MAX = 16 << 20, REAP_MAX = 32 };

/* ---- generations ---------------------------------------------------------------------------------- */

const struct generation *supervisor_serving(const struct supervisor *s)
{
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		if (s->generations[i].state == GENERATION_SERVING)
			return &s->generations[i];
	}
	return NULL;
}

static struct generation *in_state(struct supervisor *s, enum generation_state state)
{
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		if (s->generations[i].state == state)
			return &s->generations[i];
	}
	return NULL;
}

/* Web first: its control sockets must be there before the others are given to it. */
static void generation_start(struct supervisor *s, struct generation *g)
{
	child_start(s, g, ROLE_WEB);
	if (!g->child[ROLE_WEB].pid)
		return;
	for (enum role r = ROLE_VAULT; r < ROLE_COUNT; r++)
		child_start(s, g, r);
}

static struct generation *generation_take(struct supervisor *s, struct arena *a, const struct config *c, const struct accounts *of)
{
	struct generation *g = in_state(s, GENERATION_FREE);
	if (!g)
		return NULL;
	*g = (struct generation){.state = GENERATION_STARTING, .arena = a, .config = c, .accounts = *of};
	for (size_t i = 0; i < ROLE_COUNT; i++)
		g->control[i] = -1;
	generation_start(s, g);
	return g;
}

/* Vault, courier and lens of a web that is gone: they see end-of-file and end; whoever does not is killed. */
static void leave(struct supervisor *s, struct generation *g)
{
	for (enum role r = ROLE_VAULT; r < ROLE_COUNT; r++) {
		struct child *c = &g->child[r];
		fd_close(&g->control[r]);
		for (size_t i = 0; c->pid && i < LEAVING_MAX; i++) {
			if (s->leaving[i].pid)
				continue;
			s->leaving[i].pid = c->pid;
			s->leaving[i].kill_ms = clock_mono_ms() + DRAIN_MS;
			c->pid = 0;
		}
		if (c->pid)
			kill(c->pid, SIGKILL);
		c->pid = 0;
		c->due_ms = 0;
	}
}

static void generation_free(struct supervisor *s, struct generation *g)
{
	leave(s, g);
	arena_free(&g->arena);
	*g = (struct generation){.state = GENERATION_FREE, .control = {-1, -1, -1, -1}};
}

static void generation_drain(struct supervisor *s, struct generation *g)
{
	g->state = GENERATION_DRAINING;
	g->kill_ms = clock_mono_ms() + DRAIN_MS;
	if (g->child[ROLE_WEB].pid)
		kill(g->child[ROLE_WEB].pid, SIGTERM);
	else
		generation_free(s, g);
}

/* ---- the configuration ---------------------------------------------------------------------------- */

static void accounts_of(const struct supervisor *s, struct arena *a, const struct config *c, struct accounts *out)
{
	sandbox_accounts(arena_cstr(a, c->user), arena_cstr(a, c->vault_user), arena_cstr(a, c->courier_user), out);
	if (s->what->one_user) {
		const struct account self = {geteuid(), getegid()};
		*out = (struct accounts){false, self, self, self, self};
	}
}

/* Everything before the children: 0, or an exit code with one line in `why` (empty: told already). */
static int prepare(struct supervisor *s, struct arena *a, struct config **c, struct accounts *of, char why[WHY_MAX])
{
	struct str wrong = STR_NONE;
	why[0] = 0;
	if (s->what->load(s->what->ctx, a, c, &wrong) != RC_OK) {
		snprintf(why, WHY_MAX, "%.*s", STR_ARG(wrong));
		return EXIT_CONFIG;
	}
	/* it tells root which files to give to whom: web owns the data directory and could have put it there */
	if (geteuid() == 0 && ((*c)->owner != 0 || (*c)->others_write)) {
		snprintf(why, WHY_MAX, "%.*s: must belong to root and be writable by nobody else, when root starts the server",
		         STR_ARG((*c)->file));
		return EXIT_CONFIG;
	}
	accounts_of(s, a, *c, of);
	if (cli_owners(a, *c, of, &wrong) != RC_OK) {
		snprintf(why, WHY_MAX, "%.*s", STR_ARG(wrong));
		return EXIT_FAILED;
	}
	int code = store_check_run(s, *c, of);
	if (code)
		return code;
	return listeners_open(s, *c, of, why) == RC_OK ? 0 : EXIT_FAILED;
}

enum rc supervisor_reload(struct supervisor *s, char why[WHY_MAX])
{
	struct config *c;
	struct accounts of;

	why[0] = 0;
	if (s->stopping || in_state(s, GENERATION_STARTING) || !in_state(s, GENERATION_FREE)) {
		s->reload_again = !s->stopping;
		return RC_OK;
	}
	systemd_tell("RELOADING=1");
	struct arena *a = arena_new(64 * 1024, CONFIG_ARENA_MAX);
	int code = prepare(s, a, &c, &of, why);
	if (code) {
		if (!why[0])
			snprintf(why, WHY_MAX, "the data does not pass store-check, see the line before");
		log_event(LOG_ERROR, "reload.refused", F_CSTR("why", why));
		systemd_tell("READY=1");
		arena_free(&a);
		return RC_MALFORMED;
	}
	s->reloads++;
	log_event(LOG_NOTICE, "reload.begun", F_STR("file", c->file));
	generation_take(s, a, c, &of);
	return RC_OK;
}

/* ---- what happens --------------------------------------------------------------------------------- */

static void stop(struct supervisor *s, int code)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->exit_code = code;
	systemd_tell("STOPPING=1");
	listeners_close(s); /* our copies; web closes its own as it drains */
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		if (s->generations[i].state != GENERATION_FREE)
			generation_drain(s, &s->generations[i]);
	}
}

static void ready(struct supervisor *s, struct generation *g)
{
	struct generation *before = in_state(s, GENERATION_SERVING);
	if (g->state != GENERATION_STARTING)
		return;
	if (before)
		generation_drain(s, before);
	g->state = GENERATION_SERVING;
	systemd_tell("READY=1");
	log_event(LOG_NOTICE, "serve.ready", F_INT("web", g->child[ROLE_WEB].pid), F_STR("base_url", g->config->base_url));
	if (!s->told_ready && s->what->ready)
		s->what->ready(s->what->ctx, g->config);
	s->told_ready = true;
	if (s->reload_again) {
		char why[WHY_MAX];
		s->reload_again = false;
		if (supervisor_reload(s, why) != RC_OK)
			return; /* logged there */
	}
}

static void restart_later(struct supervisor *s, struct child *c)
{
	int64_t now_ms = clock_mono_ms(), wait_ms = 0;
	if (now_ms - c->began_ms >= LIVED_MS)
		c->failures = 0;
	for (unsigned i = 0; i < c->failures && wait_ms < WAIT_MOST_MS; i++)
		wait_ms = wait_ms ? wait_ms * 2 : WAIT_FIRST_MS;
	c->failures++;
	c->due_ms = now_ms + (wait_ms < WAIT_MOST_MS ? wait_ms : WAIT_MOST_MS);
	s->restarts++;
}

static void died(struct supervisor *s, struct generation *g, enum role role, int status)
{
	struct child *c = &g->child[role];
	bool fatal = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CONFIG;
	bool expected = g->state == GENERATION_DRAINING || s->stopping;

	if (!expected || (role == ROLE_WEB && status != 0))
		log_event(status ? LOG_WARN : LOG_INFO, "child.ended", F_CSTR("child", role_name(role)), F_INT("pid", c->pid),
		          F_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
		          F_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	c->pid = 0;
	if (expected) {
		if (role == ROLE_WEB)
			generation_free(s, g);
		return;
	}
	if (g->state == GENERATION_STARTING && supervisor_serving(s) && (role == ROLE_WEB || fatal)) {
		log_event(LOG_ERROR, "reload.failed", F_CSTR("child", role_name(role)));
		generation_drain(s, g); /* the one before stays */
		systemd_tell("READY=1");
		return;
	}
	if (fatal) {
		stop(s, EXIT_CONFIG);
		return;
	}
	if (role == ROLE_WEB) {
		leave(s, g);
		if (g->state == GENERATION_SERVING)
			g->state = GENERATION_STARTING;
	}
	restart_later(s, c);
}

static void settle(struct supervisor *s, pid_t pid, int status, bool webs)
{
	for (size_t i = 0; i < LEAVING_MAX; i++) {
		if (s->leaving[i].pid == pid)
			s->leaving[i].pid = 0;
	}
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		struct generation *g = &s->generations[i];
		for (enum role r = ROLE_WEB; g->state != GENERATION_FREE && r < ROLE_COUNT; r++) {
			if (g->child[r].pid == pid && (r == ROLE_WEB) == webs) {
				died(s, g, r, status);
				break;
			}
		}
	}
}

/* Webs first: vault, courier and lens of a dead web end too, and are not to be started for it again. */
static void reap(struct supervisor *s)
{
	struct { pid_t pid; int status; } gone[REAP_MAX];
	size_t n;
	do {
		for (n = 0; n < REAP_MAX; n++) {
			gone[n].pid = waitpid(-1, &gone[n].status, WNOHANG);
			if (gone[n].pid <= 0)
				break;
		}
		for (size_t i = 0; i < n; i++)
			settle(s, gone[i].pid, gone[i].status, true);
		for (size_t i = 0; i < n; i++)
			settle(s, gone[i].pid, gone[i].status, false);
	} while (n == REAP_MAX);
}

static void on_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;
	char why[WHY_MAX];
	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			break; /* several deaths may come as one signal: reap looks each time */
		case SIGHUP:
			if (supervisor_reload(s, why) != RC_OK)
				log_event(LOG_NOTICE, "reload.unchanged");
			break;
		default:
			/* Ctrl-C once more: the person at the terminal does not want to wait */
			for (size_t i = 0; s->stopping && info.ssi_signo == SIGINT && i < GENERATIONS_MAX; i++)
				s->generations[i].kill_ms = clock_mono_ms();
			log_event(LOG_NOTICE, "serve.stopping", F_INT("signal", info.ssi_signo));
			stop(s, EXIT_DONE);
		}
	}
	reap(s);
}

/* Starts and kills whoever is due; how long nothing will be, in ms. */
static int act_on_time(struct supervisor *s)
{
	int64_t now_ms = clock_mono_ms(), next_ms = now_ms + 60 * 1000;
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		struct generation *g = &s->generations[i];
		if (g->state == GENERATION_DRAINING && g->child[ROLE_WEB].pid) {
			if (g->kill_ms <= now_ms)
				kill(g->child[ROLE_WEB].pid, SIGKILL);
			else
				next_ms = g->kill_ms < next_ms ? g->kill_ms : next_ms;
		}
		for (enum role r = ROLE_WEB; g->state != GENERATION_FREE && r < ROLE_COUNT; r++) {
			struct child *c = &g->child[r];
			if (c->due_ms && c->due_ms <= now_ms && r == ROLE_WEB)
				generation_start(s, g);
			else if (c->due_ms && c->due_ms <= now_ms)
				child_start(s, g, r);
			if (c->due_ms)
				next_ms = c->due_ms < next_ms ? c->due_ms : next_ms;
		}
	}
	for (size_t i = 0; i < LEAVING_MAX; i++) {
		if (s->leaving[i].pid && (s->leaving[i].kill_ms <= now_ms || s->stopping))
			kill(s->leaving[i].pid, SIGKILL);
		else if (s->leaving[i].pid)
			next_ms = s->leaving[i].kill_ms < next_ms ? s->leaving[i].kill_ms : next_ms;
	}
	if (s->asking >= 0)
		next_ms = s->asking_until_ms < next_ms ? s->asking_until_ms : next_ms;
	if (s->watchdog_ms && s->watchdog_due_ms <= now_ms) {
		if (supervisor_serving(s))
			systemd_tell("WATCHDOG=1");
		s->watchdog_due_ms = now_ms + s->watchdog_ms;
	}
	if (s->watchdog_ms)
		next_ms = s->watchdog_due_ms < next_ms ? s->watchdog_due_ms : next_ms;
	return next_ms > now_ms ? (int)(next_ms - now_ms) : 0;
}

static bool all_gone(const struct supervisor *s)
{
	for (size_t i = 0; i < GENERATIONS_MAX; i++) {
		if (s->generations[i].state != GENERATION_FREE)
			return false;
	}
	for (size_t i = 0; i < LEAVING_MAX; i++) {
		if (s->leaving[i].pid)
			return false;
	}
	return true;
}

static void hear(struct supervisor *s, struct generation *g)
{
	char said;
	ssize_t n = recv(g->control[ROLE_VAULT], &said, 1, MSG_DONTWAIT);
	if (n == 1 && said == 'R')
		ready(s, g);
	else if (n == 0)
		fd_close(&g->control[ROLE_VAULT]); /* web is going; SIGCHLD says the rest */
}

static void loop(struct supervisor *s)
{
	while (!(s->stopping && all_gone(s))) {
		int wait_ms = act_on_time(s);
		struct pollfd p[2 + GENERATIONS_MAX] = {{.fd = s->signals, .events = POLLIN},
		                                        {.fd = s->asking >= 0 ? s->asking : s->control, .events = POLLIN}};
		for (size_t i = 0; i < GENERATIONS_MAX; i++) {
			const struct generation *g = &s->generations[i];
			p[2 + i] = (struct pollfd){.fd = g->state == GENERATION_FREE ? -1 : g->control[ROLE_VAULT], .events = POLLIN};
		}
		if (poll(p, 2 + GENERATIONS_MAX, wait_ms) < 0 && errno != EINTR)
			panic("supervisor: poll");
		for (size_t i = 0; i < GENERATIONS_MAX; i++) {
			if (p[2 + i].revents)
				hear(s, &s->generations[i]);
		}
		if (p[0].revents)
			on_signals(s);
		if (s->asking >= 0 && (p[1].revents || s->asking_until_ms <= clock_mono_ms()))
			control_answer_one(s);
		else if (p[1].revents)
			control_accept(s);
	}
}

static int begin(struct supervisor *s, char why[WHY_MAX])
{
	struct config *c;
	struct accounts of;
	struct arena *a = arena_new(64 * 1024, CONFIG_ARENA_MAX);
	int code = prepare(s, a, &c, &of, why);
	if (!code && control_open(s, c, why) != RC_OK)
		code = EXIT_FAILED;
	if (code) {
		arena_free(&a);
		return code;
	}
	if (!of.separate)
		log_event(LOG_NOTICE, "serve.one_account",
		          F_CSTR("why", geteuid() ? "not started as root: web, vault, courier and lens share one account"
		                                  : "the separate accounts cannot reach the data: all run as root"));
	generation_take(s, a, c, &of);
	return 0;
}

int supervisor_run(const struct supervised *what)
{
	struct supervisor s = {.what = what, .pid = getpid(), .began_s = clock_now_s(), .control = -1, .asking = -1};
	char why[WHY_MAX] = "";
	sigset_t set;

	umask(0077);
	for (size_t i = 0; i < GENERATIONS_MAX; i++)
		s.generations[i] = (struct generation){.control = {-1, -1, -1, -1}};
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s.signals < 0)
		panic("supervisor: signalfd");
	s.watchdog_ms = systemd_watchdog_ms();
	int code = begin(&s, why);
	if (code) {
		for (struct str rest = str_of(why); rest.len;) {
			struct str line = str_cut(&rest, '\n');
			fprintf(stderr, "gerbang: %.*s\n", STR_ARG(line));
		}
	} else {
		loop(&s);
		code = s.exit_code;
	}
	control_close(&s);
	listeners_close(&s);
	fd_close(&s.signals);
	return code;
}
