#include "fuzz.h"

#include <string.h>

#include "base/codec.h"
#include "core/altcha.h"

/* The question that every answer is judged against; its key is known here, so that a forged answer would show. */
static struct str kept_question(struct arena *a)
{
	static char text[1024]; /* made once: it is the expensive part */
	static size_t n;
	struct altcha_seed seed = {.counter = 1};
	struct str kept;

	if (n == 0) {
		check(altcha_make(a, &seed, 1800000300, &kept) == RC_OK && kept.len < sizeof(text));
		memcpy(text, kept.ptr, kept.len);
		n = kept.len;
	}
	return str_n(text, n);
}

/* What is taken is exact: only an answer that holds the key, and every part of the question, is good. */
static void judged(struct arena *a, struct str kept, struct str payload, struct str json)
{
	struct str key = str_n(kept.ptr, 64), rest = json;
	bool there = false;

	if (altcha_judge(a, kept, payload) != VERDICT_GOOD)
		return;
	while (rest.ptr && !there) {
		(void)str_cut(&rest, '"');
		there = str_starts(rest, key);
	}
	check(there);
}

static void fuzz_one(struct arena *a, struct str in)
{
	struct altcha_pair pairs[ALTCHA_PAIRS_MAX];
	struct str kept = kept_question(a);
	size_t n;

	if (altcha_read(a, in, pairs, &n) == RC_OK) {
		check(n <= ALTCHA_PAIRS_MAX);
		for (size_t i = 0; i < n; i++) {
			check(pairs[i].name.len > 0);
			for (size_t k = 0; k < i; k++)
				check(!str_eq(pairs[k].name, pairs[i].name));
			for (size_t k = 0; k < pairs[i].value.len; k++)
				check(pairs[i].value.ptr[k] >= ' ' && pairs[i].value.ptr[k] <= '~' && pairs[i].value.ptr[k] != '"');
		}
	} else {
		check(n == 0);
	}
	judged(a, kept, in, in);                        /* as it comes */
	judged(a, kept, base64_encode(a, in), in);      /* and as the insides of a payload */
	(void)altcha_judge(a, in, base64_encode(a, in));
	(void)altcha_challenge(in);
}
