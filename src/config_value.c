/* One value of gerbang.conf: its shape, its test, its place. */
#include <arpa/inet.h>
#include <string.h>

#include "base/codec.h"
#include "config_parts.h"

enum { TEXT_MAX = 512, PROSE_MAX = 4096 };

static bool one_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	}
	return true;
}

static bool host_letters(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'))
			return false;
	}
	return s.len > 0 && s.len <= 253;
}

static bool address_ok(struct str s, int *bits)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = 0;
	*bits = inet_pton(AF_INET, text, bytes) == 1 ? 32 : inet_pton(AF_INET6, text, bytes) == 1 ? 128 : 0;
	return *bits != 0;
}

static bool port_ok(struct str s)
{
	int64_t port;
	return str_to_i64(s, 65535, &port) == RC_OK && port > 0;
}

/* "host", "host:port", "[v6]", "[v6]:port"; the host without its brackets. */
static bool host_split(struct str s, struct str *host)
{
	struct str rest = s;
	int bits;
	if (s.len && s.ptr[0] == '[') {
		rest = str_n(s.ptr + 1, s.len - 1);
		*host = str_cut(&rest, ']');
		return rest.ptr && address_ok(*host, &bits) && bits == 128 &&
		       (rest.len == 0 || (rest.ptr[0] == ':' && port_ok(str_n(rest.ptr + 1, rest.len - 1))));
	}
	*host = str_cut(&rest, ':');
	return host_letters(*host) && (!rest.ptr || port_ok(rest));
}

/* http:// or https://, host, perhaps a path of printable ASCII. */
static bool url_split(struct str s, struct str *host, struct str *path)
{
	struct str rest;
	if (str_starts(s, S("https://")))
		rest = str_n(s.ptr + 8, s.len - 8);
	else if (str_starts(s, S("http://")))
		rest = str_n(s.ptr + 7, s.len - 7);
	else
		return false;
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] <= ' ' || rest.ptr[i] == 0x7f || strchr("\"<>\\^`{|}@", rest.ptr[i]))
			return false;
	}
	size_t end = 0;
	while (end < rest.len && !strchr("/?#", rest.ptr[end]))
		end++;
	*path = str_n(rest.ptr + end, rest.len - end);
	return host_split(str_n(rest.ptr, end), host);
}

static bool loopback(struct str host)
{
	return str_ieq(host, S("localhost")) || str_eq(host, S("::1")) || str_ends(host, S(".localhost")) ||
	       (str_starts(host, S("127.")) && host_letters(host) && strspn(host.ptr, "0123456789.") >= host.len);
}

const char *config_test_base_url(struct loader *l, struct str v)
{
	struct str host, path;
	(void)l;
	if (!url_split(v, &host, &path))
		return "is not like \"https://login.example.org\"";
	if (path.len && !str_is(path, "/"))
		return "must not have a path";
	if (!str_starts(v, S("https://")) && !loopback(host))
		return "must be https://; http:// is only for localhost, 127.0.0.1 and [::1]";
	return NULL;
}

const char *config_test_listen(struct loader *l, struct str v)
{
	struct str host, rest = v;
	int bits;
	(void)l;
	if (str_starts(v, S("unix:")))
		return v.len > 5 && v.len - 5 < 108 && v.ptr[5] == '/' ? NULL : "needs an absolute path of at most 107 bytes behind unix:";
	if (!host_split(v, &host))
		return "is not like \"127.0.0.1:8080\", \"[::1]:8080\" or \"unix:/run/gerbang/web.sock\"";
	if (!address_ok(host, &bits))
		return "must name an address (0.0.0.0 and [::] are every one), not a host";
	if (bits == 32)
		str_cut(&rest, ':');
	else
		rest = v.ptr[v.len - 1] == ']' ? STR_NONE : v;
	return rest.ptr ? NULL : "needs a port, like \"127.0.0.1:8080\"";
}

const char *config_test_proxy(struct loader *l, struct str v)
{
	struct str rest = v, address = str_cut(&rest, '/');
	int64_t width;
	int bits;
	(void)l;
	if (!address_ok(address, &bits) || (rest.ptr && str_to_i64(rest, bits, &width) != RC_OK))
		return "is not an address or a block like \"10.0.0.0/8\" or \"2001:db8::/32\"";
	return NULL;
}

const char *config_test_store(struct loader *l, struct str v)
{
	(void)l;
	if (str_starts(v, S("postgresql://")))
		return "names PostgreSQL, which is not in this version; use \"sqlite:FILE\"";
	return str_starts(v, S("sqlite:")) && v.len > 7 ? NULL : "must be \"sqlite:FILE\"";
}

