#include "fake_flow.h"

#include <string.h>

#include "base/codec.h"
#include "flow/first.h"
#include "flow/recovery.h"
#include "flow/trace.h"

struct fake fake;

/* ---- flows --------------------------------------------------------------------------------------------- */

enum rc signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	*out = fake.look;
	return fake.look_rc;
}

bool captcha_at_first(struct flow *f, const struct visit *v, const struct config_type *form)
{
	(void)v;
	return f->config->captcha != CAPTCHA_MODE_OFF && form->policy.captcha == CAPTCHA_ALWAYS;
}

enum rc captcha_draw(struct flow *f, const struct visit *v, struct str cookie, enum captcha_form form, enum captcha_kind kind,
                     enum captcha_again again, struct captcha_drawn *out)
{
	(void)f, (void)v, (void)cookie, (void)form, (void)kind;
	fake.captchas_anew += again == CAPTCHA_ANOTHER;
	*out = (struct captcha_drawn){.digits = S("12345")};
	return fake.step_rc;
}

static enum rc step(struct signin_state *out)
{
	fake.steps++;
	*out = fake.step;
	return fake.step_rc;
}

enum rc signin_user(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user, struct str next,
                    struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_type = type;
	fake.got_user = user;
	fake.got_next = next;
	return step(out);
}

enum rc signin_password(struct flow *f, const struct visit *v, struct str cookie, struct str password,
                        const struct captcha_answer *captcha, bool agree, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_captcha = captcha ? *captcha : (struct captcha_answer){0};
	fake.got_password = password;
	fake.got_agree = agree;
	return step(out);
}

enum rc signin_one_page(struct flow *f, const struct visit *v, struct str cookie, struct str type, struct str user,
                        struct str password, const struct captcha_answer *captcha, bool agree, struct str next,
                        struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_captcha = captcha ? *captcha : (struct captcha_answer){0};
	fake.got_type = type;
	fake.got_user = user;
	fake.got_password = password;
	fake.got_agree = agree;
	fake.got_next = next;
	return step(out);
}

enum rc signin_more_time(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	return step(out);
}

enum rc signin_code(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_code = code;
	return step(out);
}

enum rc signin_terms(struct flow *f, const struct visit *v, struct str cookie, bool agree, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_agree = agree;
	return step(out);
}

enum rc signin_leave(struct flow *f, const struct visit *v, struct str cookie, bool sure, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie, (void)sure;
	return step(out);
}

struct str signin_next_allowed(const struct config *c, struct arena *a, struct str next)
{
	(void)c, (void)a;
	return (str_starts(next, S("/")) && !str_starts(next, S("//"))) || str_starts(next, S("https://spse.example/")) ? next : STR_NONE;
}

enum rc enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	(void)f, (void)v, (void)by;
	*out = fake.enrol_look;
	return fake.look_rc;
}

static enum rc enrol_step(struct enrol_state *out)
{
	fake.steps++;
	*out = fake.enrol_step;
	return fake.step_rc;
}

enum rc enrol_begin(struct flow *f, const struct visit *v, struct enrol_by by, const struct enrol_wish *wish, struct enrol_state *out)
{
	(void)f, (void)v, (void)by;
	fake.got_wish = *wish;
	return enrol_step(out);
}

enum rc enrol_renew(struct flow *f, const struct visit *v, struct enrol_by by, struct enrol_state *out)
{
	(void)f, (void)v, (void)by;
	return enrol_step(out);
}

enum rc enrol_confirm(struct flow *f, const struct visit *v, struct enrol_by by, struct str device, struct str code,
                      struct enrol_state *out)
{
	(void)f, (void)v, (void)by;
	fake.got_device = device;
	fake.got_code = code;
	return enrol_step(out);
}

enum rc enrol_leave(struct flow *f, const struct visit *v, struct enrol_by by)
{
	(void)f, (void)v, (void)by;
	fake.steps++;
	return fake.step_rc;
}

