#include "authenticator.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "lens/attestation.h"
#include "lens/lens.h"
#include "lens/process.h"
#include "lens/strict.h"

#define ORIGIN "https://gate.example"

/* ---- strict CBOR (R-WA-13) ------------------------------------------------------------------------------ */

static bool whole(struct str bytes)
{
	size_t used;

	return strict_item(bytes, &used) == RC_OK && used == bytes.len;
}

static void only_the_one_canonical_form_of_cbor_is_read(void **state)
{
	(void)state;
	assert_true(whole(S("\x00")) && whole(S("\x17")) && whole(S("\x18\x18")) && whole(S("\x19\x01\x00")) && whole(S("\x20")));
	assert_true(whole(S("\x40")) && whole(S("\x41\x00")) && whole(S("\x61\x61")) && whole(S("\x80")) && whole(S("\x81\x01")));
	assert_true(whole(S("\xa0")) && whole(S("\xa1\x01\x02")) && whole(S("\xa2\x01\x02\x20\x03")));
	assert_true(whole(S("\xf4")) && whole(S("\xf5")) && whole(S("\xf6")));
	/* longer than needed */
	assert_false(whole(S("\x18\x17")) || whole(S("\x19\x00\xff")) || whole(S("\x1a\x00\x00\xff\xff")) || whole(S("\x58\x01\x00")));
	assert_false(whole(S("\x1b\x00\x00\x00\x00\xff\xff\xff\xff")));
	/* without end, reserved, tags, floats, undefined, other simple values */
	assert_false(whole(S("\x5f\x41\x00\xff")) || whole(S("\x9f\xff")) || whole(S("\xbf\xff")) || whole(S("\x1c")) || whole(S("\xff")));
	assert_false(whole(S("\xc0\x00")) || whole(S("\xf9\x00\x00")) || whole(S("\xf7")) || whole(S("\xf8\x20")) || whole(S("\xe0")));
	/* keys twice, out of order, of other kinds */
	assert_false(whole(S("\xa2\x01\x02\x01\x03")) || whole(S("\xa2\x02\x02\x01\x03")) || whole(S("\xa2\x20\x02\x01\x03")));
	assert_false(whole(S("\xa2\x62" "aa\x01\x61" "b\x02")) || whole(S("\xa1\x41\x00\x01")) || whole(S("\xa1\x80\x01")));
	/* cut off, behind the end, not text, too deep */
	assert_false(whole(S("")) || whole(S("\x18")) || whole(S("\x41")) || whole(S("\x81")) || whole(S("\xa1\x01")) || whole(S("\x00\x00")));
	assert_false(whole(S("\x61\xff")) || whole(S("\x7b\xff\xff\xff\xff\xff\xff\xff\xff")));
	assert_true(whole(S("\x81\x81\x81\x81\x01")));
	assert_false(whole(S("\x81\x81\x81\x81\x81\x01")));
}

/* ---- attestation objects ---------------------------------------------------------------------------------- */

static void object_is_taken_apart(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct auth_answer answer;

	(void)state;
	au.counter = 0x01020304;
	au.flags |= WEBAUTHN_BE;
	answer = auth_create(&au, a, S("c"));
	assert_int_equal(attestation_read(answer.object, m), RC_OK);
	assert_int_equal(m->counter, 0x01020304);
	assert_int_equal(m->flags, WEBAUTHN_UP | WEBAUTHN_UV | WEBAUTHN_BE | WEBAUTHN_AT);
	assert_int_equal(m->alg, WEBAUTHN_ES256);
	assert_int_equal(m->format, WEBAUTHN_FORMAT_NONE);
	assert_memory_equal(m->aaguid, "software-passkey", 16);
	assert_true(str_eq(str_n(m->credential, m->credential_len), answer.credential));
	assert_true(str_eq(str_n(m->key, m->key_len), auth_key(&au, a)));
	assert_true(str_eq(str_n(m->authdata, m->authdata_len), answer.authdata));
	/* an extension that browsers add by themselves */
	au.extensions = S("\xa1\x6b" "credProtect\x02");
	assert_int_equal(attestation_read(auth_create(&au, a, S("c")).object, m), RC_OK);
	assert_true(m->flags & WEBAUTHN_ED);
	auth_release(&au);
	arena_free(&a);
}

