/* Accounts: who a process becomes, and what belongs to whom. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox.h"

static struct account account_of(const char *name, unsigned fallback)
{
	const struct passwd *p = getpwnam(name);
	struct account a = {fallback, fallback};
	if (p && p->pw_uid != 0) {
		a.uid = p->pw_uid;
		a.gid = p->pw_gid;
	}
	return a;
}

void sandbox_accounts(const char *web, const char *vault, const char *courier, struct accounts *out)
{
	const struct account self = {geteuid(), getegid()};
	*out = (struct accounts){false, self, self, self, self};
	if (geteuid() != 0)
		return;
	out->separate = true;
	out->web = account_of(web, SANDBOX_WEB_ID);
	out->vault = account_of(vault, SANDBOX_VAULT_ID);
	out->courier = account_of(courier, SANDBOX_COURIER_ID);
	out->lens = account_of("gerbang-lens", SANDBOX_LENS_ID);
}

enum rc sandbox_user(const struct account *a)
{
	if (a->uid == geteuid() && a->gid == getegid())
		return RC_OK;
	if (setgroups(0, NULL) || setresgid(a->gid, a->gid, a->gid) || setresuid(a->uid, a->uid, a->uid)) {
		log_event(LOG_ERROR, "sandbox.user", F_INT("uid", a->uid), F_CSTR("why", strerror(errno)));
		return RC_FAULT;
	}
	if (a->uid != 0 && (setresuid(0, 0, 0) == 0 || geteuid() != a->uid || getegid() != a->gid)) {
		log_event(LOG_ERROR, "sandbox.user", F_CSTR("why", "root could be had back"));
		return RC_FAULT;
	}
	return RC_OK;
}

static bool is_ours(uid_t uid, const struct accounts *of)
{
	return uid == 0 || uid == of->web.uid || uid == of->vault.uid || uid == of->courier.uid;
}

enum rc sandbox_give(const char *path, const struct account *to, const struct accounts *of)
{
	struct stat st;
	enum rc rc = RC_MALFORMED;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? RC_ABSENT : errno == ELOOP ? RC_MALFORMED : RC_FAULT;
	if (fstat(fd, &st) || !is_ours(st.st_uid, of))
		goto end;
	/* web owns the folder: the key, moved to a name that is given to web, stays the vault's */
	if (of->separate && st.st_uid == of->vault.uid && to->uid != of->vault.uid)
		goto end;
	if (!S_ISDIR(st.st_mode) && !(S_ISREG(st.st_mode) && st.st_nlink == 1))
		goto end;
	rc = RC_OK;
	if ((st.st_uid != to->uid || st.st_gid != to->gid) && fchown(fd, to->uid, to->gid))
		rc = RC_FAULT;
end:
	close(fd);
	return rc;
}

bool sandbox_reaches(const struct account *a, const char *folder)
{
	int status = 1;
	pid_t child = fork();
	if (child == 0)
		_exit(sandbox_user(a) == RC_OK && access(folder, X_OK) == 0 ? 0 : 1);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
