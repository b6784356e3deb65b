/*
 * clock: what time it is, and how people read it. UTC seconds since 1970 everywhere inside.
 *
 * clock_now_s is called once per request (web/server) and once per command (cli); everything below gets
 * now_s as an argument. Built with -Dtest_clock=true it reads the number in the file named by
 * $GERBANG_TEST_CLOCK instead (the real clock when the variable is unset); a release has no such code.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

enum lang { LANG_ID = 0, LANG_EN = 1, LANG_COUNT };

int64_t clock_now_s(void);
int64_t clock_mono_ms(void); /* for waiting and measuring only, never stored */

/* Sets the process's zone (a tz database name). RC_ABSENT when the zone does not exist. */
enum rc clock_zone_set(const char *tz) MUST_USE;

/* "21 November 2026 pukul 10.19.30 WIB" / "21 November 2026, 10:19:30 WIB" and its parts. */
struct str time_full(struct arena *a, enum lang lang, int64_t at_s);
struct str time_date(struct arena *a, enum lang lang, int64_t at_s);    /* 21 November 2026 */
struct str time_clock(struct arena *a, enum lang lang, int64_t at_s);   /* 10.19.30 WIB / 10:19:30 WIB */
struct str time_minute(struct arena *a, enum lang lang, int64_t at_s);  /* 21 November 2026, 10.19 WIB */
struct str time_iso(struct arena *a, int64_t at_s);                     /* 2026-11-21T03:19:30Z */
/* "2026-11-21", "2026-11-21T03:19:30Z" or seconds; for --since and mfa_from. Dates alone are local midnight. */
enum rc time_parse(struct str s, int64_t *out_s) MUST_USE;

#endif
