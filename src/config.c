/* gerbang.conf to struct config: read, scan, libconfuse, values by the table, rules over the whole. */
#include "config.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec.h"
#include "config_parts.h"

enum { OPTIONS_MAX = 48 }; /* keys of one block */

static _Thread_local struct loader *now_loading; /* libconfuse's error function takes no context */

void config_wrong(struct loader *l, unsigned line, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	if (l->errors++ >= CONFIG_ERRORS_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (l->why.len)
		buf_char(&l->why, '\n');
	if (line)
		buf_printf(&l->why, "%.*s:%u: %s", STR_ARG(l->file), line, text);
	else
		buf_printf(&l->why, "%.*s: %s", STR_ARG(l->file), text);
}

/* ---- files ---------------------------------------------------------------------------------------- */

static enum rc file_read(struct arena *a, const char *path, size_t most, struct str *out, struct stat *of, const char **why)
{
	struct stat st;
	enum rc rc = RC_MALFORMED;
	*out = STR_NONE;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		*why = strerror(errno);
		return errno == ENOENT ? RC_ABSENT : RC_MALFORMED;
	}
	*why = "is not a file, or too large";
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > (off_t)most)
		goto end;
	char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
	size_t n = 0;
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, bytes + n, (size_t)st.st_size - n);
		if (got < 0) {
			*why = strerror(errno);
			goto end;
		}
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*out = str_n(bytes, n);
	*of = st;
	rc = RC_OK;
end:
	close(fd);
	return rc;
}

/* ---- libconfuse ----------------------------------------------------------------------------------- */

PRINTF(2, 0) static void told_by_parser(cfg_t *cfg, const char *fmt, va_list args)
{
	char text[256];
	vsnprintf(text, sizeof(text), fmt, args);
	/* the scan has told unknown keys already, all of them and in plainer words */
	if (!now_loading || (now_loading->errors && strncmp(fmt, "no such option", 14) == 0))
		return;
	config_wrong(now_loading, cfg && cfg->line > 0 ? (unsigned)cfg->line : 0, "%s", text);
}

static cfg_opt_t option_of(const struct config_key *k)
{
	cfg_opt_t list = CFG_STR_LIST(k->name, NULL, CFGF_NONE);
	cfg_opt_t single = CFG_STR(k->name, NULL, CFGF_NONE);
	return k->list_max ? list : single;
}

static cfg_opt_t *options_of(struct arena *a, const char *block)
{
	cfg_opt_t *o = arena_many(a, OPTIONS_MAX, cfg_opt_t);
	size_t n = 0;
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (block ? k->block && strcmp(k->block, block) == 0 : !k->block)
			o[n++] = option_of(k);
	}
	for (size_t i = 0; !block && i < config_blocks_count; i++) {
		const struct config_block *b = &config_blocks[i];
		cfg_opt_t section = CFG_SEC(b->name, options_of(a, b->name), b->titled ? CFGF_MULTI | CFGF_TITLE : CFGF_NONE);
		o[n++] = section;
	}
	if (n >= OPTIONS_MAX)
		panic("config: more keys than OPTIONS_MAX");
	o[n] = (cfg_opt_t)CFG_END();
	return o;
}

/* What a list holds, or its fallback, as pieces. */
static size_t items_of(struct loader *l, cfg_t *cfg, const struct config_key *k, bool given, struct str items[CONFIG_ITEMS_MAX])
{
	size_t n = 0;
	struct str rest = str_of(k->fallback);
	if (given) {
		for (unsigned i = 0; i < cfg_size(cfg, k->name) && n < CONFIG_ITEMS_MAX; i++)
			items[n++] = arena_str(l->arena, str_of(cfg_getnstr(cfg, k->name, i)));
		return n;
	}
	while (rest.len && n < CONFIG_ITEMS_MAX)
		items[n++] = str_cut(&rest, ',');
	return n;
}

