#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/fd.h"
#include "base/log.h"
#include "courier/frame.h"
#include "courier/letter.h"

static char folder[] = "/tmp/test_courier_XXXXXX";

static const struct courier_job good = {
	.from = {"SPSE <noreply@spse.example>", 27}, .to = {"budi@example.id", 15}, .subject = {"Kode", 4},
	.text = {"satu\n", 5}, .html = {"<p>satu</p>\n", 12}, .id = 7, .now_s = 1795301545,
};

static struct str letter_of(struct arena *a, const struct courier_job *job)
{
	struct str out;

	assert_int_equal(letter_write(a, job, &out), RC_OK);
	assert_int_equal(strlen(arena_cstr(a, out)), out.len);
	return out;
}

static bool has(struct arena *a, struct str s, const char *what)
{
	return strstr(arena_cstr(a, s), what) != NULL;
}

/* ---- the letter ----------------------------------------------------------------------------------- */

static void letter_is_these_bytes(void **state)
{
	struct arena *a = test_arena();

	(void)state;
	assert_str(letter_of(a, &good),
	           "From: \"SPSE\"\r\n <noreply@spse.example>\r\n"
	           "To: <budi@example.id>\r\n"
	           "Subject: Kode\r\n"
	           "Date: Sat, 21 Nov 2026 22:52:25 +0000\r\n"
	           "Message-ID: <7.gerbang@spse.example>\r\n"
	           "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	           "Content-Type: multipart/alternative; boundary=\"=_gerbang_7\"\r\n\r\n"
	           "--=_gerbang_7\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	           "Content-Transfer-Encoding: quoted-printable\r\n\r\nsatu\r\n\r\n"
	           "--=_gerbang_7\r\nContent-Type: text/html; charset=UTF-8\r\n"
	           "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>satu</p>\r\n\r\n"
	           "--=_gerbang_7--\r\n");
	arena_free(&a);
}

/* Not by printf: there may be a NUL in it. */
static struct str before(struct arena *a, struct str s, const char *tail)
{
	struct buf b;

	buf_init(&b, a, 64, 64);
	buf_add(&b, s);
	buf_lit(&b, tail);
	return buf_str(&b);
}

static void letter_refuses_a_header_that_ends_its_line(void **state)
{
	static const struct str evil[] = {{"a\r\nBcc: x@y.z", 13}, {"a\nBcc: x@y.z", 12}, {"a\rb", 3}, {"a\0b", 3},
	                                  {"a\x1b[1m", 5}, {"a\x7f", 2}, {"\xff", 1}, {"a\xc2\x85" "b", 4}};
	struct arena *a = test_arena();
	struct str out;

	(void)state;
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
		struct courier_job job = good;

		job.subject = evil[i];
		assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
		assert_null(out.ptr);
		job = good;
		job.to = before(a, evil[i], "@x.id");
		assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
		job = good;
		job.from = before(a, evil[i], " <a@x.id>");
		assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
	}
	arena_free(&a);
}

static void letter_has_exactly_one_recipient(void **state)
{
	static const char *const bad[] = {"", "a", "@", "a@", "@b", "a@b@c", "a@b, c@d", "a@b;c@d", "a b@c", "<a@b",
	                                  "a@b>", "x <a@b", "x <a@b> y", "x <a@b>, <c@d>", "\"x\" <a@b,c@d>", "gr: a@b;",
	                                  "x\" <a@b>", "budi@ex\xc3\xa4mple.id", "a(b)@c", "<>"};
	struct arena *a = test_arena();
	struct courier_job job = good;
	struct str out;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		job.to = str_of(bad[i]);
		if (letter_write(a, &job, &out) != RC_MALFORMED)
			fail_msg("took \"%s\"", bad[i]);
	}
	job.to = S("Budi <budi@example.id>");
	assert_true(has(a, letter_of(a, &job), "\r\nTo: \"Budi\"\r\n <budi@example.id>\r\n"));
	arena_free(&a);
}

static struct str long_subject(struct arena *a, int horses)
{
	struct buf b;

	buf_init(&b, a, 64, COURIER_HEADER_MAX);
	while (horses--)
		buf_lit(&b, "\xf0\x9f\x90\x8e");
	return buf_str(&b);
}

static void letter_encodes_words_that_are_not_plain_ascii(void **state)
{
	struct arena *a = test_arena();
	struct courier_job job = good;
	int words = 0;

	(void)state;
	job.subject = S("Kode \xe2\x80\x94 masuk");
	assert_true(has(a, letter_of(a, &job), "\r\nSubject: =?UTF-8?B?S29kZSDigJQgbWFzdWs=?=\r\n"));
	job.subject = S("=?UTF-8?Q?x?=");
	assert_false(has(a, letter_of(a, &job), "Subject: =?UTF-8?Q?x?="));
	/* every word is whole: 38 horses of four bytes, and one that would begin in the middle begins otherwise */
	job.subject = long_subject(a, 38);
	for (const char *p = arena_cstr(a, letter_of(a, &job)); (p = strstr(p, "=?UTF-8?B?")); p++, words++)
		assert_memory_equal(p + 10, "8J+Qj", 5);
	assert_int_equal(words, 5);
	arena_free(&a);
}

