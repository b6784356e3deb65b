/* Captchas, known browsers, recovery codes, passkeys, challenges, the tries of other doors: what stands at a door. */
#include "store_behind.h"
#include "store_crowd.h"

/* ---- captchas --------------------------------------------------------------------------------------- */

static struct captcha captcha_row(int64_t n)
{
	struct captcha c = {.form = CAPTCHA_SIGNIN, .kind = CAPTCHA_PICTURE, .answer = S("48213"), .made_s = NOW_S,
	                    .expires_s = NOW_S + CAPTCHA_S};
	hash_of(n, c.cookie);
	return c;
}

static void a_captcha_is_spent_by_the_first_answer(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1), got;
	struct str answer;

	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	READ(w, RC_OK, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &got));
	assert_str(got.answer, "48213");
	assert_memory_equal(got.cookie, c.cookie, 32);
	assert_int_equal(got.form, CAPTCHA_SIGNIN);
	assert_int_equal(got.kind, CAPTCHA_PICTURE);
	assert_int_equal(got.made_s, NOW_S);
	assert_int_equal(got.expires_s, NOW_S + CAPTCHA_S);
	READ(w, RC_ABSENT, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_RESET, CAPTCHA_PICTURE, NOW_S, &got));
	READ(w, RC_ABSENT, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_WORK, NOW_S, &got));
	assert_null(got.answer.ptr);
	WRITE(w, RC_ABSENT, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_FORGOT, CAPTCHA_PICTURE, NOW_S, &answer));
	assert_null(answer.ptr);
	WRITE(w, RC_OK, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &answer));
	assert_str(answer, "48213");
	WRITE(w, RC_ABSENT, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &answer));
	assert_null(answer.ptr);
}

static void a_captcha_is_over_at_its_end(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1), got;
	struct str answer;

	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	READ(w, RC_ABSENT, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, c.expires_s, &got));
	WRITE(w, RC_ABSENT, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, c.expires_s, &answer));
	WRITE(w, RC_OK, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, c.expires_s - 1, &answer));
}

static void a_new_captcha_takes_the_place_of_the_forms_old_one(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1), work = captcha_row(1);
	struct str answer;

	work.kind = CAPTCHA_WORK;
	work.answer = S("\0challenge");
	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	WRITE(w, RC_OK, store_captcha_put(tx, &work));
	c.answer = S("99999");
	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM captcha"), 2);
	WRITE(w, RC_OK, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &answer));
	assert_str(answer, "99999");
	WRITE(w, RC_OK, store_captcha_take(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_WORK, NOW_S, &answer));
	assert_true(str_eq(answer, S("\0challenge")));
}

static void over_the_most_the_oldest_captchas_go_whatever_the_clock_said(void **state)
{
	struct world *w = *state;
	struct captcha c, got;
	struct tx *t = begin(w);

	for (int64_t i = 1; i <= CAPTCHAS_MOST; i++) {
		c = captcha_row(i);
		c.made_s = NOW_S - i;
		assert_int_equal(store_captcha_put(t, &c), RC_OK);
	}
	c = captcha_row(1); /* asked for anew: it is the newest now */
	assert_int_equal(store_captcha_put(t, &c), RC_OK);
	commit(t);
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM captcha"), CAPTCHAS_MOST);
	for (int64_t i = 1; i <= 50; i++) {
		c = captcha_row(CAPTCHAS_MOST + i);
		WRITE(w, RC_OK, store_captcha_put(tx, &c));
	}
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM captcha"), CAPTCHAS_MOST);
	c = captcha_row(51);
	READ(w, RC_ABSENT, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &got));
	c = captcha_row(52);
	READ(w, RC_OK, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &got));
	c = captcha_row(1);
	READ(w, RC_OK, store_captcha_get(tx, w->arena, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &got));
}

static enum rc take_captcha(struct world *w, int n)
{
	struct captcha c = captcha_row(1);
	struct arena *a = arena_new(1024, 1 << 16);
	struct str answer;
	struct tx *tx;
	enum rc rc = RC_FAULT;

