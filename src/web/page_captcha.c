/* This browser's captcha, bound to its sign-in cookie: what is seen, what is heard, and what may be worked out instead. */
#include "flow/captcha.h"
#include "web/captcha_picture.h"
#include "web/captcha_sound.h"
#include "web/router.h"

static bool form_of(struct page_call *c, enum captcha_form *out)
{
	static const struct { const char *name; enum captcha_form form; } forms[] = {
		{"signin", CAPTCHA_SIGNIN}, {"reset", CAPTCHA_RESET}, {"forgot", CAPTCHA_FORGOT}, {"helpdesk", CAPTCHA_HELPDESK},
	};
	struct str name = request_query(c->req, "form");

	*out = CAPTCHA_SIGNIN;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*out = forms[i].form;
		if (str_is(name, forms[i].name))
			return true;
	}
	*out = CAPTCHA_SIGNIN;
	return name.len == 0;
}

/* False: the answer is written. Without a cookie, or with captchas off, there is none: 404, and no row. */
static bool drawn(struct page_call *c, enum captcha_kind kind, enum captcha_again again, struct captcha_drawn *out)
{
	enum captcha_form form;
	enum rc rc = RC_ABSENT;

	if (request_query(c->req, "new").len)
		again = CAPTCHA_ANOTHER;
	if (form_of(c, &form))
		rc = captcha_draw(c->f, &c->v, c->signin_cookie, form, kind, again, out);
	if (rc == RC_ABSENT)
		reply_text(c->rep, 404, S("no captcha\n"));
	else if (rc != RC_OK)
		reply_text(c->rep, 503, S("not now\n"));
	return rc == RC_OK;
}

static void show(struct page_call *c, enum rc rc, const char *type, struct str bytes)
{
	if (rc == RC_OK)
		reply_data(c->rep, type, bytes);
	else
		reply_text(c->rep, 503, S("not now\n"));
}

void page_captcha_png(struct page_call *c)
{
	struct captcha_drawn d;
	struct str png;

	if (drawn(c, CAPTCHA_PICTURE, CAPTCHA_FRESH, &d)) {
		enum rc rc = captcha_picture(c->v.arena, d.digits, str_n(d.noise, sizeof(d.noise)), &png);

		show(c, rc, "image/png", png);
	}
}

void page_captcha_wav(struct page_call *c)
{
	struct captcha_drawn d;
	struct str wav;

	if (drawn(c, CAPTCHA_PICTURE, CAPTCHA_SAME, &d)) {
		enum rc rc = captcha_sound(c->v.arena, c->v.lang, d.digits, str_n(d.noise, sizeof(d.noise)), &wav);

		show(c, rc, "audio/wav", wav);
	}
}

void page_captcha_json(struct page_call *c)
{
	struct captcha_drawn d;

	if (drawn(c, CAPTCHA_WORK, CAPTCHA_FRESH, &d))
		show(c, RC_OK, "application/json", d.challenge);
}
