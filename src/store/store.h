/*
 * store: what Gerbang remembers, in the words of the flows. This header is the port; the SQL is behind it.
 *
 * One function per fact; a race is settled in one SQL statement, and the function that runs it is called
 * claim, charge, take or consume and may say RC_TAKEN. `get` never changes anything.
 *
 *   store_begin ─ writes ─┬─ store_commit        returns when the change is on disk (group commit)
 *                         ├─ store_commit_later  seen by everyone at once, on disk within 20 ms
 *                         └─ store_abandon
 *   store_view  ─ reads ───  store_abandon
 *
 * The surprising rules: a write transaction holds the writer's mutex, so nothing slow (no vault call, no
 * page) stands between begin and commit. If store_commit says RC_FAULT nothing of this transaction happened, nor
 * of any other in its group: the caller answers 503 and grants nothing. A write on a view panics.
 * Times are UTC seconds, 0 is "never". Strings in rows live in the arena that was given. Hashes are 32 bytes.
 * Every call: RC_FAULT when the store failed (detail already logged).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"

enum { STORE_HASH = 32, STORE_SCHEMA = 2 };

struct store;
struct tx;

/* ---- life --------------------------------------------------------------------------------------- */

enum store_role {
	STORE_SERVER, /* takes and releases the turnstile (flock LOCK_SH on DATA/turn) before each group */
	STORE_CLI,    /* holds it (LOCK_EX) for its transaction, so that it never starves behind the server */
};
/* `where` is "sqlite:FILE". RC_ABSENT: no such file. RC_MALFORMED: not a Gerbang database, or from a newer
 * version, or damaged; `why` (may be NULL) gets a sentence for the operator. */
enum rc store_open(struct arena *a, const char *where, enum store_role role, struct store **out, struct str *why) MUST_USE;
void store_close(struct store **s);

/* What the store-check process does before web starts: makes the database when it is missing and `create`,
 * applies the numbered migrations, checks header, schema, epoch (DATA/epoch: the higher wins) and the last
 * audit row. RC_MALFORMED with `why` when the server must not start. */
enum rc store_check(struct arena *a, const char *where, bool create, struct str *why) MUST_USE;

enum rc store_begin(struct store *s, struct tx **tx) MUST_USE;
enum rc store_view(struct store *s, struct tx **tx) MUST_USE;
/* The same, on a connection with a page cache of 16 MiB: for the few threads that read all the time (/auth/check). */
enum rc store_view_hot(struct store *s, struct tx **tx) MUST_USE;
/* What this view reads from, as a number: while two views say the same one, every row is the same in both. Any commit
 * by anybody, another process too, makes another number; two different ones say nothing. 0: the store cannot tell, and
 * nothing may be kept from view to view. */
enum rc store_view_version(struct tx *tx, uint64_t *version) MUST_USE;
enum rc store_commit(struct tx **tx) MUST_USE;
enum rc store_commit_later(struct tx **tx) MUST_USE;
void store_abandon(struct tx **tx); /* NULL inside is fine */

/* Test builds only: the n-th call from now fails with RC_FAULT (torture); 0 switches off. Always compiled,
 * costs one comparison; nothing but tests calls it. Returns how many calls were still to go. */
unsigned store_break_at(struct store *s, unsigned n);

enum rc store_id_new(int64_t *out) MUST_USE;         /* random, positive, 62 bits */
enum rc store_meta_get(struct tx *tx, struct arena *a, const char *key, struct str *value) MUST_USE; /* RC_ABSENT */
enum rc store_meta_set(struct tx *tx, const char *key, struct str value) MUST_USE;
/* The epoch stands in every session; raising it (restore) ends them all. */
enum rc store_epoch_get(struct tx *tx, int64_t *epoch) MUST_USE;

/* ---- users -------------------------------------------------------------------------------------- */

enum { RIGHT_SEE = 1, RIGHT_OPEN = 2, RIGHT_APPROVE = 4, RIGHT_ADMINISTER = 8 };
enum { USER_LOGIN_MAX = 128, USER_GROUPS_MAX = 16 };

