#include "web/frame.h"
#include "web/router.h"
#include "web/signed_out.h"

struct kind {
	int status;
	enum msg heading, what;
	bool retry;
};

static struct kind kind_of(enum trouble what)
{
	switch (what) {
	case TROUBLE_MALFORMED:
		return (struct kind){400, MSG_TROUBLE_MALFORMED_TITLE, MSG_TROUBLE_MALFORMED, false};
	case TROUBLE_SIGNED_OUT:
		return (struct kind){401, MSG_TROUBLE_SIGNED_OUT_TITLE, MSG_TROUBLE_SIGNED_OUT, false};
	case TROUBLE_NOT_FRESH:
		return (struct kind){401, MSG_TROUBLE_NOT_FRESH_TITLE, MSG_TROUBLE_NOT_FRESH, false};
	case TROUBLE_ORIGIN:
		return (struct kind){403, MSG_TROUBLE_ORIGIN_TITLE, MSG_TROUBLE_ORIGIN, false};
	case TROUBLE_FORM_OLD:
		return (struct kind){403, MSG_TROUBLE_FORM_OLD_TITLE, MSG_TROUBLE_FORM_OLD, false};
	case TROUBLE_NOT_YOURS:
		return (struct kind){403, MSG_TROUBLE_NOT_YOURS_TITLE, MSG_TROUBLE_NOT_YOURS, false};
	case TROUBLE_NOT_FOUND:
		return (struct kind){404, MSG_TROUBLE_NOT_FOUND_TITLE, MSG_TROUBLE_NOT_FOUND, false};
	case TROUBLE_METHOD:
		return (struct kind){405, MSG_TROUBLE_METHOD_TITLE, MSG_TROUBLE_METHOD, false};
	case TROUBLE_BUSY:
		return (struct kind){503, MSG_TROUBLE_BUSY_TITLE, MSG_TROUBLE_BUSY, true};
	case TROUBLE_FAULT:
		return (struct kind){503, MSG_TROUBLE_FAULT_TITLE, MSG_TROUBLE_FAULT, true};
	case TROUBLE_BUG:
		break;
	}
	return (struct kind){500, MSG_TROUBLE_FAULT_TITLE, MSG_TROUBLE_BUG, false};
}

/* A GET page of this path, with its query only when the failed request was itself a GET. */
static struct str again_href(struct page_call *c)
{
	return call_lang_href(c, c->v.lang);
}

static void door(struct page_call *c, enum trouble what, struct page_trouble *p)
{
	switch (what) {
	case TROUBLE_SIGNED_OUT:
		p->go = S("/signin");
		p->go_text = frame_words(c, MSG_SIGNIN_SUBMIT);
		p->more = signed_out_why(c);
		break;
	case TROUBLE_NOT_FRESH:
		p->go = call_href(c->v.arena, "/account/confirm", "next", again_href(c));
		p->go_text = frame_words(c, MSG_TROUBLE_NOT_FRESH_GO);
		break;
	case TROUBLE_FORM_OLD:
		p->go = again_href(c);
		p->go_text = frame_words(c, MSG_TROUBLE_FORM_OLD_GO);
		p->more = frame_words(c, MSG_TROUBLE_FORM_OLD_COOKIES);
		break;
	case TROUBLE_BUSY:
	case TROUBLE_FAULT:
	case TROUBLE_BUG:
		p->go = again_href(c);
		p->go_text = frame_words(c, MSG_TROUBLE_AGAIN);
		break;
	case TROUBLE_MALFORMED:
	case TROUBLE_ORIGIN:
	case TROUBLE_NOT_YOURS:
	case TROUBLE_NOT_FOUND:
	case TROUBLE_METHOD:
		break;
	}
}

static void show(struct page_call *c, const struct kind *k, struct page_trouble *p)
{
	struct page_frame *f = frame_of(c);
	struct str at = time_clock(c->v.arena, c->v.lang, c->v.now_s + BUSY_RETRY_S);

	p->heading = frame_words(c, k->heading);
	p->what = k->retry ? frame_words1(c, k->what, "time", at) : frame_words(c, k->what);
	if (k->retry)
		reply_header(c->rep, "Retry-After", arena_printf(c->v.arena, "%d", BUSY_RETRY_S));
	f->reference = call_reference(c, "page.trouble", k->status);
	page_trouble_render(frame_begin(c, k->status), f, p);
}

void page_trouble(struct page_call *c, enum trouble what)
{
	struct kind k = kind_of(what);
	struct page_trouble p = {0};

	door(c, what, &p);
	show(c, &k, &p);
}

void page_rc(struct page_call *c, enum rc rc)
{
	static const struct kind taken = {409, MSG_TROUBLE_TAKEN_TITLE, MSG_TROUBLE_TAKEN, false};
	struct page_trouble p = {0};

	switch (rc) {
	case RC_BUSY:
		page_trouble(c, TROUBLE_BUSY);
		return;
	case RC_FAULT:
		page_trouble(c, TROUBLE_FAULT);
		return;
	case RC_ABSENT:
		page_trouble(c, TROUBLE_NOT_FOUND);
		return;
	case RC_MALFORMED:
		page_trouble(c, TROUBLE_MALFORMED);
		return;
	case RC_TAKEN:
		p.go = again_href(c);
		p.go_text = frame_words(c, MSG_TROUBLE_AGAIN);
		show(c, &taken, &p);
		return;
	case RC_OK:
		break;
	}
	page_trouble(c, TROUBLE_BUG);
}
