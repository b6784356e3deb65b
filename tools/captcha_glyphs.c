/*
 * captcha_glyphs FOLDER > captcha_glyphs.h: the ten digits of three faces as grey pictures, for src/web/captcha_picture.c.
 * Run by the build; the server itself knows no font.
 */
#include <ft2build.h>
#include FT_FREETYPE_H
#include <stdio.h>

enum { FACES = 3, PIXELS = 54 };

static const char *const names[FACES] = {"DejaVuSans-Bold.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSansMono-Bold.ttf"};

static void glyph_write(const FT_Bitmap *b, int number)
{
	printf("static const unsigned char captcha_ink_%d[] = {", number);
	for (unsigned y = 0; y < b->rows; y++)
		for (unsigned x = 0; x < b->width; x++)
			printf("%d,", b->buffer[(int)y * b->pitch + (int)x]);
	printf("};\n");
}

static int face_write(FT_Library library, const char *folder, int at, unsigned sizes[10][2])
{
	char path[4096];
	FT_Face face;

	snprintf(path, sizeof(path), "%s/%s", folder, names[at]);
	if (FT_New_Face(library, path, 0, &face)) {
		fprintf(stderr, "captcha_glyphs: %s: cannot be read (Debian: fonts-dejavu-core)\n", path);
		return 1;
	}
	if (FT_Set_Pixel_Sizes(face, 0, PIXELS))
		return 1;
	for (int digit = 0; digit < 10; digit++) {
		if (FT_Load_Char(face, (FT_ULong)('0' + digit), FT_LOAD_RENDER))
			return 1;
		glyph_write(&face->glyph->bitmap, at * 10 + digit);
		sizes[digit][0] = face->glyph->bitmap.width;
		sizes[digit][1] = face->glyph->bitmap.rows;
	}
	FT_Done_Face(face);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned sizes[FACES][10][2];
	FT_Library library;

	if (argc != 2 || FT_Init_FreeType(&library))
		return 2;
	printf("enum { CAPTCHA_FACES = %d };\nstruct captcha_glyph { int width, height; const unsigned char *ink; };\n", FACES);
	for (int i = 0; i < FACES; i++)
		if (face_write(library, argv[1], i, sizes[i]))
			return 1;
	printf("static const struct captcha_glyph captcha_glyphs[] = {\n");
	for (int i = 0; i < FACES * 10; i++)
		printf("\t{%u, %u, captcha_ink_%d},\n", sizes[i / 10][i % 10][0], sizes[i / 10][i % 10][1], i);
	printf("};\n");
	FT_Done_FreeType(library);
	return 0;
}
