#include "web/captcha_picture.h"

#include <math.h>
#include <png.h>
#include <string.h>

#include "base/buf.h"
#include "base/codec.h"
#include "captcha_glyphs.h"

enum {
	WIDTH = CAPTCHA_PICTURE_WIDTH, HEIGHT = CAPTCHA_PICTURE_HEIGHT, DIGITS_MAX = 8, LINES = 2, PNG_MAX = 16 * 1024,
	NOISE_MAX = 64, /* bytes of noise that count */
};

/* ---- chance ------------------------------------------------------------------------------------------------ */

void dice_init(struct dice *d, struct str noise, const char *what)
{
	unsigned char text[NOISE_MAX + 16] = {0};
	size_t n = noise.len < NOISE_MAX ? noise.len : NOISE_MAX, name = strlen(what);

	*d = (struct dice){0};
	if (n)
		memcpy(text, noise.ptr, n);
	memcpy(text + n, what, name < 16 ? name : 16);
	sha256(str_n(text, sizeof(text)), d->seed);
}

unsigned char dice_byte(struct dice *d)
{
	unsigned char text[sizeof(d->seed) + sizeof(d->blocks)];

	if (d->left == 0) {
		d->blocks++;
		memcpy(text, d->seed, sizeof(d->seed));
		memcpy(text + sizeof(d->seed), &d->blocks, sizeof(d->blocks));
		sha256(str_n(text, sizeof(text)), d->now);
		d->left = sizeof(d->now);
	}
	return d->now[--d->left];
}

int dice_between(struct dice *d, int least, int most)
{
	uint32_t n = ((uint32_t)dice_byte(d) << 16) | ((uint32_t)dice_byte(d) << 8) | dice_byte(d);

	return least + (int)(n % (uint32_t)(most - least + 1));
}

static double between(struct dice *d, double least, double most)
{
	return least + (most - least) * dice_between(d, 0, 1 << 20) / (1 << 20);
}

/* ---- what is drawn ------------------------------------------------------------------------------------------ */

struct mark {                            /* one digit */
	const struct captcha_glyph *glyph;
	double x, y, cos, sin;           /* its middle; its turn, divided by its size */
};
struct wave {
	double height, length, begin;
};
struct drawing {
	struct mark marks[DIGITS_MAX];
	size_t n;
	struct wave across, down, lines[LINES];
	double line_y[LINES];
};

static struct wave wave_of(struct dice *d, double least, double most, double length_least, double length_most)
{
	return (struct wave){between(d, least, most), between(d, length_least, length_most), between(d, 0, 2 * M_PI)};
}

static double wave_at(const struct wave *w, double at)
{
	return w->height * sin(2 * M_PI * at / w->length + w->begin);
}

static void draw_plan(struct drawing *p, struct str digits, struct dice *d)
{
	double step = (WIDTH - 24.0) / (double)digits.len;

	p->n = digits.len;
	for (size_t i = 0; i < digits.len; i++) {
		double size = between(d, 0.92, 1.18), turn = between(d, -0.38, 0.38);
		struct mark *m = &p->marks[i];

		m->glyph = &captcha_glyphs[(digits.ptr[i] - '0') + 10 * dice_between(d, 0, CAPTCHA_FACES - 1)];
		m->x = 12 + step * ((double)i + 0.5) + between(d, -4, 4);
		m->y = HEIGHT / 2.0 + between(d, -5, 5);
		m->cos = cos(turn) / size;
		m->sin = sin(turn) / size;
	}
	p->across = wave_of(d, 1.5, 3, 50, 90);
	p->down = wave_of(d, 2, 4, 70, 130);
	for (int i = 0; i < LINES; i++) {
		p->lines[i] = wave_of(d, 6, 14, 90, 200);
		p->line_y[i] = HEIGHT * (i + 1) / (LINES + 1.0) + between(d, -5, 5);
	}
}

/* 0 to 255 of ink at a place of the glyph, between its pixels. */
static double glyph_ink(const struct captcha_glyph *g, double x, double y)
{
	int left = (int)floor(x), top = (int)floor(y);
	double fx = x - left, fy = y - top, ink = 0;

	for (int dy = 0; dy < 2; dy++)
		for (int dx = 0; dx < 2; dx++) {
			int gx = left + dx, gy = top + dy;

			if (gx < 0 || gy < 0 || gx >= g->width || gy >= g->height)
				continue;
			ink += g->ink[gy * g->width + gx] * (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy);
		}
	return ink;
}

static double ink_at(const struct drawing *p, double px, double py)
{
	double x = px + wave_at(&p->across, py), y = py + wave_at(&p->down, px), most = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct mark *m = &p->marks[i];
		double dx = x - m->x, dy = y - m->y;
		double ink = glyph_ink(m->glyph, dx * m->cos + dy * m->sin + m->glyph->width / 2.0,
		                       dy * m->cos - dx * m->sin + m->glyph->height / 2.0);

		most = ink > most ? ink : most;
	}
	for (int i = 0; i < LINES; i++) {
		double off = fabs(py - p->line_y[i] - wave_at(&p->lines[i], px)), ink = off < 0.6 ? 255 : off < 1.6 ? 255 * (1.6 - off) : 0;

		most = ink > most ? ink : most;
	}
	return most;
}

/* ---- PNG ----------------------------------------------------------------------------------------------------- */

static void on_write(png_structp png, png_bytep bytes, png_size_t n)
{
	buf_add(png_get_io_ptr(png), str_n(bytes, n));
}

static void on_flush(png_structp png)
{
	(void)png;
}

/* `shades` are 0 (black) to 3 (white), a byte each. */
static bool png_of(const unsigned char *shades, struct buf *out)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (info == NULL || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return false;
	}
	png_set_write_fn(png, out, on_write, on_flush);
	png_set_IHDR(png, info, WIDTH, HEIGHT, 2, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	             PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 9);
	png_set_filter(png, 0, PNG_FILTER_NONE);
	png_write_info(png, info);
	png_set_packing(png);
	for (int y = 0; y < HEIGHT; y++)
		png_write_row(png, shades + (size_t)y * WIDTH);
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return true;
}

enum rc captcha_picture(struct arena *a, struct str digits, struct str noise, struct str *png)
{
	unsigned char *shades = arena_alloc(a, (size_t)WIDTH * HEIGHT);
	struct drawing plan = {0};
	struct dice d;
	struct buf b;

	*png = STR_NONE;
	if (digits.len == 0 || digits.len > DIGITS_MAX)
		return RC_MALFORMED;
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return RC_MALFORMED;
	dice_init(&d, noise, "picture");
	draw_plan(&plan, digits, &d);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			shades[y * WIDTH + x] = (unsigned char)(3 - (int)(ink_at(&plan, x, y) * 3 / 255 + 0.5));
	buf_init(&b, a, 4096, PNG_MAX);
	if (!png_of(shades, &b) || !buf_ok(&b))
		return RC_FAULT;
	*png = buf_str(&b);
	return RC_OK;
}
