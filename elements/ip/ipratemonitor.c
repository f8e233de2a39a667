/* SPDX-License-Identifier: MIT */
/*
 * IPRateMonitor - measure the rates of addresses and of networks with much traffic
 *
 * Counts PACKETS or BYTES of packets with marked IP headers: by source address
 * those that come in at input 0, as forward rate, by destination address those
 * at input 1, as reverse rate. Packets leave by the output of the same number.
 * Rates are kept for the first byte of the addresses; where a rate reaches
 * THRESH a second, for the next byte too. With ANNO the rates of the deepest
 * prefix that is counted go to packets' forward and reverse rate annotations.
 * Only the share RATIO of packets, chosen at random, is counted, and THRESH is
 * taken to be that much smaller. MEMORY bounds the tree, in kilobytes.
 *
 * Example: IPRateMonitor(PACKETS, 1, 1000, 4096)
 * See also: IPClassifier, CompareBlock, Block
 */
#include "base/net.h"
#include "elements/ip/iprates.h"
#include "engine/element.h"
#include "engine/lang/lang.h"

enum { LEAST_MEMORY = 100 }; /* kilobytes */

struct ipratemonitor {
	struct element base;
	struct word type;
	struct fixed16 ratio;
	int32_t thresh;
	uint32_t memory;
	bool anno, bytes;
	struct ip_rates rates;
	uint32_t first_epoch;
	struct timer fold;
};
ELEMENT_SELF(struct ipratemonitor)

static uint32_t epoch_now(const struct element *e)
{
	return (uint32_t)(time_steady(e) / (IP_RATES_EPOCH_MS * NS_PER_MSEC));
}

static uint64_t limit_of(uint32_t kilobytes)
{
	if (kilobytes && kilobytes < LEAST_MEMORY)
		kilobytes = LEAST_MEMORY;
	return 1024ULL * kilobytes;
}

/* --- configuration --- */

static bool configure(struct element *e, struct error *err)
{
	struct ipratemonitor *m = self(e);
	uint64_t threshold = m->thresh > 0 ? (uint64_t)m->thresh : 0;

	m->bytes = str_is(m->type.s, "BYTES");
	if (!m->bytes && !str_is(m->type.s, "PACKETS"))
		return fail(err, "monitor type should be \"PACKETS\" or \"BYTES\"");
	if (m->ratio.v > 1U << 16)
		return fail(err, "ratio must be between 0 and 1");
	m->rates.threshold = (uint32_t)(threshold * m->ratio.v >> 16);
	m->rates.limit = limit_of(m->memory);
	return true;
}

static void fold(struct element *e, struct timer *t)
{
	ip_rates_fold(&self(e)->rates, epoch_now(e));
	timer_again(t, NS_PER_SEC);
}

static bool start(struct element *e, struct error *err)
{
	struct ipratemonitor *m = self(e);

	(void)err;
	m->first_epoch = epoch_now(e);
	timer_init(&m->fold, e, fold);
	timer_after(&m->fold, NS_PER_SEC);
	return true;
}

static void stop(struct element *e)
{
	ip_rates_clear(&self(e)->rates);
}

/* --- packets --- */

static void count_packet(struct element *e, struct packet *p, enum ip_rates_direction d,
			 uint32_t epoch)
{
	struct ipratemonitor *m = self(e);
	const struct ip_header *ip = packet_ip(p);
	struct ip_rates_counter *c;
	uint32_t amount, addr;

	if (packet_net_len(p) < sizeof(*ip))
		return;
	amount = m->bytes ? be16(ip->len) : 1;
	if (m->ratio.v < 1U << 16 && random_below(e, 1U << 16) >= m->ratio.v)
		amount = 0;
	addr = d == IP_RATES_FORWARD ? ip->src : ip->dst;
	c = ip_rates_add(&m->rates, addr, d, epoch, amount);
	if (!c || !m->anno)
		return;
	anno_set_u32(p, ANNO_FWD_RATE, ip_rates_of(c, IP_RATES_FORWARD, epoch));
	anno_set_u32(p, ANNO_REV_RATE, ip_rates_of(c, IP_RATES_REVERSE, epoch));
}

static void count(struct element *e, unsigned port, struct batch *b, unsigned first)
{
	uint32_t epoch = epoch_now(e);

	for (unsigned i = first; i < b->n; i++)
		count_packet(e, b->pkt[i], port ? IP_RATES_REVERSE : IP_RATES_FORWARD, epoch);
}

