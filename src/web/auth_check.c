#include "web/auth_check.h"

#include "base/codec.h"
#include "flow/signin.h"
#include "web/auth_memo.h"
#include "web/housekeeping.h"
#include "web/router.h"

/* ---- the headers ------------------------------------------------------------------------------------ */

static bool plain(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e && c != '%';
}

static struct str header_safe(struct arena *a, struct str value, char also)
{
	struct buf b;
	bool clean = true;

	for (size_t i = 0; clean && i < value.len; i++)
		clean = plain((unsigned char)value.ptr[i]) && value.ptr[i] != also;
	if (clean)
		return value;
	buf_init(&b, a, value.len * 3, value.len * 3 + 1);
	for (size_t i = 0; i < value.len; i++) {
		if (plain((unsigned char)value.ptr[i]) && value.ptr[i] != also)
			buf_char(&b, value.ptr[i]);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)value.ptr[i]);
	}
	return buf_str(&b);
}

static struct str groups_of(struct arena *a, const struct user *u)
{
	struct buf b;

	if (!u->n_groups)
		return S("");
	if (u->n_groups == 1)
		return header_safe(a, u->groups[0], ',');
	buf_init(&b, a, 256, 16 * 1024);
	for (size_t i = 0; i < u->n_groups; i++) {
		if (i)
			buf_char(&b, ',');
		buf_add(&b, header_safe(a, u->groups[i], ','));
	}
	return buf_str(&b);
}

void auth_check_headers(struct arena *a, const struct who *w, struct pair out[AUTH_HEADERS])
{
	out[0] = (struct pair){S("Remote-User"), header_safe(a, w->user.login, 0)};
	out[1] = (struct pair){S("Remote-Name"), header_safe(a, w->user.name, 0)};
	out[2] = (struct pair){S("Remote-Email"), header_safe(a, w->user.email, 0)};
	out[3] = (struct pair){S("Remote-Groups"), groups_of(a, &w->user)};
	out[4] = (struct pair){S("Remote-Factor"), session_amr(&w->session)};
}

/* ---- what the proxy says of the original request ---------------------------------------------------- */

static bool word_ok(struct str s, const char *marks)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || str_has(str_of(marks), c)))
			return false;
	}
	return s.len > 0;
}

/* "/a/..;/b": a segment border to some servers, a name to others. */
static bool dots_hidden(struct str path)
{
	while (path.ptr) {
		struct str segment = str_cut(&path, '/');

		if (str_starts(segment, S(".;")) || str_starts(segment, S("..;")))
			return true;
	}
	return false;
}

/* Path and query as the application will see them. */
static bool uri_ok(struct arena *a, struct str uri)
{
	struct str query = uri, path = str_cut(&query, '?'), normal;

	if (path_normal(a, path, &normal) != RC_OK || dots_hidden(normal))
		return false;
	for (size_t i = 0; i < query.len; i++) {
		unsigned char c = (unsigned char)query.ptr[i];

		if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\')
			return false;
	}
	return true;
}

static bool proto_ok(struct str proto)
{
	return str_is(proto, "https") || str_is(proto, "http");
}

static enum rc original_url(const struct request *req, struct str whole, struct str *url)
{
	struct str proto = str_starts(whole, S("https://")) ? S("https") : S("http");
	struct str host, path;
	size_t skip = proto.len + 3;

	if (!str_starts(whole, S("https://")) && !str_starts(whole, S("http://")))
		return RC_MALFORMED;
	path = host = str_n(whole.ptr + skip, whole.len - skip);
	host = str_cut(&path, '/');
	if (!word_ok(host, ".-:[]"))
		return RC_MALFORMED;
	path = path.ptr ? str_n(host.ptr + host.len, whole.len - skip - host.len) : S("/");
	if (!uri_ok(req->arena, path))
		return RC_MALFORMED;
	*url = whole;
	return RC_OK;
}

enum rc auth_check_original(const struct request *req, struct str *url)
{
	struct str whole, proto, host, uri, method;

	*url = STR_NONE;
	if (!req->from_proxy)
		return RC_OK;
	method = request_header(req, "x-original-method");
	if (!method.ptr)
		method = request_header(req, "x-forwarded-method");
	if (method.ptr && !word_ok(method, "-"))
		return RC_MALFORMED;
	whole = request_header(req, "x-original-url");
	if (whole.ptr)
		return original_url(req, whole, url);
	proto = request_header(req, "x-forwarded-proto");
	host = request_header(req, "x-forwarded-host");
	uri = request_header(req, "x-forwarded-uri");
	if (!uri.ptr)
		uri = request_header(req, "x-original-uri");
	if ((proto.ptr && !proto_ok(proto)) || (host.ptr && !word_ok(host, ".-:[]")) || (uri.ptr && !uri_ok(req->arena, uri)))
		return RC_MALFORMED;
	if (proto.ptr && host.ptr)
		*url = arena_printf(req->arena, "%.*s://%.*s%.*s", STR_ARG(proto), STR_ARG(host), uri.ptr ? (int)uri.len : 1,
		                    uri.ptr ? uri.ptr : "/");
	return RC_OK;
}

