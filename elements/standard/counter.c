/* SPDX-License-Identifier: MIT */
/*
 * Counter - count packets and measure their rate
 *
 * Passes packets unchanged, keeping the number of packets and bytes seen and
 * their recent rates. COUNT_CALL and BYTE_COUNT_CALL take `N HANDLER [VALUE]':
 * when the count reaches N, and before the packet that made it goes on, the
 * write handler HANDLER is called, once until the next reset.
 *
 * Example: FromDump(a.pcap) -> Counter(COUNT_CALL 100 stop) -> Discard
 * See also: AverageCounter, CounterGroup
 */
#include "engine/element.h"

struct counter {
	struct element base;
	uint64_t packets, bytes;
	struct ewma rate, byte_rate;
	struct trigger count_call, byte_count_call;
};
ELEMENT_SELF(struct counter)

static void init(struct element *e)
{
	struct counter *c = self(e);

	c->rate = (struct ewma)EWMA(10, 4);
	c->byte_rate = (struct ewma)EWMA(4, 4);
	c->count_call.at = c->byte_count_call.at = UINT64_MAX;
}

static void count(struct counter *c, uint64_t packets, uint64_t bytes)
{
	uint32_t tick = time_tick(&c->base);

	c->packets += packets;
	c->bytes += bytes;
	ewma_add(&c->rate, tick, packets);
	ewma_add(&c->byte_rate, tick, bytes);
}

static bool armed(const struct trigger *t)
{
	return t->armed && t->at != UINT64_MAX;
}

/* How many packets at the front of b set nothing off. */
static unsigned quiet_packets(const struct counter *c, const struct batch *b)
{
	uint64_t left = trigger_left(&c->count_call, c->packets), bytes = c->bytes;
	unsigned n = left <= b->n ? (unsigned)left - 1 : b->n;

	if (armed(&c->byte_count_call))
		for (unsigned i = 0; i < n; i++) {
			bytes += b->pkt[i]->len;
			if (bytes >= c->byte_count_call.at)
				return i;
		}
	return n;
}

static void count_and_call(struct counter *c, const struct packet *p)
{
	count(c, 1, p->len);
	if (c->packets == c->count_call.at)
		trigger_check(&c->base, &c->count_call, c->packets);
	if (armed(&c->byte_count_call))
		trigger_check(&c->base, &c->byte_count_call, c->bytes);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	struct counter *c = self(e);
	struct batch part;
	unsigned n;

	(void)port;
	while ((n = quiet_packets(c, b)) < b->n) {
		part.n = 0;
		if (n) {
			batch_move(b, n, &part);
			count(c, n, batch_bytes(&part));
			output_push(e, 0, &part);
		}
		count_and_call(c, b->pkt[0]);
		batch_move(b, 1, &part);
		output_push(e, 0, &part);
	}
	if (n) {
		count(c, n, batch_bytes(b));
		output_push(e, 0, b);
	}
}

/* The most packets to pull so that the one that sets a call off comes alone: those before it
 * are then with whoever pulled. */
static unsigned pull_max(const struct counter *c, unsigned max)
{
	uint64_t left = trigger_left(&c->count_call, c->packets), at = c->byte_count_call.at;

	if (armed(&c->byte_count_call) &&
	    (at <= c->bytes || at - c->bytes <= (uint64_t)max * PACKET_MAX))
		return 1;
	return left > max ? max : left > 1 ? (unsigned)left - 1 : 1;
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct counter *c = self(e);
	unsigned before = b->n;
	uint64_t bytes = 0;

	(void)port;
	max = pull_max(c, max);
	input_pull(e, 0, b, max);
	if (max == 1 && b->n != before) {
		count_and_call(c, b->pkt[before]);
		return;
	}
	for (unsigned i = before; i < b->n; i++)
		bytes += b->pkt[i]->len;
	count(c, b->n - before, bytes);
}

static void read_bit_rate(struct element *e, struct text *out)
{
	struct ewma *r = &self(e)->byte_rate;

	ewma_roll(r, time_tick(e));
	print_fixed(out, r->avg * 1000, r->scale - 3U);
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	struct counter *c = self(e);

	(void)value, (void)err;
	c->packets = c->bytes = 0;
	c->count_call.armed = c->byte_count_call.armed = true;
	return true;
}

static bool set_trigger(struct element *e, struct trigger *t, struct str value, const char *name,
			struct error *err)
{
	struct trigger new = { .armed = true };
	struct str word;

	str_space(&value);
	word = str_word(&value);
	if (!parse_u64(word, UINT64_MAX, &new.at, NULL))
		return fail(err, "'%s' first word should be unsigned (count)", name);
	if (!hcall_parse(e, str_trim(value), &new.call, err) ||
	    !hcall_resolve(e, &new.call, true, err))
		return false;
	*t = new;
	return true;
}

static void read_count_call(struct element *e, struct text *out)
{
	const struct trigger *t = &self(e)->count_call;

	if (t->call.text.n)
		text_add(out, "%llu", (unsigned long long)t->at);
}

static bool write_count_call(struct element *e, struct str value, struct error *err)
{
	return set_trigger(e, &self(e)->count_call, value, "count_call", err);
}

static bool write_byte_count_call(struct element *e, struct str value, struct error *err)
{
	return set_trigger(e, &self(e)->byte_count_call, value, "byte_count_call", err);
}

static const struct arg args[] = {
	ARG("COUNT_CALL", count_call, 0, "call a handler at N packets"),
	ARG("BYTE_COUNT_CALL", byte_count_call, 0, "call a handler at N bytes"),
};

static const struct handler handlers[] = {
	READ_FIELD("count", packets, "packets since the last reset"),
	READ_FIELD("byte_count", bytes, "bytes since the last reset"),
	READ_FIELD("rate", rate, "recent packets per second"),
	READ("bit_rate", read_bit_rate, "recent bits per second"),
	READ_FIELD("byte_rate", byte_rate, "recent bytes per second"),
	BUTTON("reset", reset, "set counts to zero and arm the calls"),
	{ .name = "reset_counts",
	  .help = HELP("the same as reset"),
	  .flags = H_WRITE | H_BUTTON | H_UNCOMMON,
	  .write = reset },
	RW("count_call", read_count_call, write_count_call, 0, "the COUNT_CALL argument"),
	WRITE("byte_count_call", write_byte_count_call, "the BYTE_COUNT_CALL argument"),
};

const struct element_class counter_class = {
	.name = "Counter",
	.ports = "1/1",
	.processing = "a",
	.size = sizeof(self_t),
	.init = init,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
