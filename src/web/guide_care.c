/* Chapters of the guide: devices, recovery codes, passkeys, codes that do not match, lost phone, questions. */
#include "core/signin_fsm.h"
#include "core/throttle.h"
#include "web/guide_parts.h"

/* ---- devices -------------------------------------------------------------------------------------------- */

static void device_full(struct guide *g)
{
	switch (g->policy->devices_when_full) {
	case FULL_EVICT_OLDEST:
		guide_para(g, MSG_GUIDE_FULL_OLDEST, NO_ACTS);
		break;
	case FULL_EVICT_LEAST_USED:
		guide_para(g, MSG_GUIDE_FULL_LEAST, NO_ACTS);
		break;
	case FULL_ASK:
		guide_para(g, MSG_GUIDE_FULL_ASK, NO_ACTS);
		break;
	case FULL_REFUSE:
		guide_para(g, MSG_GUIDE_FULL_REFUSE, NO_ACTS);
		return;
	}
	if (g->config->suspend_s)
		guide_para(g, MSG_GUIDE_FULL_BACK, ACTS(VALUE("time", guide_span(g, g->config->suspend_s))));
}

static void device_add(struct guide *g)
{
	bool home = str_is(g->type->home_url, "/home");

	guide_heading(g, MSG_DEVICES_ADD);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_MENU, ACTS(PRESS("menu", guide_words(g, MSG_DEVICES_TITLE)),
	                                        PRESS("button", guide_words(g, MSG_DEVICES_ADD))));
	guide_proof(g, MSG_DEVICES_ADD);
	guide_step_end(g, guide_page_devices);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_ADD_SCAN, ACTS({"scan", "scan", NULL, STR_NONE, S("QR Code")},
	                                            FILL("device", "device", guide_words(g, MSG_ENROL_DEVICE)),
	                                            {"code", "code", "field", S("code"), guide_words(g, MSG_OTP_LABEL)},
	                                            PRESS("button", guide_words(g, MSG_COMMON_SEND))));
	guide_step_end(g, NULL);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_ENROLLED, ACTS(SEE("done", guide_before(g, MSG_ENROL_DONE)),
	                                            PRESS("button", guide_words(g, home ? MSG_ENROL_TO_HOME : MSG_ENROL_OPEN_DOOR))));
	guide_step_end(g, NULL);
	guide_steps_end(g);
}

void guide_devices(struct guide *g)
{
	guide_chapter(g, "devices", MSG_GUIDE_DEVICES);
	if (g->policy->devices_max == 1)
		guide_para(g, MSG_GUIDE_DEVICES_ONE, NO_ACTS);
	else
		guide_para(g, MSG_GUIDE_DEVICES_MAX, ACTS(VALUE("n", guide_number(g, g->policy->devices_max))));
	if (g->policy->devices_max > 1)
		device_add(g);
	if (guide_has("/account/devices/restore"))
		device_full(g);
	else
		guide_para(g, MSG_GUIDE_FULL_DESK, NO_ACTS);
	guide_heading(g, MSG_GUIDE_MOVE);
	if (guide_has("/account/devices/move")) {
		guide_para(g, MSG_GUIDE_MOVE_HOW, ACTS(VALUE("menu", guide_words(g, MSG_DEVICES_TITLE)),
		                                       VALUE("button", guide_words(g, MSG_DEVICE_MOVE))));
		guide_para(g, MSG_GUIDE_MOVE_OLD, NO_ACTS);
	} else {
		guide_para(g, g->policy->devices_max > 1 ? MSG_GUIDE_MOVE_ADD : MSG_GUIDE_MOVE_DESK, NO_ACTS);
	}
}

void guide_off(struct guide *g)
{
	if (!g->policy->disable_allowed)
		return;
	guide_chapter(g, "off", MSG_GUIDE_OFF);
	guide_para(g, g->mandatory ? MSG_GUIDE_OFF_AGAIN : MSG_GUIDE_OFF_PASSWORD, NO_ACTS);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_OFF_HOME, ACTS(PRESS("button", guide_words(g, MSG_MFA_DISABLE))));
	guide_step_end(g, NULL);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_OFF_READ, ACTS(PRESS("button", guide_words(g, MSG_MFA_DISABLE))));
	guide_proof(g, MSG_MFA_DISABLE);
	guide_step_end(g, guide_page_mfa);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_OFF_DONE, ACTS(SEE("status", guide_words(g, MSG_MFA_INACTIVE))));
	guide_step_end(g, NULL);
	guide_steps_end(g);
}

