/* Making, checking, opening, damage, the epoch, snapshots, broken calls. */
#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "store_behind.h"

static int bare_begin(void **state)
{
	struct world *w = world_new();

	log_level_set(LOG_ERROR);
	world_make(w);
	*state = w;
	return 0;
}

#define BARE(f) cmocka_unit_test_setup_teardown(f, bare_begin, world_end)

static void check_ok(struct world *w)
{
	struct str why = STR_NONE;
	enum rc rc = store_check(w->arena, w->where, true, &why);

	if (rc != RC_OK)
		print_error("%.*s\n", STR_ARG(why));
	assert_int_equal(rc, RC_OK);
}

static void check_refuses(struct world *w, enum rc want, const char *words)
{
	struct str why = STR_NONE;
	enum rc rc = store_check(w->arena, w->where, true, &why);
	const char *said = arena_cstr(w->arena, why);

	if (rc != want || !strstr(said, words))
		print_error("%s: %s\n", rc_name(rc), said);
	assert_int_equal(rc, want);
	assert_non_null(strstr(said, words));
	assert_non_null(strstr(said, w->folder));
	assert_null(strchr(said, '\n'));
}

static void open_refuses(struct world *w, enum rc want, const char *words)
{
	struct str why = STR_NONE;

	assert_int_equal(store_open(w->arena, w->where, STORE_SERVER, &w->store, &why), want);
	assert_null(w->store);
	assert_non_null(strstr(arena_cstr(w->arena, why), words));
}

static void write_file(struct world *w, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	world_path(w, name, path, sizeof(path));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* ---- making and checking --------------------------------------------------------------------------- */

static void a_missing_database_is_made_only_when_asked(void **state)
{
	struct world *w = *state;
	struct stat of;
	struct str why;

	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_ABSENT);
	open_refuses(w, RC_ABSENT, "does not exist");
	assert_int_equal(access(w->file, F_OK), -1);
	check_ok(w);
	assert_int_equal(stat(w->file, &of), 0);
	assert_int_equal(of.st_mode & 0777, 0600);
	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_OK);
	world_open_as(w, STORE_SERVER);
}

static void a_second_check_changes_nothing(void **state)
{
	struct world *w = *state;
	int64_t node;

	check_ok(w);
	node = behind(w, "SELECT number FROM meta WHERE key = 'node'");
	check_ok(w);
	assert_int_equal(behind(w, "SELECT number FROM meta WHERE key = 'node'"), node);
	assert_int_equal(behind(w, "SELECT number FROM meta WHERE key = 'schema'"), STORE_SCHEMA);
	assert_int_equal(behind(w, "PRAGMA application_id"), 0x47524247);
}

static void another_place_than_a_file_is_refused(void **state)
{
	struct world *w = *state;
	struct str why;

	assert_int_equal(store_check(w->arena, "postgresql://host/db", true, &why), RC_MALFORMED);
	assert_int_equal(store_check(w->arena, "sqlite:", true, &why), RC_MALFORMED);
	assert_int_equal(store_open(w->arena, "gerbang.db", STORE_CLI, &w->store, &why), RC_MALFORMED);
	assert_non_null(strstr(arena_cstr(w->arena, why), "sqlite:FILE"));
}

static void a_newer_schema_is_refused_and_left_alone(void **state)
{
	struct world *w = *state;

	check_ok(w);
	behind(w, "UPDATE meta SET number = 99 WHERE key = 'schema'");
	check_refuses(w, RC_MALFORMED, "newer version of Gerbang (schema 99");
	open_refuses(w, RC_MALFORMED, "newer version");
	assert_int_equal(behind(w, "SELECT number FROM meta WHERE key = 'schema'"), 99);
}