static void letter_lines_are_short_and_seven_bit(void **state)
{
	struct arena *a = test_arena();
	struct courier_job job = good;
	struct buf b;
	struct str letter;
	size_t column = 0;

	(void)state;
	buf_init(&b, a, 4096, 64 * 1024);
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "kata%d \xf0\x9f\x90\x8e=\t", i);
	job.text = job.html = buf_str(&b);
	job.subject = str_n(buf_str(&b).ptr, 600);
	while (!utf8_ok(job.subject))
		job.subject.len--;
	/* a tab is a control byte in a header */
	assert_int_equal(letter_write(a, &job, &letter), RC_MALFORMED);
	job.subject = S("panjang panjang panjang \xf0\x9f\x90\x8e\xf0\x9f\x90\x8e\xf0\x9f\x90\x8e\xf0\x9f\x90\x8e "
	                "panjang panjang panjang panjang panjang panjang panjang panjang panjang panjang panjang");
	letter = letter_of(a, &job);
	for (size_t i = 0; i < letter.len; i++) {
		assert_true((unsigned char)letter.ptr[i] < 0x7f);
		column = letter.ptr[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 77); /* 76 and the CR */
		assert_true(letter.ptr[i] != '\n' || letter.ptr[i - 1] == '\r');
		assert_true(letter.ptr[i] != '\r' || letter.ptr[i + 1] == '\n');
	}
	arena_free(&a);
}

/* Mail servers may cut white space off the end of a line; a mail parser on one machine does not show it. */
static void letter_guards_spaces_at_the_end_of_a_line(void **state)
{
	struct arena *a = test_arena();
	struct courier_job job = good;

	(void)state;
	job.text = S("a \nb\t\r\nc d\n ");
	assert_true(has(a, letter_of(a, &job), "\r\n\r\na=20\r\nb=09\r\nc d\r\n=20\r\n"));
	arena_free(&a);
}

static void letter_has_greatest_lengths(void **state)
{
	struct arena *a = arena_new(4096, 64 << 20);
	struct courier_job job = good;
	char *big = arena_alloc(a, COURIER_HTML_MAX + 1);
	struct str out;

	(void)state;
	memset(big, '=', COURIER_HTML_MAX + 1);
	job.text = str_n(big, COURIER_TEXT_MAX);
	job.html = str_n(big, COURIER_HTML_MAX);
	letter_of(a, &job);
	job.html.len++;
	assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
	job.html.len--;
	job.text.len++;
	assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
	job = good;
	memset(big, 'x', COURIER_HEADER_MAX + 1);
	job.subject = str_n(big, COURIER_HEADER_MAX);
	letter_of(a, &job);
	job.subject.len++;
	assert_int_equal(letter_write(a, &job, &out), RC_MALFORMED);
	arena_free(&a);
}

/* ---- the process ---------------------------------------------------------------------------------- */

struct running {
	int control; /* our end, the supervisor's */
	pid_t pid;
	struct courier *courier;
};

/* Forks a courier and hands its socket to whoever holds the other end of `control`. */
static pid_t courier_fork(int control, const char *mail_dir)
{
	int pair[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(pair[0]);
		log_level_set(LOG_ERROR - 1);
		_exit(courier_process(pair[1], mail_dir));
	}
	assert_int_equal(fd_give(control, pair[0]), RC_OK);
	close(pair[0]);
	close(pair[1]);
	return pid;
}

static struct running courier_run(const char *mail_dir)
{
	struct running r;
	int control[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
	r.control = control[1];
	r.pid = courier_fork(r.control, mail_dir);
	assert_int_equal(courier_connect(control[0], &r.courier), RC_OK);
	return r;
}

static int courier_end(struct running *r)
{
	int status = -1;

	courier_close(&r->courier);
	close(r->control);
	assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct str file_of(struct arena *a, const char *name, struct stat *st)
{
	char path[128], *text;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, st), 0);
	text = arena_alloc(a, (size_t)st->st_size);
	assert_int_equal(fd_read_all(fd, text, (size_t)st->st_size), RC_OK);
	close(fd);
	return str_n(text, (size_t)st->st_size);
}

static int files_in_folder(void)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static void mail_is_one_whole_file_named_by_its_id(void **state)
{
	struct arena *a = test_arena();
	struct running r = courier_run(folder);
	struct courier_answer answer;
	struct stat st;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(courier_send(r.courier, a, &good, &answer), RC_OK);
		assert_true(answer.accepted);
		assert_str(answer.words, "written to 7.eml");
	}
	assert_int_equal(files_in_folder(), 1);
	assert_true(str_eq(file_of(a, "7.eml", &st), letter_of(a, &good)));
	assert_int_equal(st.st_mode & 07, 0);
	assert_int_equal(courier_end(&r), 0);
	arena_free(&a);
}

