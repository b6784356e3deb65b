#include "web/guide_shot.h"

#include <string.h>

#include "web/html.h"

struct tag {
	struct str name, attributes; /* attributes: everything up to the '>' */
	struct str text;             /* what follows, up to the next tag */
	bool closing;
};

struct shot {
	struct buf *b;
	struct str example;
	const struct str *marks;
	size_t n_marks;
};

static size_t find(struct str s, size_t from, const char *what)
{
	const char *at = from < s.len ? memmem(s.ptr + from, s.len - from, what, strlen(what)) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

struct str guide_shot_title(struct str html)
{
	size_t from = find(html, 0, "<title>"), end = find(html, from, "</title>");
	struct str title = from + 7 <= end ? str_n(html.ptr + from + 7, end - from - 7) : STR_NONE;

	return str_n(title.ptr, find(title, 0, " – "));
}

/* The next attribute of `rest`; false at the end. A bare one has an absent value. */
static bool attribute(struct str *rest, struct str *name, struct str *value)
{
	size_t n = 0;

	while (rest->len && (*rest->ptr == ' ' || *rest->ptr == '/'))
		*rest = str_n(rest->ptr + 1, rest->len - 1);
	while (n < rest->len && rest->ptr[n] != ' ' && rest->ptr[n] != '=')
		n++;
	*name = str_n(rest->ptr, n);
	*value = STR_NONE;
	if (n + 1 < rest->len && rest->ptr[n] == '=' && rest->ptr[n + 1] == '"') {
		size_t end = find(*rest, n + 2, "\"");

		*value = str_n(rest->ptr + n + 2, end - n - 2);
		n = end < rest->len ? end + 1 : end;
	}
	*rest = str_n(rest->ptr + n, rest->len - n);
	return name->len > 0;
}

static struct str value_of(const struct tag *t, const char *wanted)
{
	struct str rest = t->attributes, name, value;

	while (attribute(&rest, &name, &value))
		if (str_is(name, wanted))
			return value.ptr ? value : S("");
	return STR_NONE;
}

static bool one_of(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_is(name, *list))
			return true;
	return false;
}

/* Boxes that would stand in the outline of the guide. */
static bool is_box(struct str name)
{
	static const char *const boxes[] = {"main", "nav", "form", "h1", "h2", "h3", "header", NULL};

	return one_of(name, boxes);
}

static bool takes_focus(struct str name)
{
	static const char *const takers[] = {"button", "input", "select", "textarea", "summary", NULL};

	return one_of(name, takers);
}

static bool kept(const struct tag *t, struct str name)
{
	static const char *const names[] = {"class", "type", "value", "alt", "width", "height", "checked", "hidden", "lang", "open",
	                                    "aria-invalid", NULL};

	/* what only scripts show is shown: the page has scripts where people see it */
	if (str_is(t->name, "button") && (str_is(name, "hidden") || str_is(name, "type")))
		return false;
	return one_of(name, names);
}

static bool invisible(const struct tag *t)
{
	return str_is(t->name, "input") && (str_is(value_of(t, "type"), "hidden") || str_is(value_of(t, "class"), "sr"));
}

static bool is_hit(const struct shot *s, const struct tag *t)
{
	struct str id = value_of(t, "id");
	bool pressed = str_is(t->name, "button") || str_is(t->name, "a");

	for (size_t i = 0; i < s->n_marks; i++)
		if ((pressed && str_eq(s->marks[i], str_trim(t->text))) || (id.len && str_eq(s->marks[i], id)))
			return true;
	return false;
}

static void put_attributes(struct buf *b, const struct tag *t)
{
	struct str rest = t->attributes, name, value;

	while (attribute(&rest, &name, &value)) {
		if (!kept(t, name) || (is_box(t->name) && str_is(name, "class")))
			continue;
		buf_char(b, ' ');
		buf_add(b, name);
		if (value.ptr) {
			buf_lit(b, "=\"");
			buf_add(b, value);
			buf_char(b, '"');
		}
	}
}

