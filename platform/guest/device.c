/* SPDX-License-Identifier: MIT */
/*
 * device.c - interfaces as FromDevice and ToDevice see them. Receive buffers are packets: what the
 * ring fills goes into the graph as it is, and what is sent is freed when the ring is done with it.
 *
 * An interface belongs to one engine at a time; the routers of a hot-swap share it.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "drivers/net.h"
#include "engine/packet.h"
#include "engine/run/router.h"
#include "kernel/clock.h"
#include "kernel/machine.h"
#include "platform/guest/guest.h"

#define LINK_ETHERNET 1
#define BUFFER (PACKET_ROOM - PACKET_HEADROOM)
#define ETHER_HEADER 14U
#define ABANDON_NS 100000000 /* for what was sent to go out */
/* Buffers that a receive ring begins with, since the first touch of each page takes time: more come
 * when frames come in bunches. */
#define RING_FIRST 64U
#define RING_GROWS_AT 16U
#define FRAME_EXTRA 18U /* Ethernet header and a VLAN tag, over the MTU */

struct device {
	struct device *next;
	struct net *net;
	int number;
	struct engine *engine; /* whose it is */
	unsigned users;
	bool receives, timestamp;
	struct kthread *waiter; /* who watches it */
	uint64_t sent, reclaimed;
	struct batch spare; /* packets to take the place of those that come */
};

static struct device *devices;

/* --- finding --- */

static struct net *find_net(struct str name, int *number)
{
	struct str digits = name;
	uint32_t wanted = UINT32_MAX;
	int i = 0;

	if (!str_decimal(&digits, &wanted) || digits.n != 0)
		wanted = UINT32_MAX;
	for (struct net *n = net_first; n; n = n->next, i++)
		if ((uint32_t)i == wanted || str_is(name, n->name)) {
			*number = i;
			return n;
		}
	return NULL;
}

static struct device *by_number(int number)
{
	struct device *d = devices;

	while (d && d->number != number)
		d = d->next;
	return d;
}

static int no_such(const struct device_options *o, struct error *err)
{
	fail(err, "%s: no such interface", o->name);
	if (!net_first)
		note(err, "this machine has no interfaces: it was started without --net");
	for (struct net *n = net_first; n; n = n->next)
		note(err, "there is %s", n->name);
	return -ENODEV;
}

/* --- watches --- */

static void source_ready(struct source *s)
{
	const struct device *d = s->arg;

	if (d && d->waiter)
		kthread_wake(d->waiter);
}

void device_watch(int fd, unsigned events, struct kthread *k)
{
	struct device *d = by_number(fd);

	if (!d)
		return;
	d->waiter = events ? k : NULL;
	d->net->want_room = events & WATCH_WRITE;
	d->net->source.quiet = events == 0;
}

unsigned device_events(int fd, unsigned events)
{
	struct device *d = by_number(fd);

	return d && d->net->source.pending(&d->net->source) ? events : 0;
}

/* --- receiving --- */

static struct net_frame buffer_of(struct packet *p)
{
	p->data = p->head + PACKET_HEADROOM;
	return (struct net_frame){ .token = p, .data = p->data };
}

/* Gives the ring up to n packets. From then on each that comes back filled is replaced by another, or
 * goes back itself, so that the ring never runs dry however short packet memory is. */
static void fill_ring(struct device *d, unsigned n)
{
	struct net *net = d->net;
	unsigned room;

	if (!net->ops->post || net->broken)
		return;
	while (n > 0 && (room = net->ops->room(net)) > 0) {
		struct net_frame f[BATCH_MAX];
		struct batch b;

		room = room < n ? room : n;
		b.n = 0;
		batch_new(&b, room < BATCH_MAX ? room : BATCH_MAX, PACKET_HEADROOM, BUFFER);
		if (b.n == 0)
			return;
		for (unsigned i = 0; i < b.n; i++)
			f[i] = buffer_of(b.pkt[i]);
		net->ops->post(net, f, b.n, BUFFER);
		n -= b.n;
	}
}

static uint8_t type_of(const struct device *d, const uint8_t *frame)
{
	if (frame[0] & 1)
		return memcmp(frame, "\377\377\377\377\377\377", 6) == 0 ? PACKET_BROADCAST
									 : PACKET_MULTICAST;
	return memcmp(frame, d->net->mac, 6) == 0 ? PACKET_HOST : PACKET_OTHERHOST;
}

/* The checksum that the sender left to us: what it covers ends with the frame. */
static bool fill_checksum(uint8_t *data, uint32_t len, const struct net_frame *f)
{
	uint32_t at = (uint32_t)f->csum_start + f->csum_offset;
	uint16_t sum;

	if (f->csum_start >= len || at + 2 > len)
		return false;
	sum = checksum(data + f->csum_start, len - f->csum_start);
	sum = sum == 0 ? 0xffff : sum; /* UDP's 0 means none; all ones is the same to the others */
	memcpy(data + at, &sum, 2);
	return true;
}

