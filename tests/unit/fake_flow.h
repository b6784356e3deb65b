/*
 * fake_flow: the flows as a page sees them, answering whatever was put into `fake`. For tests of pages and for the
 * preview; no store, no vault, no clock.
 */
#ifndef FAKE_FLOW_H
#define FAKE_FLOW_H

#include "flow/account.h"
#include "flow/enrol.h"
#include "flow/passkey.h"
#include "flow/first.h"
#include "flow/recovery.h"
#include "flow/signin.h"
#include "web/router.h"

enum { FAKE_NOW_S = 1795231062 }; /* 21 November 2026 11:17:42 in Jakarta */

struct fake {
	enum rc look_rc, step_rc;          /* of looks, and of everything that would write */
	struct signin_state look, step;    /* signin_look; the other signin_... */
	struct enrol_state enrol_look, enrol_step;
	struct setup setup;
	enum rc gone_rc;                   /* session_gone */
	bool idle;
	struct home home;
	struct confirm confirm;
	struct device_list devices;
	struct device_view device;
	struct enrol_wish got_wish;
	int64_t got_id, got_instead;
	struct session_list sessions;
	struct log_page log;
	struct recovery_set recovery, made; /* recovery_look; recovery_make */
	struct first_state first;
	struct told told;
	struct str got_user, got_password, got_code, got_device, got_type, got_next; /* what a page handed over */
	bool got_agree;
	struct captcha_answer got_captcha;
	unsigned captchas_anew;
	bool passkeys;                     /* some type takes them */
	struct passkey_enrol passkey;      /* passkey_enrol_look and what follows */
	unsigned steps;                    /* how many calls would have written */
};
extern struct fake fake;

/* An installation with the user types of the five guides. */
struct config *fake_config(struct arena *a);

/* A call as the router and the guard would make it. `target` is a path with its query; `body` NULL is a GET. */
struct page_call *fake_call(struct arena *a, const struct config *c, enum lang lang, const char *target, const char *body);
/* The header of the answer, STR_NONE when it is not there. */
struct str fake_header(const struct page_call *c, const char *name);

#endif
