/* SPDX-License-Identifier: MIT */
/*
 * IPReassembler - put fragmented IP packets together
 *
 * Packets that are no fragments pass unchanged; of a packet whose fragments
 * have all come, the whole leaves (RFC 791). What is incomplete after 30
 * seconds goes to output 1 with what has come of it, or is dropped; so do the
 * oldest while more than HIMEM bytes wait. Bytes that come twice are those
 * that come last; fragments that contradict others are dropped. MAX_MTU_ANNO
 * is an annotation for the length of the longest fragment. The IP header must
 * be marked.
 *
 * Example: CheckIPHeader -> IPReassembler -> IPClassifier(dst port 53)
 * See also: IPFragmenter
 */
#include "base/hash.h"
#include "engine/element.h"
#include "elements/ip/ipdatagram.h"

#define OVERHEAD 40U /* of a datagram, in what HIMEM limits */
#define BYTES_PER_BUCKET 512U
#define DATAGRAMS_PER_CHUNK 64
#define SWEEP_SECONDS 10
#define KEEP_SECONDS 30

struct ipreassembler {
	struct element base;
	uint32_t himem;
	struct anno2 mtu_anno;
	bool has_mtu_anno;
	struct list *bucket; /* [mask + 1], newest first */
	uint32_t mask, seed;
	struct list age; /* oldest first */
	struct list free;
	uint64_t memory;
	int64_t swept; /* seconds */
	uint64_t seen, good, failed, bad;
};
ELEMENT_SELF(struct ipreassembler)

static void init(struct element *e)
{
	list_init(&self(e)->age);
	list_init(&self(e)->free);
}

static bool configure(struct element *e, struct error *err)
{
	(void)err;
	self(e)->has_mtu_anno = arg_given(e, "MAX_MTU_ANNO");
	return true;
}

static bool start(struct element *e, struct error *err)
{
	struct ipreassembler *r = self(e);

	for (r->mask = 255; r->mask < 65535 && r->mask < r->himem / BYTES_PER_BUCKET;)
		r->mask = 2 * r->mask + 1;
	r->bucket = pool_try(router_pool(e->router), (r->mask + 1U) * sizeof(*r->bucket));
	if (!r->bucket)
		return fail(err, "out of memory");
	for (uint32_t i = 0; i <= r->mask; i++)
		list_init(&r->bucket[i]);
	r->seed = random_u32(e);
	return true;
}

/* --- datagrams --- */

/* The seed keeps senders from choosing what falls into one bucket. */
static struct list *bucket_of(const struct ipreassembler *r, const struct ip_header *ip)
{
	uint64_t h = hash_u64((uint64_t)ip->src << 32 | ip->dst);

	h = hash_u64(h ^ ((uint64_t)r->seed << 32 | (uint32_t)ip->id << 8 | ip->proto));
	return &r->bucket[h & r->mask];
}

static struct ip_datagram *find(struct list *bucket, const struct ip_header *ip)
{
	list_each(i, bucket)
	{
		struct ip_datagram *d = container_of(i, struct ip_datagram, bucket);

		if (d->id == ip->id && d->proto == ip->proto && d->src == ip->src &&
		    d->dst == ip->dst)
			return d;
	}
	return NULL;
}

/* From the free ones, of which more are made by the chunk: HIMEM bounds how many. */
static struct ip_datagram *datagram_get(struct ipreassembler *r)
{
	struct ip_datagram *d;

	if (list_empty(&r->free)) {
		d = pool_try(router_pool(r->base.router), DATAGRAMS_PER_CHUNK * sizeof(*d));
		for (unsigned i = 0; d && i < DATAGRAMS_PER_CHUNK; i++)
			list_add_tail(&r->free, &d[i].age);
	}
	if (list_empty(&r->free))
		return NULL;
	d = container_of(r->free.next, struct ip_datagram, age);
	list_remove(&d->age);
	return d;
}

static struct ip_datagram *datagram_new(struct ipreassembler *r, struct list *bucket,
					const struct packet *p, const struct ip_fragment *f)
{
	struct ip_datagram *d = datagram_get(r);

	if (!d)
		return NULL;
	if (!ip_datagram_init(d, p, f)) {
		list_add_head(&r->free, &d->age);
		return NULL;
	}
	d->seconds = p->timestamp / NS_PER_SEC;
	list_add_head(bucket, &d->bucket);
	list_add_tail(&r->age, &d->age);
	r->memory += OVERHEAD + d->p->len;
	return d;
}

/* The datagram goes; its packet, finished, is the caller's. */
static struct packet *datagram_end(struct ipreassembler *r, struct ip_datagram *d)
{
	r->memory -= OVERHEAD + d->p->len;
	list_remove(&d->bucket);
	list_remove(&d->age);
	list_add_head(&r->free, &d->age);
	return ip_datagram_finish(d);
}

static void give_up(struct ipreassembler *r, struct ip_datagram *d)
{
	output_push_packet(&r->base, 1, datagram_end(r, d));
}

