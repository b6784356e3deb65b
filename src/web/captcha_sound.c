#include "web/captcha_sound.h"

#include <string.h>

#include "base/buf.h"
#include "captcha_clips.h"
#include "web/captcha_picture.h"

enum { DIGITS_MAX = 8, PAUSE_LEAST = CAPTCHA_RATE / 4, PAUSE_MOST = CAPTCHA_RATE / 2, HEAD = 44, HISS = 5, BABBLE_PART = 8, MIDDLE = 128 };

static const struct captcha_clip *clip_of(enum lang lang, int digit)
{
	return &captcha_clips[(lang == LANG_EN ? 10 : 0) + digit];
}

static unsigned char level(int sample)
{
	return (unsigned char)(sample < 0 ? 0 : sample > 255 ? 255 : sample);
}

/* Other digits, backwards and low, from beginning to end. */
static void add_babble(unsigned char *samples, size_t n, enum lang lang, struct dice *d)
{
	for (size_t at = 0; at < n;) {
		const struct captcha_clip *c = clip_of(lang, dice_between(d, 0, 9));

		for (unsigned i = 0; i < c->n && at < n; i++, at++)
			samples[at] = level(samples[at] + (c->samples[c->n - 1 - i] - MIDDLE) / BABBLE_PART);
	}
}

static void add_hiss(unsigned char *samples, size_t n, struct dice *d)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = level(samples[i] + dice_byte(d) % (2 * HISS + 1) - HISS);
}

static void little(struct buf *b, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_char(b, (char)(value >> (8 * i)));
}

/* RIFF: the head of uncompressed sound. */
static void head_add(struct buf *b, size_t n)
{
	buf_lit(b, "RIFF");
	little(b, (uint32_t)(HEAD - 8 + n), 4);
	buf_lit(b, "WAVEfmt ");
	little(b, 16, 4);
	little(b, 1, 2);            /* PCM */
	little(b, 1, 2);            /* one channel */
	little(b, CAPTCHA_RATE, 4);
	little(b, CAPTCHA_RATE, 4); /* bytes a second */
	little(b, 1, 2);
	little(b, 8, 2);            /* bits */
	buf_lit(b, "data");
	little(b, (uint32_t)n, 4);
}

enum rc captcha_sound(struct arena *a, enum lang lang, struct str digits, struct str noise, struct str *wav)
{
	unsigned char *samples = arena_alloc(a, CAPTCHA_SOUND_MAX);
	struct dice d;
	struct buf b;
	size_t n = 0;

	*wav = STR_NONE;
	if (digits.len == 0 || digits.len > DIGITS_MAX)
		return RC_MALFORMED;
	memset(samples, MIDDLE, CAPTCHA_SOUND_MAX);
	dice_init(&d, noise, "sound");
	n = (size_t)dice_between(&d, PAUSE_LEAST, PAUSE_MOST);
	for (size_t i = 0; i < digits.len; i++) {
		const struct captcha_clip *c;

		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return RC_MALFORMED;
		c = clip_of(lang, digits.ptr[i] - '0');
		if (HEAD + n + c->n + PAUSE_MOST > CAPTCHA_SOUND_MAX)
			return RC_MALFORMED;
		memcpy(samples + n, c->samples, c->n);
		n += c->n + (size_t)dice_between(&d, PAUSE_LEAST, PAUSE_MOST);
	}
	add_babble(samples, n, lang, &d);
	add_hiss(samples, n, &d);
	buf_init(&b, a, HEAD + n, CAPTCHA_SOUND_MAX);
	head_add(&b, n);
	buf_add(&b, str_n(samples, n));
	if (!buf_ok(&b))
		return RC_MALFORMED;
	*wav = buf_str(&b);
	return RC_OK;
}
