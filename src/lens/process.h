/*
 * process: both ends of the lens's socket: fixed frames, one job after another.
 *
 * A job answers through a socket of its own, so that a broken one can spoil no answer but its own.
 */
#ifndef LENS_PROCESS_H
#define LENS_PROCESS_H

#include "core/webauthn.h"

enum { LENS_JOB_S = 2 };

struct lens_ask {
	uint64_t id;
	uint32_t len, zero;
	unsigned char object[WEBAUTHN_OBJECT_MAX];
};

struct lens_say {
	uint64_t id;
	uint32_t rc, zero;
	struct webauthn_made made; /* zeros unless rc is RC_OK */
};

_Static_assert(sizeof(struct lens_ask) == 16 + WEBAUTHN_OBJECT_MAX, "no padding");
_Static_assert(sizeof(struct lens_say) == 16 + sizeof(struct webauthn_made), "no padding");

/* A test plants one that breaks. NULL: attestation_read. */
typedef enum rc lens_reader(struct str object, struct webauthn_made *out);
int lens_serve(int fd, lens_reader *reader);

#endif
