#include "fuzz.h"

#include <string.h>

#include <sodium.h>

#include "vault/answer.h"
#include "vault/seal.h"

static const struct keys *fixed_keys(void)
{
	static struct keys k;
	static bool made;

	if (!made) {
		const unsigned char seed[crypto_sign_SEEDBYTES] = {7};

		log_level_set((enum log_level)0); /* refused seals are the rule here */
		check(sodium_init() >= 0 && crypto_sign_seed_keypair(k.head_public, k.head_secret, seed) == 0);
		made = true;
	}
	return &k;
}

enum { DOCTOR_SHARE = 32 };

/* Of what takes long, what hashes no password. The doctor's work is thousands of codes a device: a small share. */
static bool is_answered(const union frame_ask *ask)
{
	if (ask->head.op == OP_CODE_DOCTOR)
		return ask->doctor.n < 2 && ask->head.id % DOCTOR_SHARE == 0;
	return !answer_is_slow(ask->head.op) || ask->head.op == OP_CODE_CHECK_NEW;
}

static void nothing_is_good(const union frame_say *say)
{
	switch (vault_say_size(say->head.op)) {
	case sizeof(say->bytes):
		check(say->bytes.len <= sizeof(say->bytes.bytes));
		return;
	case sizeof(say->doctor):
		for (size_t i = 0; i < VAULT_DOCTOR_MAX; i++)
			check(say->doctor.offset[i] == INT64_MIN);
		return;
	default:
		check(say->judgement.verdict == VERDICT_REFUSED);
	}
}

/* What passes the check can be answered, and the answer is about this question; nothing forged is good. */
static void frames(struct str in)
{
	/* its own block, so that a read behind the frame is seen */
	union frame_ask *ask = aligned_alloc(_Alignof(union frame_ask), (in.len + 7) / 8 * 8 + 8);
	union frame_say say;

	check(ask != NULL);
	if (in.len)
		memcpy(ask, in.ptr, in.len);
	if (vault_frame_check(ask, in.len) == RC_OK && is_answered(ask)) {
		if (answer_is_slow(ask->head.op))
			answer_slow(fixed_keys(), NULL, NULL, ask, &say);
		else
			answer_fast(fixed_keys(), ask, &say);
		check(say.head.op == ask->head.op && say.head.id == ask->head.id && say.head.rc <= RC_FAULT);
		check(vault_say_size(say.head.op) != 0);
		nothing_is_good(&say);
	}
	free(ask);
}

static void texts(struct str in)
{
	const struct place at = {SEAL_NIK, 1, 1};
	unsigned char plain[VAULT_SEALED_MAX];
	char again[VAULT_PHC_MAX];
	struct phc phc;
	size_t n;

	if (phc_read(in, &phc) == RC_OK)
		check(str_eq(str_n(again, phc_write(&phc, again)), in));
	if (in.len <= sizeof(plain))
		check(seal_open(fixed_keys(), at, in, plain, &n) == RC_MALFORMED && n == 0);
}

static void fuzz_one(struct arena *a, struct str in)
{
	(void)a;
	fixed_keys();
	frames(in);
	texts(in);
}
