/* SPDX-License-Identifier: MIT */
/*
 * FromRawSocket - receive IP packets from a raw socket
 *
 * RawSocket that only receives.
 *
 * Example: FromRawSocket(icmp) -> IPPrint -> Discard
 * See also: RawSocket, ToRawSocket
 */
#include "elements/device/rawip.h"

ELEMENT_SELF(struct rawip)

static const struct arg args[] = { RAWIP_ARGS };

const struct element_class fromrawsocket_class = {
	.name = "FromRawSocket",
	.ports = "0-1/0-1",
	.processing = "h/h",
	.push = rawip_push,
	RAWIP_CLASS,
};
