#include "vault/answer.h"

#include <string.h>

#include <sodium.h>

#include "base/codec.h"
#include "base/log.h"
#include "vault/passkey.h"
#include "vault/seal.h"

static const struct str check_text = {"gerbang key check", 17};

/* Whoever sealed it somewhere else, or under another key: the operator should know. */
static enum rc opened(const struct keys *k, struct place at, struct str sealed, unsigned char *out, size_t *n)
{
	enum rc rc = seal_open(k, at, sealed, out, n);

	if (rc != RC_OK)
		log_event(LOG_WARN, "vault.seal_refused", F_INT("purpose", at.purpose), F_INT("user", at.user),
		          F_INT("row", at.row));
	return rc;
}

static enum rc seed_open(const struct keys *k, enum seal_purpose as, const struct frame_device *d, unsigned char seed[TOTP_SEED_BYTES])
{
	struct place at = {as, d->user, d->row};
	size_t n;

	return opened(k, at, str_n(d->seed, sizeof(d->seed)), seed, &n);
}

static enum rc put(const struct keys *k, struct place at, struct str plain, struct say_bytes *say)
{
	size_t n;
	enum rc rc = seal_put(k, at, plain, say->bytes, &n);

	say->len = (uint32_t)n;
	return rc;
}

static enum rc seed_new(const struct keys *k, const struct ask_row *ask, struct say_bytes *say)
{
	unsigned char seed[TOTP_SEED_BYTES] = {0};
	enum rc rc = random_bytes(seed, sizeof(seed));

	if (rc == RC_OK)
		rc = put(k, (struct place){SEAL_SHOWN, ask->user, ask->row}, str_n(seed, sizeof(seed)), say);
	wipe(seed, sizeof(seed));
	return rc;
}

/* The bytes as they are; the client writes them as base32. */
static enum rc seed_show(const struct keys *k, const struct ask_device *ask, struct say_bytes *say)
{
	enum rc rc = seed_open(k, SEAL_SHOWN, &ask->device, say->bytes);

	say->len = rc == RC_OK ? TOTP_SEED_BYTES : 0;
	return rc;
}

static enum rc code_check(const struct keys *k, const struct ask_devices *ask, struct say_judgement *say)
{
	unsigned char seed[TOTP_SEED_BYTES] = {0};
	enum rc rc = RC_OK;

	say->step = -1;
	/* From the last to the first, so that the first device that matches is written last. */
	for (uint32_t i = ask->n; i-- > 0;) {
		int64_t step, mask;

		if (seed_open(k, SEAL_TOTP, &ask->device[i], seed) != RC_OK) {
			rc = RC_MALFORMED;
			continue;
		}
		mask = -(int64_t)(totp_verify(str_n(seed, sizeof(seed)), ask->code, ask->now_step, ask->back, ask->ahead, &step) ==
		                  VERDICT_GOOD);
		say->verdict |= (uint32_t)mask & VERDICT_GOOD;
		say->device = (i & (uint32_t)mask) | (say->device & ~(uint32_t)mask);
		say->step = (step & mask) | (say->step & ~mask);
	}
	wipe(seed, sizeof(seed));
	return rc;
}

static enum rc code_check_new(const struct keys *k, const struct ask_device *ask, struct say_confirmed *say)
{
	unsigned char bytes[TOTP_SEED_BYTES] = {0};
	struct say_judgement *j = &say->judgement;
	struct str seed = str_n(bytes, sizeof(bytes));
	enum rc rc = seed_open(k, SEAL_SHOWN, &ask->device, bytes);
	size_t n;

	j->step = -1;
	j->offset = INT64_MIN;
	if (rc == RC_OK) {
		j->verdict = totp_verify(seed, ask->code, ask->now_step, 1, 1, &j->step);
		j->offset = totp_search(seed, ask->code, ask->now_step, DRIFT_SPAN_STEPS);
		if (j->verdict == VERDICT_GOOD) {
			j->offset = INT64_MIN;
			rc = seal_put(k, (struct place){SEAL_TOTP, ask->device.user, ask->device.row}, seed, say->seed, &n);
		}
	}
	wipe(bytes, sizeof(bytes));
	return rc;
}

/* The same work for every code: each device is searched to both ends, also behind one that matched. A seed that does not
 * open is searched too, as zeros, and matches nothing. */
