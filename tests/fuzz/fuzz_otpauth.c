#include "fuzz.h"

#include "base/codec.h"
#include "core/otpauth.h"
#include "core/totp.h"

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.ptr[i] == c;
	return n;
}

/* Whatever the names hold, the address has one label, four questions and no space, and gives them back. */
static void address(struct arena *a, struct str issuer, struct str user, struct str secret)
{
	struct str uri = otpauth_uri(a, issuer, user, 3, base32_encode(a, secret)), back, label, account;

	for (size_t i = 0; i < uri.len; i++)
		check(uri.ptr[i] > ' ' && uri.ptr[i] < 0x7f && uri.ptr[i] != '+' && uri.ptr[i] != '#');
	check(count(uri, '?') == 1 && count(uri, '&') == 4 && count(uri, ':') == 2 && count(uri, '=') == 5);
	check(str_starts(uri, S("otpauth://totp/")));
	label = str_n(uri.ptr + 15, uri.len - 15);
	account = str_cut(&label, '?');
	if (str_has(issuer, '\0') || str_has(user, '\0'))
		return;
	check(url_decode(a, str_cut(&account, ':'), false, &back) == RC_OK && str_eq(back, issuer));
	check(url_decode(a, account, false, &back) == RC_OK && str_eq(back, otpauth_account(a, user, 3)));
}

static void fuzz_one(struct arena *a, struct str in)
{
	struct str rest = in, issuer = str_cut(&rest, '\n'), user = str_cut(&rest, '\n'), seed;
	char code[TOTP_CODE_ROOM];
	int64_t step;

	if (!str_has(issuer, '\0') && !str_has(user, '\0'))
		address(a, issuer, user, rest);
	if (totp_clean(in, code) == RC_OK) {
		for (size_t i = 0; i < TOTP_DIGITS; i++)
			check(code[i] >= '0' && code[i] <= '9');
		check(code[TOTP_DIGITS] == '\0');
	} else {
		check(code[0] == '\0');
	}
	if (base32_decode(a, in, &seed) == RC_OK) {
		hotp(TOTP_SHA1, seed, 1, TOTP_DIGITS, code);
		check(totp_verify(seed, code, 1, 1, 1, &step) == VERDICT_GOOD);
	}
}
