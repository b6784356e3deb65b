/*
 * trace: what a story leaves behind: a line in the access log, a mail to the owner, a reference for the helpdesk.
 *
 * All inside the transaction of the fact itself. A failure that the person sees carries a reference like
 * K7-42Q; the same reference stands in the audit row, and `gerbang audit --reference` explains it.
 */
#ifndef FLOW_TRACE_H
#define FLOW_TRACE_H

#include "flow/flow.h"

/* Five letters and digits without 0 O 1 I L U: 28.6 million values; not secret, never trusted. */
enum rc ref_new(struct arena *a, struct str *ref) MUST_USE;

/* One row: who, what, how it ended. `fill` may set reason, factor, device, application; the rest is filled
 * in here. When result is "refused" a new reference is made and written to fill->ref. */
enum rc trace_audit(struct tx *tx, const struct visit *v, const struct user *u, struct str typed_login, const char *event,
                    bool ok, struct audit *fill) MUST_USE;

/* Notice to the address on record; nothing when the user has none. `change` is one of the keys of
 * docs/events.md ("device.added", "password.changed", "code.wrong"); `what` a device's name or absent: nothing in it
 * becomes a link in a mail reader. */
enum rc trace_notice(struct tx *tx, const struct visit *v, const struct user *u, const char *change, struct str what) MUST_USE;
/* The same, and until when the change can be taken back. */
enum rc trace_notice_until(struct tx *tx, const struct visit *v, const struct user *u, const char *change, struct str what,
                           int64_t until_s) MUST_USE;
/* The same, unless this change was told within the last hour. */
enum rc trace_notice_hourly(struct tx *tx, const struct visit *v, const struct user *u, const char *change) MUST_USE;

#endif
