#include "world.h"

#include <stdio.h>

#include "flow/replace.h"
#include "vault_calls.h"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* ---- calls with the session of a browser ------------------------------------------------------------------- */

static struct told remove_it(struct world *w, struct browser *b, int64_t device)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_remove(&w->flow, &v, &who, device, &told);
	return told;
}

static struct told rename_it(struct world *w, struct browser *b, int64_t device, const char *name)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_rename(&w->flow, &v, &who, device, str_of(name), &told);
	return told;
}

static struct told restore(struct world *w, struct browser *b, int64_t device, int64_t instead)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_restore(&w->flow, &v, &who, device, instead, &told);
	return told;
}

static struct told disable(struct world *w, struct browser *b)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = account_mfa_disable(&w->flow, &v, &who, &told);
	return told;
}

static struct device_list list(struct world *w, struct browser *b)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct device_list out;

	assert_int_equal(account_devices(&w->flow, &v, &who, &out), RC_OK);
	return out;
}

static struct device_view look(struct world *w, struct browser *b, int64_t device)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct device_view out;

	b->rc = device_look(&w->flow, &v, &who, device, &out);
	return out;
}

static void prove(struct world *w, struct browser *b, const struct phone *phone)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct confirm out;

	assert_int_equal(account_confirm(&w->flow, &v, &who, S(PASSWORD), phone_code(w, phone, 0), &out), RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(out.session_cookie));
}

static bool is_in(struct world *w, const struct browser *b)
{
	struct who who;

	return who_is(w, jar(b->session), &who) == RC_OK;
}

static int64_t state_of(struct world *w, int64_t device)
{
	return world_count(w, "SELECT state FROM device WHERE id = ?1", device);
}

static int64_t active(struct world *w, struct person p)
{
	return world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1 AND user_id = ?1", p.id);
}

static int64_t mails(struct world *w, const char *template)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM outbox WHERE template = '%s'", template);
	return world_count(w, sql, 0);
}

static int64_t lines(struct world *w, const char *event, const char *device)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM audit WHERE event = '%s' AND result = 'ok' AND device = '%s'", event, device);
	return world_count(w, sql, 0);
}

/* Three phones of one person, the third used last; the cap is three. */
struct scene {
	struct world *w;
	struct person p;
	struct phone old, middle, newest;
	struct browser b;
};

static struct scene full(enum when_full when, const char *type)
{
	struct scene s = {.w = world_new(), .b = browser_new()};

	world_type(s.w, type)->policy.devices_when_full = when;
	s.p = person_new(s.w, "penyedia1", type);
	s.old = phone_new(s.w, s.p, "HP lama");
	s.middle = phone_new(s.w, s.p, "HP Kantor");
	s.newest = phone_new(s.w, s.p, "HP saya");
	world_do(s.w, "UPDATE device SET added_s = added_s - 3000, used_s = added_s + 3000 WHERE id = ?1", s.old.device);
	world_do(s.w, "UPDATE device SET added_s = added_s - 2000 WHERE id = ?1", s.middle.device);
	world_do(s.w, "UPDATE device SET added_s = added_s - 1000 WHERE id = ?1", s.newest.device);
	go_in(s.w, &s.b, type, s.p, &s.newest);
	return s;
}

/* Pressed, scanned, sent. */
static struct phone instead_of(struct scene *s, enum replaces_how how, int64_t device, const char *name)
{
	struct phone phone;

	assert_int_equal(go_enrol_wish(s->w, &s->b, how, device), ENROL_OPEN);
	phone = phone_scan(&s->b.enrol);
	assert_int_equal(go_enrol_confirm(s->w, &s->b, name, phone_code(s->w, &phone, 0)), ENROL_DONE);
	phone.device = world_count(s->w, "SELECT id FROM device WHERE user_id = ?1 ORDER BY number DESC LIMIT 1", s->p.id);
	return phone;
}

/* ---- adding ------------------------------------------------------------------------------------------------- */

