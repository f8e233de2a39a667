/* SPDX-License-Identifier: MIT */
/*
 * CheckARPHeader - check ARP headers and mark them
 *
 * The ARP header of each packet starts OFFSET bytes into it. Good packets get
 * their network header marked there. Bad ones are counted and go to output 1
 * if there is one: those too short for the header or for the addresses that it
 * announces, and those whose addresses are not as long as Ethernet's, IPv4's
 * or IPv6's are.
 *
 * Example: Strip(14) -> CheckARPHeader -> ARPPrint
 * See also: CheckIPHeader, ARPPrint, ARPResponder
 */
#include "base/net.h"
#include "elements/ip/check.h"

struct checkarpheader {
	union {
		struct element base;
		struct check check;
	};
	uint32_t offset;
};
ELEMENT_SELF(struct checkarpheader)

enum { TINY, TOO_SMALL, BAD_HARDWARE, BAD_PROTOCOL, GOOD };
enum { ARP_FIXED = 8, HARDWARE_ETHER = 1 }; /* bytes in front of the addresses */

static unsigned defect(const struct element *e, struct packet *p)
{
	uint32_t offset = self(e)->offset;
	const struct arp_header *arp = (const void *)((uintptr_t)p->data + offset);

	if (p->len < ARP_FIXED || offset > p->len - ARP_FIXED)
		return TINY;
	if (p->len - offset < ARP_FIXED + 2U * arp->hln + 2U * arp->pln)
		return TOO_SMALL;
	if (arp->hrd == be16(HARDWARE_ETHER) && arp->hln != 6)
		return BAD_HARDWARE;
	if ((arp->pro == be16(ETHERTYPE_IP) && arp->pln != 4) ||
	    (arp->pro == be16(ETHERTYPE_IP6) && arp->pln != 16))
		return BAD_PROTOCOL;
	packet_set_ip(p, arp, 0);
	return GOOD;
}

static const struct check_kind kind = {
	.name = "ARP header check",
	.prefix = CHECK_PLAIN,
	.n = GOOD,
	.reason = { "tiny packet", "too small for addresses", "bad hardware type/length",
		    "bad protocol type/length" },
	.defect = defect,
};

static void init(struct element *e)
{
	self(e)->check.kind = &kind;
}

static const struct arg args[] = {
	ARG_OR("OFFSET", offset, ARG_POSITIONAL, "0", "where the ARP header starts"),
	CHECK_ARGS,
};

static const struct handler handlers[] = {
	CHECK_HANDLERS,
};

const struct element_class checkarpheader_class = {
	.name = "CheckARPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.init = init,
	.action = check_action,
	.add_handlers = check_add_handlers,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
