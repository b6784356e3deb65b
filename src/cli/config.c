/* gerbang config check */
#include <stdio.h>

#include "cli/cli.h"

enum { ADVICE_MAX = 4 };

/* What is allowed, but hardly meant outside of a trial. */
static size_t advice(const struct config *config, const char *out[ADVICE_MAX])
{
	static const char *const here[] = {"http://localhost", "https://localhost", "http://127.", "https://127.", "http://[::1]",
	                                   "https://[::1]"};
	size_t n = 0;
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		if (str_starts(config->base_url, str_of(here[i]))) {
			out[n++] = "base_url: is this machine only: links in mails and passkeys work for nobody else. Set the address that people type";
			break;
		}
	if (!config->helpdesk.email.len && !config->helpdesk.phone.len && !config->helpdesk.text.len)
		out[n++] = "helpdesk: is empty: whoever is stuck finds nobody on the pages. Set email, phone or text";
	return n;
}

static void as_json(struct cli *c, const struct config *config)
{
	const char *lines[ADVICE_MAX];
	size_t n = advice(config, lines);
	struct json j;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '{');
	json_str(&j, "file", config->file);
	json_flag(&j, "good", true);
	json_open(&j, "without_effect", '[');
	for (size_t i = 0; i < config->n_without_effect; i++)
		json_str(&j, NULL, str_of(config->without_effect[i]));
	json_close(&j, ']');
	json_open(&j, "advice", '[');
	for (size_t i = 0; i < n; i++)
		json_str(&j, NULL, str_of(lines[i]));
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

int cli_config_check(struct cli *c)
{
	struct config *config;
	c->config_file = arena_cstr(c->arena, c->words[0]);
	int code = cli_config(c, &config);
	if (code)
		return code;
	if (c->json) {
		as_json(c, config);
		return CLI_DONE;
	}
	const char *lines[ADVICE_MAX];
	size_t n = advice(config, lines);
	printf("%.*s: good\n", STR_ARG(config->file));
	for (size_t i = 0; i < n; i++)
		printf("%.*s: %s\n", STR_ARG(config->file), lines[i]);
	for (size_t i = 0; i < config->n_without_effect; i++)
		printf("%.*s: %s: has no effect in this version\n", STR_ARG(config->file), config->without_effect[i]);
	return CLI_DONE;
}
