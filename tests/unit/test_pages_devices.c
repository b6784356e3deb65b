/* The pages of several devices, with flows that answer what the test says. */
#include "fake_flow.h"
#include "pages.h"
#include "test.h"
#include "web/brand.h"

static struct device rows[] = {
	{.id = 11, .name = {"HP Kantor", 9}, .number = 2, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 9000000,
	 .used_s = FAKE_NOW_S - 90000},
	{.id = 12, .name = {"HP <saya>", 9}, .number = 3, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 60},
	{.id = 13, .name = {"Laptop", 6}, .number = 4, .kind = DEVICE_PASSKEY, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 400000},
};
static struct device gone = {.id = 10, .name = {"HP lama", 7}, .number = 1, .state = DEVICE_SUSPENDED, .suspended_s = FAKE_NOW_S - 60,
                             .suspend_ends_s = FAKE_NOW_S + 172740, .evicted_by = 12};
static struct device retired = {.id = 9, .name = {"HP adik", 7}, .number = 1, .state = DEVICE_RETIRED, .retired_s = FAKE_NOW_S - 5};

struct stage {
	struct arena *a;
	struct config *config;
	struct who who;
	struct page_call *c;
	bool fresh;
};

static struct stage begin(void)
{
	struct stage s = {.a = arena_new(64 * 1024, 16 << 20), .fresh = true};
	const char *csp;

	memset(&fake, 0, sizeof(fake));
	assert_int_equal(clock_zone_set("Asia/Jakarta"), RC_OK);
	assert_int_equal(brand_install(STR_NONE, &csp), RC_OK);
	s.config = fake_config(s.a);
	s.config->session_idle_s = 3600;
	s.who.type = &s.config->types[0];
	s.who.user = (struct user){.id = 1, .login = S("penyedia1"), .shown = S("penyedia1")};
	s.who.session = (struct session){.id = 1, .seen_s = FAKE_NOW_S, .ends_s = FAKE_NOW_S + 40000};
	fake.devices = (struct device_list){.rows = rows, .n = 3, .max = 3, .suspended = &gone, .n_suspended = 1, .retired = &retired,
	                                    .n_retired = 1};
	fake.home = (struct home){.active = true, .may_disable = true, .n_devices = 3, .devices_max = 3};
	fake.device = (struct device_view){.device = rows[0], .others = {.rows = rows + 1, .n = 2, .max = 3}};
	fake.enrol_look = (struct enrol_state){.screen = ENROL_EVICT, .login = S("penyedia1"), .offer = rows, .n_offer = 1, .devices_max = 3};
	fake.enrol_step = fake.enrol_look;
	return s;
}

static void ask(struct stage *s, page_fn *page, const char *target, const char *body)
{
	s->c = fake_call(s->a, s->config, LANG_ID, target, body);
	s->c->who = &s->who;
	s->c->is_fresh = s->fresh;
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

static void the_list_shows_kinds_acts_and_the_way_back(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_devices, "/account/devices", NULL);
	assert_shows(&s, "Nomor 2 – HP Kantor");
	assert_shows(&s, "HP &lt;saya&gt;");
	assert_shows(&s, "<p>Passkey</p>");
	assert_shows(&s, "href=\"/account/devices/rename?id=13\"");
	assert_shows(&s, "href=\"/account/devices/move?id=11\"");
	assert_false(shows(&s, "/account/devices/move?id=13")); /* a passkey moves to no phone */
	assert_shows(&s, "sejak HP &lt;saya&gt; ditambahkan");
	assert_shows(&s, "href=\"/account/devices/restore?id=10\"");
	assert_false(shows(&s, "/account/devices/remove?id=10"));
	assert_shows(&s, "href=\"/account/mfa/enrol\""); /* full: the page that names who goes */
	arena_free(&s.a);
}

static void what_was_done_is_looked_up_and_not_believed(void **state)
{
	static const char *const lies[] = {
		"/account/devices?done=removed&id=11", "/account/devices?done=restored&id=10", "/account/devices?done=renamed&id=77",
		"/account/devices?done=xyz&id=11", "/account/devices?done=removed",
	};
	struct stage s = begin();

	(void)state;
	ask(&s, page_devices, "/account/devices?done=removed&id=9", NULL);
	assert_shows(&s, "HP adik dihapus. Hapus juga entri LPSE Contoh: penyedia1 #1 dari aplikasi");
	ask(&s, page_devices, "/account/devices?done=renamed&id=11", NULL);
	assert_shows(&s, "Nama perangkat sekarang HP Kantor.");
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		ask(&s, page_devices, lies[i], NULL);
		assert_false(shows(&s, "class=\"note ok\""));
	}
	arena_free(&s.a);
}

