/*
 * frame: what travels between web and the courier: a fixed head, then the bytes that it announces.
 *
 * The socketpair is SOCK_STREAM; one job at a time, an answer before the next. Both ends are the same program
 * on the same machine: host byte order. Lengths are checked before anything is read or kept; whoever sends a
 * head that fails the check is cut off.
 *
 *   job:     struct courier_ask | from | to | subject | text | html
 *   answer:  struct courier_say | words
 */
#ifndef COURIER_FRAME_H
#define COURIER_FRAME_H

#include "courier/courier.h"

enum {
	COURIER_HEADER_MAX = 1000,      /* from, to, subject; bytes each */
	COURIER_TEXT_MAX = 128 * 1024,
	COURIER_HTML_MAX = 256 * 1024,
	COURIER_WORDS_MAX = 512,
	COURIER_VERSION = 1,
};

struct courier_ask {
	uint32_t version;
	uint32_t from, to, subject, text, html; /* lengths */
	int64_t id, now_s;
};

struct courier_say {
	uint32_t version;
	uint32_t accepted, again; /* 0 or 1 */
	uint32_t words;           /* length */
};

_Static_assert(sizeof(struct courier_ask) == 40, "no padding");
_Static_assert(sizeof(struct courier_say) == 16, "no padding");

enum rc courier_ask_check(const struct courier_ask *ask) MUST_USE;
enum rc courier_say_check(const struct courier_say *say) MUST_USE;

#endif
