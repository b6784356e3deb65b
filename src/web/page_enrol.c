#include "base/codec.h"
#include "core/otpauth.h"
#include "flow/account.h"
#include "flow/enrol.h"
#include "flow/first.h"
#include "flow/recovery.h"
#include "flow/signin.h"
#include "web/frame.h"
#include "web/qr.h"
#include "web/router.h"
#include "web/step.h"

/* The device's name outlives a press of "more time" in the address; a code never stands in an address. */
static struct str device_of(struct page_call *c, const struct enrol_state *s)
{
	struct str typed = c->is_post ? form_get(&c->form, "device") : request_query(c->req, "device");

	return typed.len && typed.len <= DEVICE_NAME_MAX ? typed : s->device_name;
}

/* Where "later" leads when nothing is open, and what it posts to when something is: then it ends. */
static struct str later_href(struct page_call *c, const struct enrol_state *s)
{
	return s->may_leave && call_is_account(c) ? S("/account/mfa") : STR_NONE;
}

static struct str leave_path(struct page_call *c, const struct enrol_state *s)
{
	return s->may_leave && call_is_account(c) ? call_enrol_path(c, "/leave") : STR_NONE;
}

static int64_t hours_of(const struct page_call *c)
{
	return c->f->config->suspend_s / 3600;
}

/* What the right code will do to another device. */
static struct str instead_text(struct page_call *c, const struct enrol_state *s)
{
	switch (s->how) {
	case REPLACES_NONE:
		return STR_NONE;
	case REPLACES_EVICT:
		return words_text(c->v.arena, c->v.lang, MSG_ENROL_INSTEAD_EVICT,
		                  WORDS(WORD("device", s->goes.name), NUMBER("hours", hours_of(c))));
	case REPLACES_MOVE:
		return frame_words1(c, MSG_ENROL_INSTEAD_MOVE, "device", s->goes.name);
	}
	return STR_NONE;
}

static const struct page_line *groups_of(struct arena *a, struct str groups, size_t *n)
{
	struct page_line *out = arena_many(a, groups.len + 1, struct page_line);

	*n = 0;
	while (groups.len)
		out[(*n)++].text = str_cut(&groups, ' ');
	return out;
}

static struct str passkey_path(struct page_call *c)
{
	return call_is_account(c) ? S("/account/devices/passkey") : S("/signin/enrol/passkey");
}

static void show_open(struct page_call *c, int status, struct page_frame *f, const struct enrol_state *s)
{
	int64_t left = s->period_ends_s > c->v.now_s ? s->period_ends_s - c->v.now_s : 0;
	struct page_enrol p = {
		.post = call_enrol_path(c, ""), .renew = call_enrol_path(c, "/renew"), .uri = s->uri, .label = s->label,
		.account = s->account, .issuer = s->issuer, .secret = s->secret, .renewable = s->renewals_left > 0,
		.device = device_of(c, s), .leftover = s->leftover, .login = s->login, .active = s->active,
		.left_s = left, .left_marks = left > 90 ? S("60 30") : S("30"), .leave = leave_path(c, s), .instead = instead_text(c, s),
	};

	if (qr_data(c->v.arena, s->uri, &p.qr) != RC_OK) {
		page_rc(c, RC_FAULT);
		return;
	}
	p.groups = groups_of(c->v.arena, s->groups, &p.n_groups);
	p.ends = time_clock(c->v.arena, c->v.lang, s->period_ends_s);
	p.left_text = frame_left(c, MSG_ENROL_COUNTDOWN, left);
	p.over_text = frame_words(c, MSG_ENROL_CLOSED_SHORT);
	p.over_next = frame_words(c, MSG_ENROL_CLOSED_NEXT);
	p.code_error = say_at(c, &s->told, FIELD_CODE);
	p.device_error = say_at(c, &s->told, FIELD_DEVICE);
	p.clock_help = s->told.say == SAY_ENROL_CLOCK;
	if (s->passkey_too && s->how == REPLACES_NONE)
		p.passkey = passkey_path(c);
	if (c->is_post && s->told.say == SAY_ENROL_RENEWED)
		p.code = form_get(&c->form, "code");
	frame_refresh(c, left, call_enrol_path(c, ""));
	page_enrol_render(frame_begin(c, status), f, &p);
}

