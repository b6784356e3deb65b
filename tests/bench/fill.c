#include "fill.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/codec.h"
#include "flow/session.h"
#include "store/store.h"
#include "vault/vault.h"

enum { BATCH = 500, COOKIES = 1000, ARENA = 1 << 20 };

struct work {
	struct store *store;
	struct vault *vault;
	size_t users, from, step;
	int64_t *ids, now_s;
	char (*seeds)[64];
};

static void must(enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "fill: %s: %s\n", what, rc_name(rc));
	exit(1);
}

static void add_user(struct work *w, struct arena *a, size_t i)
{
	struct user u = {.verified = true, .next_number = 2, .created_s = w->now_s, .password_set_s = w->now_s};
	struct device d = {.number = 1, .name = S("HP saya"), .state = DEVICE_ACTIVE, .added_s = w->now_s, .address = S("127.0.0.1")};
	struct vault_device asked;
	struct vault_code answer;
	char code[TOTP_CODE_ROOM];
	struct str base32, raw;
	struct tx *tx;
	int64_t offset;

	must(store_id_new(&u.id), "id");
	must(store_id_new(&d.id), "id");
	u.login = u.shown = u.name = arena_printf(a, "bench%zu", i);
	u.type = S("pengguna");
	u.email = arena_printf(a, "bench%zu@contoh.id", i);
	d.user = u.id;
	must(vault_password_hash(w->vault, a, u.id, S(BENCH_PASSWORD), &u.phc), "hash");
	must(vault_seed_new(w->vault, a, u.id, d.id, &d.seed), "seed");
	asked = (struct vault_device){.user = u.id, .row = d.id, .seed = d.seed};
	must(vault_seed_show(w->vault, a, &asked, &base32), "seed");
	must(base32_decode(a, base32, &raw), "base32");
	hotp(TOTP_SHA1, raw, (uint64_t)totp_step(w->now_s), TOTP_DIGITS, code);
	must(vault_code_check_new(w->vault, a, &asked, code, totp_step(w->now_s), &answer, &offset, &d.seed), "confirm");
	must(store_begin(w->store, &tx), "begin");
	must(store_user_add(tx, &u), "user");
	must(store_device_add(tx, &d, 10), "device");
	must(store_commit_later(&tx), "commit");
	w->ids[i] = u.id;
	snprintf(w->seeds[i], sizeof(w->seeds[i]), "%.*s", STR_ARG(hex_encode(a, raw)));
}

static void *add_users(void *arg)
{
	struct work *w = arg;
	struct arena *a = arena_new(ARENA, 16 * ARENA);

	for (size_t i = w->from; i < w->users; i += w->step) {
		add_user(w, a, i);
		arena_reset(a);
	}
	arena_free(&a);
	return NULL;
}

static void add_sessions(struct work *w, size_t n, FILE *cookies)
{
	struct arena *a = arena_new(ARENA, 64 * ARENA);
	int64_t epoch = 0;

	for (size_t i = 0; i < n; i += BATCH) {
		struct tx *tx;

		must(store_begin(w->store, &tx), "begin");
		must(store_epoch_get(tx, &epoch), "epoch");
		for (size_t k = i; k < n && k < i + BATCH; k++) {
			struct session s = {.user = w->ids[k % w->users], .epoch = epoch, .began_s = w->now_s, .seen_s = w->now_s,
			                    .ends_s = w->now_s + 12 * 3600, .pwd_s = w->now_s, .otp_s = w->now_s, .fresh_s = w->now_s,
			                    .address = S("127.0.0.1")};
			struct str value;

			must(store_id_new(&s.id), "id");
			must(cookie_new(a, &value, s.token), "cookie");
			must(store_session_add(tx, &s), "session");
			if (k < COOKIES)
				fprintf(cookies, "%.*s\n", STR_ARG(value));
		}
		must(store_commit(&tx), "commit");
		arena_reset(a);
	}
	arena_free(&a);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(ARENA, 16 * ARENA);
	struct work w[2] = {{0}};
	struct str why = STR_NONE;
	pthread_t other;
	FILE *cookies, *seeds;

	if (argc != 6) {
		fprintf(stderr, "usage: fill DIR USERS SESSIONS COOKIES SEEDS\n");
		return 2;
	}
	must(store_open(a, arena_cstr(a, arena_printf(a, "sqlite:%s/gerbang.db", argv[1])), STORE_CLI, &w[0].store, &why), "store");
	must(vault_start(a, arena_cstr(a, arena_printf(a, "%s/master.key", argv[1])), &w[0].vault, &why), "vault");
	w[0].users = strtoul(argv[2], NULL, 10);
	w[0].step = 2;
	w[0].now_s = clock_now_s();
	w[0].ids = arena_many(a, w[0].users, int64_t);
	w[0].seeds = arena_array(a, w[0].users, sizeof(*w[0].seeds));
	w[1] = w[0];
	w[1].from = 1;
	pthread_create(&other, NULL, add_users, &w[1]);
	add_users(&w[0]);
	pthread_join(other, NULL);
	cookies = fopen(argv[4], "w");
	seeds = fopen(argv[5], "w");
	if (!cookies || !seeds)
		return 1;
	add_sessions(&w[0], strtoul(argv[3], NULL, 10), cookies);
	for (size_t i = 0; i < w[0].users; i++)
		fprintf(seeds, "bench%zu %s\n", i, w[0].seeds[i]);
	fclose(cookies);
	fclose(seeds);
	vault_close(&w[0].vault);
	store_close(&w[0].store);
	arena_free(&a);
	return 0;
}
