/*
 * say: what the flows told (enum say and its facts) as sentences in the person's language.
 *
 * A flow decides what may be told; here are only the words for it. The surprising rule: an error that belongs to
 * a field is shown twice with the same words, in the summary above the heading and beside the field; say_at
 * answers for one field, frame_told_errors (web/frame.h) fills the summary.
 */
#ifndef WEB_SAY_H
#define WEB_SAY_H

#include "web/call.h"
#include "web/words.h"

/* The sentence, or STR_NONE for SAY_NOTHING, SAY_MISSING and SAY_TOO_LONG (those are told field by field). */
struct str say_text(struct page_call *c, const struct told *t);
/* What is to be said beside this field, or STR_NONE. */
struct str say_at(struct page_call *c, const struct told *t, enum field field);
/* "#password": where the summary leads. */
const char *say_anchor(enum field field);
/* The field that the whole sentence belongs to, 0 when it is nobody's. */
unsigned say_field(enum say say);

/* "47 menit", "1 jam 5 menit", "2 hari": how much a clock is off; the sign is dropped. */
struct str say_span(struct page_call *c, int64_t seconds);

#endif
