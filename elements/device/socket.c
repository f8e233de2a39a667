/* SPDX-License-Identifier: MIT */
/*
 * Socket - exchange packets over a TCP, UDP or Unix socket
 *
 * Packets that come in are sent, data that arrive are emitted. TYPE is TCP or
 * UDP, with ADDR and PORT (and LOCAL_ADDR, LOCAL_PORT), or UNIX or UNIX_DGRAM,
 * with a file name (and a local one). It is a client when it has no output,
 * unless CLIENT says otherwise: a client connects to the address while the router
 * starts, or sends its datagrams there (to their destination annotation when ADDR
 * is 0.0.0.0). A server waits there, serves one connection at a time, and answers
 * who sent the last datagram. ALLOW and DENY name route tables: addresses in
 * ALLOW are let in, else those in DENY are not.
 *
 * A push input waits for the peer when it does not read. Packets without a peer
 * are dropped.
 *
 * Example: Socket(UDP, 0.0.0.0, 47) -> ... -> Socket(TCP, 1.0.0.2, 80)
 * See also: FromSocket, ToSocket, McastSocket, RawSocket
 */
#include "elements/device/endpoint.h"

ELEMENT_SELF(struct endpoint)

static const struct arg args[] = { ENDPOINT_ARGS };
static const struct handler handlers[] = { TASK_HANDLERS(task, H_PULL) };

const struct element_class socket_class = {
	.name = "Socket",
	.ports = "0-1/0-1",
	.processing = "a/h",
	.push = endpoint_push,
	.handlers = TABLE(handlers),
	ENDPOINT_CLASS,
};
