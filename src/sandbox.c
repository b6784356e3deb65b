#include "sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

enum { KEEP_MAX = 64 };

/* A change of user has emptied them already; who stays root (the demo in a closed folder) gives them up here. */
static bool capabilities_drop(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
	return syscall(SYS_capset, &head, none) == 0;
}

enum rc sandbox_fence(pid_t parent)
{
	const struct rlimit none = {0, 0};
	if (!capabilities_drop() || setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) {
		log_event(LOG_ERROR, "sandbox.fence");
		return RC_FAULT;
	}
	/* it may have died before PDEATHSIG was set: nobody would tell us */
	if (getppid() != parent)
		_exit(1);
	return RC_OK;
}

static int ascending(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

void sandbox_close(const int *keep, size_t n)
{
	int sorted[KEEP_MAX];
	unsigned from = 3;
	if (n > KEEP_MAX)
		panic("sandbox: too many descriptors to keep");
	for (size_t i = 0; i < n; i++)
		sorted[i] = keep[i];
	qsort(sorted, n, sizeof(sorted[0]), ascending);
	for (size_t i = 0; i < n; i++) {
		if (sorted[i] < 0 || (unsigned)sorted[i] < from)
			continue;
		if ((unsigned)sorted[i] > from)
			close_range(from, (unsigned)sorted[i] - 1, 0);
		from = (unsigned)sorted[i] + 1;
	}
	close_range(from, ~0U, 0);
	int null = open("/dev/null", O_RDONLY);
	if (null >= 0) {
		dup2(null, 0);
		close(null);
	}
}
