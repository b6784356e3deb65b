/* A database of schema 1, with people signed in, brought to today's: nobody is signed out, nothing of the log is doubted. */
#include "base/log.h"
#include "store/migrations_table.h"
#include "store_behind.h"

/* As schema 1 wrote them. The hashes were not made by this program's code: by the words of src/store/audit.h alone. */
static const char *const rows =
	"INSERT INTO meta (key, number) VALUES ('schema', 1), ('epoch', 3), ('node', 4242);"
	"INSERT INTO users VALUES (7, 'ani', 'Ani', 'pegawai', 'a@contoh.id', 'Ani', 'keuangan' || char(10), NULL, 1, 0, 1, '$argon2id$x', "
	"1779000000, '2', 1779000000, 3, 1778000000);"
	"INSERT INTO session VALUES (11, x'0b0000000000000000000000000000000000000000000000000000000000005a', 7, 3, 1780000000, 1780000000, "
	"1780043200, 1780000000, 1780000001, 1780000002, '192.0.2.7', 'Firefox');"
	"INSERT INTO device VALUES (21, 7, 1, 'HP', 'hp', 1, x'73656164', 59333330, 1779000000, 1780000000, 0, '192.0.2.7'),"
	"(22, 7, 2, 'Tablet', 'tablet', 3, x'73656164', 0, 1779000000, 0, 1779900000, NULL);"
	"INSERT INTO enrolment VALUES (23, 7, 2, 2, 11, x'00', 1780000000, 1780000120, 1780001200, 1, 2);"
	"INSERT INTO signin VALUES (31, x'1f0000000000000000000000000000000000000000000000000000000000005a', NULL, 'budi', 'pegawai', 1, "
	"0, 0, 0, 0, '/account/', 1780000000, 1780000300, 1780000600, 1);"
	"INSERT INTO audit VALUES (4242, 1, 1780000000, 0, 'ani', NULL, 'signin', 'refused', 'wrong-password', NULL, NULL, NULL, '192.0.2.7', "
	"'Firefox', 'K7-42Q', x'1548cb6699dbe0122d33efc26c9e1ec09e72ecb8aea3064230bd896fb3b669ac'),"
	"(4242, 2, 1780000005, 7, 'ani', NULL, 'signin', 'ok', NULL, 'pwd otp', 'HP', NULL, '192.0.2.7', 'Firefox', NULL, "
	"x'cbaf620abfef7629c66230090758169d46663eb6ef38a3226be07ae9cc708451'),"
	"(4242, 3, 1780000009, 7, 'ani', 'cli', 'user.lock', 'ok', '', NULL, NULL, NULL, NULL, NULL, NULL, "
	"x'46d73d2b11c28ccd0b69d4b142d1db79eda7ba550fbddec4acdc6aa6a03aaab2');";

static void old_database(struct world *w)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(w->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, migrations[1], NULL, NULL, NULL), SQLITE_OK);
	if (sqlite3_exec(db, rows, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	assert_int_equal(chmod(w->file, 0600), 0);
}

static int old_begin(void **state)
{
	struct world *w = world_new();

	log_level_set(LOG_ERROR);
	world_make(w);
	old_database(w);
	*state = w;
	return 0;
}

static int upgraded_begin(void **state)
{
	struct world *w;
	struct str why;

	old_begin(state);
	w = *state;
	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_OK);
	world_open_as(w, STORE_SERVER);
	return 0;
}

#define OLD(f) cmocka_unit_test_setup_teardown(f, old_begin, world_end)
#define UPGRADED(f) cmocka_unit_test_setup_teardown(f, upgraded_begin, world_end)

static enum rc verify(struct world *w, int64_t *count, const char **why)
{
	struct str said;
	struct tx *t = view(w);
	enum rc rc = store_audit_verify(t, w->arena, NULL, NULL, count, &said);

	store_abandon(&t);
	*why = arena_cstr(w->arena, said);
	return rc;
}

static void an_old_database_is_brought_up_by_the_check_only(void **state)
{
	struct world *w = *state;
	struct str why;

	assert_int_equal(store_open(w->arena, w->where, STORE_SERVER, &w->store, &why), RC_MALFORMED);
	assert_int_equal(behind(w, "SELECT number FROM meta WHERE key = 'schema'"), 1);
	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_OK);
	assert_int_equal(behind(w, "SELECT number FROM meta WHERE key = 'schema'"), STORE_SCHEMA);
	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_OK);
	world_open_as(w, STORE_SERVER);
}

