#include "courier/letter.h"

#include <inttypes.h>
#include <time.h>

#include "base/buf.h"
#include "base/codec.h"
#include "courier/frame.h"

enum {
	LINE_BYTES = 76,   /* RFC 2045 6.7 */
	WORD_BYTES = 39,   /* of text in one encoded word: 64 with its frame, 73 behind "Subject: " (RFC 2047 2: 76) */
	PLAIN_BYTES = 60,  /* longer header values are folded as encoded words */
	ADDRESS_BYTES = 320,
};

static bool header_ok(struct str s)
{
	if (s.len > COURIER_HEADER_MAX || !utf8_ok(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return false;
	return true;
}

/* One address, printable ASCII, one '@' with something on both sides, nothing that mail gives a meaning to. */
static bool address_ok(struct str s)
{
	size_t at = s.len;

	if (s.len < 3 || s.len > ADDRESS_BYTES)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c <= ' ' || c > '~' || str_has(S("<>()[]\\,;:\""), c))
			return false;
		if (c == '@' && at != s.len)
			return false;
		if (c == '@')
			at = i;
	}
	return at > 0 && at + 1 < s.len;
}

/* "Name <address>" or "address"; the name may be in quotes. */
static void mailbox_split(struct str s, struct str *name, struct str *address)
{
	size_t at = s.len;

	*name = STR_NONE;
	*address = str_trim(s);
	if (!str_ends(*address, S(">")))
		return;
	while (at > 0 && s.ptr[at - 1] != '<')
		at--;
	if (at == 0)
		return;
	*name = str_trim(str_n(s.ptr, at - 1));
	*address = str_n(s.ptr + at, address->len - (size_t)(s.ptr + at - address->ptr) - 1);
	if (name->len >= 2 && str_starts(*name, S("\"")) && str_ends(*name, S("\"")))
		*name = str_n(name->ptr + 1, name->len - 2);
}

static bool mailbox_ok(struct str s)
{
	struct str name, address;

	mailbox_split(s, &name, &address);
	for (size_t i = 0; i < name.len; i++)
		if (str_has(S("\"\\<>"), name.ptr[i]))
			return false;
	return header_ok(s) && address_ok(address);
}

enum rc letter_check(const struct courier_job *job)
{
	bool ok = mailbox_ok(job->from) && mailbox_ok(job->to) && header_ok(job->subject) && job->text.len <= COURIER_TEXT_MAX &&
	          job->html.len <= COURIER_HTML_MAX && utf8_ok(job->text) && utf8_ok(job->html) && job->id >= 0 &&
	          job->now_s >= 0;

	return ok ? RC_OK : RC_MALFORMED;
}

/* Text that may stand in a header as it is; "=?" would be read as an encoded word. */
static bool is_plain(struct str s)
{
	if (s.len > PLAIN_BYTES)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x7f || (s.ptr[i] == '=' && i + 1 < s.len && s.ptr[i + 1] == '?'))
			return false;
	return true;
}

/* How much of `s` goes into one word: never a part of a code point. */
static size_t word_length(struct str s)
{
	size_t n = s.len < WORD_BYTES ? s.len : WORD_BYTES;

	while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void encoded_words(struct buf *b, struct arena *a, struct str s)
{
	bool first = true;

	while (s.len) {
		size_t n = word_length(s);

		buf_lit(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		buf_add(b, base64_encode(a, str_n(s.ptr, n)));
		buf_lit(b, "?=");
		s = str_n(s.ptr + n, s.len - n);
		first = false;
	}
}

static void add_mailbox(struct buf *b, struct arena *a, const char *header, struct str s)
{
	struct str name, address;

	mailbox_split(s, &name, &address);
	buf_lit(b, header);
	if (name.len && is_plain(name))
		buf_printf(b, "\"%.*s\"\r\n ", STR_ARG(name));
	else if (name.len) {
		encoded_words(b, a, name);
		buf_lit(b, "\r\n ");
	}
	buf_printf(b, "<%.*s>\r\n", STR_ARG(address));
}

static void add_subject(struct buf *b, struct arena *a, struct str s)
{
	buf_lit(b, "Subject: ");
	if (is_plain(s))
		buf_add(b, s);
	else
		encoded_words(b, a, s);
	buf_lit(b, "\r\n");
}

static void add_date(struct buf *b, int64_t now_s)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = now_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		panic("gmtime_r");
	buf_printf(b, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\r\n", days + 3 * tm.tm_wday, tm.tm_mday,
	           months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* RFC 2045 6.7. A space or tab at the end of a line, and a soft break before the line grows too long, are
 * the two rules that are easy to miss. */
static void quoted_printable(struct buf *b, struct str s)
{
	size_t column = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool at_end = i + 1 == s.len || s.ptr[i + 1] == '\n' || s.ptr[i + 1] == '\r';
		bool plain = (c > ' ' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !at_end);

		if (c == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
			continue;
		if (c == '\n') {
			buf_lit(b, "\r\n");
			column = 0;
			continue;
		}
		if (column + (plain ? 1 : 3) > LINE_BYTES - 1) {
			buf_lit(b, "=\r\n");
			column = 0;
		}
		if (plain)
			buf_char(b, (char)c);
		else
			buf_printf(b, "=%02X", c);
		column += plain ? 1 : 3;
	}
}

/* "=_" cannot stand in quoted-printable text, so no part can hold it. */
static void add_part(struct buf *b, int64_t id, const char *type, struct str s)
{
	buf_printf(b, "--=_gerbang_%" PRId64 "\r\n", id);
	buf_printf(b, "Content-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", type);
	quoted_printable(b, s);
	buf_lit(b, "\r\n");
}

static struct str host_of(struct str address)
{
	struct str rest = address;

	str_cut(&rest, '@');
	return rest;
}

enum rc letter_write(struct arena *a, const struct courier_job *job, struct str *out)
{
	size_t body = 3 * (job->text.len + job->html.len), most = body + body / 20 + 16 * COURIER_HEADER_MAX;
	struct str name, address;
	struct buf b;

	*out = STR_NONE;
	if (letter_check(job) != RC_OK)
		return RC_MALFORMED;
	mailbox_split(job->from, &name, &address);
	buf_init(&b, a, body / 2 + 2048, most);
	add_mailbox(&b, a, "From: ", job->from);
	add_mailbox(&b, a, "To: ", job->to);
	add_subject(&b, a, job->subject);
	add_date(&b, job->now_s);
	buf_printf(&b, "Message-ID: <%" PRId64 ".gerbang@%.*s>\r\n", job->id, STR_ARG(host_of(address)));
	/* No vacation notices in return (RFC 3834). */
	buf_lit(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
	buf_printf(&b, "Content-Type: multipart/alternative; boundary=\"=_gerbang_%" PRId64 "\"\r\n\r\n", job->id);
	add_part(&b, job->id, "text/plain", job->text);
	add_part(&b, job->id, "text/html", job->html);
	buf_printf(&b, "--=_gerbang_%" PRId64 "--\r\n", job->id);
	if (!buf_ok(&b))
		panic("courier: letter longer than it can be");
	*out = buf_str(&b);
	return RC_OK;
}
