/* For tests/suites/46-letters: a few letters through a real courier into the folder that is named. The Python
 * in that suite knows what must come back. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "courier/courier.h"

static struct courier_job short_one(void)
{
	struct courier_job job = {.id = 1, .now_s = 1795301545};

	job.from = S("SPSE Nasional <noreply@spse.example>");
	job.to = S("budi@example.id");
	job.subject = S("Atur ulang kata sandi");
	job.text = S("https://spse.example/reset?t=abc=def\n");
	job.html = S("<p><a href=\"https://spse.example/reset?t=abc=def\">Buka</a></p>\n");
	return job;
}

/* Long, in several scripts, with everything that quoted-printable must guard. */
static struct courier_job long_one(struct arena *a)
{
	static const char tail[] = "spasi di akhir \ntab di akhir\t\n=3D sama dengan\n.titik\nFrom awal baris\n"
	                           "\xf0\x9f\x90\x8e kuda\n\nakhir tanpa baris baru ";
	char *line = arena_alloc(a, 1000);
	struct courier_job job = {.id = 2, .now_s = 0};

	memset(line, 'x', 1000);
	job.from = S("Dinas \xe2\x80\x9cUji\xe2\x80\x9d, Kota M\xc3\xa9t\xc3\xa9o dan Lingkungan Hidup Kabupaten <noreply@uji.example>");
	job.to = S("\"Budi S.\" <budi+uji@example.id>");
	job.subject = S("Perubahan keamanan \xe2\x80\x94 perangkat \xe2\x80\x9cHP Kantor\xe2\x80\x9d ditambahkan; bila bukan Anda, "
	                "hubungi meja bantuan \xf0\x9f\x90\x8e");
	job.text = arena_printf(a, "%.1000s\n%s", line, tail);
	job.html = arena_printf(a, "<pre>%s</pre>", tail);
	return job;
}

static int run(const char *folder)
{
	struct arena *a = arena_new(4096, 4 << 20);
	struct courier_job first = short_one(), last = long_one(a);
	struct courier_answer answer;
	struct courier *c;
	int control[2], pair[2], bad = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return 1;
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		_exit(courier_process(pair[1], folder));
	}
	if (pid < 0 || fd_give(control[1], pair[0]) != RC_OK || courier_connect(control[0], &c) != RC_OK)
		return 1;
	close(pair[0]);
	close(pair[1]);
	bad |= courier_send(c, a, &first, &answer) != RC_OK || !answer.accepted;
	bad |= courier_send(c, a, &last, &answer) != RC_OK || !answer.accepted;
	courier_close(&c);
	close(control[1]);
	waitpid(pid, NULL, 0);
	arena_free(&a);
	return bad;
}

int main(int argc, char **argv)
{
	return argc == 2 ? run(argv[1]) : 2;
}
