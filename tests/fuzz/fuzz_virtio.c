/* SPDX-License-Identifier: MIT */
/*
 * fuzz_virtio.c - virtio devices that do anything: the first byte says of which transport, the
 * others what its registers say, what it writes into the rings and when the drivers are called.
 * Whatever happens, a buffer belongs to one side at a time, and no frame is longer than its buffer.
 */
#include <stdlib.h>

#include "abi/monitor.h"
#include "drivers/channel.h"
#include "drivers/net.h"
#include "drivers/virtio/testing.h"
#include "tests/unit/stub_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
void *__wrap_calloc(size_t n, size_t size);
void __wrap_free(void *p);
void *__real_calloc(size_t n, size_t size);
void __real_free(void *p);

/* --- what the drivers allocate --- */

#define ALLOCATIONS 4096

static void *allocation[ALLOCATIONS];
static unsigned nallocations;

void *__wrap_calloc(size_t n, size_t size)
{
	void *p = nallocations < ALLOCATIONS ? __real_calloc(n, size) : NULL;

	if (p)
		allocation[nallocations++] = p;
	return p;
}

void __wrap_free(void *p)
{
	for (unsigned i = 0; p && i < nallocations; i++)
		if (allocation[i] == p) {
			allocation[i] = allocation[--nallocations];
			break;
		}
	__real_free(p);
}

/* --- the input --- */

static const uint8_t *input;
static size_t left;