static void push(struct element *e, unsigned port, struct batch *b)
{
	count(e, port, b, 0);
	output_push_or_drop(e, port, b);
}

static void pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	unsigned had = b->n;

	if (port >= e->nin)
		return;
	input_pull(e, port, b, max);
	count(e, port, b, had);
}

/* --- handlers --- */

static void read_look(struct element *e, struct text *out)
{
	struct ipratemonitor *m = self(e);
	uint32_t epoch = epoch_now(e);

	text_add(out, "%u\n", epoch - m->first_epoch);
	ip_rates_print(&m->rates, epoch, out);
}

static bool write_memmax(struct element *e, struct str value, struct error *err)
{
	struct str_list args = { NULL, 0, 0 };
	struct pool *pool = pool_new();
	int64_t kilobytes;
	bool ok = true;

	conf_args(pool, value, &args);
	if (args.n != 1)
		ok = fail(err, "expecting 1 integer");
	else if (!parse_int(args.v[0], INT32_MIN, INT32_MAX, &kilobytes, NULL))
		ok = fail(err, "not an integer");
	else
		self(e)->rates.limit = limit_of(kilobytes > 0 ? (uint32_t)kilobytes : 0);
	pool_free(pool);
	return ok;
}

static bool stop_descending(struct element *e, const struct str_list *args, struct error *err)
{
	uint32_t epoch = epoch_now(e);
	int64_t level, seconds;
	struct ip_addr addr;

	if (args->n != 3)
		return fail(err, "expecting 3 arguments");
	if (!parse_ip(args->v[0], e, &addr))
		return fail(err, "not an IP address");
	if (!parse_int(args->v[1], 0, IP_RATES_BYTES - 1, &level, NULL))
		return fail(err, "2nd argument specifies a level, between 0 and 3, to annotate");
	if (!parse_int(args->v[2], 1, INT32_MAX / IP_RATES_EPOCHS, &seconds, NULL))
		return fail(err, "3rd argument specifies when this rule expires, must be > 0");
	ip_rates_stop(&self(e)->rates, addr.v, (unsigned)level, epoch,
		      epoch + (uint32_t)seconds * IP_RATES_EPOCHS);
	return true;
}

static bool write_anno_level(struct element *e, struct str value, struct error *err)
{
	struct str_list args = { NULL, 0, 0 };
	struct pool *pool = pool_new();
	bool ok;

	conf_args(pool, value, &args);
	ok = stop_descending(e, &args, err);
	pool_free(pool);
	return ok;
}

static bool reset(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	ip_rates_clear(&self(e)->rates);
	self(e)->first_epoch = epoch_now(e);
	return true;
}

static const struct arg args[] = {
	ARG("TYPE", type, ARG_POSITIONAL | ARG_REQUIRED, "PACKETS or BYTES"),
	ARG("RATIO", ratio, ARG_POSITIONAL | ARG_REQUIRED, "share of packets counted, 0 to 1"),
	ARG("THRESH", thresh, ARG_POSITIONAL | ARG_REQUIRED, "rate from which more is told apart"),
	ARG_OR("MEMORY", memory, ARG_POSITIONAL, "0", "kilobytes at most, 0 for any"),
	ARG_OR("ANNO", anno, ARG_POSITIONAL, "true", "set rate annotations"),
};

static const struct handler handlers[] = {
	READ("look", read_look, "epochs of 8 ms, then a line for each prefix: its rates"),
	READ_FIELD("thresh", rates.threshold, "the threshold in force"),
	READ_FIELD("mem", rates.used, "bytes of memory used"),
	FIELD_WRITE("memmax", rates.limit, write_memmax, 0, "most bytes; written in kilobytes"),
	WRITE("anno_level", write_anno_level, "ADDR, LEVEL, SECONDS: tells no more apart there"),
	BUTTON("reset", reset, "forgets all rates"),
};

const struct element_class ipratemonitor_class = {
	.name = "IPRateMonitor",
	.ports = "1-2/1-2",
	.processing = "a",
	.size = sizeof(self_t),
	.flags = CLASS_ONE_THREAD,
	.configure = configure,
	.start = start,
	.stop = stop,
	.push = push,
	.pull = pull,
	.args = TABLE(args),
	.handlers = TABLE(handlers),
};
