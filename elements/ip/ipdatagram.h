/* SPDX-License-Identifier: MIT */
/*
 * ipdatagram.h - an IP datagram that is put together from fragments.
 *
 * Its packet's data is the payload as far as it is known to reach; what is in front of it, the
 * IP header and the bytes before that, lies in the headroom until the datagram is finished.
 * What is missing is a list of holes, in units of 8 bytes, which live in the holes themselves
 * (RFC 815): so it takes no memory but the packet's.
 */
#ifndef ELEMENTS_IP_IPDATAGRAM_H
#define ELEMENTS_IP_IPDATAGRAM_H

#include "base/list.h"
#include "elements/ip/ipheader.h"

#define DATAGRAM_HOLES_MAX 256 /* more are an attack on whoever walks the list */
#define DATAGRAM_MAX 65535U    /* payload */

struct ip_datagram {
	struct list bucket, age; /* of whoever holds it */
	struct packet *p;
	uint32_t src, dst;
	uint16_t id; /* network order, as the addresses */
	uint8_t proto;
	bool end_known;      /* the last fragment has come */
	uint16_t first_hole; /* NO_HOLE: none */
	uint16_t nholes;
	uint16_t max_mtu;  /* longest fragment with its header */
	uint16_t mac_len;  /* from the MAC to the IP header; 0: not known */
	uint32_t lead;     /* bytes before the IP header */
	int64_t seconds;   /* when it began */
};

struct ip_fragment { /* where a fragment belongs */
	uint32_t start, end; /* of the payload */
	const uint8_t *payload;
	bool last;
};

/* Checks a packet with a marked header. */
bool ip_fragment_parse(const struct packet *p, struct ip_fragment *f) MUST_CHECK;

/* Makes a datagram of its first fragment to come; others may not fit to it. False: the datagram
 * is as before, there is no memory or the fragment contradicts those before it. The packet
 * stays the caller's. */
bool ip_datagram_init(struct ip_datagram *d, const struct packet *p, const struct ip_fragment *f)
	MUST_CHECK;
bool ip_datagram_add(struct ip_datagram *d, const struct packet *p, const struct ip_fragment *f)
	MUST_CHECK;
bool ip_datagram_complete(const struct ip_datagram *d);

/* The packet, with header and checksum as they are for what has come. */
struct packet *ip_datagram_finish(struct ip_datagram *d);

/* The next range of bytes that has come, from *at on; moves *at behind it. */
bool ip_datagram_range(const struct ip_datagram *d, uint32_t *at, uint32_t *start, uint32_t *end);

#endif
