/*
 * vault_calls: the calls that stories make to the vault, seen and disturbed by tests.
 *
 * The linker turns each call of a story into one of ours (--wrap), which hands it on to the real vault: no program
 * but a test has any of this.
 */
#ifndef VAULT_CALLS_H
#define VAULT_CALLS_H

#include <stdatomic.h>

#include "vault/vault.h"

enum vault_call {
	CALL_PASSWORD_HASH, CALL_PASSWORD_CHECK, CALL_SEED_NEW, CALL_SEED_SHOW, CALL_CODE_CHECK, CALL_CODE_CHECK_NEW, CALL_CODE_DOCTOR,
	CALL_TYPED_MAC,
	CALL_COUNT,
};

/* How often each was asked: what was really looked at. */
extern atomic_int vault_asked[CALL_COUNT];
/* The n-th call from now fails with RC_FAULT (0: none), or with this. */
extern atomic_uint vault_break_in;
extern enum rc vault_break_rc;
/* Run once, before the next call of this kind is handed on: somebody else acts while the vault is busy. */
typedef void vault_meanwhile_fn(void *context);
void vault_meanwhile(enum vault_call call, vault_meanwhile_fn *fn, void *context);
/* Every good password is said to have old parameters. */
extern bool vault_says_rehash;
/* Passwords are judged without Argon2id, by comparing with PASSWORD; for walks of many thousand sign-ins. */
extern bool vault_knows_passwords;
/* Back to none of these; the counters too. */
void vault_calls_reset(void);

#endif
