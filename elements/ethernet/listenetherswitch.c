/* SPDX-License-Identifier: MIT */
/*
 * ListenEtherSwitch - learning Ethernet switch with a port that hears everything
 *
 * Works like EtherSwitch, with one more output than inputs: the last, which gets a copy of every
 * frame, also of those that go nowhere else.
 *
 * Example: s :: ListenEtherSwitch; ... s[2] -> ToDump(all.pcap)
 * See also: EtherSwitch, Tee
 */
#include "elements/ethernet/etherswitch.h"

ELEMENT_SELF(struct etherswitch)

static void init(struct element *e)
{
	self(e)->listens = true;
}

static const struct arg args[] = {
	ARG_OR("TIMEOUT", timeout, 0, "300",
	       "time after which an address is forgotten; 0: no learning"),
};

static const struct handler handlers[] = { ETHERSWITCH_HANDLERS };

const struct element_class listenetherswitch_class = {
	.name = "ListenEtherSwitch",
	.ports = "-/=+",
	.flow = "#/[^#]",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.init = init,
	.start = etherswitch_start,
	.stop = etherswitch_stop,
	.push = etherswitch_push,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
