/* SPDX-License-Identifier: MIT */
/* channel.h - a stream of bytes to the one who controls the machine: a virtio-console port, the store. */
#ifndef DRIVERS_CHANNEL_H
#define DRIVERS_CHANNEL_H

#include "kernel/kthread.h"

struct channel;

struct channel_ops {
	size_t (*read)(struct channel *, void *p, size_t n);        /* bytes; 0: none now */
	size_t (*write)(struct channel *, const void *p, size_t n); /* bytes taken; 0: full */
	void (*flush)(struct channel *); /* tells the other side */
	void (*close)(struct channel *); /* the conversation ends; what was written goes out */
};

struct channel {
	const struct channel_ops *ops;
	const char *name;
	/* pending: bytes have come, or the other side has come or gone, or (want_room) there is room */
	struct source source;
	bool want_room;
	unsigned conversation; /* changes when the other side closed and opened it again */
	bool open;             /* there is another side */
	struct channel *next;
};

/* All channels, in the order in which they were found. One is there before its other side is. */
extern struct channel *channel_first;
/* Takes its place as the last one, with a quiet source. */
void channel_add(struct channel *);

#endif
