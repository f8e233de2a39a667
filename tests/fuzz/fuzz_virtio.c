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
#include "kernel/memory.h"
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

static struct model model;
static struct monitor_page *page;

/* --- registers: they are as they should be, until the input says something else --- */

static uint8_t *registers;  /* of the device that was mapped last */
static uint8_t config[256]; /* PCI function 3.0's */
static uint32_t config_address;
static struct virtq queue[MODEL_QUEUES]; /* as the driver has set them up */

#define BAR_SIZE 0x4000U
#define PCI_SLOT 3

static bool lies(void)
{
	return (get8() & 15) == 15;
}

static void set_up(uint32_t i, uint64_t desc, uint64_t avail, uint64_t used, uint32_t size)
{
	/* A device whose registers lie on top of each other may have got something else. */
	if (i >= MODEL_QUEUES || size == 0 || size > 8 || size & (size - 1) ||
	    !stub_kernel_is_ram(desc, size * 16) ||
	    !stub_kernel_is_ram(avail, VIRTQ_AVAIL_BYTES(size)) ||
	    !stub_kernel_is_ram(used, VIRTQ_USED_BYTES(size)) || (desc | avail | used) & 15)
		return;
	queue[i] = (struct virtq){ .desc = (struct virtq_desc *)desc,
				   .avail = (struct virtq_avail *)avail,
				   .used = (struct virtq_used *)used,
				   .size = size,
				   .mask = size - 1 };
	model.queue[i] = (struct model_queue){ .q = &queue[i] };
}

static void write_mmio(uint32_t at, uint32_t v)
{
	const uint8_t *r = registers;

	if (at == VIRTIO_MMIO_STATUS && v == 0)
		memset(model.queue, 0, sizeof(model.queue));
	if (at == VIRTIO_MMIO_QUEUE_SEL)
		store32(registers + VIRTIO_MMIO_QUEUE_READY, 0);
	if (at == VIRTIO_MMIO_QUEUE_READY && v == 1)
		set_up(load32(r + VIRTIO_MMIO_QUEUE_SEL), load64(r + VIRTIO_MMIO_QUEUE_DESC),
		       load64(r + VIRTIO_MMIO_QUEUE_DRIVER), load64(r + VIRTIO_MMIO_QUEUE_DEVICE),
		       load32(r + VIRTIO_MMIO_QUEUE_SIZE));
}

static void write_common(uint32_t at, uint32_t v)
{
	struct virtio_pci_common *c = (struct virtio_pci_common *)(void *)registers;

	if (at == offsetof(struct virtio_pci_common, device_status) && v == 0)
		memset(model.queue, 0, sizeof(model.queue));
	if (at == offsetof(struct virtio_pci_common, queue_select))
		c->queue_enable = 0;
	if (at == offsetof(struct virtio_pci_common, queue_enable) && v == 1)
		set_up(c->queue_select, c->queue_desc_lo | (uint64_t)c->queue_desc_hi << 32,
		       c->queue_driver_lo | (uint64_t)c->queue_driver_hi << 32,
		       c->queue_device_lo | (uint64_t)c->queue_device_hi << 32, c->queue_size);
}

static void write_register(volatile void *p, uint32_t v, unsigned size)
{
	uint8_t *at = (uint8_t *)(uintptr_t)p;

	memcpy(at, &v, size);
	if (registers && at >= registers && at < registers + 0x100)
		(stub_kernel.port_read ? write_common : write_mmio)((uint32_t)(at - registers), v);
}

static uint32_t read_register(const volatile void *p, unsigned size)
{
	uint32_t v = 0;

	if (lies())
		return number();
	memcpy(&v, (const void *)(uintptr_t)p, size);
	return v;
}

static void *map_mmio(uint64_t base, size_t size)
{
	(void)base, (void)size;
	registers = page_alloc(1);
	store32(registers + VIRTIO_MMIO_MAGIC, VIRTIO_MMIO_MAGIC_VALUE);
	store32(registers + VIRTIO_MMIO_VERSION, 2);
	store32(registers + VIRTIO_MMIO_DEVICE_ID, get8() & 1 ? VIRTIO_ID_NET : VIRTIO_ID_CONSOLE);
	store32(registers + VIRTIO_MMIO_DEVICE_FEATURES, get32() | 1); /* the same in both halves */
	store32(registers + VIRTIO_MMIO_QUEUE_SIZE_MAX, 8);
	store32(registers + VIRTIO_MMIO_CONFIG + 4, get8() & 3);
	return registers;
}

