/*
 * cli: the administrator's commands. What every noun shares: words and options, the opened installation, output.
 *
 *   argv ─ cli_parse ─▶ struct cli ─ command->run ─ cli_open ─▶ config, vault, store ─ ... ─ cli_close
 *
 * It opens the store itself and starts a short-lived vault of its own from the key file; it never asks the
 * running server, which sees each change at once because nothing of it lives in its memory.
 * The surprising rule: started as root it becomes the server's account as soon as its vault has the key, so that no
 * file in the data directory ends up as root's.
 * Exit codes: 0 done, 1 failed, 2 usage, 78 configuration. Errors are one line, `gerbang: what: why`, on stderr;
 * results go to stdout, in JSON with --json. Secrets come from stdin, never from the command line.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/buf.h"
#include "flow/flow.h"

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_CONFIG = 78 };
enum { CLI_WORDS_MAX = 8, CLI_OPTIONS_MAX = 64 };

#define CLI_CONFIG_DEFAULT "/etc/gerbang/gerbang.conf"

struct cli;

struct cli_option {
	const char *name;            /* "--type"; NULL ends a list */
	const char *value;           /* "T", or NULL for a flag */
	const char *help;
	bool many;                   /* may stand several times */
};

struct command {
	const char *noun, *verb;     /* verb NULL: the noun alone */
	const char *words;           /* "USER N", "" for none: each is needed, "[X]" is not */
	const struct cli_option *options;
	int (*run)(struct cli *c);
	const char *help;            /* one line */
};

struct cli {
	struct arena *arena;
	int64_t now_s;
	const struct command *command;
	const char *config_file;     /* CLI_CONFIG_DEFAULT when nothing was said */
	const char *data_dir;        /* of --data, else NULL */
	bool json;
	struct str words[CLI_WORDS_MAX];
	size_t n_words;
	struct { const struct cli_option *option; struct str value; } given[CLI_OPTIONS_MAX];
	size_t n_given;
	/* after cli_open */
	struct flow flow;
	struct visit visit;
};

/* ---- words and options (args.c) --------------------------------------------------------------------- */

/* A command to run is left in c->command and CLI_DONE returned with *run true; --help and --version are answered
 * here. CLI_USAGE: told on stderr. `not_yet` are nouns, or "noun verb", that this version has not. */
int cli_parse(struct cli *c, const struct command *commands, const char *const *not_yet, int argc, char **argv, bool *run);
bool cli_has(const struct cli *c, const char *option);
struct str cli_get(const struct cli *c, const char *option);                   /* STR_NONE when it is not given */
struct str cli_get_nth(const struct cli *c, const char *option, size_t n);     /* STR_NONE behind the last */

/* ---- the installation (open.c) ---------------------------------------------------------------------- */

/* Reads the configuration; prints what is wrong with it. CLI_DONE or CLI_CONFIG. */
int cli_config(struct cli *c, struct config **out);
/* Configuration, vault and store. CLI_DONE, or an exit code with its line told. Then always cli_close. */
int cli_open(struct cli *c);
void cli_close(struct cli *c);
/* `gerbang: what: why` on stderr; CLI_FAILED, for `return`. Each line of `why` gets its own `gerbang: `. */
int cli_fail(struct cli *c, struct str what, const char *fmt, ...) PRINTF(3, 4);
int cli_usage(struct cli *c, const char *fmt, ...) PRINTF(2, 3);
/* What an rc of store or vault means to an administrator; CLI_FAILED. */
int cli_fail_rc(struct cli *c, struct str what, enum rc rc);
/* One line of stdin without its end, at most `most` bytes. CLI_DONE, or told. */
int cli_stdin_line(struct cli *c, size_t most, struct str *out);
/* The user named by `typed`, in a view of its own; told when there is none. */
int cli_user(struct cli *c, struct str typed, struct user *out);

/* ---- owners (owners.c) ------------------------------------------------------------------------------ */

struct accounts;
/* As root: the data directory and its files to web, the key to vault, the mail folder (made when missing) to
 * courier. `why` is one line when it fails. */
enum rc cli_owners(struct arena *a, const struct config *c, const struct accounts *of, struct str *why) MUST_USE;
void cli_accounts(struct arena *a, const struct config *c, struct accounts *out);
/* Whatever is missing of key, database and the check that holds them together is made: a second call finds all
 * there and changes nothing. CLI_DONE, or told. */
int cli_install(struct cli *c, const struct config *config);

/* ---- output (out.c) --------------------------------------------------------------------------------- */

/* Nothing from outside reaches the terminal with control characters in it (\xNN), nor with marks that turn the direction
 * of a line or end it (\uNNNN). JSON escapes the same. */
struct str cli_plain(struct arena *a, struct str s);
/* As a value of a line of key="value": in quotes, and nothing in it can end them. */
struct str cli_quoted(struct arena *a, struct str s);
/* JSON (RFC 8259), to stdout at json_end. */
struct json {
	struct buf b;
	bool more;                   /* something stands before: a comma is needed */
};
void json_begin(struct json *j, struct arena *a);
void json_open(struct json *j, const char *key, char bracket); /* key NULL inside an array */
void json_close(struct json *j, char bracket);
void json_str(struct json *j, const char *key, struct str s);   /* null when absent */
void json_int(struct json *j, const char *key, int64_t n);
void json_time(struct json *j, const char *key, int64_t at_s);  /* ISO 8601, null for 0 */
void json_flag(struct json *j, const char *key, bool b);
void json_end(struct json *j);

/* ---- the commands ----------------------------------------------------------------------------------- */

int cli_init(struct cli *c);
int cli_config_check(struct cli *c);
int cli_user_add(struct cli *c);
int cli_user_list(struct cli *c);
int cli_user_show(struct cli *c);
int cli_user_lock(struct cli *c);
int cli_user_unlock(struct cli *c);
int cli_user_delete(struct cli *c);
int cli_user_set_password(struct cli *c);
int cli_user_reset(struct cli *c);
int cli_user_slip(struct cli *c);
int cli_device_list(struct cli *c);
int cli_device_remove(struct cli *c);
int cli_audit(struct cli *c);
/* The pages are web's: the program hands in what writes the guide. RC_FAULT: it could not be made. */
typedef enum rc cli_guide_fn(struct arena *a, const struct config *c, const struct config_type *type, enum lang lang, int64_t now_s,
                             struct buf *b);
int cli_guide(struct cli *c, cli_guide_fn *write);
/* A 30-minute link on which the user sets a password: the row is added in `tx`, `link` is the address. */
enum rc cli_setup_row(struct cli *c, int64_t user, struct link *row, struct str *link) MUST_USE;

#endif
