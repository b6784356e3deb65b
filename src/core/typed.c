#include "core/typed.h"

#include <string.h>

#include "base/secret.h"

static const char alphabet[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void typed_new(const unsigned char bytes[TYPED_RANDOM_BYTES], char clean[TYPED_ROOM])
{
	unsigned held = 0, bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < TYPED_RANDOM_BYTES; i++) {
		held = held << 8 | bytes[i];
		for (bits += 8; bits >= 5; bits -= 5)
			clean[n++] = alphabet[held >> (bits - 5) & 31];
		held &= 31;
	}
	clean[n] = '\0';
}

void typed_show(const char *clean, char shown[TYPED_SHOWN_ROOM])
{
	size_t n = 0;

	for (size_t i = 0; i < TYPED_CHARS && clean[i]; i++) {
		if (i && i % 4 == 0)
			shown[n++] = '-';
		shown[n++] = clean[i];
	}
	shown[n] = '\0';
}

/* The character that it stands for; NUL when it stands for none. */
static char letter(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if (c == 'O')
		c = '0';
	else if (c == 'I' || c == 'L')
		c = '1';
	return c > ' ' && c <= 'Z' && memchr(alphabet, (int)c, sizeof(alphabet) - 1) ? (char)c : '\0';
}

enum rc typed_clean(struct str typed, char clean[TYPED_ROOM])
{
	enum { TYPED_MAX = 128 };
	size_t n = 0;

	memset(clean, 0, TYPED_ROOM);
	if (typed.len > TYPED_MAX)
		return RC_MALFORMED;
	while (typed.len) {
		uint32_t c = typed_point(&typed);
		char one;

		if (typed_is_filler(c))
			continue;
		one = letter(c);
		if (!one || n == TYPED_CHARS)
			goto malformed;
		clean[n++] = one;
	}
	if (n == TYPED_CHARS)
		return RC_OK;
malformed:
	wipe(clean, TYPED_ROOM);
	return RC_MALFORMED;
}

uint32_t typed_point(struct str *s)
{
	const unsigned char *p = (const unsigned char *)s->ptr;
	size_t n = p[0] < 0x80 ? 1 : (p[0] & 0xe0) == 0xc0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : 0;
	uint32_t c;

	if (n == 0 || n > s->len)
		return 0;
	c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1fu : p[0] & 0x0fu;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if ((n == 2 && c < 0x80) || (n == 3 && c < 0x800))
		return 0;
	*s = str_n(s->ptr + n, s->len - n);
	return c;
}

bool typed_is_filler(uint32_t c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == '.' || c == '-' || c == 0x85 || c == 0xa0 || c == 0xad ||
	       c == 0xb7 || c == 0x1680 || (c >= 0x2000 && c <= 0x200d) || (c >= 0x2010 && c <= 0x2015) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x2060 || c == 0x2212 || c == 0x3000 || c == 0xfeff;
}