static void another_device_is_added_with_the_next_number_and_a_free_name(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct phone one = phone_new(w, p, "HP saya"), two;
	struct browser b = browser_new();

	(void)state;
	go_in(w, &b, "optional", p, &one);
	assert_int_equal(go_enrol_look(w, &b), ENROL_ALREADY);
	assert_int_equal(go_enrol_begin(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 2);
	assert_str(b.enrol.device_name, "HP saya 2");
	assert_int_equal(b.enrol.how, REPLACES_NONE);
	two = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP Kantor", phone_code(w, &two, 0)), ENROL_DONE);
	assert_int_equal(active(w, p), 2);
	assert_int_equal(mails(w, "device.added"), 1);
	/* both give codes that count */
	w->now_s += MINUTE_S;
	b = browser_new();
	go_in(w, &b, "optional", p, &one);
	b = browser_new();
	go_in(w, &b, "optional", p, &two);
	world_free(&w);
}

static void the_name_of_a_suspended_device_is_in_use(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	go_enrol_confirm(s.w, &s.b, "hp LAMA", phone_code(s.w, &phone, 0));
	assert_int_equal(s.b.enrol.told.say, SAY_ENROL_NAME_TAKEN);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP Kantor", phone_code(s.w, &phone, 0)), ENROL_DONE); /* removed: free */
	world_free(&s.w);
}

static void a_name_that_is_offered_is_not_that_of_a_suspended_device(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");

	(void)state;
	assert_int_equal(rename_it(s.w, &s.b, s.newest.device, "HP lain").say, SAY_DONE);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "HP saya").say, SAY_DONE);
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	assert_str(s.b.enrol.device_name, "HP saya 2");
	world_free(&s.w);
}

/* ---- the cap ------------------------------------------------------------------------------------------------ */

static void the_oldest_and_the_one_used_longest_ago_are_found(void **state)
{
	static const struct {
		int64_t added[3], used[3];
		size_t oldest, least;
	} cases[] = {
		{{10, 20, 30}, {90, 40, 50}, 0, 1},
		{{30, 20, 10}, {90, 95, 99}, 2, 0},
		{{10, 20, 30}, {60, 50, 0}, 0, 2},  /* never used: as long ago as it was added */
		{{10, 20, 99}, {60, 50, 0}, 0, 1},  /* ... so a new spare one is not the first to go */
		{{20, 10, 10}, {40, 40, 40}, 1, 0}, /* alike: the lower number */
		{{50, 10, 20}, {0, 90, 15}, 1, 2},  /* used before it was added: a clock set back */
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct device rows[3], *offer;
		struct policy p = {.devices_when_full = FULL_EVICT_OLDEST};
		size_t n;

		for (size_t i = 0; i < 3; i++)
			rows[i] = (struct device){.id = 1 + (int64_t)i, .number = 1 + (int64_t)i, .added_s = cases[k].added[i],
			                          .used_s = cases[k].used[i]};
		replace_offer(&p, rows, 3, false, &offer, &n);
		assert_int_equal(n, 1);
		assert_ptr_equal(offer, &rows[cases[k].oldest]);
		p.devices_when_full = FULL_EVICT_LEAST_USED;
		replace_offer(&p, rows, 3, false, &offer, &n);
		assert_int_equal(n, 1);
		assert_ptr_equal(offer, &rows[cases[k].least]);
	}
}

static void who_goes_is_named_before_the_qr_and_pressing_begins(void **state)
{
	static const enum when_full whens[] = {FULL_EVICT_OLDEST, FULL_EVICT_LEAST_USED};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene s = full(whens[i], "optional");
		int64_t goes = whens[i] == FULL_EVICT_OLDEST ? s.old.device : s.middle.device;

		assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
		assert_int_equal(s.b.enrol.n_offer, 1);
		assert_int_equal(s.b.enrol.offer[0].id, goes);
		assert_int_equal(s.b.enrol.devices_max, 3);
		assert_int_equal(s.b.enrol.secret.len, 0);
		/* not pressed, or pressed for another: nothing begins */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_EVICT);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.newest.device), ENROL_EVICT);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
		assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, goes), ENROL_OPEN);
		assert_int_equal(s.b.enrol.how, REPLACES_EVICT);
		assert_int_equal(s.b.enrol.goes.id, goes);
		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, goes), ENROL_OPEN); /* twice: no second entry */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
		assert_int_equal(s.b.enrol.number, 4);
		assert_int_equal(state_of(s.w, goes), DEVICE_ACTIVE); /* until the code comes */
		world_free(&s.w);
	}
}

static void where_the_person_is_asked_any_of_theirs_may_go(void **state)
{
	struct scene s = full(FULL_ASK, "optional");
	struct person other = person_new(s.w, "penyedia2", "optional");
	struct phone theirs = phone_new(s.w, other, "HP orang");

	(void)state;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
	assert_int_equal(s.b.enrol.n_offer, 3);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, theirs.device), ENROL_EVICT);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, 0), ENROL_EVICT);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP baru");
	assert_int_equal(state_of(s.w, s.middle.device), DEVICE_SUSPENDED);
	assert_int_equal(state_of(s.w, theirs.device), DEVICE_ACTIVE);
	world_free(&s.w);
}

