/* gerbang device list, remove */
#include <stdio.h>

#include "cli/cli.h"
#include "flow/trace.h"

static enum rc devices_read(struct cli *c, const struct user *u, struct device **rows, size_t *n)
{
	struct tx *tx;
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_device_list(tx, c->arena, u->id, false, rows, n);
	store_abandon(&tx);
	return rc;
}

static void list_json(struct cli *c, const struct device *rows, size_t n)
{
	struct json j;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&j, NULL, '{');
		json_int(&j, "number", rows[i].number);
		json_str(&j, "name", rows[i].name);
		json_str(&j, "kind", S("code"));
		json_time(&j, "added", rows[i].added_s);
		json_time(&j, "used", rows[i].used_s);
		json_str(&j, "address", rows[i].address);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_end(&j);
}

int cli_device_list(struct cli *c)
{
	struct device *rows;
	struct user u;
	size_t n;
	int code = cli_open(c);
	if (!code)
		code = cli_user(c, c->words[0], &u);
	if (code)
		return code;
	enum rc rc = devices_read(c, &u, &rows, &n);
	if (rc != RC_OK)
		return cli_fail_rc(c, c->words[0], rc);
	if (c->json) {
		list_json(c, rows, n);
		return CLI_DONE;
	}
	for (size_t i = 0; i < n; i++)
		printf("%lld\t%.*s\tadded %.*s\tused %.*s\n", (long long)rows[i].number, STR_ARG(cli_plain(c->arena, rows[i].name)),
		       STR_ARG(time_iso(c->arena, rows[i].added_s)),
		       STR_ARG(rows[i].used_s ? time_iso(c->arena, rows[i].used_s) : S("never")));
	return CLI_DONE;
}

/* Sessions end too: one of them may have been made with this device. */
static enum rc remove_write(struct cli *c, const struct user *u, const struct device *d)
{
	struct audit line = {.actor = S("cli"), .device = d->name};
	struct tx *tx;
	enum rc rc = store_begin(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_device_retire(tx, u->id, d->id, c->now_s);
	if (rc == RC_OK)
		rc = store_session_end_all(tx, u->id, 0);
	if (rc == RC_OK)
		rc = store_signin_delete_of_user(tx, u->id);
	if (rc == RC_OK)
		rc = trace_notice(tx, &c->visit, u, "device.removed", d->name);
	if (rc == RC_OK)
		rc = trace_audit(tx, &c->visit, u, STR_NONE, "device.remove", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

int cli_device_remove(struct cli *c)
{
	struct device *rows;
	struct user u;
	size_t n;
	int64_t number;
	if (str_to_i64(c->words[1], INT32_MAX, &number) != RC_OK)
		return cli_usage(c, "device remove: N is the number that `gerbang device list` shows");
	int code = cli_open(c);
	if (!code)
		code = cli_user(c, c->words[0], &u);
	if (code)
		return code;
	enum rc rc = devices_read(c, &u, &rows, &n);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (rows[i].number != number)
			continue;
		rc = remove_write(c, &u, &rows[i]);
		if (rc != RC_OK)
			break;
		if (!c->json)
			printf("%.*s: device %lld (%.*s) removed; all sessions ended\n", STR_ARG(cli_plain(c->arena, u.shown)),
			       (long long)number, STR_ARG(cli_plain(c->arena, rows[i].name)));
		return CLI_DONE;
	}
	if (rc == RC_OK)
		return cli_fail(c, u.shown, "has no device %lld", (long long)number);
	return cli_fail_rc(c, u.shown, rc);
}
