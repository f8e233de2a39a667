/* SPDX-License-Identifier: MIT */
/* guest_wait.c - waits: until a deadline in the future, in the past, and none that comes. */
#include "tests/guest/guest.h"

static void check(const char *what, int good)
{
	put(what);
	say(good ? ": good" : ": bad");
}

/* A wait may end early; several together do not. */
static void wait_to(struct monitor_page *page, uint64_t deadline)
{
	while (tsc() < deadline)
		wait_until(page, deadline);
}

void main(const struct pvh_start_info *s, struct monitor_page *page)
{
	uint64_t ms = page->tsc_khz, t = tsc();

	(void)s;
	check("clock", page->wall > 1600000000000000000 && t >= page->wall_tsc &&
			       t - page->wall_tsc < 60000 * ms);
	wait_until(page, 0);
	wait_until(page, t);
	say("past");
	wait_to(page, t + 5 * ms);
	check("five", tsc() >= t + 5 * ms);
	wait_to(page, t + 20 * ms);
	check("twenty", tsc() >= t + 20 * ms);
}
