/* gerbang guide: the user guide of one type, as a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cli/cli.h"

enum { GUIDE_FIRST = 512 * 1024, GUIDE_MOST = 4 * 1024 * 1024 };

static struct str type_names(struct cli *c, const struct config *config)
{
	struct buf b;
	buf_init(&b, c->arena, 256, 4096);
	for (size_t i = 0; i < config->n_types; i++)
		buf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(config->types[i].id));
	return buf_str(&b);
}

static int lang_read(struct cli *c, const struct config *config, enum lang *out)
{
	struct str lang = cli_get(c, "--lang");
	*out = config->languages[0];
	if (str_is(lang, "id"))
		*out = LANG_ID;
	else if (str_is(lang, "en"))
		*out = LANG_EN;
	else if (lang.ptr)
		return cli_usage(c, "guide: --lang: id or en");
	return CLI_DONE;
}

/* Whole or not at all: a helpdesk must not print half a guide. */
static int file_put(struct cli *c, struct str name, struct str text)
{
	char *path = arena_cstr(c->arena, name);
	char *fresh = arena_cstr(c->arena, arena_printf(c->arena, "%s.new", path));
	unlink(fresh);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	bool good = fd >= 0 && fd_write_all(fd, text.ptr, text.len) == RC_OK;
	int why = errno;
	if (fd >= 0 && close(fd) != 0) {
		why = errno;
		good = false;
	}
	if (good && rename(fresh, path) == 0)
		return CLI_DONE;
	if (good)
		why = errno;
	unlink(fresh);
	return cli_fail(c, name, "%s", strerror(why));
}

int cli_guide(struct cli *c, cli_guide_fn *write)
{
	struct str wanted = cli_get(c, "--type"), file = cli_get(c, "-o");
	struct config *config;
	enum lang lang;
	struct buf b;
	if (!wanted.len)
		return cli_usage(c, "guide: --type T is missing");
	if (!file.len)
		return cli_usage(c, "guide: -o FILE is missing (- is stdout)");
	int code = cli_config(c, &config);
	if (code)
		return code;
	const struct config_type *type = config_type_find(config, wanted);
	if (!type)
		return cli_fail(c, wanted, "no such type in %.*s; there are: %.*s", STR_ARG(config->file), STR_ARG(type_names(c, config)));
	code = lang_read(c, config, &lang);
	if (code)
		return code;
	buf_init(&b, c->arena, GUIDE_FIRST, GUIDE_MOST);
	if (write(c->arena, config, type, lang, c->now_s, &b) != RC_OK)
		return cli_fail(c, S("guide"), "could not be made");
	if (!str_is(file, "-"))
		return file_put(c, file, buf_str(&b));
	return fwrite(b.ptr, 1, b.len, stdout) == b.len ? CLI_DONE : CLI_FAILED;
}
