/* SPDX-License-Identifier: MIT */
/* page.h - the transport: devices as the page of abi/monitor.h offers them. */
#ifndef MONITOR_DEVICE_PAGE_H
#define MONITOR_DEVICE_PAGE_H

#include <stddef.h>

#include "monitor/device/device.h"

struct monitor_page;

/* Offers the device in its place of the page. */
void page_offer(struct monitor_page *, const struct device *, const char *name,
		const uint8_t mac[6], uint16_t mtu);
/* The guest has chosen: the queues are closed, if there were any, and opened as the page says. The
 * device is attached when one has a size. False with what is wrong in why[n]. */
bool page_attach(struct monitor_page *, struct device *, const struct memory *, char *why, size_t n);

#endif
