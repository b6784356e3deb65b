/*
 * step: from one page of the sign-in to the next.
 *
 * The flow names the screen; here stand the address of each, the cookies that change on the way, and the end. The
 * surprising rule: browsers hold the redirect that follows a form to the page's form-action, so the origin
 * where a sign-in will end (step_goal) is told by the page that holds the form.
 */
#ifndef WEB_STEP_H
#define WEB_STEP_H

#include "flow/signin.h"
#include "web/call.h"

/* "/signin/code" ... */
struct str step_path(enum signin_screen screen);
/* Where this sign-in is going to end as far as is known: its `next`, else the home of the type on the form. */
struct str step_goal(const struct signin_state *s);
/* Sets the cookies that the flow made and answers 303 to the next step, or out of the sign-in. */
void step_on(struct page_call *c, const struct signin_state *s);
/* Marks this browser as known to its owner (flow/known.h); absent: leaves it as it is. */
void step_known(struct page_call *c, struct str cookie);
/* True when the sign-in stands where this page belongs; else the answer is already written. */
bool step_is(struct page_call *c, const struct signin_state *s, enum signin_screen wanted);
/* The sign-in is over, its time or its row: begins anew, and the page says that this one was open too long. */
void step_lost(struct page_call *c);

#endif