	(void)n;
	if (store_begin(w->store, &tx) == RC_OK)
		rc = closing(&tx, store_captcha_take(tx, a, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, NOW_S, &answer));
	arena_free(&a);
	return rc;
}

static void of_many_who_take_one_captcha_one_gets_it(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1);
	struct crowd crowd;

	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	all_at_once(w, &crowd, 100, take_captcha);
	assert_int_equal(crowd.ok, 1);
	assert_int_equal(crowd.other, 99);
}

/* ---- known browsers ----------------------------------------------------------------------------------- */

static bool is_known(struct world *w, int64_t n, int64_t user, int64_t now_s)
{
	unsigned char token[32];
	bool known = true;

	hash_of(n, token);
	READ(w, RC_OK, store_known_get(tx, token, user, now_s, &known));
	return known;
}

static void see(struct world *w, int64_t n, int64_t user, int64_t now_s)
{
	unsigned char token[32];

	hash_of(n, token);
	WRITE(w, RC_OK, store_known_put(tx, token, user, now_s));
}

static void a_browser_is_known_to_those_who_signed_in_with_it(void **state)
{
	struct world *w = *state;
	unsigned char token[32];

	hash_of(1, token);
	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	see(w, 1, 7, NOW_S);
	assert_true(is_known(w, 1, 7, NOW_S));
	assert_false(is_known(w, 1, 8, NOW_S));
	assert_false(is_known(w, 2, 7, NOW_S));
	assert_false(is_known(w, 1, 0, NOW_S));
	WRITE(w, RC_ABSENT, store_known_put(tx, token, 99, NOW_S));
	see(w, 1, 8, NOW_S);
	WRITE(w, RC_OK, store_known_end(tx, 7));
	assert_false(is_known(w, 1, 7, NOW_S));
	assert_true(is_known(w, 1, 8, NOW_S));
}

static void a_browser_not_seen_for_half_a_year_is_a_stranger(void **state)
{
	struct world *w = *state;

	user_make(w, 7, "ani");
	see(w, 1, 7, NOW_S);
	assert_true(is_known(w, 1, 7, NOW_S + KNOWN_S - 1));
	assert_false(is_known(w, 1, 7, NOW_S + KNOWN_S));
	see(w, 1, 7, NOW_S + 60);
	assert_true(is_known(w, 1, 7, NOW_S + KNOWN_S));
}

static void of_more_than_twenty_browsers_the_one_seen_longest_ago_goes(void **state)
{
	struct world *w = *state;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	see(w, 1, 8, NOW_S - 100);
	for (int64_t n = 1; n <= KNOWN_PER_USER; n++)
		see(w, n, 7, NOW_S + n);
	see(w, 1, 7, NOW_S + 30); /* seen again: the second is the oldest */
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM known_browser WHERE user_id = 7"), KNOWN_PER_USER);
	see(w, 99, 7, NOW_S); /* the clock was set back: the new one stays all the same */
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM known_browser WHERE user_id = 7"), KNOWN_PER_USER);
	assert_true(is_known(w, 99, 7, NOW_S));
	assert_true(is_known(w, 1, 7, NOW_S));
	assert_false(is_known(w, 2, 7, NOW_S));
	assert_true(is_known(w, 3, 7, NOW_S));
	assert_true(is_known(w, 1, 8, NOW_S));
}

/* ---- recovery codes ------------------------------------------------------------------------------------- */

static enum rc replace_codes(struct tx *tx, int64_t user, int64_t from, int64_t now_s)
{
	unsigned char macs[RECOVERY_CODES][STORE_HASH];

	for (int i = 0; i < RECOVERY_CODES; i++)
		hash_of(from + i, macs[i]);
	return store_recovery_replace(tx, user, (const unsigned char (*)[STORE_HASH])macs, now_s);
}

static enum rc use_code(struct tx *tx, int64_t user, int64_t n)
{
	unsigned char mac[32];

	hash_of(n, mac);
	return store_recovery_consume(tx, user, mac, NOW_S);
}

static void left_is(struct world *w, int64_t user, int64_t want, int64_t want_made_s)
{
	int64_t left, made_s;

	READ(w, RC_OK, store_recovery_left(tx, user, &left, &made_s));
	assert_int_equal(left, want);
	assert_int_equal(made_s, want_made_s);
}

