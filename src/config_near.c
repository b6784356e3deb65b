/* Did you mean? The word of a list that is nearest to what was typed. */
#include <string.h>

#include "config_parts.h"

enum { NEAR_WORD_MAX = 40, NEAR_FAR = 3 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Letters put in, left out, changed or swapped with their neighbour (optimal string alignment). */
static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][NEAR_WORD_MAX + 1] = {{0}};
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
			unsigned best = before[j - 1] + (x != y);
			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == y && two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

void config_near_try(struct config_near *n, struct str typed, const char *word)
{
	struct str w = str_of(word);
	if (!typed.len || typed.len > NEAR_WORD_MAX || w.len > NEAR_WORD_MAX)
		return;
	unsigned d = distance(typed, w);
	if (d < NEAR_FAR && 2 * d < w.len && (!n->word || d < n->far)) {
		n->word = word;
		n->far = d;
	}
}

struct str config_near_text(struct loader *l, const struct config_near *n)
{
	return n->word ? arena_printf(l->arena, "; did you mean \"%s\"?", n->word) : S("");
}
