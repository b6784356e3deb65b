#include "courier/frame.h"

enum rc courier_ask_check(const struct courier_ask *ask)
{
	bool ok = ask->version == COURIER_VERSION && ask->from <= COURIER_HEADER_MAX && ask->to <= COURIER_HEADER_MAX &&
	          ask->subject <= COURIER_HEADER_MAX && ask->text <= COURIER_TEXT_MAX && ask->html <= COURIER_HTML_MAX &&
	          ask->id >= 0 && ask->now_s >= 0;

	return ok ? RC_OK : RC_MALFORMED;
}

enum rc courier_say_check(const struct courier_say *say)
{
	bool ok = say->version == COURIER_VERSION && say->accepted <= 1 && say->again <= 1 && say->words <= COURIER_WORDS_MAX;

	return ok ? RC_OK : RC_MALFORMED;
}