struct user {
	int64_t id;
	struct str login;            /* folded (core/userid.h): the key */
	struct str shown;            /* as it was written at `user add` */
	struct str type, email, name;
	struct str nik_sealed;       /* absent when there is none */
	bool verified;
	int64_t locked_s;            /* 0: not locked */
	unsigned rights;
	struct str phc;              /* absent: no password yet */
	int64_t password_set_s;
	struct str terms_version;    /* last accepted, absent: never */
	int64_t next_number;         /* of the next entry in the app (1 for the first) */
	int64_t created_s;
	int64_t first_proof_s;       /* what `first_enrol` asks was proved: the first activation may begin; 0: not yet */
	int64_t quiet_ends_s;        /* first_enrol = quiet-period: when the first activation may begin; 0: not begun */
	struct str groups[USER_GROUPS_MAX];
	size_t n_groups;
};

enum rc store_user_find(struct tx *tx, struct arena *a, struct str login, struct user *out) MUST_USE; /* RC_ABSENT */
enum rc store_user_get(struct tx *tx, struct arena *a, int64_t id, struct user *out) MUST_USE;        /* RC_ABSENT */
/* RC_TAKEN: the login exists. */
enum rc store_user_add(struct tx *tx, const struct user *u) MUST_USE;
enum rc store_user_delete(struct tx *tx, int64_t id) MUST_USE; /* and all that hangs on it, but the audit */
enum rc store_user_lock(struct tx *tx, int64_t id, int64_t locked_s) MUST_USE;
/* A new password also begins the wait before a first activation anew: it was for whoever knew the old one. */
enum rc store_user_password(struct tx *tx, int64_t id, struct str phc, int64_t now_s) MUST_USE;
/* Only if the PHC is still `old` (rehash after a sign-in must not undo a change of password). RC_TAKEN. */
enum rc store_user_rehash(struct tx *tx, int64_t id, struct str old, struct str phc) MUST_USE;
enum rc store_user_terms(struct tx *tx, int64_t id, struct str version, int64_t now_s) MUST_USE;
enum rc store_user_first_proof(struct tx *tx, int64_t id, int64_t now_s) MUST_USE;
/* Begins the quiet period: only while none was begun. RC_TAKEN: one was. */
enum rc store_user_quiet(struct tx *tx, int64_t id, int64_t ends_s) MUST_USE;
/* Ordered by login, after `after` (absent: from the start). */
enum rc store_user_list(struct tx *tx, struct arena *a, struct str after, size_t limit, struct user **rows, size_t *n) MUST_USE;
enum rc store_user_count(struct tx *tx, int64_t *n) MUST_USE;

/* ---- guessing: what was tried ------------------------------------------------------------------- */

/* Password tries by the hash of the folded login, so that unknown logins go the same road. `known` tells the class of
 * browser: one where the owner signed in fully before is counted apart from strangers. */
struct password_tries {
	int64_t failures;            /* in a row, the one under way included */
	int64_t paused_until_s;
};
/* A row that does not exist reads as zeros, RC_OK. */
enum rc store_password_tries_get(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known,
                                 struct password_tries *out) MUST_USE;
/* Compare-and-set: only while the row still has `seen`. RC_TAKEN: somebody was faster, read again. */
enum rc store_password_tries_charge(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known,
                                    struct password_tries seen, struct password_tries then, int64_t now_s) MUST_USE;
enum rc store_password_tries_clear(struct tx *tx, const unsigned char login_hash[STORE_HASH], bool known) MUST_USE;

struct code_tries {
	int64_t in_a_row;            /* the one under way included */
	int64_t paused_until_s;
	int64_t this_year;           /* wrong codes of the last 365 days, the one under way included */
};
enum rc store_code_tries_get(struct tx *tx, int64_t user, int64_t now_s, struct code_tries *out) MUST_USE;
/* As above; also inserts the try (row `try_id`) into the year's budget. RC_TAKEN. */
enum rc store_code_tries_charge(struct tx *tx, int64_t user, struct code_tries seen, struct code_tries then,
                                int64_t try_id, int64_t now_s) MUST_USE;
