#include "world.h"

#include <stdio.h>

#include "vault_calls.h"

/*
 * What is on paper, with the store or the vault failing at call 1, 2, 3 ... of each story: recovery codes made, used at the
 * sign-in and as a fresh proof, the registration slip on both roads, the wait. A story that failed granted nothing, spent
 * nothing and showed nothing; told again, it works.
 */

enum { CALLS_MAX = 200 };

struct scene {
	struct world *w;
	struct person p;
	struct phone phone;
	struct browser b;
	struct recovery_set set;
	struct str slip;
	enum rc rc;
	bool granted;
};

/* What a failure may not change. */
struct facts {
	int64_t sessions, fresh, codes, newest_code, slips, proof, quiet, mails;
};

static struct facts facts_of(const struct scene *s)
{
	return (struct facts){
		world_count(s->w, "SELECT count(*) FROM session WHERE user_id = ?1", s->p.id),
		world_count(s->w, "SELECT ifnull(max(fresh_s), 0) FROM session WHERE user_id = ?1", s->p.id),
		world_count(s->w, "SELECT count(*) FROM recovery_code WHERE used_s = 0 AND user_id = ?1", s->p.id),
		world_count(s->w, "SELECT ifnull(max(id), 0) FROM recovery_code WHERE user_id = ?1", s->p.id),
		world_count(s->w, "SELECT count(*) FROM link WHERE used_s = 0 AND user_id = ?1", s->p.id),
		world_count(s->w, "SELECT first_proof_s FROM users WHERE id = ?1", s->p.id),
		world_count(s->w, "SELECT quiet_ends_s FROM users WHERE id = ?1", s->p.id),
		world_count(s->w, "SELECT count(*) FROM outbox WHERE template NOT LIKE 'code%' AND user_id = ?1", s->p.id),
	};
}

/* ---- the stories ------------------------------------------------------------------------------------------------- */

static void at_code(struct scene *s)
{
	s->phone = phone_new(s->w, s->p, "HP saya");
	s->set = recovery_new(s->w, s->p);
	assert_int_equal(go_to_second(s->w, &s->b, "mandatory", s->p), SCREEN_CODE);
}

static void signed_in(struct scene *s)
{
	s->phone = phone_new(s->w, s->p, "HP saya");
	s->set = recovery_new(s->w, s->p);
	go_in(s->w, &s->b, "mandatory", s->p, &s->phone);
	s->w->now_s += 60;
}

static void at_slip(struct scene *s)
{
	world_type(s->w, "mandatory")->policy.first_enrol = FIRST_SLIP;
	s->slip = slip_new(s->w, s->p);
	assert_int_equal(go_to_second(s->w, &s->b, "mandatory", s->p), SCREEN_FIRST);
}

static void at_home_with_slip(struct scene *s)
{
	world_type(s->w, "optional")->policy.first_enrol = FIRST_SLIP;
	s->slip = slip_new(s->w, s->p);
	go_in(s->w, &s->b, "optional", s->p, NULL);
}

static void at_quiet_password(struct scene *s)
{
	world_type(s->w, "mandatory")->policy.first_enrol = FIRST_QUIET;
	world_type(s->w, "mandatory")->policy.quiet_s = 86400;
	assert_int_equal(go_user(s->w, &s->b, "mandatory", s->p.login), SCREEN_PASSWORD);
}

static void at_quiet_home(struct scene *s)
{
	world_type(s->w, "optional")->policy.first_enrol = FIRST_QUIET;
	world_type(s->w, "optional")->policy.quiet_s = 86400;
	go_in(s->w, &s->b, "optional", s->p, NULL);
}

static void tell_recovery(struct scene *s)
{
	enum signin_screen at = go_recovery(s->w, &s->b, s->set.codes[4]);

	s->rc = s->b.rc;
	s->granted = at == SCREEN_DONE || s->b.at.session_cookie.len;
}

static void tell_wrong_recovery(struct scene *s)
{
	go_recovery(s->w, &s->b, S("0000-0000-0000-0000"));
	s->rc = s->b.rc;
	s->granted = s->b.at.screen == SCREEN_DONE || s->b.at.session_cookie.len;
}

/* A guard that finds nobody has nothing to tell. */
static bool guard(struct scene *s, struct who *who)
{
	struct tx *tx;

	s->granted = false;
	s->rc = store_view(s->w->flow.store, &tx);
	if (s->rc != RC_OK)
		return false;
	s->rc = session_find(&s->w->flow, tx, s->w->arena, s->w->now_s, jar(s->b.session), who);
	store_abandon(&tx);
	return s->rc == RC_OK;
}

static void tell_make(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct recovery_set set = {0};
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = recovery_make(&s->w->flow, &v, &who, &set);
	s->granted = set.n > 0;
}

static void tell_confirm(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct confirm out;
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = account_confirm(&s->w->flow, &v, &who, S(PASSWORD), s->set.codes[7], &out);
	s->granted = out.told.say == SAY_DONE || out.session_cookie.len;
	if (out.session_cookie.len)
		snprintf(s->b.session, sizeof(s->b.session), "%.*s", STR_ARG(out.session_cookie));
}

