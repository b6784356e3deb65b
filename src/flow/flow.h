/*
 * flow: the stories: who does what, in which order. No HTTP, no SQL, no words.
 *
 * Every story is two short transactions with the vault between them: (1) take the row and charge the
 * attempt, (2) claim what was proved and move on. What a story returns lives in the visit's arena.
 * A story that returns RC_FAULT or RC_BUSY granted nothing; the page answers 503 and keeps what was typed.
 * What people are to be told travels as enum say plus facts (times, names); web/ has the words.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "config.h"
#include "lens/lens.h"
#include "store/store.h"
#include "vault/vault.h"

/* What the stories stand on: one per process, never changed. */
struct flow {
	struct store *store;
	struct vault *vault;
	struct lens *lens;    /* NULL where nothing is registered: the command line */
	const struct config *config;
};

/* Who is asking: one per request. */
struct visit {
	struct arena *arena;
	int64_t now_s;
	struct str address;   /* after trusted proxies */
	struct str browser;   /* short: "Chrome, Windows" (core/browser.h) */
	struct str known;     /* value of the cookie of known browsers; absent when there is none */
	enum lang lang;
};

/* What the person is to be told. The words are in po/; facts travel beside it. */
enum say {
	SAY_NOTHING = 0,
	SAY_MISSING,            /* `missing` names the fields */
	SAY_SIGNIN_WRONG,       /* wrong user id or password, or locked, or unknown: one text */
	SAY_PASSWORD_PAUSED,    /* until_s; right, wrong and unknown alike */
	SAY_PASSWORD_OFF,       /* 100 failures in a row: forgotten password or helpdesk */
	SAY_FORM_EXPIRED,       /* the user id is kept, the password is asked again */
	SAY_TOO_LONG,           /* `missing` names the field that is longer than any real value */
	SAY_CODE_SHAPE,         /* not six digits: nothing was charged */
	SAY_CODE_WRONG,
	SAY_CODE_USED,          /* a right code for the second time: wait at most 30 s */
	SAY_CODE_PAUSED,        /* until_s, true because the password was right */
	SAY_CODE_FROZEN,        /* the year's budget is used up: another factor, reset, helpdesk */
	SAY_ENROL_WRONG,        /* wait for the next code, the same QR stays */
	SAY_ENROL_CLOCK,        /* offset_s: below zero the phone is slow, above fast */
	SAY_ENROL_CLOSED,       /* a code came after the QR closed: more time, then the next code */
	SAY_ENROL_NAME_TAKEN,
	SAY_ENROL_RENEWED,      /* more time was given, until until_s */
	SAY_ENROL_UNFINISHED,   /* LOGOUT on an open activation asks first */
	SAY_ENROL_FULL,         /* the cap is reached (devices_max) */
	SAY_PASSWORD_RULE,      /* the new password: `rule` */
	SAY_PASSWORD_TWICE,     /* the two new passwords differ */
	SAY_PASSWORD_CURRENT,   /* the current one did not match */
	SAY_PASSWORD_CHANGED,
	SAY_CONFIRM_WRONG,      /* fresh proof: password or code did not match */
	SAY_DONE,               /* the thing asked for was done */
	SAY_LAST_FACTOR,        /* refuses to remove the last one */
	SAY_CAPTCHA_WRONG,      /* nothing else was looked at; another one is drawn */
	SAY_CLOCK,              /* the clock of `device` is off by offset_s (below zero: slow); two codes said the same */
	SAY_CLOCK_ZONE,         /* ... by a whole hour or two: the zone that is set is wrong; offset_s */
	SAY_CLOCK_OURS,         /* our own clock is off: the fault is ours, the operator was alarmed */
	SAY_DEAD_ENTRY,         /* the code is from entry `number` (`device`), removed at at_s: open another one */
	SAY_SUSPENDED_ENTRY,    /* ... from `device`, suspended at at_s: it can be taken back until until_s */
	SAY_STRICT_AGAIN,       /* the code was right; the next one is asked too, this browser is not known */
	SAY_RECOVERY_SHAPE,     /* not a recovery code by its form: nothing was charged */
	SAY_RECOVERY_WRONG,
	SAY_RECOVERY_PAUSED,    /* until_s */
	SAY_SLIP_SHAPE,
	SAY_SLIP_WRONG,
	SAY_SLIP_PAUSED,        /* until_s */
	SAY_QUIET,              /* the activation may begin at until_s */
	SAY_PASSKEY_WRONG,      /* the answer of the passkey could not be accepted */
	SAY_EVICTED_TODAY,      /* one device a day may be pushed out without more proof; until_s */
	SAY_NAME_TAKEN,         /* renaming a device */
	SAY_NAME_LINK,          /* a device's name that looks like a link: it would stand in mails */
};

/* Fields, as bits, in the order of the forms. */
enum field {
	FIELD_TYPE = 1, FIELD_USER = 2, FIELD_PASSWORD = 4, FIELD_AGREE = 8, FIELD_CODE = 16, FIELD_DEVICE = 32,
	FIELD_CURRENT = 64, FIELD_NEW = 128, FIELD_AGAIN = 256, FIELD_CAPTCHA = 512, FIELD_SLIP = 1024, FIELD_CHOICE = 2048,
};

/* Facts of one answer; all zero when there is nothing to tell. */
struct told {
	enum say say;
	unsigned missing;       /* enum field bits */
	int64_t until_s;
	int64_t offset_s;
	int rule;               /* enum passphrase_rule of core/passphrase.h */
	unsigned least;         /* PASSPHRASE_SHORT: the least number of characters */
	struct str device;      /* name of the device that this is about */
	int64_t number, at_s;   /* of its entry; when it was removed or suspended */
	struct str open;        /* SAY_DEAD_ENTRY, SAY_SUSPENDED_ENTRY: the entries that count, "#3, #5" */
	int64_t paused_s;       /* beside what is said of a wrong code: no code is looked at until then; 0: no pause */
	struct str ref;         /* "K7-42Q": every failure has one; the audit line carries it too */
};

#endif
