/* SPDX-License-Identifier: MIT */
/* watchdog.c - who watches, and when the timer is set; what a tick does is in kernel/stubs.S. */
#include "kernel/watchdog.h"

#include <stddef.h>

#include "abi/monitor.h"
#include "base/bits.h"
#include "kernel/apic.h"
#include "kernel/machine.h"
#include "kernel/ring0.h"

#define TICKS 4U   /* a second */
#define AGAIN 200U /* the same, of tries to end what is in a critical region */

#define OFFSET(field, value) \
	_Static_assert(offsetof(struct watchdog, field) == (value), "as kernel/ring0.h has it")
OFFSET(beats, WATCHDOG_BEATS);
OFFSET(seen, WATCHDOG_SEEN);
OFFSET(left, WATCHDOG_LEFT);
OFFSET(patience, WATCHDOG_PATIENCE);
OFFSET(tick, WATCHDOG_TICK);
OFFSET(again, WATCHDOG_AGAIN);
OFFSET(armed, WATCHDOG_ARMED);
OFFSET(asleep, WATCHDOG_ASLEEP);
OFFSET(critical, WATCHDOG_CRITICAL);

struct watchdog watchdog;
static bool was_armed;

static void arm(void)
{
	WRITE_ONCE(watchdog.armed, 1);
	apic_write(APIC_INITIAL, watchdog.tick);
}

static void watchdog_here(uint32_t seconds)
{
	if (!apic_init())
		return;
	watchdog.patience = (int32_t)(seconds < INT32_MAX / TICKS ? seconds * TICKS : INT32_MAX);
	watchdog.again = apic_timer_hz() / AGAIN;
	watchdog.tick = apic_timer_hz() / TICKS;
	machine.beats = &watchdog.beats;
	watchdog_again();
}

void watchdog_start(uint32_t seconds)
{
	if (machine.page) {
		WRITE_ONCE(machine.page->critical, (uintptr_t)&watchdog.critical);
		WRITE_ONCE(machine.page->patience, seconds);
	} else if (seconds > 0) {
		watchdog_here(seconds);
	}
}

void watchdog_again(void)
{
	if (!watchdog.tick)
		return;
	WRITE_ONCE(watchdog.left, watchdog.patience);
	arm();
	ring0_interrupts();
}

void watchdog_lend_timer(void)
{
	WRITE_ONCE(watchdog.armed, 0);
}

bool watchdog_awake(void)
{
	if (watchdog.tick && !READ_ONCE(watchdog.armed))
		arm();
	return watchdog.tick != 0;
}

void watchdog_sleep(void)
{
	WRITE_ONCE(watchdog.asleep, 1);
	was_armed = READ_ONCE(watchdog.armed);
}

/* When the last tick comes before the sleep it begins once more than it had to. */
bool watchdog_woken(void)
{
	WRITE_ONCE(watchdog.asleep, 0);
	if (was_armed && !READ_ONCE(watchdog.armed))
		return false;
	watchdog_awake();
	return true;
}
