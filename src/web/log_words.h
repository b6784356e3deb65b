/*
 * log_words: one line of the access log as a sentence for its owner.
 *
 * The audit row holds words for operators ("password", "refused", "wrong-password"; docs/events.md); what people read is
 * one table in log_words.c. A row that the table does not know still gets a sentence, with the event's name in it.
 */
#ifndef WEB_LOG_WORDS_H
#define WEB_LOG_WORDS_H

#include "store/store.h"

struct str log_words(struct arena *a, enum lang lang, const struct audit *row);

#endif