static void what_is_no_database_of_ours_is_refused(void **state)
{
	struct world *w = *state;

	write_file(w, "gerbang.db", "This is a letter to my aunt, and it is longer than a hundred bytes, because SQLite reads a "
	                            "hundred bytes of header before it says anything about a file.");
	check_refuses(w, RC_MALFORMED, "is not a database");
	open_refuses(w, RC_MALFORMED, "is not a database");
	unlink(w->file);
	behind(w, "CREATE TABLE t (x)");
	check_refuses(w, RC_MALFORMED, "is not a Gerbang database");
	open_refuses(w, RC_MALFORMED, "is not a Gerbang database");
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM sqlite_schema"), 1);
	unlink(w->file);
	assert_int_equal(mkdir(w->file, 0700), 0);
	check_refuses(w, RC_MALFORMED, "is not a file");
	rmdir(w->file);
}

static void an_empty_file_is_filled_only_when_asked(void **state)
{
	struct world *w = *state;
	struct str why;

	write_file(w, "gerbang.db", "");
	assert_int_equal(store_check(w->arena, w->where, false, &why), RC_MALFORMED);
	open_refuses(w, RC_MALFORMED, "is not a Gerbang database");
	check_ok(w);
}

static void a_symbolic_link_is_refused(void **state)
{
	struct world *w = *state;
	char path[256];

	check_ok(w);
	world_path(w, "other.db", path, sizeof(path));
	assert_int_equal(rename(w->file, path), 0);
	assert_int_equal(symlink(path, w->file), 0);
	check_refuses(w, RC_MALFORMED, "is a symbolic link");
	open_refuses(w, RC_MALFORMED, "is a symbolic link");
}

/* Root may write everything, so that these ask as another user. */
static void as_other_user(struct world *w, mode_t folder, mode_t file, const char *words)
{
	bool root = geteuid() == 0;
	struct stat of;

	if (root) {
		assert_int_equal(chown(w->folder, 65534, 65534), 0);
		if (stat(w->file, &of) == 0)
			assert_int_equal(chown(w->file, 65534, 65534), 0);
	}
	if (stat(w->file, &of) == 0)
		assert_int_equal(chmod(w->file, file), 0);
	assert_int_equal(chmod(w->folder, folder), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	check_refuses(w, RC_MALFORMED, words);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(w->folder, 0700), 0);
}

static void a_folder_that_cannot_be_written_is_refused(void **state)
{
	struct world *w = *state;

	as_other_user(w, 0500, 0600, "cannot be written: Permission denied");
	check_ok(w);
	as_other_user(w, 0500, 0600, "cannot be written: Permission denied");
}

static void a_file_that_cannot_be_written_is_refused(void **state)
{
	struct world *w = *state;

	check_ok(w);
	as_other_user(w, 0700, 0400, "cannot be written: Permission denied");
}

/* ---- damage ------------------------------------------------------------------------------------------ */

static void scribble(struct world *w, off_t at, size_t n)
{
	char noise[4096];
	int fd = open(w->file, O_WRONLY);

	memset(noise, 0xa5, sizeof(noise));
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, noise, n, at), n);
	close(fd);
}

static void a_damaged_page_of_the_schema_is_refused(void **state)
{
	struct world *w = *state;

	check_ok(w);
	scribble(w, 100, 200);
	check_refuses(w, RC_MALFORMED, "is damaged");
	open_refuses(w, RC_MALFORMED, "is damaged");
}

static void a_damaged_header_is_refused(void **state)
{
	struct world *w = *state;

	check_ok(w);
	scribble(w, 0, 16);
	check_refuses(w, RC_MALFORMED, "is not a database");
}

static void a_damaged_page_of_the_meta_table_is_refused(void **state)
{
	struct world *w = *state;
	int64_t page;

	check_ok(w);
	page = behind(w, "SELECT rootpage FROM sqlite_schema WHERE name = 'meta'");
	scribble(w, (page - 1) * 4096, 4096);
	page = behind(w, "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_meta_1'");
	scribble(w, (page - 1) * 4096, 4096);
	check_refuses(w, RC_MALFORMED, "is damaged");
}

