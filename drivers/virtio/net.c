/* SPDX-License-Identifier: MIT */
/*
 * net.c - network devices (virtio 1.2, 5.1): one queue each way, whose buffers are the platform's
 * packets. The header of 12 bytes is in the headroom in front of the frame.
 */
#include "drivers/net.h"

#include <errno.h>
#include <stdlib.h>

#include "base/list.h"
#include "drivers/virtio/virtio.h"
#include "kernel/clock.h"
#include "kernel/memory.h"

#define RING 256
#define RING_SMALL 64
#define SMALL_MEMORY (8U << 20)
#define HEADER 12
#define DRAIN_NS 10000000
#define MTU 1500
#define MTU_MIN 68 /* RFC 791 */

#define FEATURES                                                                             \
	(VIRTIO_NET_F_CSUM | VIRTIO_NET_F_GUEST_CSUM | VIRTIO_NET_F_MTU | VIRTIO_NET_F_MAC | \
	 VIRTIO_NET_F_MRG_RXBUF | VIRTIO_F_EVENT_IDX)

_Static_assert(sizeof(struct virtio_net_header) == HEADER, "5.1.6");
_Static_assert((int)NET_CSUM_BLANK == VIRTIO_NET_HDR_NEEDS_CSUM &&
		       (int)NET_CSUM_GOOD == VIRTIO_NET_HDR_DATA_VALID,
	       "flags are passed on");

struct virtio_net {
	struct net net;
	struct virtio *dev;
	struct virtio_queue rx, tx;
	uint32_t capacity; /* of receive buffers */
	bool merges;       /* frames may take up several buffers */
	bool armed;        /* an interrupt was asked for since something came */
};

static struct virtio_net *self(struct net *n)
{
	return container_of(n, struct virtio_net, net);
}

static struct virtio_queue *const *queues(struct virtio_net *s, struct virtio_queue *q[2])
{
	q[0] = &s->rx;
	q[1] = &s->tx;
	return q;
}

/* Stops when a queue is broken. */
static void check(struct virtio_net *s)
{
	const char *what = s->rx.q.broken ? s->rx.q.broken : s->tx.q.broken;
	struct virtio_queue *q[2];

	if (LIKELY(!what))
		return;
	net_break(&s->net, what);
	virtio_stop(s->dev, queues(s, q), 2);
}

/* --- receiving --- */

static unsigned room(struct net *net)
{
	return net->broken ? 0 : virtq_room(&self(net)->rx.q);
}

static void post(struct net *net, const struct net_frame *f, unsigned n, uint32_t capacity)
{
	struct virtio_net *s = self(net);
	struct virtq q = s->rx.q;

	s->capacity = capacity;
	for (unsigned i = 0; i < n; i++)
		virtq_add(&q, f[i].token, f[i].data - HEADER, capacity + HEADER, VIRTQ_DESC_WRITE);
	virtq_publish(&q);
	s->rx.q = q;
}

/* A frame that comes out of the queue. */
struct arrival {
	struct net_frame *v; /* where its pieces go */
	unsigned max;        /* for so many there is room now */
	bool first;          /* there will not be more */
	unsigned waiting;    /* buffers in the queue, this one included */
	unsigned pieces;
	uint32_t len;  /* of the first buffer, the header included */
	uint64_t head; /* of the header: 8 bytes */
	uint32_t tail; /* the other 4 */
};

/* The frame's pieces. False: the queue is broken, and all of the frame is in it again. */
static bool take_pieces(struct virtio_net *s, const struct arrival *a)
{
	struct virtq *q = &s->rx.q;
	struct virtq_slot *slot;
	uint32_t len;

	for (unsigned i = 0; i < a->pieces; i++) {
		slot = virtq_take_written(q, &len);
		if (!slot) {
			while (i-- > 0)
				virtq_untake(q, s->capacity + HEADER);
			return false;
		}
		a->v[i] =
			(struct net_frame){ .token = slot->token, .data = slot->data, .len = len };
		a->v[i].flags = i + 1 < a->pieces ? NET_MORE : 0;
	}
	a->v[0].data += HEADER;
	a->v[0].len = a->len - HEADER;
	return true;
}

