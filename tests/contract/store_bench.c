/*
 * Figures of the store by itself: store_bench FOLDER SECONDS [USERS]. Not a test. A folder that was filled once is used
 * again as it is.
 *
 * A "sign-in" here is one transaction of one claim and one audit row, on disk before it counts.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/store.h"

enum { NOW_S = 1780000000, SESSIONS = 1000 };

static struct store *store;
static int64_t users = 1000, until_ms;
static atomic_long done;

static void need(enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "store_bench: %s: %s\n", what, rc_name(rc));
	exit(1);
}

static void hash_of(int64_t n, unsigned char out[STORE_HASH])
{
	memset(out, 0, STORE_HASH);
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)((uint64_t)n * 0x9e3779b97f4a7c15u >> (8 * i));
}

static void fill(void)
{
	struct tx *tx = NULL;

	for (int64_t id = 1; id <= users; id++) {
		char login[32];
		struct user u = {.id = (int64_t)((uint64_t)id * 0x9e3779b97f4a7c15u >> 2), .type = S("pegawai"),
		                 .email = S("a@contoh.id"), .name = S("Ani")};
		struct device d = {.id = u.id, .user = u.id, .number = 1, .name = S("HP"), .state = DEVICE_ACTIVE,
		                   .seed = S("0123456789abcdef0123456789abcdef0123456789")};
		struct session s = {.id = u.id, .user = u.id, .epoch = 1, .began_s = NOW_S, .seen_s = NOW_S, .ends_s = NOW_S + 43200,
		                    .address = S("192.0.2.7"), .browser = S("Mozilla/5.0 (X11; Linux x86_64) Firefox")};

		snprintf(login, sizeof(login), "user%lld", (long long)u.id);
		u.login = u.shown = str_of(login);
		hash_of(id, s.token);
		if (!tx)
			need(store_begin(store, &tx), "begin");
		need(store_user_add(tx, &u), "user");
		need(store_device_add(tx, &d, 5), "device");
		need(store_session_add(tx, &s), "session");
		if (id % 1000 == 0 || id == users)
			need(store_commit(&tx), "commit");
	}
}

static void *claims(void *arg)
{
	int64_t me = (int64_t)(intptr_t)arg, step = 1;

	while (clock_mono_ms() < until_ms) {
		int64_t n = 1 + (me * 7919 + step * 31) % users, id = (int64_t)((uint64_t)n * 0x9e3779b97f4a7c15u >> 2);
		struct audit e = {.at_s = NOW_S, .user = id, .login = S("user"), .event = S("signin"), .result = S("ok"),
		                  .factor = S("pwd otp"), .address = S("192.0.2.7"), .browser = S("Mozilla/5.0 (X11; Linux x86_64) Firefox")};
		struct tx *tx;
		enum rc rc;

		need(store_begin(store, &tx), "begin");
		rc = store_device_claim(tx, id, ++step * 1000 + me, NOW_S);
		if (rc != RC_TAKEN)
			need(rc, "claim");
		need(store_audit_add(tx, &e), "audit");
		need(store_commit(&tx), "commit");
		atomic_fetch_add(&done, 1);
	}
	return NULL;
}

static void *reads(void *arg)
{
	struct arena *a = arena_new(1 << 14, 1 << 20);
	int64_t n = (int64_t)(intptr_t)arg * 131;

	while (clock_mono_ms() < until_ms)
		for (int i = 0; i < 64; i++) {
			unsigned char token[STORE_HASH];
			struct session s;
			struct user u;
			struct tx *tx;

			hash_of(1 + n++ * 97 % (users < SESSIONS ? users : SESSIONS), token);
			need(store_view(store, &tx), "view");
			need(store_session_get(tx, a, token, NOW_S, 900, &s, &u), "session");
			store_abandon(&tx);
			arena_reset(a);
			atomic_fetch_add_explicit(&done, 1, memory_order_relaxed);
		}
	arena_free(&a);
	return NULL;
}

static double cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void run(const char *what, void *(*f)(void *), int threads, int seconds)
{
	pthread_t t[256];

	double used_us = -cpu_us();

	atomic_store(&done, 0);
	until_ms = clock_mono_ms() + seconds * 1000;
	for (int i = 0; i < threads; i++)
		if (pthread_create(&t[i], NULL, f, (void *)(intptr_t)i) != 0)
			exit(1);
	for (int i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	used_us += cpu_us();
	printf("%-8s %3d threads %9ld a second %7.1f us of processor each\n", what, threads, atomic_load(&done) / seconds,
	       used_us / (double)atomic_load(&done));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(1 << 16, 1 << 20);
	const char *where;
	struct str why;
	struct tx *tx;
	int64_t there;
	int seconds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 2;

	if (argc < 2)
		return 64;
	if (argc > 3)
		users = strtol(argv[3], NULL, 10);
	where = arena_printf(a, "sqlite:%s/bench.db", argv[1]).ptr;
	need(store_check(a, where, true, &why), "check");
	need(store_open(a, where, STORE_SERVER, &store, &why), "open");
	need(store_view(store, &tx), "view");
	need(store_user_count(tx, &there), "count");
	store_abandon(&tx);
	if (there == 0)
		fill();
	else
		users = there;
	for (int threads = 1; threads <= 64; threads *= 8)
		run("commit", claims, threads, seconds);
	for (int threads = 1; threads <= 4; threads *= 2)
		run("read", reads, threads, seconds);
	store_close(&store);
	arena_free(&a);
	return 0;
}
