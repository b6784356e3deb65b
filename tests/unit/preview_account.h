/*
 * preview_account: a part of preview.c: the states of somebody who is signed in, of their devices, and of passkeys. Included
 * once, before the table of states.
 */
#ifndef PREVIEW_ACCOUNT_H
#define PREVIEW_ACCOUNT_H

static void signed_in(struct scene *s)
{
	static struct device rows[] = {
		{.name = {"HP Kantor", 9}, .number = 2, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 9000000, .used_s = FAKE_NOW_S - 90000},
		{.name = {"HP saya", 7}, .number = 3, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 60},
	};

	s->signed_in = true;
	s->who.type = &s->config->types[0];
	s->who.user = (struct user){.id = 1, .login = S("penyedia1"), .shown = S("penyedia1"), .name = S("Penyedia Satu")};
	fake.devices = (struct device_list){.rows = rows, .n = 2, .max = 3};
}

static void account(struct scene *s)
{
	static struct session sessions[] = {
		{.id = 1, .began_s = FAKE_NOW_S - 600, .seen_s = FAKE_NOW_S, .address = {"192.0.2.7", 9}, .browser = {"Chrome, Windows", 15}},
		{.id = 2, .began_s = FAKE_NOW_S - 90000, .seen_s = FAKE_NOW_S - 7000, .address = {"2001:db8::7", 11},
		 .browser = {"Safari, iPhone", 14}},
	};
	static struct audit rows[] = {
		{.seq = 9, .at_s = FAKE_NOW_S - 600, .user = 1, .event = {"code", 4}, .result = {"ok", 2}, .factor = {"otp", 3},
		 .device = {"HP saya", 7}, .address = {"192.0.2.7", 9}, .browser = {"Chrome, Windows", 15}},
		{.seq = 8, .at_s = FAKE_NOW_S - 660, .user = 1, .event = {"code", 4}, .result = {"refused", 7}, .reason = {"wrong-code", 10},
		 .factor = {"otp", 3}, .address = {"192.0.2.7", 9}, .browser = {"Chrome, Windows", 15}, .ref = {"K7-42Q", 6}},
	};

	signed_in(s);
	s->who.session = (struct session){.id = 1, .user = 1, .began_s = FAKE_NOW_S - 600, .seen_s = FAKE_NOW_S,
	                                  .ends_s = FAKE_NOW_S + 40000, .fresh_s = FAKE_NOW_S - 600, .pwd_s = FAKE_NOW_S - 600};
	s->config->session_s = 12 * 3600;
	s->config->session_idle_s = 3600;
	s->config->applications[0] = (struct config_link){.label = S("SPSE"), .url = S("https://spse.example/")};
	s->config->n_applications = 1;
	fake.home = (struct home){.active = true, .may_enable = true, .may_disable = true, .n_devices = 2, .devices_max = 3,
	                          .last_signin_s = FAKE_NOW_S - 90000, .last_address = S("192.0.2.7"), .last_browser = S("Chrome, Windows")};
	fake.sessions = (struct session_list){.rows = sessions, .n = 2};
	fake.log = (struct log_page){.rows = rows, .n = 2, .older_before = 8, .log_since_s = FAKE_NOW_S - 9000000};
	fake.confirm.code_asked = true;
}

/* All places taken, one suspended for the newest; and a passkey. */
static void devices_full(struct scene *s)
{
	static struct device rows[] = {
		{.id = 11, .name = {"HP Kantor", 9}, .number = 2, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 9000000,
		 .used_s = FAKE_NOW_S - 90000},
		{.id = 12, .name = {"HP saya", 7}, .number = 3, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 60, .address = {"192.0.2.7", 9}},
		{.id = 13, .name = {"Laptop", 6}, .number = 4, .kind = DEVICE_PASSKEY, .state = DEVICE_ACTIVE, .added_s = FAKE_NOW_S - 400000},
	};
	static struct device gone[] = {
		{.id = 10, .name = {"HP lama", 7}, .number = 1, .state = DEVICE_SUSPENDED, .suspended_s = FAKE_NOW_S - 60,
		 .suspend_ends_s = FAKE_NOW_S + 172740, .evicted_by = 12},
	};
	static struct device retired[] = {
		{.id = 9, .name = {"HP adik", 7}, .number = 1, .state = DEVICE_RETIRED, .retired_s = FAKE_NOW_S - 5},
	};

	account(s);
	s->fresh = true;
	fake.devices = (struct device_list){.rows = rows, .n = 3, .max = 3, .suspended = gone, .n_suspended = 1,
	                                    .retired = retired, .n_retired = 1};
	fake.home.may_enable = false;
	fake.device = (struct device_view){.device = rows[0], .others = {.rows = rows + 1, .n = 2, .max = 3}};
}

