#include "fuzz.h"

#include "web/address.h"

/* The input is X-Forwarded-For, or an address, or a block. */
static void fuzz_one(struct arena *a, struct str in)
{
	struct address_block trusted[2], block;
	struct address peer, client, again;
	char text[ADDRESS_TEXT_MAX];

	(void)a;
	check(address_block_parse(S("127.0.0.0/8"), &trusted[0]) == RC_OK);
	check(address_block_parse(S("2001:db8::/32"), &trusted[1]) == RC_OK);
	check(address_parse(S("127.0.0.1"), &peer) == RC_OK);
	client = address_forwarded(&peer, in, trusted, 2);
	check(client.known);
	address_text(&client, text);
	check(address_parse(str_of(text), &again) == RC_OK && str_eq(str_n(again.bytes, 16), str_n(client.bytes, 16)));
	if (address_parse(in, &client) == RC_OK)
		check(!str_has(in, '%') && !str_has(in, '/') && in.len < ADDRESS_TEXT_MAX);
	if (address_block_parse(in, &block) == RC_OK) {
		check(block.bits <= 128);
		(void)address_block_has(&block, &peer);
		(void)address_place(&peer);
	}
}
