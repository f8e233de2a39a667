/* SPDX-License-Identifier: MIT */
/*
 * StrideSched - pull from the inputs in proportion to their tickets
 *
 * There is one TICKETS for each input. One with twice the tickets gives twice
 * the packets, while it has them; one with none is never asked.
 *
 * Example: s :: StrideSched(1, 3)
 * See also: StrideSwitch, RoundRobinSched, PrioSched, DRRSched
 */
#include "elements/standard/stride.h"

static bool configure(struct element *e, struct error *err)
{
	return stride_configure(stride(e), e->nin, "input", err);
}

static bool start(struct element *e, struct error *err)
{
	(void)err;
	for (unsigned i = 0; i < e->nin; i++)
		signal_upstream(e, i, &stride(e)->client[i].signal, NULL);
	return true;
}

/* Those asked leave the list until one has given a packet. */
static bool pull_one(struct stride *s, struct batch *b)
{
	struct stride_client *asked = NULL, **last = &asked, *c;
	unsigned before = b->n;

	while (s->head && b->n == before) {
		c = *last = stride_take(s);
		last = &c->next;
		if (signal_active(&c->signal))
			input_pull(&s->base, (unsigned)(c - s->client), b, 1);
	}
	*last = NULL;
	while ((c = asked)) {
		asked = c->next;
		stride_put(s, c);
	}
	return b->n > before;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	while (max-- > 0 && pull_one(stride(e), b))
		continue;
}

static const struct arg args[] = {
	ARG_EACH("TICKETS", stride_add_argument, "share of an input, 0 to 32768"),
};

static const struct handler handlers[] = {
	CALL("tickets%u", stride_tickets, H_READ | H_WRITE | H_EACH_INPUT, "share of an input"),
};

const struct element_class stridesched_class = {
	.name = "StrideSched",
	.ports = "1-/1",
	.flags = CLASS_LIVE | CLASS_S0,
	.size = sizeof(struct stride),
	.configure = configure,
	.start = start,
	.pull = pull,
	.config = stride_config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
