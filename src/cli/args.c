/* Words and options of the command line. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct cli_option common[] = {
	{"--config", "FILE", "the configuration (also -c FILE); default /etc/gerbang/gerbang.conf", false},
	{"--data", "DIR", "the installation whose configuration is DIR/gerbang.conf", false},
	{"--json", NULL, "results as JSON", false},
	{"--help", NULL, "this text (also -h)", false},
	{"--version", NULL, "the version", false},
	{NULL, NULL, NULL, false},
};

int cli_usage(struct cli *c, const char *fmt, ...)
{
	va_list args;
	(void)c;
	fputs("gerbang: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs(" (gerbang --help)\n", stderr);
	return CLI_USAGE;
}

static void print_command(const struct command *m)
{
	printf("  gerbang %s%s%s", m->noun, m->verb ? " " : "", m->verb ? m->verb : "");
	if (m->words[0])
		printf(" %s", m->words);
	for (const struct cli_option *o = m->options; o && o->name; o++)
		printf(o->many ? " [%s%s%s]..." : " [%s%s%s]", o->name, o->value ? " " : "", o->value ? o->value : "");
	printf("\n      %s\n", m->help);
	for (const struct cli_option *o = m->options; o && o->name; o++)
		printf("      %-18s %s\n", o->name, o->help);
}

static int print_help(const struct command *commands, const char *noun)
{
	printf("usage: gerbang COMMAND\n\n");
	for (const struct command *m = commands; m->noun; m++) {
		if (!noun || strcmp(noun, m->noun) == 0)
			print_command(m);
	}
	printf("\nOptions of every command, before or after it:\n");
	for (const struct cli_option *o = common; o->name; o++)
		printf("  %s%s%-*s %s\n", o->name, o->value ? " " : "", (int)(18 - strlen(o->name) - (o->value ? 1 : 0)),
		       o->value ? o->value : "", o->help);
	printf("\nExit: 0 done, 1 failed, 2 usage, 78 configuration. See gerbang(8), gerbang.conf(5).\n");
	return fflush(stdout) ? CLI_FAILED : CLI_DONE;
}

static const struct cli_option *option_find(const struct cli_option *list, const char *name, size_t len)
{
	for (; list && list->name; list++) {
		if (strlen(list->name) == len && strncmp(list->name, name, len) == 0)
			return list;
	}
	return NULL;
}

struct reading {
	int argc, at;
	char **argv;
	const char *noun, *verb;
	bool help, version, words_only;
};

static bool noun_known(const struct command *commands, const char *noun)
{
	for (; commands->noun; commands++) {
		if (strcmp(commands->noun, noun) == 0)
			return true;
	}
	return false;
}

static bool noun_has_verbs(const struct command *commands, const char *noun)
{
	for (; commands->noun; commands++) {
		if (strcmp(commands->noun, noun) == 0 && commands->verb)
			return true;
	}
	return false;
}

static const struct command *command_find(const struct command *commands, const char *noun, const char *verb)
{
	for (; commands->noun; commands++) {
		if (strcmp(commands->noun, noun) == 0 && (!commands->verb || (verb && strcmp(commands->verb, verb) == 0)))
			return commands;
	}
	return NULL;
}

static int take_common(struct cli *c, struct reading *r, const struct cli_option *o, struct str value)
{
	if (strcmp(o->name, "--help") == 0) {
		r->help = true;
	} else if (strcmp(o->name, "--version") == 0) {
		r->version = true;
	} else if (strcmp(o->name, "--json") == 0) {
		c->json = true;
	} else {
		if (c->config_file)
			return cli_usage(c, "--config, -c and --data: only one of them, once");
		if (!value.len)
			return cli_usage(c, "%s: is empty", o->name);
		c->config_file = arena_cstr(c->arena, value);
		if (strcmp(o->name, "--data") == 0) {
			c->data_dir = c->config_file;
			c->config_file = arena_cstr(c->arena, arena_printf(c->arena, "%s/gerbang.conf", c->data_dir));
		}
	}
	return CLI_DONE;
}

static int take_own(struct cli *c, const struct cli_option *o, struct str value)
{
	for (size_t i = 0; i < c->n_given; i++) {
		if (c->given[i].option == o && !o->many)
			return cli_usage(c, "%s: stands twice", o->name);
	}
	if (c->n_given == CLI_OPTIONS_MAX)
		return cli_usage(c, "more than %d options", CLI_OPTIONS_MAX);
	c->given[c->n_given].option = o;
	c->given[c->n_given++].value = value;
	return CLI_DONE;
}

/* "--name value", "--name=value", -c, -h. */
static int take_option(struct cli *c, struct reading *r, const char *text)
{
	const char *eq = strchr(text, '=');
	size_t len = eq ? (size_t)(eq - text) : strlen(text);
	struct str value = eq ? str_of(eq + 1) : STR_NONE;

	if (strcmp(text, "-c") == 0 || strcmp(text, "-h") == 0) {
		text = text[1] == 'c' ? "--config" : "--help";
		len = strlen(text);
	}
	const struct cli_option *shared = option_find(common, text, len);
	const struct cli_option *o = shared ? shared : option_find(c->command ? c->command->options : NULL, text, len);
	if (!o)
		return cli_usage(c, "%.*s: no such option%s", (int)len, text, c->command ? "" : " here");
	if (!o->value && eq)
		return cli_usage(c, "%s: takes no value", o->name);
	if (o->value && !eq) {
		if (r->at >= r->argc)
			return cli_usage(c, "%s: %s is missing", o->name, o->value);
		value = str_of(r->argv[r->at++]);
	}
	return shared ? take_common(c, r, o, value) : take_own(c, o, value);
}