/* Another end for a pause that runs (the clock was set back): only while the row still has `seen`. RC_TAKEN. */
enum rc store_code_tries_pause(struct tx *tx, int64_t user, struct code_tries seen, int64_t paused_until_s) MUST_USE;
/* The code was right: the row count goes to zero, the pause too, and `try_id` leaves the year's budget. The
 * other wrong codes of the year stay. */
enum rc store_code_tries_clear(struct tx *tx, int64_t user, int64_t try_id) MUST_USE;
/* Another factor or a reset renews the year's budget. */
enum rc store_code_tries_renew(struct tx *tx, int64_t user) MUST_USE;

/* Other doors, each with a budget of its own: a pause on codes leaves them open. Compare-and-set as above. */
enum door { DOOR_RECOVERY = 1, DOOR_SLIP = 2, DOOR_PASSKEY = 3 };
struct door_tries {
	int64_t in_a_row;            /* the one under way included */
	int64_t paused_until_s;
};
enum rc store_door_tries_get(struct tx *tx, int64_t user, enum door door, struct door_tries *out) MUST_USE;
enum rc store_door_tries_charge(struct tx *tx, int64_t user, enum door door, struct door_tries seen, struct door_tries then) MUST_USE;
enum rc store_door_tries_clear(struct tx *tx, int64_t user, enum door door) MUST_USE;

/* Attempts refused before anything was evaluated: one row per (minute, reason). */
enum rc store_refused_count(struct tx *tx, int64_t now_s, const char *reason) MUST_USE;

/* ---- the sign-in, half done ---------------------------------------------------------------------- */

struct signin {
	int64_t id;
	unsigned char cookie[STORE_HASH]; /* SHA-256 of the cookie */
	int64_t user;                     /* 0: none yet, or unknown */
	struct str login;                 /* as typed, trimmed; kept for the form */
	struct str type;                  /* chosen on the form */
	int64_t step;                     /* enum signin_step of core/signin_fsm.h */
	int64_t password_s, code_s, enrolled_s, terms_s; /* when each was proved; 0: not */
	int64_t recovery_s;               /* by a recovery code */
	int64_t passkey_s;                /* by a passkey that verified its user: it stands for password and second factor */
	int64_t first_s;                  /* what first_enrol asks (slip, mail) was proved in this sign-in */
	bool known;                       /* the password was proved in a browser that the owner knows */
	int64_t code_device, code_step;   /* strict: the first of two codes, accepted and burnt, kept after the second; 0: none */
	struct str refused;               /* the last code that was refused here, as a hash, and what was said (flow/resent.h):
	                                   * sent again by a refresh, it is answered as before and charged no second time */
	int64_t refused_say;              /* enum say of that answer */
	struct str next;                  /* validated return address, absent: the type's home */
	int64_t began_s, form_ends_s, expires_s;
	int64_t renewals;                 /* of the password form's time */
};
enum rc store_signin_get(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], int64_t now_s,
                         struct signin *out) MUST_USE; /* RC_ABSENT: none, or expired */
/* Inserts, or replaces the row of the same cookie. */
enum rc store_signin_put(struct tx *tx, const struct signin *row) MUST_USE;
/* Moves the row on: only if it still stands at `from_step` with `from_cookie`; RC_TAKEN otherwise. All other
 * fields are written from `row` (a new cookie hash too). */
enum rc store_signin_advance(struct tx *tx, const struct signin *row, int64_t from_step,
                             const unsigned char from_cookie[STORE_HASH]) MUST_USE;
/* What was refused last, in the row that stands: no race is settled by it. RC_TAKEN: the row is gone. */
enum rc store_signin_refused(struct tx *tx, int64_t id, struct str refused, int64_t say) MUST_USE;
/* Takes the finished row away, so that one sign-in begins one session: RC_TAKEN when it is gone. */
enum rc store_signin_consume(struct tx *tx, int64_t id) MUST_USE;
enum rc store_signin_delete_of_user(struct tx *tx, int64_t user) MUST_USE;