enum rc ref_new(struct arena *a, struct str *ref)
{
	(void)a;
	*ref = S("K7-42Q");
	return RC_OK;
}

enum rc session_gone(struct flow *f, const struct visit *v, struct str cookie, bool *idle)
{
	(void)f;
	(void)v;
	(void)cookie;
	*idle = fake.idle;
	return fake.gone_rc;
}

enum rc session_end(struct flow *f, const struct visit *v, struct str cookie)
{
	(void)f, (void)v, (void)cookie;
	fake.steps++;
	return fake.step_rc;
}

enum rc account_home(struct flow *f, const struct visit *v, const struct who *w, struct home *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.home;
	return fake.look_rc;
}

bool passkey_taken(const struct config *c, const struct config_type *type)
{
	(void)c;
	return type ? (type->policy.factors & FACTOR_PASSKEY) != 0 : fake.passkeys;
}

enum rc account_confirm_look(struct flow *f, const struct visit *v, const struct who *w, struct confirm *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.confirm;
	return fake.look_rc;
}

enum rc account_confirm(struct flow *f, const struct visit *v, const struct who *w, struct str password, struct str code,
                        struct confirm *out)
{
	(void)f, (void)v, (void)w, (void)password, (void)code;
	*out = fake.confirm;
	return fake.step_rc;
}

enum rc account_devices(struct flow *f, const struct visit *v, const struct who *w, struct device_list *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.devices;
	return fake.look_rc;
}

enum rc device_look(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct device_view *out)
{
	(void)f, (void)v, (void)w, (void)id;
	*out = fake.device;
	return fake.look_rc;
}

static enum rc device_step(int64_t id, struct told *out)
{
	fake.steps++;
	fake.got_id = id;
	*out = fake.told;
	return fake.step_rc;
}

enum rc device_remove(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct told *out)
{
	(void)f, (void)v, (void)w;
	return device_step(id, out);
}

enum rc device_rename(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct str name, struct told *out)
{
	(void)f, (void)v, (void)w;
	fake.got_device = name;
	return device_step(id, out);
}

enum rc device_restore(struct flow *f, const struct visit *v, const struct who *w, int64_t id, int64_t instead, struct told *out)
{
	(void)f, (void)v, (void)w;
	fake.got_instead = instead;
	return device_step(id, out);
}

enum rc account_mfa_disable(struct flow *f, const struct visit *v, const struct who *w, struct told *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.told;
	return fake.step_rc;
}

enum rc recovery_look(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.recovery;
	return fake.look_rc;
}

enum rc recovery_make(struct flow *f, const struct visit *v, const struct who *w, struct recovery_set *out)
{
	(void)f, (void)v, (void)w;
	fake.steps++;
	*out = fake.made;
	return fake.step_rc;
}

enum rc recovery_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	*out = fake.look;
	return fake.look_rc;
}

enum rc recovery_signin(struct flow *f, const struct visit *v, struct str cookie, struct str code, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_code = code;
	return step(out);
}

enum rc first_signin_look(struct flow *f, const struct visit *v, struct str cookie, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	*out = fake.look;
	return fake.look_rc;
}

enum rc first_signin(struct flow *f, const struct visit *v, struct str cookie, struct str slip, struct signin_state *out)
{
	(void)f, (void)v, (void)cookie;
	fake.got_code = slip;
	return step(out);
}

enum rc first_look(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.first;
	return fake.look_rc;
}

enum rc first_account(struct flow *f, const struct visit *v, const struct who *w, struct str slip, struct first_state *out)
{
	(void)f, (void)v, (void)w;
	fake.got_code = slip;
	fake.steps++;
	*out = fake.first;
	return fake.step_rc;
}

enum rc first_ask(struct flow *f, const struct visit *v, const struct who *w, struct first_state *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.first;
	return fake.look_rc;
}

enum rc account_sessions(struct flow *f, const struct visit *v, const struct who *w, struct session_list *out)
{
	(void)f, (void)v, (void)w;
	*out = fake.sessions;
	return fake.look_rc;
}

