/* gerbang audit: the trail, newest first; what a reference means; whether the chain is whole. */
#include <stdio.h>

#include "cli/cli.h"
#include "core/clockdoctor.h"

enum { PAGE = 1000, PAGE_MEMORY = 64 << 20, VERIFY_MEMORY = 1 << 30 };

/* What an operator may tell the person who reads the reference out. */
static const struct { const char *reason, *words; } meanings[] = {
	{"unknown-user", "There is no user with this id. The person was told that id or password is wrong."},
	{"locked", "The account is locked; `gerbang user unlock` opens it. The person was told that id or password is wrong."},
	{"wrong-password", "The password was wrong."},
	{"wrong-type", "The user type that was chosen on the form is not the account's."},
	{"wrong-code", "The code belonged to none of the user's devices at this time; often it is that of another entry in the app, or the "
	               "phone's clock is wrong."},
	{"wrong-clock", "The code was right for another time: the clock of the phone is wrong. Automatic time in its settings helps."},
	{"dead-entry", "The code was from an entry that was removed: somebody still has that phone, or the entry was never deleted from the "
	               "app. Ask who has it. The person was told which entry to open."},
	{"suspended-entry", "The code was from a device that is suspended; until its time is over its owner can take it back."},
	{"used-code", "The code was right but had been used already; the next one, at most 30 seconds later, works."},
	{"paused", "Too many wrong tries in a row: nothing is evaluated until the pause ends."},
	{"password-paused", "Too many wrong passwords in a row: nothing is evaluated until the pause ends."},
	{"password-off", "A hundred wrong passwords in a row: a new password must be set (`gerbang user set-password`)."},
	{"code-paused", "Three wrong codes in a row: no code is evaluated until the pause ends."},
	{"code-frozen", "Fifty wrong codes in a year: codes are frozen until a reset (`gerbang user reset`)."},
};

static struct str meaning_of(struct str reason)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (str_is(reason, meanings[i].reason))
			return str_of(meanings[i].words);
	}
	return STR_NONE;
}

/* ---- the finding, as flow/diagnose.h writes it ------------------------------------------------------------ */

static bool number_off(struct str *rest, int64_t *n)
{
	struct str word = str_cut(rest, ' ');
	bool below = word.len > 1 && word.ptr[0] == '-';

	if (str_to_i64(below ? str_n(word.ptr + 1, word.len - 1) : word, INT64_MAX, n) != RC_OK)
		return false;
	if (below)
		*n = -*n;
	return true;
}

static struct str span_of(struct arena *a, int64_t offset_s)
{
	int64_t s = offset_s < 0 ? -offset_s : offset_s, minutes = (s + 30) / 60;
	const char *which = offset_s < 0 ? "slow" : "fast";

	if (s < 60)
		return arena_printf(a, "%lld seconds %s", (long long)s, which);
	if (minutes < 120)
		return arena_printf(a, "%lld minute%s %s", (long long)minutes, minutes == 1 ? "" : "s", which);
	return arena_printf(a, "%lld hours %lld minutes %s", (long long)(minutes / 60), (long long)(minutes % 60), which);
}

static struct str clock_finding(struct arena *a, struct str rest)
{
	struct str when;
	unsigned zone;
	int64_t off;

	if (!number_off(&rest, &off))
		return STR_NONE;
	when = str_cut(&rest, ' ');
	zone = clock_zone_hours(off);
	return arena_printf(a, "clock of %.*s: %.*s%s (%s)", STR_ARG(rest), STR_ARG(span_of(a, off)),
	                    zone ? ", a whole hour: its time zone is wrong" : "",
	                    str_is(when, "first") ? "first code; not told to the person yet" : "two codes; the person was told");
}

static struct str entry_finding(struct arena *a, const char *what, struct str rest)
{
	int64_t number, at_s;

	if (!number_off(&rest, &number) || !number_off(&rest, &at_s))
		return STR_NONE;
	return arena_printf(a, "code of entry #%lld, %.*s, %s %.*s", (long long)number, STR_ARG(rest), what, STR_ARG(time_iso(a, at_s)));
}