/* ---- sessions ------------------------------------------------------------------------------------ */

struct session {
	int64_t id;                  /* shown in the list, not secret */
	unsigned char token[STORE_HASH]; /* SHA-256 of the cookie */
	int64_t user, epoch;
	int64_t began_s, seen_s, ends_s;
	int64_t pwd_s, otp_s;        /* when each factor was proved; 0: not */
	int64_t recovery_s, passkey_s;
	int64_t fresh_s;             /* last full proof, for changes of security */
	struct str address, browser;
};
/* Only flow/session.c calls this. */
enum rc store_session_add(struct tx *tx, const struct session *s) MUST_USE;
/*
 * The session AND its user in one read, for every guarded page and for /auth/check. RC_ABSENT: no such token,
 * over its end, idle for longer than idle_s, another epoch, or the user is locked or gone.
 * Nothing is written; no allocation but from `a`.
 */
enum rc store_session_get(struct tx *tx, struct arena *a, const unsigned char token[STORE_HASH], int64_t now_s,
                          int64_t idle_s, struct session *out, struct user *user) MUST_USE;
enum rc store_session_seen(struct tx *tx, int64_t id, int64_t now_s) MUST_USE;
/* New token after a fresh proof: only while `old` is the token; RC_TAKEN. */
enum rc store_session_renew(struct tx *tx, int64_t id, const unsigned char old[STORE_HASH],
                            const unsigned char token[STORE_HASH], int64_t fresh_s) MUST_USE;
enum rc store_session_list(struct tx *tx, struct arena *a, int64_t user, int64_t now_s, int64_t idle_s,
                           struct session **rows, size_t *n) MUST_USE; /* newest first, at most 100 */
/* RC_ABSENT: not a session of this user. */
enum rc store_session_end(struct tx *tx, int64_t user, int64_t id) MUST_USE;
/* All of this user but `keep` (0: all). */
enum rc store_session_end_all(struct tx *tx, int64_t user, int64_t keep) MUST_USE;

/* ---- enrolments and devices ----------------------------------------------------------------------- */

enum holder { HOLDER_SIGNIN = 1, HOLDER_SESSION = 2 };

/* What the confirmed activation does to another device, in the same transaction. */
enum replaces_how {
	REPLACES_NONE = 0,
	REPLACES_EVICT = 1,  /* the cap is reached: the other is suspended and can be taken back */
	REPLACES_MOVE = 2,   /* a new phone: the other is retired */
};

/* An open activation: a secret that is being shown and counts for nothing yet. At most one per user. */
struct enrolment {
	int64_t id;                  /* becomes the device's id: the seed is sealed to it */
	int64_t user, number;        /* number of the entry in the app */
	enum holder holder;
	int64_t holder_id;           /* signin.id or session.id */
	struct str seed;             /* sealed for showing */
	int64_t opened_s, period_ends_s, ends_s;
	int64_t renewals, tries;
	int64_t replaces;            /* the device that will go, named before the QR is shown; 0: none */
	enum replaces_how replaces_how;
};
enum rc store_enrolment_of(struct tx *tx, struct arena *a, int64_t user, int64_t now_s, struct enrolment *out) MUST_USE; /* RC_ABSENT */
/* Ends any other open activation of the user, takes the next number (written to *number and the row). */
enum rc store_enrolment_open(struct tx *tx, const struct enrolment *e, int64_t *number) MUST_USE;
/* "More time": only while renewals == seen. RC_TAKEN. */
enum rc store_enrolment_renew(struct tx *tx, int64_t id, int64_t seen_renewals, int64_t period_ends_s) MUST_USE;
/* One more wrong code; RC_TAKEN when `most` are used up or it is gone. */
enum rc store_enrolment_try(struct tx *tx, int64_t id, int64_t most) MUST_USE;
/* Deletes the row, secret and all: RC_TAKEN when it was already gone. */
enum rc store_enrolment_consume(struct tx *tx, int64_t id) MUST_USE;
/* The number of the newest activation that ended (by now_s) without a device, 0 when none: "a leftover entry #2". */
enum rc store_enrolment_leftover(struct tx *tx, int64_t user, int64_t now_s, int64_t *number) MUST_USE;

