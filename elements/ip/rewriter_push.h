/* SPDX-License-Identifier: MIT */
/*
 * rewriter_push.h - batches through a rewriter: all keys are looked up before the first packet
 * is touched, so that the waits for memory overlap.
 */
#ifndef ELEMENTS_IP_REWRITER_PUSH_H
#define ELEMENTS_IP_REWRITER_PUSH_H

#include "elements/ip/rewriter.h"

#define REWRITER_NO_MAP 0xff
#define INLINE static inline __attribute__((always_inline))

/* Arguments that every packet asks for. */
struct rewriter_marks {
	bool dst_anno, reply;
	uint8_t reply_anno;
};

/* What a class does with a packet; all are inlined into its push. */
struct rewriter_way {
	/* Sets the key of p; the map it belongs to, or REWRITER_NO_MAP. */
	uint8_t (*key)(const struct packet *p, struct flow_id *key);
	/* The other key that p may have; NULL: none. */
	void (*other_key)(const struct packet *p, struct flow_id *key);
	/* May a packet of no flow make one? Else it goes where unknown packets go. NULL: yes. */
	bool (*opens)(const struct packet *p);
	/* Makes p what its flow says. */
	void (*apply)(struct flow_pool *, struct flow *, unsigned dir, struct packet *p,
		      struct rewriter_marks);
};

/* A packet on its way: where its key should be, then its flow. NULL: it has none (yet). */
struct rewriter_lane {
	struct flow_id id;
	uint32_t dir;
	union {
		const struct flow_slot *slot;
		struct flow *flow;
	};
};

INLINE void rewriter_hash_keys(const struct rewriter *rw, const struct rewriter_way *way,
			       const struct batch *b, struct rewriter_lane lane[])
{
	for (unsigned i = 0; i < b->n; i++) {
		struct flow_id id;
		uint8_t map = way->key(b->pkt[i], &id);

		lane[i].slot = NULL;
		if (UNLIKELY(map == REWRITER_NO_MAP))
			continue;
		lane[i].id = id;
		lane[i].slot = flow_map_slot(&rw->map[map], flow_map_hash(&rw->map[map], &id));
		__builtin_prefetch(lane[i].slot);
	}
}

/* Only looks at the keys' buckets: the few that are further on are looked for again. */
INLINE void rewriter_find_flows(const struct flow_pool *fp, unsigned n, struct rewriter_lane lane[])
{
	for (unsigned i = 0; i < n; i++) {
		const struct flow_slot *slot = lane[i].slot;
		uint32_t ref;

		if (UNLIKELY(!slot))
			continue;
		ref = flow_bucket_get(slot, &lane[i].id);
		lane[i].flow = LIKELY(ref != 0) ? flow_of(fp, ref) : NULL;
		lane[i].dir = ref & 1;
		__builtin_prefetch(lane[i].flow, 1);
	}
}

/* The flow of a packet that has not found it yet; made when need be. 0: none, and *port is where
 * the packet goes. */
INLINE uint32_t rewriter_look_again(struct rewriter *rw, const struct rewriter_way *way,
				    unsigned input, const struct packet *p, uint16_t *port)
{
	struct flow_id id, other;
	uint8_t map = way->key(p, &id);
	uint32_t ref;

	*port = rewriter_unknown(rw, input);
	if (map == REWRITER_NO_MAP)
		return 0;
	ref = flow_map_get(&rw->map[map], &id);
	if (ref == 0 && way->other_key) {
		way->other_key(p, &other);
		ref = flow_map_get(&rw->map[map], &other);
	}
	if (ref == 0 && (!way->opens || way->opens(p)))
		ref = rewriter_miss(rw, input, map, &id, p, port);
	return ref;
}

INLINE void rewriter_run(struct element *e, unsigned input, struct batch *b,
			 const struct rewriter_way *way)
{
	struct rewriter *rw = rewriter_of(e);
	struct flow_pool *fp = rw->pool;
	const struct rewriter_marks marks = { rw->dst_anno, rw->has_reply_anno,
					      rw->reply_anno.offset };
	struct rewriter_lane lane[BATCH_MAX];
	uint16_t port[BATCH_MAX];
	uint32_t ended = fp->ended, ref, dir;

	batch_writable(b);
	flow_pool_tick(fp, e);
	rewriter_hash_keys(rw, way, b, lane);
	rewriter_find_flows(fp, b->n, lane);
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		struct flow *f = lane[i].flow;

		dir = lane[i].dir;
		/* The packets before may have made its flow, or ended it. */
		if (UNLIKELY(!f || fp->ended != ended)) {
			ref = rewriter_look_again(rw, way, input, p, &port[i]);
			if (ref == 0)
				continue;
			f = flow_of(fp, ref);
			dir = ref & 1;
		}
		f->last = fp->now;
		port[i] = f->out[dir];
		way->apply(fp, f, dir, p, marks);
	}
	output_split(e, b, port);
}

/* --- headers --- */

/* Does p have an IP header and at least n transport bytes? */
INLINE bool rewriter_has(const struct packet *p, uint32_t n)
{
	const uint8_t *end = p->data + p->len;

	return p->net >= p->data && p->trans >= p->net + sizeof(struct ip_header) &&
	       p->trans <= end && (size_t)(end - p->trans) >= n;
}

/* The checksum after delta was added to what it sums; 0 changes nothing. */
INLINE uint16_t delta_apply(uint16_t sum, uint16_t delta)
{
	uint32_t s = (uint32_t)(uint16_t)~sum + delta;

	return (uint16_t)~(s + (s >> 16));
}

/* A UDP checksum of 0 means that there is none. */
INLINE uint16_t delta_apply_udp(uint16_t sum, uint16_t delta)
{
	uint16_t changed = delta_apply(sum, delta);

	return sum == 0 ? 0 : changed ? changed : 0xffff;
}

/* Addresses, header checksum and annotations. */
INLINE void rewriter_apply_ip(const struct flow *f, unsigned dir, struct packet *p,
			      struct rewriter_marks marks)
{
	const struct flow_id *to = &f->to[dir];
	struct ip_header *ip = packet_ip(p);

	memcpy((uint8_t *)ip + offsetof(struct ip_header, src), to, 8);
	ip->sum = delta_apply(ip->sum, f->delta[dir].ip);
	if (marks.dst_anno)
		anno_set_dst(p, to->daddr);
	if (marks.reply && dir == FLOW_REPLY)
		p->anno[marks.reply_anno] = f->anno;
}

INLINE void rewriter_apply_ports(const struct flow *f, unsigned dir, struct packet *p)
{
	memcpy(p->trans, &f->to[dir].sport, 4);
}

/* The transport checksum of a first fragment, by what is there of the header. */
INLINE void rewriter_apply_sum(const struct packet *p, uint8_t proto, uint16_t delta)
{
	struct tcp_header *tcp = (struct tcp_header *)p->trans;
	struct udp_header *udp = (struct udp_header *)p->trans;

	if (proto == IP_PROTO_TCP && rewriter_has(p, 18))
		tcp->sum = delta_apply(tcp->sum, delta);
	else if (proto == IP_PROTO_UDP && rewriter_has(p, sizeof(*udp)))
		udp->sum = delta_apply_udp(udp->sum, delta);
}

#endif
