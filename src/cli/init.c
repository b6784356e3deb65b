/* gerbang init: a data directory with its configuration, key and database. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/cli.h"
#include "sandbox.h"

static const char template[] =
	"# Gerbang's configuration; gerbang.conf(5) explains every key. `gerbang config check FILE` tells what is\n"
	"# wrong with it. A key that is left out has the default that stands behind its # here.\n"
	"\n"
	"# Your organisation's name, as people know it. It stands on every page, in every mail and, unless issuer is\n"
	"# set, above every code in the authenticator app.\n"
	"organisation = \"Gerbang\"\n"
	"# issuer = \"\"\n"
	"\n"
	"# The address that people type. Links in mails begin with it, so it must be right. http:// is only for trying\n"
	"# it out on this machine.\n"
	"base_url = \"http://localhost:8080\"\n"
	"\n"
	"# Where connections are taken: address and port, [v6]:port, or unix:/path. A proxy in front (nginx, Caddy) does\n"
	"# TLS; name it in trusted_proxies, or every visitor seems to come from it.\n"
	"listen = {\"127.0.0.1:8080\"}\n"
	"# trusted_proxies = {\"127.0.0.1\", \"::1\"}\n"
	"\n"
	"# languages = {\"id\", \"en\"}       # the first one is the default\n"
	"# timezone = \"Asia/Jakarta\"\n"
	"\n"
	"# Where people find help. It stands on the pages that somebody who is stuck sees.\n"
	"helpdesk {\n"
	"  email = \"\"\n"
	"  phone = \"\"\n"
	"  hours = \"\"\n"
	"}\n"
	"\n"
	"# Applications that a sign-in may lead back to: hosts that `next` may name.\n"
	"# return_to = {\"portal.example.org\"}\n"
	"\n"
	"# session_hours = 12              # a session ends after this, however busy\n"
	"# session_idle_minutes = 60       # and after this without a page\n"
	"\n"
	"# Mail is written into this folder as .eml files; sending it comes in a later version.\n"
	"mail_dir = \"mail\"\n"
	"\n"
	"# One block for each kind of user. The name stands in `gerbang user add --type`.\n"
	"type \"pengguna\" {\n"
	"  label_id = \"Pengguna\"\n"
	"  label_en = \"User\"\n"
	"  layout = \"two-step\"            # one-page: user id and password on one form\n"
	"  terms = \"footer\"               # each: a box to tick at every sign-in; once: once per version\n"
	"  mfa = \"mandatory\"              # off, optional, mandatory, mandatory-from (with mfa_from)\n"
	"  factors = {\"code\"}             # codes of an authenticator app\n"
	"  # disable_allowed = true        # may people turn their second factor off?\n"
	"  # enrol_seconds = 120           # how long a QR code is shown\n"
	"  # password_seconds = 300        # how long the password form may stay open\n"
	"  # devices_max = 3\n"
	"}\n";

/* The folder is made, or is there and empty. */
static int folder_ready(struct cli *c, const char *dir)
{
	struct dirent *e;
	size_t n = 0;
	if (mkdir(dir, 0700) == 0)
		return CLI_DONE;
	if (errno != EEXIST)
		return cli_fail(c, c->words[0], "%s", strerror(errno));
	DIR *d = opendir(dir);
	if (!d)
		return cli_fail(c, c->words[0], "%s", strerror(errno));
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	if (n)
		return cli_fail(c, c->words[0], "is not empty");
	return chmod(dir, 0700) ? cli_fail(c, c->words[0], "%s", strerror(errno)) : CLI_DONE;
}

static int template_write(struct cli *c, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	enum rc rc = fd < 0 ? RC_FAULT : fd_write_all(fd, template, sizeof(template) - 1);
	if (rc == RC_OK && fsync(fd))
		rc = RC_FAULT;
	if (rc != RC_OK)
		cli_fail(c, str_of(file), "%s", strerror(errno));
	fd_close(&fd);
	return rc == RC_OK ? CLI_DONE : CLI_FAILED;
}

/* What a failed init made; the folder was empty, so nothing else is there. */
static void undo(const char *dir)
{
	static const char *const made[] = {"gerbang.conf", "master.key", "gerbang.db", "gerbang.db-wal", "gerbang.db-shm",
	                                   "turn", "epoch"};
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; at >= 0 && i < sizeof(made) / sizeof(made[0]); i++)
		unlinkat(at, made[i], 0);
	if (at >= 0)
		unlinkat(at, "mail", AT_REMOVEDIR);
	fd_close(&at);
}

/* A folder above it that is closed to the server's account, like /root: `serve` could not work there. */
static void warn_unreachable(struct cli *c, const struct accounts *of, const char *dir)
{
	char real[PATH_MAX];
	if (!of->separate || !realpath(dir, real))
		return;
	char *slash = strrchr(real, '/');
	slash[slash == real ? 1 : 0] = 0;
	if (!sandbox_reaches(&of->web, real))
		cli_fail(c, str_of(dir), "made, but `serve` cannot work in it: a folder above it is closed to the account that serves. "
		         "Use one like /var/lib/gerbang");
}

static int fill(struct cli *c, const char *dir)
{
	struct config *config;
	struct accounts of;
	struct str why;
	c->config_file = arena_cstr(c->arena, arena_printf(c->arena, "%s/gerbang.conf", dir));
	int code = template_write(c, c->config_file);
	if (!code)
		code = cli_config(c, &config);
	if (!code)
		code = cli_install(c, config);
	if (code)
		return code;
	cli_accounts(c->arena, config, &of);
	if (cli_owners(c->arena, config, &of, &why) != RC_OK)
		return cli_fail(c, S("init"), "%.*s", STR_ARG(why));
	warn_unreachable(c, &of, dir);
	return CLI_DONE;
}

int cli_init(struct cli *c)
{
	char *dir = arena_cstr(c->arena, c->words[0]);
	struct json j;
	umask(0077);
	int code = folder_ready(c, dir);
	if (code)
		return code;
	code = fill(c, dir);
	if (code) {
		undo(dir);
		return code;
	}
	if (c->json) {
		json_begin(&j, c->arena);
		json_open(&j, NULL, '{');
		json_str(&j, "config", str_of(c->config_file));
		json_close(&j, '}');
		json_end(&j);
		return CLI_DONE;
	}
	printf("%s: made. Now:\n"
	       "  1. fill in organisation, base_url and helpdesk in %s\n"
	       "  2. gerbang --data %s user add ID --type pengguna --email E\n"
	       "  3. gerbang serve -c %s\n"
	       "Keep a copy of %s/master.key apart from the database: without it nobody can sign in.\n",
	       dir, c->config_file, dir, c->config_file, dir);
	return CLI_DONE;
}