static void who_was_signed_in_still_is(void **state)
{
	struct world *w = *state;
	struct session got;
	struct signin in;
	struct user who;
	unsigned char token[32];

	hash_of(11, token);
	READ(w, RC_OK, store_session_get(tx, w->arena, token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(got.id, 11);
	assert_int_equal(got.pwd_s, NOW_S);
	assert_int_equal(got.otp_s, NOW_S + 1);
	assert_int_equal(got.fresh_s, NOW_S + 2);
	assert_int_equal(got.recovery_s + got.passkey_s, 0);
	assert_str(got.address, "192.0.2.7");
	assert_str(who.phc, "$argon2id$x");
	assert_str(who.groups[0], "keuangan");
	assert_int_equal(who.next_number, 3);
	assert_int_equal(who.first_proof_s + who.quiet_ends_s, 0);
	hash_of(31, token);
	READ(w, RC_OK, store_signin_get(tx, w->arena, token, NOW_S, &in));
	assert_str(in.login, "budi");
	assert_str(in.next, "/account/");
	assert_int_equal(in.renewals, 1);
	assert_null(in.refused.ptr);
	assert_false(in.known);
}

static void the_old_devices_are_there_and_give_codes(void **state)
{
	struct world *w = *state;
	struct device *d;
	struct enrolment e;
	size_t n;

	READ(w, RC_OK, store_device_list(tx, w->arena, 7, true, &d, &n));
	assert_int_equal(n, 2);
	assert_int_equal(d[0].kind, DEVICE_CODE);
	assert_int_equal(d[0].state, DEVICE_ACTIVE);
	assert_str(d[0].name, "HP");
	assert_str(d[0].seed, "sead");
	assert_int_equal(d[0].last_step, 59333330);
	assert_int_equal(d[0].suspended_s + d[0].suspend_ends_s + d[0].evicted_by, 0);
	assert_int_equal(d[1].state, DEVICE_RETIRED);
	WRITE(w, RC_TAKEN, store_device_claim(tx, 21, 59333330, NOW_S));
	WRITE(w, RC_OK, store_device_claim(tx, 21, 59333331, NOW_S));
	READ(w, RC_OK, store_enrolment_of(tx, w->arena, 7, NOW_S, &e));
	assert_int_equal(e.tries, 2);
	assert_int_equal(e.replaces, 0);
	assert_int_equal(e.replaces_how, REPLACES_NONE);
}

static void the_old_chain_verifies_and_goes_on_with_and_without_a_detail(void **state)
{
	struct world *w = *state;
	struct audit e = audit_row(7, "code"), *list;
	struct audit_query q = {.limit = 10};
	const char *why;
	int64_t count;
	size_t n;

	assert_int_equal(verify(w, &count, &why), RC_OK);
	assert_int_equal(count, 3);
	e.at_s += 20;
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	e.detail = S("clock -94 steps, HP Kantor");
	e.at_s++;
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	assert_int_equal(verify(w, &count, &why), RC_OK);
	assert_int_equal(count, 5);
	READ(w, RC_OK, store_audit_list(tx, w->arena, &q, &list, &n));
	assert_int_equal(n, 5);
	assert_int_equal(list[0].seq, 1);
	assert_str(list[0].ref, "K7-42Q");
	assert_null(list[0].detail.ptr);
	assert_null(list[1].detail.ptr);
	assert_str(list[4].detail, "clock -94 steps, HP Kantor");
}

/* The row's detail changed, taken away, put where there was none: each is found. */
static void a_detail_is_part_of_the_chain(void **state)
{
	static const struct {
		const char *sql, *says;
	} changes[] = {
		{"UPDATE audit SET detail = 'clock 0 steps' WHERE seq = 4", "row 4: it was changed"},
		{"UPDATE audit SET detail = NULL WHERE seq = 4", "row 4: it was changed"},
		{"UPDATE audit SET detail = '' WHERE seq = 3", "row 3: it was changed"},
		{"UPDATE audit SET detail = 'x' WHERE seq = 1", "row 1: it was changed"},
	};
	struct world *w = *state;
	struct audit e = audit_row(7, "code");
	const char *why;
	int64_t count;

	e.detail = S("clock -94 steps");
	WRITE(w, RC_OK, store_audit_add(tx, &e));
	behind(w, "DROP TRIGGER audit_no_update; CREATE TABLE kept AS SELECT seq, detail FROM audit");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(behind(w, changes[i].sql), 0);
		assert_int_equal(verify(w, &count, &why), RC_MALFORMED);
		assert_non_null(strstr(why, changes[i].says));
		behind(w, "UPDATE audit SET detail = (SELECT k.detail FROM kept k WHERE k.seq = audit.seq)");
		assert_int_equal(verify(w, &count, &why), RC_OK);
	}
}

static void an_upgraded_database_has_the_shape_of_a_new_one(void **state)
{
	struct world *w = *state;
	struct str why;
	char other[176];
	const char *differs;

	store_close(&w->store);
	world_path(w, "other.db", other, sizeof(other));
	assert_int_equal(store_check(w->arena, arena_printf(w->arena, "sqlite:%s", other).ptr, true, &why), RC_OK);
	differs = arena_printf(w->arena, "ATTACH '%s' AS fresh; SELECT COUNT(*) FROM (SELECT type, name, sql FROM main.sqlite_schema "
	                       "EXCEPT SELECT type, name, sql FROM fresh.sqlite_schema)", other).ptr;
	assert_int_equal(behind(w, differs), 0);
	assert_true(behind(w, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'passkey'") == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OLD(an_old_database_is_brought_up_by_the_check_only),
		UPGRADED(who_was_signed_in_still_is),
		UPGRADED(the_old_devices_are_there_and_give_codes),
		UPGRADED(the_old_chain_verifies_and_goes_on_with_and_without_a_detail),
		UPGRADED(a_detail_is_part_of_the_chain),
		UPGRADED(an_upgraded_database_has_the_shape_of_a_new_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
