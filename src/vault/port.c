#include <string.h>

#include "base/codec.h"
#include "vault/client.h"

/* Each function: refuse what the vault would not take, fill in the frame, ask, take the answer out. */

static enum rc answer_bytes(struct arena *a, enum rc rc, union frame_say *say, struct str *out)
{
	if (rc == RC_OK)
		*out = arena_str(a, str_n(say->bytes.bytes, say->bytes.len));
	wipe(say, sizeof(*say));
	return rc;
}

static enum rc ask_row(struct vault *v, struct arena *a, enum frame_op op, int64_t user, int64_t row, struct str *out)
{
	union frame_ask ask = {0};
	union frame_say say;

	ask.row.user = user;
	ask.row.row = row;
	return answer_bytes(a, client_call(v, op, &ask, &say), &say, out);
}

/* The answer of OP_SEAL, OP_UNSEAL, OP_INDEX and OP_KEY_CHECK is left in `say`. */
static enum rc ask_bytes(struct vault *v, enum frame_op op, enum seal_purpose p, int64_t user, int64_t row,
                         struct str bytes, union frame_say *say)
{
	union frame_ask ask = {0};

	ask.bytes.user = user;
	ask.bytes.row = row;
	ask.bytes.purpose = (uint32_t)p;
	ask.bytes.len = (uint32_t)bytes.len;
	if (bytes.len)
		memcpy(ask.bytes.bytes, bytes.ptr, bytes.len);
	return client_call(v, op, &ask, say);
}

enum rc vault_key_check_make(struct vault *v, struct arena *a, struct str *check)
{
	*check = STR_NONE;
	return ask_row(v, a, OP_KEY_CHECK_MAKE, 0, 0, check);
}

enum rc vault_key_check(struct vault *v, struct str check)
{
	union frame_say say;
	enum rc rc;

	if (check.len > VAULT_SEALED_MAX)
		return RC_MALFORMED;
	rc = ask_bytes(v, OP_KEY_CHECK, SEAL_CHECK, 0, 0, check, &say);
	return rc != RC_OK ? rc : say.judgement.verdict == VERDICT_GOOD ? RC_OK : RC_MALFORMED;
}

/* RC_MALFORMED when something does not fit. */
static enum rc password_fill(struct ask_password *ask, int64_t user, struct str phc, struct str password)
{
	if (phc.len > VAULT_PHC_MAX || password.len > VAULT_PASSWORD_MAX)
		return RC_MALFORMED;
	ask->user = user;
	ask->phc_len = (uint16_t)phc.len;
	ask->password_len = (uint16_t)password.len;
	if (phc.len)
		memcpy(ask->phc, phc.ptr, phc.len);
	if (password.len)
		memcpy(ask->password, password.ptr, password.len);
	return RC_OK;
}

enum rc vault_password_hash(struct vault *v, struct arena *a, int64_t user, struct str password, struct str *phc)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*phc = STR_NONE;
	rc = password_fill(&ask.password, user, STR_NONE, password);
	if (rc != RC_OK)
		return rc;
	return answer_bytes(a, client_call(v, OP_PASSWORD_HASH, &ask, &say), &say, phc);
}

enum rc vault_password_check(struct vault *v, int64_t user, struct str phc, struct str password, enum verdict *verdict,
                             bool *rehash)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*verdict = VERDICT_REFUSED;
	*rehash = false;
	rc = password_fill(&ask.password, user, phc, password);
	if (rc != RC_OK)
		return rc;
	rc = client_call(v, OP_PASSWORD_CHECK, &ask, &say);
	if (rc == RC_OK && say.judgement.verdict == VERDICT_GOOD) {
		*verdict = VERDICT_GOOD;
		*rehash = say.judgement.rehash != 0;
	}
	return rc;
}

enum rc vault_seed_new(struct vault *v, struct arena *a, int64_t user, int64_t row, struct str *sealed)
{
	*sealed = STR_NONE;
	return ask_row(v, a, OP_SEED_NEW, user, row, sealed);
}

static enum rc device_fill(struct frame_device *to, const struct vault_device *d)
{
	if (d->seed.len != SEALED_SEED_BYTES)
		return RC_MALFORMED;
	to->user = d->user;
	to->row = d->row;
	memcpy(to->seed, d->seed.ptr, SEALED_SEED_BYTES);
	return RC_OK;
}

static enum rc code_fill(char to[8], const char *code)
{
	size_t n = strnlen(code, TOTP_DIGITS + 1);

	if (n != TOTP_DIGITS)
		return RC_MALFORMED;
	memcpy(to, code, n);
	return RC_OK;
}

