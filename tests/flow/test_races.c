#include "world.h"

#include <pthread.h>
#include <stdio.h>

#include "base/codec.h"
#include "vault_calls.h"

/*
 * Many at once. Each worker has its own arena and waits at a barrier, so that all begin together; what happened is
 * counted in the vault's calls and in the tables.
 */

enum { CROWD = 500, FEW = 50, AT_ONCE = 32 };

struct worker;
typedef void work_fn(struct worker *me);

struct crowd {
	struct world *w;
	work_fn *work;
	pthread_barrier_t start;
	int n, threads;
	struct str cookie, code, token;  /* shared by all */
	struct who who;
	const struct enrol_by *by;
	struct str *codes, *names, *cookies; /* one each */
	int64_t goes;                    /* the device that is named, 0: none */
};

struct worker {
	struct crowd *crowd;
	pthread_t thread;
	int from, to, i;
	struct arena *arena;
	int done, paused, used, refused, others;
	enum rc worst;
};

static void *worker_run(void *arg)
{
	struct worker *me = arg;

	me->arena = arena_new(1 << 16, 1 << 24);
	pthread_barrier_wait(&me->crowd->start);
	for (me->i = me->from; me->i < me->to; me->i++) {
		me->crowd->work(me);
		arena_reset(me->arena);
	}
	arena_free(&me->arena);
	return NULL;
}

/* Runs `work` n times on many threads; the sums come back in `sum`. */
static void run(struct crowd *c, work_fn *work, int n, struct worker *sum)
{
	static struct worker workers[AT_ONCE];

	c->work = work;
	c->n = n;
	c->threads = n < AT_ONCE ? n : AT_ONCE;
	assert_int_equal(pthread_barrier_init(&c->start, NULL, (unsigned)c->threads), 0);
	for (int t = 0; t < c->threads; t++) {
		workers[t] = (struct worker){.crowd = c, .from = n * t / c->threads, .to = n * (t + 1) / c->threads};
		assert_int_equal(pthread_create(&workers[t].thread, NULL, worker_run, &workers[t]), 0);
	}
	*sum = (struct worker){0};
	for (int t = 0; t < c->threads; t++) {
		assert_int_equal(pthread_join(workers[t].thread, NULL), 0);
		sum->done += workers[t].done;
		sum->paused += workers[t].paused;
		sum->used += workers[t].used;
		sum->refused += workers[t].refused;
		sum->others += workers[t].others;
	}
	pthread_barrier_destroy(&c->start);
}

static void count(struct worker *me, enum rc rc, bool done, enum say say)
{
	if (rc == RC_OK && done)
		me->done++;
	else if (rc == RC_OK && (say == SAY_CODE_PAUSED || say == SAY_PASSWORD_PAUSED))
		me->paused++;
	else if (rc == RC_OK && say == SAY_CODE_USED)
		me->used++;
	else if (rc == RC_OK)
		me->refused++;
	else if (rc == RC_ABSENT || rc == RC_TAKEN)
		me->others++;
	else
		panic("a fault in a race");
}

/* ---- captchas --------------------------------------------------------------------------------------------------- */

static void type_password_with_captcha(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct captcha_answer answer = {.text = c->code};
	struct signin_state out;
	enum rc rc = signin_password(&c->w->flow, &v, c->cookie, S(WRONG), &answer, true, &out);

	count(me, rc, out.told.say == SAY_SIGNIN_WRONG, out.told.say);
}

static void of_500_posts_with_one_captcha_one_is_looked_at(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct crowd c = {.w = w};
	struct captcha_drawn drawn;
	struct visit v = world_visit(w);
	struct worker sum;

	(void)state;
	w->config.captcha = CAPTCHA_MODE_PICTURE;
	world_type(w, "off")->policy.captcha = CAPTCHA_ALWAYS;
	assert_int_equal(go_user(w, &b, "off", p.login), SCREEN_PASSWORD);
	c.cookie = jar(b.signin);
	assert_int_equal(captcha_draw(&w->flow, &v, c.cookie, CAPTCHA_SIGNIN, CAPTCHA_PICTURE, CAPTCHA_FRESH, &drawn), RC_OK);
	c.code = drawn.digits;
	run(&c, type_password_with_captcha, CROWD, &sum);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 1);
	assert_int_equal(world_count(w, "SELECT sum(failures) FROM password_tries", 0), 1);
	assert_int_equal(sum.done, 1);
	assert_int_equal(sum.refused, CROWD - 1);
	assert_int_equal(world_count(w, "SELECT times FROM refused WHERE reason = 'captcha'", 0), CROWD - 1);
	world_free(&w);
}

