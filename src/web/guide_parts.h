/*
 * guide_parts: what the files of the guide share. Nobody else includes it.
 *
 *   guide.c          the document: head, contents, chapters in their order
 *   guide_text.c     sentences with acts in them, steps, spans of time
 *   guide_signin.c   chapters: what is needed, the app, first sign-in, later ones
 *   guide_care.c     chapters: devices, recovery codes, passkeys, codes that do not match, lost phone, questions
 *   guide_pages.c    the example pages
 *
 * An act is a word of a sentence that a person does: it stands bold, and carries what a machine does.
 */
#ifndef WEB_GUIDE_PARTS_H
#define WEB_GUIDE_PARTS_H

#include "pages.h"
#include "web/guide.h"

enum { GUIDE_CHAPTERS_MAX = 16 };

struct guide {
	struct arena *a;
	const struct config *config;
	const struct config_type *type;
	const struct policy *policy;
	enum lang lang;
	int64_t now_s;
	struct buf body;                 /* the chapters; the head comes before it at the end */
	struct page_frame frame;         /* of the example pages */
	struct str user, label;          /* of the example person: "contoh1", "SPSE: contoh1 #1" */
	struct { const char *id; enum msg title; } chapters[GUIDE_CHAPTERS_MAX];
	size_t n_chapters, n_pictures;
	struct str marks[8];             /* what the step under way tells to fill in or press; escaped */
	size_t n_marks;
	bool mandatory;                  /* at this moment */
	bool codes, passkeys;            /* what people of this type may have */
	bool broken;                     /* a picture could not be made */
};

/* ---- sentences (guide_text.c) ----------------------------------------------------------------------- */

/* Fills {name} of a message. `step` NULL: a plain value. Else bold, with data-step="step" data-attr="key". */
struct act {
	const char *name, *step, *attr;
	struct str key, text;
};
#define VALUE(name, text) {(name), NULL, NULL, STR_NONE, (text)}
#define PRESS(name, text) {(name), "press", "button", (text), (text)}
#define FILL(name, field, text) {(name), "fill", "field", S(field), (text)}
#define SEE(name, text) {(name), "see", "text", (text), (text)}
#define ACTS(...) (const struct act[]){__VA_ARGS__}, sizeof((const struct act[]){__VA_ARGS__}) / sizeof(struct act)
#define NO_ACTS NULL, 0

struct str guide_words(const struct guide *g, enum msg m);
struct str guide_span(const struct guide *g, int64_t seconds);   /* "2 menit", "90 detik", "24 jam" */
struct str guide_number(const struct guide *g, int64_t n);

/* <section id data-chapter>; closes the one before. */
void guide_chapter(struct guide *g, const char *id, enum msg title);
void guide_chapters_end(struct guide *g);
void guide_heading(struct guide *g, enum msg m);
void guide_para(struct guide *g, enum msg m, const struct act *acts, size_t n);
void guide_note(struct guide *g, enum msg m, const struct act *acts, size_t n);
void guide_list(struct guide *g, const enum msg *items, size_t n); /* messages without parameters */

/* <ol class="steps"> of steps; a step is sentences, then perhaps a picture. */
void guide_steps_begin(struct guide *g);
void guide_steps_end(struct guide *g);
void guide_step_begin(struct guide *g);
/* `at` NULL, or the path on which alone this sentence is for (data-at): "/account/confirm". */
void guide_say(struct guide *g, const char *at, enum msg m, const struct act *acts, size_t n);
typedef void guide_page(struct guide *g, struct buf *b);
void guide_step_end(struct guide *g, guide_page *picture); /* NULL: none */

/* The words of a message before its first {name}, for SEE. */
struct str guide_before(const struct guide *g, enum msg m);
/* Where the menu is: an application may stand where a sign-in ends. */
void guide_home(struct guide *g);
/* "If asked: password and code", and the button that was pressed before once more. */
void guide_proof(struct guide *g, enum msg again);
/* Is there such a page in this program? */
bool guide_has(const char *path);

/* ---- the example pages (guide_pages.c) ---------------------------------------------------------------- */

void guide_frame(struct guide *g);
guide_page guide_page_landing, guide_page_user, guide_page_password, guide_page_onepage, guide_page_agree, guide_page_enrol,
	guide_page_closed, guide_page_done, guide_page_code, guide_page_wrong, guide_page_home_off, guide_page_home_on,
	guide_page_mfa, guide_page_devices, guide_page_recovery, guide_page_passkey, guide_page_lost, guide_page_paused, guide_page_signed_out;

/* ---- chapters ----------------------------------------------------------------------------------------- */

void guide_need(struct guide *g);
void guide_apps(struct guide *g);
void guide_first(struct guide *g);
void guide_later(struct guide *g);
/* The steps from the address to the second factor, for the chapters that begin with a sign-in. */
void guide_to_password(struct guide *g, bool pictures);
void guide_devices(struct guide *g);
void guide_off(struct guide *g);
void guide_recovery(struct guide *g);
void guide_passkeys(struct guide *g);
/* The step on the page that makes one. */
void guide_passkey_make(struct guide *g);
void guide_wrong(struct guide *g);
void guide_lost(struct guide *g);
void guide_out(struct guide *g);
void guide_questions(struct guide *g);

#endif