static uint8_t get8(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

static uint16_t get16(void)
{
	return (uint16_t)(get8() | get8() << 8);
}

static uint32_t get32(void)
{
	return get16() | (uint32_t)get16() << 16;
}

/* Small more often than not: what is nearly right goes further. */
static uint32_t number(void)
{
	uint8_t kind = get8();

	return kind < 128 ? kind & 15 : kind < 240 ? get8() : get32();
}

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* --- devices --- */

static struct model model;
static struct monitor_page *page;

static uint32_t read_port(uint16_t port)
{
	(void)port;
	return number();
}

/* Registers keep what was written, or say something else. */
static uint32_t read_register(const volatile void *p, unsigned size)
{
	if (get8() & 1)
		return number();
	return size == 1   ? *(const volatile uint8_t *)p
	       : size == 2 ? *(const volatile uint16_t *)p
			   : *(const volatile uint32_t *)p;
}

static void find_model(uint32_t id)
{
	model = (struct model){ .base = { .ops = &model_ops, .id = id },
				.offered = VIRTIO_F_VERSION_1 | get32(),
				.max = 1U << (get8() & 7),
				.nqueues = MODEL_QUEUES };
	for (unsigned i = 0; i < sizeof(model.config); i++)
		model.config[i] = get8();
	virtio_found(&model.base);
}

static void find_page(void)
{
	uint8_t *bytes = (uint8_t *)page;

	memset(page, 0, sizeof(*page));
	*page = (struct monitor_page){ .magic = MONITOR_MAGIC,
				       .version = 1,
				       .ndevices = get8() & 3 };
	for (unsigned i = 0; i < page->ndevices; i++) {
		page->device[i].id = get8() & 1 ? VIRTIO_ID_NET : VIRTIO_ID_CONSOLE;
		page->device[i].features = VIRTIO_F_VERSION_1 | get32();
		page->device[i].nqueues = number();
		for (unsigned j = 0; j < MONITOR_QUEUES; j++)
			page->device[i].queue[j].size = (uint16_t)number();
	}
	for (unsigned i = get8() & 15; i > 0; i--)
		bytes[get16() % sizeof(*page)] = get8();
	/* What is there later is from the driver. */
	for (unsigned i = 0; i < MONITOR_DEVICES; i++)
		for (unsigned j = 0; j < MONITOR_QUEUES; j++)
			page->device[i].queue[j].desc = 0;
	virtio_page_init(page);
}

static void find(unsigned transport)
{
	switch (transport % 5) {
	case 0:
		find_model(VIRTIO_ID_NET);
		return;
	case 1:
		find_model(VIRTIO_ID_CONSOLE);
		return;
	case 2:
		find_page();
		return;
	case 3:
		stub_kernel.mmio_read = read_register;
		stub_kernel.cmdline = "virtio_mmio.device=512@0xfeb00e00:12 console=virtio "
				      "virtio_mmio.device=4K@0xd0001000:5:1 net=a,b";
		virtio_mmio_init();
		return;
	case 4:
		stub_kernel.port_read = read_port;
		stub_kernel.mmio_read = read_register;
		virtio_pci_init();
		return;
	}
}

/* The queue that the input names. NULL: there is none. */
static bool choose(struct virtq *q)
{
	unsigned i = get8();

	if (page->ndevices) {
		struct monitor_queue *m =
			&page->device[i / 8 % MONITOR_DEVICES].queue[i % MONITOR_QUEUES];

		*q = (struct virtq){ .avail = (struct virtq_avail *)m->driver,
				     .used = (struct virtq_used *)m->device,
				     .size = m->size };
		return m->desc != 0;
	}
	if (!model.queue[i % MODEL_QUEUES].q)
		return false;
	*q = *model.queue[i % MODEL_QUEUES].q;
	return true;
}

/* One write of the device's into a ring. */
static void write_ring(void)
{
	struct virtq q;

	if (!choose(&q))
		return;
	switch (get8() % 5) {
	case 0:
		q.used->idx = get16();
		break;
	case 1:
		q.used->idx = (uint16_t)(q.used->idx + (get8() & 3));
		break;
	case 2:
		q.used->flags = get8();
		break;
	case 3: /* the last one is avail_event's half */
		q.used->ring[get16() % q.size] = (struct virtq_used_elem){ number(), number() };
		break;
	case 4: /* what is the driver's; used_event, too */
		q.avail->ring[get16() % (q.size + 1)] = (uint16_t)(get16() % q.size);
		break;
	}
}

/* The device does what it should with the next buffers, whatever it writes into them. */
static void use_buffers(void)
{
	struct model_queue *m = &model.queue[get8() % MODEL_QUEUES];
	struct model_buffer b;

	for (unsigned i = get8() & 7; m->q && i > 0 && model_take(m, &b); i--) {
		uint32_t len = get8();

		len = len < b.d.len ? len : b.d.len;
		if (b.d.addr == 0) /* its own fault: see above */
			continue;
		for (uint32_t k = 0; b.d.flags & VIRTQ_DESC_WRITE && k < len && k < 24; k++)
			model_bytes(&b)[k] = get8();
		model_use(m, b.id, len);
	}
	if (m->q)
		model_publish(m);
}

/* --- the platform, with an interface --- */

#define BUFFERS 64
#define HEADROOM 12
#define CAPACITY 96

enum owner { OURS, RECEIVES, SENDS };

struct buffer {
	uint8_t bytes[HEADROOM + CAPACITY];
	enum owner owner;
};

static struct buffer *buffer[BUFFERS]; /* each an allocation, to see who writes behind it */

static unsigned take(struct net_frame *f, unsigned max, enum owner owner)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BUFFERS && n < max; i++)
		if (buffer[i]->owner == OURS) {
			buffer[i]->owner = owner;
			f[n++] = (struct net_frame){ .token = buffer[i],
						     .data = buffer[i]->bytes + HEADROOM,
						     .len = get8() % CAPACITY + 1,
						     .flags = get8() & 1 };
		}
	return n;
}

static void give_back(void *token, enum owner owner)
{
	struct buffer *b = token;

	must(b->owner == owner);
	b->owner = OURS;
}

static void give_back_all(void *const *token, unsigned n, enum owner owner)
{
	for (unsigned i = 0; i < n; i++)
		give_back(token[i], owner);
}

