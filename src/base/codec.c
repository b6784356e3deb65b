#include "base/codec.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "base/log.h"

struct str hex_encode(struct arena *a, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *p = arena_alloc(a, bytes.len * 2 + 1);

	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];

		p[i * 2] = digits[c >> 4];
		p[i * 2 + 1] = digits[c & 15];
	}
	return (struct str){p, bytes.len * 2};
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum rc hex_decode(struct arena *a, struct str text, struct str *out)
{
	char *p;

	*out = STR_NONE;
	if (text.len % 2)
		return RC_MALFORMED;
	p = arena_alloc(a, text.len / 2 + 1);
	for (size_t i = 0; i < text.len / 2; i++) {
		int high = hex_value(text.ptr[i * 2]), low = hex_value(text.ptr[i * 2 + 1]);

		if (high < 0 || low < 0)
			return RC_MALFORMED;
		p[i] = (char)(high << 4 | low);
	}
	*out = (struct str){p, text.len / 2};
	return RC_OK;
}

/* All ones when lo <= c <= hi, else zero; no branch and no table, so that neither time nor cache tells. */
static unsigned between(unsigned c, unsigned lo, unsigned hi)
{
	return 0u - (((lo - 1 - c) & (c - hi - 1)) >> 31);
}

/* An alphabet as arithmetic: a value to its letter, and a letter to its value (over 63: not a letter). */
struct alphabet {
	unsigned bits;
	unsigned char (*letter)(unsigned v);
	unsigned (*value)(unsigned c);
};

static unsigned char letter32(unsigned v)
{
	return (unsigned char)((between(v, 0, 25) & (v + 'A')) | (between(v, 26, 31) & (v - 26 + '2')));
}

static unsigned value32(unsigned c)
{
	unsigned upper = between(c, 'A', 'Z'), small = between(c, 'a', 'z'), digit = between(c, '2', '7');

	return (upper & (c - 'A')) | (small & (c - 'a')) | (digit & (c - '2' + 26)) | (~(upper | small | digit) & 64);
}

static unsigned char letter64(unsigned v)
{
	return (unsigned char)((between(v, 0, 25) & (v + 'A')) | (between(v, 26, 51) & (v - 26 + 'a')) |
	                       (between(v, 52, 61) & (v - 52 + '0')));
}

static unsigned char letter64url(unsigned v)
{
	return (unsigned char)(letter64(v) | (between(v, 62, 62) & '-') | (between(v, 63, 63) & '_'));
}

static unsigned char letter64std(unsigned v)
{
	return (unsigned char)(letter64(v) | (between(v, 62, 62) & '+') | (between(v, 63, 63) & '/'));
}

static unsigned value64url(unsigned c)
{
	unsigned upper = between(c, 'A', 'Z'), small = between(c, 'a', 'z'), digit = between(c, '0', '9');
	unsigned minus = between(c, '-', '-'), under = between(c, '_', '_');

	return (upper & (c - 'A')) | (small & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (minus & 62) |
	       (under & 63) | (~(upper | small | digit | minus | under) & 64);
}

static const struct alphabet base32 = {5, letter32, value32};
static const struct alphabet base64url = {6, letter64url, value64url};
static const struct alphabet base64std = {6, letter64std, NULL};

static size_t letters(size_t bytes, unsigned bits)
{
	return bytes / bits * 8 + (bytes % bits * 8 + bits - 1) / bits;
}

static char *encode(struct arena *a, struct str bytes, const struct alphabet *abc, size_t *len)
{
	char *p = arena_alloc(a, letters(bytes.len, abc->bits) + 4);
	unsigned acc = 0, have = 0, mask = (1u << abc->bits) - 1;
	size_t n = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		acc = (acc & 0xff) << 8 | (unsigned char)bytes.ptr[i];
		for (have += 8; have >= abc->bits; have -= abc->bits)
			p[n++] = (char)abc->letter(acc >> (have - abc->bits) & mask);
	}
	if (have)
		p[n++] = (char)abc->letter(acc << (abc->bits - have) & mask);
	*len = n;
	return p;
}

static enum rc decode(struct arena *a, struct str text, const struct alphabet *abc, struct str *out)
{
	size_t bytes = text.len / 8 * abc->bits + text.len % 8 * abc->bits / 8;
	unsigned acc = 0, have = 0, bad = 0;
	unsigned char *p;
	size_t n = 0;

	*out = STR_NONE;
	/* A length that no number of bytes encodes to. */
	if (letters(bytes, abc->bits) != text.len)
		return RC_MALFORMED;
	p = arena_alloc(a, bytes + 1);
	for (size_t i = 0; i < text.len; i++) {
		unsigned v = abc->value((unsigned char)text.ptr[i]);

		bad |= v & 64;
		acc = (acc & 0xff) << abc->bits | (v & 63);
		have += abc->bits;
		if (have >= 8) {
			have -= 8;
			p[n++] = (unsigned char)(acc >> have);
		}
	}
	bad |= acc & ((1u << have) - 1);
	if (bad)
		return RC_MALFORMED;
	*out = str_n(p, n);
	return RC_OK;
}

struct str base32_encode(struct arena *a, struct str bytes)
{
	size_t n;
	char *p = encode(a, bytes, &base32, &n);

	return (struct str){p, n};
}

enum rc base32_decode(struct arena *a, struct str text, struct str *out)
{
	return decode(a, text, &base32, out);
}

struct str base64url_encode(struct arena *a, struct str bytes)
{
	size_t n;
	char *p = encode(a, bytes, &base64url, &n);

	return (struct str){p, n};
}

enum rc base64url_decode(struct arena *a, struct str text, struct str *out)
{
	return decode(a, text, &base64url, out);
}

struct str base64_encode(struct arena *a, struct str bytes)
{
	size_t n;
	char *p = encode(a, bytes, &base64std, &n);

	while (n % 4)
		p[n++] = '=';
	return (struct str){p, n};
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

struct str url_encode(struct arena *a, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = arena_array(a, s.len + 1, 3);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (is_unreserved(c)) {
			p[n++] = (char)c;
			continue;
		}
		p[n++] = '%';
		p[n++] = digits[c >> 4];
		p[n++] = digits[c & 15];
	}
	return (struct str){p, n};
}

enum rc url_decode(struct arena *a, struct str s, bool form, struct str *out)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	*out = STR_NONE;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '%') {
			int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
			int low = i + 2 < s.len ? hex_value(s.ptr[i + 2]) : -1;

			if (high < 0 || low < 0 || (high | low) == 0)
				return RC_MALFORMED;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		p[n++] = c;
	}
	*out = (struct str){p, n};
	return RC_OK;
}

/* EVP_sha256() is looked for anew, under locks, by every digest. */
static const EVP_MD *sha256_md;

static void sha256_fetch(void)
{
	sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void sha256(struct str bytes, unsigned char out[32])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, sha256_fetch) || !sha256_md ||
	    EVP_Digest(bytes.len ? bytes.ptr : "", bytes.len, out, NULL, sha256_md, NULL) != 1)
		panic("SHA-256 failed");
}

enum rc random_bytes(void *out, size_t n)
{
	unsigned char *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			log_event(LOG_ERROR, "system.random_failed", F_INT("errno", errno));
			memset(out, 0, (size_t)(p - (unsigned char *)out));
			return RC_FAULT;
		}
		p += got;
		n -= (size_t)got;
	}
	return RC_OK;
}
