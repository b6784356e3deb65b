/*
 * preview_paper: a part of preview.c: the states of recovery codes, of the first activation and of doors that are open while
 * another is paused. Included once, before the table of states.
 */
#ifndef PREVIEW_PAPER_H
#define PREVIEW_PAPER_H

static void code_doors(struct scene *s)
{
	code(s);
	fake.look.recovery_offered = fake.step.recovery_offered = true;
}

static void paused_doors(struct scene *s)
{
	code_paused(s);
	fake.step.recovery_offered = fake.step.passkey_offered = true;
}

static void frozen_doors(struct scene *s)
{
	code_frozen(s);
	fake.step.recovery_offered = true;
}

static void recovery_wrong(struct scene *s)
{
	code_doors(s);
	fake.step.told = (struct told){.say = SAY_RECOVERY_WRONG, .ref = S("K7-42Q")};
}

static void recovery_paused(struct scene *s)
{
	code_doors(s);
	fake.look.told = (struct told){.say = SAY_RECOVERY_PAUSED, .until_s = FAKE_NOW_S + 60};
}

static void first_slip(struct scene *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_FIRST, .form = &s->config->types[0], .login = S("penyedia1")};
	fake.step = fake.look;
}

static void first_slip_wrong(struct scene *s)
{
	first_slip(s);
	fake.step.told = (struct told){.say = SAY_SLIP_WRONG, .ref = S("K7-42Q")};
}

static void first_quiet(struct scene *s)
{
	first_slip(s);
	fake.look.quiet_ends_s = FAKE_NOW_S + 86400;
}

static void recovery_none(struct scene *s)
{
	account(s);
	fake.recovery = (struct recovery_set){.may_make = true};
}

static void recovery_few(struct scene *s)
{
	account(s);
	fake.recovery = (struct recovery_set){.may_make = true, .left = 2, .made_s = FAKE_NOW_S - 9000000};
}

static void recovery_last(struct scene *s)
{
	account(s);
	s->fresh = true;
	fake.recovery = (struct recovery_set){.may_make = true, .made_s = FAKE_NOW_S - 9000000};
}

static void recovery_made(struct scene *s)
{
	static const char *const codes[] = {"7KQ2-M0XD-94RB-TZ8F", "0H5C-XQ3N-W8VJ-2RGT", "E6PA-19ZK-YD4M-C7SB", "QX8T-J2F0-5NHV-RM3W",
	                                    "B4GD-Z7CE-61KP-9YAS", "M3WJ-8TRX-Q0ND-F5HV", "2CK9-PEA7-SG6B-ZY14", "XV0R-4DMT-H8QJ-3NWF",
	                                    "9SYB-6KGC-1PZE-7A5X", "TF2N-VR8H-JM0W-Q4D3"};

	account(s);
	s->fresh = true;
	fake.made = (struct recovery_set){.may_make = true, .left = 10, .made_s = FAKE_NOW_S, .n = 10};
	for (size_t i = 0; i < 10; i++)
		fake.made.codes[i] = str_of(codes[i]);
}

static void recovered(struct scene *s)
{
	account(s);
	s->who.session.recovery_s = s->who.session.began_s = FAKE_NOW_S - 5;
	s->who.session.fresh_s = FAKE_NOW_S - 5;
	fake.recovery = (struct recovery_set){.may_make = true, .left = 6, .made_s = FAKE_NOW_S - 9000000};
}

static void days_left(struct scene *s)
{
	account(s);
	fake.home.active = false;
	fake.home.n_devices = 0;
	s->config->types[0].policy.mfa = MFA_MANDATORY_FROM;
	s->config->types[0].policy.mfa_from_s = FAKE_NOW_S + 9 * 86400;
}

static void confirm_lost(struct scene *s)
{
	account(s);
	fake.confirm.recovery_offered = true;
}

static void confirm_lost_wrong(struct scene *s)
{
	confirm_lost(s);
	fake.confirm.told = (struct told){.say = SAY_CONFIRM_WRONG, .ref = S("K7-42Q")};
}

static void first_home_quiet(struct scene *s)
{
	account(s);
	fake.first.quiet_ends_s = FAKE_NOW_S + 86400;
}

#endif
