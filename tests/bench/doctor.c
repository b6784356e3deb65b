/*
 * The vault's answers about codes, asked in this process: does a million wrong codes help whoever guesses, and does the
 * time tell anything? tests/long/70-doctor runs both.
 *
 *     bench_doctor guesses N     N random wrong codes through check, doctor and the rules of core/clockdoctor
 *     bench_doctor times N       Welch's t over N measurements of each pair of classes, with a positive control
 *
 * Times are in nanoseconds of the thread's clock. The slowest tenth of each class is cropped, as interrupts fall where they
 * like. |t| below 4.5 is none found; the control (memcmp that ends at the first byte, or at the last) must be beyond it, or
 * the run says nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "base/codec.h"
#include "base/log.h"
#include "core/clockdoctor.h"
#include "vault/answer.h"
#include "vault/seal.h"

enum { NOW = 1800000000, STEP = NOW / TOTP_PERIOD_S, CONTROL_BYTES = 4096 };

static struct keys keys;
static struct hasher hasher;
static struct phc dummy;
static unsigned char seed[TOTP_SEED_BYTES];
static struct frame_device device;

_Noreturn static void die(const char *why)
{
	fprintf(stderr, "bench_doctor: %s\n", why);
	exit(2);
}

static void set_up(void)
{
	size_t n;

	if (sodium_init() < 0 || random_bytes(&keys, sizeof(keys)) != RC_OK || random_bytes(seed, sizeof(seed)) != RC_OK)
		die("no random bytes");
	device.user = 1;
	device.row = 2;
	if (seal_put(&keys, (struct place){SEAL_TOTP, 1, 2}, str_n(seed, sizeof(seed)), device.seed, &n) != RC_OK)
		die("no seal");
}

static void code_at(int64_t step, char code[8])
{
	char shown[TOTP_CODE_ROOM];

	memset(code, 0, 8);
	hotp(TOTP_SHA1, str_n(seed, sizeof(seed)), (uint64_t)step, TOTP_DIGITS, shown);
	memcpy(code, shown, TOTP_DIGITS);
}

static void code_random(char code[8])
{
	char text[TOTP_CODE_ROOM];

	snprintf(text, sizeof(text), "%06u", (unsigned)randombytes_uniform(1000000) % 1000000u);
	memset(code, 0, 8);
	memcpy(code, text, TOTP_DIGITS);
}

static bool check(const char code[8])
{
	static union frame_ask ask;
	union frame_say say;

	memset(&ask.devices, 0, sizeof(ask.devices));
	ask.devices.head.op = OP_CODE_CHECK;
	ask.devices.now_step = STEP;
	ask.devices.n = ask.devices.back = ask.devices.ahead = 1;
	memcpy(ask.devices.code, code, 8);
	ask.devices.device[0] = device;
	answer_fast(&keys, &ask, &say);
	return say.judgement.verdict == VERDICT_GOOD;
}

static int64_t doctor(const char code[8])
{
	static union frame_ask ask;
	union frame_say say;

	memset(&ask.doctor, 0, sizeof(ask.doctor));
	ask.doctor.head.op = OP_CODE_DOCTOR;
	ask.doctor.now_step = STEP;
	ask.doctor.n = 1;
	memcpy(ask.doctor.code, code, 8);
	ask.doctor.device[0] = device;
	answer_slow(&keys, &hasher, &dummy, &ask, &say);
	return say.doctor.offset[0];
}

/* ---- guesses -------------------------------------------------------------------------------------------------- */

/* Each guess is the first of its account, and again the second behind the note of the one before. */
static int guesses(long n)
{
	struct clock_first note = {0};
	long accepted = 0, said_at_first = 0, said_at_second = 0, fitted = 0;

	for (long i = 0; i < n; i++) {
		struct clock_fit fit = {2, CLOCK_ACTIVE, 0};
		struct clock_facts facts = {.now_s = NOW + i % 30, .fits = &fit, .n = 1};
		struct clock_finding got;
		char code[8];

		do
			code_random(code);
		while (check(code)); /* only wrong ones are meant */
		accepted += check(code);
		fit.offset_steps = doctor(code);
		fitted += fit.offset_steps != INT64_MIN;
		got = clock_diagnose(&facts);
		said_at_first += got.says != CLOCK_SAYS_NOTHING;
		facts.first = note;
		got = clock_diagnose(&facts);
		said_at_second += got.says != CLOCK_SAYS_NOTHING;
		if (got.noted)
			note = (struct clock_first){2, STEP, fit.offset_steps, facts.now_s};
	}
	printf("guesses %ld: accepted %ld, something said after one code %ld, after two %ld; ", n, accepted, said_at_first, said_at_second);
	printf("fitted somewhere %ld (%.3f %%, by chance 0.622 %%)\n", fitted, 100.0 * (double)fitted / (double)n);
	/* 3 in a million behind each note is chance */
	return accepted || said_at_first || said_at_second > 3 + n / 20000;
}

