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

#endif
