/* For tests/suites/45-oathtool: a line "KEY-HEX TIME-S" in, its six digits out. */
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "core/totp.h"

int main(void)
{
	struct arena *a = arena_new(4096, 1 << 20);
	char line[512], code[TOTP_CODE_ROOM];

	while (fgets(line, sizeof(line), stdin)) {
		struct str rest = str_trim(str_of(line)), hex = str_cut(&rest, ' '), key;
		int64_t at_s;

		if (hex_decode(a, hex, &key) != RC_OK || str_to_i64(rest, INT64_MAX, &at_s) != RC_OK)
			return 1;
		hotp(TOTP_SHA1, key, (uint64_t)totp_step(at_s), TOTP_DIGITS, code);
		puts(code);
		arena_reset(a);
	}
	arena_free(&a);
	return 0;
}
