#include "flow/resent.h"

#include <string.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/secret.h"
#include "core/totp.h"

/* 32 bytes, five numbers of eight bytes (lowest first), then three texts, each behind its length in one byte. */
enum { NUMBERS = 5, FRONT_BYTES = STORE_HASH + 8 * NUMBERS, TEXT_MAX = 255, KEPT_MAX = FRONT_BYTES + 3 * (1 + TEXT_MAX) };

static void hash_of(const struct signin *row, const char *code, unsigned char hash[STORE_HASH])
{
	char text[STORE_HASH + TOTP_DIGITS];

	memcpy(text, row->cookie, STORE_HASH);
	memcpy(text + STORE_HASH, code, TOTP_DIGITS);
	sha256(str_n(text, sizeof(text)), hash);
	wipe(text, sizeof(text));
}

static void put_number(struct buf *b, int64_t n)
{
	for (int i = 0; i < 8; i++)
		buf_char(b, (char)((uint64_t)n >> (8 * i) & 0xff));
}

static int64_t number_at(const char *p)
{
	uint64_t n = 0;

	for (int i = 7; i >= 0; i--)
		n = n << 8 | (unsigned char)p[i];
	return (int64_t)n;
}

static void put_text(struct buf *b, struct str s)
{
	size_t len = s.len > TEXT_MAX ? TEXT_MAX : s.len;

	buf_char(b, (char)len);
	buf_add(b, str_n(s.ptr, len));
}

/* Takes a text off the front; absent when there is none left. */
static struct str text_off(struct str *rest)
{
	size_t len = rest->len ? (unsigned char)rest->ptr[0] : 0;
	struct str out = STR_NONE;

	if (rest->len > len) {
		out = str_n(rest->ptr + 1, len);
		*rest = str_n(rest->ptr + 1 + len, rest->len - 1 - len);
	}
	return out;
}

bool resent_is(struct arena *a, const struct signin *row, const char *code, int64_t now_s, struct told *told)
{
	unsigned char hash[STORE_HASH];
	int64_t number[NUMBERS];
	struct str rest;

	if (row->refused.len < FRONT_BYTES)
		return false;
	hash_of(row, code, hash);
	for (size_t i = 0; i < NUMBERS; i++)
		number[i] = number_at(row->refused.ptr + STORE_HASH + 8 * i);
	if (!str_eq_secret(str_n(hash, sizeof(hash)), str_n(row->refused.ptr, STORE_HASH)) || number[0] > now_s ||
	    now_s - number[0] >= RESENT_S)
		return false;
	rest = arena_str(a, str_n(row->refused.ptr + FRONT_BYTES, row->refused.len - FRONT_BYTES));
	*told = (struct told){.say = (enum say)row->refused_say, .offset_s = number[1], .number = number[2], .at_s = number[3],
	                      .until_s = number[4]};
	told->ref = text_off(&rest);
	told->device = text_off(&rest);
	told->open = text_off(&rest);
	return true;
}

enum rc resent_keep(struct tx *tx, struct arena *a, const struct signin *row, const char *code, int64_t now_s, const struct told *told)
{
	/* The pause is looked up when it comes again. */
	bool paused = told->say == SAY_CODE_PAUSED;
	unsigned char hash[STORE_HASH];
	struct buf b;
	enum rc rc;

	hash_of(row, code, hash);
	buf_init(&b, a, KEPT_MAX, KEPT_MAX);
	buf_add(&b, str_n(hash, sizeof(hash)));
	put_number(&b, now_s);
	put_number(&b, told->offset_s);
	put_number(&b, told->number);
	put_number(&b, told->at_s);
	put_number(&b, paused ? 0 : told->until_s);
	put_text(&b, told->ref);
	put_text(&b, told->device);
	put_text(&b, told->open);
	if (!buf_ok(&b))
		return RC_FAULT;
	rc = store_signin_refused(tx, row->id, buf_str(&b), paused ? SAY_CODE_WRONG : told->say);
	return rc == RC_TAKEN ? RC_OK : rc; /* the sign-in is gone: nothing comes again */
}
