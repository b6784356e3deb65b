/*
 * files: the static files that are compiled into the program: the scripts (the style sheet stands in the pages).
 *
 * Their names carry a hash of their content, so they are immutable for a year; each is kept as is, gzip
 * and brotli, and the best that Accept-Encoding allows is sent. The table is made at build time.
 */
#ifndef WEB_FILES_H
#define WEB_FILES_H

#include "web/reply.h"
#include "web/request.h"

struct file {
	const char *path;               /* "/static/app.3f9a1c2b.js" */
	const char *type;
	struct str plain, gzip, brotli; /* gzip, brotli: STR_NONE where they save nothing */
};
extern const struct file files_table[];
extern const size_t files_count;

const struct file *files_find(struct str path);
void files_serve(const struct file *f, const struct request *r, struct reply *out);

#endif
