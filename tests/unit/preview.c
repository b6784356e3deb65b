/*
 * preview OUT: every state of every page, with sample data, in both languages, as OUT/NAME.id.html and .en.html, and
 * an index. For looking at pages and for measuring them; nothing runs behind it.
 */
#include <stdio.h>
#include <string.h>

#include "core/passphrase.h"
#include "core/otpauth.h"
#include "fake_flow.h"
#include "web/brand.h"

struct scene {
	struct arena *a;
	struct config *config;
	struct who who;
	bool signed_in, fresh;
	struct str cookie;           /* of a session that is no more */
};
typedef void set_fn(struct scene *s);

struct state {
	const char *name, *target, *body; /* body NULL: GET */
	page_fn *page;
	set_fn *set;
};

static void enrol_base(struct scene *s, struct enrol_state *e)
{
	*e = (struct enrol_state){
		.screen = ENROL_OPEN, .login = S("penyedia1"), .issuer = S("LPSE Contoh"), .label = S("LPSE Contoh: penyedia1 #3"),
		.account = S("penyedia1 #3"), .number = 3, .secret = S("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
		.period_ends_s = FAKE_NOW_S + 119, .renewals_left = 10, .device_name = S("HP saya"),
	};
	e->uri = otpauth_uri(s->a, e->issuer, e->login, e->number, e->secret);
	e->groups = otpauth_groups(s->a, e->secret);
}

static void none(struct scene *s)
{
	(void)s;
}

static void signed_out_idle(struct scene *s)
{
	s->cookie = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	s->config->session_idle_s = 3600;
	fake.idle = true;
}

static void one_type(struct scene *s)
{
	s->config->n_types = 1;
}

static void training(struct scene *s)
{
	s->config->training_session = S("Bimtek Penyedia Angkatan 7");
	s->config->demo = true;
	s->config->notice.text = S("Penawaran ditutup hari ini pukul 14.00 WIB. Masuklah lebih awal.");
}

static void password(struct scene *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_PASSWORD, .form = &s->config->types[0], .login = S("penyedia1"),
	                                  .form_ends_s = FAKE_NOW_S + 288, .renewals_left = 10};
	fake.step = fake.look;
}

static void password_terms(struct scene *s)
{
	password(s);
	s->config->types[0].policy.terms = TERMS_EACH;
}

static void password_expired(struct scene *s)
{
	password(s);
	fake.look.form_ends_s = FAKE_NOW_S - 20;
	fake.look.told.say = SAY_FORM_EXPIRED;
}

static void password_wrong(struct scene *s)
{
	password(s);
	fake.step.told = (struct told){.say = SAY_SIGNIN_WRONG, .ref = S("K7-42Q")};
}

static void password_empty(struct scene *s)
{
	password(s);
	fake.step.told = (struct told){.say = SAY_MISSING, .missing = FIELD_PASSWORD};
}

static void captcha_picture(struct scene *s)
{
	password(s);
	s->config->captcha = CAPTCHA_MODE_PICTURE;
	fake.look.captcha_due = fake.step.captcha_due = true;
}

static void captcha_wrong(struct scene *s)
{
	captcha_picture(s);
	fake.step.told = (struct told){.say = SAY_CAPTCHA_WRONG};
}

static void captcha_empty(struct scene *s)
{
	captcha_picture(s);
	s->config->captcha = CAPTCHA_MODE_WORK;
	fake.step.told = (struct told){.say = SAY_MISSING, .missing = FIELD_CAPTCHA | FIELD_PASSWORD};
}

static void captcha_work(struct scene *s)
{
	captcha_picture(s);
	s->config->captcha = CAPTCHA_MODE_WORK;
}

static void password_paused(struct scene *s)
{
	password(s);
	fake.step.told = (struct told){.say = SAY_PASSWORD_PAUSED, .until_s = FAKE_NOW_S + 30, .ref = S("K7-42Q")};
}

static void password_off(struct scene *s)
{
	password(s);
	fake.step.told = (struct told){.say = SAY_PASSWORD_OFF, .ref = S("K7-42Q")};
}

static void busy(struct scene *s)
{
	password(s);
	fake.step_rc = RC_BUSY;
}

static void fault(struct scene *s)
{
	password(s);
	fake.step_rc = RC_FAULT;
}

