#include "test.h"

#include "web_stage.h"

#include "flow/signin.h"
#include "flow/trace.h"
#include "web/auth_check.h"
#include "web/housekeeping.h"

struct stage stage;

/* ---- played: store and flows ------------------------------------------------------------------------ */

enum rc store_view(struct store *s, struct tx **tx)
{
	(void)s;
	*tx = NULL;
	stage.views++;
	return stage.view_rc;
}

enum rc store_view_hot(struct store *s, struct tx **tx)
{
	return store_view(s, tx);
}

enum rc store_view_version(struct tx *tx, uint64_t *version)
{
	(void)tx;
	*version = stage.version;
	return stage.version_rc;
}

void store_abandon(struct tx **tx)
{
	*tx = NULL;
}

void cookie_hash(struct str value, unsigned char hash[STORE_HASH])
{
	memset(hash, 0, STORE_HASH);
	memcpy(hash, value.ptr, value.len < STORE_HASH ? value.len : STORE_HASH);
}

/* A token is the cookie's first bytes here. */
enum rc session_find_by(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, const unsigned char token[STORE_HASH],
                        struct who *out)
{
	(void)f, (void)tx, (void)a, (void)now_s;
	stage.finds++;
	*out = (struct who){0};
	if (stage.session_rc || !str_eq(str_n(token, STORE_HASH), str_n(STAGE_SESSION, STORE_HASH)))
		return stage.session_rc ? stage.session_rc : RC_ABSENT;
	out->user = stage.user;
	out->session.id = 7;
	out->session.otp_s = stage.otp_s;
	memcpy(out->session.token, token, STORE_HASH);
	return RC_OK;
}

enum rc session_find(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, struct str cookie, struct who *out)
{
	unsigned char hash[STORE_HASH];

	cookie_hash(cookie, hash);
	return session_find_by(f, tx, a, now_s, hash, out);
}

bool session_counts(const struct flow *f, const struct session *s, const struct config_type *type, int64_t now_s)
{
	(void)f, (void)s, (void)type, (void)now_s;
	return !stage.over;
}

bool session_is_fresh(const struct session *s, int64_t now_s)
{
	(void)s, (void)now_s;
	return stage.fresh;
}

struct str session_amr(const struct session *s)
{
	return s->otp_s ? S("pwd otp") : S("pwd");
}

void session_touch(struct flow *f, const struct session *s, int64_t now_s)
{
	(void)f, (void)s, (void)now_s;
	stage.touched++;
}

void housekeeping_seen(const struct session *s, int64_t now_s)
{
	(void)s, (void)now_s;
	stage.seen++;
}

enum rc cookie_new(struct arena *a, struct str *value, unsigned char hash[STORE_HASH])
{
	memset(hash, 0, STORE_HASH);
	*value = arena_str(a, S("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"));
	return RC_OK;
}

struct str cookie_csrf(struct arena *a, struct str cookie)
{
	return arena_printf(a, "csrf-%.*s", STR_ARG(cookie));
}

enum rc ref_new(struct arena *a, struct str *ref)
{
	*ref = arena_str(a, S("K7-42Q"));
	return RC_OK;
}

struct str signin_next_allowed(const struct config *c, struct arena *a, struct str next)
{
	(void)c, (void)a;
	return str_eq(next, stage.next) ? next : STR_NONE;
}

/* ---- played: pages ---------------------------------------------------------------------------------- */

static void ran(const char *name, struct page_call *c)
{
	stage.ran = name;
	stage.call = *c;
	reply_text(c->rep, 200, S("ran\n"));
}

