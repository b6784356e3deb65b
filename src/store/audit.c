#include "store/audit.h"

#include <string.h>

#include "base/codec.h"
#include "store/inside.h"

enum { FIELDS = 12, FIELD_MAX = 512, ENCODED_MAX = 64 + STORE_HASH + 4 * 8 + FIELDS * (4 + FIELD_MAX) };

/* The fields in the order of the columns; add, hash and read all walk these two lists. */
#define AUDIT_FIRST(X) \
	X(login, USER_LOGIN_MAX) X(actor, 128) X(event, 64) X(result, 64) X(reason, 64) X(factor, 64) X(device, 256) \
	X(application, 256) X(address, 64) X(browser, FIELD_MAX) X(ref, 64)
/* Came later: hashed only where they are, so that older rows keep their hash. */
#define AUDIT_LATER(X) X(detail, FIELD_MAX)
#define AUDIT_FIELDS(X) AUDIT_FIRST(X) AUDIT_LATER(X)

static unsigned char *put_number(unsigned char *p, uint64_t n, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		*p++ = (unsigned char)(n >> (8 * i));
	return p;
}

static unsigned char *put_str(unsigned char *p, const unsigned char *end, struct str s)
{
	if (!p || s.len > (size_t)(end - p) || (size_t)(end - p) - s.len < 4)
		return NULL;
	if (!s.ptr)
		return put_number(p, UINT32_MAX, 4);
	p = put_number(p, s.len, 4);
	if (s.len)
		memcpy(p, s.ptr, s.len);
	return p + s.len;
}

bool audit_hash(const unsigned char before[STORE_HASH], const struct audit *e, unsigned char out[STORE_HASH])
{
	static const char name[] = "gerbang audit 1";
	unsigned char room[ENCODED_MAX], *p = room;
	const unsigned char *end = room + sizeof(room);

	memcpy(p, name, sizeof(name) - 1);
	p += sizeof(name) - 1;
	memcpy(p, before, STORE_HASH);
	p += STORE_HASH;
	p = put_number(p, (uint64_t)e->node, 8);
	p = put_number(p, (uint64_t)e->seq, 8);
	p = put_number(p, (uint64_t)e->at_s, 8);
	p = put_number(p, (uint64_t)e->user, 8);
#define PUT(field, max) p = put_str(p, end, e->field);
	AUDIT_FIRST(PUT)
#undef PUT
#define PUT(field, max) if (e->field.ptr) p = put_str(p, end, e->field);
	AUDIT_LATER(PUT)
#undef PUT
	memset(out, 0, STORE_HASH);
	if (p)
		sha256(str_n(room, (size_t)(p - room)), out);
	return p != NULL;
}

void audit_read(struct query *q, struct arena *a, struct audit *e, unsigned char hash[STORE_HASH])
{
	int col = 4;

	memset(e, 0, sizeof(*e));
	e->node = q_int(q, 0);
	e->seq = q_int(q, 1);
	e->at_s = q_int(q, 2);
	e->user = q_int(q, 3);
#define READ(field, max) e->field = a ? q_str(q, col, a) : db_bytes(q->q, col); col++;
	AUDIT_FIELDS(READ)
#undef READ
	q_hash(q, col, hash);
}

/* Not over `max` and nothing but text, in `room` when it had to be changed. A cut never halves a character. */
static struct str fit(struct str s, size_t max, char *room)
{
	size_t n = s.len;

	if (n > max)
		for (n = max; n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80;)
			n--;
	s.len = n;
	if (!s.ptr || utf8_ok(s))
		return s;
	for (size_t i = 0; i < n; i++)
		room[i] = s.ptr[i] >= ' ' && s.ptr[i] < 0x7f ? s.ptr[i] : '?';
	return str_n(room, n);
}

/* Read once a group: another process may have written since the last. */
static enum rc chain_end(struct tx *tx, struct chain *c)
{
	struct query q;
	enum rc rc;

