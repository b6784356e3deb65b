/*
 * log: one line per event on stderr, `name key=value key=value`, for the operator.
 *
 * Lines begin with <N> (syslog priority) when stderr is not a terminal, as systemd reads it. Values with
 * spaces, quotes or control bytes are quoted and escaped, so nothing from outside can forge a line.
 * Never log a password, code, seed, token, cookie, NIK or push endpoint; a test greps for canaries.
 * The names of events are listed in docs/events.md.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_NOTICE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

struct log_field {
	const char *key;
	struct str value;
	int64_t number;
	bool is_number;
};
#define F_STR(k, s) ((struct log_field){(k), (s), 0, false})
#define F_CSTR(k, s) ((struct log_field){(k), str_of(s), 0, false})
#define F_INT(k, n) ((struct log_field){(k), STR_NONE, (int64_t)(n), true})

/* log_event(LOG_WARN, "sandbox.user", F_INT("uid", uid), F_CSTR("why", why)); fields may be absent. */
#define log_event(level, event, ...) \
	log_write((level), (event), (const struct log_field[]){{0}, ##__VA_ARGS__}, \
	          sizeof((const struct log_field[]){{0}, ##__VA_ARGS__}) / sizeof(struct log_field))
/* The first field is a dummy (an empty initialiser is not C); log_write skips it. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n);

void log_level_set(enum log_level most); /* default LOG_INFO */
void log_process(const char *name);      /* "web", "vault": put before the event */

#endif
