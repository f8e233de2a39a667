/* SPDX-License-Identifier: MIT */
/*
 * console.c - standard output and standard error.
 *
 * Standard output is collected and written when a buffer is full, before a thread sleeps, before
 * a message, and at exit: what a person sees is in the order in which it was said.
 */
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/text.h"
#include "platform/linux/linux.h"

#define HOLD 65536

static struct {
	pthread_mutex_t lock;
	size_t n; /* written under the lock, looked at without it */
	char held[HOLD];
} out = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t r = write(fd, p, n);

		if (r < 0 && errno == EAGAIN)
			usleep(1000);
		else if (r < 0 && errno != EINTR)
			return -errno;
		if (r > 0) {
			p += r;
			n -= (size_t)r;
		}
	}
	return 0;
}

static int flush_locked(void)
{
	size_t n = out.n;

	__atomic_store_n(&out.n, 0, __ATOMIC_RELAXED);
	return n > 0 ? write_all(STDOUT_FILENO, out.held, n) : 0;
}

void console_flush(void)
{
	if (__atomic_load_n(&out.n, __ATOMIC_RELAXED) == 0)
		return;
	pthread_mutex_lock(&out.lock);
	flush_locked();
	pthread_mutex_unlock(&out.lock);
}

int console_write(const void *p, size_t n)
{
	int r = 0;

	pthread_mutex_lock(&out.lock);
	if (n > HOLD - out.n)
		r = flush_locked();
	if (n >= HOLD) {
		r = r < 0 ? r : write_all(STDOUT_FILENO, p, n);
	} else {
		memcpy(out.held + out.n, p, n);
		__atomic_store_n(&out.n, out.n + n, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&out.lock);
	return r;
}

void platform_print(struct str s)
{
	console_write(s.p, s.n);
}

/* One write for a line, so that lines of several threads do not mix. */
void platform_message(struct str line)
{
	char newline = '\n';
	struct iovec v[2] = { { (void *)(uintptr_t)line.p, line.n }, { &newline, 1 } };
	ssize_t r;

	console_flush();
	do
		r = writev(STDERR_FILENO, v, 2);
	while (r < 0 && errno == EINTR);
	if (r >= 0 && (size_t)r < line.n)
		write_all(STDERR_FILENO, line.p + r, line.n - (size_t)r);
	if (r >= 0 && (size_t)r <= line.n && line.n > 0)
		write_all(STDERR_FILENO, &newline, 1);
}

void platform_panic(const char *what)
{
	platform_message(str_of(what));
	abort();
}

/* The handler was reset when it was entered, so raising the signal again ends the process. */
static void crash(int signo)
{
	void *frame[64];
	int n = backtrace(frame, 64);

	backtrace_symbols_fd(frame, n, STDERR_FILENO);
	raise(signo);
}

void backtrace_on_crash(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGFPE };
	struct sigaction a = { .sa_handler = crash, .sa_flags = (int)SA_RESETHAND | SA_NODEFER };
	void *warm_up[1];

	backtrace(warm_up, 1); /* loads what it needs now, not in the handler */
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &a, NULL);
}