static void object_that_is_cut_or_longer_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct str object = auth_create(&au, a, S("c")).object, more;

	(void)state;
	for (size_t n = 0; n < object.len; n++)
		assert_int_equal(attestation_read(str_n(object.ptr, n), m), RC_MALFORMED);
	more = arena_printf(a, "%.*s", 0, "");
	more = str_n(memcpy(arena_alloc(a, object.len + 1), object.ptr, object.len), object.len + 1);
	assert_int_equal(attestation_read(more, m), RC_MALFORMED);
	auth_release(&au);
	arena_free(&a);
}

static void authenticator_data_with_something_behind_it_is_refused(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct str authdata = auth_create(&au, a, S("c")).authdata;
	char *more = memcpy(arena_alloc(a, authdata.len + 4), authdata.ptr, authdata.len);

	(void)state;
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len)), m), RC_OK);
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len + 1)), m), RC_MALFORMED);
	more[32] |= (char)WEBAUTHN_ED; /* extensions are flagged and missing */
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len)), m), RC_MALFORMED);
	more[authdata.len] = 0x01; /* there, and no map */
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len + 1)), m), RC_MALFORMED);
	more[authdata.len] = (char)0xa0;
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len + 1)), m), RC_OK);
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, authdata.len + 2)), m), RC_MALFORMED);
	more[32] &= (char)~(WEBAUTHN_AT | WEBAUTHN_ED); /* no credential at all */
	assert_int_equal(attestation_read(auth_object(a, "none", S("\xa0"), str_n(more, 37)), m), RC_MALFORMED);
	auth_release(&au);
	arena_free(&a);
}

/* Every single bit turned over: refused, or read as something else; never beyond its rooms. */
static void no_turned_bit_breaks_the_reader(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_RS256, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct str object;

	(void)state;
	au.self = true;
	object = auth_create(&au, a, S("c")).object;
	for (size_t bit = 0; bit < object.len * 8; bit++) {
		char *bad = memcpy(arena_alloc(a, object.len), object.ptr, object.len);

		bad[bit / 8] ^= (char)(1 << bit % 8);
		if (attestation_read(str_n(bad, object.len), m) == RC_OK)
			assert_true(webauthn_made_fits(m));
		if (bit % 256 == 0)
			arena_reset(a), m = arena_one(a, struct webauthn_made), object = auth_create(&au, a, S("c")).object;
	}
	auth_release(&au);
	arena_free(&a);
}

static void statements_that_we_did_not_ask_for_are_named_so(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_ES256, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct str authdata = auth_create(&au, a, S("c")).authdata;
	static const char *const fmts[] = {"none", "packed", "fido-u2f", "tpm", "android-key", "apple", "android-safetynet", "NONE"};

	(void)state;
	for (size_t i = 0; i < sizeof(fmts) / sizeof(*fmts); i++) {
		assert_int_equal(attestation_read(auth_object(a, fmts[i], i ? S("\xa0") : S("\xa1\x61x\x01"), authdata), m), RC_OK);
		assert_int_equal(m->format, WEBAUTHN_FORMAT_OTHER);
	}
	/* packed, by another algorithm than the key's, or with a chain of certificates */
	assert_int_equal(attestation_read(auth_object(a, "packed", S("\xa2\x63" "alg\x27\x63" "sig\x41\x00"), authdata), m), RC_OK);
	assert_int_equal(m->format, WEBAUTHN_FORMAT_OTHER);
	assert_int_equal(attestation_read(auth_object(a, "packed", S("\xa3\x63" "alg\x26\x63" "sig\x41\x00\x63x5c\x80"), authdata), m), RC_OK);
	assert_int_equal(m->format, WEBAUTHN_FORMAT_OTHER);
	assert_int_equal(attestation_read(auth_object(a, "packed", S("\xa2\x63" "alg\x26\x63" "sig\x41\x00"), authdata), m), RC_OK);
	assert_int_equal(m->format, WEBAUTHN_FORMAT_SELF);
	auth_release(&au);
	arena_free(&a);
}

/* As a browser made it (Chromium with a virtual authenticator, ES256, resident). */
static void object_of_a_real_browser_is_read(void **state)
{
#include "chromium_attestation.inc"
	struct webauthn_made m;

	(void)state;
	assert_int_equal(attestation_read(str_n(chromium_attestation, sizeof(chromium_attestation)), &m), RC_OK);
	assert_int_equal(m.alg, WEBAUTHN_ES256);
	assert_int_equal(m.key_len, 64);
	assert_int_equal(m.format, WEBAUTHN_FORMAT_NONE);
	assert_true(m.flags & WEBAUTHN_UV);
}

/* ---- the process --------------------------------------------------------------------------------------------- */

