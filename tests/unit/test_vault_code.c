#include "vault_fixture.h"

#include "base/codec.h"
#include "vault/frame.h"

enum { NOW_STEP = 59000000 };

/* The entries as they were shown, by row: what the phone scanned. */
static struct vault_device shown[256];

static void code_of(struct arena *a, const struct vault_device *d, int64_t step, char code[TOTP_CODE_ROOM])
{
	struct str base32, seed;

	assert_int_equal(vault_seed_show(vault, a, &shown[d->row], &base32), RC_OK);
	assert_int_equal(base32.len, 32);
	assert_int_equal(base32_decode(a, base32, &seed), RC_OK);
	hotp(TOTP_SHA1, seed, (uint64_t)step, TOTP_DIGITS, code);
}

static struct vault_device shown_new(struct arena *a, int64_t user, int64_t row)
{
	struct vault_device d = {user, row, STR_NONE};

	assert_int_equal(vault_seed_new(vault, a, user, row, &d.seed), RC_OK);
	assert_int_equal(d.seed.len, SEALED_SEED_BYTES);
	shown[row] = d;
	return d;
}

static struct vault_device device_new(struct arena *a, int64_t user, int64_t row)
{
	struct vault_device d = shown_new(a, user, row);
	struct vault_code out;
	char code[TOTP_CODE_ROOM];
	int64_t off;

	code_of(a, &d, NOW_STEP, code);
	assert_int_equal(vault_code_check_new(vault, a, &shown[row], code, NOW_STEP, &out, &off, &d.seed), RC_OK);
	assert_int_equal(out.verdict, VERDICT_GOOD);
	assert_int_equal(d.seed.len, SEALED_SEED_BYTES);
	return d;
}

/* R-OT-7: whoever reads the rows and asks the vault learns the seed of no device, and signs in with no entry that was
 * not confirmed. */
static void a_confirmed_seed_is_never_shown_and_an_unconfirmed_one_signs_nobody_in(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 1, 7), fresh = shown_new(a, 1, 8);
	struct vault_code out;
	struct str base32, sealed;
	char code[TOTP_CODE_ROOM];
	int64_t off;

	(void)state;
	assert_int_equal(vault_seed_show(vault, a, &d, &base32), RC_MALFORMED);
	assert_null(base32.ptr);
	code_of(a, &d, NOW_STEP, code);
	assert_int_equal(vault_code_check_new(vault, a, &d, code, NOW_STEP, &out, &off, &sealed), RC_MALFORMED);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	assert_null(sealed.ptr);
	code_of(a, &fresh, NOW_STEP, code);
	assert_int_equal(vault_code_check(vault, &fresh, 1, code, NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	assert_int_equal(vault_code_check_new(vault, a, &fresh, "12345a", NOW_STEP, &out, &off, &sealed), RC_OK);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	assert_null(sealed.ptr);
	arena_free(&a);
}

static void code_names_the_device_and_the_step(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[VAULT_DEVICES_MAX];
	struct vault_code out;
	char code[TOTP_CODE_ROOM];

	(void)state;
	for (unsigned i = 0; i < VAULT_DEVICES_MAX; i++)
		d[i] = device_new(a, 1, 100 + i);
	for (unsigned i = 0; i < VAULT_DEVICES_MAX; i += 7) {
		int64_t step = NOW_STEP + (int64_t)(i % 3) - 1;

		code_of(a, &d[i], step, code);
		assert_int_equal(vault_code_check(vault, d, VAULT_DEVICES_MAX, code, NOW_STEP, 1, 1, &out), RC_OK);
		assert_int_equal(out.verdict, VERDICT_GOOD);
		/* another of the 50 may show the same digits; then it is a lower one */
		assert_true(out.device <= i);
		if (out.device == i)
			assert_true(llabs(out.step - step) <= 2);
	}
	code_of(a, &d[1], NOW_STEP, code);
	assert_int_equal(vault_code_check(vault, d, 2, code, NOW_STEP, 1, 1, &out), RC_OK);
	assert_int_equal(out.verdict, VERDICT_GOOD);
	assert_int_equal(out.device, 1);
	assert_int_equal(out.step, NOW_STEP);
	arena_free(&a);
}

static void code_outside_the_window_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 1, 1);
	struct vault_code out;
	char code[TOTP_CODE_ROOM], near[TOTP_CODE_ROOM];

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		bool inside = off >= -1 && off <= 1;

		code_of(a, &d, NOW_STEP + off, code);
		for (int64_t n = -1; n <= 1 && !inside; n++) {
			code_of(a, &d, NOW_STEP + n, near);
			inside = strcmp(near, code) == 0;
		}
		assert_int_equal(vault_code_check(vault, &d, 1, code, NOW_STEP, 1, 1, &out), RC_OK);
		assert_int_equal(out.verdict, inside ? VERDICT_GOOD : VERDICT_REFUSED);
		assert_true(inside ? out.step >= NOW_STEP - 1 : out.step == -1);
	}
	arena_free(&a);
}

