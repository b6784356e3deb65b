#include "authenticator.h"

#include "base/codec.h"
#include "lens/attestation.h"

#define ORIGIN "https://gate.example"
#define CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const struct webauthn_expect expect = {{CHALLENGE, 43}, {ORIGIN, 20}, {"gate.example", 12}};

/* ---- registration ------------------------------------------------------------------------------------ */

static enum webauthn_why registered(struct auth *au)
{
	struct arena *a = test_arena();
	struct auth_answer answer = auth_create(au, a, S(CHALLENGE));
	struct webauthn_made *made = arena_one(a, struct webauthn_made);
	enum webauthn_why why;

	assert_int_equal(attestation_read(answer.object, made), RC_OK);
	why = webauthn_registration(&expect, answer.client, made);
	arena_free(&a);
	return why;
}

static void registration_is_fine_for_each_algorithm_offered(void **state)
{
	static const int64_t algs[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA, WEBAUTHN_RS256};

	(void)state;
	for (int self = 0; self < 2; self++)
		for (size_t i = 0; i < 3; i++) {
			struct auth au = auth_new(algs[i], ORIGIN, "gate.example");

			au.self = self;
			assert_int_equal(registered(&au), WEBAUTHN_FINE);
			au.flags |= WEBAUTHN_BE | WEBAUTHN_BS;
			assert_int_equal(registered(&au), WEBAUTHN_FINE);
			auth_release(&au);
		}
}

struct row {
	const char *what;
	enum webauthn_why why;
	const char *type, *origin, *rp_id, *more;
	unsigned flags;
};

static struct auth wrong_by(const struct row *r)
{
	struct auth au = auth_new(WEBAUTHN_ES256, r->origin ? r->origin : ORIGIN, r->rp_id ? r->rp_id : "gate.example");

	au.type = r->type;
	au.client_more = r->more;
	if (r->flags)
		au.flags = r->flags & ~0x100u;
	return au;
}

static const struct row registrations[] = {
	{"R-WA-1", WEBAUTHN_TYPE, "webauthn.get", NULL, NULL, NULL, 0},
	{"R-WA-1", WEBAUTHN_TYPE, "webauthn.create ", NULL, NULL, NULL, 0},
	{"R-WA-3", WEBAUTHN_ORIGIN, NULL, "https://evil.example", NULL, NULL, 0},
	{"R-WA-3", WEBAUTHN_ORIGIN, NULL, "http://gate.example", NULL, NULL, 0},
	{"R-WA-3", WEBAUTHN_ORIGIN, NULL, "https://gate.example:8443", NULL, NULL, 0},
	{"R-WA-3", WEBAUTHN_ORIGIN, NULL, "https://gate.example.evil.example", NULL, NULL, 0},
	{"R-WA-3", WEBAUTHN_ORIGIN, NULL, "https://GATE.example", NULL, NULL, 0},
	{"R-WA-4", WEBAUTHN_FRAMED, NULL, NULL, NULL, ",\"crossOrigin\":true", 0},
	{"R-WA-4", WEBAUTHN_FRAMED, NULL, NULL, NULL, ",\"crossOrigin\":\"false\"", 0},
	{"R-WA-4", WEBAUTHN_FRAMED, NULL, NULL, NULL, ",\"crossOrigin\":false,\"topOrigin\":\"https://gate.example\"", 0},
	{"twice", WEBAUTHN_CLIENT, NULL, NULL, NULL, ",\"origin\":\"" ORIGIN "\"", 0},
	{"no JSON", WEBAUTHN_CLIENT, NULL, NULL, NULL, ",", 0},
	{"behind", WEBAUTHN_CLIENT, NULL, NULL, NULL, "}{\"a\":1", 0},
	{"R-WA-5", WEBAUTHN_RP, NULL, NULL, "evil.example", NULL, 0},
	{"R-WA-6", WEBAUTHN_ABSENT_USER, NULL, NULL, NULL, NULL, WEBAUTHN_UV},
	{"R-WA-7", WEBAUTHN_UNVERIFIED, NULL, NULL, NULL, NULL, WEBAUTHN_UP},
	{"R-WA-8", WEBAUTHN_BACKUP, NULL, NULL, NULL, NULL, WEBAUTHN_UP | WEBAUTHN_UV | WEBAUTHN_BS},
};