static void a_recovery_code_is_used_once_by_its_owner(void **state)
{
	struct world *w = *state;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	left_is(w, 7, 0, 0);
	WRITE(w, RC_OK, replace_codes(tx, 7, 100, NOW_S));
	left_is(w, 7, 10, NOW_S);
	WRITE(w, RC_TAKEN, use_code(tx, 8, 100));
	WRITE(w, RC_OK, use_code(tx, 7, 100));
	WRITE(w, RC_TAKEN, use_code(tx, 7, 100));
	WRITE(w, RC_TAKEN, use_code(tx, 7, 99));
	left_is(w, 7, 9, NOW_S);
	for (int64_t n = 101; n < 110; n++)
		WRITE(w, RC_OK, use_code(tx, 7, n));
	left_is(w, 7, 0, NOW_S); /* all used is not the same as none made */
	WRITE(w, RC_OK, store_recovery_end(tx, 7));
	left_is(w, 7, 0, 0);
}

static void a_new_set_of_codes_ends_the_old_one_or_nothing_happens(void **state)
{
	struct world *w = *state;
	struct tx *t;

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	WRITE(w, RC_OK, replace_codes(tx, 7, 100, NOW_S));
	WRITE(w, RC_OK, use_code(tx, 7, 101));
	WRITE(w, RC_OK, replace_codes(tx, 7, 200, NOW_S + 5));
	WRITE(w, RC_TAKEN, use_code(tx, 7, 100));
	left_is(w, 7, 10, NOW_S + 5);
	/* a code that another one has: half a set is none, and the old one stays */
	t = begin(w);
	assert_int_equal(replace_codes(t, 8, 195, NOW_S), RC_TAKEN);
	assert_int_equal(store_commit(&t), RC_FAULT);
	left_is(w, 8, 0, 0);
	left_is(w, 7, 10, NOW_S + 5);
	WRITE(w, RC_ABSENT, replace_codes(tx, 99, 300, NOW_S));
}

static enum rc use_code_200(struct world *w, int n)
{
	struct tx *tx;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, use_code(tx, 7, 200));
}

static void of_many_who_use_one_recovery_code_one_gets_in(void **state)
{
	struct world *w = *state;
	struct crowd c;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, replace_codes(tx, 7, 200, NOW_S));
	all_at_once(w, &c, 100, use_code_200);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, 99);
	left_is(w, 7, 9, NOW_S);
}

/* ---- tries of other doors ---------------------------------------------------------------------------------- */

static void each_door_has_a_budget_of_its_own(void **state)
{
	struct world *w = *state;
	struct door_tries none = {0}, one = {1, 0}, two = {2, NOW_S + 60}, got;

	user_make(w, 7, "ani");
	READ(w, RC_OK, store_door_tries_get(tx, 7, DOOR_RECOVERY, &got));
	assert_int_equal(got.in_a_row + got.paused_until_s, 0);
	WRITE(w, RC_OK, store_door_tries_charge(tx, 7, DOOR_RECOVERY, none, one));
	WRITE(w, RC_TAKEN, store_door_tries_charge(tx, 7, DOOR_RECOVERY, none, one));
	WRITE(w, RC_OK, store_door_tries_charge(tx, 7, DOOR_RECOVERY, one, two));
	WRITE(w, RC_TAKEN, store_door_tries_charge(tx, 7, DOOR_RECOVERY, one, two));
	WRITE(w, RC_TAKEN, store_door_tries_charge(tx, 7, DOOR_RECOVERY, (struct door_tries){2, 0}, none));
	WRITE(w, RC_OK, store_door_tries_charge(tx, 7, DOOR_SLIP, none, one));
	READ(w, RC_OK, store_door_tries_get(tx, 7, DOOR_RECOVERY, &got));
	assert_int_equal(got.in_a_row, 2);
	assert_int_equal(got.paused_until_s, NOW_S + 60);
	WRITE(w, RC_OK, store_door_tries_clear(tx, 7, DOOR_RECOVERY));
	READ(w, RC_OK, store_door_tries_get(tx, 7, DOOR_RECOVERY, &got));
	assert_int_equal(got.in_a_row + got.paused_until_s, 0);
	READ(w, RC_OK, store_door_tries_get(tx, 7, DOOR_SLIP, &got));
	assert_int_equal(got.in_a_row, 1);
	WRITE(w, RC_ABSENT, store_door_tries_charge(tx, 99, DOOR_SLIP, none, one));
}