/* All values of one block (a titled one: of the one with this title) into `base`. */
static void values_of(struct loader *l, cfg_t *cfg, const char *block, struct str title, void *base)
{
	struct str items[CONFIG_ITEMS_MAX];
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (block ? !k->block || strcmp(k->block, block) != 0 : k->block != NULL)
			continue;
		const struct config_entry *e = config_entry_find(l, str_of(block), title, str_of(k->name));
		unsigned line = e ? e->line : 0;
		/* the two readings must agree on what is there: a value that only one saw is not silently dropped */
		if (!e && (k->list_max ? cfg_size(cfg, k->name) > 0 : cfg_getstr(cfg, k->name) != NULL))
			config_wrong(l, (unsigned)cfg->line, "%s: cannot be read; write it as KEY = \"value\"", k->name);
		else if (k->list_max)
			config_list(l, k, line, items, items_of(l, cfg, k, e != NULL, items), base);
		else if (e)
			config_value(l, k, line, arena_str(l->arena, str_of(cfg_getstr(cfg, k->name))), base);
		else
			config_value(l, k, 0, str_of(k->fallback), base);
	}
}

static void types_of(struct loader *l, cfg_t *cfg)
{
	struct config *c = l->out;
	for (unsigned i = 0; i < cfg_size(cfg, "type"); i++) {
		cfg_t *sec = cfg_getnsec(cfg, "type", i);
		struct str title = arena_str(l->arena, str_of(cfg_title(sec)));
		if (c->n_types == CONFIG_TYPES_MAX) {
			config_wrong(l, (unsigned)sec->line, "more than %d types", CONFIG_TYPES_MAX);
			return;
		}
		struct config_type *t = &c->types[c->n_types++];
		t->id = title;
		values_of(l, sec, "type", title, t);
	}
}

static void links_of(struct loader *l, cfg_t *cfg, const char *block, struct config_link *links, size_t *n)
{
	for (unsigned i = 0; i < cfg_size(cfg, block); i++) {
		cfg_t *sec = cfg_getnsec(cfg, block, i);
		if (*n == CONFIG_LINKS_MAX) {
			config_wrong(l, (unsigned)sec->line, "more than %d %s blocks", CONFIG_LINKS_MAX, block);
			return;
		}
		struct config_link *link = &links[(*n)++];
		link->label = arena_str(l->arena, str_of(cfg_title(sec)));
		values_of(l, sec, block, link->label, link);
	}
}

static void blocks_of(struct loader *l, cfg_t *cfg)
{
	struct config *c = l->out;
	values_of(l, cfg, NULL, STR_NONE, c);
	for (size_t i = 0; i < config_blocks_count; i++) {
		const char *name = config_blocks[i].name;
		if (!config_blocks[i].titled && cfg_size(cfg, name) > 0)
			values_of(l, cfg_getsec(cfg, name), name, STR_NONE, c);
	}
	types_of(l, cfg);
	links_of(l, cfg, "footer", c->footer, &c->n_footer);
	links_of(l, cfg, "application", c->applications, &c->n_applications);
}

static void parse(struct loader *l)
{
	cfg_t *cfg = cfg_init(options_of(l->arena, NULL), CFGF_NONE);
	FILE *f = l->text.len ? fmemopen(arena_cstr(l->arena, l->text), l->text.len, "r") : NULL;
	if (!cfg || (l->text.len && !f))
		panic("config: out of memory");
	now_loading = l;
	cfg_set_error_function(cfg, told_by_parser);
	if (!f || cfg_parse_fp(cfg, f) == CFG_SUCCESS)
		blocks_of(l, cfg);
	else if (!l->errors)
		config_wrong(l, cfg->line > 0 ? (unsigned)cfg->line : 0, "cannot be read from here on");
	now_loading = NULL;
	if (f)
		fclose(f);
	cfg_free(cfg);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static void note_without_effect(struct config *c, const char *name)
{
	size_t room = sizeof(c->without_effect) / sizeof(c->without_effect[0]);
	for (size_t i = 0; i < c->n_without_effect; i++) {
		if (strcmp(c->without_effect[i], name) == 0)
			return;
	}
	if (c->n_without_effect < room)
		c->without_effect[c->n_without_effect++] = name;
}

/* Of a type: keys that another key of it switches off, and the one value that is not there yet. */
static void type_without_effect(struct loader *l, const struct config_type *t)
{
	const struct policy *p = &t->policy;
	const struct { bool idle; const char *key, *why; } keys[] = {
		{p->mfa != MFA_MANDATORY_FROM, "mfa_from", "mfa is not \"mandatory-from\""},
		{p->first_enrol != FIRST_QUIET, "quiet_hours", "first_enrol is not \"quiet-period\""},
		{p->strict && !(p->factors & FACTOR_CODE), "strict", "code is not among the factors"},
		{p->first_enrol == FIRST_MAIL, "first_enrol", "\"mail\": a slip is asked for instead"},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].idle && config_entry_find(l, S("type"), t->id, str_of(keys[i].key)))
			note_without_effect(l->out, arena_printf(l->arena, "type \"%.*s\": %s (%s)", STR_ARG(t->id), keys[i].key, keys[i].why).ptr);
}

