/* SPDX-License-Identifier: MIT */
/*
 * EtherSwitch - learning Ethernet switch
 *
 * Remembers at which port each source address was last seen. Frames to a known address leave by its
 * port only, or not at all when that is where they came from; frames to groups and to unknown
 * addresses leave by all other ports. What was learned is forgotten TIMEOUT after the address was
 * last seen, by the packets' timestamps; with TIMEOUT 0 nothing is learned.
 *
 * Example: s :: EtherSwitch; FromDevice(eth0) -> [0] s [0] -> q0 :: Queue -> ToDevice(eth0); ...
 * See also: ListenEtherSwitch, EtherSpanTree, Hub
 */
#include "elements/ethernet/etherswitch.h"

ELEMENT_SELF(struct etherswitch)

static const struct arg args[] = {
	ARG_OR("TIMEOUT", timeout, 0, "300",
	       "time after which an address is forgotten; 0: no learning"),
};

static const struct handler handlers[] = { ETHERSWITCH_HANDLERS };

const struct element_class etherswitch_class = {
	.name = "EtherSwitch",
	.ports = "2-/=",
	.flow = "#/[^#]",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.start = etherswitch_start,
	.stop = etherswitch_stop,
	.push = etherswitch_push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
