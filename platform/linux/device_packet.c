/* SPDX-License-Identifier: MIT */
/*
 * device_packet.c - network devices by packet sockets, METHOD LINUX.
 *
 * Received frames come through a ring of slots that the kernel fills (TPACKET_V2): unlike the
 * blocks of TPACKET_V3 a slot is ours as soon as it is full, so nothing waits for a timer. What
 * slots cost is memory that two processors pass to each other: so it is fetched early. A
 * frame too large for a slot, which is one that the kernel has put together or not yet taken
 * apart, stands in the socket's queue instead (PACKET_COPY_THRESH), and its slot says so. The
 * header that the kernel puts before each frame (PACKET_VNET_HDR) tells what is to be done to
 * it before it is as on the wire.
 *
 * Frames are sent by sendmmsg: through a PACKET_TX_RING they cost a fifth more.
 */
#define _GNU_SOURCE
#include "platform/linux/device.h" /* before <linux/if_packet.h> takes its names */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>

#include "base/bits.h"
#include "base/offload.h"
#include "platform/linux/packet_socket.h"

#define AHEAD 8U /* slots */
#define LINE 64U
#define QUEUE_SIZE (4 << 20) /* for frames too large for a slot */

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

/* --- opening --- */

static uint32_t slot_size(const struct device *d)
{
	return packet_slot_size(d->info.mtu, d->options.snaplen);
}

static void prepare_receive(const struct device *d)
{
	packet_socket_prepare(packet_slot_size(d->info.mtu, UINT32_MAX));
}

/* Closing a socket takes the kernel as long as making a ring: none is made that is not needed. */
static int open_socket(struct device *d, struct error *err)
{
	struct packet_socket *s = d->options.receive ? packet_socket_take(slot_size(d)) : NULL;

	if (!s)
		s = packet_socket_new();
	if (!s)
		return device_fail(d, err, "socket", errno);
	d->state = s;
	d->info.fd = s->fd;
	return 0;
}

static void close_socket(struct device *d)
{
	packet_socket_free(d->state);
}

static int bind_to(struct device *d, uint16_t protocol, struct error *err)
{
	const struct packet_socket *s = d->state;
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = d->ifindex };

	return bind(s->fd, (struct sockaddr *)&at, sizeof(at)) < 0
		       ? device_fail(d, err, "bind", errno)
		       : 0;
}

static int attach_filter(struct device *d, struct error *err)
{
	const struct packet_socket *s = d->state;
	struct sock_fprog f = { 0 };
	int r = device_compile(d, d->options.filter, &f, err);

	if (r < 0)
		return r;
	if (setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof(f)) < 0)
		r = device_fail(d, err, "SO_ATTACH_FILTER", errno);
	free(f.filter);
	return r;
}

/* --- receiving begins --- */

static void set_options(struct device *d)
{
	const struct packet_socket *s = d->state;
	int one = 1, queue = QUEUE_SIZE;

	setsockopt(s->fd, SOL_PACKET, PACKET_COPY_THRESH, &one, sizeof(one));
	if (setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) < 0)
		setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
	if (!d->options.outbound)
		setsockopt(s->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
}

/* The kernel ends this membership with the socket, whatever ends us. */
static void set_promiscuous(struct device *d, struct error *err)
{
	const struct packet_socket *s = d->state;
	struct packet_mreq m = { .mr_ifindex = d->ifindex, .mr_type = PACKET_MR_PROMISC };

	if (setsockopt(s->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) < 0)
		warn(err, "cannot set promiscuous mode");
}

static int start_receive(struct device *d, struct error *err)
{
	struct packet_socket *s = d->state;
	const char *failed = s->ring ? NULL : packet_socket_map(s, slot_size(d));
	int r = 0;

	if (failed)
		return device_fail(d, err, failed, errno);
	set_options(d);
	if (d->options.filter)
		r = attach_filter(d, err);
	if (r == 0)
		r = bind_to(d, d->options.protocol ? d->options.protocol : ETH_P_ALL, err);
	if (r == 0 && d->options.promisc)
		set_promiscuous(d, err);
	return r;
}

