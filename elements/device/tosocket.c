/* SPDX-License-Identifier: MIT */
/*
 * ToSocket - send packets to a TCP, UDP or Unix socket
 *
 * Socket with a pull input.
 *
 * Example: ... -> Queue -> ToSocket(UDP, 1.0.0.2, 47)
 * See also: Socket, FromSocket
 */
#include "elements/device/endpoint.h"

ELEMENT_SELF(struct endpoint)

static const struct arg args[] = { ENDPOINT_ARGS };
static const struct handler handlers[] = { TASK_HANDLERS(task, H_PULL) };

const struct element_class tosocket_class = {
	.name = "ToSocket",
	.ports = "0-1/0-1",
	.processing = "l/h",
	.handlers = TABLE(handlers),
	ENDPOINT_CLASS,
};