static void device_last(struct scene *s)
{
	devices_full(s);
	fake.device.others.n = 0;
	fake.device.last_factor = true;
	fake.told.say = SAY_LAST_FACTOR;
}

static void device_link(struct scene *s)
{
	devices_full(s);
	fake.told.say = SAY_NAME_LINK;
}

static void device_suspended(struct scene *s)
{
	devices_full(s);
	fake.device.device = fake.devices.suspended[0];
	fake.device.instead = fake.devices.rows[1];
}

static void device_old_proof(struct scene *s)
{
	device_suspended(s);
	fake.device.older_proof = true;
}

static void evict(struct scene *s)
{
	devices_full(s);
	enrol_screen(s, ENROL_EVICT);
	fake.enrol_look.devices_max = 3;
	fake.enrol_look.active = true;
	fake.enrol_look.offer = fake.devices.rows;
	fake.enrol_look.n_offer = 1;
	fake.enrol_step = fake.enrol_look;
}

static void evict_ask(struct scene *s)
{
	evict(s);
	fake.enrol_look.n_offer = fake.enrol_step.n_offer = 3;
}

static void evict_today(struct scene *s)
{
	devices_full(s);
	enrol_screen(s, ENROL_FULL);
	fake.enrol_look.evict_from_s = FAKE_NOW_S + 80000;
}

static void enrol_instead(struct scene *s)
{
	devices_full(s);
	enrol(s);
	fake.enrol_look.may_leave = true;
	fake.enrol_look.how = REPLACES_EVICT;
	fake.enrol_look.goes = fake.devices.rows[0];
}

static void enrol_move(struct scene *s)
{
	enrol_instead(s);
	fake.enrol_look.how = REPLACES_MOVE;
}

static void account_off(struct scene *s)
{
	account(s);
	fake.home.active = false;
	fake.home.n_devices = 0;
	fake.devices = (struct device_list){.max = 3};
}

static void account_wrong(struct scene *s)
{
	account(s);
	fake.confirm.told = (struct told){.say = SAY_CONFIRM_WRONG, .ref = S("K7-42Q")};
	fake.told = (struct told){.say = SAY_PASSWORD_CURRENT, .ref = S("K7-42Q")};
}

/* ---- passkeys -------------------------------------------------------------------------------------- */

static void passkey_door(struct scene *s)
{
	(void)s;
	fake.passkeys = true;
}

static void passkey_wrong(struct scene *s)
{
	passkey_door(s);
	fake.step = (struct signin_state){.told = {.say = SAY_PASSKEY_WRONG, .ref = S("K7-42Q")}};
}

static void passkey_second(struct scene *s)
{
	fake.look = (struct signin_state){.screen = SCREEN_CODE, .form = &s->config->types[0], .login = S("penyedia1"),
	                                  .passkey_offered = true};
}

static void passkey_form(struct scene *s)
{
	(void)s;
	fake.passkey = (struct passkey_enrol){.screen = PASSKEY_FORM, .login = S("penyedia1"), .name = S("Chrome, Windows"),
	                                      .may_code = true, .devices_max = 3};
}

static void passkey_refused(struct scene *s)
{
	passkey_form(s);
	fake.passkey.told = (struct told){.say = SAY_PASSKEY_WRONG, .ref = S("K7-42Q")};
}

static void passkey_full(struct scene *s)
{
	passkey_form(s);
	fake.passkey.screen = PASSKEY_FULL;
}

#endif
