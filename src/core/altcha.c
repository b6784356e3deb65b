#include "core/altcha.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/codec.h"

enum { KEY = 32, KEY_HEX = 2 * KEY, PREFIX_HEX = KEY, DEPTH_MAX = 3, NAME_MAX_LEN = 32 };

/* ---- the question ------------------------------------------------------------------------------------- */

static bool derive(const struct altcha_seed *seed, uint32_t counter, unsigned char key[KEY])
{
	unsigned char password[sizeof(seed->nonce) + 4];
	size_t at = sizeof(seed->nonce);

	memcpy(password, seed->nonce, at);
	for (int i = 0; i < 4; i++)
		password[at + (size_t)i] = (unsigned char)(counter >> (24 - 8 * i));
	return PKCS5_PBKDF2_HMAC((const char *)password, (int)sizeof(password), seed->salt, (int)sizeof(seed->salt), ALTCHA_COST,
	                         EVP_sha256(), KEY, key) == 1;
}

enum rc altcha_make(struct arena *a, const struct altcha_seed *seed, int64_t expires_s, struct str *kept)
{
	unsigned char key[KEY];
	struct str hex, nonce, salt, signature;

	*kept = STR_NONE;
	if (!derive(seed, ALTCHA_LEAST + seed->counter % (ALTCHA_MOST - ALTCHA_LEAST + 1), key))
		return RC_FAULT;
	hex = hex_encode(a, str_n(key, sizeof(key)));
	nonce = hex_encode(a, str_n(seed->nonce, sizeof(seed->nonce)));
	salt = hex_encode(a, str_n(seed->salt, sizeof(seed->salt)));
	signature = hex_encode(a, str_n(seed->signature, sizeof(seed->signature)));
	/* Names in the order of the alphabet, as ALTCHA signs them. */
	*kept = arena_printf(a, "%.*s{\"parameters\":{\"algorithm\":\"PBKDF2/SHA-256\",\"cost\":%d,\"expiresAt\":%lld,\"keyLength\":%d,"
	                     "\"keyPrefix\":\"%.*s\",\"nonce\":\"%.*s\",\"salt\":\"%.*s\"},\"signature\":\"%.*s\"}",
	                     STR_ARG(hex), ALTCHA_COST, (long long)expires_s, KEY, PREFIX_HEX, hex.ptr, STR_ARG(nonce), STR_ARG(salt),
	                     STR_ARG(signature));
	return RC_OK;
}

struct str altcha_challenge(struct str kept)
{
	if (kept.len <= KEY_HEX || kept.ptr[KEY_HEX] != '{')
		return STR_NONE;
	return str_n(kept.ptr + KEY_HEX, kept.len - KEY_HEX);
}

/* ---- reading ------------------------------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct str rest;
	struct altcha_pair *pairs;
	size_t n;
};

static void skip_space(struct reader *r)
{
	while (r->rest.len && (*r->rest.ptr == ' ' || *r->rest.ptr == '\t' || *r->rest.ptr == '\n' || *r->rest.ptr == '\r')) {
		r->rest.ptr++;
		r->rest.len--;
	}
}

static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (!r->rest.len || *r->rest.ptr != c)
		return false;
	r->rest.ptr++;
	r->rest.len--;
	return true;
}

/* What is between two quotes: printable ASCII without a backslash. The first quote is taken already. */
static bool read_text(struct reader *r, struct str *out)
{
	size_t n = 0;

	while (n < r->rest.len && r->rest.ptr[n] != '"') {
		if (r->rest.ptr[n] < ' ' || r->rest.ptr[n] > '~' || r->rest.ptr[n] == '\\')
			return false;
		n++;
	}
	if (n == r->rest.len)
		return false;
	*out = str_n(r->rest.ptr, n);
	r->rest = str_n(r->rest.ptr + n + 1, r->rest.len - n - 1);
	return true;
}

static bool word_letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+' || c == 'E';
}

static bool read_word(struct reader *r, struct str *out)
{
	size_t n = 0;

	while (n < r->rest.len && word_letter(r->rest.ptr[n]))
		n++;
	*out = str_n(r->rest.ptr, n);
	r->rest = str_n(r->rest.ptr + n, r->rest.len - n);
	return n > 0;
}

static bool read_value(struct reader *r, struct str name)
{
	struct altcha_pair *p = &r->pairs[r->n];

	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->pairs[i].name, name))
			return false;
	if (r->n == ALTCHA_PAIRS_MAX)
		return false;
	r->n++;
	*p = (struct altcha_pair){.name = name, .quoted = take(r, '"')};
	return p->quoted ? read_text(r, &p->value) : read_word(r, &p->value);
}