static void where_policy_refuses_one_is_removed_first(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_FULL);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	world_free(&s.w);
}

static void the_one_that_goes_is_suspended_with_the_code_and_told(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser other = browser_new(), late = browser_new(), half = browser_new();
	struct phone fresh;

	(void)state;
	go_in(s.w, &other, "optional", s.p, &s.old);
	go_to_second(s.w, &half, "optional", s.p);
	s.w->now_s += MINUTE_S;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(s.b.enrol.how, REPLACES_EVICT);
	assert_str(s.b.enrol.goes.name, "HP lama");
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	assert_int_equal(world_count(s.w, "SELECT suspend_ends_s FROM device WHERE id = ?1", s.old.device), s.w->now_s + 48 * HOUR_S);
	assert_int_equal(world_count(s.w, "SELECT evicted_by FROM device WHERE id = ?1", s.old.device), fresh.device);
	assert_int_equal(mails(s.w, "device.added") + mails(s.w, "device.suspended"), 2);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.suspended' AND detail LIKE "
	                             "'%what=HP lama%until=%'", 0), 1);
	assert_int_equal(lines(s.w, "device.suspend", "HP lama"), 1);
	assert_false(is_in(s.w, &other));
	assert_int_equal(go_look(s.w, &half), SCREEN_START);
	/* its codes are refused at once, those of the others are not */
	assert_int_equal(go_to_second(s.w, &late, "optional", s.p), SCREEN_CODE);
	assert_int_equal(go_code(s.w, &late, phone_code(s.w, &s.old, 0)), SCREEN_CODE);
	assert_int_not_equal(late.at.told.say, SAY_NOTHING);
	s.w->now_s += MINUTE_S;
	assert_int_equal(go_code(s.w, &late, phone_code(s.w, &fresh, 0)), SCREEN_DONE);
	world_free(&s.w);
}

static void one_eviction_a_day_and_a_move_is_none(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	assert_int_equal(s.b.enrol.evict_from_s, s.w->now_s + DAY_S);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.middle.device), ENROL_FULL);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	/* taking it back frees no second one either */
	fresh = instead_of(&s, REPLACES_MOVE, s.newest.device, "HP pindah");
	assert_int_equal(active(s.w, s.p), 3);
	s.w->now_s += DAY_S - 1;
	s.b = browser_new();
	go_in(s.w, &s.b, "optional", s.p, &fresh);
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_FULL);
	s.w->now_s += 1;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_EVICT);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP lain");
	world_free(&s.w);
}

static void nobody_goes_who_need_not_go_any_more(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE); /* in another window */
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_OPEN);
	assert_int_equal(s.b.enrol.how, REPLACES_NONE); /* and the page says so */
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	assert_int_equal(s.b.enrol.how, REPLACES_NONE);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_ACTIVE);
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(mails(s.w, "device.suspended"), 0);
	world_free(&s.w);
}

static void one_that_was_not_named_never_goes(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	/* the named one is removed and another comes: full again */
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	phone_new(s.w, s.p, "Dari tempat lain");
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_EVICT);
	assert_int_equal(s.b.enrol.secret.len, 0);
	assert_int_equal(s.b.enrol.offer[0].id, s.middle.device); /* named anew */
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state = 2", 0), 0);
	instead_of(&s, REPLACES_EVICT, s.middle.device, "HP baru");
	world_free(&s.w);
}

/* What another window does while the vault looks at the confirming code. */
struct meanwhile {
	struct scene *s;
	int64_t device;
};

static void remove_meanwhile(void *context)
{
	struct meanwhile *m = context;
	struct browser b = m->s->b;

	assert_int_equal(remove_it(m->s->w, &b, m->device).say, SAY_DONE);
}

static void refuse_meanwhile(void *context)
{
	struct meanwhile *m = context;

	world_type(m->s->w, "optional")->policy.devices_when_full = FULL_REFUSE;
}

static void what_changes_while_the_code_is_checked_counts(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct scene s = full(FULL_EVICT_OLDEST, "optional");
		struct meanwhile m = {.s = &s, .device = i == 0 ? s.middle.device : s.old.device};
		struct phone phone;

		assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_EVICT, s.old.device), ENROL_OPEN);
		phone = phone_scan(&s.b.enrol);
		vault_meanwhile(CALL_CODE_CHECK_NEW, i == 2 ? refuse_meanwhile : remove_meanwhile, &m);
		assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), i == 2 ? ENROL_FULL : ENROL_DONE);
		assert_int_equal(active(s.w, s.p), 3);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state = 2", 0), 0);
		assert_int_equal(state_of(s.w, s.old.device), i == 1 ? DEVICE_RETIRED : DEVICE_ACTIVE);
		world_free(&s.w);
	}
}

