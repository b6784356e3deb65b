/*
 * signed_out: why somebody who was signed in is not any more, in one sentence.
 *
 * Known is what the row still says (idle too long) or nothing: then the causes are named that there can be. Absent when this
 * browser brought no session's cookie, when its session is not over, and when the store cannot tell: nobody is told that a
 * session is over that could not be looked up.
 */
#ifndef WEB_SIGNED_OUT_H
#define WEB_SIGNED_OUT_H

#include "web/call.h"

struct str signed_out_why(struct page_call *c);

#endif
