/* SPDX-License-Identifier: MIT */
/*
 * rewriter_swap.c - flows move to the next configuration.
 *
 * Flows of inputs whose specification is the same go over, with their age, state and order; so
 * connections survive the change of anything else.
 */
#include <stdlib.h>

#include "elements/ip/rewriter.h"

struct mover {
	struct rewriter *from, *to;
	struct chain_entry *entry; /* of flows: ref is an index */
	uint32_t n;
};

static int by_sequence(const void *a, const void *b)
{
	const struct chain_entry *x = a, *y = b;

	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static void collect(struct mover *m)
{
	const struct flow_pool *fp = m->from->pool;

	for (uint32_t i = 1; i < fp->made; i++) {
		const struct flow *f = flow_at(fp, i);

		if (f->input && f->input->rw == m->from)
			m->entry[m->n++] =
				(struct chain_entry){ .sequence = flow_sequence(fp, i), .ref = i };
	}
	qsort(m->entry, m->n, sizeof(*m->entry), by_sequence);
}

static void move(struct mover *m, uint32_t index)
{
	struct flow *f = flow_at(m->from->pool, index);
	uint32_t i = (uint32_t)(f->input - m->from->input), ref;
	struct rewriter_input *in = &m->to->input[i];
	struct flow_id key = flow_key(f, FLOW_FORWARD);
	struct flow *copy;

	if (i >= m->to->ninputs || !rewriter_input_same(f->input, in))
		return;
	ref = flow_make(in, f->map, &key, &f->to[FLOW_FORWARD], f->out, f->anno,
			m->to->pool->now - (m->from->pool->now - f->last));
	if (ref == 0)
		return;
	copy = flow_of(m->to->pool, ref);
	copy->state = f->state;
	copy->shifted = f->shifted;
	*flow_shift(m->to->pool, ref >> 1) = *flow_shift(m->from->pool, index);
	*flow_shift(m->from->pool, index) = NULL;
	flow_aged_faster(m->to->pool, copy);
}

/* Sequential patterns go on where they were. */
static void move_positions(struct mover *m)
{
	for (uint32_t i = 0; i < m->to->ninputs && i < m->from->ninputs; i++) {
		const struct rewriter_input *from = &m->from->input[i];
		struct rewriter_input *to = &m->to->input[i];

		if (to->kind == INPUT_PATTERN && rewriter_input_same(from, to))
			to->pattern->next = from->pattern->next;
	}
}

bool rewriter_take_state(struct element *e, struct element *old, struct error *err)
{
	struct mover m = { .from = rewriter_of(old), .to = rewriter_of(e) };

	rewriter_tick(m.from);
	rewriter_tick(m.to);
	m.entry = malloc(((size_t)m.from->pool->n + 1) * sizeof(*m.entry));
	if (!m.entry)
		return fail(err, "out of memory");
	collect(&m);
	for (uint32_t i = 0; i < m.n; i++)
		move(&m, m.entry[i].ref);
	move_positions(&m);
	free(m.entry);
	return true;
}