/* A sentence for the agent; the detail as it is when it is of another kind. */
static struct str finding_of(struct arena *a, struct str detail)
{
	struct str rest = detail, out = STR_NONE, kind = str_cut(&rest, ' ');
	int64_t error_s;

	if (str_is(kind, "clock"))
		out = clock_finding(a, rest);
	else if (str_is(kind, "dead"))
		out = entry_finding(a, "removed at", rest);
	else if (str_is(kind, "suspended"))
		out = entry_finding(a, "suspended at", rest);
	else if (str_is(kind, "ours")) {
		struct str number = str_cut(&rest, ',');

		if (number_off(&number, &error_s))
			out = arena_printf(a, "our own clock: %.*s by the good codes of the hour before; the fault is ours%s%.*s",
			                   STR_ARG(span_of(a, error_s)), rest.len ? "; " : "",
			                   STR_ARG(rest.len ? finding_of(a, str_trim(rest)) : STR_NONE));
	}
	return out.len ? out : detail;
}

static void row_json(struct json *j, const struct audit *r, bool explain)
{
	json_open(j, NULL, '{');
	json_int(j, "node", r->node);
	json_int(j, "seq", r->seq);
	json_time(j, "at", r->at_s);
	json_str(j, "user", r->login);
	json_str(j, "actor", r->actor);
	json_str(j, "event", r->event);
	json_str(j, "result", r->result);
	json_str(j, "reason", r->reason);
	json_str(j, "factor", r->factor);
	json_str(j, "device", r->device);
	json_str(j, "application", r->application);
	json_str(j, "address", r->address);
	json_str(j, "browser", r->browser);
	json_str(j, "reference", r->ref);
	if (explain) {
		json_str(j, "meaning", meaning_of(r->reason));
		json_str(j, "detail", r->detail);
		json_str(j, "finding", r->detail.len ? finding_of(j->b.arena, r->detail) : STR_NONE);
	}
	json_close(j, '}');
}

static void field(struct arena *a, const char *name, struct str value)
{
	if (value.len)
		printf(" %s=%.*s", name, STR_ARG(cli_quoted(a, value)));
}

static void row_line(struct arena *a, const struct audit *r, bool explain)
{
	printf("%.*s %.*s %.*s", STR_ARG(time_iso(a, r->at_s)), STR_ARG(cli_plain(a, r->event)), STR_ARG(cli_plain(a, r->result)));
	field(a, "reason", r->reason);
	field(a, "user", r->login);
	field(a, "actor", r->actor);
	field(a, "factor", r->factor);
	field(a, "device", r->device);
	field(a, "application", r->application);
	field(a, "address", r->address);
	field(a, "browser", r->browser);
	field(a, "reference", r->ref);
	putchar('\n');
	if (explain && meaning_of(r->reason).len)
		printf("  %.*s\n", STR_ARG(meaning_of(r->reason)));
	if (explain && r->detail.len)
		printf("  %.*s\n", STR_ARG(cli_plain(a, finding_of(a, r->detail))));
}

/* One page; *last is where the next one begins, 0 when this was the last. */
static enum rc page_print(struct cli *c, const struct audit_query *q, bool *more, int64_t *last)
{
	struct arena *a = arena_new(64 * 1024, PAGE_MEMORY);
	struct audit *rows;
	struct json j;
	struct tx *tx;
	size_t n = 0;
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc == RC_OK) {
		rc = store_audit_list(tx, a, q, &rows, &n);
		store_abandon(&tx);
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (!c->json) {
			row_line(a, &rows[i], q->ref.ptr != NULL);
			continue;
		}
		json_begin(&j, a);
		row_json(&j, &rows[i], q->ref.ptr != NULL);
		printf("%s%.*s", *more ? ",\n" : "", STR_ARG(buf_str(&j.b)));
		*more = true;
	}
	*last = n == q->limit && !q->ref.ptr ? rows[n - 1].seq : 0;
	if (rc == RC_OK && q->ref.ptr && !n)
		rc = RC_ABSENT;
	arena_free(&a);
	return rc;
}

