#include "core/browser.h"

struct mark {
	const char *in_agent, *shown;
};

/* Order matters: every browser claims to be the ones below it. */
static const struct mark browsers[] = {
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
	{"UCBrowser/", "UC Browser"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
	{"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
};
static const struct mark systems[] = {
	{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
	{"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
};

static bool contains(struct str s, const char *what)
{
	struct str w = str_of(what);

	for (size_t i = 0; i + w.len <= s.len; i++)
		if (str_eq(str_n(s.ptr + i, w.len), w))
			return true;
	return false;
}

static const char *first(struct str agent, const struct mark *marks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (contains(agent, marks[i].in_agent))
			return marks[i].shown;
	return NULL;
}

struct str browser_short(struct arena *a, struct str user_agent)
{
	struct str agent = str_n(user_agent.ptr, user_agent.len > 512 ? 512 : user_agent.len);
	const char *b = first(agent, browsers, sizeof(browsers) / sizeof(browsers[0]));
	const char *s = first(agent, systems, sizeof(systems) / sizeof(systems[0]));

	if (b && s)
		return arena_printf(a, "%s, %s", b, s);
	return str_of(b ? b : s ? s : "");
}