static void registration_refuses_each_row_for_its_own_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(registrations) / sizeof(*registrations); i++) {
		struct auth au = wrong_by(&registrations[i]);
		enum webauthn_why why = registered(&au);

		if (why != registrations[i].why)
			fail_msg("%s, row %zu: %s", registrations[i].what, i, webauthn_why_name(why));
		auth_release(&au);
	}
}

static void registration_refuses_another_challenge(void **state)
{
	static const char *const others[] = {"", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", CHALLENGE "=", "AAECAwQF"};
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_expect none = expect;
	struct arena *a = test_arena();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct auth_answer answer = auth_create(&au, a, str_of(others[i]));

		assert_int_equal(webauthn_client(answer.client, "webauthn.create", &expect), WEBAUTHN_CHALLENGE_OTHER);
	}
	/* nothing was asked: an empty challenge is no answer to that */
	none.challenge = S("");
	assert_int_equal(webauthn_client(auth_create(&au, a, S("")).client, "webauthn.create", &none), WEBAUTHN_CHALLENGE_OTHER);
	auth_release(&au);
	arena_free(&a);
}

static void client_data_that_is_no_object_or_too_long_is_refused(void **state)
{
	char big[WEBAUTHN_CLIENT_MAX + 2];

	(void)state;
	assert_int_equal(webauthn_client(STR_NONE, "webauthn.get", &expect), WEBAUTHN_CLIENT);
	assert_int_equal(webauthn_client(S("[]"), "webauthn.get", &expect), WEBAUTHN_CLIENT);
	assert_int_equal(webauthn_client(S("7"), "webauthn.get", &expect), WEBAUTHN_CLIENT);
	assert_int_equal(webauthn_client(S("{}"), "webauthn.get", &expect), WEBAUTHN_TYPE);
	assert_int_equal(webauthn_client(S("{\"type\":[\"webauthn.get\"]}"), "webauthn.get", &expect), WEBAUTHN_TYPE);
	memset(big, ' ', sizeof(big));
	memcpy(big, "{}", 2);
	assert_int_equal(webauthn_client(str_n(big, WEBAUTHN_CLIENT_MAX), "webauthn.get", &expect), WEBAUTHN_TYPE);
	assert_int_equal(webauthn_client(str_n(big, WEBAUTHN_CLIENT_MAX + 1), "webauthn.get", &expect), WEBAUTHN_CLIENT);
}

/* The lens only says what it saw: these are ours to refuse. */
static void what_the_lens_read_is_judged(void **state)
{
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct arena *a = test_arena();
	struct auth_answer answer = auth_create(&au, a, S(CHALLENGE));
	struct webauthn_made *good = arena_one(a, struct webauthn_made), *m = arena_one(a, struct webauthn_made);

	(void)state;
	assert_int_equal(attestation_read(answer.object, good), RC_OK);
#define JUDGED(change, wanted) \
	do { \
		*m = *good; \
		change; \
		assert_int_equal(webauthn_registration(&expect, answer.client, m), wanted); \
	} while (0)
	JUDGED((void)0, WEBAUTHN_FINE);
	JUDGED(m->alg = -65535, WEBAUTHN_ALGORITHM); /* RS1 */
	JUDGED(m->alg = -47, WEBAUTHN_ALGORITHM);    /* ES256K */
	JUDGED(m->alg = 0, WEBAUTHN_ALGORITHM);
	JUDGED(m->alg = WEBAUTHN_EDDSA, WEBAUTHN_KEY);
	JUDGED(m->key_len = 0, WEBAUTHN_KEY);
	JUDGED(m->credential_len = 0, WEBAUTHN_CREDENTIAL);
	JUDGED(m->credential_len = 1024, WEBAUTHN_AUTHENTICATOR); /* R-WA-11 */
	JUDGED(m->key_len = UINT32_MAX, WEBAUTHN_AUTHENTICATOR);
	JUDGED(m->format = WEBAUTHN_FORMAT_OTHER, WEBAUTHN_STATEMENT); /* R-WA-10 */
	JUDGED(m->format = 7, WEBAUTHN_AUTHENTICATOR);
	JUDGED(m->flags &= ~(unsigned)WEBAUTHN_AT, WEBAUTHN_AUTHENTICATOR);
	auth_release(&au);
	arena_free(&a);
}

