/* Children: fork, what they give up, and their work. A child never returns from here. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "courier/courier.h"
#include "lens/lens.h"
#include "store/store.h"
#include "supervisor_parts.h"
#include "vault/vault.h"
#include "web/web.h"

enum { CHECK_ARENA_MAX = 64 << 20 };

const char *role_name(enum role role)
{
	switch (role) {
	case ROLE_WEB: return "web";
	case ROLE_VAULT: return "vault";
	case ROLE_COURIER: return "courier";
	case ROLE_LENS: return "lens";
	case ROLE_COUNT: break;
	}
	panic("supervisor: no such role");
}

static _Noreturn void end(int code)
{
	fflush(NULL);
	_exit(code);
}

static _Noreturn void end_saying(int code, const char *what, const char *why)
{
	fprintf(stderr, "gerbang: %s: %s\n", what, why);
	end(code);
}

static void on_signal(int number, void (*what)(int))
{
	struct sigaction a = {.sa_handler = what};
	sigaction(number, &a, NULL);
}

/* Ctrl-C reaches the whole terminal: only the supervisor acts on it, and tells web by SIGTERM. The
 * others end when web is gone, so that a draining web can still ask them. */
static void child_signals(bool ends_by_term)
{
	sigset_t none;
	sigemptyset(&none);
	on_signal(SIGINT, SIG_IGN);
	on_signal(SIGHUP, SIG_IGN);
	on_signal(SIGPIPE, SIG_IGN);
	on_signal(SIGCHLD, SIG_DFL);
	on_signal(SIGTERM, ends_by_term ? SIG_DFL : SIG_IGN);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void child_fence(const struct supervisor *s, const struct account *as)
{
	if (sandbox_user(as) != RC_OK || sandbox_fence(s->pid) != RC_OK)
		end(EXIT_FAILED);
}

static void child_name(const char *name)
{
	char title[16];
	snprintf(title, sizeof(title), "gerbang-%s", name);
	prctl(PR_SET_NAME, title, 0, 0, 0);
	log_process(name);
}

/* ---- store-check ---------------------------------------------------------------------------------- */

static void check_key(struct arena *a, const struct config *c, struct vault *v)
{
	struct store *store;
	struct tx *tx;
	struct str why = STR_NONE, check;
	if (store_open(a, arena_cstr(a, c->store), STORE_SERVER, &store, &why) != RC_OK || store_view(store, &tx) != RC_OK)
		end_saying(EXIT_FAILED, "store", why.len ? arena_cstr(a, why) : "cannot be opened");
	enum rc rc = store_meta_get(tx, a, "key_check", &check);
	store_abandon(&tx);
	if (rc == RC_ABSENT)
		end_saying(EXIT_CONFIG, arena_cstr(a, c->store), "is not finished: `gerbang init` was interrupted; begin with a new folder");
	if (rc != RC_OK)
		end_saying(EXIT_FAILED, arena_cstr(a, c->store), "cannot be read");
	rc = vault_key_check(v, check);
	if (rc == RC_MALFORMED)
		end_saying(EXIT_CONFIG, arena_cstr(a, c->key_file), "the master key is not the one of this database");
	if (rc != RC_OK)
		end_saying(EXIT_FAILED, arena_cstr(a, c->key_file), "the key could not be checked");
	store_close(&store);
}

static _Noreturn void check_process(const struct supervisor *s, const struct config *c, const struct accounts *of)
{
	struct arena *a = arena_new(64 * 1024, CHECK_ARENA_MAX);
	struct vault *v;
	struct str why = STR_NONE;
	/* the key is read while we may: afterwards only the vault that this starts has it */
	enum rc rc = vault_start(a, arena_cstr(a, c->key_file), &v, &why);
	if (rc != RC_OK)
		end_saying(rc == RC_FAULT ? EXIT_FAILED : EXIT_CONFIG, "key", why.len ? arena_cstr(a, why) : "cannot be used");
	child_fence(s, &of->web);
	char *folder = arena_cstr(a, c->data_dir);
	if (access(folder, R_OK | W_OK | X_OK))
		end_saying(EXIT_CONFIG, folder, arena_cstr(a, arena_printf(a, "account %u, which serves, cannot work in it: %s "
		                                                           "(a folder like /srv/gerbang is within its reach)",
		                                                           (unsigned)of->web.uid, strerror(errno))));
	why = STR_NONE;
	rc = store_check(a, arena_cstr(a, c->store), false, &why);
	if (rc != RC_OK)
		end_saying(rc == RC_FAULT ? EXIT_FAILED : EXIT_CONFIG, "store", why.len ? arena_cstr(a, why) : "cannot be used");
	check_key(a, c, v);
	vault_close(&v);
	arena_free(&a);
	end(EXIT_DONE);
}

int store_check_run(struct supervisor *s, const struct config *c, const struct accounts *of)
{
	int status;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		child_signals(true);
		child_name("check");
		sandbox_close(NULL, 0);
		check_process(s, c, of);
	}
	if (pid < 0) {
		fprintf(stderr, "gerbang: store-check: %s\n", strerror(errno));
		return EXIT_FAILED;
	}
	while (waitpid(pid, &status, 0) != pid) {
		if (errno != EINTR)
			return EXIT_FAILED;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "gerbang: store-check: ended by signal %d\n", WTERMSIG(status));
	return EXIT_FAILED;
}