/* ---- codes ------------------------------------------------------------------------------------------------------ */

static void type_code(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct signin_state out;
	enum rc rc = signin_code(&c->w->flow, &v, c->cookie, c->codes ? c->codes[me->i] : c->code, &out);

	count(me, rc, out.screen == SCREEN_DONE && out.session_cookie.len, out.told.say);
}

static void of_500_wrong_codes_at_once_exactly_3_are_looked_at(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct crowd c = {.w = w};
	struct worker sum;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	c.cookie = jar(b.signin);
	c.codes = arena_many(w->life, CROWD, struct str);
	for (int i = 0; i < CROWD; i++)
		c.codes[i] = phone_wrong(w, &phone);
	run(&c, type_code, CROWD, &sum);
	assert_int_equal(vault_asked[CALL_CODE_CHECK], 3);
	assert_int_equal(vault_asked[CALL_CODE_DOCTOR], 3);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try WHERE user_id = ?1", p.id), 3);
	assert_int_equal(sum.done + sum.used + sum.others, 0);
	assert_int_equal(sum.paused + sum.refused, CROWD);
	assert_int_equal(world_sessions(w, 0), 0);
	world_free(&w);
}

/* A button that is pressed 500 times: at most three are under way before the first is refused. */
static void one_wrong_code_sent_500_times_at_once_costs_no_more(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct crowd c = {.w = w};
	struct worker sum;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	c.cookie = jar(b.signin);
	c.code = phone_wrong(w, &phone);
	run(&c, type_code, CROWD, &sum);
	assert_in_range(vault_asked[CALL_CODE_CHECK], 1, 3);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM code_try WHERE user_id = ?1", p.id), vault_asked[CALL_CODE_CHECK]);
	assert_int_equal(sum.done + sum.used + sum.others, 0);
	assert_int_equal(world_sessions(w, 0), 0);
	/* and now it is only said again */
	run(&c, type_code, CROWD, &sum);
	assert_in_range(vault_asked[CALL_CODE_CHECK], 1, 3);
	world_free(&w);
}

/* As many half-done sign-ins as there are guesses: the budget is the account's. */
static struct str spread[CROWD], guesses[CROWD];

static void type_code_elsewhere(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct signin_state out;
	enum rc rc = signin_code(&c->w->flow, &v, spread[me->i], guesses[me->i], &out);

	count(me, rc, out.screen == SCREEN_DONE && out.session_cookie.len, out.told.say);
}

static void of_500_codes_spread_over_200_signins_3_are_looked_at(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser open[200];
	struct crowd c = {.w = w};
	struct worker sum;

	(void)state;
	vault_knows_passwords = true;
	for (int i = 0; i < 200; i++) {
		open[i] = browser_new();
		go_to_second(w, &open[i], "mandatory", p);
	}
	for (int i = 0; i < CROWD; i++) {
		spread[i] = jar(open[i % 200].signin);
		guesses[i] = i % 100 == 99 ? phone_code(w, &phone, 0) : phone_wrong(w, &phone);
	}
	run(&c, type_code_elsewhere, CROWD, &sum);
	/* a right one among them may end the pause once: then three more */
	assert_in_range(vault_asked[CALL_CODE_CHECK], 3, 3 + 3 * sum.done);
	assert_in_range(sum.done, 0, 1);
	assert_int_equal(world_sessions(w, 0), sum.done);
	world_free(&w);
}

static void of_500_right_codes_at_once_one_gives_a_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct phone phone = phone_new(w, p, "HP saya");
	struct browser b = browser_new();
	struct crowd c = {.w = w};
	struct worker sum;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	c.cookie = jar(b.signin);
	c.code = phone_code(w, &phone, 0);
	run(&c, type_code, CROWD, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_sessions(w, 0), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM signin", 0), 0);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM audit WHERE event = 'signin'", 0), 1);
	world_free(&w);
}

