/*
 * attestation: an attestation object (WebAuthn 6.5.4) taken apart. Runs in the lens's job, and in its fuzz target.
 *
 * Only the shapes that we asked for are understood: fmt "none", and "packed" signed by the new key itself, which
 * clients may leave in. Every other statement is named FORMAT_OTHER and not looked into.
 */
#ifndef LENS_ATTESTATION_H
#define LENS_ATTESTATION_H

#include "core/webauthn.h"

enum rc attestation_read(struct str object, struct webauthn_made *out) MUST_USE;

#endif
