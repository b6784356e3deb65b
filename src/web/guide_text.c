#include <string.h>

#include "web/guide_parts.h"
#include "web/guide_shot.h"
#include "web/html.h"
#include "web/router.h"

struct str guide_words(const struct guide *g, enum msg m)
{
	return words_raw(g->lang, m);
}

struct str guide_number(const struct guide *g, int64_t n)
{
	return arena_printf(g->a, "%lld", (long long)n);
}

struct str guide_span(const struct guide *g, int64_t seconds)
{
	enum { MINUTE = 60, HOUR = 60 * 60 };

	if (seconds >= 2 * HOUR && seconds % HOUR == 0)
		return words_text(g->a, g->lang, MSG_GUIDE_HOURS, WORDS(NUMBER("n", seconds / HOUR)));
	if (seconds >= 2 * MINUTE && seconds % MINUTE == 0)
		return words_text(g->a, g->lang, MSG_SPAN_MINUTES, WORDS(NUMBER("n", seconds / MINUTE)));
	if (seconds < 10 * MINUTE)
		return words_text(g->a, g->lang, MSG_SPAN_SECONDS, WORDS(NUMBER("n", seconds)));
	return words_text(g->a, g->lang, MSG_GUIDE_MINUTES_SECONDS, WORDS(NUMBER("m", seconds / MINUTE), NUMBER("s", seconds % MINUTE)));
}

bool guide_has(const char *path)
{
	return router_find(METHOD_GET, str_of(path), NULL, NULL) != NULL;
}

/* ---- sentences ---------------------------------------------------------------------------------------- */

static void put_act(struct buf *b, const struct act *act)
{
	if (!act->step) {
		html_text(b, act->text);
		return;
	}
	buf_printf(b, "<b data-step=\"%s\"", act->step);
	if (act->attr) {
		buf_printf(b, " data-%s=\"", act->attr);
		html_text(b, act->key);
		buf_char(b, '"');
	}
	buf_char(b, '>');
	html_text(b, act->text);
	buf_lit(b, "</b>");
}

static void mark(struct guide *g, const struct act *act)
{
	struct buf b;

	if (!act->step || !act->attr || str_is(str_of(act->step), "see") || g->n_marks == sizeof(g->marks) / sizeof(g->marks[0]))
		return;
	buf_init(&b, g->a, 64, 1024);
	html_text(&b, act->key);
	g->marks[g->n_marks++] = buf_str(&b);
}

static void put_named(struct guide *g, struct str name, const struct act *acts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, acts[i].name)) {
			mark(g, &acts[i]);
			put_act(&g->body, &acts[i]);
			return;
		}
	panic("guide: a sentence lacks a value");
}

static void put_sentence(struct guide *g, enum msg m, const struct act *acts, size_t n)
{
	struct str text = words_raw(g->lang, m);

	while (text.len) {
		const char *open = memchr(text.ptr, '{', text.len);
		const char *end = open ? memchr(open, '}', text.len - (size_t)(open - text.ptr)) : NULL;

		if (!end) {
			html_text(&g->body, text);
			return;
		}
		html_text(&g->body, str_n(text.ptr, (size_t)(open - text.ptr)));
		put_named(g, str_n(open + 1, (size_t)(end - open - 1)), acts, n);
		text = str_n(end + 1, text.len - (size_t)(end + 1 - text.ptr));
	}
}

static void put_in(struct guide *g, const char *open, const char *close, enum msg m, const struct act *acts, size_t n)
{
	buf_lit(&g->body, open);
	put_sentence(g, m, acts, n);
	buf_lit(&g->body, close);
}

void guide_para(struct guide *g, enum msg m, const struct act *acts, size_t n)
{
	put_in(g, "<p>", "</p>\n", m, acts, n);
}

void guide_note(struct guide *g, enum msg m, const struct act *acts, size_t n)
{
	put_in(g, "<div class=\"note\"><p>", "</p></div>\n", m, acts, n);
}

