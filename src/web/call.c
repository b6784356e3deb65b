#include "web/call.h"

#include <string.h>

#include "base/codec.h"
#include "base/log.h"
#include "flow/trace.h"
#include "web/router.h"

static bool lang_spoken(const struct config *c, enum lang lang)
{
	for (size_t i = 0; i < c->n_languages; i++)
		if (c->languages[i] == lang)
			return true;
	return false;
}

/* "in" is what old Androids call Indonesian. */
static bool lang_read(struct str tag, enum lang *out)
{
	struct str primary = str_cut(&tag, '-');

	*out = LANG_ID;
	if (str_ieq(primary, S("id")) || str_ieq(primary, S("in")))
		return true;
	*out = LANG_EN;
	return str_ieq(primary, S("en"));
}

/* "q=0.85" in thousandths; 1000 when there is none, 0 when it cannot be read. */
static int64_t quality(struct str params)
{
	int64_t whole = 0, part = 0, scale = 1000;

	while (params.ptr) {
		struct str p = str_trim(str_cut(&params, ';'));
		struct str digits;

		if (!str_starts(p, S("q=")))
			continue;
		digits = str_n(p.ptr + 2, p.len - 2);
		p = str_cut(&digits, '.');
		if (str_to_i64(p, 1, &whole) || digits.len > 3 || (digits.len && str_to_i64(digits, 999, &part)))
			return 0;
		for (size_t i = 0; i < digits.len; i++)
			scale /= 10;
		return whole * 1000 + part * scale > 1000 ? 1000 : whole * 1000 + part * scale;
	}
	return 1000;
}

static bool lang_accepted(const struct config *c, struct str header, enum lang *out)
{
	int64_t best = 0;

	for (unsigned n = 0; header.ptr && n < 32; n++) {
		struct str rest = str_trim(str_cut(&header, ','));
		struct str tag = str_trim(str_cut(&rest, ';'));
		enum lang lang;
		int64_t q = rest.ptr ? quality(rest) : 1000;

		if (q > best && lang_read(tag, &lang) && lang_spoken(c, lang)) {
			best = q;
			*out = lang;
		}
	}
	return best > 0;
}

enum lang router_lang(const struct config *c, const struct request *req, bool *chosen)
{
	enum lang lang = c->n_languages ? c->languages[0] : LANG_ID;
	struct str asked = request_query(req, "lang"), kept = cookie_get(req, COOKIE_LANG);
	bool by_query = asked.len == 2 && lang_read(asked, &lang) && lang_spoken(c, lang);

	if (chosen)
		*chosen = by_query;
	if (by_query || (kept.len == 2 && lang_read(kept, &lang) && lang_spoken(c, lang)))
		return lang;
	lang = c->n_languages ? c->languages[0] : LANG_ID;
	if (!lang_accepted(c, request_header(req, "accept-language"), &lang))
		lang = c->n_languages ? c->languages[0] : LANG_ID;
	return lang;
}

struct str call_href(struct arena *a, const char *path, const char *name, struct str value)
{
	struct str v = url_encode(a, value);

	return arena_printf(a, "%s?%s=%.*s", path, name, STR_ARG(v));
}

/* Steps that have no GET of their own name the page they belong to. */
static struct str get_path(const struct page_call *c)
{
	struct str path = c->req->path;

	while (path.len > 1 && !router_find(METHOD_GET, path, c->v.arena, NULL)) {
		while (path.len > 1 && path.ptr[path.len - 1] != '/')
			path.len--;
		if (path.len > 1)
			path.len--;
	}
	return path.len ? path : S("/");
}

struct str call_lang_href(const struct page_call *c, enum lang lang)
{
	struct str rest = c->is_post ? STR_NONE : c->req->query, path = get_path(c);
	struct buf b;
	char before = '?';

	buf_init(&b, c->v.arena, 128, REQUEST_LINE_MAX * 2);
	buf_add(&b, path);
	while (rest.ptr && rest.len) {
		struct str pair = str_cut(&rest, '&');

		if (!pair.len || str_starts(pair, S("lang=")) || str_is(pair, "lang"))
			continue;
		buf_char(&b, before);
		buf_add(&b, pair);
		before = '&';
	}
	buf_char(&b, before);
	buf_lit(&b, lang == LANG_EN ? "lang=en" : "lang=id");
	return buf_str(&b);
}

/* The guard has just touched the session; `who` was read before that, and seen_s is written once a minute. */
int64_t call_session_left(const struct page_call *c)
{
	const struct session *s = &c->who->session;
	int64_t seen_s = c->v.now_s - s->seen_s >= 60 ? c->v.now_s : s->seen_s;
	int64_t idle_s = seen_s + c->f->config->session_idle_s;

	return (idle_s < s->ends_s ? idle_s : s->ends_s) - c->v.now_s;
}

struct str call_session_until(const struct page_call *c)
{
	return time_clock(c->v.arena, c->v.lang, c->v.now_s + call_session_left(c));
}

bool call_is_account(const struct page_call *c)
{
	return c->route && strncmp(c->route->path, "/account/", 9) == 0;
}

struct enrol_by call_enrol_by(const struct page_call *c)
{
	if (call_is_account(c))
		return (struct enrol_by){HOLDER_SESSION, c->session_cookie};
	return (struct enrol_by){HOLDER_SIGNIN, c->signin_cookie};
}

struct str call_enrol_path(const struct page_call *c, const char *tail)
{
	return arena_printf(c->v.arena, "%s%s", call_is_account(c) ? "/account/mfa/enrol" : "/signin/enrol", tail);
}

struct str call_reference(struct page_call *c, const char *event, int status)
{
	struct str ref;

	if (ref_new(c->v.arena, &ref) != RC_OK)
		return STR_NONE;
	log_event(LOG_NOTICE, event, F_INT("status", status), F_STR("ref", ref), F_STR("path", c->req->path),
	          F_STR("address", c->v.address));
	return ref;
}
