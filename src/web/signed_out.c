#include "web/signed_out.h"

#include "web/frame.h"

struct str signed_out_why(struct page_call *c)
{
	int64_t minutes = c->f->config->session_idle_s / 60;
	bool idle;

	if (c->who || !c->session_cookie.len || session_gone(c->f, &c->v, c->session_cookie, &idle) != RC_OK)
		return STR_NONE;
	return words_text(c->v.arena, c->v.lang, idle ? MSG_SIGNIN_OUT_IDLE : MSG_SIGNIN_OUT_ENDED, WORDS(NUMBER("n", minutes)));
}
