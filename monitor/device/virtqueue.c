/* SPDX-License-Identifier: MIT */
/* virtqueue.c - the device's side of a split virtqueue. */
#include "monitor/device/virtqueue.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"

static bool broken(struct virtqueue *q, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says why, once, and returns false. */
static bool broken(struct virtqueue *q, const char *fmt, ...)
{
	va_list ap;

	if (q->broken)
		return false;
	q->broken = true;
	va_start(ap, fmt);
	vsnprintf(q->why, sizeof(q->why), fmt, ap);
	va_end(ap);
	return false;
}

static void *part(struct virtqueue *q, const char *name, uint64_t address, uint64_t n,
		  unsigned align)
{
	void *p = memory_at(q->memory, address, n);

	if (address & (align - 1))
		broken(q, "%s at 0x%llx: not aligned to %u", name, (unsigned long long)address,
		       align);
	else if (!p)
		broken(q, "%s at 0x%llx with %llu bytes: not in memory for devices", name,
		       (unsigned long long)address, (unsigned long long)n);
	return p;
}

bool virtqueue_open(struct virtqueue *q, const struct memory *m, uint16_t size, uint64_t desc,
		    uint64_t driver, uint64_t device)
{
	*q = (struct virtqueue){ .memory = m };
	if (size == 0 || size > VIRTQ_SIZE_MAX || (size & (size - 1)))
		return broken(q, "size %u: not a power of two up to %u", size, VIRTQ_SIZE_MAX);
	q->desc = part(q, "descriptors", desc, (uint64_t)size * sizeof(struct virtq_desc), 16);
	q->avail = part(q, "available ring", driver, VIRTQ_AVAIL_BYTES((uint64_t)size), 2);
	q->used = part(q, "used ring", device, VIRTQ_USED_BYTES((uint64_t)size), 4);
	if (!q->broken)
		q->size = size;
	return !q->broken;
}

/* One descriptor's buffer becomes the next of the chain. */
static bool add_buffer(struct virtqueue *q, struct chain *c, uint16_t i, const struct virtq_desc *d)
{
	void *p = memory_at(q->memory, d->addr, d->len);
	unsigned n = c->nout + c->nin;
	bool in = d->flags & VIRTQ_DESC_WRITE;
	uint32_t *total = in ? &c->in_bytes : &c->out_bytes;

	if (d->flags & ~(VIRTQ_DESC_NEXT | VIRTQ_DESC_WRITE))
		return broken(q, "descriptor %u: flags 0x%x", i, d->flags);
	if (!p)
		return broken(
			q, "descriptor %u: address 0x%llx, length 0x%x: not in memory for devices",
			i, (unsigned long long)d->addr, d->len);
	if (n == CHAIN_MAX)
		return broken(q, "descriptor %u: a chain of more than %u", i, CHAIN_MAX);
	if (!in && c->nin)
		return broken(q, "descriptor %u: to be read, behind one to be written", i);
	if (d->len > UINT32_MAX - *total)
		return broken(q, "descriptor %u: the chain is longer than 4 GiB", i);
	c->iov[n] = (struct iovec){ .iov_base = p, .iov_len = d->len };
	*total += d->len;
	c->nin = (uint16_t)(c->nin + in);
	c->nout = (uint16_t)(c->nout + !in);
	return true;
}

/* A loop ends at CHAIN_MAX. */
static bool collect(struct virtqueue *q, struct chain *c)
{
	uint16_t i = c->head;

	c->nout = c->nin = 0;
	c->out_bytes = c->in_bytes = 0;
	for (;;) {
		struct virtq_desc d;

		if (i >= q->size)
			return broken(q, "descriptor %u of %u", i, q->size);
		d.addr = READ_ONCE(q->desc[i].addr);
		d.len = READ_ONCE(q->desc[i].len);
		d.flags = READ_ONCE(q->desc[i].flags);
		d.next = READ_ONCE(q->desc[i].next);
		if (!add_buffer(q, c, i, &d))
			return false;
		if (!(d.flags & VIRTQ_DESC_NEXT))
			return true;
		i = d.next;
	}
}

bool virtqueue_pop(struct virtqueue *q, struct chain *c)
{
	uint16_t idx;

	if (q->size == 0 || q->broken)
		return false;
	idx = __atomic_load_n(&q->avail->idx, __ATOMIC_ACQUIRE);
	if (idx == q->last_avail)
		return false;
	if ((uint16_t)(idx - q->last_avail) > q->size)
		return broken(q, "available index %u is more than %u ahead of %u", idx, q->size,
			      q->last_avail);
	c->head = READ_ONCE(q->avail->ring[q->last_avail & (q->size - 1)]);
	if (!collect(q, c))
		return false;
	q->last_avail++;
	return true;
}

void virtqueue_push(struct virtqueue *q, uint16_t head, uint32_t written)
{
	struct virtq_used_elem *e = &q->used->ring[q->used_idx & (q->size - 1)];

	WRITE_ONCE(e->id, head);
	WRITE_ONCE(e->len, written);
	q->used_idx++;
}

/* The word behind a ring, by which each side says when it wants to hear of the other. */
static uint16_t *used_event(const struct virtqueue *q)
{
	return &q->avail->ring[q->size];
}

static uint16_t *avail_event(const struct virtqueue *q)
{
	return (uint16_t *)&q->used->ring[q->size];
}

bool virtqueue_publish(struct virtqueue *q)
{
	uint16_t old = q->published;

	if (old == q->used_idx)
		return false;
	__atomic_store_n(&q->used->idx, q->used_idx, __ATOMIC_RELEASE);
	q->published = q->used_idx;
	/* The guest sets its event and then looks at idx; so one of the two sees the other's. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return virtq_need_event(READ_ONCE(*used_event(q)), q->used_idx, old);
}

bool virtqueue_arm(struct virtqueue *q)
{
	if (q->size == 0 || q->broken)
		return false;
	WRITE_ONCE(*avail_event(q), q->last_avail);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return READ_ONCE(q->avail->idx) != q->last_avail;
}

/* The part of v from *skip on; *skip is what is left to be skipped. */
static struct iovec after(struct iovec v, uint32_t *skip)
{
	size_t n = *skip < v.iov_len ? *skip : v.iov_len;

	*skip -= (uint32_t)n;
	v.iov_base = (char *)v.iov_base + n;
	v.iov_len -= n;
	return v;
}

uint32_t chain_read(const struct chain *c, uint32_t offset, void *to, uint32_t n)
{
	uint32_t done = 0;

	for (unsigned i = 0; i < c->nout && done < n; i++) {
		struct iovec v = after(c->iov[i], &offset);
		uint32_t part_bytes = v.iov_len < n - done ? (uint32_t)v.iov_len : n - done;

		memcpy((char *)to + done, v.iov_base, part_bytes);
		done += part_bytes;
	}
	return done;
}

uint32_t chain_write(const struct chain *c, uint32_t offset, const void *from, uint32_t n)
{
	uint32_t done = 0;

	for (unsigned i = c->nout; i < c->nout + c->nin && done < n; i++) {
		struct iovec v = after(c->iov[i], &offset);
		uint32_t part_bytes = v.iov_len < n - done ? (uint32_t)v.iov_len : n - done;

		memcpy(v.iov_base, (const char *)from + done, part_bytes);
		done += part_bytes;
	}
	return done;
}