const char *config_test_zone(struct loader *l, struct str v)
{
	return clock_zone_set(arena_cstr(l->arena, v)) == RC_OK ? NULL : "is not a time zone (a name like \"Asia/Jakarta\")";
}

const char *config_test_issuer(struct loader *l, struct str v)
{
	(void)l;
	if (str_has(v, ':') || v.len > 64)
		return "must have at most 64 bytes and no colon (authenticator apps cut there)";
	return NULL;
}

const char *config_test_url(struct loader *l, struct str v)
{
	struct str host, path;
	(void)l;
	return url_split(v, &host, &path) ? NULL : "is not an http:// or https:// address";
}

/* A path of ours or a full address: where a page may lead. */
const char *config_test_place(struct loader *l, struct str v)
{
	if (v.len > 0 && v.ptr[0] == '/' && (v.len == 1 || (v.ptr[1] != '/' && v.ptr[1] != '\\')))
		return strcspn(arena_cstr(l->arena, v), " \"<>\\^`{|}") == v.len ? NULL : "has letters that no path has";
	return config_test_url(l, v) ? "is neither a path like \"/home\" nor an http:// or https:// address" : NULL;
}

const char *config_test_mail(struct loader *l, struct str v)
{
	struct str rest = v, name = str_cut(&rest, '@');
	(void)l;
	if (!rest.ptr || !name.len || name.len > 64 || str_has(name, ' ') || str_has(name, '<') || !host_letters(rest))
		return "is not a mail address";
	return NULL;
}

const char *config_test_colour(struct loader *l, struct str v)
{
	(void)l;
	if (v.len != 7 || v.ptr[0] != '#')
		return "is not like \"#0b5fa5\"";
	for (size_t i = 1; i < v.len; i++) {
		if (!strchr("0123456789abcdefABCDEF", v.ptr[i]))
			return "is not like \"#0b5fa5\"";
	}
	return NULL;
}

const char *config_test_return(struct loader *l, struct str v)
{
	struct str host;
	(void)l;
	return host_split(v, &host) ? NULL : "is not a host, like \"portal.example.org\" or \"localhost:3000\"";
}

const char *config_test_account(struct loader *l, struct str v)
{
	(void)l;
	if (v.len > 32 || v.ptr[0] == '-')
		return "is not a name of a system account";
	for (size_t i = 0; i < v.len; i++) {
		if (!((v.ptr[i] >= 'a' && v.ptr[i] <= 'z') || (v.ptr[i] >= '0' && v.ptr[i] <= '9') || v.ptr[i] == '-' || v.ptr[i] == '_'))
			return "is not a name of a system account";
	}
	return NULL;
}

const char *config_test_smtp(struct loader *l, struct str v)
{
	struct str host, rest;
	(void)l;
	if (str_starts(v, S("smtps://")))
		rest = str_n(v.ptr + 8, v.len - 8);
	else if (str_starts(v, S("smtp://")))
		rest = str_n(v.ptr + 7, v.len - 7);
	else
		return "is not like \"smtps://mail.example.org\" or \"smtp://localhost:25\"";
	return host_split(rest, &host) ? NULL : "is not like \"smtps://mail.example.org\" or \"smtp://localhost:25\"";
}

/* ---- shapes --------------------------------------------------------------------------------------- */

static void put(void *base, size_t at, const void *value, size_t n)
{
	memcpy((char *)base + at, value, n); /* RAW: the table's offsets say where */
}

static void value_number(struct loader *l, const struct config_key *k, unsigned line, struct str v, void *base)
{
	int64_t n;
	if (str_to_i64(v, k->most, &n) != RC_OK || n < k->least) {
		config_wrong(l, line, "%s: \"%.*s\" is not a whole number from %lld to %lld", k->name, STR_ARG(v),
		             (long long)k->least, (long long)k->most);
		return;
	}
	if (v.len > 1 && v.ptr[0] == '0') {
		config_wrong(l, line, "%s: \"%.*s\" begins with a zero", k->name, STR_ARG(v));
		return;
	}
	n *= k->unit;
	if (k->is_unsigned)
		put(base, k->at, &(unsigned){(unsigned)n}, sizeof(unsigned));
	else
		put(base, k->at, &n, sizeof(n));
}

static void value_flag(struct loader *l, const struct config_key *k, unsigned line, struct str v, void *base)
{
	if (!str_is(v, "true") && !str_is(v, "false"))
		config_wrong(l, line, "%s: \"%.*s\" is neither true nor false", k->name, STR_ARG(v));
	else
		put(base, k->at, &(bool){str_is(v, "true")}, sizeof(bool));
}

