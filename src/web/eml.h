/*
 * eml: the letters that our own courier wrote into a folder, read back for the demo's mail page.
 *
 * No general mail parser: headers with folded lines and encoded words (RFC 2047, UTF-8 only), and the text/plain part of a
 * multipart/alternative (RFC 2046), as it is, quoted-printable or base64 (RFC 2045). What it cannot read it leaves as
 * it stands. The HTML part is never shown as HTML: it is seen in the source only.
 */
#ifndef WEB_EML_H
#define WEB_EML_H

#include "base/arena.h"

struct eml {
	struct str from, to, subject, date;
	struct str text; /* of the text part; lines end with \n */
};

void eml_read(struct arena *a, struct str file, struct eml *out);

#endif
