/* The scan beside libconfuse: lines of keys, keys that stand twice, unknown keys, ${. */
#include "config_parts.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_SIGN };

struct scanner {
	struct str text;
	size_t at;
	unsigned line;
	enum token_kind kind; /* the token that was read last ... */
	struct str word;
	char sign;
	unsigned token_line;  /* ... and where it began */
	bool quoted;
};

static bool ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '=' || c == '{' || c == '}' || c == ',' ||
	       c == '"' || c == '\'' || c == '#' || c == '(' || c == ')' || c == '+';
}

static bool at_pair(const struct scanner *s, char first, char second)
{
	return s->at + 1 < s->text.len && s->text.ptr[s->at] == first && s->text.ptr[s->at + 1] == second;
}

static void skip_one(struct scanner *s)
{
	if (s->text.ptr[s->at++] == '\n')
		s->line++;
}

/* White space and the three kinds of comment: # and // to the end of the line, and C's. */
static void skip_space(struct loader *l, struct scanner *s)
{
	while (s->at < s->text.len) {
		char c = s->text.ptr[s->at];
		if (c == '#' || at_pair(s, '/', '/')) {
			while (s->at < s->text.len && s->text.ptr[s->at] != '\n')
				s->at++;
		} else if (at_pair(s, '/', '*')) {
			unsigned from = s->line;
			s->at += 2;
			while (s->at < s->text.len && !at_pair(s, '*', '/'))
				skip_one(s);
			if (s->at >= s->text.len)
				config_wrong(l, from, "a comment begins here and does not end");
			s->at = s->at + 2 < s->text.len ? s->at + 2 : s->text.len;
		} else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			skip_one(s);
		} else {
			return;
		}
	}
}

static void told_variable(struct loader *l, struct scanner *s)
{
	if (at_pair(s, '$', '{'))
		config_wrong(l, s->line, "\"${\" is not allowed in a value: nothing is read from the environment");
}

/* A quote that was left open ends at the next value's first quote, some lines on: just behind that one's = or {. */
static bool ends_at_another(struct str word)
{
	struct str end = str_trim(word);
	return str_has(word, '\n') && end.len && (end.ptr[end.len - 1] == '=' || end.ptr[end.len - 1] == '{');
}

static void scan_quoted(struct loader *l, struct scanner *s)
{
	char quote = s->text.ptr[s->at++];
	size_t from = s->at;
	unsigned line = s->line;
	while (s->at < s->text.len && s->text.ptr[s->at] != quote) {
		told_variable(l, s);
		if (s->text.ptr[s->at] == '\\' && s->at + 1 < s->text.len)
			skip_one(s);
		skip_one(s);
	}
	s->word = str_n(s->text.ptr + from, s->at - from);
	if (s->at >= s->text.len || ends_at_another(s->word)) {
		config_wrong(l, line, "a quote begins here and does not end");
		l->quote_open = true;
		s->at = s->text.len;
	} else {
		s->at++;
	}
	s->kind = TOKEN_WORD;
	s->quoted = true;
}

static void next_token(struct loader *l, struct scanner *s)
{
	skip_space(l, s);
	s->token_line = s->line;
	s->sign = 0;
	s->quoted = false;
	s->word = STR_NONE;
	if (s->at >= s->text.len) {
		s->kind = TOKEN_END;
		return;
	}
	char c = s->text.ptr[s->at];
	if (c == '"' || c == '\'') {
		scan_quoted(l, s);
		return;
	}
	if (ends_word(c)) {
		s->kind = TOKEN_SIGN;
		s->sign = c;
		s->at++;
		return;
	}
	size_t from = s->at;
	while (s->at < s->text.len && !ends_word(s->text.ptr[s->at])) {
		told_variable(l, s);
		s->at++;
	}
	s->word = str_n(s->text.ptr + from, s->at - from);
	s->kind = TOKEN_WORD;
}

