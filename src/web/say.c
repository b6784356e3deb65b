#include "web/say.h"

#include "core/clockdoctor.h"
#include "core/passphrase.h"

static struct str plain(struct page_call *c, enum msg m)
{
	return words_text(c->v.arena, c->v.lang, m, NO_WORDS);
}

static struct str with(struct page_call *c, enum msg m, const char *name, struct str value)
{
	return words_text(c->v.arena, c->v.lang, m, WORDS(WORD(name, value)));
}

static struct str clock_at(struct page_call *c, int64_t at_s)
{
	return time_clock(c->v.arena, c->v.lang, at_s);
}

struct str say_span(struct page_call *c, int64_t seconds)
{
	int64_t s = seconds < 0 ? -seconds : seconds, minutes = (s + 30) / 60, hours = minutes / 60;

	if (s < 60)
		return words_text(c->v.arena, c->v.lang, MSG_SPAN_SECONDS, WORDS(NUMBER("n", s)));
	if (hours == 0)
		return words_text(c->v.arena, c->v.lang, MSG_SPAN_MINUTES, WORDS(NUMBER("n", minutes)));
	if (hours >= 24 && hours % 24 == 0 && minutes % 60 == 0)
		return words_text(c->v.arena, c->v.lang, MSG_SPAN_DAYS, WORDS(NUMBER("n", hours / 24)));
	if (minutes % 60 == 0)
		return words_text(c->v.arena, c->v.lang, MSG_SPAN_HOURS, WORDS(NUMBER("n", hours)));
	return words_text(c->v.arena, c->v.lang, MSG_SPAN_HOURS_MINUTES, WORDS(NUMBER("h", hours), NUMBER("m", minutes % 60)));
}

/* Where the phone's zone is what is off, the one to choose is ours, as the clock shows it. */
static struct str our_zone(struct page_call *c)
{
	struct str now = clock_at(c, c->v.now_s), zone = STR_NONE;

	while (now.len)
		zone = str_cut(&now, ' ');
	return zone;
}

static struct str clock_off(struct page_call *c, int64_t offset_s)
{
	unsigned hours = clock_zone_hours(offset_s);

	if (hours)
		return words_text(c->v.arena, c->v.lang, MSG_ENROL_CLOCK_ZONE, WORDS(NUMBER("n", hours), WORD("zone", our_zone(c))));
	return with(c, offset_s < 0 ? MSG_ENROL_CLOCK_SLOW : MSG_ENROL_CLOCK_FAST, "time", say_span(c, offset_s));
}

static struct str clock_of_device(struct page_call *c, const struct told *t)
{
	return words_text(c->v.arena, c->v.lang, t->offset_s < 0 ? MSG_CODE_CLOCK : MSG_CODE_CLOCK_FAST,
	                  WORDS(WORD("device", t->device), WORD("time", say_span(c, t->offset_s))));
}

static struct str zone_of_device(struct page_call *c, const struct told *t)
{
	return words_text(c->v.arena, c->v.lang, MSG_CODE_ZONE,
	                  WORDS(WORD("device", t->device), NUMBER("n", clock_zone_hours(t->offset_s)), WORD("zone", our_zone(c))));
}

static struct str removed_entry(struct page_call *c, const struct told *t)
{
	return words_text(c->v.arena, c->v.lang, MSG_CODE_DEAD,
	                  WORDS(WORD("date", time_date(c->v.arena, c->v.lang, t->at_s)), WORD("label", t->open)));
}

static struct str suspended_entry(struct page_call *c, const struct told *t)
{
	return words_text(c->v.arena, c->v.lang, MSG_CODE_SUSPENDED,
	                  WORDS(WORD("device", t->device), WORD("date", time_date(c->v.arena, c->v.lang, t->at_s)),
	                        WORD("label", t->open), WORD("time", time_minute(c->v.arena, c->v.lang, t->until_s))));
}

static struct str password_rule(struct page_call *c, const struct told *t)
{
	switch ((enum passphrase_rule)t->rule) {
	case PASSPHRASE_SHORT:
		return words_text(c->v.arena, c->v.lang, MSG_PASSWORD_SHORT, WORDS(NUMBER("n", t->least)));
	case PASSPHRASE_LONG:
		return plain(c, MSG_PASSWORD_LONG);
	case PASSPHRASE_NOT_TEXT:
		return plain(c, MSG_PASSWORD_NOT_TEXT);
	case PASSPHRASE_OWN_WORDS:
		return plain(c, MSG_PASSWORD_OWN_WORDS);
	case PASSPHRASE_COMMON:
	case PASSPHRASE_GOOD:
		break;
	}
	return plain(c, MSG_PASSWORD_COMMON);
}

