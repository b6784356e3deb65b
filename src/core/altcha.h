/*
 * altcha: proof of work instead of a puzzle, in the format of ALTCHA v2 (altcha.org; npm altcha-lib interoperates).
 *
 *   GET  ◀── {"parameters":{"algorithm","cost","expiresAt","keyLength","keyPrefix","nonce","salt"},"signature"}
 *   solver:  PBKDF2-HMAC-SHA256(nonce ‖ counter as 4 bytes big-endian, salt, cost) for counter 0, 1, 2 ...
 *            until the key begins with keyPrefix
 *   POST ──▶ base64 of {"challenge":{as it came},"solution":{"counter","derivedKey","time"}}
 *
 * The counter that solves it is drawn here, between ALTCHA_LEAST and ALTCHA_MOST, so nobody has bad luck: the work
 * is bounded. keyPrefix is half of that counter's key; the other half is known only to who did the work, so judging is
 * a comparison and costs nothing. The surprising rule: there is no signing key. What was given out is kept (in the
 * store, by the caller) beside the key that solves it, and `signature` is random: it binds an answer to its question.
 * Pure but for the arena; the randomness is the caller's.
 *
 * What the work costs: docs/decisions/0007-captcha.md.
 */
#ifndef CORE_ALTCHA_H
#define CORE_ALTCHA_H

#include "base/arena.h"
#include "core/verdict.h"

enum {
	ALTCHA_COST = 2000,          /* rounds of PBKDF2 a counter */
	ALTCHA_LEAST = 60, ALTCHA_MOST = 120, /* counters */
	ALTCHA_PAYLOAD_MAX = 2048,   /* of base64; a solver's is about 800 */
	ALTCHA_PAIRS_MAX = 24,
};

struct altcha_seed {
	unsigned char nonce[16], salt[16], signature[32];
	uint32_t counter;            /* any; brought between LEAST and MOST here */
};

/* `kept` is what the caller keeps: the solving key and the question. RC_FAULT: the library failed. */
enum rc altcha_make(struct arena *a, const struct altcha_seed *seed, int64_t expires_s, struct str *kept) MUST_USE;
/* The question in what was kept: the JSON to hand out. STR_NONE when that is not one of ours. */
struct str altcha_challenge(struct str kept);
/* Is the payload an answer to exactly this question? Every parameter must be as it was given out. Says nothing of
 * the time: the caller's row expires. */
enum verdict altcha_judge(struct arena *a, struct str kept, struct str payload);

/*
 * The reader of payloads, for its tests and its fuzz target: an object of objects, no arrays, no escapes in strings, no
 * name twice, at most ALTCHA_PAIRS_MAX values, three deep. `name` is "challenge.parameters.cost"; `value` is the text of a string
 * without its quotes, or of a number or word as it stands.
 */
struct altcha_pair {
	struct str name, value;
	bool quoted;
};
enum rc altcha_read(struct arena *a, struct str json, struct altcha_pair pairs[ALTCHA_PAIRS_MAX], size_t *n) MUST_USE;

#endif
