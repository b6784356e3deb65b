/*
 * diagnose: the clock doctor in a story: what is asked, burnt, noted and said when a code was wrong, and what a good one
 * tells about our own clock. The rules are core/clockdoctor.h's.
 *
 *   vault_code_check ─ refused ─▶ diagnose_ask (no transaction is open) ─▶ second transaction: diagnose_settle
 *                    └ good ─────────────────────────────────────────────▶ second transaction: diagnose_good
 *
 * The surprising rules: the doctor is asked about every wrong code, and nothing that becomes of it changes the verdict.
 * It waits in the queue of the hashes; when that is full, or the vault or the store fails, the diagnosis is "nothing", the
 * person gets the general text and the story goes on.
 *
 * What an agent may know after the first code goes into audit.detail, one line: what was found, and its name last.
 *
 *   clock SECONDS (first|told) NAME     the clock of NAME is off by so much; said to the person or not yet
 *   dead NUMBER AT_S NAME               the code of an entry that was removed at AT_S
 *   suspended NUMBER AT_S NAME
 *   ours SECONDS [, one of the above]   our own clock is off by so much (above zero: fast)
 */
#ifndef FLOW_DIAGNOSE_H
#define FLOW_DIAGNOSE_H

#include "core/clockdoctor.h"
#include "flow/flow.h"

struct diagnosis {
	struct device device[CLOCK_FITS_MAX];  /* live ones first, then the newest of the removed */
	struct clock_fit fit[CLOCK_FITS_MAX];
	size_t n;                              /* 0: nothing is known */
	struct str open;                       /* the active entries: "#3, #5" */
	int64_t now_s;                         /* the moment that was asked about */
};

/* Asks the vault where `code` (cleaned) would have fitted. Between the two transactions of the story. */
void diagnose_ask(struct flow *f, const struct visit *v, int64_t user, const char *code, struct diagnosis *out);

/* Burns and notes; changes told->say from the general text to what may be said, with its facts, and fills reason and
 * detail of the audit line, which is written after. Call it once, for a code that was charged and is wrong. */
enum rc diagnose_settle(struct tx *tx, int64_t user, const struct visit *v, const struct diagnosis *d, struct told *told,
                        struct audit *line) MUST_USE;

/* A code of `step` was accepted: its lateness is added up, and what was noted of a wrong one is over. */
enum rc diagnose_good(struct tx *tx, int64_t user, int64_t now_s, int64_t step) MUST_USE;

/* Is our own clock off, by the good codes of the last hour? Reads only. */
enum rc diagnose_ours(struct tx *tx, int64_t now_s, bool *off, int64_t *error_s) MUST_USE;

/* For housekeeping, once a minute: while our clock is off, an event `clock.ours` and a line in the access log, at most
 * every ten minutes, over all nodes and restarts. */
enum rc diagnose_watch(struct flow *f, struct arena *a, int64_t now_s) MUST_USE;

#endif