static enum rc charge_door(struct world *w, int n)
{
	struct tx *tx;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_door_tries_charge(tx, 7, DOOR_RECOVERY, (struct door_tries){0}, (struct door_tries){1, 0}));
}

static void of_many_who_saw_a_door_untried_one_is_charged(void **state)
{
	struct world *w = *state;
	struct crowd c;

	user_make(w, 7, "ani");
	all_at_once(w, &c, 50, charge_door);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, 49);
}

/* ---- passkeys ------------------------------------------------------------------------------------------------ */

static struct passkey passkey_row(int64_t device, int64_t user, const char *credential)
{
	struct passkey p = {.device = device, .user = user, .credential = str_of(credential), .alg = -7, .public_key = S("\0key\xff"),
	                    .counter = 5, .flags = PASSKEY_UV | PASSKEY_BACKED_UP, .aaguid = {1, 2, 3, [15] = 0xee},
	                    .transports = S("internal hybrid")};
	return p;
}

static void passkey_make(struct world *w, int64_t device, int64_t user, const char *credential)
{
	struct device d = device_row(device, user, credential);
	struct passkey p = passkey_row(device, user, credential);
	struct tx *t = begin(w);

	d.kind = DEVICE_PASSKEY;
	d.seed = STR_NONE;
	assert_int_equal(store_device_add(t, &d, 5), RC_OK);
	assert_int_equal(store_passkey_add(t, &p), RC_OK);
	commit(t);
}

static void a_passkey_comes_back_as_it_was_registered(void **state)
{
	struct world *w = *state;
	struct passkey got, *rows;
	size_t n;

	user_make(w, 7, "ani");
	passkey_make(w, 2, 7, "satu");
	passkey_make(w, 1, 7, "dua");
	READ(w, RC_OK, store_passkey_find(tx, w->arena, S("satu"), &got));
	assert_int_equal(got.device, 2);
	assert_int_equal(got.user, 7);
	assert_str(got.credential, "satu");
	assert_int_equal(got.alg, -7);
	assert_true(str_eq(got.public_key, S("\0key\xff")));
	assert_int_equal(got.counter, 5);
	assert_int_equal(got.flags, PASSKEY_UV | PASSKEY_BACKED_UP);
	assert_memory_equal(got.aaguid, passkey_row(0, 0, "").aaguid, 16);
	assert_str(got.transports, "internal hybrid");
	READ(w, RC_ABSENT, store_passkey_find(tx, w->arena, S("tiga"), &got));
	READ(w, RC_OK, store_passkey_list(tx, w->arena, 7, &rows, &n));
	assert_int_equal(n, 2);
	assert_str(rows[0].credential, "dua");
	READ(w, RC_OK, store_passkey_list(tx, w->arena, 8, &rows, &n));
	assert_int_equal(n, 0);
}

static void a_credential_is_registered_once_over_everybody(void **state)
{
	struct world *w = *state;
	struct passkey p = passkey_row(3, 8, "satu"), orphan = passkey_row(4, 8, "empat");
	struct device d = device_row(3, 8, "Kunci");

	user_make(w, 7, "ani");
	user_make(w, 8, "budi");
	passkey_make(w, 1, 7, "satu");
	WRITE(w, RC_OK, store_device_add(tx, &d, 5));
	WRITE(w, RC_TAKEN, store_passkey_add(tx, &p));
	WRITE(w, RC_ABSENT, store_passkey_add(tx, &orphan));
}

