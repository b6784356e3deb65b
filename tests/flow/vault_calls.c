#include "vault_calls.h"

#include "world.h"

atomic_int vault_asked[CALL_COUNT];
atomic_uint vault_break_in;
enum rc vault_break_rc = RC_FAULT;
bool vault_says_rehash, vault_knows_passwords;

static struct {
	vault_meanwhile_fn *fn;
	void *context;
} meanwhile[CALL_COUNT];

void vault_meanwhile(enum vault_call call, vault_meanwhile_fn *fn, void *context)
{
	meanwhile[call].fn = fn;
	meanwhile[call].context = context;
}

void vault_calls_reset(void)
{
	for (int i = 0; i < CALL_COUNT; i++) {
		atomic_store(&vault_asked[i], 0);
		vault_meanwhile((enum vault_call)i, NULL, NULL);
	}
	atomic_store(&vault_break_in, 0);
	vault_break_rc = RC_FAULT;
	vault_says_rehash = vault_knows_passwords = false;
}

/* RC_OK: hand it on. */
static enum rc before(enum vault_call call)
{
	vault_meanwhile_fn *fn = meanwhile[call].fn;
	unsigned n = atomic_load(&vault_break_in);

	while (n && !atomic_compare_exchange_weak(&vault_break_in, &n, n - 1))
		;
	if (n == 1)
		return vault_break_rc;
	atomic_fetch_add(&vault_asked[call], 1);
	if (fn) {
		meanwhile[call].fn = NULL;
		fn(meanwhile[call].context);
	}
	return RC_OK;
}

#define WRAPPED(name, ...) \
	enum rc __real_##name(__VA_ARGS__); \
	enum rc __wrap_##name(__VA_ARGS__); \
	enum rc __wrap_##name(__VA_ARGS__)

WRAPPED(vault_password_hash, struct vault *v, struct arena *a, int64_t user, struct str password, struct str *phc)
{
	enum rc rc = before(CALL_PASSWORD_HASH);

	*phc = STR_NONE;
	return rc == RC_OK ? __real_vault_password_hash(v, a, user, password, phc) : rc;
}

WRAPPED(vault_password_check, struct vault *v, int64_t user, struct str phc, struct str password, enum verdict *verdict, bool *rehash)
{
	enum rc rc = before(CALL_PASSWORD_CHECK);

	*verdict = VERDICT_REFUSED;
	*rehash = false;
	if (rc != RC_OK)
		return rc;
	if (vault_knows_passwords)
		*verdict = phc.len && str_is(password, PASSWORD) ? VERDICT_GOOD : VERDICT_REFUSED;
	else
		rc = __real_vault_password_check(v, user, phc, password, verdict, rehash);
	if (rc == RC_OK && *verdict == VERDICT_GOOD && vault_says_rehash)
		*rehash = true;
	return rc;
}

WRAPPED(vault_seed_new, struct vault *v, struct arena *a, int64_t user, int64_t row, struct str *sealed)
{
	enum rc rc = before(CALL_SEED_NEW);

	*sealed = STR_NONE;
	return rc == RC_OK ? __real_vault_seed_new(v, a, user, row, sealed) : rc;
}

WRAPPED(vault_seed_show, struct vault *v, struct arena *a, const struct vault_device *d, struct str *base32)
{
	enum rc rc = before(CALL_SEED_SHOW);

	*base32 = STR_NONE;
	return rc == RC_OK ? __real_vault_seed_show(v, a, d, base32) : rc;
}

WRAPPED(vault_code_check, struct vault *v, const struct vault_device *devices, size_t n, const char *code, int64_t now_step,
        unsigned back, unsigned ahead, struct vault_code *out)
{
	enum rc rc = before(CALL_CODE_CHECK);

	*out = (struct vault_code){0};
	return rc == RC_OK ? __real_vault_code_check(v, devices, n, code, now_step, back, ahead, out) : rc;
}

WRAPPED(vault_code_check_new, struct vault *v, struct arena *a, const struct vault_device *d, const char *code, int64_t now_step,
        struct vault_code *out, int64_t *offset_steps, struct str *sealed)
{
	enum rc rc = before(CALL_CODE_CHECK_NEW);

	*out = (struct vault_code){0};
	*offset_steps = INT64_MIN;
	*sealed = STR_NONE;
	return rc == RC_OK ? __real_vault_code_check_new(v, a, d, code, now_step, out, offset_steps, sealed) : rc;
}

WRAPPED(vault_code_doctor, struct vault *v, const struct vault_device *devices, size_t n, const char *code, int64_t now_step,
        int64_t offsets[VAULT_DOCTOR_MAX])
{
	enum rc rc = before(CALL_CODE_DOCTOR);

	for (size_t i = 0; i < VAULT_DOCTOR_MAX; i++)
		offsets[i] = INT64_MIN;
	return rc == RC_OK ? __real_vault_code_doctor(v, devices, n, code, now_step, offsets) : rc;
}

WRAPPED(vault_typed_mac, struct vault *v, enum typed_purpose p, int64_t user, struct str text, unsigned char mac[32])
{
	enum rc rc = before(CALL_TYPED_MAC);

	memset(mac, 0, 32);
	return rc == RC_OK ? __real_vault_typed_mac(v, p, user, text, mac) : rc;
}
