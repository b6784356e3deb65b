/*
 * captcha_sound: the digits of a captcha, spoken.
 *
 * A WAV file, mono, 8 kHz, 8 bit, at most CAPTCHA_SOUND_MAX bytes: digit after digit with pauses of uneven length, over a
 * hiss and pieces of other digits played backwards. The clips are made at build time by espeak-ng (tools/captcha_clips.py).
 * As with the picture, everything by chance comes from `noise`: heard twice it is the same sound.
 */
#ifndef WEB_CAPTCHA_SOUND_H
#define WEB_CAPTCHA_SOUND_H

#include "base/arena.h"
#include "base/clock.h"

enum { CAPTCHA_SOUND_MAX = 80 * 1024 };

/* RC_MALFORMED: not one to eight digits, or longer than it may get. */
enum rc captcha_sound(struct arena *a, enum lang lang, struct str digits, struct str noise, struct str *wav) MUST_USE;

#endif
