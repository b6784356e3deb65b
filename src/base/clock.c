#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *const months[LANG_COUNT][12] = {
	[LANG_ID] = {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
	             "Oktober", "November", "Desember"},
	[LANG_EN] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
	             "October", "November", "December"},
};

/* 9999-12-31T23:59:59Z; keeps every sum of two times far from overflow. */
static const int64_t last_s = 253402300799;

#ifdef TEST_CLOCK
static bool clock_file_s(const char *path, int64_t *now_s)
{
	char text[32];
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return str_to_i64(str_trim(str_n(text, n)), last_s, now_s) == RC_OK;
}

/* The hand that sets the clock may be writing the file at this moment, so an empty one is read again. */
static bool clock_test_s(int64_t *now_s)
{
	const char *path = getenv("GERBANG_TEST_CLOCK");

	if (!path || !*path)
		return false;
	for (int i = 0; i < 200; i++) {
		if (clock_file_s(path, now_s))
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	panic("test clock: the file does not hold a number of seconds");
}
#endif

int64_t clock_now_s(void)
{
	struct timespec t;
#ifdef TEST_CLOCK
	int64_t now_s;

	if (clock_test_s(&now_s))
		return now_s;
#endif
	if (clock_gettime(CLOCK_REALTIME, &t) != 0)
		panic("clock_gettime");
	return (int64_t)t.tv_sec;
}

int64_t clock_mono_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		panic("clock_gettime");
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* glibc takes any text as a zone and silently means UTC by it, so we look whether the file is there. */
static bool zone_exists(const char *tz)
{
	const char *dir = getenv("TZDIR");
	char path[256];
	struct stat st;
	int n;

	if (!*tz || *tz == '/' || *tz == '.' || strstr(tz, ".."))
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", tz);
	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum rc clock_zone_set(const char *tz)
{
	/* Without tz data UTC still works; everything else must be in the database. */
	if (strcmp(tz, "UTC") != 0 && !zone_exists(tz))
		return RC_ABSENT;
	if (setenv("TZ", tz, 1) != 0)
		panic("out of memory");
	tzset();
	return RC_OK;
}

struct local {
	struct tm tm;
	char zone[16];
};

/* The zone's name points into the C library, which keeps it under a lock of its own; so it is copied under
 * ours, which the thread sanitizer can see. */
static struct local local(int64_t at_s)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	time_t t = at_s < 0 ? 0 : at_s > last_s ? last_s : at_s;
	struct local l;

	pthread_mutex_lock(&lock);
	if (!localtime_r(&t, &l.tm))
		panic("localtime_r");
	snprintf(l.zone, sizeof(l.zone), "%s", l.tm.tm_zone);
	pthread_mutex_unlock(&lock);
	return l;
}

static const char *month_name(enum lang lang, const struct local *l)
{
	return months[lang == LANG_EN ? LANG_EN : LANG_ID][l->tm.tm_mon];
}

static char clock_sep(enum lang lang)
{
	return lang == LANG_EN ? ':' : '.';
}

struct str time_full(struct arena *a, enum lang lang, int64_t at_s)
{
	struct local l = local(at_s);
	char c = clock_sep(lang);

	return arena_printf(a, "%d %s %d%s%02d%c%02d%c%02d %s", l.tm.tm_mday, month_name(lang, &l), l.tm.tm_year + 1900,
	                    lang == LANG_EN ? ", " : " pukul ", l.tm.tm_hour, c, l.tm.tm_min, c, l.tm.tm_sec, l.zone);
}

struct str time_date(struct arena *a, enum lang lang, int64_t at_s)
{
	struct local l = local(at_s);

	return arena_printf(a, "%d %s %d", l.tm.tm_mday, month_name(lang, &l), l.tm.tm_year + 1900);
}

struct str time_clock(struct arena *a, enum lang lang, int64_t at_s)
{
	struct local l = local(at_s);
	char c = clock_sep(lang);

	return arena_printf(a, "%02d%c%02d%c%02d %s", l.tm.tm_hour, c, l.tm.tm_min, c, l.tm.tm_sec, l.zone);
}

struct str time_minute(struct arena *a, enum lang lang, int64_t at_s)
{
	struct local l = local(at_s);

	return arena_printf(a, "%d %s %d, %02d%c%02d %s", l.tm.tm_mday, month_name(lang, &l), l.tm.tm_year + 1900,
	                    l.tm.tm_hour, clock_sep(lang), l.tm.tm_min, l.zone);
}

struct str time_iso(struct arena *a, int64_t at_s)
{
	time_t t = at_s < 0 ? 0 : at_s > last_s ? last_s : at_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		panic("gmtime_r");
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	                    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Exactly `n` digits at `*s`, then `after` (0: nothing more is asked). */
static bool take_digits(struct str *s, size_t n, char after, int max, int *out)
{
	int64_t v;

	if (s->len < n || str_to_i64(str_n(s->ptr, n), max, &v) != RC_OK)
		return false;
	*s = str_n(s->ptr + n, s->len - n);
	*out = (int)v;
	if (!after)
		return true;
	if (!s->len || s->ptr[0] != after)
		return false;
	*s = str_n(s->ptr + 1, s->len - 1);
	return true;
}

static bool take_date(struct str *s, struct tm *tm)
{
	static const int days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, d;

	if (!take_digits(s, 4, '-', 9999, &y) || !take_digits(s, 2, '-', 12, &m) || !take_digits(s, 2, 0, 31, &d))
		return false;
	if (y < 1970 || m < 1 || d < 1 || d > days[m - 1])
		return false;
	if (m == 2 && d == 29 && !(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)))
		return false;
	tm->tm_year = y - 1900;
	tm->tm_mon = m - 1;
	tm->tm_mday = d;
	return true;
}

enum rc time_parse(struct str s, int64_t *out_s)
{
	struct tm tm = {.tm_isdst = -1};
	int64_t at_s;

	*out_s = 0;
	if (!str_has(s, '-'))
		return str_to_i64(s, last_s, out_s);
	if (!take_date(&s, &tm))
		return RC_MALFORMED;
	if (!s.len) {
		at_s = (int64_t)mktime(&tm);
	} else {
		if (s.ptr[0] != 'T')
			return RC_MALFORMED;
		s = str_n(s.ptr + 1, s.len - 1);
		if (!take_digits(&s, 2, ':', 23, &tm.tm_hour) || !take_digits(&s, 2, ':', 59, &tm.tm_min) ||
		    !take_digits(&s, 2, 'Z', 59, &tm.tm_sec) || s.len)
			return RC_MALFORMED;
		at_s = (int64_t)timegm(&tm);
	}
	/* Midnight of 1970-01-01 east of Greenwich lies before our first second. */
	if (at_s < 0)
		at_s = 0;
	*out_s = at_s;
	return RC_OK;
}
