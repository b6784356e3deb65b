/* Chapters of the guide: what is needed, the app, the first sign-in with its activation, the later ones. */
#include "core/signin_fsm.h"
#include "flow/enrol.h"
#include "web/guide_parts.h"

static bool many_types(const struct guide *g)
{
	return g->config->n_types > 1;
}

static bool one_page(const struct guide *g)
{
	return g->policy->layout == LAYOUT_ONE_PAGE;
}

/* ---- what is needed ----------------------------------------------------------------------------------- */

static void need_policy(struct guide *g)
{
	if (g->mandatory && !g->codes)
		guide_para(g, MSG_GUIDE_MFA_PASSKEY, NO_ACTS);
	else if (g->mandatory)
		guide_para(g, MSG_GUIDE_MFA_MANDATORY, NO_ACTS);
	else if (g->policy->mfa == MFA_MANDATORY_FROM)
		guide_para(g, MSG_GUIDE_MFA_FROM, ACTS(VALUE("date", time_date(g->a, g->lang, g->policy->mfa_from_s))));
	else if (g->policy->mfa == MFA_OPTIONAL)
		guide_para(g, MSG_GUIDE_MFA_OPTIONAL, NO_ACTS);
	else
		guide_para(g, MSG_GUIDE_MFA_OFF, NO_ACTS);
}

void guide_need(struct guide *g)
{
	guide_chapter(g, "need", MSG_GUIDE_NEED);
	guide_list(g, (const enum msg[]){MSG_GUIDE_NEED_BROWSER, MSG_GUIDE_NEED_ACCOUNT, MSG_GUIDE_NEED_PHONE}, g->codes ? 3 : 2);
	guide_para(g, MSG_GUIDE_NEED_LINK, NO_ACTS);
	guide_para(g, MSG_GUIDE_NEED_ADDRESS, ACTS(VALUE("address", g->config->base_url)));
	need_policy(g);
	guide_para(g, MSG_HELPDESK_NEVER, NO_ACTS);
}

void guide_apps(struct guide *g)
{
	guide_chapter(g, "apps", MSG_APPS_TITLE);
	guide_list(g, (const enum msg[]){MSG_APPS_GOOGLE, MSG_APPS_MICROSOFT, MSG_APPS_FREEOTP}, 3);
	guide_para(g, MSG_APPS_ANY, NO_ACTS);
	guide_list(g, (const enum msg[]){MSG_APPS_INSTALL_ANDROID, MSG_APPS_INSTALL_IPHONE}, 2);
	guide_para(g, MSG_GUIDE_APPS_FIRST, NO_ACTS);
}

/* ---- from the address to the second step ---------------------------------------------------------------- */

static void captcha(struct guide *g)
{
	if (!guide_has("/captcha.png") || g->config->captcha == CAPTCHA_MODE_OFF || g->policy->captcha == CAPTCHA_NEVER)
		return;
	if (g->policy->captcha == CAPTCHA_AFTER_FAILURES)
		guide_say(g, NULL, MSG_GUIDE_CAPTCHA_LATER, NO_ACTS);
	else if (g->config->captcha == CAPTCHA_MODE_WORK)
		guide_say(g, NULL, MSG_GUIDE_CAPTCHA_WORK, NO_ACTS);
	else
		guide_say(g, NULL, MSG_GUIDE_CAPTCHA, ACTS(FILL("captcha", "captcha", guide_words(g, MSG_CAPTCHA_LABEL))));
}

static void agree(struct guide *g)
{
	if (g->policy->terms == TERMS_EACH)
		guide_say(g, NULL, MSG_GUIDE_AGREE, ACTS({"agree", "tick", "field", S("agree"), guide_words(g, MSG_SIGNIN_AGREE)}));
}

static void press(struct guide *g, enum msg caption)
{
	guide_say(g, NULL, MSG_GUIDE_PRESS, ACTS(PRESS("button", guide_words(g, caption))));
}

static void address(struct guide *g, bool pictures)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_OPEN, ACTS({"address", "open", "href", g->config->base_url, g->config->base_url}));
	if (many_types(g))
		guide_say(g, NULL, MSG_GUIDE_CHOOSE, ACTS(PRESS("login", guide_words(g, MSG_LANDING_LOGIN)),
		                                          PRESS("type", g->type->label[g->lang])));
	guide_step_end(g, pictures && many_types(g) ? guide_page_landing : NULL);
}