static void show_closed(struct page_call *c, int status, struct page_frame *f, const struct enrol_state *s)
{
	struct page_enrol_closed p = {.renew = call_enrol_path(c, "/renew"), .label = s->label, .device = device_of(c, s),
	                              .login = s->login, .active = s->active, .leave = leave_path(c, s), .instead = instead_text(c, s)};

	p.ended = time_clock(c->v.arena, c->v.lang, s->period_ends_s);
	page_enrol_closed_render(frame_begin(c, status), f, &p);
}

/* ---- why there is no QR code ------------------------------------------------------------------------- */

static void why_begin(struct page_call *c, struct page_enrol_why *p, enum msg button, enum msg hint)
{
	p->begin = call_enrol_path(c, "/begin");
	p->begin_text = frame_words(c, button);
	p->begin_hint = hint == MSG_COUNT ? STR_NONE : frame_words(c, hint);
}

static void why_none(struct page_call *c, const struct enrol_state *s, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_TITLE);
	p->why = frame_words(c, MSG_ENROL_NONE);
	why_begin(c, p, MSG_MFA_ENABLE, MSG_COUNT);
	(void)s;
}

static void why_over(struct page_call *c, const struct enrol_state *s, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_OVER_TITLE);
	p->why = frame_words(c, MSG_ENROL_OVER);
	if (s->leftover)
		p->leftover = words_text(c->v.arena, c->v.lang, MSG_ENROL_LEFTOVER, WORDS(NUMBER("number", s->leftover)));
	if (s->how == REPLACES_MOVE) {
		p->more = instead_text(c, s);
		p->move = arena_printf(c->v.arena, "%lld", (long long)s->goes.id);
	}
	why_begin(c, p, MSG_ENROL_AGAIN, MSG_ENROL_AGAIN_HINT);
}

static void why_elsewhere(struct page_call *c, const struct enrol_state *s, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_ELSEWHERE_TITLE);
	p->why = frame_words1(c, MSG_ENROL_ELSEWHERE, "time", time_clock(c->v.arena, c->v.lang, s->other_since_s));
	why_begin(c, p, MSG_ENROL_HERE, MSG_ENROL_HERE_HINT);
	p->here = true;
}

static void why_already(struct page_call *c, const struct enrol_state *s, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_TITLE);
	p->why = frame_words1(c, MSG_ENROL_ALREADY, "date", time_date(c->v.arena, c->v.lang, s->active_since_s));
	p->more = frame_words1(c, MSG_ENROL_ALREADY_NAMES, "names", s->active_names);
	if (call_is_account(c))
		why_begin(c, p, MSG_DEVICES_ADD, MSG_COUNT);
	else
		why_begin(c, p, MSG_ENROL_AGAIN, MSG_COUNT);
}

static void why_full(struct page_call *c, const struct enrol_state *s, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_FULL_TITLE);
	p->why = frame_words(c, MSG_ENROL_FULL);
	p->more = frame_words1(c, MSG_ENROL_ALREADY_NAMES, "names", s->active_names);
	if (s->evict_from_s) {
		p->why = frame_words1(c, MSG_EVICT_TODAY, "time", time_minute(c->v.arena, c->v.lang, s->evict_from_s));
		p->more = frame_words(c, MSG_EVICT_TODAY_WAYS);
	}
	if (call_is_account(c)) {
		p->go = S("/account/devices");
		p->go_text = frame_words(c, MSG_DEVICES_TITLE);
	}
}

static void why_gone(struct page_call *c, struct page_enrol_why *p)
{
	p->heading = frame_words(c, MSG_ENROL_GONE_TITLE);
	p->why = frame_words(c, MSG_ENROL_GONE);
	p->go = S("/signin");
	p->go_text = frame_words(c, MSG_SIGNIN_SUBMIT);
	p->gone = true;
}

static void show_why(struct page_call *c, int status, struct page_frame *f, const struct enrol_state *s)
{
	struct page_enrol_why p = {.login = s->login, .active = s->active, .later = later_href(c, s), .facts = s->login.len > 0};

	switch (s->screen) {
	case ENROL_NONE:
	case ENROL_OPEN:
	case ENROL_CLOSED:
	case ENROL_DONE:
	case ENROL_EVICT:
	case ENROL_FIRST:
		why_none(c, s, &p);
		break;
	case ENROL_OVER:
		why_over(c, s, &p);
		break;
	case ENROL_ELSEWHERE:
		why_elsewhere(c, s, &p);
		break;
	case ENROL_ALREADY:
		why_already(c, s, &p);
		break;
	case ENROL_FULL:
		why_full(c, s, &p);
		break;
	case ENROL_NOT_ALLOWED:
		p.heading = frame_words(c, MSG_ENROL_NOT_ALLOWED_TITLE);
		p.why = frame_words(c, MSG_ENROL_NOT_ALLOWED);
		break;
	case ENROL_GONE:
		why_gone(c, &p);
		break;
	}
	page_enrol_why_render(frame_begin(c, status), f, &p);
}

