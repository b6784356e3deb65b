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

/* ---- the words of the documents ------------------------------------------------------------------------------ */

static bool takes(const struct scene *s, unsigned factor)
{
	return s->policy.mfa != MFA_OFF && (s->policy.factors & factor) != 0;
}

enum has { HAS_NONE, HAS_OLD_KIND, HAS_TAKEN };

/* What the account has: nothing, only devices of a kind that policy no longer takes, or one that it takes. */
static enum has has_of(const struct scene *s)
{
	if ((s->facts.has_code && takes(s, FACTOR_CODE)) || (s->facts.has_passkey && takes(s, FACTOR_PASSKEY)))
		return HAS_TAKEN;
	return s->facts.has_code || s->facts.has_passkey ? HAS_OLD_KIND : HAS_NONE;
}

/* Password, or a passkey that the account still has and that policy takes: it stands for both. */
static bool entered(const struct scene *s)
{
	return s->facts.password || (s->facts.passkey && s->facts.has_passkey && takes(s, FACTOR_PASSKEY));
}

/* One by one, each proof and when it counts as the second factor. */
static bool second_proved(const struct scene *s)
{
	const struct signin_facts *f = &s->facts;
	bool transition = has_of(s) != HAS_TAKEN;
	bool twice = s->policy.strict && !f->known;
	struct { bool proved, counts; } proofs[] = {
		{f->enrolled, true},
		{f->code && f->has_code && !twice, transition || takes(s, FACTOR_CODE)},
		{f->code && f->has_code && twice && f->code_again, transition || takes(s, FACTOR_CODE)},
		{f->passkey && f->has_passkey, transition || takes(s, FACTOR_PASSKEY)},
		{f->recovery, transition || takes(s, FACTOR_CODE)},
	};

	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++)
		if (proofs[i].proved && proofs[i].counts)
			return true;
	return false;
}

static bool can_enrol(const struct scene *s)
{
	return takes(s, FACTOR_CODE) || takes(s, FACTOR_PASSKEY);
}

static bool terms_due(const struct scene *s)
{
	return s->policy.terms != TERMS_FOOTER && !s->facts.terms;
}

/*
 * A session may begin when and only when: the account is not locked; somebody entered by a password or a passkey that
 * counts; and, unless the type asks for no second factor at all, what the account has was proved, policy has a factor to
 * take, and where it demands one now the account has one that it takes; and the terms in force were agreed to.
 */
static bool may_finish(const struct scene *s)
{
	if (s->facts.locked || !entered(s) || terms_due(s))
		return false;
	if (due_of(s) == DUE_OFF)
		return true;
	if (has_of(s) != HAS_NONE && (!second_proved(s) || !can_enrol(s)))
		return false;
	return due_of(s) == DUE_OPTIONAL || has_of(s) == HAS_TAKEN;
}

/* One letter a column: y yes, n no, - either; mfa: 0 off, o optional, ! due now, + optional or due; device: n none, o only of
 * a kind that policy no longer takes, t one that it takes, + either of them. */
static const struct row {
	const char *entered, *locked, *mfa, *device, *can_enrol, *proved, *first, *terms_due;
	enum signin_step step;
} table[] = {
	{"n", "-", "-", "-", "-", "-", "-", "-", STEP_PASSWORD},
	{"y", "y", "-", "-", "-", "-", "-", "-", STEP_REFUSED},
	{"y", "n", "0", "-", "-", "-", "-", "y", STEP_TERMS},
	{"y", "n", "0", "-", "-", "-", "-", "n", STEP_FINISHED},
	{"y", "n", "+", "+", "n", "-", "-", "-", STEP_REFUSED},
	{"y", "n", "+", "+", "y", "n", "-", "-", STEP_CODE},
	{"y", "n", "+", "t", "y", "y", "-", "y", STEP_TERMS},
	{"y", "n", "+", "t", "y", "y", "-", "n", STEP_FINISHED},
	{"y", "n", "o", "o", "y", "y", "-", "y", STEP_TERMS},
	{"y", "n", "o", "o", "y", "y", "-", "n", STEP_FINISHED},
	{"y", "n", "!", "o", "y", "y", "-", "-", STEP_ENROL},
	{"y", "n", "o", "n", "-", "-", "-", "y", STEP_TERMS},
	{"y", "n", "o", "n", "-", "-", "-", "n", STEP_FINISHED},
	{"y", "n", "!", "n", "n", "-", "-", "-", STEP_REFUSED},
	{"y", "n", "!", "n", "y", "-", "y", "-", STEP_ENROL},
	{"y", "n", "!", "n", "y", "-", "n", "-", STEP_FIRST},
};

