/* SPDX-License-Identifier: MIT */
/* fast_udp_source.h - the one flow of FastUDPSource and FastUDPSourceIP6, and its moving ports. */
#ifndef ELEMENTS_TCPUDP_FAST_UDP_SOURCE_H
#define ELEMENTS_TCPUDP_FAST_UDP_SOURCE_H

#include "elements/tcpudp/fast_source.h"

struct fast_udp {
	struct udp_port sport, dport;
	bool checksum;
	uint32_t interval; /* packets between steps of both ports; 0: they stay */
	uint32_t left;     /* packets until the next step */
	uint16_t step;
	uint32_t at;      /* of the UDP header in the frame */
	uint32_t pseudo;  /* sum of the pseudo-header */
};

/* Writes the UDP header at u->at of the frame, for the step that u is at. */
void fast_udp_header(struct element *, struct fast_udp *);

/* Appends at most max packets, stepping the ports; set is called for each packet. */
void fast_udp_pull(struct element *, struct fast_udp *, struct batch *, unsigned max,
		   void (*set)(struct element *, struct packet *));

#endif
