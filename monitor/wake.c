/* SPDX-License-Identifier: MIT */
/* wake.c - a futex. */
#include "monitor/wake.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ULL

void wake_send(struct wake *w)
{
	__atomic_store_n(&w->came, 1, __ATOMIC_SEQ_CST);
	/* The waiter says so before it looks at `came'. */
	if (__atomic_load_n(&w->waiting, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &w->came, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void wake_wait(struct wake *w, uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND) };

	__atomic_store_n(&w->waiting, 1, __ATOMIC_SEQ_CST);
	if (ns && !__atomic_load_n(&w->came, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &w->came, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0);
	__atomic_store_n(&w->waiting, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&w->came, 0, __ATOMIC_SEQ_CST);
}

void wake_await(struct wake *w)
{
	__atomic_store_n(&w->waiting, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&w->came, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &w->came, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}
