/*
 * supervisor_parts: what the files of the supervisor share. Nobody else includes it.
 *
 *   supervisor.c          the loop: signals, deaths, restarts, reload, the end
 *   supervisor_child.c    fork, the fences, and each child's work
 *   supervisor_listen.c   listening sockets
 *   supervisor_tell.c     control.sock and sd_notify
 */
#ifndef SUPERVISOR_PARTS_H
#define SUPERVISOR_PARTS_H

#include <sys/types.h>

#include "control.h"
#include "sandbox.h"
#include "supervisor.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_CONFIG = 78 };
enum { GENERATIONS_MAX = 8, LEAVING_MAX = 64, WHY_MAX = 1024 };
enum { DRAIN_MS = 10 * 1000, LIVED_MS = 1000, WAIT_FIRST_MS = 100, WAIT_MOST_MS = 10 * 1000 };

enum role { ROLE_WEB, ROLE_VAULT, ROLE_COURIER, ROLE_LENS, ROLE_COUNT };

struct child {
	pid_t pid;                   /* 0: not running */
	int64_t began_ms, due_ms;    /* due_ms: when it is started again, 0: not waiting */
	unsigned failures;           /* short lives in a row */
};

enum generation_state { GENERATION_FREE = 0, GENERATION_STARTING, GENERATION_SERVING, GENERATION_DRAINING };

struct generation {
	enum generation_state state;
	struct arena *arena;
	const struct config *config;
	struct accounts accounts;
	struct child child[ROLE_COUNT];
	int control[ROLE_COUNT];     /* to web: of the vault, the courier and the lens; -1: none */
	int64_t kill_ms;             /* when draining: the end of patience */
};

struct listener {
	char address[128];
	int fd;
};

struct supervisor {
	const struct supervised *what;
	pid_t pid;
	int64_t began_s;
	struct generation generations[GENERATIONS_MAX];
	struct listener listeners[CONFIG_LISTEN_MAX];
	size_t n_listeners;
	struct { pid_t pid; int64_t kill_ms; } leaving[LEAVING_MAX]; /* of a web that is gone */
	int signals, control;
	int asking;                  /* who was accepted on control.sock and has not asked yet; one at a time */
	int64_t asking_until_ms;
	char control_file[128];
	bool told_ready, stopping, reload_again;
	int exit_code;
	unsigned restarts, reloads;
	int64_t watchdog_ms, watchdog_due_ms; /* 0: systemd does not ask */
};

/* ---- supervisor_listen.c -------------------------------------------------------------------------- */

/* The sockets of `c`: those that `s` has already are kept, new ones are opened. On RC_FAULT nothing changed
 * and `why` is one line. */
enum rc listeners_open(struct supervisor *s, const struct config *c, const struct accounts *of, char why[WHY_MAX]) MUST_USE;
void listeners_close(struct supervisor *s);

/* ---- supervisor_child.c --------------------------------------------------------------------------- */

/* store-check: waits for it. Its exit code; not 0: it has said why on stderr. */
int store_check_run(struct supervisor *s, const struct config *c, const struct accounts *of);
/* 0 and pid filled in, or an errno is logged and the child is due again later. Vault, courier and lens: their other
 * end goes to the web over g->control. */
void child_start(struct supervisor *s, struct generation *g, enum role role);
const char *role_name(enum role role);

/* ---- supervisor_tell.c ---------------------------------------------------------------------------- */

/* RC_TAKEN: another server runs on this data directory. */
enum rc control_open(struct supervisor *s, const struct config *c, char why[WHY_MAX]) MUST_USE;
void control_close(struct supervisor *s);
/* Somebody is at control.sock: s->asking, if root or our own account. */
void control_accept(struct supervisor *s);
/* The question is there, or the patience over: answers, and s->asking is -1 again. */
void control_answer_one(struct supervisor *s);
void systemd_tell(const char *state);
/* How often systemd wants to hear of us, halved, in ms; 0: not at all. */
int64_t systemd_watchdog_ms(void);

/* ---- supervisor.c --------------------------------------------------------------------------------- */

/* Loads the configuration again and starts the next generation. RC_OK: it is starting, or will be as soon as
 * the one before is ready. Otherwise nothing changed, `why` is logged already. */
enum rc supervisor_reload(struct supervisor *s, char why[WHY_MAX]) MUST_USE;
const struct generation *supervisor_serving(const struct supervisor *s); /* NULL: none yet */

#endif
