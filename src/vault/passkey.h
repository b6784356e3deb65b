/*
 * passkey: a signature of a passkey, by OpenSSL. No secret of ours is touched here.
 *
 * Keys lie as core/webauthn.h says. A key that is not a point of its curve, or not of its algorithm's length, is
 * RC_MALFORMED. The verdict starts at REFUSED; every road but the one good answer of OpenSSL leaves it there.
 */
#ifndef VAULT_PASSKEY_H
#define VAULT_PASSKEY_H

#include "base/str.h"
#include "core/verdict.h"

enum rc passkey_verify(int64_t alg, struct str key, struct str authdata, const unsigned char client_hash[32], struct str signature,
                       enum verdict *verdict) MUST_USE;

#endif
