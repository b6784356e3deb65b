/*
 * letter: a job as the bytes of a mail (RFC 5322; RFC 2045, 2046, 2047).
 *
 * multipart/alternative, text first, html second, both UTF-8 in quoted-printable; header words that are not
 * plain ASCII as RFC 2047 words. Lines end with CRLF and are at most 76 characters long. Message-ID and
 * boundary come from the id, so the same job gives the same bytes.
 * The surprising rule: nothing is repaired. A header with CR, LF, NUL or another control byte, an address
 * that is not one plain address, and text that is not UTF-8 are RC_MALFORMED, and no letter is written.
 */
#ifndef COURIER_LETTER_H
#define COURIER_LETTER_H

#include "courier/courier.h"

enum rc letter_write(struct arena *a, const struct courier_job *job, struct str *out) MUST_USE;

/* Only the check, without the writing; for the client, so that a bad job never travels. */
enum rc letter_check(const struct courier_job *job) MUST_USE;

#endif
