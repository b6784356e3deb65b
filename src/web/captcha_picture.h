/*
 * captcha_picture: digits as a picture that people read and programs read less well.
 *
 * 200 by 64 pixels, four shades of grey on white (so it is the same in the dark), about 1.5 KB of PNG. Each digit is
 * drawn from one of three faces, turned, sized and moved by chance; the whole is bent in both directions; two lines run through.
 * The surprising rule: everything by chance comes from `noise`, so one captcha asked for twice is one picture, and gives
 * nobody two looks at the same digits.
 * The digits' shapes are made at build time (tools/captcha_glyphs.c): no font file and no font library at run time.
 */
#ifndef WEB_CAPTCHA_PICTURE_H
#define WEB_CAPTCHA_PICTURE_H

#include "base/arena.h"

enum { CAPTCHA_PICTURE_WIDTH = 200, CAPTCHA_PICTURE_HEIGHT = 64 };

/* RC_MALFORMED: not one to eight digits. RC_FAULT: no picture was made. */
enum rc captcha_picture(struct arena *a, struct str digits, struct str noise, struct str *png) MUST_USE;

/* ---- chance that can be had again: SHA-256 of the noise and a counter ---------------------------------------- */

struct dice {
	unsigned char seed[32], now[32];
	uint32_t blocks;
	size_t left;
};
void dice_init(struct dice *d, struct str noise, const char *what);
unsigned char dice_byte(struct dice *d);
/* Evenly between the two, both in thousandths. */
int dice_between(struct dice *d, int least, int most);

#endif