static void a_signin_that_must_enrol_is_asked_even_where_policy_refuses(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct phone phone;
	int64_t only;

	(void)state;
	/* one place, taken by a passkey, which policy takes no more */
	world_type(w, "mandatory")->policy.devices_max = 1;
	only = phone_new(w, p, "Laptop").device;
	world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", only);
	assert_int_equal(go_to_second(w, &b, "mandatory", p), SCREEN_CODE);
	world_script(w, "UPDATE signin SET recovery_s = password_s, step = 3");
	assert_int_equal(go_enrol_look(w, &b), ENROL_EVICT);
	assert_int_equal(go_enrol_wish(w, &b, REPLACES_EVICT, only), ENROL_OPEN);
	phone = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	assert_true(is_in(w, &b));
	assert_int_equal(state_of(w, only), DEVICE_SUSPENDED);
	world_free(&w);
}

/* ---- the way back -------------------------------------------------------------------------------------------- */

static void a_suspended_device_is_taken_back_and_what_took_its_place_goes(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser other = browser_new();
	struct device_view view;
	struct phone fresh;

	(void)state;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	s.w->now_s += MINUTE_S;
	go_in(s.w, &other, "optional", s.p, &fresh);
	s.w->now_s += MINUTE_S;
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(list(s.w, &s.b).n_suspended, 1);
	view = look(s.w, &s.b, s.old.device);
	assert_false(view.older_proof);
	assert_int_equal(view.instead.id, fresh.device);
	/* what was not named does not go */
	restore(s.w, &s.b, s.old.device, 0);
	assert_int_equal(s.b.rc, RC_TAKEN);
	restore(s.w, &s.b, s.old.device, s.middle.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	assert_int_equal(restore(s.w, &s.b, s.old.device, fresh.device).say, SAY_DONE);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_ACTIVE);
	assert_int_equal(state_of(s.w, fresh.device), DEVICE_RETIRED);
	assert_int_equal(active(s.w, s.p), 3);
	assert_false(is_in(s.w, &other));
	assert_int_equal(mails(s.w, "device.restored"), 1);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(lines(s.w, "device.restore", "HP lama"), 1);
	s.w->now_s += MINUTE_S;
	other = browser_new();
	go_in(s.w, &other, "optional", s.p, &s.old);
	world_free(&s.w);
}

static void with_a_free_place_nothing_goes_for_it(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");

	(void)state;
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_DONE);
	s.w->now_s += MINUTE_S;
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(look(s.w, &s.b, s.old.device).instead.id, 0);
	assert_int_equal(restore(s.w, &s.b, s.old.device, 0).say, SAY_DONE);
	assert_int_equal(state_of(s.w, fresh.device), DEVICE_ACTIVE);
	assert_int_equal(active(s.w, s.p), 3);
	world_free(&s.w);
}

static void a_proof_from_before_the_suspension_takes_nothing_back(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct browser b = browser_new();
	struct phone fresh;

	(void)state;
	/* signed in with the very phone that goes, a minute ago: that proof is fresh, and it is not good enough */
	go_in(s.w, &b, "optional", s.p, &s.old);
	s.b = b;
	s.w->now_s += MINUTE_S;
	fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	s.w->now_s += 1;
	assert_true(look(s.w, &s.b, s.old.device).older_proof);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	/* nor does a code of the suspended one prove anything */
	s.w->now_s += MINUTE_S;
	{
		struct who who = who_must(s.w, &s.b);
		struct visit v = world_visit(s.w);
		struct confirm out;

		assert_int_equal(account_confirm(&s.w->flow, &v, &who, S(PASSWORD), phone_code(s.w, &s.old, 0), &out), RC_OK);
		assert_int_not_equal(out.told.say, SAY_DONE);
		assert_int_equal(out.session_cookie.len, 0);
	}
	s.w->now_s += 5 * MINUTE_S;
	prove(s.w, &s.b, &fresh);
	assert_int_equal(restore(s.w, &s.b, s.old.device, fresh.device).say, SAY_DONE);
	world_free(&s.w);
}

