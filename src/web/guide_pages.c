/* The example pages: what the guide's pictures show. Nothing here is anybody's. */
#include "core/otpauth.h"
#include "core/signin_fsm.h"
#include "web/guide_parts.h"
#include "web/public.h"
#include "web/qr.h"

enum { EXAMPLE_LEFT_S = 12 };    /* shown as already run down: nobody takes it for the whole period */

void guide_frame(struct guide *g)
{
	static const char *const codes[LANG_COUNT] = {[LANG_ID] = "id", [LANG_EN] = "en"};

	g->frame = (struct page_frame){
		.lang = g->lang, .lang_code = str_of(codes[g->lang]), .org = g->config->organisation,
		.training = g->config->training_session, .demo = g->config->demo, .address = g->config->official_address,
		.date = time_date(g->a, g->lang, g->now_s), .clock = time_clock(g->a, g->lang, g->now_s),
	};
}

static struct str clock_at(const struct guide *g, int64_t after_s)
{
	return time_clock(g->a, g->lang, g->now_s + after_s);
}

static struct str left_text(const struct guide *g, enum msg m, int64_t left_s)
{
	return words_text(g->a, g->lang, m, WORDS(NUMBER("m", left_s / 60), NUMBER("s", left_s % 60)));
}

static int64_t left_of(int64_t period_s)
{
	return period_s > EXAMPLE_LEFT_S ? period_s - EXAMPLE_LEFT_S : period_s;
}

static struct str type_label(const struct guide *g)
{
	return g->type->label[g->lang];
}

/* ---- the sign-in -------------------------------------------------------------------------------------- */

void guide_page_landing(struct guide *g, struct buf *b)
{
	struct public_types t = public_types_of(g->a, g->config, g->lang);
	struct page_landing p = {.types = t.types, .n_types = t.n_types, .others = t.others, .n_others = t.n_others,
	                         .register_at = g->config->register_url};

	page_landing_render(b, &g->frame, &p);
}

void guide_page_user(struct guide *g, struct buf *b)
{
	struct page_user p = {.type = g->type->id, .type_label = type_label(g), .login = g->user, .choice = g->config->n_types > 1};

	page_user_render(b, &g->frame, &p);
}

static bool captcha_due(const struct guide *g)
{
	return g->config->captcha != CAPTCHA_MODE_OFF && g->policy->captcha == CAPTCHA_ALWAYS;
}

void guide_page_password(struct guide *g, struct buf *b)
{
	int64_t left = left_of(g->policy->password_s);
	struct page_password p = {.type = g->type->id, .type_label = type_label(g), .login = g->user, .renewable = true,
	                          .choice = g->config->n_types > 1, .left_s = left, .agree_asked = g->policy->terms == TERMS_EACH,
	                          .agreed = true, .captcha_due = captcha_due(g),
	                          .captcha_work = g->config->captcha == CAPTCHA_MODE_WORK};

	p.ends = clock_at(g, left);
	p.left_text = left_text(g, MSG_SIGNIN_COUNTDOWN, left);
	page_password_render(b, &g->frame, &p);
}

void guide_page_onepage(struct guide *g, struct buf *b)
{
	struct page_onepage p = {.type = g->type->id, .type_label = type_label(g), .login = g->user, .choice = g->config->n_types > 1,
	                         .agree_asked = g->policy->terms == TERMS_EACH, .agreed = true, .captcha_due = captcha_due(g),
	                         .captcha_work = g->config->captcha == CAPTCHA_MODE_WORK};

	page_onepage_render(b, &g->frame, &p);
}

void guide_page_agree(struct guide *g, struct buf *b)
{
	struct page_agree p = {.version = g->config->terms.version, .agree_asked = true, .agreed = true};

	page_agree_render(b, &g->frame, &p);
}

static void code_page(struct guide *g, struct buf *b, struct str error)
{
	struct page_code p = {.label = g->label, .code_error = error, .has_code = true};

	page_code_render(b, &g->frame, &p);
}

