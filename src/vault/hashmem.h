/*
 * hashmem: memory for Argon2id that is kept from one hash to the next.
 *
 * libsodium maps fresh memory for every hash and unmaps it after; nearly half of the time then goes into
 * page faults. It has no allocator hook, so this module defines mmap and munmap for the whole program (the
 * dynamic linker finds the program's before libc's): they pass everything on to the kernel, except the one
 * large block that a hash asks for on a thread that stands between hashmem_begin and hashmem_end.
 * The kept block holds what the last hash left in it, for at most the idle time; it is never dumped.
 *
 * In builds with AddressSanitizer or ThreadSanitizer, which need mmap for themselves, this does nothing.
 */
#ifndef VAULT_HASHMEM_H
#define VAULT_HASHMEM_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HASHMEM_KEEPS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HASHMEM_KEEPS 0
#endif
#endif
#ifndef HASHMEM_KEEPS
#define HASHMEM_KEEPS 1
#endif

/* One thread's block; all zero is a good start. */
struct hashmem {
	unsigned char *mapped, *block; /* what the kernel gave; its first huge-page boundary */
	size_t mapped_bytes, room;
	bool lent;
	size_t reused; /* how many hashes were served from the block */
};

/* From here to hashmem_end, the calling thread's hash takes its memory from `m`, which grows to `bytes`. */
void hashmem_begin(struct hashmem *m, size_t bytes);
void hashmem_end(struct hashmem *m);
/* Gives the block back to the kernel. */
void hashmem_release(struct hashmem *m);

#endif