static void after_its_time_it_is_gone(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	struct tx *tx;
	bool more;

	(void)state;
	s.w->now_s += 48 * HOUR_S;
	s.b = browser_new();
	go_in(s.w, &s.b, "optional", s.p, &fresh);
	s.w->now_s += 1;
	assert_int_equal(list(s.w, &s.b).n_suspended, 0); /* before the sweep came, too */
	look(s.w, &s.b, s.old.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
	assert_int_equal(store_sweep(tx, s.w->now_s, &more), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_RETIRED);
	world_free(&s.w);
}

static void a_suspended_device_cannot_be_removed_or_renamed(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	remove_it(s.w, &s.b, s.old.device);
	assert_int_equal(s.b.rc, RC_TAKEN);
	rename_it(s.w, &s.b, s.old.device, "x");
	assert_int_equal(s.b.rc, RC_TAKEN);
	assert_int_equal(state_of(s.w, s.old.device), DEVICE_SUSPENDED);
	world_free(&s.w);
}

/* ---- remove, rename --------------------------------------------------------------------------------------------- */

static void a_removed_device_stops_at_once_and_what_it_began_too(void **state)
{
	struct scene s = full(FULL_REFUSE, "mandatory");
	struct browser other = browser_new(), half = browser_new();

	(void)state;
	go_in(s.w, &other, "mandatory", s.p, &s.old);
	go_to_second(s.w, &half, "mandatory", s.p);
	assert_false(look(s.w, &s.b, s.old.device).last_factor);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_true(is_in(s.w, &s.b));
	assert_false(is_in(s.w, &other));
	assert_int_equal(go_look(s.w, &half), SCREEN_START);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(lines(s.w, "device.remove", "HP lama"), 1);
	assert_int_equal(list(s.w, &s.b).n_retired, 1);
	s.w->now_s += MINUTE_S;
	half = browser_new();
	assert_int_equal(go_to_second(s.w, &half, "mandatory", s.p), SCREEN_CODE);
	assert_int_equal(go_code(s.w, &half, phone_code(s.w, &s.old, 0)), SCREEN_CODE);
	remove_it(s.w, &s.b, s.old.device); /* twice */
	assert_int_equal(s.b.rc, RC_TAKEN);
	world_free(&s.w);
}

static void the_last_usable_one_is_not_removed(void **state)
{
	static const char *const types[] = {"mandatory", "optional"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", types[i]);
		struct phone phone = phone_new(w, p, "HP saya"), key = phone_new(w, p, "Laptop");
		struct browser b = browser_new();

		go_in(w, &b, types[i], p, &phone);
		/* a passkey that this type does not take is no second factor */
		world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", key.device);
		assert_true(look(w, &b, phone.device).last_factor);
		assert_false(look(w, &b, key.device).last_factor);
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_LAST_FACTOR);
		assert_int_equal(active(w, p), 2);
		assert_int_equal(mails(w, "device.removed"), 0);
		assert_int_equal(remove_it(w, &b, key.device).say, SAY_DONE);
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_LAST_FACTOR);
		/* taken by policy, it is one */
		key = phone_new(w, p, "Laptop");
		world_do(w, "UPDATE device SET kind = 3 WHERE id = ?1", key.device);
		world_type(w, types[i])->policy.factors |= FACTOR_PASSKEY;
		assert_int_equal(remove_it(w, &b, phone.device).say, SAY_DONE);
		assert_int_equal(remove_it(w, &b, key.device).say, SAY_LAST_FACTOR);
		world_free(&w);
	}
}

static void of_two_that_policy_does_not_take_one_may_go(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	world_script(s.w, "UPDATE device SET kind = 3");
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(remove_it(s.w, &s.b, s.middle.device).say, SAY_DONE);
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_LAST_FACTOR);
	/* where no second factor is asked of anybody, none is the last */
	world_type(s.w, "optional")->policy.mfa = MFA_OFF;
	assert_int_equal(remove_it(s.w, &s.b, s.newest.device).say, SAY_DONE);
	world_free(&s.w);
}

static void a_new_name_must_be_free_one_line_and_no_link(void **state)
{
	static const char *const bad[] = {"http://evil.example", "HTTPS://x", "lihat www.evil.example", "WWW.x"};
	struct scene s = full(FULL_REFUSE, "optional");
	char tooLong[DEVICE_NAME_MAX + 2];

	(void)state;
	memset(tooLong, 'x', sizeof(tooLong) - 1);
	tooLong[sizeof(tooLong) - 1] = '\0';
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(rename_it(s.w, &s.b, s.old.device, bad[i]).say, SAY_NAME_LINK);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "  ").say, SAY_MISSING);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "a\nb").say, SAY_MISSING);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, tooLong).say, SAY_TOO_LONG);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "hp kantor").say, SAY_NAME_TAKEN);
	assert_int_equal(mails(s.w, "device.renamed"), 0);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, "HP lama").say, SAY_DONE); /* as it is: nothing to tell */
	assert_int_equal(mails(s.w, "device.renamed"), 0);
	assert_int_equal(rename_it(s.w, &s.b, s.old.device, " HP Rumah ").say, SAY_DONE);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE name = 'HP Rumah' AND id = ?1", s.old.device), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.renamed' AND detail LIKE "
	                             "'%what=HP lama -> HP Rumah%'", 0), 1);
	assert_int_equal(lines(s.w, "device.rename", "HP Rumah"), 1);
	world_free(&s.w);
}

