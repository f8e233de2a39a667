/* SPDX-License-Identifier: MIT */
/*
 * net.h - a network interface, as all drivers offer it to the platform.
 *
 * Two kinds of receive buffers: the platform's (post is there: it gives buffers, and gets each back
 * filled, without a copy), or the driver's own (release is there: the platform copies from them and
 * gives them back). Sent frames stay where they are until reclaim returns their tokens.
 *
 * The other side is hostile: a ring that says what cannot be sets `broken' to a text that says what,
 * and from then on nothing moves on this interface; the rest of the machine goes on.
 */
#ifndef DRIVERS_NET_H
#define DRIVERS_NET_H

#include "kernel/kthread.h"

enum { NET_CSUM_BLANK = 1, /* the checksum at csum_start + csum_offset holds the pseudo-header's sum */
       NET_CSUM_GOOD = 2,  /* the other side vouches for it */
       NET_MORE = 4 };     /* the frame goes on in the next struct: mergeable buffers, fragments */

struct net_frame {
	void *token;   /* the buffer's, as posted; the frame's, as sent */
	uint8_t *data;
	uint32_t len;
	uint16_t flags, csum_start, csum_offset; /* from the frame's start */
};

struct net;

struct net_ops {
	/* The platform's receive buffers: how many the ring has room for; gives n <= that many, each
	 * of capacity bytes from data on, always the same number, and headroom writable bytes before
	 * (the pieces of a merged frame begin in that headroom, from the second on). */
	unsigned (*room)(struct net *);
	void (*post)(struct net *, const struct net_frame *, unsigned n, uint32_t capacity);
	/* The driver's own: gives back what receive returned. */
	void (*release)(struct net *, const struct net_frame *, unsigned n);

	/* Up to max frames that have come; those that are NET_MORE are whole within one call. Frames
	 * of more pieces than max are dropped. */
	unsigned (*receive)(struct net *, struct net_frame *, unsigned max);
	/* Sends frames from v in order, one struct each; how many the ring took. */
	unsigned (*send)(struct net *, const struct net_frame *v, unsigned n);
	/* Tells the other side of what was sent and posted, if it asked to be told: once a batch. */
	void (*flush)(struct net *);
	/* Tokens of frames that are sent, up to max; and, after the interface broke, of all. */
	unsigned (*reclaim)(struct net *, void **token, unsigned max);
	/* Takes the platform's buffers back when nobody uses the interface any more, up to max a call;
	 * 0: all are back. What was sent gets a while to go out; then the device may be reset, and
	 * reclaim returns all that is left. */
	unsigned (*withdraw)(struct net *, void **token, unsigned max);
};

struct net {
	const struct net_ops *ops;
	const char *driver;      /* "virtio-mmio", "netfront", ... */
	char name[16];           /* given by the host, or "netN" */
	uint8_t mac[6];
	uint16_t mtu;
	uint32_t headroom;       /* bytes the driver needs in front of each frame, both ways */
	bool csum_offload;       /* send takes NET_CSUM_BLANK */
	bool receiving;          /* someone has opened it: frames are wanted */
	struct source source;    /* pending: frames have come, or (want_room) there is room to send */
	bool want_room;          /* someone waits to send */
	const char *broken;      /* NULL: works */
	uint64_t rx_frames, rx_drops, tx_frames, tx_drops;
	uint64_t kicks, events;  /* told the other side; was woken */
	struct net *next;
};

/* All interfaces, in order of their number. */
extern struct net *net_first;
/* Takes its place as the last one, with a quiet source. An empty name becomes the one that the
 * command line's net= has for its number, or "netN". */
void net_add(struct net *);
/* Stops it, once, with a line on the console. */
void net_break(struct net *, const char *what);

#endif
