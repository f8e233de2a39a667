/* SPDX-License-Identifier: MIT */
/*
 * KernelTun - exchange IP packets with the host's kernel
 *
 * Makes a tun device of the host with the address and mask ADDR, and starts it.
 * What the host sends there is emitted, up to BURST packets at a time, with the
 * header positions set; packets that are not IP go to output 1, or are dropped.
 * Packets that come in, with their network header known, reach the host as if
 * they had come in on that device; those longer than MTU are dropped. GATEWAY
 * becomes the host's default route. The device goes when the router does.
 *
 * TCP packets that the host leaves to the device to cut (TSO) are emitted as they
 * would be on a wire, with their checksums.
 *
 * Example: KernelTun(10.0.0.1/8) -> IPPrint -> ...
 * See also: KernelTap, FromHost, ToHost
 */
#include "elements/device/kerneltun.h"

ELEMENT_SELF(struct kerneltun)

static const struct arg args[] = { KERNELTUN_ARGS };
static const struct handler handlers[] = { KERNELTUN_HANDLERS };

const struct element_class kerneltun_class = {
	.name = "KernelTun",
	.init = kerneltun_init,
	KERNELTUN_CLASS,
};