static bool step_ok(int64_t step)
{
	return step >= 0 && step <= (INT64_C(1) << 40);
}

enum rc vault_seed_show(struct vault *v, struct arena *a, const struct vault_device *d, struct str *base32)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*base32 = STR_NONE;
	rc = device_fill(&ask.device.device, d);
	if (rc != RC_OK)
		return rc;
	rc = client_call(v, OP_SEED_SHOW, &ask, &say);
	if (rc == RC_OK)
		*base32 = base32_encode(a, str_n(say.bytes.bytes, say.bytes.len));
	wipe(&say, sizeof(say));
	return rc;
}

static void code_take(const union frame_say *say, unsigned n, struct vault_code *out)
{
	if (say->judgement.verdict == VERDICT_GOOD && say->judgement.device < n && say->judgement.step >= 0)
		*out = (struct vault_code){VERDICT_GOOD, say->judgement.device, say->judgement.step};
}

enum rc vault_code_check(struct vault *v, const struct vault_device *devices, size_t n, const char *code,
                         int64_t now_step, unsigned back, unsigned ahead, struct vault_code *out)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*out = (struct vault_code){VERDICT_REFUSED, 0, -1};
	if (n > VAULT_DEVICES_MAX || !step_ok(now_step) || back > WINDOW_MAX || ahead > WINDOW_MAX)
		return RC_MALFORMED;
	ask.devices.now_step = now_step;
	ask.devices.n = (uint32_t)n;
	ask.devices.back = back;
	ask.devices.ahead = ahead;
	rc = code_fill(ask.devices.code, code);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = device_fill(&ask.devices.device[i], &devices[i]);
	if (rc == RC_OK)
		rc = client_call(v, OP_CODE_CHECK, &ask, &say);
	if (rc == RC_OK)
		code_take(&say, (unsigned)n, out);
	wipe(ask.devices.code, sizeof(ask.devices.code));
	return rc;
}

enum rc vault_code_check_new(struct vault *v, struct arena *a, const struct vault_device *d, const char *code, int64_t now_step,
                             struct vault_code *out, int64_t *offset_steps, struct str *sealed)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*out = (struct vault_code){VERDICT_REFUSED, 0, -1};
	*offset_steps = INT64_MIN;
	*sealed = STR_NONE;
	if (!step_ok(now_step))
		return RC_MALFORMED;
	ask.device.now_step = now_step;
	rc = code_fill(ask.device.code, code);
	if (rc == RC_OK)
		rc = device_fill(&ask.device.device, d);
	if (rc == RC_OK)
		rc = client_call(v, OP_CODE_CHECK_NEW, &ask, &say);
	if (rc == RC_OK) {
		code_take(&say, 1, out);
		*offset_steps = say.judgement.offset;
		if (out->verdict == VERDICT_GOOD)
			*sealed = arena_str(a, str_n(say.confirmed.seed, SEALED_SEED_BYTES));
	}
	wipe(ask.device.code, sizeof(ask.device.code));
	return rc;
}

enum rc vault_code_doctor(struct vault *v, const struct vault_device *devices, size_t n, const char *code, int64_t now_step,
                          int64_t offsets[VAULT_DOCTOR_MAX])
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	for (size_t i = 0; i < VAULT_DOCTOR_MAX; i++)
		offsets[i] = INT64_MIN;
	if (n > VAULT_DOCTOR_MAX || !step_ok(now_step))
		return RC_MALFORMED;
	ask.doctor.now_step = now_step;
	ask.doctor.n = (uint32_t)n;
	rc = code_fill(ask.doctor.code, code);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = device_fill(&ask.doctor.device[i], &devices[i]);
	if (rc == RC_OK)
		rc = client_call(v, OP_CODE_DOCTOR, &ask, &say);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		offsets[i] = say.doctor.offset[i];
	wipe(ask.doctor.code, sizeof(ask.doctor.code));
	return rc;
}

enum rc vault_typed_mac(struct vault *v, enum typed_purpose p, int64_t user, struct str text, unsigned char out[32])
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	memset(out, 0, 32);
	if ((p != TYPED_RECOVERY && p != TYPED_SLIP) || text.len == 0 || text.len > TYPED_MAX)
		return RC_MALFORMED;
	ask.typed.user = user;
	ask.typed.purpose = (uint32_t)p;
	ask.typed.len = (uint32_t)text.len;
	memcpy(ask.typed.text, text.ptr, text.len);
	rc = client_call(v, OP_TYPED_MAC, &ask, &say);
	if (rc == RC_OK)
		memcpy(out, say.bytes.bytes, 32);
	wipe(ask.typed.text, sizeof(ask.typed.text));
	return rc;
}