static void a_passkey_of_a_device_that_is_not_active_signs_nobody_in(void **state)
{
	struct world *w = *state;
	struct passkey got, *rows;
	size_t n;

	user_make(w, 7, "ani");
	passkey_make(w, 1, 7, "satu");
	WRITE(w, RC_OK, store_device_suspend(tx, 7, 1, 9, NOW_S, NOW_S + DAY_S));
	READ(w, RC_ABSENT, store_passkey_find(tx, w->arena, S("satu"), &got));
	READ(w, RC_OK, store_passkey_list(tx, w->arena, 7, &rows, &n));
	assert_int_equal(n, 0);
	WRITE(w, RC_TAKEN, store_passkey_claim(tx, 1, 5, 6, PASSKEY_UV, NOW_S));
	WRITE(w, RC_OK, store_device_restore(tx, 7, 1, 5, NOW_S));
	WRITE(w, RC_OK, store_passkey_claim(tx, 1, 5, 6, PASSKEY_UV, NOW_S));
}

static void a_counter_is_claimed_once_and_notes_flags_and_use(void **state)
{
	struct world *w = *state;
	struct passkey got;
	struct device d;

	user_make(w, 7, "ani");
	passkey_make(w, 1, 7, "satu");
	WRITE(w, RC_TAKEN, store_passkey_claim(tx, 1, 4, 6, PASSKEY_UV, NOW_S + 3));
	READ(w, RC_OK, store_device_get(tx, w->arena, 7, 1, &d));
	assert_int_equal(d.used_s, 0);
	WRITE(w, RC_OK, store_passkey_claim(tx, 1, 5, 6, PASSKEY_UV, NOW_S + 3));
	WRITE(w, RC_TAKEN, store_passkey_claim(tx, 1, 5, 6, PASSKEY_UV, NOW_S + 4));
	READ(w, RC_OK, store_passkey_find(tx, w->arena, S("satu"), &got));
	assert_int_equal(got.counter, 6);
	assert_int_equal(got.flags, PASSKEY_UV);
	READ(w, RC_OK, store_device_get(tx, w->arena, 7, 1, &d));
	assert_int_equal(d.used_s, NOW_S + 3);
}

static enum rc claim_counter(struct world *w, int n)
{
	struct tx *tx;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, store_passkey_claim(tx, 1, 5, 6, PASSKEY_UV, NOW_S));
}

static void of_many_who_saw_one_counter_one_gets_it(void **state)
{
	struct world *w = *state;
	struct crowd c;

	user_make(w, 7, "ani");
	passkey_make(w, 1, 7, "satu");
	all_at_once(w, &c, 100, claim_counter);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.taken, 99);
}

/* ---- challenges ------------------------------------------------------------------------------------------------- */

static enum rc ask(struct tx *tx, int64_t cookie, enum challenge_purpose purpose, int64_t n, int64_t now_s)
{
	unsigned char c[32], challenge[32];

	hash_of(cookie, c);
	hash_of(n, challenge);
	return store_challenge_put(tx, c, purpose, challenge, now_s);
}

static enum rc answer(struct tx *tx, int64_t cookie, enum challenge_purpose purpose, int64_t now_s, int64_t *n)
{
	unsigned char c[32], challenge[32];
	enum rc rc;

	hash_of(cookie, c);
	rc = store_challenge_take(tx, c, purpose, now_s, challenge);
	memcpy(n, challenge, sizeof(*n));
	return rc;
}

static void a_challenge_is_spent_by_one_answer_of_its_browser_and_purpose(void **state)
{
	struct world *w = *state;
	int64_t n;

	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1000, NOW_S));
	WRITE(w, RC_ABSENT, answer(tx, 1, CHALLENGE_ENROL, NOW_S, &n));
	WRITE(w, RC_ABSENT, answer(tx, 2, CHALLENGE_SIGNIN, NOW_S, &n));
	assert_int_equal(n, 0);
	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1001, NOW_S)); /* asked anew: the first question is gone */
	WRITE(w, RC_OK, answer(tx, 1, CHALLENGE_SIGNIN, NOW_S + CHALLENGE_S - 1, &n));
	assert_int_equal(n, 1001);
	WRITE(w, RC_ABSENT, answer(tx, 1, CHALLENGE_SIGNIN, NOW_S, &n));
	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1002, NOW_S));
	WRITE(w, RC_ABSENT, answer(tx, 1, CHALLENGE_SIGNIN, NOW_S + CHALLENGE_S, &n));
}

