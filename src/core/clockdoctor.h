/*
 * clockdoctor: what a wrong code tells about clocks and entries, and to whom that may be said.
 *
 * The vault says where a refused code would have fitted (vault_code_doctor): for each entry of the account an offset in
 * steps within +-26 h, or none. Here are the rules of what follows. They are pure: facts in, finding out.
 *
 * The surprising rules:
 *  - A finding is never a verdict: the code stays wrong, was charged before, and no drift is ever learned.
 *  - About clocks the first wrong code gets the general text, always. A number is said only when a SECOND code of the
 *    same entry, whose own step is LATER, has the same offset within one step. Whoever guesses learns nothing from that:
 *    of 6241 steps one fits by chance in 0.6 % of all guesses, but then the second must hit 3 of 1,000,000, and by then
 *    both steps are burnt. An agent who is given the reference sees the number after the first code.
 *  - Every step that matched on an entry that counts or may count again is burnt: it can never be accepted, also not when
 *    its time comes. The last accepted step does not move, so a phone that was fast works as soon as it is corrected.
 *  - A code of an entry that was removed (or is suspended) is told at once, as it opens nothing; within one step only, so
 *    that chance (3 in 1,000,000) is no matter. If the code fits an active entry somewhere too, nothing is said of the
 *    other: one of the two is chance, and the next code shows which.
 *  - If the code fits several active entries and none of them confirms the note, that is chance too: nothing is noted.
 *
 * Our own clock comes first. A good code is late by (now - middle of its step): that is -15..15 s for the moment in the
 * step at which it was read, even spread, plus the time for reading and typing (some 8 s; 0 with a program that fills it
 * in, up to 16 among slow hands), plus the error of our clock against that of all the phones. So over n good codes
 *
 *     error = sum / n - 8 s       standard error = 11 s / sqrt(n)     (8.7 s of the step, 6 s of the hands)
 *
 * and our clock is off when the error is beyond 10 s by three standard errors: |error| - 10 > 33 / sqrt(n). With n = 30,
 * the least, that is 16 s; with 1000 it is 11. A healthy clock would need hands of 18 s on the average, or below nothing.
 * What it cannot see: fewer than 30 sign-ins an hour, and an error beyond 75 s, with which hardly any code is good.
 */
#ifndef CORE_CLOCKDOCTOR_H
#define CORE_CLOCKDOCTOR_H

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CLOCK_FITS_MAX = 12,              /* entries in one question: VAULT_DOCTOR_MAX */
	CLOCK_NOTE_S = 24 * 60 * 60,      /* as long a first code waits for its second */
	CLOCK_OURS_SPAN_S = 60 * 60,      /* good codes of the last hour */
	CLOCK_OURS_LEAST = 30,            /* fewer say nothing */
	CLOCK_OURS_MOST_S = 10,
	CLOCK_OURS_AGAIN_S = 10 * 60,     /* the alarm repeats, at most this often */
	CLOCK_TYPING_S = 8,
};

enum clock_entry { CLOCK_ACTIVE = 1, CLOCK_SUSPENDED, CLOCK_RETIRED };

/* Where the code would have fitted in one entry. */
struct clock_fit {
	int64_t device;
	enum clock_entry entry;
	int64_t offset_steps;             /* INT64_MIN: nowhere */
};

/* The last code that fitted one active entry: it was right `offset_steps` from `step`, which was the step at at_s. */
struct clock_first {
	int64_t device, step, offset_steps, at_s; /* device 0: there is none */
};

struct clock_facts {
	int64_t now_s;
	const struct clock_fit *fits;
	size_t n;                         /* at most CLOCK_FITS_MAX, else panic */
	struct clock_first first;
	bool ours_is_off;
};

enum clock_says {
	CLOCK_SAYS_NOTHING = 0,           /* the general text */
	CLOCK_SAYS_OURS,                  /* our own clock is off: the fault is ours */
	CLOCK_SAYS_OFF,                   /* the clock of entry `which` is off by offset_s */
	CLOCK_SAYS_ZONE,                  /* ... by a whole hour or two: its zone is wrong */
	CLOCK_SAYS_DEAD,                  /* `which` was removed */
	CLOCK_SAYS_SUSPENDED,
};

struct clock_finding {
	enum clock_says says;
	size_t which;                     /* index into fits, for what is said */
	bool noted;                       /* fits[note] takes the place of the first */
	size_t note;
	int64_t offset_s;                 /* of what is said or noted: below zero the phone is slow */
	unsigned burn;                    /* bit i: fits[i]'s step (step of now + offset_steps) is burnt */
};

struct clock_finding clock_diagnose(const struct clock_facts *facts);

/* 1 or 2 when the offset is that many hours, either way, give or take a minute; else 0. */
unsigned clock_zone_hours(int64_t offset_s);

/* How late a good code of `step` came, from the middle of its step. */
int64_t clock_late_s(int64_t now_s, int64_t step);
/* Over the last hour: `times` good codes, `late_s` in all. *error_s is how far ahead our clock is, 0 when too few say. */
bool clock_ours_is_off(int64_t times, int64_t late_s, int64_t *error_s);

#endif
