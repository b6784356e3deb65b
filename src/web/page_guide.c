/* The printed guide, from the server itself: a file to keep, so it is sent as one. */
#include "web/guide.h"
#include "web/router.h"

void page_help_guide(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	const struct config_type *type = config_type_find(cfg, request_query(c->req, "type"));
	const char *lang = c->v.lang == LANG_EN ? "en" : "id";

	if (!type) {
		page_trouble(c, TROUBLE_NOT_FOUND);
		return;
	}
	if (guide_write(c->v.arena, cfg, type, c->v.lang, c->v.now_s, &c->rep->body) != RC_OK) {
		buf_clear(&c->rep->body);
		page_trouble(c, TROUBLE_FAULT);
		return;
	}
	reply_html(c->rep, 200, STR_NONE);
	reply_header(c->rep, "Content-Disposition",
	             arena_printf(c->v.arena, "attachment; filename=\"%.*s-%s.html\"", STR_ARG(type->id), lang));
}
