/* SPDX-License-Identifier: MIT */
/*
 * rfc2507.h - compressed TCP/IP headers, a part of RFC 2507: how a packet begins.
 *
 *	0                                 the packet follows as it is
 *	1 CID                             the packet follows, and its header is CID's from now on
 *	2 CID FLAGS TCPSUM DELTAS         the packet's bytes from the 41st on follow
 *
 * DELTAS are by how much the fields that FLAGS names have grown, in this order: urgent pointer,
 * window, acknowledgement, sequence number, IP identification. 1 to 255 is a byte, more is 0
 * and two bytes.
 */
#ifndef ELEMENTS_IP_RFC2507_H
#define ELEMENTS_IP_RFC2507_H

#include "base/net.h"

enum { RFC2507_PLAIN = 0, RFC2507_FULL = 1, RFC2507_COMPRESSED = 2 };

enum { RFC2507_URP = 1, RFC2507_WIN = 2, RFC2507_ACK = 4, RFC2507_SEQ = 8, RFC2507_PUSH = 16,
       RFC2507_ID = 32 };

#define RFC2507_CIDS 15 /* 1 to 14 */

struct rfc2507_header { /* without options, or with the beginning of TCP's behind it */
	struct ip_header ip;
	struct tcp_header tcp;
} PACKED;

_Static_assert(sizeof(struct rfc2507_header) == 40, "TCP/IP header layout");

#endif
