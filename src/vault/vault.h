/*
 * vault: the only process that can read the master key. This header is the port: what the others may ask.
 *
 *   web worker ─┐                          ┌─ fast lane: codes, seals, tokens (one thread)
 *   web worker ─┼─ one socketpair, frames ─┤
 *   cli        ─┘   matched by number      └─ hash lane: Argon2id, one thread per core, bounded queue
 *
 * Web asks "check this proof", never "give me that key". The one secret that comes out is the seed that is
 * being shown as a QR (vault_seed_show). Frames are fixed structs (src/vault/frame.h); there is no parser.
 *
 * Every sealed value is XChaCha20-Poly1305 under a key derived per purpose (HKDF-SHA256), with (purpose,
 * user, row) as associated data and a key id in front: a value moved to another row opens nowhere, that is
 * RC_MALFORMED. Password hashes are Argon2id over HMAC-SHA256(pepper, user id ‖ NFC password), stored as a
 * PHC string, so they too are bound to their user.
 *
 * Errors: RC_BUSY the hash queue is full (answer 503; nothing was begun); RC_FAULT the vault is gone or
 * broke (the supervisor brings another within a second; a call waits for it at most 3 s). All calls block,
 * are safe from any thread, and write REFUSED or nothing on any error.
 */
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include "base/arena.h"
#include "base/secret.h"
#include "core/totp.h"
#include "core/verdict.h"

enum {
	VAULT_DEVICES_MAX = 50,   /* devices in one question */
	VAULT_SEALED_MAX = 512,
	VAULT_PHC_MAX = 160,
	VAULT_PASSWORD_MAX = 1024, /* bytes, checked before anything is hashed */
};

struct vault;

/* ---- the client's life -------------------------------------------------------------------------- */

/* `control_fd` is the supervisor's socket on which a new vault's descriptor arrives by SCM_RIGHTS (base/fd.h,
 * fd_give); the first one is waited for, and RC_FAULT when that socket ends before. Taken over: vault_close
 * closes it. */
enum rc vault_connect(int control_fd, struct vault **out) MUST_USE;
/* For the command line and tests: forks a short-lived vault of its own that reads `key_file`, and ends it
 * with vault_close. It dies with the thread that called this (PR_SET_PDEATHSIG).
 * RC_ABSENT: no such file. RC_MALFORMED: wrong size or permissions wider than the owner;
 * `why` (may be NULL) gets a sentence. */
enum rc vault_start(struct arena *a, const char *key_file, struct vault **out, struct str *why) MUST_USE;
void vault_close(struct vault **v);

/* The vault process itself: serves `fd` (SOCK_SEQPACKET, as vault_pair in vault/process.h makes it) until
 * end-of-file. `key_fd` is the opened master key; its permissions are looked at again. Returns an exit code:
 * 0, 1 (a frame that no honest client sends), 78 (the key). Never returns to anything that matters. */
int vault_process(int fd, int key_fd);

/* A fresh master key file (0600, O_EXCL, fsynced). RC_TAKEN: it exists. */
enum rc vault_key_create(const char *key_file) MUST_USE;

/* Does this key belong to this database? `check` is what vault_key_check_make gave when the database was
 * made; RC_MALFORMED when it is another key's. */
enum rc vault_key_check_make(struct vault *v, struct arena *a, struct str *check) MUST_USE;
enum rc vault_key_check(struct vault *v, struct str check) MUST_USE;

/* ---- passwords ---------------------------------------------------------------------------------- */

/* Bytes as typed (valid UTF-8, at most VAULT_PASSWORD_MAX); NFC is done here. */
enum rc vault_password_hash(struct vault *v, struct arena *a, int64_t user, struct str password, struct str *phc) MUST_USE;

/*
 * `phc` absent or empty (unknown user, user without password): a dummy of the same cost is hashed and the
 * verdict is REFUSED. *rehash is set when GOOD but made with older parameters or pepper.
 * RC_MALFORMED: the password is too long or not UTF-8, or `phc` is not ours (after a dummy hash).
 */
enum rc vault_password_check(struct vault *v, int64_t user, struct str phc, struct str password,
                             enum verdict *verdict, bool *rehash) MUST_USE;

/* ---- codes -------------------------------------------------------------------------------------- */

struct vault_device {
	int64_t user, row;  /* what the seed is sealed to */
	struct str seed;    /* sealed */
};

/* 160 random bits, sealed to (user, row) as SEAL_SHOWN: it may be shown and confirmed, and signs nobody in. */
enum rc vault_seed_new(struct vault *v, struct arena *a, int64_t user, int64_t row, struct str *sealed) MUST_USE;
/* The seed in base32, for the one page that shows it. The caller wipes it with its arena. RC_MALFORMED for a confirmed one:
 * a seed that counts is never shown again, whoever asks. */
enum rc vault_seed_show(struct vault *v, struct arena *a, const struct vault_device *d, struct str *base32) MUST_USE;

