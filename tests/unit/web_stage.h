/*
 * web_stage: the route table and the guards with everything around them played: sessions, store, pages.
 *
 * stage_open() gives a GET / of a stranger. Set what the world looks like, then stage_run(), then look at what happened.
 */
#ifndef WEB_STAGE_H
#define WEB_STAGE_H

#include "web/router.h"

#define STAGE_SESSION "sssssssssssssssssssssssssssssssssssssssssss"
#define STAGE_SIGNIN "ffffffffffffffffffffffffffffffffffffffffffF"

struct stage {
	/* the world */
	enum rc view_rc, session_rc; /* what store_view and session_find answer */
	bool fresh;
	uint64_t version;            /* what store_view_version answers; 0: the store cannot tell */
	enum rc version_rc;
	bool over;                   /* time or policy ended the session: session_counts says no */
	struct user user;
	int64_t otp_s;
	struct str next;             /* what signin_next_allowed answers */
	/* what happened */
	const char *ran;             /* the page that ran, NULL: none */
	struct page_call call;       /* as that page saw it */
	bool troubled;
	enum trouble trouble;
	enum rc page_rc;
	unsigned touched, seen, views, finds;
	/* the request */
	struct arena *a;
	struct config config;
	struct flow flow;
	struct pair headers[16];
	struct request req;
	struct reply rep;
};
extern struct stage stage;

void stage_open(void);
void stage_close(void);
void stage_ask(enum method m, const char *target);
void stage_header(const char *name, const char *value);
void stage_form(const char *body); /* with its content type */
void stage_run(void);
/* The same request in the next round of the I/O thread. */
void stage_again(void);
struct str stage_csrf(const char *cookie);
/* The first answer header of this name, or STR_NONE. */
struct str stage_answer(const char *name);

#endif