static void user_empty(struct scene *s)
{
	fake.step = (struct signin_state){.form = &s->config->types[0], .told = {.say = SAY_MISSING, .missing = FIELD_USER}};
}

static void one_page_empty(struct scene *s)
{
	fake.step = (struct signin_state){.form = &s->config->types[2], .login = S("pelanggan1"),
	                                  .told = {.say = SAY_MISSING, .missing = FIELD_PASSWORD | FIELD_AGREE}};
}

static void one_page_wrong(struct scene *s)
{
	fake.step = (struct signin_state){.form = &s->config->types[2], .login = S("pelanggan1"),
	                                  .told = {.say = SAY_SIGNIN_WRONG, .ref = S("K7-42Q")}};
}

static void code(struct scene *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_CODE, .form = &s->config->types[0], .login = S("penyedia1"), .n_labels = 1};
	fake.look.labels[0] = S("LPSE Contoh: penyedia1 #3");
	fake.step = fake.look;
}

static void code_two(struct scene *s)
{
	code(s);
	fake.look.labels[1] = S("LPSE Contoh: penyedia1 #2");
	fake.look.n_labels = 2;
}

static void code_wrong(struct scene *s)
{
	code(s);
	fake.step.told = (struct told){.say = SAY_CODE_WRONG, .ref = S("K7-42Q")};
}

static void code_used(struct scene *s)
{
	code(s);
	fake.step.told = (struct told){.say = SAY_CODE_USED, .ref = S("K7-42Q")};
}

static void code_shape(struct scene *s)
{
	code(s);
	fake.step.told = (struct told){.say = SAY_CODE_SHAPE};
}

static void code_paused(struct scene *s)
{
	code(s);
	fake.step.told = (struct told){.say = SAY_CODE_PAUSED, .until_s = FAKE_NOW_S + 30, .ref = S("K7-42Q")};
}

static void code_frozen(struct scene *s)
{
	code(s);
	fake.step.told = (struct told){.say = SAY_CODE_FROZEN, .ref = S("K7-42Q")};
}

static void agree(struct scene *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_TERMS, .form = &s->config->types[0], .terms_version = s->config->terms.version};
	fake.step = fake.look;
	fake.step.told = (struct told){.say = SAY_MISSING, .missing = FIELD_AGREE};
}

static void enrol(struct scene *s)
{
	enrol_base(s, &fake.enrol_look);
	fake.enrol_step = fake.enrol_look;
}

static void enrol_demo(struct scene *s)
{
	enrol(s);
	training(s);
}

static void enrol_wrong(struct scene *s)
{
	enrol(s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_WRONG, .ref = S("K7-42Q")};
}

static void enrol_clock(struct scene *s)
{
	enrol(s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_CLOCK, .offset_s = -47 * 60, .ref = S("K7-42Q")};
}

static void enrol_zone(struct scene *s)
{
	enrol(s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_CLOCK, .offset_s = 7200, .ref = S("K7-42Q")};
}

static void enrol_taken(struct scene *s)
{
	enrol(s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_NAME_TAKEN};
}

static void enrol_renewed(struct scene *s)
{
	enrol(s);
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_RENEWED, .until_s = fake.enrol_step.period_ends_s};
}

static void enrol_leftover(struct scene *s)
{
	enrol(s);
	fake.enrol_look.leftover = 2;
}

static void enrol_closed(struct scene *s)
{
	enrol(s);
	fake.enrol_look.screen = ENROL_CLOSED;
	fake.enrol_look.period_ends_s = FAKE_NOW_S - 12;
	fake.enrol_step = fake.enrol_look;
	fake.enrol_step.told = (struct told){.say = SAY_ENROL_CLOSED};
}

static void enrol_screen(struct scene *s, enum enrol_screen screen)
{
	enrol(s);
	fake.enrol_look.screen = screen;
	fake.enrol_look.leftover = screen == ENROL_OVER ? 2 : 0;
	fake.enrol_look.other_since_s = FAKE_NOW_S - 160;
	fake.enrol_look.active_since_s = FAKE_NOW_S - 90 * 86400;
	fake.enrol_look.active_names = S("HP saya, HP Kantor");
	fake.enrol_look.active = screen == ENROL_ALREADY || screen == ENROL_FULL;
}

static void enrol_none(struct scene *s)
{
	enrol_screen(s, ENROL_NONE);
}

