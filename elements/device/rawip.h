/* SPDX-License-Identifier: MIT */
/* rawip.h - raw IP sockets: what RawSocket, FromRawSocket and ToRawSocket are. */
#ifndef ELEMENTS_DEVICE_RAWIP_H
#define ELEMENTS_DEVICE_RAWIP_H

#include "engine/element.h"

struct rawip {
	struct element base;
	struct ip_proto proto;
	struct raw port_text;
	uint32_t snaplen, headroom;

	int fd, port_fd; /* port_fd: an ordinary socket that keeps the port for us */
	uint16_t port;
	struct watch watch;
	struct task task;
	struct timer timer;
	struct signal signal;
	struct packet *waiting; /* pulled and not yet sent */
	unsigned backoff;       /* us */
};

void rawip_init(struct element *e);
bool rawip_configure(struct element *e, struct error *err);
bool rawip_start(struct element *e, struct error *err);
void rawip_stop(struct element *e);
void rawip_push(struct element *e, unsigned port, struct batch *b); /* drops what does not fit */

#define RAWIP_ARGS                                                                                 \
	ARG("TYPE", proto, ARG_POSITIONAL | ARG_REQUIRED, "IP protocol"),                          \
	ARG("PORT", port_text, ARG_POSITIONAL, "TCP or UDP port to reserve"),                      \
	ARG_OR("SNAPLEN", snaplen, 0, "2048", "bytes of a packet, at most"),                       \
	ARG_OR("HEADROOM", headroom, 0, "128", "bytes in front of the data")

#define RAWIP_CLASS                                                                                \
	.size = sizeof(self_t), .flow = "x/y", .phase = PHASE_PRIVILEGED, .args = TABLE(args),     \
	.init = rawip_init, .configure = rawip_configure, .start = rawip_start, .stop = rawip_stop

#endif
