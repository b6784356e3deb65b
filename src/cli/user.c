/* gerbang user list, show, lock, unlock, delete, reset */
#include <stdio.h>

#include "cli/cli.h"
#include "flow/attempt.h"
#include "flow/trace.h"

enum { LIST_PAGE = 500, WHY_MAX = 512 };

static const struct { unsigned bit; const char *name; } rights[] = {
	{RIGHT_SEE, "see"}, {RIGHT_OPEN, "open"}, {RIGHT_APPROVE, "approve"}, {RIGHT_ADMINISTER, "administer"},
};

/* ---- list, show ------------------------------------------------------------------------------------- */

static void user_json(struct json *j, const struct user *u)
{
	json_str(j, "id", u->shown);
	json_str(j, "type", u->type);
	json_str(j, "name", u->name);
	json_str(j, "email", u->email);
	json_flag(j, "verified", u->verified);
	json_time(j, "locked", u->locked_s);
	json_flag(j, "has_password", u->phc.len > 0);
	json_open(j, "rights", '[');
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		if (u->rights & rights[i].bit)
			json_str(j, NULL, str_of(rights[i].name));
	}
	json_close(j, ']');
	json_open(j, "groups", '[');
	for (size_t i = 0; i < u->n_groups; i++)
		json_str(j, NULL, u->groups[i]);
	json_close(j, ']');
	json_time(j, "created", u->created_s);
}

static void user_line(struct cli *c, const struct user *u)
{
	printf("%.*s\t%.*s\t%.*s\t%.*s\t%s%s\n", STR_ARG(cli_plain(c->arena, u->shown)), STR_ARG(cli_plain(c->arena, u->type)),
	       STR_ARG(cli_plain(c->arena, u->email)), STR_ARG(cli_plain(c->arena, u->name)), u->phc.len ? "" : "no-password ",
	       u->locked_s ? "locked" : "");
}

static enum rc list_all(struct cli *c, struct json *j)
{
	struct str after = STR_NONE;
	struct tx *tx;
	size_t n = LIST_PAGE;
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	while (rc == RC_OK && n == LIST_PAGE) {
		struct user *rows;
		rc = store_user_list(tx, c->arena, after, LIST_PAGE, &rows, &n);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			if (c->json) {
				json_open(j, NULL, '{');
				user_json(j, &rows[i]);
				json_close(j, '}');
			} else {
				user_line(c, &rows[i]);
			}
			after = rows[i].login;
		}
	}
	store_abandon(&tx);
	return rc;
}

int cli_user_list(struct cli *c)
{
	struct json j;
	int code = cli_open(c);
	if (code)
		return code;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '[');
	enum rc rc = list_all(c, &j);
	if (rc != RC_OK)
		return cli_fail_rc(c, S("user list"), rc);
	json_close(&j, ']');
	if (c->json)
		json_end(&j);
	return CLI_DONE;
}

struct shown {
	struct user user;
	struct device *devices;
	size_t n_devices, n_sessions;
	struct session *sessions;
	struct code_tries codes;
	struct password_tries passwords;
};

static enum rc show_read(struct cli *c, struct shown *s)
{
	unsigned char hash[STORE_HASH];
	struct str folded;
	struct tx *tx;
	const struct user *u = &s->user;
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	attempt_login_hash(c->arena, u->login, &folded, hash);
	rc = store_device_list(tx, c->arena, u->id, false, &s->devices, &s->n_devices);
	if (rc == RC_OK)
		rc = store_session_list(tx, c->arena, u->id, c->now_s, c->flow.config->session_idle_s, &s->sessions, &s->n_sessions);
	if (rc == RC_OK)
		rc = store_code_tries_get(tx, u->id, c->now_s, &s->codes);
	if (rc == RC_OK)
		rc = store_password_tries_get(tx, hash, false, &s->passwords);
	store_abandon(&tx);
	return rc;
}

