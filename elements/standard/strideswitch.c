/* SPDX-License-Identifier: MIT */
/*
 * StrideSwitch - send packets to the outputs in proportion to their tickets
 *
 * There is one TICKETS for each output. One with twice the tickets gets twice
 * the packets; one with none gets none. When none has any packets are dropped.
 *
 * Example: s :: StrideSwitch(1, 3)
 * See also: StrideSched, RoundRobinSwitch
 */
#include "elements/standard/stride.h"

static bool configure(struct element *e, struct error *err)
{
	return stride_configure(stride(e), e->nout, "output", err);
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	struct stride *s = stride(e);

	for (unsigned i = 0; i < in->n; i++) {
		struct stride_client *c;

		port[i] = PORT_DROP;
		if (!s->head)
			continue;
		c = stride_take(s);
		port[i] = (uint16_t)(c - s->client);
		stride_put(s, c);
	}
}

static const struct arg args[] = {
	ARG_EACH("TICKETS", stride_add_argument, "share of an output, 0 to 32768"),
};

static const struct handler handlers[] = {
	CALL("tickets%u", stride_tickets, H_READ | H_WRITE | H_EACH_OUTPUT, "share of an output"),
};

const struct element_class strideswitch_class = {
	.name = "StrideSwitch",
	.ports = "1/1-",
	.flags = CLASS_LIVE | CLASS_S0,
	.size = sizeof(struct stride),
	.configure = configure,
	.classify = classify,
	.config = stride_config,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