static bool fits(const char *column, bool fact)
{
	return *column == '-' || (*column == 'y') == fact;
}

static bool fits_device(const char *column, enum has has)
{
	switch (*column) {
	case 'n':
		return has == HAS_NONE;
	case 'o':
		return has == HAS_OLD_KIND;
	case 't':
		return has == HAS_TAKEN;
	case '+':
		return has != HAS_NONE;
	default:
		return true;
	}
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
	bool first = s->facts.first || s->policy.first_enrol == FIRST_PASSWORD;
	enum signin_step step = STEP_REFUSED;
	int rows = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct row *r = &table[i];

		if (!fits(r->entered, entered(s)) || !fits(r->locked, s->facts.locked) || !fits_mfa(r->mfa, due_of(s)) ||
		    !fits_device(r->device, has_of(s)) || !fits(r->can_enrol, can_enrol(s)) || !fits(r->proved, second_proved(s)) ||
		    !fits(r->first, first) || !fits(r->terms_due, terms_due(s)))
			continue;
		step = r->step;
		rows++;
	}
	if (rows != 1)
		fail_msg("%d rows of the table fit one case", rows);
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
	p->enrol_s = p->approve_s = p->password_s = 120;
	p->devices_max = 3;
	p->devices_when_full = FULL_EVICT_OLDEST;
	p->reset = RESET_BOTH;
	p->reset_does = RESET_ADD;
	p->quiet_s = 86400;
}

enum { FACTS = 12 };

static void for_each_fact(struct scene *s, scene_fn *fn)
{
	_Static_assert(sizeof(s->facts) == FACTS * sizeof(bool), "a fact that no case varies");
	for (unsigned bits = 0; bits < 1u << FACTS; bits++) {
		s->facts = (struct signin_facts){
			.password = bits & 1, .passkey = bits & 2, .code = bits & 4, .code_again = bits & 8, .recovery = bits & 16,
			.enrolled = bits & 32, .first = bits & 64, .known = bits & 128, .terms = bits & 256, .has_code = bits & 512,
			.has_passkey = bits & 1024, .locked = bits & 2048,
		};
		fn(s);
	}
}

/* The demands: each mfa, and mandatory-from before, at and after its second. */
static const struct demand { enum mfa mfa; int64_t now_s; } demands[] = {
	{MFA_OFF, FROM_S}, {MFA_OPTIONAL, INT64_MAX}, {MFA_MANDATORY, 0}, {MFA_MANDATORY_FROM, FROM_S - 1},
	{MFA_MANDATORY_FROM, FROM_S}, {MFA_MANDATORY_FROM, INT64_MAX},
};

/* Every policy that has a say, by every fact: 6 demands, 3 kinds of terms, 8 sets of factors, strict or not, 4 first proofs. */
static void for_each_scene(scene_fn *fn)
{
	struct scene s;

	for (size_t d = 0; d < sizeof(demands) / sizeof(demands[0]); d++)
		for (unsigned rest = 0; rest < 3 * 8 * 2 * 4; rest++) {
			s = (struct scene){.now_s = demands[d].now_s};
			s.policy = (struct policy){.mfa = demands[d].mfa, .mfa_from_s = FROM_S, .factors = rest % 8,
			                           .strict = rest / 8 % 2, .first_enrol = (enum first_enrol)(rest / 16 % 4),
			                           .terms = (enum terms_when)(rest / 64)};
			noise(&s.policy, (int)(rest % 3 == 0));
			for_each_fact(&s, fn);
		}
}

