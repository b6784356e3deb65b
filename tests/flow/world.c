#include "world.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/codec.h"
#include "base/log.h"
#include "core/userid.h"
#include "vault_calls.h"

enum { LIFE_BYTES = 64 << 20, REQUEST_BYTES = 64 << 20, HASHES_KEPT = 64 };

/* ---- one vault per program -------------------------------------------------------------------------- */

static struct vault *vault;
static struct lens *lens;
static struct arena *kept;
static struct { int64_t user; struct str phc; } hashes[HASHES_KEPT];
static size_t n_hashes;

/* Every folder of this program: a test that fails leaves its world standing. */
static char (*folders)[64];
static size_t n_folders;

static void folder_new(char *path, size_t room)
{
	const char *given = getenv("TMP");

	/* tmpfs: what is measured here is not the disk. */
	snprintf(path, room, "%s/flow_XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : given ? given : "/tmp");
	if (!mkdtemp(path))
		fail_msg("no folder for the world");
	folders = realloc(folders, (n_folders + 1) * sizeof(*folders));
	assert_non_null(folders);
	snprintf(folders[n_folders++], sizeof(*folders), "%s", path);
}

static void folder_remove(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

int world_group_begin(void **state)
{
	char folder[64], key[80];
	struct str why;
	enum rc rc;

	(void)state;
	log_level_set((enum log_level)(LOG_ERROR - 1)); /* refusals and faults are what these tests are made of */
	kept = arena_new(1 << 16, 1 << 24);
	folder_new(folder, sizeof(folder));
	snprintf(key, sizeof(key), "%s/key", folder);
	rc = vault_key_create(key);
	if (rc == RC_OK)
		rc = vault_start(kept, key, &vault, &why);
	if (rc == RC_OK)
		rc = lens_start(&lens);
	folder_remove(folder);
	return rc == RC_OK ? 0 : -1;
}

int world_group_end(void **state)
{
	(void)state;
	vault_close(&vault);
	lens_close(&lens);
	arena_free(&kept);
	while (n_folders)
		folder_remove(folders[--n_folders]);
	free(folders);
	folders = NULL;
	return 0;
}

/* ---- life -------------------------------------------------------------------------------------------- */

static void type_add(struct config *c, const char *id, enum layout layout, enum mfa mfa, enum terms_when terms)
{
	struct config_type *t = &c->types[c->n_types++];

	t->id = str_of(id);
	t->label[LANG_ID] = t->label[LANG_EN] = t->id;
	t->issuer = S("SPSE");
	t->home_url = S("/home");
	t->policy = (struct policy){.layout = layout, .captcha = CAPTCHA_NEVER, .terms = terms, .mfa = mfa, .factors = FACTOR_CODE,
	                            .first_factor = FACTOR_CODE, .enrol_s = 120, .approve_s = 120, .password_s = 300, .devices_max = 3,
	                            .devices_when_full = FULL_REFUSE};
}

static void config_make(struct config *c)
{
	c->base_url = S("https://gate.example");
	c->secure = true;
	c->organisation = S("Dinas Contoh");
	c->issuer = S("SPSE");
	c->languages[0] = LANG_ID;
	c->n_languages = 1;
	c->session_s = 12 * 60 * 60;
	c->session_idle_s = 60 * 60;
	c->suspend_s = 48 * 60 * 60;
	c->terms.version = S("2026-01");
	c->terms.text = S("Aturan");
	type_add(c, "one-page", LAYOUT_ONE_PAGE, MFA_MANDATORY, TERMS_EACH);
	type_add(c, "optional", LAYOUT_TWO_STEP, MFA_OPTIONAL, TERMS_FOOTER);
	type_add(c, "mandatory", LAYOUT_TWO_STEP, MFA_MANDATORY, TERMS_FOOTER);
	type_add(c, "off", LAYOUT_TWO_STEP, MFA_OFF, TERMS_FOOTER);
	type_add(c, "once", LAYOUT_TWO_STEP, MFA_MANDATORY, TERMS_ONCE);
	type_add(c, "strict", LAYOUT_TWO_STEP, MFA_MANDATORY, TERMS_FOOTER);
	type_add(c, "single", LAYOUT_TWO_STEP, MFA_MANDATORY, TERMS_FOOTER);
	type_add(c, "later", LAYOUT_TWO_STEP, MFA_MANDATORY_FROM, TERMS_EACH);
	type_add(c, "no-codes", LAYOUT_TWO_STEP, MFA_OPTIONAL, TERMS_FOOTER);
}

static void store_up(struct world *w)
{
	char where[96];
	struct str why;

	snprintf(where, sizeof(where), "sqlite:%s/gerbang.db", w->folder);
	if (store_check(w->life, where, true, &why) != RC_OK || store_open(w->life, where, STORE_SERVER, &w->flow.store, &why) != RC_OK)
		fail_msg("%.*s", STR_ARG(why));
}

struct world *world_new(void)
{
	struct arena *life = arena_new(1 << 16, LIFE_BYTES);
	struct world *w = arena_one(life, struct world);

	w->life = life;
	w->arena = arena_new(1 << 16, REQUEST_BYTES);
	w->now_s = NOWHERE;
	config_make(&w->config);
	w->flow.config = &w->config;
	w->flow.vault = vault;
	w->flow.lens = lens;
	world_type(w, "optional")->policy.disable_allowed = true;
	world_type(w, "single")->policy.disable_allowed = true;
	world_type(w, "single")->policy.devices_max = 1;
	world_type(w, "strict")->policy.strict = true;
	world_type(w, "later")->policy.mfa_from_s = NOWHERE + 24 * 60 * 60;
	world_type(w, "no-codes")->policy.factors = FACTOR_TAP; /* nothing that this version has */
	folder_new(w->folder, sizeof(w->folder));
	store_up(w);
	vault_calls_reset();
	return w;
}

void world_free(struct world **w)
{
	struct arena *life = (*w)->life, *arena = (*w)->arena;

	sqlite3_close((*w)->db);
	store_close(&(*w)->flow.store);
	folder_remove((*w)->folder);
	arena_free(&arena);
	arena_free(&life);
	*w = NULL;
}

void world_restart(struct world *w)
{
	store_close(&w->flow.store);
	store_up(w);
}

void world_reset(struct world *w)
{
	arena_reset(w->arena);
}

struct visit world_visit_of(struct world *w, struct arena *a)
{
	return (struct visit){.arena = a, .now_s = w->now_s, .address = S("192.0.2.7"), .browser = S("Firefox, Linux")};
}

struct visit world_visit(struct world *w)
{
	return world_visit_of(w, w->arena);
}

struct config_type *world_type(struct world *w, const char *id)
{
	for (size_t i = 0; i < w->config.n_types; i++)
		if (str_is(w->config.types[i].id, id))
			return &w->config.types[i];
	fail_msg("no type %s", id);
	return NULL;
}

/* ---- what is in the tables ---------------------------------------------------------------------------- */

static sqlite3 *db_of(struct world *w)
{
	char path[96];

	if (w->db)
		return w->db;
	snprintf(path, sizeof(path), "%s/gerbang.db", w->folder);
	assert_int_equal(sqlite3_open(path, &w->db), SQLITE_OK);
	sqlite3_busy_timeout(w->db, 5000);
	return w->db;
}

void world_script(struct world *w, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db_of(w), sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %.200s", why, sql);
}

static int64_t ask(struct world *w, const char *sql, int64_t id)
{
	sqlite3 *db = db_of(w);
	sqlite3_stmt *s;
	int64_t out = 0;
	int step;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (sqlite3_bind_parameter_count(s))
		sqlite3_bind_int64(s, 1, id);
	step = sqlite3_step(s);
	if (step == SQLITE_ROW)
		out = sqlite3_column_int64(s, 0);
	else
		assert_int_equal(step, SQLITE_DONE);
	sqlite3_finalize(s);
	return out;
}

int64_t world_count(struct world *w, const char *sql, int64_t id)
{
	return ask(w, sql, id);
}

void world_do(struct world *w, const char *sql, int64_t id)
{
	ask(w, sql, id);
}

int64_t world_sessions(struct world *w, int64_t user)
{
	return user ? ask(w, "SELECT COUNT(*) FROM session WHERE user_id = ?1", user) : ask(w, "SELECT COUNT(*) FROM session", 0);
}

static void print_table(sqlite3 *db, const char *sql, struct buf *b)
{
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			buf_add(b, str_n(sqlite3_column_blob(s, i), (size_t)sqlite3_column_bytes(s, i)));
			buf_char(b, '|');
		}
	sqlite3_finalize(s);
}

int64_t world_print(struct world *w)
{
	static const char *const tables[] = {
		"SELECT id, phc, locked_s, terms_version FROM users ORDER BY id", "SELECT * FROM session ORDER BY id",
		"SELECT * FROM signin ORDER BY id", "SELECT * FROM enrolment ORDER BY id", "SELECT * FROM device ORDER BY id",
		"SELECT * FROM link ORDER BY id",
	};
	unsigned char hash[32];
	sqlite3 *db = db_of(w);
	struct buf b;
	int64_t out;

	buf_init(&b, NULL, 4096, 16 << 20);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		print_table(db, tables[i], &b);
	assert_true(buf_ok(&b));
	sha256(buf_str(&b), hash);
	buf_release(&b);
	memcpy(&out, hash, sizeof(out));
	return out;
}

/* ---- people -------------------------------------------------------------------------------------------- */

static struct str phc_of(int64_t user)
{
	for (size_t i = 0; i < n_hashes; i++)
		if (hashes[i].user == user)
			return hashes[i].phc;
	assert_true(n_hashes < HASHES_KEPT);
	hashes[n_hashes].user = user;
	assert_int_equal(vault_password_hash(vault, kept, user, S(PASSWORD), &hashes[n_hashes].phc), RC_OK);
	return hashes[n_hashes++].phc;
}

struct person person_new(struct world *w, const char *login, const char *type)
{
	unsigned char hash[32];
	struct person p = {0};
	struct user u = {.shown = str_of(login), .type = str_of(type), .next_number = 1, .created_s = NOWHERE - 1000000};
	struct tx *tx;

	sha256(u.shown, hash);
	memcpy(&p.id, hash, sizeof(p.id));
	p.id &= INT64_MAX >> 1;
	snprintf(p.login, sizeof(p.login), "%s", login);
	u.id = p.id;
	u.email = arena_printf(w->life, "%s@dinas.example", login);
	u.name = S("Nama Orang");
	u.phc = vault_knows_passwords ? S("known") : phc_of(p.id);
	u.password_set_s = u.created_s;
	assert_int_equal(userid_fold(w->life, u.shown, &u.login), RC_OK);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_user_add(tx, &u), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	return p;
}

void person_lock(struct world *w, struct person p, bool locked)
{
	struct tx *tx;

	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_user_lock(tx, p.id, locked ? w->now_s : 0), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
}

/* ---- phones -------------------------------------------------------------------------------------------- */

struct phone phone_new(struct world *w, struct person p, const char *name)
{
	struct device d = {.user = p.id, .name = str_of(name), .state = DEVICE_ACTIVE, .added_s = NOWHERE - 500000};
	struct vault_device shown = {.user = p.id};
	struct phone phone = {0};
	int new_ones = atomic_load(&vault_asked[CALL_SEED_NEW]), shown_ones = atomic_load(&vault_asked[CALL_SEED_SHOW]);
	int confirmed_ones = atomic_load(&vault_asked[CALL_CODE_CHECK_NEW]);
	struct vault_code answer;
	struct str base32;
	int64_t offset;
	struct tx *tx;

	assert_int_equal(store_id_new(&d.id), RC_OK);
	assert_int_equal(vault_seed_new(vault, w->life, p.id, d.id, &d.seed), RC_OK);
	shown.row = d.id;
	shown.seed = d.seed;
	assert_int_equal(vault_seed_show(vault, w->life, &shown, &base32), RC_OK);
	snprintf(phone.secret, sizeof(phone.secret), "%.*s", STR_ARG(base32));
	assert_int_equal(vault_code_check_new(vault, w->life, &shown, phone_code(w, &phone, 0).ptr, totp_step(w->now_s), &answer, &offset,
	                                      &d.seed), RC_OK);
	assert_int_equal(answer.verdict, VERDICT_GOOD);
	phone.device = d.id;
	atomic_store(&vault_asked[CALL_CODE_CHECK_NEW], confirmed_ones);
	atomic_store(&vault_asked[CALL_SEED_NEW], new_ones);
	atomic_store(&vault_asked[CALL_SEED_SHOW], shown_ones);
	d.number = world_count(w, "SELECT next_number FROM users WHERE id = ?1", p.id);
	world_do(w, "UPDATE users SET next_number = next_number + 1 WHERE id = ?1", p.id);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_device_add(tx, &d, 50), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	return phone;
}

struct phone phone_scan(const struct enrol_state *shown)
{
	struct phone phone = {0};

	assert_true(shown->secret.len > 0);
	snprintf(phone.secret, sizeof(phone.secret), "%.*s", STR_ARG(shown->secret));
	return phone;
}

struct str phone_code(struct world *w, const struct phone *p, int steps)
{
	char code[TOTP_CODE_ROOM];
	struct str seed;

	assert_int_equal(base32_decode(w->arena, str_of(p->secret), &seed), RC_OK);
	hotp(TOTP_SHA1, seed, (uint64_t)((w->now_s - p->slow_s) / 30 + steps), 6, code);
	return arena_str(w->arena, str_of(code));
}

/* Within the 27 hours that a diagnosis at an activation looks at. */
static bool fits_somewhere(struct world *w, const struct phone *p, struct str code)
{
	struct str seed;

	assert_int_equal(base32_decode(w->arena, str_of(p->secret), &seed), RC_OK);
	return totp_search(seed, code.ptr, w->now_s / 30, 27 * 120) != INT64_MIN;
}

struct str phone_wrong(struct world *w, const struct phone *p)
{
	static atomic_int given;

	for (;;) {
		int n = atomic_fetch_add(&given, 1) % 1000000;
		struct str code = arena_printf(w->arena, "%06d", (int)(((int64_t)n * 104729 + 271828) % 1000000));
		bool near = false;

		for (int k = -6; k <= 6 && !near; k++)
			near = str_eq(phone_code(w, p, k), code);
		if (!near && !fits_somewhere(w, p, code))
			return code;
	}
}
