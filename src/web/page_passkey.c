#include "flow/passkey.h"

#include "web/frame.h"
#include "web/router.h"
#include "web/step.h"

static struct passkey_answer answer_of(struct page_call *c)
{
	return (struct passkey_answer){
		.credential = form_get(&c->form, "credential"), .client = form_get(&c->form, "client"),
		.authenticator = form_get(&c->form, "authenticator"), .signature = form_get(&c->form, "signature"),
		.handle = form_get(&c->form, "handle"), .attestation = form_get(&c->form, "attestation"),
		.transports = form_get(&c->form, "transports"),
	};
}

/* The script took no part: it is off, or could not be loaded. */
static bool came_bare(struct page_call *c)
{
	return c->is_post && form_get(&c->form, "client").len == 0;
}

static struct page_frame *frame_with_script(struct page_call *c)
{
	struct page_frame *f = frame_of(c);

	frame_passkey(f);
	return f;
}

/* RC_ABSENT: there is nothing to ask here; the script then sends its form as it is, and that page says why. */
static void say_options(struct page_call *c, enum rc rc, struct str options)
{
	if (rc == RC_OK)
		reply_data(c->rep, "application/json", options);
	else if (rc == RC_BUSY || rc == RC_FAULT)
		page_rc(c, rc);
	else
		reply_text(c->rep, 409, S("nothing to ask\n"));
}

/* ---- signing in ------------------------------------------------------------------------------------------ */

static void show_signin(struct page_call *c, int status, struct page_frame *f, const struct signin_state *s, struct str next)
{
	struct page_passkey p = {.second = s->screen == SCREEN_CODE, .no_script = came_bare(c), .passkey = true, .passkey_next = next};

	p.offered = p.second ? s->passkey_offered : passkey_taken(c->f->config, NULL);
	page_passkey_render(frame_begin_to(c, status, p.second ? step_goal(s) : next), f, &p);
}

static struct str next_given(struct page_call *c)
{
	struct str next = c->is_post ? form_get(&c->form, "next") : request_query(c->req, "next");

	return signin_next_allowed(c->f->config, c->v.arena, next);
}

void page_passkey(struct page_call *c)
{
	struct signin_state s;
	enum rc rc = signin_look(c->f, &c->v, c->signin_cookie, &s);

	if (c->who)
		reply_see_other(c->rep, S("/home"));
	else if (rc != RC_OK)
		page_rc(c, rc);
	else
		show_signin(c, 200, frame_with_script(c), &s, next_given(c));
}

void page_passkey_ask(struct page_call *c)
{
	struct str options;
	enum rc rc = passkey_signin_ask(c->f, &c->v, c->signin_cookie, &options);

	say_options(c, rc, options);
}

void page_passkey_post(struct page_call *c)
{
	struct passkey_answer answer = answer_of(c);
	struct page_frame *f = frame_with_script(c);
	struct str next = next_given(c);
	struct signin_state s;
	int status = 422;
	enum rc rc = came_bare(c) ? signin_look(c->f, &c->v, c->signin_cookie, &s)
	                          : passkey_signin(c->f, &c->v, c->signin_cookie, next, &answer, &s);

	if (rc == RC_ABSENT) {
		step_lost(c);
		return;
	}
	if (rc == RC_OK && !came_bare(c) && s.told.say != SAY_PASSKEY_WRONG) {
		/* Only an origin that this form's page allowed. */
		if (s.screen == SCREEN_DONE && !frame_origin(next).len && frame_origin(s.go).len && !s.form)
			s.next = STR_NONE;
		step_on(c, &s);
		return;
	}
	if (rc == RC_BUSY || rc == RC_FAULT)
		status = frame_busy(c, f, rc);
	else if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	} else if (!came_bare(c))
		frame_told(c, f, &s.told);
	show_signin(c, status, f, &s, next);
}

/* ---- registering ----------------------------------------------------------------------------------------- */

static struct str add_path(struct page_call *c, const char *tail)
{
	return arena_printf(c->v.arena, "%s%s", call_is_account(c) ? "/account/devices/passkey" : "/signin/enrol/passkey", tail);
}

static void add_offer(struct page_call *c, const struct passkey_enrol *s, struct page_passkey_add *p)
{
	struct page_passkey_add_offer *rows = arena_many(c->v.arena, s->n_offer + 1, struct page_passkey_add_offer);

	for (size_t i = 0; i < s->n_offer; i++) {
		rows[i].id = arena_printf(c->v.arena, "%lld", (long long)s->offer[i].id);
		rows[i].name = s->offer[i].name;
		rows[i].added = time_date(c->v.arena, c->v.lang, s->offer[i].added_s);
	}
	if (s->n_offer == 1) {
		p->one = rows[0].name;
		p->one_id = rows[0].id;
	} else {
		p->offer = rows;
		p->n_offer = s->n_offer;
	}
}

