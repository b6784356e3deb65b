#include "web/qr.h"

#include <png.h>
#include <qrencode.h>
#include <string.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/secret.h"

enum { QUIET = 4, PNG_MAX = 64 * 1024, TEXT_MAX = 1024 };

static void on_write(png_structp png, png_bytep bytes, png_size_t n)
{
	buf_add(png_get_io_ptr(png), str_n(bytes, n));
}

static void on_flush(png_structp png)
{
	(void)png;
}

/* A 0 bit is dark. */
static void row_fill(unsigned char *row, size_t bytes, const QRcode *code, int y)
{
	memset(row, 0xff, bytes);
	if (y < 0 || y >= code->width)
		return;
	for (int x = 0; x < code->width; x++) {
		int at = x + QUIET;

		if (code->data[y * code->width + x] & 1)
			row[at / 8] = (unsigned char)(row[at / 8] & ~(0x80 >> (at % 8)));
	}
}

static bool picture(struct arena *a, const QRcode *code, struct buf *out)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	int side = code->width + 2 * QUIET;
	size_t bytes = ((size_t)side + 7) / 8;
	unsigned char *row = arena_alloc(a, bytes);

	if (info == NULL || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return false;
	}
	png_set_write_fn(png, out, on_write, on_flush);
	png_set_IHDR(png, info, (png_uint_32)side, (png_uint_32)side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
	             PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 9);
	png_set_filter(png, 0, PNG_FILTER_NONE);
	png_write_info(png, info);
	for (int y = -QUIET; y < code->width + QUIET; y++) {
		row_fill(row, bytes, code, y);
		png_write_row(png, row);
	}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	return true;
}

enum rc qr_png(struct arena *a, struct str text, struct str *out)
{
	struct buf b;

	*out = STR_NONE;
	if (text.len == 0 || text.len > TEXT_MAX)
		return RC_MALFORMED;
	QRcode *code = QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
	if (code == NULL)
		return RC_FAULT;
	buf_init(&b, a, 2048, PNG_MAX);
	bool made = picture(a, code, &b) && buf_ok(&b);
	/* The modules are the secret in another shape. */
	explicit_bzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
	wipe_freed(text.len); /* its copy of the text */
	if (!made)
		return RC_FAULT;
	*out = buf_str(&b);
	return RC_OK;
}

enum rc qr_data(struct arena *a, struct str text, struct str *out)
{
	struct str png, b64;
	enum rc rc = qr_png(a, text, &png);

	*out = STR_NONE;
	if (rc != RC_OK)
		return rc;
	b64 = base64_encode(a, png);
	*out = arena_printf(a, "data:image/png;base64,%.*s", STR_ARG(b64));
	return RC_OK;
}
