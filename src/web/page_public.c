#include <string.h>

#include "flow/account.h"
#include "flow/passkey.h"
#include "flow/signin.h"
#include "web/frame.h"
#include "web/public.h"
#include "web/router.h"

struct public_types public_types_of(struct arena *a, const struct config *cfg, enum lang lang)
{
	struct page_choice *types = arena_many(a, CONFIG_TYPES_MAX, struct page_choice);
	struct page_choice *others = arena_many(a, CONFIG_TYPES_MAX, struct page_choice);
	struct public_types out = {.types = types, .others = others};

	for (size_t i = 0; i < cfg->n_types; i++) {
		struct page_choice one = {cfg->types[i].id, cfg->types[i].label[lang]};

		if (str_is(one.id, "staff"))
			others[out.n_others++] = one;
		else
			types[out.n_types++] = one;
	}
	return out;
}

struct public_types public_types(struct page_call *c)
{
	return public_types_of(c->v.arena, c->f->config, c->v.lang);
}

void page_landing(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	struct public_types t = public_types(c);
	struct page_landing p = {.types = t.types, .n_types = t.n_types, .others = t.others, .n_others = t.n_others,
	                         .register_at = cfg->register_url};

	struct page_frame *f;

	if (c->who)
		reply_see_other(c->rep, S("/home"));
	else if (cfg->n_types == 1)
		reply_see_other(c->rep, S("/signin")); /* the address itself is the login page */
	else {
		f = frame_of(c);
		p.passkey = passkey_taken(cfg, NULL);
		if (p.passkey)
			frame_passkey(f);
		page_landing_render(frame_begin(c, 200), f, &p);
	}
}

const struct page_line *public_paragraphs(struct arena *a, struct str text, size_t *n)
{
	size_t room = 1;
	struct page_line *out;

	*n = 0;
	for (size_t i = 0; i + 1 < text.len; i++)
		room += text.ptr[i] == '\n';
	out = arena_many(a, room, struct page_line);
	while (text.len > 0) {
		size_t end = 0, skip;

		while (end < text.len && !(text.ptr[end] == '\n' && end + 1 < text.len && text.ptr[end + 1] == '\n'))
			end++;
		struct str one = str_trim(str_n(text.ptr, end));
		if (one.len)
			out[(*n)++].text = one;
		skip = end < text.len ? end + 1 : end;
		text = str_n(text.ptr + skip, text.len - skip);
	}
	return out;
}

void page_terms(struct page_call *c)
{
	struct page_terms p = {.version = c->f->config->terms.version};

	p.paragraphs = public_paragraphs(c->v.arena, c->f->config->terms.text, &p.n_paragraphs);
	page_terms_render(frame_begin(c, 200), frame_of(c), &p);
}

/* Where the sign-in of this browser stands; a look that fails is no reason to withhold a public page. */
static struct signin_state where(struct page_call *c)
{
	struct signin_state s = {0};

	if (!c->signin_cookie.len || signin_look(c->f, &c->v, c->signin_cookie, &s) != RC_OK)
		return (struct signin_state){0};
	return s;
}

struct str public_open_step(struct page_call *c, bool *code)
{
	struct enrol_state e;

	*code = false;
	if (!c->who) {
		struct signin_state s = where(c);
		*code = s.screen == SCREEN_CODE;
		return *code ? S("/signin/code") : s.screen == SCREEN_ENROL ? S("/signin/enrol") : STR_NONE;
	}
	if (enrol_look(c->f, &c->v, (struct enrol_by){HOLDER_SESSION, c->session_cookie}, &e) != RC_OK)
		return STR_NONE;
	return e.screen == ENROL_OPEN || e.screen == ENROL_CLOSED ? S("/account/mfa/enrol") : STR_NONE;
}

void page_signed_out(struct page_call *c)
{
	struct page_signed_out p = {0};

	page_signed_out_render(frame_begin(c, 200), frame_of(c), &p);
}

struct str public_phone_href(struct arena *a, struct str phone)
{
	struct buf b;

