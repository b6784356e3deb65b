#include "core/otpauth.h"
#include "core/signin_fsm.h"
#include "flow/account.h"
#include "flow/recovery.h"
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

/* At most one notice: that a second factor will be asked, else that a spare way in is missing or runs out. */
static void home_notice(struct page_call *c, struct page_frame *f, struct page_account_home *p, const struct recovery_set *set)
{
	const struct policy *policy = &c->who->type->policy;
	int64_t days = policy_days_left(policy, c->v.now_s);

	if (c->who->session.recovery_s && c->who->session.began_s + SESSION_FRESH_S > c->v.now_s && !f->status.len)
		f->status = words_text(c->v.arena, c->v.lang, MSG_RECOVERY_ACCEPTED, WORDS(NUMBER("n", set->left)));
	if (days && !p->active)
		p->notice = words_text(c->v.arena, c->v.lang, MSG_POLICY_DAYS,
		                       WORDS(WORD("date", time_date(c->v.arena, c->v.lang, policy->mfa_from_s)), NUMBER("n", days)));
	else if (set->may_make && !set->made_s && p->devices == 1)
		p->recovery_notice = frame_words(c, MSG_RECOVERY_ONE_WAY);
	else if (set->may_make && !set->made_s)
		p->recovery_notice = frame_words(c, MSG_RECOVERY_NONE);
	else if (set->may_make && set->left <= RECOVERY_FEW)
		p->recovery_notice = words_text(c->v.arena, c->v.lang, MSG_RECOVERY_FEW, WORDS(NUMBER("n", set->left)));
	if (p->recovery_notice.len)
		p->recovery_button = frame_words(c, set->made_s ? MSG_RECOVERY_MAKE_NEW : MSG_RECOVERY_MAKE);
	p->recovery_left = set->left;
}

void page_home(struct page_call *c)
{
	const struct who *w = c->who;
	struct page_account_home p = {
		.user = w->user.shown, .name = w->user.name.len ? w->user.name : w->user.shown, .role = w->type->label[c->v.lang],
	};
	struct page_frame *f = frame_of(c);
	struct recovery_set set;
	struct home home;
	enum rc rc = account_home(c->f, &c->v, w, &home);

	if (rc == RC_OK)
		rc = recovery_look(c->f, &c->v, w, &set);
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
	home_notice(c, f, &p, &set);
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

static struct str label_of(struct page_call *c, int64_t number)
{
	return otpauth_label(c->v.arena, c->who->type->issuer, c->who->user.shown, number);
}

static void mfa_entries(struct page_call *c, const struct device_list *list, struct page_account_mfa *p)
{
	struct page_account_mfa_entries *rows = arena_many(c->v.arena, list->n + 1, struct page_account_mfa_entries);

	for (size_t i = 0; i < list->n; i++) {
		if (list->rows[i].kind == DEVICE_PASSKEY) {
			p->passkey = true;
			continue;
		}
		rows[p->n_entries].name = list->rows[i].name;
		rows[p->n_entries++].label = label_of(c, list->rows[i].number);
	}
	p->entries = rows;
}

static void mfa_show(struct page_call *c, struct page_frame *f, int status)
{
	const struct policy *policy = &c->who->type->policy;
	struct page_account_mfa p = {.user = c->who->user.shown, .fresh = c->is_fresh};
	struct device_list list;
	struct home home;
	enum rc rc = account_home(c->f, &c->v, c->who, &home);

	if (rc == RC_OK)
		rc = account_devices(c->f, &c->v, c->who, &list);
	if (rc) {
		page_rc(c, rc);
		return;
	}
	mfa_entries(c, &list, &p);
	p.active = home.active;
	p.can_enable = home.may_enable && !home.active;
	p.can_disable = home.may_disable && p.n_entries;
	p.mandatory = policy->mfa == MFA_MANDATORY || (policy->mfa == MFA_MANDATORY_FROM && c->v.now_s >= policy->mfa_from_s);
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	page_account_mfa_render(frame_begin(c, status), f, &p);
}

/* The entries that stopped with the last press: those that ended at the same moment as the newest. */
static struct str disabled_text(struct page_call *c)
{
	struct str labels = STR_NONE;
	struct device_list list;

	if (account_devices(c->f, &c->v, c->who, &list) != RC_OK)
		return frame_words(c, MSG_MFA_DISABLED);
	for (size_t i = 0; i < list.n_retired && list.retired[i].retired_s == list.retired[0].retired_s; i++)
		if (list.retired[i].kind != DEVICE_PASSKEY)
			labels = arena_printf(c->v.arena, "%.*s%s%.*s", STR_ARG(labels), labels.len ? ", " : "",
			                      STR_ARG(label_of(c, list.retired[i].number)));
	return labels.len ? frame_words1(c, MSG_MFA_DISABLED_NAMES, "labels", labels) : frame_words(c, MSG_MFA_DISABLED);
}

static struct str left_text(struct page_call *c)
{
	struct enrol_state s;

	if (enrol_look(c->f, &c->v, call_enrol_by(c), &s) != RC_OK || !s.leftover)
		return STR_NONE;
	return frame_words1(c, MSG_MFA_LEFT, "label", label_of(c, s.leftover));
}

void page_mfa(struct page_call *c)
{
	struct page_frame *f = frame_of(c);

	if (str_is(request_query(c->req, "done"), "disabled"))
		f->status = disabled_text(c);
	else if (str_is(request_query(c->req, "done"), "left"))
		f->status = left_text(c);
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
