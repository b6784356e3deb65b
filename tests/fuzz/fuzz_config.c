#include "fuzz.h"

#include "config.h"
#include "config_parts.h"

/* Whatever the file holds: a configuration that keeps the promises of config.h, or a reason with the file's name. */
static void fuzz_one(struct arena *a, struct str in)
{
	struct config *c;
	struct str why;

	if (in.len > CONFIG_FILE_MAX)
		return;
	if (config_load_text(a, "f", S("/nowhere"), in, &c, &why) != RC_OK) {
		check(!c && str_starts(why, S("f:")));
		return;
	}
	check(why.len == 0 && c->n_types > 0 && c->n_types <= CONFIG_TYPES_MAX);
	check(c->n_listen > 0 && c->n_listen <= CONFIG_LISTEN_MAX && c->n_languages > 0 && c->n_languages <= LANG_COUNT);
	check(c->n_trusted_proxies <= CONFIG_PROXIES_MAX && c->n_return_to <= CONFIG_LINKS_MAX);
	check(c->secure == str_starts(c->base_url, S("https://")));
	check(str_starts(c->store, S("sqlite:/")) && c->data_dir.len && c->data_dir.ptr[0] == '/' && c->key_file.ptr[0] == '/');
	check(c->session_s >= 3600 && c->session_idle_s >= 60);
	for (size_t i = 0; i < c->n_types; i++) {
		const struct config_type *t = &c->types[i];
		const struct policy *p = &t->policy;
		check(config_type_find(c, t->id) == t && t->issuer.len && !str_has(t->issuer, ':'));
		check(p->mfa == MFA_OFF || (p->factors && (p->factors & p->first_factor)));
		check(p->mfa != MFA_MANDATORY_FROM || p->mfa_from_s != 0);
		check(p->devices_max >= 1 && p->devices_max <= 50 && p->enrol_s >= 30 && p->password_s >= 30);
	}
}
