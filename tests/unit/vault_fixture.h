/*
 * vault_fixture: one vault for the tests of a file, and a folder with its key and another's for those that
 * start their own. vault_setup and vault_teardown are the group's.
 */
#ifndef VAULT_FIXTURE_H
#define VAULT_FIXTURE_H

#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "vault/keys.h"

static char vault_folder[] = "/tmp/test_vault_XXXXXX";
static char key_file[64], other_key_file[64];
static struct vault *vault;

static inline int vault_setup(void **state)
{
	struct arena *a = test_arena();
	struct str why;

	(void)state;
	log_level_set(LOG_ERROR); /* refusals are what these tests are made of */
	if (!mkdtemp(vault_folder))
		return -1;
	snprintf(key_file, sizeof(key_file), "%s/key", vault_folder);
	snprintf(other_key_file, sizeof(other_key_file), "%s/other", vault_folder);
	if (vault_key_create(key_file) != RC_OK || vault_key_create(other_key_file) != RC_OK)
		return -1;
	if (vault_start(a, key_file, &vault, &why) != RC_OK)
		return -1;
	arena_free(&a);
	return 0;
}

static inline int vault_teardown(void **state)
{
	(void)state;
	vault_close(&vault);
	unlink(key_file);
	unlink(other_key_file);
	return rmdir(vault_folder);
}

/* Another vault, with this key. The caller closes it. */
static inline struct vault *start_with(struct arena *a, const char *file)
{
	struct vault *v;

	assert_int_equal(vault_start(a, file, &v, NULL), RC_OK);
	return v;
}

static inline struct keys *keys_of(const char *file)
{
	struct keys *k;
	const char *why;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	assert_int_equal(keys_read(fd, &k, &why), RC_OK);
	close(fd);
	return k;
}

#endif