enum { DEVICE_NAME_MAX = 64 };
enum device_state { DEVICE_ACTIVE = 1, DEVICE_SUSPENDED = 2, DEVICE_RETIRED = 3 };
enum device_kind { DEVICE_CODE = 1, DEVICE_KUNCI = 2, DEVICE_PASSKEY = 3 };
struct device {
	int64_t id, user, number;    /* number: of the entry in the app; a passkey takes one too */
	enum device_kind kind;       /* zero is written as DEVICE_CODE */
	struct str name;             /* as typed; unique per user without regard to case among live ones */
	enum device_state state;
	struct str seed;             /* sealed for checking (vault_code_check_new) */
	int64_t last_step;           /* of the last accepted code */
	int64_t added_s, used_s, retired_s;
	int64_t suspended_s, suspend_ends_s; /* DEVICE_SUSPENDED: since when, and until when it can be taken back */
	int64_t evicted_by;          /* DEVICE_SUSPENDED: the device that took its place */
	struct str address;          /* where it was added from */
};
/* Adds only while the user has fewer than `max` active devices (of any kind), in the statement itself: RC_TAKEN when
 * full. RC_MALFORMED: the name is in use. With number 0 it takes the user's next one, only when it is added. */
enum rc store_device_add(struct tx *tx, const struct device *d, unsigned max) MUST_USE;
/* Active ones of every kind, by number; with `all` the suspended and retired too. */
enum rc store_device_list(struct tx *tx, struct arena *a, int64_t user, bool all, struct device **rows, size_t *n) MUST_USE;
/* Burns the step and everything before it, in one statement: `last_step < step`, device active, the step not burnt by
 * diagnosis. RC_TAKEN: used. */
enum rc store_device_claim(struct tx *tx, int64_t device, int64_t step, int64_t now_s) MUST_USE;
/* Retires (keeps the sealed seed 90 days for diagnosis). RC_ABSENT: not an active or suspended device of this user. */
enum rc store_device_retire(struct tx *tx, int64_t user, int64_t device, int64_t now_s) MUST_USE;
enum rc store_device_retire_all(struct tx *tx, int64_t user, int64_t now_s, int64_t *n) MUST_USE;
/* Of any state. RC_ABSENT: not one of this user. */
enum rc store_device_get(struct tx *tx, struct arena *a, int64_t user, int64_t device, struct device *out) MUST_USE;
/* RC_ABSENT: not a live device of this user. RC_MALFORMED: the name is in use. */
enum rc store_device_rename(struct tx *tx, int64_t user, int64_t device, struct str name) MUST_USE;
/* RC_ABSENT: not an active device of this user. Until ends_s it can be restored, then the sweep retires it. */
enum rc store_device_suspend(struct tx *tx, int64_t user, int64_t device, int64_t by, int64_t now_s, int64_t ends_s) MUST_USE;
/* Suspended becomes active, while its time runs and fewer than `max` are active, in one statement.
 * RC_ABSENT: not suspended, or its time is over. RC_TAKEN: full. */
enum rc store_device_restore(struct tx *tx, int64_t user, int64_t device, unsigned max, int64_t now_s) MUST_USE;
/* How many devices of this user were suspended since then, whatever became of them. */
enum rc store_device_evictions(struct tx *tx, int64_t user, int64_t since_s, int64_t *n) MUST_USE;

/* ---- the clock doctor ------------------------------------------------------------------------------ */

