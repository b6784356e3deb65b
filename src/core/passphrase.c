#include "core/passphrase.h"

#include <zxcvbn.h>

#include "base/codec.h"
#include "base/secret.h"

enum { BYTES_MAX = 1024, ZXCVBN_BYTES_MAX = 100 };
static const double GUESSES_LEAST_BITS = 26.6; /* 10^8 */

/* Words that Indonesian people choose and zxcvbn's English lists do not know. */
static const char *const indonesian[] = {
	"rahasia", "sandi", "katasandi", "indonesia", "merdeka", "jakarta", "bandung", "surabaya", "sayang", "cinta",
	"bismillah", "alhamdulillah", "pengadaan", "penyedia", "lelang", "tender", "kementerian", "pemerintah", "negara",
	"garuda", "pancasila", "selamat", "datang", "terima", "kasih", "anakku", "mamah", "papah", "keluarga", "bahagia",
	"sukses", "semangat", "ganteng", "cantik", "kucing", "password", "admin", "helpdesk", "login", "masuk", "kantor",
	"perusahaan", "direktur", "sekolah", "universitas", "mahasiswa", "persija", "persib", "arema", "dangdut", "nusantara",
	"borobudur", "gerbang", "kunci", "aplikasi", "totp", "lpse", "spse", NULL,
};

static bool is_own_word(struct arena *a, struct str password, struct str own)
{
	/* The word itself, with at most four other characters around it. */
	struct str p = arena_str(a, password), w = arena_str(a, own);

	if (w.len < 4 || p.len < w.len || p.len > w.len + 4)
		return false;
	for (size_t i = 0; i + w.len <= p.len; i++)
		if (str_ieq(str_n(p.ptr + i, w.len), w))
			return true;
	return false;
}

static double guess_bits(struct arena *a, struct str nfc, const struct str *own, size_t n_own)
{
	const char **words = arena_many(a, n_own + sizeof(indonesian) / sizeof(indonesian[0]) + 1, const char *);
	size_t n = 0;

	for (size_t i = 0; i < n_own; i++)
		if (own[i].len >= 3)
			words[n++] = arena_cstr(a, own[i]);
	for (size_t i = 0; indonesian[i]; i++)
		words[n++] = indonesian[i];
	words[n] = NULL;
	/* A longer password than this is only judged by its first part: zxcvbn is quadratic. */
	return ZxcvbnMatch(arena_cstr(a, str_n(nfc.ptr, nfc.len > ZXCVBN_BYTES_MAX ? ZXCVBN_BYTES_MAX : nfc.len)), words, NULL);
}

enum passphrase_rule passphrase_check(struct arena *a, struct str password, unsigned least, const struct str *own, size_t n_own)
{
	struct str nfc;

	if (password.len > BYTES_MAX)
		return PASSPHRASE_LONG;
	if (!utf8_ok(password) || utf8_nfc(a, password, &nfc) != RC_OK)
		return PASSPHRASE_NOT_TEXT;
	if (utf8_count(nfc) < least)
		return PASSPHRASE_SHORT;
	for (size_t i = 0; i < n_own; i++)
		if (is_own_word(a, nfc, own[i]))
			return PASSPHRASE_OWN_WORDS;
	if (guess_bits(a, nfc, own, n_own) < GUESSES_LEAST_BITS)
		return PASSPHRASE_COMMON;
	return PASSPHRASE_GOOD;
}
