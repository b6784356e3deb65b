/*
 * str: bytes from outside, with their length. A NUL-terminated `char *` is always ours.
 *
 * A str does not own; it points into an arena, a row or a literal. A str may hold any byte, NUL too.
 * {NULL, 0} is the absent string; {"", 0} the empty one; str_eq treats them alike.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct str {
	const char *ptr;
	size_t len;
};

#define S(lit) ((struct str){"" lit "", sizeof(lit) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* for printf("%.*s", STR_ARG(s)); log lines use base/log.h, which escapes */
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

struct str str_of(const char *cstr);              /* NULL gives STR_NONE */
struct str str_n(const void *p, size_t n);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
bool str_ieq(struct str a, struct str b);         /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, char c);
struct str str_cut(struct str *rest, char at);    /* head up to `at`; rest moves behind it, STR_NONE at the end */
struct str str_trim(struct str s);                /* spaces, tabs, CR, LF at both ends */
/* Decimal digits only, no sign, no space, no overflow, at most `max`. */
enum rc str_to_i64(struct str s, int64_t max, int64_t *out) MUST_USE;

/* Constant time over the content; a different length answers at once (lengths are not secret). */
bool str_eq_secret(struct str a, struct str b);

#endif
