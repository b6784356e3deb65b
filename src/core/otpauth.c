#include "core/otpauth.h"

#include <inttypes.h>

#include "base/codec.h"

struct str otpauth_account(struct arena *a, struct str user, int64_t number)
{
	return arena_printf(a, "%.*s #%" PRId64, STR_ARG(user), number);
}

struct str otpauth_label(struct arena *a, struct str issuer, struct str user, int64_t number)
{
	return arena_printf(a, "%.*s: %.*s #%" PRId64, STR_ARG(issuer), STR_ARG(user), number);
}

struct str otpauth_uri(struct arena *a, struct str issuer, struct str user, int64_t number, struct str secret_base32)
{
	struct str from = url_encode(a, issuer);
	struct str account = url_encode(a, otpauth_account(a, user, number));

	return arena_printf(a, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s&algorithm=SHA1&digits=6&period=30",
	                    STR_ARG(from), STR_ARG(account), STR_ARG(secret_base32), STR_ARG(from));
}

struct str otpauth_groups(struct arena *a, struct str secret_base32)
{
	char *p = arena_alloc(a, secret_base32.len + secret_base32.len / 4 + 1);
	size_t n = 0;

	for (size_t i = 0; i < secret_base32.len; i++) {
		if (i && i % 4 == 0)
			p[n++] = ' ';
		p[n++] = secret_base32.ptr[i];
	}
	return str_n(p, n);
}
