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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_names_the_device_and_the_step),
		cmocka_unit_test(a_confirmed_seed_is_never_shown_and_an_unconfirmed_one_signs_nobody_in),
		cmocka_unit_test(code_outside_the_window_is_refused),
		cmocka_unit_test(code_of_a_seed_in_another_row_is_malformed),
		cmocka_unit_test(code_without_devices_or_of_wrong_form_is_never_good),
		cmocka_unit_test(code_at_enrolment_tells_how_far_the_clock_is_off),
	};

	return cmocka_run_group_tests(tests, vault_setup, vault_teardown);
}
