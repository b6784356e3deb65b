#include "world.h"

#include <stdio.h>

#include "vault_calls.h"

/* While the vault is busy with a password or a code, somebody else acts: what is true afterwards counts. */

struct meanwhile {
	struct world *w;
	struct person p;
	int64_t device;
};

static void lock_it(void *context)
{
	struct meanwhile *m = context;

	person_lock(m->w, m->p, true);
}

static void change_password(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "UPDATE users SET phc = 'the new one' WHERE id = ?1", m->p.id);
}

static void delete_user(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "PRAGMA foreign_keys = ON", 0);
	world_do(m->w, "DELETE FROM signin WHERE user_id = ?1", m->p.id);
	world_do(m->w, "DELETE FROM device WHERE user_id = ?1", m->p.id);
	world_do(m->w, "DELETE FROM users WHERE id = ?1", m->p.id);
}

static void retire_device(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "UPDATE device SET state = 3 WHERE id = ?1", m->device);
}

static void start_again(void *context)
{
	struct meanwhile *m = context;

	world_do(m->w, "UPDATE signin SET id = id + 1, password_s = 0, user_id = NULL, step = 1 WHERE step <> ?1", 77);
}

static void what_changes_during_the_hash_counts(void **state)
{
	static vault_meanwhile_fn *const changes[] = {lock_it, change_password, delete_user, start_again};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char login[32];
		struct browser b = browser_new();
		struct meanwhile m = {.w = w};

		snprintf(login, sizeof(login), "orang%zu", i);
		m.p = person_new(w, login, "off");
		go_user(w, &b, "off", login);
		vault_meanwhile(CALL_PASSWORD_CHECK, changes[i], &m);
		go_password(w, &b, PASSWORD, true);
		assert_int_not_equal(b.at.screen, SCREEN_DONE);
		assert_int_equal(b.session[0], '\0');
		assert_int_equal(world_sessions(w, 0), 0);
		assert_true(b.rc == RC_TAKEN || b.at.told.say == SAY_SIGNIN_WRONG);
	}
	world_free(&w);
}

static void what_changes_during_the_code_counts(void **state)
{
	static vault_meanwhile_fn *const changes[] = {lock_it, delete_user, retire_device, start_again};
	struct world *w = world_new();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char login[32];
		struct browser b = browser_new();
		struct meanwhile m = {.w = w};
		struct phone phone;

		snprintf(login, sizeof(login), "orang%zu", i);
		m.p = person_new(w, login, "optional");
		phone = phone_new(w, m.p, "HP saya");
		m.device = phone.device;
		go_to_second(w, &b, "optional", m.p);
		vault_meanwhile(CALL_CODE_CHECK, changes[i], &m);
		go_code(w, &b, phone_code(w, &phone, 0));
		assert_int_not_equal(b.at.screen, SCREEN_DONE);
		assert_int_equal(world_sessions(w, 0), 0);
		assert_int_equal(world_count(w, "SELECT COUNT(*) FROM audit WHERE event = 'code' AND result = 'ok'", 0), 0);
	}
	world_free(&w);
}

static void a_rehash_never_undoes_a_change_of_password(void **state)
{
	struct world *w = world_new();
	struct meanwhile m = {.w = w, .p = person_new(w, "penyedia1", "off")};
	struct browser b = browser_new();

	(void)state;
	vault_says_rehash = true;
	/* changed while the old one is checked */
	go_user(w, &b, "off", m.p.login);
	vault_meanwhile(CALL_PASSWORD_CHECK, change_password, &m);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(world_count(w, "SELECT phc = 'the new one' FROM users WHERE id = ?1", m.p.id), 1);
	world_free(&w);

	w = world_new();
	m = (struct meanwhile){.w = w, .p = person_new(w, "penyedia1", "off")};
	b = browser_new();
	vault_says_rehash = true;
	/* changed after the sign-in, while the old one is hashed again */
	go_user(w, &b, "off", m.p.login);
	vault_meanwhile(CALL_PASSWORD_HASH, change_password, &m);
	assert_int_equal(go_password(w, &b, PASSWORD, true), SCREEN_DONE);
	assert_int_equal(vault_asked[CALL_PASSWORD_HASH], 1);
	assert_int_equal(world_count(w, "SELECT phc = 'the new one' FROM users WHERE id = ?1", m.p.id), 1);
	world_free(&w);
}

static void an_old_hash_is_rewritten_at_the_next_signin(void **state)
{
	struct world *w = world_new();
	struct person p = person_new(w, "penyedia1", "off"), locked = person_new(w, "penyedia2", "off");
	struct browser b = browser_new();

	(void)state;
	world_do(w, "CREATE TABLE was AS SELECT phc FROM users WHERE id = ?1", p.id);
	vault_says_rehash = true;
	go_in(w, &b, "off", p, NULL);
	assert_int_equal(world_count(w, "SELECT phc <> (SELECT phc FROM was) FROM users WHERE id = ?1", p.id), 1);
	b = browser_new();
	go_in(w, &b, "off", p, NULL);
	/* no second hash tells that the password of a locked account was right */
	person_lock(w, locked, true);
	vault_asked[CALL_PASSWORD_HASH] = 0;
	b = browser_new();
	go_user(w, &b, "off", locked.login);
	go_password(w, &b, PASSWORD, true);
	assert_int_equal(b.at.told.say, SAY_SIGNIN_WRONG);
	assert_int_equal(vault_asked[CALL_PASSWORD_HASH], 0);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_changes_during_the_hash_counts),
		cmocka_unit_test(what_changes_during_the_code_counts),
		cmocka_unit_test(a_rehash_never_undoes_a_change_of_password),
		cmocka_unit_test(an_old_hash_is_rewritten_at_the_next_signin),
	};

	return cmocka_run_group_tests_name("busy", tests, world_group_begin, world_group_end);
}
