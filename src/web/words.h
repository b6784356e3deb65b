/*
 * words: every sentence that a person reads, by id and language. The texts are in po/, compiled in.
 *
 * A message may hold {names}; they are filled with the values given. The surprising rule: values (and the
 * messages themselves) are escaped by words_html, and by nobody in words_text, which is for mail and for
 * values that a template escapes later. A name without a value stays as it is written, braces and all;
 * templates cannot get there, because the compiler compares the names.
 */
#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "words_table.h"

struct word {
	const char *name;
	struct str value;
	int64_t num;     /* instead of value when is_num */
	bool is_num;
};
/* The list of values for the calls below: words_text(a, lang, MSG_X, WORDS(WORD("type", s), NUMBER("n", 3))) */
#define WORD(name, value) {(name), (value), 0, false}
#define NUMBER(name, n) {(name), STR_NONE, (n), true}
#define WORDS(...) (const struct word[]){__VA_ARGS__}, sizeof((const struct word[]){__VA_ARGS__}) / sizeof(struct word)
#define NO_WORDS NULL, 0

extern const struct str words_table[LANG_COUNT][MSG_COUNT];
extern const char *const words_ids[MSG_COUNT]; /* "signin.title" ... */

/* The message as it is written, names in braces. */
struct str words_raw(enum lang lang, enum msg m);
struct str words_text(struct arena *a, enum lang lang, enum msg m, const struct word *w, size_t n);
void words_html(struct buf *b, enum lang lang, enum msg m, const struct word *w, size_t n);

#endif
