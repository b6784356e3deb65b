/*
 * address: IP addresses and CIDR blocks, as bytes.
 *
 * One shape for both families: 16 bytes, IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that a client that
 * reaches us over a dual-stack socket is the same client. The surprising rule: a block shorter than /96
 * never matches an IPv4 address, so `::/0` means "every IPv6 address".
 * Text is strict: no zone (`fe80::1%eth0`), no port, no brackets, no leading zeros, no short forms of IPv4.
 */
#ifndef WEB_ADDRESS_H
#define WEB_ADDRESS_H

#include <sys/socket.h>

#include "base/str.h"

enum { ADDRESS_TEXT_MAX = 46 }; /* INET6_ADDRSTRLEN, the NUL counted */

struct address {
	unsigned char bytes[16];
	bool known; /* false: a unix socket, or nothing was read */
};

struct address_block {
	unsigned char bytes[16];
	unsigned bits; /* of 128; IPv4 blocks count from 96 */
};

enum rc address_parse(struct str text, struct address *out) MUST_USE;
/* Other families than AF_INET and AF_INET6 are not known. */
void address_of_peer(const struct sockaddr *sa, struct address *out);
/* The usual text (RFC 5952), IPv4 in dotted form; "unix" when not known. */
void address_text(const struct address *a, char out[ADDRESS_TEXT_MAX]);

/* "192.0.2.0/24", "2001:db8::/32", or an address alone. Bits behind the prefix are ignored. */
enum rc address_block_parse(struct str text, struct address_block *out) MUST_USE;
bool address_block_has(const struct address_block *b, const struct address *a);

/* What counts as one place for the caps per address: an IPv4 address, or the /64 of an IPv6 address,
 * because whoever has one IPv6 address has its /64. */
uint64_t address_place(const struct address *a);

/*
 * The client's address behind trusted proxies: `header` is X-Forwarded-For (all lines of it, joined by
 * commas), read from the right; hops that are trusted are skipped, the first that is not is the client.
 * Anything that is not an address makes the whole header worthless: then `peer` is the answer.
 */
struct address address_forwarded(const struct address *peer, struct str header, const struct address_block *trusted,
                                 size_t n_trusted);

#endif
