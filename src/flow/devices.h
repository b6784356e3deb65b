/*
 * devices: the devices of a signed-in person: look, rename, remove, take back, turn off. To add one or to move to a new phone is
 * an activation (flow/enrol.h).
 *
 *               rename
 *               ┌────┐
 *   activation ─▶ ACTIVE ── remove, turn off, move ──▶ RETIRED   (seed kept 90 days, for diagnosis alone)
 *                 │   ▲                                   ▲
 *           evict │   │ take back (fresh proof)           │ after suspend_hours (sweep)
 *                 ▼   │                                   │
 *               SUSPENDED ────────────────────────────────┘
 *
 * Three acts that people mix up stand apart, in words and here: add, move, turn off. Remove refuses the last usable second
 * factor; turning off is its own act. Every change needs a fresh proof (the guard asks for it, the flow checks it again),
 * writes an audit line and a notice in the same transaction, and ends the other sessions where a device stops counting.
 * The surprising rule: who takes a device back must have proved themselves after it was suspended, so never with the
 * suspended device alone; when all places are taken, the device that took its place is named and goes in the same transaction.
 */
#ifndef FLOW_DEVICES_H
#define FLOW_DEVICES_H

#include "flow/session.h"

struct device_list {
	struct device *rows;          /* active, by number */
	size_t n;
	unsigned max;
	struct device *suspended;     /* those that can be taken back still, soonest end first */
	size_t n_suspended;
	struct device *retired;       /* newest end first */
	size_t n_retired;
};
enum rc account_devices(struct flow *f, const struct visit *v, const struct who *w, struct device_list *out) MUST_USE;

struct device_view {
	struct device device;         /* of the person who asks; active, or suspended and its time runs */
	struct device_list others;    /* the same list without it */
	bool last_factor;             /* removing it would take the last usable second factor away */
	bool older_proof;             /* suspended: the proof of this session is from before that; another one is asked */
	struct device instead;        /* suspended and all places taken: what goes for it; id 0: nothing need go */
};
/* RC_ABSENT: not a live device of this person. */
enum rc device_look(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct device_view *out) MUST_USE;

/*
 * The acts. told.say SAY_DONE: done. RC_ABSENT: no fresh proof, or the session ended. RC_TAKEN: the device is not there any
 * more, or what was named has changed: look again.
 */
/* SAY_LAST_FACTOR: refused. */
enum rc device_remove(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct told *out) MUST_USE;
/* SAY_MISSING, SAY_TOO_LONG, SAY_NAME_LINK, SAY_NAME_TAKEN: the name. */
enum rc device_rename(struct flow *f, const struct visit *v, const struct who *w, int64_t id, struct str name, struct told *out) MUST_USE;
/* `instead`: what the page named as going for it, 0: nothing. */
enum rc device_restore(struct flow *f, const struct visit *v, const struct who *w, int64_t id, int64_t instead,
                       struct told *out) MUST_USE;

/* "Disable TOTP": every device that gives codes is retired, the suspended too; the other sessions end. When no passkey is left
 * either, recovery codes and known browsers end with them. RC_ABSENT: no fresh proof; SAY_LAST_FACTOR: policy forbids it. */
enum rc account_mfa_disable(struct flow *f, const struct visit *v, const struct who *w, struct told *out) MUST_USE;

/* May a device be called that? One line of text without a link, because it stands in pages, logs and mails; `told` says why
 * not. Whether it is free is another question. */
bool device_name_good(const struct visit *v, struct str trimmed, struct told *told);

#endif