/* Takes a frame out of the queue and puts its buffers in again. False: the queue is broken. */
static bool drop(struct virtio_net *s, unsigned n)
{
	struct virtq *q = &s->rx.q;
	struct virtq_slot *slot;
	uint32_t len;

	for (; n > 0; n--) {
		slot = virtq_take_written(q, &len);
		if (!slot)
			return false;
		virtq_add(q, slot->token, slot->data, s->capacity + HEADER, VIRTQ_DESC_WRITE);
	}
	virtq_publish(q);
	s->net.rx_drops++;
	return true;
}

/* Does it make sense what the header says of checksums? Nobody agreed to segmentation. */
static bool header_good(const struct arrival *a)
{
	uint32_t start = (uint16_t)(a->head >> 48), offset = a->tail & 0xffff;

	return (a->head >> 8 & 0xff) == 0 &&
	       (!(a->head & NET_CSUM_BLANK) || start + offset + 2 <= a->len - HEADER);
}

static void pass_checksum(const struct arrival *a)
{
	a->v[0].flags |= a->head & (NET_CSUM_BLANK | NET_CSUM_GOOD);
	a->v[0].csum_start = (uint16_t)(a->head >> 48);
	a->v[0].csum_offset = (uint16_t)a->tail;
}

/* Looks at the first buffer, and leaves it in the queue. False: the queue is broken. */
static bool look(struct virtio_net *s, struct arrival *a)
{
	struct virtq *q = &s->rx.q;
	struct virtq_slot *slot = virtq_take_written(q, &a->len);

	if (!slot)
		return false;
	virtq_untake(q, s->capacity + HEADER);
	a->head = load64(slot->data);
	a->tail = load32(slot->data + 8);
	__atomic_signal_fence(__ATOMIC_SEQ_CST); /* they are not read again */
	a->pieces = s->merges ? a->tail >> 16 : 1;
	if (a->len < HEADER)
		q->broken = "the device used less of a buffer than a header takes";
	else if (a->pieces == 0 || a->pieces > a->waiting)
		q->broken = "the device merges buffers that it did not use";
	return !q->broken;
}

/*
 * A frame of several buffers, with flags, or wrong. Returns for how many buffers it stood, and in
 * *n what became of them; 0: there is no room for it now, or the queue is broken.
 */
static unsigned receive_other(struct virtio_net *s, struct arrival *a, unsigned *n)
{
	*n = 0;
	if (!look(s, a))
		return 0;
	if (a->len == HEADER || (a->pieces > a->max && a->first) || !header_good(a))
		return drop(s, a->pieces) ? a->pieces : 0;
	if (a->pieces > a->max || !take_pieces(s, a))
		return 0;
	pass_checksum(a);
	*n = a->pieces;
	return a->pieces;
}

/*
 * The plain frames at the front of the queue: one buffer each, with a header that says nothing.
 * Returns how many, at most n; what is behind them is for receive_other. This is the loop that
 * counts: nothing is written to the queue before the frame is known to be plain.
 */
static unsigned receive_plain(struct virtq *q, struct net_frame *v, unsigned n)
{
	const struct virtq_used_elem *ring = q->used->ring;
	uint32_t mask = q->mask, seen = q->seen, tail = q->tail;
	struct virtq_slot *slots = q->slot;
	uint16_t *ids = q->free;
	unsigned i;

	for (i = 0; i < n; i++) {
		const struct virtq_used_elem *u = &ring[(seen + i) & mask];
		uint32_t id = READ_ONCE(u->id), len = READ_ONCE(u->len);
		struct virtq_slot *slot = &slots[id];
		const uint8_t *data;

		/* As virtq_take_written. */
		if (UNLIKELY(id > mask || len - 1 >= slot->size || len <= HEADER))
			break;
		data = slot->data;
		if (UNLIKELY(load16(data) != 0 || load16(data + 10) != 1))
			break;
		v[i].token = slot->token;
		v[i].data = slot->data + HEADER;
		v[i].len = len - HEADER;
		v[i].flags = 0;
		slot->size = 0;
		ids[(tail + i) & mask] = (uint16_t)id;
	}
	q->seen = (uint16_t)(seen + i);
	q->tail = (uint16_t)(tail + i);
	return i;
}

