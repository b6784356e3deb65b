#include "core/passphrase.h"

#include <zxcvbn.h>

#include "base/codec.h"
#include "base/secret.h"

enum { BYTES_MAX = 1024, ZXCVBN_BYTES_MAX = 100, OWN_LEAST = 4, PART_LEAST = 3, PARTS_MOST = 16 };
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

/* The word itself, with at most four other characters around it. */
static bool is_own_word(struct str p, struct str w)
{
	if (w.len < OWN_LEAST || p.len < w.len || p.len > w.len + 4)
		return false;
	for (size_t i = 0; i + w.len <= p.len; i++)
		if (str_ieq(str_n(p.ptr + i, w.len), w))
			return true;
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The next run of letters and digits of `rest`; empty at the end. */
static struct str part_take(struct str *rest)
{
	size_t from = 0, to;

	while (from < rest->len && !is_letter(rest->ptr[from]))
		from++;
	for (to = from; to < rest->len && is_letter(rest->ptr[to]);)
		to++;
	if (from == to)
		return STR_NONE;
	*rest = str_n(rest->ptr + to, rest->len - to);
	return str_n(rest->ptr - (to - from), to - from);
}

/* Each own text as it stands and in its parts: "Siti Rahmawati", "Siti", "Rahmawati". */
static size_t own_parts(struct arena *a, const struct str *own, size_t n_own, struct str **out)
{
	struct str *parts = arena_many(a, n_own * (1 + PARTS_MOST) + 1, struct str);
	size_t n = 0;

	for (size_t i = 0; i < n_own; i++) {
		struct str rest = own[i], part;

		if (own[i].len >= PART_LEAST)
			parts[n++] = own[i];
		for (size_t k = 0; k < PARTS_MOST && (part = part_take(&rest)).len; k++)
			if (part.len >= PART_LEAST && part.len < own[i].len)
				parts[n++] = part;
	}
	*out = parts;
	return n;
}

static double guess_bits(struct arena *a, struct str nfc, const struct str *own, size_t n_own)
{
	const char **words = arena_many(a, n_own + sizeof(indonesian) / sizeof(indonesian[0]) + 1, const char *);
	size_t n = 0;

	for (size_t i = 0; i < n_own; i++)
		words[n++] = arena_cstr(a, own[i]);
	for (size_t i = 0; indonesian[i]; i++)
		words[n++] = indonesian[i];
	words[n] = NULL;
	/* A longer password than this is only judged by its first part: zxcvbn is quadratic. */
	return ZxcvbnMatch(arena_cstr(a, str_n(nfc.ptr, nfc.len > ZXCVBN_BYTES_MAX ? ZXCVBN_BYTES_MAX : nfc.len)), words, NULL);
}

enum passphrase_rule passphrase_check(struct arena *a, struct str password, unsigned least, const struct str *own, size_t n_own)
{
	struct str nfc, *parts;
	size_t n;

	if (password.len > BYTES_MAX)
		return PASSPHRASE_LONG;
	if (!utf8_ok(password) || utf8_nfc(a, password, &nfc) != RC_OK)
		return PASSPHRASE_NOT_TEXT;
	if (utf8_count(nfc) < least)
		return PASSPHRASE_SHORT;
	n = own_parts(a, own, n_own, &parts);
	for (size_t i = 0; i < n; i++)
		if (is_own_word(nfc, parts[i]))
			return PASSPHRASE_OWN_WORDS;
	if (guess_bits(a, nfc, parts, n) < GUESSES_LEAST_BITS)
		return PASSPHRASE_COMMON;
	return PASSPHRASE_GOOD;
}
