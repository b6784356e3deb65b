/* Else the headers would rename our mmap to mmap64, and the one that libsodium calls would stay libc's. */
#undef _FILE_OFFSET_BITS
#include "vault/hashmem.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !HASHMEM_KEEPS

void hashmem_begin(struct hashmem *m, size_t bytes)
{
	(void)m;
	(void)bytes;
}

void hashmem_end(struct hashmem *m)
{
	(void)m;
}

void hashmem_release(struct hashmem *m)
{
	(void)m;
}

#else

enum { HUGE_PAGE = 2 << 20, HASH_LEAST = 1 << 20 };

static _Thread_local struct hashmem *lender;

void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	struct hashmem *m = lender;

	if (m && !m->lent && !at && fd == -1 && n >= HASH_LEAST && n <= m->room) {
		m->lent = true;
		m->reused++;
		return m->block;
	}
	/* RAW: the kernel's answer is an address or -1, which is MAP_FAILED. */
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, offset);
}

int munmap(void *at, size_t n)
{
	struct hashmem *m = lender;

	if (m && m->lent && at == m->block) {
		m->lent = false;
		return 0;
	}
	return (int)syscall(SYS_munmap, at, n);
}

static size_t round_up(size_t n)
{
	return (n + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void hashmem_begin(struct hashmem *m, size_t bytes)
{
	/* A little more than asked: the library aligns inside what it gets. */
	size_t room = round_up(bytes + 4096);
	void *p;

	if (m->room < room) {
		hashmem_release(m);
		p = mmap(NULL, room + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		/* Without a block the library maps its own and says itself when there is none. */
		if (p == MAP_FAILED)
			return;
		m->mapped = p;
		m->mapped_bytes = room + HUGE_PAGE;
		m->block = m->mapped + (HUGE_PAGE - (size_t)m->mapped % HUGE_PAGE) % HUGE_PAGE;
		m->room = room;
		madvise(m->block, room, MADV_DONTDUMP);
		madvise(m->block, room, MADV_HUGEPAGE);
	}
	lender = m;
}

void hashmem_end(struct hashmem *m)
{
	lender = NULL;
	m->lent = false;
}

void hashmem_release(struct hashmem *m)
{
	if (m->mapped)
		munmap(m->mapped, m->mapped_bytes);
	*m = (struct hashmem){.reused = m->reused};
}

#endif
