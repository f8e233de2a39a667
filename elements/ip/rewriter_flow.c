/* SPDX-License-Identifier: MIT */
/* rewriter_flow.c - flows of rewriters: making, ending, and what unknown packets bring about. */
#include "elements/ip/rewriter.h"

#include "base/checksum.h"

uint32_t rewriter_guarantee(const struct flow *f)
{
	return f->input->rw->times[f->map].guarantee.v;
}

uint32_t rewriter_timeout(const struct flow *f)
{
	return f->input->rw->ops->timeout(f->input->rw, f);
}

int rewriter_any_proto(uint8_t proto)
{
	(void)proto;
	return 0;
}

uint32_t rewriter_plain_timeout(const struct rewriter *rw, const struct flow *f)
{
	return rw->times[f->map].timeout.v;
}

static struct flow_map *map_of(const struct flow *f, unsigned dir)
{
	return &(dir == FLOW_FORWARD ? f->input->rw : f->input->reply)->map[f->map];
}

void flow_end(struct flow_pool *fp, struct flow *f)
{
	uint32_t index = flow_index(fp, f);

	for (unsigned dir = 0; dir < 2; dir++) {
		struct flow_id key = flow_key(f, dir);

		flow_map_remove(map_of(f, dir), &key, flow_ref(index, dir));
	}
	flow_unage(fp, f);
	f->input->flows--;
	fp->n--;
	fp->ended++;
	flow_free(fp, index);
}

void flow_pool_clear(struct flow_pool *fp)
{
	for (unsigned i = 0; i < 2; i++)
		while (fp->heap[i].n != 0)
			flow_end(fp, flow_at(fp, fp->heap[i].v[fp->heap[i].n - 1].flow));
}

void flow_pool_shrink(struct flow_pool *fp)
{
	uint32_t index;

	while (fp->n > fp->capacity) {
		index = flow_victim(fp);
		if (index == 0)
			index = flow_victim_guaranteed(fp);
		flow_end(fp, flow_at(fp, index));
	}
}

void flow_pool_reap(struct flow_pool *fp)
{
	uint32_t index;

	while ((index = flow_expired(fp)) != 0)
		flow_end(fp, flow_at(fp, index));
	flow_pool_shrink(fp);
}

/* Memory for a flow; when there is no more, that of the one which is to go next. */
static uint32_t obtain(struct flow_pool *fp)
{
	uint32_t index = flow_alloc(fp);

	if (index != 0)
		return index;
	index = flow_victim(fp);
	if (index == 0)
		return 0;
	flow_end(fp, flow_at(fp, index));
	return flow_alloc(fp);
}

uint16_t flow_sum(const struct flow_id *from, const struct flow_id *to, size_t n)
{
	const uint8_t *a = (const uint8_t *)from, *b = (const uint8_t *)to;
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint16_t)~load16(a + i) + (uint32_t)load16(b + i);
	sum = checksum_fold(sum);
	return sum == 0xffff ? 0 : (uint16_t)sum;
}

static struct flow_delta delta_back(struct flow_delta d)
{
	return (struct flow_delta){ d.ip ? (uint16_t)~d.ip : 0, d.l4 ? (uint16_t)~d.l4 : 0 };
}

static void end_ref(struct flow_pool *fp, uint32_t ref)
{
	if (ref != 0)
		flow_end(fp, flow_of(fp, ref));
}

/* Puts both entries into the maps; whoever had their keys goes. */
static void store(struct flow_pool *fp, struct flow *f, uint32_t index)
{
	struct flow_map *map[2] = { map_of(f, FLOW_FORWARD), map_of(f, FLOW_REPLY) };
	uint64_t sequence = fp->sequence++;

	fp->chunk[index / FLOW_CHUNK]->sequence[index % FLOW_CHUNK] = sequence;
	for (unsigned dir = 0; dir < 2; dir++) {
		struct flow_id key = flow_key(f, dir);
		uint32_t old = flow_map_get(map[dir], &key);

		/* A flow that is its own reply has one entry. */
		if (old != 0 && old >> 1 == index)
			continue;
		end_ref(fp, old);
		flow_map_add(map[dir], &key, flow_ref(index, dir));
	}
	for (unsigned dir = 0; dir < 2; dir++)
		flow_map_stored(map[dir], sequence);
}

/* Ends the flow that has to, when there is one too many. Is the new one left? */
static bool make_room(struct flow_pool *fp, uint32_t index)
{
	uint32_t victim;

	if (fp->n <= fp->capacity)
		return true;
	victim = flow_victim(fp);
	if (victim == 0)
		victim = index;
	flow_end(fp, flow_at(fp, victim));
	return victim != index;
}

uint32_t flow_make(struct rewriter_input *in, unsigned map, const struct flow_id *from,
		   const struct flow_id *to, const uint16_t out[2], uint8_t anno, int64_t last)
{
	const struct flow_delta delta = { flow_sum(from, to, FLOW_ADDRESSES),
					  flow_sum(from, to, sizeof(*to)) };
	struct flow_pool *fp = in->rw->pool;
	uint32_t index;
	struct flow *f;

	if (!flow_map_reserve(&in->rw->map[map], 2) || !flow_map_reserve(&in->reply->map[map], 2))
		return 0;
	index = obtain(fp);
	if (index == 0)
		return 0;
	f = flow_at(fp, index);
	*f = (struct flow){
		.to = { *to, flow_id_reverse(from) },
		.delta = { delta, delta_back(delta) },
		.out = { out[0], out[1] },
		.last = last,
		.anno = anno,
		.map = (uint8_t)map,
		.input = in,
	};
	store(fp, f, index);
	in->flows++;
	fp->n++;
	flow_age(fp, index);
	return make_room(fp, index) ? flow_ref(index, FLOW_FORWARD) : 0;
}

/* --- packets of no flow --- */

/* False: no flow, and nobody's failure. */
static bool choose(struct rewriter_input *in, unsigned map, const struct flow_id *from,
		   struct flow_id *to, uint16_t out[2], bool *failed)
{
	memcpy(out, in->out, sizeof(in->out));
	*failed = false;
	if (in->kind == INPUT_KEEP)
		*to = *from;
	else if (in->kind == INPUT_PATTERN)
		*failed = !pattern_allocate(in->pattern, in->reply, map, from, to);
	else
		*failed = !in->mapper->map(in->mapper_element, in->rw, map, from, to, out);
	return !*failed && (!in->rw->ops->accepts || in->rw->ops->accepts(to));
}

uint32_t rewriter_miss(struct rewriter *rw, unsigned input, unsigned map,
		       const struct flow_id *from, const struct packet *p, uint16_t *port)
{
	struct rewriter_input *in = &rw->input[input];
	struct flow_id to;
	uint16_t out[2];
	uint8_t anno;
	uint32_t ref = 0;
	bool failed;

	*port = rewriter_unknown(rw, input);
	if (in->kind == INPUT_DROP || in->kind == INPUT_PASS)
		return 0;
	anno = p && rw->has_reply_anno ? p->anno[rw->reply_anno.offset] : 0;
	if (choose(in, map, from, &to, out, &failed)) {
		ref = flow_make(in, map, from, &to, out, anno, rw->pool->now);
		failed = ref == 0;
	}
	in->failures += failed;
	return ref;
}

uint32_t rewriter_find(const struct rewriter *rw, uint8_t proto, const struct flow_id *id)
{
	int map = rw->ops->map_of(proto);

	return map < 0 ? 0 : flow_map_get(&rw->map[map], id);
}