static void one_code_in_50_signins_at_once_gives_one_session(void **state)
{
	(void)state;
	for (int round = 0; round < 4; round++) {
		struct world *w = world_new();
		struct person p = person_new(w, "penyedia1", "mandatory");
		struct phone phone = phone_new(w, p, "HP saya");
		struct browser open[FEW];
		struct crowd c = {.w = w};
		struct worker sum;

		vault_knows_passwords = true;
		for (int i = 0; i < FEW; i++) {
			open[i] = browser_new();
			go_to_second(w, &open[i], "mandatory", p);
			spread[i] = jar(open[i].signin);
			guesses[i] = phone_code(w, &phone, 0);
		}
		run(&c, type_code_elsewhere, FEW, &sum);
		assert_int_equal(sum.done, 1);
		assert_int_equal(world_sessions(w, 0), 1);
		world_free(&w);
	}
}

/* ---- passwords --------------------------------------------------------------------------------------------------- */

static void type_password(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct signin_state out;
	unsigned char hash[STORE_HASH];
	struct str cookie = c->cookie;
	enum rc rc = RC_OK;

	if (!cookie.len) { /* each in a browser of their own */
		rc = cookie_new(me->arena, &cookie, hash);
		if (rc == RC_OK)
			rc = signin_user(&c->w->flow, &v, cookie, S("mandatory"), S("penyedia1"), STR_NONE, &out);
	}
	if (rc == RC_OK)
		rc = signin_password(&c->w->flow, &v, cookie, c->code, NULL, true, &out);
	count(me, rc, out.screen == SCREEN_DONE && out.session_cookie.len, out.told.say);
}

static void of_500_wrong_passwords_at_once_exactly_5_are_looked_at(void **state)
{
	struct world *w = world_new();
	struct crowd c = {.w = w, .code = S(WRONG)};
	struct worker sum;

	(void)state;
	person_new(w, "penyedia1", "mandatory");
	vault_knows_passwords = true;
	run(&c, type_password, CROWD, &sum);
	assert_int_equal(vault_asked[CALL_PASSWORD_CHECK], 5);
	assert_int_equal(sum.paused, CROWD - 5);
	assert_int_equal(world_count(w, "SELECT failures FROM password_tries", 0), 5);
	world_free(&w);
}

