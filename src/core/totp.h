/*
 * totp: time-based one-time passwords (RFC 6238 over RFC 4226).
 *
 * Gerbang's own entries are SHA-1, 6 digits, 30 s: the only set that every app honours. Other sets are for
 * the RFC's vectors.
 * The surprising rule: totp_verify computes every step of its window and compares in constant time; it
 * returns the step, and whoever accepts it must burn it (store_device_claim) before anything is granted.
 * A wider match (totp_search) is diagnosis only and never a verdict.
 */
#ifndef CORE_TOTP_H
#define CORE_TOTP_H

#include "base/str.h"
#include "core/verdict.h"

enum { TOTP_SEED_BYTES = 20, TOTP_DIGITS = 6, TOTP_PERIOD_S = 30, TOTP_CODE_ROOM = 9 };
enum totp_hash { TOTP_SHA1 = 0, TOTP_SHA256, TOTP_SHA512 };

/* Steps since 1970; now_s below zero panics. */
int64_t totp_step(int64_t now_s);

/* RFC 4226 5.3 with any of the three hashes, 6 to 8 digits; `out` gets the digits and a NUL. */
void hotp(enum totp_hash hash, struct str key, uint64_t counter, unsigned digits, char out[TOTP_CODE_ROOM]);

/*
 * What was typed, cleaned: ASCII and Unicode spaces, dots and hyphens go; then exactly TOTP_DIGITS ASCII
 * digits must be left, else RC_MALFORMED (full-width digits, 5 or 7 digits, a NUL). `out` gets a NUL.
 */
enum rc totp_clean(struct str typed, char out[TOTP_CODE_ROOM]) MUST_USE;

/*
 * Steps now_step-back .. now_step+ahead, all of them always computed. GOOD: *step is the step that
 * matched (the newest if two did). REFUSED: *step is -1.
 */
enum verdict totp_verify(struct str seed, const char *code, int64_t now_step, unsigned back, unsigned ahead,
                         int64_t *step) MUST_USE;

/*
 * Diagnosis: the offset in steps, nearest to zero, within +-span at which `code` fits; INT64_MIN when none.
 * Always computes all 2*span+1 steps.
 */
int64_t totp_search(struct str seed, const char *code, int64_t now_step, unsigned span);

#endif