/* How many structs the frame at v[0] takes. */
static unsigned parts(const struct net_frame *v, unsigned n)
{
	unsigned i = 0;

	while (i + 1 < n && v[i].flags & NET_MORE)
		i++;
	return i + 1;
}

static uint32_t total_length(const struct net_frame *v, unsigned n)
{
	uint32_t len = 0;

	for (unsigned i = 0; i < n; i++)
		len += v[i].len;
	return len;
}

/* A packet with the bytes of all parts. */
static struct packet *gather(const struct net_frame *v, unsigned n)
{
	struct packet *p = packet_new(PACKET_HEADROOM, total_length(v, n), 0);
	uint32_t at = 0;

	for (unsigned i = 0; p && i < n; at += v[i++].len)
		memcpy(p->data + at, v[i].data, v[i].len);
	return p;
}

/* Takes the buffers of n frames off their frames: the ring gets them, or others in their place. */
static void give_buffers(struct device *d, struct net_frame *v, unsigned n)
{
	if (d->net->ops->release)
		d->net->ops->release(d->net, v, n);
	else
		d->net->ops->post(d->net, v, n, BUFFER);
}

/* A frame in the driver's buffers, or in several: a copy. */
static struct packet *copy_frame(struct device *d, struct net_frame *v, unsigned n)
{
	struct packet *p = gather(v, n);

	for (unsigned i = 0; d->net->ops->post && i < n; i++)
		v[i] = buffer_of(v[i].token);
	return p;
}

/* The frame in the packet that was posted; a spare one becomes the ring's instead. */
static struct packet *take_frame(struct device *d, struct net_frame *v)
{
	struct packet *p = NULL;

	if (d->spare.n > 0) {
		p = v->token;
		p->data = v->data;
		p->len = v->len;
		*v = buffer_of(d->spare.pkt[--d->spare.n]);
	} else {
		*v = buffer_of(v->token);
	}
	return p;
}

/* False, and it is dropped, when it is none that could have been on a wire. */
static bool finish_frame(struct device *d, struct packet *p, const struct net_frame *first)
{
	if (!p || p->len < ETHER_HEADER ||
	    (first->flags & NET_CSUM_BLANK && !fill_checksum(p->data, p->len, first))) {
		d->net->rx_drops++;
		if (p)
			packet_drop(p);
		return false;
	}
	p->mac = p->data;
	p->type = type_of(d, p->data);
	p->device = (uint16_t)(d->number + 1);
	if (first->flags & (NET_CSUM_GOOD | NET_CSUM_BLANK))
		p->flags |= PACKET_F_CSUM_GOOD;
	return true;
}

/* Turns n structs of received frames into packets of b, and their buffers into the ring's. */
static unsigned deliver(struct device *d, struct net_frame *v, unsigned n, struct batch *b)
{
	int64_t now = d->timestamp ? clock_wall() : 0;
	unsigned before = b->n;

	for (unsigned i = 0, k; i < n; i += k) {
		struct net_frame first = v[i];
		struct packet *p;

		k = parts(v + i, n - i);
		p = k == 1 && d->net->ops->post ? take_frame(d, &v[i]) : copy_frame(d, v + i, k);
		if (finish_frame(d, p, &first)) {
			p->timestamp = now;
			batch_add(b, p);
		}
	}
	return b->n - before;
}

int device_receive(struct device *d, struct batch *b, unsigned max)
{
	struct net_frame v[BATCH_MAX];
	unsigned n, got, room = BATCH_MAX - b->n;

	if (d->net->broken)
		return -EIO;
	if (!d->receives)
		return 0;
	n = d->net->ops->receive(d->net, v, max < room ? max : room);
	if (n == 0)
		return 0;
	if (d->net->ops->post && d->spare.n < n)
		batch_new(&d->spare, BATCH_MAX - d->spare.n, PACKET_HEADROOM, BUFFER);
	got = deliver(d, v, n, b);
	give_buffers(d, v, n);
	if (n >= RING_GROWS_AT)
		fill_ring(d, n);
	d->net->ops->flush(d->net);
	return (int)got;
}

/* --- sending --- */

static void reclaim(struct device *d)
{
	void *v[BATCH_MAX];
	unsigned n;

	while ((n = d->net->ops->reclaim(d->net, v, BATCH_MAX)) > 0) {
		d->reclaimed += n;
		for (unsigned i = 0; i < n; i++)
			packet_drop(v[i]);
	}
}

/* The driver writes in front of the data, and the other side reads while we go on. False: there is
 * no memory for a copy now. */
static bool make_sendable(const struct device *d, struct packet *p)
{
	uint32_t headroom = d->net->headroom;

	if (!packet_shared(p) && packet_headroom(p) >= headroom)
		return true;
	return packet_push(p, headroom) && packet_pull(p, headroom);
}

