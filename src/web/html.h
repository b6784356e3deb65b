/*
 * html: how a value is written into a page. Called by the compiled templates, which know the place.
 *
 * A value can never end the text or the quoted attribute that it stands in. Addresses are held to a list of
 * schemes; one that is not on it is written as "#". The surprising rule: control bytes vanish.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include "base/buf.h"

/* & < > " ' as references: for text and for attributes in double quotes. */
void html_text(struct buf *b, struct str s);
void html_num(struct buf *b, int64_t n);
/* A path of ours ("/x", "?x", "#x"; never "//x"), https, http, otpauth, mailto, tel. */
void html_url(struct buf *b, struct str s);
/* One value of a query: everything but letters, digits and -._~ as %XX. */
void html_part(struct buf *b, struct str s);
/* "data:image/png;base64," and base64, our own picture. Anything else is written as "". */
void html_data(struct buf *b, struct str s);

#endif