static void enrol_over(struct scene *s)
{
	enrol_screen(s, ENROL_OVER);
}

static void enrol_elsewhere(struct scene *s)
{
	enrol_screen(s, ENROL_ELSEWHERE);
}

static void enrol_already(struct scene *s)
{
	enrol_screen(s, ENROL_ALREADY);
}

static void enrol_full(struct scene *s)
{
	enrol_screen(s, ENROL_FULL);
}

static void enrol_not_allowed(struct scene *s)
{
	enrol_screen(s, ENROL_NOT_ALLOWED);
}

static void enrol_gone(struct scene *s)
{
	(void)s;
	fake.enrol_look = (struct enrol_state){.screen = ENROL_GONE};
}

static void setup(struct scene *s)
{
	(void)s;
	fake.setup = (struct setup){.login = S("ppk2"), .expires_s = FAKE_NOW_S + 1700, .least = 8};
}

static void setup_short(struct scene *s)
{
	setup(s);
	fake.setup.told = (struct told){.say = SAY_PASSWORD_RULE, .rule = PASSPHRASE_SHORT, .least = 15};
}

static void setup_used(struct scene *s)
{
	setup(s);
	fake.look_rc = RC_ABSENT;
	fake.setup.used_s = FAKE_NOW_S - 500;
}

static void reset_known(struct scene *s)
{
	password(s);
}

static void trouble_malformed(struct page_call *c) { page_trouble(c, TROUBLE_MALFORMED); }
static void trouble_signed_out(struct page_call *c) { page_trouble(c, TROUBLE_SIGNED_OUT); }
static void trouble_not_fresh(struct page_call *c) { page_trouble(c, TROUBLE_NOT_FRESH); }
static void trouble_origin(struct page_call *c) { page_trouble(c, TROUBLE_ORIGIN); }
static void trouble_form_old(struct page_call *c) { page_trouble(c, TROUBLE_FORM_OLD); }
static void trouble_not_yours(struct page_call *c) { page_trouble(c, TROUBLE_NOT_YOURS); }
static void trouble_not_found(struct page_call *c) { page_trouble(c, TROUBLE_NOT_FOUND); }
static void trouble_method(struct page_call *c) { page_trouble(c, TROUBLE_METHOD); }
static void trouble_busy(struct page_call *c) { page_trouble(c, TROUBLE_BUSY); }
static void trouble_fault(struct page_call *c) { page_trouble(c, TROUBLE_FAULT); }
static void trouble_bug(struct page_call *c) { page_trouble(c, TROUBLE_BUG); }
static void trouble_taken(struct page_call *c) { page_rc(c, RC_TAKEN); }

#include "preview_account.h"
#include "preview_paper.h"