static void receive(struct net *net)
{
	struct net_frame f[32];
	unsigned max = get8() & 31, n = net->ops->receive(net, f, max);

	must(n <= max && (n == 0 || !(f[n - 1].flags & NET_MORE)));
	for (unsigned i = 0; i < n; i++) {
		struct buffer *b = f[i].token;

		must(f[i].data >= b->bytes && f[i].len > 0 &&
		     f[i].data + f[i].len <= b->bytes + sizeof(b->bytes));
		must(!(f[i].flags & NET_CSUM_BLANK) || i > 0 || n > 1 ||
		     f[i].csum_start + f[i].csum_offset + 2U <= f[i].len);
		give_back(f[i].token, RECEIVES);
	}
}

static void use_net(struct net *net, unsigned what)
{
	struct net_frame f[BUFFERS];
	void *token[BUFFERS];
	unsigned n, room;

	switch (what % 6) {
	case 0:
		room = net->ops->room(net);
		n = take(f, room < BUFFERS ? room : BUFFERS, RECEIVES);
		net->ops->post(net, f, n, CAPACITY);
		break;
	case 1:
		receive(net);
		break;
	case 2:
		n = take(f, get8() & 31, SENDS);
		for (unsigned sent = net->ops->send(net, f, n); sent < n; sent++)
			give_back(f[sent].token, SENDS);
		break;
	case 3:
		give_back_all(token, net->ops->reclaim(net, token, get8() & 31), SENDS);
		break;
	case 4:
		n = net->ops->withdraw(net, token, get8() & 63);
		give_back_all(token, n, RECEIVES);
		break;
	case 5:
		net->receiving = get8() & 1;
		net->want_room = get8() & 1;
		net->source.quiet = false;
		net->ops->flush(net);
		break;
	}
}

static void use_channel(struct channel *c, unsigned what)
{
	static char bytes[3 * 4096];

	switch (what % 4) {
	case 0:
		must(c->ops->read(c, bytes, get16() % sizeof(bytes)) <= sizeof(bytes));
		break;
	case 1:
		c->ops->write(c, bytes, get16() % sizeof(bytes));
		break;
	case 2:
		c->ops->flush(c);
		break;
	case 3:
		c->want_room = get8() & 1;
		c->source.quiet = false;
		break;
	}
}

static void ready(struct source *s)
{
	(void)s;
}

static void run(void)
{
	for (struct net *net = net_first; net; net = net->next)
		net->source.ready = ready;
	for (struct channel *c = channel_first; c; c = c->next)
		c->source.ready = ready;
	while (left > 0) {
		unsigned what = get8();

		if (what & 1)
			use_buffers();
		if (what & 2)
			write_ring();
		if (net_first)
			use_net(what & 4 && net_first->next ? net_first->next : net_first,
				what >> 3);
		if (channel_first)
			use_channel(channel_first, what >> 3);
		if (what & 128)
			stub_kernel_sources();
		if (what & 64)
			stub_kernel_arm();
		if (what == 255 && stub_kernel.console)
			stub_kernel.console("text", 4);
	}
}

/* Whatever has happened, all buffers come back. */
static void close_all(void)
{
	void *token[BUFFERS];
	unsigned n;

	for (struct net *net = net_first; net; net = net->next) {
		for (unsigned i = 0; i < 3; i++) {
			while ((n = net->ops->withdraw(net, token, BUFFERS)) > 0)
				give_back_all(token, n, RECEIVES);
			while ((n = net->ops->reclaim(net, token, BUFFERS)) > 0)
				give_back_all(token, n, SENDS);
		}
	}
	for (unsigned i = 0; i < BUFFERS; i++)
		must(buffer[i]->owner == OURS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	input = data;
	left = n;
	stub_kernel_reset();
	net_first = NULL;
	channel_first = NULL;
	memset(&model, 0, sizeof(model));
	page = __real_calloc(1, sizeof(*page));
	for (unsigned i = 0; i < BUFFERS; i++)
		buffer[i] = __real_calloc(1, sizeof(*buffer[i]));
	find(get8());
	run();
	close_all();
	for (unsigned i = 0; i < BUFFERS; i++)
		__real_free(buffer[i]);
	__real_free(page);
	while (nallocations > 0)
		__wrap_free(allocation[nallocations - 1]);
	return 0;
}