/* What the last wrong code fitted. One row a user; a new one takes its place, and a right code ends it. */
struct clock_note {
	int64_t user, device;
	int64_t step, offset_steps;  /* the code was right `offset_steps` before (below zero) or after that step */
	int64_t at_s;
};
enum rc store_clock_note_get(struct tx *tx, int64_t user, struct clock_note *out) MUST_USE; /* RC_ABSENT */
enum rc store_clock_note_put(struct tx *tx, const struct clock_note *n) MUST_USE;
enum rc store_clock_note_end(struct tx *tx, int64_t user) MUST_USE;
/* A step that was matched in diagnosis is never accepted. Burning it twice is RC_OK. The sweep deletes what is too
 * old to be accepted anyway. */
enum rc store_step_burn(struct tx *tx, int64_t device, int64_t step) MUST_USE;
/* Our own clock: how late good codes came, from the middle of their step, summed by minute. */
enum rc store_clock_late_add(struct tx *tx, int64_t now_s, int64_t late_s) MUST_USE;
enum rc store_clock_late_get(struct tx *tx, int64_t since_s, int64_t *times, int64_t *late_s) MUST_USE;

/* ---- recovery codes ---------------------------------------------------------------------------------- */

enum { RECOVERY_CODES = 10 };
/* A new set; the old one is gone with the same statement's transaction. */
enum rc store_recovery_replace(struct tx *tx, int64_t user, const unsigned char macs[RECOVERY_CODES][STORE_HASH], int64_t now_s) MUST_USE;
enum rc store_recovery_left(struct tx *tx, int64_t user, int64_t *left, int64_t *made_s) MUST_USE; /* made_s 0: no set */
/* RC_TAKEN: used, or not one of this user. */
enum rc store_recovery_consume(struct tx *tx, int64_t user, const unsigned char mac[STORE_HASH], int64_t now_s) MUST_USE;
enum rc store_recovery_end(struct tx *tx, int64_t user) MUST_USE;

/* ---- known browsers ----------------------------------------------------------------------------------- */

enum { KNOWN_PER_USER = 20, KNOWN_S = 180 * 24 * 60 * 60 };
/* `user` may be 0 (unknown): the same statement runs and says no. Rows not seen for KNOWN_S are over. */
enum rc store_known_get(struct tx *tx, const unsigned char token[STORE_HASH], int64_t user, int64_t now_s, bool *known) MUST_USE;
/* Adds it or notes that it was seen; over KNOWN_PER_USER the one that was seen longest ago goes. */
enum rc store_known_put(struct tx *tx, const unsigned char token[STORE_HASH], int64_t user, int64_t now_s) MUST_USE;
enum rc store_known_end(struct tx *tx, int64_t user) MUST_USE;

/* ---- captchas ------------------------------------------------------------------------------------------ */

enum { CAPTCHAS_MOST = 10000, CAPTCHA_S = 5 * 60 };
enum captcha_form { CAPTCHA_SIGNIN = 1, CAPTCHA_RESET = 2, CAPTCHA_FORGOT = 3, CAPTCHA_HELPDESK = 4 };
enum captcha_kind { CAPTCHA_PICTURE = 1, CAPTCHA_WORK = 2 };
struct captcha {
	unsigned char cookie[STORE_HASH]; /* of the sign-in cookie: the one thing that a browser has before it signs in */
	enum captcha_form form;
	enum captcha_kind kind;
	struct str answer;           /* PICTURE: digits and noise. WORK: the key and the challenge (flow/captcha.c) */
	int64_t made_s, expires_s;
};
/* One of each kind per browser and form: a new one takes the old one's place. Over CAPTCHAS_MOST the oldest go. */
enum rc store_captcha_put(struct tx *tx, const struct captcha *c) MUST_USE;
enum rc store_captcha_get(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], enum captcha_form form,
                          enum captcha_kind kind, int64_t now_s, struct captcha *out) MUST_USE; /* RC_ABSENT */
/* Spends it (DELETE ... RETURNING): right or wrong, it is gone. RC_ABSENT: none, spent or expired. */
enum rc store_captcha_take(struct tx *tx, struct arena *a, const unsigned char cookie[STORE_HASH], enum captcha_form form,
                           enum captcha_kind kind, int64_t now_s, struct str *answer) MUST_USE;

