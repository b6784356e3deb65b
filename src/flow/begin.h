/*
 * begin: the last step of every road into a session, and the first of an activation.
 *
 * The stories of sign-in and enrolment call these after a proof was claimed, inside the same transaction.
 */
#ifndef FLOW_BEGIN_H
#define FLOW_BEGIN_H

#include "flow/road.h"
#include "flow/signin.h"

/* What the road looks like to the person: screen, form, user id, entries to open. */
void signin_show(struct flow *f, const struct visit *v, const struct road *r, struct signin_state *out);

/* When the road's step is FINISHED: the session, in `tx`, and out->screen DONE with cookie and address;
 * otherwise only the screen of the step. */
enum rc begin_if_finished(struct flow *f, struct tx *tx, const struct visit *v, struct road *r, struct signin_state *out) MUST_USE;

/* The transaction came to nothing: what the answer already carried of it is taken out again. */
void begin_undo(struct signin_state *out);

/* When the step is ENROL: opens the activation that the next page shows (its own transaction). A failure here
 * is not the sign-in's: the page has a button that opens it; nor is one opened while another window shows its QR.
 * `cookie` is the sign-in's, the new one. */
void begin_enrolment_if_due(struct flow *f, const struct visit *v, const struct road *r, struct str cookie);

#endif
