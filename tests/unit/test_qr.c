#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/otpauth.h"
#include "test.h"
#include "web/qr.h"

/* Eight pixels a module, as a PGM: what a camera would see. Returns false when libpng cannot read the picture. */
static bool enlarge(struct arena *a, struct str png, FILE *to)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	unsigned char *grey;

	if (!png_image_begin_read_from_memory(&image, png.ptr, png.len))
		return false;
	image.format = PNG_FORMAT_GRAY;
	grey = arena_alloc(a, PNG_IMAGE_SIZE(image));
	if (!png_image_finish_read(&image, NULL, grey, 0, NULL))
		return false;
	fprintf(to, "P5 %u %u 255\n", image.width * 8, image.height * 8);
	for (unsigned y = 0; y < image.height * 8; y++)
		for (unsigned x = 0; x < image.width * 8; x++)
			fputc(grey[(y / 8) * image.width + x / 8], to);
	return true;
}

static void a_foreign_reader_reads_the_address_back(void **state)
{
	struct arena *a = test_arena();
	struct str uri = otpauth_uri(a, S("SPSE Kementerian PUPR"), S("penyedia1"), 3, S("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
	char name[] = "/tmp/qr-XXXXXX", command[128], line[1024] = "";
	struct str png;
	FILE *f = fdopen(mkstemp(name), "wb"), *reader;

	(void)state;
	assert_int_equal(qr_png(a, uri, &png), RC_OK);
	assert_true(enlarge(a, png, f));
	fclose(f);
	snprintf(command, sizeof(command), "zbarimg --raw -q %s 2>/dev/null", name);
	reader = popen(command, "r");
	if (fgets(line, sizeof(line), reader))
		line[strcspn(line, "\n")] = 0;
	pclose(reader);
	remove(name);
	assert_str(str_of(line), arena_cstr(a, uri));
	arena_free(&a);
}

static void the_picture_is_one_bit_and_small(void **state)
{
	struct arena *a = test_arena();
	struct str uri = otpauth_uri(a, S("LPSE Kementerian Contoh"), S("penyedia1"), 3, S("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
	struct str png, data;

	(void)state;
	assert_int_equal(qr_png(a, uri, &png), RC_OK);
	assert_memory_equal(png.ptr, "\x89PNG\r\n\x1a\n", 8);
	assert_int_equal(png.ptr[24], 1); /* bit depth */
	assert_int_equal(png.ptr[25], 0); /* grey */
	assert_true(png.len < 800);
	assert_int_equal(qr_data(a, uri, &data), RC_OK);
	assert_true(str_starts(data, S("data:image/png;base64,iVBORw0KGgo")));
	assert_true(data.len < 1100);
	arena_free(&a);
}

static void the_quiet_zone_is_four_modules(void **state)
{
	struct arena *a = test_arena();
	struct str png;

	(void)state;
	/* Level M, 14 bytes: version 1, 21 modules, and four on each side. */
	assert_int_equal(qr_png(a, S("01234567890123"), &png), RC_OK);
	assert_int_equal((unsigned char)png.ptr[19], 21 + 8);
	assert_int_equal((unsigned char)png.ptr[23], 21 + 8);
	arena_free(&a);
}

static void nothing_and_too_much_are_refused(void **state)
{
	struct arena *a = test_arena();
	char *big = arena_alloc(a, 5000);
	struct str out;

	(void)state;
	memset(big, 'x', 5000);
	assert_int_equal(qr_data(a, STR_NONE, &out), RC_MALFORMED);
	assert_null(out.ptr);
	assert_int_equal(qr_data(a, str_n(big, 5000), &out), RC_MALFORMED);
	assert_null(out.ptr);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_foreign_reader_reads_the_address_back),
		cmocka_unit_test(the_picture_is_one_bit_and_small),
		cmocka_unit_test(the_quiet_zone_is_four_modules),
		cmocka_unit_test(nothing_and_too_much_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