static void *map_pci(uint64_t base, size_t size)
{
	struct virtio_pci_common *c;

	(void)base;
	if (size > 16 * BAR_SIZE)
		return NULL;
	registers = page_alloc((size + 4095) / 4096);
	c = (struct virtio_pci_common *)(void *)registers;
	c->device_feature = get32() | 1;
	c->num_queues = MODEL_QUEUES;
	c->queue_size = 8;
	return registers;
}

static uint32_t read_port(uint16_t port)
{
	(void)port;
	if ((config_address >> 11 & 31) != PCI_SLOT)
		return 0xffffffff;
	return lies() ? number() : load32(config + (config_address & 0xfc));
}

static void write_config(unsigned at, uint32_t v)
{
	if (at == 0x20) /* BAR 4: its size */
		v = (v & ~(BAR_SIZE - 1)) | 4;
	if (at == 4) /* the status is read only */
		v = (v & 0xffff) | (load32(config + at) & 0xffff0000);
	store32(config + at, v);
}

static void write_port(uint16_t port, uint32_t v, unsigned size)
{
	if (size == 4 && port == 0xcf8)
		config_address = v;
	else if (size == 4 && port == 0xcfc && (config_address >> 11 & 31) == PCI_SLOT)
		write_config(config_address & 0xfc, v);
}

/* A capability of virtio's in BAR 4. */
static void capability(uint8_t at, uint8_t next, uint8_t type, uint32_t offset, uint32_t len)
{
	const uint8_t head[] = { 9, next, 20, type, 4 };

	memcpy(config + at, head, sizeof(head));
	store32(config + at + 8, offset);
	store32(config + at + 12, len);
	store32(config + at + 16, 4);
}

static void make_pci(void)
{
	static const uint8_t msix[] = { 0x11, 0x40, 1, 0, 4, 0x30, 0, 0 };

	memset(config, 0, sizeof(config));
	store32(config, VIRTIO_PCI_VENDOR | (VIRTIO_PCI_DEVICE_BASE + (get8() & 1 ? 1U : 3U))
						    << 16);
	config[6] = 0x10;
	config[0x20] = 4;
	config[0x34] = 0x98;
	memcpy(config + 0x98, msix, sizeof(msix));
	capability(0x40, 0x54, VIRTIO_PCI_CAP_COMMON, 0, 0x100);
	capability(0x54, 0x68, VIRTIO_PCI_CAP_NOTIFY, 0x1000, 0x100);
	capability(0x68, 0, VIRTIO_PCI_CAP_DEVICE, 0x2000, 0x100);
	for (unsigned i = get8() & 7; i > 0; i--)
		config[get8()] = get8();
}

/* --- finding --- */

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
		stub_kernel.map = map_mmio;
		stub_kernel.mmio_read = read_register;
		stub_kernel.mmio_write = write_register;
		stub_kernel.cmdline = "virtio_mmio.device=512@0xfeb00e00:12 console=virtio "
				      "virtio_mmio.device=4K@0xd0001000:5:1 net=a,b";
		virtio_mmio_init();
		return;
	case 4:
		make_pci();
		stub_kernel.map = map_pci;
		stub_kernel.port_read = read_port;
		stub_kernel.port_write = write_port;
		stub_kernel.mmio_read = read_register;
		stub_kernel.mmio_write = write_register;
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

/* A good message for a console, with a little of the input in it. */
static uint32_t message(uint8_t *p, uint32_t len)
{
	static const char name[] = "org.clickos.control";
	struct virtio_console_control m = { .id = get8() & 3,
					    .event = get8() & 7,
					    .value = get8() & 1 };
	uint8_t bytes[sizeof(m) + sizeof(name)];

	memcpy(bytes, &m, sizeof(m));
	memcpy(bytes + sizeof(m), name, sizeof(name));
	len = len < sizeof(bytes) ? len : sizeof(bytes);
	memcpy(p, bytes, len);
	return len;
}

static uint32_t fill(const struct model_buffer *b)
{
	uint32_t len = get8();

	len = len < b->d.len ? len : b->d.len;
	if (!(b->d.flags & VIRTQ_DESC_WRITE))
		return 0;
	if (get8() & 1)
		return message(model_bytes(b), b->d.len);
	for (uint32_t i = 0; i < len && i < 24; i++)
		model_bytes(b)[i] = get8();
	return len;
}

/* The device does what it should with the next buffers, whatever it writes into them. */
static void use_buffers(void)
{
	struct model_queue *m = &model.queue[get8() % MODEL_QUEUES];
	struct model_buffer b;

	for (unsigned i = get8() & 7; m->q && i > 0 && model_take(m, &b); i--)
		if (b.d.addr != 0) /* its own fault: see above */
			model_use(m, b.id, fill(&b));
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

	switch (what % 5) {
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
	case 4:
		c->ops->close(c);
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
	registers = NULL;
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
