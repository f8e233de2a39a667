/* SPDX-License-Identifier: MIT */
/* clock.c - time, memory in pages, randomness, and the process. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "platform/linux/linux.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define PAGE ((size_t)4096)

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

int64_t platform_wall(void)
{
	return clock_ns(CLOCK_REALTIME);
}

int64_t platform_steady(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t platform_cycles(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return (uint64_t)clock_ns(CLOCK_MONOTONIC);
#endif
}

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) & ~(to - 1);
}

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Maps one huge page too much and gives back what sticks out in front and behind. */
static void *map_huge(size_t size)
{
	char *p = map(size + HUGE_PAGE);
	size_t front;

	if (!p)
		return NULL;
	front = round_up((uintptr_t)p, HUGE_PAGE) - (uintptr_t)p;
	if (front > 0)
		munmap(p, front);
	if (front < HUGE_PAGE)
		munmap(p + front + size, HUGE_PAGE - front);
	madvise(p + front, size, MADV_HUGEPAGE);
	return p + front;
}

void *platform_pages(size_t size)
{
	if (size == 0 || size > SIZE_MAX / 2)
		return NULL;
	size = round_up(size, PAGE);
	return size < HUGE_PAGE ? map(size) : map_huge(size);
}

void platform_pages_free(void *p, size_t size)
{
	if (p)
		munmap(p, round_up(size, PAGE));
}

void platform_random(void *p, size_t n)
{
	char *to = p;

	while (n > 0) {
		ssize_t r = getrandom(to, n, 0);

		if (r < 0 && errno != EINTR)
			platform_panic("no random numbers");
		if (r > 0) {
			to += r;
			n -= (size_t)r;
		}
	}
}

const char *platform_env(const char *name)
{
	return getenv(name);
}

int platform_pid(void)
{
	return getpid();
}

int platform_kill(int pid, int signo)
{
	return kill(pid, signo) < 0 ? -errno : 0;
}

/* --- memory is nobody's: a fault is the end of the process --- */

unsigned platform_memory_new(void)
{
	return 0;
}

unsigned platform_memory_set(unsigned owner)
{
	return owner;
}

void platform_memory_end(unsigned owner)
{
	(void)owner;
}
