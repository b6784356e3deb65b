/*
 * codec: bytes to text and back: hex, base32 (RFC 4648 6), base64url without padding (RFC 4648 5),
 * percent-encoding (RFC 3986 2.1), UTF-8 and its NFC.
 *
 * Decoders are strict: a wrong letter, a wrong length or non-zero left-over bits are RC_MALFORMED.
 * base32 and base64url take the same time for every content of one length (seeds and tokens pass here).
 */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct str hex_encode(struct arena *a, struct str bytes);
enum rc hex_decode(struct arena *a, struct str text, struct str *out) MUST_USE;
struct str base32_encode(struct arena *a, struct str bytes);            /* upper case, no '=' */
enum rc base32_decode(struct arena *a, struct str text, struct str *out) MUST_USE; /* either case, no '=' */
struct str base64url_encode(struct arena *a, struct str bytes);
enum rc base64url_decode(struct arena *a, struct str text, struct str *out) MUST_USE;
struct str base64_encode(struct arena *a, struct str bytes);            /* with '=', for data: URIs */

/* Everything but A-Z a-z 0-9 - . _ ~ as %XX in upper case; space is %20, never '+'. */
struct str url_encode(struct arena *a, struct str s);
/* %XX to bytes; with `form`, '+' is a space. A cut or non-hex escape is RC_MALFORMED; %00 is RC_MALFORMED. */
enum rc url_decode(struct arena *a, struct str s, bool form, struct str *out) MUST_USE;

/* True for well-formed UTF-8 (no overlong, no surrogate) without NUL and other control bytes but
 * tab, CR, LF. */
bool utf8_ok(struct str s);
size_t utf8_count(struct str s);                                        /* code points; bytes when it is not UTF-8 */
/* NFC by libutf8proc. RC_MALFORMED when it is not UTF-8. */
enum rc utf8_nfc(struct arena *a, struct str s, struct str *out) MUST_USE;

/* SHA-256 (FIPS 180-4); `out` has room for 32 bytes. */
void sha256(struct str bytes, unsigned char out[32]);
/* 1..n bytes from getrandom. A failing getrandom is RC_FAULT: the request stops, for nothing weaker will do. */
enum rc random_bytes(void *out, size_t n) MUST_USE;

#endif
