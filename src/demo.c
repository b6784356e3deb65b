#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/fd.h"
#include "control.h"
#include "core/userid.h"
#include "demo_conf.h"
#include "sandbox.h"
#include "supervisor.h"

enum { PORT_DEFAULT = 8080, PASSWORD_BYTES = 15 };

struct demo {
	struct cli *cli;
	char *dir, *conf;
	int64_t port;
	struct str password;
	bool one_user;               /* root, but the data is where no other account can reach it */
};

/* ---- files ------------------------------------------------------------------------------------------ */

static int folder_make(struct cli *c, const char *dir)
{
	char *path = arena_cstr(c->arena, str_of(dir));
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		if (mkdir(path, 0755) && errno != EEXIST)
			return cli_fail(c, str_of(path), "%s", strerror(errno));
		*p = '/';
	}
	if (mkdir(path, 0700) && errno != EEXIST)
		return cli_fail(c, str_of(path), "%s", strerror(errno));
	return CLI_DONE;
}

/* Whole or not at all: a killed demo must not leave half a configuration. */
static int file_write(struct demo *d, const char *name, struct str text, mode_t mode)
{
	struct cli *c = d->cli;
	char *path = arena_cstr(c->arena, arena_printf(c->arena, "%s/%s", d->dir, name));
	char *fresh = arena_cstr(c->arena, arena_printf(c->arena, "%s.new", path));
	unlink(fresh);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	bool good = fd >= 0 && fd_write_all(fd, text.ptr, text.len) == RC_OK;
	fd_close(&fd);
	if (!good || rename(fresh, path))
		return cli_fail(c, str_of(path), "%s", strerror(errno));
	return CLI_DONE;
}

static bool six_there(void)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there = fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
	fd_close(&fd);
	return there;
}

/* ---- the password ----------------------------------------------------------------------------------- */

static enum rc password_random(struct arena *a, struct str *out)
{
	unsigned char bytes[PASSWORD_BYTES];
	char text[64] = "";
	size_t n = 0;
	enum rc rc = random_bytes(bytes, sizeof(bytes));
	if (rc != RC_OK)
		return rc;
	struct str letters = base32_encode(a, str_n(bytes, sizeof(bytes)));
	for (size_t i = 0; i < letters.len; i++) {
		if (i && i % 6 == 0)
			text[n++] = '-';
		text[n++] = (char)(letters.ptr[i] | 0x20); /* digits have this bit already */
	}
	*out = arena_str(a, str_n(text, n));
	return RC_OK;
}

static int password_find(struct demo *d)
{
	struct cli *c = d->cli;
	char *path = arena_cstr(c->arena, arena_printf(c->arena, "%s/demo-password", d->dir));
	char line[1024];
	const char *given = getenv("GERBANG_DEMO_PASSWORD");
	d->password = str_of(given);
	unsetenv("GERBANG_DEMO_PASSWORD"); /* the children have no use for it */
	if (!d->password.len) {
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof(line));
		fd_close(&fd);
		d->password = arena_str(c->arena, str_trim(str_n(line, n > 0 ? (size_t)n : 0)));
		if (d->password.len)
			return CLI_DONE;
		if (password_random(c->arena, &d->password) != RC_OK)
			return cli_fail(c, S("demo"), "no random bytes");
	}
	if (d->password.len > VAULT_PASSWORD_MAX || !utf8_ok(d->password))
		return cli_fail(c, S("GERBANG_DEMO_PASSWORD"), "longer than %d bytes, or not text", VAULT_PASSWORD_MAX);
	return file_write(d, "demo-password", arena_printf(c->arena, "%.*s\n", STR_ARG(d->password)), 0600);
}

/* ---- users ------------------------------------------------------------------------------------------ */

