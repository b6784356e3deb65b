/*
 * auth_check: GET /auth/check, the question that nginx, Traefik and Caddy ask before every request of an
 * application: who is this? Answered on the I/O thread with one read of the store, or with what an earlier read said
 * when the store proves that nothing was changed since (auth_memo.h).
 *
 *   200  a complete session that satisfies today's policy; the identity stands in Remote-* headers
 *   401  everything else, with the address of the sign-in in Location (nginx uses it as it likes)
 *   403  the original URI, host or method is malformed or ambiguous
 *   503  the store failed: denies too
 *
 * The surprising rules: 200 is written in exactly one place; and X-Original-* and X-Forwarded-* are read only when
 * the peer is a trusted proxy, from anybody else they are not even looked at.
 * Values of headers are ASCII: bytes outside 0x20-0x7E, '%' and, inside a group, ',' are written %XX (UTF-8,
 * RFC 3986 2.1), so that no value can break a line and every one can be read back without a guess.
 */
#ifndef WEB_AUTH_CHECK_H
#define WEB_AUTH_CHECK_H

#include "web/call.h"

enum { AUTH_HEADERS = 5 };

/* Remote-User (the folded user id), Remote-Name, Remote-Email, Remote-Groups (comma-separated), Remote-Factor
 * (session_amr: "pwd otp", "hwk user" ...). Also shown by the demo's sample application. */
void auth_check_headers(struct arena *a, const struct who *w, struct pair out[AUTH_HEADERS]);

/* The address that the person was on, from what a trusted proxy says: X-Original-URL, or X-Forwarded-Proto, -Host and
 * -Uri (X-Original-URI). RC_MALFORMED: 403. Absent (RC_OK) when the proxy tells nothing or is not trusted. */
enum rc auth_check_original(const struct request *req, struct str *url) MUST_USE;

/* The page keeps one read snapshot per thread; this gives it back. Called before an I/O thread waits (server_app.io_settle),
 * so a session that was ended is refused by the next round at the latest. What was read stays in the thread's memo
 * (auth_memo.h), to be used again only while nothing at all was changed. */
void auth_check_settle(void);
/* The thread ends: the memo too. */
void auth_check_leave(void);

#endif
