/*
 * frame: what every page has around its task (struct page_frame), filled from the call and the configuration.
 *
 *   struct page_frame *f = frame_of(c);
 *   frame_error(c, f, "#code", text);               the summary above the heading, and "Error:" in the title
 *   page_code_render(frame_begin(c, 422), f, &p);    headers first, then the page
 *
 * A page with errors answers 422. The surprising rule: `told` of a flow carries the
 * reference, and frame_told puts it on the page, so every failure shows one.
 */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include "pages.h"
#include "web/call.h"
#include "web/say.h"

enum { FRAME_ERRORS_MAX = 16, BUSY_RETRY_S = 5 };

struct page_frame *frame_of(struct page_call *c);
/* The page has a form of parts/passkey_form.html, or one like it: names the script that a press on it fetches. */
void frame_passkey(struct page_frame *f);
/* One line of the summary. `href` is "#id" of the field, or NULL. Over FRAME_ERRORS_MAX the line is dropped. */
void frame_error(struct page_call *c, struct page_frame *f, const char *href, struct str text);
/* The summary and the reference of what a flow told: one line a field, or the whole sentence. */
void frame_told(struct page_call *c, struct page_frame *f, const struct told *t);
/* Sets status and headers and hands out the body to render into. */
struct buf *frame_begin(struct page_call *c, int status);
/* The same for a form whose answer may send the browser on to `next` (allow-listed, maybe on another host, maybe
 * absent): its origin joins form-action, because browsers hold redirects after a form to it. */
struct buf *frame_begin_to(struct page_call *c, int status, struct str next);
/* One Refresh header: look again `left_s` seconds from now (+1, so that it is over by then). */
void frame_refresh(struct page_call *c, int64_t left_s, struct str to);
/* A sentence with {m} and {s}. */
struct str frame_left(struct page_call *c, enum msg m, int64_t left_s);
/* "https://spse.example" of an absolute address, else STR_NONE. */
struct str frame_origin(struct str url);
/*
 * A flow said RC_BUSY or RC_FAULT and the same form is shown again with what was typed: the sentence for the summary,
 * Retry-After, a reference when it was a fault, and 503 as the status to begin with.
 */
int frame_busy(struct page_call *c, struct page_frame *f, enum rc rc);

/* The message in the call's language, for values that a template escapes. */
struct str frame_words(struct page_call *c, enum msg m);
/* With one value. */
struct str frame_words1(struct page_call *c, enum msg m, const char *name, struct str value);

#endif
