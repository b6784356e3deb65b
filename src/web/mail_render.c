#include "web/html.h"
#include "web/mail.h"
#include "web/words.h"

static const struct {
	const char *change;
	enum msg words;
} changes[] = {
	{"device.added", MSG_MAIL_CHANGE_DEVICE_ADDED},
	{"device.removed", MSG_MAIL_CHANGE_DEVICE_REMOVED},
	{"device.renamed", MSG_MAIL_CHANGE_DEVICE_RENAMED},
	{"device.suspended", MSG_MAIL_CHANGE_DEVICE_SUSPENDED},
	{"device.restored", MSG_MAIL_CHANGE_DEVICE_RESTORED},
	{"device.moved", MSG_MAIL_CHANGE_DEVICE_MOVED},
	{"mfa.disabled", MSG_MAIL_CHANGE_MFA_DISABLED},
	{"password.changed", MSG_MAIL_CHANGE_PASSWORD},
	{"code.wrong", MSG_MAIL_CHANGE_CODE_WRONG},
	{"code.paused", MSG_MAIL_CHANGE_CODE_PAUSED},
	{"recovery.made", MSG_MAIL_CHANGE_RECOVERY_MADE},
	{"recovery.used", MSG_MAIL_CHANGE_RECOVERY_USED},
	{"slip.made", MSG_MAIL_CHANGE_SLIP_MADE},
	{"slip.used", MSG_MAIL_CHANGE_SLIP_USED},
	{"quiet.begun", MSG_MAIL_CHANGE_QUIET_BEGUN},
	{"passkey.added", MSG_MAIL_CHANGE_PASSKEY_ADDED},
	{"passkey.counter", MSG_MAIL_CHANGE_PASSKEY_COUNTER},
};

/* What the detail lines say. */
struct facts {
	enum msg change;
	struct str what, address, browser;
	int64_t at_s, until_s;           /* until_s 0: nothing can be taken back */
};

static enum msg change_of(struct str template)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (str_is(template, changes[i].change))
			return changes[i].words;
	return MSG_MAIL_CHANGE_OTHER;
}

static void facts_read(struct str detail, struct facts *out)
{
	while (detail.ptr && detail.len) {
		struct str value = str_cut(&detail, '\n'), key = str_cut(&value, '=');

		if (str_is(key, "what"))
			out->what = value;
		else if (str_is(key, "address"))
			out->address = value;
		else if (str_is(key, "browser"))
			out->browser = value;
		else if (str_is(key, "at") && str_to_i64(value, INT64_MAX, &out->at_s) != RC_OK)
			out->at_s = 0;
		else if (str_is(key, "until") && str_to_i64(value, INT64_MAX, &out->until_s) != RC_OK)
			out->until_s = 0;
	}
}

/* One language, as lines; text and HTML are made of the same ones. */
struct letter {
	struct str training, greeting, lead, facts[5], not_you, never, end;
	size_t n_facts;
};

static struct str helpdesk_of(struct arena *a, const struct config *c)
{
	bool both = c->helpdesk.email.len && c->helpdesk.phone.len;

	return arena_printf(a, "%.*s%s%.*s", STR_ARG(c->helpdesk.email), both ? ", " : "", STR_ARG(c->helpdesk.phone));
}

/* A device's name; of a recovery code how many are left, of a quiet period when it ends. */
static struct str what_text(struct arena *a, enum lang lang, const struct facts *f)
{
	int64_t n;

	if (f->change == MSG_MAIL_CHANGE_RECOVERY_USED && str_to_i64(f->what, INT64_MAX, &n) == RC_OK)
		return words_text(a, lang, MSG_MAIL_NOTICE_LEFT, WORDS(NUMBER("n", n)));
	if (f->change == MSG_MAIL_CHANGE_QUIET_BEGUN && str_to_i64(f->what, INT64_MAX, &n) == RC_OK)
		return words_text(a, lang, MSG_MAIL_NOTICE_OPENS, WORDS(WORD("time", time_full(a, lang, n))));
	return words_text(a, lang, MSG_MAIL_NOTICE_WHAT, WORDS(WORD("what", f->what)));
}

static void letter_write(struct arena *a, const struct config *c, enum lang lang, const struct facts *f, const struct user *u,
                         struct letter *l)
{
	struct str change = words_raw(lang, f->change), desk = helpdesk_of(a, c);
	struct str name = u->name.len ? u->name : u->shown;

	*l = (struct letter){.n_facts = 0};
	if (c->training_session.len)
		l->training = words_text(a, lang, MSG_MAIL_TRAINING_LINE, WORDS(WORD("session", c->training_session)));
	l->greeting = words_text(a, lang, MSG_MAIL_GREETING, WORDS(WORD("name", name), WORD("user", u->shown)));
	l->lead = words_text(a, lang, MSG_MAIL_NOTICE_LEAD, WORDS(WORD("change", change)));
	if (f->what.len)
		l->facts[l->n_facts++] = what_text(a, lang, f);
	l->facts[l->n_facts++] = words_text(a, lang, MSG_MAIL_NOTICE_TIME, WORDS(WORD("time", time_full(a, lang, f->at_s))));
	if (f->address.len)
		l->facts[l->n_facts++] = words_text(a, lang, MSG_MAIL_NOTICE_FROM, WORDS(WORD("address", f->address)));
	if (f->browser.len)
		l->facts[l->n_facts++] = words_text(a, lang, MSG_MAIL_NOTICE_BROWSER, WORDS(WORD("browser", f->browser)));
	if (f->until_s)
		l->facts[l->n_facts++] = words_text(a, lang, MSG_MAIL_NOTICE_UNTIL,
		                                    WORDS(WORD("time", time_full(a, lang, f->until_s)),
		                                          WORD("url", arena_printf(a, "%.*s/account/devices", STR_ARG(c->base_url)))));
	if (desk.len)
		l->not_you = words_text(a, lang, MSG_MAIL_NOT_YOU_DESK, WORDS(WORD("helpdesk", desk)));
	else
		l->not_you = words_raw(lang, MSG_MAIL_NOT_YOU);
	l->never = words_raw(lang, MSG_MAIL_NEVER_ASK);
	l->end = words_text(a, lang, MSG_MAIL_END, WORDS(WORD("organisation", c->organisation), WORD("url", c->base_url)));
}

