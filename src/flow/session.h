/*
 * session: the only code that can begin a session, and how a session is found and ended.
 *
 * session_begin takes a sign-in whose step is finished (signin_next says so) and consumes its row in the
 * same transaction; anything else panics. There is no other caller of store_session_add.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "flow/flow.h"

enum {
	SESSION_FRESH_S = 5 * 60, /* a fresh proof is good for this long. A sign-in counts as one */
	SESSION_AHEAD_S = 2 * 60, /* what was seen this far in the future was seen before the clock was set back */
};

struct who {                     /* a guarded request's person */
	struct user user;
	struct session session;
	const struct config_type *type;
};

/* For guards and /auth/check. RC_ABSENT: no (valid) session, or one whose factors are fewer than the policy of
 * its user asks today (a second factor is mandatory, and none was proved). `tx` is a view. */
enum rc session_find(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, struct str cookie, struct who *out) MUST_USE;
/* The same by the cookie's hash. */
enum rc session_find_by(struct flow *f, struct tx *tx, struct arena *a, int64_t now_s, const unsigned char token[STORE_HASH],
                        struct who *out) MUST_USE;
/* All that time and policy say of a session whose row stands: its end, its idle time, a clock that was set back, the
 * factors asked today. A row that is kept for a moment is judged by this at every request. `type` NULL: no. */
bool session_counts(const struct flow *f, const struct session *s, const struct config_type *type, int64_t now_s);
/* Was a second factor proved, of any kind? */
bool session_has_second(const struct session *s);
/* What was proved, as applications are told: "pwd", "pwd otp", "pwd hwk user", "hwk user", "pwd mfa" (RFC 8176). */
struct str session_amr(const struct session *s);
bool session_is_fresh(const struct session *s, int64_t now_s);
/* A session or a half-done sign-in from before the clock was set back counts for nothing until the clock has come
 * up to it again, so that none lives longer than it should. */
bool session_is_ahead(int64_t proved_s, int64_t now_s);
/* Why is there no session behind this cookie? RC_OK: it is over; `idle` when nothing was done for too long (its row stays until
 * its whole life is over), else it was ended: by its owner somewhere, by a new password, by staff. RC_TAKEN: it is not over.
 * Only whoever holds the cookie learns it. */
enum rc session_gone(struct flow *f, const struct visit *v, struct str cookie, bool *idle) MUST_USE;
/* Again inside a write transaction: it may have ended, or its user been locked, since the guard looked. RC_ABSENT. */
enum rc session_still(struct tx *tx, const struct visit *v, const struct flow *f, const struct who *w) MUST_USE;
/* At most once a minute; called by workers. Failure is not the person's business. */
void session_touch(struct flow *f, const struct session *s, int64_t now_s);

/* Inside the caller's write transaction, after the last proof. Writes the cookie's value. */
enum rc session_begin(struct flow *f, struct tx *tx, const struct visit *v, const struct user *u, const struct signin *done,
                      struct str *cookie) MUST_USE;
/* Sign out. Ending one that is gone is RC_OK. */
enum rc session_end(struct flow *f, const struct visit *v, struct str cookie) MUST_USE;

/* A new random cookie value (256 bits, base64url) and its hash. */
enum rc cookie_new(struct arena *a, struct str *value, unsigned char hash[STORE_HASH]) MUST_USE;
void cookie_hash(struct str value, unsigned char hash[STORE_HASH]);
/* csrf token of a cookie: base64url(SHA-256("csrf" ‖ cookie)). */
struct str cookie_csrf(struct arena *a, struct str cookie);

#endif
