/* SPDX-License-Identifier: MIT */
/*
 * fuzz_elements.c - one element of the list, packets of any bytes into any of its inputs, any
 * text written to any of its handlers, its configuration replaced, all in any order; time goes
 * on and tasks and timers run in between.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/platform.h"
#include "engine/run/handlers.h"
#include "tests/fuzz/element_list.h"

#define PORTS 8      /* of each side, at most */
#define OPEN_PORTS 3 /* where neither class nor declaration says */

/* --- two classes that surround the element --- */

struct feeder {
	struct element base;
	struct batch waiting[PORTS];
};
ELEMENT_SELF(struct feeder)

static void feeder_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct batch *w = &self(e)->waiting[port];

	batch_move(w, w->n < max ? w->n : max, b);
}

static void feeder_stop(struct element *e)
{
	for (unsigned i = 0; i < PORTS; i++)
		batch_drop(&self(e)->waiting[i]);
}

static const struct element_class feeder_class = {
	.name = "FuzzFeeder",
	.ports = "0/-",
	.processing = "a/a",
	.size = sizeof(struct feeder),
	.pull = feeder_pull,
	.stop = feeder_stop,
};

/* Looks at every byte of what comes out. */
static void sink_push(struct element *e, unsigned port, struct batch *b)
{
	volatile unsigned sum = 0;

	(void)e, (void)port;
	for (unsigned i = 0; i < b->n; i++)
		for (uint32_t k = 0; k < b->pkt[i]->len; k++)
			sum += b->pkt[i]->data[k];
	(void)sum;
	batch_drop(b);
}

static const struct element_class sink_class = {
	.name = "FuzzSink",
	.ports = "-/0",
	.processing = "a/a",
	.size = sizeof(struct element),
	.push = sink_push,
};

static const struct element_class *const classes[] = { &feeder_class, &sink_class, NULL };

/* --- input --- */

struct input {
	const uint8_t *p;
	size_t n;
};

static unsigned byte(struct input *in)
{
	if (in->n == 0)
		return 0;
	in->n--;
	return *in->p++;
}

static struct str bytes(struct input *in, size_t n)
{
	struct str s = { (const char *)in->p, n < in->n ? n : in->n };

	in->p += s.n;
	in->n -= s.n;
	return s;
}

/* --- one run --- */

static unsigned ports_of(const char *code, bool output)
{
	const char *slash = strchr(code, '/');
	const char *s = output && slash ? slash + 1 : code;
	const char *dash = strchr(s, '-');
	unsigned n = (unsigned)strtoul(s, NULL, 10);

	if (output && slash && slash[1] == '=')
		return ports_of(code, false);
	if (dash && (output || !slash || dash < slash))
		n = dash[1] >= '0' && dash[1] <= '9' ? (unsigned)strtoul(dash + 1, NULL, 10)
						     : OPEN_PORTS;
	return n > PORTS ? PORTS : n;
}

static void configuration(const struct element_class *c, const struct declaration *d,
			  struct text *t)
{
	unsigned nin = d->nin ? d->nin : ports_of(c->ports, false);
	unsigned nout = d->nout ? d->nout : ports_of(c->ports, true);

	text_add(t,
		 "Idle -> queue :: Queue -> Idle; Idle -> [1] switch :: EtherSwitch [1] -> Idle;\n"
		 "Idle -> from :: Suppressor -> switch -> to :: Suppressor -> Idle;\n"
		 "in :: FuzzFeeder; out :: FuzzSink; e :: %s;\n",
		 d->text);
	for (unsigned i = 0; i < nin; i++)
		text_add(t, "in[%u] -> [%u]e;\n", i, i);
	for (unsigned i = 0; i < nout; i++)
		text_add(t, "e[%u] -> [%u]out;\n", i, i);
}

/* Positions that earlier elements could have left, right or wrong. */
static void mark(struct packet *p, unsigned how)
{
	uint32_t at = how & 16 ? 14 : 0;

	p->mac = how & 32 ? p->data : NULL;
	if ((how & 3) == 0 || at > p->len)
		return;
	p->net = p->data + at;
	p->trans = p->net + (p->len > at ? (p->net[0] & 15U) * 4U : 20U);
	if (at && (how & 64))
		(void)packet_pull(p, at);
	if (how & 4 && packet_net_len(p) >= 20)
		memcpy(p->anno, p->net + 16, 4);
	p->anno[ANNO_PAINT] = (uint8_t)(how & 3);
}

