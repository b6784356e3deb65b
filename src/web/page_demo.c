#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/auth_check.h"
#include "web/eml.h"
#include "web/frame.h"
#include "web/router.h"

enum { MAILS_SHOWN = 100, MAILS_READ = 2000, MAIL_MAX = 128 * 1024, MAIL_HEAD = 4096 };

static bool outside_demo(struct page_call *c)
{
	if (c->f->config->demo)
		return false;
	page_trouble(c, TROUBLE_NOT_FOUND);
	return true;
}

/* ---- /demo/app/: what an application behind /auth/check is told ------------------------------------------ */

void page_demo_app(struct page_call *c)
{
	struct page_demo_app_headers *rows;
	struct pair headers[AUTH_HEADERS];
	struct page_demo_app p = {.n_headers = AUTH_HEADERS};

	if (outside_demo(c))
		return;
	if (!c->who) {
		reply_see_other(c->rep, call_href(c->v.arena, "/signin", "next", S("/demo/app/")));
		return;
	}
	auth_check_headers(c->v.arena, c->who, headers);
	rows = arena_many(c->v.arena, AUTH_HEADERS, struct page_demo_app_headers);
	for (size_t i = 0; i < AUTH_HEADERS; i++)
		rows[i] = (struct page_demo_app_headers){headers[i].name, headers[i].value};
	p.headers = rows;
	p.name = c->who->user.name.len ? c->who->user.name : c->who->user.shown;
	page_demo_app_render(frame_begin(c, 200), frame_of(c), &p);
}

/* ---- /demo/mail ---------------------------------------------------------------------------------------- */

struct found {
	struct str name;
	int64_t at_s, at_ns;
};

static int newest_first(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	if (a->at_s != b->at_s)
		return a->at_s < b->at_s ? 1 : -1;
	return (a->at_ns < b->at_ns) - (a->at_ns > b->at_ns);
}

/* Letters, digits, '-', '_' and one ".eml" at the end: never a way out of the folder. */
static bool name_ok(struct str name)
{
	if (name.len < 5 || name.len > 100 || !str_ends(name, S(".eml")))
		return false;
	for (size_t i = 0; i + 4 < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

static struct str file_read(struct page_call *c, struct str name, size_t most)
{
	char *bytes = arena_alloc(c->v.arena, most);
	struct str path = arena_printf(c->v.arena, "%.*s/%.*s", STR_ARG(c->f->config->mail_dir), STR_ARG(name));
	int fd = open(arena_cstr(c->v.arena, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t n = 0;
	ssize_t got = 1;

	if (fd < 0)
		return STR_NONE;
	while (n < most && got > 0) {
		got = read(fd, bytes + n, most - n);
		if (got > 0)
			n += (size_t)got;
	}
	close(fd);
	return got < 0 ? STR_NONE : str_n(bytes, n);
}

static size_t folder_read(struct page_call *c, struct found *rows)
{
	DIR *dir = opendir(arena_cstr(c->v.arena, c->f->config->mail_dir));
	struct dirent *entry;
	size_t n = 0;

	if (!dir)
		return 0;
	while (n < MAILS_READ && (entry = readdir(dir)) != NULL) {
		struct stat st;

		if (!name_ok(str_of(entry->d_name)) || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
			continue;
		rows[n++] = (struct found){arena_str(c->v.arena, str_of(entry->d_name)), st.st_mtim.tv_sec, st.st_mtim.tv_nsec};
	}
	closedir(dir);
	qsort(rows, n, sizeof(rows[0]), newest_first);
	return n;
}

void page_demo_mail(struct page_call *c)
{
	struct page_demo_mail p = {.n_mails = 0};
	struct page_demo_mail_mails *rows;
	struct found *found;
	size_t n;

	if (outside_demo(c))
		return;
	found = arena_many(c->v.arena, MAILS_READ, struct found);
	n = folder_read(c, found);
	if (n > MAILS_SHOWN)
		n = MAILS_SHOWN;
	rows = arena_many(c->v.arena, n + 1, struct page_demo_mail_mails);
	for (size_t i = 0; i < n; i++) {
		struct eml letter;

		eml_read(c->v.arena, file_read(c, found[i].name, MAIL_HEAD), &letter);
		rows[i] = (struct page_demo_mail_mails){found[i].name, letter.subject, letter.to, letter.date};
	}
	p.mails = rows;
	p.n_mails = n;
	page_demo_mail_render(frame_begin(c, 200), frame_of(c), &p);
}

/* A line that is an address of ours becomes a link: the one act of a mail must be possible from here. */
static struct str link_in(struct page_call *c, struct str line)
{
	struct str word = str_trim(line);

	return str_starts(word, c->f->config->base_url) && !str_has(word, ' ') ? word : STR_NONE;
}

static void mail_lines(struct page_call *c, struct str text, struct page_demo_mail_one *p)
{
	enum { LINES_MAX = 200 };
	struct page_demo_mail_one_lines *rows = arena_many(c->v.arena, LINES_MAX, struct page_demo_mail_one_lines);
	size_t n = 0;

	while (text.ptr && n < LINES_MAX) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (line.len)
			rows[n++] = (struct page_demo_mail_one_lines){line, link_in(c, line)};
	}
	p->lines = rows;
	p->n_lines = n;
}

void page_demo_mail_one(struct page_call *c)
{
	struct str name = request_query(c->req, "f"), file = STR_NONE;
	struct page_demo_mail_one p = {.file = name};
	struct eml letter;

	if (outside_demo(c))
		return;
	if (name_ok(name))
		file = file_read(c, name, MAIL_MAX);
	if (!file.ptr) {
		page_trouble(c, TROUBLE_NOT_FOUND);
		return;
	}
	eml_read(c->v.arena, file, &letter);
	p.subject = letter.subject;
	p.to = letter.to;
	p.from = letter.from;
	p.date = letter.date;
	p.source = file;
	mail_lines(c, letter.text, &p);
	page_demo_mail_one_render(frame_begin(c, 200), frame_of(c), &p);
}