static int take_word(struct cli *c, struct reading *r, const struct command *commands, const char *const *not_yet, const char *word)
{
	if (!r->noun) {
		r->noun = word;
	} else if (!c->command) {
		r->verb = word;
	} else if (c->n_words == CLI_WORDS_MAX) {
		return cli_usage(c, "%s: too many words", r->noun);
	} else {
		c->words[c->n_words++] = str_of(word);
		return CLI_DONE;
	}
	struct str both = arena_printf(c->arena, "%s%s%s", r->noun, r->verb ? " " : "", r->verb ? r->verb : "");
	for (; *not_yet; not_yet++) {
		if (str_is(both, *not_yet))
			return cli_usage(c, "%.*s: not in this version", STR_ARG(both));
	}
	if (!noun_known(commands, r->noun))
		return cli_usage(c, "%s: no such command", r->noun);
	if (r->verb || !noun_has_verbs(commands, r->noun))
		c->command = command_find(commands, r->noun, r->verb);
	if (r->verb && !c->command)
		return cli_usage(c, "%s %s: no such command", r->noun, r->verb);
	return CLI_DONE;
}

static int check_words(struct cli *c)
{
	struct str rest = str_of(c->command->words);
	size_t least = 0, most = 0;
	while (rest.len) {
		struct str one = str_cut(&rest, ' ');
		most++;
		if (one.ptr[0] != '[' && ++least > c->n_words)
			return cli_usage(c, "%s%s%s: %.*s is missing", c->command->noun, c->command->verb ? " " : "",
			                 c->command->verb ? c->command->verb : "", STR_ARG(one));
	}
	if (c->n_words > most)
		return cli_usage(c, "%s: unexpected: %.*s", c->command->noun, STR_ARG(c->words[most]));
	return CLI_DONE;
}

int cli_parse(struct cli *c, const struct command *commands, const char *const *not_yet, int argc, char **argv, bool *run)
{
	struct reading r = {.argc = argc, .at = 1, .argv = argv};
	*run = false;
	while (r.at < argc) {
		const char *text = argv[r.at++];
		int code;
		if (!r.words_only && strcmp(text, "--") == 0) {
			r.words_only = true;
			continue;
		}
		if (!r.words_only && text[0] == '-' && text[1])
			code = take_option(c, &r, text);
		else
			code = take_word(c, &r, commands, not_yet, text);
		if (code)
			return code;
	}
	if (r.help)
		return print_help(commands, r.noun);
	if (r.version) {
		puts("gerbang " GERBANG_VERSION);
		return fflush(stdout) ? CLI_FAILED : CLI_DONE;
	}
	if (!r.noun)
		return cli_usage(c, "a command is missing");
	if (!c->command)
		return cli_usage(c, "%s: what to do is missing", r.noun);
	if (!c->config_file)
		c->config_file = CLI_CONFIG_DEFAULT;
	int code = check_words(c);
	*run = code == CLI_DONE;
	return code;
}

bool cli_has(const struct cli *c, const char *option)
{
	return cli_get_nth(c, option, 0).ptr != NULL;
}

struct str cli_get(const struct cli *c, const char *option)
{
	return cli_get_nth(c, option, 0);
}

struct str cli_get_nth(const struct cli *c, const char *option, size_t n)
{
	for (size_t i = 0; i < c->n_given; i++) {
		if (strcmp(c->given[i].option->name, option) == 0 && n-- == 0)
			return c->given[i].value.ptr ? c->given[i].value : S("");
	}
	return STR_NONE;
}