static unsigned receive(struct net *net, struct net_frame *v, unsigned max)
{
	struct virtio_net *s = self(net);
	unsigned n = 0, got, used, waiting = virtq_waiting(&s->rx.q);

	while (waiting > 0 && n < max) {
		struct arrival a;

		used = receive_plain(&s->rx.q, v + n, waiting < max - n ? waiting : max - n);
		n += used;
		waiting -= used;
		if (waiting == 0 || n == max)
			break;
		a = (struct arrival){
			.v = v + n, .max = max - n, .first = n == 0, .waiting = waiting
		};
		used = receive_other(s, &a, &got);
		if (used == 0)
			break;
		n += got;
		waiting -= used;
	}
	net->rx_frames += n;
	check(s);
	return n;
}

/* --- sending --- */

static void write_header(const struct net_frame *f)
{
	uint8_t *p = f->data - HEADER;
	uint64_t head = 0;
	uint32_t tail = 0;

	if (UNLIKELY(f->flags & NET_CSUM_BLANK)) {
		head = VIRTIO_NET_HDR_NEEDS_CSUM | (uint64_t)f->csum_start << 48;
		tail = f->csum_offset;
	}
	memcpy(p, &head, sizeof(head));
	memcpy(p + 8, &tail, sizeof(tail));
}

static unsigned send(struct net *net, const struct net_frame *f, unsigned n)
{
	struct virtio_net *s = self(net);
	struct virtq q = s->tx.q;
	unsigned most = virtq_room(&q);

	if (UNLIKELY(net->broken))
		return 0;
	n = n < most ? n : most;
	for (unsigned i = 0; i < n; i++) {
		write_header(&f[i]);
		virtq_add(&q, f[i].token, f[i].data - HEADER, f[i].len + HEADER, 0);
	}
	virtq_publish(&q);
	s->tx.q = q;
	s->net.tx_frames += n;
	return n;
}

static unsigned reclaim(struct net *net, void **token, unsigned max)
{
	struct virtio_net *s = self(net);
	struct virtq q = s->tx.q;
	unsigned n, waiting = virtq_waiting(&q), most = max < waiting ? max : waiting;
	struct virtq_slot *slot;

	for (n = 0; n < most; n++) {
		slot = virtq_take_read(&q);
		if (UNLIKELY(!slot))
			break;
		token[n] = slot->token;
	}
	s->tx.q = q;
	check(s);
	if (UNLIKELY(s->tx.q.nlost > 0))
		n += virtq_take_lost(&s->tx.q, token + n, max - n);
	return n;
}

static void flush(struct net *net)
{
	struct virtio_net *s = self(net);

	if (net->broken)
		return;
	net->kicks += virtio_flush(s->dev, &s->rx);
	net->kicks += virtio_flush(s->dev, &s->tx);
}

/* --- closing --- */

/* Does the device have any that reclaim does not return? */
static bool has_buffers(struct virtio_net *s)
{
	return virtq_outstanding(&s->rx.q) > 0 ||
	       virtq_waiting(&s->tx.q) < virtq_outstanding(&s->tx.q);
}

/* What was sent gets a while to go out before the device is reset. */
static void drain(struct virtio_net *s)
{
	int64_t end = clock_steady() + DRAIN_NS;
	struct virtq *q = &s->tx.q;

	flush(&s->net);
	while (!q->broken && virtq_waiting(q) < virtq_outstanding(q) && clock_steady() < end)
		__builtin_ia32_pause();
	check(s);
}

static unsigned withdraw(struct net *net, void **token, unsigned max)
{
	struct virtio_net *s = self(net);
	struct virtio_queue *q[2];

	if (net->broken) {
		virtq_reset(&s->rx.q); /* what was posted since is lost, too */
	} else if (s->rx.q.nlost == 0 && has_buffers(s)) {
		drain(s);
		if (!net->broken && has_buffers(s) && virtio_restart(s->dev, queues(s, q), 2) < 0)
			net_break(net, "the device does not start again");
	}
	return virtq_take_lost(&s->rx.q, token, max);
}

