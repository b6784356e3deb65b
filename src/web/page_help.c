/* Help for everybody: questions, the phone's clock, the app. What stands here follows the configuration. */
#include "core/signin_fsm.h"
#include "web/frame.h"
#include "web/public.h"
#include "web/router.h"

void page_apps(struct page_call *c)
{
	struct page_apps p = {0};

	p.back = public_open_step(c, &p.code);
	page_apps_render(frame_begin(c, 200), frame_of(c), &p);
}

void page_clock(struct page_call *c)
{
	struct page_clock p = {.zone = c->f->config->timezone};

	p.back = public_open_step(c, &p.code);
	page_clock_render(frame_begin(c, 200), frame_of(c), &p);
}

static struct str duty_of(struct page_call *c, const struct policy *p)
{
	if (policy_mandatory(p, c->v.now_s))
		return frame_words(c, MSG_HELP_DUTY);
	if (!policy_may_enable(p))
		return frame_words(c, MSG_HELP_NO_DUTY);
	if (p->mfa == MFA_MANDATORY_FROM)
		return frame_words1(c, MSG_HELP_DUTY_FROM, "date", time_date(c->v.arena, c->v.lang, p->mfa_from_s));
	return frame_words(c, MSG_HELP_FREE);
}

static void kinds(struct page_call *c, struct page_help *p)
{
	const struct config *cfg = c->f->config;
	struct page_help_guides *guides = arena_many(c->v.arena, CONFIG_TYPES_MAX, struct page_help_guides);
	struct page_help_kinds *rows = arena_many(c->v.arena, CONFIG_TYPES_MAX, struct page_help_kinds);

	for (size_t i = 0; i < cfg->n_types; i++) {
		const struct config_type *t = &cfg->types[i];
		struct str label = t->label[c->v.lang];

		rows[i] = (struct page_help_kinds){label, duty_of(c, &t->policy)};
		guides[i].href = call_href(c->v.arena, "/help/guide", "type", t->id);
		guides[i].text = frame_words1(c, MSG_HELP_GUIDE_FOR, "type", label);
		p->codes |= policy_may_enable(&t->policy);
		p->recovery |= policy_may_recovery(&t->policy);
		p->captcha |= cfg->captcha != CAPTCHA_MODE_OFF && t->policy.captcha != CAPTCHA_NEVER;
	}
	p->kinds = rows;
	p->guides = guides;
	p->n_kinds = p->n_guides = cfg->n_types;
}

void page_help(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	struct page_help p = {.desk = cfg->helpdesk.text, .email = cfg->helpdesk.email, .phone = cfg->helpdesk.phone,
	                      .hours = cfg->helpdesk.hours};

	kinds(c, &p);
	p.back = public_open_step(c, &p.code);
	p.email_href = arena_printf(c->v.arena, "mailto:%.*s", STR_ARG(p.email));
	p.phone_href = public_phone_href(c->v.arena, p.phone);
	if (!p.desk.len && !p.email.len && !p.phone.len && !p.hours.len)
		p.desk = frame_words(c, MSG_HELPDESK_NONE);
	page_help_render(frame_begin(c, 200), frame_of(c), &p);
}