static int print_all(struct cli *c, struct audit_query *q)
{
	bool more = false;
	int64_t last;
	enum rc rc;
	if (c->json)
		putchar('[');
	do {
		rc = page_print(c, q, &more, &last);
		q->before_seq = last;
	} while (rc == RC_OK && last);
	if (c->json)
		puts("]");
	if (rc == RC_ABSENT)
		return cli_fail(c, q->ref, "no line with this reference");
	return rc == RC_OK ? CLI_DONE : cli_fail_rc(c, S("audit"), rc);
}

struct heads {
	struct vault *vault;
	int64_t good;
	int64_t node, seq;     /* of the newest one so far */
	int64_t covered;       /* rows up to the newest head, of the nodes before */
};

static enum rc head_check(void *ctx, int64_t node, int64_t seq, const unsigned char hash[32], const unsigned char sig[64])
{
	struct heads *h = ctx;
	enum verdict verdict;
	enum rc rc = vault_head_verify(h->vault, node, seq, hash, sig, &verdict);
	if (rc == RC_OK && verdict != VERDICT_GOOD)
		return RC_MALFORMED;
	if (node != h->node)
		h->covered += h->seq;
	h->node = node;
	h->seq = seq;
	h->good++;
	return rc;
}

static int verify(struct cli *c)
{
	struct arena *a = arena_new(1 << 20, VERIFY_MEMORY);
	struct heads h = {.vault = c->flow.vault};
	struct str why = STR_NONE;
	struct json j;
	struct tx *tx;
	int64_t rows = 0, bare;
	int code = CLI_DONE;
	enum rc rc = store_view(c->flow.store, &tx);
	if (rc == RC_OK) {
		rc = store_audit_verify(tx, a, head_check, &h, &rows, &why);
		store_abandon(&tx);
	}
	bare = rows - h.covered - h.seq;
	if (c->json && (rc == RC_OK || rc == RC_MALFORMED)) {
		json_begin(&j, c->arena);
		json_open(&j, NULL, '{');
		json_flag(&j, "whole", rc == RC_OK);
		json_int(&j, "rows", rows);
		json_int(&j, "signed_heads", h.good);
		json_int(&j, "unsigned_rows", bare);
		json_str(&j, "why", rc == RC_OK ? STR_NONE : why);
		json_close(&j, '}');
		json_end(&j);
	} else if (rc == RC_OK) {
		printf("audit: %lld rows, the chain is whole; %lld signed heads are good", (long long)rows, (long long)h.good);
		/* until the server has run for a second, or it refuses to sign what was changed: see `audit.changed` in its log */
		if (bare > 0)
			printf("; the newest %lld rows are not signed", (long long)bare);
		putchar('\n');
	}
	if (rc == RC_MALFORMED)
		code = cli_fail(c, S("audit"), "the chain is broken: %.*s", STR_ARG(why));
	else if (rc != RC_OK)
		code = cli_fail_rc(c, S("audit"), rc);
	arena_free(&a);
	return code;
}

int cli_audit(struct cli *c)
{
	struct audit_query q = {.limit = PAGE, .newest_first = true, .ref = cli_get(c, "--reference")};
	struct str since = cli_get(c, "--since");
	struct user u;
	if (cli_has(c, "--verify") && c->n_given > 1)
		return cli_usage(c, "audit: --verify stands alone");
	int code = cli_open(c); /* it sets the time zone, in which a date is read */
	if (code)
		return code;
	if (cli_has(c, "--verify"))
		return verify(c);
	if (since.ptr && time_parse(since, &q.since_s) != RC_OK)
		return cli_usage(c, "audit: --since: a date like 2026-11-21, or 2026-11-21T03:19:30Z");
	if (cli_has(c, "--user")) {
		code = cli_user(c, cli_get(c, "--user"), &u);
		if (code)
			return code;
		q.user = u.id;
	}
	return print_all(c, &q);
}
