#include "web/router.h"

#include <string.h>

#include "core/browser.h"
#include "web/guard.h"

#define GET METHOD_GET
#define POST METHOD_POST

const struct route routes[] = {
	/* machines; the first one is the hottest */
	{GET, "/auth/check", GUARD_MACHINE, page_auth_check, SERVE_FAST},
	{GET, "/healthz", GUARD_MACHINE, page_healthz, SERVE_FAST},
	{GET, "/readyz", GUARD_MACHINE, page_readyz, SERVE_WORK},
	{GET, "/robots.txt", GUARD_MACHINE, page_robots, SERVE_FAST},
	{GET, "/.well-known/security.txt", GUARD_MACHINE, page_security_txt, SERVE_FAST},
	{GET, "/.well-known/change-password", GUARD_MACHINE, page_change_password, SERVE_FAST},
	{GET, "/.well-known/passkey-endpoints", GUARD_MACHINE, page_passkey_endpoints, SERVE_FAST},

	/* for everybody */
	{GET, "/", GUARD_FORM, page_landing, SERVE_WORK}, /* a passkey signs in from here */
	{GET, "/terms", GUARD_OPEN, page_terms, SERVE_WORK},
	{GET, "/help/apps", GUARD_OPEN, page_apps, SERVE_WORK},
	{GET, "/help", GUARD_OPEN, page_help, SERVE_WORK},
	{GET, "/help/clock", GUARD_OPEN, page_clock, SERVE_WORK},
	{GET, "/help/guide", GUARD_OPEN, page_help_guide, SERVE_WORK},
	{GET, "/reset", GUARD_OPEN, page_later, SERVE_WORK},
	{GET, "/forgot", GUARD_OPEN, page_later, SERVE_WORK},
	{GET, "/helpdesk", GUARD_OPEN, page_later, SERVE_WORK},

	/* the sign-in */
	{GET, "/signin", GUARD_FORM, page_signin, SERVE_WORK},
	{POST, "/signin", GUARD_FORM, page_signin_post, SERVE_WORK},
	{GET, "/signin/password", GUARD_FORM, page_password, SERVE_WORK},
	{POST, "/signin/password", GUARD_FORM, page_password_post, SERVE_WORK},
	{POST, "/signin/password/renew", GUARD_FORM, page_password_renew, SERVE_WORK},
	{GET, "/captcha.png", GUARD_OPEN, page_captcha_png, SERVE_WORK},
	{GET, "/captcha.wav", GUARD_OPEN, page_captcha_wav, SERVE_WORK},
	{GET, "/captcha.json", GUARD_OPEN, page_captcha_json, SERVE_WORK},
	{GET, "/signin/code", GUARD_FORM, page_code, SERVE_WORK},
	{POST, "/signin/code", GUARD_FORM, page_code_post, SERVE_WORK},
	{GET, "/signin/passkey", GUARD_FORM, page_passkey, SERVE_WORK},
	{POST, "/signin/passkey", GUARD_FORM, page_passkey_post, SERVE_WORK},
	{POST, "/signin/passkey/options", GUARD_FORM, page_passkey_ask, SERVE_WORK},
	{GET, "/signin/recovery", GUARD_FORM, page_recovery, SERVE_WORK},
	{POST, "/signin/recovery", GUARD_FORM, page_recovery_post, SERVE_WORK},
	{GET, "/signin/first", GUARD_FORM, page_first, SERVE_WORK},
	{POST, "/signin/first", GUARD_FORM, page_first_post, SERVE_WORK},
	{GET, "/signin/terms", GUARD_FORM, page_agree, SERVE_WORK},
	{POST, "/signin/terms", GUARD_FORM, page_agree_post, SERVE_WORK},
	{GET, "/signin/enrol", GUARD_FORM, page_enrol, SERVE_WORK},
	{POST, "/signin/enrol", GUARD_FORM, page_enrol_post, SERVE_WORK},
	{POST, "/signin/enrol/begin", GUARD_FORM, page_enrol_begin, SERVE_WORK},
	{GET, "/signin/enrol/begin", GUARD_FORM, page_enrol_again, SERVE_WORK},
	{GET, "/signin/enrol/renew", GUARD_FORM, page_enrol_again, SERVE_WORK},
	{POST, "/signin/enrol/renew", GUARD_FORM, page_enrol_renew, SERVE_WORK},
	{POST, "/signin/enrol/leave", GUARD_FORM, page_enrol_leave, SERVE_WORK},
	{GET, "/signin/enrol/passkey", GUARD_FORM, page_passkey_add, SERVE_WORK},
	{POST, "/signin/enrol/passkey", GUARD_FORM, page_passkey_add_post, SERVE_WORK},
	{POST, "/signin/enrol/passkey/options", GUARD_FORM, page_passkey_add_ask, SERVE_WORK},
	{GET, "/signin/done", GUARD_SESSION, page_enrol_done, SERVE_WORK},
	{GET, "/setup", GUARD_FORM, page_setup, SERVE_WORK},
	{POST, "/setup", GUARD_FORM, page_setup_post, SERVE_WORK},
	{POST, "/signout", GUARD_EITHER_FORM, page_signout, SERVE_WORK},
	{GET, "/signed-out", GUARD_OPEN, page_signed_out, SERVE_WORK},

	/* the account. An activation is begun with a fresh proof and then belongs to its session, so a slow typist
	 * is not asked again in the middle of it */
	{GET, "/home", GUARD_SESSION, page_home, SERVE_WORK},
	{GET, "/console/", GUARD_SESSION, page_console, SERVE_WORK},
	{GET, "/account/confirm", GUARD_SESSION, page_confirm, SERVE_WORK},
	{POST, "/account/confirm", GUARD_SESSION_FORM, page_confirm_post, SERVE_WORK},
	{POST, "/account/confirm/passkey", GUARD_SESSION_FORM, page_passkey_confirm, SERVE_WORK},
	{POST, "/account/confirm/passkey/options", GUARD_SESSION_FORM, page_passkey_confirm_ask, SERVE_WORK},
	{GET, "/account/mfa", GUARD_SESSION, page_mfa, SERVE_WORK},
	{POST, "/account/mfa/disable", GUARD_FRESH, page_mfa_disable, SERVE_WORK},
	{GET, "/account/mfa/enrol", GUARD_SESSION, page_enrol, SERVE_WORK},
	{POST, "/account/mfa/enrol", GUARD_SESSION_FORM, page_enrol_post, SERVE_WORK},
	{POST, "/account/mfa/enrol/begin", GUARD_FRESH, page_enrol_begin, SERVE_WORK},
	{GET, "/account/mfa/enrol/begin", GUARD_SESSION, page_enrol_again, SERVE_WORK},
	{GET, "/account/mfa/enrol/renew", GUARD_SESSION, page_enrol_again, SERVE_WORK},
	{POST, "/account/mfa/enrol/renew", GUARD_SESSION_FORM, page_enrol_renew, SERVE_WORK},
	{POST, "/account/mfa/enrol/leave", GUARD_SESSION_FORM, page_enrol_leave, SERVE_WORK},
	{GET, "/account/mfa/first", GUARD_SESSION, page_first_account, SERVE_WORK},
	{POST, "/account/mfa/first", GUARD_SESSION_FORM, page_first_account_post, SERVE_WORK},
	{GET, "/account/recovery-codes", GUARD_SESSION, page_recovery_codes, SERVE_WORK},
	{POST, "/account/recovery-codes", GUARD_FRESH, page_recovery_make, SERVE_WORK},
	{GET, "/account/devices", GUARD_SESSION, page_devices, SERVE_WORK},
	{GET, "/account/devices/rename", GUARD_FRESH, page_device_rename, SERVE_WORK},
	{POST, "/account/devices/rename", GUARD_FRESH, page_device_rename_post, SERVE_WORK},
	{GET, "/account/devices/remove", GUARD_FRESH, page_device_remove, SERVE_WORK},
	{POST, "/account/devices/remove", GUARD_FRESH, page_device_remove_post, SERVE_WORK},
	{GET, "/account/devices/move", GUARD_FRESH, page_device_move, SERVE_WORK},
	{GET, "/account/devices/restore", GUARD_FRESH, page_device_restore, SERVE_WORK},
	{POST, "/account/devices/restore", GUARD_FRESH, page_device_restore_post, SERVE_WORK},
	{GET, "/account/devices/passkey", GUARD_FRESH, page_passkey_add, SERVE_WORK},
	{POST, "/account/devices/passkey", GUARD_FRESH, page_passkey_add_post, SERVE_WORK},
	{POST, "/account/devices/passkey/options", GUARD_FRESH, page_passkey_add_ask, SERVE_WORK},
	{GET, "/account/sessions", GUARD_SESSION, page_sessions, SERVE_WORK},
	{POST, "/account/sessions", GUARD_FRESH, page_sessions_end, SERVE_WORK},
	{GET, "/account/log", GUARD_SESSION, page_log, SERVE_WORK},
	{GET, "/account/password", GUARD_SESSION, page_account_password, SERVE_WORK},
	{POST, "/account/password", GUARD_SESSION_FORM, page_account_password_post, SERVE_WORK},

	/* the demo; 404 elsewhere */
	{GET, "/demo/app/", GUARD_OPEN, page_demo_app, SERVE_WORK},
	{GET, "/demo/mail", GUARD_OPEN, page_demo_mail, SERVE_WORK},
	{GET, "/demo/mail/one", GUARD_OPEN, page_demo_mail_one, SERVE_WORK},
};
const size_t routes_count = sizeof(routes) / sizeof(routes[0]);