static struct str paused(struct page_call *c, int64_t until_s)
{
	struct str doors = arena_printf(c->v.arena, "%.*s, %.*s", STR_ARG(words_raw(c->v.lang, MSG_SIGNIN_FORGOT)),
	                                STR_ARG(words_raw(c->v.lang, MSG_FOOTER_HELPDESK)));

	return words_text(c->v.arena, c->v.lang, MSG_ERR_PAUSED, WORDS(WORD("time", clock_at(c, until_s)), WORD("doors", doors)));
}

struct str say_text(struct page_call *c, const struct told *t)
{
	switch (t->say) {
	case SAY_NOTHING:
	case SAY_MISSING:
	case SAY_TOO_LONG:
	case SAY_DONE:
		break;
	case SAY_SIGNIN_WRONG:
		return plain(c, MSG_ERR_SIGNIN);
	case SAY_PASSWORD_PAUSED:
		return paused(c, t->until_s);
	case SAY_PASSWORD_OFF:
		return plain(c, MSG_ERR_PASSWORD_OFF);
	case SAY_FORM_EXPIRED:
		return plain(c, MSG_ERR_FORM_EXPIRED);
	case SAY_CODE_SHAPE:
		return plain(c, MSG_CODE_SHAPE);
	case SAY_CODE_WRONG:
		return plain(c, MSG_CODE_BAD);
	case SAY_CODE_USED:
		return plain(c, MSG_CODE_USED);
	case SAY_CLOCK:
		return clock_of_device(c, t);
	case SAY_CLOCK_ZONE:
		return zone_of_device(c, t);
	case SAY_CLOCK_OURS:
		return plain(c, MSG_CODE_OUR_CLOCK);
	case SAY_DEAD_ENTRY:
		return removed_entry(c, t);
	case SAY_SUSPENDED_ENTRY:
		return suspended_entry(c, t);
	case SAY_STRICT_AGAIN:
		return plain(c, MSG_CODE_STRICT_AGAIN);
	case SAY_CODE_PAUSED:
		return with(c, MSG_PAUSED_TITLE, "time", clock_at(c, t->until_s));
	case SAY_CODE_FROZEN:
		return plain(c, MSG_FROZEN_TITLE);
	case SAY_ENROL_WRONG:
		return plain(c, MSG_ENROL_BAD_CODE);
	case SAY_ENROL_CLOCK:
		return clock_off(c, t->offset_s);
	case SAY_ENROL_CLOSED:
		return plain(c, MSG_ENROL_CLOSED_CODE);
	case SAY_ENROL_NAME_TAKEN:
		return plain(c, MSG_ENROL_DEVICE_TAKEN);
	case SAY_EVICTED_TODAY:
		return with(c, MSG_EVICT_TODAY, "time", time_minute(c->v.arena, c->v.lang, t->until_s));
	case SAY_NAME_TAKEN:
		return plain(c, MSG_ENROL_DEVICE_TAKEN);
	case SAY_NAME_LINK:
		return plain(c, MSG_DEVICE_NAME_LINK);
	case SAY_ENROL_RENEWED:
		return with(c, MSG_ENROL_RENEWED, "time", clock_at(c, t->until_s));
	case SAY_ENROL_UNFINISHED:
		return plain(c, MSG_ENROL_UNFINISHED);
	case SAY_ENROL_FULL:
		return plain(c, MSG_ENROL_FULL);
	case SAY_PASSWORD_RULE:
		return password_rule(c, t);
	case SAY_PASSWORD_TWICE:
		return plain(c, MSG_PASSWORD_TWICE);
	case SAY_PASSWORD_CURRENT:
		return plain(c, MSG_PASSWORD_CURRENT);
	case SAY_PASSWORD_CHANGED:
		return plain(c, MSG_CHANGE_DONE);
	case SAY_CONFIRM_WRONG:
		return plain(c, MSG_PROOF_WRONG);
	case SAY_RECOVERY_SHAPE:
		return plain(c, MSG_RECOVERY_SHAPE);
	case SAY_RECOVERY_WRONG:
		return plain(c, MSG_RECOVERY_WRONG);
	case SAY_RECOVERY_PAUSED:
		return with(c, MSG_RECOVERY_PAUSED, "time", clock_at(c, t->until_s));
	case SAY_SLIP_SHAPE:
		return plain(c, MSG_FIRST_SLIP_SHAPE);
	case SAY_SLIP_WRONG:
		return plain(c, MSG_FIRST_SLIP_WRONG);
	case SAY_SLIP_PAUSED:
		return with(c, MSG_FIRST_SLIP_PAUSED, "time", clock_at(c, t->until_s));
	case SAY_QUIET:
		return with(c, MSG_FIRST_QUIET_TITLE, "time", time_minute(c->v.arena, c->v.lang, t->until_s));
	case SAY_LAST_FACTOR:
		return plain(c, MSG_MFA_MUST_STAY);
	case SAY_CAPTCHA_WRONG:
		return plain(c, MSG_ERR_CAPTCHA);
	case SAY_PASSKEY_WRONG:
		return plain(c, MSG_PASSKEY_WRONG);
	}
	return STR_NONE;
}

