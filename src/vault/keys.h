/*
 * keys: the master key on disk, and the keys made from it in the vault's memory.
 *
 *   master (32 random bytes in the key file) ── HKDF-SHA256, one label each ─┬─ seal   one per purpose
 *                                                                             ├─ index  (look-ups)
 *                                                                             ├─ pepper version 1
 *                                                                             ├─ token  (links)
 *                                                                             ├─ typed  one per purpose
 *                                                                             ├─ head   (Ed25519 seed)
 *                                                                             └─ id     (4 bytes, public)
 *
 * The file is text of an exact size: "GERBANG KEY 1\n", 64 hex digits, "\n"; readable by its owner only.
 * The derived keys live in one locked, undumpable, read-only block between guard pages; the master itself is
 * wiped as soon as they are made. The labels are for ever: a changed label is another key.
 */
#ifndef VAULT_KEYS_H
#define VAULT_KEYS_H

#include "base/arena.h"
#include "vault/vault.h"

enum { KEY_BYTES = 32, KEY_ID_BYTES = 4, SEAL_PURPOSES = SEAL_SHOWN + 1 };

struct keys {
	unsigned char id[KEY_ID_BYTES];
	unsigned char seal[SEAL_PURPOSES][KEY_BYTES];
	unsigned char index[SEAL_PURPOSES][KEY_BYTES];
	unsigned char pepper[KEY_BYTES];
	unsigned char token[KEY_BYTES];
	unsigned char typed[TYPED_SLIP + 1][KEY_BYTES];
	unsigned char head_public[32], head_secret[64]; /* Ed25519, libsodium's layout */
};

/*
 * Opens for reading: no symbolic link, a regular file, no permission for group or others, the exact size.
 * RC_ABSENT, RC_MALFORMED, RC_FAULT: *why says it in a sentence of ours that names the path.
 */
enum rc key_open(struct arena *a, const char *key_file, int *fd, struct str *why) MUST_USE;

/* The same checks on a descriptor that somebody else opened; *why is a literal. */
enum rc key_inspect(int fd, const char **why) MUST_USE;

/* Reads the file from its start and derives. *why as above. */
enum rc keys_read(int key_fd, struct keys **out, const char **why) MUST_USE;
void keys_free(struct keys **k);

#endif
