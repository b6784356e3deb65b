/*
 * signins: complete sign-ins against a running server, as many as go, for a number of seconds.
 *
 *   signins PORT SECONDS CLIENTS SEEDS [FROM]
 *
 * Each client takes the next user of the file SEEDS (made by fill) and does what a browser does: the form, the
 * user id, the password, the code, the home page, on one connection. Every user signs in once a run, from number FROM on. Prints
 * the number finished, the seconds, the rate, and the median and 99th percentile from password to home.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/clock.h"
#include "core/totp.h"
#include "fill.h"

enum { USERS_MAX = 200000, ANSWER_MAX = 64 * 1024, CLIENTS_MAX = 256 };

static char (*users)[96];
static size_t n_users;
static atomic_size_t next_user, done, failed;
static int64_t stop_ms;
static int port;
static double took_ms[USERS_MAX];

struct client {
	int fd;
	char signin[64], session[64], csrf[64];
	char answer[ANSWER_MAX];
	int status;
};

static int connect_server(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void copy_until(char *out, size_t room, const char *from, char end)
{
	size_t n = 0;

	while (from[n] && from[n] != end && n + 1 < room) {
		out[n] = from[n];
		n++;
	}
	out[n] = 0;
}

static void take_cookies(struct client *c)
{
	const char *p = c->answer;

	while ((p = strcasestr(p, "set-cookie: ")) != NULL) {
		p += 12;
		if (strncmp(p, "gerbang-signin=", 15) == 0)
			copy_until(c->signin, sizeof(c->signin), p + 15, ';');
		else if (strncmp(p, "gerbang=", 8) == 0)
			copy_until(c->session, sizeof(c->session), p + 8, ';');
	}
	p = strstr(c->answer, "name=\"csrf\" value=\"");
	if (p)
		copy_until(c->csrf, sizeof(c->csrf), p + 19, '"');
}

static bool read_answer(struct client *c)
{
	size_t have = 0, want = 0;

	for (;;) {
		ssize_t n = read(c->fd, c->answer + have, sizeof(c->answer) - 1 - have);
		char *end;

		if (n <= 0)
			return false;
		have += (size_t)n;
		c->answer[have] = 0;
		end = strstr(c->answer, "\r\n\r\n");
		if (end && !want) {
			const char *len = strcasestr(c->answer, "content-length: ");

			want = (size_t)(end + 4 - c->answer) + (len && len < end ? strtoul(len + 16, NULL, 10) : 0);
		}
		if (want && have >= want)
			break;
		if (have + 1 >= sizeof(c->answer))
			return false;
	}
	c->status = atoi(c->answer + 9);
	take_cookies(c);
	return true;
}

static bool ask(struct client *c, const char *method, const char *path, const char *body)
{
	char out[4096];
	int n = snprintf(out, sizeof(out),
	                 "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nCookie: gerbang-signin=%s; gerbang=%s\r\n%s", method, path, port, c->signin,
	                 c->session, body ? "Content-Type: application/x-www-form-urlencoded\r\n" : "");

	if (body)
		n += snprintf(out + n, sizeof(out) - (size_t)n, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
	else
		n += snprintf(out + n, sizeof(out) - (size_t)n, "\r\n");
	return write(c->fd, out, (size_t)n) == n && read_answer(c);
}

static bool sign_in(struct client *c, const char *user, const char *seed_hex, struct arena *a)
{
	char body[1024], code[TOTP_CODE_ROOM];
	struct str seed;

	c->signin[0] = c->session[0] = 0;
	if (!ask(c, "GET", "/signin", NULL) || c->status != 200)
		return false;
	snprintf(body, sizeof(body), "csrf=%s&type=pengguna&user=%s", c->csrf, user);
	if (!ask(c, "POST", "/signin", body) || c->status != 303 || !ask(c, "GET", "/signin/password", NULL))
		return false;
	snprintf(body, sizeof(body), "csrf=%s&password=bench+password+2468", c->csrf);
	if (!ask(c, "POST", "/signin/password", body) || c->status != 303 || !ask(c, "GET", "/signin/code", NULL))
		return false;
	if (hex_decode(a, str_of(seed_hex), &seed) != RC_OK)
		return false;
	hotp(TOTP_SHA1, seed, (uint64_t)totp_step(clock_now_s()), 6, code);
	snprintf(body, sizeof(body), "csrf=%s&code=%s", c->csrf, code);
	return ask(c, "POST", "/signin/code", body) && c->status == 303 && c->session[0] && ask(c, "GET", "/home", NULL) && c->status == 200;
}

static void *run(void *arg)
{
	struct client *c = calloc(1, sizeof(*c));
	struct arena *a = arena_new(4096, 1 << 20);

	(void)arg;
	c->fd = connect_server();
	while (clock_mono_ms() < stop_ms) {
		size_t i = atomic_fetch_add(&next_user, 1);
		int64_t t0 = clock_mono_ms();
		char seed[64];

		if (i >= n_users)
			break;
		copy_until(seed, sizeof(seed), strchr(users[i], ' ') + 1, '\n');
		*strchr(users[i], ' ') = 0;
		if (sign_in(c, users[i], seed, a)) {
			took_ms[atomic_fetch_add(&done, 1)] = (double)(clock_mono_ms() - t0);
		} else {
			if (atomic_fetch_add(&failed, 1) == 0)
				fprintf(stderr, "first failure, status %d:\n%.1500s\n", c->status, c->answer);
			close(c->fd);
			c->fd = connect_server();
		}
		arena_reset(a);
	}
	close(c->fd);
	arena_free(&a);
	free(c);
	return NULL;
}

static int by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

int main(int argc, char **argv)
{
	pthread_t threads[CLIENTS_MAX];
	size_t clients, n;
	int64_t t0;
	double s;
	FILE *f;

	if (argc < 5) {
		fprintf(stderr, "usage: signins PORT SECONDS CLIENTS SEEDS [FROM]\n");
		return 2;
	}
	port = atoi(argv[1]);
	clients = strtoul(argv[3], NULL, 10);
	if (clients > CLIENTS_MAX)
		clients = CLIENTS_MAX;
	users = calloc(USERS_MAX, sizeof(*users));
	f = fopen(argv[4], "r");
	if (!f || !users)
		return 1;
	while (n_users < USERS_MAX && fgets(users[n_users], sizeof(users[0]), f))
		n_users++;
	fclose(f);
	next_user = argc > 5 ? strtoul(argv[5], NULL, 10) : 0;
	t0 = clock_mono_ms();
	stop_ms = t0 + atoi(argv[2]) * 1000;
	for (size_t i = 0; i < clients; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (size_t i = 0; i < clients; i++)
		pthread_join(threads[i], NULL);
	s = (double)(clock_mono_ms() - t0) / 1000;
	n = done;
	qsort(took_ms, n, sizeof(took_ms[0]), by_value);
	printf("finished %zu failed %zu seconds %.2f rate %.2f median_ms %.0f p99_ms %.0f\n", n, (size_t)failed, s, (double)n / s,
	       n ? took_ms[n / 2] : 0, n ? took_ms[n * 99 / 100] : 0);
	return failed != 0;
}