static bool read_object(struct reader *r, struct str path, unsigned depth);

static bool read_member(struct reader *r, struct str path, unsigned depth)
{
	struct str name;

	if (!take(r, '"') || !read_text(r, &name) || name.len == 0 || name.len > NAME_MAX_LEN || str_has(name, '.') || !take(r, ':'))
		return false;
	if (path.len)
		name = arena_printf(r->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(name));
	if (take(r, '{'))
		return depth < DEPTH_MAX && read_object(r, name, depth + 1);
	return read_value(r, name);
}

/* Its brace is taken already. */
static bool read_object(struct reader *r, struct str path, unsigned depth)
{
	if (take(r, '}'))
		return true;
	do {
		if (!read_member(r, path, depth))
			return false;
	} while (take(r, ','));
	return take(r, '}');
}

enum rc altcha_read(struct arena *a, struct str json, struct altcha_pair pairs[ALTCHA_PAIRS_MAX], size_t *n)
{
	struct reader r = {.arena = a, .rest = json, .pairs = pairs};
	bool whole;

	*n = 0;
	if (json.len > ALTCHA_PAYLOAD_MAX)
		return RC_MALFORMED;
	whole = take(&r, '{') && read_object(&r, STR_NONE, 1);
	skip_space(&r);
	if (!whole || r.rest.len)
		return RC_MALFORMED;
	*n = r.n;
	return RC_OK;
}

/* ---- the answer ----------------------------------------------------------------------------------------- */

/* base64 with its padding (RFC 4648 4), strictly. */
static enum rc base64_read(struct arena *a, struct str text, struct str *out)
{
	char *copy = arena_alloc(a, text.len + 1);
	size_t n = text.len;

	*out = STR_NONE;
	if (text.len == 0 || text.len > ALTCHA_PAYLOAD_MAX || text.len % 4)
		return RC_MALFORMED;
	for (int i = 0; i < 2 && text.ptr[n - 1] == '='; i++)
		n--;
	for (size_t i = 0; i < n; i++) {
		if (text.ptr[i] == '-' || text.ptr[i] == '_')
			return RC_MALFORMED;
		copy[i] = text.ptr[i];
		if (copy[i] == '+')
			copy[i] = '-';
		else if (copy[i] == '/')
			copy[i] = '_';
	}
	return base64url_decode(a, str_n(copy, n), out);
}

static const struct altcha_pair *pair_find(const struct altcha_pair *pairs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(pairs[i].name, name))
			return &pairs[i];
	return NULL;
}

/* Exactly the question: each of its values stands in the answer, and nothing else under "challenge". */
static bool same_question(struct arena *a, struct str question, const struct altcha_pair *got, size_t n_got)
{
	struct altcha_pair asked[ALTCHA_PAIRS_MAX];
	size_t n, under = 0;

	if (altcha_read(a, question, asked, &n) != RC_OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct altcha_pair *p = pair_find(got, n_got, arena_printf(a, "challenge.%.*s", STR_ARG(asked[i].name)));

		if (!p || p->quoted != asked[i].quoted || !str_eq(p->value, asked[i].value))
			return false;
	}
	for (size_t i = 0; i < n_got; i++)
		under += str_starts(got[i].name, S("challenge."));
	return under == n;
}

enum verdict altcha_judge(struct arena *a, struct str kept, struct str payload)
{
	struct altcha_pair got[ALTCHA_PAIRS_MAX];
	const struct altcha_pair *key, *counter;
	struct str json, question = altcha_challenge(kept);
	int64_t number;
	size_t n;

	if (!question.len || base64_read(a, payload, &json) != RC_OK || altcha_read(a, json, got, &n) != RC_OK)
		return VERDICT_REFUSED;
	if (!same_question(a, question, got, n))
		return VERDICT_REFUSED;
	counter = pair_find(got, n, S("solution.counter"));
	if (!counter || counter->quoted || str_to_i64(counter->value, UINT32_MAX, &number) != RC_OK)
		return VERDICT_REFUSED;
	key = pair_find(got, n, S("solution.derivedKey"));
	if (!key || !key->quoted || !str_eq_secret(key->value, str_n(kept.ptr, KEY_HEX)))
		return VERDICT_REFUSED;
	return VERDICT_GOOD;
}
