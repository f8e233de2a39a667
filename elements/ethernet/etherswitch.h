/* SPDX-License-Identifier: MIT */
/* etherswitch.h - what EtherSwitch and ListenEtherSwitch share, and EtherSpanTree sees of them. */
#ifndef ELEMENTS_ETHERNET_ETHERSWITCH_H
#define ELEMENTS_ETHERNET_ETHERSWITCH_H

#include "elements/ethernet/ether.h"
#include "elements/ethernet/mac_table.h"

struct etherswitch {
	struct element base;
	struct mac_table table;
	struct seconds timeout; /* 0: nothing is learned */
	bool listens;           /* the last output gets a copy of everything */
};

bool etherswitch_start(struct element *, struct error *);
void etherswitch_stop(struct element *);
void etherswitch_push(struct element *, unsigned port, struct batch *);
void etherswitch_read_table(struct element *, struct text *);
bool etherswitch_write_timeout(struct element *, struct str, struct error *);

#define ETHERSWITCH_HANDLERS                                                                       \
	READ("table", etherswitch_read_table, "addresses and the ports where they were seen"),     \
	RW("timeout", etherswitch_read_timeout, etherswitch_write_timeout, 0,                      \
	   "seconds after which an address is forgotten; 0: none is learned")
void etherswitch_read_timeout(struct element *, struct text *);

#endif
