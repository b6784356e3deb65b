/*
 * qr: a text as a QR code, as a picture for a data: address.
 *
 * Level M, a quiet zone of four modules, one pixel a module (the style sheet enlarges it), one bit a pixel,
 * dark on light. An otpauth address of 165 bytes is a PNG of about 550 bytes. The surprising rule: the
 * smallest version that holds the text is used, so longer names make a finer picture.
 */
#ifndef WEB_QR_H
#define WEB_QR_H

#include "base/arena.h"
#include "base/str.h"

/* "data:image/png;base64,..." RC_MALFORMED: longer than a QR code can hold. RC_FAULT: no picture was made. */
enum rc qr_data(struct arena *a, struct str text, struct str *out) MUST_USE;
/* The PNG itself. */
enum rc qr_png(struct arena *a, struct str text, struct str *out) MUST_USE;

#endif
