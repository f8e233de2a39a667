/* SPDX-License-Identifier: MIT */
/*
 * netfront.h - the parts of the network front end: netfront.c connects it, netfront_rx.c and
 * netfront_tx.c run the two rings, netfront_csum.c looks into frames.
 */
#ifndef DRIVERS_XEN_NETFRONT_H
#define DRIVERS_XEN_NETFRONT_H

#include "abi/xen.h"
#include "drivers/net.h"
#include "drivers/xen/store.h"

struct pagegrant;

enum front_buffer {
	BUFFER_FREE,   /* ours, to be posted */
	BUFFER_POSTED, /* the other side's */
	BUFFER_HELD,   /* the platform's, until it is released */
};

struct front_rx {
	struct xen_net_rx_ring *ring;
	uint32_t ring_gref, port;
	uint32_t req_prod, rsp_cons; /* ours; pushed: what the ring says */
	uint32_t pushed;
	uint32_t seen; /* responses before it have been looked at; a frame may be incomplete */
	unsigned nbuffers, nfree;
	uint16_t free[XEN_NET_RING];
	uint16_t posted[XEN_NET_RING]; /* buffer by place in the ring */
	uint8_t state[XEN_NET_RING];   /* enum front_buffer */
	uint8_t *page[XEN_NET_RING];
	uint32_t gref[XEN_NET_RING];   /* 0: not granted */
	bool look;                     /* poll off: an event has come, the ring is not yet empty */
};

struct front_slot {
	struct pagegrant *grant; /* NULL: not in use */
	void *token;             /* the first slot's: of the frame */
	uint16_t next;           /* of the same frame, or NO_SLOT */
	uint16_t head, left;     /* left: the first slot's: without a response */
	bool failed;
};

#define NO_SLOT 0xffffU
#define FRONT_DONE 512U

struct front_tx {
	struct xen_net_tx_ring *ring;
	uint32_t ring_gref, port;
	uint32_t req_prod, rsp_cons, pushed;
	unsigned nfree;
	uint16_t free[XEN_NET_RING];
	struct front_slot slot[XEN_NET_RING];
	uint8_t *bounce[XEN_NET_RING]; /* pages for frames that must be in one piece */
	void *done[FRONT_DONE];        /* tokens to be reclaimed */
	uint32_t done_in, done_out;
	bool look;
};

enum front_phase {
	PHASE_GONE,   /* the host has taken it away */
	PHASE_CLOSED, /* we said Closed */
	PHASE_INIT,   /* we said Initialising */
	PHASE_LINKED, /* the rings are there, we said Connected */
	PHASE_UP,     /* and so did the other side */
};

struct netfront {
	struct net net;
	uint32_t number;
	char path[32];       /* device/vif/NUMBER */
	char backend[128];   /* absolute path */
	char state_path[144];
	unsigned dom;
	enum front_phase phase;
	bool poll, gru, fr;  /* the three mechanisms */
	bool sg, split;      /* what the other side offers */
	bool watching;
	struct store_watch watch;
	struct front_rx rx;
	struct front_tx tx;
};

static inline struct netfront *front_of(struct net *n)
{
	return container_of(n, struct netfront, net);
}

/* Rings, buffers and grants for a new connection; false: no memory or no grants left. */
bool front_rx_connect(struct netfront *f);
bool front_tx_connect(struct netfront *f);
/* Takes back what the other side had. */
void front_rx_disconnect(struct netfront *f);
void front_tx_disconnect(struct netfront *f);

unsigned front_receive(struct net *n, struct net_frame *v, unsigned max);
void front_release(struct net *n, const struct net_frame *v, unsigned count);
void front_rx_flush(struct netfront *f);
bool front_rx_pending(struct netfront *f);
bool front_rx_arm(struct netfront *f);

unsigned front_send(struct net *n, const struct net_frame *v, unsigned count);
unsigned front_reclaim(struct net *n, void **token, unsigned max);
void front_tx_flush(struct netfront *f);
bool front_tx_pending(struct netfront *f);
bool front_tx_arm(struct netfront *f);

void front_notify(struct netfront *f, uint32_t port);

/* Finds where the blank checksum of an Ethernet frame of TCP or UDP over IP is. False: there is
 * none in its first n bytes. */
bool front_csum_find(const uint8_t *frame, uint32_t n, uint16_t *start, uint16_t *offset);

#endif
