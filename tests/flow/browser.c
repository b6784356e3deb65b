#include <stdio.h>

#include "base/codec.h"
#include "world.h"

struct str jar(const char *value)
{
	return value[0] ? str_of(value) : STR_NONE;
}

struct browser browser_new(void)
{
	struct browser b = {0};
	struct arena *a = arena_new(4096, 1 << 16);
	unsigned char hash[STORE_HASH];
	struct str value;

	assert_int_equal(cookie_new(a, &value, hash), RC_OK);
	snprintf(b.signin, sizeof(b.signin), "%.*s", STR_ARG(value));
	arena_free(&a);
	return b;
}

static void keep(char *into, size_t room, struct str value)
{
	if (value.len && value.ptr != into)
		snprintf(into, room, "%.*s", STR_ARG(value));
}

/* As the pages do it: the sign-in cookie goes when the session comes. */
static enum signin_screen done(struct browser *b)
{
	keep(b->signin, sizeof(b->signin), b->at.signin_cookie);
	keep(b->known, sizeof(b->known), b->at.known_cookie);
	if (b->at.session_cookie.len) {
		keep(b->session, sizeof(b->session), b->at.session_cookie);
		b->signin[0] = '\0';
	}
	return b->at.screen;
}

static struct visit visit_of(struct world *w, const struct browser *b)
{
	struct visit v = world_visit(w);

	v.known = jar(b->known);
	return v;
}

enum signin_screen go_look(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_look(&w->flow, &v, jar(b->signin), &b->at);
	return done(b);
}

enum signin_screen go_user(struct world *w, struct browser *b, const char *type, const char *login)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_user(&w->flow, &v, jar(b->signin), str_of(type), str_of(login), STR_NONE, &b->at);
	return done(b);
}

enum signin_screen go_password(struct world *w, struct browser *b, const char *password, bool agree)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_password(&w->flow, &v, jar(b->signin), str_of(password), &b->captcha, agree, &b->at);
	return done(b);
}

enum signin_screen go_one_page(struct world *w, struct browser *b, const char *type, const char *login, const char *password, bool agree)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_one_page(&w->flow, &v, jar(b->signin), str_of(type), str_of(login), str_of(password), &b->captcha, agree,
	                        STR_NONE, &b->at);
	return done(b);
}

enum signin_screen go_more_time(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_more_time(&w->flow, &v, jar(b->signin), &b->at);
	return done(b);
}

enum signin_screen go_code(struct world *w, struct browser *b, struct str code)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_code(&w->flow, &v, jar(b->signin), code, &b->at);
	return done(b);
}

enum signin_screen go_terms(struct world *w, struct browser *b, bool agree)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_terms(&w->flow, &v, jar(b->signin), agree, &b->at);
	return done(b);
}

enum signin_screen go_recovery(struct world *w, struct browser *b, struct str code)
{
	struct visit v = visit_of(w, b);

	b->rc = recovery_signin(&w->flow, &v, jar(b->signin), code, &b->at);
	return done(b);
}

enum signin_screen go_slip(struct world *w, struct browser *b, struct str slip)
{
	struct visit v = visit_of(w, b);

	b->rc = first_signin(&w->flow, &v, jar(b->signin), slip, &b->at);
	return done(b);
}

enum signin_screen go_leave(struct world *w, struct browser *b, bool sure)
{
	struct visit v = visit_of(w, b);

	b->rc = signin_leave(&w->flow, &v, jar(b->signin), sure, &b->at);
	return done(b);
}

/* ---- activation ---------------------------------------------------------------------------------------- */

static struct enrol_by by_of(const struct browser *b)
{
	if (b->signin[0])
		return (struct enrol_by){.kind = HOLDER_SIGNIN, .cookie = jar(b->signin)};
	return (struct enrol_by){.kind = HOLDER_SESSION, .cookie = jar(b->session)};
}

static enum enrol_screen enrol_done(struct browser *b)
{
	keep(b->signin, sizeof(b->signin), b->enrol.signin_cookie);
	keep(b->known, sizeof(b->known), b->enrol.known_cookie);
	if (b->enrol.session_cookie.len) {
		keep(b->session, sizeof(b->session), b->enrol.session_cookie);
		b->signin[0] = '\0';
	}
	return b->enrol.screen;
}