enum rc account_session_end(struct flow *f, const struct visit *v, const struct who *w, int64_t id)
{
	(void)f, (void)v, (void)w, (void)id;
	return fake.step_rc;
}

enum rc account_log(struct flow *f, const struct visit *v, const struct who *w, int64_t before_seq, struct log_page *out)
{
	(void)f, (void)v, (void)w, (void)before_seq;
	*out = fake.log;
	return fake.look_rc;
}

enum rc account_password(struct flow *f, const struct visit *v, const struct who *w, struct str current, struct str fresh,
                         struct str again, struct told *out, struct str *session_cookie)
{
	(void)f, (void)v, (void)w, (void)current, (void)fresh, (void)again;
	*out = fake.told;
	*session_cookie = STR_NONE;
	return fake.step_rc;
}

enum rc account_setup_look(struct flow *f, const struct visit *v, struct str token, struct setup *out)
{
	(void)f, (void)v, (void)token;
	*out = fake.setup;
	return fake.look_rc;
}

enum rc account_setup(struct flow *f, const struct visit *v, struct str token, struct str fresh, struct str again,
                      struct setup *out)
{
	(void)f, (void)v, (void)token, (void)fresh, (void)again;
	fake.steps++;
	*out = fake.setup;
	return fake.step_rc;
}

/* ---- an installation ---------------------------------------------------------------------------------- */

static const struct route here = {METHOD_GET, "/", GUARD_OPEN, NULL, SERVE_WORK};
static const struct route account = {METHOD_GET, "/account/mfa/enrol", GUARD_SESSION, NULL, SERVE_WORK};

/* Only call_lang_href asks: is there a GET of this path? */
const struct route *router_find(enum method method, struct str path, struct arena *a, struct str *allow)
{
	(void)method, (void)path, (void)a, (void)allow;
	return str_ends(path, S("/renew")) || str_ends(path, S("/begin")) ? NULL : &here;
}

const struct config_type *config_type_find(const struct config *c, struct str id)
{
	for (size_t i = 0; i < c->n_types; i++)
		if (str_eq(c->types[i].id, id))
			return &c->types[i];
	return NULL;
}

static void add_type(struct config *c, struct str id, struct str id_label, struct str en_label, enum layout layout, enum terms_when terms)
{
	struct config_type *t = &c->types[c->n_types++];

	*t = (struct config_type){.id = id, .issuer = S("LPSE Contoh"), .home_url = S("/home")};
	t->label[LANG_ID] = id_label;
	t->label[LANG_EN] = en_label;
	t->policy = (struct policy){.layout = layout, .terms = terms, .enrol_s = 120, .password_s = 300, .devices_max = 3,
	                            .factors = FACTOR_CODE, .disable_allowed = true};
}

struct config *fake_config(struct arena *a)
{
	struct config *c = arena_one(a, struct config);

	c->base_url = S("http://localhost:8080");
	c->captcha = CAPTCHA_MODE_OFF;
	c->suspend_s = 48 * 60 * 60;
	c->organisation = S("LPSE Kementerian Contoh");
	c->register_url = S("https://spse.example/daftar");
	c->languages[0] = LANG_ID;
	c->languages[1] = LANG_EN;
	c->n_languages = 2;
	c->helpdesk.email = S("helpdesk@example.go.id");
	c->helpdesk.phone = S("(021) 555 0100");
	c->helpdesk.hours = S("Senin sampai Jumat, 08.00 sampai 16.00 WIB");
	c->official_address = S("https://masuk.example.go.id");
	c->terms.version = S("2026-1");
	c->terms.text = S("Jaga User ID dan password Anda.\n\nPakai layanan ini untuk urusan pengadaan saja.\n\n"
	                  "Jangan pinjamkan ponsel Anda saat login.");
	add_type(c, S("penyedia"), S("Penyedia"), S("Supplier"), LAYOUT_TWO_STEP, TERMS_FOOTER);
	add_type(c, S("non-penyedia"), S("Non Penyedia"), S("Non-supplier"), LAYOUT_TWO_STEP, TERMS_FOOTER);
	add_type(c, S("pelanggan"), S("Pelanggan"), S("Customer"), LAYOUT_ONE_PAGE, TERMS_EACH);
	add_type(c, S("staff"), S("Petugas"), S("Staff"), LAYOUT_TWO_STEP, TERMS_FOOTER);
	return c;
}

