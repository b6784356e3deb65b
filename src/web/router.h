/*
 * router: THE table of everything that this server answers: method, path, guard, page.
 *
 * Whoever reads routes[] in router.c knows the whole surface; there is no other way in. A page runs only
 * after its guard let the request through (web/guard.h); what the guard found out stands in page_call.
 *
 *   request ─ language ─ demo's host ─ row of the table ─ guard ─ page ─ reply
 *                                        │                  └ 303, 400, 401, 403, 503
 *                                        └ 404; 405 with Allow
 *
 * The surprising rules: HEAD is answered by the GET page (the server drops the body), so a page never looks
 * at the method; and a GET may set the sign-in cookie but writes no row (flows' looks write
 * nothing), but for the captcha's picture, sound and question, and what notes that a session was seen.
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "web/call.h"
#include "web/server.h"

enum guard {
	GUARD_OPEN = 0,     /* anybody. `who` is filled in when there happens to be a session */
	GUARD_FORM,         /* a page with a form for people without a session. GET: the sign-in cookie is made when it
	                     * is missing. POST: origin, form, csrf of the sign-in cookie. `who` as in GUARD_OPEN */
	GUARD_EITHER_FORM,  /* POST /signout: csrf of the session cookie where there is a session, else of the sign-in one */
	GUARD_SESSION,      /* GET with a session; without: 303 /signin?next= */
	GUARD_SESSION_FORM, /* POST with a session: origin, form, 401 without a session, csrf of the session cookie */
	GUARD_FRESH,        /* as the two above, and a proof of at most five minutes: GET 303
	                     * /account/confirm?next=, POST 401 with that door on the page */
	GUARD_MACHINE,      /* no cookies are set, no language, no redirect of the demo; the page judges for itself */
};

typedef void page_fn(struct page_call *c);

struct route {
	enum method method;              /* METHOD_GET answers HEAD too */
	const char *path;                /* whole, decoded; no patterns */
	enum guard guard;
	page_fn *page;
	enum serve_where where;          /* SERVE_FAST: on an I/O thread, never waits */
};

/* The table, for the inventory tests. */
extern const struct route routes[];
extern const size_t routes_count;

/* The row, or NULL. `allow` (may be NULL) gets the methods that the path knows, "GET, HEAD, POST", or absent
 * when the path is unknown. */
const struct route *router_find(enum method method, struct str path, struct arena *a, struct str *allow);

/* Answers one request from the table; never leaves `rep` without an answer. */
void router_answer(struct flow *f, struct request *req, struct reply *rep);
/* The queue of the workers is full: 503 with Retry-After, on the I/O thread, without the store. */
void router_busy(struct flow *f, struct request *req, struct reply *rep);

/* ---- the pages ------------------------------------------------------------------------------------- */

/* page_public.c, page_signin.c, page_enrol.c (sign-in and public pages) */
page_fn page_landing, page_terms, page_later;
page_fn page_help, page_apps, page_clock;           /* page_help.c: questions, the app, the phone's clock */
page_fn page_help_guide;                           /* page_guide.c: the printed guide of a type, as a file */
page_fn page_signin, page_signin_post;             /* /signin: type choice, user id; one-page: all of it */
page_fn page_password, page_password_post, page_password_renew;
page_fn page_captcha_png, page_captcha_wav, page_captcha_json; /* page_captcha.c: this browser's captcha */
page_fn page_code, page_code_post;
/* page_passkey.c: signing in; registering, on both roads; fresh proof. The _ask ones answer the page's script with JSON. */
/* page_proof.c: the form of a fresh proof again, after a passkey; `bare`: the script took no part. */
void page_confirm_refused(struct page_call *c, const struct told *told, bool bare);
page_fn page_passkey, page_passkey_post, page_passkey_ask, page_passkey_add, page_passkey_add_post, page_passkey_add_ask,
	page_passkey_confirm, page_passkey_confirm_ask, page_passkey_endpoints;
page_fn page_recovery, page_recovery_post;         /* /signin/recovery: asked for only on request */
page_fn page_first, page_first_post;               /* /signin/first: what the first activation asks */
page_fn page_agree, page_agree_post;               /* /signin/terms: a new version, before the session */
page_fn page_enrol, page_enrol_post, page_enrol_begin, page_enrol_renew, page_enrol_leave,
	page_enrol_again,                          /* an address of a step, loaded again */
	page_enrol_done;                           /* what was activated, and the door on; after both roads */
/* Asks about an open activation: POST /signout came without sure=1. The form posts to /signout again. */
page_fn page_enrol_unfinished;
page_fn page_setup, page_setup_post;               /* the first password from the link of `gerbang user add` */

/* page_account.c and its neighbours */
page_fn page_recovery_codes, page_recovery_make;   /* GET: how many are left; POST: the one answer that shows a new set */
page_fn page_first_account, page_first_account_post;
page_fn page_home, page_console, page_mfa, page_mfa_disable, page_confirm, page_confirm_post, page_devices, page_sessions,
	page_sessions_end, page_log, page_account_password, page_account_password_post, page_signout, page_signed_out;

/* page_devices.c: each act a page of its own, behind a fresh proof */
page_fn page_device_rename, page_device_rename_post, page_device_remove, page_device_remove_post, page_device_move,
	page_device_restore, page_device_restore_post;

/* page_machine.c, auth_check.c, page_demo.c */
page_fn page_auth_check, page_healthz, page_readyz, page_change_password, page_security_txt, page_robots;
page_fn page_demo_app, page_demo_mail, page_demo_mail_one;

#endif