static void who_goes_is_named_and_the_press_carries_it(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_enrol, "/account/mfa/enrol", NULL);
	assert_int_equal(s.c->rep->status, 200);
	assert_shows(&s, "&quot;HP Kantor&quot; (ditambahkan");
	assert_shows(&s, "48 jam");
	assert_shows(&s, "name=\"evict\" value=\"11\"");
	assert_false(shows(&s, "otpauth"));
	s.fresh = false; /* the proof is asked before the press */
	ask(&s, page_enrol, "/account/mfa/enrol", NULL);
	assert_shows(&s, "/account/confirm?next=%2Faccount%2Fmfa%2Fenrol");
	assert_false(shows(&s, "name=\"evict\""));
	ask(&s, page_enrol_begin, "/account/mfa/enrol/begin", "full=1&evict=11");
	assert_int_equal(fake.got_wish.how, REPLACES_EVICT);
	assert_int_equal(fake.got_wish.device, 11);
	assert_str(fake_header(s.c, "Location"), "/account/mfa/enrol");
	ask(&s, page_enrol_begin, "/account/mfa/enrol/begin", "move=12");
	assert_int_equal(fake.got_wish.how, REPLACES_MOVE);
	assert_int_equal(fake.got_wish.device, 12);
	ask(&s, page_enrol_begin, "/account/mfa/enrol/begin", "here=1");
	assert_int_equal(fake.got_wish.how, REPLACES_NONE);
	assert_true(fake.got_wish.here);
	ask(&s, page_enrol_begin, "/account/mfa/enrol/begin", "evict=-1&move=x");
	assert_int_equal(fake.got_wish.how, REPLACES_NONE);
	arena_free(&s.a);
}

static void nothing_is_chosen_beforehand_and_a_missing_choice_is_said(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.enrol_look.n_offer = fake.enrol_step.n_offer = 3;
	ask(&s, page_enrol, "/account/mfa/enrol", NULL);
	assert_shows(&s, "type=\"radio\" name=\"evict\" value=\"13\"");
	assert_false(shows(&s, "\" checked"));
	ask(&s, page_enrol_begin, "/account/mfa/enrol/begin", "full=1");
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "href=\"#choice\">Pilih satu perangkat dulu.");
	assert_shows(&s, "id=\"choice\"");
	arena_free(&s.a);
}

static void the_last_one_shows_other_doors_instead_of_a_button(void **state)
{
	struct stage s = begin();

	(void)state;
	ask(&s, page_device_remove, "/account/devices/remove?id=11", NULL);
	assert_shows(&s, "Anda masih punya: HP &lt;saya&gt;, Laptop.");
	assert_shows(&s, "action=\"/account/devices/remove\"");
	fake.device.last_factor = true;
	fake.told.say = SAY_LAST_FACTOR;
	ask(&s, page_device_remove_post, "/account/devices/remove", "id=11");
	assert_int_equal(fake.got_id, 11);
	assert_int_equal(s.c->rep->status, 422);
	assert_shows(&s, "Ini satu-satunya cara Anda masuk.");
	assert_shows(&s, "href=\"/account/devices/move\"");
	assert_false(shows(&s, "action=\"/account/devices/remove\""));
	arena_free(&s.a);
}

static void what_changed_meanwhile_leads_back_to_the_list(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.step_rc = RC_TAKEN;
	ask(&s, page_device_remove_post, "/account/devices/remove", "id=11");
	assert_str(fake_header(s.c, "Location"), "/account/devices?done=changed&id=0");
	ask(&s, page_device_restore_post, "/account/devices/restore", "id=10&instead=12");
	assert_int_equal(fake.got_id, 10);
	assert_int_equal(fake.got_instead, 12);
	assert_str(fake_header(s.c, "Location"), "/account/devices?done=changed&id=0");
	fake.step_rc = RC_ABSENT;
	ask(&s, page_device_rename_post, "/account/devices/rename", "id=11&device=x");
	assert_int_equal(s.c->rep->status, 401);
	fake.step_rc = RC_FAULT;
	ask(&s, page_device_rename_post, "/account/devices/rename", "id=11&device=x");
	assert_int_equal(s.c->rep->status, 503);
	fake.look_rc = RC_ABSENT;
	ask(&s, page_device_rename, "/account/devices/rename?id=77", NULL);
	assert_int_equal(s.c->rep->status, 303);
	arena_free(&s.a);
}

static void the_way_back_names_what_goes_for_it_and_asks_for_a_newer_proof(void **state)
{
	struct stage s = begin();

	(void)state;
	fake.device.device = gone;
	fake.device.instead = rows[0];
	ask(&s, page_device_restore, "/account/devices/restore?id=10", NULL);
	assert_shows(&s, "HP Kantor dihapus");
	assert_shows(&s, "name=\"instead\" value=\"11\"");
	fake.device.older_proof = true;
	ask(&s, page_device_restore, "/account/devices/restore?id=10", NULL);
	assert_false(shows(&s, "name=\"instead\""));
	assert_shows(&s, "/account/confirm?next=%2Faccount%2Fdevices%2Frestore%3Fid%3D10");
	fake.device.device = rows[0]; /* active: there is nothing to take back */
	ask(&s, page_device_restore, "/account/devices/restore?id=11", NULL);
	assert_int_equal(s.c->rep->status, 303);
	arena_free(&s.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_shows_kinds_acts_and_the_way_back),
		cmocka_unit_test(what_was_done_is_looked_up_and_not_believed),
		cmocka_unit_test(who_goes_is_named_and_the_press_carries_it),
		cmocka_unit_test(nothing_is_chosen_beforehand_and_a_missing_choice_is_said),
		cmocka_unit_test(the_last_one_shows_other_doors_instead_of_a_button),
		cmocka_unit_test(what_changed_meanwhile_leads_back_to_the_list),
		cmocka_unit_test(the_way_back_names_what_goes_for_it_and_asks_for_a_newer_proof),
	};

	return cmocka_run_group_tests_name("pages_devices", tests, NULL, NULL);
}