static void a_cut_file_is_refused(void **state)
{
	struct world *w = *state;

	check_ok(w);
	assert_int_equal(truncate(w->file, 6000), 0);
	check_refuses(w, RC_MALFORMED, "is damaged");
}

static void audit_some(struct world *w, int n)
{
	world_open_as(w, STORE_SERVER);
	for (int i = 0; i < n; i++) {
		struct audit e = audit_row(7, "signin");

		e.at_s += i;
		WRITE(w, RC_OK, store_audit_add(tx, &e));
	}
}

static enum rc verify(struct world *w, const char **why, int64_t *rows)
{
	struct tx *t = view(w);
	struct str said;
	enum rc rc = store_audit_verify(t, w->arena, NULL, NULL, rows, &said);

	store_abandon(&t);
	*why = arena_cstr(w->arena, said);
	return rc;
}

static void audit_rows_cannot_be_changed_or_deleted(void **state)
{
	struct world *w = *state;

	check_ok(w);
	audit_some(w, 3);
	assert_int_equal(behind(w, "UPDATE audit SET result = 'refused'"), -SQLITE_CONSTRAINT);
	assert_int_equal(behind(w, "DELETE FROM audit WHERE seq = 3"), -SQLITE_CONSTRAINT);
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM audit WHERE result = 'ok'"), 3);
}

static void a_changed_row_is_found_and_named(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET result = 'refused' WHERE seq = 4", "UPDATE audit SET ref = '' WHERE seq = 4",
		"UPDATE audit SET at_s = at_s + 1 WHERE seq = 4",    "UPDATE audit SET user_id = 8 WHERE seq = 4",
		"UPDATE audit SET login = 'an', actor = 'i' WHERE seq = 4",
		"UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 5) WHERE seq = 4",
		"UPDATE audit SET browser = hex(zeroblob(9000)) WHERE seq = 4",
	};
	struct world *w = *state;
	const char *why;
	int64_t rows;

	check_ok(w);
	audit_some(w, 9);
	assert_int_equal(verify(w, &why, &rows), RC_OK);
	assert_int_equal(rows, 9);
	behind(w, "DROP TRIGGER audit_no_update; CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 4");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		behind(w, changes[i]);
		assert_int_equal(verify(w, &why, &rows), RC_MALFORMED);
		if (!strstr(why, "row 4: it was changed"))
			fail_msg("%s: %s", changes[i], why);
		behind(w, "UPDATE audit SET result = k.result, ref = k.ref, at_s = k.at_s, user_id = k.user_id, login = k.login, "
		          "actor = k.actor, hash = k.hash, browser = k.browser FROM kept k WHERE audit.seq = 4");
		assert_int_equal(verify(w, &why, &rows), RC_OK);
	}
}

static void a_missing_row_is_found_and_named(void **state)
{
	struct world *w = *state;
	unsigned char hash[32], sig[64] = {0};
	int64_t node, seq, rows;
	const char *why;
	bool is_signed;

	check_ok(w);
	audit_some(w, 9);
	READ(w, RC_OK, store_audit_head(tx, &node, &seq, hash, &is_signed));
	WRITE(w, RC_OK, store_audit_sign(tx, node, seq, hash, sig, NOW_S));
	behind(w, "DROP TRIGGER audit_no_delete; CREATE TABLE kept AS SELECT * FROM audit; DELETE FROM audit WHERE seq = 4");
	assert_int_equal(verify(w, &why, &rows), RC_MALFORMED);
	assert_non_null(strstr(why, "row 4: it is missing"));
	behind(w, "INSERT INTO audit SELECT * FROM kept WHERE seq = 4; DELETE FROM audit WHERE seq > 7");
	assert_int_equal(verify(w, &why, &rows), RC_MALFORMED);
	assert_non_null(strstr(why, "row 9: it was signed and is missing"));
}

