#include "flow/captcha.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "core/altcha.h"
#include "flow/session.h"

/* What is kept of a picture: its digits, then what its noise begins with. */
enum { PICTURE_KEPT = CAPTCHA_DIGITS + CAPTCHA_NOISE };

bool captcha_given(const struct captcha_answer *a)
{
	return a && (str_trim(a->text).len || a->work.len);
}

/* ---- is one due? ---------------------------------------------------------------------------------------- */

static enum rc alarmed(struct tx *tx, const struct visit *v, bool *yes)
{
	struct str until;
	int64_t until_s = 0;
	enum rc rc = store_meta_get(tx, v->arena, CAPTCHA_ALARM, &until);

	*yes = rc == RC_OK && str_to_i64(until, INT64_MAX, &until_s) == RC_OK && v->now_s < until_s;
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc due_after_failures(struct tx *tx, const struct visit *v, const unsigned char *login_hash, bool known, bool *due)
{
	struct password_tries tries = {0};
	enum rc rc = alarmed(tx, v, due);

	if (rc == RC_OK && login_hash)
		rc = store_password_tries_get(tx, login_hash, known, &tries);
	if (rc == RC_OK && tries.failures >= CAPTCHA_AFTER)
		*due = true;
	return rc;
}

enum rc captcha_due(struct flow *f, struct tx *tx, const struct visit *v, const struct policy *p, const unsigned char *login_hash,
                    bool known, bool *due)
{
	*due = true;
	if (f->config->captcha == CAPTCHA_MODE_OFF)
		*due = false;
	else
		switch (p->captcha) {
		case CAPTCHA_ALWAYS:
			break;
		case CAPTCHA_AFTER_FAILURES:
			return due_after_failures(tx, v, login_hash, known, due);
		case CAPTCHA_NEVER:
			*due = false;
			break;
		}
	return RC_OK;
}

bool captcha_at_first(struct flow *f, const struct visit *v, const struct config_type *form)
{
	struct tx *tx;
	bool due = true;

	if (store_view(f->store, &tx) != RC_OK)
		return true;
	if (captcha_due(f, tx, v, &form->policy, NULL, false, &due) != RC_OK)
		due = true;
	store_abandon(&tx);
	return due;
}

/* ---- drawing -------------------------------------------------------------------------------------------- */

#ifdef TEST_CLOCK
/* Test builds: guides are followed with an answer that is known. A release has no such code. */
static void digits_of_test(char digits[CAPTCHA_DIGITS])
{
	struct str given = str_of(getenv("GERBANG_TEST_CAPTCHA"));

	if (given.len == CAPTCHA_DIGITS)
		memcpy(digits, given.ptr, CAPTCHA_DIGITS);
}
#endif

static enum rc draw_picture(const struct visit *v, struct str *kept)
{
	unsigned char raw[sizeof(uint64_t)];
	char *bytes = arena_alloc(v->arena, PICTURE_KEPT);
	uint64_t number;

	if (random_bytes(raw, sizeof(raw)) != RC_OK || random_bytes(bytes + CAPTCHA_DIGITS, CAPTCHA_NOISE) != RC_OK)
		return RC_FAULT;
	memcpy(&number, raw, sizeof(number));
	for (int i = 0; i < CAPTCHA_DIGITS; i++, number /= 10)
		bytes[i] = (char)('0' + number % 10);
#ifdef TEST_CLOCK
	digits_of_test(bytes);
#endif
	*kept = str_n(bytes, PICTURE_KEPT);
	return RC_OK;
}

static enum rc draw_work(const struct visit *v, int64_t expires_s, struct str *kept)
{
	struct altcha_seed seed;

	if (random_bytes(&seed, sizeof(seed)) != RC_OK)
		return RC_FAULT;
	return altcha_make(v->arena, &seed, expires_s, kept);
}

static bool show_kept(enum captcha_kind kind, struct str kept, struct captcha_drawn *out)
{
	switch (kind) {
	case CAPTCHA_PICTURE:
		if (kept.len != PICTURE_KEPT)
			return false;
		out->digits = str_n(kept.ptr, CAPTCHA_DIGITS);
		memcpy(out->noise, kept.ptr + CAPTCHA_DIGITS, CAPTCHA_NOISE);
		return true;
	case CAPTCHA_WORK:
		out->challenge = altcha_challenge(kept);
		return out->challenge.len > 0;
	}
	return false;
}

/* The one that lives, where it may be given out again. RC_ABSENT: draw another. */
static enum rc draw_again(struct flow *f, const struct visit *v, const struct captcha *c, enum captcha_again again,
                          struct captcha_drawn *out)
{
	struct captcha found;
	struct tx *tx;
	enum rc rc;

