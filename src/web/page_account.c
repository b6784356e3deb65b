#include "core/otpauth.h"
#include "flow/account.h"
#include "web/frame.h"
#include "web/router.h"

/* ---- /home ------------------------------------------------------------------------------------------ */

static struct str place_of(struct page_call *c, struct str address, struct str browser)
{
	if (!address.len || !browser.len)
		return address.len ? address : browser;
	return words_text(c->v.arena, c->v.lang, MSG_HOME_LAST_FROM, WORDS(WORD("address", address), WORD("browser", browser)));
}

static void home_doors(struct page_call *c, struct page_account_home *p)
{
	const struct config *cfg = c->f->config;
	struct page_account_home_doors *doors = arena_many(c->v.arena, CONFIG_LINKS_MAX, struct page_account_home_doors);

	for (size_t i = 0; i < cfg->n_applications; i++)
		doors[i] = (struct page_account_home_doors){cfg->applications[i].url, cfg->applications[i].label};
	p->doors = doors;
	p->n_doors = cfg->n_applications;
}

void page_home(struct page_call *c)
{
	const struct who *w = c->who;
	struct page_account_home p = {
		.user = w->user.shown, .name = w->user.name.len ? w->user.name : w->user.shown, .role = w->type->label[c->v.lang],
	};
	struct page_frame *f = frame_of(c);
	struct home home;
	enum rc rc = account_home(c->f, &c->v, w, &home);

	if (rc) {
		page_rc(c, rc);
		return;
	}
	p.active = home.active;
	p.can_enable = home.may_enable && !home.active;
	p.enable_now = c->is_fresh;
	p.can_disable = home.may_disable;
	p.devices = (int64_t)home.n_devices;
	p.devices_max = home.devices_max;
	if (home.last_signin_s) {
		p.last = time_minute(c->v.arena, c->v.lang, home.last_signin_s);
		p.last_from = place_of(c, home.last_address, home.last_browser);
	}
	home_doors(c, &p);
	if (str_is(request_query(c->req, "done"), "password"))
		f->status = frame_words(c, MSG_CHANGE_DONE);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_home_render(frame_begin(c, 200), f, &p);
}

/* Staff's console is not there yet: their own account is. */
void page_console(struct page_call *c)
{
	reply_see_other(c->rep, S("/home"));
}

/* ---- /account/mfa ------------------------------------------------------------------------------------ */

static enum rc mfa_entries(struct page_call *c, struct page_account_mfa *p)
{
	struct page_account_mfa_entries *rows;
	struct device_list list;
	enum rc rc = account_devices(c->f, &c->v, c->who, &list);

	if (rc)
		return rc;
	rows = arena_many(c->v.arena, list.n + 1, struct page_account_mfa_entries);
	for (size_t i = 0; i < list.n; i++) {
		rows[i].name = list.rows[i].name;
		rows[i].label = otpauth_label(c->v.arena, c->who->type->issuer, c->who->user.shown, list.rows[i].number);
	}
	p->entries = rows;
	p->n_entries = list.n;
	return RC_OK;
}

static void mfa_show(struct page_call *c, struct page_frame *f, int status)
{
	const struct policy *policy = &c->who->type->policy;
	struct page_account_mfa p = {.user = c->who->user.shown, .fresh = c->is_fresh};
	struct home home;
	enum rc rc = account_home(c->f, &c->v, c->who, &home);

	if (rc == RC_OK)
		rc = mfa_entries(c, &p);
	if (rc) {
		page_rc(c, rc);
		return;
	}
	p.active = home.active;
	p.can_enable = home.may_enable && !home.active;
	p.can_disable = home.may_disable;
	p.mandatory = policy->mfa == MFA_MANDATORY || (policy->mfa == MFA_MANDATORY_FROM && c->v.now_s >= policy->mfa_from_s);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_mfa_render(frame_begin(c, status), f, &p);
}

void page_mfa(struct page_call *c)
{
	struct page_frame *f = frame_of(c);

	if (str_is(request_query(c->req, "done"), "disabled"))
		f->status = frame_words(c, MSG_MFA_DISABLED);
	mfa_show(c, f, 200);
}

void page_mfa_disable(struct page_call *c)
{
	struct page_frame *f;
	struct told told;
	enum rc rc = account_mfa_disable(c->f, &c->v, c->who, &told);

	if (rc == RC_ABSENT) {
		page_trouble(c, TROUBLE_NOT_FRESH);
		return;
	}
	if (rc) {
		page_rc(c, rc);
		return;
	}
	if (told.say != SAY_LAST_FACTOR) {
		reply_see_other(c->rep, S("/account/mfa?done=disabled"));
		return;
	}
	f = frame_of(c);
	frame_told(c, f, &told);
	mfa_show(c, f, 422);
}

/* ---- /account/devices -------------------------------------------------------------------------------- */

static void device_card(struct page_call *c, const struct device *d, struct page_account_devices_devices *out)
{
	struct arena *a = c->v.arena;

	out->number = d->number;
	out->name = d->name;
	out->label = otpauth_label(a, c->who->type->issuer, c->who->user.shown, d->number);
	out->added = time_minute(a, c->v.lang, d->added_s);
	out->address = d->address;
	out->used = d->used_s ? time_minute(a, c->v.lang, d->used_s) : STR_NONE;
}

void page_devices(struct page_call *c)
{
	struct page_account_devices p = {.fresh = c->is_fresh};
	struct page_account_devices_devices *cards;
	struct device_list list;
	struct home home;
	enum rc rc = account_devices(c->f, &c->v, c->who, &list);

	if (rc == RC_OK)
		rc = account_home(c->f, &c->v, c->who, &home);
	if (rc) {
		page_rc(c, rc);
		return;
	}
	cards = arena_many(c->v.arena, list.n + 1, struct page_account_devices_devices);
	for (size_t i = 0; i < list.n; i++)
		device_card(c, &list.rows[i], &cards[i]);
	p.devices = cards;
	p.n_devices = list.n;
	p.n = (int64_t)list.n;
	p.max = list.max;
	p.can_add = home.may_enable;
	p.full = list.n >= list.max;
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_devices_render(frame_begin(c, 200), frame_of(c), &p);
}
