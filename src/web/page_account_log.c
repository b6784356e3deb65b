#include "flow/account.h"
#include "web/frame.h"
#include "web/log_words.h"
#include "web/router.h"

/* ---- /account/log ------------------------------------------------------------------------------------ */

/* Newest first; the day stands above the first row of it. */
static void log_rows(struct page_call *c, const struct log_page *page, struct page_account_log *p)
{
	struct arena *a = c->v.arena;
	struct page_account_log_rows *rows = arena_many(a, page->n + 1, struct page_account_log_rows);
	struct str last_day = STR_NONE;

	for (size_t i = 0; i < page->n; i++) {
		const struct audit *e = &page->rows[i];
		struct str day = time_date(a, c->v.lang, e->at_s);

		rows[i] = (struct page_account_log_rows){
			.what = log_words(a, c->v.lang, e), .time = time_clock(a, c->v.lang, e->at_s), .address = e->address,
			.browser = e->browser, .reference = e->ref, .ok = str_is(e->result, "ok"),
		};
		if (!str_eq(day, last_day))
			rows[i].day = day;
		last_day = day;
	}
	p->rows = rows;
	p->n_rows = page->n;
}

void page_log(struct page_call *c)
{
	struct str asked = request_query(c->req, "before");
	struct page_account_log p = {.not_newest = false};
	struct log_page page;
	int64_t before = 0;
	enum rc rc;

	if (asked.len && str_to_i64(asked, INT64_MAX, &before) != RC_OK)
		before = 0;
	rc = account_log(c->f, &c->v, c->who, before, &page);
	if (rc) {
		page_rc(c, rc);
		return;
	}
	log_rows(c, &page, &p);
	p.not_newest = before != 0;
	if (page.older_before)
		p.older = arena_printf(c->v.arena, "%lld", (long long)page.older_before);
	else if (page.log_since_s)
		p.since = time_date(c->v.arena, c->v.lang, page.log_since_s);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_log_render(frame_begin(c, 200), frame_of(c), &p);
}

/* ---- /account/sessions ------------------------------------------------------------------------------- */

static struct str session_status(struct page_call *c)
{
	struct str done = request_query(c->req, "done");

	if (str_is(done, "one"))
		return frame_words(c, MSG_SESSIONS_ENDED);
	return str_is(done, "others") ? frame_words(c, MSG_SESSIONS_OTHERS_ENDED) : STR_NONE;
}

void page_sessions(struct page_call *c)
{
	struct page_account_sessions p = {.fresh = c->is_fresh};
	struct page_account_sessions_sessions *rows;
	struct page_frame *f = frame_of(c);
	struct arena *a = c->v.arena;
	struct session_list list;
	enum rc rc = account_sessions(c->f, &c->v, c->who, &list);

	if (rc) {
		page_rc(c, rc);
		return;
	}
	rows = arena_many(a, list.n + 1, struct page_account_sessions_sessions);
	for (size_t i = 0; i < list.n; i++) {
		const struct session *s = &list.rows[i];

		rows[i] = (struct page_account_sessions_sessions){
			.id = arena_printf(a, "%lld", (long long)s->id), .browser = s->browser, .address = s->address,
			.began = time_minute(a, c->v.lang, s->began_s), .seen = time_minute(a, c->v.lang, s->seen_s),
			.current = s->id == c->who->session.id,
		};
		p.others = p.others || !rows[i].current;
	}
	p.sessions = rows;
	p.n_sessions = list.n;
	f->status = session_status(c);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_sessions_render(frame_begin(c, 200), f, &p);
}

void page_sessions_end(struct page_call *c)
{
	struct str asked = form_get(&c->form, "id");
	bool others = str_is(asked, "others");
	int64_t id = 0;
	enum rc rc;

	if (!others && (str_to_i64(asked, INT64_MAX, &id) != RC_OK || id == 0)) {
		page_trouble(c, TROUBLE_MALFORMED);
		return;
	}
	rc = account_session_end(c->f, &c->v, c->who, id);
	if (rc)
		page_rc(c, rc);
	else
		reply_see_other(c->rep, others ? S("/account/sessions?done=others") : S("/account/sessions?done=one"));
}