static void a_link_in_a_name_reaches_no_mail(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct phone phone;

	(void)state;
	/* stored before names were asked for that */
	world_do(s.w, "UPDATE device SET name = 'http://evil.example/x' WHERE id = ?1", s.old.device);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(mails(s.w, "device.removed"), 1);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM outbox WHERE detail LIKE '%://%' OR detail LIKE '%evil.example%'", 0), 0);
	/* at an activation it is refused with words */
	assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	go_enrol_confirm(s.w, &s.b, "http://evil.example", phone_code(s.w, &phone, 0));
	assert_int_equal(s.b.enrol.told.say, SAY_NAME_LINK);
	assert_int_equal(s.b.enrol.screen, ENROL_OPEN);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	world_free(&s.w);
}

/* ---- move ---------------------------------------------------------------------------------------------------------- */

static void a_move_to_a_new_phone_leaves_exactly_one(void **state)
{
	static const char *const types[] = {"single", "optional"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct scene s = {.w = w, .p = person_new(w, "penyedia1", types[i]), .b = browser_new()};
		struct browser other = browser_new();
		struct phone fresh;

		s.old = phone_new(w, s.p, "HP saya");
		go_in(w, &other, types[i], s.p, &s.old);
		w->now_s += MINUTE_S;
		go_in(w, &s.b, types[i], s.p, &s.old);
		assert_int_equal(go_enrol_wish(w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
		assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
		assert_int_equal(s.b.enrol.goes.id, s.old.device);
		assert_str(s.b.enrol.device_name, "HP saya"); /* the name moves along */
		assert_int_equal(s.b.enrol.number, 2);
		fresh = phone_scan(&s.b.enrol);
		/* until then the old one works */
		w->now_s += MINUTE_S;
		assert_true(is_in(w, &other));
		prove(w, &s.b, &s.old);
		assert_int_equal(go_enrol_look(w, &s.b), ENROL_OPEN);
		assert_int_equal(go_enrol_confirm(w, &s.b, "HP saya", phone_code(w, &fresh, 0)), ENROL_DONE);
		assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
		assert_int_equal(active(w, s.p), 1);
		assert_int_equal(state_of(w, s.old.device), DEVICE_RETIRED);
		assert_int_equal(mails(w, "device.moved"), 1);
		assert_int_equal(mails(w, "device.added"), 0);
		assert_int_equal(lines(w, "device.move", "HP saya"), 1);
		assert_false(is_in(w, &other));
		assert_true(is_in(w, &s.b));
		w->now_s += MINUTE_S;
		other = browser_new();
		go_to_second(w, &other, types[i], s.p);
		assert_int_equal(go_code(w, &other, phone_code(w, &s.old, 0)), SCREEN_CODE);
		w->now_s += MINUTE_S;
		assert_int_equal(go_code(w, &other, phone_code(w, &fresh, 0)), SCREEN_DONE);
		world_free(&w);
	}
}

static void a_move_needs_a_fresh_proof_and_a_device_of_ones_own_that_gives_codes(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct person other = person_new(s.w, "penyedia2", "optional");
	struct phone theirs = phone_new(s.w, other, "HP orang");

	(void)state;
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, theirs.device);
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, 0);
	world_do(s.w, "UPDATE device SET kind = 3 WHERE id = ?1", s.middle.device);
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.middle.device);
	s.w->now_s += 6 * MINUTE_S;
	go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device);
	assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM enrolment", 0), 0);
	assert_int_equal(vault_asked[CALL_SEED_NEW], 0);
	world_free(&s.w);
}

static void a_move_whose_old_phone_was_removed_meanwhile_only_adds(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");
	struct phone phone;

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	phone = phone_scan(&s.b.enrol);
	assert_int_equal(remove_it(s.w, &s.b, s.old.device).say, SAY_DONE);
	assert_int_equal(go_enrol_confirm(s.w, &s.b, "HP baru", phone_code(s.w, &phone, 0)), ENROL_DONE);
	assert_int_equal(active(s.w, s.p), 3);
	assert_int_equal(mails(s.w, "device.added"), 1);
	assert_int_equal(mails(s.w, "device.moved"), 0);
	world_free(&s.w);
}

