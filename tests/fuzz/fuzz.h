/*
 * fuzz: what every fuzz target includes.
 *
 * A target is fuzz_NAME.c with fuzz_one(a, input), called with an arena that is reset after each input.
 * check() says what must hold for every input; a broken one aborts, as a fault found by a sanitizer does.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_one(struct arena *a, struct str input);

#define check(what) ((what) ? (void)0 : panic("fuzz: not true: " #what))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *a;

	if (!a) {
		a = arena_new(64 << 10, 64 << 20);
		log_level_set(LOG_ERROR);
	}
	fuzz_one(a, str_n(data, size));
	arena_reset(a);
	return 0;
}

#endif