static void two_forms(struct guide *g, bool pictures)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_USER, ACTS(FILL("user", "user", guide_words(g, MSG_SIGNIN_USER)),
	                                        PRESS("button", guide_words(g, MSG_SIGNIN_SUBMIT))));
	guide_step_end(g, pictures ? guide_page_user : NULL);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_FILL, ACTS(FILL("field", "password", guide_words(g, MSG_SIGNIN_PASSWORD))));
	captcha(g);
	agree(g);
	press(g, MSG_SIGNIN_SUBMIT);
	if (pictures)
		guide_say(g, NULL, MSG_GUIDE_PASSWORD_TIME, ACTS(VALUE("time", guide_span(g, g->policy->password_s)),
		                                                 VALUE("more", guide_words(g, MSG_ENROL_MORE))));
	guide_step_end(g, pictures ? guide_page_password : NULL);
}

static void one_form(struct guide *g, bool pictures)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_FILL_TWO, ACTS(FILL("user", "user", guide_words(g, MSG_SIGNIN_USER)),
	                                            FILL("password", "password", guide_words(g, MSG_SIGNIN_PASSWORD))));
	captcha(g);
	agree(g);
	press(g, MSG_SIGNIN_SUBMIT);
	guide_step_end(g, pictures ? guide_page_onepage : NULL);
}

void guide_to_password(struct guide *g, bool pictures)
{
	address(g, pictures);
	if (one_page(g))
		one_form(g, pictures);
	else
		two_forms(g, pictures);
}

/* The page of a new version of the terms stands at the end of the sign-in, once. */
static void terms_once(struct guide *g)
{
	if (g->policy->terms != TERMS_ONCE)
		return;
	guide_step_begin(g);
	guide_say(g, "/signin/terms", MSG_GUIDE_TERMS_ONCE,
	          ACTS({"agree", "tick", "field", S("agree"), guide_words(g, MSG_SIGNIN_AGREE)},
	               PRESS("button", guide_words(g, MSG_COMMON_CONTINUE))));
	guide_step_end(g, guide_page_agree);
}

/* ---- activation --------------------------------------------------------------------------------------- */

/* What must be proved before the first activation, where the program asks for it. */
static void first_proof(struct guide *g)
{
	if (!guide_has("/signin/first"))
		return;
	if (g->policy->first_enrol == FIRST_SLIP || g->policy->first_enrol == FIRST_MAIL)
		guide_note(g, MSG_GUIDE_FIRST_SLIP, NO_ACTS);
	else if (g->policy->first_enrol == FIRST_QUIET)
		guide_note(g, MSG_GUIDE_FIRST_QUIET, ACTS(VALUE("time", guide_span(g, g->policy->quiet_s))));
}

static void enable(struct guide *g)
{
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_ENABLE, ACTS(SEE("home", guide_words(g, MSG_HOME_TITLE)),
	                                          PRESS("button", guide_words(g, MSG_MFA_ENABLE))));
	guide_step_end(g, guide_page_home_off);
}

/* One page, so one step: the app films it, then its code is typed below. */
static void activate(struct guide *g)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_ENROL_SEE, ACTS(SEE("page", guide_words(g, MSG_ENROL_TITLE))));
	guide_say(g, NULL, MSG_APPS_SCAN_OPEN, NO_ACTS);
	guide_say(g, NULL, MSG_APPS_SCAN_WORK, NO_ACTS);
	guide_say(g, NULL, MSG_GUIDE_SCAN, ACTS({"scan", "scan", NULL, STR_NONE, S("Scan a QR Code")}));
	guide_say(g, NULL, MSG_GUIDE_SAME_PHONE, ACTS(VALUE("button", guide_words(g, MSG_ENROL_SAME_PHONE))));
	guide_say(g, NULL, MSG_GUIDE_KEY, ACTS(VALUE("more", guide_words(g, MSG_ENROL_MANUAL_HEAD))));
	guide_say(g, NULL, MSG_GUIDE_DEVICE, ACTS(FILL("device", "device", guide_words(g, MSG_ENROL_DEVICE)),
	                                          VALUE("example", guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE))));
	guide_say(g, NULL, MSG_GUIDE_CODE_SEND, ACTS({"code", "code", "field", S("code"), guide_words(g, MSG_OTP_LABEL)},
	                                             PRESS("button", guide_words(g, MSG_COMMON_SEND))));
	guide_say(g, NULL, MSG_GUIDE_CODE_COUNTS, NO_ACTS);
	guide_step_end(g, guide_page_enrol);
}

