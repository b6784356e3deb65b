/* gerbang user add, set-password; the set-up link */
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "cli/cli.h"
#include "core/passphrase.h"
#include "core/userid.h"
#include "flow/attempt.h"
#include "flow/newpass.h"
#include "flow/trace.h"

enum { SETUP_S = 30 * 60, NIK_DIGITS = 16, TEXT_MOST = 256, GROUP_MOST = 64 };

/* ---- what was given --------------------------------------------------------------------------------- */

static bool text_ok(struct str s)
{
	return s.len <= TEXT_MOST && utf8_ok(s) && !memchr(s.len ? s.ptr : "", '\n', s.len) && !memchr(s.len ? s.ptr : "", '\t', s.len) &&
	       !memchr(s.len ? s.ptr : "", '\r', s.len);
}

static bool mail_ok(struct str s)
{
	struct str rest = s, name = str_cut(&rest, '@');
	return text_ok(s) && name.len > 0 && rest.len > 0 && !str_has(rest, '@') && !str_has(s, ' ') && !str_has(s, '<') &&
	       !str_has(s, '>') && !str_has(s, ',');
}

static bool nik_ok(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	return s.len == NIK_DIGITS;
}

static bool rights_read(struct str list, unsigned *out)
{
	*out = 0;
	while (list.len) {
		struct str one = str_trim(str_cut(&list, ','));
		unsigned bit = str_is(one, "see") ? RIGHT_SEE : str_is(one, "open") ? RIGHT_OPEN : str_is(one, "approve") ? RIGHT_APPROVE
		               : str_is(one, "administer") ? RIGHT_ADMINISTER : 0;
		if (!bit)
			return false;
		*out |= bit;
	}
	return true;
}

static int given_read(struct cli *c, struct user *u)
{
	u->shown = str_trim(c->words[0]);
	u->type = cli_get(c, "--type");
	u->email = cli_get(c, "--email");
	u->name = cli_get(c, "--name");
	u->verified = cli_has(c, "--verified");
	if (userid_fold(c->arena, u->shown, &u->login) != RC_OK)
		return cli_usage(c, "user add: ID: 1 to %d bytes of text, without control characters", USER_LOGIN_MAX);
	if (!u->type.ptr || !u->email.ptr)
		return cli_usage(c, "user add: %s is missing", u->type.ptr ? "--email E" : "--type T");
	if (!mail_ok(u->email))
		return cli_usage(c, "user add: --email: not a mail address");
	if (!text_ok(u->name))
		return cli_usage(c, "user add: --name: one line of text, at most %d bytes", TEXT_MOST);
	if (cli_has(c, "--nik") && !nik_ok(cli_get(c, "--nik")))
		return cli_usage(c, "user add: --nik: %d digits", NIK_DIGITS);
	if (cli_has(c, "--rights") && !rights_read(cli_get(c, "--rights"), &u->rights))
		return cli_usage(c, "user add: --rights: see, open, approve, administer, with commas between");
	for (; cli_get_nth(c, "--group", u->n_groups).ptr; u->n_groups++) {
		struct str group = cli_get_nth(c, "--group", u->n_groups);
		if (u->n_groups == USER_GROUPS_MAX)
			return cli_usage(c, "user add: at most %d groups", USER_GROUPS_MAX);
		/* Remote-Groups is a list with commas */
		if (!group.len || group.len > GROUP_MOST || !text_ok(group) || str_has(group, ','))
			return cli_usage(c, "user add: --group: at most %d bytes of text without a comma", GROUP_MOST);
		u->groups[u->n_groups] = group;
	}
	return CLI_DONE;
}

/* ---- passwords -------------------------------------------------------------------------------------- */

static const char *rule_words(enum passphrase_rule rule)
{
	switch (rule) {
	case PASSPHRASE_GOOD: break;
	case PASSPHRASE_SHORT: return "too short";
	case PASSPHRASE_LONG: return "longer than 1024 bytes";
	case PASSPHRASE_NOT_TEXT: return "not text (UTF-8 without control characters)";
	case PASSPHRASE_OWN_WORDS: return "made of the user's or the organisation's own words";
	case PASSPHRASE_COMMON: return "guessed too soon; add a few words that do not belong together";
	}
	return "not good enough";
}

/* "pengguna, staff" */
static struct str types_there(const struct cli *c)
{
	const struct config *config = c->flow.config;
	struct buf b;
	buf_init(&b, c->arena, 64, 8 * 1024);
	for (size_t i = 0; i < config->n_types; i++) {
		buf_add(&b, i ? S(", ") : STR_NONE);
		buf_add(&b, config->types[i].id);
	}
	return buf_str(&b);
}

/* The password from stdin, by the same rules as on the page; hashed. */
static int password_read(struct cli *c, const struct user *u, struct str *phc)
{
	const struct config_type *type = config_type_find(c->flow.config, u->type);
	struct told told = {0};
	struct str password;
	if (!type)
		return cli_fail(c, u->type, "there is no such type; the configuration has %.*s", STR_ARG(types_there(c)));
	int code = cli_stdin_line(c, VAULT_PASSWORD_MAX, &password);
	if (code)
		return code;
	newpass_rules(&c->flow, &c->visit, u, type, password, password, &told);
	if (told.say == SAY_PASSWORD_RULE) {
		enum passphrase_rule rule = (enum passphrase_rule)told.rule;
		if (rule == PASSPHRASE_SHORT)
			return cli_fail(c, S("password"), "too short: at least %u characters", told.least);
		return cli_fail(c, S("password"), "%s", rule_words(rule));
	}
	enum rc rc = vault_password_hash(c->flow.vault, c->arena, u->id, password, phc);
	return rc == RC_OK ? CLI_DONE : cli_fail_rc(c, S("password"), rc);
}