static void without_effect(struct loader *l)
{
	for (size_t i = 0; i < config_blocks_count; i++) {
		if (config_blocks[i].quiet && config_entry_find(l, STR_NONE, STR_NONE, str_of(config_blocks[i].name)))
			note_without_effect(l->out, config_blocks[i].name);
	}
	for (size_t i = 0; i < l->n_entries; i++) {
		const struct config_entry *e = &l->entries[i];
		for (size_t j = 0; j < config_keys_count; j++) {
			const struct config_key *k = &config_keys[j];
			if (!(k->quiet || k->nowhere) || !str_is(e->key, k->name) || !str_eq(e->block, str_of(k->block)))
				continue;
			if (!k->block)
				note_without_effect(l->out, k->name);
			else if (!str_is(e->block, "smtp") && !str_is(e->block, "telegram"))
				note_without_effect(l->out, arena_printf(l->arena, "%s: %s", k->block, k->name).ptr);
		}
	}
	for (size_t i = 0; i < l->out->n_types; i++)
		type_without_effect(l, &l->out->types[i]);
}

static bool text_lines_ok(struct loader *l)
{
	struct str rest = l->text;
	for (unsigned line = 1; rest.len; line++) {
		if (!utf8_ok(str_cut(&rest, '\n'))) {
			config_wrong(l, line, "is not UTF-8 text");
			return false;
		}
	}
	return true;
}

struct str config_text_read(struct loader *l, struct str path, size_t most, const char **why)
{
	struct str text = STR_NONE;
	struct stat st;
	*why = NULL;
	if (file_read(l->arena, arena_cstr(l->arena, path), most, &text, &st, why) == RC_OK) {
		*why = utf8_ok(text) ? NULL : "is not UTF-8 text";
		return text;
	}
	return STR_NONE;
}

enum rc config_load_text(struct arena *a, const char *file, struct str dir, struct str text, struct config **out,
                         struct str *why)
{
	struct loader l = {.arena = a, .file = arena_str(a, str_of(file)), .dir = dir, .text = text};
	*out = NULL;
	buf_init(&l.why, a, 512, 32 * 1024);
	l.out = arena_one(a, struct config);
	l.out->file = l.file;
	if (text_lines_ok(&l)) {
		config_scan(&l);
		if (!l.quote_open)
			parse(&l);
		if (!l.errors)
			config_whole(&l);
		without_effect(&l);
	}
	*why = buf_str(&l.why);
	if (l.errors)
		return RC_MALFORMED;
	*out = l.out;
	return RC_OK;
}

enum rc config_load(struct arena *a, const char *file, struct config **out, struct str *why)
{
	struct str text, dir;
	const char *reason;
	char real[PATH_MAX];
	struct stat st = {0};

	*out = NULL;
	enum rc rc = file_read(a, file, CONFIG_FILE_MAX, &text, &st, &reason);
	if (rc == RC_OK && !realpath(file, real)) {
		rc = RC_MALFORMED;
		reason = strerror(errno);
	}
	if (rc != RC_OK) {
		*why = arena_printf(a, "%s: %s%s", file, reason,
		                    rc == RC_ABSENT ? " (`gerbang init DIR` makes an installation, --data DIR names one)" : "");
		return rc;
	}
	char *slash = strrchr(real, '/');
	slash[slash == real ? 1 : 0] = 0;
	dir = arena_str(a, str_of(real));
	rc = config_load_text(a, file, dir, text, out, why);
	if (rc == RC_OK) {
		(*out)->owner = st.st_uid;
		(*out)->others_write = (st.st_mode & 022) != 0;
	}
	return rc;
}

const struct config_type *config_type_find(const struct config *c, struct str id)
{
	for (size_t i = 0; i < c->n_types; i++) {
		if (str_eq(c->types[i].id, id))
			return &c->types[i];
	}
	return NULL;
}