static int check(const struct device *d, const struct packet *p)
{
	if (p->len > d->net->mtu + FRAME_EXTRA)
		return -EMSGSIZE;
	return p->len < ETHER_HEADER ? -EINVAL : 0;
}

int device_send(struct device *d, struct batch *b)
{
	struct net_frame v[BATCH_MAX];
	struct batch gone;
	unsigned n = 0, sent;
	int r = 0;

	reclaim(d);
	if (d->net->broken)
		return -EIO;
	for (; n < b->n; n++) {
		struct packet *p = b->pkt[n];

		r = check(d, p);
		if (r == 0 && !make_sendable(d, p))
			r = -ENOBUFS;
		if (r < 0)
			break;
		v[n] = (struct net_frame){ .token = p, .data = p->data, .len = p->len };
	}
	sent = n ? d->net->ops->send(d->net, v, n) : 0;
	d->sent += sent;
	gone.n = 0;
	batch_move(b, sent, &gone); /* they are the ring's now */
	if (n)
		d->net->ops->flush(d->net);
	return sent < n ? -EAGAIN : r;
}

/* --- opening and closing --- */

static int join(struct device *d, const struct device_options *o, struct error *err)
{
	if (d->engine != thread_current->engine) {
		fail(err, "%s: interface is in use by another instance", o->name);
		return -EBUSY;
	}
	d->users++;
	return 0;
}

static struct device *add(struct net *net, int number)
{
	struct device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	*d = (struct device){ .net = net,
			      .number = number,
			      .engine = thread_current->engine,
			      .users = 1,
			      .next = devices };
	devices = d;
	net->source.arg = d;
	net->source.ready = source_ready;
	net->source.quiet = true;
	return d;
}

static void start_receiving(struct device *d, bool timestamp)
{
	d->receives = true;
	d->timestamp = timestamp;
	d->net->receiving = true;
	fill_ring(d, RING_FIRST);
	d->net->ops->flush(d->net);
}

int device_open(const struct device_options *o, struct device **opened, struct error *err)
{
	int number = 0, r = 0;
	struct net *net = find_net(str_of(o->name), &number);

	if (!net)
		return no_such(o, err);
	if (o->filter) {
		fail(err, "%s: BPF_FILTER is not available here", o->name);
		note(err, "use Classifier or IPClassifier behind it");
		return -ENOTSUP;
	}
	*opened = by_number(number);
	if (*opened)
		r = join(*opened, o, err);
	else
		*opened = add(net, number);
	if (r < 0 || !*opened)
		return r < 0 ? r : -ENOMEM;
	if (o->receive)
		start_receiving(*opened, o->timestamp);
	return 0;
}

static void withdraw(struct device *d)
{
	void *v[BATCH_MAX];
	unsigned n;

	d->net->receiving = false;
	if (!d->net->ops->withdraw)
		return;
	while ((n = d->net->ops->withdraw(d->net, v, BATCH_MAX)) > 0)
		for (unsigned i = 0; i < n; i++)
			packet_drop(v[i]);
}

static void forget(struct device *d)
{
	struct device **at = &devices;

	d->net->source.quiet = true;
	d->net->source.arg = NULL;
	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	free(d);
}

void device_close(struct device *d)
{
	if (!d || --d->users > 0)
		return;
	withdraw(d);
	reclaim(d);
	batch_drop(&d->spare);
	forget(d);
}

/* The packets are not dropped one by one: nobody knows what is in them. */
static bool take_back(struct device *d)
{
	int64_t end = clock_steady() + ABANDON_NS;
	void *v[BATCH_MAX];
	unsigned n;

	d->net->receiving = false;
	while (d->net->ops->withdraw && d->net->ops->withdraw(d->net, v, BATCH_MAX) > 0)
		;
	do {
		d->net->ops->flush(d->net);
		while ((n = d->net->ops->reclaim(d->net, v, BATCH_MAX)) > 0)
			d->reclaimed += n;
	} while (d->reclaimed < d->sent && clock_steady() < end);
	return d->reclaimed >= d->sent;
}

bool devices_abandon(const struct engine *g)
{
	bool all = true;

	for (struct device *d = devices, *next; d; d = next) {
		next = d->next;
		if (d->engine != g)
			continue;
		all &= take_back(d);
		forget(d);
	}
	return all;
}

void device_info(struct device *d, struct device_info *info)
{
	*info = (struct device_info){
		.mtu = d->net->mtu,
		.encap = LINK_ETHERNET,
		.fd = d->number,
		.method = d->net->driver,
		.kernel_drops = d->net->rx_drops,
		.drops_known = true,
	};
	memcpy(info->mac, d->net->mac, 6);
}

bool platform_device_address(struct str name, enum platform_address what, void *out)
{
	int number;
	struct net *net = find_net(name, &number);

	if (!net || what != ADDRESS_ETHER)
		return false;
	memcpy(out, net->mac, 6);
	return true;
}
