#include <string.h>

#include "base/codec.h"
#include "store/audit.h"
#include "store/inside.h"

static enum rc broken(struct arena *a, struct str *why, int64_t node, int64_t seq, const char *what)
{
	*why = arena_printf(a, "node %lld, row %lld: %s", (long long)node, (long long)seq, what);
	return RC_MALFORMED;
}

static bool same(const unsigned char a[STORE_HASH], const unsigned char b[STORE_HASH])
{
	return memcmp(a, b, STORE_HASH) == 0;
}

/* All rows in order, nothing kept: ten million of them cost time, not memory. */
static enum rc walk(struct tx *tx, struct arena *a, int64_t *rows, struct str *why)
{
	unsigned char before[STORE_HASH] = {0}, stored[STORE_HASH], hash[STORE_HASH];
	int64_t node = 0, seq = 0;
	struct audit e;
	struct query q;
	enum rc rc = query_begin_at(&q, tx, ST_AUDIT_WALK, NULL, 0);

	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		audit_read(&q, NULL, &e, stored);
		if (e.node != node) {
			node = e.node;
			seq = 0;
			memset(before, 0, sizeof(before));
		}
		if (e.seq != seq + 1) {
			rc = broken(a, why, node, seq + 1, "it is missing");
			break;
		}
		if (!audit_hash(before, &e, hash) || !same(hash, stored)) {
			rc = broken(a, why, node, e.seq, "it was changed");
			break;
		}
		memcpy(before, stored, sizeof(before));
		seq = e.seq;
		++*rows;
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

static enum rc walk_heads(struct tx *tx, struct arena *a, audit_head_fn *head, void *ctx, struct str *why)
{
	unsigned char hash[STORE_HASH], row[STORE_HASH];
	struct query q;
	enum rc rc = query_begin_at(&q, tx, ST_AUDIT_HEADS, NULL, 0);

	while (rc == RC_OK && (rc = query_next(&q)) == RC_OK) {
		int64_t node = q_int(&q, 0), seq = q_int(&q, 1);
		struct str sig = db_bytes(q.q, 3);

		q_hash(&q, 2, hash);
		if (!db_bytes(q.q, 4).ptr)
			rc = broken(a, why, node, seq, "it was signed and is missing");
		if (rc != RC_OK)
			break;
		q_hash(&q, 4, row);
		if (!same(hash, row))
			rc = broken(a, why, node, seq, "it is not the one that was signed");
		else if (sig.len != 64)
			rc = broken(a, why, node, seq, "its signature is damaged");
		else if (head && (rc = head(ctx, node, seq, hash, (const unsigned char *)sig.ptr)) == RC_MALFORMED)
			rc = broken(a, why, node, seq, "its signature is not ours");
		if (rc != RC_OK)
			break;
	}
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_audit_verify(struct tx *tx, struct arena *a, audit_head_fn *head, void *ctx, int64_t *rows, struct str *why)
{
	enum rc rc;

	*rows = 0;
	*why = STR_NONE;
	CALL(tx);
	rc = walk(tx, a, rows, why);
	return rc == RC_OK ? walk_heads(tx, a, head, ctx, why) : rc;
}

enum rc store_audit_head(struct tx *tx, int64_t *node, int64_t *seq, unsigned char hash[32], bool *is_signed)
{
	struct query q;
	enum rc rc;

	*node = tx->store->node;
	*seq = 0;
	*is_signed = false;
	memset(hash, 0, STORE_HASH);
	CALL(tx);
	rc = query_one(&q, tx, ST_AUDIT_LAST, V_INT(*node));
	if (rc == RC_OK) {
		*seq = q_int(&q, 0);
		q_hash(&q, 1, hash);
	}
	rc = query_end(&q, rc);
	if (rc != RC_OK)
		return rc;
	rc = query_one(&q, tx, ST_AUDIT_SIGNED, V_INT(*node), V_INT(*seq));
	*is_signed = rc == RC_OK;
	return query_end(&q, rc == RC_ABSENT ? RC_OK : rc);
}

enum rc store_audit_stands(struct tx *tx, int64_t node, int64_t seq, const unsigned char hash[32])
{
	unsigned char stored[STORE_HASH];
	struct audit e;
	struct query q;
	enum rc rc;

	CALL(tx);
	rc = query_one(&q, tx, ST_AUDIT_ROW, V_INT(node), V_INT(seq));
	if (rc == RC_OK) {
		audit_read(&q, NULL, &e, stored);
		rc = same(hash, stored) ? RC_OK : RC_MALFORMED;
	} else if (rc == RC_ABSENT) {
		rc = RC_MALFORMED;
	}
	return query_end(&q, rc);
}

enum rc store_audit_sign(struct tx *tx, int64_t node, int64_t seq, const unsigned char hash[32], const unsigned char sig[64],
                         int64_t now_s)
{
	CALL(tx);
	return query_run(tx, ST_AUDIT_SIGN, V_INT(node), V_INT(seq), V_HASH(hash), V_BLOB(str_n(sig, 64)), V_INT(now_s));
}

enum rc audit_check_last(struct tx *tx, int64_t node, int64_t *seq)
{
	unsigned char before[STORE_HASH] = {0}, stored[STORE_HASH], hash[STORE_HASH];
	struct audit e;
	struct query q;
	enum rc rc = query_one(&q, tx, ST_AUDIT_LAST, V_INT(node));

	*seq = rc == RC_OK ? q_int(&q, 0) : 0;
	rc = query_end(&q, rc);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	if (*seq > 1) {
		rc = query_one(&q, tx, ST_AUDIT_ROW, V_INT(node), V_INT(*seq - 1));
		if (rc == RC_OK)
			audit_read(&q, NULL, &e, before);
		rc = query_end(&q, rc);
		if (rc != RC_OK)
			return rc == RC_ABSENT ? RC_MALFORMED : rc;
	}
	rc = query_one(&q, tx, ST_AUDIT_ROW, V_INT(node), V_INT(*seq));
	if (rc == RC_OK) {
		audit_read(&q, NULL, &e, stored);
		rc = audit_hash(before, &e, hash) && same(hash, stored) ? RC_OK : RC_MALFORMED;
	}
	return query_end(&q, rc);
}
