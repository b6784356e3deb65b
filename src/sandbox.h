/*
 * sandbox: what a child process gives up before it reads its first byte.
 *
 *   sandbox_user   becomes the account, for good (setgroups, setresgid, setresuid, checked)
 *   sandbox_fence  no capabilities, no new privileges, no core dump, not dumpable, dies with the supervisor
 *   sandbox_close  every descriptor but the named ones and 0-2
 *
 * The surprising rule is the order: the user first. The kernel clears "dies with its parent" and sets
 * "dumpable" anew whenever the user changes (prctl(2)), so sandbox_fence comes after it.
 * Accounts: as root, a name without passwd entry falls back to its fixed number, so that nothing has to be
 * installed. Not root: everything stays as it is, and `separate` is false.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/rc.h"
#include "base/str.h"

enum { SANDBOX_WEB_ID = 64100, SANDBOX_VAULT_ID, SANDBOX_COURIER_ID, SANDBOX_LENS_ID };

struct account {
	uid_t uid;
	gid_t gid;
};
struct accounts {
	bool separate;               /* false: not root, or kept as one on purpose */
	struct account web, vault, courier;
	struct account lens;         /* owns nothing, so it needs no name in the configuration: gerbang-lens, or its number */
};

/* NUL-terminated names of at most 32 bytes. */
void sandbox_accounts(const char *web, const char *vault, const char *courier, struct accounts *out);

/* RC_FAULT when it could not be done, or could be undone: the caller ends the process. */
enum rc sandbox_user(const struct account *a) MUST_USE;
/* `parent` is who must be alive: if it is gone already the process ends here. */
enum rc sandbox_fence(pid_t parent) MUST_USE;
/* `keep` are the descriptors above 2 that stay; at most 64 of them. stdin becomes /dev/null. */
void sandbox_close(const int *keep, size_t n);

/*
 * Gives a file or folder to an account. Only what root or one of `accounts` owns already, never through a
 * symbolic link, and no file with a second name: whoever owns the folder could otherwise have root hand over
 * a file that is not ours. RC_ABSENT: no such file. RC_MALFORMED: not ours to give. RC_FAULT: refused.
 */
enum rc sandbox_give(const char *path, const struct account *to, const struct accounts *of) MUST_USE;
/* Can this account pass through the folder? (One above may be closed to it: /root.) Asks by becoming it. */
bool sandbox_reaches(const struct account *a, const char *folder);

#endif
