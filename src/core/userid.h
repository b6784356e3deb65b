/*
 * userid: one name space for all types, without regard to case.
 *
 * A user id is 1 to 128 bytes of UTF-8, folded too, without control characters; spaces at the ends are dropped.
 * Folding is NFC plus Unicode case folding (libutf8proc), so "PPK2", "Ppk2" and "ppk2" are one. Folding a folded
 * id changes nothing.
 */
#ifndef CORE_USERID_H
#define CORE_USERID_H

#include "base/arena.h"
#include "base/str.h"

/* RC_MALFORMED: empty, too long, not text. */
enum rc userid_fold(struct arena *a, struct str typed, struct str *folded) MUST_USE;

#endif
