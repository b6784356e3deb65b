#include "flow/signin.h"

enum { NEXT_MAX = 1024 };

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		/* Browsers read a backslash as a slash, and drop tabs and line ends. */
		if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>' || c == '#')
			return false;
	}
	return true;
}

/* "host" or "host:port" of an address whose scheme was taken off; STR_NONE when it has user info. */
static struct str host_of(struct str rest)
{
	size_t n = 0;

	while (n < rest.len && rest.ptr[n] != '/' && rest.ptr[n] != '?')
		n++;
	for (size_t i = 0; i < n; i++)
		if (rest.ptr[i] == '@' || rest.ptr[i] == '%')
			return STR_NONE;
	return str_n(rest.ptr, n);
}

static struct str origin_of(struct str url)
{
	struct str scheme = str_starts(url, S("https://")) ? S("https://") : S("http://");
	struct str host;

	if (!str_starts(url, scheme))
		return STR_NONE;
	host = host_of(str_n(url.ptr + scheme.len, url.len - scheme.len));
	return host.len ? str_n(url.ptr, scheme.len + host.len) : STR_NONE;
}

struct str signin_next_allowed(const struct config *c, struct arena *a, struct str next)
{
	struct str base = origin_of(c->base_url), origin, host;

	if (next.len == 0 || next.len > NEXT_MAX || !is_plain(next))
		return STR_NONE;
	if (next.ptr[0] == '/')
		return next.len > 1 && next.ptr[1] == '/' ? STR_NONE : arena_str(a, next);
	origin = origin_of(next);
	if (origin.len == 0)
		return STR_NONE;
	if (base.len && str_ieq(origin, base))
		return arena_str(a, next);
	if (!str_starts(next, S("https://")) && c->secure)
		return STR_NONE;
	host = host_of(str_n(next.ptr + (str_starts(next, S("https://")) ? 8 : 7), next.len - (str_starts(next, S("https://")) ? 8 : 7)));
	for (size_t i = 0; i < c->n_return_to; i++)
		if (str_ieq(host, c->return_to[i]))
			return arena_str(a, next);
	return STR_NONE;
}