static enum rc code_doctor(const struct keys *k, const struct ask_doctor *ask, struct say_doctor *say)
{
	unsigned char bytes[TOTP_SEED_BYTES];

	for (uint32_t i = 0; i < VAULT_DOCTOR_MAX; i++)
		say->offset[i] = INT64_MIN;
	for (uint32_t i = 0; i < ask->n; i++) {
		int64_t offset;
		bool opens;

		memset(bytes, 0, sizeof(bytes));
		opens = seed_open(k, SEAL_TOTP, &ask->device[i], bytes) == RC_OK;
		offset = totp_search(str_n(bytes, sizeof(bytes)), ask->code, ask->now_step, DRIFT_SPAN_STEPS);
		if (opens)
			say->offset[i] = offset;
	}
	wipe(bytes, sizeof(bytes));
	return RC_OK;
}

/* Bound to the user, so that a row moved to another account opens nothing there. */
static enum rc typed_mac(const struct keys *k, const struct ask_typed *ask, struct say_bytes *say)
{
	unsigned char user[8];

	le64(ask->user, user);
	mac(k->typed[ask->purpose], (const struct str[]){str_n(user, 8), str_n(ask->text, ask->len)}, 2, say->bytes);
	say->len = 32;
	return RC_OK;
}

static enum rc unseal(const struct keys *k, const struct ask_bytes *ask, struct say_bytes *say)
{
	struct place at = {(enum seal_purpose)ask->purpose, ask->user, ask->row};
	size_t n;
	enum rc rc = opened(k, at, str_n(ask->bytes, ask->len), say->bytes, &n);

	say->len = (uint32_t)n;
	return rc;
}

static enum rc key_check(const struct keys *k, const struct ask_bytes *ask, struct say_judgement *say)
{
	unsigned char plain[VAULT_SEALED_MAX];
	size_t n;
	enum rc rc = seal_open(k, (struct place){SEAL_CHECK, 0, 0}, str_n(ask->bytes, ask->len), plain, &n);

	if (rc == RC_OK && !str_eq_secret(str_n(plain, n), check_text))
		rc = RC_MALFORMED;
	if (rc == RC_OK)
		say->verdict = VERDICT_GOOD;
	wipe(plain, sizeof(plain));
	return rc;
}

static enum rc token(const struct keys *k, const struct ask_token *ask, struct say_bytes *say)
{
	unsigned char purpose[8], row[8], epoch[8];

	le64(ask->purpose, purpose);
	le64(ask->row, row);
	le64(ask->epoch, epoch);
	mac(k->token, (const struct str[]){str_n(purpose, 8), str_n(row, 8), str_n(epoch, 8)}, 3, say->bytes);
	say->len = 32;
	return RC_OK;
}

enum { HEAD_TEXT_BYTES = 8 + 8 + 8 + 32 };

/* The label keeps this signature from meaning anything else. */
static void head_text(const struct ask_head *ask, unsigned char text[HEAD_TEXT_BYTES])
{
	memcpy(text, "audit  1", 8);
	le64(ask->node, text + 8);
	le64(ask->seq, text + 16);
	memcpy(text + 24, ask->hash, 32);
}

static enum rc head_sign(const struct keys *k, const struct ask_head *ask, struct say_bytes *say)
{
	unsigned char text[HEAD_TEXT_BYTES];

	head_text(ask, text);
	if (crypto_sign_detached(say->bytes, NULL, text, sizeof(text), k->head_secret) != 0)
		panic("vault: Ed25519 failed");
	say->len = crypto_sign_BYTES;
	return RC_OK;
}

static enum rc head_verify(const struct keys *k, const struct ask_head *ask, struct say_judgement *say)
{
	unsigned char text[HEAD_TEXT_BYTES];

	head_text(ask, text);
	if (crypto_sign_verify_detached(ask->sig, text, sizeof(text), k->head_public) == 0)
		say->verdict = VERDICT_GOOD;
	return RC_OK;
}

bool answer_is_slow(uint32_t op)
{
	return op == OP_PASSWORD_HASH || op == OP_PASSWORD_CHECK || op == OP_CODE_CHECK_NEW || op == OP_CODE_DOCTOR;
}

/* A payload beside a failure would be an invitation. */
static void finish(const union frame_ask *ask, union frame_say *say, enum rc rc)
{
	if (rc != RC_OK)
		memset(say, 0, sizeof(*say));
	say->head = (struct frame_head){ask->head.op, rc, ask->head.id};
}

