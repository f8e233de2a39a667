/* SPDX-License-Identifier: MIT */
/* wait_test.c - watches that come and go while their events are dispatched; waking. */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "engine/platform.h"
#include "engine/run/router.h"
#include "tests/unit/test.h"

static struct engine engine;
static struct thread thread = { .engine = &engine };
static struct watch first, second;
static unsigned calls[2], last_events;

static void count(struct element *e, struct watch *w, unsigned events)
{
	(void)e;
	calls[w == &second]++;
	last_events = events;
}

static void set(struct watch *w, int fd, unsigned events)
{
	w->fd = fd;
	w->events = events;
	CHECK_INT(platform_watch(w, events), 0);
}

static void make(struct watch *w, void (*ready)(struct element *, struct watch *, unsigned))
{
	*w = (struct watch){ .fd = -1, .thread = &thread, .ready = ready };
}

static void wait_once(unsigned want_first, unsigned want_second)
{
	calls[0] = calls[1] = 0;
	platform_wait(&thread, 0);
	CHECK_INT(calls[0], want_first);
	CHECK_INT(calls[1], want_second);
}

/* Two watches share a descriptor, with different events. */
static void test_shared(void)
{
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	make(&first, count);
	make(&second, count);
	wait_once(0, 0);
	set(&first, fd[0], WATCH_READ);
	set(&second, fd[0], WATCH_READ);
	wait_once(0, 0);
	CHECK_INT(write(fd[1], "x", 1), 1);
	wait_once(1, 1);
	set(&second, fd[0], WATCH_WRITE);
	wait_once(1, 0);
	set(&first, fd[0], 0);
	wait_once(0, 0);
	set(&first, fd[0], 0);
	set(&second, fd[0], WATCH_READ);
	close(fd[1]);
	wait_once(0, 1);
	CHECK_INT(last_events, WATCH_READ);
	set(&second, fd[0], 0);
	close(fd[0]);
	wait_once(0, 0);
}

/* Ends both, and opens the number again for the other. */
static void end_both(struct element *e, struct watch *w, unsigned events)
{
	int fd = w->fd, other[2];

	count(e, w, events);
	set(&first, fd, 0);
	set(&second, fd, 0);
	close(fd);
	CHECK_INT(pipe(other), 0);
	CHECK_INT(other[0], fd);
	set(w == &first ? &second : &first, other[0], WATCH_READ);
	CHECK_INT(write(other[1], "x", 1), 1);
}

static void test_removed(void)
{
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	make(&first, end_both);
	make(&second, end_both);
	set(&first, fd[0], WATCH_READ);
	set(&second, fd[0], WATCH_READ);
	CHECK_INT(write(fd[1], "x", 1), 1);
	calls[0] = calls[1] = 0;
	platform_wait(&thread, 0);
	CHECK_INT(calls[0] + calls[1], 1);
	first.ready = second.ready = count;
	platform_wait(&thread, 0);
	CHECK_INT(calls[0] + calls[1], 2);
	set(&first, fd[0], 0);
	set(&second, fd[0], 0);
	close(fd[0]);
	close(fd[1]);
}

/* epoll refuses regular files, which are always ready. */
static void test_plain(void)
{
	int fd = open("/proc/self/exe", O_RDONLY), end[2];

	CHECK_INT(pipe(end), 0);
	make(&first, count);
	make(&second, count);
	set(&first, fd, WATCH_READ);
	set(&second, end[0], WATCH_READ);
	wait_once(1, 0);
	CHECK_INT(last_events, WATCH_READ);
	CHECK_INT(write(end[1], "x", 1), 1);
	wait_once(1, 1);
	set(&first, fd, 0);
	wait_once(0, 1);
	set(&second, end[0], 0);
	close(fd);
	close(end[0]);
	close(end[1]);
}

static void *wake_soon(void *arg)
{
	(void)arg;
	usleep(20000);
	platform_wake(&thread);
	return NULL;
}

static void test_wake(void)
{
	int64_t start = platform_steady(), took;
	pthread_t other;

	platform_wait(&thread, 30000000);
	took = platform_steady() - start;
	CHECK(took >= 30000000 && took < 2000000000);
	platform_wake(&thread);
	platform_wake(&thread);
	start = platform_steady();
	platform_wait(&thread, -1);
	platform_wait(&thread, 10000000);
	CHECK(platform_steady() - start >= 10000000);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(pthread_create(&other, NULL, wake_soon, NULL), 0);
		platform_wait(&thread, -1);
		pthread_join(other, NULL);
		platform_wait(&thread, 0);
	}
}

int main(void)
{
	platform_thread_init(&thread);
	test_shared();
	test_removed();
	test_plain();
	test_wake();
	platform_thread_fini(&thread);
	return test_end();
}
