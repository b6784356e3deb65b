#include "courier/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

enum { NAME_ROOM = 40 };

static bool write_synced(int folder_fd, const char *name, struct str letter)
{
	int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	bool done;

	if (fd < 0)
		return false;
	errno = 0;
	done = fd_write_all(fd, letter.ptr, letter.len) == RC_OK && fsync(fd) == 0;
	fd_close(&fd);
	return done;
}

void folder_write(struct arena *a, int folder_fd, int64_t id, struct str letter, struct courier_answer *out)
{
	char temp[NAME_ROOM], name[NAME_ROOM];
	int error;

	*out = (struct courier_answer){.again = true};
	snprintf(temp, sizeof(temp), ".%" PRId64 ".tmp", id);
	snprintf(name, sizeof(name), "%" PRId64 ".eml", id);
	if (write_synced(folder_fd, temp, letter) && renameat(folder_fd, temp, folder_fd, name) == 0 && fsync(folder_fd) == 0) {
		*out = (struct courier_answer){true, false, arena_printf(a, "written to %s", name)};
		return;
	}
	error = errno;
	unlinkat(folder_fd, temp, 0);
	log_event(LOG_ERROR, "courier.folder_failed", F_INT("id", id), F_CSTR("why", strerror(error)));
	out->words = arena_printf(a, "the mail folder cannot be written: %s", strerror(error));
}
