/*
 * fill: makes an installation of any size for the benchmark: users with passwords and entries, and sessions.
 *
 *   fill DIR USERS SESSIONS COOKIES SEEDS
 *
 * DIR was made by `gerbang init`. The first USERS users sign in for real: their ids (bench0 ...), and their
 * seeds in hex, go to the file SEEDS, one a line; the password of all is "bench password 2468". SESSIONS sessions are spread over
 * them; the first 1,000 cookies go to the file COOKIES.
 */
#ifndef BENCH_FILL_H
#define BENCH_FILL_H

#define BENCH_PASSWORD "bench password 2468"

#endif
