#include "web/auth_memo.h"

#include <string.h>

#include "base/secret.h"

enum { SETS = 1024, WAYS = 4, PLACES = SETS * WAYS };

struct auth_memo {
	struct arena *home;
	uint64_t version;          /* 0: nothing may be kept */
	uint64_t tags[SETS][WAYS]; /* the hash's first bytes; 0: the place is free */
	unsigned char next[SETS];  /* the way that is taken when none is free */
	uint16_t used[PLACES];
	size_t n_used;
	struct auth_kept kept[SETS][WAYS];
};

struct auth_memo *auth_memo_new(void)
{
	struct arena *home = arena_new(sizeof(struct auth_memo) + 64, sizeof(struct auth_memo) + 64);
	struct auth_memo *m = arena_one(home, struct auth_memo);

	m->home = home;
	return m;
}

void auth_memo_free(struct auth_memo **m)
{
	struct arena *home;

	if (!*m)
		return;
	auth_memo_stand(*m, 0);
	home = (*m)->home;
	*m = NULL;
	arena_free(&home);
}

void auth_memo_stand(struct auth_memo *m, uint64_t version)
{
	if (version && version == m->version)
		return;
	for (size_t i = 0; i < m->n_used; i++) {
		unsigned place = m->used[i];

		m->tags[place / WAYS][place % WAYS] = 0;
		wipe(&m->kept[place / WAYS][place % WAYS], sizeof(struct auth_kept));
	}
	m->n_used = 0;
	m->version = version;
}

/* The set and the tag are different bytes of the hash. */
static unsigned place_of(const unsigned char token[STORE_HASH], uint64_t *tag)
{
	memcpy(tag, token, sizeof(*tag));
	return (token[8] | (unsigned)token[9] << 8) % SETS;
}

/* No branch before the end: how much of a hash fits is nobody's business. */
static bool same(const unsigned char a[STORE_HASH], const unsigned char b[STORE_HASH])
{
	uint64_t x[STORE_HASH / 8], y[STORE_HASH / 8], differs = 0;

	memcpy(x, a, STORE_HASH);
	memcpy(y, b, STORE_HASH);
	for (size_t i = 0; i < STORE_HASH / 8; i++)
		differs |= x[i] ^ y[i];
	return !differs;
}

struct auth_kept *auth_memo_find(struct auth_memo *m, const unsigned char token[STORE_HASH])
{
	uint64_t tag;
	unsigned set = place_of(token, &tag);

	if (!tag)
		return NULL;
	for (unsigned way = 0; way < WAYS; way++)
		if (m->tags[set][way] == tag && same(m->kept[set][way].session.token, token))
			return &m->kept[set][way];
	return NULL;
}

/* A free way, or the one whose turn it is. */
static unsigned way_take(struct auth_memo *m, unsigned set)
{
	unsigned way = 0;

	while (way < WAYS && m->tags[set][way])
		way++;
	if (way < WAYS)
		m->used[m->n_used++] = (uint16_t)(set * WAYS + way);
	else
		way = m->next[set]++ % WAYS;
	return way;
}

void auth_memo_keep(struct auth_memo *m, const struct who *w, struct str lines)
{
	struct auth_kept *k;
	uint64_t tag;
	unsigned set = place_of(w->session.token, &tag), way;

	if (!m->version || !tag || lines.len > sizeof(k->lines))
		return;
	way = way_take(m, set);
	k = &m->kept[set][way];
	m->tags[set][way] = tag;
	k->session = w->session;
	k->session.address = k->session.browser = STR_NONE;
	k->type = w->type;
	k->noted_s = 0;
	k->len = lines.len;
	memcpy(k->lines, lines.ptr, lines.len);
}
