/* SPDX-License-Identifier: MIT */
/* info.c - what the machine says of itself: INFO and INTERFACES of docs/control.md. */
#include "base/text.h"
#include "drivers/net.h"
#include "drivers/xen/xen.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"

void platform_info(struct text *out)
{
	unsigned interfaces = 0;

	for (const struct net *n = net_first; n; n = n->next)
		interfaces++;
	text_add(out, "platform %s\nmemory %zu\nmemory-free %zu\nuptime %.3f\ninterfaces %u\n",
		 machine.name, memory_total(), memory_free_bytes(), (double)clock_steady() / 1e9,
		 interfaces);
	if (machine.kind == MACHINE_XEN)
		xen_counters(out);
}

void platform_interfaces(struct text *out)
{
	unsigned i = 0;

	for (const struct net *n = net_first; n; n = n->next, i++)
		text_add(out,
			 "%u\t%s\t%02x:%02x:%02x:%02x:%02x:%02x\t%s\t%s\t%llu\t%llu\t%llu\t%llu\n",
			 i, n->name, n->mac[0], n->mac[1], n->mac[2], n->mac[3], n->mac[4],
			 n->mac[5], n->driver, n->broken ? n->broken : "up",
			 (unsigned long long)n->rx_frames, (unsigned long long)n->rx_drops,
			 (unsigned long long)n->tx_frames, (unsigned long long)n->tx_drops);
}
