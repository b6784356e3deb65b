/*
 * browser: a User-Agent in few words for logs and mails: "Chrome, Windows", "Safari, iPhone", "" when unknown.
 * Never trusted for anything; it is what the client says of itself.
 */
#ifndef CORE_BROWSER_H
#define CORE_BROWSER_H

#include "base/arena.h"
#include "base/str.h"

struct str browser_short(struct arena *a, struct str user_agent);

#endif
