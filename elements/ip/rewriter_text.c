/* SPDX-License-Identifier: MIT */
/* rewriter_text.c - the table texts of rewriters. */
#include <stdlib.h>

#include "elements/ip/rewriter.h"

void flow_id_text(const struct flow_id *id, struct text *out)
{
	text_char(out, '(');
	print_ip(out, id->saddr);
	text_add(out, ", %u, ", be16(id->sport));
	print_ip(out, id->daddr);
	text_add(out, ", %u)", be16(id->dport));
}

static void output_text(const struct flow *f, unsigned of, unsigned dir, struct text *out)
{
	if (of == dir)
		text_char(out, '*');
	else if (f->input->rw != f->input->reply)
		text_add(out, "%s:",
			 rewriter_element(of == FLOW_FORWARD ? f->input->rw : f->input->reply)
				 ->name);
	text_add(out, "%u", f->out[of]);
}

static void line(const struct rewriter *rw, uint32_t ref, struct text *out)
{
	const struct flow *f = flow_of(rw->pool, ref);
	unsigned dir = ref & 1;
	int64_t ms = flow_expiry(f) - rw->pool->now;

	rw->ops->text(rw, f, dir, out);
	text_add(out, " [");
	output_text(f, FLOW_FORWARD, dir, out);
	text_char(out, ' ');
	output_text(f, FLOW_REPLY, dir, out);
	text_add(out, "] i%u exp%lld\n", (unsigned)(f->input - f->input->rw->input),
		 (long long)(ms >= 0 ? (ms + 500) / 1000 : -((500 - ms) / 1000)));
}

static int by_sequence(const void *a, const void *b)
{
	const struct chain_entry *x = a, *y = b;

	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	return (int)(x->ref & 1) - (int)(y->ref & 1);
}

static uint32_t add_entries(const struct rewriter *rw, uint32_t index, struct chain_entry *entry)
{
	const struct flow *f = flow_at(rw->pool, index);
	const struct rewriter *owner[2] = { f->input->rw, f->input->reply };
	uint32_t n = 0;

	for (unsigned dir = 0; dir < 2; dir++)
		if (owner[dir] == rw)
			entry[n++] = (struct chain_entry){ flow_sequence(rw->pool, index),
							   flow_key(f, dir), flow_ref(index, dir) };
	return n;
}

/* The entries in that map of rw, in the order they were made. */
static uint32_t collect(const struct rewriter *rw, unsigned map, struct chain_entry *entry)
{
	const struct flow_pool *fp = rw->pool;
	uint32_t n = 0;

	for (unsigned h = 0; h < 2; h++)
		for (uint32_t i = 0; i < fp->heap[h].n; i++)
			if (flow_at(fp, fp->heap[h].v[i].flow)->map == map)
				n += add_entries(rw, fp->heap[h].v[i].flow, entry + n);
	qsort(entry, n, sizeof(*entry), by_sequence);
	return n;
}

static uint32_t rotl(uint32_t v, unsigned by)
{
	return by % 32 == 0 ? v : v << by % 32 | v >> (32 - by % 32);
}

/* Click's hash of a flow's key. */
static uint32_t hash(const struct flow_id *id)
{
	uint32_t sport = be16(id->sport), dport = be16(id->dport);

	return rotl(id->saddr, sport % 16 + 1) ^ rotl(id->daddr, 31 - dport % 16) ^
	       (dport << 16 | sport);
}

void rewriter_table(struct rewriter *rw, unsigned map, struct text *out)
{
	struct chain_entry *entry = malloc((2 * (size_t)rw->pool->n + 1) * sizeof(*entry));
	uint32_t *ref = NULL, n = 0;

	rewriter_tick(rw);
	if (entry) {
		n = collect(rw, map, entry);
		ref = chain_order_list(&rw->map[map].order, entry, n, hash);
	}
	for (uint32_t i = 0; ref && i < n; i++)
		line(rw, ref[i], out);
	free(ref);
	free(entry);
}