/* ---- passkeys -------------------------------------------------------------------------------------------- */

enum { PASSKEY_CREDENTIAL_MAX = 1023, PASSKEY_KEY_MAX = 1024, CHALLENGE_S = 5 * 60, CHALLENGES_MOST = 10000 };
enum { PASSKEY_UV = 1, PASSKEY_BACKUP_ELIGIBLE = 2, PASSKEY_BACKED_UP = 4 };
struct passkey {
	int64_t device, user;
	struct str credential;       /* its id, unique over everybody */
	int64_t alg;                 /* COSE: -7 ES256, -8 EdDSA, -257 RS256 */
	struct str public_key;       /* as libfido2 takes it for that algorithm */
	int64_t counter;
	int64_t flags;               /* PASSKEY_* bits */
	unsigned char aaguid[16];
	struct str transports;       /* "internal hybrid", may be absent */
};
/* After store_device_add of its row, in the same transaction. RC_TAKEN: the credential is registered already. */
enum rc store_passkey_add(struct tx *tx, const struct passkey *p) MUST_USE;
/* Of active devices only. */
enum rc store_passkey_find(struct tx *tx, struct arena *a, struct str credential, struct passkey *out) MUST_USE; /* RC_ABSENT */
enum rc store_passkey_list(struct tx *tx, struct arena *a, int64_t user, struct passkey **rows, size_t *n) MUST_USE;
/* Only while the counter is still `seen`; notes flags and the time of use. RC_TAKEN: somebody was faster, or it is not active. */
enum rc store_passkey_claim(struct tx *tx, int64_t device, int64_t seen, int64_t counter, int64_t flags, int64_t now_s) MUST_USE;
enum challenge_purpose { CHALLENGE_ENROL = 1, CHALLENGE_SIGNIN = 2, CHALLENGE_CONFIRM = 3 };
enum rc store_challenge_put(struct tx *tx, const unsigned char cookie[STORE_HASH], enum challenge_purpose purpose,
                            const unsigned char challenge[32], int64_t now_s) MUST_USE;
/* Spends it. RC_ABSENT: none, spent or expired. */
enum rc store_challenge_take(struct tx *tx, const unsigned char cookie[STORE_HASH], enum challenge_purpose purpose, int64_t now_s,
                             unsigned char challenge[32]) MUST_USE;

/* ---- links (set-up, registration slip; reset, forgotten password, stop later) -------------------------------------- */

struct link {
	int64_t id, user, purpose;   /* enum token_purpose of vault.h */
	unsigned char token[STORE_HASH]; /* SHA-256 of what the address carries */
	int64_t made_s, expires_s, used_s;
};
enum rc store_link_add(struct tx *tx, const struct link *l) MUST_USE;
enum rc store_link_find(struct tx *tx, const unsigned char token[STORE_HASH], int64_t purpose, struct link *out) MUST_USE; /* RC_ABSENT */
enum rc store_link_consume(struct tx *tx, int64_t id, int64_t now_s) MUST_USE; /* RC_TAKEN: used or expired */
/* All of this purpose that were not used are over. */
enum rc store_link_end_all(struct tx *tx, int64_t user, int64_t purpose, int64_t now_s) MUST_USE;

/* ---- outbox: mail is queued in the transaction of the fact that caused it -------------------------- */

struct mail {
	int64_t id, user, about;     /* about: the row that the link or the words are about */
	struct str template;         /* "code.wrong", "device.added" ...: what happened; docs/events.md */
	struct str lang;             /* "id", "en" */
	struct str detail;           /* key=value lines for the template; never a link, never a secret */
	struct str to;
	int64_t written_s, next_s, tries, accepted_s, failed_s;
	struct str answer;           /* what the mail server said, last */
};
enum rc store_mail_add(struct tx *tx, const struct mail *m) MUST_USE;
/* Was a mail with this template written to this user at or after since_s? RC_OK yes, RC_ABSENT no. */
enum rc store_mail_told(struct tx *tx, int64_t user, struct str template, int64_t since_s) MUST_USE;
/* The oldest that is due, charged with one try and next_s = now_s + again_s, so that two nodes or a restart
 * do not send it at once again. RC_ABSENT: nothing is due. */