/* One that also receives is bound already. */
static int start_send(struct device *d, struct error *err)
{
	return d->receives ? 0 : bind_to(d, 0, err);
}

/* --- receiving --- */

static void describe(const struct packet_socket *s, const struct tpacket2_hdr *h, uint32_t status,
		     struct device_frame *f)
{
	const uint8_t *raw = (const uint8_t *)h;
	const struct sockaddr_ll *from =
		(const void *)(raw + TPACKET_ALIGN(sizeof(struct tpacket2_hdr)));

	f->data = raw + h->tp_mac;
	f->len = h->tp_snaplen;
	f->wire_len = h->tp_len;
	f->offload = s->vnet ? (const void *)(f->data - sizeof(struct virtio_net_hdr)) : NULL;
	f->tpid = 0;
	if (status & TP_STATUS_VLAN_VALID) {
		f->tci = h->tp_vlan_tci;
		f->tpid = status & TP_STATUS_VLAN_TPID_VALID ? h->tp_vlan_tpid : ETH_P_8021Q;
	}
	f->type = from->sll_pkttype;
	f->timestamp = h->tp_sec * 1000000000LL + h->tp_nsec;
}

/* The whole frame that the slot only holds the beginning of. */
static bool read_large(struct packet_socket *s, struct device_frame *f)
{
	uint32_t head = s->vnet ? sizeof(struct virtio_net_hdr) : 0;
	ssize_t n = recv(s->fd, s->large, LARGE_SIZE, MSG_DONTWAIT | MSG_TRUNC);

	if (n < (ssize_t)head)
		return false;
	f->offload = s->vnet ? (const void *)s->large : NULL;
	f->data = s->large + head;
	f->len = (uint32_t)(n < LARGE_SIZE ? n : LARGE_SIZE) - head;
	f->wire_len = (uint32_t)n - head;
	return true;
}

static void receive_frame(struct device *d, struct tpacket2_hdr *h, uint32_t status,
			  struct batch *b, unsigned max)
{
	struct packet_socket *s = d->state;
	struct device_frame f;

	describe(s, h, status, &f);
	if (status & TP_STATUS_COPY && !read_large(s, &f))
		return;
	if (f.type != PACKET_OUTGOING || d->options.outbound)
		device_deliver(d, b, max, &f);
}

/* A frame that is as on the wire, and fits: by far the most. */
static bool is_plain(const struct device *d, const struct packet_socket *s,
		     const struct tpacket2_hdr *h, uint32_t status)
{
	const struct virtio_net_hdr *o =
		(const void *)((const uint8_t *)h + h->tp_mac - sizeof(*o));

	return !(status & (TP_STATUS_COPY | TP_STATUS_VLAN_VALID)) && h->tp_len == h->tp_snaplen &&
	       h->tp_len <= d->options.snaplen && h->tp_len <= d->info.mtu + 18 &&
	       d->options.headroom + h->tp_len <= PACKET_ROOM && s->vnet &&
	       o->gso_type == VIRTIO_NET_HDR_GSO_NONE;
}

static void fill_packet(struct packet *p, const struct packet_socket *s,
			const struct tpacket2_hdr *h)
{
	struct device_frame f;

	describe(s, h, 0, &f);
	memcpy(p->data, f.data, f.len);
	p->len = f.len;
	p->mac = p->data;
	p->type = f.type;
	p->timestamp = f.timestamp;
	if (f.offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		offload_checksum(p->data, p->len, f.offload->csum_start, f.offload->csum_offset);
}

static uint32_t status_of(const struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE);
}