/* ---- times ------------------------------------------------------------------------------------------------------ */

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

struct moments {
	double n, mean, var;
};

static struct moments moments_of(double *x, long n)
{
	struct moments m = {0};
	double sum = 0, squares = 0;

	qsort(x, (size_t)n, sizeof(*x), by_size);
	n -= n / 10;
	for (long i = 0; i < n; i++)
		sum += x[i];
	m.n = (double)n;
	m.mean = sum / m.n;
	for (long i = 0; i < n; i++)
		squares += (x[i] - m.mean) * (x[i] - m.mean);
	m.var = squares / (m.n - 1);
	return m;
}

typedef void run_fn(int which, unsigned char *input);
typedef void make_fn(int which, unsigned char *input);

static volatile int64_t sink;

/* Two classes in random order; the input is made before the watch starts. */
static double t_of(const char *name, long n, make_fn *make, run_fn *run)
{
	static unsigned char input[2 * CONTROL_BYTES];
	double *x[2] = {calloc((size_t)n, sizeof(double)), calloc((size_t)n, sizeof(double))};
	long have[2] = {0, 0};
	struct moments a, b;
	double t;

	if (!x[0] || !x[1])
		die("out of memory");
	while (have[0] < n || have[1] < n) {
		int which = (int)randombytes_uniform(2);
		double from;

		if (have[which] == n)
			continue;
		make(which, input);
		from = now_ns();
		run(which, input);
		x[which][have[which]++] = now_ns() - from;
	}
	a = moments_of(x[0], n);
	b = moments_of(x[1], n);
	t = (a.mean - b.mean) / sqrt(a.var / a.n + b.var / b.n);
	printf("%-34s n %8ld  %10.1f ns  %10.1f ns  t %8.2f\n", name, n, a.mean, b.mean, t);
	free(x[0]);
	free(x[1]);
	return t;
}

static void run_check(int which, unsigned char *input)
{
	(void)which;
	sink += check((const char *)input);
}

static void run_doctor(int which, unsigned char *input)
{
	(void)which;
	sink += doctor((const char *)input);
}

static void run_control(int which, unsigned char *input)
{
	(void)which;
	sink += memcmp(input, input + CONTROL_BYTES, CONTROL_BYTES);
}

/* Both are made every time, so that what the caches hold does not depend on the class. */
static void either(int which, int64_t step, unsigned char *input)
{
	char both[2][8];

	code_random(both[0]);
	code_at(step, both[1]);
	memcpy(input, both[which], 8);
}

static void right_or_wrong(int which, unsigned char *input)
{
	either(which, STEP, input);
}

static void first_or_last_step(int which, unsigned char *input)
{
	code_at(which ? STEP + 1 : STEP - 1, (char *)input);
}

static void near_or_wrong(int which, unsigned char *input)
{
	either(which, STEP + 2 + randombytes_uniform(3), input);
}

static void far_or_wrong(int which, unsigned char *input)
{
	either(which, STEP - 3000 - randombytes_uniform(100), input);
}

static void control(int which, unsigned char *input)
{
	memset(input, 0, 2 * CONTROL_BYTES);
	input[CONTROL_BYTES + (which ? 0 : CONTROL_BYTES - 1)] = 1;
}

static int times(long n)
{
	long slow = n / 50 > 2000 ? n / 50 : 2000;
	int bad = 0;

	bad += fabs(t_of("check: right, wrong", n, right_or_wrong, run_check)) >= 4.5;
	bad += fabs(t_of("check: first step, last step", n, first_or_last_step, run_check)) >= 4.5;
	bad += fabs(t_of("check: near, wrong", n, near_or_wrong, run_check)) >= 4.5;
	bad += fabs(t_of("doctor: near, wrong", slow, near_or_wrong, run_doctor)) >= 4.5;
	bad += fabs(t_of("doctor: far, wrong", slow, far_or_wrong, run_doctor)) >= 4.5;
	bad += fabs(t_of("doctor: right, wrong", slow, right_or_wrong, run_doctor)) >= 4.5;
	if (fabs(t_of("control: memcmp", n, control, run_control)) < 4.5) {
		puts("the control was not noticed: this run says nothing");
		return 2;
	}
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? strtol(argv[2], NULL, 10) : 0;

	if (n < 1)
		die("guesses N | times N");
	log_level_set((enum log_level)0);
	set_up();
	if (strcmp(argv[1], "guesses") == 0)
		return guesses(n);
	if (strcmp(argv[1], "times") == 0)
		return times(n);
	die("guesses N | times N");
}
