/* SPDX-License-Identifier: MIT */
/*
 * bind.c - from ports to functions: what stands behind an element's port, with adapters for
 * the hooks that are not plain push and pull.
 */
#include "engine/run/router.h"

/* --- adapters --- */

static void push_action(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	e->class->action(e, b);
	if (b->n != 0)
		output_push(e, 0, b);
}

/* Actions work on whole batches, so what b holds already must not be among them. */
static void pull_action(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct batch own;

	(void)port;
	if (b->n == 0) {
		input_pull(e, 0, b, max);
		if (b->n != 0)
			e->class->action(e, b);
		return;
	}
	own.n = 0;
	input_pull(e, 0, &own, max);
	if (own.n != 0)
		e->class->action(e, &own);
	batch_move(&own, own.n, b);
}

/* Takes the packets for the output of b's first packet out of b. */
static unsigned split_first(struct batch *b, uint16_t port[], struct batch *out)
{
	unsigned first = port[0], kept = 0;

	out->n = 0;
	for (unsigned i = 0; i < b->n; i++)
		if (port[i] == first) {
			batch_add(out, b->pkt[i]);
		} else {
			port[kept] = port[i];
			b->pkt[kept++] = b->pkt[i];
		}
	b->n = kept;
	return first;
}

/* Each equals the next one: one comparison of the array with itself, shifted. */
static inline bool all_alike(const uint16_t port[], unsigned n)
{
	return n == 1 || memcmp(port, port + 1, (n - 1) * sizeof(port[0])) == 0;
}

static void __attribute__((noinline))
split(struct element *e, struct batch *b, const uint16_t ports[], struct batch *first)
{
	uint16_t port[BATCH_MAX];
	struct batch out;
	unsigned i;

	memcpy(port, ports, b->n * sizeof(port[0]));
	while (b->n != 0) {
		i = split_first(b, port, &out);
		if (first && i == 0)
			batch_move(&out, out.n, first);
		else
			output_push_or_drop(e, i, &out);
	}
}

void output_split(struct element *e, struct batch *b, const uint16_t port[])
{
	if (b->n == 0)
		return;
	if (LIKELY(all_alike(port, b->n)))
		output_push_or_drop(e, port[0], b);
	else
		split(e, b, port, NULL);
}

static void push_classify(struct element *e, unsigned input, struct batch *b)
{
	uint16_t port[BATCH_MAX];

	(void)input;
	e->class->classify(e, b, port);
	output_split(e, b, port);
}

/* Port 0 goes on to whoever pulls, the others are pushed. */
static void pull_classify(struct element *e, unsigned output, struct batch *b, unsigned max)
{
	uint16_t port[BATCH_MAX];
	struct batch own;

	(void)output;
	own.n = 0;
	input_pull(e, 0, &own, max);
	if (own.n == 0)
		return;
	e->class->classify(e, &own, port);
	if (all_alike(port, own.n) && port[0] == 0)
		batch_move(&own, own.n, b);
	else
		split(e, &own, port, b);
}

static void push_nothing(struct element *e, unsigned port, struct batch *b)
{
	(void)e, (void)port;
	batch_drop(b);
}

static void pull_nothing(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e, (void)port, (void)b, (void)max;
}

static void (*push_of(const struct element_class *c))(struct element *, unsigned, struct batch *)
{
	return c->push       ? c->push
	       : c->action   ? push_action
	       : c->classify ? push_classify
			     : push_nothing;
}

static void (*pull_of(const struct element_class *c))(struct element *, unsigned, struct batch *,
						      unsigned)
{
	return c->pull       ? c->pull
	       : c->action   ? pull_action
	       : c->classify ? pull_classify
			     : pull_nothing;
}

static void bind_input(struct router *r, unsigned e, unsigned port)
{
	const struct port_info *info = router_in(r, e, port);
	struct port *p = &r->element[e]->in[port];
	struct element *peer = r->element[info->peer[0].e];

	p->is_push = info->how == 'h';
	p->e = peer;
	p->port = info->peer[0].port;
	if (!p->is_push)
		p->pull = pull_of(peer->class);
}

static void bind_output(struct router *r, unsigned e, unsigned port)
{
	const struct port_info *info = router_out(r, e, port);
	struct port *p = &r->element[e]->out[port];
	struct element *peer = r->element[info->peer[0].e];

	p->is_push = info->how == 'h';
	p->e = peer;
	p->port = info->peer[0].port;
	if (p->is_push)
		p->push = push_of(peer->class);
}

void ports_bind(struct router *r)
{
	struct port *in = pool_alloc(r->pool, (r->in_start[r->n] + 1) * sizeof(*in));
	struct port *out = pool_alloc(r->pool, (r->out_start[r->n] + 1) * sizeof(*out));

	for (unsigned i = 0; i < r->n; i++) {
		struct element *e = r->element[i];

		e->in = in + r->in_start[i];
		e->out = out + r->out_start[i];
		for (unsigned p = 0; p < e->nin; p++)
			bind_input(r, i, p);
		for (unsigned p = 0; p < e->nout; p++)
			bind_output(r, i, p);
	}
}

void output_push_packet(struct element *e, unsigned i, struct packet *p)
{
	struct batch b;

	b.n = 1;
	b.pkt[0] = p;
	output_push_or_drop(e, i, &b);
}

struct packet *input_pull_packet(struct element *e, unsigned i)
{
	struct batch b;

	b.n = 0;
	input_pull(e, i, &b, 1);
	return b.n ? b.pkt[0] : NULL;
}
