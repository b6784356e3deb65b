#include "test.h"

#include "core/signin_fsm.h"

/*
 * The rule as the documents say it, once as a sentence (may_finish) and once as a table that must cover every
 * case exactly once. Neither looks at how the program computes the step.
 */

enum { FROM_S = 1800000000 };
enum due { DUE_OFF, DUE_OPTIONAL, DUE_NOW };

struct scene {
	struct policy policy;
	struct signin_facts facts;
	int64_t now_s;
};

static enum due due_of(const struct scene *s)
{
	if (s->policy.mfa == MFA_OFF)
		return DUE_OFF;
	if (s->policy.mfa == MFA_MANDATORY)
		return DUE_NOW;
	if (s->policy.mfa == MFA_MANDATORY_FROM && s->now_s >= FROM_S)
		return DUE_NOW;
	return DUE_OPTIONAL;
}

/* A session may begin when, and only when ... */
static bool may_finish(const struct scene *s)
{
	const struct signin_facts *f = &s->facts;
	bool code_counts = (s->policy.factors & FACTOR_CODE) != 0;
	bool second_proved = code_counts && (f->code || f->enrolled);

	if (!f->password || f->locked)
		return false;
	if (s->policy.mfa != MFA_OFF && f->has_device && !second_proved)
		return false;
	if (due_of(s) == DUE_NOW && !f->has_device)
		return false;
	return s->policy.terms == TERMS_FOOTER || f->terms;
}

/* One letter a column: y yes, n no, - either; mfa: 0 off, o optional, ! due now, + optional or due. */
static const struct row {
	const char *password, *locked, *mfa, *device, *second, *codes, *terms_due;
	enum signin_step step;
} table[] = {
	{"n", "-", "-", "-", "-", "-", "-", STEP_PASSWORD},
	{"y", "y", "-", "-", "-", "-", "-", STEP_REFUSED},
	{"y", "n", "0", "-", "-", "-", "y", STEP_TERMS},
	{"y", "n", "0", "-", "-", "-", "n", STEP_FINISHED},
	{"y", "n", "+", "y", "-", "n", "-", STEP_REFUSED},
	{"y", "n", "+", "y", "n", "y", "-", STEP_CODE},
	{"y", "n", "+", "y", "y", "y", "y", STEP_TERMS},
	{"y", "n", "+", "y", "y", "y", "n", STEP_FINISHED},
	{"y", "n", "o", "n", "-", "-", "y", STEP_TERMS},
	{"y", "n", "o", "n", "-", "-", "n", STEP_FINISHED},
	{"y", "n", "!", "n", "-", "y", "-", STEP_ENROL},
	{"y", "n", "!", "n", "-", "n", "-", STEP_REFUSED},
};

static bool fits(const char *column, bool fact)
{
	return *column == '-' || (*column == 'y') == fact;
}

static bool fits_mfa(const char *column, enum due due)
{
	switch (*column) {
	case '0':
		return due == DUE_OFF;
	case 'o':
		return due == DUE_OPTIONAL;
	case '!':
		return due == DUE_NOW;
	case '+':
		return due != DUE_OFF;
	default:
		return true;
	}
}

static enum signin_step step_of_table(const struct scene *s)
{
	const struct signin_facts *f = &s->facts;
	enum signin_step step = STEP_REFUSED;
	int rows = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct row *r = &table[i];

		if (!fits(r->password, f->password) || !fits(r->locked, f->locked) || !fits_mfa(r->mfa, due_of(s)) ||
		    !fits(r->device, f->has_device) || !fits(r->second, f->code || f->enrolled) ||
		    !fits(r->codes, (s->policy.factors & FACTOR_CODE) != 0) ||
		    !fits(r->terms_due, s->policy.terms != TERMS_FOOTER && !f->terms))
			continue;
		step = r->step;
		rows++;
	}
	assert_int_equal(rows, 1);
	return step;
}

typedef void scene_fn(const struct scene *s);

/* What has no say in the step is set at random-looking values of two kinds. */
static void noise(struct policy *p, int kind)
{
	if (kind == 0)
		return;
	p->layout = LAYOUT_ONE_PAGE;
	p->captcha = CAPTCHA_NEVER;
	p->first_factor = FACTOR_TAP;
	p->disable_allowed = true;
	p->match = MATCH_TAP;
	p->strict = true;
	p->enrol_s = p->approve_s = p->password_s = 120;
	p->devices_max = 3;
	p->devices_when_full = FULL_EVICT_OLDEST;
	p->reset = RESET_BOTH;
	p->reset_does = RESET_ADD;
	p->first_enrol = FIRST_QUIET;
	p->quiet_s = 86400;
}

static void for_each_fact(struct scene *s, scene_fn *fn)
{
	for (unsigned bits = 0; bits < 64; bits++) {
		s->facts = (struct signin_facts){bits & 1, bits & 2, bits & 4, bits & 8, bits & 16, bits & 32};
		fn(s);
	}
}

static void for_each_scene(scene_fn *fn)
{
	static const int64_t times[] = {0, FROM_S - 1, FROM_S, FROM_S + 1, INT64_MAX};
	struct scene s;

	for (int mfa = MFA_MANDATORY; mfa <= MFA_OFF; mfa++)
		for (int terms = TERMS_EACH; terms <= TERMS_FOOTER; terms++)
			for (unsigned factors = 0; factors < 8; factors++)
				for (size_t t = 0; t < sizeof(times) / sizeof(times[0]); t++)
					for (int kind = 0; kind < 2; kind++) {
						s = (struct scene){.now_s = times[t]};
						s.policy = (struct policy){.mfa = (enum mfa)mfa, .terms = (enum terms_when)terms, .factors = factors};
						s.policy.mfa_from_s = FROM_S;
						noise(&s.policy, kind);
						for_each_fact(&s, fn);
					}
}

