/* SPDX-License-Identifier: MIT */
/* tun.h - virtual devices of the host's kernel, of which a program is the other end. */
#ifndef ELEMENTS_DEVICE_TUN_H
#define ELEMENTS_DEVICE_TUN_H

#include "base/offload.h"
#include "engine/element.h"

struct tun {
	int fd;              /* non-blocking; -1: none */
	char name[16];       /* of the device */
	bool ether;          /* a tap device: frames, else IP packets */
	uint8_t *large;      /* a frame that the kernel left to us to cut */
	struct segments cut; /* of it */
	uint32_t next;       /* segment to be made of it; cut.count: none */
	uint64_t drops;      /* large ones that could not be cut */
};

struct tun_address {
	struct ip_prefix prefix; /* mask 0: no address */
	struct ip_addr gateway;  /* 0: no default route */
	struct ether_addr ether;
	bool has_ether;
	uint32_t mtu; /* 0: as it is */
};

/* Makes the device and opens it; an empty name: the kernel finds one. tap: Ethernet frames,
 * else IP packets. A device of that name that this process has open is shared. */
bool tun_open(struct tun *, struct str name, bool tap, struct error *);
/* Gives it addresses and starts it. */
bool tun_set_up(const struct tun *, const struct tun_address *, struct error *);
void tun_close(struct tun *);

/* Reads up to max frames or packets, of size bytes at most, and appends them to b: large ones cut
 * into segments, checksums complete. 0 or -errno. */
int tun_read(struct tun *, struct batch *b, unsigned max, uint32_t headroom, uint32_t size);
/* Segments of what was read wait, which the descriptor does not tell. */
static inline bool tun_pending(const struct tun *t)
{
	return t->next < t->cut.count;
}
/* 0 or -errno. */
int tun_write(const struct tun *, const struct packet *p);

#endif
