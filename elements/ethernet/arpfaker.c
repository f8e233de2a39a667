/* SPDX-License-Identifier: MIT */
/*
 * ARPFaker - send unsolicited ARP replies
 *
 * One second after the start, and every ten seconds from then on, tells the host DSTIP at DSTETH that
 * SRCIP is at SRCETH.
 *
 * Example: ARPFaker(1.0.0.1, 1:1:1:1:1:1, 1.0.0.2, 2:2:2:2:2:2) -> Queue -> ToDevice(eth0)
 * See also: ARPResponder, ARPQuerier
 */
#include "elements/ethernet/arp.h"

#define FIRST NS_PER_SEC
#define EVERY (10 * NS_PER_SEC)

struct arpfaker {
	struct element base;
	struct ip_addr dst_ip, src_ip;
	struct ether_addr dst, src;
	struct timer timer;
};
ELEMENT_SELF(struct arpfaker)

static void fire(struct element *e, struct timer *t)
{
	const struct arpfaker *f = self(e);
	struct packet *p =
		arp_frame(ARP_REPLY, f->dst.b, &f->src, f->src_ip.v, f->dst.b, f->dst_ip.v);

	if (p)
		output_push_packet(e, 0, p);
	timer_again(t, EVERY);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	timer_init(&self(e)->timer, e, fire);
	timer_after(&self(e)->timer, FIRST);
	return true;
}

static const struct arg args[] = {
	ARG("DSTIP", dst_ip, ARG_POSITIONAL | ARG_REQUIRED, "who is told: IP address"),
	ARG("DSTETH", dst, ARG_POSITIONAL | ARG_REQUIRED, "who is told: Ethernet address"),
	ARG("SRCIP", src_ip, ARG_POSITIONAL | ARG_REQUIRED, "the address that is claimed"),
	ARG("SRCETH", src, ARG_POSITIONAL | ARG_REQUIRED, "where it is said to be"),
};

const struct element_class arpfaker_class = {
	.name = "ARPFaker",
	.ports = "0/1",
	.processing = "h",
	.size = sizeof(self_t),
	.flags = CLASS_SOURCE,
	.start = start,
	.args = TABLE(args),
};