static void lens_reads_in_a_process_of_its_own(void **state)
{
	struct arena *a = test_arena();
	struct auth au = auth_new(WEBAUTHN_EDDSA, ORIGIN, "gate.example");
	struct webauthn_made *m = arena_one(a, struct webauthn_made);
	struct auth_answer answer = auth_create(&au, a, S("c"));
	struct lens *l;

	(void)state;
	assert_int_equal(lens_start(&l), RC_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lens_attestation(l, answer.object, m), RC_OK);
		assert_true(str_eq(str_n(m->key, m->key_len), auth_key(&au, a)));
		assert_int_equal(lens_attestation(l, S("\xa0"), m), RC_MALFORMED);
		assert_int_equal(m->key_len, 0);
	}
	assert_int_equal(lens_attestation(l, STR_NONE, m), RC_MALFORMED);
	assert_int_equal(lens_attestation(NULL, S("\xa0"), m), RC_FAULT);
	lens_close(&l);
	assert_null(l);
	auth_release(&au);
	arena_free(&a);
}

/* A reader that does what the first byte says. */
static enum rc broken(struct str object, struct webauthn_made *out)
{
	out->alg = 99;
	if (object.ptr[0] == 'k')
		raise(SIGKILL);
	if (object.ptr[0] == 'l')
		for (;;)
			;
	if (object.ptr[0] == 'o')
		out->alg = open("/dev/null", 0) < 0 && socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 2;
	if (object.ptr[0] == 'w')
		out->key_len = 5000;
	return RC_OK;
}

static struct lens_say ask_broken(int fd, char what)
{
	static struct lens_ask ask;
	static struct lens_say say;

	ask = (struct lens_ask){.id = 5, .len = 1};
	ask.object[0] = (unsigned char)what;
	assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	assert_int_equal(recv(fd, &say, sizeof(say), 0), sizeof(say));
	assert_int_equal(say.id, 5);
	return say;
}

static void job_that_breaks_harms_neither_the_lens_nor_the_next_job(void **state)
{
	int ends[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		log_level_set((enum log_level)0);
		_exit(lens_serve(ends[1], broken));
	}
	close(ends[1]);
	assert_int_equal(ask_broken(ends[0], 'k').rc, RC_MALFORMED);
	assert_int_equal(ask_broken(ends[0], 'w').rc, RC_MALFORMED); /* says more than its rooms hold */
	assert_int_equal(ask_broken(ends[0], 'l').rc, RC_MALFORMED); /* for ever: a second of processor, two on the clock */
	assert_int_equal(ask_broken(ends[0], 'o').made.alg, 1);      /* can open and connect nothing */
	assert_int_equal(ask_broken(ends[0], 'x').made.alg, 99);
	assert_int_equal(send(ends[0], "short", 5, 0), 5);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	close(ends[0]);
}

static void client_takes_the_next_lens_when_one_is_gone(void **state)
{
	struct webauthn_made m;
	struct lens *l;
	int control[2], ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, control), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
		if (i == 1 && fork() == 0) {
			close(ends[0]);
			close(control[0]);
			close(control[1]);
			_exit(lens_serve(ends[1], broken));
		}
		assert_int_equal(fd_give(control[0], ends[0]), RC_OK);
		close(ends[0]);
		close(ends[1]); /* the first one has nobody behind it */
	}
	assert_int_equal(lens_connect(control[1], &l), RC_OK);
	assert_int_equal(lens_attestation(l, S("x"), &m), RC_OK);
	assert_int_equal(m.alg, 99);
	lens_close(&l);
	close(control[0]);
}

static int quiet(void **state)
{
	(void)state;
	log_level_set((enum log_level)(LOG_ERROR - 1));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_one_canonical_form_of_cbor_is_read),
		cmocka_unit_test(object_is_taken_apart),
		cmocka_unit_test(object_that_is_cut_or_longer_is_refused),
		cmocka_unit_test(authenticator_data_with_something_behind_it_is_refused),
		cmocka_unit_test(no_turned_bit_breaks_the_reader),
		cmocka_unit_test(statements_that_we_did_not_ask_for_are_named_so),
		cmocka_unit_test(object_of_a_real_browser_is_read),
		cmocka_unit_test(lens_reads_in_a_process_of_its_own),
		cmocka_unit_test(job_that_breaks_harms_neither_the_lens_nor_the_next_job),
		cmocka_unit_test(client_takes_the_next_lens_when_one_is_gone),
	};

	return cmocka_run_group_tests(tests, quiet, NULL);
}
