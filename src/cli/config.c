/* gerbang config check */
#include <stdio.h>

#include "cli/cli.h"

static void as_json(struct cli *c, const struct config *config)
{
	struct json j;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '{');
	json_str(&j, "file", config->file);
	json_flag(&j, "good", true);
	json_open(&j, "without_effect", '[');
	for (size_t i = 0; i < config->n_without_effect; i++)
		json_str(&j, NULL, str_of(config->without_effect[i]));
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
	printf("%.*s: good\n", STR_ARG(config->file));
	for (size_t i = 0; i < config->n_without_effect; i++)
		printf("%.*s: %s: has no effect in this version\n", STR_ARG(config->file), config->without_effect[i]);
	return CLI_DONE;
}
