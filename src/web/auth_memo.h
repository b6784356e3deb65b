/*
 * auth_memo: answers of /auth/check that need not be read again, because the store says that nothing was changed.
 *
 * Not a cache with a lifetime. An I/O thread begins a snapshot for each round of its loop (auth_check.h), asks the store
 * for that snapshot's version (store_view_version) and tells it to auth_memo_stand. As long as the number is the one of
 * the round before, every row is as it was, so the row that was read then is the row that would be read now. Any
 * commit by anybody makes another number: a sign-out, a lock, another group, from this process or another one. Then, and
 * when the store cannot tell (0), everything is wiped before the first question of the round is answered.
 *
 * The surprising rule: what is kept is a row, not a verdict. Everything that time alone can change (the end, the idle
 * time, a clock that was set back, a factor that is asked from today on) is judged at every request by session_counts.
 *
 *   4 places for each of 1024 sets, by the hash of the cookie; a fifth in a set takes the oldest one's place
 *
 * One per I/O thread, no lock. It holds hashes of cookies, never cookies, and what /auth/check answers to anybody who
 * has the cookie. About 700 bytes a session, at most 3 MiB; memory that was never used is never touched.
 */
#ifndef WEB_AUTH_MEMO_H
#define WEB_AUTH_MEMO_H

#include "flow/session.h"

enum { AUTH_MEMO_LINES_MAX = 512 };

struct auth_memo;

struct auth_kept {
	struct session session;      /* without address and browser */
	const struct config_type *type;
	int64_t noted_s;             /* when housekeeping was last told that it was seen */
	size_t len;
	char lines[AUTH_MEMO_LINES_MAX]; /* the header lines of the answer, as they go on the wire */
};

struct auth_memo *auth_memo_new(void);
void auth_memo_free(struct auth_memo **m); /* wipes */

/* Before the first question of each round, with the version of the snapshot that answers it. */
void auth_memo_stand(struct auth_memo *m, uint64_t version);
/* NULL: not kept. The store must be asked. Stands until the next call of any other function here. */
struct auth_kept *auth_memo_find(struct auth_memo *m, const unsigned char token[STORE_HASH]);
/* What the store has just said of this session in this round's snapshot. Lines that are longer are not kept. */
void auth_memo_keep(struct auth_memo *m, const struct who *w, struct str lines);

#endif
