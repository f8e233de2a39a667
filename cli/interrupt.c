/* SPDX-License-Identifier: MIT */
/* interrupt.c - signals that end a command are held back. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

static void fill(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaddset(set, signals[i]);
}

static void change(int how)
{
	sigset_t set;

	fill(&set);
	sigprocmask(how, &set, NULL);
}

void interrupt_hold(void)
{
	change(SIG_BLOCK);
}

void interrupt_release(void)
{
	change(SIG_UNBLOCK);
}

bool interrupt_waits(void)
{
	sigset_t set;
	bool waits = false;

	sigpending(&set);
	for (size_t i = 0; i < NSIGNALS; i++)
		waits |= sigismember(&set, signals[i]) == 1;
	return waits;
}

int interrupt_fd(void)
{
	sigset_t set;

	fill(&set);
	return signalfd(-1, &set, SFD_CLOEXEC);
}