/* ---- who goes, named before anything is shown ----------------------------------------------------------- */

static struct str used_text(struct page_call *c, const struct device *d)
{
	if (!d->used_s)
		return frame_words(c, MSG_DEVICES_UNUSED);
	return frame_words1(c, MSG_DEVICES_USED, "time", time_date(c->v.arena, c->v.lang, d->used_s));
}

static void evict_one(struct page_call *c, const struct enrol_state *s, struct page_enrol_evict *p)
{
	const struct device *d = &s->offer[0];

	p->one = d->name;
	p->one_id = arena_printf(c->v.arena, "%lld", (long long)d->id);
	p->one_used = used_text(c, d);
	p->one_text = words_text(c->v.arena, c->v.lang, MSG_EVICT_ONE,
	                         WORDS(NUMBER("max", s->devices_max), WORD("device", d->name),
	                               WORD("date", time_date(c->v.arena, c->v.lang, d->added_s)), NUMBER("hours", hours_of(c))));
}

static void evict_rows(struct page_call *c, const struct enrol_state *s, struct page_enrol_evict *p)
{
	struct page_enrol_evict_offer *rows = arena_many(c->v.arena, s->n_offer, struct page_enrol_evict_offer);

	for (size_t i = 0; i < s->n_offer; i++) {
		rows[i].id = arena_printf(c->v.arena, "%lld", (long long)s->offer[i].id);
		rows[i].name = s->offer[i].name;
		rows[i].added = time_date(c->v.arena, c->v.lang, s->offer[i].added_s);
		rows[i].used = used_text(c, &s->offer[i]);
	}
	p->offer = rows;
	p->n_offer = s->n_offer;
}

static void show_evict(struct page_call *c, int status, struct page_frame *f, const struct enrol_state *s, struct str error)
{
	struct page_enrol_evict p = {
		.begin = call_enrol_path(c, "/begin"), .login = s->login, .active = s->active, .n = s->devices_max, .max = s->devices_max,
		.hours = hours_of(c), .later = call_is_account(c) ? S("/account/devices") : STR_NONE, .choice_error = error,
	};

	if (s->n_offer == 1)
		evict_one(c, s, &p);
	else
		evict_rows(c, s, &p);
	if (call_is_account(c) && !c->is_fresh)
		p.confirm = call_href(c->v.arena, "/account/confirm", "next", call_enrol_path(c, ""));
	if (error.len)
		frame_error(c, f, "#choice", error);
	page_enrol_evict_render(frame_begin(c, status), f, &p);
}

static void show(struct page_call *c, int status, struct page_frame *f, const struct enrol_state *s)
{
	switch (s->screen) {
	case ENROL_OPEN:
		show_open(c, status, f, s);
		break;
	case ENROL_CLOSED:
		show_closed(c, status, f, s);
		break;
	case ENROL_EVICT:
		show_evict(c, status, f, s, STR_NONE);
		break;
	case ENROL_FIRST:
		reply_see_other(c->rep, S("/account/mfa/first"));
		break;
	case ENROL_NONE:
	case ENROL_OVER:
	case ENROL_ELSEWHERE:
	case ENROL_ALREADY:
	case ENROL_FULL:
	case ENROL_DONE:
	case ENROL_NOT_ALLOWED:
	case ENROL_GONE:
		show_why(c, status, f, s);
		break;
	}
}

/* The sign-in may have gone on in another window, or be over. True when the answer is written. */
static bool moved_on(struct page_call *c, const struct enrol_state *s)
{
	struct signin_state now;

	if (s->screen != ENROL_GONE || call_is_account(c))
		return false;
	if (signin_look(c->f, &c->v, c->signin_cookie, &now) != RC_OK)
		return false;
	if (now.screen == SCREEN_START && !c->who)
		return false;
	return !step_is(c, &now, SCREEN_ENROL);
}