void guide_heading(struct guide *g, enum msg m)
{
	put_in(g, "<h3>", "</h3>\n", m, NO_ACTS);
}

void guide_list(struct guide *g, const enum msg *items, size_t n)
{
	buf_lit(&g->body, "<ul>\n");
	for (size_t i = 0; i < n; i++)
		put_in(g, "<li>", "</li>\n", items[i], NO_ACTS);
	buf_lit(&g->body, "</ul>\n");
}

struct str guide_before(const struct guide *g, enum msg m)
{
	struct str rest = words_raw(g->lang, m), head = str_cut(&rest, '{');

	while (head.len && (head.ptr[head.len - 1] == '"' || head.ptr[head.len - 1] == ' '))
		head.len--;
	return head;
}

void guide_home(struct guide *g)
{
	struct str home = arena_printf(g->a, "%.*s/home", STR_ARG(g->config->base_url));

	if (!str_is(g->type->home_url, "/home"))
		guide_say(g, NULL, MSG_GUIDE_OPEN, ACTS({"address", "open", "href", home, home}));
}

void guide_proof(struct guide *g, enum msg again)
{
	guide_say(g, "/account/confirm", MSG_GUIDE_PROOF,
	          ACTS(FILL("password", "password", guide_words(g, MSG_SIGNIN_PASSWORD)),
	               {"code", "code", "field", S("code"), guide_words(g, MSG_OTP_LABEL)},
	               PRESS("button", guide_words(g, MSG_COMMON_CONTINUE)), PRESS("again", guide_words(g, again))));
}

/* ---- chapters and steps --------------------------------------------------------------------------------- */

void guide_chapter(struct guide *g, const char *id, enum msg title)
{
	if (g->n_chapters == GUIDE_CHAPTERS_MAX)
		panic("guide: more chapters than GUIDE_CHAPTERS_MAX");
	guide_chapters_end(g);
	g->chapters[g->n_chapters].id = id;
	g->chapters[g->n_chapters++].title = title;
	buf_printf(&g->body, "<section id=\"%s\" data-chapter=\"%s\">\n<h2>%zu. ", id, id, g->n_chapters);
	html_text(&g->body, guide_words(g, title));
	buf_lit(&g->body, "</h2>\n");
}

void guide_chapters_end(struct guide *g)
{
	if (g->n_chapters)
		buf_lit(&g->body, "</section>\n");
}

void guide_steps_begin(struct guide *g)
{
	buf_lit(&g->body, "<ol class=\"do\">\n");
}

void guide_steps_end(struct guide *g)
{
	buf_lit(&g->body, "</ol>\n");
}

void guide_step_begin(struct guide *g)
{
	g->n_marks = 0;
	buf_lit(&g->body, "<li><div class=\"step\"><div>");
}

void guide_say(struct guide *g, const char *at, enum msg m, const struct act *acts, size_t n)
{
	if (at)
		buf_printf(&g->body, "<p data-at=\"%s\">", at);
	put_in(g, at ? "" : "<p>", "</p>", m, acts, n);
}

static void picture(struct guide *g, guide_page *page)
{
	struct buf html;

	buf_init(&html, g->a, 16 * 1024, 256 * 1024);
	page(g, &html);
	g->broken |= !buf_ok(&html);
	buf_lit(&g->body, "<figure>");
	guide_shot(&g->body, buf_str(&html), guide_words(g, MSG_GUIDE_EXAMPLE), g->marks, g->n_marks);
	buf_lit(&g->body, "<figcaption>");
	html_text(&g->body, words_text(g->a, g->lang, MSG_GUIDE_PICTURE, WORDS(NUMBER("n", (int64_t)++g->n_pictures))));
	buf_char(&g->body, ' ');
	buf_add(&g->body, guide_shot_title(buf_str(&html))); /* it is escaped already */
	buf_lit(&g->body, "</figcaption></figure>");
}

void guide_step_end(struct guide *g, guide_page *page)
{
	buf_lit(&g->body, "</div>");
	if (page)
		picture(g, page);
	buf_lit(&g->body, "</div></li>\n");
}
