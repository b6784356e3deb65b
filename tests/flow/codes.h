/*
 * codes: one person with a phone, standing before the code form, and codes of which is known what they fit.
 *
 * The surprising rule: a code fits some other time or another phone by chance, once in 160 times; shown() waits until the
 * phone shows one that fits where it should and nowhere else.
 */
#ifndef TESTS_FLOW_CODES_H
#define TESTS_FLOW_CODES_H

#include <stdio.h>
#include <stdlib.h>

#include "base/codec.h"
#include "vault_calls.h"
#include "world.h"

struct scene {
	struct world *w;
	struct person p;
	struct phone phone;
	struct browser b;
	char secrets[16][64];
	size_t n_secrets;
};

/* Also of a phone that the test made itself: its codes must fit where it says and nowhere else. */
static void know(struct scene *s, const struct phone *p)
{
	assert_true(s->n_secrets < sizeof(s->secrets) / sizeof(s->secrets[0]));
	snprintf(s->secrets[s->n_secrets++], sizeof(s->secrets[0]), "%s", p->secret);
}

static struct phone know_new(struct scene *s, const char *name)
{
	struct phone p = phone_new(s->w, s->p, name);

	know(s, &p);
	return p;
}

static struct scene scene_new(const char *type)
{
	struct scene s = {.w = world_new(), .b = browser_new()};

	vault_knows_passwords = true;
	s.p = person_new(s.w, "penyedia1", type);
	s.phone = know_new(&s, "HP Kantor");
	assert_int_equal(go_to_second(s.w, &s.b, type, s.p), SCREEN_CODE);
	return s;
}

static enum say send(struct scene *s, struct str code)
{
	enum signin_screen at = go_code(s->w, &s->b, code);

	assert_int_equal(s->b.rc, RC_OK);
	return at == SCREEN_DONE ? SAY_DONE : s->b.at.told.say;
}

/* By chance a code fits another time or another phone, too, once in 160 times. */
static bool fits_once(struct scene *s, const struct phone *p, int steps, struct str code)
{
	int64_t now = s->w->now_s / 30, off = (s->w->now_s - p->slow_s) / 30 + steps - now;

	for (size_t i = 0; i < s->n_secrets; i++) {
		int64_t want = strcmp(s->secrets[i], p->secret) == 0 && llabs(off) <= 3120 ? off : INT64_MIN;
		struct str seed;

		assert_int_equal(base32_decode(s->w->arena, str_of(s->secrets[i]), &seed), RC_OK);
		if (totp_search(seed, code.ptr, now, 3120) != want)
			return false;
	}
	return true;
}

/* The code that the phone shows; a little later if this one fits twice. */
static struct str shown(struct scene *s, const struct phone *p, int steps)
{
	struct str code = phone_code(s->w, p, steps);

	while (!fits_once(s, p, steps, code)) {
		s->w->now_s += 30;
		code = phone_code(s->w, p, steps);
	}
	return arena_str(s->w->life, code);
}

/* The code on the phone, at its own idea of the time. */
static enum say send_shown(struct scene *s)
{
	return send(s, shown(s, &s->phone, 0));
}

static int64_t tries(struct scene *s)
{
	return world_count(s->w, "SELECT COUNT(*) FROM code_try WHERE user_id = ?1", s->p.id);
}

static void retire(struct scene *s, struct phone *old, int64_t at_s)
{
	struct tx *tx;

	assert_int_equal(store_begin(s->w->flow.store, &tx), RC_OK);
	assert_int_equal(store_device_retire(tx, s->p.id, old->device, at_s), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
}

#endif