void page_enrol(struct page_call *c)
{
	struct enrol_state s;
	enum rc rc = enrol_look(c->f, &c->v, call_enrol_by(c), &s);
	struct page_frame *f;

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (moved_on(c, &s))
		return;
	/* where codes are not taken a passkey is the only way on */
	if (s.screen == ENROL_NOT_ALLOWED && s.passkey_too && !call_is_account(c)) {
		reply_see_other(c->rep, passkey_path(c));
		return;
	}
	f = frame_of(c);
	if (s.screen == ENROL_OPEN && request_query(c->req, "more").len)
		f->status = frame_words1(c, MSG_ENROL_RENEWED, "time", time_clock(c->v.arena, c->v.lang, s.period_ends_s));
	show(c, 200, f, &s);
}

/* ---- steps ----------------------------------------------------------------------------------------------- */

static void done(struct page_call *c, const struct enrol_state *s)
{
	if (!call_is_account(c) && !s->session_cookie.len) {
		reply_see_other(c->rep, S("/signin")); /* the terms are still to come */
		return;
	}
	if (s->session_cookie.len) {
		cookie_set(c->rep, c->req, COOKIE_SESSION, s->session_cookie, 0);
		cookie_set(c->rep, c->req, COOKIE_SIGNIN, STR_NONE, -1);
		step_known(c, s->known_cookie);
	}
	reply_see_other(c->rep, s->go.len ? call_href(c->v.arena, "/signin/done", "next", s->go) : S("/signin/done"));
}

void page_enrol_post(struct page_call *c)
{
	struct enrol_by by = call_enrol_by(c);
	struct page_frame *f = frame_of(c);
	struct enrol_state s;
	enum rc rc = enrol_confirm(c->f, &c->v, by, form_get(&c->form, "device"), form_get(&c->form, "code"), &s);
	int status = 422;

	if (rc == RC_BUSY || rc == RC_FAULT) {
		if (enrol_look(c->f, &c->v, by, &s) != RC_OK) {
			page_rc(c, rc);
			return;
		}
		status = frame_busy(c, f, rc);
	} else if (rc == RC_ABSENT) {
		reply_see_other(c->rep, call_enrol_path(c, ""));
		return;
	} else if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	if (s.screen == ENROL_DONE) {
		done(c, &s);
		return;
	}
	if (moved_on(c, &s))
		return;
	/* its advice is the next code and the QR code above: on the closed page there is neither */
	if (s.screen == ENROL_CLOSED && s.told.say == SAY_ENROL_WRONG)
		s.told.say = SAY_ENROL_CLOSED;
	frame_told(c, f, &s.told);
	if (s.told.say == SAY_ENROL_CLOCK && s.screen == ENROL_OPEN)
		frame_error(c, f, NULL, frame_words(c, MSG_ENROL_CLOCK_WAIT));
	show(c, status, f, &s);
}

static int64_t id_given(struct page_call *c, const char *name)
{
	int64_t id;

	return str_to_i64(form_get(&c->form, name), INT64_MAX, &id) == RC_OK ? id : 0;
}

void page_enrol_begin(struct page_call *c)
{
	struct enrol_wish wish = {.here = str_is(form_get(&c->form, "here"), "1")};
	int64_t move = id_given(c, "move"), evict = id_given(c, "evict");
	struct first_state first;
	struct enrol_state s;
	enum rc rc;

	if (move)
		wish = (struct enrol_wish){.how = REPLACES_MOVE, .device = move};
	else if (evict)
		wish = (struct enrol_wish){.how = REPLACES_EVICT, .device = evict};
	rc = enrol_begin(c->f, &c->v, call_enrol_by(c), &wish, &s);
	if (rc == RC_OK && s.screen == ENROL_FIRST)
		rc = first_ask(c->f, &c->v, c->who, &first);
	if (rc == RC_BUSY || rc == RC_FAULT)
		page_rc(c, rc);
	else if (rc == RC_OK && s.screen == ENROL_EVICT && s.n_offer > 1 && str_is(form_get(&c->form, "full"), "1") && !evict)
		show_evict(c, 422, frame_of(c), &s, frame_words(c, MSG_EVICT_CHOOSE));
	else if (rc == RC_ABSENT && move)
		reply_see_other(c->rep, S("/account/devices?done=changed"));
	else
		reply_see_other(c->rep, call_enrol_path(c, ""));
}

/* Where a form stood that was answered at once: a page that is loaded again is the activation's. */
void page_enrol_again(struct page_call *c)
{
	reply_see_other(c->rep, call_enrol_path(c, ""));
}