static const struct net_ops virtio_net_ops = {
	.room = room,
	.post = post,
	.receive = receive,
	.send = send,
	.flush = flush,
	.reclaim = reclaim,
	.withdraw = withdraw,
};

/* --- waking --- */

static bool has_room(const struct virtq *q)
{
	return virtq_room(q) > 0 || q->nlost > 0 || virtq_pending(q);
}

static bool pending(struct source *source)
{
	struct virtio_net *s = container_of(source, struct virtio_net, net.source);

	if (s->net.broken || !((s->net.receiving && virtq_pending(&s->rx.q)) ||
			       (s->net.want_room && has_room(&s->tx.q))))
		return false;
	if (s->armed) {
		s->armed = false;
		s->net.events++;
		virtq_disarm(&s->rx.q);
		virtq_disarm(&s->tx.q);
	}
	return true;
}

static bool arm(struct source *source)
{
	struct virtio_net *s = container_of(source, struct virtio_net, net.source);
	struct virtq *tx = &s->tx.q;
	bool now = false;

	if (s->net.broken)
		return false;
	flush(&s->net);
	if (s->dev->ops->acknowledge)
		s->dev->ops->acknowledge(s->dev);
	s->armed = true;
	if (s->net.receiving)
		now |= virtq_arm(&s->rx.q, 0);
	/* Once half of the ring is free it is worth the while. */
	if (s->net.want_room)
		now |= virtq_room(tx) > 0 || virtq_arm(tx, virtq_outstanding(tx) / 2);
	return now;
}

/* --- setting up --- */

/* A locally administered address (IEEE 802, bit 1 of the first byte), for a host that gives none. */
static void invent_mac(uint8_t mac[6])
{
	uint64_t v = clock_tsc() * 0x9e3779b97f4a7c15;

	mac[0] = 0x02;
	for (unsigned i = 1; i < 6; i++)
		mac[i] = (uint8_t)(v >> (8 * i + 16));
}

static void read_config(struct virtio_net *s)
{
	struct virtio_net_config c;

	s->dev->ops->config(s->dev, &c, sizeof(c));
	if (virtio_has(s->dev, VIRTIO_NET_F_MAC))
		memcpy(s->net.mac, c.mac, sizeof(c.mac));
	else
		invent_mac(s->net.mac);
	s->net.mtu = virtio_has(s->dev, VIRTIO_NET_F_MTU) && c.mtu >= MTU_MIN ? c.mtu : MTU;
	s->net.csum_offload = virtio_has(s->dev, VIRTIO_NET_F_CSUM);
	s->merges = virtio_has(s->dev, VIRTIO_NET_F_MRG_RXBUF);
	memcpy(s->net.name, s->dev->name, sizeof(s->net.name));
}

static int start(struct virtio_net *s)
{
	unsigned size = memory_total() < SMALL_MEMORY ? RING_SMALL : RING;
	int r = virtio_negotiate(s->dev, FEATURES);

	if (r == 0) {
		read_config(s);
		r = virtio_queue_init(s->dev, &s->rx, VIRTIO_NET_RX, size);
	}
	if (r == 0)
		r = virtio_queue_init(s->dev, &s->tx, VIRTIO_NET_TX, size);
	return r < 0 ? r : virtio_start(s->dev);
}

int virtio_net_init(struct virtio *dev)
{
	struct virtio_net *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->dev = dev;
	s->net.ops = &virtio_net_ops;
	s->net.driver = dev->ops->name;
	s->net.headroom = HEADER;
	s->net.source.pending = pending;
	s->net.source.arm = arm;
	r = start(s);
	if (r < 0) {
		dev->ops->reset(dev);
		virtq_fini(&s->rx.q);
		virtq_fini(&s->tx.q);
		free(s);
		return r;
	}
	net_add(&s->net);
	return 0;
}