static void sweep(struct ipreassembler *r, int64_t now)
{
	if (now - r->swept < SWEEP_SECONDS && now >= r->swept)
		return;
	r->swept = now;
	list_each(i, &r->age)
	{
		struct ip_datagram *d = container_of(i, struct ip_datagram, age);

		if (now - d->seconds > KEEP_SECONDS)
			give_up(r, d);
	}
}

static void free_memory(struct ipreassembler *r)
{
	uint64_t goal = (uint64_t)(r->himem >> 2) * 3;

	while (r->memory > goal && !list_empty(&r->age)) {
		r->failed++;
		give_up(r, container_of(r->age.next, struct ip_datagram, age));
	}
}

/* --- packets --- */

static struct packet *complete(struct ipreassembler *r, struct ip_datagram *d, int64_t timestamp)
{
	struct packet *whole = datagram_end(r, d);

	r->good++;
	whole->timestamp = timestamp;
	anno_set_u32(whole, ANNO_IPREASSEMBLER, 0);
	if (r->has_mtu_anno)
		anno_set_u16(whole, r->mtu_anno.offset, d->max_mtu);
	return whole;
}

/* Puts the fragment where it belongs. The whole packet when it is there. */
static struct packet *take_in(struct ipreassembler *r, struct packet *p)
{
	struct list *bucket = bucket_of(r, packet_ip(p));
	struct ip_fragment f;
	struct ip_datagram *d;
	uint32_t had;

	if (!ip_fragment_parse(p, &f)) {
		r->bad++;
		return NULL;
	}
	if (r->memory > r->himem)
		free_memory(r);
	d = find(bucket, packet_ip(p));
	if (!d) {
		d = datagram_new(r, bucket, p, &f);
		return d && ip_datagram_complete(d) ? complete(r, d, p->timestamp) : NULL;
	}
	had = d->p->len;
	if (!ip_datagram_add(d, p, &f)) {
		r->bad++;
		return NULL;
	}
	r->memory += d->p->len - had;
	return ip_datagram_complete(d) ? complete(r, d, p->timestamp) : NULL;
}

static struct packet *fragment(struct ipreassembler *r, struct packet *p)
{
	struct packet *whole;

	if (p->timestamp == 0)
		p->timestamp = time_now(&r->base);
	r->seen++;
	sweep(r, p->timestamp / NS_PER_SEC);
	whole = take_in(r, p);
	packet_drop(p);
	return whole;
}

static void reassemble(struct element *e, struct batch *b)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		const struct ip_header *ip = ip_marked(p);

		if (UNLIKELY(ip && ip_is_fragment(ip)))
			p = fragment(self(e), p);
		if (p)
			b->pkt[kept++] = p;
	}
	b->n = kept;
}

static void stop(struct element *e)
{
	struct ipreassembler *r = self(e);

	list_each(i, &r->age)
		packet_drop(datagram_end(r, container_of(i, struct ip_datagram, age)));
}

/* --- handlers --- */

/* The flow as the first bytes tell it. */
static void dump_datagram(const struct ip_datagram *d, struct text *out)
{
	uint32_t at = 0, start, end;
	uint16_t port[2] = { 0, 0 };
	bool any = ip_datagram_range(d, &at, &start, &end);

	if (any && start == 0 && end >= 4)
		memcpy(port, d->p->data, sizeof(port));
	text_add(out, " (");
	print_ip(out, d->src);
	text_add(out, ", %u, ", be16(port[0]));
	print_ip(out, d->dst);
	text_add(out, ", %u) %u", be16(port[1]), be16(d->id));
	for (; any; any = ip_datagram_range(d, &at, &start, &end))
		text_add(out, " (%u,%u)", start, end);
	text_char(out, '\n');
}

static void dump(struct element *e, struct text *out)
{
	struct ipreassembler *r = self(e);

	text_add(out, "frags seen total:    %llu\n", (unsigned long long)r->seen);
	text_add(out, "good reassemblies:   %llu\n", (unsigned long long)r->good);
	text_add(out, "failed reassemblies: %llu\n", (unsigned long long)r->failed);
	text_add(out, "bad fragments seen:  %llu\n", (unsigned long long)r->bad);
	text_add(out, "cached chunk data:\n");
	for (unsigned row = 0; row < 256; row++) /* by the first byte of id, newest first */
		for (struct list *i = r->age.prev; i != &r->age; i = i->prev) {
			const struct ip_datagram *d = container_of(i, struct ip_datagram, age);

			if ((d->id & 0xff) == row)
				dump_datagram(d, out);
		}
}

static const struct arg args[] = {
	ARG_OR("HIMEM", himem, 0, "262144", "bytes that may wait"),
	ARG("MAX_MTU_ANNO", mtu_anno, 0, "annotation for the longest fragment's length"),
};

static const struct handler handlers[] = {
	READ("dump", dump, "counts, and what waits for more"),
};

const struct element_class ipreassembler_class = {
	.name = "IPReassembler",
	.ports = "1/1-2",
	.processing = "a/ah",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.init = init,
	.configure = configure,
	.start = start,
	.stop = stop,
	.action = reassemble,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
