#include "web/frame.h"

#include "files_names.h"
#include "web/router.h"

static void other_language(struct page_call *c, struct page_frame *f)
{
	static const char *const names[LANG_COUNT] = {[LANG_ID] = "Bahasa Indonesia", [LANG_EN] = "English"};
	static const char *const codes[LANG_COUNT] = {[LANG_ID] = "id", [LANG_EN] = "en"};
	const struct config *cfg = c->f->config;

	f->lang_code = str_of(codes[c->v.lang]);
	for (size_t i = 0; i < cfg->n_languages; i++) {
		enum lang lang = cfg->languages[i];
		if (lang == c->v.lang)
			continue;
		f->other_code = str_of(codes[lang]);
		f->other_name = str_of(names[lang]);
		f->other_href = call_lang_href(c, lang);
	}
}

static void footer_links(struct page_call *c, struct page_frame *f)
{
	const struct config *cfg = c->f->config;
	struct page_link *links = arena_many(c->v.arena, cfg->n_footer + 1, struct page_link);

	for (size_t i = 0; i < cfg->n_footer; i++)
		links[i] = (struct page_link){cfg->footer[i].url, cfg->footer[i].label};
	f->links = links;
	f->n_links = cfg->n_footer;
}

struct page_frame *frame_of(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	struct page_frame *f = arena_one(c->v.arena, struct page_frame);

	f->lang = c->v.lang;
	f->org = cfg->organisation;
	f->csrf = c->csrf;
	f->training = cfg->training_session;
	f->demo = cfg->demo;
	if (cfg->notice.until_s == 0 || cfg->notice.until_s > c->v.now_s)
		f->notice = cfg->notice.text;
	other_language(c, f);
	footer_links(c, f);
	f->script = S(FILE_APP_JS);
	f->logo = cfg->logo;
	f->favicon = cfg->favicon;
	f->address = cfg->official_address;
	f->date = time_date(c->v.arena, c->v.lang, c->v.now_s);
	f->clock = time_clock(c->v.arena, c->v.lang, c->v.now_s);
	f->signed_in = c->who != NULL;
	return f;
}

void frame_passkey(struct page_frame *f)
{
	f->passkey_script = S(FILE_PASSKEY_JS);
}

void frame_error(struct page_call *c, struct page_frame *f, const char *href, struct str text)
{
	struct page_link *all = f->n_errors ? (struct page_link *)f->errors : arena_many(c->v.arena, FRAME_ERRORS_MAX, struct page_link);

	if (f->n_errors == FRAME_ERRORS_MAX)
		return;
	all[f->n_errors++] = (struct page_link){str_of(href), text};
	f->errors = all;
}

void frame_told(struct page_call *c, struct page_frame *f, const struct told *t)
{
	/* As they stand in the forms. */
	static const enum field order[] = {FIELD_TYPE, FIELD_USER, FIELD_PASSWORD, FIELD_CAPTCHA, FIELD_AGREE, FIELD_CHOICE, FIELD_DEVICE,
	                                   FIELD_CODE, FIELD_SLIP, FIELD_CURRENT, FIELD_NEW, FIELD_AGAIN};

	if (t->ref.len)
		f->reference = t->ref; /* that of a failure stays */
	if (t->say == SAY_MISSING || t->say == SAY_TOO_LONG) {
		for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
			if (t->missing & order[i])
				frame_error(c, f, say_anchor(order[i]), say_at(c, t, order[i]));
	} else if (t->say != SAY_NOTHING) {
		unsigned field = say_field(t->say);
		frame_error(c, f, field ? say_anchor((enum field)field) : NULL, say_text(c, t));
	}
}

struct str frame_origin(struct str url)
{
	size_t slashes = 0;

	if (!str_starts(url, S("https://")) && !str_starts(url, S("http://")))
		return STR_NONE;
	for (size_t i = 0; i < url.len; i++)
		if ((url.ptr[i] == '/' && ++slashes == 3) || url.ptr[i] == '?' || url.ptr[i] == '#')
			return str_n(url.ptr, i);
	return url;
}

struct buf *frame_begin(struct page_call *c, int status)
{
	return frame_begin_to(c, status, STR_NONE);
}

struct buf *frame_begin_to(struct page_call *c, int status, struct str next)
{
	reply_html(c->rep, status, frame_origin(next));
	return &c->rep->body;
}

void frame_refresh(struct page_call *c, int64_t left_s, struct str to)
{
	reply_header(c->rep, "Refresh", arena_printf(c->v.arena, "%lld; url=%.*s", (long long)(left_s > 0 ? left_s + 1 : 1), STR_ARG(to)));
}

struct str frame_left(struct page_call *c, enum msg m, int64_t left_s)
{
	int64_t left = left_s > 0 ? left_s : 0;

	return words_text(c->v.arena, c->v.lang, m, WORDS(NUMBER("m", left / 60), NUMBER("s", left % 60)));
}

int frame_busy(struct page_call *c, struct page_frame *f, enum rc rc)
{
	struct str at = time_clock(c->v.arena, c->v.lang, c->v.now_s + BUSY_RETRY_S);

	if (rc == RC_BUSY) {
		frame_error(c, f, NULL, words_text(c->v.arena, c->v.lang, MSG_ERR_BUSY, WORDS(NUMBER("n", BUSY_RETRY_S))));
		frame_error(c, f, NULL, frame_words1(c, MSG_ERR_BUSY_AT, "time", at));
	} else {
		frame_error(c, f, NULL, frame_words1(c, MSG_ERR_FAULT, "time", at));
		f->reference = call_reference(c, "page.trouble", 503);
	}
	reply_header(c->rep, "Retry-After", arena_printf(c->v.arena, "%d", BUSY_RETRY_S));
	return 503;
}

struct str frame_words(struct page_call *c, enum msg m)
{
	return words_text(c->v.arena, c->v.lang, m, NO_WORDS);
}

struct str frame_words1(struct page_call *c, enum msg m, const char *name, struct str value)
{
	return words_text(c->v.arena, c->v.lang, m, WORDS(WORD(name, value)));
}
