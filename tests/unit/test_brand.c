#include <stdio.h>

#include "base/codec.h"
#include "pages.h"
#include "test.h"
#include "web/brand.h"

static void a_colour_is_made_readable(void **state)
{
	static const struct {
		const char *given, *light, *dark;
	} cases[] = {
		{"#ffd500", "#665500", "#ffd500"}, {"#e30613", "#b1050f", "#f2878e"}, {"#00a651", "#006732", "#38ba77"},
		{"#cccccc", "#565656", "#cccccc"},
	};
	struct brand b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(brand_of(str_of(cases[i].given), &b), RC_OK);
		assert_string_equal(b.light, cases[i].light);
		assert_string_equal(b.dark, cases[i].dark);
	}
}

static void the_ink_reads_seven_to_one_on_every_colour(void **state)
{
	struct brand b;
	char colour[8];

	(void)state;
	for (unsigned r = 0; r < 256; r += 15)
		for (unsigned g = 0; g < 256; g += 15)
			for (unsigned blue = 0; blue < 256; blue += 15) {
				snprintf(colour, sizeof(colour), "#%02x%02x%02x", r, g, blue);
				assert_int_equal(brand_of(str_of(colour), &b), RC_OK);
				if (b.light_contrast < 7 || b.dark_contrast < 7)
					fail_msg("%s: %s %f, %s %f", colour, b.light, b.light_contrast, b.dark, b.dark_contrast);
			}
}

static void short_and_capital_spellings_are_colours(void **state)
{
	struct brand a, b;

	(void)state;
	assert_int_equal(brand_of(S("#FD0"), &a), RC_OK);
	assert_int_equal(brand_of(S("#ffdd00"), &b), RC_OK);
	assert_string_equal(a.light, b.light);
}

static void what_is_no_colour_is_refused(void **state)
{
	static const char *const bad[] = {"", "red", "#12345", "#12345g", "ffdd00", "#ffdd0", "#ff dd00", "#}body{"};
	struct brand b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(brand_of(str_of(bad[i]), &b), RC_MALFORMED);
}

static struct str source_of(struct arena *a, struct str sheet)
{
	unsigned char hash[32];

	sha256(sheet, hash);
	struct str b64 = base64_encode(a, str_n(hash, 32));
	return arena_printf(a, "'sha256-%.*s'", STR_ARG(b64));
}

/* What the policy names are the hashes of what pages carry (CSP Level 3 8.4). */
static void the_policy_names_the_sheets_that_are_sent(void **state)
{
	struct arena *a = test_arena();
	const char *csp;

	(void)state;
	assert_int_equal(brand_install(S("#e30613"), &csp), RC_OK);
	assert_true(str_starts(page_style_all, page_style));
	assert_true(page_style_all.len > page_style.len);
	assert_int_equal(page_style_full.len, page_style_all.len + page_style_more.len);
	struct str one = source_of(a, page_style_all), both = source_of(a, page_style_full);
	assert_str(str_of(csp), arena_cstr(a, arena_printf(a, "%.*s %.*s", STR_ARG(one), STR_ARG(both))));
	assert_int_equal(brand_install(S("no colour"), &csp), RC_MALFORMED);
	assert_int_equal(page_style_all.len, page_style.len);
	assert_int_equal(page_style_full.len, page_style.len + page_style_more.len);
	arena_free(&a);
}

static void the_sheet_fits_eight_kilobytes(void **state)
{
	const char *csp;

	(void)state;
	assert_int_equal(brand_install(S("#e30613"), &csp), RC_OK);
	assert_true(page_style_full.len <= 8192);
	assert_null(memchr(page_style_full.ptr, '<', page_style_full.len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_colour_is_made_readable),
		cmocka_unit_test(the_ink_reads_seven_to_one_on_every_colour),
		cmocka_unit_test(short_and_capital_spellings_are_colours),
		cmocka_unit_test(what_is_no_colour_is_refused),
		cmocka_unit_test(the_policy_names_the_sheets_that_are_sent),
		cmocka_unit_test(the_sheet_fits_eight_kilobytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
