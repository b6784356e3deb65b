#include "fuzz.h"

#include "lens/attestation.h"
#include "lens/strict.h"

/* Whatever is read fits its rooms, names what lies in the input, and is read the same way again. */
static void fuzz_one(struct arena *a, struct str in)
{
	struct webauthn_made *m = arena_one(a, struct webauthn_made), *again = arena_one(a, struct webauthn_made);
	enum rc rc = attestation_read(in, m);
	size_t used;

	if (strict_item(in, &used) == RC_OK)
		check(used > 0 && used <= in.len);
	else
		check(rc != RC_OK);
	check(webauthn_made_fits(m) && (rc == RC_OK || (m->authdata_len == 0 && m->credential_len == 0)));
	check(attestation_read(in, again) == rc && m->key_len == again->key_len && m->flags == again->flags);
	if (rc != RC_OK)
		return;
	check(used == in.len && m->authdata_len >= 55 + m->credential_len);
	check(str_eq(str_n(m->credential, m->credential_len), str_n(m->authdata + 55, m->credential_len)));
}
