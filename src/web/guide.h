/*
 * guide: the user guide of one user type, in one language, as one HTML file made from the settings in force.
 *
 *   config + type + lang ─ guide_write ─▶ <!DOCTYPE html> ... chapters of numbered steps, a picture beside a step
 *
 * The pictures are the real pages: the same templates and the same style sheet, rendered with example data and then made
 * dead (guide_shot.h). The file loads nothing: it opens from a memory stick and prints on A4.
 * The surprising rule: a chapter is written when this program can do what it tells. Where the way has no row in the
 * table of routes, the guide sends people to the helpdesk instead; so it never promises what is not there yet.
 * Steps are also for machines: <b data-step="press" data-button="Kirim"> is what a test presses (docs/decisions/0013).
 */
#ifndef WEB_GUIDE_H
#define WEB_GUIDE_H

#include "base/buf.h"
#include "config.h"

enum { GUIDE_MAX = 2 * 1024 * 1024 };

/* Writes the file into `b` (buf_ok at the end tells whether it fitted). `now_s` is the day that stands on it. The
 * organisation's colour is in the pictures when brand_install was called before. RC_FAULT: a picture could not be made. */
enum rc guide_write(struct arena *a, const struct config *c, const struct config_type *type, enum lang lang, int64_t now_s,
                    struct buf *b) MUST_USE;

#endif