static void finishes_as_the_rule_says(const struct scene *s)
{
	assert_int_equal(signin_next(&s->policy, &s->facts, s->now_s) == STEP_FINISHED, may_finish(s));
}

static void a_signin_finishes_when_and_only_when_policy_is_met(void **state)
{
	(void)state;
	for_each_scene(finishes_as_the_rule_says);
}

static void steps_as_the_table_says(const struct scene *s)
{
	assert_int_equal(signin_next(&s->policy, &s->facts, s->now_s), step_of_table(s));
}

static void every_case_has_the_step_that_the_table_names(void **state)
{
	(void)state;
	for_each_scene(steps_as_the_table_says);
}

/* Taking any one proof away never leads further; locking always stops. */
static void less_proof_never_leads_further(const struct scene *s)
{
	enum signin_step with = signin_next(&s->policy, &s->facts, s->now_s);
	struct signin_facts less = s->facts;

	if (with == STEP_FINISHED)
		return;
	less.code = less.enrolled = false;
	assert_int_not_equal(signin_next(&s->policy, &less, s->now_s), STEP_FINISHED);
	less = s->facts;
	less.terms = false;
	assert_int_not_equal(signin_next(&s->policy, &less, s->now_s), STEP_FINISHED);
	less = s->facts;
	less.password = false;
	assert_int_not_equal(signin_next(&s->policy, &less, s->now_s), STEP_FINISHED);
	less = s->facts;
	less.locked = true;
	assert_int_not_equal(signin_next(&s->policy, &less, s->now_s), STEP_FINISHED);
}

static void taking_a_proof_away_never_leads_further(void **state)
{
	(void)state;
	for_each_scene(less_proof_never_leads_further);
}

static void a_zeroed_policy_is_the_strictest(void **state)
{
	const struct policy zero = {0};
	struct signin_facts all = {.password = true, .code = true, .enrolled = true, .has_device = true};

	(void)state;
	assert_true(policy_mandatory(&zero, 0));
	assert_false(policy_may_disable(&zero));
	assert_int_not_equal(signin_next(&zero, &all, 0), STEP_FINISHED);
	all.terms = true;
	assert_int_not_equal(signin_next(&zero, &all, 0), STEP_FINISHED); /* no factor is allowed, so none counts */
	assert_int_equal(signin_next(&zero, &(struct signin_facts){0}, 0), STEP_PASSWORD);
	assert_int_equal(STEP_REFUSED, 0);
}

static void a_policy_that_is_none_of_the_four_counts_as_mandatory(void **state)
{
	struct policy broken = {.factors = FACTOR_CODE, .terms = TERMS_FOOTER};
	struct signin_facts f = {.password = true};
	int none_of_them = 77;

	(void)state;
	memcpy(&broken.mfa, &none_of_them, sizeof(broken.mfa));
	assert_true(policy_mandatory(&broken, 0));
	assert_int_equal(signin_next(&broken, &f, 0), STEP_ENROL);
}

static void mandatory_from_begins_at_its_second(void **state)
{
	struct policy p = {.mfa = MFA_MANDATORY_FROM, .mfa_from_s = FROM_S, .factors = FACTOR_CODE, .terms = TERMS_FOOTER};
	struct signin_facts f = {.password = true};

	(void)state;
	assert_int_equal(signin_next(&p, &f, FROM_S - 1), STEP_FINISHED);
	assert_int_equal(signin_next(&p, &f, FROM_S), STEP_ENROL);
	assert_int_equal(policy_password_least(&p, FROM_S - 1), 15);
	assert_int_equal(policy_password_least(&p, FROM_S), 8);
}

static void a_password_that_is_ever_enough_alone_is_longer(void **state)
{
	(void)state;
	assert_int_equal(policy_password_least(&(struct policy){.mfa = MFA_MANDATORY}, 0), 8);
	assert_int_equal(policy_password_least(&(struct policy){.mfa = MFA_OPTIONAL}, 0), 15);
	assert_int_equal(policy_password_least(&(struct policy){.mfa = MFA_OFF}, 0), 15);
}

static void codes_are_enabled_only_where_policy_has_them(void **state)
{
	(void)state;
	assert_true(policy_may_enable(&(struct policy){.mfa = MFA_OPTIONAL, .factors = FACTOR_CODE | FACTOR_TAP}));
	assert_false(policy_may_enable(&(struct policy){.mfa = MFA_OPTIONAL, .factors = FACTOR_TAP | FACTOR_PASSKEY}));
	assert_false(policy_may_enable(&(struct policy){.mfa = MFA_OFF, .factors = FACTOR_CODE}));
	assert_true(policy_may_disable(&(struct policy){.mfa = MFA_MANDATORY, .disable_allowed = true}));
	assert_false(policy_may_disable(&(struct policy){.mfa = MFA_OPTIONAL}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signin_finishes_when_and_only_when_policy_is_met),
		cmocka_unit_test(every_case_has_the_step_that_the_table_names),
		cmocka_unit_test(taking_a_proof_away_never_leads_further),
		cmocka_unit_test(a_zeroed_policy_is_the_strictest),
		cmocka_unit_test(a_policy_that_is_none_of_the_four_counts_as_mandatory),
		cmocka_unit_test(mandatory_from_begins_at_its_second),
		cmocka_unit_test(a_password_that_is_ever_enough_alone_is_longer),
		cmocka_unit_test(codes_are_enabled_only_where_policy_has_them),
	};

	return cmocka_run_group_tests_name("signin_fsm", tests, NULL, NULL);
}
