/*
 * world: everything that a story stands on, for tests: a real SQLite file on tmpfs, a real vault with a key of its
 * own, a configuration with one type per policy, people, their phones and their browsers, and a clock set by hand.
 *
 * The surprising rule: nothing here knows a rule of sign-in. What may happen is stated by the tests; what did happen
 * is read from the tables with SQL of our own (world_count), not through the store.
 *
 *   world_new ─ person_new ─ phone_new ─┬─ browser: go_user, go_password, go_code ...   each calls one story
 *                                        └─ world_count("SELECT ...")
 *
 * Who holds what: the world lives until world_free; what a story returns lives in w->arena until world_reset.
 */
#ifndef WORLD_H
#define WORLD_H

#include "../unit/test.h"

#include "flow/account.h"
#include "flow/enrol.h"
#include "flow/first.h"
#include "flow/recovery.h"
#include "flow/signin.h"

#define PASSWORD "kelapa jendela sepatu hujan"
#define PASSWORD_2 "gunting meja awan kelinci"
#define WRONG "bukan yang ini sama sekali"
#define NOWHERE 1800000000 /* the moment at which each world begins */

struct world {
	struct arena *life, *arena;
	struct config config;
	struct flow flow;
	char folder[64];
	struct sqlite3 *db; /* our own connection, for what is asked behind the store's back */
	int64_t now_s;
};

/* A group's set-up and tear-down: one vault for all its worlds. */
int world_group_begin(void **state);
int world_group_end(void **state);
struct world *world_new(void);
void world_free(struct world **w);
/* The store closed and opened again, as after a restart. */
void world_restart(struct world *w);
/* What the stories returned so far is gone. */
void world_reset(struct world *w);
struct visit world_visit(struct world *w);
/* Of one thread: its own arena and address. */
struct visit world_visit_of(struct world *w, struct arena *a);
struct config_type *world_type(struct world *w, const char *id);

/* The first column of the first row; `id` is ?1. Counts what is really there. */
int64_t world_count(struct world *w, const char *sql, int64_t id);
int64_t world_sessions(struct world *w, int64_t user);
/* One statement, as an operator with sqlite3 would. */
void world_do(struct world *w, const char *sql, int64_t id);
void world_script(struct world *w, const char *sql);
/* Everything that could grant anything, as one number: changes when and only when one of those rows does. */
int64_t world_print(struct world *w);

struct person {
	int64_t id;
	char login[64];
};
/* With PASSWORD, which is hashed once per login in the whole program. */
struct person person_new(struct world *w, const char *login, const char *type);
void person_lock(struct world *w, struct person p, bool locked);

/* An entry in an app: what was shown, and how wrong the phone's clock is. */
struct phone {
	int64_t device;
	char secret[64];
	int64_t slow_s; /* below zero: fast */
};
/* A device that counts already, last used long ago. */
struct phone phone_new(struct world *w, struct person p, const char *name);
struct phone phone_scan(const struct enrol_state *shown);
/* The code that it shows at the world's now, moved by `steps`. Lives in w->arena. */
struct str phone_code(struct world *w, const struct phone *p, int steps);
/* Six digits that no step near now has, others at each call: the same ones again would be a refresh (flow/resent.h). */
struct str phone_wrong(struct world *w, const struct phone *p);

/* A browser: two cookies, and what it was told last. Empty values are no cookie. */
struct browser {
	char signin[64], session[64], known[64];
	struct captcha_answer captcha; /* goes with the next password */
	struct signin_state at;
	struct enrol_state enrol;
	enum rc rc;
};
struct browser browser_new(void);
struct str jar(const char *value); /* a cookie's value, absent when empty */

/* Each calls the story, asserts nothing, keeps the cookies as a browser would, and returns the screen. */
enum signin_screen go_look(struct world *w, struct browser *b);
enum signin_screen go_user(struct world *w, struct browser *b, const char *type, const char *login);
enum signin_screen go_password(struct world *w, struct browser *b, const char *password, bool agree);
enum signin_screen go_one_page(struct world *w, struct browser *b, const char *type, const char *login, const char *password, bool agree);
enum signin_screen go_more_time(struct world *w, struct browser *b);
enum signin_screen go_code(struct world *w, struct browser *b, struct str code);
enum signin_screen go_terms(struct world *w, struct browser *b, bool agree);
enum signin_screen go_recovery(struct world *w, struct browser *b, struct str code);
enum signin_screen go_slip(struct world *w, struct browser *b, struct str slip);
enum signin_screen go_leave(struct world *w, struct browser *b, bool sure);
/* On the sign-in road while there is a sign-in cookie, else with the session. */
enum enrol_screen go_enrol_look(struct world *w, struct browser *b);
enum enrol_screen go_enrol_begin(struct world *w, struct browser *b); /* also "continue here" */
enum enrol_screen go_enrol_wish(struct world *w, struct browser *b, enum replaces_how how, int64_t device);
enum enrol_screen go_enrol_renew(struct world *w, struct browser *b);
enum enrol_screen go_enrol_confirm(struct world *w, struct browser *b, const char *name, struct str code);
void go_enrol_leave(struct world *w, struct browser *b);

/* Through the two-step form to the step behind the password; asserts that the password was taken. */
enum signin_screen go_to_second(struct world *w, struct browser *b, const char *type, struct person p);
/* All the way, with the phone (NULL: none). Asserts a session. */
void go_in(struct world *w, struct browser *b, const char *type, struct person p, const struct phone *phone);
/* A set of recovery codes, made as the page does it; the codes live in w->life. */
struct recovery_set recovery_new(struct world *w, struct person p);
/* A registration slip, as `user slip` makes it; lives in w->life. */
struct str slip_new(struct world *w, struct person p);
/* Who the session cookie stands for. RC_ABSENT: nobody. */
enum rc who_is(struct world *w, struct str cookie, struct who *out);
struct who who_must(struct world *w, struct browser *b);

#endif