static void enrol_time(struct guide *g)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_ENROL_TIME, ACTS(VALUE("time", guide_span(g, g->policy->enrol_s)),
	                                              VALUE("more", guide_words(g, MSG_ENROL_MORE)),
	                                              VALUE("n", guide_number(g, ENROL_EXTENSIONS))));
	guide_step_end(g, guide_page_closed);
}

static void enrolled(struct guide *g)
{
	bool home = str_is(g->type->home_url, "/home");

	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_ENROLLED, ACTS(SEE("done", guide_before(g, MSG_ENROL_DONE)),
	                                            PRESS("button", guide_words(g, home ? MSG_ENROL_TO_HOME : MSG_ENROL_OPEN_DOOR))));
	if (policy_may_recovery(g->policy) && guide_has("/account/recovery-codes"))
		guide_say(g, NULL, MSG_GUIDE_ENROLLED_OFFER, ACTS(VALUE("button", guide_words(g, MSG_RECOVERY_MAKE))));
	guide_say(g, NULL, MSG_GUIDE_ENTRY, ACTS(VALUE("label", g->label)));
	guide_step_end(g, guide_page_done);
}

/* Where a sign-in ends. */
static void inside(struct guide *g, guide_page *picture)
{
	guide_step_begin(g);
	if (str_is(g->type->home_url, "/home"))
		guide_say(g, NULL, MSG_GUIDE_INSIDE_HOME, ACTS(SEE("home", guide_words(g, MSG_HOME_TITLE))));
	else
		guide_say(g, NULL, MSG_GUIDE_INSIDE, NO_ACTS);
	guide_step_end(g, str_is(g->type->home_url, "/home") ? picture : NULL);
}

void guide_first(struct guide *g)
{
	guide_chapter(g, "first", g->codes ? MSG_GUIDE_FIRST : g->passkeys ? MSG_GUIDE_FIRST_PASSKEY : MSG_GUIDE_SIGNIN);
	if (g->codes)
		first_proof(g);
	guide_steps_begin(g);
	guide_to_password(g, true);
	if (!g->mandatory || (!g->codes && !g->passkeys))
		terms_once(g);
	if (g->codes && !g->mandatory)
		enable(g);
	if (g->codes) {
		activate(g);
		enrol_time(g);
		if (g->mandatory)
			terms_once(g);
		enrolled(g);
	}
	if (!g->codes && g->passkeys && g->mandatory) {
		guide_passkey_make(g);
		terms_once(g);
	}
	inside(g, g->codes ? guide_page_home_on : guide_page_home_off);
	guide_steps_end(g);
	if (g->codes && !g->mandatory)
		guide_para(g, MSG_GUIDE_OPTIONAL_SKIP, ACTS(VALUE("button", guide_words(g, MSG_MFA_ENABLE))));
}

/* ---- later sign-ins -------------------------------------------------------------------------------------- */

void guide_later(struct guide *g)
{
	if (!g->codes)
		return;
	guide_chapter(g, "later", MSG_GUIDE_LATER);
	guide_para(g, MSG_GUIDE_LATER_NO_QR, NO_ACTS);
	guide_steps_begin(g);
	guide_to_password(g, false);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_CODE_SEE, ACTS(SEE("page", guide_words(g, MSG_CODE_TITLE))));
	guide_say(g, NULL, MSG_CODE_WHICH, ACTS(VALUE("label", g->label)));
	guide_say(g, NULL, MSG_GUIDE_CODE_LOGIN, ACTS({"code", "code", "field", S("code"), guide_words(g, MSG_OTP_LABEL)},
	                                              PRESS("button", guide_words(g, MSG_SIGNIN_SUBMIT))));
	if (g->policy->strict)
		guide_say(g, NULL, MSG_GUIDE_STRICT, NO_ACTS);
	guide_step_end(g, guide_page_code);
	inside(g, NULL);
	guide_steps_end(g);
}
