#include "demo_conf.h"

#include "base/buf.h"
#include "store/store.h"

enum { TEXT_FIRST = 8 * 1024, TEXT_MAX = 64 * 1024 };

const struct demo_user demo_users[] = {
	{"pelanggan1", "pelanggan", "Pelanggan Satu", "pelanggan1@contoh.id", false, 0, "TC: one page, code mandatory"},
	{"penyedia1", "penyedia", "Penyedia Satu", "penyedia1@contoh.id", false, 0, "TG, LK: Enable TOTP from the home page"},
	{"ppk2", "non-penyedia", "PPK Dua", "ppk2@contoh.id", false, 0, "LK: as penyedia1, for officials"},
	{"penyedia2", "penyedia-pu", "Penyedia Dua", "penyedia2@contoh.id", false, 0, "PU: code mandatory, one device"},
	{"signer1", "signer", "Penandatangan Satu", "signer1@contoh.id", true, 0, "BS: code mandatory, verified"},
	{"helpdesk1", "staff", "Helpdesk Satu", "helpdesk1@contoh.id", false,
	 RIGHT_SEE | RIGHT_OPEN | RIGHT_APPROVE | RIGHT_ADMINISTER, "staff, all rights"},
	{"helpdesk2", "staff", "Helpdesk Dua", "helpdesk2@contoh.id", false, RIGHT_SEE | RIGHT_OPEN | RIGHT_APPROVE, "staff"},
};
const size_t demo_users_count = sizeof(demo_users) / sizeof(demo_users[0]);

const char demo_terms[] =
	"Persyaratan dan ketentuan (contoh)\n"
	"\n"
	"1. Sistem ini adalah contoh. Jangan memasukkan data yang sebenarnya.\n"
	"2. User ID dan password hanya untuk Anda sendiri.\n"
	"3. Kode keamanan tidak pernah diminta lewat telepon, surat, atau pesan.\n"
	"\n"
	"Terms and conditions (an example)\n"
	"\n"
	"1. This system is an example. Do not enter real data.\n"
	"2. User id and password are for you alone.\n"
	"3. Nobody ever asks for your code by telephone, letter or message.\n";

struct demo_type {
	const char *id, *label_id, *label_en, *issuer, *home, *layout, *captcha, *terms, *mfa, *factors, *match;
	bool disable_allowed;
	unsigned devices;
	const char *full, *reset, *reset_does;
};

static const struct demo_type types[] = {
	{"pelanggan", "Pelanggan (TC)", "Customer (TC)", "TELKOMCARE", "/demo/app/", "one-page", "always", "each", "mandatory",
	 "\"code\"", NULL, false, 3, "ask", "mail", "wipe"},
	{"penyedia", "Penyedia (TG, LK)", "Supplier (TG, LK)", "SPSE", "/home", "two-step", "always", "footer", "optional",
	 "\"code\", \"tap\"", "tap", true, 3, "evict-oldest", "mail", "wipe"},
	{"non-penyedia", "Non-Penyedia (LK)", "Non-supplier (LK)", "SPSE", "/home", "two-step", "always", "footer", "optional",
	 "\"tap\", \"code\"", "tap", true, 3, "evict-oldest", "mail", "wipe"},
	{"penyedia-pu", "Penyedia Pekerjaan Umum (PU)", "Public works supplier (PU)", "SPSE", "/home", "two-step", "never", "footer",
	 "mandatory", "\"tap\", \"code\"", "tap", true, 1, "ask", "both", "wipe"},
	{"signer", "Penandatangan (BS)", "Signer (BS)", "BSrE", "/home", "two-step", "never", "footer", "mandatory", "\"code\"", NULL,
	 false, 2, "evict-oldest", "ticket", "add"},
	{"staff", "Staf", "Staff", "SPSE", "/console/", "two-step", "after-failures", "footer", "mandatory", "\"passkey\", \"code\"",
	 "six", false, 3, "ask", "ticket", NULL},
};

static void type_text(struct buf *b, const struct demo_type *t)
{
	buf_printf(b, "\ntype \"%s\" {\n  label_id = \"%s\"\n  label_en = \"%s\"\n  issuer = \"%s\"\n  home_url = \"%s\"\n", t->id,
	           t->label_id, t->label_en, t->issuer, t->home);
	buf_printf(b, "  layout = \"%s\"\n  captcha = \"%s\"\n  terms = \"%s\"\n  mfa = \"%s\"\n  factors = {%s}\n", t->layout,
	           t->captcha, t->terms, t->mfa, t->factors);
	if (t->match)
		buf_printf(b, "  match = \"%s\"\n", t->match);
	buf_printf(b, "  disable_allowed = %s\n  devices_max = %u\n  devices_when_full = \"%s\"\n  reset = \"%s\"\n",
	           t->disable_allowed ? "true" : "false", t->devices, t->full, t->reset);
	if (t->reset_does)
		buf_printf(b, "  reset_does = \"%s\"\n", t->reset_does);
	buf_lit(b, "}\n");
}

struct str demo_conf_text(struct arena *a, int64_t port, bool six)
{
	struct buf b;
	long long p = port;
	buf_init(&b, a, TEXT_FIRST, TEXT_MAX);
	buf_printf(&b, "# Written by `gerbang demo` at every start: changes are lost.\n"
	               "base_url = \"http://localhost:%lld\"\n"
	               "listen = {\"127.0.0.1:%lld\"", p, p);
	if (six)
		buf_printf(&b, ", \"[::1]:%lld\"", p);
	buf_lit(&b, "}\n"
	            "data_dir = \".\"\n"
	            "organisation = \"LPSE Contoh\"\n"
	            "issuer = \"SPSE\"\n"
	            "training_session = \"Sesi Contoh\"\n"
	            "register_url = \"/helpdesk\"\n"
	            "captcha = \"picture\"\n"
	            "mail_dir = \"mail\"\n"
	            "helpdesk {\n"
	            "  email = \"helpdesk@contoh.id\"\n"
	            "  phone = \"021 555 0100\"\n"
	            "  hours = \"Senin-Jumat 08.00-16.00 WIB\"\n"
	            "}\n"
	            "terms {\n  version = \"1\"\n  file = \"terms.txt\"\n}\n"
	            "application \"Aplikasi Contoh\" {\n  url = \"/demo/app/\"\n}\n");
	buf_printf(&b, "return_to = {\"localhost:%lld\"}\n", p);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		type_text(&b, &types[i]);
	return buf_str(&b);
}