static void one_form_sent_50_times_at_once_gives_one_session(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct browser b = browser_new();
	struct crowd c = {.w = w, .code = S(PASSWORD)};
	struct worker sum;

	(void)state;
	vault_knows_passwords = true;
	go_user(w, &b, "off", p.login);
	c.cookie = jar(b.signin);
	run(&c, type_password, FEW, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

/* ---- activations -------------------------------------------------------------------------------------------------- */

static void confirm(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct enrol_state out;
	struct str name = c->names ? c->names[me->i] : S("HP baru");
	enum rc rc = enrol_confirm(&c->w->flow, &v, *c->by, name, c->codes ? c->codes[me->i] : c->code, &out);

	count(me, rc, out.screen == ENROL_DONE, out.told.say);
}

static void one_activation_confirmed_50_times_at_once_adds_one_device(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct enrol_by by = {.kind = HOLDER_SIGNIN};
	struct crowd c = {.w = w, .by = &by};
	struct worker sum;
	struct phone phone;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_enrol_look(w, &b);
	phone = phone_scan(&b.enrol);
	by.cookie = jar(b.signin);
	c.code = phone_code(w, &phone, 0);
	/* no more than the tries that it has */
	run(&c, confirm, ENROL_TRIES, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 1);
	assert_int_equal(world_sessions(w, 0), 1);
	world_free(&w);
}

static void of_100_tries_at_once_an_activation_looks_at_30(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct enrol_by by = {.kind = HOLDER_SIGNIN};
	struct crowd c = {.w = w, .by = &by};
	struct worker sum;
	struct phone phone;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	go_enrol_look(w, &b);
	phone = phone_scan(&b.enrol);
	by.cookie = jar(b.signin);
	c.code = phone_wrong(w, &phone);
	run(&c, confirm, 100, &sum);
	assert_int_equal(sum.done, 0);
	assert_int_equal(vault_asked[CALL_CODE_CHECK_NEW], ENROL_TRIES);
	world_free(&w);
}

/* At the cap less one, whatever comes at once: devices are added straight to the store, as 50 confirms would. */
static void add_device(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct device d = {.user = c->who.user.id, .name = c->names[me->i], .state = DEVICE_ACTIVE, .seed = S("sealed"), .number = 100 + me->i};
	struct tx *tx;
	enum rc rc = store_id_new(&d.id);

	if (rc == RC_OK)
		rc = store_begin(c->w->flow.store, &tx);
	if (rc == RC_OK)
		rc = store_device_add(tx, &d, 3);
	if (rc == RC_OK)
		rc = store_commit(&tx);
	store_abandon(&tx);
	count(me, rc, true, SAY_NOTHING);
}

static void the_cap_holds_when_50_arrive_at_once(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct str names[FEW];
	struct crowd c = {.w = w, .names = names};
	struct worker sum;

	(void)state;
	phone_new(w, p, "satu");
	phone_new(w, p, "dua");
	c.who.user.id = p.id;
	for (int i = 0; i < FEW; i++)
		names[i] = arena_printf(w->life, "HP %d", i);
	run(&c, add_device, FEW, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 3);
	world_free(&w);
}

/* The whole way, in a session of one's own: begin here, scan, send. Whoever begins takes the activation over. */
static void enrol_whole(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct enrol_by by = {.kind = HOLDER_SESSION, .cookie = c->cookies[me->i]};
	struct enrol_wish wish = {.here = true, .how = c->goes ? REPLACES_EVICT : REPLACES_NONE, .device = c->goes};
	struct enrol_state out;
	enum rc rc = enrol_begin(&c->w->flow, &v, by, &wish, &out);
	char code[TOTP_CODE_ROOM];
	struct str seed;

	if (rc == RC_OK && out.screen == ENROL_OPEN) {
		if (base32_decode(me->arena, out.secret, &seed) != RC_OK)
			panic("a secret that is none");
		hotp(TOTP_SHA1, seed, (uint64_t)(c->w->now_s / 30), 6, code);
		rc = enrol_confirm(&c->w->flow, &v, by, c->names[me->i], str_of(code), &out);
	}
	count(me, rc, out.screen == ENROL_DONE, SAY_NOTHING);
}

static void enrol_at_the_cap(int places_taken, enum when_full when)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct str names[FEW], cookies[FEW];
	struct crowd c = {.w = w, .names = names, .cookies = cookies};
	struct phone phone = phone_new(w, p, "satu");
	struct worker sum;

	world_type(w, "optional")->policy.devices_when_full = when;
	for (int i = 1; i < places_taken; i++)
		phone_new(w, p, i == 1 ? "dua" : "tiga");
	for (int i = 0; i < FEW; i++) {
		struct browser b = browser_new();

		w->now_s += 30;
		go_in(w, &b, "optional", p, &phone);
		names[i] = arena_printf(w->life, "HP %d", i);
		cookies[i] = arena_str(w->life, jar(b.session));
		world_reset(w);
	}
	world_do(w, "UPDATE session SET fresh_s = ?1", w->now_s);
	c.goes = when == FULL_REFUSE ? 0 : phone.device;
	run(&c, enrol_whole, FEW, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 1", 0), 3);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM device WHERE state = 2", 0), when == FULL_REFUSE ? 0 : 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.added'", 0), 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM outbox WHERE template = 'device.suspended'", 0), when == FULL_REFUSE ? 0 : 1);
	world_free(&w);
}

static void fifty_enrolments_at_the_cap_less_one_leave_exactly_the_cap(void **state)
{
	(void)state;
	enrol_at_the_cap(2, FULL_REFUSE);
}

static void fifty_enrolments_at_the_cap_push_one_device_out(void **state)
{
	(void)state;
	enrol_at_the_cap(3, FULL_EVICT_OLDEST);
}

static void renew(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct enrol_state out;

	count(me, enrol_renew(&c->w->flow, &v, *c->by, &out), true, SAY_NOTHING);
}

static void more_time_pressed_50_times_at_once_is_at_most_ten_extensions(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "mandatory");
	struct browser b = browser_new();
	struct enrol_by by = {.kind = HOLDER_SIGNIN};
	struct crowd c = {.w = w, .by = &by};
	struct worker sum;

	(void)state;
	go_to_second(w, &b, "mandatory", p);
	by.cookie = jar(b.signin);
	run(&c, renew, FEW, &sum);
	assert_int_equal(world_count(w, "SELECT renewals FROM enrolment", 0), 10);
	assert_int_equal(world_count(w, "SELECT period_ends_s FROM enrolment", 0), NOWHERE + 11 * 120);
	world_free(&w);
}