static void the_start_is_refused_when_the_last_row_was_changed(void **state)
{
	struct world *w = *state;

	check_ok(w);
	audit_some(w, 9);
	store_close(&w->store);
	check_ok(w);
	behind(w, "DROP TRIGGER audit_no_update; UPDATE audit SET result = 'refused' WHERE seq = 9");
	check_refuses(w, RC_MALFORMED, "row 9 of the audit");
}

/* ---- the epoch ----------------------------------------------------------------------------------------- */

static int64_t epoch_file(struct world *w)
{
	char path[256], text[32] = "";
	FILE *f;

	world_path(w, "epoch", path, sizeof(path));
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	return strtoll(text, NULL, 10);
}

static void the_higher_epoch_wins_and_ends_all_sessions(void **state)
{
	struct world *w = *state;
	struct session s = session_row(1, 7), got;
	struct user who;
	int64_t epoch;

	check_ok(w);
	assert_int_equal(epoch_file(w), 1);
	world_open_as(w, STORE_SERVER);
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_session_add(tx, &s));
	READ(w, RC_OK, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	store_close(&w->store);
	write_file(w, "epoch", "5\n");
	check_ok(w);
	world_open_as(w, STORE_SERVER);
	READ(w, RC_OK, store_epoch_get(tx, &epoch));
	assert_int_equal(epoch, 5);
	READ(w, RC_ABSENT, store_session_get(tx, w->arena, s.token, NOW_S, IDLE_S, &got, &who));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM session"), 0);
	store_close(&w->store);
	write_file(w, "epoch", "3\n");
	check_ok(w);
	assert_int_equal(epoch_file(w), 5);
	write_file(w, "epoch", "5x\n");
	check_refuses(w, RC_MALFORMED, "`epoch`");
}

/* ---- transactions ---------------------------------------------------------------------------------------- */

static void a_view_sees_one_moment(void **state)
{
	struct world *w = *state;
	struct user u = user_row(8, "budi"), got;
	struct tx *old = view(w);
	int64_t n;

	assert_int_equal(store_user_count(old, &n), RC_OK);
	WRITE(w, RC_OK, store_user_add(tx, &u));
	assert_int_equal(store_user_get(old, w->arena, 8, &got), RC_ABSENT);
	READ(w, RC_OK, store_user_get(tx, w->arena, 8, &got));
	store_abandon(&old);
}

static void what_is_abandoned_did_not_happen(void **state)
{
	struct world *w = *state;
	struct user u = user_row(8, "budi"), got;
	struct tx *t = begin(w);

	assert_int_equal(store_user_add(t, &u), RC_OK);
	assert_int_equal(store_user_get(t, w->arena, 8, &got), RC_OK);
	store_abandon(&t);
	assert_null(t);
	store_abandon(&t);
	READ(w, RC_ABSENT, store_user_get(tx, w->arena, 8, &got));
}

static void what_is_committed_later_is_seen_at_once(void **state)
{
	struct world *w = *state;
	struct tx *t;
	struct user got;

	for (int64_t id = 1; id <= 50; id++) {
		char login[16];
		struct user u;

		snprintf(login, sizeof(login), "u%lld", (long long)id);
		u = user_row(id, login);
		t = begin(w);
		assert_int_equal(store_user_add(t, &u), RC_OK);
		assert_int_equal(store_commit_later(&t), RC_OK);
		READ(w, RC_OK, store_user_get(tx, w->arena, id, &got));
	}
	store_close(&w->store);
	world_open_as(w, STORE_SERVER);
	READ(w, RC_OK, store_user_get(tx, w->arena, 50, &got));
}

static void meta_keeps_bytes(void **state)
{
	struct world *w = *state;
	struct str got;

	READ(w, RC_ABSENT, store_meta_get(tx, w->arena, "check", &got));
	WRITE(w, RC_OK, store_meta_set(tx, "check", S("a\0b")));
	WRITE(w, RC_OK, store_meta_set(tx, "check", S("\xff\0c")));
	READ(w, RC_OK, store_meta_get(tx, w->arena, "check", &got));
	assert_true(str_eq(got, S("\xff\0c")));
}