/* ---- the answer ------------------------------------------------------------------------------------- */

static void deny(struct page_call *c, int status, struct str why)
{
	reply_text(c->rep, status, why);
}

static void to_signin(struct page_call *c, struct str original)
{
	const struct config *cfg = c->f->config;
	struct str next = original.ptr ? signin_next_allowed(cfg, c->v.arena, original) : STR_NONE;
	struct str path = next.ptr ? call_href(c->v.arena, "/signin", "next", next) : S("/signin");

	reply_header(c->rep, "Location", arena_printf(c->v.arena, "%.*s%.*s", STR_ARG(cfg->base_url), STR_ARG(path)));
	deny(c, 401, S("sign in first\n"));
}

/* THE place that says yes. */
static void admit(struct page_call *c, struct str lines)
{
	c->rep->lines = lines;
	c->rep->status = 200;
}

static struct str lines_of(struct arena *a, const struct who *w)
{
	struct pair headers[AUTH_HEADERS + 1];
	size_t room = 0;
	struct buf b;

	auth_check_headers(a, w, headers);
	headers[AUTH_HEADERS] = (struct pair){S("Cache-Control"), S("no-store")};
	for (size_t i = 0; i <= AUTH_HEADERS; i++)
		room += headers[i].name.len + headers[i].value.len + 4;
	buf_init(&b, a, room, room);
	for (size_t i = 0; i <= AUTH_HEADERS; i++)
		reply_line(&b, headers[i].name.ptr, headers[i].value);
	return buf_str(&b);
}

/* One snapshot serves all the questions that were ready at the same moment on this I/O thread: taking and
 * giving back SQLite's read lock costs as much as the read itself. What was read in the rounds before stands in
 * the memo while the snapshots are the same. */
static _Thread_local struct tx *round_view;
static _Thread_local struct auth_memo *memo;

void auth_check_settle(void)
{
	store_abandon(&round_view);
}

void auth_check_leave(void)
{
	auth_check_settle();
	auth_memo_free(&memo);
}

static enum rc round_begin(struct flow *f)
{
	uint64_t version;
	enum rc rc;

	if (round_view)
		return RC_OK;
	if (!memo)
		memo = auth_memo_new();
	rc = store_view_hot(f->store, &round_view);
	if (rc == RC_OK)
		rc = store_view_version(round_view, &version);
	if (rc == RC_OK)
		auth_memo_stand(memo, version);
	else
		auth_check_settle();
	return rc;
}

static enum rc look_into_store(struct page_call *c, const unsigned char token[STORE_HASH], struct str *lines)
{
	struct who *w = arena_one(c->v.arena, struct who);
	enum rc rc = session_find_by(c->f, round_view, c->v.arena, c->v.now_s, token, w);

	if (rc == RC_OK) {
		*lines = lines_of(c->v.arena, w);
		auth_memo_keep(memo, w, *lines);
		housekeeping_seen(&w->session, c->v.now_s);
	} else if (rc != RC_ABSENT) {
		auth_check_settle();
	}
	return rc;
}

/* Once a second is enough: housekeeping writes once a second, and a row that it wrote is read anew. */
static void note_seen(struct auth_kept *k, int64_t now_s)
{
	if (k->noted_s == now_s)
		return;
	k->noted_s = now_s;
	housekeeping_seen(&k->session, now_s);
}

static enum rc look(struct page_call *c, struct str *lines)
{
	unsigned char token[STORE_HASH];
	struct auth_kept *k;
	enum rc rc;

	*lines = STR_NONE;
	if (!c->session_cookie.ptr)
		return RC_ABSENT;
	rc = round_begin(c->f);
	if (rc != RC_OK)
		return rc;
	cookie_hash(c->session_cookie, token);
	k = auth_memo_find(memo, token);
	if (!k)
		return look_into_store(c, token, lines);
	if (!session_counts(c->f, &k->session, k->type, c->v.now_s))
		return RC_ABSENT;
	note_seen(k, c->v.now_s);
	*lines = str_n(k->lines, k->len);
	return RC_OK;
}

void page_auth_check(struct page_call *c)
{
	struct str original, lines;

	if (auth_check_original(c->req, &original) != RC_OK) {
		deny(c, 403, S("the original address is malformed\n"));
		return;
	}
	switch (look(c, &lines)) {
	case RC_OK:
		admit(c, lines);
		return;
	case RC_ABSENT:
		to_signin(c, original);
		return;
	case RC_TAKEN:
	case RC_MALFORMED:
	case RC_BUSY:
	case RC_FAULT:
		break;
	}
	deny(c, 503, S("the store does not answer\n"));
}
