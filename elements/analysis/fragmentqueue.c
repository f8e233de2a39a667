/* SPDX-License-Identifier: MIT */
/* fragmentqueue.c - packets that wait until the flow of fragments is known. */
#include "elements/analysis/fragmentqueue.h"

#include <stdlib.h>

#include "base/hash.h"

static size_t bucket(const struct fragment_queues *qs, const struct flow_ends *k)
{
	return hash_u64(load64(k) ^ qs->seed) % FRAGMENT_BUCKETS;
}

struct fragment_queue *fragment_queue_find(const struct fragment_queues *qs,
					   const struct flow_ends *k)
{
	struct fragment_queue *q = qs->bucket[bucket(qs, k)];

	while (q && load64(&q->ends) != load64(k))
		q = q->next;
	return q;
}

struct fragment_queue *fragment_queue_add(struct fragment_queues *qs, const struct flow_ends *k)
{
	struct fragment_queue *q = calloc(1, sizeof(*q));
	size_t i = bucket(qs, k);

	if (!q)
		return NULL;
	q->ends = *k;
	q->tail = &q->head;
	q->next = qs->bucket[i];
	qs->bucket[i] = q;
	return q;
}

void fragment_queue_append(struct fragment_queues *qs, struct fragment_queue *q, struct packet *p)
{
	p->next = NULL;
	*q->tail = p;
	q->tail = &p->next;
	qs->waiting++;
}

struct packet *fragment_queue_take(struct fragment_queues *qs, struct fragment_queue *q)
{
	struct packet *p = q->head;

	q->head = p->next;
	if (!q->head)
		q->tail = &q->head;
	p->next = NULL;
	qs->waiting--;
	return p;
}

void fragment_queue_learn(struct fragment_queue *q, const struct ip_header *ip, uint32_t aggregate,
			  uint8_t paint)
{
	q->known[q->next_known++ % FRAGMENT_KNOWN] =
		(struct fragment_known){ .aggregate = aggregate,
					 .id = ip->id,
					 .proto = ip->proto,
					 .paint = paint,
					 .used = true };
}

const struct fragment_known *fragment_queue_known(const struct fragment_queue *q,
						  const struct ip_header *ip)
{
	for (unsigned i = 0; i < FRAGMENT_KNOWN; i++) {
		const struct fragment_known *k = &q->known[i];

		if (k->used && k->id == ip->id && k->proto == ip->proto)
			return k;
	}
	return NULL;
}
