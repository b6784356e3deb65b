#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"
#include "web/captcha_picture.h"
#include "web/captcha_sound.h"

enum { PICTURE_MOST = 3 * 1024, PIXELS = CAPTCHA_PICTURE_WIDTH * CAPTCHA_PICTURE_HEIGHT };

static void read_back(struct str png, unsigned char shades[PIXELS])
{
	png_image image = {.version = PNG_IMAGE_VERSION};

	assert_true(png_image_begin_read_from_memory(&image, png.ptr, png.len));
	assert_int_equal(image.width, CAPTCHA_PICTURE_WIDTH);
	assert_int_equal(image.height, CAPTCHA_PICTURE_HEIGHT);
	image.format = PNG_FORMAT_GRAY;
	assert_true(png_image_finish_read(&image, NULL, shades, 0, NULL));
}

static size_t differing(const unsigned char *one, const unsigned char *two)
{
	size_t n = 0;

	for (int i = 0; i < PIXELS; i++)
		n += one[i] != two[i];
	return n;
}

/* CAPTCHA_OUT=FOLDER keeps what was drawn, for looking at. */
static void keep(const char *name, unsigned i, struct str bytes)
{
	const char *folder = getenv("CAPTCHA_OUT");
	char path[4096];
	FILE *f;

	if (!folder)
		return;
	snprintf(path, sizeof(path), "%s/%u.%s", folder, i, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	fclose(f);
}

static void a_picture_is_small_and_dark_on_white(void **state)
{
	struct arena *a = test_arena();
	unsigned char shades[PIXELS];

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		struct str png, digits = arena_printf(a, "%05u", i * 7919 % 100000);
		size_t dark = 0, white = 0;

		assert_int_equal(captcha_picture(a, digits, arena_printf(a, "noise %u", i), &png), RC_OK);
		if (i < 12)
			keep("png", i, png);
		assert_in_range(png.len, 400, PICTURE_MOST);
		read_back(png, shades);
		for (int k = 0; k < PIXELS; k++) {
			dark += shades[k] < 64;
			white += shades[k] == 255;
		}
		assert_in_range(dark, PIXELS / 20, PIXELS / 3);
		assert_true(white > PIXELS / 2);
	}
	arena_free(&a);
}

static void a_picture_hangs_on_its_digits_and_its_noise_alone(void **state)
{
	struct arena *a = test_arena();
	unsigned char one[PIXELS], two[PIXELS];
	struct str first, again;

	(void)state;
	assert_int_equal(captcha_picture(a, S("12345"), S("a"), &first), RC_OK);
	assert_int_equal(captcha_picture(a, S("12345"), S("a"), &again), RC_OK);
	assert_true(str_eq(first, again));
	read_back(first, one);
	assert_int_equal(captcha_picture(a, S("12345"), S("b"), &again), RC_OK);
	read_back(again, two);
	assert_true(differing(one, two) > PIXELS / 20);
	assert_int_equal(captcha_picture(a, S("12346"), S("a"), &again), RC_OK);
	read_back(again, two);
	assert_true(differing(one, two) > 50);
	arena_free(&a);
}

static void a_sound_is_a_bounded_wav_of_a_few_seconds_in_both_languages(void **state)
{
	struct arena *a = test_arena();
	struct str id, en, again;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		struct str digits = arena_printf(a, "%u%u%u%u%u", i, i, i, i, i);

		assert_int_equal(captcha_sound(a, LANG_ID, digits, S("n"), &id), RC_OK);
		assert_int_equal(captcha_sound(a, LANG_EN, digits, S("n"), &en), RC_OK);
		keep("id.wav", i, id);
		keep("en.wav", i, en);
		assert_in_range(id.len, 3 * 8000, CAPTCHA_SOUND_MAX);
		assert_in_range(en.len, 3 * 8000, CAPTCHA_SOUND_MAX);
		assert_memory_equal(id.ptr, "RIFF", 4);
		assert_memory_equal(id.ptr + 8, "WAVEfmt ", 8);
		assert_int_equal((unsigned char)id.ptr[40] | (unsigned char)id.ptr[41] << 8 | (unsigned char)id.ptr[42] << 16, id.len - 44);
		assert_false(str_eq(id, en));
	}
	assert_int_equal(captcha_sound(a, LANG_EN, S("99999"), S("n"), &again), RC_OK);
	assert_true(str_eq(en, again));
	assert_int_equal(captcha_sound(a, LANG_EN, S("99999"), S("m"), &again), RC_OK);
	assert_false(str_eq(en, again));
	arena_free(&a);
}

static void what_is_no_digit_is_neither_drawn_nor_spoken(void **state)
{
	static const char *const bad[] = {"", "1234a", "/1234", ":1234", "123456789", "-1234"};
	struct arena *a = test_arena();
	struct str out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(captcha_picture(a, str_of(bad[i]), S("n"), &out), RC_MALFORMED);
		assert_null(out.ptr);
		assert_int_equal(captcha_sound(a, LANG_ID, str_of(bad[i]), S("n"), &out), RC_MALFORMED);
		assert_null(out.ptr);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_is_small_and_dark_on_white),
		cmocka_unit_test(a_picture_hangs_on_its_digits_and_its_noise_alone),
		cmocka_unit_test(a_sound_is_a_bounded_wav_of_a_few_seconds_in_both_languages),
		cmocka_unit_test(what_is_no_digit_is_neither_drawn_nor_spoken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
