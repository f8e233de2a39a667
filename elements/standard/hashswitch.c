/* SPDX-License-Identifier: MIT */
/*
 * HashSwitch - choose the output by a hash of bytes
 *
 * Adds up the LENGTH bytes at OFFSET; packets with equal bytes there go to the
 * same output. Those too short go to output 0.
 *
 * Example: HashSwitch(26, 8) => Queue, Queue	-- by IP addresses
 * See also: RoundRobinSwitch, RandomSwitch, Switch
 */
#include "engine/element.h"

struct hashswitch {
	struct element base;
	int32_t offset, length;
};
ELEMENT_SELF(struct hashswitch)

static bool configure(struct element *e, struct error *err)
{
	if (self(e)->length <= 0)
		return fail(err, "length must be > 0");
	if (self(e)->offset < 0)
		return fail(err, "offset must be >= 0");
	return true;
}

static unsigned choose(const struct packet *p, uint32_t offset, uint32_t length, unsigned nout)
{
	uint32_t sum = 0;

	if (p->len < (uint64_t)offset + length)
		return 0;
	for (uint32_t i = 0; i < length; i++)
		sum += p->data[offset + i];
	if (nout == 2 || nout == 4 || nout == 8)
		return (sum ^ (sum >> 4)) & (nout - 1);
	return sum % nout;
}

static void classify(struct element *e, const struct batch *in, uint16_t port[])
{
	const struct hashswitch *s = self(e);

	for (unsigned i = 0; i < in->n; i++)
		port[i] = (uint16_t)choose(in->pkt[i], (uint32_t)s->offset, (uint32_t)s->length,
					   e->nout);
}

static const struct arg args[] = {
	ARG("OFFSET", offset, ARG_POSITIONAL | ARG_REQUIRED, "first byte"),
	ARG("LENGTH", length, ARG_POSITIONAL | ARG_REQUIRED, "number of bytes"),
};

const struct element_class hashswitch_class = {
	.name = "HashSwitch",
	.ports = "1/1-",
	.size = sizeof(self_t),
	.configure = configure,
	.classify = classify,
	.args = TABLE(args),
};