static void over_the_most_the_oldest_challenges_go(void **state)
{
	struct world *w = *state;
	struct tx *t = begin(w);
	int64_t n;

	for (int64_t i = 1; i <= CHALLENGES_MOST + 3; i++)
		assert_int_equal(ask(t, i, CHALLENGE_SIGNIN, i, NOW_S), RC_OK);
	commit(t);
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM challenge"), CHALLENGES_MOST);
	WRITE(w, RC_ABSENT, answer(tx, 3, CHALLENGE_SIGNIN, NOW_S, &n));
	WRITE(w, RC_OK, answer(tx, 4, CHALLENGE_SIGNIN, NOW_S, &n));
}

/* Anybody may ask to sign in; who proves anew or registers was let in before. */
static void strangers_who_ask_to_sign_in_push_no_one_out_who_is_signed_in(void **state)
{
	struct world *w = *state;
	struct tx *t = begin(w);
	int64_t n;

	assert_int_equal(ask(t, 1, CHALLENGE_CONFIRM, 501, NOW_S), RC_OK);
	assert_int_equal(ask(t, 2, CHALLENGE_ENROL, 502, NOW_S), RC_OK);
	for (int64_t i = 3; i <= CHALLENGES_MOST + 6; i++)
		assert_int_equal(ask(t, i, CHALLENGE_SIGNIN, i, NOW_S), RC_OK);
	commit(t);
	assert_int_equal(behind(w, "SELECT COUNT(*) FROM challenge"), CHALLENGES_MOST + 2);
	WRITE(w, RC_OK, answer(tx, 1, CHALLENGE_CONFIRM, NOW_S, &n));
	assert_int_equal(n, 501);
	WRITE(w, RC_OK, answer(tx, 2, CHALLENGE_ENROL, NOW_S, &n));
	assert_int_equal(n, 502);
	WRITE(w, RC_ABSENT, answer(tx, 6, CHALLENGE_SIGNIN, NOW_S, &n));
}

static enum rc answer_1(struct world *w, int n)
{
	struct tx *tx;
	int64_t got;

	(void)n;
	if (store_begin(w->store, &tx) != RC_OK)
		return RC_FAULT;
	return closing(&tx, answer(tx, 1, CHALLENGE_SIGNIN, NOW_S, &got));
}

static void of_many_who_answer_one_challenge_one_is_heard(void **state)
{
	struct world *w = *state;
	struct crowd c;

	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1000, NOW_S));
	all_at_once(w, &c, 100, answer_1);
	assert_int_equal(c.ok, 1);
	assert_int_equal(c.other, 99);
}

/* ---- the ends of all of them ---------------------------------------------------------------------------------------- */

static const char *const doors[] = {"known_browser", "clock_note", "burnt_step", "recovery_code", "door_tries", "passkey"};

static int64_t rows_of(struct world *w, const char *table)
{
	return behind(w, arena_printf(w->arena, "SELECT COUNT(*) FROM %s", table).ptr);
}

static void deleting_a_user_takes_what_stands_at_every_door(void **state)
{
	struct world *w = *state;
	struct clock_note note = {.user = 7, .device = 1, .step = 1000, .offset_steps = 94, .at_s = NOW_S};

	user_make(w, 7, "ani");
	passkey_make(w, 1, 7, "satu");
	see(w, 1, 7, NOW_S);
	WRITE(w, RC_OK, store_clock_note_put(tx, &note));
	WRITE(w, RC_OK, store_step_burn(tx, 1, 1094));
	WRITE(w, RC_OK, replace_codes(tx, 7, 100, NOW_S));
	assert_int_equal(charge_door(w, 0), RC_OK);
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		assert_true(rows_of(w, doors[i]) > 0);
	WRITE(w, RC_OK, store_user_delete(tx, 7));
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++)
		if (rows_of(w, doors[i]) != 0)
			fail_msg("%s outlived its user", doors[i]);
}