static void show_json(struct cli *c, const struct shown *s)
{
	struct json j;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '{');
	user_json(&j, &s->user);
	json_time(&j, "password_set", s->user.password_set_s);
	json_str(&j, "terms_version", s->user.terms_version);
	json_flag(&j, "has_nik", s->user.nik_sealed.len > 0);
	json_int(&j, "devices", (int64_t)s->n_devices);
	json_int(&j, "sessions", (int64_t)s->n_sessions);
	json_int(&j, "password_failures", s->passwords.failures);
	json_time(&j, "password_paused_until", s->passwords.paused_until_s > c->now_s ? s->passwords.paused_until_s : 0);
	json_int(&j, "wrong_codes_in_a_row", s->codes.in_a_row);
	json_int(&j, "wrong_codes_this_year", s->codes.this_year);
	json_time(&j, "code_paused_until", s->codes.paused_until_s > c->now_s ? s->codes.paused_until_s : 0);
	json_close(&j, '}');
	json_end(&j);
}

static void show_line(struct cli *c, const char *label, struct str value)
{
	if (value.len)
		printf("%-22s %.*s\n", label, STR_ARG(cli_plain(c->arena, value)));
}

static void show_text(struct cli *c, const struct shown *s)
{
	const struct user *u = &s->user;
	show_line(c, "id", u->shown);
	show_line(c, "type", u->type);
	show_line(c, "name", u->name);
	show_line(c, "e-mail", u->email);
	printf("%-22s %s\n", "verified", u->verified ? "yes" : "no");
	show_line(c, "locked since", u->locked_s ? time_iso(c->arena, u->locked_s) : S("no"));
	show_line(c, "password set", u->phc.len ? time_iso(c->arena, u->password_set_s) : S("never"));
	show_line(c, "terms accepted", u->terms_version);
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		if (u->rights & rights[i].bit)
			printf("%-22s %s\n", "right", rights[i].name);
	}
	for (size_t i = 0; i < u->n_groups; i++)
		show_line(c, "group", u->groups[i]);
	printf("%-22s %zu\n%-22s %zu\n", "devices", s->n_devices, "sessions", s->n_sessions);
	printf("%-22s %lld\n", "wrong passwords", (long long)s->passwords.failures);
	if (s->passwords.paused_until_s > c->now_s)
		show_line(c, "password paused until", time_iso(c->arena, s->passwords.paused_until_s));
	printf("%-22s %lld in a row, %lld in a year\n", "wrong codes", (long long)s->codes.in_a_row, (long long)s->codes.this_year);
	if (s->codes.paused_until_s > c->now_s)
		show_line(c, "codes paused until", time_iso(c->arena, s->codes.paused_until_s));
	show_line(c, "created", time_iso(c->arena, u->created_s));
}

int cli_user_show(struct cli *c)
{
	struct shown s = {0};
	int code = cli_open(c);
	if (!code)
		code = cli_user(c, c->words[0], &s.user);
	if (code)
		return code;
	enum rc rc = show_read(c, &s);
	if (rc != RC_OK)
		return cli_fail_rc(c, c->words[0], rc);
	if (c->json)
		show_json(c, &s);
	else
		show_text(c, &s);
	return CLI_DONE;
}

/* ---- changes ---------------------------------------------------------------------------------------- */

typedef enum rc change_fn(struct cli *c, struct tx *tx, const struct user *u);

