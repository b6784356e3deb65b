/*
 * devices_world: the acts on devices with the session of a browser, and a person with three phones at a cap of three. For the
 * tests of devices; each function asserts nothing of what the story decides.
 */
#ifndef DEVICES_WORLD_H
#define DEVICES_WORLD_H

#include "world.h"

#include <stdio.h>

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* ---- calls with the session of a browser ------------------------------------------------------------------- */

static inline struct told remove_it(struct world *w, struct browser *b, int64_t device)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_remove(&w->flow, &v, &who, device, &told);
	return told;
}

static inline struct told rename_it(struct world *w, struct browser *b, int64_t device, const char *name)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_rename(&w->flow, &v, &who, device, str_of(name), &told);
	return told;
}

static inline struct told restore(struct world *w, struct browser *b, int64_t device, int64_t instead)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = device_restore(&w->flow, &v, &who, device, instead, &told);
	return told;
}

static inline struct told disable(struct world *w, struct browser *b)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct told told;

	b->rc = account_mfa_disable(&w->flow, &v, &who, &told);
	return told;
}

static inline struct device_list list(struct world *w, struct browser *b)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct device_list out;

	assert_int_equal(account_devices(&w->flow, &v, &who, &out), RC_OK);
	return out;
}

static inline struct device_view look(struct world *w, struct browser *b, int64_t device)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct device_view out;

	b->rc = device_look(&w->flow, &v, &who, device, &out);
	return out;
}

static inline void prove(struct world *w, struct browser *b, const struct phone *phone)
{
	struct who who = who_must(w, b);
	struct visit v = world_visit(w);
	struct confirm out;

	assert_int_equal(account_confirm(&w->flow, &v, &who, S(PASSWORD), phone_code(w, phone, 0), &out), RC_OK);
	assert_int_equal(out.told.say, SAY_DONE);
	snprintf(b->session, sizeof(b->session), "%.*s", STR_ARG(out.session_cookie));
}

static inline bool is_in(struct world *w, const struct browser *b)
{
	struct who who;

	return who_is(w, jar(b->session), &who) == RC_OK;
}

static inline int64_t state_of(struct world *w, int64_t device)
{
	return world_count(w, "SELECT state FROM device WHERE id = ?1", device);
}

static inline int64_t active(struct world *w, struct person p)
{
	return world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1 AND user_id = ?1", p.id);
}

static inline int64_t mails(struct world *w, const char *template)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM outbox WHERE template = '%s'", template);
	return world_count(w, sql, 0);
}

static inline int64_t lines(struct world *w, const char *event, const char *device)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM audit WHERE event = '%s' AND result = 'ok' AND device = '%s'", event, device);
	return world_count(w, sql, 0);
}

/* Three phones of one person, the third used last; the cap is three. */
struct scene {
	struct world *w;
	struct person p;
	struct phone old, middle, newest;
	struct browser b;
};

static inline struct scene full(enum when_full when, const char *type)
{
	struct scene s = {.w = world_new(), .b = browser_new()};

	world_type(s.w, type)->policy.devices_when_full = when;
	s.p = person_new(s.w, "penyedia1", type);
	s.old = phone_new(s.w, s.p, "HP lama");
	s.middle = phone_new(s.w, s.p, "HP Kantor");
	s.newest = phone_new(s.w, s.p, "HP saya");
	world_do(s.w, "UPDATE device SET added_s = added_s - 3000, used_s = added_s + 3000 WHERE id = ?1", s.old.device);
	world_do(s.w, "UPDATE device SET added_s = added_s - 2000 WHERE id = ?1", s.middle.device);
	world_do(s.w, "UPDATE device SET added_s = added_s - 1000 WHERE id = ?1", s.newest.device);
	go_in(s.w, &s.b, type, s.p, &s.newest);
	return s;
}

/* Pressed, scanned, sent. */
static inline struct phone instead_of(struct scene *s, enum replaces_how how, int64_t device, const char *name)
{
	struct phone phone;

	assert_int_equal(go_enrol_wish(s->w, &s->b, how, device), ENROL_OPEN);
	phone = phone_scan(&s->b.enrol);
	assert_int_equal(go_enrol_confirm(s->w, &s->b, name, phone_code(s->w, &phone, 0)), ENROL_DONE);
	phone.device = world_count(s->w, "SELECT id FROM device WHERE user_id = ?1 ORDER BY number DESC LIMIT 1", s->p.id);
	return phone;
}

#endif