static void mail_that_is_malformed_does_not_travel(void **state)
{
	struct arena *a = test_arena();
	struct running r = courier_run(folder);
	struct courier_job job = good;
	struct courier_answer answer;

	(void)state;
	job.subject = S("a\r\nBcc: x@y.z");
	assert_int_equal(courier_send(r.courier, a, &job, &answer), RC_MALFORMED);
	assert_false(answer.accepted);
	assert_int_equal(courier_send(r.courier, a, &good, &answer), RC_OK);
	assert_true(answer.accepted);
	assert_int_equal(courier_end(&r), 0);
	arena_free(&a);
}

static void mail_without_transport_is_answered_so(void **state)
{
	struct arena *a = test_arena();
	struct running r = courier_run(NULL);
	struct courier_answer answer;

	(void)state;
	assert_int_equal(courier_send(r.courier, a, &good, &answer), RC_OK);
	assert_false(answer.accepted);
	assert_false(answer.again);
	assert_str(answer.words, "no transport");
	assert_int_equal(courier_end(&r), 0);
	arena_free(&a);
}

/* Where the letter would go stands a folder: rename fails, for root too. */
static void mail_that_cannot_be_written_is_worth_another_try(void **state)
{
	struct arena *a = test_arena();
	struct running r = courier_run(folder);
	struct courier_job job = good;
	struct courier_answer answer;
	char path[128];
	int before = files_in_folder();

	(void)state;
	job.id = 8;
	snprintf(path, sizeof(path), "%s/8.eml", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(courier_send(r.courier, a, &job, &answer), RC_OK);
	assert_false(answer.accepted);
	assert_true(answer.again);
	assert_true(str_starts(answer.words, S("the mail folder cannot be written")));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(files_in_folder(), before); /* no half letter stays */
	assert_int_equal(courier_send(r.courier, a, &job, &answer), RC_OK);
	assert_true(answer.accepted);
	assert_int_equal(courier_end(&r), 0);
	arena_free(&a);
}

static void courier_that_died_is_replaced(void **state)
{
	struct arena *a = test_arena();
	struct running r = courier_run(folder);
	struct courier_answer answer;
	int status;

	(void)state;
	assert_int_equal(kill(r.pid, SIGKILL), 0);
	assert_int_equal(waitpid(r.pid, &status, 0), r.pid);
	r.pid = courier_fork(r.control, folder);
	assert_int_equal(courier_send(r.courier, a, &good, &answer), RC_OK);
	assert_true(answer.accepted);
	/* nobody left, and nobody who brings another */
	assert_int_equal(kill(r.pid, SIGKILL), 0);
	assert_int_equal(waitpid(r.pid, &status, 0), r.pid);
	close(r.control);
	assert_int_equal(courier_send(r.courier, a, &good, &answer), RC_FAULT);
	assert_false(answer.accepted);
	courier_close(&r.courier);
	arena_free(&a);
}

static void courier_ends_on_a_frame_that_no_client_sends(void **state)
{
	static const struct courier_ask bad[] = {
		{.version = 9}, {.version = COURIER_VERSION, .text = COURIER_TEXT_MAX + 1},
		{.version = COURIER_VERSION, .from = COURIER_HEADER_MAX + 1}, {.version = COURIER_VERSION, .id = -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int control[2], sock, status;
		char byte;
		pid_t pid;

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
		pid = courier_fork(control[1], folder);
		assert_int_equal(fd_take(control[0], &sock), RC_OK);
		assert_int_equal(fd_write_all(sock, &bad[i], sizeof(bad[i])), RC_OK);
		assert_int_equal(read(sock, &byte, 1), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), 1);
		close(sock);
		close(control[0]);
		close(control[1]);
	}
}

static void courier_without_its_folder_ends_with_78(void **state)
{
	int control[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
	pid = courier_fork(control[1], "/nonexistent/mail");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 78);
	close(control[0]);
	close(control[1]);
}

static int group_setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int group_teardown(void **state)
{
	char path[128];

	(void)state;
	for (int i = 7; i <= 8; i++) {
		snprintf(path, sizeof(path), "%s/%d.eml", folder, i);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letter_is_these_bytes),
		cmocka_unit_test(letter_refuses_a_header_that_ends_its_line),
		cmocka_unit_test(letter_has_exactly_one_recipient),
		cmocka_unit_test(letter_encodes_words_that_are_not_plain_ascii),
		cmocka_unit_test(letter_lines_are_short_and_seven_bit),
		cmocka_unit_test(letter_guards_spaces_at_the_end_of_a_line),
		cmocka_unit_test(letter_has_greatest_lengths),
		cmocka_unit_test(mail_is_one_whole_file_named_by_its_id),
		cmocka_unit_test(mail_that_is_malformed_does_not_travel),
		cmocka_unit_test(mail_without_transport_is_answered_so),
		cmocka_unit_test(mail_that_cannot_be_written_is_worth_another_try),
		cmocka_unit_test(courier_that_died_is_replaced),
		cmocka_unit_test(courier_ends_on_a_frame_that_no_client_sends),
		cmocka_unit_test(courier_without_its_folder_ends_with_78),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