static bool word_value(struct loader *l, const struct config_key *k, unsigned line, struct str v, int *value)
{
	struct config_near near = {0};
	struct buf allowed;
	buf_init(&allowed, l->arena, 64, 512);
	*value = 0;
	for (const struct config_word *w = k->words; w->word; w++) {
		if (str_is(v, w->word)) {
			*value = w->value;
			return true;
		}
		buf_lit(&allowed, w == k->words ? "" : w[1].word ? ", " : " or ");
		buf_printf(&allowed, "\"%s\"", w->word);
		config_near_try(&near, v, w->word);
	}
	config_wrong(l, line, "%s: \"%.*s\" must be %.*s%.*s", k->name, STR_ARG(v), STR_ARG(buf_str(&allowed)),
	             STR_ARG(config_near_text(l, &near)));
	return false;
}

static struct str absolute(struct loader *l, struct str path)
{
	if (path.len == 0 || path.ptr[0] == '/')
		return path;
	if (str_is(path, "."))
		return l->dir;
	return arena_printf(l->arena, "%.*s/%.*s", STR_ARG(l->dir), STR_ARG(path));
}

void config_value(struct loader *l, const struct config_key *k, unsigned line, struct str v, void *base)
{
	bool prose = k->shape == SHAPE_PROSE;
	const char *wrong = NULL;
	int64_t spare[sizeof(struct str) / sizeof(int64_t)]; /* for what is checked and kept nowhere; k->at is 0 then */

	if (v.len > (prose ? PROSE_MAX : TEXT_MAX) || !utf8_ok(v) || (!prose && !one_line(v)))
		wrong = prose ? "is longer than 4096 bytes" : "is longer than 512 bytes, or has line breaks or control letters";
	else if (k->test && v.len)
		wrong = k->test(l, v);
	if (wrong) {
		config_wrong(l, line, "%s: \"%.*s\" %s", k->name, (int)(v.len < 80 ? v.len : 80), v.ptr ? v.ptr : "", wrong);
		return;
	}
	if (k->nowhere)
		base = spare;
	switch (k->shape) {
	case SHAPE_NUMBER:
		value_number(l, k, line, v, base);
		return;
	case SHAPE_FLAG:
		value_flag(l, k, line, v, base);
		return;
	case SHAPE_WORD: {
		int value;
		if (word_value(l, k, line, v, &value))
			put(base, k->at, &value, sizeof(value));
		return;
	}
	case SHAPE_DATE: {
		int64_t at_s = 0;
		if (v.len && time_parse(v, &at_s) != RC_OK)
			config_wrong(l, line, "%s: \"%.*s\" is not a date like \"2027-01-01\"", k->name, STR_ARG(v));
		put(base, k->at, &at_s, sizeof(at_s));
		return;
	}
	case SHAPE_PATH:
		v = absolute(l, v);
		break;
	case SHAPE_TEXT:
	case SHAPE_PROSE:
		break;
	}
	put(base, k->at, &v, sizeof(v));
}

static void keep_word(const struct config_key *k, size_t i, int value, void *base)
{
	if (k->count_at) {
		put(base, k->at + i * sizeof(enum lang), &value, sizeof(enum lang));
		return;
	}
	struct policy *p = &((struct config_type *)base)->policy;
	p->factors |= (unsigned)value;
	if (i == 0)
		p->first_factor = (unsigned)value;
}

void config_list(struct loader *l, const struct config_key *k, unsigned line, const struct str *items, size_t n, void *base)
{
	struct config_key item = *k;
	item.at = 0;
	if (n > k->list_max) {
		config_wrong(l, line, "%s: more than %zu", k->name, k->list_max);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct str kept = STR_NONE;
		int value;
		for (size_t j = 0; j < i; j++) {
			if (str_eq(items[i], items[j]))
				config_wrong(l, line, "%s: \"%.*s\" stands twice", k->name, STR_ARG(items[i]));
		}
		if (!items[i].len) {
			config_wrong(l, line, "%s: an empty item", k->name);
		} else if (k->shape == SHAPE_WORD) {
			if (word_value(l, k, line, items[i], &value))
				keep_word(k, i, value, base);
		} else {
			config_value(l, &item, line, items[i], &kept);
			put(base, k->at + i * sizeof(kept), &kept, sizeof(kept));
		}
	}
	if (k->count_at)
		put(base, k->count_at, &n, sizeof(n));
}
