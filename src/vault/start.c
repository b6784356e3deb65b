#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "vault/client.h"
#include "vault/keys.h"
#include "vault/process.h"

enum { CHILD_SOCK = 3, CHILD_KEY = 4, CHILD_FIRST_FREE = 5 };

/* 3 is the socket, 4 the key, nothing else but standard error is open. Never returns. */
static void child_main(int sock, int key_fd, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* Moved high first, so that neither lies where the other has to go. */
	sock = fcntl(sock, F_DUPFD_CLOEXEC, 64);
	key_fd = fcntl(key_fd, F_DUPFD_CLOEXEC, 64);
	if (null < 0 || sock < 0 || key_fd < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup3(sock, CHILD_SOCK, O_CLOEXEC) < 0 || dup3(key_fd, CHILD_KEY, O_CLOEXEC) < 0)
		_exit(1);
	if (close_range(CHILD_FIRST_FREE, ~0u, 0) != 0)
		_exit(1);
	/* The parent may have died before the kernel knew whom to tell. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
		_exit(1);
	_exit(vault_process(CHILD_SOCK, CHILD_KEY));
}

enum rc vault_start(struct arena *a, const char *key_file, struct vault **out, struct str *why)
{
	int pair[2] = {-1, -1}, key_fd = -1;
	pid_t parent = getpid(), child;
	struct str words = STR_NONE, check;
	enum rc rc;

	*out = NULL;
	rc = key_open(a, key_file, &key_fd, &words);
	if (rc != RC_OK)
		goto out;
	words = S("the vault cannot be started");
	rc = vault_pair(pair);
	if (rc != RC_OK)
		goto out;
	child = fork();
	if (child == 0)
		child_main(pair[1], key_fd, parent);
	if (child < 0) {
		rc = RC_FAULT;
		goto out;
	}
	*out = client_new(pair[0], -1, child);
	pair[0] = -1;
	/* Else we would hold the vault's end too, and never see it end. */
	fd_close(&pair[1]);
	/* A file of the right size that is no key ends the child at once; the first question finds out. */
	rc = vault_key_check_make(*out, a, &check);
	if (rc != RC_OK) {
		words = arena_printf(a, "the vault ended at once; %s is not a master key", key_file);
		vault_close(out);
		rc = RC_MALFORMED;
		goto out;
	}
	words = STR_NONE;
out:
	fd_close(&pair[0]);
	fd_close(&pair[1]);
	fd_close(&key_fd);
	if (why)
		*why = words;
	return rc;
}
