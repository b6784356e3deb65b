/*
 * brand: the organisation's ONE colour, made safe to read, and the style sheet with it.
 *
 * The colour is for the stripe and the main button only. It is moved towards black (light pages) or white (dark
 * pages) in steps of two in a hundred until it stands out 3:1 from the page and white or dark ink on it reads
 * 7:1 (WCAG 2.2 SC 1.4.6, 1.4.11). The surprising rule: what is measured is what is sent, rounded to bytes.
 */
#ifndef WEB_BRAND_H
#define WEB_BRAND_H

#include "base/arena.h"
#include "base/str.h"

struct brand {
	char light[8], light_ink[8], dark[8], dark_ink[8]; /* "#0b4f8a" */
	double light_contrast, dark_contrast;              /* of the ink on it */
};
/* "#rgb" or "#rrggbb", either case. RC_MALFORMED otherwise. */
enum rc brand_of(struct str colour, struct brand *out) MUST_USE;

/*
 * At start, once, before the server runs: puts the colour behind the style sheets that pages carry (page_style_all,
 * page_style_full) and returns their sources for the Content-Security-Policy, "'sha256-...' 'sha256-...'", which
 * live as long as the program. An empty colour leaves the sheet's own. RC_MALFORMED: not a colour; the sheet's own is used.
 */
enum rc brand_install(struct str colour, const char **csp_source);

#endif
