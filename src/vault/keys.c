#include "vault/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include "base/codec.h"
#include "base/fd.h"

static const char magic[] = "GERBANG KEY 1\n";

enum {
	MAGIC_BYTES = sizeof(magic) - 1,
	HEX_BYTES = 2 * KEY_BYTES,
	FILE_BYTES = MAGIC_BYTES + HEX_BYTES + 1,
	PATH_ROOM = 4096,
};

enum rc key_inspect(int fd, const char **why)
{
	struct stat st;

	*why = "cannot be inspected";
	if (fstat(fd, &st) != 0)
		return RC_FAULT;
	*why = "is not a regular file";
	if (!S_ISREG(st.st_mode))
		return RC_MALFORMED;
	*why = "can be read or written by others than its owner; run chmod 600 on it";
	if (st.st_mode & 077)
		return RC_MALFORMED;
	*why = "does not have the size of a master key";
	if (st.st_size != FILE_BYTES)
		return RC_MALFORMED;
	*why = "";
	return RC_OK;
}

static const char *open_error(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "does not exist: put back the copy that was kept; `gerbang init DIR` makes a new installation";
	case ELOOP:
		return "is a symbolic link; name the file itself";
	case EACCES:
	case EPERM:
		return "may not be read by this user";
	}
	return "cannot be opened";
}

enum rc key_open(struct arena *a, const char *key_file, int *fd, struct str *why)
{
	const char *what;
	enum rc rc;

	*fd = open(key_file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0) {
		rc = errno == ENOENT || errno == ENOTDIR ? RC_ABSENT : errno == ELOOP ? RC_MALFORMED : RC_FAULT;
		what = open_error(errno);
	} else {
		rc = key_inspect(*fd, &what);
	}
	if (rc == RC_OK)
		return RC_OK;
	fd_close(fd);
	*why = arena_printf(a, "the master key %s %s", key_file, what);
	return rc;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The master key out of the file's text. */
static bool master_parse(const char text[FILE_BYTES], unsigned char master[KEY_BYTES])
{
	if (!str_eq(str_n(text, MAGIC_BYTES), str_of(magic)) || text[FILE_BYTES - 1] != '\n')
		return false;
	for (size_t i = 0; i < KEY_BYTES; i++) {
		int high = hex_value(text[MAGIC_BYTES + 2 * i]), low = hex_value(text[MAGIC_BYTES + 2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		master[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* HKDF-SHA256 (RFC 5869) without salt: the master is already uniform. `number` tells purposes apart. */
static void derive(const unsigned char master[KEY_BYTES], const char *label, unsigned char number, unsigned char *out,
                   size_t n)
{
	unsigned char info[64] = "gerbang 1 ";
	size_t prefix = strlen((const char *)info), len = strlen(label);
	char digest[] = "SHA256";
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)master, KEY_BYTES),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, prefix + len + 1),
		OSSL_PARAM_construct_end(),
	};

	if (len > sizeof(info) - prefix - 1)
		panic("vault: label too long");
	memcpy(info + prefix, label, len);
	info[prefix + len] = number;
	if (!ctx || EVP_KDF_derive(ctx, out, n, params) != 1)
		panic("vault: HKDF failed");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static void derive_all(const unsigned char master[KEY_BYTES], struct keys *k)
{
	unsigned char head[crypto_sign_SEEDBYTES];

	derive(master, "id", 0, k->id, KEY_ID_BYTES);
	for (unsigned char p = 0; p < SEAL_PURPOSES; p++) {
		derive(master, "seal", p, k->seal[p], KEY_BYTES);
		derive(master, "index", p, k->index[p], KEY_BYTES);
	}
	derive(master, "pepper", 1, k->pepper, KEY_BYTES);
	derive(master, "token", 0, k->token, KEY_BYTES);
	for (unsigned char p = 0; p <= TYPED_SLIP; p++)
		derive(master, "typed", p, k->typed[p], KEY_BYTES);
	derive(master, "head", 0, head, sizeof(head));
	if (crypto_sign_seed_keypair(k->head_public, k->head_secret, head) != 0)
		panic("vault: Ed25519 failed");
	wipe(head, sizeof(head));
}

enum rc keys_read(int key_fd, struct keys **out, const char **why)
{
	char text[FILE_BYTES];
	unsigned char master[KEY_BYTES];
	enum rc rc;

	*out = NULL;
	rc = key_inspect(key_fd, why);
	if (rc != RC_OK)
		return rc;
	*why = "cannot be read";
	if (sodium_init() < 0)
		panic("libsodium cannot start");
	rc = pread(key_fd, text, sizeof(text), 0) == (ssize_t)sizeof(text) ? RC_OK : RC_FAULT;
	if (rc == RC_OK && !master_parse(text, master)) {
		*why = "is not a master key";
		rc = RC_MALFORMED;
	}
	if (rc == RC_OK) {
		*out = sodium_malloc(sizeof(**out));
		if (!*out)
			panic("out of memory");
		derive_all(master, *out);
		sodium_mprotect_readonly(*out);
		*why = "";
	}
	wipe(text, sizeof(text));
	wipe(master, sizeof(master));
	return rc;
}

void keys_free(struct keys **k)
{
	sodium_free(*k); /* makes it writable again and wipes it */
	*k = NULL;
}

/* The new name is only trusted after the folder is on disk too. */
static enum rc sync_folder_of(const char *path)
{
	char folder[PATH_ROOM];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	enum rc rc;
	int fd;

	if (n >= sizeof(folder))
		return RC_FAULT;
	memcpy(folder, slash ? path : ".", slash ? n : 1);
	folder[slash ? n : 1] = '\0';
	if (slash && n == 0)
		folder[0] = '/', folder[1] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd >= 0 && fsync(fd) == 0 ? RC_OK : RC_FAULT;
	fd_close(&fd);
	return rc;
}

enum rc vault_key_create(const char *key_file)
{
	unsigned char master[KEY_BYTES];
	char text[FILE_BYTES + 1];
	enum rc rc;
	int fd = open(key_file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? RC_TAKEN : RC_FAULT;
	rc = random_bytes(master, sizeof(master));
	if (rc != RC_OK)
		goto out;
	memcpy(text, magic, MAGIC_BYTES);
	sodium_bin2hex(text + MAGIC_BYTES, HEX_BYTES + 1, master, sizeof(master));
	text[FILE_BYTES - 1] = '\n';
	rc = RC_FAULT;
	if (fd_write_all(fd, text, FILE_BYTES) == RC_OK && fsync(fd) == 0)
		rc = sync_folder_of(key_file);
out:
	/* Half a key must not stand in the way of the next try. */
	if (rc != RC_OK)
		unlink(key_file);
	close(fd);
	wipe(master, sizeof(master));
	wipe(text, sizeof(text));
	return rc;
}
