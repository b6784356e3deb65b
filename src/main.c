/* gerbang: the commands, and nothing else. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/cli.h"
#include "control.h"
#include "demo.h"
#include "supervisor.h"
#include "web/brand.h"
#include "web/guide.h"

enum { ARENA_FIRST = 64 * 1024, ARENA_MAX = 256 << 20 };

static enum rc serve_load(void *ctx, struct arena *a, struct config **out, struct str *why)
{
	return config_load(a, ctx, out, why);
}

static int serve(struct cli *c)
{
	struct supervised what = {.load = serve_load, .ctx = arena_cstr(c->arena, str_of(c->config_file))};
	return supervisor_run(&what);
}

static int ask_server(struct cli *c, enum control_op op, struct control_answer *answer)
{
	struct config *config;
	struct str path;
	int code = cli_config(c, &config);
	if (code)
		return code;
	enum rc rc = control_path(c->arena, config->data_dir, &path);
	if (rc == RC_OK)
		rc = control_ask(arena_cstr(c->arena, path), op, answer);
	if (rc == RC_ABSENT)
		return cli_fail(c, config->data_dir, "no server runs on this data directory");
	return rc == RC_OK ? CLI_DONE : cli_fail(c, config->data_dir, "the server does not answer; be root, or its account");
}

static int status(struct cli *c)
{
	struct control_answer s;
	struct json j;
	int code = ask_server(c, CONTROL_STATUS, &s);
	if (code)
		return code;
	if (!c->json) {
		printf("supervisor %lld, web %lld, vault %lld, courier %lld, lens %lld; since %.*s; %u restarts, %u reloads\n",
		       (long long)s.supervisor, (long long)s.web, (long long)s.vault, (long long)s.courier, (long long)s.lens,
		       STR_ARG(time_iso(c->arena, s.began_s)), s.restarts, s.reloads);
		return CLI_DONE;
	}
	json_begin(&j, c->arena);
	json_open(&j, NULL, '{');
	json_int(&j, "supervisor", s.supervisor);
	json_int(&j, "web", s.web);
	json_int(&j, "vault", s.vault);
	json_int(&j, "courier", s.courier);
	json_int(&j, "lens", s.lens);
	json_time(&j, "since", s.began_s);
	json_int(&j, "restarts", s.restarts);
	json_int(&j, "reloads", s.reloads);
	json_close(&j, '}');
	json_end(&j);
	return CLI_DONE;
}

static int reload(struct cli *c)
{
	struct control_answer s;
	int code = ask_server(c, CONTROL_RELOAD, &s);
	if (code)
		return code;
	return s.refused ? cli_fail(c, S("reload"), "nothing changed: %s", s.why) : CLI_DONE;
}

static int demo(struct cli *c)
{
	return demo_run(c);
}

/* In the organisation's colour, as its pages are. */
static enum rc guide_make(struct arena *a, const struct config *c, const struct config_type *type, enum lang lang, int64_t now_s,
                          struct buf *b)
{
	const char *csp;
	enum rc rc = brand_install(c->colour, &csp);
	return rc == RC_OK ? guide_write(a, c, type, lang, now_s, b) : rc;
}

static int guide(struct cli *c)
{
	return cli_guide(c, guide_make);
}

static const struct cli_option demo_options[] = {
	{"--port", "N", "another port than 8080", false},
	{NULL, NULL, NULL, false},
};
static const struct cli_option add_options[] = {
	{"--type", "T", "the user type, a block of the configuration; needed", false},
	{"--email", "E", "where notices go; needed", false},
	{"--name", "N", "as it is shown", false},
	{"--nik", "N", "16 digits; sealed, never shown again", false},
	{"--verified", NULL, "the identity was checked", false},
	{"--group", "G", "for applications (Remote-Groups)", true},
	{"--rights", "R,R", "of staff: see, open, approve, administer", false},
	{"--password-stdin", NULL, "the password is a line on stdin", false},
	{NULL, NULL, NULL, false},
};
static const struct cli_option password_options[] = {
	{"--password-stdin", NULL, "the password is a line on stdin", false},
	{NULL, NULL, NULL, false},
};
static const struct cli_option reset_options[] = {
	{"--why", "TEXT", "kept in the audit; needed", false},
	{NULL, NULL, NULL, false},
};
static const struct cli_option guide_options[] = {
	{"--type", "T", "the user type that it is for; needed", false},
	{"--lang", "id|en", "its language; without it the configuration's first", false},
	{"-o", "FILE", "where it is written, - is stdout; needed", false},
	{NULL, NULL, NULL, false},
};
static const struct cli_option audit_options[] = {
	{"--user", "ID", "of one user", false},
	{"--since", "TIME", "2026-11-21, or 2026-11-21T03:19:30Z", false},
	{"--reference", "REF", "what a reference like K7-42Q means", false},
	{"--verify", NULL, "checks the chain of hashes and its signatures", false},
	{NULL, NULL, NULL, false},
};

static const struct command commands[] = {
	{"init", NULL, "DIR", NULL, cli_init, "makes a data directory: gerbang.conf, master.key, gerbang.db"},
	{"serve", NULL, "", NULL, serve, "serves in the foreground; SIGTERM drains, SIGHUP reloads"},
	{"demo", NULL, "", demo_options, demo, "serves a demonstration with its own users, on this machine only"},
	{"status", NULL, "", NULL, status, "the processes of the running server"},
	{"reload", NULL, "", NULL, reload, "has the running server read its configuration again"},
	{"config", "check", "FILE", NULL, cli_config_check, "tells what is wrong with a configuration, and which keys have no effect yet"},
	{"user", "add", "ID", add_options, cli_user_add, "adds a user; without a password it prints a 30-minute set-up link"},
	{"user", "list", "", NULL, cli_user_list, "all users"},
	{"user", "show", "ID", NULL, cli_user_show, "one user"},
	{"user", "lock", "ID", NULL, cli_user_lock, "locks the account and ends its sessions"},
	{"user", "unlock", "ID", NULL, cli_user_unlock, "unlocks the account, and ends a pause of its password"},
	{"user", "delete", "ID", NULL, cli_user_delete, "deletes the user and all that hangs on it, but the audit"},
	{"user", "set-password", "ID", password_options, cli_user_set_password, "sets a password, or prints a 30-minute set-up link"},
	{"user", "slip", "ID", NULL, cli_user_slip, "prints a slip with a registration code for the first activation"},
	{"user", "reset", "ID", reset_options, cli_user_reset, "removes every second factor and ends all sessions"},
	{"device", "list", "USER", NULL, cli_device_list, "the devices of a user"},
	{"device", "remove", "USER N", NULL, cli_device_remove, "removes device number N and ends all sessions"},
	{"audit", NULL, "", audit_options, cli_audit, "the trail, newest first"},
	{"guide", NULL, "", guide_options, guide, "writes the user guide of a type, from the settings in force, as one HTML file to print"},
	{NULL, NULL, NULL, NULL, NULL, NULL},
};

/* Words that are kept for later versions. */
static const char *const not_yet[] = {
	"ticket", "client", "apikey", "backup", "restore", "key", "user import", "user export", NULL,
};

int main(int argc, char **argv)
{
	struct cli c = {.arena = arena_new(ARENA_FIRST, ARENA_MAX), .now_s = clock_now_s()};
	bool run;
	int code = cli_parse(&c, commands, not_yet, argc, argv, &run);
	if (run) {
		code = c.command->run(&c);
		cli_close(&c);
	}
	if (fflush(stdout) && code == CLI_DONE) /* a full disk behind > file */
		code = CLI_FAILED;
	arena_free(&c.arena);
	return code;
}