/* Finds the user, makes the change and its audit row in one transaction, says one line. */
static int change(struct cli *c, change_fn *does, const char *event, struct str why, const char *done)
{
	struct audit line = {.actor = S("cli"), .reason = why};
	struct user u;
	struct tx *tx;
	int code = cli_open(c);
	if (!code)
		code = cli_user(c, c->words[0], &u);
	if (code)
		return code;
	enum rc rc = store_begin(c->flow.store, &tx);
	if (rc != RC_OK)
		return cli_fail_rc(c, c->words[0], rc);
	rc = does(c, tx, &u);
	if (rc == RC_OK)
		rc = trace_audit(tx, &c->visit, &u, STR_NONE, event, true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	if (rc != RC_OK)
		return cli_fail_rc(c, c->words[0], rc);
	if (!c->json)
		printf("%.*s: %s\n", STR_ARG(cli_plain(c->arena, u.shown)), done);
	return CLI_DONE;
}

static enum rc end_all(struct tx *tx, const struct user *u)
{
	enum rc rc = store_session_end_all(tx, u->id, 0);
	return rc == RC_OK ? store_signin_delete_of_user(tx, u->id) : rc;
}

static enum rc do_lock(struct cli *c, struct tx *tx, const struct user *u)
{
	enum rc rc = store_user_lock(tx, u->id, u->locked_s ? u->locked_s : c->now_s);
	return rc == RC_OK ? end_all(tx, u) : rc;
}

/* The lock, and the pause of the password step; the year's budget of codes is a reset's to give back. */
static enum rc do_unlock(struct cli *c, struct tx *tx, const struct user *u)
{
	unsigned char hash[STORE_HASH];
	struct str folded;
	attempt_login_hash(c->arena, u->login, &folded, hash);
	enum rc rc = store_user_lock(tx, u->id, 0);
	if (rc == RC_OK)
		rc = store_password_tries_clear(tx, hash, false);
	return rc == RC_OK ? store_password_tries_clear(tx, hash, true) : rc;
}

static enum rc do_delete(struct cli *c, struct tx *tx, const struct user *u)
{
	(void)c;
	return store_user_delete(tx, u->id);
}

/* Nothing that was tried at any door counts on. Try 0 is nobody's: the year's are given back as a whole. */
static enum rc forget_tries(struct tx *tx, int64_t user)
{
	static const enum door doors[] = {DOOR_RECOVERY, DOOR_SLIP, DOOR_PASSKEY};
	enum rc rc = store_code_tries_clear(tx, user, 0);
	if (rc == RC_OK)
		rc = store_code_tries_renew(tx, user);
	for (size_t i = 0; rc == RC_OK && i < sizeof(doors) / sizeof(doors[0]); i++)
		rc = store_door_tries_clear(tx, user, doors[i]);
	return rc == RC_OK ? store_clock_note_end(tx, user) : rc;
}

/* Every second factor ends, and all that stands on one. The password stays, and first_enrol asks nothing again: who
 * was reset is never kept from the next activation. */
static enum rc do_reset(struct cli *c, struct tx *tx, const struct user *u)
{
	int64_t n;
	enum rc rc = store_device_retire_all(tx, u->id, c->now_s, &n);
	if (rc == RC_OK)
		rc = store_recovery_end(tx, u->id);
	if (rc == RC_OK)
		rc = forget_tries(tx, u->id);
	if (rc == RC_OK)
		rc = end_all(tx, u);
	if (rc == RC_OK)
		rc = store_known_end(tx, u->id);
	if (rc == RC_OK)
		rc = store_user_first_proof(tx, u->id, c->now_s);
	if (rc == RC_OK)
		rc = trace_notice(tx, &c->visit, u, "mfa.disabled", STR_NONE);
	return rc;
}

int cli_user_lock(struct cli *c)
{
	return change(c, do_lock, "user.lock", STR_NONE, "locked; all sessions ended");
}

int cli_user_unlock(struct cli *c)
{
	return change(c, do_unlock, "user.unlock", STR_NONE, "unlocked");
}

int cli_user_delete(struct cli *c)
{
	return change(c, do_delete, "user.delete", STR_NONE, "deleted");
}

int cli_user_reset(struct cli *c)
{
	struct str why = str_trim(cli_get(c, "--why"));
	if (!why.len)
		return cli_usage(c, "user reset: --why TEXT is missing");
	if (why.len > WHY_MAX)
		return cli_usage(c, "user reset: --why is longer than %d bytes", WHY_MAX);
	return change(c, do_reset, "user.reset", why, "every second factor is removed; all sessions ended; the next sign-in enrols again");
}