static enum rc passkey(const struct ask_passkey *ask, struct say_judgement *say)
{
	enum verdict verdict;
	enum rc rc = passkey_verify(ask->alg, str_n(ask->key, ask->key_len), str_n(ask->authdata, ask->authdata_len), ask->client_hash,
	                            str_n(ask->signature, ask->signature_len), &verdict);

	say->verdict = verdict;
	return rc;
}

static enum rc fast(const struct keys *k, const union frame_ask *ask, union frame_say *say)
{
	const struct ask_bytes *b = &ask->bytes;

	switch ((enum frame_op)ask->head.op) {
	case OP_SEED_NEW:
		return seed_new(k, &ask->row, &say->bytes);
	case OP_SEED_SHOW:
		return seed_show(k, &ask->device, &say->bytes);
	case OP_CODE_CHECK:
		return code_check(k, &ask->devices, &say->judgement);
	case OP_SEAL:
		return put(k, (struct place){(enum seal_purpose)b->purpose, b->user, b->row}, str_n(b->bytes, b->len), &say->bytes);
	case OP_UNSEAL:
		return unseal(k, b, &say->bytes);
	case OP_INDEX:
		mac(k->index[b->purpose], (const struct str[]){str_n(b->bytes, b->len)}, 1, say->bytes.bytes);
		say->bytes.len = 32;
		return RC_OK;
	case OP_TOKEN:
		return token(k, &ask->token, &say->bytes);
	case OP_HEAD_SIGN:
		return head_sign(k, &ask->audit, &say->bytes);
	case OP_HEAD_VERIFY:
		return head_verify(k, &ask->audit, &say->judgement);
	case OP_PASSKEY_VERIFY:
		return passkey(&ask->passkey, &say->judgement);
	case OP_KEY_CHECK_MAKE:
		return put(k, (struct place){SEAL_CHECK, 0, 0}, check_text, &say->bytes);
	case OP_KEY_CHECK:
		return key_check(k, b, &say->judgement);
	case OP_TYPED_MAC:
		return typed_mac(k, &ask->typed, &say->bytes);
	case OP_PASSWORD_HASH:
	case OP_PASSWORD_CHECK:
	case OP_CODE_CHECK_NEW:
	case OP_CODE_DOCTOR:
	case OP_END:
		break;
	}
	panic("vault: not a fast question");
}

void answer_fast(const struct keys *k, const union frame_ask *ask, union frame_say *say)
{
	memset(say, 0, sizeof(*say));
	finish(ask, say, fast(k, ask, say));
}

static enum rc hash_new(const struct keys *k, struct hasher *h, const struct ask_password *ask, struct say_bytes *say)
{
	struct phc phc;
	enum rc rc = password_hash(h, k, ask->user, str_n(ask->password, ask->password_len), &phc);

	if (rc == RC_OK)
		say->len = (uint32_t)phc_write(&phc, (char *)say->bytes);
	wipe(&phc, sizeof(phc));
	return rc;
}

static enum rc hash_check(const struct keys *k, struct hasher *h, const struct phc *dummy, const struct ask_password *ask,
                          struct say_judgement *say)
{
	enum verdict verdict;
	bool rehash;
	enum rc rc = password_check(h, k, dummy, ask->user, str_n(ask->phc, ask->phc_len),
	                            str_n(ask->password, ask->password_len), &verdict, &rehash);

	if (rc == RC_MALFORMED)
		log_event(LOG_WARN, "vault.password_unreadable", F_INT("user", ask->user));
	say->verdict = verdict;
	say->rehash = rehash;
	return rc;
}

void answer_slow(const struct keys *k, struct hasher *h, const struct phc *dummy, const union frame_ask *ask,
                 union frame_say *say)
{
	enum rc rc = RC_FAULT;

	memset(say, 0, sizeof(*say));
	if (ask->head.op == OP_PASSWORD_HASH)
		rc = hash_new(k, h, &ask->password, &say->bytes);
	else if (ask->head.op == OP_PASSWORD_CHECK)
		rc = hash_check(k, h, dummy, &ask->password, &say->judgement);
	else if (ask->head.op == OP_CODE_CHECK_NEW)
		rc = code_check_new(k, &ask->device, &say->confirmed);
	else if (ask->head.op == OP_CODE_DOCTOR)
		rc = code_doctor(k, &ask->doctor, &say->doctor);
	finish(ask, say, rc);
}
