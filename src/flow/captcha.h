/*
 * captcha: is a puzzle due on this form, and was it solved? State in the store, spent before anything is hashed.
 *
 *   GET /captcha.png ──▶ captcha_draw ─┐                    ┌─ right: go on
 *   GET /captcha.json ─▶ captcha_draw ─┴─▶ row ── captcha_spend ─┴─ wrong or none: SAY_CAPTCHA_WRONG, nothing else is looked at
 *
 * Two kinds: digits in a picture (with the same digits as sound), and proof of work (ALTCHA v2), which a browser with
 * scripts solves by itself. Either is enough. A row is spent by the statement that reads it: right or wrong, it
 * is gone. A form that is incomplete spends nothing.
 * The surprising rule: whether one is due is asked of the login as typed and of the type chosen on the form, so that known
 * and unknown ones look alike.
 */
#ifndef FLOW_CAPTCHA_H
#define FLOW_CAPTCHA_H

#include "flow/flow.h"

enum {
	CAPTCHA_DIGITS = 5, CAPTCHA_NOISE = 16,
	CAPTCHA_AFTER = 3, /* after-failures: due after this many failures in a row */
};

/* What the form brought; both may be absent, and a NULL pointer to it stands for neither. */
struct captcha_answer {
	struct str text;  /* the digits, as typed */
	struct str work;  /* ALTCHA's payload: base64 of JSON */
};
bool captcha_given(const struct captcha_answer *a);

/* ---- is one due? ---------------------------------------------------------------------------------------- */

/* For this login (hash NULL: nothing was typed yet) in this class of browser (flow/known.h). `tx` may be a view. */
enum rc captcha_due(struct flow *f, struct tx *tx, const struct visit *v, const struct policy *p, const unsigned char *login_hash,
                    bool known, bool *due) MUST_USE;
/* On a form where nobody typed anything yet; a view of its own. A store that fails says yes: asking too much locks nobody out. */
bool captcha_at_first(struct flow *f, const struct visit *v, const struct config_type *form);

/*
 * Until this second every type but `never` asks always. It stands in the store's meta table
 * (decimal); absent or past: no alarm. Nothing in this version raises one.
 */
#define CAPTCHA_ALARM "captcha.alarm_until"

/* ---- drawing -------------------------------------------------------------------------------------------- */

enum captcha_again {
	CAPTCHA_SAME = 0, /* the one that lives, else another: what is heard is what is seen */
	CAPTCHA_FRESH,    /* the same, unless half its life is over: a page that is loaded again */
	CAPTCHA_ANOTHER,  /* "Klik di sini untuk mengganti kode" */
};
struct captcha_drawn {
	struct str digits;                     /* PICTURE */
	unsigned char noise[CAPTCHA_NOISE];    /* PICTURE: random, kept with the digits: the same picture when it is drawn again */
	struct str challenge;                  /* WORK: the JSON to hand out */
};
/* RC_ABSENT: captchas are off, or there is no cookie to bind one to. Writes a row only when one is needed. */
enum rc captcha_draw(struct flow *f, const struct visit *v, struct str cookie, enum captcha_form form, enum captcha_kind kind,
                     enum captcha_again again, struct captcha_drawn *out) MUST_USE;

/* ---- judging ---------------------------------------------------------------------------------------------- */

/* Inside the caller's transaction, which must be committed whatever the answer: a wrong one is spent too, and counted
 * among the refused. */
enum rc captcha_spend(struct tx *tx, const struct visit *v, struct str cookie, enum captcha_form form, const struct captcha_answer *a,
                      bool *right) MUST_USE;

#endif
