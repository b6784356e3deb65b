#include "fuzz.h"

#include "base/clock.h"
#include "base/codec.h"

/* What a decoder took must come back as the same text: no two texts for one value. */
static void decoders(struct arena *a, struct str in)
{
	struct str out, again;

	if (base64url_decode(a, in, &out) == RC_OK)
		check(str_eq(base64url_encode(a, out), in));
	if (base32_decode(a, in, &out) == RC_OK)
		check(str_ieq(base32_encode(a, out), in));
	if (hex_decode(a, in, &out) == RC_OK)
		check(str_ieq(hex_encode(a, out), in));
	if (url_decode(a, in, true, &out) == RC_OK) {
		check(out.len <= in.len && !str_has(out, '\0') == !str_has(in, '\0'));
		check(url_decode(a, url_encode(a, out), false, &again) == (str_has(out, '\0') ? RC_MALFORMED : RC_OK));
		check(str_has(out, '\0') || str_eq(again, out));
	}
}

static void encoders(struct arena *a, struct str in)
{
	struct str out;

	check(base64url_decode(a, base64url_encode(a, in), &out) == RC_OK && str_eq(out, in));
	check(base32_decode(a, base32_encode(a, in), &out) == RC_OK && str_eq(out, in));
	check(hex_decode(a, hex_encode(a, in), &out) == RC_OK && str_eq(out, in));
}

static void unicode(struct arena *a, struct str in)
{
	struct str once, twice;
	enum rc rc = utf8_nfc(a, in, &once);

	check(utf8_count(in) <= in.len);
	if (utf8_ok(in))
		check(rc == RC_OK);
	if (rc != RC_OK)
		return;
	check(utf8_nfc(a, once, &twice) == RC_OK && str_eq(once, twice));
}

static void fuzz_one(struct arena *a, struct str in)
{
	int64_t n;

	decoders(a, in);
	encoders(a, in);
	unicode(a, in);
	if (str_to_i64(in, INT64_MAX, &n) == RC_OK)
		check(n >= 0);
	if (time_parse(in, &n) == RC_OK)
		check(n >= 0 && time_iso(a, n).len == 20);
}
