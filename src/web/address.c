#include "web/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "web/server.h"

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool address_v4(const unsigned char bytes[16])
{
	return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

enum rc address_parse(struct str text, struct address *out)
{
	char cstr[ADDRESS_TEXT_MAX];

	*out = (struct address){0};
	if (!text.len || text.len >= sizeof(cstr) || memchr(text.ptr, '\0', text.len))
		return RC_MALFORMED;
	memcpy(cstr, text.ptr, text.len);
	cstr[text.len] = '\0';
	if (str_has(text, ':')) {
		if (inet_pton(AF_INET6, cstr, out->bytes) != 1)
			return RC_MALFORMED;
	} else {
		memcpy(out->bytes, mapped, sizeof(mapped));
		if (inet_pton(AF_INET, cstr, out->bytes + sizeof(mapped)) != 1)
			return RC_MALFORMED;
	}
	out->known = true;
	return RC_OK;
}

void address_of_peer(const struct sockaddr *sa, struct address *out)
{
	*out = (struct address){0};
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(out->bytes, mapped, sizeof(mapped));
		memcpy(out->bytes + sizeof(mapped), &in.sin_addr, 4);
		out->known = true;
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out->bytes, &in6.sin6_addr, 16);
		out->known = true;
	}
}

void address_text(const struct address *a, char out[ADDRESS_TEXT_MAX])
{
	static const char unknown[] = "unix";
	const char *done;

	if (!a->known) {
		memcpy(out, unknown, sizeof(unknown));
		return;
	}
	if (address_v4(a->bytes))
		done = inet_ntop(AF_INET, a->bytes + sizeof(mapped), out, ADDRESS_TEXT_MAX);
	else
		done = inet_ntop(AF_INET6, a->bytes, out, ADDRESS_TEXT_MAX);
	if (!done)
		panic("address: no text");
}

enum rc address_block_parse(struct str text, struct address_block *out)
{
	struct address base;
	struct str rest = text, head = str_cut(&rest, '/');
	int64_t bits = 128, most;
	enum rc rc;

	*out = (struct address_block){.bits = 128};
	rc = address_parse(head, &base);
	if (rc)
		return rc;
	most = str_has(head, ':') ? 128 : 32;
	if (rest.ptr) {
		rc = str_to_i64(rest, most, &bits);
		if (rc)
			return rc;
		bits += 128 - most;
	}
	memcpy(out->bytes, base.bytes, sizeof(out->bytes));
	out->bits = (unsigned)bits;
	return RC_OK;
}

bool address_block_has(const struct address_block *b, const struct address *a)
{
	unsigned whole = b->bits / 8, part = b->bits % 8;
	unsigned char mask = (unsigned char)(0xff00u >> part);

	if (!a->known || (b->bits < 96 && address_v4(a->bytes)))
		return false;
	if (memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return !part || ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0;
}

bool address_in(const char *address, const char *block)
{
	struct address a;
	struct address_block b;

	if (address_parse(str_of(address), &a) || address_block_parse(str_of(block), &b))
		return false;
	return address_block_has(&b, &a);
}

uint64_t address_place(const struct address *a)
{
	uint64_t place;

	if (!a->known)
		return 0;
	/* The last eight bytes of a mapped address begin with 0000ffff, a prefix that no /64 in use has. */
	memcpy(&place, address_v4(a->bytes) ? a->bytes + 8 : a->bytes, sizeof(place));
	return place;
}

static bool address_trusted(const struct address *a, const struct address_block *trusted, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (address_block_has(&trusted[i], a))
			return true;
	return false;
}

struct address address_forwarded(const struct address *peer, struct str header, const struct address_block *trusted,
                                 size_t n_trusted)
{
	struct address hop, client = *peer;
	size_t end = header.len, begin;

	if (!header.len)
		return *peer;
	for (;;) {
		for (begin = end; begin && header.ptr[begin - 1] != ',';)
			begin--;
		if (address_parse(str_trim(str_n(header.ptr + begin, end - begin)), &hop))
			return *peer;
		client = hop;
		if (!begin || !address_trusted(&hop, trusted, n_trusted))
			return client;
		end = begin - 1;
	}
}
