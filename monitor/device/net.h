/* SPDX-License-Identifier: MIT */
/* net.h - a virtio network device on a descriptor that takes and gives frames with their headers. */
#ifndef MONITOR_DEVICE_NET_H
#define MONITOR_DEVICE_NET_H

#include "monitor/device/device.h"

struct net_device {
	struct device base;
	int fd;               /* a TAP, or anything that keeps the bounds of frames; -1: nothing is
			       * there, and what the guest sends is gone */
	uint16_t mtu;
	bool readable;        /* there may be a frame */
	bool starved;         /* a frame waits, and the guest has no buffer */
	uint64_t rx_dropped, tx_dropped;
};

void net_init(struct net_device *, int fd, uint16_t mtu);

#endif
