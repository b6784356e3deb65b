/*
 * hashes: the bare rate of libsodium's password hash with Gerbang's parameters, the peer of S2.
 *
 *   hashes SECONDS THREADS
 */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

static atomic_size_t done;
static int64_t stop_ms;

static void *run(void *arg)
{
	unsigned char out[32], salt[crypto_pwhash_SALTBYTES] = {1};

	(void)arg;
	while (clock_mono_ms() < stop_ms) {
		if (crypto_pwhash(out, sizeof(out), "bench password 2468", 19, salt, 2, 19456ull * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
			abort();
		atomic_fetch_add(&done, 1);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 2;
	int64_t t0;

	if (argc < 2 || sodium_init() < 0 || n > 64)
		return 2;
	t0 = clock_mono_ms();
	stop_ms = t0 + atoi(argv[1]) * 1000;
	for (size_t i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%.2f\n", (double)done * 1000 / (double)(clock_mono_ms() - t0));
	return 0;
}
