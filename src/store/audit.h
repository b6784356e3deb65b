/*
 * audit: what the store's own files share about the log that only grows.
 *
 * hash = SHA-256("gerbang audit 1" ‖ hash of the row before, or 32 zeros ‖ node ‖ seq ‖ at_s ‖ user ‖ login ‖ actor ‖
 * event ‖ result ‖ reason ‖ factor ‖ device ‖ application ‖ address ‖ browser ‖ ref ‖ detail). Numbers are 8 bytes,
 * highest first; a string is its length in 4 bytes, highest first, and its bytes; an absent one is the length 2^32-1, but
 * an absent detail is nothing at all: rows of schema 1, which had none, keep their hash. So no two rows have the same
 * encoding. seq counts from 1 without a gap in each node.
 *
 * The surprising rule: what is hashed is what is stored: add cuts long strings and replaces bytes that are no text
 * before it hashes, and the walk reads the columns as they are.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/query.h"

/* False: a string is longer than add ever lets it be. */
bool audit_hash(const unsigned char before[STORE_HASH], const struct audit *e, unsigned char out[STORE_HASH]);
/* The columns in the order of AUDIT_COLUMNS. With `a` NULL the strings point into the row: valid until the next. */
void audit_read(struct query *q, struct arena *a, struct audit *e, unsigned char hash[STORE_HASH]);

#endif