static enum rc user_put(struct cli *c, struct user *u, bool known)
{
	struct tx *tx;
	enum rc rc = store_begin(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = known ? store_user_password(tx, u->id, u->phc, c->now_s) : store_user_add(tx, u);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

static enum rc user_ready(struct demo *d, const struct demo_user *want)
{
	struct cli *c = d->cli;
	enum verdict verdict = VERDICT_REFUSED;
	struct str login;
	struct user u;
	struct tx *tx;
	bool known, rehash;
	enum rc rc = userid_fold(c->arena, str_of(want->login), &login);
	if (rc == RC_OK)
		rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_user_find(tx, c->arena, login, &u);
	store_abandon(&tx);
	known = rc == RC_OK;
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (known) {
		rc = vault_password_check(c->flow.vault, u.id, u.phc, d->password, &verdict, &rehash);
		if (rc != RC_OK || verdict == VERDICT_GOOD)
			return rc;
	} else {
		u = (struct user){.login = login, .shown = login, .type = str_of(want->type), .email = str_of(want->email),
		                  .name = str_of(want->name), .verified = want->verified, .rights = want->rights,
		                  .password_set_s = c->now_s, .created_s = c->now_s, .next_number = 1};
		rc = store_id_new(&u.id);
	}
	if (rc == RC_OK)
		rc = vault_password_hash(c->flow.vault, c->arena, u.id, d->password, &u.phc);
	return rc == RC_OK ? user_put(c, &u, known) : rc;
}

static int users_ready(struct demo *d)
{
	struct cli *c = d->cli;
	int code = cli_open(c);
	for (size_t i = 0; !code && i < demo_users_count; i++) {
		enum rc rc = user_ready(d, &demo_users[i]);
		if (rc != RC_OK)
			code = cli_fail_rc(c, str_of(demo_users[i].login), rc);
	}
	cli_close(c);
	return code;
}

/* In a process of its own: as root, opening the store means becoming the server's account for good. */
static int users_ready_apart(struct demo *d)
{
	int status;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		int code = users_ready(d);
		fflush(NULL);
		_exit(code);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return cli_fail(d->cli, S("demo"), "the users could not be made ready");
	return WEXITSTATUS(status);
}

/* ---- serving ---------------------------------------------------------------------------------------- */

static enum rc demo_load(void *ctx, struct arena *a, struct config **out, struct str *why)
{
	const struct demo *d = ctx;
	enum rc rc = config_load(a, d->conf, out, why);
	if (rc == RC_OK)
		(*out)->demo = true;
	return rc;
}

static void demo_ready(void *ctx, const struct config *c)
{
	const struct demo *d = ctx;
	printf("\nGerbang's demo is ready: %.*s\n\n", STR_ARG(c->base_url));
	printf("  %-12s %-14s %s\n", "user", "type", "for");
	for (size_t i = 0; i < demo_users_count; i++)
		printf("  %-12s %-14s %s\n", demo_users[i].login, demo_users[i].type, demo_users[i].guide);
	printf("\n  password of all:  %.*s\n", STR_ARG(d->password));
	printf("  mail:             %.*s/demo/mail (and .eml files in %s/mail)\n", STR_ARG(c->base_url), d->dir);
	printf("  an application:   %.*s/demo/app/\n\n", STR_ARG(c->base_url));
	printf("Sign in with one of them and an authenticator app; nothing leaves this machine. Ctrl-C stops everything.\n");
	fflush(stdout);
}

static int options_read(struct demo *d)
{
	struct cli *c = d->cli;
	struct str port = cli_get(c, "--port");
	d->port = PORT_DEFAULT;
	if (port.ptr && (str_to_i64(port, 65535, &d->port) != RC_OK || d->port == 0))
		return cli_usage(c, "demo: --port: a number from 1 to 65535");
	/* --data names DIR/gerbang.conf; the default of other commands is not the demo's */
	struct str conf = str_of(c->config_file);
	d->dir = arena_cstr(c->arena, S("var/demo"));
	if (c->data_dir)
		d->dir = arena_cstr(c->arena, str_of(c->data_dir));
	else if (!str_is(conf, CLI_CONFIG_DEFAULT))
		return cli_usage(c, "demo: takes --data DIR, not a configuration");
	return CLI_DONE;
}

static int already_runs(struct demo *d)
{
	struct cli *c = d->cli;
	struct control_answer answer;
	struct str path;
	if (control_path(c->arena, str_of(d->dir), &path) != RC_OK ||
	    control_ask(arena_cstr(c->arena, path), CONTROL_STATUS, &answer) != RC_OK)
		return CLI_DONE;
	return cli_fail(c, str_of(d->dir), "a demo runs on this data directory already (process %lld)", (long long)answer.supervisor);
}

static int data_ready(struct demo *d)
{
	struct cli *c = d->cli;
	char real[PATH_MAX];
	struct config *config;
	struct accounts of;
	int code = folder_make(c, d->dir);
	if (code)
		return code;
	if (!realpath(d->dir, real))
		return cli_fail(c, str_of(d->dir), "%s", strerror(errno));
	d->dir = arena_cstr(c->arena, str_of(real));
	d->conf = arena_cstr(c->arena, arena_printf(c->arena, "%s/gerbang.conf", d->dir));
	c->config_file = d->conf;
	code = already_runs(d);
	if (!code)
		code = file_write(d, "terms.txt", str_of(demo_terms), 0644);
	if (!code)
		code = file_write(d, "gerbang.conf", demo_conf_text(c->arena, d->port, six_there()), 0644);
	if (!code)
		code = password_find(d);
	if (!code)
		code = cli_config(c, &config);
	if (code)
		return code;
	/* a checkout below /root, say: better the demo under one account than none */
	cli_accounts(c->arena, config, &of);
	char *slash = strrchr(real, '/');
	slash[slash == real ? 1 : 0] = 0;
	d->one_user = of.separate && !sandbox_reaches(&of.web, real);
	code = cli_install(c, config);
	return code ? code : users_ready_apart(d);
}

int demo_run(struct cli *c)
{
	struct demo d = {.cli = c};
	struct supervised what = {.load = demo_load, .ready = demo_ready, .ctx = &d};
	int code = options_read(&d);
	umask(0077);
	if (!code)
		code = data_ready(&d);
	what.one_user = d.one_user;
	return code ? code : supervisor_run(&what);
}