/* ---- assertions ---------------------------------------------------------------------------------------- */

static enum webauthn_why asserted(struct auth *au, uint32_t stored, bool eligible, bool handle_needed)
{
	struct arena *a = test_arena();
	struct auth_answer answer = auth_get(au, a, S(CHALLENGE));
	struct webauthn_known known = {.user = 7, .counter = stored, .backup_eligible = eligible};
	struct webauthn_seen seen;
	enum webauthn_why why;

	why = webauthn_assertion(&expect, answer.client, answer.authdata, answer.handle, handle_needed, &known, &seen);
	arena_free(&a);
	return why;
}

static void assertion_refuses_each_row_for_its_own_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(registrations) / sizeof(*registrations); i++) {
		struct row r = registrations[i];
		enum webauthn_why why;
		struct auth au;

		if (r.type)
			r.type = "webauthn.create"; /* R-WA-16 */
		au = wrong_by(&r);
		why = asserted(&au, 0, false, false);
		if (why != r.why)
			fail_msg("%s, row %zu: %s", r.what, i, webauthn_why_name(why));
		auth_release(&au);
	}
}

static void counter_must_grow_unless_it_was_never_used(void **state)
{
	static const struct { uint32_t stored, now; enum webauthn_why why; } rows[] = {
		{0, 0, WEBAUTHN_FINE}, {0, 1, WEBAUTHN_FINE}, {1, 2, WEBAUTHN_FINE}, {1, 1, WEBAUTHN_COUNTER}, {2, 1, WEBAUTHN_COUNTER},
		{1, 0, WEBAUTHN_COUNTER}, {UINT32_MAX - 1, UINT32_MAX, WEBAUTHN_FINE}, {UINT32_MAX, UINT32_MAX, WEBAUTHN_COUNTER},
		{0x7fffffff, 0x80000000, WEBAUTHN_FINE},
	};
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		au.counter = rows[i].now;
		assert_int_equal(asserted(&au, rows[i].stored, false, false), rows[i].why);
	}
	auth_release(&au);
}

static void backup_eligibility_never_changes(void **state)
{
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");

	(void)state;
	assert_int_equal(asserted(&au, 0, true, false), WEBAUTHN_BACKUP_CHANGED);
	au.flags |= WEBAUTHN_BE;
	assert_int_equal(asserted(&au, 0, true, false), WEBAUTHN_FINE);
	assert_int_equal(asserted(&au, 0, false, false), WEBAUTHN_BACKUP_CHANGED);
	auth_release(&au);
}

static void user_handle_is_needed_where_nobody_was_named_and_must_fit(void **state)
{
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	unsigned char handle[WEBAUTHN_HANDLE], other[WEBAUTHN_HANDLE];

	(void)state;
	assert_int_equal(asserted(&au, 0, false, false), WEBAUTHN_FINE);
	assert_int_equal(asserted(&au, 0, false, true), WEBAUTHN_HANDLE_MISSING);
	webauthn_user_handle(7, handle);
	webauthn_user_handle(8, other);
	assert_memory_not_equal(handle, other, sizeof(handle));
	au.handle = str_n(handle, sizeof(handle));
	assert_int_equal(asserted(&au, 0, false, true), WEBAUTHN_FINE);
	au.handle = str_n(other, sizeof(other));
	assert_int_equal(asserted(&au, 0, false, true), WEBAUTHN_HANDLE_OTHER);
	assert_int_equal(asserted(&au, 0, false, false), WEBAUTHN_HANDLE_OTHER);
	au.handle = str_n(handle, sizeof(handle) - 1);
	assert_int_equal(asserted(&au, 0, false, true), WEBAUTHN_HANDLE_OTHER);
	auth_release(&au);
}

