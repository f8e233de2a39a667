/* SPDX-License-Identifier: MIT */
/* thread.c - CPU contexts are POSIX threads; signals interrupt only the first of them. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "engine/run/router.h"
#include "platform/linux/linux.h"

_Thread_local struct thread *thread_current;

/* A thread that was started and not yet joined. */
struct started {
	struct started *next;
	struct thread *t;
	void (*main)(struct thread *);
	pthread_t pthread;
};

static struct {
	struct engine *engine; /* whose signals they are */
	void (*arrived)(int);  /* or who takes them */
	int first_cpu;         /* < 0: no affinity */
	struct started *started;
} process = { .first_cpu = -1 };

static void pin(int id)
{
	cpu_set_t set;

	if (process.first_cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)(process.first_cpu + id) % CPU_SETSIZE, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void thread_affinity(int first)
{
	process.first_cpu = first;
	pin(0);
}

void thread_main(struct thread *t)
{
	process.engine = t ? t->engine : NULL;
}

void thread_signals(void (*fn)(int signo))
{
	process.arrived = fn;
	platform_signal(SIGINT, true);
	platform_signal(SIGTERM, true);
}

static void *enter(void *arg)
{
	struct started *s = arg;

	thread_current = s->t;
	pin(s->t->id);
	s->main(s->t);
	return NULL;
}

int platform_thread_start(struct thread *t, void (*main)(struct thread *))
{
	struct started *s = calloc(1, sizeof(*s));
	sigset_t all, old;
	int r;

	if (!s)
		return -ENOMEM;
	*s = (struct started){ .t = t, .main = main, .next = process.started };
	platform_thread_init(t);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&s->pthread, NULL, enter, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r == 0)
		process.started = s;
	else
		free(s);
	return -r;
}

void platform_thread_join(struct thread *t)
{
	struct started **at = &process.started, *s;

	while ((s = *at) && s->t != t)
		at = &s->next;
	if (!s)
		return;
	pthread_join(s->pthread, NULL);
	platform_thread_fini(t);
	*at = s->next;
	free(s);
}

void platform_yield(void)
{
	sched_yield();
}

static void arrived(int signo)
{
	int saved = errno;

	if (process.arrived)
		process.arrived(signo);
	else if (process.engine)
		engine_signal(process.engine, signo);
	errno = saved;
}

/* Interrupt and termination are caught once: a program that hangs can be stopped by a second. */
int platform_signal(int signo, bool on)
{
	bool once = signo == SIGINT || signo == SIGTERM;
	struct sigaction a = { .sa_handler = on ? arrived : SIG_DFL };

	if (process.arrived && !on)
		return 0; /* others may still want it */
	if (!on && signo == SIGPIPE)
		a.sa_handler = SIG_IGN;
	a.sa_flags = on && once ? (int)SA_RESETHAND : SA_RESTART;
	return sigaction(signo, &a, NULL) < 0 ? -errno : 0;
}
