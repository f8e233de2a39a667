/* SPDX-License-Identifier: MIT */
/*
 * net.c - the network device: frames go between the rings' buffers and a TAP without a copy of our
 * own. Checksums may be open in both directions, segments are never larger than the MTU.
 */
#include "monitor/device/net.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>

#include "base/bits.h"
#include "monitor/net/tap.h"

#define BUDGET 256 /* frames of one direction, before others have their turn */
#define BATCH 32   /* frames that the guest sees at once */
#define HEADER ((uint32_t)sizeof(struct virtio_net_header))

static struct net_device *net(struct device *d)
{
	return (struct net_device *)d;
}

static void ready(struct device *d)
{
	net(d)->readable = true;
}

static void attach(struct device *d)
{
	if (net(d)->fd < 0)
		return;
	tap_offload(net(d)->fd, d->features & VIRTIO_NET_F_GUEST_CSUM);
	net(d)->readable = true;
}

/* A frame that is longer than its chain shows by the bytes that come behind it. */
static ssize_t receive(const struct net_device *n, struct chain *c)
{
	static uint8_t rest[2048]; /* what is in it is nobody's */
	struct iovec iov[CHAIN_MAX + 1];

	memcpy(iov, c->iov + c->nout, c->nin * sizeof(iov[0]));
	iov[c->nin] = (struct iovec){ .iov_base = rest, .iov_len = sizeof(rest) };
	return readv(n->fd, iov, c->nin + 1);
}

/* True when there was a frame; it is in the ring, or was dropped. */
static bool receive_one(struct net_device *n, struct virtqueue *q)
{
	static const uint16_t one = 1;
	struct chain c;
	ssize_t r;

	n->starved = !virtqueue_pop(q, &c);
	if (n->starved)
		return false;
	if (c.nout || c.in_bytes < HEADER) {
		device_bad_chain(&n->base, VIRTIO_NET_RX, &c, "no room for a frame's header");
		return false;
	}
	r = receive(n, &c);
	if (r < (ssize_t)HEADER || r > (ssize_t)c.in_bytes) {
		virtqueue_unpop(q);
		n->readable = r > 0 || (r < 0 && errno == EINTR);
		n->rx_dropped += r > 0;
		return r > 0;
	}
	/* The kernel leaves the number of buffers as it was. */
	chain_write(&c, offsetof(struct virtio_net_header, num_buffers), &one, sizeof(one));
	virtqueue_push(q, c.head, (uint32_t)r);
	return true;
}

static bool receive_some(struct net_device *n)
{
	struct virtqueue *q = &n->base.queue[VIRTIO_NET_RX];
	unsigned i = 0;

	while (n->readable && i < BUDGET && receive_one(n, q)) {
		if (++i % BATCH == 0)
			device_publish(&n->base, VIRTIO_NET_RX);
	}
	device_publish(&n->base, VIRTIO_NET_RX);
	return i > 0;
}

/* The header that the kernel gets: nothing of the guest's but a checksum to be completed. */
static bool clean_header(const struct device *d, const struct chain *c, struct virtio_net_header *h)
{
	struct virtio_net_header guest;
	uint32_t frame = c->out_bytes - HEADER;

	chain_read(c, 0, &guest, HEADER);
	memset(h, 0, sizeof(*h));
	if (guest.gso_type)
		return false;
	if (!(guest.flags & VIRTIO_NET_HDR_NEEDS_CSUM))
		return true;
	h->flags = VIRTIO_NET_HDR_NEEDS_CSUM;
	h->csum_start = guest.csum_start;
	h->csum_offset = guest.csum_offset;
	return (d->features & VIRTIO_NET_F_CSUM) &&
	       (uint32_t)guest.csum_start + guest.csum_offset + 2 <= frame;
}

/* The chain behind its header, in iov from 1 on. Returns the number of them all. */
static int frame_buffers(const struct chain *c, struct iovec *iov)
{
	size_t skip = HEADER;
	int n = 1;

	for (unsigned i = 0; i < c->nout; i++) {
		struct iovec v = c->iov[i];
		size_t cut = skip < v.iov_len ? skip : v.iov_len;

		skip -= cut;
		if (v.iov_len == cut)
			continue;
		iov[n++] = (struct iovec){ (char *)v.iov_base + cut, v.iov_len - cut };
	}
	return n;
}

static void send_one(struct net_device *n, const struct chain *c)
{
	struct virtio_net_header h;
	struct iovec iov[CHAIN_MAX + 1] = { { .iov_base = &h, .iov_len = HEADER } };

	if (c->nin || c->out_bytes < HEADER || !clean_header(&n->base, c, &h) ||
	    (n->fd >= 0 && writev(n->fd, iov, frame_buffers(c, iov)) < 0))
		n->tx_dropped++;
}

static bool send_some(struct net_device *n)
{
	struct virtqueue *q = &n->base.queue[VIRTIO_NET_TX];
	struct chain c;
	unsigned i = 0;

	while (i < BUDGET && virtqueue_pop(q, &c)) {
		send_one(n, &c);
		virtqueue_push(q, c.head, 0);
		if (++i % BATCH == 0)
			device_publish(&n->base, VIRTIO_NET_TX);
	}
	device_publish(&n->base, VIRTIO_NET_TX);
	return i > 0;
}

static bool run(struct device *d)
{
	bool received = receive_some(net(d));

	return send_some(net(d)) || received;
}

/* Room for frames is of interest only while one waits. */
static bool arm(struct device *d)
{
	struct net_device *n = net(d);

	if (n->readable && n->starved && virtqueue_arm(&d->queue[VIRTIO_NET_RX]))
		return true;
	return virtqueue_arm(&d->queue[VIRTIO_NET_TX]) || (n->readable && !n->starved);
}

static void finish(struct device *d)
{
	for (int i = 0; i < 4 && send_some(net(d)); i++) /* the guest may go on adding */
		;
}

static const struct device_ops ops = {
	.ready = ready,
	.attach = attach,
	.run = run,
	.arm = arm,
	.finish = finish,
};

void net_init(struct net_device *n, int fd, uint16_t mtu)
{
	*n = (struct net_device){
		.base = {
			.ops = &ops,
			.id = VIRTIO_ID_NET,
			.offered = VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | VIRTIO_NET_F_CSUM |
				   VIRTIO_NET_F_GUEST_CSUM | VIRTIO_NET_F_MAC | VIRTIO_NET_F_MTU,
			.nqueues = 2,
			.queue_max = 1024,
			.kick = -1,
		},
		.fd = fd,
		.mtu = mtu,
	};
}
