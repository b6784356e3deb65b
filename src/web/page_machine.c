#include "flow/passkey.h"
#include "web/router.h"

void page_healthz(struct page_call *c)
{
	reply_text(c->rep, 200, S("alive\n"));
}

/* Ready when both answer; it may wait for the vault, so it runs on a worker. */
void page_readyz(struct page_call *c)
{
	unsigned char index[32];
	int64_t epoch;
	struct tx *tx;
	enum rc rc = store_view(c->f->store, &tx);

	if (rc == RC_OK) {
		rc = store_epoch_get(tx, &epoch);
		store_abandon(&tx);
	}
	if (rc != RC_OK) {
		reply_text(c->rep, 503, S("the store does not answer\n"));
		return;
	}
	if (vault_index(c->f->vault, SEAL_NIK, S("ready"), index) != RC_OK) {
		reply_text(c->rep, 503, S("the vault does not answer\n"));
		return;
	}
	reply_text(c->rep, 200, S("ready\n"));
}

void page_robots(struct page_call *c)
{
	reply_text(c->rep, 200, S("User-agent: *\nDisallow: /\n"));
}

/* A Well-Known URL for Changing Passwords (W3C): password managers come here. */
void page_change_password(struct page_call *c)
{
	reply_see_other(c->rep, S("/account/password"));
}

/* "A Well-Known URL for Relying Party Passkey Endpoints" (W3C): password managers come here too. */
void page_passkey_endpoints(struct page_call *c)
{
	struct str base = c->f->config->base_url;

	if (!passkey_taken(c->f->config, NULL)) {
		reply_text(c->rep, 404, S("passkeys are not taken here\n"));
		return;
	}
	reply_data(c->rep, "application/json",
	           arena_printf(c->v.arena, "{\"enroll\":\"%.*s/account/devices/passkey\",\"manage\":\"%.*s/account/devices\"}",
	                        STR_ARG(base), STR_ARG(base)));
}

/* RFC 9116: Contact and Expires are required; half a year ahead, to the day. */
void page_security_txt(struct page_call *c)
{
	const struct config *cfg = c->f->config;
	struct arena *a = c->v.arena;
	int64_t day = 24 * 3600, expires_s = (c->v.now_s / day + 180) * day;
	struct str until = time_iso(a, expires_s), contact;

	contact = cfg->helpdesk.email.len ? arena_printf(a, "mailto:%.*s", STR_ARG(cfg->helpdesk.email))
	                                  : arena_printf(a, "%.*s/helpdesk", STR_ARG(cfg->base_url));
	reply_text(c->rep, 200, arena_printf(a,
	           "Contact: %.*s\nExpires: %.*s\nPreferred-Languages: id, en\nCanonical: %.*s/.well-known/security.txt\n",
	           STR_ARG(contact), STR_ARG(until), STR_ARG(cfg->base_url)));
}
