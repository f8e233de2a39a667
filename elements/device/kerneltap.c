/* SPDX-License-Identifier: MIT */
/*
 * KernelTap - exchange Ethernet frames with the host's kernel
 *
 * KernelTun with a tap device: packets are Ethernet frames, both ways. ETHER is
 * the device's address. MTU does not count the Ethernet header.
 *
 * Example: tap :: KernelTap(10.0.0.1/8, ETHER 1:2:3:4:5:6) -> ... -> tap
 * See also: KernelTun, FromHost, ToHost
 */
#include "elements/device/kerneltun.h"

ELEMENT_SELF(struct kerneltun)

static void init(struct element *e)
{
	kerneltun_init(e);
	self(e)->tap = true;
}

static const struct arg args[] = { KERNELTUN_ARGS };
static const struct handler handlers[] = { KERNELTUN_HANDLERS };

const struct element_class kerneltap_class = {
	.name = "KernelTap",
	.init = init,
	KERNELTUN_CLASS,
};
