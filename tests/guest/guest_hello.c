/* SPDX-License-Identifier: MIT */
/* guest_hello.c - prints its command line and what it was given, and powers off. */
#include "tests/guest/guest.h"

void main(const struct pvh_start_info *s, struct monitor_page *page)
{
	const struct pvh_module *m = (const struct pvh_module *)s->modules;

	put("hello ");
	say((const char *)s->cmdline);
	if (page->magic != MONITOR_MAGIC || s->magic != PVH_MAGIC)
		say("bad magic");
	put("memory ");
	put_number(page->memory / 1024);
	end_line();
	for (unsigned i = 0; i < s->nmodules; i++) {
		put("module ");
		put_number(m[i].size);
		put(" ");
		guest_line.text[guest_line.n++] = ((const char *)m[i].base)[0];
		end_line();
	}
	out8(MONITOR_PORT_READY, 1);
}
