/* Opening the installation, and saying what is wrong with it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/userid.h"
#include "sandbox.h"

enum { LINE_MAX_BYTES = 4096 };

int cli_fail(struct cli *c, struct str what, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	what = cli_plain(c->arena, what);
	fprintf(stderr, "gerbang: %.*s: %s\n", STR_ARG(what), text);
	return CLI_FAILED;
}

int cli_fail_rc(struct cli *c, struct str what, enum rc rc)
{
	switch (rc) {
	case RC_ABSENT: return cli_fail(c, what, "there is none");
	case RC_TAKEN: return cli_fail(c, what, "somebody else changed it just now; try again");
	case RC_MALFORMED: return cli_fail(c, what, "cannot be read");
	case RC_BUSY: return cli_fail(c, what, "too much to do at this moment; try again");
	case RC_OK:
	case RC_FAULT: break;
	}
	return cli_fail(c, what, "failed; the lines before say why");
}

static void fail_lines(struct str why)
{
	while (why.len) {
		struct str line = str_cut(&why, '\n');
		fprintf(stderr, "gerbang: %.*s\n", STR_ARG(line));
	}
}

int cli_config(struct cli *c, struct config **out)
{
	struct str why;
	if (config_load(c->arena, c->config_file, out, &why) == RC_OK)
		return CLI_DONE;
	fail_lines(why);
	return CLI_CONFIG;
}

void cli_accounts(struct arena *a, const struct config *c, struct accounts *out)
{
	sandbox_accounts(arena_cstr(a, c->user), arena_cstr(a, c->vault_user), arena_cstr(a, c->courier_user), out);
}

/* As root, and the data is the server's account's: become it. */
static int become_web(struct cli *c)
{
	struct accounts of;
	struct stat st;
	cli_accounts(c->arena, c->flow.config, &of);
	if (!of.separate || stat(arena_cstr(c->arena, c->flow.config->data_dir), &st) || st.st_uid != of.web.uid)
		return CLI_DONE;
	return sandbox_user(&of.web) == RC_OK ? CLI_DONE : cli_fail(c, c->flow.config->user, "could not become this account");
}

int cli_open(struct cli *c)
{
	struct config *config;
	struct str why = STR_NONE;
	int code = cli_config(c, &config);
	if (code)
		return code;
	c->flow.config = config;
	/* root does nothing with its own power that another account's file asks for */
	const struct account owner = {config->owner, config->owner};
	if (geteuid() == 0 && config->owner != 0 && sandbox_user(&owner) != RC_OK)
		return cli_fail(c, config->file, "could not become its owner");
	enum rc rc = vault_start(c->arena, arena_cstr(c->arena, config->key_file), &c->flow.vault, &why);
	if (rc != RC_OK) {
		cli_fail(c, S("key"), "%.*s", STR_ARG(why.len ? why : S("cannot be used")));
		return rc == RC_FAULT ? CLI_FAILED : CLI_CONFIG;
	}
	code = become_web(c);
	if (code)
		return code;
	rc = store_open(c->arena, arena_cstr(c->arena, config->store), STORE_CLI, &c->flow.store, &why);
	if (rc != RC_OK) {
		cli_fail(c, S("store"), "%.*s", STR_ARG(why.len ? why : S("cannot be opened")));
		return rc == RC_FAULT ? CLI_FAILED : CLI_CONFIG;
	}
	c->visit = (struct visit){.arena = c->arena, .now_s = c->now_s, .lang = config->languages[0]};
	return CLI_DONE;
}

void cli_close(struct cli *c)
{
	if (c->flow.store)
		store_close(&c->flow.store);
	if (c->flow.vault)
		vault_close(&c->flow.vault);
}

int cli_stdin_line(struct cli *c, size_t most, struct str *out)
{
	char *line = arena_alloc(c->arena, most + 2);
	size_t n = 0;
	*out = STR_NONE;
	for (;;) {
		ssize_t got = read(STDIN_FILENO, line + n, most + 2 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cli_fail(c, S("stdin"), "%s", strerror(errno));
		n += (size_t)got;
		if (got == 0 || n == most + 2 || memchr(line, '\n', n))
			break;
	}
	struct str rest = str_n(line, n), first = str_cut(&rest, '\n');
	if (rest.len)
		return cli_fail(c, S("stdin"), "one line is wanted");
	if (first.len && first.ptr[first.len - 1] == '\r')
		first.len--;
	if (first.len > most)
		return cli_fail(c, S("stdin"), "longer than %zu bytes", most);
	if (!first.len)
		return cli_fail(c, S("stdin"), "is empty");
	*out = first;
	return CLI_DONE;
}

int cli_user(struct cli *c, struct str typed, struct user *out)
{
	struct str login;
	struct tx *tx;
	if (userid_fold(c->arena, typed, &login) != RC_OK)
		return cli_fail(c, typed, "is not a user id");
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return cli_fail_rc(c, typed, rc);
	rc = store_user_find(tx, c->arena, login, out);
	store_abandon(&tx);
	if (rc == RC_ABSENT)
		return cli_fail(c, typed, "no such user");
	return rc == RC_OK ? CLI_DONE : cli_fail_rc(c, typed, rc);
}