static void ids_are_positive_and_of_62_bits(void **state)
{
	int64_t id, all = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(store_id_new(&id), RC_OK);
		assert_true(id > 0 && id >> 62 == 0);
		all |= id;
	}
	assert_int_equal(all >> 61, 1);
}

static void the_nth_call_can_be_made_to_fail(void **state)
{
	struct world *w = *state;
	struct user u = user_row(8, "budi"), got;
	struct tx *t;

	store_break_at(w->store, 1);
	assert_int_equal(store_begin(w->store, &t), RC_FAULT);
	store_break_at(w->store, 2);
	t = begin(w);
	assert_int_equal(store_user_add(t, &u), RC_FAULT);
	/* whoever does not care is stopped at the end */
	assert_int_equal(store_commit(&t), RC_FAULT);
	assert_null(t);
	store_break_at(w->store, 3);
	t = begin(w);
	assert_int_equal(store_user_add(t, &u), RC_OK);
	assert_int_equal(store_commit(&t), RC_FAULT);
	READ(w, RC_ABSENT, store_user_get(tx, w->arena, 8, &got));
	store_break_at(w->store, 1);
	assert_int_equal(store_view(w->store, &t), RC_FAULT);
	store_break_at(w->store, 1);
	store_break_at(w->store, 0);
	WRITE(w, RC_OK, store_user_add(tx, &u));
}

static void panics(struct world *w, void (*f)(struct world *))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		/* opened here: a child of a process with threads may do little */
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		world_open_as(w, STORE_SERVER);
		f(w);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void write_on_view(struct world *w)
{
	struct tx *t;

	if (store_view(w->store, &t) == RC_OK)
		(void)!store_user_lock(t, 7, NOW_S);
}

static void audit_on_view(struct world *w)
{
	struct audit e = audit_row(7, "signin");
	struct tx *t;

	if (store_view(w->store, &t) == RC_OK)
		(void)!store_audit_add(t, &e);
}

static void commit_of_view(struct world *w)
{
	struct tx *t;

	if (store_view(w->store, &t) == RC_OK)
		(void)!store_commit(&t);
}

static void begin_twice(struct world *w)
{
	struct tx *t, *again;

	if (store_begin(w->store, &t) == RC_OK)
		(void)!store_begin(w->store, &again);
}

static void our_own_mistakes_panic(void **state)
{
	struct world *w = *state;

	check_ok(w);
	panics(w, write_on_view);
	panics(w, audit_on_view);
	panics(w, commit_of_view);
	panics(w, begin_twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BARE(a_missing_database_is_made_only_when_asked),
		BARE(a_second_check_changes_nothing),
		BARE(another_place_than_a_file_is_refused),
		BARE(a_newer_schema_is_refused_and_left_alone),
		BARE(what_is_no_database_of_ours_is_refused),
		BARE(an_empty_file_is_filled_only_when_asked),
		BARE(a_symbolic_link_is_refused),
		BARE(a_folder_that_cannot_be_written_is_refused),
		BARE(a_file_that_cannot_be_written_is_refused),
		BARE(a_damaged_page_of_the_schema_is_refused),
		BARE(a_damaged_header_is_refused),
		BARE(a_damaged_page_of_the_meta_table_is_refused),
		BARE(a_cut_file_is_refused),
		BARE(audit_rows_cannot_be_changed_or_deleted),
		BARE(a_changed_row_is_found_and_named),
		BARE(a_missing_row_is_found_and_named),
		BARE(the_start_is_refused_when_the_last_row_was_changed),
		BARE(the_higher_epoch_wins_and_ends_all_sessions),
		TEST(a_view_sees_one_moment),
		TEST(what_is_abandoned_did_not_happen),
		TEST(what_is_committed_later_is_seen_at_once),
		TEST(meta_keeps_bytes),
		TEST(ids_are_positive_and_of_62_bits),
		TEST(the_nth_call_can_be_made_to_fail),
		BARE(our_own_mistakes_panic),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
