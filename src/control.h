/*
 * control: DATA/control.sock, on which the running supervisor is asked and told. One question, one answer.
 *
 * Fixed structs over SOCK_SEQPACKET; only root and the supervisor's own account are answered (SO_PEERCRED).
 * The surprising rule: `reload` answers when the new configuration was found good and its web is starting,
 * not when it serves; a bad one changes nothing and `why` says what is wrong.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdint.h>

#include "base/arena.h"

enum control_op { CONTROL_STATUS = 1, CONTROL_RELOAD = 2 };
enum { CONTROL_VERSION = 2, CONTROL_WHY = 1024 };

struct control_ask {
	uint32_t version, op;
};
struct control_answer {
	uint32_t version;
	uint32_t refused;            /* 1: `why` says why */
	int64_t supervisor, web, vault, courier, lens; /* process ids, 0: not running at this moment */
	int64_t began_s;             /* when the server started */
	uint32_t restarts;           /* of children that ended by themselves */
	uint32_t reloads;
	char why[CONTROL_WHY];
};

/* DATA/control.sock, or RC_MALFORMED when the path is longer than a Unix socket's name may be. */
enum rc control_path(struct arena *a, struct str data_dir, struct str *path) MUST_USE;
/* RC_ABSENT: no server runs on this data directory. RC_FAULT: it does not answer us. */
enum rc control_ask(const char *path, enum control_op op, struct control_answer *out) MUST_USE;

#endif