static void code_of_a_seed_in_another_row_is_malformed(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[2] = {device_new(a, 1, 1), device_new(a, 2, 2)}, swapped[2];
	struct vault_code out;
	char code[TOTP_CODE_ROOM];
	struct str base32;

	(void)state;
	code_of(a, &d[0], NOW_STEP, code);
	swapped[0] = (struct vault_device){1, 1, d[1].seed};
	swapped[1] = (struct vault_device){2, 2, d[0].seed};
	shown[3] = (struct vault_device){2, 2, shown[1].seed};
	assert_int_equal(vault_seed_show(vault, a, &shown[3], &base32), RC_MALFORMED);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(vault_code_check(vault, &swapped[i], 1, code, NOW_STEP, 1, 1, &out), RC_MALFORMED);
		assert_int_equal(out.verdict, VERDICT_REFUSED);
		assert_int_equal(vault_seed_show(vault, a, &swapped[i], &base32), RC_MALFORMED);
		assert_null(base32.ptr);
	}
	/* one bad row spoils the question, even beside a good one */
	swapped[0] = d[0];
	assert_int_equal(vault_code_check(vault, swapped, 2, code, NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	arena_free(&a);
}

static void code_without_devices_or_of_wrong_form_is_never_good(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = device_new(a, 1, 1);
	struct vault_code out;

	(void)state;
	assert_int_equal(vault_code_check(vault, &d, 0, "123456", NOW_STEP, 1, 1, &out), RC_OK);
	assert_int_equal(out.verdict, VERDICT_REFUSED);
	assert_int_equal(vault_code_check(vault, &d, 1, "12345", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "1234567", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", -1, 1, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", NOW_STEP, 11, 1, &out), RC_MALFORMED);
	assert_int_equal(vault_code_check(vault, &d, VAULT_DEVICES_MAX + 1, "123456", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	d.seed.len--;
	assert_int_equal(vault_code_check(vault, &d, 1, "123456", NOW_STEP, 1, 1, &out), RC_MALFORMED);
	arena_free(&a);
}

static void code_at_enrolment_tells_how_far_the_clock_is_off(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d = shown_new(a, 3, 4);
	struct str sealed;
	struct vault_code out;
	char code[TOTP_CODE_ROOM], near[TOTP_CODE_ROOM];
	int64_t off;

	(void)state;
	code_of(a, &d, NOW_STEP - 1, code);
	assert_int_equal(vault_code_check_new(vault, a, &d, code, NOW_STEP, &out, &off, &sealed), RC_OK);
	assert_int_equal(out.verdict, VERDICT_GOOD);
	assert_int_equal(off, INT64_MIN);
	code_of(a, &d, NOW_STEP - 94, code);
	assert_int_equal(vault_code_check_new(vault, a, &d, code, NOW_STEP, &out, &off, &sealed), RC_OK);
	if (out.verdict == VERDICT_REFUSED) {
		/* nearer steps may by chance show the same six digits */
		assert_true(off != INT64_MIN && llabs(off) <= 94);
		code_of(a, &d, NOW_STEP + off, near);
		assert_string_equal(near, code);
	}
	arena_free(&a);
}

/* ---- the clock doctor ----------------------------------------------------------------------------------- */

static void doctor_finds_each_device_and_nothing_beyond_26_hours(void **state)
{
	static const int64_t offs[] = {-3121, -3120, -94, -2, -1, 0, 1, 2, 120, 3120, 3121};
	struct arena *a = test_arena();
	struct vault_device d[VAULT_DOCTOR_MAX];
	int64_t got[VAULT_DOCTOR_MAX];
	char code[TOTP_CODE_ROOM];

	(void)state;
	for (unsigned i = 0; i < VAULT_DOCTOR_MAX; i++)
		d[i] = device_new(a, 1, 200 + i);
	for (unsigned i = 0; i < VAULT_DOCTOR_MAX; i++) {
		int64_t off = offs[i % 11];

		code_of(a, &d[i], NOW_STEP + off, code);
		assert_int_equal(vault_code_doctor(vault, d, VAULT_DOCTOR_MAX, code, NOW_STEP, got), RC_OK);
		/* the nearest is said: another step nearer may show the same digits by chance */
		if (llabs(off) <= 3120)
			assert_true(got[i] != INT64_MIN && llabs(got[i]) <= llabs(off));
		else
			assert_true(got[i] == INT64_MIN || llabs(got[i]) <= 3120);
	}
	assert_int_equal(vault_code_doctor(vault, d, 1, code, NOW_STEP, got), RC_OK);
	for (unsigned i = 1; i < VAULT_DOCTOR_MAX; i++)
		assert_true(got[i] == INT64_MIN);
	assert_int_equal(vault_code_doctor(vault, d, 0, code, NOW_STEP, got), RC_OK);
	arena_free(&a);
}

static void doctor_says_nothing_of_seeds_that_are_not_of_their_row(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[3] = {device_new(a, 1, 220), device_new(a, 2, 221), device_new(a, 1, 222)};
	int64_t got[VAULT_DOCTOR_MAX];
	char code[TOTP_CODE_ROOM];

	(void)state;
	code_of(a, &d[1], NOW_STEP, code);
	d[1].user = 1; /* moved to another account */
	assert_int_equal(vault_code_doctor(vault, d, 3, code, NOW_STEP, got), RC_OK);
	assert_true(got[1] == INT64_MIN);
	/* what is only being shown counts for nothing here either */
	d[0] = shown_new(a, 1, 223);
	code_of(a, &d[0], NOW_STEP, code);
	assert_int_equal(vault_code_doctor(vault, d, 1, code, NOW_STEP, got), RC_OK);
	assert_true(got[0] == INT64_MIN);
	/* and the others are still found beside it */
	code_of(a, &d[2], NOW_STEP - 7, code);
	assert_int_equal(vault_code_doctor(vault, d, 3, code, NOW_STEP, got), RC_OK);
	assert_true(got[2] != INT64_MIN);
	arena_free(&a);
}

static void doctor_refuses_what_is_no_question(void **state)
{
	struct arena *a = test_arena();
	struct vault_device d[VAULT_DOCTOR_MAX + 1], short_seed;
	int64_t got[VAULT_DOCTOR_MAX];

	(void)state;
	for (unsigned i = 0; i <= VAULT_DOCTOR_MAX; i++)
		d[i] = i ? d[0] : device_new(a, 1, 230);
	memset(got, 1, sizeof(got));
	assert_int_equal(vault_code_doctor(vault, d, VAULT_DOCTOR_MAX + 1, "123456", NOW_STEP, got), RC_MALFORMED);
	assert_true(got[0] == INT64_MIN && got[VAULT_DOCTOR_MAX - 1] == INT64_MIN);
	assert_int_equal(vault_code_doctor(vault, d, 1, "12345", NOW_STEP, got), RC_MALFORMED);
	assert_int_equal(vault_code_doctor(vault, d, 1, "1234567", NOW_STEP, got), RC_MALFORMED);
	assert_int_equal(vault_code_doctor(vault, d, 1, "123456", -1, got), RC_MALFORMED);
	short_seed = d[0];
	short_seed.seed.len--;
	assert_int_equal(vault_code_doctor(vault, &short_seed, 1, "123456", NOW_STEP, got), RC_MALFORMED);
	assert_true(got[0] == INT64_MIN);
	/* before 1970 there are no steps */
	assert_int_equal(vault_code_doctor(vault, d, 1, "123456", 0, got), RC_OK);
	arena_free(&a);
}

/* ---- secrets typed by hand ----------------------------------------------------------------------------------- */

static void typed_macs_differ_by_user_purpose_and_text_and_by_nothing_else(void **state)
{
	static const struct { enum typed_purpose p; int64_t user; const char *text; } each[] = {
		{TYPED_RECOVERY, 1, "0123456789ABCDEF"}, {TYPED_SLIP, 1, "0123456789ABCDEF"}, {TYPED_RECOVERY, 2, "0123456789ABCDEF"},
		{TYPED_RECOVERY, 1, "0123456789ABCDEG"}, {TYPED_RECOVERY, 1, "0123456789ABCDE"}, {TYPED_RECOVERY, 1, "1"},
	};
	enum { EACH = sizeof(each) / sizeof(each[0]) };
	unsigned char mac[EACH][32], again[32];

	(void)state;
	for (size_t i = 0; i < EACH; i++) {
		assert_int_equal(vault_typed_mac(vault, each[i].p, each[i].user, str_of(each[i].text), mac[i]), RC_OK);
		assert_int_equal(vault_typed_mac(vault, each[i].p, each[i].user, str_of(each[i].text), again), RC_OK);
		assert_memory_equal(mac[i], again, 32);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(mac[i], mac[k], 32);
	}
}

static void typed_mac_refuses_what_is_no_question(void **state)
{
	static const unsigned char zeros[32];
	unsigned char mac[32];
	char text[65];

	(void)state;
	memset(text, 'A', sizeof(text));
	assert_int_equal(vault_typed_mac(vault, TYPED_RECOVERY, 1, str_n(text, 65), mac), RC_MALFORMED);
	assert_memory_equal(mac, zeros, 32);
	assert_int_equal(vault_typed_mac(vault, TYPED_RECOVERY, 1, STR_NONE, mac), RC_MALFORMED);
	assert_int_equal(vault_typed_mac(vault, (enum typed_purpose)0, 1, S("A"), mac), RC_MALFORMED);
	assert_int_equal(vault_typed_mac(vault, (enum typed_purpose)3, 1, S("A"), mac), RC_MALFORMED);
	assert_int_equal(vault_typed_mac(vault, TYPED_SLIP, 1, str_n(text, 64), mac), RC_OK);
	assert_memory_not_equal(mac, zeros, 32);
}

/* Frames that no honest client sends. */
static void frames_of_the_doctor_and_of_typed_secrets_are_checked(void **state)
{
	union frame_ask q = {.doctor = {.head = {.op = OP_CODE_DOCTOR}, .now_step = NOW_STEP, .n = 1, .code = "123456"}};

	(void)state;
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor)), RC_OK);
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor) - 8), RC_MALFORMED);
	q.doctor.n = VAULT_DOCTOR_MAX + 1;
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor)), RC_MALFORMED);
	q.doctor.n = 0;
	q.doctor.zero = 1;
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor)), RC_MALFORMED);
	q.doctor.zero = 0;
	q.doctor.code[7] = '1';
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor)), RC_MALFORMED);
	q.doctor.code[7] = 0;
	q.doctor.now_step = -1;
	assert_int_equal(vault_frame_check(&q, sizeof(q.doctor)), RC_MALFORMED);
	q = (union frame_ask){.typed = {.head = {.op = OP_TYPED_MAC}, .purpose = TYPED_SLIP, .len = 16}};
	assert_int_equal(vault_frame_check(&q, sizeof(q.typed)), RC_OK);
	q.typed.len = TYPED_MAX + 1;
	assert_int_equal(vault_frame_check(&q, sizeof(q.typed)), RC_MALFORMED);
	q.typed.len = 0;
	assert_int_equal(vault_frame_check(&q, sizeof(q.typed)), RC_MALFORMED);
	q.typed.len = 1;
	for (uint32_t p = 0; p < 5; p++) {
		q.typed.purpose = p;
		assert_int_equal(vault_frame_check(&q, sizeof(q.typed)), p == TYPED_RECOVERY || p == TYPED_SLIP ? RC_OK : RC_MALFORMED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_names_the_device_and_the_step),
		cmocka_unit_test(a_confirmed_seed_is_never_shown_and_an_unconfirmed_one_signs_nobody_in),
		cmocka_unit_test(code_outside_the_window_is_refused),
		cmocka_unit_test(code_of_a_seed_in_another_row_is_malformed),
		cmocka_unit_test(code_without_devices_or_of_wrong_form_is_never_good),
		cmocka_unit_test(code_at_enrolment_tells_how_far_the_clock_is_off),
		cmocka_unit_test(doctor_finds_each_device_and_nothing_beyond_26_hours),
		cmocka_unit_test(doctor_says_nothing_of_seeds_that_are_not_of_their_row),
		cmocka_unit_test(doctor_refuses_what_is_no_question),
		cmocka_unit_test(typed_macs_differ_by_user_purpose_and_text_and_by_nothing_else),
		cmocka_unit_test(typed_mac_refuses_what_is_no_question),
		cmocka_unit_test(frames_of_the_doctor_and_of_typed_secrets_are_checked),
	};

	return cmocka_run_group_tests(tests, vault_setup, vault_teardown);
}
