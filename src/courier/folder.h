/*
 * folder: the transport that writes letters into a folder, one file each.
 *
 * A letter appears whole under ID.eml or not at all: it is written beside as .ID.tmp, synced, renamed, and
 * the folder synced. The same id again is the same file. Files are 0640 less the umask; they hold links, so
 * the folder decides who may look.
 */
#ifndef COURIER_FOLDER_H
#define COURIER_FOLDER_H

#include "courier/courier.h"

/* Fills in `out`: accepted, or not and worth another try (a full disk may be cleared). */
void folder_write(struct arena *a, int folder_fd, int64_t id, struct str letter, struct courier_answer *out);

#endif
