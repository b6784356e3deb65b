/*
 * mail: takes letters from the outbox one by one, writes them out and hands them to the courier.
 *
 *   outbox row ─ take (charged, next try set) ─ words ─ courier ─ done
 *                       └ the courier is away, or says "later": the row comes again by itself
 *
 * The row holds what happened (template, language, details), never a sentence and never a link; both are made
 * here, each time anew. The surprising rule: a letter may be sent twice (a crash between courier and done), never
 * lost; both copies carry the same Message-ID.
 */
#ifndef WEB_MAIL_H
#define WEB_MAIL_H

#include "courier/courier.h"
#include "flow/flow.h"

struct mail_thread;

/* `courier` is used by this thread alone until mail_stop. */
enum rc mail_start(struct flow *f, struct courier *courier, struct mail_thread **out) MUST_USE;
void mail_stop(struct mail_thread **m);

/*
 * One letter in words: subject, text and HTML, both languages, the person's first. `u` may be empty (id 0: the account
 * is gone). RC_MALFORMED: no such template.
 */
enum rc mail_render(struct arena *a, const struct config *c, const struct mail *m, const struct user *u,
                    struct courier_job *out) MUST_USE;

#endif
