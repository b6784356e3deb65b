#include "flow/begin.h"

#include "base/log.h"
#include "flow/enrol.h"
#include "flow/known.h"
#include "flow/first.h"
#include "flow/session.h"
#include "flow/trace.h"

enum rc begin_if_finished(struct flow *f, struct tx *tx, const struct visit *v, struct road *r, struct signin_state *out)
{
	struct audit line = {.reason = S("no-factor")};
	enum rc rc;

	out->told = (struct told){0};
	switch (r->step) {
	case STEP_FINISHED:
		break;
	case STEP_CODE:
		out->screen = SCREEN_CODE;
		return RC_OK;
	case STEP_ENROL:
		out->screen = SCREEN_ENROL;
		return RC_OK;
	case STEP_FIRST:
		out->screen = SCREEN_FIRST;
		return first_begin(tx, v, r->type, &r->user);
	case STEP_TERMS:
		out->screen = SCREEN_TERMS;
		return RC_OK;
	case STEP_PASSWORD:
	case STEP_REFUSED:
		/* Everything that was proved is right, but this type's policy names no factor that could follow. */
		out->screen = SCREEN_START;
		rc = trace_audit(tx, v, &r->user, STR_NONE, "password", false, &line);
		out->told = (struct told){.say = SAY_SIGNIN_WRONG, .ref = line.ref};
		return rc;
	}
	rc = session_begin(f, tx, v, &r->user, &r->row, &out->session_cookie);
	if (rc != RC_OK)
		return rc;
	if (r->row.code_s || r->row.enrolled_s || r->row.recovery_s || r->row.passkey_s)
		rc = known_note(tx, v, r->user.id, &out->known_cookie);
	if (rc != RC_OK)
		return rc;
	out->screen = SCREEN_DONE;
	out->signin_cookie = STR_NONE;
	out->go = r->row.next.len ? r->row.next : r->type->home_url;
	return RC_OK;
}

void begin_undo(struct signin_state *out)
{
	out->session_cookie = out->signin_cookie = out->known_cookie = out->go = STR_NONE;
	if (out->screen == SCREEN_DONE)
		out->screen = SCREEN_START;
}

void begin_enrolment_if_due(struct flow *f, const struct visit *v, const struct road *r, struct str cookie)
{
	struct enrol_state opened;
	struct enrol_by by = {.kind = HOLDER_SIGNIN, .cookie = cookie};

	if (r->step == STEP_ENROL && enrol_begin(f, v, by, NULL, &opened) != RC_OK)
		log_event(LOG_WARN, "enrol.not_opened", F_INT("user", r->user.id));
}
