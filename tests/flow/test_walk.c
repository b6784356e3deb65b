#include "world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "vault_calls.h"

/*
 * The whole sign-in, walked: from every state that can be reached each act is tried, in every type, with and without
 * a device. A state is what stands in the tables and what the walker knows; it is kept, and put back before each act,
 * so that no order of acts is left out by its length. Usually each act is tried from the STATES_USUAL nearest states
 * of a scene; with WALK=all in the environment, from every one.
 *
 * The walker keeps its own account of what was proved, from what it typed, and states the rule from the documents:
 * a session may begin when and only when the password was right, the account is not locked, the second factor was
 * proved where there is a device (or none is asked; a recovery code that was not spent before proves it too), and the
 * terms were agreed to. An activation may begin when and only when the first one's proof is there, where one is asked. It
 * never asks signin_next.
 */

enum { STATES_MAX = 6000, STATES_USUAL = 30, PHONES_MAX = 2 };

static const struct scene {
	const char *type;
	bool off, demanded, codes, strict, terms_asked, terms_kept;
	enum first_enrol first;
} scenes[] = {
	{"one-page", false, true, true, false, true, false, FIRST_PASSWORD},
	{"optional", false, false, true, false, false, false, FIRST_PASSWORD},
	{"mandatory", false, true, true, false, false, false, FIRST_PASSWORD},
	{"off", true, false, true, false, false, false, FIRST_PASSWORD},
	{"once", false, true, true, false, true, true, FIRST_PASSWORD},
	{"strict", false, true, true, true, false, false, FIRST_PASSWORD},
	{"single", false, true, true, false, false, false, FIRST_PASSWORD},
	{"later", false, false, true, false, true, false, FIRST_PASSWORD},
	{"no-codes", false, false, false, false, false, false, FIRST_PASSWORD},
	{"mandatory", false, true, true, false, false, false, FIRST_SLIP}, {"mandatory", false, true, true, false, false, false, FIRST_QUIET},
};

/* What the walker knows. */
struct mind {
	char signin[64], before[64]; /* the cookie, and the one before the password */
	char session[64];
	int64_t now_s;
	bool row, known, password, second, terms;
	bool once; /* strict: the first of two codes */
	bool account_terms, locked;
	int spent;                /* recovery codes */
	bool slip_spent, first;   /* what the first activation asks was proved */
	int64_t quiet_ends_s;
	struct phone phones[PHONES_MAX];
	int64_t last[PHONES_MAX]; /* the newest step that was taken */
	int n_phones;
	struct phone open, left;
	bool has_open, has_left;
};

static struct walk {
	struct world *w;
	const struct scene *scene;
	struct person p;
	struct browser b;
	struct mind now, *minds;
	uint64_t *keys;
	int n, most;
	int64_t sessions, begun;
	struct recovery_set paper;
	struct str slip;
	sqlite3_stmt *keep[16], *drop[16], *fill[16], *begin, *commit;
} walk;

/* ---- the rule, from the documents ------------------------------------------------------------------------------ */

static bool may_begin(const struct mind *m)
{
	const struct scene *s = walk.scene;

	if (!m->password || m->locked)
		return false;
	if (!s->off && m->n_phones && !(s->codes && m->second))
		return false;
	if (!s->off && !m->n_phones && s->demanded)
		return false;
	return !s->terms_asked || m->terms || (s->terms_kept && m->account_terms);
}

static bool first_is_proved(const struct mind *m)
{
	switch (walk.scene->first) {
	case FIRST_PASSWORD:
		return true;
	case FIRST_QUIET:
		return m->first || (m->quiet_ends_s && m->now_s >= m->quiet_ends_s);
	case FIRST_SLIP:
	case FIRST_MAIL:
		break;
	}
	return m->first;
}

/* ---- what the phones show --------------------------------------------------------------------------------------- */

/* A step near now that was not used yet; -1: none. */
static int64_t step_left(const struct mind *m, int phone)
{
	int64_t now = m->now_s / 30;

	for (int64_t s = now - 1; s <= now + (walk.scene->strict ? 0 : 1); s++)
		if (s > m->last[phone])
			return s;
	return -1;
}

