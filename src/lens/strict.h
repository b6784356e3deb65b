/*
 * strict: is this CBOR in the canonical form of CTAP2? (FIDO CTAP 2.1, 8)
 *
 * libcbor reads more than that: longer lengths, the same key twice, items without end. What passes here it can read in
 * one way only. Also refused: tags, floats, undefined, text that is not UTF-8, and more than STRICT_DEPTH levels.
 */
#ifndef LENS_STRICT_H
#define LENS_STRICT_H

#include "base/str.h"

enum { STRICT_DEPTH = 4 };

/* One item from the front. *used: how long it is; whoever wants nothing behind it compares. RC_MALFORMED. */
enum rc strict_item(struct str bytes, size_t *used) MUST_USE;

#endif
