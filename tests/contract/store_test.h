/*
 * store_test: a fresh database for each test, on memory-backed disk where there is one, and short words for rows.
 */
#ifndef STORE_TEST_H
#define STORE_TEST_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/test.h"
#include "store/store.h"

enum { NOW_S = 1780000000, IDLE_S = 15 * 60, HOUR_S = 3600, DAY_S = 24 * HOUR_S };

struct world {
	struct arena *arena;
	struct store *store;
	char folder[128], file[160], where[176];
};

static inline struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	return w;
}

__attribute__((noinline, unused)) static void world_path(struct world *w, const char *name, char *out, size_t room)
{
	snprintf(out, room, "%s/%s", w->folder, name);
}

static inline void world_make(struct world *w)
{
	const char *at = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");

	memset(w, 0, sizeof(*w));
	w->arena = arena_new(1 << 16, 256 << 20);
	snprintf(w->folder, sizeof(w->folder), "%s/gerbang-test-XXXXXX", at ? at : "/tmp");
	assert_non_null(mkdtemp(w->folder));
	world_path(w, "gerbang.db", w->file, sizeof(w->file));
	snprintf(w->where, sizeof(w->where), "sqlite:%s", w->file);
}

static inline void world_open_as(struct world *w, enum store_role role)
{
	struct str why;
	enum rc rc = store_open(w->arena, w->where, role, &w->store, &why);

	if (rc != RC_OK)
		print_error("store_open: %s: %.*s\n", rc_name(rc), STR_ARG(why));
	assert_int_equal(rc, RC_OK);
}

static inline int world_begin(void **state)
{
	struct world *w = world_new();
	struct str why;

	world_make(w);
	assert_int_equal(store_check(w->arena, w->where, true, &why), RC_OK);
	world_open_as(w, STORE_SERVER);
	*state = w;
	return 0;
}

static inline void world_remove(struct world *w)
{
	static const char *const names[] = {"gerbang.db", "gerbang.db-wal", "gerbang.db-shm", "gerbang.db-journal", "turn",
	                                    "epoch", "epoch.new", "link", "other.db"};
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		world_path(w, names[i], path, sizeof(path));
		unlink(path);
	}
	rmdir(w->folder);
	arena_free(&w->arena);
}

static inline int world_end(void **state)
{
	struct world *w = *state;

	store_close(&w->store);
	world_remove(w);
	free(w);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)

static inline struct tx *begin(struct world *w)
{
	struct tx *tx;

	assert_int_equal(store_begin(w->store, &tx), RC_OK);
	return tx;
}

static inline struct tx *view(struct world *w)
{
	struct tx *tx;

	assert_int_equal(store_view(w->store, &tx), RC_OK);
	return tx;
}

#define commit(tx) assert_int_equal(store_commit(&(tx)), RC_OK)
/* One call in a transaction of its own, which is closed before anything can fail. */
#define WRITE(w, want, call) do { \
	struct tx *tx = begin(w); \
	enum rc got_ = (call), committed_ = store_commit(&tx); \
	assert_int_equal(got_, want); \
	assert_int_equal(committed_, RC_OK); \
} while (0)
#define READ(w, want, call) do { \
	struct tx *tx = view(w); \
	enum rc got_ = (call); \
	store_abandon(&tx); \
	assert_int_equal(got_, want); \
} while (0)

static inline void hash_of(int64_t n, unsigned char out[STORE_HASH])
{
	memset(out, 0, STORE_HASH);
	memcpy(out, &n, sizeof(n));
	out[31] = 0x5a;
}

static inline struct user user_row(int64_t id, const char *login)
{
	struct user u = {.id = id, .login = str_of(login), .shown = str_of(login), .type = S("pegawai"), .email = S("a@contoh.id"),
	                 .name = S("Ani"), .created_s = NOW_S, .next_number = 1};
	return u;
}

static inline void user_make(struct world *w, int64_t id, const char *login)
{
	struct user u = user_row(id, login);

	WRITE(w, RC_OK, store_user_add(tx, &u));
}

static inline struct session session_row(int64_t id, int64_t user)
{
	struct session s = {.id = id, .user = user, .epoch = 1, .began_s = NOW_S, .seen_s = NOW_S, .ends_s = NOW_S + 12 * HOUR_S,
	                    .pwd_s = NOW_S, .otp_s = NOW_S, .fresh_s = NOW_S, .address = S("192.0.2.7"), .browser = S("Firefox")};
	hash_of(id, s.token);
	return s;
}

static inline struct device device_row(int64_t id, int64_t user, const char *name)
{
	struct device d = {.id = id, .user = user, .number = id, .name = str_of(name), .state = DEVICE_ACTIVE, .seed = S("sealed"),
	                   .added_s = NOW_S, .address = S("192.0.2.7")};
	return d;
}

static inline struct audit audit_row(int64_t user, const char *event)
{
	struct audit e = {.at_s = NOW_S, .user = user, .login = S("ani"), .event = str_of(event), .result = S("ok"),
	                  .factor = S("pwd otp"), .address = S("192.0.2.7"), .browser = S("Firefox")};
	return e;
}

#endif
