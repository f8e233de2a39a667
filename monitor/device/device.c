/* SPDX-License-Identifier: MIT */
/* device.c - what all devices have in common. */
#include "monitor/device/device.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "monitor/wake.h"

void device_watch(struct device *d, int fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
				 .data.ptr = d };

	epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &e);
}

void device_publish(struct device *d, unsigned queue)
{
	if (virtqueue_publish(&d->queue[queue]))
		wake_send(d->wake);
}

const struct virtqueue *device_broken(const struct device *d)
{
	for (unsigned i = 0; i < d->nqueues; i++) {
		if (d->queue[i].broken)
			return &d->queue[i];
	}
	return NULL;
}

void device_bad_chain(struct device *d, unsigned queue, const struct chain *c, const char *why)
{
	struct virtqueue *q = &d->queue[queue];

	q->broken = true;
	snprintf(q->why, sizeof(q->why), "descriptor %u: %s", c->head, why);
}
