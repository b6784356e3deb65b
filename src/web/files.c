#include "web/files.h"

#include <string.h>

const struct file *files_find(struct str path)
{
	for (size_t i = 0; i < files_count; i++)
		if (str_is(path, files_table[i].path))
			return &files_table[i];
	return NULL;
}

/* True for "0", "0.", "0.0" ... (RFC 9110 12.4.2: a weight of zero is a refusal). */
static bool weight_zero(struct str parameters)
{
	struct str rest = parameters;

	while (rest.ptr) {
		struct str value = str_trim(str_cut(&rest, ';'));
		struct str name = str_trim(str_cut(&value, '='));

		if (!str_ieq(name, S("q")))
			continue;
		value = str_trim(value);
		if (!value.len || value.ptr[0] != '0')
			return false;
		for (size_t i = 1; i < value.len; i++)
			if (value.ptr[i] != '.' && value.ptr[i] != '0')
				return false;
		return true;
	}
	return false;
}

/* Named and not refused. "*" is not taken as leave: who can read brotli says so. */
static bool accepts(struct str header, struct str coding)
{
	struct str rest = header;

	while (rest.ptr) {
		struct str parameters = str_cut(&rest, ',');
		struct str name = str_trim(str_cut(&parameters, ';'));

		if (str_ieq(name, coding))
			return !weight_zero(parameters);
	}
	return false;
}

void files_serve(const struct file *f, const struct request *r, struct reply *out)
{
	struct str accept = request_header(r, "accept-encoding");

	if (r->method != METHOD_GET && r->method != METHOD_HEAD) {
		reply_text(out, 405, S("method not allowed\n"));
		reply_header(out, "Allow", S("GET, HEAD"));
		return;
	}
	out->status = 200;
	out->fixed = f->plain;
	if (f->brotli.ptr && accepts(accept, S("br"))) {
		out->fixed = f->brotli;
		reply_header(out, "Content-Encoding", S("br"));
	} else if (f->gzip.ptr && accepts(accept, S("gzip"))) {
		out->fixed = f->gzip;
		reply_header(out, "Content-Encoding", S("gzip"));
	}
	reply_header(out, "Content-Type", str_of(f->type));
	reply_header(out, "Cache-Control", S("public, max-age=31536000, immutable"));
	reply_header(out, "Vary", S("Accept-Encoding"));
	reply_header(out, "X-Content-Type-Options", S("nosniff"));
	if (out->secure)
		reply_header(out, "Strict-Transport-Security", S("max-age=31536000"));
}