static void a_move_that_ran_out_of_time_starts_again_as_a_move(void **state)
{
	struct scene s = full(FULL_REFUSE, "optional");

	(void)state;
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	for (int i = 0; i < ENROL_EXTENSIONS; i++)
		go_enrol_renew(s.w, &s.b);
	s.w->now_s = s.b.enrol.period_ends_s + 1;
	assert_int_equal(go_enrol_look(s.w, &s.b), ENROL_OVER);
	assert_int_equal(s.b.enrol.how, REPLACES_MOVE);
	assert_int_equal(s.b.enrol.goes.id, s.old.device);
	prove(s.w, &s.b, &s.middle);
	assert_int_equal(go_enrol_wish(s.w, &s.b, REPLACES_MOVE, s.old.device), ENROL_OPEN);
	assert_int_equal(s.b.enrol.number, 5);
	assert_int_equal(s.b.enrol.leftover, 4);
	world_free(&s.w);
}

/* ---- fresh proof, other people ----------------------------------------------------------------------------------------- */

static void every_act_needs_a_fresh_proof_and_a_session_that_stands(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct phone fresh = instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	struct visit v;
	struct who who;
	struct told told;
	int64_t before;

	(void)state;
	s.w->now_s += 6 * MINUTE_S;
	before = world_print(s.w);
	remove_it(s.w, &s.b, s.middle.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	rename_it(s.w, &s.b, s.middle.device, "HP lain");
	assert_int_equal(s.b.rc, RC_ABSENT);
	restore(s.w, &s.b, s.old.device, fresh.device);
	assert_int_equal(s.b.rc, RC_ABSENT);
	disable(s.w, &s.b);
	assert_int_equal(s.b.rc, RC_ABSENT);
	assert_int_equal(world_print(s.w), before);
	prove(s.w, &s.b, &s.middle);
	/* and the session must stand still when the act comes */
	who = who_must(s.w, &s.b);
	v = world_visit(s.w);
	world_script(s.w, "DELETE FROM session");
	assert_int_equal(device_remove(&s.w->flow, &v, &who, s.middle.device, &told), RC_ABSENT);
	assert_int_equal(device_rename(&s.w->flow, &v, &who, s.middle.device, S("x"), &told), RC_ABSENT);
	assert_int_equal(device_restore(&s.w->flow, &v, &who, s.old.device, fresh.device, &told), RC_ABSENT);
	assert_int_equal(active(s.w, s.p), 3);
	world_free(&s.w);
}

static void nobody_touches_the_device_of_another(void **state)
{
	struct scene s = full(FULL_EVICT_OLDEST, "optional");
	struct person thief = person_new(s.w, "pencuri", "optional");
	struct phone own = phone_new(s.w, thief, "HP pencuri");
	struct browser b = browser_new();
	int64_t before;

	(void)state;
	instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
	go_in(s.w, &b, "optional", thief, &own);
	s.w->now_s += 1;
	before = world_print(s.w);
	look(s.w, &b, s.middle.device);
	assert_int_equal(b.rc, RC_ABSENT);
	remove_it(s.w, &b, s.middle.device);
	assert_int_equal(b.rc, RC_TAKEN);
	rename_it(s.w, &b, s.middle.device, "x");
	assert_int_equal(b.rc, RC_TAKEN);
	restore(s.w, &b, s.old.device, 0);
	assert_int_equal(b.rc, RC_TAKEN);
	assert_int_equal(world_print(s.w), before);
	world_free(&s.w);
}

/* ---- turning off ----------------------------------------------------------------------------------------------------------- */

static void turning_off_takes_the_suspended_too_and_ends_codes_and_known_browsers(void **state)
{
	static const unsigned char macs[RECOVERY_CODES][STORE_HASH] = {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}};
	static const unsigned char token[STORE_HASH] = {7};

	(void)state;
	for (int with_passkey = 0; with_passkey < 2; with_passkey++) {
		struct scene s = full(FULL_EVICT_OLDEST, "optional");
		struct tx *tx;

		instead_of(&s, REPLACES_EVICT, s.old.device, "HP baru");
		assert_int_equal(store_begin(s.w->flow.store, &tx), RC_OK);
		assert_int_equal(store_recovery_replace(tx, s.p.id, macs, s.w->now_s), RC_OK);
		assert_int_equal(store_known_put(tx, token, s.p.id, s.w->now_s), RC_OK);
		assert_int_equal(store_commit(&tx), RC_OK);
		if (with_passkey)
			world_do(s.w, "UPDATE device SET kind = 3 WHERE id = ?1", s.middle.device);
		assert_int_equal(disable(s.w, &s.b).say, SAY_DONE);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM device WHERE state <> 3", 0), with_passkey);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM recovery_code", 0) != 0, with_passkey);
		assert_int_equal(world_count(s.w, "SELECT COUNT(*) FROM known_browser", 0) != 0, with_passkey);
		assert_int_equal(mails(s.w, "mfa.disabled"), 1);
		/* and a new one at once */
		assert_int_equal(go_enrol_begin(s.w, &s.b), ENROL_OPEN);
		world_free(&s.w);
	}
}

