/*
 * config: gerbang.conf (libconfuse syntax) as one const struct. The keys are those of gerbang.conf(5).
 *
 * Every key has a default; an unknown key, a key that stands twice, `${` in a value, a wrong word or number
 * are errors with file:line and exit 78. A key that has no effect yet is accepted and named by
 * `gerbang config check`. Owned by whoever loaded it; never changed afterwards; a reload makes a new one.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/clock.h"
#include "core/policy.h"

/* What a form asks where a type's policy asks for a captcha: zero is the default. */
enum captcha_mode { CAPTCHA_MODE_WORK = 0, CAPTCHA_MODE_PICTURE, CAPTCHA_MODE_OFF };

enum { CONFIG_LISTEN_MAX = 8, CONFIG_PROXIES_MAX = 32, CONFIG_TYPES_MAX = 16, CONFIG_LINKS_MAX = 16 };

struct config_type {
	struct str id, label[LANG_COUNT];
	struct str issuer;           /* never empty: the top one, or the organisation's name */
	struct str home_url;
	struct policy policy;
};
struct config_link {                 /* footer and application blocks */
	struct str label, url;
};

struct config {
	struct str file;             /* where it was read; for messages */
	uid_t owner;                 /* of that file, and ... */
	bool others_write;           /* ... whether another account may change it: root obeys no such file */
	struct str base_url;         /* without a trailing slash */
	bool secure;                 /* base_url is https */
	struct str listen[CONFIG_LISTEN_MAX];
	size_t n_listen;
	struct str trusted_proxies[CONFIG_PROXIES_MAX];
	size_t n_trusted_proxies;
	struct str tls_certificate, tls_key;
	struct str data_dir, key_file, store; /* store: "sqlite:FILE" made absolute */
	struct str user, vault_user, courier_user;
	struct str organisation, issuer, timezone, training_session, register_url;
	enum lang languages[LANG_COUNT];
	size_t n_languages;          /* languages[0] is the default */
	struct { struct str email, phone, text, hours; } helpdesk;
	struct str colour, logo, favicon, official_address;
	struct { struct str text; int64_t until_s; } notice;
	struct config_link footer[CONFIG_LINKS_MAX];
	size_t n_footer;
	struct config_link applications[CONFIG_LINKS_MAX];
	size_t n_applications;
	struct str return_to[CONFIG_LINKS_MAX]; /* hosts that `next` may name */
	size_t n_return_to;
	int64_t session_s, session_idle_s, suspend_s, reset_link_s, reset_confirm_s, cooling_s;
	struct { struct str version, text; } terms; /* text: the file's content, plain text */
	enum captcha_mode captcha;
	struct str mail_dir;
	struct config_type types[CONFIG_TYPES_MAX];
	size_t n_types;
	bool demo;                   /* `gerbang demo`: banner, /demo pages */
	const char *without_effect[64]; /* keys that were given and have no effect yet */
	size_t n_without_effect;
};

/* On RC_MALFORMED `why` is "FILE:LINE: what" (or several lines). RC_ABSENT: no such file. */
enum rc config_load(struct arena *a, const char *file, struct config **out, struct str *why) MUST_USE;
const struct config_type *config_type_find(const struct config *c, struct str id); /* NULL when there is none */

#endif
