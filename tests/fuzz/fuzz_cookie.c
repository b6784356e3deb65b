#include "fuzz.h"

#include "web/reply.h"
#include "web/request.h"

/* The input is one or more Cookie headers, a line each. */
static void fuzz_one(struct arena *a, struct str in)
{
	struct pair headers[8];
	struct request r = {.arena = a, .headers = headers};
	struct str rest = in, value;

	while (rest.ptr && r.n_headers < sizeof(headers) / sizeof(headers[0]))
		headers[r.n_headers++] = (struct pair){S("cookie"), str_cut(&rest, '\n')};
	value = cookie_get(&r, COOKIE_SIGNIN);
	check(!str_has(value, ';') && value.len <= in.len && str_eq(str_trim(value), value));
	for (size_t i = 0; i < r.n_headers; i++) {
		struct str here = cookie_find(headers[i].value, S("gerbang-signin"));

		/* What the request says is what exactly one of the headers says. */
		if (value.ptr)
			check(!here.ptr || str_eq(here, value));
		check(!here.ptr || (here.ptr >= headers[i].value.ptr &&
		                    here.ptr + here.len <= headers[i].value.ptr + headers[i].value.len));
	}
	(void)cookie_find(in, S(""));
}
