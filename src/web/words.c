#include "web/words.h"

#include <string.h>

#include "web/html.h"

struct str words_raw(enum lang lang, enum msg m)
{
	if (lang >= LANG_COUNT || m >= MSG_COUNT)
		panic("no such message");
	return words_table[lang][m];
}

static const struct word *find(struct str name, const struct word *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, w[i].name))
			return &w[i];
	return NULL;
}

typedef void put_fn(struct buf *b, struct str s);

static void fill(struct buf *b, struct str text, const struct word *w, size_t n, put_fn *put)
{
	while (text.len > 0) {
		const char *open = memchr(text.ptr, '{', text.len);
		const char *end = open ? memchr(open, '}', text.len - (size_t)(open - text.ptr)) : NULL;
		if (end == NULL) {
			put(b, text);
			return;
		}
		put(b, str_n(text.ptr, (size_t)(open - text.ptr)));
		const struct word *found = find(str_n(open + 1, (size_t)(end - open - 1)), w, n);
		if (found == NULL)
			put(b, str_n(open, (size_t)(end + 1 - open)));
		else if (found->is_num)
			buf_i64(b, found->num);
		else
			put(b, found->value);
		text = str_n(end + 1, text.len - (size_t)(end + 1 - text.ptr));
	}
}

struct str words_text(struct arena *a, enum lang lang, enum msg m, const struct word *w, size_t n)
{
	struct str raw = words_raw(lang, m);
	size_t room = raw.len + 64;

	for (size_t i = 0; i < n; i++)
		room += w[i].value.len;
	struct buf b;
	buf_init(&b, a, room, 4 * room);
	fill(&b, raw, w, n, buf_add);
	return buf_str(&b);
}

void words_html(struct buf *b, enum lang lang, enum msg m, const struct word *w, size_t n)
{
	fill(b, words_raw(lang, m), w, n, html_text);
}
