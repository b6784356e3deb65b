#include "flow/trace.h"

#include "base/buf.h"
#include "base/codec.h"

enum rc ref_new(struct arena *a, struct str *ref)
{
	static const char letters[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ"; /* 30: a byte below 240 is even over them */
	char out[6];
	size_t n = 0;

	*ref = STR_NONE;
	while (n < 5) {
		unsigned char b;

		if (random_bytes(&b, 1) != RC_OK)
			return RC_FAULT;
		if (b < 240)
			out[n++] = letters[b % 30];
	}
	*ref = arena_printf(a, "%.2s-%.3s", out, out + 2);
	return RC_OK;
}

enum rc trace_audit(struct tx *tx, const struct visit *v, const struct user *u, struct str typed_login, const char *event,
                    bool ok, struct audit *fill)
{
	fill->at_s = v->now_s;
	fill->user = u ? u->id : 0;
	fill->login = u && u->id ? u->shown : str_n(typed_login.ptr, typed_login.len > USER_LOGIN_MAX ? USER_LOGIN_MAX : typed_login.len);
	fill->event = str_of(event);
	fill->result = ok ? S("ok") : S("refused");
	fill->address = v->address;
	fill->browser = v->browser;
	if (!ok && ref_new(v->arena, &fill->ref) != RC_OK)
		return RC_FAULT;
	return store_audit_add(tx, fill);
}

/* A value of the detail's lines: nothing in it can begin another line. */
static struct str one_line(struct arena *a, struct str s)
{
	char *out = arena_cstr(a, s);

	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)out[i] < ' ')
			out[i] = ' ';
	return str_n(out, s.len);
}

/* Mail readers make a link of "http://x" and of "x.example": behind a dot or colon comes a space. */
static struct str no_link(struct arena *a, struct str s)
{
	struct buf b;

	buf_init(&b, a, 2 * s.len + 1, 2 * s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		buf_char(&b, s.ptr[i]);
		if (str_has(S(".:@"), s.ptr[i]) && i + 1 < s.len && s.ptr[i + 1] != ' ')
			buf_char(&b, ' ');
	}
	return buf_str(&b);
}

enum rc trace_notice_until(struct tx *tx, const struct visit *v, const struct user *u, const char *change, struct str what,
                           int64_t until_s)
{
	struct mail m = {.user = u->id, .about = u->id};
	struct str one = no_link(v->arena, one_line(v->arena, what)), address = one_line(v->arena, v->address);
	struct str browser = one_line(v->arena, v->browser);

	if (u->email.len == 0)
		return RC_OK;
	if (store_id_new(&m.id) != RC_OK)
		return RC_FAULT;
	m.template = str_of(change);
	m.lang = v->lang == LANG_EN ? S("en") : S("id");
	m.detail = arena_printf(v->arena, "what=%.*s\nat=%lld\naddress=%.*s\nbrowser=%.*s\n", STR_ARG(one),
	                        (long long)v->now_s, STR_ARG(address), STR_ARG(browser));
	if (until_s)
		m.detail = arena_printf(v->arena, "%.*suntil=%lld\n", STR_ARG(m.detail), (long long)until_s);
	m.to = u->email;
	m.written_s = m.next_s = v->now_s;
	return store_mail_add(tx, &m);
}

enum rc trace_notice(struct tx *tx, const struct visit *v, const struct user *u, const char *change, struct str what)
{
	return trace_notice_until(tx, v, u, change, what, 0);
}

enum rc trace_notice_hourly(struct tx *tx, const struct visit *v, const struct user *u, const char *change)
{
	enum rc rc = store_mail_told(tx, u->id, str_of(change), v->now_s - 60 * 60);

	if (rc == RC_ABSENT)
		return trace_notice(tx, v, u, change, STR_NONE);
	return rc;
}