static const char *method_name(enum method m)
{
	switch (m) {
	case METHOD_GET:
		return "GET, HEAD";
	case METHOD_POST:
		return "POST";
	case METHOD_DELETE:
		return "DELETE";
	case METHOD_HEAD:
	case METHOD_OPTIONS:
	case METHOD_OTHER:
		break;
	}
	return "";
}

const struct route *router_find(enum method method, struct str path, struct arena *a, struct str *allow)
{
	struct str known = STR_NONE;

	if (allow)
		*allow = STR_NONE;
	if (method == METHOD_HEAD)
		method = METHOD_GET;
	for (size_t i = 0; i < routes_count; i++) {
		if (!str_is(path, routes[i].path))
			continue;
		if (routes[i].method == method)
			return &routes[i];
		if (allow)
			known = arena_printf(a, "%.*s%s%s", STR_ARG(known), known.len ? ", " : "", method_name(routes[i].method));
	}
	if (allow)
		*allow = known;
	return NULL;
}

static struct str host_name(struct str host)
{
	return str_cut(&host, ':');
}

/* Passkeys and cookies need one name: people who typed the number are led to base_url's host. */
static bool demo_redirect(struct page_call *c)
{
	const struct config *cfg = c->f->config;

	if (!cfg->demo || c->is_post || (c->route && c->route->guard == GUARD_MACHINE))
		return false;
	if (!str_is(host_name(c->req->host), "127.0.0.1") || !str_starts(c->req->target, S("/")))
		return false;
	reply_see_other(c->rep, arena_printf(c->v.arena, "%.*s%.*s", STR_ARG(cfg->base_url), STR_ARG(c->req->target)));
	return true;
}

