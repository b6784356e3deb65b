#include "web/brand.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "pages.h"

struct rgb {
	int c[3];
};

static const struct rgb white = {{255, 255, 255}}, black = {{0, 0, 0}}, ink_dark = {{11, 26, 40}}, page_dark = {{20, 24, 28}};

static double linear(int byte)
{
	double v = byte / 255.0;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct rgb x)
{
	return 0.2126 * linear(x.c[0]) + 0.7152 * linear(x.c[1]) + 0.0722 * linear(x.c[2]);
}

static double contrast(struct rgb a, struct rgb b)
{
	double x = luminance(a), y = luminance(b);

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static struct rgb mix(struct rgb from, struct rgb to, int percent)
{
	struct rgb out;

	for (int i = 0; i < 3; i++)
		out.c[i] = (int)lround(from.c[i] + (to.c[i] - from.c[i]) * percent / 100.0);
	return out;
}

static struct rgb ink_on(struct rgb x)
{
	return contrast(x, white) >= contrast(x, ink_dark) ? white : ink_dark;
}

static struct rgb fit(struct rgb colour, struct rgb page, struct rgb towards)
{
	for (int percent = 0; percent < 100; percent += 2) {
		struct rgb m = mix(colour, towards, percent);

		if (contrast(m, page) >= 3 && contrast(m, ink_on(m)) >= 7)
			return m;
	}
	return towards;
}

static bool read_colour(struct str s, struct rgb *out)
{
	unsigned v[6];

	if ((s.len != 4 && s.len != 7) || s.ptr[0] != '#')
		return false;
	for (size_t i = 1; i < s.len; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *at = s.ptr[i] ? strchr(digits, s.ptr[i]) : NULL;
		if (at == NULL)
			return false;
		v[i - 1] = (unsigned)(at - digits) % 16;
	}
	for (int i = 0; i < 3; i++)
		out->c[i] = s.len == 4 ? (int)(v[i] * 17) : (int)(v[2 * i] * 16 + v[2 * i + 1]);
	return true;
}

static void write_colour(struct rgb x, char out[8])
{
	snprintf(out, 8, "#%02x%02x%02x", (unsigned)x.c[0] & 255, (unsigned)x.c[1] & 255, (unsigned)x.c[2] & 255);
}

enum rc brand_of(struct str colour, struct brand *out)
{
	struct rgb given, light, dark;

	memset(out, 0, sizeof(*out));
	if (!read_colour(colour, &given))
		return RC_MALFORMED;
	light = fit(given, white, black);
	dark = fit(given, page_dark, white);
	write_colour(light, out->light);
	write_colour(ink_on(light), out->light_ink);
	write_colour(dark, out->dark);
	write_colour(ink_on(dark), out->dark_ink);
	out->light_contrast = contrast(light, ink_on(light));
	out->dark_contrast = contrast(dark, ink_on(dark));
	return RC_OK;
}

static char sheets[2][16 * 1024];
static char csp[128];
struct str page_style_all, page_style_full;

/* The sheet, and the second one where both are sent; the colour comes last. */
static struct str sheet_write(char out[16 * 1024], const struct brand *b, struct str second)
{
	int n = snprintf(out, sizeof(sheets[0]), "%.*s%.*s", STR_ARG(page_style), (int)second.len, second.len ? second.ptr : "");

	if (b->light[0])
		n += snprintf(out + n, sizeof(sheets[0]) - (size_t)n, ":root{--b:%s;--bi:%s;--bd:%s;--bdi:%s}"
		              "@media (prefers-color-scheme:dark){:root{--b:%s;--bi:%s}}", b->light, b->light_ink, b->dark, b->dark_ink,
		              b->dark, b->dark_ink);
	if (n < 0 || (size_t)n >= sizeof(sheets[0]))
		panic("the style sheet is too long");
	return str_n(out, (size_t)n);
}

/* Writes 'sha256-...' and returns where it ends. */
static char *csp_hash(char *at, struct str text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char hash[33] = {0};

	sha256(text, hash);
	at += snprintf(at, sizeof(csp) / 2, "'sha256-");
	for (int i = 0; i < 33; i += 3) {
		unsigned v = (unsigned)hash[i] << 16 | (unsigned)hash[i + 1] << 8 | hash[i + 2];
		*at++ = digits[v >> 18];
		*at++ = digits[v >> 12 & 63];
		*at++ = digits[v >> 6 & 63];
		*at++ = digits[v & 63];
	}
	at[-1] = '=';
	*at++ = '\'';
	return at;
}

enum rc brand_install(struct str colour, const char **csp_source)
{
	struct brand b = {0};
	enum rc rc = colour.len ? brand_of(colour, &b) : RC_OK;

	page_style_all = sheet_write(sheets[0], &b, STR_NONE);
	page_style_full = sheet_write(sheets[1], &b, page_style_more);
	char *at = csp_hash(csp, page_style_all);
	*at++ = ' ';
	at = csp_hash(at, page_style_full);
	*at = 0;
	*csp_source = csp;
	return rc;
}
