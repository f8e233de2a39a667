/* SPDX-License-Identifier: MIT */
/*
 * mmio.c - virtio over registers in memory (virtio 1.2, 4.2.2), of QEMU's microvm and Firecracker,
 * which name the devices on the command line: virtio_mmio.device=SIZE@BASE:IRQ.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "drivers/io.h"
#include "drivers/virtio/virtio.h"
#include "kernel/irq.h"
#include "kernel/machine.h"
#include "kernel/memory.h"

#define SIZE_MIN (VIRTIO_MMIO_CONFIG + 0x40)
#define RESET_LOOKS 1000 /* at the status, until it is 0 */
#define CONFIG_LOOKS 4   /* until it does not change while it is read */

struct mmio_device {
	struct virtio base;
	uint8_t *regs;
	size_t size;
};

static struct mmio_device *self(struct virtio *v)
{
	return container_of(v, struct mmio_device, base);
}

static uint32_t get(struct virtio *v, unsigned reg)
{
	return mmio_read32(self(v)->regs + reg);
}

static void set(struct virtio *v, unsigned reg, uint32_t value)
{
	mmio_write32(self(v)->regs + reg, value);
}

static void set64(struct virtio *v, unsigned reg, uint64_t value)
{
	set(v, reg, (uint32_t)value);
	set(v, reg + 4, (uint32_t)(value >> 32));
}

static int mmio_reset(struct virtio *v)
{
	unsigned looks = 0;

	set(v, VIRTIO_MMIO_STATUS, 0);
	while (get(v, VIRTIO_MMIO_STATUS) != 0)
		if (++looks > RESET_LOOKS)
			return -ETIMEDOUT;
	set(v, VIRTIO_MMIO_STATUS, VIRTIO_ACKNOWLEDGE);
	set(v, VIRTIO_MMIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER);
	return 0;
}

