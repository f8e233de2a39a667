/* SPDX-License-Identifier: MIT */
/*
 * ToRawSocket - send IP packets to a raw socket
 *
 * RawSocket with a pull input.
 *
 * Example: ... -> Queue -> ToRawSocket(icmp)
 * See also: RawSocket, FromRawSocket
 */
#include "elements/device/rawip.h"

ELEMENT_SELF(struct rawip)

static const struct arg args[] = { RAWIP_ARGS };
static const struct handler handlers[] = { TASK_HANDLERS(task, H_PULL) };

const struct element_class torawsocket_class = {
	.name = "ToRawSocket",
	.ports = "0-1/0-1",
	.processing = "l/h",
	.handlers = TABLE(handlers),
	RAWIP_CLASS,
};