enum rc cli_setup_row(struct cli *c, int64_t user, struct link *row, struct str *link)
{
	struct str token;
	struct tx *tx;
	int64_t epoch = 0;
	*row = (struct link){.user = user, .purpose = TOKEN_SETUP, .made_s = c->now_s, .expires_s = c->now_s + SETUP_S};
	enum rc rc = store_id_new(&row->id);
	if (rc == RC_OK)
		rc = store_view(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_epoch_get(tx, &epoch);
	store_abandon(&tx);
	if (rc == RC_OK)
		rc = vault_token(c->flow.vault, c->arena, TOKEN_SETUP, row->id, epoch, &token);
	if (rc != RC_OK)
		return rc;
	sha256(token, row->token);
	*link = arena_printf(c->arena, "%.*s/setup?t=%.*s", STR_ARG(c->flow.config->base_url), STR_ARG(token));
	return RC_OK;
}

static void say_done(struct cli *c, const struct user *u, const char *done, const struct link *row, struct str link)
{
	struct json j;
	if (c->json) {
		json_begin(&j, c->arena);
		json_open(&j, NULL, '{');
		json_str(&j, "id", u->shown);
		json_str(&j, "setup_link", link);
		json_time(&j, "setup_link_ends", row ? row->expires_s : 0);
		json_close(&j, '}');
		json_end(&j);
		return;
	}
	printf("%.*s: %s\n", STR_ARG(cli_plain(c->arena, u->shown)), done);
	if (link.len)
		printf("Set-up link, good once, until %.*s:\n%.*s\n", STR_ARG(time_iso(c->arena, row->expires_s)), STR_ARG(link));
}

/* ---- add -------------------------------------------------------------------------------------------- */

static enum rc add_write(struct cli *c, const struct user *u, const struct link *row)
{
	struct audit line = {.actor = S("cli")};
	struct tx *tx;
	enum rc rc = store_begin(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_user_add(tx, u);
	if (rc == RC_OK && row)
		rc = store_link_add(tx, row);
	if (rc == RC_OK)
		rc = trace_audit(tx, &c->visit, u, STR_NONE, "user.add", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

int cli_user_add(struct cli *c)
{
	struct user u = {.created_s = c->now_s, .next_number = 1};
	struct link row;
	struct str link = STR_NONE;
	bool with_password = cli_has(c, "--password-stdin");
	enum rc rc;

	int code = given_read(c, &u);
	if (!code)
		code = cli_open(c);
	if (code)
		return code;
	if (!config_type_find(c->flow.config, u.type))
		return cli_fail(c, u.type, "there is no such type; the configuration has %.*s", STR_ARG(types_there(c)));
	rc = store_id_new(&u.id);
	if (rc == RC_OK && cli_has(c, "--nik"))
		rc = vault_seal(c->flow.vault, c->arena, SEAL_NIK, u.id, u.id, cli_get(c, "--nik"), &u.nik_sealed);
	if (rc == RC_OK && !with_password)
		rc = cli_setup_row(c, u.id, &row, &link);
	if (rc != RC_OK)
		return cli_fail_rc(c, u.shown, rc);
	if (with_password) {
		code = password_read(c, &u, &u.phc);
		if (code)
			return code;
		u.password_set_s = c->now_s;
	}
	rc = add_write(c, &u, with_password ? NULL : &row);
	if (rc == RC_TAKEN)
		return cli_fail(c, u.shown, "this user exists already");
	if (rc != RC_OK)
		return cli_fail_rc(c, u.shown, rc);
	say_done(c, &u, "added", with_password ? NULL : &row, link);
	return CLI_DONE;
}

/* ---- set-password ----------------------------------------------------------------------------------- */

/* With a password: it is set, and everything that stood on the old one ends. With a link: nothing ends until
 * it is used. */
static enum rc set_write(struct cli *c, const struct user *u, struct str phc, const struct link *row)
{
	struct audit line = {.actor = S("cli")};
	unsigned char hash[STORE_HASH];
	struct str folded;
	struct tx *tx;
	enum rc rc = store_begin(c->flow.store, &tx);
	if (rc != RC_OK)
		return rc;
	attempt_login_hash(c->arena, u->login, &folded, hash);
	if (row) {
		rc = store_link_add(tx, row);
	} else {
		rc = store_user_password(tx, u->id, phc, c->now_s);
		if (rc == RC_OK)
			rc = store_password_tries_clear(tx, hash, false);
		if (rc == RC_OK)
			rc = store_password_tries_clear(tx, hash, true);
		if (rc == RC_OK)
			rc = newpass_ends(tx, &c->visit, u, 0);
	}
	if (rc == RC_OK)
		rc = trace_audit(tx, &c->visit, u, STR_NONE, row ? "password.link" : "password.set", true, &line);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

int cli_user_set_password(struct cli *c)
{
	struct user u;
	struct link row;
	struct str link = STR_NONE, phc = STR_NONE;
	bool with_password = cli_has(c, "--password-stdin");
	int code = cli_open(c);
	if (!code)
		code = cli_user(c, c->words[0], &u);
	if (!code && with_password)
		code = password_read(c, &u, &phc);
	if (code)
		return code;
	enum rc rc = with_password ? RC_OK : cli_setup_row(c, u.id, &row, &link);
	if (rc == RC_OK)
		rc = set_write(c, &u, phc, with_password ? NULL : &row);
	if (rc != RC_OK)
		return cli_fail_rc(c, u.shown, rc);
	say_done(c, &u, with_password ? "password set; all sessions ended" : "a password can be set", with_password ? NULL : &row, link);
	return CLI_DONE;
}
