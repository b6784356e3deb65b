/*
 * guide_shot: a rendered page as a picture in another document.
 *
 * Takes what a template wrote (pages/README.md: lower-case tags, double quotes, nothing else) and leaves what is seen:
 * ids, names, addresses, scripts and hints for assistive technology go, headings and landmarks become plain boxes, and
 * whatever could take the focus cannot. The picture is inert and hidden from assistive technology: the step beside it
 * says everything in words. The surprising rule: pictures that the page would load are replaced by the word `example`,
 * because the file loads nothing; the QR code gets the same word across it.
 */
#ifndef WEB_GUIDE_SHOT_H
#define WEB_GUIDE_SHOT_H

#include "base/buf.h"

/* `html` is a whole page; header and main are kept, the footer is not. What the step tells to fill in or to press, by its id
 * or by its words, is framed (data-hit). */
void guide_shot(struct buf *b, struct str html, struct str example, const struct str *marks, size_t n_marks);
/* What stands in <title>, without the organisation behind the dash; still escaped. */
struct str guide_shot_title(struct str html);

#endif
