/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - each second of its processor time a signal takes the thread out of the guest; when
 * there was no beat for long enough the guest gets an NMI, which its trap handler makes the end of
 * the thread that ran (platform/guest).
 */
#define _GNU_SOURCE
#include "monitor/watchdog.h"

#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/error.h"
#include "monitor/machine.h"

#define TICK 1         /* s */
#define AGAIN 5000000L /* ns, when it could not be interrupted */

static volatile sig_atomic_t ticked;

static void tick(int signo)
{
	(void)signo;
	ticked = 1;
}

static bool set_timer(const struct watchdog *w, struct timespec first)
{
	struct itimerspec t = { { .tv_sec = TICK }, first };

	return syscall(SYS_timer_settime, w->timer, 0, &t, NULL) == 0;
}

bool watchdog_open(struct machine *m, struct error *err)
{
	/* KVM_RUN ends with EINTR all the same. */
	struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
	/* The kernel's struct sigevent. A C library may not know of signals to a thread, nor which
	 * thread this is behind the sandbox's fork. */
	struct {
		uint64_t value;
		int32_t signo, notify, thread;
		uint8_t pad[64 - 20];
	} event = { .signo = SIGALRM,
		    .notify = SIGEV_THREAD_ID,
		    .thread = (int32_t)syscall(SYS_gettid) };

	m->watchdog = (struct watchdog){ 0 };
	if (sigaction(SIGALRM, &action, NULL) < 0 ||
	    syscall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &m->watchdog.timer) < 0 ||
	    !set_timer(&m->watchdog, (struct timespec){ .tv_sec = TICK }))
		return fail(err, "host: the watchdog's timer: %s", strerror(errno));
	return true;
}

/* Is it where a thread may be ended: in ring 3, with its tables whole? */
static bool may_interrupt(struct machine *m)
{
	uint64_t address = READ_ONCE(m->vm.page->critical);
	const uint32_t *critical = memory_at(&m->vm.memory, address, sizeof(*critical));
	struct kvm_sregs s;

	if (address && (address % 4 != 0 || !critical || READ_ONCE(*critical)))
		return false;
	return ioctl(m->vcpu, KVM_GET_SREGS, &s) == 0 && (s.cs.selector & 3) == 3;
}

void watchdog_look(struct machine *m)
{
	uint32_t beats = READ_ONCE(m->vm.page->beats);
	uint32_t patience = READ_ONCE(m->vm.page->patience);
	struct watchdog *w = &m->watchdog;

	if (!ticked)
		return;
	ticked = 0;
	w->ticks = beats == w->beats ? w->ticks + TICK : 0;
	w->beats = beats;
	if (!patience || w->ticks < patience)
		return;
	if (may_interrupt(m)) {
		ioctl(m->vcpu, KVM_NMI);
		w->ticks = 0;
	} else {
		set_timer(w, (struct timespec){ .tv_nsec = AGAIN });
	}
}