static struct str code_at(const struct phone *p, int64_t step)
{
	return phone_code(walk.w, p, (int)(step - walk.w->now_s / 30));
}

/* ---- states: put away and back --------------------------------------------------------------------------------- */

static const char *const tables[] = {"users", "password_tries", "code_tries", "code_try", "signin", "session", "enrolment", "device",
                                   "recovery_code", "door_tries", "link"};

enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static sqlite3_stmt *prepared(const char *format, const char *table, const char *columns)
{
	sqlite3_stmt *out = NULL;
	char sql[1024], *to = sql;

	for (const char *p = format; *p; p++)
		if (*p == '@' || *p == '*')
			to += snprintf(to, (size_t)(sql + sizeof(sql) - to), "%s", *p == '@' ? table : columns);
		else
			*to++ = *p;
	*to = '\0';
	if (sqlite3_prepare_v3(walk.w->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(walk.w->db));
	return out;
}

static void run(sqlite3_stmt *s, int state)
{
	int row;

	if (sqlite3_bind_parameter_count(s))
		sqlite3_bind_int(s, 1, state);
	while ((row = sqlite3_step(s)) == SQLITE_ROW)
		;
	if (row != SQLITE_DONE)
		fail_msg("%s", sqlite3_errmsg(walk.w->db));
	sqlite3_reset(s);
}

/* A state is put back before each act, more often than anything else happens here: statements are prepared once. */
static void shelves_begin(void)
{
	/* lost with the machine, which is no matter here */
	world_script(walk.w, "PRAGMA synchronous = OFF; ATTACH ':memory:' AS kept; PRAGMA kept.journal_mode = OFF");
	for (int i = 0; i < TABLES; i++) {
		sqlite3_stmt *s = prepared("SELECT group_concat(name) FROM pragma_table_info('@')", tables[i], "");
		char columns[512];

		assert_int_equal(sqlite3_step(s), SQLITE_ROW);
		snprintf(columns, sizeof(columns), "%s", (const char *)sqlite3_column_text(s, 0));
		sqlite3_finalize(s);
		run(s = prepared("CREATE TABLE kept.@ AS SELECT 0 AS nth, * FROM main.@ WHERE 0", tables[i], columns), 0);
		sqlite3_finalize(s);
		run(s = prepared("CREATE INDEX kept.of_@ ON @ (nth)", tables[i], columns), 0);
		sqlite3_finalize(s);
		walk.keep[i] = prepared("INSERT INTO kept.@ SELECT ?1, * FROM main.@", tables[i], columns);
		walk.drop[i] = prepared("DELETE FROM main.@", tables[i], columns);
		walk.fill[i] = prepared("INSERT INTO main.@ (*) SELECT * FROM kept.@ WHERE nth = ?1", tables[i], columns);
	}
	walk.begin = prepared("BEGIN IMMEDIATE", "", "");
	walk.commit = prepared("COMMIT", "", "");
}

static void shelves_end(void)
{
	for (int i = 0; i < TABLES; i++) {
		sqlite3_finalize(walk.keep[i]);
		sqlite3_finalize(walk.drop[i]);
		sqlite3_finalize(walk.fill[i]);
	}
	sqlite3_finalize(walk.begin);
	sqlite3_finalize(walk.commit);
}

static void put_away(int state)
{
	run(walk.begin, 0);
	for (int i = 0; i < TABLES; i++)
		run(walk.keep[i], state);
	run(walk.commit, 0);
	walk.minds[state] = walk.now;
}

/* In any order: foreign keys are off on this connection. */
static void put_back(int state)
{
	run(walk.begin, 0);
	for (int i = 0; i < TABLES; i++) {
		run(walk.drop[i], 0);
		run(walk.fill[i], state);
	}
	run(walk.commit, 0);
	walk.now = walk.minds[state];
	walk.w->now_s = walk.now.now_s;
	walk.sessions = world_sessions(walk.w, 0);
}

/* What makes a state another: what an answer may depend on, in few values. What cannot matter where the sign-in
 * stands (wrong codes before there is a password) is left out. */
static uint64_t key_of(void)
{
	static const char sql[] =
	    "SELECT ifnull((SELECT 1 + step % 8 + 8 * (password_s > 0) + 16 * (code_s > 0) + 32 * (enrolled_s > 0) + 64 * (terms_s > 0)"
	    " + 128 * (form_ends_s < ?1 AND password_s = 0) + 256 * (expires_s <= ?1) FROM signin), 0)"
	    " + 1024 * ifnull((SELECT 1 + (period_ends_s < ?1) + 2 * (holder_id IN (SELECT id FROM signin)) FROM enrolment), 0)"
	    " + 65536 * ((SELECT count(*) FROM device WHERE state = 1) + 4 * (SELECT locked_s > 0 FROM users)"
	    " + 8 * (SELECT count(*) > 0 FROM session))";
	const struct mind *m = &walk.now;
	uint64_t key = (uint64_t)world_count(walk.w, sql, walk.w->now_s) << 12;

	key |= (uint64_t)(m->row | m->known << 1 | m->password << 2 | m->second << 3 | m->terms << 4 | m->has_left << 5);
	key |= (uint64_t)(walk.scene->terms_kept && m->account_terms) << 6;
	key |= (uint64_t)m->once << 9;
	key |= (uint64_t)(first_is_proved(m) | (m->spent > 0) << 1) << 10;
	for (int i = 0; i < m->n_phones && i < 1; i++)
		key |= (uint64_t)(step_left(m, i) < 0 ? 3 : step_left(m, i) - m->now_s / 30 + 1) << 7;
	return key;
}

/* ---- acts ------------------------------------------------------------------------------------------------------------ */

static void cookies_in(void)
{
	struct browser fresh = browser_new();

	memset(&walk.b, 0, sizeof(walk.b));
	if (!walk.now.signin[0]) {
		snprintf(walk.now.signin, sizeof(walk.now.signin), "%s", fresh.signin);
		walk.now.row = walk.now.password = walk.now.second = walk.now.terms = walk.now.has_open = false;
	}
	snprintf(walk.b.signin, sizeof(walk.b.signin), "%s", walk.now.signin);
}

/* A proof was taken: was it one, and is there a session when and only when there must be? */
static void settle(bool was_right, bool taken, bool finished)
{
	struct mind *m = &walk.now;
	int64_t sessions = world_sessions(walk.w, 0);
	struct who who;

	if (taken && !was_right)
		fail_msg("%s: something wrong was taken as a proof", walk.scene->type);
	assert_int_equal(finished, walk.b.session[0] != '\0');
	if (walk.b.enrol.screen == ENROL_DONE) /* a new device ends what was there before it */
		assert_int_equal(sessions, finished ? 1 : 0);
	else
		assert_int_equal(sessions - walk.sessions, finished ? 1 : 0);
	if (taken && finished != may_begin(m))
		fail_msg("%s: %s", walk.scene->type, finished ? "a session that the rule forbids" : "no session, though the rule is met");
	if (!taken)
		assert_false(finished);
	if (finished) {
		assert_int_equal(who_is(walk.w, jar(walk.b.session), &who), RC_OK);
		assert_int_equal(who.user.id, walk.p.id);
		assert_int_equal(world_count(walk.w, "SELECT count(*) FROM signin WHERE password_s > 0", 0), 0);
		snprintf(m->session, sizeof(m->session), "%s", walk.b.session);
		m->row = m->password = m->second = m->terms = m->has_open = false;
		walk.begun++;
	}
	if (!m->password)
		m->once = false;
	if (walk.b.signin[0])
		assert_int_equal(who_is(walk.w, jar(walk.b.signin), &who), RC_ABSENT);
	snprintf(m->signin, sizeof(m->signin), "%s", walk.b.signin);
}

static void act_user(const char *type, const char *login)
{
	struct mind *m = &walk.now;

	if (go_user(walk.w, &walk.b, type, login) == SCREEN_PASSWORD) {
		m->row = true;
		m->known = strcmp(login, walk.p.login) == 0;
		m->password = m->second = m->terms = m->has_open = false;
	}
	settle(false, false, false);
}

static void after_password(const char *password, bool agree, bool was_open, const char *cookie)
{
	struct mind *m = &walk.now;
	bool right = strcmp(password, PASSWORD) == 0 && m->row && m->known && was_open && !m->locked;
	bool taken = walk.b.session[0] || strcmp(walk.b.signin, cookie) != 0;

	if (taken) {
		snprintf(m->before, sizeof(m->before), "%s", cookie);
		m->password = true;
		if (walk.scene->first == FIRST_QUIET && !m->n_phones && !m->first && !m->quiet_ends_s)
			m->quiet_ends_s = m->now_s + 600;
		m->second = m->once = false;
		m->terms = agree;
		m->account_terms |= agree;
	}
	/* a right one is only refused with words */
	if (right && !taken && walk.b.rc == RC_OK)
		assert_true(walk.b.at.told.say == SAY_FORM_EXPIRED || walk.b.at.told.say == SAY_MISSING ||
		            walk.b.at.told.say == SAY_PASSWORD_PAUSED);
	settle(right, taken, walk.b.session[0] != '\0');
}

static void act_password(const char *password, bool agree)
{
	bool was_open = !walk.now.password;
	char cookie[64];

	snprintf(cookie, sizeof(cookie), "%s", walk.b.signin);
	go_password(walk.w, &walk.b, password, agree);
	after_password(password, agree, was_open, cookie);
}

static void act_one_page(const char *password, bool agree)
{
	struct mind *m = &walk.now;
	char cookie[64];

	snprintf(cookie, sizeof(cookie), "%s", walk.b.signin);
	go_one_page(walk.w, &walk.b, walk.scene->type, walk.p.login, password, agree);
	if (walk.b.at.told.say != SAY_MISSING) { /* a complete form begins anew */
		m->row = m->known = true;
		m->password = m->second = m->terms = m->has_open = false;
	}
	after_password(password, agree, true, cookie);
}

static void act_code(struct str code, bool right, int phone, int64_t step)
{
	struct mind *m = &walk.now;
	bool taken;

	go_code(walk.w, &walk.b, code);
	taken = right && walk.b.rc == RC_OK && walk.b.at.screen != SCREEN_CODE && walk.b.at.screen != SCREEN_PASSWORD &&
	        walk.b.at.screen != SCREEN_ENROL && walk.b.at.screen != SCREEN_START && m->password && !m->second;
	if (walk.b.session[0])
		taken = true;
	/* a browser that nobody knows: two codes, one after the other */
	if (walk.scene->strict && walk.b.rc == RC_OK && walk.b.at.told.say == SAY_STRICT_AGAIN) {
		assert_true(right && m->password && !m->once && !walk.b.session[0]);
		m->once = true;
		m->last[phone] = step;
		taken = false;
	}
	if (taken) {
		assert_true(!walk.scene->strict || m->once);
		m->second = true;
		m->last[phone] = step;
	}
	settle(right && m->password && !m->locked, taken, walk.b.session[0] != '\0');
}

static void act_code_right(void)
{
	struct mind *m = &walk.now;

	for (int i = 0; i < m->n_phones; i++) {
		int64_t step = step_left(m, i);

		if (step >= 0) {
			act_code(code_at(&m->phones[i], step), true, i, step);
			return;
		}
	}
	if (m->n_phones) /* all of them are used up: a used one */
		act_code(code_at(&m->phones[0], m->now_s / 30), false, 0, 0);
	else
		act_code(S("123456"), false, 0, 0);
}

static void act_code_old_device(void)
{
	struct mind *m = &walk.now;

	if (m->has_left)
		act_code(phone_code(walk.w, &m->left, 0), false, 0, 0);
}

/* Spent ones, made-up ones and those of nobody prove nothing. */
static void act_recovery(bool right)
{
	struct mind *m = &walk.now;
	struct str code = !walk.paper.n ? S("0000-0000-0000-0000") : right ? walk.paper.codes[m->spent] :
	                  m->spent ? walk.paper.codes[m->spent - 1] : S("0000-0000-0000-0000");
	bool taken;

	right = right && walk.paper.n && m->spent < RECOVERY_CODES - 1;
	go_recovery(walk.w, &walk.b, code);
	taken = walk.b.session[0] || (right && walk.b.rc == RC_OK && walk.b.at.screen == SCREEN_TERMS && m->password && !m->second);
	if (taken) {
		assert_int_equal(world_count(walk.w, "SELECT count(*) FROM recovery_code WHERE used_s > 0", 0), m->spent + 1);
		m->second = true;
		m->spent++;
	} else {
		assert_int_equal(world_count(walk.w, "SELECT count(*) FROM recovery_code WHERE used_s > 0", 0), m->spent);
	}
	settle(right && m->password && m->n_phones && !m->locked, taken, walk.b.session[0] != '\0');
}

static void act_slip(bool right)
{
	struct mind *m = &walk.now;
	bool could = m->password && !m->locked && !m->n_phones && !m->slip_spent && !first_is_proved(m);

	go_slip(walk.w, &walk.b, right && walk.slip.len ? walk.slip : S("0000-0000-0000-0000"));
	if (walk.b.rc == RC_OK && walk.b.at.screen == SCREEN_ENROL && could && right && walk.slip.len)
		m->slip_spent = m->first = true;
	assert_int_equal(world_count(walk.w, "SELECT count(*) FROM link WHERE used_s > 0", 0), m->slip_spent);
	assert_int_equal(world_count(walk.w, "SELECT first_proof_s > 0 FROM users", 0), m->first);
	settle(false, false, false);
}

static void act_terms(bool agree)
{
	struct mind *m = &walk.now;
	bool taken;

	go_terms(walk.w, &walk.b, agree);
	taken = walk.b.session[0] != '\0';
	if (taken)
		m->terms = m->account_terms = true;
	settle(agree && m->password, taken, taken);
}

static void act_enrol_confirm(struct str code, bool right)
{
	struct mind *m = &walk.now;
	bool taken;

	if (m->n_phones == PHONES_MAX)
		return;
	go_enrol_confirm(walk.w, &walk.b, "HP", code);
	taken = walk.b.enrol.screen == ENROL_DONE;
	if (taken) {
		m->phones[m->n_phones] = m->open;
		m->last[m->n_phones++] = m->now_s / 30;
		m->second = true;
		m->has_open = false;
	}
	settle(right && m->has_open | taken && m->password && !m->locked && walk.scene->codes, taken, walk.b.session[0] != '\0');
}

static void act_enrol(int which)
{
	struct mind *m = &walk.now;
	struct phone was = m->open;
	bool had = m->has_open;

	switch (which) {
	case 0: go_enrol_look(walk.w, &walk.b); break;
	case 1: go_enrol_begin(walk.w, &walk.b); break;
	case 2: go_enrol_renew(walk.w, &walk.b); break;
	default: go_enrol_leave(walk.w, &walk.b); break;
	}
	if (walk.b.enrol.secret.len) {
		assert_true(m->password && !m->locked && walk.scene->codes && !m->n_phones && first_is_proved(m));
		m->open = phone_scan(&walk.b.enrol);
		m->has_open = true;
		if (had && strcmp(was.secret, m->open.secret) != 0) {
			m->left = was;
			m->has_left = true;
		}
	}
	settle(false, false, false);
}

/* The cookie from before the password, in somebody else's hands. */
static void act_with_old_cookie(void)
{
	struct mind *m = &walk.now;
	struct browser thief = {0};

	if (!m->before[0] || strcmp(m->before, m->signin) == 0)
		return;
	snprintf(thief.signin, sizeof(thief.signin), "%s", m->before);
	if (m->n_phones && step_left(m, 0) >= 0)
		go_code(walk.w, &thief, code_at(&m->phones[0], step_left(m, 0)));
	go_terms(walk.w, &thief, true);
	go_password(walk.w, &thief, PASSWORD, true);
	go_enrol_begin(walk.w, &thief);
	assert_int_equal(thief.session[0], '\0');
	assert_int_equal(thief.enrol.secret.len, 0);
	settle(false, false, false);
}

static void act_administrator(int which)
{
	struct mind *m = &walk.now;

	switch (which) {
	case 0:
		m->locked = !m->locked;
		person_lock(walk.w, walk.p, m->locked);
		break;
	case 1:
		if (m->n_phones) {
			m->left = m->phones[0];
			m->has_left = true;
		}
		m->n_phones = 0;
		world_do(walk.w, "UPDATE device SET state = 3, retired_s = ?1 WHERE state = 1", m->now_s);
		break;
	default:
		if (m->n_phones == 0) {
			m->phones[0] = phone_new(walk.w, walk.p, "Dari tempat lain");
			m->last[0] = 0;
			m->n_phones = 1;
			m->once = false; /* the first code was another device's */
		}
	}
	settle(false, false, false);
}

static void act_wait(int64_t wait_s)
{
	walk.now.now_s = walk.w->now_s += wait_s;
	settle(false, false, false);
}

enum { ACTS = 38 };

static void act(int which)
{
	struct mind *m = &walk.now;

	cookies_in();
	switch (which) {
	case 0: act_user(walk.scene->type, walk.p.login); break;
	case 1: act_user(walk.scene->type, "tidak-ada"); break;
	case 2: act_user("off", walk.p.login); break;
	case 3: act_password(PASSWORD, true); break;
	case 4: act_password(PASSWORD, false); break;
	case 5: act_password(WRONG, true); break;
	case 6: act_password("", true); break;
	case 7: act_one_page(PASSWORD, true); break;
	case 8: act_one_page(PASSWORD, false); break;
	case 9: act_one_page(WRONG, true); break;
	case 10: act_code_right(); break;
	case 11: act_code(m->n_phones ? phone_wrong(walk.w, &m->phones[0]) : S("654321"), false, 0, 0); break;
	case 12: act_code(S(""), false, 0, 0); break;
	case 13: act_code_old_device(); break;
	case 14: act_terms(true); break;
	case 15: act_terms(false); break;
	case 16: go_more_time(walk.w, &walk.b); settle(false, false, false); break;
	case 17: go_leave(walk.w, &walk.b, false); settle(false, false, false); break;
	case 18: go_leave(walk.w, &walk.b, true); settle(false, false, false); break;
	case 19: act_enrol(0); break;
	case 20: act_enrol(1); break;
	case 21: act_enrol(2); break;
	case 22: act_enrol(3); break;
	case 23: act_enrol_confirm(m->has_open ? phone_code(walk.w, &m->open, 0) : S("123456"), m->has_open); break;
	case 24: act_enrol_confirm(m->has_open ? phone_wrong(walk.w, &m->open) : S("123456"), false); break;
	case 25: act_enrol_confirm(m->has_left ? phone_code(walk.w, &m->left, 0) : S("123456"), false); break;
	case 26: act_with_old_cookie(); break;
	case 27: act_administrator(0); break;
	case 28: act_administrator(1); break;
	case 29: act_administrator(2); break;
	case 30: act_wait(31); break;
	case 31: act_wait(140); break;
	case 32: act_wait(310); break;
	case 33: act_wait(3601); break;
	case 34: act_recovery(true); break;
	case 35: act_recovery(false); break;
	case 36: act_slip(true); break;
	default: act_slip(false); break;
	}
}

/* ---- the walk --------------------------------------------------------------------------------------------------------- */

static bool is_new(uint64_t key)
{
	for (int i = 0; i < walk.n; i++)
		if (walk.keys[i] == key)
			return false;
	return true;
}

static void keep_state(uint64_t key)
{
	if (walk.n == walk.most)
		return;
	walk.keys[walk.n] = key;
	put_away(walk.n++);
}

static void walk_scene(const struct scene *scene, bool with_device)
{
	struct world *w = world_new();

	memset(&walk.now, 0, sizeof(walk.now));
	walk.w = w;
	walk.scene = scene;
	walk.n = 0;
	walk.most = getenv("WALK") && strcmp(getenv("WALK"), "all") == 0 ? STATES_MAX : STATES_USUAL;
	if (scene->strict && walk.most == STATES_USUAL) /* one act more to get in */
		walk.most *= 4;
	walk.begun = 0;
	walk.sessions = 0;
	vault_knows_passwords = true;
	walk.now.now_s = NOWHERE;
	world_type(w, scene->type)->policy.first_enrol = scene->first;
	world_type(w, scene->type)->policy.quiet_s = 600;
	walk.p = person_new(w, "penyedia1", scene->type);
	walk.paper = (struct recovery_set){0};
	walk.slip = scene->first == FIRST_PASSWORD ? STR_NONE : slip_new(w, walk.p);
	if (with_device) {
		walk.now.phones[0] = phone_new(w, walk.p, "HP saya");
		walk.now.n_phones = 1;
		if (scene->codes && !scene->off)
			walk.paper = recovery_new(w, walk.p);
	}
	shelves_begin();
	keep_state(key_of());
	for (int state = 0; state < walk.n; state++)
		for (int which = 0; which < ACTS; which++) {
			uint64_t key;

			put_back(state);
			act(which);
			key = key_of();
			if (is_new(key))
				keep_state(key);
			world_reset(w);
		}
	assert_true(walk.n < STATES_MAX);
	print_message("%s, %s: %d states, %d acts, %d sessions\n", scene->type, with_device ? "with a device" : "without",
	              walk.n, walk.n * ACTS, (int)walk.begun);
	/* a walk that never gets in proves little */
	if (scene->codes || !with_device)
		assert_true(walk.begun > 0);
	shelves_end();
	world_free(&w);
}

static void walk_type(const char *type, enum first_enrol first)
{
	walk.minds = calloc(STATES_MAX, sizeof(*walk.minds));
	walk.keys = calloc(STATES_MAX, sizeof(*walk.keys));
	assert_true(walk.minds && walk.keys);
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (strcmp(scenes[i].type, type) == 0 && scenes[i].first == first)
			for (int with_device = 0; with_device < (first == FIRST_PASSWORD ? 2 : 1); with_device++)
				walk_scene(&scenes[i], with_device);
	free(walk.minds);
	free(walk.keys);
}

#define WALK(name, type, first) \
	static void name(void **state) \
	{ \
		(void)state; \
		walk_type(type, first); \
	}

WALK(no_order_of_acts_gets_past_one_page_with_terms, "one-page", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_an_optional_factor, "optional", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_mandatory_factor, "mandatory", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_password_alone, "off", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_terms_once_per_version, "once", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_strict_mode, "strict", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_single_device, "single", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_factor_mandatory_later, "later", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_type_without_codes, "no-codes", FIRST_PASSWORD)
WALK(no_order_of_acts_gets_past_a_slip, "mandatory", FIRST_SLIP)
WALK(no_order_of_acts_gets_past_a_wait, "mandatory", FIRST_QUIET)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_order_of_acts_gets_past_one_page_with_terms),
		cmocka_unit_test(no_order_of_acts_gets_past_an_optional_factor),
		cmocka_unit_test(no_order_of_acts_gets_past_a_mandatory_factor),
		cmocka_unit_test(no_order_of_acts_gets_past_a_password_alone),
		cmocka_unit_test(no_order_of_acts_gets_past_terms_once_per_version),
		cmocka_unit_test(no_order_of_acts_gets_past_strict_mode),
		cmocka_unit_test(no_order_of_acts_gets_past_a_single_device),
		cmocka_unit_test(no_order_of_acts_gets_past_a_factor_mandatory_later),
		cmocka_unit_test(no_order_of_acts_gets_past_a_type_without_codes),
		cmocka_unit_test(no_order_of_acts_gets_past_a_slip),
		cmocka_unit_test(no_order_of_acts_gets_past_a_wait),
	};

	return cmocka_run_group_tests_name("walk", tests, world_group_begin, world_group_end);
}
