/* SPDX-License-Identifier: MIT */
/* tun.h - virtual devices of the host's kernel, of which a program is the other end. */
#ifndef ELEMENTS_DEVICE_TUN_H
#define ELEMENTS_DEVICE_TUN_H

#include "engine/element.h"

struct tun {
	int fd;        /* non-blocking; -1: none */
	char name[16]; /* of the device */
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

/* Reads up to max frames or packets, of size bytes at most, and appends them to b. 0 or -errno. */
int tun_read(const struct tun *, struct batch *b, unsigned max, uint32_t headroom, uint32_t size);
/* 0 or -errno. */
int tun_write(const struct tun *, const struct packet *p);

#endif
