#include "test.h"

#include <string.h>

#include "base/codec.h"
#include "files_sample.h"
#include "web/files.h"

static struct arena *a;

static int open_arena(void **state)
{
	(void)state;
	a = arena_new(16384, 1 << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static struct str header_of(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_is(r->headers[i].name, name))
			return r->headers[i].value;
	return STR_NONE;
}

static struct reply serve(const char *path, enum method method, const char *accept)
{
	struct pair header = {S("accept-encoding"), str_of(accept)};
	struct request r = {.arena = a, .method = method, .headers = &header, .n_headers = accept != NULL};
	const struct file *f = files_find(str_of(path));
	struct reply out;

	assert_non_null(f);
	reply_init(&out, a);
	files_serve(f, &r, &out);
	return out;
}

static void a_file_is_named_by_the_hash_of_its_content(void **state)
{
	unsigned char digest[32];

	(void)state;
	assert_int_equal(files_count, 3);
	for (size_t i = 0; i < files_count; i++) {
		struct str hex;

		sha256(files_table[i].plain, digest);
		hex = hex_encode(a, str_n(digest, 4));
		assert_non_null(strstr(files_table[i].path, arena_cstr(a, hex)));
		assert_true(files_find(str_of(files_table[i].path)) == &files_table[i]);
	}
	assert_null(files_find(S("/static/app.css")));
	assert_null(files_find(S("")));
}

static void names_for_pages_lead_to_the_files(void **state)
{
	(void)state;
	assert_string_equal(files_find(S(FILE_APP_CSS))->type, "text/css; charset=utf-8");
	assert_string_equal(files_find(S(FILE_SUB_ONE_JS))->type, "text/javascript; charset=utf-8");
	assert_true(str_starts(S(FILE_SUB_ONE_JS), S("/static/sub/one.")));
	assert_string_equal(files_find(S(FILE_DOT_PNG))->type, "image/png");
}

static void what_packing_does_not_make_smaller_is_kept_plain_only(void **state)
{
	(void)state;
	assert_non_null(files_find(S(FILE_APP_CSS))->gzip.ptr);
	assert_non_null(files_find(S(FILE_APP_CSS))->brotli.ptr);
	assert_null(files_find(S(FILE_SUB_ONE_JS))->gzip.ptr);
	assert_null(files_find(S(FILE_DOT_PNG))->brotli.ptr);
}

static void the_best_coding_that_is_accepted_is_sent(void **state)
{
	static const struct {
		const char *accept, *coding;
	} cases[] = {
		{"gzip, deflate, br", "br"}, {"br;q=1.0, gzip;q=0.5", "br"}, {"GZIP", "gzip"}, {"br;q=0, gzip", "gzip"},
		{"br; q=0.000 , gzip;q=0", NULL}, {"br;q=0.001", "br"}, {"*", NULL}, {"identity", NULL}, {"", NULL}, {NULL, NULL},
		{"brr, xgzip", NULL},
	};
	const struct file *f = files_find(S(FILE_APP_CSS));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply out = serve(FILE_APP_CSS, METHOD_GET, cases[i].accept);
		struct str coding = header_of(&out, "Content-Encoding"), body = f->plain;

		assert_true(str_eq(coding, str_of(cases[i].coding)));
		if (str_is(coding, "br"))
			body = f->brotli;
		else if (str_is(coding, "gzip"))
			body = f->gzip;
		assert_int_equal(out.status, 200);
		assert_ptr_equal(out.fixed.ptr, body.ptr);
		assert_true(str_is(header_of(&out, "Vary"), "Accept-Encoding"));
		assert_true(str_is(header_of(&out, "Cache-Control"), "public, max-age=31536000, immutable"));
		assert_true(str_is(header_of(&out, "X-Content-Type-Options"), "nosniff"));
	}
	assert_memory_equal(f->gzip.ptr, "\x1f\x8b", 2);
}

static void a_file_is_only_read(void **state)
{
	(void)state;
	assert_int_equal(serve(FILE_APP_CSS, METHOD_HEAD, NULL).status, 200);
	assert_int_equal(serve(FILE_APP_CSS, METHOD_POST, NULL).status, 405);
	assert_int_equal(serve(FILE_APP_CSS, METHOD_OTHER, NULL).status, 405);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_named_by_the_hash_of_its_content),
		cmocka_unit_test(names_for_pages_lead_to_the_files),
		cmocka_unit_test(what_packing_does_not_make_smaller_is_kept_plain_only),
		cmocka_unit_test(the_best_coding_that_is_accepted_is_sent),
		cmocka_unit_test(a_file_is_only_read),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