static const struct config_block *block_find(struct str name)
{
	for (size_t i = 0; i < config_blocks_count; i++) {
		if (str_is(name, config_blocks[i].name))
			return &config_blocks[i];
	}
	return NULL;
}

static bool key_known(struct str block, struct str name)
{
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (str_is(name, k->name) && (k->block ? str_is(block, k->block) : !block.ptr))
			return true;
	}
	return false;
}

static void keep_entry(struct loader *l, const struct config_entry *e)
{
	for (size_t i = 0; i < l->n_entries; i++) {
		const struct config_entry *b = &l->entries[i];
		if (!str_eq(b->block, e->block) || !str_eq(b->block_title, e->block_title) || !str_eq(b->key, e->key) ||
		    !str_eq(b->title, e->title))
			continue;
		if (e->title.ptr)
			config_wrong(l, e->line, "%.*s \"%.*s\" stands twice; the first is on line %u", STR_ARG(e->key),
			             STR_ARG(e->title), b->line);
		else
			config_wrong(l, e->line, "%.*s stands twice; the first is on line %u", STR_ARG(e->key), b->line);
		return;
	}
	if (l->n_entries == CONFIG_ENTRIES_MAX) {
		config_wrong(l, e->line, "more than %d keys", CONFIG_ENTRIES_MAX);
		return;
	}
	l->entries[l->n_entries++] = *e;
}

/* A bare word behind a bare value, on its line, that begins no statement: a value of several words without quotes. */
static bool is_loose(const struct scanner *s, unsigned line)
{
	size_t at = s->at;
	if (s->kind != TOKEN_WORD || s->quoted || s->token_line != line)
		return false;
	while (at < s->text.len && (s->text.ptr[at] == ' ' || s->text.ptr[at] == '\t'))
		at++;
	return at >= s->text.len || !(s->text.ptr[at] == '=' || s->text.ptr[at] == '{' || s->text.ptr[at] == '+' || s->text.ptr[at] == '"');
}

static void skip_single(struct loader *l, struct scanner *s, const struct config_entry *e)
{
	const char *from = s->word.ptr;
	unsigned line = s->token_line;
	bool bare = !s->quoted;
	size_t end = s->at;
	next_token(l, s);
	if (!bare || !is_loose(s, line))
		return;
	while (is_loose(s, line)) {
		end = s->at;
		next_token(l, s);
	}
	config_wrong(l, line, "%.*s: a value of several words stands in quotes: %.*s = \"%.*s\"", STR_ARG(e->key), STR_ARG(e->key),
	             (int)(s->text.ptr + end - from), from);
}

/* Behind '=': one value, or a list in braces. */
static void skip_value(struct loader *l, struct scanner *s, const struct config_entry *e)
{
	next_token(l, s);
	if (s->kind != TOKEN_SIGN || s->sign != '{') {
		if (s->kind == TOKEN_WORD)
			skip_single(l, s, e);
		return;
	}
	do {
		next_token(l, s);
	} while (s->kind != TOKEN_END && !(s->kind == TOKEN_SIGN && s->sign == '}'));
	if (s->kind != TOKEN_END)
		next_token(l, s);
}

/* A key that belongs elsewhere is told so; one that is nearly right is named. */
static void unknown_key(struct loader *l, const struct config_entry *e)
{
	struct config_near near = {0};
	struct str in = e->block.ptr ? arena_printf(l->arena, " in %.*s", STR_ARG(e->block)) : S("");
	const char *home = NULL;
	bool at_top = false;
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (k->block ? str_is(e->block, k->block) : !e->block.ptr)
			config_near_try(&near, e->key, k->name);
		if (str_is(e->key, k->name)) {
			at_top |= !k->block;
			home = k->block ? k->block : home;
		}
	}
	if (e->block.ptr && at_top)
		config_wrong(l, e->line, "unknown key \"%.*s\"%.*s; it stands outside of the blocks", STR_ARG(e->key), STR_ARG(in));
	else if (home)
		config_wrong(l, e->line, "unknown key \"%.*s\"%.*s; it belongs into a block \"%s\"", STR_ARG(e->key), STR_ARG(in), home);
	else
		config_wrong(l, e->line, "unknown key \"%.*s\"%.*s%.*s", STR_ARG(e->key), STR_ARG(in), STR_ARG(config_near_text(l, &near)));
}

