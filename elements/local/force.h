/* SPDX-License-Identifier: MIT */
/* force.h - what ForceICMP, ForceTCP and ForceUDP share: making packets legal. */
#ifndef ELEMENTS_LOCAL_FORCE_H
#define ELEMENTS_LOCAL_FORCE_H

#include "base/net.h"
#include "engine/element.h"

/* Makes every packet writable whose network header is known and whose IP length leaves room for
 * a transport header of so many bytes inside the packet, and calls fix with that, its length by
 * the IP header, and the IP header. Others are dropped, which a message says. */
void force_batch(struct element *e, struct batch *b, uint32_t least,
		 void (*fix)(struct element *, struct ip_header *, void *transport, uint32_t len));

/* The checksum of TCP or UDP with its pseudo-header; the field itself is 0. */
uint16_t force_checksum(const struct ip_header *ip, uint8_t proto, const void *transport,
			uint32_t len);

#endif
