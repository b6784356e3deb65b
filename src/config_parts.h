/*
 * config_parts: what the files of config share. Nobody else includes it.
 *
 *   text ─ config_scan ─▶ entries (which key stands on which line; twice is an error)
 *     └─── libconfuse ──▶ values ─ config_value ─▶ struct config   by the table in config_keys.c
 *                                                     └─ config_whole: rules over several keys
 *
 * libconfuse keeps no line per value, takes the last of two equal keys and expands ${...}; the scan is there
 * for these three. Everything is read as text, numbers too: libconfuse would read 010 as 8.
 * Errors are collected, one line each: all unknown and doubled keys, or else all wrong values, in one run.
 */
#ifndef CONFIG_PARTS_H
#define CONFIG_PARTS_H

#include "base/buf.h"
#include "config.h"

enum { CONFIG_FILE_MAX = 256 * 1024, CONFIG_ENTRIES_MAX = 2048, CONFIG_ERRORS_MAX = 20, CONFIG_ITEMS_MAX = 64 };

/* One key or block as it stands in the file. At the top `block` and `title` are absent; a block has an entry
 * of its own at the top, with its title (absent when it has none). */
struct config_entry {
	struct str block, block_title, key, title;
	unsigned line;
};

struct loader {
	struct arena *arena;
	struct str file, dir;            /* as given; its directory, absolute */
	struct str text;
	struct config_entry *entries;
	size_t n_entries;
	struct buf why;                  /* "FILE:LINE: what\n" ... */
	unsigned errors;
	bool quote_open;                 /* told; whatever follows it would only be told wrongly */
	struct config *out;
};

/* ---- the table ------------------------------------------------------------------------------------ */

enum shape {
	SHAPE_TEXT,   /* one line */
	SHAPE_PROSE,  /* may have several */
	SHAPE_PATH,   /* made absolute from the file's folder */
	SHAPE_NUMBER, /* decimal digits; times `unit` */
	SHAPE_FLAG,   /* true or false */
	SHAPE_WORD,   /* one of `words` */
	SHAPE_DATE,   /* what time_parse takes; empty is 0 */
};

struct config_word {
	const char *word;                /* NULL ends the list */
	int value;
};

struct config_key;
/* NULL, or what is wrong with the value. */
typedef const char *config_test(struct loader *l, struct str value);

struct config_key {
	const char *block;               /* NULL: at the top */
	const char *name;
	enum shape shape;
	const char *fallback;            /* as it would be written; of a list: items with commas between */
	size_t at;                       /* offset in struct config, or of a titled block in its own struct */
	config_test *test;               /* on every value that is not empty */
	const struct config_word *words;
	int64_t least, most, unit;       /* SHAPE_NUMBER */
	size_t list_max;                 /* 0: not a list; else `at` is an array of struct str (of enum lang for
	                                  * languages, bits for factors) and ... */
	size_t count_at;                 /* ... here is its size_t; 0 for factors */
	bool nowhere;                    /* checked, kept nowhere: no effect yet */
	bool quiet;                      /* kept, but no effect yet */
	bool is_unsigned;                /* SHAPE_NUMBER into an unsigned instead of an int64_t */
};

struct config_block {
	const char *name;
	bool titled;                     /* may stand several times, each with another title */
	bool quiet;                      /* no effect yet, as a whole */
};

extern const struct config_key config_keys[];
extern const size_t config_keys_count;
extern const struct config_block config_blocks[];
extern const size_t config_blocks_count;

/* ---- did you mean? ---------------------------------------------------------------------------------- */

/* Begin with zeros, try every word that could stand there. */
struct config_near {
	const char *word;                /* NULL: none is near */
	unsigned far;
};
void config_near_try(struct config_near *n, struct str typed, const char *word);
/* "; did you mean "layout"?", or nothing. */
struct str config_near_text(struct loader *l, const struct config_near *n);

/* ---- the steps ------------------------------------------------------------------------------------ */

/* Adds "FILE:LINE: ..." (line 0: "FILE: ..."). */
void config_wrong(struct loader *l, unsigned line, const char *fmt, ...) PRINTF(3, 4);
/* Fills entries; unknown keys, keys that stand twice and ${ are told. */
void config_scan(struct loader *l);
/* NULL when it does not stand in the file. */
const struct config_entry *config_entry_find(const struct loader *l, struct str block, struct str title, struct str key);
/* One value into its place in `base` (struct config, config_type, config_link). */
void config_value(struct loader *l, const struct config_key *k, unsigned line, struct str value, void *base);
/* The same for a list; an item that stands twice is an error. */
void config_list(struct loader *l, const struct config_key *k, unsigned line, const struct str *items, size_t n, void *base);
/* After all values were good: rules over several keys, files that are read, paths made absolute. */
void config_whole(struct loader *l);
/* A whole text file; `why` is NULL when it was read. */
struct str config_text_read(struct loader *l, struct str path, size_t most, const char **why);
/* config_load without its file: for the fuzz target and the tests. `dir` is what relative paths start from. */
enum rc config_load_text(struct arena *a, const char *file, struct str dir, struct str text, struct config **out,
                         struct str *why) MUST_USE;

/* The tests that the table names. */
config_test config_test_base_url, config_test_listen, config_test_proxy, config_test_store, config_test_zone,
	config_test_issuer, config_test_url, config_test_place, config_test_mail, config_test_colour,
	config_test_host, config_test_account, config_test_smtp, config_test_return;

#endif
