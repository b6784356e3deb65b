#include "web/auth_check.h"
#include "web/web.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "courier/courier.h"
#include "web/brand.h"
#include "web/files.h"
#include "web/housekeeping.h"
#include "web/mail.h"
#include "web/router.h"

enum { DRAIN_S = 10 };

/* ---- what the server asks the application ----------------------------------------------------------- */

static enum serve_where place(void *app, const struct request *r)
{
	const struct route *route;

	(void)app;
	if (str_starts(r->path, S("/static/")))
		return SERVE_FAST;
	route = router_find(r->method, r->path, NULL, NULL);
	return route ? route->where : SERVE_FAST; /* an unknown address needs no store: it costs no worker */
}

static void answer_fast(void *app, void *io, struct request *r, struct reply *out)
{
	const struct file *file = str_starts(r->path, S("/static/")) ? files_find(r->path) : NULL;

	(void)io;
	if (file)
		files_serve(file, r, out);
	else
		router_answer(app, r, out);
}

static void settle(void *app, void *io)
{
	(void)app;
	(void)io;
	auth_check_settle();
}

static void leave(void *app, void *io)
{
	(void)app;
	(void)io;
	auth_check_leave();
}

static void answer_work(void *app, void *worker, struct request *r, struct reply *out)
{
	(void)worker;
	if (!request_gone(r))
		router_answer(app, r, out);
}

static void answer_busy(void *app, struct request *r, struct reply *out)
{
	router_busy(app, r, out);
}

/* ---- life ------------------------------------------------------------------------------------------- */

static struct server *draining;

static void on_term(int sig)
{
	int kept = errno;

	(void)sig;
	if (draining)
		server_drain(draining, DRAIN_S);
	errno = kept;
}

static void catch_term(struct server *s)
{
	struct sigaction act;

	draining = s;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_term;
	sigemptyset(&act.sa_mask);
	sigaction(SIGTERM, &act, NULL);
}

static void ignore_term(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = SIG_IGN;
	sigemptyset(&act.sa_mask);
	sigaction(SIGTERM, &act, NULL);
	draining = NULL;
}

void web_ready(int vault_control_fd)
{
	if (send(vault_control_fd, "R", 1, MSG_NOSIGNAL) != 1)
		log_event(LOG_WARN, "web.ready_unheard", F_INT("errno", errno));
}

static int say(const char *what, const char *why)
{
	fprintf(stderr, "gerbang: %s: %s\n", what, why);
	return 78;
}

struct web {
	struct flow flow;
	struct courier *courier;
	struct housekeeping *housekeeping;
	struct mail_thread *mail;
	struct server *server;
};

static int web_open(struct web *w, struct arena *a, const struct config *c, const struct web_controls *to)
{
	struct str why = STR_NONE;
	enum rc rc = store_open(a, arena_cstr(a, c->store), STORE_SERVER, &w->flow.store, &why);

	w->flow.config = c;
	if (rc == RC_ABSENT || rc == RC_MALFORMED)
		return say(arena_cstr(a, c->store), why.len ? arena_cstr(a, why) : "cannot be opened");
	if (rc)
		return 1;
	if (vault_connect(to->vault, &w->flow.vault) != RC_OK || courier_connect(to->courier, &w->courier) != RC_OK ||
	    lens_connect(to->lens, &w->flow.lens) != RC_OK)
		return 1;
	return 0;
}

static int web_serve(struct web *w, struct arena *a, const int *fds, size_t n_fds, int vault_control_fd)
{
	const struct config *c = w->flow.config;
	struct server_app app = {
		.app = &w->flow, .secure = c->secure, .place = place, .fast = answer_fast, .work = answer_work, .busy = answer_busy,
		.io_settle = settle, .io_close = leave,
	};
	const char *proxies[CONFIG_PROXIES_MAX];
	struct server_limits limits;

	for (size_t i = 0; i < c->n_trusted_proxies; i++)
		proxies[i] = arena_cstr(a, c->trusted_proxies[i]);
	server_limits_default(&limits);
	if (server_new(&app, &limits, fds, n_fds, proxies, c->n_trusted_proxies, &w->server) != RC_OK)
		return 1;
	if (housekeeping_start(&w->flow, &w->housekeeping) != RC_OK || mail_start(&w->flow, w->courier, &w->mail) != RC_OK)
		return 1;
	catch_term(w->server);
	web_ready(vault_control_fd);
	server_run(w->server);
	ignore_term();
	return 0;
}

/* A colour that cannot be read was told by `config check`; the pages then wear our own. */
static void style_start(const struct config *c)
{
	const char *csp_source = NULL;

	if (brand_install(c->colour, &csp_source) != RC_OK)
		log_event(LOG_WARN, "web.colour_unread", F_STR("colour", c->colour));
	reply_style_csp_set(csp_source);
}

int web_process(const struct config *c, const int *fds, size_t n_fds, const struct web_controls *to)
{
	struct web w = {.courier = NULL};
	struct arena *a = arena_new(16 * 1024, 1024 * 1024);
	int code;

	style_start(c);
	code = web_open(&w, a, c, to);
	if (code == 0)
		code = web_serve(&w, a, fds, n_fds, to->vault);
	mail_stop(&w.mail);
	housekeeping_stop(&w.housekeeping);
	server_free(&w.server);
	courier_close(&w.courier);
	lens_close(&w.flow.lens);
	vault_close(&w.flow.vault);
	store_close(&w.flow.store);
	arena_free(&a);
	return code;
}