static struct str cookie_shaped(const struct request *req, enum cookie which)
{
	struct str value = cookie_get(req, which);

	return guard_cookie_shaped(value) ? value : STR_NONE;
}

static void call_init(struct page_call *c, struct flow *f, struct request *req, struct reply *rep)
{
	memset(c, 0, sizeof(*c));
	c->f = f;
	c->req = req;
	c->rep = rep;
	c->is_post = req->method == METHOD_POST;
	c->v = (struct visit){.arena = req->arena, .now_s = req->now_s, .address = req->address, .lang = req->lang};
	c->session_cookie = cookie_shaped(req, COOKIE_SESSION);
}

/* What a machine has none of. */
static void call_person(struct page_call *c)
{
	c->signin_cookie = cookie_shaped(c->req, COOKIE_SIGNIN);
	c->v.known = cookie_shaped(c->req, COOKIE_KNOWN);
}

static void answer_person(struct page_call *c, struct request *req)
{
	bool chosen;

	call_person(c);
	req->lang = router_lang(c->f->config, req, &chosen);
	c->v.lang = req->lang;
	c->v.browser = browser_short(req->arena, request_header(req, "user-agent"));
	if (chosen)
		cookie_set(c->rep, req, COOKIE_LANG, req->lang == LANG_EN ? S("en") : S("id"), 365 * 24 * 3600);
	if (demo_redirect(c))
		return;
	if (!c->route)
		page_trouble(c, c->rep->status == 405 ? TROUBLE_METHOD : TROUBLE_NOT_FOUND);
	else if (guard_admits(c))
		c->route->page(c);
}

void router_answer(struct flow *f, struct request *req, struct reply *rep)
{
	struct page_call c;
	struct str allow;

	call_init(&c, f, req, rep);
	c.route = router_find(req->method, req->path, req->arena, &allow);
	if (c.route && c.route->guard == GUARD_MACHINE) {
		c.route->page(&c);
		return;
	}
	if (allow.len) {
		rep->status = 405;
		reply_header(rep, "Allow", allow);
	}
	answer_person(&c, req);
}

void router_busy(struct flow *f, struct request *req, struct reply *rep)
{
	struct page_call c;

	call_init(&c, f, req, rep);
	call_person(&c);
	req->lang = router_lang(f->config, req, NULL);
	c.v.lang = req->lang;
	page_trouble(&c, TROUBLE_BUSY);
}