void guide_page_code(struct guide *g, struct buf *b)
{
	code_page(g, b, STR_NONE);
}

void guide_page_wrong(struct guide *g, struct buf *b)
{
	struct page_link line = {S("#code"), guide_words(g, MSG_CODE_BAD)};

	g->frame.errors = &line;
	g->frame.n_errors = 1;
	g->frame.reference = S("K7-42Q");
	code_page(g, b, line.text);
	guide_frame(g);
}

void guide_page_paused(struct guide *g, struct buf *b)
{
	struct page_paused p = {.until = clock_at(g, 30), .left_s = 30, .left_text = left_text(g, MSG_PAUSED_COUNTDOWN, 30)};

	page_paused_render(b, &g->frame, &p);
}

/* ---- activation --------------------------------------------------------------------------------------- */

/* The word again and again: base32 letters, as many as a real key has, and nobody takes it for one. */
static struct str example_key(const struct guide *g)
{
	struct str word = guide_words(g, MSG_GUIDE_EXAMPLE);
	struct buf b;

	buf_init(&b, g->a, 64, 64);
	while (b.len < 32)
		buf_add(&b, str_n(word.ptr, word.len < 32 - b.len ? word.len : 32 - b.len));
	return buf_str(&b);
}

static const struct page_line *fours(const struct guide *g, struct str key, size_t *n)
{
	struct page_line *out = arena_many(g->a, key.len / 4 + 1, struct page_line);

	for (*n = 0; key.len >= 4; key = str_n(key.ptr + 4, key.len - 4))
		out[(*n)++].text = str_n(key.ptr, 4);
	return out;
}

void guide_page_enrol(struct guide *g, struct buf *b)
{
	int64_t left = left_of(g->policy->enrol_s);
	struct page_enrol p = {
		.post = S("/signin/enrol"), .renew = S("/signin/enrol/renew"), .uri = S("#"), .label = g->label, .issuer = g->type->issuer,
		.account = otpauth_account(g->a, g->user, 1), .renewable = true, .device = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE),
		.login = g->user, .left_s = left,
	};

	p.groups = fours(g, example_key(g), &p.n_groups);
	p.ends = clock_at(g, left);
	p.left_text = left_text(g, MSG_ENROL_COUNTDOWN, left);
	g->broken |= qr_data(g->a, guide_words(g, MSG_GUIDE_EXAMPLE_QR), &p.qr) != RC_OK;
	page_enrol_render(b, &g->frame, &p);
}

void guide_page_closed(struct guide *g, struct buf *b)
{
	struct page_enrol_closed p = {.renew = S("/signin/enrol/renew"), .label = g->label, .login = g->user,
	                              .device = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE), .ended = clock_at(g, -EXAMPLE_LEFT_S)};

	page_enrol_closed_render(b, &g->frame, &p);
}

void guide_page_done(struct guide *g, struct buf *b)
{
	struct page_enrol_done p = {.device = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE), .go = g->type->home_url,
	                            .home = str_is(g->type->home_url, "/home"), .offer = policy_may_recovery(g->policy), .soon_s = 30};

	page_enrol_done_render(b, &g->frame, &p);
}

/* ---- signed in ------------------------------------------------------------------------------------------ */

static void home_page(struct guide *g, struct buf *b, bool active)
{
	struct page_account_home_doors *doors = arena_many(g->a, CONFIG_LINKS_MAX, struct page_account_home_doors);
	struct page_account_home p = {
		.user = g->user, .name = guide_words(g, MSG_GUIDE_EXAMPLE_NAME), .role = type_label(g), .active = active,
		.can_enable = !active && g->codes, .enable_now = true, .can_disable = active && g->policy->disable_allowed,
		.devices = active, .devices_max = g->policy->devices_max, .doors = doors, .n_doors = g->config->n_applications,
		.idle_left = g->config->session_idle_s, .idle_until = clock_at(g, g->config->session_idle_s),
	};

	for (size_t i = 0; i < g->config->n_applications; i++)
		doors[i] = (struct page_account_home_doors){g->config->applications[i].url, g->config->applications[i].label};
	g->frame.signed_in = true;
	page_account_home_render(b, &g->frame, &p);
	g->frame.signed_in = false;
}