unsigned say_field(enum say say)
{
	switch (say) {
	case SAY_SIGNIN_WRONG:
	case SAY_PASSWORD_PAUSED:
	case SAY_PASSWORD_OFF:
	case SAY_FORM_EXPIRED:
	case SAY_CONFIRM_WRONG:
		return FIELD_PASSWORD;
	case SAY_CODE_SHAPE:
	case SAY_CODE_WRONG:
	case SAY_CODE_USED:
	case SAY_SUSPENDED_ENTRY:
	case SAY_DEAD_ENTRY:
	case SAY_CLOCK_OURS:
	case SAY_CLOCK_ZONE:
	case SAY_CLOCK:
	case SAY_ENROL_WRONG:
	case SAY_ENROL_CLOCK:
		return FIELD_CODE;
	case SAY_RECOVERY_SHAPE:
	case SAY_RECOVERY_WRONG:
	case SAY_RECOVERY_PAUSED:
		return FIELD_CODE;
	case SAY_SLIP_SHAPE:
	case SAY_SLIP_WRONG:
	case SAY_SLIP_PAUSED:
		return FIELD_SLIP;
	case SAY_ENROL_NAME_TAKEN:
	case SAY_NAME_TAKEN:
	case SAY_NAME_LINK:
		return FIELD_DEVICE;
	case SAY_PASSWORD_RULE:
	case SAY_PASSWORD_TWICE:
		return FIELD_NEW;
	case SAY_PASSWORD_CURRENT:
		return FIELD_CURRENT;
	case SAY_CAPTCHA_WRONG:
		return FIELD_CAPTCHA;
	case SAY_NOTHING:
	case SAY_MISSING:
	case SAY_TOO_LONG:
	case SAY_CODE_PAUSED:
	case SAY_CODE_FROZEN:
	case SAY_ENROL_CLOSED:
	case SAY_ENROL_RENEWED:
	case SAY_ENROL_UNFINISHED:
	case SAY_ENROL_FULL:
	case SAY_PASSWORD_CHANGED:
	case SAY_DONE:
	case SAY_LAST_FACTOR:
	case SAY_STRICT_AGAIN:
	case SAY_QUIET:
	case SAY_PASSKEY_WRONG:
	case SAY_EVICTED_TODAY:
		break;
	}
	return 0;
}

static enum msg label_of(enum field field)
{
	switch (field) {
	case FIELD_TYPE:
		return MSG_TYPE_TITLE;
	case FIELD_USER:
		return MSG_SIGNIN_USER;
	case FIELD_PASSWORD:
		return MSG_SIGNIN_PASSWORD;
	case FIELD_CURRENT:
		return MSG_CHANGE_CURRENT;
	case FIELD_AGREE:
		return MSG_TERMS_TITLE;
	case FIELD_CODE:
		return MSG_OTP_LABEL;
	case FIELD_DEVICE:
		return MSG_ENROL_DEVICE;
	case FIELD_SLIP:
		return MSG_FIRST_SLIP_LABEL;
	case FIELD_NEW:
		return MSG_SETUP_NEW;
	case FIELD_AGAIN:
		return MSG_SETUP_AGAIN;
	case FIELD_CAPTCHA:
		return MSG_CAPTCHA_LABEL;
	case FIELD_CHOICE:
		break;
	}
	return MSG_SIGNIN_USER;
}

const char *say_anchor(enum field field)
{
	switch (field) {
	case FIELD_TYPE:
		return "#types";
	case FIELD_USER:
		return "#user";
	case FIELD_PASSWORD:
		return "#password";
	case FIELD_AGREE:
		return "#agree";
	case FIELD_CODE:
		return "#code";
	case FIELD_DEVICE:
		return "#device";
	case FIELD_CURRENT:
		return "#current";
	case FIELD_NEW:
		return "#new";
	case FIELD_AGAIN:
		return "#again";
	case FIELD_CAPTCHA:
		return "#captcha";
	case FIELD_SLIP:
		return "#slip";
	case FIELD_CHOICE:
		return "#choice";
	}
	return "#main";
}

struct str say_at(struct page_call *c, const struct told *t, enum field field)
{
	struct str label = words_raw(c->v.lang, label_of(field));

	if (t->say == SAY_TOO_LONG && (t->missing & field))
		return with(c, MSG_ERR_TOO_LONG, "field", label);
	if (t->missing & field) {
		if (field == FIELD_AGREE)
			return plain(c, MSG_ERR_TERMS);
		return field == FIELD_TYPE ? plain(c, MSG_ERR_TYPE) : with(c, MSG_ERR_MISSING, "field", label);
	}
	return say_field(t->say) == field ? say_text(c, t) : STR_NONE;
}