static void line(struct buf *b, struct str s)
{
	buf_add(b, s);
	buf_char(b, '\n');
}

static void letter_text(struct buf *b, const struct letter *l)
{
	if (l->training.len) {
		line(b, l->training);
		buf_char(b, '\n');
	}
	line(b, l->greeting);
	buf_char(b, '\n');
	line(b, l->lead);
	for (size_t i = 0; i < l->n_facts; i++) {
		buf_lit(b, "  ");
		line(b, l->facts[i]);
	}
	buf_char(b, '\n');
	line(b, l->not_you);
	line(b, l->never);
	line(b, l->end);
}

static void para(struct buf *b, struct str s)
{
	buf_lit(b, "<p>");
	html_text(b, s);
	buf_lit(b, "</p>\n");
}

static void letter_html(struct buf *b, enum lang lang, const struct letter *l, struct str heading)
{
	buf_printf(b, "<div lang=\"%s\">\n<h1 style=\"font-size:20px\">", lang == LANG_EN ? "en" : "id");
	html_text(b, heading);
	buf_lit(b, "</h1>\n");
	if (l->training.len)
		para(b, l->training);
	para(b, l->greeting);
	para(b, l->lead);
	buf_lit(b, "<ul>\n");
	for (size_t i = 0; i < l->n_facts; i++) {
		buf_lit(b, "<li>");
		html_text(b, l->facts[i]);
		buf_lit(b, "</li>\n");
	}
	buf_lit(b, "</ul>\n");
	para(b, l->not_you);
	para(b, l->never);
	para(b, l->end);
	buf_lit(b, "</div>\n");
}

/* A name that cannot end the header's phrase. */
static struct str phrase(struct arena *a, struct str name)
{
	struct buf b;

	buf_init(&b, a, name.len + 1, name.len + 1);
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] >= 0x20 && !str_has(S("<>\"\\@,;:()[]"), name.ptr[i]))
			buf_char(&b, name.ptr[i]);
	return buf_str(&b);
}

static struct str host_of(struct str url)
{
	struct str rest = url;

	str_cut(&rest, '/');
	str_cut(&rest, '/');
	rest = str_cut(&rest, '/');
	return str_cut(&rest, ':');
}

/* In front of the subject and of the sender's name. */
static struct str training(struct arena *a, const struct config *c, enum lang lang, struct str text)
{
	struct str mark;

	if (!c->training_session.len)
		return text;
	mark = words_raw(lang, MSG_MAIL_TRAINING);
	return arena_printf(a, "%.*s %.*s", STR_ARG(mark), STR_ARG(text));
}

enum rc mail_render(struct arena *a, const struct config *c, const struct mail *m, const struct user *u, struct courier_job *out)
{
	enum lang first = str_is(m->lang, "en") ? LANG_EN : LANG_ID, second = first == LANG_EN ? LANG_ID : LANG_EN;
	struct letter mine, other;
	struct facts f;
	struct buf text, html;
	struct str subjects[LANG_COUNT], from;

	*out = (struct courier_job){.id = m->id};
	f = (struct facts){.change = change_of(m->template)};
	facts_read(m->detail, &f);
	letter_write(a, c, first, &f, u, &mine);
	letter_write(a, c, second, &f, u, &other);
	for (size_t i = 0; i < LANG_COUNT; i++)
		subjects[i] = words_text(a, (enum lang)i, MSG_MAIL_NOTICE_SUBJECT, WORDS(WORD("change", words_raw((enum lang)i, f.change))));
	buf_init(&text, a, 4096, 20 * 1024);
	letter_text(&text, &mine);
	buf_lit(&text, "\n----\n\n");
	line(&text, subjects[second]);
	buf_char(&text, '\n');
	letter_text(&text, &other);
	buf_init(&html, a, 8192, 20 * 1024);
	buf_lit(&html, "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head>\n<body style=\"font:16px/1.5 sans-serif\">\n");
	letter_html(&html, first, &mine, subjects[first]);
	buf_lit(&html, "<hr>\n");
	letter_html(&html, second, &other, subjects[second]);
	buf_lit(&html, "</body></html>\n");
	if (!buf_ok(&text) || !buf_ok(&html))
		return RC_MALFORMED;
	from = training(a, c, first, phrase(a, c->organisation));
	out->from = arena_printf(a, "%.*s <noreply@%.*s>", STR_ARG(from), STR_ARG(host_of(c->base_url)));
	out->to = m->to;
	out->subject = training(a, c, first, subjects[first]);
	out->text = buf_str(&text);
	out->html = buf_str(&html);
	return RC_OK;
}
