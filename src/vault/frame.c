#include "vault/frame.h"

size_t vault_ask_size(uint32_t op)
{
	switch ((enum frame_op)op) {
	case OP_PASSWORD_HASH:
	case OP_PASSWORD_CHECK:
		return sizeof(struct ask_password);
	case OP_SEED_NEW:
	case OP_KEY_CHECK_MAKE:
		return sizeof(struct ask_row);
	case OP_SEED_SHOW:
	case OP_CODE_CHECK_NEW:
		return sizeof(struct ask_device);
	case OP_CODE_CHECK:
		return sizeof(struct ask_devices);
	case OP_CODE_DOCTOR:
		return sizeof(struct ask_doctor);
	case OP_TYPED_MAC:
		return sizeof(struct ask_typed);
	case OP_SEAL:
	case OP_UNSEAL:
	case OP_INDEX:
	case OP_KEY_CHECK:
		return sizeof(struct ask_bytes);
	case OP_TOKEN:
		return sizeof(struct ask_token);
	case OP_HEAD_SIGN:
	case OP_HEAD_VERIFY:
		return sizeof(struct ask_head);
	case OP_PASSKEY_VERIFY:
		return sizeof(struct ask_passkey);
	case OP_END:
		break;
	}
	return 0;
}

size_t vault_say_size(uint32_t op)
{
	switch ((enum frame_op)op) {
	case OP_PASSWORD_CHECK:
	case OP_CODE_CHECK:
	case OP_HEAD_VERIFY:
	case OP_KEY_CHECK:
	case OP_PASSKEY_VERIFY:
		return sizeof(struct say_judgement);
	case OP_CODE_CHECK_NEW:
		return sizeof(struct say_confirmed);
	case OP_CODE_DOCTOR:
		return sizeof(struct say_doctor);
	case OP_PASSWORD_HASH:
	case OP_SEED_NEW:
	case OP_SEED_SHOW:
	case OP_SEAL:
	case OP_UNSEAL:
	case OP_INDEX:
	case OP_TOKEN:
	case OP_HEAD_SIGN:
	case OP_KEY_CHECK_MAKE:
	case OP_TYPED_MAC:
		return sizeof(struct say_bytes);
	case OP_END:
		break;
	}
	return 0;
}

/* Six characters and two NULs; a code of other characters matches nothing and is no attack. */
static bool code_ok(const char code[8])
{
	return code[6] == '\0' && code[7] == '\0';
}

/* Far from the ends, so that now_step +- a window never overflows. */
static bool step_ok(int64_t step)
{
	return step >= 0 && step <= (INT64_C(1) << 40);
}

static bool password_ok(const struct ask_password *q)
{
	if (q->head.op == OP_PASSWORD_HASH && q->phc_len)
		return false;
	return q->phc_len <= VAULT_PHC_MAX && q->password_len <= VAULT_PASSWORD_MAX && !q->zero;
}

static bool devices_ok(const struct ask_devices *q)
{
	return q->n <= VAULT_DEVICES_MAX && q->back <= WINDOW_MAX && q->ahead <= WINDOW_MAX && step_ok(q->now_step) && code_ok(q->code) &&
	       !q->zero;
}

static bool doctor_ok(const struct ask_doctor *q)
{
	return q->n <= VAULT_DOCTOR_MAX && step_ok(q->now_step) && code_ok(q->code) && !q->zero;
}

static bool typed_ok(const struct ask_typed *q)
{
	return (q->purpose == TYPED_RECOVERY || q->purpose == TYPED_SLIP) && q->len > 0 && q->len <= TYPED_MAX;
}

/* What may be sealed and opened for others: never SEAL_CHECK, and a seed is never opened. */
static bool bytes_ok(const struct ask_bytes *q)
{
	switch ((enum frame_op)q->head.op) {
	case OP_SEAL:
		return q->len <= PLAIN_MAX && (q->purpose == SEAL_NIK || q->purpose == SEAL_TOTP);
	case OP_UNSEAL:
		return q->len <= VAULT_SEALED_MAX && q->purpose == SEAL_NIK;
	case OP_INDEX:
		return q->len <= VAULT_SEALED_MAX && q->purpose == SEAL_NIK;
	case OP_KEY_CHECK:
		return q->len <= VAULT_SEALED_MAX && q->purpose == SEAL_CHECK;
	case OP_PASSWORD_HASH:
	case OP_PASSWORD_CHECK:
	case OP_SEED_NEW:
	case OP_SEED_SHOW:
	case OP_CODE_CHECK:
	case OP_CODE_CHECK_NEW:
	case OP_TOKEN:
	case OP_HEAD_SIGN:
	case OP_HEAD_VERIFY:
	case OP_KEY_CHECK_MAKE:
	case OP_CODE_DOCTOR:
	case OP_TYPED_MAC:
	case OP_PASSKEY_VERIFY:
	case OP_END:
		break;
	}
	return false;
}

static bool token_ok(const struct ask_token *q)
{
	return q->purpose >= TOKEN_SETUP && q->purpose <= TOKEN_TICKET && !q->zero;
}

static bool passkey_ok(const struct ask_passkey *q)
{
	return q->key_len <= VAULT_PASSKEY_MAX && q->authdata_len <= VAULT_AUTHDATA_MAX && q->signature_len <= VAULT_SIGNATURE_MAX &&
	       !q->zero;
}

static bool content_ok(const union frame_ask *q)
{
	switch ((enum frame_op)q->head.op) {
	case OP_PASSWORD_HASH:
	case OP_PASSWORD_CHECK:
		return password_ok(&q->password);
	case OP_CODE_CHECK:
		return devices_ok(&q->devices);
	case OP_CODE_DOCTOR:
		return doctor_ok(&q->doctor);
	case OP_TYPED_MAC:
		return typed_ok(&q->typed);
	case OP_SEED_SHOW:
	case OP_CODE_CHECK_NEW:
		return step_ok(q->device.now_step) && code_ok(q->device.code);
	case OP_SEAL:
	case OP_UNSEAL:
	case OP_INDEX:
	case OP_KEY_CHECK:
		return bytes_ok(&q->bytes);
	case OP_TOKEN:
		return token_ok(&q->token);
	case OP_PASSKEY_VERIFY:
		return passkey_ok(&q->passkey);
	case OP_SEED_NEW:
	case OP_KEY_CHECK_MAKE:
	case OP_HEAD_SIGN:
	case OP_HEAD_VERIFY:
		return true;
	case OP_END:
		break;
	}
	return false;
}

enum rc vault_frame_check(const void *bytes, size_t n)
{
	const union frame_ask *q = bytes;

	if (n < sizeof(struct frame_head) || q->head.rc != 0 || vault_ask_size(q->head.op) != n)
		return RC_MALFORMED;
	return content_ok(q) ? RC_OK : RC_MALFORMED;
}