/* ---- other windows ------------------------------------------------------------------------------------------------------------ */

static void a_signin_elsewhere_does_not_take_an_open_activation_over_by_itself(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser one = browser_new(), two = browser_new(), three = browser_new();
	struct phone phone;

	(void)state;
	assert_int_equal(go_to_second(w, &one, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &one), ENROL_OPEN);
	phone = phone_scan(&one.enrol);
	w->now_s += 30;
	assert_int_equal(go_to_second(w, &two, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &two), ENROL_ELSEWHERE);
	assert_int_equal(go_enrol_look(w, &one), ENROL_OPEN);
	assert_str(one.enrol.secret, phone.secret);
	/* its QR closed and nobody asked for more: whoever comes then need not press */
	w->now_s += 100;
	assert_int_equal(go_to_second(w, &three, "mandatory", p), SCREEN_ENROL);
	assert_int_equal(go_enrol_look(w, &three), ENROL_OPEN);
	assert_int_equal(three.enrol.number, 2);
	assert_int_equal(go_enrol_begin(w, &two), ENROL_OPEN); /* "continue here" */
	assert_int_equal(two.enrol.number, 3);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_device_is_added_with_the_next_number_and_a_free_name),
		cmocka_unit_test(the_name_of_a_suspended_device_is_in_use),
		cmocka_unit_test(a_name_that_is_offered_is_not_that_of_a_suspended_device),
		cmocka_unit_test(the_oldest_and_the_one_used_longest_ago_are_found),
		cmocka_unit_test(who_goes_is_named_before_the_qr_and_pressing_begins),
		cmocka_unit_test(where_the_person_is_asked_any_of_theirs_may_go),
		cmocka_unit_test(where_policy_refuses_one_is_removed_first),
		cmocka_unit_test(the_one_that_goes_is_suspended_with_the_code_and_told),
		cmocka_unit_test(one_eviction_a_day_and_a_move_is_none),
		cmocka_unit_test(nobody_goes_who_need_not_go_any_more),
		cmocka_unit_test(one_that_was_not_named_never_goes),
		cmocka_unit_test(what_changes_while_the_code_is_checked_counts),
		cmocka_unit_test(a_signin_that_must_enrol_is_asked_even_where_policy_refuses),
		cmocka_unit_test(a_suspended_device_is_taken_back_and_what_took_its_place_goes),
		cmocka_unit_test(with_a_free_place_nothing_goes_for_it),
		cmocka_unit_test(a_proof_from_before_the_suspension_takes_nothing_back),
		cmocka_unit_test(after_its_time_it_is_gone),
		cmocka_unit_test(a_suspended_device_cannot_be_removed_or_renamed),
		cmocka_unit_test(a_removed_device_stops_at_once_and_what_it_began_too),
		cmocka_unit_test(the_last_usable_one_is_not_removed),
		cmocka_unit_test(of_two_that_policy_does_not_take_one_may_go),
		cmocka_unit_test(a_new_name_must_be_free_one_line_and_no_link),
		cmocka_unit_test(a_link_in_a_name_reaches_no_mail),
		cmocka_unit_test(a_move_to_a_new_phone_leaves_exactly_one),
		cmocka_unit_test(a_move_needs_a_fresh_proof_and_a_device_of_ones_own_that_gives_codes),
		cmocka_unit_test(a_move_whose_old_phone_was_removed_meanwhile_only_adds),
		cmocka_unit_test(a_move_that_ran_out_of_time_starts_again_as_a_move),
		cmocka_unit_test(every_act_needs_a_fresh_proof_and_a_session_that_stands),
		cmocka_unit_test(nobody_touches_the_device_of_another),
		cmocka_unit_test(turning_off_takes_the_suspended_too_and_ends_codes_and_known_browsers),
		cmocka_unit_test(a_signin_elsewhere_does_not_take_an_open_activation_over_by_itself),
	};

	return cmocka_run_group_tests_name("devices", tests, world_group_begin, world_group_end);
}
