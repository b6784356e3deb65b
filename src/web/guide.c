#include "web/guide.h"

#include "core/otpauth.h"
#include "core/signin_fsm.h"
#include "web/guide_parts.h"
#include "web/html.h"

/* Behind the pages' own style sheet. A picture is a page at phone width, made smaller. */
static const char style[] =
	".guide main{max-width:64rem}.guide h2{border-top:2px solid var(--e);padding-top:1rem}"
	".guide h3{font-size:1.125rem;margin:1.25rem 0 .25rem}.guide .contents a{display:inline-block;min-height:2.75rem;padding:.5rem 0}"
	".guide header>*,.guide footer>*{max-width:64rem}.guide ol.do{padding-left:2rem}"
	".guide ol.do>li{margin-bottom:1.5rem}"
	".guide ol.do>li::marker{font-weight:700}.shot a{text-decoration:underline}"
	"[data-hit]{outline:4px solid var(--r);outline-offset:3px}"
	".step{display:grid;gap:.75rem 2rem;max-width:100%}.step>div{min-width:0}figure{margin:0;max-width:100%}"
	"figcaption{color:var(--m);font-size:1rem;margin-top:.25rem}"
	".shot{zoom:.75;border:2px solid var(--e);border-radius:.5rem;overflow:hidden;background:var(--p);user-select:none;max-width:24rem}"
	".s-header{border-bottom:.375rem solid var(--b);padding:.75rem 1rem}.s-main{padding:1.25rem 1rem 1rem}"
	".s-h1{font-size:1.625rem;line-height:1.2;margin:0 0 1rem;font-weight:700}"
	".s-h2{font-size:1.25rem;line-height:1.3;margin:1.75rem 0 .5rem;font-weight:700}.s-h3{font-weight:700}"
	".shot .mode{position:static;text-align:left}.shot .phone{display:none}.shot .fold{display:block}"
	".shot form>button,.shot .button{width:100%}"
	".shot dl.facts{display:block}.shot dl.facts div{display:grid;grid-template-columns:2fr 3fr}"
	".stamped{position:relative;display:block;max-width:17rem}"
	".stamp{position:absolute;left:8%;right:8%;top:42%;background:#fff;color:#8c1510;border:3px solid;text-align:center;font-weight:700;"
	"font-size:1.5rem;letter-spacing:.2em}.stamp.alone{position:static;display:block;max-width:12rem;margin:0 0 .5rem}"
	"@media (min-width:60rem){.step{grid-template-columns:minmax(0,1fr) 19rem}}"
	"@page{size:A4;margin:14mm}"
	"@media print{.guide main{max-width:none;padding:0}body{font-size:11pt}.step{grid-template-columns:minmax(0,1fr) 7.2cm;gap:0 .8cm}"
	".shot{zoom:.52}.step,.note,figure,h2,h3,dl.facts div{break-inside:avoid}h2,h3{break-after:avoid}"
	".shot button:not([hidden]),.shot .button{display:block}.shot .plain{display:inline-block}"
	".shot .links,.guide .note,.shot .mode,.shot .hint{display:block}"
	"html{font-size:80%}.guide .contents a{min-height:0;padding:0}.guide .contents li{margin:0}"
	".guide footer{display:block;background:none}}";

static void chapters(struct guide *g)
{
	guide_need(g);
	if (g->codes)
		guide_apps(g);
	guide_first(g);
	guide_later(g);
	if (g->codes) {
		guide_devices(g);
		guide_off(g);
		guide_recovery(g);
	}
	guide_passkeys(g);
	if (g->codes)
		guide_wrong(g);
	if (g->codes || g->passkeys)
		guide_lost(g);
	guide_out(g);
	guide_questions(g);
	guide_chapters_end(g);
}

static void element(struct buf *b, const char *name, struct str text)
{
	buf_printf(b, "<%s>", name);
	html_text(b, text);
	buf_printf(b, "</%s>\n", name);
}

static struct str title_of(const struct guide *g)
{
	return words_text(g->a, g->lang, MSG_GUIDE_TITLE, WORDS(WORD("type", g->type->label[g->lang])));
}