static void feed(struct router *r, struct input *in)
{
	struct feeder *f = (struct feeder *)(void *)router_find(r, str_of("in"));
	unsigned port = byte(in), how = byte(in), len = byte(in);
	struct str data = bytes(in, len);
	struct packet *p;

	if (f->base.nout == 0)
		return;
	port %= f->base.nout;
	p = packet_from(data.p, (uint32_t)data.n);
	if (!p)
		return;
	mark(p, how);
	p->type = (uint8_t)(how >> 5 & 1);
	p->timestamp = (int64_t)how << 28;
	if (output_is_push(&f->base, port))
		output_push_packet(&f->base, port, p);
	else if (f->waiting[port].n < BATCH_MAX)
		batch_add(&f->waiting[port], p);
	else
		packet_drop(p);
}

static void drain(struct router *r)
{
	struct element *sink = router_find(r, str_of("out"));
	struct batch b;

	for (unsigned i = 0; i < sink->nin; i++)
		if (!input_is_push(sink, i)) {
			b.n = 0;
			input_pull(sink, i, &b, 8);
			sink_push(sink, i, &b);
		}
}

static void run(struct router *r)
{
	struct thread *t = thread_current;

	r->engine->now += 200 * NS_PER_MSEC;
	for (unsigned i = 0; i < 4; i++) {
		(void)thread_run_tasks(t, 16);
		thread_run_timers(t);
		drain(r);
	}
}

static void call_handler(struct router *r, struct input *in)
{
	struct element *e = router_find(r, str_of("e"));
	const struct slot *s = &r->slot[e->index];
	const struct bound_handler *b = &s->handler[byte(in) % s->nhandlers];
	struct str value = bytes(in, byte(in));
	struct error err = { 0 };
	struct text out = { 0 };

	if (handler_flags(e, b->h) & H_WRITE)
		(void)handler_write(r, e, str_of(b->name), value, &err, NULL);
	(void)handler_read(r, e, str_of(b->name), value, &out, &err, NULL);
	(void)handler_read(r, e, str_of(b->name), (struct str){ 0 }, &out, &err, NULL);
	text_fini(&out);
	error_fini(&err);
}

static void reconfigure(struct router *r, struct input *in)
{
	struct element *e = router_find(r, str_of("e"));
	struct str config = bytes(in, byte(in));
	struct error err = { 0 };

	if (e->class->flags & CLASS_LIVE)
		(void)element_reconfigure(e, config, &err);
	error_fini(&err);
}

static void quiet(struct element *e, struct str line)
{
	(void)e, (void)line;
}

static void play(struct router *r, struct input *in)
{
	struct chatter_sink sink = { .channel = STR_LIT("default"), .quiet = true, .line = quiet };

	chatter_sink_add(router_find(r, str_of("e")), &sink);
	while (in->n != 0)
		switch (byte(in) % 8) {
		case 0:
			call_handler(r, in);
			break;
		case 1:
			run(r);
			break;
		case 2:
			reconfigure(r, in);
			break;
		default:
			feed(r, in);
		}
	run(r);
	chatter_sink_remove(&sink);
}

static struct engine *engine(void)
{
	static struct engine *g;
	struct engine_options o = { .simulated = true,
				    .simulated_start = NS_PER_SEC,
				    .packets = 512 };

	if (!g) {
		g = engine_new(&o);
		engine_add_classes(g, classes);
	}
	return g;
}

static const struct element_class *class_of(struct engine *g, const char *declaration)
{
	return engine_class(g, str_range(declaration, declaration + strcspn(declaration, "(")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str file = STR_LIT("fuzz");
	struct input in = { data, size };
	struct engine *g = engine();
	const struct declaration *d = &declarations[byte(&in) % ARRAY_LEN(declarations)];
	const struct element_class *c = class_of(g, d->text);
	struct error err = { 0 };
	struct text text = { 0 };
	struct router *r;

	if (!c)
		return 0;
	configuration(c, d, &text);
	r = engine_configure(g, text_as_str(&text), file, false, &err);
	if (r) {
		engine_activate(g, r);
		play(r, &in);
		router_free(r);
		g->router = NULL;
	} else {
		/* The list is to be right: a declaration that fails tests nothing. */
		fprintf(stderr, "%s:\n%.*s", d->text, STR(text_as_str(&err.out)));
		abort();
	}
	text_fini(&text);
	error_fini(&err);
	return 0;
}
