/*
 * otpauth: the address inside the QR code, and the name of an entry in the app.
 *
 *   otpauth://totp/ISSUER:ACCOUNT?secret=BASE32&issuer=ISSUER&algorithm=SHA1&digits=6&period=30
 *
 * ACCOUNT is "<user> #<number>" ('#' travels as %23); issuer stands in both places, spaces are %20, never
 * '+' (Google Authenticator shows a '+'). The label that pages show is "<issuer>: <user> #<number>".
 * Pure: writes into the arena that it is given.
 */
#ifndef CORE_OTPAUTH_H
#define CORE_OTPAUTH_H

#include "base/arena.h"
#include "base/str.h"

struct str otpauth_uri(struct arena *a, struct str issuer, struct str user, int64_t number, struct str secret_base32);
struct str otpauth_account(struct arena *a, struct str user, int64_t number);               /* "penyedia1 #3" */
struct str otpauth_label(struct arena *a, struct str issuer, struct str user, int64_t number); /* "SPSE: penyedia1 #3" */
/* "JBSW Y3DP ..." in groups of four */
struct str otpauth_groups(struct arena *a, struct str secret_base32);

#endif