static void put_box(struct buf *b, const struct tag *t)
{
	struct str more = value_of(t, "class");

	buf_lit(b, "<div class=\"s-");
	buf_add(b, t->name);
	if (more.len) {
		buf_char(b, ' ');
		buf_add(b, more);
	}
	buf_char(b, '"');
	put_attributes(b, t);
	buf_char(b, '>');
}

static void put_image(struct buf *b, const struct tag *t, struct str example)
{
	struct str src = value_of(t, "src");

	if (!str_starts(src, S("data:image/png;base64,"))) {
		buf_lit(b, "<span class=\"stamp alone\">");
		html_text(b, example);
		buf_lit(b, "</span>");
		return;
	}
	buf_lit(b, "<span class=\"stamped\"><img alt=\"\"");
	if (value_of(t, "class").len)
		buf_printf(b, " class=\"%.*s\"", STR_ARG(value_of(t, "class")));
	buf_printf(b, " src=\"%.*s\"><span class=\"stamp\">", STR_ARG(src));
	html_text(b, example);
	buf_lit(b, "</span></span>");
}

static void put_tag(const struct shot *s, const struct tag *t)
{
	struct buf *b = s->b;

	if (invisible(t)) {
		return;
	} else if (t->closing) {
		buf_printf(b, "</%.*s>", STR_ARG(is_box(t->name) ? S("div") : t->name));
	} else if (is_box(t->name)) {
		put_box(b, t);
	} else if (str_is(t->name, "img")) {
		put_image(b, t, s->example);
	} else {
		buf_char(b, '<');
		buf_add(b, t->name);
		put_attributes(b, t);
		if (str_is(t->name, "button"))
			buf_lit(b, " type=\"button\"");
		if (takes_focus(t->name))
			buf_lit(b, " tabindex=\"-1\"");
		if (is_hit(s, t))
			buf_lit(b, " data-hit=\"\"");
		buf_char(b, '>');
	}
}

/* Quotes may hold a '>'. */
static size_t tag_end(struct str s, size_t from)
{
	bool quoted = false;

	for (size_t i = from; i < s.len; i++) {
		if (s.ptr[i] == '"')
			quoted = !quoted;
		else if (s.ptr[i] == '>' && !quoted)
			return i;
	}
	return s.len;
}

static struct tag tag_of(struct str inside)
{
	struct tag t = {.closing = inside.len && inside.ptr[0] == '/'};
	size_t n = 0;

	if (t.closing)
		inside = str_n(inside.ptr + 1, inside.len - 1);
	while (n < inside.len && inside.ptr[n] != ' ')
		n++;
	t.name = str_n(inside.ptr, n);
	t.attributes = str_n(inside.ptr + n, inside.len - n);
	return t;
}

void guide_shot(struct buf *b, struct str html, struct str example, const struct str *marks, size_t n_marks)
{
	struct shot s = {b, example, marks, n_marks};
	size_t at = find(html, 0, "<header>"), stop = find(html, at, "<footer>");

	buf_lit(b, "<div class=\"shot\" inert aria-hidden=\"true\">");
	while (at < stop) {
		size_t open = find(html, at, "<"), end;
		struct tag t;

		if (open > stop)
			open = stop;
		buf_add(b, str_n(html.ptr + at, open - at));
		if (open == stop)
			break;
		end = tag_end(html, open + 1);
		t = tag_of(str_n(html.ptr + open + 1, end - open - 1));
		at = end < html.len ? end + 1 : end;
		if (str_is(t.name, "noscript") && !t.closing) { /* only seen where no scripts run */
			at = find(html, at, "</noscript>") + 11;
			continue;
		}
		t.text = str_n(html.ptr + at, find(html, at, "<") - at);
		put_tag(&s, &t);
	}
	buf_lit(b, "</div>");
}
