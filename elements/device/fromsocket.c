/* SPDX-License-Identifier: MIT */
/*
 * FromSocket - receive packets from a TCP, UDP or Unix socket
 *
 * Socket with push ports only.
 *
 * Example: FromSocket(UDP, 0.0.0.0, 47) -> ...
 * See also: Socket, ToSocket
 */
#include "elements/device/endpoint.h"

ELEMENT_SELF(struct endpoint)

static const struct arg args[] = { ENDPOINT_ARGS };

const struct element_class fromsocket_class = {
	.name = "FromSocket",
	.ports = "0-1/0-1",
	.processing = "h/h",
	.push = endpoint_push,
	ENDPOINT_CLASS,
};