static void authenticator_data_of_another_length_or_with_other_parts_is_refused(void **state)
{
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_known known = {.user = 7};
	struct arena *a = test_arena();
	struct auth_answer answer;
	struct webauthn_seen seen;

	(void)state;
	answer = auth_get(&au, a, S(CHALLENGE));
	for (size_t n = 0; n < answer.authdata.len; n++)
		assert_int_equal(webauthn_assertion(&expect, answer.client, str_n(answer.authdata.ptr, n), STR_NONE, false, &known, &seen),
		                 WEBAUTHN_AUTHENTICATOR);
	for (size_t n = 38; n < 200; n += 40)
		assert_int_equal(webauthn_assertion(&expect, answer.client, str_n(memcpy(arena_alloc(a, n), answer.authdata.ptr, 37), n), STR_NONE,
		                                    false, &known, &seen), WEBAUTHN_AUTHENTICATOR);
	au.extensions = S("\xa0");
	assert_int_equal(asserted(&au, 0, false, false), WEBAUTHN_AUTHENTICATOR);
	au.extensions = STR_NONE;
	au.flags |= WEBAUTHN_AT;
	assert_int_equal(asserted(&au, 0, false, false), WEBAUTHN_AUTHENTICATOR);
	auth_release(&au);
	arena_free(&a);
}

static void nothing_is_fine_before_it_was_checked(void **state)
{
	(void)state;
	assert_int_equal(WEBAUTHN_UNCHECKED, 0);
	assert_string_equal(webauthn_why_name((enum webauthn_why)1234), "passkey-unchecked");
}

static void origin_and_rp_id_come_from_base_url(void **state)
{
	struct str origin, rp;

	(void)state;
	assert_int_equal(webauthn_expect_of(S("https://gate.example/"), &origin, &rp), RC_OK);
	assert_str(origin, "https://gate.example");
	assert_str(rp, "gate.example");
	assert_int_equal(webauthn_expect_of(S("http://localhost:8080"), &origin, &rp), RC_OK);
	assert_str(origin, "http://localhost:8080");
	assert_str(rp, "localhost");
	assert_int_equal(webauthn_expect_of(S("https://gate.example:443"), &origin, &rp), RC_OK);
	assert_str(origin, "https://gate.example");
	assert_int_equal(webauthn_expect_of(S("http://localhost:443"), &origin, &rp), RC_OK);
	assert_str(origin, "http://localhost:443");
	assert_int_equal(webauthn_expect_of(S("http://[::1]:8080"), &origin, &rp), RC_MALFORMED);
	assert_int_equal(webauthn_expect_of(S("ftp://gate.example"), &origin, &rp), RC_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registration_is_fine_for_each_algorithm_offered),
		cmocka_unit_test(registration_refuses_each_row_for_its_own_reason),
		cmocka_unit_test(registration_refuses_another_challenge),
		cmocka_unit_test(client_data_that_is_no_object_or_too_long_is_refused),
		cmocka_unit_test(what_the_lens_read_is_judged),
		cmocka_unit_test(assertion_refuses_each_row_for_its_own_reason),
		cmocka_unit_test(counter_must_grow_unless_it_was_never_used),
		cmocka_unit_test(backup_eligibility_never_changes),
		cmocka_unit_test(user_handle_is_needed_where_nobody_was_named_and_must_fit),
		cmocka_unit_test(authenticator_data_of_another_length_or_with_other_parts_is_refused),
		cmocka_unit_test(nothing_is_fine_before_it_was_checked),
		cmocka_unit_test(origin_and_rp_id_come_from_base_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