	if (again == CAPTCHA_ANOTHER)
		return RC_ABSENT;
	rc = store_view(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_captcha_get(tx, v->arena, c->cookie, c->form, c->kind, v->now_s, &found);
	store_abandon(&tx);
	if (rc == RC_OK && again == CAPTCHA_FRESH && found.expires_s - v->now_s < CAPTCHA_S / 2)
		rc = RC_ABSENT;
	if (rc == RC_OK && !show_kept(c->kind, found.answer, out))
		rc = RC_ABSENT;
	return rc;
}

enum rc captcha_draw(struct flow *f, const struct visit *v, struct str cookie, enum captcha_form form, enum captcha_kind kind,
                     enum captcha_again again, struct captcha_drawn *out)
{
	struct captcha c = {.form = form, .kind = kind};
	struct tx *tx;
	enum rc rc;

	*out = (struct captcha_drawn){0};
	if (cookie.len == 0 || f->config->captcha == CAPTCHA_MODE_OFF)
		return RC_ABSENT;
	cookie_hash(cookie, c.cookie);
	rc = draw_again(f, v, &c, again, out);
	if (rc != RC_ABSENT)
		return rc;
	c.made_s = v->now_s;
	c.expires_s = v->now_s + CAPTCHA_S;
	rc = kind == CAPTCHA_PICTURE ? draw_picture(v, &c.answer) : draw_work(v, c.expires_s, &c.answer);
	if (rc == RC_OK)
		rc = store_begin(f->store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_captcha_put(tx, &c);
	/* Lost with the power it is drawn anew: nobody waits for the disk. */
	if (rc == RC_OK)
		rc = store_commit_later(&tx);
	store_abandon(&tx);
	return rc == RC_OK && !show_kept(kind, c.answer, out) ? RC_FAULT : rc;
}

/* ---- judging ---------------------------------------------------------------------------------------------- */

static bool digits_right(struct arena *a, struct str typed, struct str kept)
{
	char *digits = arena_alloc(a, CAPTCHA_DIGITS);
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		if (typed.ptr[i] == ' ')
			continue;
		if (n == CAPTCHA_DIGITS)
			return false;
		digits[n++] = typed.ptr[i];
	}
	return kept.len == PICTURE_KEPT && str_eq_secret(str_n(digits, n), str_n(kept.ptr, CAPTCHA_DIGITS));
}

static enum rc spend_one(struct tx *tx, const struct visit *v, const unsigned char cookie[STORE_HASH], enum captcha_form form,
                         enum captcha_kind kind, struct str given, bool *right)
{
	struct str kept;
	enum rc rc = store_captcha_take(tx, v->arena, cookie, form, kind, v->now_s, &kept);

	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	if (kind == CAPTCHA_PICTURE ? digits_right(v->arena, str_trim(given), kept) : altcha_judge(v->arena, kept, given) == VERDICT_GOOD)
		*right = true;
	return RC_OK;
}

enum rc captcha_spend(struct tx *tx, const struct visit *v, struct str cookie, enum captcha_form form, const struct captcha_answer *a,
                      bool *right)
{
	unsigned char hash[STORE_HASH];
	bool solved = false;
	enum rc rc = RC_OK;

	*right = false;
	cookie_hash(cookie, hash);
	if (a && a->work.len)
		rc = spend_one(tx, v, hash, form, CAPTCHA_WORK, a->work, &solved);
	if (rc == RC_OK && a && a->text.len)
		rc = spend_one(tx, v, hash, form, CAPTCHA_PICTURE, a->text, &solved);
	if (rc == RC_OK && !solved)
		rc = store_refused_count(tx, v->now_s, "captcha");
	*right = rc == RC_OK && solved;
	return rc;
}