struct vault_code {
	enum verdict verdict;
	unsigned device;     /* index of the one that matched */
	int64_t step;        /* burn it before granting */
};
/* Compares `code` (cleaned, 6 digits) with each device at the steps now_step-back .. now_step+ahead (10 at
 * most); the work is the same for every code. The first device that matches is named. RC_MALFORMED: one of
 * the seeds is not sealed to its row; then no other is believed either. n may be 0: REFUSED. */
enum rc vault_code_check(struct vault *v, const struct vault_device *devices, size_t n, const char *code,
                         int64_t now_step, unsigned back, unsigned ahead, struct vault_code *out) MUST_USE;

/* As above with one step back and ahead for ONE unconfirmed entry, and when refused the offset of its clock in
 * steps within +-26 h, or INT64_MIN: at enrolment the secret was just shown, so the number is no oracle.
 * When good, `sealed` is the seed sealed anew as SEAL_TOTP: what the device keeps; it can be checked, not shown.
 * May be RC_BUSY: it takes as long as a hash and waits in the same queue. */
enum rc vault_code_check_new(struct vault *v, struct arena *a, const struct vault_device *d, const char *code, int64_t now_step,
                             struct vault_code *out, int64_t *offset_steps, struct str *sealed) MUST_USE;

/*
 * The clock doctor: where a code that was refused would have fitted, for each of `n` devices within +-26 h. Diagnosis
 * only, never a verdict; the work is the same for every code. Retired and suspended seeds may be asked about too.
 * offsets[i] is in steps, nearest to zero, INT64_MIN when none (or when the seed is not sealed to its row).
 * n at most VAULT_DOCTOR_MAX. May be RC_BUSY: it takes as long as a hash and waits in the same queue.
 */
enum { VAULT_DOCTOR_MAX = 12 };
enum rc vault_code_doctor(struct vault *v, const struct vault_device *devices, size_t n, const char *code, int64_t now_step,
                          int64_t offsets[VAULT_DOCTOR_MAX]) MUST_USE;

/* A secret that people type by hand (a recovery code, a registration slip): its MAC under a key of its own purpose,
 * bound to the user. `text` is already cleaned (core/typed.h). */
enum typed_purpose { TYPED_RECOVERY = 1, TYPED_SLIP = 2 };
enum rc vault_typed_mac(struct vault *v, enum typed_purpose p, int64_t user, struct str text, unsigned char mac[32]) MUST_USE;

/* ---- passkeys ------------------------------------------------------------------------------------ */

/*
 * A passkey's signature over authenticator data ‖ SHA-256(client data). `alg` and `public_key` as in struct passkey of
 * store.h. RC_MALFORMED: not a key of that algorithm; the verdict is REFUSED then too. Rules about flags, counter,
 * origin and challenge are core/webauthn's, not the vault's.
 */
enum { VAULT_AUTHDATA_MAX = 2048, VAULT_SIGNATURE_MAX = 512, VAULT_PASSKEY_MAX = 264 };
enum rc vault_passkey_verify(struct vault *v, int64_t alg, struct str public_key, struct str authdata,
                             const unsigned char client_hash[32], struct str signature, enum verdict *verdict) MUST_USE;

/* ---- seals, tokens, signatures ------------------------------------------------------------------ */

/* `plain` up to VAULT_SEALED_MAX - 45 bytes. SEAL_CHECK belongs to vault_key_check and is refused here. */
enum seal_purpose { SEAL_NIK = 1, SEAL_CHECK = 2, SEAL_TOTP = 3, SEAL_SHOWN = 4 };
enum rc vault_seal(struct vault *v, struct arena *a, enum seal_purpose p, int64_t user, int64_t row, struct str plain,
                   struct str *sealed) MUST_USE;
/* SEAL_NIK only: a seed is never opened for web. */
enum rc vault_unseal(struct vault *v, struct arena *a, enum seal_purpose p, int64_t user, int64_t row, struct str sealed,
                     struct str *plain) MUST_USE;
/* Keyed hash for look-ups (NIK). */
enum rc vault_index(struct vault *v, enum seal_purpose p, struct str plain, unsigned char out[32]) MUST_USE;

enum token_purpose { TOKEN_SETUP = 1, TOKEN_RESET, TOKEN_FORGOT, TOKEN_STOP, TOKEN_TICKET, TOKEN_SLIP /* link.token is a typed MAC */ };
/* The link's token: MAC over (purpose, row, epoch), 256 bits, as base64url. The store keeps its SHA-256. */
enum rc vault_token(struct vault *v, struct arena *a, enum token_purpose p, int64_t row, int64_t epoch, struct str *token) MUST_USE;

/* Ed25519 over (node, seq, hash): the head of the audit chain. 64 bytes. */
enum rc vault_head_sign(struct vault *v, int64_t node, int64_t seq, const unsigned char hash[32], unsigned char sig[64]) MUST_USE;
enum rc vault_head_verify(struct vault *v, int64_t node, int64_t seq, const unsigned char hash[32],
                          const unsigned char sig[64], enum verdict *verdict) MUST_USE;

#endif
