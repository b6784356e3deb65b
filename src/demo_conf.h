/*
 * demo_conf: the demo's configuration, users and terms; demo.c puts them into the data directory.
 *
 * One user type for each guide that the demo follows, with the guide's letters in its label. All text, no
 * decisions: changing the demo is changing these tables.
 */
#ifndef DEMO_CONF_H
#define DEMO_CONF_H

#include "base/arena.h"
#include "base/str.h"

struct demo_user {
	const char *login, *type, *name, *email;
	bool verified;
	unsigned rights;
	const char *guide;           /* what to try with this user */
};
extern const struct demo_user demo_users[];
extern const size_t demo_users_count;
extern const char demo_terms[];

/* The text of gerbang.conf for this port; `six`: ::1 can be listened on. */
struct str demo_conf_text(struct arena *a, int64_t port, bool six);

#endif