enum enrol_screen go_enrol_look(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_look(&w->flow, &v, by_of(b), &b->enrol);
	return enrol_done(b);
}

enum enrol_screen go_enrol_begin(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_begin(&w->flow, &v, by_of(b), &(struct enrol_wish){.here = true}, &b->enrol);
	return enrol_done(b);
}

enum enrol_screen go_enrol_wish(struct world *w, struct browser *b, enum replaces_how how, int64_t device)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_begin(&w->flow, &v, by_of(b), &(struct enrol_wish){.how = how, .device = device}, &b->enrol);
	return enrol_done(b);
}

enum enrol_screen go_enrol_renew(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_renew(&w->flow, &v, by_of(b), &b->enrol);
	return enrol_done(b);
}

enum enrol_screen go_enrol_confirm(struct world *w, struct browser *b, const char *name, struct str code)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_confirm(&w->flow, &v, by_of(b), str_of(name), code, &b->enrol);
	return enrol_done(b);
}

void go_enrol_leave(struct world *w, struct browser *b)
{
	struct visit v = visit_of(w, b);

	b->rc = enrol_leave(&w->flow, &v, by_of(b));
}

/* ---- the usual way -------------------------------------------------------------------------------------- */

enum signin_screen go_to_second(struct world *w, struct browser *b, const char *type, struct person p)
{
	assert_int_equal(go_user(w, b, type, p.login), SCREEN_PASSWORD);
	go_password(w, b, PASSWORD, true);
	assert_int_equal(b->rc, RC_OK);
	assert_int_equal(b->at.told.say, SAY_NOTHING);
	return b->at.screen;
}

void go_in(struct world *w, struct browser *b, const char *type, struct person p, const struct phone *phone)
{
	enum signin_screen at = go_to_second(w, b, type, p);

	if (phone) {
		assert_int_equal(at, SCREEN_CODE);
		at = go_code(w, b, phone_code(w, phone, 0));
		assert_int_equal(b->rc, RC_OK);
	}
	assert_int_equal(at, SCREEN_DONE);
	assert_true(b->session[0] != '\0');
}

enum rc who_is(struct world *w, struct str cookie, struct who *out)
{
	struct tx *tx;
	enum rc rc;

	assert_int_equal(store_view(w->flow.store, &tx), RC_OK);
	rc = session_find(&w->flow, tx, w->arena, w->now_s, cookie, out);
	store_abandon(&tx);
	return rc;
}

struct who who_must(struct world *w, struct browser *b)
{
	struct who who;

	assert_int_equal(who_is(w, jar(b->session), &who), RC_OK);
	return who;
}

/* ---- paper --------------------------------------------------------------------------------------------- */

struct recovery_set recovery_new(struct world *w, struct person p)
{
	struct visit v = world_visit_of(w, w->life);
	struct session s = {.user = p.id, .began_s = w->now_s, .seen_s = w->now_s, .ends_s = w->now_s + 3600, .pwd_s = w->now_s,
	                    .otp_s = w->now_s, .fresh_s = w->now_s, .address = v.address, .browser = v.browser};
	struct recovery_set set;
	struct str cookie;
	struct who who;
	struct tx *tx;

	/* A session from behind the store's back, for the moment: no story begins it. */
	assert_int_equal(store_id_new(&s.id), RC_OK);
	assert_int_equal(cookie_new(w->life, &cookie, s.token), RC_OK);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_epoch_get(tx, &s.epoch), RC_OK);
	assert_int_equal(store_session_add(tx, &s), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	assert_int_equal(who_is(w, cookie, &who), RC_OK);
	assert_int_equal(recovery_make(&w->flow, &v, &who, &set), RC_OK);
	assert_int_equal(set.n, RECOVERY_CODES);
	world_do(w, "DELETE FROM session WHERE id = ?1", s.id);
	return set;
}

struct str slip_new(struct world *w, struct person p)
{
	struct visit v = world_visit_of(w, w->life);
	struct user u;
	struct str slip;
	int64_t expires_s;
	struct tx *tx;

	assert_int_equal(store_view(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_user_get(tx, w->life, p.id, &u), RC_OK);
	store_abandon(&tx);
	assert_int_equal(first_slip_make(&w->flow, &v, &u, S("cli"), &slip, &expires_s), RC_OK);
	return slip;
}
