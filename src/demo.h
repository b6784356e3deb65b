/*
 * demo: `gerbang demo`: a server with its own users, for trying the guides out. On this machine only.
 *
 * Everything is in the data directory (var/demo, or --data): a generated gerbang.conf (written anew at every
 * start), key, database, mail. The users' password is $GERBANG_DEMO_PASSWORD, else a random one kept in
 * DATA/demo-password; whoever has another one gets it again at the start. A second start finds everything.
 */
#ifndef DEMO_H
#define DEMO_H

#include "cli/cli.h"

int demo_run(struct cli *c);

#endif
