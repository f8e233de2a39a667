/* SPDX-License-Identifier: MIT */
/* virtio.c - from reset to a running device, the same for all transports (virtio 1.2, 3.1). */
#include "drivers/virtio/virtio.h"

#include <errno.h>

#include "kernel/machine.h"

static int report(const struct virtio *v, int err, const char *what)
{
	if (err)
		kprint("%s: %s", v->where, what);
	return err;
}

static int accept(struct virtio *v)
{
	uint64_t offered = v->ops->features(v);

	if (!(offered & VIRTIO_F_VERSION_1))
		return report(v, -ENOTSUP,
			      "the device is of a time before virtio 1.0 (set "
			      "disable-legacy=on, or force-legacy=false)");
	if ((offered & v->features) != v->features)
		return report(v, -EPROTO, "the device offers less than it did");
	return report(v, v->ops->accept(v, v->features), "the device refuses its own features");
}

int virtio_negotiate(struct virtio *v, uint64_t wanted)
{
	int r = report(v, v->ops->reset(v), "the device cannot be reset");

	if (r < 0)
		return r;
	v->features = v->ops->features(v) & (wanted | VIRTIO_F_VERSION_1);
	return accept(v);
}

static unsigned power_of_two_below(unsigned n)
{
	return 1U << (31 - __builtin_clz(n));
}

int virtio_queue_init(struct virtio *v, struct virtio_queue *q, unsigned index, unsigned size)
{
	unsigned max = v->ops->queue_max(v, index);
	int r;

	if (max == 0)
		return report(v, -ENODEV, "a queue is missing");
	size = power_of_two_below(max < size ? max : size);
	r = virtq_init(&q->q, size, virtio_has(v, VIRTIO_F_EVENT_IDX));
	if (r < 0)
		return report(v, r, "no memory for its queues");
	q->index = index;
	return report(v, v->ops->queue_set(v, index, &q->q), "a queue cannot be set up");
}

int virtio_start(struct virtio *v)
{
	return report(v, v->ops->start(v), "the device does not start");
}

static void reset_queues(struct virtio_queue *const *q, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		virtq_reset(&q[i]->q);
}

int virtio_restart(struct virtio *v, struct virtio_queue *const *q, unsigned n)
{
	int r = report(v, v->ops->reset(v), "the device cannot be reset");

	reset_queues(q, n);
	r = r < 0 ? r : accept(v);
	for (unsigned i = 0; i < n && r == 0; i++)
		r = report(v, v->ops->queue_set(v, q[i]->index, &q[i]->q),
			   "a queue cannot be set up again");
	return r < 0 ? r : virtio_start(v);
}

void virtio_stop(struct virtio *v, struct virtio_queue *const *q, unsigned n)
{
	report(v, v->ops->reset(v), "the device cannot be reset");
	reset_queues(q, n);
}

bool virtio_flush(struct virtio *v, struct virtio_queue *q)
{
	virtq_publish(&q->q);
	if (!virtq_kick_wanted(&q->q))
		return false;
	v->ops->kick(v, q->index);
	return true;
}

bool virtio_found(struct virtio *v)
{
	switch (v->id) {
	case VIRTIO_ID_NET:
		return virtio_net_init(v) == 0;
	case VIRTIO_ID_CONSOLE:
		return virtio_console_init(v) == 0;
	default:
		kprint("%s: no driver for virtio devices of type %u", v->where, v->id);
		return false;
	}
}