#define PLAYED(name) void page_##name(struct page_call *c) { ran(#name, c); }
PLAYED(landing) PLAYED(terms) PLAYED(apps) PLAYED(later) PLAYED(signin) PLAYED(signin_post) PLAYED(password)
PLAYED(password_post)
PLAYED(password_renew) PLAYED(captcha_png) PLAYED(captcha_wav) PLAYED(captcha_json) PLAYED(code) PLAYED(code_post)
PLAYED(agree) PLAYED(agree_post) PLAYED(enrol) PLAYED(enrol_post)
PLAYED(device_rename) PLAYED(device_rename_post) PLAYED(device_remove) PLAYED(device_remove_post) PLAYED(device_move)
PLAYED(device_restore) PLAYED(device_restore_post) PLAYED(enrol_again)
PLAYED(enrol_begin) PLAYED(enrol_renew) PLAYED(enrol_leave) PLAYED(enrol_unfinished) PLAYED(enrol_done) PLAYED(setup)
PLAYED(setup_post)
PLAYED(home) PLAYED(console) PLAYED(mfa) PLAYED(mfa_disable) PLAYED(confirm) PLAYED(confirm_post) PLAYED(devices)
PLAYED(sessions)
PLAYED(sessions_end) PLAYED(log) PLAYED(account_password) PLAYED(account_password_post) PLAYED(signout)
PLAYED(signed_out)
PLAYED(healthz) PLAYED(readyz) PLAYED(change_password) PLAYED(security_txt) PLAYED(robots)
PLAYED(help) PLAYED(clock) PLAYED(help_guide) PLAYED(recovery) PLAYED(recovery_post) PLAYED(first) PLAYED(first_post)
PLAYED(first_account) PLAYED(first_account_post) PLAYED(recovery_codes) PLAYED(recovery_make) PLAYED(passkey)
PLAYED(passkey_post) PLAYED(passkey_ask) PLAYED(passkey_add) PLAYED(passkey_add_post) PLAYED(passkey_add_ask)
PLAYED(passkey_confirm) PLAYED(passkey_confirm_ask) PLAYED(passkey_endpoints)
PLAYED(demo_app) PLAYED(demo_mail) PLAYED(demo_mail_one)

void page_trouble(struct page_call *c, enum trouble what)
{
	stage.troubled = true;
	stage.trouble = what;
	reply_text(c->rep, 499, S("trouble\n"));
}

void page_rc(struct page_call *c, enum rc rc)
{
	stage.page_rc = rc;
	reply_text(c->rep, 503, S("rc\n"));
}

/* ---- the request ------------------------------------------------------------------------------------- */

void stage_open(void)
{
	memset(&stage, 0, sizeof(stage));
	stage.a = test_arena();
	stage.config.base_url = S("https://masuk.example");
	stage.config.secure = false; /* plain cookie names read better here */
	stage.config.languages[0] = LANG_ID;
	stage.config.languages[1] = LANG_EN;
	stage.config.n_languages = 2;
	stage.flow.config = &stage.config;
	stage.user = (struct user){.id = 1, .login = S("penyedia1"), .name = S("Budi"), .email = S("budi@example.id")};
	stage.req = (struct request){.headers = stage.headers, .arena = stage.a, .now_s = 1795244370, .address = S("192.0.2.7")};
	reply_init(&stage.rep, stage.a);
	stage_ask(METHOD_GET, "/");
}

void stage_close(void)
{
	auth_check_leave();
	arena_free(&stage.a);
}

void stage_again(void)
{
	auth_check_settle();
	reply_init(&stage.rep, stage.a);
	stage_run();
}

void stage_ask(enum method m, const char *target)
{
	struct str rest = str_of(target);

	stage.req.method = m;
	stage.req.target = rest;
	stage.req.path = str_cut(&rest, '?');
	stage.req.query = rest;
}

void stage_header(const char *name, const char *value)
{
	stage.headers[stage.req.n_headers++] = (struct pair){str_of(name), str_of(value)};
}

void stage_form(const char *body)
{
	stage_header("content-type", "application/x-www-form-urlencoded");
	stage.req.body = str_of(body);
}

void stage_run(void)
{
	router_answer(&stage.flow, &stage.req, &stage.rep);
}

struct str stage_csrf(const char *cookie)
{
	return cookie_csrf(stage.a, str_of(cookie));
}

struct str stage_answer(const char *name)
{
	struct str lines = stage.rep.lines;

	for (size_t i = 0; i < stage.rep.n_headers; i++)
		if (str_ieq(stage.rep.headers[i].name, str_of(name)))
			return stage.rep.headers[i].value;
	while (lines.len) {
		struct str value = str_cut(&lines, '\n'), head = str_cut(&value, ':');

		if (str_ieq(head, str_of(name)))
			return value.len > 2 ? arena_str(stage.a, str_n(value.ptr + 1, value.len - 2)) : S("");
	}
	return STR_NONE;
}
