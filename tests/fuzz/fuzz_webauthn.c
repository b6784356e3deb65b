#include "fuzz.h"

#include <string.h>

#include "core/webauthn.h"

/* The first 45 bytes are authenticator data (37 are right), the rest client data. */
enum { HEAD = 45 };

/* What passes holds all that was asked; nothing short of it does. */
static void fuzz_one(struct arena *a, struct str in)
{
	static const struct webauthn_expect e = {{"Y2hhbGxlbmdl", 12}, {"https://a.example", 17}, {"a.example", 9}};
	struct webauthn_known known = {.user = 1};
	struct webauthn_seen seen;
	struct str authdata, client, origin, rp;
	enum webauthn_why why;

	(void)a;
	if (webauthn_expect_of(in, &origin, &rp) == RC_OK)
		check(rp.len > 0 && origin.len >= rp.len && origin.len <= in.len);
	if (in.len < HEAD)
		return;
	authdata = str_n(in.ptr, 37 + (unsigned char)in.ptr[HEAD - 1] % 9);
	client = str_n(in.ptr + HEAD, in.len - HEAD);
	why = webauthn_client(client, "webauthn.get", &e);
	check(why != WEBAUTHN_UNCHECKED);
	if (why == WEBAUTHN_FINE)
		check(memmem(client.ptr, client.len, "webauthn.get", 12) || memmem(client.ptr, client.len, "\\u", 2));
	why = webauthn_assertion(&e, client, authdata, STR_NONE, false, &known, &seen);
	check(why != WEBAUTHN_UNCHECKED);
	if (why == WEBAUTHN_FINE)
		check(authdata.len == 37 && (seen.flags & 0xc5) == (WEBAUTHN_UP | WEBAUTHN_UV) &&
		      webauthn_client(client, "webauthn.get", &e) == WEBAUTHN_FINE);
}