static void give_back(struct tpacket2_hdr *h)
{
	__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

/* The kernel's headers, which we write to as well, and the first bytes of a frame. (As a function
 * it would have no effect for the compiler, which drops its calls.) */
#define PREFETCH(slot)                                       \
	do {                                                 \
		const uint8_t *line = (const void *)(slot);  \
		__builtin_prefetch(line, 1);                 \
		__builtin_prefetch(line + LINE);             \
		__builtin_prefetch(line + 2 * (size_t)LINE); \
	} while (0)

/* Plain frames at the head of the ring, into packets made all at once. */
static unsigned receive_plain(struct device *d, struct batch *b, unsigned max)
{
	struct packet_socket *s = d->state;
	unsigned n = 0, had = b->n;

	while (n < max - had) {
		const struct tpacket2_hdr *h = packet_slot(s, s->at + n);
		uint32_t status = status_of(h);

		if (!(status & TP_STATUS_USER) || !is_plain(d, s, h, status))
			break;
		PREFETCH(packet_slot(s, s->at + n + AHEAD));
		n++;
	}
	batch_new(b, n, d->options.headroom, 0);
	for (unsigned i = 0; i < n; i++) {
		struct tpacket2_hdr *h = packet_slot(s, s->at++);

		if (had + i < b->n)
			fill_packet(b->pkt[had + i], s, h);
		give_back(h);
	}
	return n;
}

/* What the socket has met, which would keep it ready for ever: it is down, it is gone. */
static int pending_error(const struct packet_socket *s)
{
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	return -error;
}

static int receive(struct device *d, struct batch *b, unsigned max)
{
	struct packet_socket *s = d->state;
	unsigned taken = 0;

	while (b->n < max) {
		struct tpacket2_hdr *h;
		uint32_t status;
		unsigned n = receive_plain(d, b, max);

		taken += n;
		h = packet_slot(s, s->at);
		status = status_of(h);
		if (b->n == max || !(status & TP_STATUS_USER))
			break;
		if (n > 0)
			continue;
		receive_frame(d, h, status, b, max);
		give_back(h);
		s->at++;
		taken++;
	}
	return taken == 0 ? pending_error(s) : 0;
}

/* --- sending --- */

/* For a batch: of each frame the kernel's header, of nothing to be done, and itself. */
static _Thread_local struct mmsghdr messages[BATCH_MAX];
static _Thread_local struct iovec parts[BATCH_MAX][2];

/* A socket that receives with the kernel's header in front also has to send it. */
static void prepare(const struct packet_socket *s, const struct batch *b)
{
	static struct virtio_net_hdr plain;

	for (unsigned i = 0; i < b->n; i++) {
		parts[i][0] = (struct iovec){ &plain, sizeof(plain) };
		parts[i][1] = (struct iovec){ b->pkt[i]->data, b->pkt[i]->len };
		messages[i].msg_hdr.msg_iov = &parts[i][!s->vnet];
		messages[i].msg_hdr.msg_iovlen = s->vnet ? 2 : 1;
	}
}

static int send_batch(struct device *d, struct batch *b)
{
	const struct packet_socket *s = d->state;
	struct batch sent;
	int r;

	while (b->n > 0) {
		prepare(s, b);
		r = sendmmsg(s->fd, messages, b->n, MSG_DONTWAIT);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return errno == ENOBUFS ? -EAGAIN : -errno;
		sent.n = 0;
		batch_move(b, (unsigned)r, &sent);
		batch_drop(&sent);
	}
	return 0;
}

static uint64_t drops(struct device *d)
{
	struct packet_socket *s = d->state;
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(s->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
		s->drops += stats.tp_drops;
	return s->drops;
}

const struct device_method device_packet = {
	.name = "LINUX",
	.open = open_socket,
	.close = close_socket,
	.prepare_receive = prepare_receive,
	.start_receive = start_receive,
	.start_send = start_send,
	.receive = receive,
	.send = send_batch,
	.drops = drops,
};
