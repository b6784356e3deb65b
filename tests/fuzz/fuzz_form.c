#include "fuzz.h"

#include "base/codec.h"
#include "web/request.h"

static void fuzz_one(struct arena *a, struct str in)
{
	struct request r = {.arena = a, .query = in};
	struct form f;
	enum rc rc = form_read(a, in, &f);

	check(f.n <= FORM_FIELDS_MAX && (rc == RC_OK || f.n == 0));
	for (size_t i = 0; i < f.n; i++) {
		struct pair p = f.fields[i];

		check(p.name.len && p.value.ptr && utf8_ok(p.name) && utf8_ok(p.value));
		check(!str_has(p.name, '\0') && !str_has(p.value, '\0'));
		for (size_t j = 0; j < i; j++)
			check(!str_eq(p.name, f.fields[j].name));
		/* A query is read by the same rules. */
		check(str_eq(request_query(&r, arena_cstr(a, p.name)), p.value));
		check(form_has(&f, arena_cstr(a, p.name)));
	}
	(void)request_query(&r, "next");
}