enum rc store_mail_take(struct tx *tx, struct arena *a, int64_t now_s, int64_t again_s, struct mail *out) MUST_USE;
enum rc store_mail_done(struct tx *tx, int64_t id, bool accepted, struct str answer, int64_t now_s) MUST_USE;

/* ---- audit ------------------------------------------------------------------------------------------ */

/*
 * One line of the access log and of the operator's trail. Each row holds the SHA-256 of the one before it
 * (one chain per node), in the same transaction as the fact. Triggers refuse UPDATE and DELETE.
 */
struct audit {
	int64_t node, seq;           /* written by store_audit_add */
	int64_t at_s;
	int64_t user;                /* whose account; 0: none (unknown login) */
	struct str login;            /* as shown; at most USER_LOGIN_MAX, escaped by whoever prints it */
	struct str actor;            /* absent: the person; "cli", "helpdesk1" ... */
	struct str event;            /* "signin", "password", "code", "enrol", "device.remove" ... docs/events.md */
	struct str result;           /* "ok", "refused", "alarm" */
	struct str reason;           /* "wrong-password", "used-code" ... absent when ok */
	struct str factor;           /* "pwd", "otp", "pwd otp" */
	struct str device;           /* its name at that time */
	struct str application;
	struct str address, browser;
	struct str ref;              /* "K7-42Q", absent when nothing failed */
	struct str detail;           /* for staff only: "clock -94 steps, HP Kantor"; absent: nothing to add */
};
enum rc store_audit_add(struct tx *tx, const struct audit *e) MUST_USE;
struct audit_query {
	int64_t user;                /* 0: all */
	int64_t since_s;
	struct str ref;
	struct str event;            /* absent: all */
	int64_t before_seq;          /* 0: from the newest */
	size_t limit;
	bool newest_first;
};
enum rc store_audit_list(struct tx *tx, struct arena *a, const struct audit_query *q, struct audit **rows, size_t *n) MUST_USE;
/* Walks the chain of every node. RC_MALFORMED: broken; `why` names node and seq. Also hands each signed head
 * to `head` (may be NULL), which says RC_OK when the signature is good. */
typedef enum rc audit_head_fn(void *ctx, int64_t node, int64_t seq, const unsigned char hash[32], const unsigned char sig[64]);
enum rc store_audit_verify(struct tx *tx, struct arena *a, audit_head_fn *head, void *ctx, int64_t *rows, struct str *why) MUST_USE;
/* The newest row's place and hash, and whether it is signed already; RC_ABSENT on an empty log. */
enum rc store_audit_head(struct tx *tx, int64_t *node, int64_t *seq, unsigned char hash[32], bool *is_signed) MUST_USE;
/* Is this row, which was the head once, still the same? Its hash stands for all before it. RC_MALFORMED: changed or gone. */
enum rc store_audit_stands(struct tx *tx, int64_t node, int64_t seq, const unsigned char hash[32]) MUST_USE;
enum rc store_audit_sign(struct tx *tx, int64_t node, int64_t seq, const unsigned char hash[32],
                         const unsigned char sig[64], int64_t now_s) MUST_USE;

/* ---- housekeeping ------------------------------------------------------------------------------------ */

/* Deletes what is over: expired sign-ins, sessions, enrolments (their secrets), links, tries, refused counts, retired seeds
 * after 90 days, captchas, challenges, known browsers, what the clock doctor noted. Suspended devices whose time is over
 * become retired. Of sign-ins that belong to nobody the newest 50,000 stay. A bounded number of rows a call; *more is set
 * when some are left. */
enum rc store_sweep(struct tx *tx, int64_t now_s, bool *more) MUST_USE;

#endif