	*c = (struct chain){.node = tx->store->node};
	rc = query_one(&q, tx, ST_AUDIT_LAST, V_INT(c->node));
	if (rc == RC_OK) {
		c->seq = q_int(&q, 0);
		q_hash(&q, 1, c->hash);
	}
	rc = query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
	c->known = rc == RC_OK;
	return rc;
}

enum rc store_audit_add(struct tx *tx, const struct audit *e)
{
	char room[FIELDS][FIELD_MAX];
	struct chain *c = &tx->store->chain;
	unsigned char hash[STORE_HASH];
	struct audit row = *e;
	unsigned i = 0;
	enum rc rc = RC_OK;

	CALL(tx);
	if (tx->view)
		panic("a write on a view");
	if (!c->known)
		rc = chain_end(tx, c);
	if (rc != RC_OK)
		return rc;
	row.node = c->node;
	row.seq = c->seq + 1;
#define FIT(field, max) row.field = fit(row.field, (max), room[i++]);
	AUDIT_FIELDS(FIT)
#undef FIT
	if (!audit_hash(c->hash, &row, hash))
		panic("an audit field longer than its column");
	rc = query_run(tx, ST_AUDIT_ADD, V_INT(row.node), V_INT(row.seq), V_INT(row.at_s), V_INT(row.user), V_TEXT(row.login),
	               V_TEXT(row.actor), V_TEXT(row.event), V_TEXT(row.result), V_TEXT(row.reason), V_TEXT(row.factor),
	               V_TEXT(row.device), V_TEXT(row.application), V_TEXT(row.address), V_TEXT(row.browser), V_TEXT(row.ref),
	               V_TEXT(row.detail), V_HASH(hash));
	if (rc != RC_OK) {
		c->known = false;
		return rc;
	}
	c->seq = row.seq;
	memcpy(c->hash, hash, STORE_HASH);
	return RC_OK;
}

/* ---- reading it ------------------------------------------------------------------------------------- */

/* When the row stands before which the page ends; none is the end of time. */
static enum rc before_of(struct tx *tx, const struct audit_query *want, int64_t *at_s)
{
	struct query q;
	enum rc rc;

	*at_s = INT64_MAX;
	if (want->before_seq == 0)
		return RC_OK;
	rc = query_one(&q, tx, ST_AUDIT_ROW, V_INT(tx->store->node), V_INT(want->before_seq));
	if (rc == RC_OK)
		*at_s = q_int(&q, 2);
	return query_end(&q, rc);
}

static enum rc list_begin(struct query *q, struct tx *tx, const struct audit_query *want, int64_t until_s)
{
	int64_t seq = want->before_seq ? want->before_seq : INT64_MAX;
	int64_t limit = want->limit && want->limit < INT32_MAX ? (int64_t)want->limit : INT32_MAX;

	if (want->ref.ptr)
		return query_begin(q, tx, ST_AUDIT_REF, V_TEXT(want->ref), V_INT(want->user), V_INT(want->since_s), V_INT(limit),
		                   V_TEXT(want->event));
	if (want->user)
		return query_begin(q, tx, want->newest_first ? ST_AUDIT_NEWEST_OF : ST_AUDIT_OLDEST_OF, V_INT(want->since_s),
		                   V_INT(until_s), V_INT(seq), V_INT(limit), V_TEXT(want->event), V_INT(want->user));
	return query_begin(q, tx, want->newest_first ? ST_AUDIT_NEWEST : ST_AUDIT_OLDEST, V_INT(want->since_s), V_INT(until_s),
	                   V_INT(seq), V_INT(limit), V_TEXT(want->event));
}

enum rc store_audit_list(struct tx *tx, struct arena *a, const struct audit_query *want, struct audit **rows, size_t *n)
{
	unsigned char hash[STORE_HASH];
	int64_t until_s;
	struct query q;
	enum rc rc;

	*rows = NULL;
	*n = 0;
	CALL(tx);
	rc = before_of(tx, want, &until_s);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	rc = list_begin(&q, tx, want, until_s);
	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		*rows = rows_room(a, *rows, *n, sizeof(**rows));
		audit_read(&q, a, &(*rows)[(*n)++], hash);
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}
