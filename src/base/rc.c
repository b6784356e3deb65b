#include "base/rc.h"

#include <stdlib.h>

#include "base/log.h"

const char *rc_name(enum rc rc)
{
	switch (rc) {
	case RC_OK:
		return "ok";
	case RC_ABSENT:
		return "absent";
	case RC_TAKEN:
		return "taken";
	case RC_MALFORMED:
		return "malformed";
	case RC_BUSY:
		return "busy";
	case RC_FAULT:
		return "fault";
	}
	return "unknown";
}

void panic_at(const char *file, int line, const char *what)
{
	log_event(LOG_ERROR, "panic", F_CSTR("file", file), F_INT("line", line), F_CSTR("why", what));
	abort();
}
