/* SPDX-License-Identifier: MIT */
/* tap.h - a TAP interface of the host, one end of which is the guest's. */
#ifndef MONITOR_NET_TAP_H
#define MONITOR_NET_TAP_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct net_option;

/*
 * Makes the interface (or attaches to one that stays), sets it up, adds it to the bridge when one is
 * named. Returns a non-blocking descriptor, each frame of which begins with a struct
 * virtio_net_header, or -1. Checksums may be open in both directions; frames are never longer than
 * *mtu and an Ethernet header with a VLAN tag.
 */
int tap_open(const struct net_option *, uint16_t *mtu, struct error *);
/* May frames to the guest have open checksums? */
void tap_offload(int fd, bool checksums);

#endif
