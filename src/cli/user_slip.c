/* gerbang user slip: a page with a registration code, for the first activation (first_enrol = slip) */
#include <stdio.h>

#include "cli/cli.h"
#include "flow/first.h"

static void slip_json(struct cli *c, const struct user *u, struct str code, int64_t expires_s)
{
	struct json j;
	json_begin(&j, c->arena);
	json_open(&j, NULL, '{');
	json_str(&j, "id", u->shown);
	json_str(&j, "code", code);
	json_time(&j, "expires", expires_s);
	json_close(&j, '}');
	json_end(&j);
}

/* One language: what it is, the code, until when, what to do. */
static void slip_text(struct cli *c, enum lang lang, const struct user *u, struct str code, int64_t expires_s)
{
	const struct config *config = c->flow.config;
	bool en = lang == LANG_EN;
	struct str name = u->name.len ? u->name : u->shown, until = time_full(c->arena, lang, expires_s);

	printf("%s\n%.*s\n\n", en ? "REGISTRATION SLIP" : "LEMBAR PENDAFTARAN", STR_ARG(cli_plain(c->arena, config->organisation)));
	printf("  %-20s %.*s\n", en ? "Name" : "Nama", STR_ARG(cli_plain(c->arena, name)));
	printf("  %-20s %.*s\n", "User ID", STR_ARG(cli_plain(c->arena, u->shown)));
	printf("  %-20s %.*s\n", en ? "Registration code" : "Kode pendaftaran", STR_ARG(code));
	printf("  %-20s %.*s\n\n", en ? "Valid until" : "Berlaku sampai", STR_ARG(until));
	if (en)
		printf("  1. Open %.*s and log in with your user id and password.\n"
		       "  2. Type the registration code. It works once.\n"
		       "  3. Scan the QR code with your authenticator app and type the code that it shows.\n"
		       "  Give this slip to nobody. We never ask for the code by e-mail, telephone or WhatsApp.\n",
		       STR_ARG(config->base_url));
	else
		printf("  1. Buka %.*s lalu login dengan User ID dan password Anda.\n"
		       "  2. Ketik kode pendaftaran. Kode ini hanya untuk sekali pakai.\n"
		       "  3. Pindai QR dengan aplikasi autentikator, lalu ketik kode yang muncul.\n"
		       "  Jangan berikan lembar ini kepada siapa pun. Kami tidak pernah meminta kodenya lewat email, telepon, atau WhatsApp.\n",
		       STR_ARG(config->base_url));
}

int cli_user_slip(struct cli *c)
{
	const struct config_type *type;
	int64_t expires_s;
	struct str code;
	struct user u;
	int status = cli_open(c);
	if (!status)
		status = cli_user(c, c->words[0], &u);
	if (status)
		return status;
	type = config_type_find(c->flow.config, u.type);
	if (!type || type->policy.first_enrol == FIRST_PASSWORD)
		return cli_fail(c, c->words[0], "its type asks for no slip (first_enrol = \"password\")");
	enum rc rc = first_slip_make(&c->flow, &c->visit, &u, S("cli"), &code, &expires_s);
	if (rc != RC_OK)
		return cli_fail_rc(c, c->words[0], rc);
	if (c->json) {
		slip_json(c, &u, code, expires_s);
		return CLI_DONE;
	}
	for (size_t i = 0; i < c->flow.config->n_languages; i++) {
		if (i)
			printf("\n----\n\n");
		slip_text(c, c->flow.config->languages[i], &u, code, expires_s);
	}
	return CLI_DONE;
}
