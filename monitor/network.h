/* SPDX-License-Identifier: MIT */
/*
 * network.h - the empty network that machines see: a namespace without interfaces but a loopback that
 * is down. To make one takes the kernel 0.7 ms and some hundred KiB, so the machines of a host share
 * one: nothing in it can be reached by them, who have no sockets.
 */
#ifndef MONITOR_NETWORK_H
#define MONITOR_NETWORK_H

#include <stdbool.h>

/* Where the host's is mounted; umount(8) ends it, when no machine runs any more. */
#define NETWORK_FILE "/run/clickos.netns"

/* A descriptor for setns(2): of the host's, which the first machine makes; or of a new one, where
 * that cannot be kept. Of a process with one thread, whose own network does not change; root's.
 * -1 and errno. */
int network_open(void);

#endif