static void what_waits_for_a_browser_is_swept_when_it_is_over(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1), later = captcha_row(2);
	bool more;

	later.expires_s++;
	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	WRITE(w, RC_OK, store_captcha_put(tx, &later));
	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1000, NOW_S));
	WRITE(w, RC_OK, ask(tx, 2, CHALLENGE_SIGNIN, 1000, NOW_S + 1));
	see(w, 1, 7, NOW_S + CAPTCHA_S - KNOWN_S);
	see(w, 2, 7, NOW_S + CAPTCHA_S - KNOWN_S + 1);
	WRITE(w, RC_OK, replace_codes(tx, 7, 100, NOW_S));
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + CAPTCHA_S - 1, &more));
	assert_int_equal(rows_of(w, "captcha") + rows_of(w, "challenge") + rows_of(w, "known_browser"), 6);
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + CAPTCHA_S, &more));
	assert_int_equal(rows_of(w, "captcha"), 1);
	assert_int_equal(rows_of(w, "challenge"), 1);
	assert_int_equal(rows_of(w, "known_browser"), 1);
	WRITE(w, RC_OK, store_sweep(tx, NOW_S + 3 * 365 * (int64_t)DAY_S, &more));
	assert_int_equal(rows_of(w, "known_browser"), 0);
	left_is(w, 7, 10, NOW_S); /* codes on paper do not run out */
}

static void an_older_copy_knows_no_browser_and_no_question(void **state)
{
	struct world *w = *state;
	struct captcha c = captcha_row(1);
	char path[256];
	struct str why;
	FILE *f;

	user_make(w, 7, "ani");
	WRITE(w, RC_OK, store_captcha_put(tx, &c));
	WRITE(w, RC_OK, ask(tx, 1, CHALLENGE_SIGNIN, 1000, NOW_S));
	see(w, 1, 7, NOW_S);
	WRITE(w, RC_OK, replace_codes(tx, 7, 100, NOW_S));
	store_close(&w->store);
	world_path(w, "epoch", path, sizeof(path));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("5\n", f);
	fclose(f);
	assert_int_equal(store_check(w->arena, w->where, true, &why), RC_OK);
	assert_int_equal(rows_of(w, "captcha") + rows_of(w, "challenge") + rows_of(w, "known_browser"), 0);
	assert_int_equal(rows_of(w, "recovery_code"), 10);
	world_open_as(w, STORE_SERVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_captcha_is_spent_by_the_first_answer),
		TEST(a_captcha_is_over_at_its_end),
		TEST(a_new_captcha_takes_the_place_of_the_forms_old_one),
		TEST(over_the_most_the_oldest_captchas_go_whatever_the_clock_said),
		TEST(of_many_who_take_one_captcha_one_gets_it),
		TEST(a_browser_is_known_to_those_who_signed_in_with_it),
		TEST(a_browser_not_seen_for_half_a_year_is_a_stranger),
		TEST(of_more_than_twenty_browsers_the_one_seen_longest_ago_goes),
		TEST(a_recovery_code_is_used_once_by_its_owner),
		TEST(a_new_set_of_codes_ends_the_old_one_or_nothing_happens),
		TEST(of_many_who_use_one_recovery_code_one_gets_in),
		TEST(each_door_has_a_budget_of_its_own),
		TEST(of_many_who_saw_a_door_untried_one_is_charged),
		TEST(a_passkey_comes_back_as_it_was_registered),
		TEST(a_credential_is_registered_once_over_everybody),
		TEST(a_passkey_of_a_device_that_is_not_active_signs_nobody_in),
		TEST(a_counter_is_claimed_once_and_notes_flags_and_use),
		TEST(of_many_who_saw_one_counter_one_gets_it),
		TEST(a_challenge_is_spent_by_one_answer_of_its_browser_and_purpose),
		TEST(over_the_most_the_oldest_challenges_go),
		TEST(strangers_who_ask_to_sign_in_push_no_one_out_who_is_signed_in),
		TEST(of_many_who_answer_one_challenge_one_is_heard),
		TEST(deleting_a_user_takes_what_stands_at_every_door),
		TEST(what_waits_for_a_browser_is_swept_when_it_is_over),
		TEST(an_older_copy_knows_no_browser_and_no_question),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