static void tell_slip(struct scene *s)
{
	enum signin_screen at = go_slip(s->w, &s->b, s->slip);

	s->rc = s->b.rc;
	s->granted = at == SCREEN_ENROL;
}

static void tell_slip_at_home(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct first_state out = {0};
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = first_account(&s->w->flow, &v, &who, s->slip, &out);
	s->granted = out.open;
}

static void tell_slip_made(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct user u = {.id = s->p.id, .shown = S("orang"), .email = S("orang@dinas.example")};
	struct str shown;
	int64_t expires_s;

	s->rc = first_slip_make(&s->w->flow, &v, &u, S("cli"), &shown, &expires_s);
	s->granted = shown.len > 0;
}

static void tell_quiet_password(struct scene *s)
{
	go_password(s->w, &s->b, PASSWORD, true);
	s->rc = s->b.rc;
	s->granted = s->b.at.signin_cookie.len > 0;
}

static void tell_quiet_home(struct scene *s)
{
	struct visit v = world_visit(s->w);
	struct first_state out = {0};
	struct who who;

	if (!guard(s, &who))
		return;
	s->rc = first_ask(&s->w->flow, &v, &who, &out);
	s->granted = out.open || out.quiet_ends_s;
}

static const struct story {
	const char *name, *type;
	void (*before)(struct scene *s);
	void (*tell)(struct scene *s);
	bool grants;     /* when nothing is broken */
} stories[] = {
	{"a recovery code", "mandatory", at_code, tell_recovery, true},
	{"a wrong recovery code", "mandatory", at_code, tell_wrong_recovery, false},
	{"a new set", "mandatory", signed_in, tell_make, true},
	{"a fresh proof by a recovery code", "mandatory", signed_in, tell_confirm, true},
	{"a slip", "mandatory", at_slip, tell_slip, true},
	{"a slip at home", "optional", at_home_with_slip, tell_slip_at_home, true},
	{"a slip made", "mandatory", at_slip, tell_slip_made, true},
	{"the wait begins with the password", "mandatory", at_quiet_password, tell_quiet_password, true},
	{"the wait begins at home", "optional", at_quiet_home, tell_quiet_home, true},
};

/* ---- breaking ------------------------------------------------------------------------------------------------------- */

static bool broken_reached(struct world *w, bool vault)
{
	bool left = vault ? atomic_load(&vault_break_in) != 0 : store_break_at(w->flow.store, 0) != 0;

	atomic_store(&vault_break_in, 0);
	return !left;
}

static unsigned tell_broken(const struct story *story, bool vault)
{
	struct world *w = world_new();
	unsigned n;

	vault_knows_passwords = true;
	for (n = 1; n < CALLS_MAX; n++) {
		struct scene s = {.w = w, .b = browser_new()};
		struct facts before, after;
		char login[32];
		bool reached;

		w->now_s = NOWHERE;
		snprintf(login, sizeof(login), "orang%u", n);
		s.p = person_new(w, login, story->type);
		story->before(&s);
		before = facts_of(&s);
		if (vault)
			atomic_store(&vault_break_in, n);
		else
			(void)store_break_at(w->flow.store, n);
		story->tell(&s);
		reached = broken_reached(w, vault);
		after = facts_of(&s);
		if (reached && s.rc != RC_OK) {
			if (s.granted)
				fail_msg("%s: call %u broken (%s), and the answer grants", story->name, n, rc_name(s.rc));
			if (memcmp(&before, &after, sizeof(before)) != 0)
				fail_msg("%s: call %u broken (%s), and something changed", story->name, n, rc_name(s.rc));
			w->now_s += 60;
			story->tell(&s);
			if (s.rc != RC_OK || s.granted != story->grants)
				fail_msg("%s: call %u broken, and told again it does not work (%s)", story->name, n, rc_name(s.rc));
		}
		world_reset(w);
		if (!reached) {
			assert_int_equal(s.rc, RC_OK);
			assert_int_equal(s.granted, story->grants);
			break;
		}
	}
	assert_true(n > 1 && n < CALLS_MAX);
	world_free(&w);
	return n - 1;
}

static void a_store_that_fails_at_any_call_spends_and_grants_nothing(void **state)
{
	unsigned points = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
		points += tell_broken(&stories[i], false);
	print_message("%u points broken\n", points);
}

static void a_vault_that_fails_at_any_call_spends_and_grants_nothing(void **state)
{
	unsigned points = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) /* the others ask it nothing, or it is asked before */
		points += tell_broken(&stories[i], true);
	print_message("%u points broken\n", points);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_store_that_fails_at_any_call_spends_and_grants_nothing),
		cmocka_unit_test(a_vault_that_fails_at_any_call_spends_and_grants_nothing),
	};

	return cmocka_run_group_tests_name("torture_paper", tests, world_group_begin, world_group_end);
}
