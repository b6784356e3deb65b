/*
 * enrol_parts: what the ways to a new device share: enrol.c shows, opens and extends an activation, enrol_confirm.c takes its
 * code, passkey_enrol.c registers a passkey instead. Nobody else includes this.
 */
#ifndef FLOW_ENROL_PARTS_H
#define FLOW_ENROL_PARTS_H

#include "flow/enrol.h"
#include "flow/road.h"
#include "flow/session.h"

/* The person, the place, and the open activation: what every step of this story reads first. */
struct enrol {
	struct enrol_by by;
	struct road road;            /* HOLDER_SIGNIN */
	struct who who;              /* HOLDER_SESSION */
	const struct user *user;
	const struct config_type *type;
	int64_t holder_id;
	struct device *devices;      /* active, of every kind */
	struct device *live;         /* the suspended too: their names are in use */
	size_t n_devices, n_live, n_codes;
	struct device *offer;        /* what may make room when all places are taken (flow/replace.h) */
	size_t n_offer;
	int64_t evict_from_s;        /* one was pushed out today: from when another may be; 0: now */
	struct enrolment open;       /* id 0: none */
	struct device goes;          /* what the open one replaces, as long as it is active; id 0: none */
	bool mine;
};

/* RC_ABSENT: the sign-in or session is gone, or stands elsewhere. */
enum rc enrol_find(struct flow *f, struct tx *tx, const struct visit *v, struct enrol_by by, struct enrol *e) MUST_USE;
bool enrol_is_full(const struct enrol *e);
/* What makes room, as the page names it: screen EVICT, or FULL when nothing may. */
void enrol_show_full(const struct enrol *e, struct enrol_state *out);

#endif
