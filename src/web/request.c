#include "web/request.h"

#include <string.h>

#include "base/codec.h"

struct str request_header(const struct request *r, const char *lower_name)
{
	struct str name = str_of(lower_name);

	for (size_t i = 0; i < r->n_headers; i++)
		if (r->headers[i].name.len == name.len && str_eq(r->headers[i].name, name))
			return r->headers[i].value;
	return STR_NONE;
}

bool request_gone(const struct request *r)
{
	return r->gone && __atomic_load_n(r->gone, __ATOMIC_RELAXED);
}

struct str request_cookie(const struct request *r, const char *name)
{
	struct str found = STR_NONE;

	for (size_t i = 0; i < r->n_headers; i++) {
		struct str value;

		if (!str_eq(r->headers[i].name, S("cookie")))
			continue;
		value = cookie_find(r->headers[i].value, str_of(name));
		if (!value.ptr)
			continue;
		if (found.ptr)
			return STR_NONE;
		found = value;
	}
	return found;
}

/* RFC 6265 4.2.1: name=value pairs behind semicolons. Quotes stay: none of ours has them. */
struct str cookie_find(struct str header, struct str name)
{
	struct str rest = header, found = STR_NONE;
	size_t n = 0;

	while (rest.ptr) {
		struct str value = str_trim(str_cut(&rest, ';'));
		struct str key = str_cut(&value, '=');

		if (++n > COOKIES_MAX)
			return STR_NONE;
		if (!value.ptr || !str_eq(str_trim(key), name))
			continue;
		if (found.ptr)
			return STR_NONE;
		found = str_trim(value);
	}
	return found;
}

/* One "name=value" decoded; both must be text. */
static enum rc pair_read(struct arena *a, struct str piece, struct pair *out)
{
	struct str value = piece, name = str_cut(&value, '=');
	enum rc rc;

	*out = (struct pair){STR_NONE, STR_NONE};
	if (!name.len)
		return RC_MALFORMED;
	rc = url_decode(a, name, true, &out->name);
	if (rc)
		return rc;
	rc = value.len ? url_decode(a, value, true, &out->value) : RC_OK;
	if (rc)
		return rc;
	if (!value.len)
		out->value = S("");
	return utf8_ok(out->name) && utf8_ok(out->value) ? RC_OK : RC_MALFORMED;
}

struct str request_query(const struct request *r, const char *name)
{
	struct str rest = r->query, found = STR_NONE;
	size_t n = 0;

	while (rest.len) {
		struct str piece = str_cut(&rest, '&');
		struct pair pair;

		if (!piece.len)
			continue;
		if (++n > FORM_FIELDS_MAX || pair_read(r->arena, piece, &pair))
			return STR_NONE;
		if (!str_is(pair.name, name))
			continue;
		if (found.ptr)
			return STR_NONE;
		found = pair.value;
	}
	return found;
}

enum rc form_read(struct arena *a, struct str body, struct form *out)
{
	struct str rest = body;

	out->n = 0;
	while (rest.len) {
		struct str piece = str_cut(&rest, '&');
		struct pair pair;

		if (!piece.len)
			continue;
		if (out->n == FORM_FIELDS_MAX || pair_read(a, piece, &pair))
			goto malformed;
		for (size_t i = 0; i < out->n; i++)
			if (str_eq(out->fields[i].name, pair.name))
				goto malformed;
		out->fields[out->n++] = pair;
	}
	return RC_OK;
malformed:
	out->n = 0;
	return RC_MALFORMED;
}

/* Browsers send no parameter; a charset of UTF-8 says nothing new and is let through. */
static bool form_type(struct str type)
{
	struct str rest = type, essence = str_trim(str_cut(&rest, ';'));

	if (!str_ieq(essence, S("application/x-www-form-urlencoded")))
		return false;
	rest = str_trim(rest);
	return !rest.len || str_ieq(rest, S("charset=utf-8"));
}

enum rc form_parse(const struct request *r, struct form *out)
{
	out->n = 0;
	if (!form_type(request_header(r, "content-type")))
		return RC_MALFORMED;
	return form_read(r->arena, r->body, out);
}

struct str form_get(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_is(f->fields[i].name, name))
			return f->fields[i].value;
	return STR_NONE;
}

bool form_has(const struct form *f, const char *name)
{
	return form_get(f, name).ptr != NULL;
}