enum rc vault_seal(struct vault *v, struct arena *a, enum seal_purpose p, int64_t user, int64_t row, struct str plain,
                   struct str *sealed)
{
	union frame_say say;

	*sealed = STR_NONE;
	if (p == SEAL_CHECK || plain.len > PLAIN_MAX)
		return RC_MALFORMED;
	return answer_bytes(a, ask_bytes(v, OP_SEAL, p, user, row, plain, &say), &say, sealed);
}

enum rc vault_unseal(struct vault *v, struct arena *a, enum seal_purpose p, int64_t user, int64_t row, struct str sealed,
                     struct str *plain)
{
	union frame_say say;

	*plain = STR_NONE;
	if (p != SEAL_NIK || sealed.len > VAULT_SEALED_MAX)
		return RC_MALFORMED;
	return answer_bytes(a, ask_bytes(v, OP_UNSEAL, p, user, row, sealed, &say), &say, plain);
}

enum rc vault_index(struct vault *v, enum seal_purpose p, struct str plain, unsigned char out[32])
{
	union frame_say say;
	enum rc rc;

	memset(out, 0, 32);
	if (p != SEAL_NIK || plain.len > VAULT_SEALED_MAX)
		return RC_MALFORMED;
	rc = ask_bytes(v, OP_INDEX, p, 0, 0, plain, &say);
	if (rc == RC_OK)
		memcpy(out, say.bytes.bytes, 32);
	return rc;
}

enum rc vault_token(struct vault *v, struct arena *a, enum token_purpose p, int64_t row, int64_t epoch, struct str *token)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*token = STR_NONE;
	ask.token.row = row;
	ask.token.epoch = epoch;
	ask.token.purpose = (uint32_t)p;
	rc = client_call(v, OP_TOKEN, &ask, &say);
	if (rc == RC_OK)
		*token = base64url_encode(a, str_n(say.bytes.bytes, say.bytes.len));
	wipe(&say, sizeof(say));
	return rc;
}

enum rc vault_passkey_verify(struct vault *v, int64_t alg, struct str public_key, struct str authdata,
                             const unsigned char client_hash[32], struct str signature, enum verdict *verdict)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*verdict = VERDICT_REFUSED;
	if (public_key.len > VAULT_PASSKEY_MAX || authdata.len > VAULT_AUTHDATA_MAX || signature.len > VAULT_SIGNATURE_MAX)
		return RC_MALFORMED;
	ask.passkey.alg = alg;
	ask.passkey.key_len = (uint32_t)public_key.len;
	ask.passkey.authdata_len = (uint32_t)authdata.len;
	ask.passkey.signature_len = (uint32_t)signature.len;
	memcpy(ask.passkey.client_hash, client_hash, 32);
	if (public_key.len)
		memcpy(ask.passkey.key, public_key.ptr, public_key.len);
	if (authdata.len)
		memcpy(ask.passkey.authdata, authdata.ptr, authdata.len);
	if (signature.len)
		memcpy(ask.passkey.signature, signature.ptr, signature.len);
	rc = client_call(v, OP_PASSKEY_VERIFY, &ask, &say);
	if (rc == RC_OK && say.judgement.verdict == VERDICT_GOOD)
		*verdict = VERDICT_GOOD;
	return rc;
}

enum rc vault_head_sign(struct vault *v, int64_t node, int64_t seq, const unsigned char hash[32], unsigned char sig[64])
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	memset(sig, 0, 64);
	ask.audit.node = node;
	ask.audit.seq = seq;
	memcpy(ask.audit.hash, hash, 32);
	rc = client_call(v, OP_HEAD_SIGN, &ask, &say);
	if (rc == RC_OK)
		memcpy(sig, say.bytes.bytes, 64);
	return rc;
}

enum rc vault_head_verify(struct vault *v, int64_t node, int64_t seq, const unsigned char hash[32],
                          const unsigned char sig[64], enum verdict *verdict)
{
	union frame_ask ask = {0};
	union frame_say say;
	enum rc rc;

	*verdict = VERDICT_REFUSED;
	ask.audit.node = node;
	ask.audit.seq = seq;
	memcpy(ask.audit.hash, hash, 32);
	memcpy(ask.audit.sig, sig, 64);
	rc = client_call(v, OP_HEAD_VERIFY, &ask, &say);
	if (rc == RC_OK && say.judgement.verdict == VERDICT_GOOD)
		*verdict = VERDICT_GOOD;
	return rc;
}