void guide_recovery(struct guide *g)
{
	if (!policy_may_recovery(g->policy) || !guide_has("/account/recovery-codes"))
		return;
	guide_chapter(g, "recovery", MSG_RECOVERY_TITLE);
	guide_para(g, MSG_RECOVERY_LEAD, NO_ACTS);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_MENU, ACTS(PRESS("menu", guide_words(g, MSG_RECOVERY_TITLE)),
	                                        PRESS("button", guide_words(g, MSG_RECOVERY_MAKE))));
	guide_proof(g, MSG_RECOVERY_MAKE);
	guide_step_end(g, NULL);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_RECOVERY_KEEP, ACTS(SEE("page", guide_words(g, MSG_RECOVERY_KEEP_TITLE)),
	                                                 PRESS("button", guide_words(g, MSG_RECOVERY_KEPT))));
	guide_say(g, NULL, MSG_RECOVERY_APART, NO_ACTS);
	guide_say(g, NULL, MSG_RECOVERY_ONCE, NO_ACTS);
	guide_step_end(g, guide_page_recovery);
	guide_steps_end(g);
	guide_para(g, MSG_GUIDE_RECOVERY_USE, ACTS(VALUE("button", guide_words(g, MSG_RECOVERY_USE))));
	guide_para(g, MSG_RECOVERY_REPLACES, NO_ACTS);
	guide_para(g, MSG_RECOVERY_NEVER_ASK, NO_ACTS);
}

void guide_passkeys(struct guide *g)
{
	if (!g->passkeys)
		return;
	guide_chapter(g, "passkeys", MSG_GUIDE_PASSKEY);
	guide_para(g, MSG_GUIDE_PASSKEY_WHAT, NO_ACTS);
	guide_para(g, MSG_PASSKEY_ADD_SHARED, NO_ACTS);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_MENU, ACTS(PRESS("menu", guide_words(g, MSG_DEVICES_TITLE)),
	                                        PRESS("button", guide_words(g, MSG_PASSKEY_ADD_TITLE))));
	if (g->codes)
		guide_proof(g, MSG_PASSKEY_ADD_TITLE);
	guide_step_end(g, NULL);
	guide_passkey_make(g);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_PASSKEY_USE, ACTS(VALUE("button", guide_words(g, MSG_PASSKEY_SIGNIN))));
	guide_step_end(g, NULL);
	guide_steps_end(g);
}

void guide_passkey_make(struct guide *g)
{
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_PASSKEY_HOW, ACTS(FILL("device", "device", guide_words(g, MSG_ENROL_DEVICE)),
	                                               PRESS("button", guide_words(g, MSG_PASSKEY_ADD))));
	guide_step_end(g, guide_page_passkey);
}

/* ---- codes that do not match ------------------------------------------------------------------------------ */

void guide_wrong(struct guide *g)
{
	guide_chapter(g, "wrong", MSG_GUIDE_WRONG);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_WRONG_WAIT, NO_ACTS);
	guide_say(g, NULL, MSG_GUIDE_WRONG_ENTRY, ACTS(VALUE("label", g->label)));
	guide_step_end(g, guide_page_wrong);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_WRONG_CLOCK, NO_ACTS);
	guide_step_end(g, NULL);
	guide_steps_end(g);
	guide_heading(g, MSG_CLOCK_TITLE);
	guide_list(g, (const enum msg[]){MSG_CLOCK_ANDROID, MSG_CLOCK_SAMSUNG, MSG_CLOCK_IPHONE}, 3);
	guide_para(g, MSG_CLOCK_THEN, NO_ACTS);
	guide_heading(g, MSG_GUIDE_PAUSE);
	guide_para(g, MSG_GUIDE_PAUSE_WHY, ACTS(VALUE("n", guide_number(g, THROTTLE_CODE_FREE + 1)),
	                                        VALUE("time", guide_span(g, THROTTLE_FIRST_PAUSE_S))));
	guide_para(g, MSG_GUIDE_PAUSE_TIME, NO_ACTS);
}

/* ---- a lost phone ------------------------------------------------------------------------------------------- */