static void finishes_as_the_rule_says(const struct scene *s)
{
	if ((signin_next(&s->policy, &s->facts, s->now_s) == STEP_FINISHED) != may_finish(s))
		fail_msg("%s", may_finish(s) ? "no session, though the rule is met" : "a session that the rule forbids");
}

static void a_signin_finishes_when_and_only_when_policy_is_met(void **state)
{
	(void)state;
	for_each_scene(finishes_as_the_rule_says);
}

static void steps_as_the_table_says(const struct scene *s)
{
	if (signin_next(&s->policy, &s->facts, s->now_s) != step_of_table(s))
		fail_msg("step %d, the table says %d", (int)signin_next(&s->policy, &s->facts, s->now_s), (int)step_of_table(s));
}

static void every_case_has_the_step_that_the_table_names(void **state)
{
	(void)state;
	for_each_scene(steps_as_the_table_says);
}

/* Taking any one proof away never leads further; locking always stops. */
static void less_proof_never_leads_further(const struct scene *s)
{
	static const size_t proofs[] = {
		offsetof(struct signin_facts, password), offsetof(struct signin_facts, passkey), offsetof(struct signin_facts, code),
		offsetof(struct signin_facts, code_again), offsetof(struct signin_facts, recovery), offsetof(struct signin_facts, enrolled),
		offsetof(struct signin_facts, first), offsetof(struct signin_facts, known), offsetof(struct signin_facts, terms),
	};
	struct signin_facts less;

	if (signin_next(&s->policy, &s->facts, s->now_s) == STEP_FINISHED)
		return;
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		less = s->facts;
		memset((char *)&less + proofs[i], 0, sizeof(bool));
		if (signin_next(&s->policy, &less, s->now_s) == STEP_FINISHED)
			fail_msg("less was more: proof %zu", i);
	}
	less = s->facts;
	less.locked = true;
	if (signin_next(&s->policy, &less, s->now_s) == STEP_FINISHED)
		fail_msg("a lock let somebody in");
}

static void taking_a_proof_away_never_leads_further(void **state)
{
	(void)state;
	for_each_scene(less_proof_never_leads_further);
}