/* ---- the four that stay -------------------------------------------------------------------------- */

static _Noreturn void run_web(const struct supervisor *s, const struct generation *g, const int control[ROLE_COUNT])
{
	int fds[CONFIG_LISTEN_MAX], keep[CONFIG_LISTEN_MAX + ROLE_COUNT];
	size_t n = s->n_listeners;
	for (size_t i = 0; i < n; i++)
		fds[i] = keep[i] = s->listeners[i].fd;
	for (enum role r = ROLE_VAULT; r < ROLE_COUNT; r++)
		keep[n + r - ROLE_VAULT] = control[r];
	sandbox_close(keep, n + ROLE_COUNT - ROLE_VAULT);
	child_fence(s, &g->accounts.web);
	const struct web_controls to = {control[ROLE_VAULT], control[ROLE_COURIER], control[ROLE_LENS]};
	end(web_process(g->config, fds, n, &to));
}

static _Noreturn void run_vault(const struct supervisor *s, const struct generation *g, int fd)
{
	struct arena *a = arena_new(4096, 1 << 20);
	char *file = arena_cstr(a, g->config->key_file);
	sandbox_close(&fd, 1);
	int key = open(file, O_RDONLY | O_CLOEXEC);
	if (key < 0)
		end_saying(EXIT_CONFIG, file, strerror(errno));
	child_fence(s, &g->accounts.vault);
	end(vault_process(fd, key));
}

static _Noreturn void run_courier(const struct supervisor *s, const struct generation *g, int fd)
{
	struct arena *a = arena_new(4096, 1 << 20);
	char *folder = arena_cstr(a, g->config->mail_dir);
	sandbox_close(&fd, 1);
	umask(0027);
	/* entered while we may: folders above it can be closed to the courier's account */
	if (folder[0] && chdir(folder))
		end_saying(EXIT_CONFIG, folder, strerror(errno));
	child_fence(s, &g->accounts.courier);
	end(courier_process(fd, folder[0] ? "." : NULL));
}

/* Nothing but its socket: no folder either. As root it could still leave the root of the file system; an account of its own
 * cannot. */
static _Noreturn void run_lens(const struct supervisor *s, const struct generation *g, int fd)
{
	sandbox_close(&fd, 1);
	if (chdir("/"))
		end(EXIT_FAILED);
	child_fence(s, &g->accounts.lens);
	end(lens_process(fd));
}

static bool pair(int out[2], int type)
{
	return socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, out) == 0;
}

static void start_failed(struct child *c, enum role role)
{
	log_event(LOG_ERROR, "supervisor.start", F_CSTR("child", role_name(role)), F_CSTR("why", strerror(errno)));
	c->due_ms = clock_mono_ms() + WAIT_MOST_MS;
}

static void start_web(struct supervisor *s, struct generation *g)
{
	int ours[ROLE_COUNT], theirs[ROLE_COUNT], ends[2];
	pid_t pid = -1;
	bool paired = true;
	for (enum role r = ROLE_WEB; r < ROLE_COUNT; r++)
		ours[r] = theirs[r] = -1;
	for (enum role r = ROLE_VAULT; paired && r < ROLE_COUNT; r++) {
		paired = pair(ends, SOCK_SEQPACKET);
		ours[r] = paired ? ends[0] : -1;
		theirs[r] = paired ? ends[1] : -1;
	}
	if (paired)
		pid = fork();
	if (pid == 0) {
		child_signals(true);
		child_name(role_name(ROLE_WEB));
		run_web(s, g, theirs);
	}
	if (pid < 0)
		start_failed(&g->child[ROLE_WEB], ROLE_WEB);
	for (enum role r = ROLE_VAULT; r < ROLE_COUNT; r++) {
		fd_close(&theirs[r]);
		fd_close(&g->control[r]);
		if (pid < 0)
			fd_close(&ours[r]);
		g->control[r] = ours[r];
	}
	if (pid > 0)
		g->child[ROLE_WEB].pid = pid;
}

static void start_served(struct supervisor *s, struct generation *g, enum role role)
{
	int ends[2] = {-1, -1};
	pid_t pid = -1;
	if (pair(ends, role == ROLE_COURIER ? SOCK_STREAM : SOCK_SEQPACKET))
		pid = fork();
	if (pid == 0) {
		child_signals(false);
		child_name(role_name(role));
		if (role == ROLE_VAULT)
			run_vault(s, g, ends[1]);
		if (role == ROLE_LENS)
			run_lens(s, g, ends[1]);
		run_courier(s, g, ends[1]);
	}
	fd_close(&ends[1]);
	if (pid < 0)
		start_failed(&g->child[role], role);
	else
		g->child[role].pid = pid;
	/* a web that has just died takes nothing; its own death is handled next */
	if (pid > 0 && fd_give(g->control[role], ends[0]) != RC_OK)
		log_event(LOG_WARN, "supervisor.give", F_CSTR("child", role_name(role)));
	fd_close(&ends[0]);
}

void child_start(struct supervisor *s, struct generation *g, enum role role)
{
	g->child[role].due_ms = 0;
	g->child[role].began_ms = clock_mono_ms();
	fflush(NULL);
	if (role == ROLE_WEB)
		start_web(s, g);
	else
		start_served(s, g, role);
}
