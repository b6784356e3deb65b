/* To whom the files belong, and making those that are missing. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sandbox.h"

static enum rc give(struct arena *a, struct str path, const struct account *to, const struct accounts *of, struct str *why)
{
	enum rc rc = sandbox_give(arena_cstr(a, path), to, of);
	if (rc == RC_OK || rc == RC_ABSENT)
		return RC_OK;
	*why = arena_printf(a, "%.*s: %s", STR_ARG(path),
	                    rc == RC_MALFORMED ? "belongs to somebody else, or is not a plain file: not given to the server's account"
	                                       : "could not be given to the server's account");
	return rc;
}

/* By what was opened, not by the name: the folder above can be web's, and root would follow a link. */
static enum rc mail_mode(struct arena *a, const char *folder, const struct accounts *of, struct str *why)
{
	struct stat st;
	enum rc rc = RC_OK;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	errno = fd < 0 ? errno : 0;
	/* where the system forbids set-group-id (systemd's RestrictSUIDSGID) letters are the courier's alone */
	if (fd < 0 || fstat(fd, &st) || st.st_uid != of->courier.uid || (fchmod(fd, 02750) && fchmod(fd, 0750))) {
		*why = arena_printf(a, "mail_dir %s: %s", folder, errno ? strerror(errno) : "is not the courier's");
		rc = RC_FAULT;
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum rc mail_folder(struct arena *a, const struct config *c, const struct accounts *of, struct str *why)
{
	char *folder = arena_cstr(a, c->mail_dir);
	if (!folder[0])
		return RC_OK;
	if (mkdir(folder, 0700) && errno != EEXIST) {
		*why = arena_printf(a, "mail_dir %s: %s", folder, strerror(errno));
		return RC_FAULT;
	}
	if (!of->separate)
		return RC_OK;
	/* the courier writes mail, web may show it (the demo): the folder hands its group on */
	const struct account both = {of->courier.uid, of->web.gid};
	enum rc rc = give(a, c->mail_dir, &both, of, why);
	return rc == RC_OK ? mail_mode(a, folder, of, why) : rc;
}

enum rc cli_owners(struct arena *a, const struct config *c, const struct accounts *of, struct str *why)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
	static const char *const beside[] = {"turn", "epoch"};
	struct str file = str_n(c->store.ptr + 7, c->store.len - 7); /* behind "sqlite:" */
	enum rc rc = mail_folder(a, c, of, why);

	if (rc != RC_OK || !of->separate)
		return rc;
	rc = give(a, c->key_file, &of->vault, of, why);
	if (rc == RC_OK)
		rc = give(a, c->data_dir, &of->web, of, why);
	for (size_t i = 0; rc == RC_OK && i < sizeof(tails) / sizeof(tails[0]); i++)
		rc = give(a, arena_printf(a, "%.*s%s", STR_ARG(file), tails[i]), &of->web, of, why);
	for (size_t i = 0; rc == RC_OK && i < sizeof(beside) / sizeof(beside[0]); i++)
		rc = give(a, arena_printf(a, "%.*s/%s", STR_ARG(c->data_dir), beside[i]), &of->web, of, why);
	return rc;
}

/* The check that holds key and database together; RC_OK when it stands there already. */
static enum rc key_check_write(struct cli *c, struct store *store, struct vault *v)
{
	struct tx *tx;
	struct str check;
	enum rc rc = store_view(store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_meta_get(tx, c->arena, "key_check", &check);
	store_abandon(&tx);
	if (rc != RC_ABSENT)
		return rc;
	rc = vault_key_check_make(v, c->arena, &check);
	if (rc == RC_OK)
		rc = store_begin(store, &tx);
	if (rc != RC_OK)
		return rc;
	rc = store_meta_set(tx, "key_check", check);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	return rc;
}

int cli_install(struct cli *c, const struct config *config)
{
	char *key = arena_cstr(c->arena, config->key_file), *where = arena_cstr(c->arena, config->store);
	struct store *store = NULL;
	struct vault *v = NULL;
	struct str why = STR_NONE;
	int code = CLI_FAILED;

	enum rc rc = vault_key_create(key);
	if (rc != RC_OK && rc != RC_TAKEN)
		return cli_fail(c, config->key_file, "the key could not be made");
	rc = store_check(c->arena, where, true, &why);
	if (rc != RC_OK) {
		cli_fail(c, S("store"), "%.*s", STR_ARG(why.len ? why : S("the database could not be made")));
		return rc == RC_FAULT ? CLI_FAILED : CLI_CONFIG;
	}
	rc = vault_start(c->arena, key, &v, &why);
	if (rc != RC_OK) {
		cli_fail(c, S("key"), "%.*s", STR_ARG(why.len ? why : S("cannot be used")));
		return rc == RC_FAULT ? CLI_FAILED : CLI_CONFIG;
	}
	rc = store_open(c->arena, where, STORE_CLI, &store, &why);
	if (rc == RC_OK)
		rc = key_check_write(c, store, v);
	if (rc == RC_OK)
		code = CLI_DONE;
	else
		cli_fail_rc(c, config->store, rc);
	if (store)
		store_close(&store);
	vault_close(&v);
	return code;
}