/* The browser itself refuses whatever would be loaded. */
static void head(struct guide *g, struct buf *b)
{
	buf_printf(b, "<!DOCTYPE html>\n<html lang=\"%.*s\">\n<head>\n<meta charset=\"utf-8\">\n<title>", STR_ARG(g->frame.lang_code));
	html_text(b, title_of(g));
	buf_lit(b, " – ");
	html_text(b, g->config->organisation);
	buf_lit(b, "</title>\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
	           "form-action 'none'; base-uri 'none'\">\n<link rel=\"icon\" href=\"data:,\">\n<style>");
	buf_add(b, page_style_full);
	buf_lit(b, style);
	buf_lit(b, "</style>\n</head>\n");
}

static void fact(struct guide *g, struct buf *b, enum msg label, struct str value)
{
	if (!value.len)
		return;
	buf_lit(b, "<div>");
	element(b, "dt", guide_words(g, label));
	element(b, "dd", value);
	buf_lit(b, "</div>");
}

static void front(struct guide *g, struct buf *b)
{
	const struct config *c = g->config;

	buf_printf(b, "<body class=\"guide\" data-type=\"%.*s\" data-lang=\"%.*s\">\n<a class=\"skip\" href=\"#main\">", STR_ARG(g->type->id),
	           STR_ARG(g->frame.lang_code));
	html_text(b, guide_words(g, MSG_COMMON_SKIP));
	buf_lit(b, "</a>\n<header><div class=\"org\"><span>");
	html_text(b, c->organisation);
	buf_lit(b, "</span></div></header>\n<main id=\"main\">\n");
	element(b, "h1", title_of(g));
	if (c->training_session.len) {
		buf_lit(b, "<div class=\"note\">");
		element(b, "p", words_text(g->a, g->lang, MSG_TRAINING_MARK, WORDS(WORD("session", c->training_session))));
		element(b, "p", guide_words(g, MSG_GUIDE_TRAINING));
		buf_lit(b, "</div>\n");
	}
	element(b, "p", guide_words(g, MSG_GUIDE_LEAD));
	buf_lit(b, "<dl class=\"facts\">");
	fact(g, b, MSG_GUIDE_ADDRESS, c->base_url);
	fact(g, b, MSG_GUIDE_TYPE, g->type->label[g->lang]);
	fact(g, b, MSG_HELPDESK_EMAIL, c->helpdesk.email);
	fact(g, b, MSG_HELPDESK_PHONE, c->helpdesk.phone);
	fact(g, b, MSG_HELPDESK_HOURS, c->helpdesk.hours);
	fact(g, b, MSG_GUIDE_MADE, time_date(g->a, g->lang, g->now_s));
	buf_lit(b, "</dl>\n");
	element(b, "p", guide_words(g, MSG_GUIDE_PICTURES));
}

static void contents(struct guide *g, struct buf *b)
{
	buf_lit(b, "<nav class=\"contents\" aria-labelledby=\"contents\">\n<h2 id=\"contents\">");
	html_text(b, guide_words(g, MSG_GUIDE_CONTENTS));
	buf_lit(b, "</h2>\n<ol>\n");
	for (size_t i = 0; i < g->n_chapters; i++) {
		buf_printf(b, "<li><a href=\"#%s\">", g->chapters[i].id);
		html_text(b, guide_words(g, g->chapters[i].title));
		buf_lit(b, "</a></li>\n");
	}
	buf_lit(b, "</ol>\n</nav>\n");
}

enum rc guide_write(struct arena *a, const struct config *c, const struct config_type *type, enum lang lang, int64_t now_s, struct buf *b)
{
	struct guide *g = arena_one(a, struct guide);

	*g = (struct guide){.a = a, .config = c, .type = type, .policy = &type->policy, .lang = lang, .now_s = now_s,
	                    .mandatory = policy_mandatory(&type->policy, now_s), .codes = policy_may_enable(&type->policy)};
	g->passkeys = policy_may_passkey(&type->policy) && guide_has("/account/devices/passkey");
	g->user = words_raw(lang, MSG_GUIDE_EXAMPLE_USER);
	g->label = otpauth_label(a, type->issuer, g->user, 1);
	guide_frame(g);
	buf_init(&g->body, a, 128 * 1024, GUIDE_MAX);
	chapters(g);
	head(g, b);
	front(g, b);
	contents(g, b);
	buf_add(b, buf_str(&g->body));
	buf_lit(b, "</main>\n<footer><p>");
	html_text(b, words_text(a, lang, MSG_GUIDE_END, WORDS(WORD("org", c->organisation), WORD("date", time_date(a, lang, now_s)))));
	buf_lit(b, "</p></footer>\n</body>\n</html>\n");
	return g->broken || !buf_ok(&g->body) || !buf_ok(b) ? RC_FAULT : RC_OK;
}
