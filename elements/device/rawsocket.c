/* SPDX-License-Identifier: MIT */
/*
 * RawSocket - exchange IP packets over a raw socket
 *
 * Emits the IP packets of protocol TYPE that this machine gets, with their header
 * positions, destination annotation and timestamp set, and sends those that it
 * pulls, header included, to the destinations in their headers. With PORT, for
 * TCP and UDP, that port is reserved so that no other program uses it.
 *
 * Example: RawSocket(icmp) -> IPPrint -> Discard
 * See also: Socket, FromRawSocket, ToRawSocket
 */
#include "elements/device/rawip.h"

ELEMENT_SELF(struct rawip)

static const struct arg args[] = { RAWIP_ARGS };
static const struct handler handlers[] = { TASK_HANDLERS(task, H_PULL) };

const struct element_class rawsocket_class = {
	.name = "RawSocket",
	.ports = "0-1/0-1",
	.processing = "l/h",
	.handlers = TABLE(handlers),
	RAWIP_CLASS,
};
