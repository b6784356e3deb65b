/*
 * guard: may this request reach its page? One function per question, asked in the order of one table.
 *
 *   origin ─ form ─ session ─ sign-in cookie ─ csrf ─ fresh ─ the page
 *
 * Each question either lets the request through, having written down what it learnt in the page_call, or writes
 * the whole answer (303, 400, 401, 403, 503) and stops. The surprising rule: the answer "yes" needs every
 * question of the route's guard; a guard that is missing from the table refuses everything.
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/router.h"

/* True: the page may run. False: c->rep holds the answer. */
bool guard_admits(struct page_call *c) MUST_USE;

/*
 * The origin rule alone, for its tests: Sec-Fetch-Site is same-origin; else Origin is base_url's origin; else both
 * are absent (old browsers: the token alone decides). Everything else is refused.
 */
bool guard_origin_fits(const struct config *c, const struct request *req);

/* A value that we may have given out as a cookie: 43 letters of base64url (256 bits). */
bool guard_cookie_shaped(struct str value);

#endif
