/* SPDX-License-Identifier: MIT */
/* ether.h - Ethernet addresses and headers, for the elements that write them. */
#ifndef ELEMENTS_ETHERNET_ETHER_H
#define ELEMENTS_ETHERNET_ETHER_H

#include <limits.h>

#include "base/net.h"
#include "engine/element.h"

#define ETHER_LEN 14U
#define VLAN_LEN 18U     /* an Ethernet header with a tag */
#define VLAN_TAG_LEN 4U
#define VLAN_ID_MASK 0xfff
#define RECONF_KEYWORD UINT_MAX /* position of a keyword-only argument */

static inline bool ether_eq(const void *a, const void *b)
{
	return load32(a) == load32(b) &&
	       load16((const uint8_t *)a + 4) == load16((const uint8_t *)b + 4);
}

static inline bool ether_is_broadcast(const void *a)
{
	return load32(a) == UINT32_MAX && load16((const uint8_t *)a + 4) == UINT16_MAX;
}

static inline bool ether_is_group(const uint8_t *a)
{
	return a[0] & 1;
}

/* type in host order. */
static inline void ether_write(void *at, const void *dst, const void *src, uint16_t type)
{
	struct ether_header *h = (struct ether_header *)at;

	memcpy(h->dst, dst, 6);
	memcpy(h->src, src, 6);
	h->type = be16(type);
}

/* The n bytes at p's MAC header when they lie in its buffer, else NULL. */
static inline uint8_t *ether_mac(const struct packet *p, uint32_t n)
{
	if (!p->mac || p->mac < p->head || p->mac + n > p->head + p->cap)
		return NULL;
	return p->mac;
}

/* OFFSET arguments: a number, `src' or `dst'. */
bool ether_parse_offset(struct str, uint32_t *offset);

#endif
