/*
 * captcha: is a puzzle due on this form, and was it solved? State in the store, spent before anything is hashed.
 *
 *   GET /captcha.png ──▶ captcha_draw ─┐                    ┌─ right: go on
 *   GET /captcha.json ─▶ captcha_draw ─┴─▶ row ── captcha_spend ─┴─ wrong or none: SAY_CAPTCHA_WRONG, nothing else is looked at
 *
 * Two kinds: digits in a picture (with the same digits as sound), and proof of work (ALTCHA v2), which a browser with
 * scripts solves by itself. Either is enough. A row is spent by the statement that reads it: right or wrong, it
 * is gone (R-TH-12). A form that is incomplete spends nothing.
 * The surprising rule: whether one is due is asked of the login as typed, so that known and unknown ones look alike.
 */
#ifndef FLOW_CAPTCHA_H
#define FLOW_CAPTCHA_H

#include "flow/flow.h"

/* What the form brought; both may be absent, and a NULL pointer to it stands for neither. */
struct captcha_answer {
	struct str text;  /* the digits, as typed */
	struct str work;  /* ALTCHA's payload: base64 of JSON */
};

#endif