struct page_call *fake_call(struct arena *a, const struct config *cfg, enum lang lang, const char *target, const char *body)
{
	struct page_call *c = arena_one(a, struct page_call);
	struct request *req = arena_one(a, struct request);
	struct flow *f = arena_one(a, struct flow);
	struct str rest = str_of(target);

	f->config = cfg;
	req->target = rest;
	req->path = str_cut(&rest, '?');
	req->query = rest.ptr ? rest : S("");
	req->method = body ? METHOD_POST : METHOD_GET;
	req->now_s = FAKE_NOW_S;
	req->lang = lang;
	req->arena = a;
	c->f = f;
	c->v = (struct visit){.arena = a, .now_s = FAKE_NOW_S, .address = S("192.0.2.7"), .browser = S("Chrome, Windows"), .lang = lang};
	c->req = req;
	c->rep = arena_one(a, struct reply);
	reply_init(c->rep, a);
	c->route = str_starts(req->path, S("/account/")) ? &account : &here;
	c->signin_cookie = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	c->csrf = S("n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg");
	c->is_post = body != NULL;
	if (body && form_read(a, str_of(body), &c->form) != RC_OK)
		panic("fake form");
	return c;
}

struct str fake_header(const struct page_call *c, const char *name)
{
	for (size_t i = 0; i < c->rep->n_headers; i++)
		if (str_is(c->rep->headers[i].name, name))
			return c->rep->headers[i].value;
	return STR_NONE;
}

/* ---- passkeys ---------------------------------------------------------------------------------------------- */

enum rc passkey_enrol_look(struct flow *f, const struct visit *v, struct enrol_by by, struct passkey_enrol *out)
{
	(void)f;
	(void)v;
	(void)by;
	*out = fake.passkey;
	return fake.look_rc;
}

enum rc passkey_enrol_named(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct passkey_enrol *out)
{
	fake.got_device = name;
	return passkey_enrol_look(f, v, by, out);
}

enum rc passkey_enrol(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, int64_t replaces,
                      const struct passkey_answer *answer, struct passkey_enrol *out)
{
	(void)answer;
	fake.got_id = replaces;
	fake.steps++;
	return passkey_enrol_named(f, v, by, name, out);
}

enum rc passkey_enrol_ask(struct flow *f, const struct visit *v, struct enrol_by by, struct str name, struct str *options)
{
	(void)f;
	(void)v;
	(void)by;
	(void)name;
	*options = S("{}");
	return fake.step_rc;
}

enum rc passkey_signin_ask(struct flow *f, const struct visit *v, struct str cookie, struct str *options)
{
	(void)f;
	(void)v;
	(void)cookie;
	*options = S("{}");
	return fake.step_rc;
}

enum rc passkey_signin(struct flow *f, const struct visit *v, struct str cookie, struct str next, const struct passkey_answer *answer,
                       struct signin_state *out)
{
	(void)f;
	(void)v;
	(void)cookie;
	(void)answer;
	fake.got_next = next;
	fake.steps++;
	*out = fake.step;
	return fake.step_rc;
}

enum rc passkey_confirm_ask(struct flow *f, const struct visit *v, const struct who *w, struct str *options)
{
	(void)w;
	return passkey_signin_ask(f, v, STR_NONE, options);
}

enum rc passkey_confirm(struct flow *f, const struct visit *v, const struct who *w, const struct passkey_answer *answer,
                        struct confirm *out)
{
	(void)f;
	(void)v;
	(void)w;
	(void)answer;
	fake.steps++;
	*out = fake.confirm;
	return fake.step_rc;
}
