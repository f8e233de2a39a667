/* SPDX-License-Identifier: MIT */
/*
 * testing.h - for tests of virtio drivers: a transport whose device is the test, and the device's
 * side of the queues.
 */
#ifndef DRIVERS_VIRTIO_TESTING_H
#define DRIVERS_VIRTIO_TESTING_H

#include <stdlib.h>

#include "base/list.h"
#include "drivers/virtio/virtio.h"

#define MODEL_QUEUES 12

struct model_queue {
	const struct virtq *q;  /* as it was given; addresses and size are used only */
	uint16_t seen, used;    /* of avail; what we published */
	unsigned kicks;
};

struct model {
	struct virtio base;
	uint64_t offered, accepted;
	unsigned max;           /* of each queue */
	unsigned nqueues;
	uint8_t config[64];
	struct model_queue queue[MODEL_QUEUES];
	unsigned resets, started, acknowledged;
};

static inline struct model *model_of(struct virtio *v)
{
	return container_of(v, struct model, base);
}

static inline int model_reset(struct virtio *v)
{
	struct model *m = model_of(v);

	m->resets++;
	m->started = 0;
	memset(m->queue, 0, sizeof(m->queue));
	return 0;
}

static inline uint64_t model_features(struct virtio *v)
{
	return model_of(v)->offered;
}

static inline int model_accept(struct virtio *v, uint64_t features)
{
	model_of(v)->accepted = features;
	return features & ~model_of(v)->offered ? -1 : 0;
}

static inline unsigned model_queue_max(struct virtio *v, unsigned queue)
{
	return queue < model_of(v)->nqueues ? model_of(v)->max : 0;
}

static inline int model_queue_set(struct virtio *v, unsigned queue, const struct virtq *q)
{
	model_of(v)->queue[queue] = (struct model_queue){ .q = q };
	return 0;
}

static inline int model_start(struct virtio *v)
{
	model_of(v)->started = 1;
	return 0;
}

static inline void model_config(struct virtio *v, void *p, size_t n)
{
	memcpy(p, model_of(v)->config, n);
}

static inline void model_kick(struct virtio *v, unsigned queue)
{
	model_of(v)->queue[queue].kicks++;
}

static inline void model_acknowledge(struct virtio *v)
{
	model_of(v)->acknowledged++;
}

static const struct virtio_ops model_ops = {
	.name = "virtio-model",
	.reset = model_reset,
	.features = model_features,
	.accept = model_accept,
	.queue_max = model_queue_max,
	.queue_set = model_queue_set,
	.start = model_start,
	.config = model_config,
	.kick = model_kick,
	.acknowledge = model_acknowledge,
};

/* --- the device's side of a queue --- */

struct model_buffer {
	uint16_t id;
	struct virtq_desc d;
};

static inline unsigned model_available(const struct model_queue *m)
{
	return (uint16_t)(m->q->avail->idx - m->seen);
}

/* The next buffer of the driver's. False: there is none. */
static inline bool model_take(struct model_queue *m, struct model_buffer *b)
{
	*b = (struct model_buffer){ .id = UINT16_MAX };
	if (model_available(m) == 0)
		return false;
	b->id = m->q->avail->ring[m->seen++ & m->q->mask];
	b->d = m->q->desc[b->id];
	return true;
}

static inline uint8_t *model_bytes(const struct model_buffer *b)
{
	return (uint8_t *)(uintptr_t)b->d.addr;
}

/* Writes a used element; model_publish shows it. */
static inline void model_use(struct model_queue *m, uint32_t id, uint32_t len)
{
	m->q->used->ring[m->used++ & m->q->mask] = (struct virtq_used_elem){ id, len };
}

static inline void model_publish(struct model_queue *m)
{
	__atomic_store_n(&m->q->used->idx, m->used, __ATOMIC_RELEASE);
}

/* Uses the next buffer with these bytes. */
static inline bool model_fill(struct model_queue *m, const void *p, uint32_t n)
{
	struct model_buffer b;

	if (!model_take(m, &b))
		return false;
	memcpy(model_bytes(&b), p, n);
	model_use(m, b.id, n);
	model_publish(m);
	return true;
}

/* Asks for a kick when the driver publishes its buffer number `at' (of 65536). */
static inline void model_want_kick(const struct model_queue *m, uint16_t at)
{
	uint16_t *event = (uint16_t *)(void *)&m->q->used->ring[m->q->size];

	*event = at;
}

/* Would the device interrupt for the step from old to what it published last? */
static inline bool model_interrupts(const struct model_queue *m, uint16_t old)
{
	return virtq_need_event(m->q->avail->ring[m->q->size], m->used, old);
}

#endif
