/* Rules over several keys of gerbang.conf, files that it names, paths and names that follow from others. */
#include <string.h>

#include "config_parts.h"

static unsigned line_of(struct loader *l, const char *block, struct str title, const char *key)
{
	const struct config_entry *e = config_entry_find(l, str_of(block), title, str_of(key));
	return e ? e->line : 0;
}

static unsigned type_line(struct loader *l, struct str id)
{
	for (size_t i = 0; i < l->n_entries; i++) {
		if (str_is(l->entries[i].key, "type") && str_eq(l->entries[i].title, id))
			return l->entries[i].line;
	}
	return 0;
}

static bool type_name_ok(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return id.len > 0 && id.len <= 32;
}

static void whole_type(struct loader *l, struct config_type *t)
{
	struct policy *p = &t->policy;
	unsigned line = type_line(l, t->id);
	if (!type_name_ok(t->id))
		config_wrong(l, line, "type \"%.*s\": a type's name is 1 to 32 of a-z, 0-9 and -", STR_ARG(t->id));
	if (!p->factors && p->mfa != MFA_OFF)
		config_wrong(l, line, "type \"%.*s\" has no factors; give some, or mfa = \"off\"", STR_ARG(t->id));
	if (p->mfa == MFA_MANDATORY_FROM && !p->mfa_from_s)
		config_wrong(l, line, "type \"%.*s\": mfa = \"mandatory-from\" needs mfa_from = \"YYYY-MM-DD\"", STR_ARG(t->id));
	if (p->match == MATCH_TAP && !line_of(l, "type", t->id, "approve_seconds"))
		p->approve_s = 60;
	for (size_t i = 0; i < LANG_COUNT; i++) {
		if (!t->label[i].len)
			t->label[i] = t->label[i ? LANG_ID : LANG_EN].len ? t->label[i ? LANG_ID : LANG_EN] : t->id;
	}
	if (!t->issuer.len)
		t->issuer = l->out->issuer;
}

static void whole_links(struct loader *l, const char *block, const struct config_link *links, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!links[i].url.len)
			config_wrong(l, line_of(l, block, links[i].label, "url"), "%s \"%.*s\" has no url", block, STR_ARG(links[i].label));
		if (!links[i].label.len || links[i].label.len > 128)
			config_wrong(l, 0, "%s: its name has 1 to 128 bytes", block);
	}
}

/* terms.text holds the path until it is read here. */
static void whole_terms(struct loader *l)
{
	struct config *c = l->out;
	const char *why;
	if (!c->terms.text.len)
		return;
	if (!c->terms.version.len) {
		config_wrong(l, line_of(l, "terms", STR_NONE, "file"), "terms: a file needs a version beside it");
		return;
	}
	struct str path = c->terms.text;
	c->terms.text = config_text_read(l, path, CONFIG_FILE_MAX, &why);
	if (why)
		config_wrong(l, line_of(l, "terms", STR_NONE, "file"), "terms: %.*s: %s", STR_ARG(path), why);
}

static void whole_paths(struct loader *l)
{
	struct config *c = l->out;
	struct str file = str_n(c->store.ptr + 7, c->store.len - 7); /* behind "sqlite:" */
	if (file.ptr[0] != '/')
		c->store = arena_printf(l->arena, "sqlite:%.*s/%.*s", STR_ARG(c->data_dir), STR_ARG(file));
	if (!c->key_file.len)
		c->key_file = arena_printf(l->arena, "%.*s/master.key", STR_ARG(c->data_dir));
	if (!c->data_dir.len)
		config_wrong(l, line_of(l, NULL, STR_NONE, "data_dir"), "data_dir is empty");
}

static void whole_names(struct loader *l)
{
	struct config *c = l->out;
	if (!c->organisation.len)
		config_wrong(l, line_of(l, NULL, STR_NONE, "organisation"), "organisation is empty");
	if (!c->issuer.len)
		c->issuer = c->organisation;
	if (str_has(c->issuer, ':') || c->issuer.len > 64)
		config_wrong(l, line_of(l, NULL, STR_NONE, "organisation"),
		             "organisation cannot be the issuer (colon, or over 64 bytes): set issuer");
	if (!c->user.len || !c->vault_user.len || !c->courier_user.len)
		config_wrong(l, 0, "user, vault_user and courier_user cannot be empty");
	else if (str_eq(c->user, c->vault_user) || str_eq(c->user, c->courier_user) || str_eq(c->vault_user, c->courier_user))
		config_wrong(l, line_of(l, NULL, STR_NONE, "user"), "user, vault_user and courier_user must be three accounts");
}

void config_whole(struct loader *l)
{
	struct config *c = l->out;
	while (c->base_url.len && c->base_url.ptr[c->base_url.len - 1] == '/')
		c->base_url.len--;
	c->secure = str_starts(c->base_url, S("https://"));
	if (!c->base_url.len)
		config_wrong(l, line_of(l, NULL, STR_NONE, "base_url"), "base_url is empty");
	if (!c->n_listen)
		config_wrong(l, line_of(l, NULL, STR_NONE, "listen"), "listen is empty: nothing could be reached");
	if (!c->n_languages)
		config_wrong(l, line_of(l, NULL, STR_NONE, "languages"), "languages is empty");
	whole_names(l);
	whole_paths(l);
	if (!c->n_types)
		config_wrong(l, 0, "there is no user type: add a block like type \"user\" { }");
	for (size_t i = 0; i < c->n_types; i++)
		whole_type(l, &c->types[i]);
	whole_links(l, "footer", c->footer, c->n_footer);
	whole_links(l, "application", c->applications, c->n_applications);
	whole_terms(l);
}
