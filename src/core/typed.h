/*
 * typed: secrets that people copy from paper by hand: recovery codes and registration slips.
 *
 * Sixteen characters out of 32 (80 random bits), shown in groups of four: 7KQ2-M0XD-94RB-TZ8F. The alphabet is
 * Crockford's base 32, digits and capital letters without I, L, O and U: nothing in it looks like anything else in it.
 *
 * The surprising rule: reading is wider than writing. Either case, spaces and hyphens anywhere (those that phones put in
 * of their own too), O for 0, I and L for 1: what a person can mean in one way only is taken so. A U or any other
 * character is RC_MALFORMED: then nothing is looked up and nothing is charged.
 *
 *   random bytes ─ typed_new ─▶ clean ─ typed_show ─▶ paper ─▶ hand ─ typed_clean ─▶ clean ─ vault_typed_mac ─▶ row
 *
 * "Clean" is TYPED_CHARS characters of the alphabet and a NUL; the one form that is ever hashed.
 */
#ifndef CORE_TYPED_H
#define CORE_TYPED_H

#include "base/str.h"

enum { TYPED_CHARS = 16, TYPED_RANDOM_BYTES = 10, TYPED_ROOM = TYPED_CHARS + 1, TYPED_SHOWN_ROOM = TYPED_CHARS + 4 };

/* Five bits a character, the first byte's highest bits first. The caller draws the bytes and wipes both. */
void typed_new(const unsigned char bytes[TYPED_RANDOM_BYTES], char clean[TYPED_ROOM]);

/* With its hyphens, as it is printed; `clean` is what typed_new or typed_clean gave. */
void typed_show(const char *clean, char shown[TYPED_SHOWN_ROOM]);

/* RC_MALFORMED: not one of ours by its form; `clean` is then empty. */
enum rc typed_clean(struct str typed, char clean[TYPED_ROOM]) MUST_USE;

/* ---- what hands and keyboards do, for everything that is typed in groups (core/totp.c too) ------------------ */

/* One code point off the front; 0 when the bytes are not UTF-8 or it takes more than three of them (no filler does).
 * `s` is not empty. */
uint32_t typed_point(struct str *s);
/* What is put between the characters: spaces (Unicode White_Space and zero width ones), full stop, middle dot, hyphens
 * and dashes. */
bool typed_is_filler(uint32_t point);

#endif