void page_enrol_renew(struct page_call *c)
{
	struct str device = form_get(&c->form, "device"), to;
	struct page_frame *f;
	struct enrol_state s;
	enum rc rc = enrol_renew(c->f, &c->v, call_enrol_by(c), &s);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	/* A half-typed code is kept by answering at once, because it must not stand in an address. */
	if (s.screen == ENROL_OPEN && form_get(&c->form, "code").len) {
		f = frame_of(c);
		f->status = say_text(c, &s.told);
		show_open(c, 200, f, &s);
		return;
	}
	to = call_enrol_path(c, "?more=1");
	if (device.len && device.len <= DEVICE_NAME_MAX && !str_eq(device, s.device_name))
		to = arena_printf(c->v.arena, "%.*s&device=%.*s", STR_ARG(to), STR_ARG(url_encode(c->v.arena, device)));
	reply_see_other(c->rep, to);
}

void page_enrol_leave(struct page_call *c)
{
	struct signin_state out;
	enum rc rc = enrol_leave(c->f, &c->v, call_enrol_by(c));

	if (rc == RC_OK && !call_is_account(c)) {
		rc = signin_leave(c->f, &c->v, c->signin_cookie, true, &out);
		if (rc == RC_OK)
			cookie_set(c->rep, c->req, COOKIE_SIGNIN, STR_NONE, -1);
	}
	if (rc != RC_OK)
		page_rc(c, rc);
	else
		reply_see_other(c->rep, call_is_account(c) ? S("/account/mfa?done=left") : S("/signed-out"));
}

void page_enrol_unfinished(struct page_call *c)
{
	struct enrol_by by = {c->who ? HOLDER_SESSION : HOLDER_SIGNIN, c->who ? c->session_cookie : c->signin_cookie};
	struct page_enrol_unfinished p = {.back = c->who ? S("/account/mfa/enrol") : S("/signin/enrol")};
	struct enrol_state s;

	if (enrol_look(c->f, &c->v, by, &s) == RC_OK && (s.screen == ENROL_OPEN || s.screen == ENROL_CLOSED))
		p.label = s.label;
	page_enrol_unfinished_render(frame_begin(c, 200), frame_of(c), &p);
}

/* What went for the new one: suspended by it, or retired in the same moment. */
static struct str replaced_text(struct page_call *c, const struct device_list *list, const struct device *d)
{
	struct str label;

	for (size_t i = 0; i < list->n_suspended; i++)
		if (list->suspended[i].evicted_by == d->id)
			return words_text(c->v.arena, c->v.lang, MSG_ENROL_DONE_EVICTED,
			                  WORDS(WORD("device", list->suspended[i].name),
			                        WORD("time", time_minute(c->v.arena, c->v.lang, list->suspended[i].suspend_ends_s))));
	if (!list->n_retired || list->retired[0].retired_s != d->added_s)
		return STR_NONE;
	label = otpauth_label(c->v.arena, c->who->type->issuer, c->who->user.shown, list->retired[0].number);
	return words_text(c->v.arena, c->v.lang, MSG_ENROL_DONE_MOVED,
	                  WORDS(WORD("device", list->retired[0].name), WORD("label", label)));
}

/* The newest device is the one that was just confirmed; an address could say anything. */
void page_enrol_done(struct page_call *c)
{
	struct str next = signin_next_allowed(c->f->config, c->v.arena, request_query(c->req, "next"));
	struct page_enrol_done p = {0};
	struct recovery_set set;
	struct device_list list;
	enum rc rc = account_devices(c->f, &c->v, c->who, &list);

	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	p.go = next.len ? next : c->who->type->home_url;
	p.home = str_is(p.go, "/home");
	if (list.n == 0) {
		reply_see_other(c->rep, p.go);
		return;
	}
	p.device = list.rows[list.n - 1].name;
	p.passkey = list.rows[list.n - 1].kind == DEVICE_PASSKEY;
	p.instead = replaced_text(c, &list, &list.rows[list.n - 1]);
	rc = recovery_look(c->f, &c->v, c->who, &set);
	if (rc != RC_OK) {
		page_rc(c, rc);
		return;
	}
	p.offer = set.may_make && set.left == 0;
	p.soon_s = p.offer ? 30 : 10; /* it moves on by itself; later where there is more to decide */
	reply_header(c->rep, "Refresh", arena_printf(c->v.arena, "%lld; url=%.*s", (long long)p.soon_s, STR_ARG(p.go)));
	page_enrol_done_render(frame_begin(c, 200), frame_of(c), &p);
}
