/* SPDX-License-Identifier: MIT */
/* arptable.h - the element ARPTable, for the queriers that share one. */
#ifndef ELEMENTS_ETHERNET_ARPTABLE_H
#define ELEMENTS_ETHERNET_ARPTABLE_H

#include "elements/ethernet/arp.h"

struct arptable {
	struct element base;
	struct arp_table table;
	struct timer timer;
};

/* The arguments of a table; s is its settings' path in the element's state. */
#define ARP_TABLE_ARGS(s)                                                                          \
	ARG_OR("CAPACITY", s.capacity, 0, "2048", "packets that may wait in all, 0: any number"),  \
	ARG_OR("ENTRY_CAPACITY", s.entry_capacity, 0, "0", "entries, 0: any number"),              \
	ARG_OR("ENTRY_PACKET_CAPACITY", s.entry_packets, 0, "0",                                   \
	       "packets that may wait for one address, 0: any number"),                            \
	ARG_OR("CAPACITY_SLIM_FACTOR", s.slim_factor, 0, "2",                                      \
	       "when too many wait, a part of 1/this goes"),                                       \
	ARG_OR("TIMEOUT", s.timeout, 0, "300", "entries expire after that time, 0: never")

#endif