	buf_init(&b, a, phone.len + 8, phone.len + 8);
	buf_lit(&b, "tel:");
	for (size_t i = 0; i < phone.len; i++)
		if ((phone.ptr[i] >= '0' && phone.ptr[i] <= '9') || (phone.ptr[i] == '+' && b.len == 4))
			buf_char(&b, phone.ptr[i]);
	return buf_str(&b);
}

/* /reset, /forgot and /helpdesk lead to words and to people until they are ways of their own (G-6). */
void page_later(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	struct str path = c->req->path;
	struct page_later p = {.reset = str_is(path, "/reset"), .forgot = str_is(path, "/forgot"), .helpdesk = cfg->helpdesk.text,
	                       .email = cfg->helpdesk.email, .phone = cfg->helpdesk.phone, .hours = cfg->helpdesk.hours};

	p.heading = frame_words(c, p.reset ? MSG_RESET_TITLE : p.forgot ? MSG_FORGOT_TITLE : MSG_HELPDESK_TITLE);
	p.contact = p.email.len || p.phone.len || p.hours.len;
	p.email_href = arena_printf(c->v.arena, "mailto:%.*s", STR_ARG(p.email));
	p.phone_href = public_phone_href(c->v.arena, p.phone);
	if (p.reset || p.forgot)
		p.login = where(c).login;
	page_later_render(frame_begin(c, 200), frame_of(c), &p);
}

/* ---- the first password ------------------------------------------------------------------------------ */

static void setup_gone(struct page_call *c, const struct setup *s)
{
	struct page_frame *f = frame_of(c);
	struct page_setup_gone p = {0};

	if (s->used_s)
		p.why = frame_words1(c, MSG_LINK_GONE_USED, "time", time_minute(c->v.arena, c->v.lang, s->used_s));
	else if (s->expires_s && s->expires_s <= c->v.now_s)
		p.why = frame_words1(c, MSG_LINK_GONE_EXPIRED, "time", time_minute(c->v.arena, c->v.lang, s->expires_s));
	f->reference = call_reference(c, "setup.gone", 410);
	page_setup_gone_render(frame_begin(c, 410), f, &p);
}

static void setup_show(struct page_call *c, int status, struct page_frame *f, struct str token, const struct setup *s)
{
	struct page_setup p = {.token = token, .login = s->login, .least = s->least};

	frame_told(c, f, &s->told);
	p.ends = time_minute(c->v.arena, c->v.lang, s->expires_s);
	p.new_error = say_at(c, &s->told, FIELD_NEW);
	p.again_error = say_at(c, &s->told, FIELD_AGAIN);
	page_setup_render(frame_begin(c, status), f, &p);
}

void page_setup(struct page_call *c)
{
	struct str token = request_query(c->req, "t");
	struct setup s = {0};
	enum rc rc = RC_ABSENT;

	if (request_query(c->req, "done").len) {
		struct page_setup_done p = {0};
		page_setup_done_render(frame_begin(c, 200), frame_of(c), &p);
		return;
	}
	if (token.len)
		rc = account_setup_look(c->f, &c->v, token, &s);
	if (rc == RC_ABSENT)
		setup_gone(c, &s);
	else if (rc != RC_OK)
		page_rc(c, rc);
	else
		setup_show(c, 200, frame_of(c), token, &s);
}

void page_setup_post(struct page_call *c)
{
	struct str token = form_get(&c->form, "t");
	struct page_frame *f = frame_of(c);
	struct setup s = {0}, again = {0};
	enum rc rc = RC_ABSENT;

	if (token.len)
		rc = account_setup(c->f, &c->v, token, form_get(&c->form, "new"), form_get(&c->form, "again"), &s);
	if (rc == RC_ABSENT) {
		setup_gone(c, &s);
	} else if (rc == RC_BUSY || rc == RC_FAULT) {
		if (account_setup_look(c->f, &c->v, token, &again) != RC_OK) {
			page_rc(c, rc);
			return;
		}
		setup_show(c, frame_busy(c, f, rc), f, token, &again);
	} else if (rc != RC_OK) {
		page_rc(c, rc);
	} else if (s.told.say == SAY_DONE) {
		reply_see_other(c->rep, S("/setup?done=1"));
	} else {
		setup_show(c, 422, f, token, &s);
	}
}