static uint64_t mmio_features(struct virtio *v)
{
	uint64_t low;

	set(v, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	low = get(v, VIRTIO_MMIO_DEVICE_FEATURES);
	set(v, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	return low | (uint64_t)get(v, VIRTIO_MMIO_DEVICE_FEATURES) << 32;
}

static int mmio_accept(struct virtio *v, uint64_t features)
{
	set(v, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
	set(v, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)features);
	set(v, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	set(v, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(features >> 32));
	set(v, VIRTIO_MMIO_STATUS, VIRTIO_ACKNOWLEDGE | VIRTIO_DRIVER | VIRTIO_FEATURES_OK);
	return get(v, VIRTIO_MMIO_STATUS) & VIRTIO_FEATURES_OK ? 0 : -ENOTSUP;
}

static unsigned mmio_queue_max(struct virtio *v, unsigned queue)
{
	uint32_t max;

	set(v, VIRTIO_MMIO_QUEUE_SEL, queue);
	max = get(v, VIRTIO_MMIO_QUEUE_SIZE_MAX);
	return max <= VIRTQ_SIZE_MAX ? max : 0;
}

static int mmio_queue_set(struct virtio *v, unsigned queue, const struct virtq *q)
{
	set(v, VIRTIO_MMIO_QUEUE_SEL, queue);
	if (get(v, VIRTIO_MMIO_QUEUE_READY) != 0)
		return -EBUSY;
	set(v, VIRTIO_MMIO_QUEUE_SIZE, q->size);
	set64(v, VIRTIO_MMIO_QUEUE_DESC, (uintptr_t)q->desc);
	set64(v, VIRTIO_MMIO_QUEUE_DRIVER, (uintptr_t)q->avail);
	set64(v, VIRTIO_MMIO_QUEUE_DEVICE, (uintptr_t)q->used);
	set(v, VIRTIO_MMIO_QUEUE_READY, 1);
	return 0;
}

static int mmio_start(struct virtio *v)
{
	set(v, VIRTIO_MMIO_STATUS, get(v, VIRTIO_MMIO_STATUS) | VIRTIO_DRIVER_OK);
	return get(v, VIRTIO_MMIO_STATUS) & VIRTIO_NEEDS_RESET ? -EIO : 0;
}

static void mmio_config(struct virtio *v, void *p, size_t n)
{
	const uint8_t *from = self(v)->regs + VIRTIO_MMIO_CONFIG;
	size_t have = self(v)->size - VIRTIO_MMIO_CONFIG;
	uint32_t generation;
	uint8_t *to = p;

	memset(p, 0, n);
	for (unsigned looks = 0; looks < CONFIG_LOOKS; looks++) {
		generation = get(v, VIRTIO_MMIO_CONFIG_GENERATION);
		for (size_t i = 0; i < n && i < have; i++)
			to[i] = mmio_read8(from + i);
		if (get(v, VIRTIO_MMIO_CONFIG_GENERATION) == generation)
			return;
	}
}

static void mmio_kick(struct virtio *v, unsigned queue)
{
	set(v, VIRTIO_MMIO_QUEUE_NOTIFY, queue);
}

static void mmio_acknowledge(struct virtio *v)
{
	/* Without a look at what there is: that would be a second exit. */
	set(v, VIRTIO_MMIO_INTERRUPT_ACK, 3);
}

static const struct virtio_ops mmio_ops = {
	.name = "virtio-mmio",
	.reset = mmio_reset,
	.features = mmio_features,
	.accept = mmio_accept,
	.queue_max = mmio_queue_max,
	.queue_set = mmio_queue_set,
	.start = mmio_start,
	.config = mmio_config,
	.kick = mmio_kick,
	.acknowledge = mmio_acknowledge,
};

/* --- the command line's words --- */

struct place {
	uint64_t size, base;
	uint32_t irq;
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Decimal, or hexadecimal after 0x, with K or M behind it. */
static bool number(struct str *s, uint64_t *v)
{
	int radix = str_prefix(s, "0x") ? 16 : 10;
	size_t i = 0;

	for (*v = 0; i < s->n && digit(s->p[i]) < radix; i++) {
		if (*v >> 40)
			return false;
		*v = *v * radix + digit(s->p[i]);
	}
	*s = str_from(*s, i);
	if (str_char(s, 'K') || str_char(s, 'k'))
		*v <<= 10;
	else if (str_char(s, 'M') || str_char(s, 'm'))
		*v <<= 20;
	return i > 0;
}

static bool parse(struct str s, struct place *p)
{
	return number(&s, &p->size) && str_char(&s, '@') && number(&s, &p->base) &&
	       str_char(&s, ':') && str_decimal(&s, &p->irq) && (s.n == 0 || s.p[0] == ':') &&
	       p->size >= SIZE_MIN && p->size <= 1 << 20 && p->base % 4 == 0 &&
	       p->base <= UINT32_MAX && p->base + p->size <= 1ULL << 32 && p->irq < 256;
}

/* False: nothing is plugged in there, or something else. */
static bool probe(struct mmio_device *d)
{
	struct virtio *v = &d->base;
	uint32_t version;

	if (get(v, VIRTIO_MMIO_MAGIC) != VIRTIO_MMIO_MAGIC_VALUE) {
		kprint("%s: there is no device", v->where);
		return false;
	}
	version = get(v, VIRTIO_MMIO_VERSION);
	v->id = get(v, VIRTIO_MMIO_DEVICE_ID);
	if (v->id != 0 && version != 2)
		kprint("%s: the transport is of version %u, not 2 (QEMU: -global "
		       "virtio-mmio.force-legacy=false)",
		       v->where, version);
	return v->id != 0 && version == 2;
}

static void found(void *arg, struct str word)
{
	struct mmio_device *d;
	struct place p;

	(void)arg;
	if (!parse(word, &p)) {
		kprint("virtio_mmio.device=%.*s: expected SIZE@BASE:IRQ", STR(str_first(word, 60)));
		return;
	}
	d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->base.ops = &mmio_ops;
	d->size = p.size;
	d->regs = memory_map_device(p.base, p.size);
	snprintf(d->base.where, sizeof(d->base.where), "virtio-mmio at 0x%llx",
		 (unsigned long long)p.base);
	if (d->regs && probe(d) && virtio_found(&d->base))
		irq_route(p.irq, true);
	else
		free(d);
}

void virtio_mmio_init(void)
{
	machine_options("virtio_mmio.device=", found, NULL);
}