static const struct state states[] = {
	{"landing", "/", NULL, page_landing, none},
	{"landing-training", "/", NULL, page_landing, training},
	{"types", "/signin", NULL, page_signin, none},
	{"user", "/signin?type=penyedia", NULL, page_signin, none},
	{"user-signed-out", "/signin?type=penyedia", NULL, page_signin, signed_out_idle},
	{"user-demo", "/signin?type=penyedia", NULL, page_signin, training},
	{"user-one-type", "/signin", NULL, page_signin, one_type},
	{"user-empty", "/signin", "type=penyedia&user=", page_signin_post, user_empty},
	{"password", "/signin/password", NULL, page_password, password},
	{"password-terms", "/signin/password", NULL, page_password, password_terms},
	{"password-expired", "/signin/password", NULL, page_password, password_expired},
	{"password-wrong", "/signin/password", "password=x", page_password_post, password_wrong},
	{"password-empty", "/signin/password", "password=", page_password_post, password_empty},
	{"password-paused", "/signin/password", "password=x", page_password_post, password_paused},
	{"password-off", "/signin/password", "password=x", page_password_post, password_off},
	{"password-busy", "/signin/password", "password=x", page_password_post, busy},
	{"password-fault", "/signin/password", "password=x", page_password_post, fault},
	{"captcha-picture", "/signin/password", NULL, page_password, captcha_picture},
	{"captcha-work", "/signin/password", NULL, page_password, captcha_work},
	{"captcha-wrong", "/signin/password", "password=x&captcha=1", page_password_post, captcha_wrong},
	{"captcha-empty", "/signin/password", "password=", page_password_post, captcha_empty},
	{"captcha-onepage", "/signin?type=pelanggan", NULL, page_signin, captcha_picture},
	{"onepage", "/signin?type=pelanggan", NULL, page_signin, none},
	{"onepage-empty", "/signin", "type=pelanggan&user=pelanggan1&password=", page_signin_post, one_page_empty},
	{"onepage-wrong", "/signin", "type=pelanggan&user=pelanggan1&password=x&agree=1", page_signin_post, one_page_wrong},
	{"code", "/signin/code", NULL, page_code, code},
	{"code-two", "/signin/code", NULL, page_code, code_two},
	{"code-wrong", "/signin/code", "code=123456", page_code_post, code_wrong},
	{"code-used", "/signin/code", "code=123456", page_code_post, code_used},
	{"code-shape", "/signin/code", "code=123", page_code_post, code_shape},
	{"code-doors", "/signin/code", NULL, page_code, code_doors},
	{"code-paused-doors", "/signin/code", "code=123456", page_code_post, paused_doors},
	{"code-frozen-doors", "/signin/code", "code=123456", page_code_post, frozen_doors},
	{"passkey", "/signin/passkey", NULL, page_passkey, passkey_door},
	{"passkey-landing", "/", NULL, page_landing, passkey_door},
	{"passkey-bare", "/signin/passkey", "x=1", page_passkey_post, passkey_door},
	{"passkey-wrong", "/signin/passkey", "client=x", page_passkey_post, passkey_wrong},
	{"passkey-second", "/signin/code", NULL, page_code, passkey_second},
	{"passkey-add", "/signin/enrol/passkey", NULL, page_passkey_add, passkey_form},
	{"passkey-add-refused", "/signin/enrol/passkey", "client=x", page_passkey_add_post, passkey_refused},
	{"passkey-add-full", "/signin/enrol/passkey", NULL, page_passkey_add, passkey_full},
	{"recovery", "/signin/recovery", NULL, page_recovery, code_doors},
	{"recovery-wrong", "/signin/recovery", "code=x", page_recovery_post, recovery_wrong},
	{"recovery-paused", "/signin/recovery", NULL, page_recovery, recovery_paused},
	{"first-slip", "/signin/first", NULL, page_first, first_slip},
	{"first-slip-wrong", "/signin/first", "slip=x", page_first_post, first_slip_wrong},
	{"first-quiet", "/signin/first", NULL, page_first, first_quiet},
	{"code-paused", "/signin/code", "code=123456", page_code_post, code_paused},
	{"code-frozen", "/signin/code", "code=123456", page_code_post, code_frozen},
	{"agree", "/signin/terms", NULL, page_agree, agree},
	{"agree-missing", "/signin/terms", "x=1", page_agree_post, agree},
	{"enrol", "/signin/enrol", NULL, page_enrol, enrol},
	{"enrol-demo", "/signin/enrol", NULL, page_enrol, enrol_demo},
	{"enrol-wrong", "/signin/enrol", "device=HP+saya&code=123456", page_enrol_post, enrol_wrong},
	{"enrol-clock", "/signin/enrol", "device=HP+saya&code=123456", page_enrol_post, enrol_clock},
	{"enrol-zone", "/signin/enrol", "device=HP+saya&code=123456", page_enrol_post, enrol_zone},
	{"enrol-taken", "/signin/enrol", "device=HP+Kantor&code=123456", page_enrol_post, enrol_taken},
	{"enrol-renewed", "/signin/enrol/renew", "device=HP+baru&code=12", page_enrol_renew, enrol_renewed},
	{"enrol-leftover", "/signin/enrol", NULL, page_enrol, enrol_leftover},
	{"enrol-closed", "/signin/enrol", NULL, page_enrol, enrol_closed},
	{"enrol-closed-code", "/signin/enrol", "device=HP+saya&code=123456", page_enrol_post, enrol_closed},
	{"enrol-none", "/account/mfa/enrol", NULL, page_enrol, enrol_none},
	{"enrol-over", "/signin/enrol", NULL, page_enrol, enrol_over},
	{"enrol-elsewhere", "/signin/enrol", NULL, page_enrol, enrol_elsewhere},
	{"enrol-already", "/account/mfa/enrol", NULL, page_enrol, enrol_already},
	{"enrol-full", "/account/mfa/enrol", NULL, page_enrol, enrol_full},
	{"enrol-not-allowed", "/account/mfa/enrol", NULL, page_enrol, enrol_not_allowed},
	{"enrol-gone", "/signin/enrol", NULL, page_enrol, enrol_gone},
	{"enrol-unfinished", "/signout", "x=1", page_enrol_unfinished, enrol},
	{"enrol-done", "/signin/done?next=%2Fdemo%2Fapp%2F", NULL, page_enrol_done, signed_in},
	{"home", "/home", NULL, page_home, account},
	{"home-no-codes", "/home", NULL, page_home, recovery_none},
	{"home-few-codes", "/home", NULL, page_home, recovery_few},
	{"home-recovered", "/home", NULL, page_home, recovered},
	{"home-days-left", "/home", NULL, page_home, days_left},
	{"enrol-done-offer", "/signin/done?next=%2Fdemo%2Fapp%2F", NULL, page_enrol_done, recovery_none},
	{"recovery-codes-none", "/account/recovery-codes", NULL, page_recovery_codes, recovery_none},
	{"recovery-codes-few", "/account/recovery-codes", NULL, page_recovery_codes, recovery_few},
	{"recovery-codes-last", "/account/recovery-codes", NULL, page_recovery_codes, recovery_last},
	{"recovery-codes-made", "/account/recovery-codes", "", page_recovery_make, recovery_made},
	{"first-home-quiet", "/account/mfa/first", NULL, page_first_account, first_home_quiet},
	{"confirm-lost", "/account/confirm?next=%2Faccount%2Fmfa", NULL, page_confirm, confirm_lost},
	{"confirm-recovery", "/account/confirm?next=%2Faccount%2Fmfa&with=recovery", NULL, page_confirm, confirm_lost},
	{"confirm-recovery-wrong", "/account/confirm?next=%2Faccount%2Fmfa&with=recovery", "password=x&code=1", page_confirm_post,
	 confirm_lost_wrong},
	{"home-off", "/home", NULL, page_home, account_off},
	{"mfa", "/account/mfa", NULL, page_mfa, account},
	{"mfa-off", "/account/mfa", NULL, page_mfa, account_off},
	{"devices", "/account/devices", NULL, page_devices, account},
	{"devices-full", "/account/devices", NULL, page_devices, devices_full},
	{"devices-none", "/account/devices", NULL, page_devices, account_off},
	{"devices-removed", "/account/devices?done=removed&id=9", NULL, page_devices, devices_full},
	{"device-remove", "/account/devices/remove?id=11", NULL, page_device_remove, devices_full},
	{"device-remove-last", "/account/devices/remove", "id=11", page_device_remove_post, device_last},
	{"device-rename", "/account/devices/rename?id=11", NULL, page_device_rename, devices_full},
	{"device-rename-link", "/account/devices/rename", "id=11&device=http%3A%2F%2Fx", page_device_rename_post, device_link},
	{"device-move", "/account/devices/move", NULL, page_device_move, devices_full},
	{"device-restore", "/account/devices/restore?id=10", NULL, page_device_restore, device_suspended},
	{"device-restore-proof", "/account/devices/restore?id=10", NULL, page_device_restore, device_old_proof},
	{"enrol-evict", "/account/mfa/enrol", NULL, page_enrol, evict},
	{"enrol-evict-ask", "/account/mfa/enrol", NULL, page_enrol, evict_ask},
	{"enrol-evict-none", "/account/mfa/enrol/begin", "full=1", page_enrol_begin, evict_ask},
	{"enrol-evict-today", "/account/mfa/enrol", NULL, page_enrol, evict_today},
	{"enrol-instead", "/account/mfa/enrol", NULL, page_enrol, enrol_instead},
	{"enrol-move", "/account/mfa/enrol", NULL, page_enrol, enrol_move},
	{"enrol-done-evicted", "/signin/done", NULL, page_enrol_done, devices_full},
	{"sessions", "/account/sessions", NULL, page_sessions, account},
	{"log", "/account/log", NULL, page_log, account},
	{"confirm", "/account/confirm?next=%2Faccount%2Fmfa", NULL, page_confirm, account},
	{"confirm-wrong", "/account/confirm?next=%2Faccount%2Fmfa", "password=x&code=1", page_confirm_post, account_wrong},
	{"account-password", "/account/password", NULL, page_account_password, account},
	{"account-password-wrong", "/account/password", "current=x&new=y&again=y", page_account_password_post, account_wrong},
	{"setup", "/setup?t=abc", NULL, page_setup, setup},
	{"setup-short", "/setup", "t=abc&new=x&again=x", page_setup_post, setup_short},
	{"setup-used", "/setup?t=abc", NULL, page_setup, setup_used},
	{"setup-done", "/setup?done=1", NULL, page_setup, none},
	{"signed-out", "/signed-out", NULL, page_signed_out, none},
	{"terms", "/terms", NULL, page_terms, none},
	{"apps", "/help/apps", NULL, page_apps, none},
	{"help", "/help", NULL, page_help, none},
	{"clock", "/help/clock", NULL, page_clock, none},
	{"reset", "/reset", NULL, page_later, reset_known},
	{"forgot", "/forgot", NULL, page_later, none},
	{"helpdesk", "/helpdesk", NULL, page_later, none},
	{"trouble-400", "/signin", "x=1", trouble_malformed, none},
	{"trouble-401", "/account/mfa/disable", "x=1", trouble_signed_out, none},
	{"trouble-401-proof", "/account/mfa/disable", "x=1", trouble_not_fresh, none},
	{"trouble-403-origin", "/signin", "x=1", trouble_origin, none},
	{"trouble-403-form", "/signin", "x=1", trouble_form_old, none},
	{"trouble-403", "/console/", NULL, trouble_not_yours, none},
	{"trouble-404", "/nirgendwo", NULL, trouble_not_found, none},
	{"trouble-405", "/terms", "x=1", trouble_method, none},
	{"trouble-409", "/signin/code", "x=1", trouble_taken, none},
	{"trouble-500", "/home", NULL, trouble_bug, none},
	{"trouble-503-busy", "/signin", NULL, trouble_busy, none},
	{"trouble-503", "/signin", NULL, trouble_fault, none},
};