static void show_add(struct page_call *c, int status, struct page_frame *f, const struct passkey_enrol *s)
{
	struct page_passkey_add p = {.post = add_path(c, ""), .options = add_path(c, "/options"), .form = s->screen == PASSKEY_FORM,
	                             .hours = c->f->config->suspend_s / 3600, .max = s->devices_max, .no_script = came_bare(c) && !s->told.say};

	if (call_is_account(c))
		p.cancel = S("/account/devices");
	if (s->may_code)
		p.app = call_is_account(c) ? S("/account/mfa/enrol") : S("/signin/enrol");
	add_offer(c, s, &p);
	p.device = s->name;
	p.device_error = say_at(c, &s->told, FIELD_DEVICE);
	if (s->screen == PASSKEY_FULL && s->evict_from_s)
		p.why = frame_words1(c, MSG_EVICT_TODAY, "time", time_minute(c->v.arena, c->v.lang, s->evict_from_s));
	else if (s->screen == PASSKEY_FULL)
		p.why = frame_words(c, MSG_ENROL_FULL);
	else if (!p.form)
		p.why = frame_words(c, MSG_PASSKEY_NOT_ALLOWED);
	page_passkey_add_render(frame_begin(c, status), f, &p);
}

/* True when the answer is written: the place is another one. */
static bool add_moved_on(struct page_call *c, const struct passkey_enrol *s)
{
	struct signin_state now;

	if (s->screen == PASSKEY_FIRST) {
		reply_see_other(c->rep, S("/account/mfa/first"));
		return true;
	}
	if (s->screen != PASSKEY_GONE)
		return false;
	if (call_is_account(c) || signin_look(c->f, &c->v, c->signin_cookie, &now) != RC_OK || now.screen == SCREEN_ENROL)
		step_lost(c);
	else
		(void)step_is(c, &now, SCREEN_ENROL);
	return true;
}

void page_passkey_add(struct page_call *c)
{
	struct passkey_enrol s;
	enum rc rc = passkey_enrol_look(c->f, &c->v, call_enrol_by(c), &s);

	if (rc != RC_OK)
		page_rc(c, rc);
	else if (!add_moved_on(c, &s))
		show_add(c, 200, frame_with_script(c), &s);
}

void page_passkey_add_ask(struct page_call *c)
{
	struct str options;
	enum rc rc = passkey_enrol_ask(c->f, &c->v, call_enrol_by(c), form_get(&c->form, "device"), &options);

	say_options(c, rc, options);
}

static void add_done(struct page_call *c, const struct passkey_enrol *s)
{
	if (call_is_account(c)) {
		reply_see_other(c->rep, S("/signin/done?next=%2Faccount%2Fdevices"));
		return;
	}
	if (s->step != SCREEN_DONE) {
		cookie_set(c->rep, c->req, COOKIE_SIGNIN, s->signin_cookie, 0);
		reply_see_other(c->rep, step_path(s->step));
		return;
	}
	cookie_set(c->rep, c->req, COOKIE_SESSION, s->session_cookie, 0);
	cookie_set(c->rep, c->req, COOKIE_SIGNIN, STR_NONE, -1);
	step_known(c, s->known_cookie);
	reply_see_other(c->rep, s->go.len ? call_href(c->v.arena, "/signin/done", "next", s->go) : S("/signin/done"));
}

void page_passkey_add_post(struct page_call *c)
{
	struct passkey_answer answer = answer_of(c);
	struct page_frame *f = frame_with_script(c);
	struct passkey_enrol s;
	int64_t replaces = 0;
	int status = 422;
	enum rc rc;

	if (str_to_i64(form_get(&c->form, "replaces"), INT64_MAX, &replaces) != RC_OK)
		replaces = 0;
	if (came_bare(c))
		rc = passkey_enrol_named(c->f, &c->v, call_enrol_by(c), form_get(&c->form, "device"), &s);
	else
		rc = passkey_enrol(c->f, &c->v, call_enrol_by(c), form_get(&c->form, "device"), replaces, &answer, &s);
	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_NOT_FRESH);
		return;
	}
	if (rc == RC_BUSY || rc == RC_FAULT) {
		status = frame_busy(c, f, rc);
		if (passkey_enrol_look(c->f, &c->v, call_enrol_by(c), &s) != RC_OK) {
			page_rc(c, rc);
			return;
		}
	} else if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (s.screen == PASSKEY_DONE)
		add_done(c, &s);
	else if (!add_moved_on(c, &s)) {
		frame_told(c, f, &s.told);
		show_add(c, status, f, &s);
	}
}

/* ---- fresh proof ------------------------------------------------------------------------------------------- */

void page_passkey_confirm_ask(struct page_call *c)
{
	struct str options;
	enum rc rc = passkey_confirm_ask(c->f, &c->v, c->who, &options);

	say_options(c, rc, options);
}

void page_passkey_confirm(struct page_call *c)
{
	struct passkey_answer answer = answer_of(c);
	struct str next = signin_next_allowed(c->f->config, c->v.arena, request_query(c->req, "next"));
	struct confirm confirm = {0};
	enum rc rc = came_bare(c) ? RC_OK : passkey_confirm(c->f, &c->v, c->who, &answer, &confirm);

	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_SIGNED_OUT);
	} else if (rc == RC_OK && confirm.told.say == SAY_DONE && confirm.session_cookie.len) {
		cookie_set(c->rep, c->req, COOKIE_SESSION, confirm.session_cookie, 0);
		reply_see_other(c->rep, next.len ? next : S("/home"));
	} else if (rc == RC_OK) {
		page_confirm_refused(c, &confirm.told, came_bare(c));
	} else {
		page_rc(c, rc);
	}
}