static void unknown_block(struct loader *l, const struct config_entry *e)
{
	struct config_near near = {0};
	for (size_t i = 0; i < config_blocks_count; i++)
		config_near_try(&near, e->key, config_blocks[i].name);
	config_wrong(l, e->line, "unknown block \"%.*s\"%.*s", STR_ARG(e->key), STR_ARG(config_near_text(l, &near)));
}

struct place { /* where the scan stands */
	struct config_entry block;
	bool inside;
};

static void open_block(struct loader *l, struct place *p, const struct config_entry *e)
{
	const struct config_block *b = block_find(e->key);
	if (!b)
		unknown_block(l, e);
	else if (b->titled && !e->title.ptr)
		config_wrong(l, e->line, "block \"%s\" needs a name: %s \"...\" {", b->name, b->name);
	else if (!b->titled && e->title.ptr)
		config_wrong(l, e->line, "block \"%s\" takes no name", b->name);
	else if (str_has(e->title, '\\')) /* libconfuse would turn it into something else: the names would not meet */
		config_wrong(l, e->line, "%s: no backslash in a name", b->name);
	keep_entry(l, e);
	p->block = *e;
	p->inside = true;
}

/* KEY = value, KEY = { list }, BLOCK { and BLOCK "name" {. Whatever else stands here is for libconfuse to tell. */
static void scan_statement(struct loader *l, struct scanner *s, struct place *p)
{
	struct config_entry e = {.key = s->word, .line = s->token_line};
	if (p->inside) {
		e.block = p->block.key;
		e.block_title = p->block.title;
	}
	next_token(l, s);
	if (s->kind == TOKEN_SIGN && (s->sign == '=' || s->sign == '+')) {
		if (s->sign == '+')
			config_wrong(l, e.line, "+= is not allowed: write the whole list once");
		if (!key_known(e.block, e.key))
			unknown_key(l, &e);
		keep_entry(l, &e);
		skip_value(l, s, &e);
		return;
	}
	if (s->kind == TOKEN_WORD) {
		e.title = s->word;
		next_token(l, s);
	}
	if (s->kind == TOKEN_SIGN && s->sign == '{' && !p->inside) {
		open_block(l, p, &e);
		next_token(l, s);
	} else if (!key_known(e.block, e.key) && !block_find(e.key)) {
		unknown_key(l, &e);
	}
}

void config_scan(struct loader *l)
{
	struct scanner s = {.text = l->text, .line = 1};
	struct place p = {0};

	size_t most = 1; /* every entry has one of these signs */
	for (size_t i = 0; i < l->text.len && most < CONFIG_ENTRIES_MAX; i++)
		most += l->text.ptr[i] == '=' || l->text.ptr[i] == '{' || l->text.ptr[i] == '+';
	l->entries = arena_many(l->arena, most, struct config_entry);
	next_token(l, &s);
	while (s.kind != TOKEN_END && l->errors < CONFIG_ERRORS_MAX) {
		if (s.kind == TOKEN_WORD) {
			scan_statement(l, &s, &p);
			continue;
		}
		if (s.sign == '}')
			p = (struct place){0};
		next_token(l, &s);
	}
	if (p.inside && !l->quote_open)
		config_wrong(l, p.block.line, "block \"%.*s\" is not closed: a } is missing", STR_ARG(p.block.key));
}

const struct config_entry *config_entry_find(const struct loader *l, struct str block, struct str title, struct str key)
{
	for (size_t i = 0; i < l->n_entries; i++) {
		const struct config_entry *e = &l->entries[i];
		if (str_eq(e->block, block) && str_eq(e->block_title, title) && str_eq(e->key, key) && !e->title.ptr)
			return e;
	}
	return NULL;
}