void guide_page_home_off(struct guide *g, struct buf *b)
{
	home_page(g, b, false);
}

void guide_page_home_on(struct guide *g, struct buf *b)
{
	home_page(g, b, true);
}

void guide_page_mfa(struct guide *g, struct buf *b)
{
	struct page_account_mfa_entries entry = {.label = g->label, .name = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE)};
	struct page_account_mfa p = {
		.user = g->user, .active = true, .fresh = true, .can_disable = true, .mandatory = g->mandatory, .entries = &entry,
		.n_entries = 1, .idle_left = g->config->session_idle_s, .idle_until = clock_at(g, g->config->session_idle_s),
	};

	page_account_mfa_render(b, &g->frame, &p);
}

void guide_page_devices(struct guide *g, struct buf *b)
{
	struct page_account_devices_devices one = {
		.number = 1, .name = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE), .added = time_minute(g->a, g->lang, g->now_s),
		.kind = words_text(g->a, g->lang, MSG_DEVICES_KIND_CODE, WORDS(WORD("label", g->label))),
	};
	struct page_account_devices p = {
		.devices = &one, .n_devices = 1, .n = 1, .max = g->policy->devices_max, .can_add = g->policy->devices_max > 1, .can_move = true,
		.can_disable = g->policy->disable_allowed, .fresh = true, .full = g->policy->devices_max == 1,
		.add_full = g->policy->devices_max == 1 && g->policy->devices_when_full != FULL_REFUSE,
		.idle_left = g->config->session_idle_s, .idle_until = clock_at(g, g->config->session_idle_s),
	};

	page_account_devices_render(b, &g->frame, &p);
}

void guide_page_passkey(struct guide *g, struct buf *b)
{
	struct page_passkey_add p = {.post = S("/account/devices/passkey"), .form = true, .device = guide_words(g, MSG_GUIDE_EXAMPLE_DEVICE),
	                             .cancel = S("/account/devices")};

	page_passkey_add_render(b, &g->frame, &p);
}

/* Ten, as long as real ones; nobody takes them for any. */
void guide_page_recovery(struct guide *g, struct buf *b)
{
	enum { CODES = 10 };
	struct page_recovery_made_codes *codes = arena_many(g->a, CODES, struct page_recovery_made_codes);
	struct page_recovery_made p = {.codes = codes, .n_codes = CODES, .user = g->user, .go = S("/account/recovery-codes"),
	                               .made = time_date(g->a, g->lang, g->now_s), .idle_left = g->config->session_idle_s,
	                               .idle_until = clock_at(g, g->config->session_idle_s)};
	struct str key = example_key(g);

	for (size_t i = 0; i < CODES; i++)
		codes[i].text = arena_printf(g->a, "%.4s-%.4s-%.4s-%.4s", key.ptr, key.ptr + 4, key.ptr + 8, key.ptr + 12);
	page_recovery_made_render(b, &g->frame, &p);
}

void guide_page_lost(struct guide *g, struct buf *b)
{
	const struct config *c = g->config;
	struct page_later p = {.reset = true, .login = g->user, .helpdesk = c->helpdesk.text, .email = c->helpdesk.email,
	                       .phone = c->helpdesk.phone, .hours = c->helpdesk.hours};

	p.heading = guide_words(g, MSG_RESET_TITLE);
	p.contact = p.email.len || p.phone.len || p.hours.len;
	page_later_render(b, &g->frame, &p);
}

void guide_page_signed_out(struct guide *g, struct buf *b)
{
	struct page_signed_out p = {0};

	page_signed_out_render(b, &g->frame, &p);
}