static void begin(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct enrol_state out;

	count(me, enrol_begin(&c->w->flow, &v, *c->by, NULL, &out), true, SAY_NOTHING);
}

static void an_activation_begun_50_times_at_once_is_one(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "optional");
	struct browser b = browser_new();
	struct enrol_by by = {.kind = HOLDER_SESSION};
	struct crowd c = {.w = w, .by = &by};
	struct worker sum;
	struct phone phone;

	(void)state;
	go_in(w, &b, "optional", p, NULL);
	by.cookie = jar(b.session);
	run(&c, begin, FEW, &sum);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM enrolment", 0), 1);
	assert_int_equal(go_enrol_look(w, &b), ENROL_OPEN);
	assert_int_equal(b.enrol.number, 1); /* no dead entries in between */
	assert_int_equal(b.enrol.leftover, 0);
	phone = phone_scan(&b.enrol);
	assert_int_equal(go_enrol_confirm(w, &b, "HP saya", phone_code(w, &phone, 0)), ENROL_DONE);
	world_free(&w);
}

/* ---- links ----------------------------------------------------------------------------------------------------------- */

static void use_link(struct worker *me)
{
	struct crowd *c = me->crowd;
	struct visit v = world_visit_of(c->w, me->arena);
	struct setup out;
	enum rc rc = account_setup(&c->w->flow, &v, c->token, S(PASSWORD_2), S(PASSWORD_2), &out);

	count(me, rc, out.told.say == SAY_DONE, SAY_NOTHING);
}

static void a_setup_link_used_10_times_at_once_counts_once(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off");
	struct link l = {.user = p.id, .purpose = TOKEN_SETUP, .made_s = NOWHERE, .expires_s = NOWHERE + 1800};
	struct crowd c = {.w = w};
	struct worker sum;
	struct tx *tx;

	(void)state;
	assert_int_equal(store_id_new(&l.id), RC_OK);
	assert_int_equal(vault_token(w->flow.vault, w->life, TOKEN_SETUP, l.id, 1, &c.token), RC_OK);
	sha256(c.token, l.token);
	assert_int_equal(store_begin(w->flow.store, &tx), RC_OK);
	assert_int_equal(store_link_add(tx, &l), RC_OK);
	assert_int_equal(store_commit(&tx), RC_OK);
	run(&c, use_link, 10, &sum);
	assert_int_equal(sum.done, 1);
	assert_int_equal(world_count(w, "SELECT COUNT(*) FROM audit WHERE event = 'password.setup'", 0), 1);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_500_posts_with_one_captcha_one_is_looked_at),
		cmocka_unit_test(of_500_wrong_codes_at_once_exactly_3_are_looked_at),
		cmocka_unit_test(one_wrong_code_sent_500_times_at_once_costs_no_more),
		cmocka_unit_test(of_500_codes_spread_over_200_signins_3_are_looked_at),
		cmocka_unit_test(of_500_right_codes_at_once_one_gives_a_session),
		cmocka_unit_test(one_code_in_50_signins_at_once_gives_one_session),
		cmocka_unit_test(of_500_wrong_passwords_at_once_exactly_5_are_looked_at),
		cmocka_unit_test(one_form_sent_50_times_at_once_gives_one_session),
		cmocka_unit_test(one_activation_confirmed_50_times_at_once_adds_one_device),
		cmocka_unit_test(of_100_tries_at_once_an_activation_looks_at_30),
		cmocka_unit_test(the_cap_holds_when_50_arrive_at_once),
		cmocka_unit_test(fifty_enrolments_at_the_cap_less_one_leave_exactly_the_cap),
		cmocka_unit_test(fifty_enrolments_at_the_cap_push_one_device_out),
		cmocka_unit_test(more_time_pressed_50_times_at_once_is_at_most_ten_extensions),
		cmocka_unit_test(an_activation_begun_50_times_at_once_is_one),
		cmocka_unit_test(a_setup_link_used_10_times_at_once_counts_once),
	};

	return cmocka_run_group_tests_name("races", tests, world_group_begin, world_group_end);
}
