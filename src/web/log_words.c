#include "web/log_words.h"

#include "web/words.h"

/* The first row that fits is taken. NULL fits everything. */
static const struct line {
	const char *event, *result, *reason;
	enum msg words;
	bool with_device;
} lines[] = {
	{"password", "ok", NULL, MSG_LOG_PASSWORD_OK, false},
	{"password", "refused", "wrong-password", MSG_LOG_WRONG_PASSWORD, false},
	{"password", "refused", "locked", MSG_LOG_LOCKED, false},
	{"password", "refused", "paused", MSG_LOG_PAUSED, false},
	{"password", "refused", NULL, MSG_LOG_NOT_IN, false},
	{"code", "refused", "wrong-code", MSG_LOG_WRONG_CODE, false},
	{"code", "refused", "wrong-clock", MSG_LOG_WRONG_CLOCK, false},
	{"code", "refused", "dead-entry", MSG_LOG_DEAD_ENTRY, true},
	{"code", "refused", "suspended-entry", MSG_LOG_SUSPENDED_ENTRY, true},
	{"code", "refused", "used-code", MSG_LOG_USED_CODE, false},
	{"code", "refused", "paused", MSG_LOG_PAUSED, false},
	{"code", "refused", "frozen", MSG_LOG_FROZEN, false},
	{"code", "refused", NULL, MSG_LOG_NOT_IN, false},
	{"passkey", "ok", NULL, MSG_LOG_PASSKEY_OK, true},
	{"passkey", "refused", NULL, MSG_LOG_PASSKEY_WRONG, false},
	{"passkey.add", "ok", NULL, MSG_LOG_PASSKEY_ADD, true},
	{"passkey.add", "refused", NULL, MSG_LOG_PASSKEY_ADD_WRONG, false},
	{"signin", "refused", NULL, MSG_LOG_NOT_IN, false},
	{"signout", "ok", NULL, MSG_LOG_SIGNOUT, false},
	{"enrol", "ok", NULL, MSG_LOG_ENROL, true},
	{"enrol", "refused", NULL, MSG_LOG_ENROL_WRONG, false},
	{"enrol.begin", "ok", NULL, MSG_LOG_ENROL_BEGIN, false},
	{"enrol.leave", "ok", NULL, MSG_LOG_ENROL_LEAVE, false},
	{"recovery", "ok", NULL, MSG_LOG_RECOVERY_OK, false},
	{"recovery", "refused", NULL, MSG_LOG_RECOVERY_WRONG, false},
	{"recovery.made", "ok", NULL, MSG_LOG_RECOVERY_MADE, false},
	{"slip", "ok", NULL, MSG_LOG_SLIP_OK, false},
	{"slip", "refused", NULL, MSG_LOG_SLIP_WRONG, false},
	{"slip.made", "ok", NULL, MSG_LOG_SLIP_BY, false},
	{"quiet", "ok", NULL, MSG_LOG_QUIET, false},
	{"mfa.disable", "ok", NULL, MSG_LOG_MFA_DISABLE, false},
	{"device.remove", "ok", NULL, MSG_LOG_DEVICE_REMOVE, true},
	{"device.suspend", "ok", NULL, MSG_LOG_DEVICE_SUSPEND, true},
	{"device.restore", "ok", NULL, MSG_LOG_DEVICE_RESTORE, true},
	{"device.rename", "ok", NULL, MSG_LOG_DEVICE_RENAME, true},
	{"device.move", "ok", NULL, MSG_LOG_DEVICE_MOVE, true},
	{"password.change", "ok", NULL, MSG_LOG_PASSWORD_CHANGED, false},
	{"password.change", "refused", NULL, MSG_LOG_PASSWORD_NOT_CHANGED, false},
	{"password.setup", "ok", NULL, MSG_LOG_SETUP, false},
	{"confirm", "ok", NULL, MSG_LOG_CONFIRM, false},
	{"confirm", "refused", NULL, MSG_LOG_CONFIRM_WRONG, false},
	{"session.end", "ok", NULL, MSG_LOG_SESSION_END, false},
	{"session.end-others", "ok", NULL, MSG_LOG_SESSIONS_END, false},
	{"terms", "ok", NULL, MSG_LOG_TERMS, false},
	{"user.lock", "ok", NULL, MSG_LOG_LOCKED_BY, false},
	{"user.unlock", "ok", NULL, MSG_LOG_UNLOCKED_BY, false},
	{"user.add", "ok", NULL, MSG_LOG_ADDED_BY, false},
	{"password.set", "ok", NULL, MSG_LOG_PASSWORD_BY, false},
	{"password.link", "ok", NULL, MSG_LOG_LINK_BY, false},
	{"user.reset", "ok", NULL, MSG_LOG_RESET_BY, false},
};

static bool fits(const char *wanted, struct str value)
{
	return !wanted || str_is(value, wanted);
}

static struct str signed_in(struct arena *a, enum lang lang, const struct audit *row)
{
	enum msg m = str_is(row->factor, "pwd") ? MSG_LOG_SIGNIN : str_starts(row->factor, S("hwk")) ? MSG_LOG_SIGNIN_PASSKEY
	             : MSG_LOG_SIGNIN_CODE;

	return words_text(a, lang, m, NO_WORDS);
}

static struct str code_matched(struct arena *a, enum lang lang, const struct audit *row)
{
	if (!row->device.len)
		return words_raw(lang, MSG_LOG_CODE_OK);
	return words_text(a, lang, MSG_LOG_CODE_OK_DEVICE, WORDS(WORD("device", row->device)));
}

static struct str unknown(struct arena *a, enum lang lang, const struct audit *row)
{
	if (row->actor.len)
		return words_text(a, lang, MSG_LOG_BY_STAFF, WORDS(WORD("event", row->event)));
	if (str_is(row->result, "ok"))
		return words_text(a, lang, MSG_LOG_OTHER, WORDS(WORD("event", row->event)));
	return words_text(a, lang, MSG_LOG_OTHER_REFUSED, WORDS(WORD("event", row->event)));
}

struct str log_words(struct arena *a, enum lang lang, const struct audit *row)
{
	bool ok = str_is(row->result, "ok");

	if (ok && str_is(row->event, "signin"))
		return signed_in(a, lang, row);
	if (ok && str_is(row->event, "code"))
		return code_matched(a, lang, row);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct line *l = &lines[i];

		if (!fits(l->event, row->event) || !fits(l->result, row->result) || !fits(l->reason, row->reason))
			continue;
		if (l->with_device)
			return words_text(a, lang, l->words, WORDS(WORD("device", row->device)));
		return words_raw(lang, l->words);
	}
	return unknown(a, lang, row);
}