static void a_zeroed_policy_is_the_strictest(void **state)
{
	const struct policy zero = {0};
	struct signin_facts all = {.password = true, .code = true, .enrolled = true, .has_code = true};

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

/* ---- single sentences ------------------------------------------------------------------------------------------ */

static void a_type_that_takes_only_passkeys_refuses_every_other_factor(void **state)
{
	const struct policy p = {.mfa = MFA_MANDATORY, .factors = FACTOR_PASSKEY, .terms = TERMS_FOOTER};
	struct signin_facts f = {.password = true, .code = true, .code_again = true, .recovery = true, .known = true, .first = true,
	                         .has_code = true, .has_passkey = true};

	(void)state;
	assert_int_equal(signin_next(&p, &f, 0), STEP_CODE);
	assert_false(signin_takes_recovery(&p, &f, 0));
	f.passkey = true;
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
	/* who has none yet proves what there is, and then enrols one */
	f = (struct signin_facts){.password = true, .has_code = true};
	assert_int_equal(signin_next(&p, &f, 0), STEP_CODE);
	f.code = true;
	assert_int_equal(signin_next(&p, &f, 0), STEP_ENROL);
	f.enrolled = f.has_passkey = true;
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
}

static void a_passkey_stands_for_the_password_only_where_policy_takes_it(void **state)
{
	struct policy p = {.mfa = MFA_MANDATORY, .factors = FACTOR_CODE | FACTOR_PASSKEY, .terms = TERMS_FOOTER};
	struct signin_facts f = {.passkey = true, .has_passkey = true};

	(void)state;
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
	f.has_passkey = false; /* removed since */
	assert_int_equal(signin_next(&p, &f, 0), STEP_PASSWORD);
	f.has_passkey = true;
	p.factors = FACTOR_CODE;
	assert_int_equal(signin_next(&p, &f, 0), STEP_PASSWORD);
	p.factors |= FACTOR_PASSKEY;
	p.mfa = MFA_OFF;
	assert_int_equal(signin_next(&p, &f, 0), STEP_PASSWORD);
}

static void strict_mode_asks_a_stranger_s_browser_for_two_codes(void **state)
{
	const struct policy p = {.mfa = MFA_MANDATORY, .factors = FACTOR_CODE, .strict = true, .terms = TERMS_FOOTER};
	struct signin_facts f = {.password = true, .code = true, .has_code = true};

	(void)state;
	assert_int_equal(signin_next(&p, &f, 0), STEP_CODE);
	f.code_again = true;
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
	f.code = false; /* a second code is none without the first */
	assert_int_equal(signin_next(&p, &f, 0), STEP_CODE);
	f = (struct signin_facts){.password = true, .code = true, .has_code = true, .known = true};
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
	f = (struct signin_facts){.password = true, .recovery = true, .has_code = true};
	assert_int_equal(signin_next(&p, &f, 0), STEP_FINISHED);
}

static void the_first_activation_asks_for_its_proof_and_the_next_ones_do_not(void **state)
{
	struct policy p = {.mfa = MFA_MANDATORY, .factors = FACTOR_CODE | FACTOR_PASSKEY, .terms = TERMS_FOOTER};
	struct signin_facts f = {.password = true};

	(void)state;
	assert_int_equal(signin_next(&p, &f, 0), STEP_ENROL);
	for (int how = FIRST_MAIL; how <= FIRST_QUIET; how++) {
		p.first_enrol = (enum first_enrol)how;
		f.first = false;
		assert_int_equal(signin_next(&p, &f, 0), STEP_FIRST);
		f.first = true;
		assert_int_equal(signin_next(&p, &f, 0), STEP_ENROL);
	}
	f = (struct signin_facts){.password = true, .recovery = true, .has_code = true};
	p.factors = FACTOR_PASSKEY; /* not the first: a proof with what there was is enough */
	assert_int_equal(signin_next(&p, &f, 0), STEP_ENROL);
}

static void takes_recovery_as_the_steps_say(const struct scene *s)
{
	struct signin_facts with = s->facts;
	enum signin_step now = signin_next(&s->policy, &s->facts, s->now_s);

	with.recovery = true;
	if (signin_takes_recovery(&s->policy, &s->facts, s->now_s) !=
	    (now == STEP_CODE && signin_next(&s->policy, &with, s->now_s) != STEP_CODE))
		fail_msg("a recovery code is asked for where it leads nowhere, or the other way round");
}

static void a_recovery_code_is_asked_for_only_where_it_leads_on(void **state)
{
	(void)state;
	for_each_scene(takes_recovery_as_the_steps_say);
}

static void the_days_left_are_counted_to_the_last_second(void **state)
{
	struct policy p = {.mfa = MFA_MANDATORY_FROM, .mfa_from_s = FROM_S};
	enum { DAY = 24 * 60 * 60 };

	(void)state;
	assert_int_equal(policy_days_left(&p, FROM_S - 10 * DAY), 10);
	assert_int_equal(policy_days_left(&p, FROM_S - 10 * DAY - 1), 11);
	assert_int_equal(policy_days_left(&p, FROM_S - DAY), 1);
	assert_int_equal(policy_days_left(&p, FROM_S - 1), 1);
	assert_int_equal(policy_days_left(&p, FROM_S), 0);
	assert_int_equal(policy_days_left(&p, FROM_S + DAY), 0);
	p.mfa = MFA_OPTIONAL;
	assert_int_equal(policy_days_left(&p, FROM_S - DAY), 0);
	p.mfa = MFA_MANDATORY;
	assert_int_equal(policy_days_left(&p, FROM_S - DAY), 0);
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
		cmocka_unit_test(a_type_that_takes_only_passkeys_refuses_every_other_factor),
		cmocka_unit_test(a_passkey_stands_for_the_password_only_where_policy_takes_it),
		cmocka_unit_test(strict_mode_asks_a_stranger_s_browser_for_two_codes),
		cmocka_unit_test(the_first_activation_asks_for_its_proof_and_the_next_ones_do_not),
		cmocka_unit_test(a_recovery_code_is_asked_for_only_where_it_leads_on),
		cmocka_unit_test(the_days_left_are_counted_to_the_last_second),
	};

	return cmocka_run_group_tests_name("signin_fsm", tests, NULL, NULL);
}
