/*
 * public: what the pages for everybody share with the sign-in.
 */
#ifndef WEB_PUBLIC_H
#define WEB_PUBLIC_H

#include "pages.h"
#include "web/call.h"

/* The user types to choose from; the one named "staff" is among the `others`. Both lists are on the arena. */
struct public_types {
	const struct page_choice *types, *others;
	size_t n_types, n_others;
};
struct public_types public_types(struct page_call *c);
struct public_types public_types_of(struct arena *a, const struct config *cfg, enum lang lang);

/* Plain text as paragraphs: cut at empty lines. */
const struct page_line *public_paragraphs(struct arena *a, struct str text, size_t *n);

/* Whoever reads help in the middle of an activation, or while a code is asked, finds the way back: the browser's own
 * Back may lead to an answer that it no longer has. Absent when nothing is open. */
struct str public_open_step(struct page_call *c, bool *code);

struct str public_phone_href(struct arena *a, struct str phone); /* tel: and digits, a leading plus */

#endif