static void contact(struct guide *g)
{
	const struct config *c = g->config;
	const struct { enum msg label; struct str value; } rows[] = {
		{MSG_HELPDESK_EMAIL, c->helpdesk.email}, {MSG_HELPDESK_PHONE, c->helpdesk.phone}, {MSG_HELPDESK_HOURS, c->helpdesk.hours},
	};
	bool any = false;

	if (c->helpdesk.text.len) {
		guide_para(g, MSG_GUIDE_TEXT, ACTS(VALUE("text", c->helpdesk.text)));
		any = true;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value.len) {
			guide_para(g, MSG_GUIDE_ROW, ACTS(VALUE("label", guide_words(g, rows[i].label)), VALUE("value", rows[i].value)));
			any = true;
		}
	if (!any)
		guide_para(g, MSG_HELPDESK_NONE, NO_ACTS);
}

void guide_lost(struct guide *g)
{
	guide_chapter(g, "lost", MSG_GUIDE_LOST);
	if (g->codes)
		guide_note(g, MSG_RESET_NOTE, NO_ACTS);
	guide_para(g, MSG_GUIDE_LOST_OTHER, NO_ACTS);
	if (policy_may_recovery(g->policy) && guide_has("/signin/recovery"))
		guide_para(g, MSG_GUIDE_LOST_RECOVERY, NO_ACTS);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_LOST_RESET, ACTS(VALUE("button", guide_words(g, MSG_SIGNIN_RESET))));
	guide_say(g, NULL, MSG_RESET_BY_HELPDESK, NO_ACTS);
	guide_step_end(g, guide_page_lost);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_LOST_ENDS, NO_ACTS);
	guide_step_end(g, NULL);
	guide_step_begin(g);
	if (!g->codes)
		guide_say(g, NULL, MSG_GUIDE_LOST_PASSKEY, NO_ACTS);
	else
		guide_say(g, NULL, g->mandatory ? MSG_GUIDE_LOST_AGAIN : MSG_GUIDE_LOST_ENABLE, NO_ACTS);
	if (g->codes)
		guide_say(g, NULL, MSG_GUIDE_LOST_DELETE, NO_ACTS);
	guide_step_end(g, NULL);
	guide_steps_end(g);
	guide_para(g, MSG_RESET_BOTH, NO_ACTS);
	guide_heading(g, MSG_HELPDESK_CONTACT);
	contact(g);
	guide_para(g, MSG_HELPDESK_NEVER, NO_ACTS);
}

/* ---- leaving -------------------------------------------------------------------------------------------------- */

void guide_out(struct guide *g)
{
	guide_chapter(g, "out", MSG_GUIDE_OUT);
	guide_steps_begin(g);
	guide_step_begin(g);
	guide_home(g);
	guide_say(g, NULL, MSG_GUIDE_PRESS, ACTS(PRESS("button", guide_words(g, MSG_HOME_LOGOUT))));
	guide_step_end(g, NULL);
	guide_step_begin(g);
	guide_say(g, NULL, MSG_GUIDE_OUT_DONE, ACTS(SEE("done", guide_words(g, MSG_SIGNOUT_DONE))));
	guide_say(g, NULL, MSG_SIGNOUT_HINT, NO_ACTS);
	guide_step_end(g, guide_page_signed_out);
	guide_steps_end(g);
	guide_para(g, MSG_GUIDE_OUT_IDLE, ACTS(VALUE("idle", guide_span(g, g->config->session_idle_s)),
	                                       VALUE("life", guide_span(g, g->config->session_s))));
	if (g->codes)
		guide_para(g, MSG_GUIDE_OUT_OPEN, NO_ACTS);
}

/* ---- questions ---------------------------------------------------------------------------------------------------- */

static void question(struct guide *g, enum msg asked, enum msg answer)
{
	guide_heading(g, asked);
	guide_para(g, answer, NO_ACTS);
}

void guide_questions(struct guide *g)
{
	guide_chapter(g, "questions", MSG_GUIDE_QUESTIONS);
	if (g->codes) {
		question(g, MSG_HELP_NO_QR, MSG_HELP_NO_QR_ANSWER);
		question(g, MSG_HELP_WHERE_CODE, MSG_HELP_WHERE_CODE_ANSWER);
		question(g, MSG_HELP_OLD_ENTRY, MSG_HELP_OLD_ENTRY_ANSWER);
		question(g, MSG_HELP_NET, MSG_HELP_NET_ANSWER);
	}
	question(g, MSG_HELP_FORGOT, MSG_FORGOT_BY_HELPDESK);
	question(g, MSG_HELP_RELOAD, MSG_HELP_RELOAD_ANSWER);
	question(g, MSG_HELP_REFERENCE, MSG_HELP_REFERENCE_ANSWER);
}
