/*
 * frame: what travels between the vault and those who ask it. Fixed structs, one per message, no parser.
 *
 * The socketpair is SOCK_SEQPACKET: one send is one frame, so threads need no lock to send and there is no
 * stream to resynchronise. Both ends are the same program on the same machine: host byte order, padding
 * spelled out. The operation alone decides the size; lengths inside are checked before use by
 * vault_frame_check, and the vault ends itself on a frame that fails it: only a bug or an attack sends one.
 *
 *   question:  struct frame_head | what the operation needs        answer:  struct frame_head (same op, same id,
 *              (rc is 0)                                                     rc set) | bytes or judgement
 */
#ifndef VAULT_FRAME_H
#define VAULT_FRAME_H

#include <stdint.h>

#include "vault/vault.h"

enum frame_op {
	OP_PASSWORD_HASH = 1,
	OP_PASSWORD_CHECK,
	OP_SEED_NEW,
	OP_SEED_SHOW,
	OP_CODE_CHECK,
	OP_CODE_CHECK_NEW,
	OP_SEAL,
	OP_UNSEAL,
	OP_INDEX,
	OP_TOKEN,
	OP_HEAD_SIGN,
	OP_HEAD_VERIFY,
	OP_KEY_CHECK_MAKE,
	OP_KEY_CHECK,
	OP_CODE_DOCTOR,
	OP_TYPED_MAC,
	OP_PASSKEY_VERIFY,
	OP_END, /* not an operation */
};

enum {
	SEAL_OVERHEAD = 45,                          /* version 1, key id 4, nonce 24, tag 16 */
	SEALED_SEED_BYTES = TOTP_SEED_BYTES + SEAL_OVERHEAD,
	PLAIN_MAX = VAULT_SEALED_MAX - SEAL_OVERHEAD,
	WINDOW_MAX = 10,                             /* steps back or ahead */
	TYPED_MAX = 64,                              /* bytes of a secret typed by hand */
};

struct frame_head {
	uint32_t op;
	uint32_t rc;
	uint64_t id; /* the client's; comes back unchanged */
};

struct ask_password { /* OP_PASSWORD_HASH (phc_len 0), OP_PASSWORD_CHECK (0: no such user) */
	struct frame_head head;
	int64_t user;
	uint16_t phc_len, password_len;
	uint32_t zero;
	uint8_t phc[VAULT_PHC_MAX];
	uint8_t password[VAULT_PASSWORD_MAX];
};

struct frame_device {
	int64_t user, row;
	uint8_t seed[SEALED_SEED_BYTES];
	uint8_t zero[7];
};

struct ask_device { /* OP_SEED_SHOW, OP_CODE_CHECK_NEW */
	struct frame_head head;
	int64_t now_step;
	char code[8]; /* digits and NULs */
	struct frame_device device;
};

struct ask_devices { /* OP_CODE_CHECK */
	struct frame_head head;
	int64_t now_step;
	uint32_t n, back, ahead, zero;
	char code[8];
	struct frame_device device[VAULT_DEVICES_MAX];
};

struct ask_doctor { /* OP_CODE_DOCTOR */
	struct frame_head head;
	int64_t now_step;
	uint32_t n, zero;
	char code[8];
	struct frame_device device[VAULT_DOCTOR_MAX];
};

struct ask_typed { /* OP_TYPED_MAC */
	struct frame_head head;
	int64_t user;
	uint32_t purpose, len;
	uint8_t text[TYPED_MAX];
};

struct ask_row { /* OP_SEED_NEW, OP_KEY_CHECK_MAKE */
	struct frame_head head;
	int64_t user, row;
};

struct ask_bytes { /* OP_SEAL, OP_UNSEAL, OP_INDEX, OP_KEY_CHECK */
	struct frame_head head;
	int64_t user, row;
	uint32_t purpose, len;
	uint8_t bytes[VAULT_SEALED_MAX];
};

struct ask_token { /* OP_TOKEN */
	struct frame_head head;
	int64_t row, epoch;
	uint32_t purpose, zero;
};

