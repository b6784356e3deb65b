#include "test.h"

#include "core/otpauth.h"

static void otpauth_uri_names_the_issuer_twice_and_the_account(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(otpauth_uri(a, S("SPSE"), S("penyedia1"), 3, S("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
	           "otpauth://totp/SPSE:penyedia1%20%233?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=SPSE"
	           "&algorithm=SHA1&digits=6&period=30");
	arena_free(&a);
}

static void otpauth_uri_writes_a_space_as_percent_20_and_never_as_plus(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(otpauth_uri(a, S("Dinas & Co: +"), S("a+b@x.id"), 1, S("AAAA")),
	           "otpauth://totp/Dinas%20%26%20Co%3A%20%2B:a%2Bb%40x.id%20%231?secret=AAAA"
	           "&issuer=Dinas%20%26%20Co%3A%20%2B&algorithm=SHA1&digits=6&period=30");
	arena_free(&a);
}

static void otpauth_label_and_account_carry_the_number_of_the_entry(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(otpauth_account(a, S("penyedia1"), 3), "penyedia1 #3");
	assert_str(otpauth_label(a, S("SPSE"), S("penyedia1"), 12), "SPSE: penyedia1 #12");
	arena_free(&a);
}

static void otpauth_groups_are_of_four_without_a_space_at_the_end(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(otpauth_groups(a, S("JBSWY3DPEHPK3PXP")), "JBSW Y3DP EHPK 3PXP");
	assert_str(otpauth_groups(a, S("JBSWY")), "JBSW Y");
	assert_str(otpauth_groups(a, S("JBSW")), "JBSW");
	assert_str(otpauth_groups(a, STR_NONE), "");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(otpauth_uri_names_the_issuer_twice_and_the_account),
		cmocka_unit_test(otpauth_uri_writes_a_space_as_percent_20_and_never_as_plus),
		cmocka_unit_test(otpauth_label_and_account_carry_the_number_of_the_entry),
		cmocka_unit_test(otpauth_groups_are_of_four_without_a_space_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