static int write_file(const char *folder, const char *name, const char *lang, struct str text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s.html", folder, name, lang);
	f = fopen(path, "w");
	if (f == NULL || fwrite(text.ptr, 1, text.len, f) != text.len || fclose(f) != 0) {
		fprintf(stderr, "preview: %s: cannot be written\n", path);
		return 1;
	}
	return 0;
}

static int render(const char *folder, FILE *index, const struct state *st, enum lang lang)
{
	struct arena *a = arena_new(64 * 1024, 16 << 20);
	struct scene s = {.a = a, .config = fake_config(a)};
	const char *code = lang == LANG_EN ? "en" : "id";
	struct page_call *c;
	int failed;

	memset(&fake, 0, sizeof(fake));
	st->set(&s);
	c = fake_call(a, s.config, lang, st->target, st->body);
	if (s.signed_in)
		c->who = &s.who;
	if (s.cookie.len)
		c->session_cookie = s.cookie;
	c->is_fresh = s.fresh;
	st->page(c);
	struct str html = buf_str(&c->rep->body);
	if (html.len == 0) {
		struct str to = fake_header(c, "Location");
		fprintf(stderr, "preview: %s: %d, to %.*s\n", st->name, c->rep->status, STR_ARG(to));
	}
	failed = write_file(folder, st->name, code, html);
	fprintf(index, "<li><a href=\"%s.%s.html\">%s.%s</a> %d, %zu bytes\n", st->name, code, st->name, code, c->rep->status, html.len);
	arena_free(&a);
	return failed;
}

int main(int argc, char **argv)
{
	const char *csp;
	char path[512];
	FILE *index;
	int failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: preview FOLDER\n");
		return 2;
	}
	if (clock_zone_set("Asia/Jakarta") != RC_OK || brand_install(STR_NONE, &csp) != RC_OK)
		return 1;
	reply_style_csp_set(csp);
	snprintf(path, sizeof(path), "%s/index.html", argv[1]);
	index = fopen(path, "w");
	if (index == NULL) {
		fprintf(stderr, "preview: %s: cannot be written\n", path);
		return 1;
	}
	fputs("<!DOCTYPE html><meta charset=utf-8><title>Pages</title><ul>\n", index);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			failed |= render(argv[1], index, &states[i], (enum lang)lang);
	return fclose(index) || failed;
}