struct ask_head { /* OP_HEAD_SIGN, OP_HEAD_VERIFY */
	struct frame_head head;
	int64_t node, seq;
	uint8_t hash[32], sig[64];
};

struct ask_passkey { /* OP_PASSKEY_VERIFY */
	struct frame_head head;
	int64_t alg;
	uint32_t key_len, authdata_len, signature_len, zero;
	uint8_t client_hash[32];
	uint8_t key[VAULT_PASSKEY_MAX];
	uint8_t authdata[VAULT_AUTHDATA_MAX];
	uint8_t signature[VAULT_SIGNATURE_MAX];
};

struct say_bytes {
	struct frame_head head;
	uint32_t len, zero;
	uint8_t bytes[VAULT_SEALED_MAX];
};

struct say_judgement {
	struct frame_head head;
	uint32_t verdict, rehash; /* verdict: only VERDICT_GOOD counts */
	uint32_t device, zero;
	int64_t step, offset;
};

struct say_confirmed { /* OP_CODE_CHECK_NEW */
	struct say_judgement judgement;
	uint8_t seed[SEALED_SEED_BYTES]; /* SEAL_TOTP, when good; else zeros */
	uint8_t zero[7];
};

struct say_doctor { /* OP_CODE_DOCTOR; INT64_MIN where nothing was found */
	struct frame_head head;
	int64_t offset[VAULT_DOCTOR_MAX];
};

union frame_ask {
	struct frame_head head;
	struct ask_password password;
	struct ask_device device;
	struct ask_devices devices;
	struct ask_doctor doctor;
	struct ask_typed typed;
	struct ask_row row;
	struct ask_bytes bytes;
	struct ask_token token;
	struct ask_head audit;
	struct ask_passkey passkey;
};

union frame_say {
	struct frame_head head;
	struct say_bytes bytes;
	struct say_judgement judgement;
	struct say_confirmed confirmed;
	struct say_doctor doctor;
};

_Static_assert(sizeof(struct frame_head) == 16, "no padding");
_Static_assert(sizeof(struct ask_password) == 16 + 16 + VAULT_PHC_MAX + VAULT_PASSWORD_MAX, "no padding");
_Static_assert(sizeof(struct frame_device) == 88, "no padding");
_Static_assert(sizeof(struct ask_device) == 16 + 16 + 88, "no padding");
_Static_assert(sizeof(struct ask_devices) == 16 + 32 + 88 * VAULT_DEVICES_MAX, "no padding");
_Static_assert(sizeof(struct ask_doctor) == 16 + 24 + 88 * VAULT_DOCTOR_MAX, "no padding");
_Static_assert(sizeof(struct ask_typed) == 16 + 16 + TYPED_MAX, "no padding");
_Static_assert(sizeof(struct ask_row) == 32, "no padding");
_Static_assert(sizeof(struct ask_bytes) == 16 + 24 + VAULT_SEALED_MAX, "no padding");
_Static_assert(sizeof(struct ask_token) == 40, "no padding");
_Static_assert(sizeof(struct ask_head) == 128, "no padding");
_Static_assert(sizeof(struct ask_passkey) == 16 + 24 + 32 + VAULT_PASSKEY_MAX + VAULT_AUTHDATA_MAX + VAULT_SIGNATURE_MAX, "no padding");
_Static_assert(sizeof(struct say_bytes) == 24 + VAULT_SEALED_MAX, "no padding");
_Static_assert(sizeof(struct say_judgement) == 48, "no padding");
_Static_assert(sizeof(struct say_doctor) == 16 + 8 * VAULT_DOCTOR_MAX, "no padding");
_Static_assert(sizeof(struct say_confirmed) == 48 + 72, "no padding");

/* How long a question or an answer of this operation is; 0 when there is no such operation. */
size_t vault_ask_size(uint32_t op);
size_t vault_say_size(uint32_t op);

/* RC_OK: `bytes` (aligned as union frame_ask) is a question that may be acted on: known operation, its
 * exact size, every length, count and purpose within bounds, the rest zero. */
enum rc vault_frame_check(const void *bytes, size_t n) MUST_USE;

#endif
