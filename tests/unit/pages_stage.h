/*
 * pages_stage: a page with flows that answer what the test says: begin(), say in `fake` what they answer, ask() for the page,
 * assert_shows() what stands in it, arena_free(&s.a). For tests of pages; each includes it once.
 */
#ifndef PAGES_STAGE_H
#define PAGES_STAGE_H

#include "fake_flow.h"
#include "pages.h"
#include "test.h"
#include "web/brand.h"

struct stage {
	struct arena *a;
	struct config *config;
	struct page_call *c;
};

static struct stage begin(void)
{
	struct stage s = {.a = arena_new(64 * 1024, 16 << 20)};
	const char *csp;

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	assert_int_equal(brand_install(STR_NONE, &csp), RC_OK);
	s.config = fake_config(s.a);
	return s;
}

static void ask(struct stage *s, page_fn *page, const char *target, const char *body)
{
	s->c = fake_call(s->a, s->config, LANG_ID, target, body);
	page(s->c);
}

static bool shows(const struct stage *s, const char *text)
{
	return strstr(arena_cstr(s->a, buf_str(&s->c->rep->body)), text) != NULL;
}

#define assert_shows(s, text) \
	do { \
		if (!shows((s), (text))) \
			fail_msg("the page does not show: %s", (text)); \
	} while (0)
#define assert_hides(s, text) \
	do { \
		if (shows((s), (text))) \
			fail_msg("the page shows: %s", (text)); \
	} while (0)

static void at_enrol(struct stage *s)
{
	(void)s;
	fake.enrol_look = (struct enrol_state){
		.screen = ENROL_OPEN, .login = S("penyedia1"), .issuer = S("LPSE"), .label = S("LPSE: penyedia1 #3"),
		.account = S("penyedia1 #3"), .number = 3, .secret = S("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
		.groups = S("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"), .uri = S("otpauth://totp/LPSE:penyedia1%20%233?secret=JBSWY3DPEHPK3PXP"),
		.period_ends_s = FAKE_NOW_S + 119, .renewals_left = 10, .device_name = S("HP saya"),
	};
	fake.enrol_step = fake.enrol_look;
}

#endif
