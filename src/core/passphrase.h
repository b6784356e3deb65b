/*
 * passphrase: may this be a new password? (NIST SP 800-63B-4 3.1.1.2; no composition rules.)
 *
 * At least 15 characters where the password is ever enough alone (mfa off or optional), 8 where a second
 * factor is always asked; not the user's own words; at least 10^8 guesses by zxcvbn with an Indonesian list.
 * Length counts Unicode code points after NFC. Pure but for libzxcvbn's read-only tables.
 */
#ifndef CORE_PASSPHRASE_H
#define CORE_PASSPHRASE_H

#include "base/arena.h"
#include "base/str.h"

enum passphrase_rule {
	PASSPHRASE_GOOD = 0,
	PASSPHRASE_SHORT,      /* fewer characters than `least` */
	PASSPHRASE_LONG,       /* over 1,024 bytes */
	PASSPHRASE_NOT_TEXT,   /* not UTF-8, or control bytes */
	PASSPHRASE_OWN_WORDS,  /* user id, name, e-mail or organisation */
	PASSPHRASE_COMMON,     /* guessed too soon: add a few unrelated words */
};

/* `own` are texts (a name, an address) that it must not consist of, nor of any word in them. */
enum passphrase_rule passphrase_check(struct arena *a, struct str password, unsigned least, const struct str *own, size_t n_own);

#endif
